"""Rows of variables in both forms: assignment, updates by index, counters."""

import numpy as np

from tests.ops.row import Row, integers, normal, positive

_ROWS_OF = np.array([3, 0], np.int32)
_REPEATED = np.array([[3, 0], [3, 1]], np.int64)
_POINTS = np.array([[3, 0], [1, 1]], np.int32)
_NUMBERS = ("float32", "float64", "int32")


def _scattered(change):
    """Give the reference of a scatter: a loop over the places, one after the other."""

    def reference(ref, indices, updates):
        result = np.array(ref)
        rows = np.broadcast_to(updates, (*indices.shape, *ref.shape[1:]))
        for place in np.ndindex(*indices.shape):
            row = indices[place]
            result[row] = change(result[row], rows[place])
        return result

    return reference


def _scattered_nd(change):
    def reference(ref, indices, updates):
        result = np.array(ref)
        for place in np.ndindex(*indices.shape[:-1]):
            position = tuple(indices[place])
            result[position] = change(result[position], updates[place])
        return result

    return reference


def _divide(x, y):
    return np.trunc(x / y) if np.issubdtype(x.dtype, np.integer) else x / y


_CHANGES = {
    "Update": lambda x, y: y,
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": _divide,
    "Min": np.minimum,
    "Max": np.maximum,
}


def _scatter_rows():
    for form in ("Scatter", "ResourceScatter"):
        for name, change in _CHANGES.items():
            op, reference = form + name, _scattered(change)
            dtypes = _NUMBERS if form == "Scatter" else ()
            whole = 10 * normal(4, 2)
            yield Row(op, [whole, _ROWS_OF, 5 * positive(2, 2)], reference=reference, dtypes=dtypes)
            scalar = np.array(2, np.float32)
            yield Row(op, [whole, _ROWS_OF, scalar], reference=reference, label="scalar")
            if name != "Update":
                yield Row(
                    op, [whole, _REPEATED, positive(2, 2, 2)], reference=reference, label="repeated"
                )
        for name in ("Update", "Add", "Sub"):
            reference = _scattered_nd(_CHANGES[name])
            op = f"{form}Nd{name}"
            yield Row(op, [normal(4, 2), _POINTS, normal(2)], reference=reference, label="elements")
            yield Row(
                op, [normal(4, 2, 3), _POINTS, normal(2, 3)], reference=reference, label="slices"
            )


_TWO = [normal(2, 3), normal(2, 3, seed=1)]
_COUNTER = np.array(3, np.int64)

ROWS = [
    Row("VariableV2", attrs={"shape": [2], "dtype": "float32"}),
    Row("Variable", attrs={"shape": [2], "dtype": "float32"}),
    Row("VarHandleOp", attrs={"shape": [2], "dtype": "float32"}),
    Row("TemporaryVariable", attrs={"shape": [2], "dtype": "float32"}),
    Row(
        "DestroyTemporaryVariable",
        [normal(2)],
        reference=lambda ref: ref,
        attrs={"var_name": "it"},
    ),
    Row("IsVariableInitialized", [np.array(True)], reference=lambda ref: ref),
    Row("VarIsInitializedOp", [np.array(True)], reference=lambda resource: resource),
    Row("Assign", _TWO, reference=lambda ref, value: value, dtypes=(*_NUMBERS, "bool")),
    Row(
        "Assign",
        [normal(2), normal(3)],
        reference=lambda ref, value: value,
        attrs={"validate_shape": False},
        label="another shape",
    ),
    Row("AssignAdd", _TWO, reference=np.add, dtypes=_NUMBERS),
    Row("AssignSub", _TWO, reference=np.subtract, dtypes=_NUMBERS),
    Row("AssignVariableOp", _TWO, reference=lambda resource, value: value),
    Row("AssignAddVariableOp", _TWO, reference=np.add),
    Row("AssignSubVariableOp", _TWO, reference=np.subtract),
    Row(
        "ReadVariableOp",
        [normal(2, 3)],
        reference=lambda resource: resource,
        attrs={"dtype": "float32"},
    ),
    Row(
        "CountUpTo",
        [_COUNTER],
        reference=lambda ref: [ref + 1, ref],
        attrs={"limit": 5},
        dtypes=("int32", "int64"),
    ),
    Row(
        "ResourceCountUpTo",
        [_COUNTER],
        reference=lambda resource: [resource + 1, resource],
        attrs={"limit": 5, "T": "int64"},
    ),
    Row("DestroyResourceOp", [normal(2)], check=lambda outputs: None),
    Row("DisableCopyOnRead", [normal(2)], check=lambda outputs: None),
    Row("VariableShape", [normal(2, 3)], reference=lambda input: np.array([2, 3])),
    Row(
        "VariableShape",
        [normal(2, 3)],
        reference=lambda input: np.array([2, 3]),
        attrs={"out_type": "int64"},
        label="long",
    ),
    Row(
        "ResourceGather",
        [normal(5, 3), integers(0, 5, 2, 4)],
        reference=lambda resource, indices: resource[indices],
        attrs={"dtype": "float32"},
    ),
    Row(
        "ResourceGather",
        [normal(2, 5, 3), integers(0, 5, 2, 4)],
        reference=lambda resource, indices: np.stack(
            [each[places] for each, places in zip(resource, indices, strict=True)]
        ),
        attrs={"dtype": "float32", "batch_dims": 1},
        label="batch",
    ),
    Row(
        "ResourceGatherNd",
        [normal(4, 2, 3), _POINTS],
        reference=lambda resource, indices: np.stack([resource[tuple(place)] for place in indices]),
        attrs={"dtype": "float32"},
    ),
    *_scatter_rows(),
]
