"""Nodes made of a row, and their values as either tier computes them, without a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy
import numpy as np

from penstock.core.dtypes import DType, as_dtype
from penstock.engine.numpy_tier.kernel_table import KERNELS as NUMPY_KERNELS
from penstock.engine.xla_tier.checks import tracing
from penstock.engine.xla_tier.kernel_table import KERNELS as XLA_KERNELS
from penstock.graph.build import apply
from penstock.graph.conversion import constant
from penstock.graph.graph import Graph
from penstock.graph.kernel_call import bind_kernel
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec
from penstock.ops.library import LIBRARY
from tests.ops.row import Row

__all__ = ["TIERS", "build", "cast_inputs", "compute", "evaluate", "has_kernel", "result_dtypes"]

jax.config.update("jax_enable_x64", True)

TIERS = {"numpy": np, "xla": jax.numpy}
_OWN_KERNELS = {"numpy": NUMPY_KERNELS, "xla": XLA_KERNELS}
_KEY = (1234, 5678)


def has_kernel(op: str) -> bool:
    """Tell whether the op computes by itself; a placeholder, or a call of a function, does not."""
    return LIBRARY[op].kernel is not None or op in NUMPY_KERNELS


def compute(tier: str, node: Node, values: Sequence[Any]) -> list[Any]:
    """Run a node's kernel on flat input values; on XLA all but static inputs are traced.

    Returns:
      NumPy arrays: the new values of written variables, then the outputs that are no references.
    """
    spec = node.spec
    kernel = _OWN_KERNELS[tier].get(spec.name, spec.kernel)
    random = {"key": _KEY, "counter": np.uint64(0)} if spec.random else {}
    bound = bind_kernel(spec, node.attrs, kernel, **random)
    if tier == "numpy":
        with np.errstate(all="ignore"):
            results = bound(np, values)
            return [_as_array(value) for value in results if value is not None]
    traced = [index for index, name in enumerate(_names(node)) if name not in spec.static]

    def program(*arguments: Any) -> Any:
        complete = list(values)
        for index, argument in zip(traced, arguments, strict=True):
            complete[index] = argument
        return bound(jax.numpy, complete)

    tracing.node, tracing.checks, tracing.conditions = node, [], []
    outputs = jax.jit(program)(*(values[index] for index in traced))
    return [np.asarray(value) for value in outputs]


def _as_array(value: Any) -> Any:
    return np.asarray(value, object) if isinstance(value, bytes) else np.asarray(value)


def _names(node: Node) -> list[str]:
    names = []
    for arg in node.spec.inputs:
        count = 1
        if arg.number_attr:
            count = node.attrs[arg.number_attr]
        elif arg.type_list_attr:
            count = len(node.attrs[arg.type_list_attr])
        names.extend([arg.name] * count)
    return names


def result_dtypes(node: Node, values: Sequence[Any]) -> list[DType]:
    """List the dtypes that `compute` must give."""
    if node.type == "DestroyResourceOp":  # it gives None: there is no value any more
        return []
    states = dict(zip(_names(node), values, strict=True))
    written = [as_dtype(states[name].dtype) for name in node.spec.writes]
    return written + [tensor.dtype for tensor in node.outputs if not tensor.dtype.is_ref_dtype]


def cast_inputs(row: Row, dtype: str | None) -> list[Any]:
    """Give the row's inputs as arrays, those of the first type attr cast to `dtype`."""
    spec = LIBRARY[row.op]
    attrs = [arg.type_attr for arg in spec.inputs if arg.type_attr]

    def fit(arg: Any, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [fit(arg, item) for item in value]
        array = np.asarray(value)
        varies = dtype is not None and attrs and arg.type_attr == attrs[0]
        return array.astype(as_dtype(dtype).as_numpy_dtype) if varies else array

    return [fit(arg, value) for arg, value in zip(spec.inputs, row.inputs, strict=True)]


def build(row: Row, inputs: Sequence[Any], known: str) -> tuple[Graph, Node, list[Any]]:
    """Make the row's node in a graph of its own.

    Args:
      row: the row.
      inputs: its inputs, as `cast_inputs` gives them.
      known: what the graph knows of the inputs' shapes: "all" (static inputs are constants then),
        "rank" or "nothing".

    Returns:
      The graph, the node, and the flat input values.
    """
    spec = LIBRARY[row.op]
    graph = Graph()
    if spec.removed is not None:
        graph.producer = spec.removed - 1
    values: list[Any] = []

    def source(arg: Any, value: Any) -> Tensor:
        if arg.is_list and isinstance(value, list):
            return [source(arg, item) for item in value]  # type: ignore[return-value]
        values.append(value)
        if arg.name in spec.static and known != "nothing":
            return constant(graph, value)
        return _placeholder(spec, arg, value, known)

    with graph.as_default():
        tensors = [source(arg, value) for arg, value in zip(spec.inputs, inputs, strict=True)]
        apply(row.op, tuple(tensors), dict(row.attrs), None)
    return graph, graph.get_operations()[-1], values


def _placeholder(spec: OpSpec, arg: Any, value: Any, known: str) -> Tensor:
    shape = {"all": value.shape, "rank": (None,) * value.ndim, "nothing": None}[known]
    dtype = as_dtype(value.dtype)
    is_handle = arg.dtype is not None and arg.dtype.name == "resource"
    if is_handle:
        tensor = apply("Placeholder", (), {"dtype": "resource", "shape": ()}, None)
        tensor.handle_data = (dtype, shape)
        return tensor
    tensor = apply("Placeholder", (), {"dtype": dtype, "shape": shape}, None)
    if arg.is_ref:
        tensor.dtype = dtype._as_ref
    return tensor


def evaluate(tensors: Sequence[Tensor], feeds: dict[Tensor, Any]) -> list[Any]:
    """Compute tensors of a graph with the NumPy kernels, node by node."""
    known = {tensor: np.asarray(value) for tensor, value in feeds.items()}

    def value(tensor: Tensor) -> Any:
        if tensor not in known:
            node = tensor.op
            results = compute("numpy", node, [value(source) for source in node.inputs])
            known.update(zip(node.outputs, results, strict=True))
        return known[tensor]

    return [value(tensor) for tensor in tensors]
