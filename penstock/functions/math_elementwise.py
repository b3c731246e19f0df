"""Functions of one tensor, element by element."""

from __future__ import annotations

from typing import Any

from penstock.functions.op_function import op_function, sparse_op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "floor",
    "is_finite",
    "is_inf",
    "is_nan",
    "log",
    "log1p",
    "log_sigmoid",
    "negative",
    "reciprocal",
    "rint",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
]

negative = sparse_op_function("Neg")
sign = sparse_op_function("Sign")
square = sparse_op_function("Square")
sqrt = sparse_op_function("Sqrt")
tanh = sparse_op_function("Tanh")
rsqrt = op_function("Rsqrt")
reciprocal = op_function("Reciprocal")
exp = op_function("Exp")
expm1 = op_function("Expm1")
log = op_function("Log")
log1p = op_function("Log1p")
sin = op_function("Sin")
cos = op_function("Cos")
tan = op_function("Tan")
asin = op_function("Asin")
acos = op_function("Acos")
atan = op_function("Atan")
sinh = op_function("Sinh")
cosh = op_function("Cosh")
asinh = op_function("Asinh")
acosh = op_function("Acosh")
atanh = op_function("Atanh")
floor = op_function("Floor")
ceil = op_function("Ceil")
rint = op_function("Rint")
is_nan = op_function("IsNan")
is_inf = op_function("IsInf")
is_finite = op_function("IsFinite")


def abs(x: Any, name: str | None = None) -> Any:
    """Build the absolute value; that of a complex number is its distance from zero.

    Args:
      x: tensor or `SparseTensor` of numbers.
      name: the node's name.

    Returns:
      What `x` is; float32 or float64 if it is complex.
    """
    with name_scope(name, "Abs", [x]) as scope:
        if isinstance(x, SparseTensor):
            return SparseTensor(x.indices, _absolute(x.values, scope), x.dense_shape)
        return _absolute(convert_to_tensor(x, name="x"), scope)


def _absolute(x: Tensor, scope: str) -> Tensor:
    if x.dtype.is_complex:
        return raw.ComplexAbs(x, Tout=x.dtype.base_dtype.real_dtype, name=scope)
    return raw.Abs(x, name=scope)


def round(x: Any, name: str | None = None) -> Tensor:
    """Build x rounded to whole numbers, halves to the even side.

    Args:
      x: tensor of numbers; integers are given back.
      name: the node's name.

    Returns:
      A tensor of the dtype of `x`.
    """
    tensor = convert_to_tensor(x, name="x")
    return tensor if tensor.dtype.is_integer else raw.Round(tensor, name=name)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """Build 1 / (1 + exp(-x)), which lies between 0 and 1.

    Args:
      x: tensor of floats or complex numbers.
      name: the node's name.

    Returns:
      A tensor of the dtype of `x`.
    """
    with name_scope(name, "Sigmoid", [x]) as scope:
        return raw.Sigmoid(convert_to_tensor(x, name="x"), name=scope)


def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """Build the logarithm of `sigmoid`, exact for numbers far below zero too.

    Args:
      x: tensor of floats.
      name: the node's name.

    Returns:
      A tensor of the dtype of `x`.
    """
    with name_scope(name, "LogSigmoid", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        return raw.Neg(raw.Softplus(raw.Neg(tensor)), name=scope)
