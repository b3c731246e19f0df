"""Collections: named lists a graph keeps, such as its variables, and the standard names of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["Collections", "GraphKeys"]


class GraphKeys:
    """The standard collections' names."""

    GLOBAL_VARIABLES = "variables"
    LOCAL_VARIABLES = "local_variables"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    VARIABLES = "variables"
    SUMMARIES = "summaries"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    REGULARIZATION_LOSSES = "regularization_losses"
    CONCATENATED_VARIABLES = "concatenated_variables"
    SAVERS = "savers"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    UPDATE_OPS = "update_ops"
    LOSSES = "losses"
    SAVEABLE_OBJECTS = "saveable_objects"
    RESOURCES = "resources"
    LOCAL_RESOURCES = "local_resources"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    SUMMARY_OP = "summary_op"
    GLOBAL_STEP = "global_step"
    EVAL_STEP = "eval_step"
    TRAIN_OP = "train_op"
    COND_CONTEXT = "cond_context"
    WHILE_CONTEXT = "while_context"
    _SUMMARY_COLLECTION = "_SUMMARY_V2"


class Collections:
    """Named lists; reading one that is not there gives an empty list."""

    def __init__(self) -> None:
        self._lists: dict[Any, list[Any]] = {}

    def add(self, name: Any, value: Any) -> None:
        """Append `value` to the list `name`."""
        self._lists.setdefault(name, []).append(value)

    def add_to_all(self, names: Any, value: Any) -> None:
        """Append `value` to each of `names`: one name, or several."""
        several = (names,) if isinstance(names, str) else dict.fromkeys(names)
        for name in several:
            self.add(name, value)

    def reference(self, name: Any) -> list[Any]:
        """Give the list itself, made if it is not there: changes to it are kept."""
        return self._lists.setdefault(name, [])

    def get(self, name: Any, scope: str | None = None) -> list[Any]:
        """Copy the list `name`; with `scope`, only items whose name matches it as a regex."""
        items = self._lists.get(name, [])
        if scope is None:
            return list(items)
        pattern = re.compile(scope)
        return [item for item in items if hasattr(item, "name") and pattern.match(item.name)]

    def __iter__(self) -> Iterator[Any]:
        """Go through the names of all lists, in the order in which they were begun."""
        return iter(list(self._lists))

    def names(self) -> list[str]:
        """List the names that are strings; objects name what only their owners look for."""
        return [name for name in self._lists if isinstance(name, str)]

    def clear(self, name: Any) -> None:
        """Drop the list `name`."""
        self._lists.pop(name, None)
