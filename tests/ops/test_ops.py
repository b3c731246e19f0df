"""Every op, by its rows: values on both tiers, dtypes, static shapes, gradients, bad attributes."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import numpy as np
import pytest

import penstock as tf
import tests.ops.rows
from penstock.core.dtypes import ALL, as_dtype
from penstock.core.shapes import is_compatible, is_fully_defined
from penstock.graph.build import apply, convert_to_tensor
from penstock.graph.graph import Graph
from penstock.ops.library import LIBRARY
from tests.ops.row import Row
from tests.ops.test_array_ops import OPS as ARRAY_OPS
from tests.ops.tiers import TIERS, build, cast_inputs, compute, evaluate, has_kernel, result_dtypes

_TABLE: list[Row] = [
    row
    for module in pkgutil.iter_modules(tests.ops.rows.__path__, "tests.ops.rows.")
    for row in importlib.import_module(module.name).ROWS
]
ROWS = [row for row in _TABLE if row.op in LIBRARY]
_TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-5, "complex64": 2e-5}
# Steps of the differences: errors are of the order of the square and of the rounding over it.
_STEP, _STEP_SINGLE = 1e-5, 1e-2


# Ops that compute by calling parts of a graph or of a program; tests of control flow run them.
_CALLERS = {"Case", "If", "StatelessCase", "StatelessIf", "StatelessWhile", "While"}
_CALLERS |= {"For", "PartitionedCall", "RemoteCall", "StatefulPartitionedCall", "SymbolicGradient"}
_CALLERS |= {"EagerPyFunc", "PyFunc", "PyFuncStateless"}
_CALLERS |= {"Abort"}  # it ends the process
_CALLERS |= {"FakeParam"}  # it stands within them for what has no value


def _cases() -> list[Any]:
    cases = []
    for row in ROWS:
        if not has_kernel(row.op):
            continue
        for dtype in row.dtypes or [None]:
            name = "-".join(part for part in (row.op, row.label, dtype) if part)
            cases.append(pytest.param(row, dtype, id=name))
    return cases


def _wide(value: Any) -> Any:
    """Give floats as float64, so that a reference is exact; all else as it is."""
    if isinstance(value, list):
        return [_wide(item) for item in value]
    dtype = value.dtype
    if dtype.kind == "f" or dtype.name == "bfloat16":
        return value.astype(np.float64)
    return value.astype(np.complex128) if dtype.kind == "c" else value


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _assert_near(actual: Any, expected: Any, rtol: float | None) -> None:
    if actual.dtype == object:
        np.testing.assert_array_equal(actual, expected)
        return
    tolerance = _TOLERANCE.get(actual.dtype.name, 1e-9) if rtol is None else rtol
    wide = _wide(actual)
    if wide.dtype.kind not in "fc" and rtol is None:
        np.testing.assert_array_equal(wide, expected)
    else:
        np.testing.assert_allclose(wide, expected, rtol=tolerance, atol=tolerance)


def _tiers(row: Row, values: list[Any]) -> list[str]:
    on_host = LIBRARY[row.op].host or any(value.dtype == object for value in values)
    return ["numpy"] if on_host else list(TIERS)


@pytest.mark.parametrize(("row", "dtype"), _cases())
def test_values(row: Row, dtype: str | None) -> None:
    """Each tier gives the reference's values, in the dtypes and shapes that the graph declares."""
    inputs = cast_inputs(row, dtype)
    _, node, values = build(row, inputs, "all")
    by_tier = [compute(tier, node, values) for tier in _tiers(row, values)]
    expected = None
    if row.reference is not None:
        with np.errstate(all="ignore"):
            expected = _as_list(row.reference(*(_wide(value) for value in inputs)))
    for outputs in by_tier:
        declared = result_dtypes(node, values)
        assert [as_dtype(output.dtype) for output in outputs] == declared
        if expected is not None:
            for output, wanted in zip(outputs, expected, strict=True):
                assert output.shape == np.shape(wanted)
                _assert_near(output, wanted, row.rtol)
        if row.check is not None:
            row.check(outputs)
    for other in by_tier[1:]:
        for mine, theirs in zip(by_tier[0], other, strict=True):
            _assert_near(theirs, _wide(mine), row.rtol)


@pytest.mark.parametrize("known", ["all", "rank", "nothing"])
@pytest.mark.parametrize(("row", "dtype"), _cases())
def test_static_shapes(row: Row, dtype: str | None, known: str) -> None:
    """What the graph says of a shape holds of the value, however little it knows of the inputs."""
    _, node, values = build(row, cast_inputs(row, dtype), known)
    outputs = compute("numpy", node, values)[len(node.spec.writes) :]
    plain = [tensor for tensor in node.outputs if not tensor.dtype.is_ref_dtype]
    for tensor, output in zip(plain, outputs, strict=True):
        assert is_compatible(tensor.static_shape, output.shape), (tensor, output.shape)
        if known == "all" and row.shape_known and not node.spec.host:
            assert is_fully_defined(tensor.static_shape), tensor


def _differentiable(row: Row, values: list[Any]) -> list[int]:
    if row.grad is not True:
        return list(row.grad or ())
    return [index for index, value in enumerate(values) if _wide(value).dtype.kind in "fc"]


def _precise(row: Row) -> str | None:
    spec = LIBRARY[row.op]
    first = next((arg for arg in spec.inputs if arg.type_attr), None)
    if first is None:
        return None
    allowed = spec.attr_by_name[first.type_attr or ""].allowed or ALL
    index = spec.input_index[first.name]
    sample = row.inputs[index][0] if first.is_list else row.inputs[index]
    wanted = "complex128" if np.asarray(sample).dtype.kind == "c" else "float64"
    return wanted if as_dtype(wanted) in allowed else None


def _weights(tensors: Any, values: list[Any]) -> list[Any]:
    """Draw one array of weights per value: what an outer gradient would be."""
    random = np.random.default_rng(7)
    drawn = []
    for tensor, value in zip(tensors, values, strict=True):
        weights = random.normal(size=value.shape)
        if tensor.dtype.is_complex:
            weights = weights + 1j * random.normal(size=value.shape)
        drawn.append(weights.astype(tensor.dtype.as_numpy_dtype))
    return drawn


def _is_single(tensors: Any) -> bool:
    return any(tensor.dtype in ("float32", "complex64") for tensor in tensors)


def _slope(ys: Any, weights: Any, feeds: dict[Any, Any], x: Any, direction: Any) -> float:
    """Difference quotient along `direction` of the weighted sum of ys."""
    sums = []
    size = _STEP_SINGLE if _is_single([x, *ys]) else _STEP
    for step in (size, -size):
        moved = (feeds[x] + step * direction).astype(feeds[x].dtype)
        values = evaluate(ys, {**feeds, x: moved})
        sums.append(
            sum(np.sum((np.conj(w) * v).real) for w, v in zip(weights, values, strict=True))
        )
    return (sums[0] - sums[1]) / (2 * size)


def _check_gradients(
    ys: Any, xs: Any, feeds: dict[Any, Any], tolerance: float, symmetric: bool
) -> list[Any]:
    """Hold the gradients of ys in xs against difference quotients; give the gradients."""
    weights = _weights(ys, evaluate(ys, feeds))
    grad_ys = [convert_to_tensor(weight) for weight in weights]
    gradients = tf.gradients(list(ys), list(xs), grad_ys=grad_ys)
    random = np.random.default_rng(8)
    for x, gradient in zip(xs, gradients, strict=True):
        symbolic = 0.0
        value = np.zeros_like(feeds[x])
        if gradient is not None:
            value = evaluate([convert_to_tensor(gradient)], feeds)[0]
            assert value.shape == feeds[x].shape
            assert is_compatible(convert_to_tensor(gradient).static_shape, value.shape)
        for _ in range(2):
            direction = random.normal(size=feeds[x].shape)
            if x.dtype.is_complex:
                direction = direction + 1j * random.normal(size=feeds[x].shape)
            if symmetric:
                direction = direction + np.conj(np.swapaxes(direction, -1, -2))
            symbolic = float(np.sum((np.conj(value) * direction).real))
            numeric = _slope(ys, weights, feeds, x, direction)
            np.testing.assert_allclose(symbolic, numeric, rtol=tolerance, atol=tolerance)
    return [convert_to_tensor(gradient) for gradient in gradients if gradient is not None]


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row.op}-{row.label}") for row in ROWS if row.grad]
)
def test_gradients(row: Row) -> None:
    """Gradients, and gradients of these, are what differences of the values say."""
    graph, node, values = build(row, cast_inputs(row, _precise(row)), "all")
    xs = [node.inputs[index] for index in _differentiable(row, values)]
    ys = [tensor for tensor in node.outputs if tensor.dtype.is_floating or tensor.dtype.is_complex]
    assert xs and ys, "a row with a gradient has something to differentiate"
    feeds = dict(zip(node.inputs, values, strict=True))
    single = _is_single([*xs, *ys])
    with graph.as_default():
        first = _check_gradients(ys, xs, feeds, 3e-2 if single else 1e-6, row.symmetric)
        if row.second and not single:
            _check_gradients(first, xs, feeds, 1e-5, row.symmetric)


@pytest.mark.parametrize(
    "row", list({row.op: row for row in ROWS}.values()), ids=lambda row: row.op
)
def test_bad_attributes(row: Row) -> None:
    """A wrong dtype or kind is a TypeError, a wrong choice or a number too small a ValueError."""
    spec = LIBRARY[row.op]
    counts = {arg.number_attr for arg in spec.inputs}
    typed = {arg.type_attr for arg in spec.inputs if arg.type_attr}
    bad: list[tuple[str, Any, type[Exception]]] = []
    for declared in spec.attrs:
        if declared.kind == "type" and declared.allowed and declared.name not in typed:
            others = [dtype for dtype in ALL if dtype not in declared.allowed]
            bad += [(declared.name, dtype, TypeError) for dtype in others[:1]]
        elif declared.kind == "string" and declared.allowed:
            bad.append((declared.name, "neither", ValueError))
        elif declared.kind == "int" and declared.name not in counts:
            bad.append((declared.name, "text", TypeError))
            if declared.minimum is not None:
                bad.append((declared.name, declared.minimum - 1, ValueError))
    for name, value, error in bad:
        worse = Row(row.op, row.inputs, attrs={**row.attrs, name: value})
        with pytest.raises(error):
            build(worse, cast_inputs(worse, None), "all")
    for arg in spec.inputs:
        allowed = arg.type_attr and spec.attr_by_name[arg.type_attr].allowed
        if not allowed or allowed >= ALL or arg.is_list or arg.is_ref:
            continue
        wrong = next(dtype for dtype in ALL if dtype not in allowed)
        with Graph().as_default(), pytest.raises(TypeError):
            tensors = [
                apply("Placeholder", (), {"dtype": wrong, "shape": None}, None) for _ in spec.inputs
            ]
            apply(row.op, tuple(tensors), {}, None)


def _is_on_object(op: str) -> bool:
    """Tell whether an op is on a queue or the like, which tests of these objects run."""
    return bool(LIBRARY[op].objects) or LIBRARY[op].makes is not None


def test_every_op_has_a_row() -> None:
    """No op stays untested, but for those whose name tells that no graph of a user's has them."""
    public = {op for op in LIBRARY if not op.startswith("_") and not _is_on_object(op)}
    assert sorted(public - _CALLERS - ARRAY_OPS - {row.op for row in ROWS}) == []


def test_every_row_has_an_op_and_an_expectation() -> None:
    """A row that nothing can run, or that expects nothing, tests nothing."""
    for row in _TABLE:
        assert row.op in LIBRARY
        if has_kernel(row.op):
            assert row.reference is not None or row.check is not None, row.op
