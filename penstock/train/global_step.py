"""The global step: the variable that counts training steps, known by its collection."""

from __future__ import annotations

import logging
from typing import Any

from penstock.core.dtypes import int64
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Zeros
from penstock.functions.variables import Variable, VariableAggregation
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor

__all__ = [
    "assert_global_step",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "global_step_read",
]


# The collection that holds the tensor of `global_step_read`.
_READS = "global_step_read_op_cache"


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """Give the number of training steps so far, in a session.

    Args:
      sess: the session.
      global_step_tensor: the global step, or its name.
    """
    return int(sess.run(global_step_tensor))


def get_global_step(graph: Graph | None = None) -> Any:
    """Give the global step of a graph: a variable or a tensor, or None if there is none.

    Args:
      graph: the graph; the default graph if None.

    Raises:
      TypeError: if what is there is no integer scalar.
    """
    graph = default_graph() if graph is None else graph
    steps = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(steps) > 1:
        logging.getLogger("tensorflow").error("Multiple tensors in global_step collection.")
        return None
    if steps:
        step = steps[0]
    else:
        try:
            step = graph.get_tensor_by_name("global_step:0")
        except KeyError:
            return None
    assert_global_step(step)
    return step


def create_global_step(graph: Graph | None = None) -> Any:
    """Make the global step of a graph: an int64 variable of value 0.

    Args:
      graph: the graph; the default graph if None.

    Raises:
      ValueError: if there is one already.
    """
    graph = default_graph() if graph is None else graph
    if get_global_step(graph) is not None:
        raise ValueError(
            '"global_step" already exists. Use tf.train.get_or_create_global_step() to have it.'
        )
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=int64,
            initializer=Zeros(),
            trainable=False,
            aggregation=VariableAggregation.ONLY_FIRST_REPLICA,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """Give the global step of a graph, made if there is none.

    Args:
      graph: the graph; the default graph if None.
    """
    graph = default_graph() if graph is None else graph
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


def global_step_read(user: Any, graph: Graph | None = None) -> Tensor:
    """Give a tensor with the number of steps so far; one per graph, 0 before the step has a value.

    Args:
      user: the hook or other object that needs it, for messages.
      graph: the graph; the default graph if None.

    Raises:
      RuntimeError: if the graph has no global step.
    """
    graph = default_graph() if graph is None else graph
    made = graph.get_collection_ref(_READS)
    if made:
        return made[0]  # type: ignore[no-any-return]
    step = get_global_step(graph)
    if step is None:
        raise RuntimeError(
            f"Global step should be created to use {type(user).__name__}. Call "
            "tf.train.get_or_create_global_step(), and give it to minimize(loss, global_step=...)."
        )
    with graph.as_default(), graph.name_scope(None), graph.name_scope(f"{step.op.name}/"):
        value = step.initialized_value() if isinstance(step, Variable) else step
        made.append(value + 0)
    return made[0]  # type: ignore[no-any-return]


def assert_global_step(global_step_tensor: Any) -> None:
    """Check that something can be a global step: an integer scalar.

    Raises:
      TypeError: if it is not.
    """
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(
            f'Existing "global_step" must be a Variable or Tensor, but is {global_step_tensor!r}.'
        )
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(
            'Existing "global_step" does not have integer type: '
            f"{global_step_tensor!r} has {global_step_tensor.dtype.name}."
        )
    shape = global_step_tensor.get_shape()
    if shape.ndims != 0 and shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: its shape is {shape}.')
