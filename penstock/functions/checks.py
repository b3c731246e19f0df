"""Checks of values: an assertion is a node that fails the run where its condition does not hold.

What the graph settles already is checked while it is built. An assertion runs only if something
depends on it:

    with tf.control_dependencies([tf.assert_positive(x)]):
        y = tf.log(x)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.functions.cond import cond
from penstock.functions.grouping import no_op
from penstock.functions.math_reductions import reduce_all
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.source_lines import SourceLine, caller

__all__ = [
    "Assert",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "holds_everywhere",
]

# Data of these dtypes is put into an assertion as it stands; other data only where it fails.
_LIGHT = (dtypes.string, dtypes.int32)


def Assert(  # noqa: N802  TensorFlow's name
    condition: Any, data: Any, summarize: int | None = None, name: str | None = None
) -> Node:
    """Build a check: a run that needs it fails if `condition` does not hold.

    Args:
      condition: a boolean scalar tensor.
      data: a list of tensors and values to show where it fails.
      summarize: how many elements of each to show; 3 if None, all if negative.
      name: name scope of what is built.

    Returns:
      The node, which is of use as a control input. Its run raises
      `tf.errors.InvalidArgumentError`.

    Raises:
      TypeError: if `data` is no list.
    """
    if not isinstance(data, (list, tuple)):
        raise TypeError(f"data of tf.Assert must be a list of what to show, not {data!r}.")
    with name_scope(name, "Assert", [condition, data]):
        tensors = [convert_to_tensor(item) for item in data]
        if all(tensor.dtype.base_dtype in _LIGHT for tensor in tensors):
            return _assertion(condition, data, summarize)
        condition = convert_to_tensor(condition, name="Condition")
        guard: Tensor = cond(
            condition, no_op, lambda: _assertion(condition, data, summarize), name="AssertGuard"
        )
        return guard.op


def _assertion(condition: Any, data: Any, summarize: int | None) -> Node:
    node: Node = raw.Assert(condition, list(data), summarize=summarize, name="Assert")
    return node


def holds_everywhere(
    condition: Tensor, operands: tuple[Tensor, ...], truth: Callable[..., Any],
    data: list[Any], summarize: int | None,
) -> Node:  # fmt: skip
    """Build the check that every element of `condition` is true.

    Args:
      condition: a boolean tensor.
      operands: the tensors it is computed from.
      truth: computes it from the operands' values.
      data: what to show where it fails.
      summarize: how many elements of each to show.

    Raises:
      InvalidArgumentError: if the operands are constants for which it fails.
    """
    everywhere = reduce_all(condition)
    values = [constant_value(operand) for operand in operands]
    if all(value is not None for value in values) and not np.all(truth(*values)):
        shown = [constant_value(item) if isinstance(item, Tensor) else item for item in data]
        text = "\n".join(str(item) for item in shown if item is not None and str(item))
        raise InvalidArgumentError(
            None,
            next((item for item in data if isinstance(item, Tensor)), operands[0]).op,
            f"{text}\nThe graph settles these values, so the check made at "
            f"{SourceLine(*caller())} can only fail. Change the values, or the check.",
        )
    return Assert(everywhere, data, summarize)


_DOCSTRING = """Build the check that {condition} for every element.

Args:
  x: a numeric tensor.
  {more}data: what to show where it fails; the operands if None.
  summarize: how many elements of each to show; 3 if None, all if negative.
  message: a text to show before them.
  name: name scope of what is built.

Returns:
  A node, which is of use as a control input.

Raises:
  tf.errors.InvalidArgumentError: if it is known already that it fails.
"""


def _documented(check: Callable[..., Node], name: str, condition: str) -> Callable[..., Node]:
    check.__name__ = check.__qualname__ = name
    more = "y: a tensor that broadcasts with `x`.\n  " if condition.endswith("y") else ""
    check.__doc__ = _DOCSTRING.format(condition=condition, more=more)
    return check


def _comparison(name: str, sign: str, op: str, truth: Callable[..., Any]) -> Callable[..., Node]:
    """Make the check that two tensors compare in a certain way, element by element."""
    scope = name

    def check(
        x: Any,
        y: Any,
        data: Any = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Node:
        with name_scope(name, scope, [x, y, data]):
            x = convert_to_tensor(x, name="x")
            y = convert_to_tensor(y, name="y")
            shown = _operands(f"x {sign} y", x, y) if data is None else list(data)
            if message is not None:
                shown = [message, *shown]
            return holds_everywhere(getattr(raw, op)(x, y), (x, y), truth, shown, summarize)

    return _documented(check, name, f"x {sign} y")


def _operands(condition: str, x: Tensor, y: Tensor) -> list[Any]:
    said = f"Condition {condition} did not hold for every element:"
    return [said, f"x ({x.name}) = ", x, f"y ({y.name}) = ", y]


_assert_equal = _comparison("assert_equal", "==", "Equal", np.equal)
assert_none_equal = _comparison("assert_none_equal", "!=", "NotEqual", np.not_equal)
assert_less = _comparison("assert_less", "<", "Less", np.less)
assert_less_equal = _comparison("assert_less_equal", "<=", "LessEqual", np.less_equal)
assert_greater = _comparison("assert_greater", ">", "Greater", np.greater)
assert_greater_equal = _comparison("assert_greater_equal", ">=", "GreaterEqual", np.greater_equal)


def assert_equal(
    x: Any,
    y: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Node:
    """Build the check that x == y for every element; see `assert_less` for the arguments."""
    with name_scope(name, "assert_equal", [x, y, data]):
        if x is y:
            return no_op()
    return _assert_equal(x, y, data, summarize, message, name)


def _sign_check(
    name: str, sign: str, compare: Callable[..., Node], zero_first: bool, in_one: bool = False
) -> Callable[..., Node]:
    """Make the check that a tensor compares with zero in a certain way.

    Args:
      name: the function's name.
      sign: the sign of the comparison.
      compare: the check of two tensors to use.
      zero_first: whether zero is its first operand.
      in_one: whether what is said is one constant, as in TensorFlow's graph, or two.
    """
    scope = name

    def check(
        x: Any,
        data: Any = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Node:
        with name_scope(name, scope, [x, data]):
            x = convert_to_tensor(x, name="x")
            if data is None:
                said = f"Condition x {sign} 0 did not hold for every element:"
                label = f"x ({x.name}) = "
                data = [message or "", *([f"{said} {label}"] if in_one else [said, label]), x]
            zero = convert_to_tensor(0, dtype=x.dtype.base_dtype)
            operands = (zero, x) if zero_first else (x, zero)
            return compare(*operands, data=data, summarize=summarize)

    return _documented(check, name, f"x {sign} 0")


assert_positive = _sign_check("assert_positive", ">", assert_less, True)
assert_negative = _sign_check("assert_negative", "<", assert_less, False)
assert_non_negative = _sign_check("assert_non_negative", ">=", assert_less_equal, True)
assert_non_positive = _sign_check("assert_non_positive", "<=", assert_less_equal, False, True)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Node:
    """Build the check that ``abs(x - y) < atol + rtol * abs(y)`` for every element.

    Args:
      x: a float or complex tensor.
      y: a tensor of the same dtype that broadcasts with it.
      rtol: the relative tolerance; ten times the dtype's precision if None.
      atol: the absolute tolerance; likewise.
      data: what to show where it fails; the operands if None.
      summarize: how many elements of each to show; 3 if None, all if negative.
      message: a text to show before them.
      name: name scope of what is built.

    Returns:
      A node, which is of use as a control input.

    Raises:
      ValueError: if a tolerance has to be chosen for a dtype that has no precision.
    """
    with name_scope(name, "assert_near", [x, y, rtol, atol, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, x.dtype.base_dtype, name="y")
        kind = x.dtype.real_dtype.base_dtype
        relative = convert_to_tensor(_tolerance(kind) if rtol is None else rtol, kind, name="rtol")
        absolute = convert_to_tensor(_tolerance(kind) if atol is None else atol, kind, name="atol")
        if data is None:
            said = f"x and y are not near: the tolerances are rtol = {relative}, atol = {absolute}"
            data = [message or "", said, f"x ({x.name}) = ", x, f"y ({y.name}) = ", y]
        bound = absolute + relative * abs(y)
        condition = reduce_all(raw.Less(abs(x - y), bound))
        return Assert(condition, data, summarize)


def _tolerance(dtype: dtypes.DType) -> float:
    if not dtype.is_floating:
        raise ValueError(
            f"assert_near chooses tolerances for floats, but the tensors are {dtype.name}. Give "
            "rtol and atol, or use assert_equal."
        )
    return 10.0 * float(np.finfo(dtype.as_numpy_dtype).eps)
