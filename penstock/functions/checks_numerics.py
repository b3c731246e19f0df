"""Checks of what a tensor holds and how it is shaped, which give the tensor on."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.grouping import group, with_dependencies
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = [
    "add_check_numerics_ops",
    "assert_all_finite",
    "check_numerics",
    "ensure_shape",
    "verify_tensor_all_finite",
]


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """Build `tensor` as it is; a run fails if there is a NaN or an infinity in it.

    Args:
      tensor: a float tensor.
      message: a text to show where it fails.
      name: the node's name.

    Returns:
      A tensor of the same shape, dtype and values.
    """
    return raw.CheckNumerics(tensor, message=message, name=name)  # type: ignore[no-any-return]


def assert_all_finite(
    t: Any = None,
    msg: str | None = None,
    name: str | None = None,
    x: Any = None,
    message: str | None = None,
) -> Tensor:
    """Build a tensor that is there only after it was checked for NaN and infinity.

    Args:
      t: a float tensor.
      msg: a text to show where the check fails.
      name: name scope of what is built.
      x: newer name of `t`.
      message: newer name of `msg`.

    Returns:
      A tensor of the same shape, dtype and values.

    Raises:
      ValueError: if an argument is given by both of its names.
    """
    t, msg = _one_of("t", t, "x", x), _one_of("msg", msg, "message", message)
    with name_scope(name, "VerifyFinite", [t]):
        tensor = convert_to_tensor(t, name="t")
        with default_graph().colocate_with(tensor):
            check = check_numerics(tensor, msg)
            verified: Tensor = with_dependencies([check], tensor)
    return verified


verify_tensor_all_finite = assert_all_finite  # the name at the root


def _one_of(old_name: str, old: Any, new_name: str, new: Any) -> Any:
    if old is not None and new is not None:
        raise ValueError(f"{old_name!r} and {new_name!r} are one argument: give one of them.")
    return new if old is None else old


def add_check_numerics_ops() -> Node:
    """Build checks for NaN and infinity of all float tensors of the default graph.

    The checks run one after the other, in the order in which the tensors were made: the first
    that fails names the node from which the NaN or the infinity comes.

    Returns:
      A node that runs them all; run it beside what is to be checked:

        check = tf.add_check_numerics_ops()
        sess.run([check, train_op])
    """
    checks: list[Any] = []
    kinds = (dtypes.float16, dtypes.float32, dtypes.float64)
    graph = default_graph()
    for node in graph.get_operations():
        for tensor in node.outputs:
            if tensor.dtype in kinds:
                with graph.control_dependencies(checks):
                    checks = [check_numerics(tensor, message=tensor.name)]
    return group(*checks)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """Build `x` as it is, known to have a shape; a run fails if it does not.

    Unlike `Tensor.set_shape`, which takes your word, this looks at the shape in every run.

    Args:
      x: a tensor.
      shape: the shape, with None for sizes that may vary.
      name: the node's name.

    Returns:
      A tensor of the same dtype and values, with the static shape of both.

    Raises:
      ValueError: if the static shape of `x` contradicts it.
    """
    return raw.EnsureShape(x, shape=shape, name=name)  # type: ignore[no-any-return]
