"""`tf.case` and `tf.switch_case`: one of several computations, chosen when the graph runs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.core import dtypes
from penstock.functions.branch import Branch, check_same, packed
from penstock.functions.branches import make_call
from penstock.functions.cond import cond
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops import composed

__all__ = ["case", "switch_case"]


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """Build a choice between several: the function of the first predicate that holds.

    Args:
      pred_fn_pairs: pairs of a boolean scalar tensor and a function, or a dict of these: an
        ordered one in its order, any other in that of the tensors' names.
      default: the function if none holds. If None, what the last pair's function builds is an
        error in a run in which no predicate holds.
      exclusive: whether it is an error that more than one predicate holds; the last pair's is not
        looked at where it is the default.
      strict: whether a list of one result stays a list.
      name: name scope of the choice.

    Returns:
      The nest that the functions return.

    Raises:
      TypeError: if the pairs are not pairs, a predicate is no boolean tensor, or a function is
        not callable.
      ValueError: if there are no pairs, or results differ in structure.

    Example:
        y = tf.case([(x > 2, lambda: x * 10), (x > 1, lambda: x * 100)], default=lambda: -x)
    """
    pairs = _pairs(pred_fn_pairs)
    if default is None:
        default = _last([predicate for predicate, _ in pairs], pairs.pop()[1])
    elif not callable(default):
        raise TypeError(f"default must be callable, but is {default!r}.")
    if not pairs:
        return default()
    predicates = [predicate for predicate, _ in pairs]

    def choose(position: int) -> Callable[[], Any]:
        if position == len(pairs):
            return default
        predicate, function = pairs[position]
        return lambda: cond(predicate, function, choose(position + 1), strict=strict)

    with name_scope(name, "case", predicates):
        if not exclusive:
            return choose(0)()
        with default_graph().control_dependencies([_at_most_one(predicates)]):
            return choose(0)()


def _pairs(given: Any) -> list[tuple[Tensor, Callable[[], Any]]]:
    if not isinstance(given, (list, tuple, Mapping)):
        raise TypeError(f"tf.case takes a list or dict of predicates and functions, not {given!r}.")
    if isinstance(given, OrderedDict):
        pairs = list(given.items())
    elif isinstance(given, Mapping):
        pairs = sorted(given.items(), key=lambda pair: getattr(pair[0], "name", ""))
    else:
        pairs = list(given)
    if not pairs:
        raise ValueError("tf.case needs at least one pair of a predicate and a function.")
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"tf.case takes pairs of a predicate and a function, not {pair!r}.")
        predicate, function = pair
        if not isinstance(predicate, Tensor) or predicate.dtype.base_dtype is not dtypes.bool:
            raise TypeError(
                f"A predicate of tf.case must be a boolean tensor, but is {predicate!r}. Use "
                "Python's own if for what is known while the graph is built."
            )
        if not callable(function):
            raise TypeError(
                f"The function of predicate {predicate.name!r} must be callable, but is "
                f"{function!r}. Put it into one: lambda: ..."
            )
    return pairs


def _last(predicates: Sequence[Tensor], function: Callable[[], Any]) -> Callable[[], Any]:
    """Make the default of a choice that has none: the last function, if any predicate holds."""
    names = ", ".join(predicate.name for predicate in predicates)
    text = f"tf.case without a default, but none of these predicates holds: {names}:"

    def build() -> Any:
        flags = raw.Pack(list(predicates), name="preds_c")
        holds = raw.Any(flags, 0)
        check = raw.Assert(holds, [composed.constant(text), flags], summarize=len(predicates))
        with default_graph().control_dependencies([check]):
            return function()

    return build


def _at_most_one(predicates: Sequence[Tensor]) -> Node:
    """Build the check that no two predicates hold."""
    flags = raw.Pack(list(predicates), name="preds_c")
    count = raw.Sum(raw.Cast(flags, DstT=dtypes.int32, name="cond_true_count"), 0)
    names = ", ".join(predicate.name for predicate in predicates)
    text = f"tf.case with exclusive=True, but more than one of these predicates holds: {names}:"
    fits = raw.Less(count, 2, name="at_most_one_true_cond")
    return raw.Assert(  # type: ignore[no-any-return]
        fits, [composed.constant(text), flags], summarize=len(predicates), name="Assert"
    )


def switch_case(
    branch_index: Any,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:
    """Build a choice between several by number.

    All functions are called once, now, to build their branches; only one branch runs.

    Args:
      branch_index: an int32 scalar tensor: the number of the branch to run.
      branch_fns: a list of functions, or a dict or list of pairs from the numbers, 0 up to their
        count, to functions. Each builds and returns a nest of tensors, the same with the same
        dtypes.
      default: the function for any other number; that of the highest number if None.
      name: name scope of the choice.

    Returns:
      The nest that the functions return.

    Raises:
      TypeError: if `branch_index` is no int32 tensor, a function is not callable, or results
        differ in structure or dtype.
      ValueError: if there are no functions, or the numbers leave some out or come twice.

    Example:
        y = tf.switch_case(kind, [lambda: x, lambda: x * x], default=lambda: -x)
    """
    functions = _functions(branch_fns, default)
    if not isinstance(branch_index, Tensor):
        raise TypeError(
            f"branch_index must be a Tensor, but is {branch_index!r} of {type(branch_index)}. Use "
            "Python's own indexing for what is known while the graph is built."
        )
    if branch_index.dtype.base_dtype is not dtypes.int32:
        raise TypeError(
            f"branch_index must be int32, but {branch_index.name!r} is {branch_index.dtype.name}. "
            "Convert it with tf.cast."
        )
    with (
        name_scope(name, "switch_case", [branch_index]),
        name_scope(None, "indexed_case", [branch_index]) as scope,
    ):
        branches = [
            Branch(function, scope[:-1], f"branch {number}", branch_index)
            for number, function in enumerate(functions)
        ]
        check_same(branches, TypeError)
        bodies = [branch.body for branch in branches]
        node = make_call(default_graph(), bodies, (), scope, branch_index, Calls.INDEX)
        outputs = [raw.Identity(output) for output in node.outputs]
    return packed(branches[0].structure, outputs, strict=True)


def _functions(given: Any, default: Any) -> list[Callable[[], Any]]:
    if not isinstance(given, (list, tuple, Mapping)):
        raise TypeError(f"branch_fns must be a list, tuple or dict, but is {given!r}.")
    members = list(given.items() if isinstance(given, Mapping) else given)
    if not members:
        raise ValueError("tf.switch_case needs at least one function in branch_fns.")
    if not all(callable(member) for member in members):
        members = _by_number(members)
    for number, function in enumerate(members):
        if not callable(function):
            raise TypeError(f"The function of branch {number} must be callable, not {function!r}.")
    if default is not None:
        if not callable(default):
            raise TypeError(f"default must be callable, but is {default!r}.")
        members.append(default)
    return members


def _by_number(pairs: Sequence[Any]) -> list[Any]:
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(
                f"branch_fns must hold functions, or pairs of a number and a function, not "
                f"{pair!r}."
            )
        if not isinstance(pair[0], int):
            raise TypeError(f"A branch's number must be a Python int, not {pair[0]!r}.")
    numbers = sorted(number for number, _ in pairs)
    if numbers != list(range(len(pairs))):
        raise ValueError(
            f"The numbers of branch_fns must be 0 to {len(pairs) - 1}, each once, but are "
            f"{numbers}. Give default= for numbers without a branch of their own."
        )
    return [function for _, function in sorted(pairs, key=lambda pair: pair[0])]
