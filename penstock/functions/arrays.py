"""Where tensors come from, and their shapes: constants, placeholders, reshaping."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import TensorShape, as_shape, broadcast as broadcast_static
from penstock.graph import conversion
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor, SparseTensorValue
from penstock.ops import composed, composed_matrices

__all__ = [
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "constant",
    "expand_dims",
    "guarantee_const",
    "identity",
    "identity_n",
    "matrix_transpose",
    "newaxis",
    "placeholder",
    "placeholder_with_default",
    "rank",
    "reshape",
    "shape",
    "shape_n",
    "size",
    "squeeze",
    "stop_gradient",
    "transpose",
]

newaxis = None


# Sources


def constant(
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str | None = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """Build a constant.

    Args:
      value: a number, a string, an array, or nested lists of these.
      dtype: what it becomes; None lets the value decide: floats are float32, integers int32.
      shape: the constant's shape; the last element is repeated where the value is short of it.
      name: the node's name.
      verify_shape: whether a value of another shape is an error.

    Returns:
      A tensor.

    Raises:
      TypeError: if there are tensors in `value`, or the value cannot have the dtype.
      ValueError: if the value is ragged, or has more elements than the shape.
    """
    if conversion.has_tensor([value]):
        raise TypeError(
            f"A constant is made of numbers, strings and arrays, but {value!r} is or holds a "
            "tensor. Use tf.identity for a tensor, and tf.stack for a list with tensors in it."
        )
    kind = None if dtype is None else as_dtype(dtype)
    own_name = "Const" if name is None else name
    return conversion.constant(default_graph(), value, kind, shape, own_name, verify_shape)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """Build a tensor whose value every run is given, by `feed_dict`.

    Args:
      dtype: the dtype of what will be fed.
      shape: its shape, with None for a size that may vary; None if even the rank may.
      name: the node's name.
    """
    return raw.Placeholder(dtype=as_dtype(dtype), shape=shape, name=name)


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """Build a tensor whose value a run may be given; it is `input` where it is not.

    Args:
      input: the default value.
      shape: the shape of what may be fed, which may leave open what `input` settles.
      name: the node's name.
    """
    return raw.PlaceholderWithDefault(input, shape=TensorShape(shape), name=name)


def identity(input: Any, name: str | None = None) -> Any:
    """Build a copy of a tensor: a node of its own with the same value.

    It is of use for giving a value another name or device, or for making it wait for something:

        with tf.control_dependencies([assign]):
            return tf.identity(x)      # RIGHT: a new node, which waits
            return x                   # WRONG: x was made before, and does not wait
    """
    copy = raw.Identity(input, name=name)
    if copy.dtype is dtypes.resource:
        copy.handle_data = copy.op.inputs[0].handle_data
    return copy


def identity_n(input: Any, name: str | None = None) -> list[Tensor]:
    """Build copies of several tensors, none of which is there before all are."""
    return raw.IdentityN(input, name=name)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """Build a copy of a tensor that counts as a constant where gradients are taken."""
    return raw.StopGradient(input, name=name)


def guarantee_const(input: Any, name: str | None = None) -> Tensor:
    """Build a copy of a tensor of which the caller promises that it never changes."""
    return raw.GuaranteeConst(input, name=name)


# Asking for shapes


def shape(
    input: Any,
    name: str | None = None,
    out_type: DType = dtypes.int32,
) -> Tensor:
    """Build the shape of a tensor as it is when the graph runs.

    Args:
      input: a tensor or `SparseTensor`.
      name: the node's name.
      out_type: int32 or int64.

    Returns:
      An integer tensor [rank]; a constant if the static shape is fully known.
    """
    if isinstance(input, (SparseTensor, SparseTensorValue)):
        with name_scope(name, "Shape", [input.dense_shape]):
            return raw.Cast(convert_to_tensor(input.dense_shape), DstT=as_dtype(out_type))
    return composed.shape(input, name, as_dtype(out_type))


def shape_n(input: Any, out_type: DType = dtypes.int32, name: str | None = None) -> list[Tensor]:
    """Build the shapes of several tensors by one node."""
    return raw.ShapeN(input, out_type=as_dtype(out_type), name=name)


def size(
    input: Any,
    name: str | None = None,
    out_type: DType = dtypes.int32,
) -> Tensor:
    """Build the number of elements of a tensor or `SparseTensor`, its zeros included."""
    if isinstance(input, (SparseTensor, SparseTensorValue)):
        with name_scope(name, "Size", [input.dense_shape]) as scope:
            sizes = raw.Cast(convert_to_tensor(input.dense_shape), DstT=as_dtype(out_type))
            return raw.Prod(sizes, 0, name=scope)
    return composed.size(input, name, as_dtype(out_type))


def rank(input: Any, name: str | None = None) -> Tensor:
    """Build the number of axes of a tensor or `SparseTensor`."""
    if isinstance(input, (SparseTensor, SparseTensorValue)):
        with name_scope(name, "Rank", [input.dense_shape]) as scope:
            return raw.Size(convert_to_tensor(input.dense_shape), name=scope)
    return composed.rank(input, name)


# Giving another shape


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """Build a tensor of the same elements, in the same order, in another shape.

    Args:
      tensor: any tensor.
      shape: the new sizes; one of them may be -1, which is worked out.
      name: the node's name.

    Raises:
      ValueError: if the numbers of elements are known and differ.
      InvalidArgumentError: if they turn out to differ when the graph runs.
    """
    return raw.Reshape(tensor, shape, name=name)


def expand_dims(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dim: Any = None,
) -> Tensor:
    """Build a tensor with an axis of size 1 more.

    Args:
      input: any tensor.
      axis: before which axis the new one goes; negative ones count from behind, -1 being the end.
      name: the node's name.
      dim: the old name of `axis`.

    Raises:
      ValueError: if neither `axis` nor `dim` is given, or both are.
    """
    return raw.ExpandDims(input, _one_of("axis", axis, "dim", dim), name=name)


def _one_of(name: str, value: Any, old_name: str, old: Any) -> Any:
    """Choose between an argument and its old name; one of the two must be given."""
    if (value is None) == (old is None):
        raise ValueError(f"Give {name!r}, and not {old_name!r}, which is its old name.")
    return old if value is None else value


def squeeze(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    squeeze_dims: Any = None,
) -> Tensor:
    """Build a tensor without axes of size 1.

    Args:
      input: any tensor.
      axis: the axes to drop, one or a list, which must be of size 1; None drops all such axes.
      name: the node's name.
      squeeze_dims: the old name of `axis`.

    Raises:
      ValueError: if an axis is known to be of another size.
    """
    if squeeze_dims is not None:
        axis = _one_of("axis", axis, "squeeze_dims", squeeze_dims)
    axes = [] if axis is None else [axis] if not hasattr(axis, "__iter__") else list(axis)
    return raw.Squeeze(input, squeeze_dims=axes, name=name)


def transpose(a: Any, perm: Any = None, name: str = "transpose", conjugate: bool = False) -> Tensor:
    """Build a tensor with its axes in another order.

    Args:
      a: any tensor.
      perm: which axis of `a` becomes axis 0, 1, …; None reverses their order.
      name: the node's name.
      conjugate: whether complex elements are conjugated, too.
    """
    return composed.transpose(a, perm, conjugate, name)


def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """Build a tensor with its last two axes exchanged.

    Raises:
      ValueError: if it is known to have fewer than two.
    """
    return composed_matrices.matrix_transpose(a, name, conjugate)


# Broadcasting


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """Build a tensor stretched to a shape, as arithmetic would stretch it."""
    return raw.BroadcastTo(input, shape, name=name)


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """Give the static shape that tensors of these two shapes are stretched to.

    Raises:
      ValueError: if they do not broadcast.
    """
    return TensorShape(broadcast_static(as_shape(shape_x).static, as_shape(shape_y).static))


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """Build the shape that tensors of these two shapes, given as tensors, are stretched to."""
    return raw.BroadcastArgs(shape_x, shape_y)
