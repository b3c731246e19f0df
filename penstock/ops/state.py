"""Variables in reference form: a node that is the variable, and ops on the reference it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.dtypes import NUMBERS, int32, int64
from penstock.core.errors import InvalidArgumentError, OutOfRangeError
from penstock.core.shapes import Shape, describe, is_compatible
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS", "count_up", "updated_by"]


def _shape_before_v2(c: ShapeContext) -> Shape:
    """The first form of variables wrote an unknown shape as that of a scalar."""
    return c.attrs["shape"] or None


def _variable(name: str, shape: Any) -> OpSpec:
    return OpSpec(
        name,
        outputs=["ref: Ref(dtype)"],
        attrs={
            "shape": attr("shape"),
            "dtype": attr("type"),
            "container": "",
            "shared_name": "",
        },
        doc="A variable: state that lasts from run to run, known by the node's name.",
        shape=shape,
        stateful=True,
    )


VARIABLE = _variable("Variable", _shape_before_v2)
VARIABLE_V2 = _variable("VariableV2", rules.from_attr("shape"))

TEMPORARY_VARIABLE = OpSpec(
    "TemporaryVariable",
    outputs=["ref: Ref(dtype)"],
    attrs={"shape": attr("shape"), "dtype": attr("type"), "var_name": ""},
    doc="A variable that lives from here to its DestroyTemporaryVariable, within one run.",
    shape=rules.from_attr("shape"),
    stateful=True,
)

DESTROY_TEMPORARY_VARIABLE = OpSpec(
    "DestroyTemporaryVariable",
    inputs=["ref: Ref(T)"],
    outputs=["value: T"],
    attrs={"T": attr("type"), "var_name": attr("string")},
    doc="The last value of a temporary variable, which ends with it.",
    shape=rules.same,
    kernel=lambda xp, ref: ref,
    reads=["ref"],
)

IS_VARIABLE_INITIALIZED = OpSpec(
    "IsVariableInitialized",
    inputs=["ref: Ref(dtype)"],
    outputs=["is_initialized: bool"],
    attrs={"dtype": attr("type")},
    doc="Whether the variable has a value.",
    shape=rules.scalar,
    kernel=lambda xp, ref: ref,
    queries=["ref"],
)


def _assigned_shape(c: ShapeContext) -> Shape:
    if c.attrs["validate_shape"]:
        return rules.merged("ref", "value")(c)
    return c.shape("value")


def _assign(
    xp: Any, ref: Any, value: Any, *, validate_shape: bool, declared_shape: Shape = None
) -> Any:
    if validate_shape and not is_compatible(declared_shape, value.shape):
        raise InvalidArgumentError(
            None,
            None,
            f"A variable of shape {describe(declared_shape)} cannot be set to a value of shape "
            f"{describe(value.shape)}. Reshape the value, or pass validate_shape=False.",
        )
    return value


ASSIGN = OpSpec(
    "Assign",
    inputs=["ref: Ref(T)", "value: T"],
    outputs=["output_ref: Ref(T)"],
    attrs={"T": attr("type"), "validate_shape": True, "use_locking": True},
    doc="Sets the variable to `value`; its shape may change only without `validate_shape`.",
    shape=_assigned_shape,
    kernel=_assign,
    writes=["ref"],
)


def updated_by(function: str) -> Callable[..., Any]:
    """Make the kernel that combines a variable and a value of its shape by a function of `xp`."""

    def kernel(xp: Any, state: Any, value: Any) -> Any:
        if state.shape != value.shape:
            raise InvalidArgumentError(
                None,
                None,
                f"A variable of shape {describe(state.shape)} is updated by a value of its own "
                f"shape, not of shape {describe(value.shape)}. Reshape the value, or broadcast "
                "it with tf.broadcast_to.",
            )
        return getattr(xp, function)(state, value)

    return kernel


def _updated(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["ref: Ref(T)", "value: T"],
        outputs=["output_ref: Ref(T)"],
        attrs={"T": NUMBERS, "use_locking": False},
        doc=doc,
        shape=rules.merged("ref", "value"),
        kernel=kernel,
        reads=["ref"],
        writes=["ref"],
    )


ASSIGN_ADD = _updated("AssignAdd", "Adds `value` to the variable.", updated_by("add"))
ASSIGN_SUB = _updated("AssignSub", "Subtracts `value` from the variable.", updated_by("subtract"))


def count_up(xp: Any, ref: Any, *, limit: int) -> tuple[Any, Any]:
    """Give the counter's next value and its value from before.

    Raises:
      OutOfRangeError: if the counter has reached `limit`.
    """
    if ref >= limit:
        raise OutOfRangeError(
            None,
            None,
            f"Reached limit of {limit}: the counter is {ref} and may not go on. Catch "
            "tf.errors.OutOfRangeError to end the loop, or set the counter back.",
        )
    return xp.add(ref, xp.ones((), ref.dtype)), ref


COUNT_UP_TO = OpSpec(
    "CountUpTo",
    inputs=["ref: Ref(T)"],
    outputs=["output: T"],
    attrs={"limit": attr("int"), "T": frozenset({int32, int64})},
    doc="The counter's value; then it grows by one, and is an error from `limit` on.",
    shape=lambda c: rules.with_rank(c, "ref", 0),
    kernel=count_up,
    reads=["ref"],
    writes=["ref"],
    host=True,
)

SPECS = (
    VARIABLE,
    VARIABLE_V2,
    TEMPORARY_VARIABLE,
    DESTROY_TEMPORARY_VARIABLE,
    IS_VARIABLE_INITIALIZED,
    ASSIGN,
    ASSIGN_ADD,
    ASSIGN_SUB,
    COUNT_UP_TO,
)
