"""`tf.cond` and `tf.case`: one of several computations, chosen when the graph runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.core import dtypes, nest
from penstock.functions.branches import make_call, trace_function
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls

__all__ = ["case", "cond"]


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
      true_fn: builds and returns a nest of tensors, or a node, or None.
      false_fn: the same, with the same nest and dtypes.
      strict: whether a list of one result stays a list.
      name: name scope of the choice.
      fn1: older name of `true_fn`.
      fn2: older name of `false_fn`.

    Returns:
      The nest that the functions return; the node of the choice if they return nodes.

    Raises:
      TypeError: if `pred` is a Python bool, or a function is not callable.
      ValueError: if results differ in structure or dtype.

    Example:
        y = tf.cond(tf.reduce_sum(x) > 0, lambda: x, lambda: -x)
    """
    true_fn, false_fn = _either("fn1", fn1, true_fn), _either("fn2", fn2, false_fn)
    for argument, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(
                f"{argument} must be callable, but is {function!r}. Put it into a function: "
                f"{argument}=lambda: ..."
            )
    if isinstance(pred, bool):
        raise TypeError(
            f"pred must be a tensor, but is the Python bool {pred}. Use Python's own if for what "
            "is known while the graph is built."
        )
    with name_scope(name, "cond", [pred]) as scope:
        predicate = convert_to_tensor(pred, name="pred")
        if predicate.dtype.base_dtype is not dtypes.bool:
            raise TypeError(
                f"pred must be a boolean tensor, but {predicate.name!r} is "
                f"{predicate.dtype.name}. Compare it with something."
            )
        branches = [_Branch(function, scope[:-1]) for function in (true_fn, false_fn)]
        _check_same(*branches)
        bodies = [branch.body for branch in branches]
        node = make_call(default_graph(), bodies, (), "If", predicate, Calls.CHOICE)
    return _result(branches[0].structure, node, strict)


def _either(older: str, old: Any, new: Any) -> Any:
    if old is not None and new is not None:
        raise TypeError(f"{older} is the older name of an argument that is given as well.")
    return new if old is None else old


class _Branch:
    """A branch's body, and the nest of what its function returned.

    Args:
      function: builds the branch.
      name: its name scope.

    Attributes:
      body: the graph.
      structure: the nest, with None for nodes.
    """

    def __init__(self, function: Callable[[], Any], name: str) -> None:
        self.structure: Any = None
        self._function = function
        self.body: FunctionGraph = trace_function(default_graph(), name, self._build)

    def _build(self, body: FunctionGraph) -> list[Tensor]:
        result = self._function()
        leaves = []
        outputs = []
        for leaf in nest.flatten(result, expand_composites=True):
            if leaf is None or isinstance(leaf, Node):
                if leaf is not None:
                    body.controls.append(leaf)
                leaves.append(None)
                continue
            tensor = convert_to_tensor(leaf)
            outputs.append(tensor)
            leaves.append(tensor)
        self.structure = nest.pack_sequence_as(result, leaves, expand_composites=True)
        return outputs


def _check_same(true: _Branch, false: _Branch) -> None:
    try:
        nest.assert_same_structure(true.structure, false.structure, expand_composites=True)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"true_fn and false_fn must return the same nest, but differ: {error}"
        ) from None
    outputs = (true.body.outputs, false.body.outputs)
    if len(outputs[0]) != len(outputs[1]):
        raise ValueError(
            f"true_fn and false_fn must return as many tensors, but return {len(outputs[0])} "
            f"and {len(outputs[1])}."
        )
    for one, other in zip(*outputs, strict=True):
        if one.dtype.base_dtype is not other.dtype.base_dtype:
            raise ValueError(
                f"Outputs of true_fn and false_fn must have the same type, but {one.name!r} is "
                f"{one.dtype.name} and {other.name!r} is {other.dtype.name}. Use tf.cast."
            )


def _result(structure: Any, node: Node, strict: bool) -> Any:
    outputs = iter(node.outputs)
    leaves = [
        node if leaf is None else next(outputs)
        for leaf in nest.flatten(structure, expand_composites=True)
    ]
    result = nest.pack_sequence_as(structure, leaves, expand_composites=True)
    if not strict and type(result) in (list, tuple) and len(result) == 1:
        return result[0]
    return result


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """Build a choice between several: the function of the first predicate that holds.

    Args:
      pred_fn_pairs: pairs of a boolean scalar tensor and a function, or a dict of these.
      default: the function if none holds; the last pair's if None.
      exclusive: whether at most one predicate may hold; the first that holds is taken.
      strict: whether a list of one result stays a list.
      name: name scope of the choice.

    Returns:
      The nest that the functions return.

    Raises:
      TypeError: if the pairs are not pairs, or a function is not callable.
      ValueError: if there are no pairs, or results differ in structure.
    """
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, Mapping) else pred_fn_pairs)
    if not pairs:
        raise ValueError("tf.case needs at least one pair of a predicate and a function.")
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2 or not callable(pair[1]):
            raise TypeError(f"tf.case takes pairs of a predicate and a function, not {pair!r}.")
    if default is None:
        default = pairs.pop()[1] if len(pairs) > 1 else pairs[0][1]

    def choose(position: int) -> Callable[[], Any]:
        if position == len(pairs):
            return default
        predicate, function = pairs[position]
        return lambda: cond(predicate, function, choose(position + 1), strict=strict)

    with name_scope(name, "case", [predicate for predicate, _ in pairs]):
        return choose(0)()
