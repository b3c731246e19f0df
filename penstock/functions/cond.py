"""`tf.cond`: one of two computations, chosen when the graph runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.functions.branch import Branch, check_same, packed
from penstock.functions.branches import make_call
from penstock.functions.control_flow_contexts import CondContext
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.spec import Calls

__all__ = ["cond"]


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """Build a choice: the result of `true_fn` if `pred` holds in a run, else that of `false_fn`.

    Both functions are called once, now, to build their branch; only one branch runs. What a
    branch uses from outside is computed in any case.

    Args:
      pred: a boolean scalar tensor.
      true_fn: builds and returns a nest of tensors and nodes.
      false_fn: the same, with the same nest and dtypes.
      strict: whether a list of one result stays a list.
      name: name scope of the choice.
      fn1: older name of `true_fn`.
      fn2: older name of `false_fn`.

    Returns:
      The nest that the functions return; for a node, the predicate once the node has run.

    Raises:
      TypeError: if `pred` is a Python bool, or a function is not callable.
      ValueError: if results differ in structure or dtype, or are None, or `pred` is no scalar.

    Example:
        y = tf.cond(tf.reduce_sum(x) > 0, lambda: x, lambda: -x)
    """
    true_fn = _function("true_fn", true_fn, "fn1", fn1)
    false_fn = _function("false_fn", false_fn, "fn2", fn2)
    if isinstance(pred, bool):
        raise TypeError(
            f"pred must be a tensor, but is the Python bool {pred}. Use Python's own if for what "
            "is known while the graph is built."
        )
    with name_scope(name, "cond", [pred]) as scope:
        predicate = _predicate(pred)
        branches = [
            Branch(function, scope[:-1], label, predicate, CondContext(predicate, None, *context))
            for function, label, *context in (
                (true_fn, "true_fn", 1, f"{scope}cond_text"),
                (false_fn, "false_fn", 0, f"{scope}cond_text_1"),
            )
        ]
        check_same(branches, ValueError)
        bodies = [branch.body for branch in branches]
        if predicate.static_shape is None:
            predicate = raw.EnsureShape(predicate, shape=())
        node = make_call(default_graph(), bodies, (), "If", predicate, Calls.CHOICE)
    return packed(branches[0].structure, node.outputs, strict)


def _predicate(pred: Any) -> Tensor:
    if pred is None:
        raise ValueError("pred must be a boolean scalar tensor, but is None.")
    predicate = convert_to_tensor(pred, name="pred")
    if predicate.dtype.base_dtype is not dtypes.bool:
        raise TypeError(
            f"pred must be a boolean tensor, but {predicate.name!r} is "
            f"{predicate.dtype.name}. Compare it with something."
        )
    if predicate.static_shape not in (None, ()):
        raise ValueError(
            f"pred must be a scalar, but {predicate.name!r} has shape {predicate.shape}. For a "
            "choice element by element there is tf.where."
        )
    return predicate


def _function(name: str, new: Any, older: str, old: Any) -> Any:
    if old is not None and new is not None:
        raise TypeError(f"{older} is the older name of {name}, which is given as well.")
    function = new if old is None else old
    if not callable(function):
        raise TypeError(
            f"{name} must be callable, but is {function!r}. Put it into a function: "
            f"{name}=lambda: ..."
        )
    return function
