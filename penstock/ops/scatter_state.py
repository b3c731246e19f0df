"""Updates of a variable's rows, or of any of its elements, by index; one table for both forms.

`ScatterAdd` and its kin take indices along the first axis; `ScatterNdAdd` and its kin take, in the
last axis of `indices`, a position each. The kernels here are NumPy's, and work through repeated
indices one after the other; the XLA tier has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops.index_range import check_range
from penstock.ops.resource_state import INDEX, handle_data

__all__ = ["SPECS", "divide_whole"]

Kernel = Callable[..., Any]


def divide_whole(xp: Any, x: Any, y: Any) -> Any:
    """Divide integers and drop the fraction, as C does; NumPy's // rounds down."""
    return (x - xp.fmod(x, y)) // y


def _update(xp: Any, ref: Any, where: Any, updates: Any) -> None:
    ref[where] = updates


def _divide(xp: Any, ref: Any, where: Any, updates: Any) -> None:
    if ref.dtype.kind in "iu":
        divisor = xp.ones_like(ref)
        xp.multiply.at(divisor, where, updates)
        ref[...] = divide_whole(xp, ref, divisor)
    else:
        xp.divide.at(ref, where, updates)


def _in_place(function: str) -> Kernel:
    def change(xp: Any, ref: Any, where: Any, updates: Any) -> None:
        getattr(xp, function).at(ref, where, updates)

    return change


def _rows_kernel(change: Kernel) -> Kernel:
    def kernel(xp: Any, ref: Any, indices: Any, updates: Any) -> Any:
        check_range(indices, ref.shape[0], "the rows of the variable")
        result = xp.array(ref)
        change(xp, result, indices, updates)
        return result

    return kernel


def _positions_kernel(change: Kernel) -> Kernel:
    def kernel(xp: Any, ref: Any, indices: Any, updates: Any) -> Any:
        check_range(indices, ref.shape[: indices.shape[-1]], "the shape of the variable")
        where = tuple(xp.moveaxis(indices, -1, 0))
        result = xp.array(ref)
        change(xp, result, where, updates)
        return result

    return kernel


def _shape_of_state(c: ShapeContext) -> Shape:
    name = c.spec.inputs[0].name
    return c.shape(name) if c.spec.inputs[0].is_ref else handle_data(c.tensor(name))[1]


def _check_rows(c: ShapeContext) -> None:
    state, indices, updates = _shape_of_state(c), c.shape("indices"), c.shape("updates")
    if updates == ():
        return
    rows = None if state is None else state[1:]
    if not shapes.is_compatible(updates, shapes.concatenate(indices, rows)):
        raise c.mismatch("updates of shape indices.shape + variable.shape[1:], or a scalar")


def _check_positions(c: ShapeContext) -> None:
    state, indices, updates = _shape_of_state(c), c.shape("indices"), c.shape("updates")
    if indices is None:
        return
    if not indices:
        raise c.mismatch("indices of at least one axis")
    depth = indices[-1]
    if state is None or depth is None:
        return
    if depth > len(state) or not shapes.is_compatible(updates, indices[:-1] + state[depth:]):
        raise c.mismatch(
            "indices with at most as many entries as the variable has axes, and updates of shape "
            "indices.shape[:-1] + variable.shape[indices.shape[-1]:]"
        )


def _shape_rule(check: Callable[[ShapeContext], None], is_ref: bool) -> Callable[..., Any]:
    def rule(c: ShapeContext) -> Any:
        check(c)
        return c.shape("ref") if is_ref else []

    return rule


# What is done to an element, and the dtypes and the default for locking that TensorFlow declares.
_EXTREMA = frozenset(
    {dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64}
)
_CHANGES: dict[str, tuple[str, Kernel, Any, bool]] = {
    "Update": ("Sets", _update, attr("type"), True),
    "Add": ("Adds to", _in_place("add"), NUMBERS, False),
    "Sub": ("Subtracts from", _in_place("subtract"), NUMBERS, False),
    "Mul": ("Multiplies", _in_place("multiply"), NUMBERS, False),
    "Div": ("Divides", _divide, NUMBERS, False),
    "Min": ("Takes the lesser for", _in_place("minimum"), _EXTREMA, False),
    "Max": ("Takes the greater for", _in_place("maximum"), _EXTREMA, False),
}


def _rows(suffix: str) -> tuple[OpSpec, OpSpec]:
    does, change, types, locking = _CHANGES[suffix]
    reference = OpSpec(
        f"Scatter{suffix}",
        inputs=["ref: Ref(T)", "indices: Tindices", "updates: T"],
        outputs=["output_ref: Ref(T)"],
        attrs={"T": types, "Tindices": INDEX, "use_locking": locking},
        doc=f"{does} the rows of the variable that `indices` names.",
        shape=_shape_rule(_check_rows, is_ref=True),
        kernel=_rows_kernel(change),
        reads=["ref"],
        writes=["ref"],
    )
    resource = OpSpec(
        f"ResourceScatter{suffix}",
        inputs=["resource: resource", "indices: Tindices", "updates: dtype"],
        attrs={"dtype": attr("type") if suffix == "Update" else NUMBERS, "Tindices": INDEX},
        doc=f"{does} the rows of the variable that `indices` names.",
        shape=_shape_rule(_check_rows, is_ref=False),
        kernel=_rows_kernel(change),
        reads=["resource"],
        writes=["resource"],
    )
    return reference, resource


def _positions(suffix: str) -> tuple[OpSpec, OpSpec]:
    does, change, types, locking = _CHANGES[suffix]
    reference = OpSpec(
        f"ScatterNd{suffix}",
        inputs=["ref: Ref(T)", "indices: Tindices", "updates: T"],
        outputs=["output_ref: Ref(T)"],
        attrs={"T": types, "Tindices": INDEX, "use_locking": locking},
        doc=f"{does} the elements or slices of the variable at the positions in `indices`.",
        shape=_shape_rule(_check_positions, is_ref=True),
        kernel=_positions_kernel(change),
        reads=["ref"],
        writes=["ref"],
    )
    resource = OpSpec(
        f"ResourceScatterNd{suffix}",
        inputs=["ref: resource", "indices: Tindices", "updates: T"],
        attrs={"T": attr("type"), "Tindices": INDEX, "use_locking": True},
        doc=f"{does} the elements or slices of the variable at the positions in `indices`.",
        shape=_shape_rule(_check_positions, is_ref=False),
        kernel=_positions_kernel(change),
        reads=["ref"],
        writes=["ref"],
    )
    return reference, resource


SPECS = (
    *(spec for suffix in _CHANGES for spec in _rows(suffix)),
    *(spec for suffix in ("Update", "Add", "Sub") for spec in _positions(suffix)),
)
