"""Element types: what the numbers (or strings, or handles) of a tensor are.

There is one `DType` object per type, and a second one for its *reference* form: `float32` is the
type of a value, `float32_ref` that of the output of a `VariableV2` node, which can be assigned to.
Both are singletons, so types are compared by `is`, and all their facts are plain attributes:
graph building reads them for every node.

The numbers (`float32.as_datatype_enum == 1`) are those of the GraphDef format; a reference type's
is 100 more.
"""

from __future__ import annotations

import builtins
from typing import Any, Final, final

import ml_dtypes
import numpy as np

__all__ = [
    "ALL", "COMPLEX", "DType", "FLOATING", "INTEGERS", "NUMBERS", "QUANTIZED",
    "QUANTIZED_DTYPES", "REAL_NUMBERS", "SIGNED_INTEGERS", "UNSIGNED_INTEGERS", "as_dtype",
    "bfloat16", "bool", "complex128", "complex64", "double", "float16", "float32", "float64",
    "half", "int16", "int32", "int64", "int8", "qint16", "qint32", "qint8", "quint16", "quint8",
    "resource", "string", "uint16", "uint32", "uint64", "uint8", "variant",
]  # fmt: skip

_REF_OFFSET: Final = 100
_FINFO: Final[Any] = ml_dtypes.finfo  # untyped there; it knows bfloat16, NumPy's does not


@final
class DType:
    """The type of a tensor's elements, such as `tf.float32`.

    Attributes:
        name: `"float32"`, or `"float32_ref"` for the reference form.
        as_datatype_enum: the type's number in a GraphDef.
        as_numpy_dtype: the NumPy scalar class or dtype that holds such values; `object` for
            strings and handles.
        base_dtype: the same type, not a reference.
        real_dtype: for a complex type, the type of its parts; otherwise the type itself.
        size: bytes per element.
        is_ref_dtype: whether this is the reference form.
        is_integer: a signed or unsigned integer, not quantized.
        is_floating: float16, bfloat16, float32 or float64.
        is_complex: complex64 or complex128.
        is_bool: `tf.bool`.
        is_unsigned: an unsigned integer, not quantized.
        is_quantized: one of the qint and quint types.
        is_numpy_compatible: whether a NumPy array can hold the values (not handles).

    Example:
        >>> float32 == "float32", as_dtype("half") is float16, complex64.real_dtype
        (True, True, tf.float32)
    """

    _as_ref: DType
    _is_ref_dtype: builtins.bool
    _type_enum: int
    as_datatype_enum: int
    as_numpy_dtype: Any
    base_dtype: DType
    is_bool: builtins.bool
    is_complex: builtins.bool
    is_floating: builtins.bool
    is_integer: builtins.bool
    is_numpy_compatible: builtins.bool
    is_quantized: builtins.bool
    is_ref_dtype: builtins.bool
    is_unsigned: builtins.bool
    name: str
    real_dtype: DType
    size: int

    __slots__ = tuple(__annotations__)

    def __new__(cls, type_enum: int) -> DType:
        """Returns the type with this GraphDef number; raises TypeError if there is none."""
        try:
            return _BY_ENUM[int(type_enum)]
        except KeyError:
            raise TypeError(
                f"A DType is made from the number of a type (1 for float32); {type_enum} is none. "
                "Did you mean tf.as_dtype?"
            ) from None

    @property
    def min(self) -> Any:
        """The smallest (most negative) finite value; TypeError for a type without an order."""
        return self._bounds("minimum")[0]

    @property
    def max(self) -> Any:
        """The largest finite value; TypeError for a type without an order."""
        return self._bounds("maximum")[1]

    @property
    def limits(self) -> tuple[Any, Any]:
        """The range that images of this type use: `(0, 1)` for floats, `(0, max)` for integers.

        Raises:
            KeyError: for types that images do not come in.
        """
        if self.base_dtype in (float32, float64):
            return 0, 1
        if self.is_integer:
            return 0, self.max
        raise KeyError(f"{self.name} has no image range; float32, float64 and integers do.")

    def _bounds(self, wanted: str) -> tuple[Any, Any]:
        if self.is_integer:
            integers = np.iinfo(self.as_numpy_dtype)
            return int(integers.min), int(integers.max)
        if self.is_floating:
            floats: Any = _FINFO(self.as_numpy_dtype)
            return floats.min, floats.max
        raise TypeError(f"{self.name} has no {wanted} value; integer and floating types have one.")

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether a value of type `other` may stand where this type is wanted.

        A plain type takes its own reference form too; a reference type takes only itself.
        """
        other = as_dtype(other)
        return self is other or self is other.base_dtype

    def __eq__(self, other: object) -> builtins.bool:
        if self is other:
            return True
        if other is None or type(other) is DType:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __hash__(self) -> int:
        return self._type_enum

    def __repr__(self) -> str:
        return "tf." + self.name

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return as_dtype, (self.name,)


_BY_ENUM: Final[dict[int, DType]] = {}


def _make(name: str, enum: int, numpy_dtype: Any, size: int | None = None) -> DType:
    """Makes a type and its reference form; `size` only where NumPy's itemsize is not the answer."""
    kind = np.dtype(numpy_dtype).kind
    is_quantized = name.startswith(("qint", "quint"))
    plain, reference = object.__new__(DType), object.__new__(DType)
    for made, is_ref in ((plain, False), (reference, True)):
        made.name = name + "_ref" * is_ref
        made._type_enum = made.as_datatype_enum = enum + _REF_OFFSET * is_ref
        made.as_numpy_dtype = numpy_dtype
        made.base_dtype = plain
        made.real_dtype = made
        made._as_ref = reference
        made.is_ref_dtype = made._is_ref_dtype = is_ref
        made.size = np.dtype(numpy_dtype).itemsize if size is None else size
        made.is_quantized = is_quantized
        made.is_bool = kind == "b"
        made.is_unsigned = kind == "u"
        made.is_integer = kind in "iu"
        made.is_floating = kind == "f" or name == "bfloat16"
        made.is_complex = kind == "c"
        made.is_numpy_compatible = name not in ("resource", "variant")
        _BY_ENUM[made._type_enum] = made
    return plain


float32: Final = _make("float32", 1, np.float32)
float64: Final = _make("float64", 2, np.float64)
int32: Final = _make("int32", 3, np.int32)
uint8: Final = _make("uint8", 4, np.uint8)
int16: Final = _make("int16", 5, np.int16)
int8: Final = _make("int8", 6, np.int8)
string: Final = _make("string", 7, object)
complex64: Final = _make("complex64", 8, np.complex64)
int64: Final = _make("int64", 9, np.int64)
bool: Final = _make("bool", 10, np.bool_)
qint8: Final = _make("qint8", 11, np.dtype([("qint8", np.int8)]))
quint8: Final = _make("quint8", 12, np.dtype([("quint8", np.uint8)]))
qint32: Final = _make("qint32", 13, np.dtype([("qint32", np.int32)]))
bfloat16: Final = _make("bfloat16", 14, ml_dtypes.bfloat16)
qint16: Final = _make("qint16", 15, np.dtype([("qint16", np.int16)]))
quint16: Final = _make("quint16", 16, np.dtype([("quint16", np.uint16)]))
uint16: Final = _make("uint16", 17, np.uint16)
complex128: Final = _make("complex128", 18, np.complex128)
float16: Final = _make("float16", 19, np.float16)
resource: Final = _make("resource", 20, object, size=1)
variant: Final = _make("variant", 21, object, size=1)
uint32: Final = _make("uint32", 22, np.uint32)
uint64: Final = _make("uint64", 23, np.uint64)
half: Final = float16
double: Final = float64

complex64.real_dtype = complex64._as_ref.real_dtype = float32
complex128.real_dtype = complex128._as_ref.real_dtype = float64

# The sets below are the type classes that TensorFlow's op signatures are written in; NUMBERS counts
# three of the quantized types as numbers because its `numbertype` does.
FLOATING: Final = frozenset({bfloat16, float16, float32, float64})
COMPLEX: Final = frozenset({complex64, complex128})
SIGNED_INTEGERS: Final = frozenset({int8, int16, int32, int64})
UNSIGNED_INTEGERS: Final = frozenset({uint8, uint16, uint32, uint64})
INTEGERS: Final = SIGNED_INTEGERS | UNSIGNED_INTEGERS
REAL_NUMBERS: Final = FLOATING | INTEGERS
QUANTIZED: Final = frozenset({qint8, quint8, qint16, quint16, qint32})
NUMBERS: Final = REAL_NUMBERS | COMPLEX | {qint8, quint8, qint32}
ALL: Final = NUMBERS | QUANTIZED | {bool, string, resource, variant}

QUANTIZED_DTYPES: Final = QUANTIZED | {each._as_ref for each in QUANTIZED}


def _conversions() -> dict[Any, DType]:
    """Everything hashable that names a type: numbers, names, NumPy and Python classes."""
    found: dict[Any, DType] = dict(_BY_ENUM)
    found.update((each.name, each) for each in _BY_ENUM.values())
    for alias, dtype in (("half", float16), ("float", float32), ("double", float64)):
        found[alias] = dtype
        found[alias + "_ref"] = dtype._as_ref
    for dtype in ALL - {string, resource, variant}:
        found[dtype.as_numpy_dtype] = dtype
    # NumPy has several classes of one width (longlong beside int64): the width decides.
    by_width = {np.dtype(each.as_numpy_dtype).str: each for each in INTEGERS}
    for code in np.typecodes["AllInteger"]:
        found[np.dtype(code).type] = by_width[np.dtype(code).str]
    found.update({np.object_: string, np.str_: string, np.bytes_: string})
    found.update({float: float32, builtins.bool: bool, object: string})
    return found


_ANY_TO_DTYPE: Final = _conversions()


def as_dtype(type_value: Any) -> DType:
    """Converts what names a type to the `DType`.

    Args:
        type_value: a `DType`; a name (`"float32"`, `"half"`, `"int32_ref"`); a GraphDef number;
            a NumPy dtype or scalar class; Python's `float`, `bool` or `object`.

    Returns:
        The `DType` singleton. `float` means float32; byte order is ignored.

    Raises:
        TypeError: if `type_value` names no type. Python's `int` and `complex` name none, because
            their width is open, and neither do NumPy's short codes such as `"f4"`.
    """
    if type(type_value) is DType:
        return type_value
    try:
        return _ANY_TO_DTYPE[type_value]
    except (KeyError, TypeError):
        pass
    numpy_dtype = type_value
    if isinstance(type_value, type):
        numpy_dtype = getattr(type_value, "dtype", None)
    if isinstance(numpy_dtype, np.dtype):
        if numpy_dtype.kind == "T":
            return string
        if numpy_dtype.type in _ANY_TO_DTYPE:
            return _ANY_TO_DTYPE[numpy_dtype.type]
    raise TypeError(
        f"A dtype is wanted, as tf.float32, 'float32' or np.float32; {type_value!r} "
        f"({type(type_value).__name__}) names none." + _hint(type_value)
    )


def _hint(type_value: Any) -> str:
    hints = {int: " Say tf.int32 or tf.int64.", complex: " Say tf.complex64 or tf.complex128."}
    if type_value in (str, bytes):
        return " Say tf.string."
    return hints.get(type_value, "") if isinstance(type_value, type) else ""
