"""The OpDef of an op, from its record."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.formats.attribute_values import attr_to_proto
from penstock.formats.messages import OpDef
from penstock.graph.spec import MISSING, Arg, Attr, OpSpec

__all__ = ["op_to_proto"]

# What TensorFlow's registry says of ops beyond their records.
_COMMUTATIVE = frozenset(
    {
        "AccumulateNV2", "AddN", "AddV2", "ApproximateEqual", "BitwiseAnd", "BitwiseOr",
        "BitwiseXor", "Equal", "LogicalAnd", "LogicalOr", "Mul", "NotEqual", "SquaredDifference",
    }
)  # fmt: skip
_AGGREGATE = frozenset({"AccumulateNV2", "AddN", "AddV2"})
_ALLOWS_UNINITIALIZED = frozenset({"Assign", "IsVariableInitialized", "RefIdentity", "RefSwitch"})


def op_to_proto(spec: OpSpec) -> Any:
    """Write an op's record as an `OpDef`: its inputs, outputs and attributes."""
    proto = OpDef(
        name=spec.name,
        is_stateful=spec.stateful,
        is_commutative=spec.name in _COMMUTATIVE,
        is_aggregate=spec.name in _AGGREGATE,
        allows_uninitialized_input=spec.name in _ALLOWS_UNINITIALIZED,
    )
    for arg in spec.inputs:
        _write_arg(arg, proto.input_arg.add())
    for arg in spec.outputs:
        _write_arg(arg, proto.output_arg.add())
    for declared in sorted(spec.attrs, key=lambda one: one.name):
        _write_attr(declared, proto.attr.add())
    return proto


def _write_arg(arg: Arg, proto: Any) -> None:
    proto.name = arg.name
    proto.type_attr = arg.type_attr or ""
    proto.number_attr = arg.number_attr or ""
    proto.type_list_attr = arg.type_list_attr or ""
    proto.is_ref = arg.is_ref
    if arg.dtype is not None:
        proto.type = arg.dtype.as_datatype_enum


def _write_attr(declared: Attr, proto: Any) -> None:
    proto.name = declared.name
    proto.type = declared.kind
    if declared.default is not MISSING:
        attr_to_proto(declared.kind, declared.default, proto.default_value)
    if declared.minimum is not None:
        proto.has_minimum, proto.minimum = True, declared.minimum
    if declared.allowed is not None:
        kind = declared.kind.removeprefix("list(").removesuffix(")")
        attr_to_proto(
            f"list({kind})", sorted(declared.allowed, key=_position), proto.allowed_values
        )


def _position(value: Any) -> Any:
    return value.as_datatype_enum if isinstance(value, DType) else value
