"""`tf.while_loop`: a computation repeated while a condition on its values holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

from penstock.core import dtypes, nest, shapes
from penstock.core.containers import Composite, like
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape, as_static
from penstock.functions.branches import share_captures, trace_function
from penstock.functions.control_flow_contexts import WhileContext
from penstock.functions.loop_counter import COUNTER
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops.tensor_array_gradients import mark_flow

__all__ = ["make_while", "while_loop"]


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """Build a loop: `body` is applied to the loop variables again and again while `cond` holds.

    Both functions are called once, now, to build what is repeated.

    Args:
      cond: from the loop variables to a boolean scalar tensor.
      body: from the loop variables to their values in the next turn, in the same nest.
      loop_vars: a list or tuple, perhaps nested, of the first values.
      shape_invariants: for each variable the shape that holds in every turn, where the body
        changes sizes: the same nest of `TensorShape`. That of a TensorArray may be any.
      parallel_iterations: accepted; turns are not run side by side.
      back_prop: accepted; gradients are built when they are asked for.
      swap_memory: accepted.
      name: name scope of the loop.
      maximum_iterations: the most turns; an integer scalar.
      return_same_structure: whether one loop variable comes back in its list.

    Returns:
      The nest of the last values; if there is one tensor alone, that tensor.

    Raises:
      TypeError: if a function is not callable, or nests are of different types.
      ValueError: if there are no variables, the body returns another nest, a limit is no scalar,
        or a variable changes its shape without a shape invariant.
      InvalidArgumentError: if a variable changes its dtype.

    Example:
        i, total = tf.while_loop(lambda i, t: i < 10, lambda i, t: (i + 1, t + i), [0, 0])
    """
    _check_arguments(cond, body, loop_vars, parallel_iterations)
    with name_scope(name, "while", nest.flatten(loop_vars, expand_composites=True)) as scope:
        tensors = [
            convert_to_tensor(leaf) for leaf in nest.flatten(loop_vars, expand_composites=True)
        ]
        tensors = [raw.Identity(one) if one.dtype.is_ref_dtype else one for one in tensors]
        invariants = _invariants(loop_vars, tensors, shape_invariants)
        variables = _Variables(loop_vars, [0, *tensors], [(), *invariants])
        limit = None if maximum_iterations is None else _limit(maximum_iterations)
        told = limit, parallel_iterations, back_prop, swap_memory
        context = WhileContext(*told, f"{scope}while_context")
        node = _build(default_graph(), cond, body, variables, context, scope)
    members = nest.pack_sequence_as(list(loop_vars), node.outputs[1:], expand_composites=True)
    values = like(variables.returned, members)
    alone = len(loop_vars) == 1 and (len(tensors) == 1 or maximum_iterations is not None)
    return values[0] if alone and not return_same_structure else values


def _limit(maximum_iterations: Any) -> Tensor:
    limit: Tensor = convert_to_tensor(maximum_iterations, name="maximum_iterations")
    _check_scalar("maximum_iterations", limit)
    if limit.dtype.base_dtype is not dtypes.int32:
        raise TypeError(
            f"maximum_iterations must be an int32 scalar, but {limit.name!r} is "
            f"{limit.dtype.name}. Convert it with tf.cast."
        )
    return limit


def _check_arguments(cond: Any, body: Any, loop_vars: Any, parallel_iterations: int) -> None:
    for argument, function in (("cond", cond), ("body", body)):
        if not callable(function):
            raise TypeError(f"{argument} must be callable, but is {function!r}.")
    if not loop_vars:
        raise ValueError("while_loop needs at least one loop variable.")
    if not isinstance(parallel_iterations, Integral) or parallel_iterations < 1:
        raise TypeError(
            f"parallel_iterations must be a positive integer, but is {parallel_iterations!r}."
        )


def _invariants(loop_vars: Any, tensors: Sequence[Tensor], given: Any) -> list[Shape]:
    if given is None:
        return [tensor.static_shape for tensor in tensors]
    leaves, shapes_given = nest.flatten(loop_vars), nest.flatten(given)
    if len(leaves) != len(shapes_given):
        raise ValueError(
            f"shape_invariants must have a shape for each of the {len(leaves)} loop variables, but "
            f"has {len(shapes_given)}."
        )
    found: list[Shape] = []
    for leaf, shape in zip(leaves, shapes_given, strict=True):
        found.extend(_shapes_of_parts(leaf, as_static(shape)))
    for tensor, shape in zip(tensors, found, strict=True):
        if shapes.generalize(tensor.static_shape, shape) != shape:
            raise ValueError(
                f"The shape invariant {shapes.describe(shape)} does not hold for the first value "
                f"{tensor.name!r}, whose shape is {shapes.describe(tensor.static_shape)}. "
                "Use None for sizes that change."
            )
    return found


def _shapes_of_parts(leaf: Any, shape: Shape) -> list[Shape]:
    """Give the shapes of the tensors that a loop variable of that shape is made of."""
    if isinstance(leaf, SparseTensor):
        rank = None if shape is None else len(shape)
        return [(None, rank), (None,), (rank,)]
    if isinstance(leaf, IndexedSlices):
        parts: list[Shape] = [shape, None if shape is None else shape[:1]]
        return parts if leaf.dense_shape is None else [*parts, leaf.dense_shape.static_shape]
    if isinstance(leaf, Composite):
        return [part.static_shape for part in leaf.composite_parts()]
    return [shape]


class _Variables:
    """The loop variables: their nest, first values (the turn counter first) and shapes.

    Attributes:
      returned: what the body returned, whose type of list or tuple the results have.
    """

    def __init__(self, nest_of: Any, first: Sequence[Any], invariants: Sequence[Shape]) -> None:
        self.nest = nest_of
        self.returned: Any = None
        self.first = [convert_to_tensor(value) for value in first]
        self.invariants = list(invariants)

    def arguments(self, graph: FunctionGraph) -> tuple[Tensor, list[Any]]:
        """Add the variables as a function's arguments; give the counter and the nest's members."""
        tensors = [
            graph.add_argument(value.dtype.base_dtype, shape, f"loop_variable_{index}")
            for index, (value, shape) in enumerate(zip(self.first, self.invariants, strict=True))
        ]
        for argument, value in zip(tensors, self.first, strict=True):
            mark_flow(argument, value)
        packed = nest.pack_sequence_as(self.nest, tensors[1:], expand_composites=True)
        return tensors[0], list(packed)


def _build(
    graph: Graph, cond: Any, body: Any, variables: _Variables, context: WhileContext, scope: str
) -> Node:
    limit = context.maximum_iterations

    def judge(function: FunctionGraph) -> list[Tensor]:
        function._set_control_flow_context(context)
        counter, members = variables.arguments(function)
        result = cond(*members)
        if result is None:
            raise ValueError("cond must give a boolean scalar, but returned None.")
        holds = convert_to_tensor(result)
        if holds.dtype.base_dtype is not dtypes.bool:
            raise TypeError(f"cond must give a boolean tensor, but gave {holds!r}.")
        _check_scalar("cond", holds)
        if holds.static_shape is None:
            holds = raw.EnsureShape(holds, shape=())
        if limit is not None:
            holds = raw.LogicalAnd(raw.Less(counter, limit), holds)
        return [holds]

    def repeat(function: FunctionGraph) -> list[Tensor]:
        function._set_control_flow_context(context)
        counter, members = variables.arguments(function)
        result = body(*members)
        if len(members) == 1 and not isinstance(result, (list, tuple)):
            result = [result]
        leaves = nest.flatten(result, expand_composites=True)
        _check_nest(variables.nest, result, leaves)
        if any(leaf is None for leaf in leaves):
            raise ValueError(
                f"body must return a value for each loop variable, but returned {result!r}."
            )
        variables.returned = result
        outputs = [function.capture(convert_to_tensor(leaf)) for leaf in leaves]
        outputs = [raw.Identity(one) if one.dtype.is_ref_dtype else one for one in outputs]
        _check_outputs(outputs, variables)
        return [raw.AddV2(counter, 1), *outputs]

    name = scope[:-1]
    condition = trace_function(graph, name, judge)
    repeated = trace_function(graph, name, repeat)
    return make_while(graph, condition, repeated, variables.first, variables.invariants)


def _check_scalar(what: str, tensor: Tensor) -> None:
    if tensor.static_shape not in (None, ()):
        raise ValueError(
            f"{what} must be a scalar, but {tensor.name!r}, made at {tensor.op.line}, has shape "
            f"{tensor.shape}. Bring several values into one by tf.reduce_all or tf.reduce_max."
        )


def _check_nest(wanted: Any, result: Any, leaves: Sequence[Any]) -> None:
    count = len(nest.flatten(wanted, expand_composites=True))
    if len(leaves) != count:
        raise ValueError(
            f"The number of values that body returns must be that of loop_vars, {count}, but it "
            f"returned {len(leaves)}: {result!r}."
        )
    nest.assert_same_structure(list(wanted), list(result), expand_composites=True)


def _check_outputs(outputs: Sequence[Tensor], variables: _Variables) -> None:
    for index, output in enumerate(outputs):
        first, shape = variables.first[1 + index], variables.invariants[1 + index]
        if output.dtype.base_dtype is not first.dtype.base_dtype:
            raise InvalidArgumentError(
                None,
                output.op,
                f"Loop variable {index} enters the loop as {first.dtype.name}, but body returns "
                f"{output.dtype.name} for it: {output.name!r}, made at {output.op.line}. "
                "Convert it with tf.cast.",
            )
        if shapes.generalize(output.static_shape, shape) != shape:
            raise ValueError(
                f"Loop variable {index} enters the loop with shape {shapes.describe(shape)}, but "
                f"after one turn {output.name!r}, made at {output.op.line}, has shape "
                f"{shapes.describe(output.static_shape)}. Give the shape that holds in every turn "
                "by shape_invariants, with None for sizes that change."
            )


def make_while(
    graph: Graph,
    condition: FunctionGraph,
    body: FunctionGraph,
    first: Sequence[Tensor],
    invariants: Sequence[Shape],
    name: str = "While",
    counter: int | None = 0,
) -> Node:
    """Make the node of a loop, in the current name scope.

    Args:
      graph: the graph around it.
      condition: from the loop variables to a boolean scalar.
      body: from the loop variables to their next values.
      first: their first values.
      invariants: the static shapes that hold in every turn.
      name: the node's name.
      counter: which of the variables counts the turns from 0; None if none does.
    """
    captured = share_captures((condition, body), len(first))
    inputs = (*first, *captured)
    stateful = any(node.spec.stateful for one in (condition, body) for node in one.get_operations())
    attrs: dict[str, Any] = {
        "T": [tensor.dtype.base_dtype for tensor in inputs],
        "Tout": [tensor.dtype.base_dtype for tensor in first],
        "Tstacks": [],
        "cond": condition,
        "body": body,
        "output_shapes": list(invariants),
        "parallel_iterations": 10,
    }
    if counter is not None:
        attrs[COUNTER] = counter
    controls = {**condition.outer_controls, **body.outer_controls}
    spec = graph.library["While" if stateful else "StatelessWhile"]
    with graph.control_dependencies(list(controls)):
        return graph.add_node(spec, inputs, attrs, name)
