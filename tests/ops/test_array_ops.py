"""Every op on TensorArrays and TensorLists, on both tiers: indices known, and traced.

An array stands in a row as `Elements`: its elements in a list, None for what was not written. What
an op gives for one is compared element by element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import pytest

from penstock.core.dtypes import float32
from penstock.engine.numpy_tier.kernel_table import KERNELS as NUMPY_KERNELS
from penstock.engine.xla_tier.checks import tracing
from penstock.engine.xla_tier.kernel_table import KERNELS as XLA_KERNELS
from penstock.engine.xla_tier.traced_lists import as_traced
from penstock.graph.build import apply
from penstock.graph.graph import Graph
from penstock.graph.kernel_call import bind_kernel
from penstock.graph.node import Node
from penstock.graph.spec import OpSpec
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells
from penstock.ops.library import LIBRARY
from penstock.ops.listed_arrays import ListedArray

__all__ = ["OPS"]


@dataclass(frozen=True)
class Elements:
    """An array by its elements.

    Attributes:
      items: the elements; None where none was written.
      form: what else there is to say of it.
    """

    items: Sequence[Any]
    form: dict[str, Any] = field(default_factory=dict)

    def value(self) -> ListedArray:
        """Make the array."""
        items = [None if item is None else np.asarray(item, np.float32) for item in self.items]
        return ListedArray(ArrayForm(float32, **self.form), Cells(items))


def array(*items: Any, **form: Any) -> Elements:
    """Make an array whose elements are alike."""
    known = next((np.shape(item) for item in items if item is not None), None)
    return Elements(items, {"element_shape": known, **form})


def a_list(*items: Any, **form: Any) -> Elements:
    """Make a TensorList."""
    return Elements(items, {"alike": False, "rewritable": True, **form})


@dataclass(frozen=True)
class ArrayRow:
    """One use of an op.

    Attributes:
      op: its name.
      inputs: a value for each input; that of a handle is not looked at. A tuple is a vector of
        arrays.
      expected: what it gives, without handles.
      attrs: attributes.
      label: what tells rows of one op apart.
    """

    op: str
    inputs: Sequence[Any]
    expected: Sequence[Any]
    attrs: dict[str, Any] = field(default_factory=dict)
    label: str = ""


_H = np.float32(0)
_F = {"dtype": "float32"}
_E = {"element_dtype": "float32"}
_ANY = np.int32(-1)
_AB = array([1.0, 2.0], [3.0, 4.0])
_ABC = array([1.0, 2.0], [3.0, 4.0], [5.0, 6.0])
_ROWS = np.array([[1, 2], [3, 4]], np.float32)
_LAB = a_list([1.0, 2.0], [3.0, 4.0])


def _ints(*values: int) -> Any:
    return np.array(values, np.int32)


def _longs(*values: int) -> Any:
    return np.array(values, np.int64)


ROWS = [
    ArrayRow("TensorArrayV3", [np.int32(2)], [array(None, None)], _F),
    ArrayRow("TensorArrayV3", [np.int32(0)], [array()], _F, "of nothing"),
    ArrayRow("TensorArrayGradV3", [_H, _AB], [_AB], {"source": "gradients"}),
    ArrayRow("TensorArrayGradWithShape", [_H, _AB, _ints(3)], [array(None, None)],
             {"source": "gradients"}),
    ArrayRow("TensorArrayGradWithShape", [_H, array(_ROWS, None, depth=1), _ints(2)],
             [array(_ROWS, None)], {"source": "gradients"}, "of one that is there"),
    ArrayRow("TensorArrayWriteV3", [_H, np.int32(1), _ROWS[1], array([1.0, 2.0], None)], [_AB]),
    ArrayRow("TensorArrayWriteV3", [_H, np.int32(0), _ROWS[0], array(None)],
             [array([1.0, 2.0])], label="the first"),
    ArrayRow("TensorArrayReadV3", [_H, np.int32(1), _AB], [_ROWS[1]], _F),
    ArrayRow("TensorArrayReadV3", [_H, np.int32(1), array([1.0], None)], [np.zeros(1, np.float32)],
             _F, "unwritten"),
    ArrayRow("TensorArrayGatherV3", [_H, _ints(1, 0, 1), _AB], [_ROWS[[1, 0, 1]]], _F),
    ArrayRow("TensorArrayGatherV3", [_H, _ints(0, 1), _AB], [_ROWS], _F, "all"),
    ArrayRow("TensorArrayScatterV3", [_H, _ints(2, 0), _ROWS, array(None, None, None)],
             [array([3.0, 4.0], [0.0, 0.0], [1.0, 2.0])]),
    ArrayRow("TensorArrayScatterV3", [_H, _ints(0, 1), _ROWS, array(None, None)], [_AB],
             label="all"),
    ArrayRow("TensorArrayConcatV3", [_H, _AB], [_ROWS.ravel(), _longs(2, 2)], _F),
    ArrayRow("TensorArrayConcatV3", [_H, Elements([[1.0], [2.0, 3.0]], {"alike": False})],
             [np.array([1, 2, 3], np.float32), _longs(1, 2)], _F, "ragged"),
    ArrayRow("TensorArraySplitV3",
             [_H, np.arange(4, dtype=np.float32), _longs(2, 2), array(None, None)],
             [array([0.0, 1.0], [2.0, 3.0])]),
    ArrayRow("TensorArraySplitV3", [_H, np.arange(3, dtype=np.float32), _longs(1, 2),
                                    Elements([None, None], {"alike": False})],
             [Elements([[0.0], [1.0, 2.0]])], label="ragged"),
    ArrayRow("TensorArraySizeV3", [_H, _AB], [np.int32(2)]),
    ArrayRow("TensorArrayCloseV3", [_H], []),
    ArrayRow("EmptyTensorList", [_ANY, np.int32(-1)], [a_list()], _E),
    ArrayRow("TensorListReserve", [_ints(2), np.int32(1)], [a_list([0.0, 0.0])], _E),
    ArrayRow("TensorListPushBack", [_LAB, _ROWS[0]], [a_list([1, 2], [3, 4], [1, 2])]),
    ArrayRow("TensorListPushBackBatch", [(_LAB, a_list()), _ROWS],
             [(a_list([1, 2], [3, 4], [1, 2]), a_list([3, 4]))]),
    ArrayRow("TensorListPopBack", [_LAB, _ANY], [a_list([1.0, 2.0]), _ROWS[1]], _E),
    ArrayRow("TensorListPopBack", [a_list(None), _ints(2)], [a_list(), np.zeros(2, np.float32)],
             _E, "unwritten"),
    ArrayRow("TensorListGetItem", [_LAB, np.int32(1), _ANY], [_ROWS[1]], _E),
    ArrayRow("TensorListGetItem", [a_list(None, None), np.int32(1), _ints(2)],
             [np.zeros(2, np.float32)], _E, "unwritten"),
    ArrayRow("TensorListSetItem", [_LAB, np.int32(0), _ROWS[1]], [a_list([3, 4], [3, 4])]),
    ArrayRow("TensorListStack", [_LAB, _ANY], [_ROWS], _E),
    ArrayRow("TensorListStack", [a_list([1.0, 2.0], None), _ANY],
             [np.array([[1, 2], [0, 0]], np.float32)], _E, "unwritten"),
    ArrayRow("TensorListFromTensor", [_ROWS, _ANY], [_LAB]),
    ArrayRow("TensorListGather", [_LAB, _ints(1, 1), _ANY], [_ROWS[[1, 1]]], _E),
    ArrayRow("TensorListScatter", [_ROWS, _ints(2, 0), _ANY],
             [a_list([3, 4], [0, 0], [1, 2])]),
    ArrayRow("TensorListScatterV2", [_ROWS, _ints(1, 0), _ints(2), np.int32(3)],
             [a_list([3, 4], [1, 2], [0, 0])]),
    ArrayRow("TensorListScatterIntoExistingList", [_LAB, _ROWS, _ints(2, 0)],
             [a_list([3, 4], [3, 4], [1, 2])]),
    ArrayRow("TensorListConcat", [_LAB], [_ROWS.ravel(), _longs(2, 2)], _E),
    ArrayRow("TensorListConcatV2", [a_list([1.0], None), _ints(-1), _longs(1, 2)],
             [np.array([1, 0, 0], np.float32), _longs(1, 2)], _E),
    ArrayRow("TensorListSplit", [np.arange(3, dtype=np.float32), _ints(-1), _longs(1, 2)],
             [a_list([0], [1, 2])]),
    ArrayRow("TensorListResize", [_LAB, np.int32(1)], [a_list([1.0, 2.0])]),
    ArrayRow("TensorListResize", [a_list([1.0, 2.0]), np.int32(2)], [a_list([1, 2], None)],
             label="longer"),
    ArrayRow("TensorListLength", [_LAB], [np.int32(2)]),
    ArrayRow("TensorListElementShape", [a_list(None, element_shape=(2, None))], [_ints(2, -1)],
             {"shape_type": "int32"}),
    ArrayRow("TensorListConcatLists", [_LAB, a_list([5.0])], [a_list([1, 2], [3, 4], [5])], _E),
]  # fmt: skip

OPS = frozenset(row.op for row in ROWS)


def _build(row: ArrayRow) -> Node:
    spec = LIBRARY[row.op]
    with Graph().as_default() as graph:
        tensors = []
        for arg, value in zip(spec.inputs, row.inputs, strict=True):
            dtype = arg.dtype or value.dtype
            shape = np.shape(value)
            if isinstance(value, (Elements, tuple)):
                shape = (len(value),) if isinstance(value, tuple) else ()
            tensors.append(apply("Placeholder", (), {"dtype": dtype, "shape": shape}, None))
        attrs = dict(row.attrs)
        if "element_dtype" in spec.attr_by_name and not spec.outputs[0].type_attr:
            attrs.setdefault("element_dtype", "float32")
        apply(row.op, tuple(tensors), attrs, None)
        return graph.get_operations()[-1]


def _assert_same(result: Any, expected: Any) -> None:
    if isinstance(expected, tuple):
        for one, wanted in zip(result, expected, strict=True):
            _assert_same(one, wanted)
        return
    if not isinstance(expected, Elements):
        assert np.asarray(result).dtype == expected.dtype
        np.testing.assert_array_equal(result, expected)
        return
    assert isinstance(result, ArrayValue)
    items = result.on_host().cells.items
    assert len(items) == len(expected.items)
    for item, wanted in zip(items, expected.items, strict=True):
        if item is None or wanted is None:
            assert not np.any(wanted if item is None else item)
        else:
            np.testing.assert_array_equal(item, np.asarray(wanted, np.float32))


def _value(given: Any) -> Any:
    if not isinstance(given, tuple):
        return given.value() if isinstance(given, Elements) else given
    vector = np.empty(len(given), object)
    vector[:] = [each.value() for each in given]
    return vector


def _values(row: ArrayRow) -> list[Any]:
    return [_value(given) for given in row.inputs]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.op}-{row.label}".strip("-"))
def test_values_of_the_interpreter(row):
    """The interpreter gives what is expected."""
    node = _build(row)
    kernel = NUMPY_KERNELS.get(row.op, node.spec.kernel)
    results = bind_kernel(node.spec, node.attrs, kernel)(np, _values(row))
    for result, expected in zip(results, row.expected, strict=True):
        _assert_same(result, expected)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if not LIBRARY[row.op].host],
    ids=lambda row: f"{row.op}-{row.label}".strip("-"),
)
def test_values_of_compiled_code(row):
    """Compiled code gives what is expected, with all inputs traced that may be."""
    node = _build(row)
    spec: OpSpec = node.spec
    kernel = XLA_KERNELS.get(row.op, spec.kernel)
    call = bind_kernel(spec, node.attrs, kernel)
    values = _values(row)
    traced = [index for index, arg in enumerate(spec.inputs) if arg.name not in spec.static]

    def program(*arguments: Any) -> Any:
        complete = list(values)
        for index, argument in zip(traced, arguments, strict=True):
            complete[index] = as_traced(argument)
        tracing.node, tracing.checks, tracing.conditions = node, [], []
        return call(jax.numpy, complete)

    with jax.enable_x64(True):
        results = jax.jit(program)(*[values[index] for index in traced])
    for result, expected in zip(results, row.expected, strict=True):
        _assert_same(result, expected)
