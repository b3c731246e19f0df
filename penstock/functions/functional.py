"""Choices, loops and calls of functions that are there already: `functional_ops`.

A function is what `Defun` gives, or a `FunctionGraph`. `tf.cond`, `tf.while_loop` and the like make
functions of their own, and are what programs mostly want.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import shapes
from penstock.core.dtypes import int32
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.functions.branches import captured_by, make_call, trace_function
from penstock.functions.checks import Assert
from penstock.functions.while_loop import make_while
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.function_copy import copy_function
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.spec import Calls

__all__ = ["For", "If", "While", "as_function", "partitioned_call", "remote_call"]


def as_function(function: Any) -> FunctionGraph:
    """Give the body of what stands for a function.

    Raises:
      TypeError: if it stands for none.
    """
    convert = getattr(type(function), "_as_function", None)
    found = function if convert is None else convert(function)
    if not isinstance(found, FunctionGraph):
        raise TypeError(f"A function that Defun made is needed, not {function!r}.")
    return found


def If(  # noqa: N802  TensorFlow's name
    cond: Any, inputs: Sequence[Any], then_branch: Any, else_branch: Any, name: str | None = None
) -> list[Tensor]:
    """Build a choice between two functions of the same arguments.

    Args:
      cond: a scalar: it holds if it is not zero, or a string that is not empty; an array holds if
        it has elements.
      inputs: the functions' arguments.
      then_branch: the function to call if `cond` holds.
      else_branch: that to call otherwise.
      name: the node's name.

    Returns:
      A list of the function's outputs.

    Raises:
      InvalidArgumentError: if arguments or outputs do not fit.
    """
    branches = _own([as_function(then_branch), as_function(else_branch)])
    arguments = _arguments(branches, inputs)
    _check_outputs(branches[0], [output.dtype.base_dtype for output in branches[1].outputs])
    selector = convert_to_tensor(cond)
    node = make_call(default_graph(), branches, arguments, name or "If", selector, Calls.CHOICE)
    return list(node.outputs)


def While(  # noqa: N802  TensorFlow's name
    input_: Sequence[Any], cond: Any, body: Any, name: str | None = None, hostmem: Any = None
) -> list[Tensor]:
    """Build a loop: `body` is called again and again while `cond` gives true.

    Args:
      input_: the first values.
      cond: a function of the values that gives a boolean scalar.
      body: a function from the values to those of the next turn.
      name: the node's name.
      hostmem: taken; values are where they are needed.

    Returns:
      A list of the last values.

    Raises:
      InvalidArgumentError: if arguments or outputs do not fit.
    """
    functions = _own([as_function(cond), as_function(body)])
    first = _arguments(functions, input_)
    _check_outputs(functions[1], [tensor.dtype.base_dtype for tensor in first])
    invariants = _invariants(first, functions[1])
    node = make_while(
        default_graph(), functions[0], functions[1], first, invariants, name or "While", None
    )
    return list(node.outputs)


def _invariants(first: Sequence[Tensor], body: FunctionGraph) -> list[Shape]:
    """Give the shapes that hold in every turn, as far as the first values and the body tell."""
    return [
        shapes.generalize(one.static_shape, output.static_shape)
        for one, output in zip(first, body.outputs, strict=True)
    ]


def For(  # noqa: N802  TensorFlow's name
    start: Any,
    limit: Any,
    delta: Any,
    inputs: Sequence[Any],
    body: Any,
    name: str | None = None,
    hostmem: Any = None,
    rewrite_with_while: bool | None = None,
) -> list[Tensor]:
    """Build a loop over numbers: `body` is called with each from `start` on, in steps of `delta`.

    Args:
      start: the first number; an int32 scalar.
      limit: the end, which is not reached.
      delta: the step, which may be negative.
      inputs: the first values.
      body: a function from a number and the values to those of the next turn.
      name: the node's name.
      hostmem: taken; values are where they are needed.
      rewrite_with_while: taken; it always is a While node.

    Returns:
      A list of the last values.

    Raises:
      InvalidArgumentError: if arguments or outputs do not fit; in a run, if steps of `delta` do
        not lead from `start` to `limit`.
    """
    (function,) = _own([as_function(body)])
    with name_scope(name, "For") as scope:
        numbers = zip((start, limit, delta), ("start", "limit", "delta"), strict=True)
        start, limit, delta = [convert_to_tensor(value, int32, text) for value, text in numbers]
        values = _arguments([function], [start, *inputs])[1:]
        _check_outputs(function, [tensor.dtype.base_dtype for tensor in values])
        turns = _turns(start, limit, delta)
        first = [*values, convert_to_tensor(0)]

        def variables(graph: FunctionGraph) -> list[Tensor]:
            return [
                graph.add_argument(one.dtype, None, f"value_{index}")
                for index, one in enumerate(first)
            ]

        def judge(graph: FunctionGraph) -> list[Tensor]:
            return [raw.Less(variables(graph)[-1], turns)]

        def repeat(graph: FunctionGraph) -> list[Tensor]:
            *now, turn = variables(graph)
            number = raw.AddV2(start, raw.Mul(turn, delta))
            after = make_call(graph, [function], [number, *now], "call").outputs
            return [*after, raw.AddV2(turn, 1)]

        graph = default_graph()
        condition = trace_function(graph, scope[:-1], judge)
        repeated = trace_function(graph, scope[:-1], repeat)
        invariants = _invariants(first, repeated)
        node = make_while(graph, condition, repeated, first, invariants, scope, len(values))
    return list(node.outputs[: len(values)])


def _turns(start: Tensor, limit: Tensor, delta: Tensor) -> Tensor:
    """Build the number of steps of `delta` from `start` to `limit`."""
    way = raw.Sub(limit, start)
    leads = raw.LogicalOr(raw.Equal(way, 0), raw.Greater(raw.Mul(raw.Sign(way), delta), 0))
    told = ["For needs a delta that leads from start to limit, but they are", start, limit, delta]
    with default_graph().control_dependencies([Assert(leads, told)]):
        step = raw.Select(raw.Equal(delta, 0), raw.OnesLike(delta), delta)
        return raw.Neg(raw.FloorDiv(raw.Neg(way), step))  # type: ignore[no-any-return]


def partitioned_call(
    args: Sequence[Any],
    f: Any,
    tout: Any = None,
    executing_eagerly: Any = None,
    config: Any = None,
    executor_type: Any = None,
) -> Any:
    """Build a call of a function.

    Args:
      args: its arguments.
      f: the function.
      tout: not used: the function's outputs have their dtypes.
      executing_eagerly: not used.
      config: taken.
      executor_type: taken.

    Returns:
      A list of its outputs; the node if there are none.

    Raises:
      InvalidArgumentError: if arguments do not fit.
    """
    function = as_function(f)
    op = "StatefulPartitionedCall" if function.is_stateful else "PartitionedCall"
    node = make_call(default_graph(), [function], _arguments([function], args), op)
    return list(node.outputs) or node


def remote_call(
    target: Any,
    args: Sequence[Any],
    Tout: Any,  # noqa: N803  TensorFlow's name
    f: Any,
    name: str | None = None,
) -> Any:
    """Build a call of a function, for the device that `target` names.

    Args:
      target: a device's name; the function runs where its call does.
      args: its arguments.
      Tout: not used: the function's outputs have their dtypes.
      f: the function.
      name: the node's name.

    Returns:
      A list of its outputs.

    Raises:
      InvalidArgumentError: if arguments do not fit.
    """
    function = as_function(f)
    arguments = _arguments([function], args)
    arguments += captured_by(function, len(arguments))
    types = [output.dtype.base_dtype for output in function.outputs]
    return raw.RemoteCall(target, arguments, Tout=types, f=function, name=name)


def _own(functions: list[FunctionGraph]) -> list[FunctionGraph]:
    """Give functions that a node may have as its own: copies where they capture something."""
    if not any(function.captured for function in functions):
        return functions
    return [copy_function(function, function.outer, {}) for function in functions]


def _arguments(functions: Sequence[FunctionGraph], given: Sequence[Any]) -> list[Tensor]:
    """Turn the arguments of a call into tensors, and hold them against what functions take."""
    for function in functions:
        count = len(function.arguments) - len(captured_by(function, 0))
        if len(given) != count:
            raise InvalidArgumentError(
                None, None, f"Expects {count} arguments, but {len(given)} is provided: the "
                f"function {function.name!r} takes "
                f"{[one.op.name for one in function.arguments[:count]]}."
            )  # fmt: skip
    dtypes = [argument.dtype.base_dtype for argument in functions[0].arguments]
    tensors = [
        value if isinstance(value, Tensor) else convert_to_tensor(value, dtype)
        for value, dtype in zip(given, dtypes, strict=False)
    ]
    for function in functions:
        for tensor, argument in zip(tensors, function.arguments, strict=False):
            if tensor.dtype.base_dtype is not argument.dtype.base_dtype:
                raise InvalidArgumentError(
                    None, None, f"Argument {argument.op.name!r} of the function {function.name!r} "
                    f"must be {argument.dtype.name}, but {tensor.name!r} is {tensor.dtype.name}. "
                    "Convert it with tf.cast."
                )  # fmt: skip
    return tensors


def _check_outputs(function: FunctionGraph, wanted: Sequence[Any]) -> None:
    found = [output.dtype.base_dtype for output in function.outputs]
    if found != list(wanted):
        raise InvalidArgumentError(
            None, None, f"The function {function.name!r} must give "
            f"{[dtype.name for dtype in wanted]}, but gives {[dtype.name for dtype in found]}."
        )  # fmt: skip
