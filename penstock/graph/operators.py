"""What Python's operators on tensors build, with the node names TensorFlow gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from penstock.core import dtypes
from penstock.core.errors import OperatorNotAllowedInGraphError
from penstock.graph.build import raw
from penstock.graph.conversion import convert
from penstock.graph.default import default_graph
from penstock.graph.indexing import index_tensor

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Tensor

__all__ = ["OVERLOADABLE", "TRUE_DIVISION", "TensorOperators", "divide_true"]

Build = Callable[..., Any]

# What true division turns integers into, so that no quotient is cut off.
TRUE_DIVISION = {
    dtypes.uint8: dtypes.float32,
    dtypes.int8: dtypes.float32,
    dtypes.uint16: dtypes.float32,
    dtypes.int16: dtypes.float32,
    dtypes.int32: dtypes.float64,
    dtypes.int64: dtypes.float64,
}

_METHODS = (
    "add radd sub rsub mul rmul div rdiv truediv rtruediv floordiv rfloordiv mod rmod pow rpow "
    "matmul rmatmul and rand or ror xor rxor lt le gt ge eq ne neg abs invert getitem"
)
# The operator methods that build nodes.
OVERLOADABLE = frozenset(f"__{name}__" for name in _METHODS.split())


def divide_true(x: Any, y: Any, name: str) -> Any:
    """Build x / y, integers taken to floats first; `name` is an open scope."""
    dtype = TRUE_DIVISION.get(x.dtype.base_dtype)
    if dtype is not None and y.dtype.base_dtype is x.dtype.base_dtype:
        x = raw.Cast(x, DstT=dtype)
        y = raw.Cast(y, DstT=dtype)
    return raw.RealDiv(x, y, name=name)


def _div(x: Any, y: Any, name: str) -> Any:
    exact = x.dtype.is_floating or x.dtype.is_complex
    return (raw.RealDiv if exact else raw.FloorDiv)(x, y, name=name)


def _add(x: Any, y: Any, name: str) -> Any:
    if x.dtype.base_dtype is dtypes.string:
        return raw.Add(x, y, name=name)
    return raw.AddV2(x, y, name=name)


def _logical_xor(x: Any, y: Any, name: str) -> Any:
    either = raw.LogicalOr(x, y)
    both = raw.LogicalNot(raw.LogicalAnd(x, y))
    return raw.LogicalAnd(either, both, name=name)


def _matmul(x: Any, y: Any, name: str) -> Any:
    if _is_matrix(x) and _is_matrix(y):
        return raw.MatMul(x, y, name=name)
    return raw.BatchMatMulV2(x, y, name=name)


def _is_matrix(x: Any) -> bool:
    return x.static_shape is not None and len(x.static_shape) <= 2


def _graph_for(tensor: Tensor) -> Graph:
    """Give the graph that an operator on `tensor` builds in: the body of a function, or its own."""
    current = default_graph()
    return current if current.building_function else tensor.op.graph


def _binary(build: Build, scope: str) -> tuple[Any, Any]:
    """Make an operator method and its reflected twin."""

    def operate(self: Tensor, other: Any) -> Any:
        graph = _graph_for(self)
        if type(other) is type(self):
            with graph.name_scope(scope) as name:
                return build(self, other, name=name)
        combine = getattr(other, "_combine_with_dense", None)
        if combine is not None:
            return combine(self, scope)
        with graph.name_scope(scope) as name:
            try:
                y = convert(graph, other, name="y", preferred=self.dtype.base_dtype)
            except TypeError:
                if hasattr(type(other), f"__r{scope}__"):
                    return NotImplemented
                raise
            return build(self, y, name=name)

    def reflected(self: Tensor, other: Any) -> Any:
        graph = _graph_for(self)
        with graph.name_scope(scope) as name:
            x = convert(graph, other, self.dtype.base_dtype, name="x")
            return build(x, self, name=name)

    return operate, reflected


def _comparison(build: Build) -> Any:
    def compare(self: Tensor, other: Any) -> Any:
        return build(self, other)

    return compare


class TensorOperators:
    """The operator methods of `Tensor`; each builds a node, none computes."""

    __slots__ = ()

    OVERLOADABLE_OPERATORS = OVERLOADABLE

    __array_priority__ = 100

    __add__, __radd__ = _binary(_add, "add")
    __sub__, __rsub__ = _binary(raw.Sub, "sub")
    __mul__, __rmul__ = _binary(raw.Mul, "mul")
    __div__, __rdiv__ = _binary(_div, "div")  # programs of Python 2 call it by its name
    __truediv__, __rtruediv__ = _binary(divide_true, "truediv")
    __floordiv__, __rfloordiv__ = _binary(raw.FloorDiv, "floordiv")
    __mod__, __rmod__ = _binary(raw.FloorMod, "mod")
    __pow__, __rpow__ = _binary(raw.Pow, "pow")
    __matmul__, __rmatmul__ = _binary(_matmul, "matmul")
    __and__, __rand__ = _binary(raw.LogicalAnd, "and")
    __or__, __ror__ = _binary(raw.LogicalOr, "or")
    __xor__, __rxor__ = _binary(_logical_xor, "xor")

    __lt__ = _comparison(raw.Less)
    __le__ = _comparison(raw.LessEqual)
    __gt__ = _comparison(raw.Greater)
    __ge__ = _comparison(raw.GreaterEqual)

    def __neg__(self) -> Any:
        return raw.Neg(self)

    def __abs__(self) -> Any:
        dtype: Any = self.dtype  # type: ignore[attr-defined]
        if dtype.is_complex:
            return raw.ComplexAbs(self, Tout=dtype.real_dtype, name="Abs")
        return raw.Abs(self)

    def __invert__(self) -> Any:
        return raw.LogicalNot(self)

    def __getitem__(self, index: Any) -> Any:
        return index_tensor(self, index)  # type: ignore[arg-type]

    def __len__(self) -> int:
        raise TypeError(
            f"len() of {self!r} cannot be told from the graph. Use tf.shape(x)[0] for the size "
            "when it runs, or x.shape[0] for the static size."
        )

    def __iter__(self) -> Any:
        raise OperatorNotAllowedInGraphError(
            f"{self!r} is a symbol without values, so it cannot be iterated over. Use "
            "tf.unstack(x) for its rows, tf.map_fn for a function of each, or sess.run(x) first."
        )

    def __bool__(self) -> bool:
        raise OperatorNotAllowedInGraphError(
            f"{self!r} is a symbol without a value, so it is neither true nor false. Use "
            "`x is not None` to ask whether it is there, tf.cond to branch on its value, and "
            "tf.logical_and / or / not for logic."
        )

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError(
            f"{self!r} is a symbol without values, so NumPy cannot make an array of it. Use the "
            "tf function of the same name, or sess.run(x) first."
        )
