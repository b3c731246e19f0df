"""From a step to a call: a tier's own kernel, or the record's, bound but for the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.core.shapes import Shape
from penstock.engine.contract import Step
from penstock.engine.fitting import fitting
from penstock.graph.kernel_call import Bound, bind_kernel, keyword_names
from penstock.graph.node import Node
from penstock.graph.spec import OpSpec
from penstock.ops.tensor_array_gradients import array_depth

__all__ = ["KernelTable", "bind"]

KernelTable = Mapping[str, Callable[..., Any]]


def bind(step: Step, kernels: KernelTable) -> Bound:
    """Make ``f(xp, values) -> results`` of a step: a tier's own kernel, or the record's.

    Raises:
      NotImplementedError: if the op has no kernel.
    """
    spec: OpSpec = step.node.spec
    kernel = kernels.get(spec.name, spec.kernel)
    if kernel is None:
        raise NotImplementedError(
            f"The op {spec.name} of node {step.node.name!r}, made at {step.node.line}, has no "
            "kernel here, so it can be part of a graph but cannot run."
        )
    if spec.random is None:
        named = keyword_names(kernel)
        given = {name: told(step.node) for name, told in _TOLD.items() if name in named}
        return fitting(step.node, bind_kernel(spec, step.node.attrs, kernel, **given))
    return fitting(step.node, _bind_random(step, kernel))


def _declared_shape(node: Node) -> Shape:
    """Give the shape that the variable a node writes was declared with."""
    writes = node.spec.writes
    return node.inputs[node.spec.input_index[writes[0]]].static_shape if writes else None


# What a kernel is told of its node beside the attrs, where it names the keyword.
_TOLD = {
    "declared_shape": _declared_shape,
    "array_depth": array_depth,
    "node_name": lambda node: node.name,
    "result_shape": lambda node: node.outputs[0].static_shape,
}


def _bind_random(step: Step, kernel: Callable[..., Any]) -> Bound:
    """Bind a random op: the results are the counter for the next run, then the outputs."""
    spec, attrs = step.node.spec, step.node.attrs
    reserve = spec.random
    assert reserve is not None

    def call(xp: Any, values: Any) -> tuple[Any, ...]:
        *inputs, counter = values
        bound = bind_kernel(spec, attrs, kernel, key=step.key, counter=counter)
        outputs = bound(xp, inputs)
        blocks = reserve(
            attrs, [xp.shape(value) for value in inputs], [xp.shape(value) for value in outputs]
        )
        return (counter + counter.dtype.type(blocks), *outputs)

    return call
