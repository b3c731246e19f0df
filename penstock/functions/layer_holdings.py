"""What a layer holds: variables, their losses, updates to be run in training, its calls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["Holdings", "add_once"]


class Holdings:
    """The variables, losses, updates and calls of a layer.

    Args:
      trainable: whether its variables are to be trained.
    """

    _name: str

    def __init__(self, trainable: bool) -> None:
        self.trainable = trainable
        self._held_weights: list[tuple[Any, bool]] = []
        self._losses: list[tuple[Tensor, Any]] = []
        self._updates: list[tuple[Any, Any]] = []
        self._inbound_calls: list[tuple[Any, Any]] = []

    @property
    def name(self) -> str:
        """The layer's name."""
        return self._name

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Remember losses, and put them into the graph's collection of regularization losses.

        Args:
          losses: a tensor, or a list.
          inputs: what they depend on; None for those that depend on variables alone.
        """
        losses = losses if isinstance(losses, (list, tuple)) else [losses]
        self._losses.extend((loss, inputs) for loss in losses)
        add_once(GraphKeys.REGULARIZATION_LOSSES, losses)

    def _handle_weight_regularization(
        self, name: str, variable: Any, regularizer: Callable[[Any], Any]
    ) -> None:
        parts = list(variable) if hasattr(variable, "_get_partitions") else [variable]
        for part in parts:
            with name_scope(f"{name}/Regularizer"):
                loss = regularizer(part)
            if loss is not None:
                self.add_loss(loss)

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Remember updates: nodes that a training step should run too.

        After a call they are in the graph's collection UPDATE_OPS:

            with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
                train = optimizer.minimize(loss)

        Args:
          updates: a node or tensor, or a list.
          inputs: what they depend on; None for those that depend on variables alone.
        """
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            self._updates.append((getattr(update, "op", update), inputs))

    @property
    def losses(self) -> list[Tensor]:
        """The losses of the layer's variables and outputs."""
        return [loss for loss, _ in self._losses]

    @property
    def updates(self) -> list[Any]:
        """The nodes that a training step should run too; none if the layer is not trained."""
        return [update for update, _ in self._updates] if self.trainable else []

    def get_losses_for(self, inputs: Any) -> list[Tensor]:
        """List the losses that depend on inputs, or for None those that depend on none."""
        return [loss for loss, source in self._losses if (source is None) == (inputs is None)]

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """List the updates that depend on inputs, or for None those that depend on none."""
        made = self._updates if self.trainable else []
        return [update for update, source in made if (source is None) == (inputs is None)]

    @property
    def trainable_weights(self) -> list[Any]:
        """The variables to be trained."""
        if not self.trainable:
            return []
        return [variable for variable, trains in self._held_weights if trains]

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The variables not to be trained."""
        trained = self.trainable_weights
        return [each for each, _ in self._held_weights if all(each is not one for one in trained)]

    @property
    def weights(self) -> list[Any]:
        """All variables, those to be trained first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def trainable_variables(self) -> list[Any]:
        """The variables to be trained: another name of `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The variables not to be trained: another name of `non_trainable_weights`."""
        return self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        """All variables: another name of `weights`."""
        return self.weights

    def count_params(self) -> int:
        """Count the numbers in all variables."""
        return sum(math.prod(variable.shape.as_list()) for variable in self.weights)

    @property
    def input(self) -> Any:
        """What the layer was called with.

        Raises:
          AttributeError: unless it was called once.
        """
        return self._only_call()[0]

    @property
    def output(self) -> Any:
        """What its call gave.

        Raises:
          AttributeError: unless it was called once.
        """
        return self._only_call()[1]

    def _only_call(self) -> tuple[Any, Any]:
        if len(self._inbound_calls) != 1:
            raise AttributeError(
                f"Layer {self.name!r} was called {len(self._inbound_calls)} times; the input and "
                "output of a layer are those of its only call."
            )
        return self._inbound_calls[0]


def add_once(collection: str, items: Sequence[Any]) -> None:
    """Add what is not in a collection yet; the collection is made in any case."""
    members = default_graph().get_collection_ref(collection)
    for item in items:
        if all(item is not each for each in members):
            members.append(item)
