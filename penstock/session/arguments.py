"""What a session is made with and run with: checks of it, and what follows from a config."""

from __future__ import annotations

from typing import Any

from penstock.core import settings
from penstock.core.config import ConfigProto, RunMetadata, RunOptions
from penstock.core.errors import UnimplementedError
from penstock.graph.graph import Graph
from penstock.runtime.place import Placement

__all__ = ["check_arguments", "check_options", "placement_of", "tier_of"]


def check_arguments(target: Any, graph: Any, config: Any) -> None:
    """Hold the arguments of a new session against what they must be.

    Raises:
      TypeError: if one is of another class.
      UnimplementedError: if a target is given, since there is no cluster runtime.
    """
    if not isinstance(target, (str, bytes)) and target is not None:
        raise TypeError(
            f"target must be a string, but got {target!r} of {type(target)}. Leave it out to run "
            "on this machine."
        )
    if graph is not None and not isinstance(graph, Graph):
        raise TypeError(
            f"graph must be a tf.Graph, but got {graph!r} of {type(graph)}. Leave it out for "
            "the default graph."
        )
    if config is not None and not isinstance(config, ConfigProto):
        raise TypeError(
            f"config must be a tf.ConfigProto, but got {type(config)}. Give the options to "
            "tf.ConfigProto(...), and that to the session."
        )
    if target:
        raise UnimplementedError(
            None, None, f"This build has no cluster runtime, so Session({target!r}) cannot "
            "reach its tasks. Leave the target out to run on this machine."
        )  # fmt: skip


def check_options(options: Any, run_metadata: Any) -> None:
    """Raise TypeError unless a run's options are a `RunOptions` and a `RunMetadata`, or None."""
    for value, name, kind in (
        (options, "options", RunOptions),
        (run_metadata, "run_metadata", RunMetadata),
    ):
        if value is not None and not isinstance(value, kind):
            raise TypeError(
                f"{name} of a run must be a tf.{kind.__name__}, but got {value!r} of "
                f"{type(value)}. Make one with tf.{kind.__name__}(), or leave it out."
            )


def placement_of(config: ConfigProto) -> Placement:
    """Give how a session places nodes."""
    visible = config.gpu_options.visible_device_list
    return Placement(
        soft=config.allow_soft_placement,
        limits=dict(config.device_count),
        visible_gpus=[int(number) for number in visible.split(",")] if visible else None,
    )


def tier_of(config: ConfigProto) -> str | None:
    """Give the tier that must run everything: what the config says, else the environment."""
    asked: str = config.experimental.executor_type.lower()
    return asked if asked in ("numpy", "xla") else settings.current().tier
