"""`tf.gradients`: from outputs back to inputs, one gradient function a node.

Each node between the outputs and the inputs is visited when the gradients of all its outputs are
there. They are added up, its gradient function turns them into gradients of its inputs, and these
go on to the nodes that the inputs come from. Names and order of the nodes that are built are
TensorFlow's: ``gradients/<node>_grad/...``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from penstock.autodiff.arguments import (
    as_list,
    converted,
    differentiable,
    given_list,
    seed,
    weights,
)
from penstock.autodiff.between import TRAINABLE, find_way
from penstock.autodiff.call_gradients import call_gradients
from penstock.autodiff.loop_gradients import loop_gradients
from penstock.autodiff.registry import get_gradient_function, has_registered
from penstock.autodiff.sums import check_method, total
from penstock.core import dtypes
from penstock.dataflow.in_place import make_functions
from penstock.functions.grouping import tuple as gated_tuple
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed
from penstock.ops.resource_state import handle_data

if TYPE_CHECKING:
    from penstock.graph.node import Node

__all__ = ["UnconnectedGradients", "gradients"]


class UnconnectedGradients(Enum):
    """What `tf.gradients` gives for an input that the outputs do not depend on.

    * `NONE`: None.
    * `ZERO`: zeros of its shape.
    """

    NONE = "none"
    ZERO = "zero"


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    stop_gradients: Any = None,
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
) -> list[Any]:
    """Build the derivatives of the sum of `ys` by each of `xs`.

    Args:
      ys: a tensor, or a list of tensors, to differentiate.
      xs: a tensor or variable, or a list of them, to differentiate by.
      grad_ys: for each of `ys` a tensor of its shape that its derivatives are weighted by; None,
        there or as a whole, means ones.
      name: name scope of what is built.
      colocate_gradients_with_ops: whether each node's gradient is built for the node's device.
      gate_gradients: whether the gradients of a node's inputs wait for each other.
      aggregation_method: how gradients of one tensor are added up, one of `tf.AggregationMethod`.
      stop_gradients: a tensor, or a list of them, taken as constants.
      unconnected_gradients: what is given for one of `xs` that `ys` do not depend on.

    Returns:
      A list with a derivative for each of `xs`, of its shape: a tensor; `tf.IndexedSlices` where
      only rows of it were used; None if `ys` do not depend on it.

    Raises:
      LookupError: if a node on the way has no gradient.
      ValueError: if arguments do not fit each other, or a gradient function gives a wrong number
        of gradients or wrong shapes.
      TypeError: if a dtype has no derivative, or one of `ys` or `xs` is None.

    Example, where `stop_gradients` makes total derivatives partial ones:

        a = tf.constant(0.0)
        b = 2 * a
        tf.gradients(a + b, [a, b])                          # values: 3.0, 1.0
        tf.gradients(a + b, [a, b], stop_gradients=[a, b])   # values: 1.0, 1.0
    """
    unconnected = _unconnected(unconnected_gradients)
    ys, xs, stops = given_list(ys, "ys"), given_list(xs, "xs"), as_list(stop_gradients)
    grad_ys = weights(grad_ys, len(ys))
    with name_scope(name, "gradients", [*ys, *xs, *stops, *grad_ys]):
        ys = converted(ys, "y")
        xs = [differentiable(x, f"x_{index}") for index, x in enumerate(xs)]
        grad_ys = converted(grad_ys, "grad_y")
        make_functions([y.op for y in ys], [x.op for x in xs])
        walk = _Walk(colocate_gradients_with_ops, gate_gradients, check_method(aggregation_method))
        for index, (y, given) in enumerate(zip(ys, grad_ys, strict=True)):
            with walk.beside(y.op):
                walk.give(y, seed(y, given, index))
        walk.run([y.op for y in ys], [x.op for x in xs], [stop.op for stop in stops])
    return [_result(walk, x, unconnected) for x in xs]


def _unconnected(choice: Any) -> UnconnectedGradients:
    try:
        return UnconnectedGradients(choice)
    except ValueError:
        raise ValueError(
            f"unconnected_gradients must be 'none' or 'zero', not {choice!r}."
        ) from None


class _Walk:
    """One walk back: the gradients so far, and how those of a node are found."""

    def __init__(self, colocate: bool, gate: bool, method: int) -> None:
        self._colocate = colocate
        self._gate = gate
        self._method = method
        self._parts: dict[Tensor, list[Any]] = {}
        self._totals: dict[Tensor, Any] = {}

    def give(self, tensor: Any, gradient: Any) -> None:
        """Add a part to the gradient of a tensor."""
        tensor = tensor.values if isinstance(tensor, IndexedSlices) else tensor
        self._parts.setdefault(tensor, []).append(gradient)

    def beside(self, node: Node) -> AbstractContextManager[Any]:
        """Colocate with `node`, if that was asked for."""
        return default_graph().colocate_with(node) if self._colocate else nullcontext()

    def run(self, ys: Sequence[Node], xs: Sequence[Node], stops: Sequence[Node]) -> None:
        """Visit the nodes from `ys` back to `xs`."""
        way = find_way(ys, xs, stops)
        waits = way.waits
        queue = deque(way.ready)
        while queue:
            node = queue.popleft()
            with self.beside(node):
                dys = [self._total(tensor) for tensor in node.outputs]
                if node not in way.stops and any(dy is not None for dy in dys):
                    self._pass_on(node, dys, way.sources[node])
            for tensor in way.sources[node]:
                source = tensor.op
                if source in waits:
                    waits[source] -= 1
                    if not waits[source]:
                        queue.append(source)

    def _total(self, tensor: Tensor) -> Any:
        parts = self._parts.pop(tensor, None)
        if parts is None:
            return None
        gradient = parts[0] if len(parts) == 1 else total(tensor.op, parts, self._method)
        self._totals[tensor] = gradient
        return gradient

    def of(self, tensor: Any) -> Any:
        """Give the gradient of one of the xs; None if none came."""
        tensor = tensor.values if isinstance(tensor, IndexedSlices) else tensor
        return self._totals.get(tensor)

    def _pass_on(self, node: Node, dys: list[Any], sources: Sequence[Tensor]) -> None:
        """Turn gradients of a node's outputs into gradients of its inputs."""
        if len(sources) > len(node.inputs):
            self.give(sources[0], dys[0])  # an argument, and what it stands for
            return
        function = _gradient_function(node)
        if function is None:
            return
        if len(dys) > 1 and node.spec.calls is None:
            dys = [_zeros_if_none(tensor, dy) for tensor, dy in zip(node.outputs, dys, strict=True)]
        graph = default_graph()
        with graph.name_scope(f"{node.name}_grad"):
            found = _as_gradients(function(node, *dys))
            if len(found) != len(node.inputs):
                raise ValueError(
                    f"The gradient function of {node.name!r} (op type: {node.type}), made at "
                    f"{node.line}, must give {len(node.inputs)} gradients, one for each input, but "
                    f"gave {len(found)}."
                )
            if self._gate and sum(gradient is not None for gradient in found) > 1:
                with graph.device(None), graph.colocate_with(None, ignore_existing=True):
                    found = gated_tuple(found)
        for tensor, gradient in zip(node.inputs, found, strict=True):
            if gradient is not None:
                _fit(node, tensor, gradient)
                self.give(tensor, gradient)


def _gradient_function(node: Node) -> Callable[..., Any] | None:
    if node.spec.calls is None or node.gradient_override is not None or has_registered(node):
        return get_gradient_function(node)
    return partial(loop_gradients if node.spec.is_loop else call_gradients, gradients)


def _as_gradients(found: Any) -> list[Any]:
    return list(found) if isinstance(found, (list, tuple)) else [found]


def _fit(node: Node, tensor: Tensor, gradient: Any) -> None:
    """Tell the gradient of an input that it has the input's shape."""
    if isinstance(gradient, IndexedSlices):
        return
    if not isinstance(gradient, Tensor):
        raise TypeError(
            f"Gradients are tensors or IndexedSlices, but the gradient function of {node.name!r} "
            f"(op type: {node.type}), made at {node.line}, gave {gradient!r}."
        )
    shape = tensor.static_shape
    if gradient.static_shape == shape or tensor.dtype is dtypes.resource:
        return
    try:
        gradient.set_shape(shape)
    except ValueError as error:
        raise ValueError(
            f"The gradient function of {node.name!r} (op type: {node.type}), made at {node.line}, "
            f"gave {gradient!r} for the input {tensor!r}: a gradient has its input's shape. "
            "Sum it over what was stretched, or reshape it."
        ) from error


def _zeros_if_none(tensor: Tensor, dy: Any) -> Any:
    """Give `dy`, or zeros where the outputs do not depend on this one of a node's outputs."""
    if dy is not None or tensor.dtype not in TRAINABLE:
        return dy
    return _zeros_of(tensor, optimize=False)


def _zeros_of(tensor: Tensor, optimize: bool) -> Any:
    if tensor.dtype is not dtypes.resource:
        return composed.zeros_like(tensor, optimize=optimize)
    dtype, shape = handle_data(tensor)
    if dtype is None:
        return None
    if shape is None or None in shape or not optimize:
        return composed.zeros(raw.VariableShape(tensor), dtype)
    return composed.zeros(composed.constant(list(shape), dtypes.int32), dtype)


def _result(walk: _Walk, x: Any, unconnected: UnconnectedGradients) -> Any:
    gradient = walk.of(x)
    if gradient is None and unconnected is UnconnectedGradients.ZERO:
        return _zeros_of(x, optimize=True)
    return gradient
