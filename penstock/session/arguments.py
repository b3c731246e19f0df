"""What a session is made with and run with: checks of it, and what follows from a config."""

from __future__ import annotations

from typing import Any

from penstock.cluster.connect import connect
from penstock.core import settings
from penstock.core.config import ConfigProto, RunMetadata, RunOptions
from penstock.core.mesh import Mesh, as_mesh
from penstock.engine.on_demand import replica_count
from penstock.graph.graph import Graph
from penstock.runtime.machine import LocalMachine, Machine
from penstock.runtime.place import Placement

__all__ = ["check_arguments", "check_options", "make_machine"]


def check_arguments(target: Any, graph: Any, config: Any) -> None:
    """Hold the arguments of a new session against what they must be.

    Raises:
      TypeError: if one is of another class.
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


def make_machine(target: str, config: ConfigProto, mesh: Any = None) -> Machine:
    """Make what a session runs on: this process, or the cluster that `target` is a task of.

    Raises:
      OpError: if there is no such task, or fewer devices than the mesh has replicas.
      TypeError, ValueError: if `mesh` is none, or is given with a target.
    """
    if mesh is not None and target:
        raise ValueError(
            f"A mesh is of this process's devices, so Session takes a mesh or a target, but was "
            f"given mesh={mesh!r} and {target!r}."
        )
    if not target:
        asked = as_mesh(settings.current().replicas if mesh is None else mesh)
        if asked is not None:
            replica_count(asked.replicas)
        return LocalMachine(_placement_of(config, asked), _tier_of(config))
    return connect(target, config, _tier_of(config))


def _placement_of(config: ConfigProto, mesh: Mesh | None) -> Placement:
    visible = config.gpu_options.visible_device_list
    return Placement(
        soft=config.allow_soft_placement,
        limits=dict(config.device_count),
        visible_gpus=[int(number) for number in visible.split(",")] if visible else None,
        mesh=mesh,
    )


def _tier_of(config: ConfigProto) -> str | None:
    """Give the tier that must run everything: what the config says, else the environment."""
    asked: str = config.experimental.executor_type.lower()
    return asked if asked in ("numpy", "xla") else settings.current().tier
