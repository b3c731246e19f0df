"""The default graph's scopes and collections, as functions of the module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.default import default_graph, default_session
from penstock.graph.graph import Graph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.sparse_tensor import SparseTensor, SparseTensorValue

__all__ = [
    "add_to_collection",
    "add_to_collections",
    "colocate_with",
    "container",
    "control_dependencies",
    "convert_n_to_tensor",
    "convert_to_tensor_or_indexed_slices",
    "convert_to_tensor_or_sparse_tensor",
    "device",
    "get_collection",
    "get_collection_ref",
    "get_default_graph",
    "get_default_session",
    "get_static_value",
    "is_tensor",
    "op_scope",
]


# Scopes


def get_default_graph() -> Graph:
    """Give the graph that new nodes go to: that of the innermost ``as_default()`` block."""
    return default_graph()


def get_default_session() -> Any:
    """Give the innermost session of a ``with`` block in this thread, or None."""
    return default_session()


def device(device_name_or_function: Any) -> AbstractContextManager[None]:
    """Ask for a device for the nodes made in a `with` block; see `Graph.device`.

    Args:
      device_name_or_function: such as ``"/gpu:0"`` or ``"/job:ps/task:1"``, a function from a
        node to that, or None to lift the blocks around this one.
    """
    return default_graph().device(device_name_or_function)


def control_dependencies(control_inputs: Any) -> AbstractContextManager[None]:
    """Let nodes made in a `with` block run only after others; see `Graph.control_dependencies`.

    Only nodes made inside the block wait:

        with tf.control_dependencies([step.assign_add(1)]):
            loss = tf.identity(loss)     # RIGHT
    """
    return default_graph().control_dependencies(control_inputs)


def colocate_with(op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
    """Put nodes made in a `with` block on the device of `op`; see `Graph.colocate_with`."""
    return default_graph().colocate_with(op, ignore_existing)


def container(container_name: str | None) -> AbstractContextManager[str]:
    """Keep the state of what is made in a `with` block in a container; see `Graph.container`."""
    return default_graph().container(container_name)


@contextmanager
def op_scope(values: Any, name: str | None, default_name: str | None = None) -> Iterator[str]:
    """Group what is built under one name: `name_scope` with its arguments in an older order."""
    with name_scope(name, default_name, values) as scope:
        yield scope


# Collections


def add_to_collection(name: Any, value: Any) -> None:
    """Append `value` to a collection of the default graph."""
    default_graph().add_to_collection(name, value)


def add_to_collections(names: Any, value: Any) -> None:
    """Append `value` to several collections of the default graph."""
    default_graph().add_to_collections(names, value)


def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """Copy a collection of the default graph.

    Args:
      key: the collection's name.
      scope: a regular expression: only items whose name it matches, from its beginning.
    """
    return default_graph().get_collection(key, scope)


def get_collection_ref(key: Any) -> list[Any]:
    """Give the list itself that a collection of the default graph is."""
    return default_graph().get_collection_ref(key)


# Conversions


def convert_n_to_tensor(
    values: Any, dtype: Any = None, name: str | None = None, preferred_dtype: Any = None
) -> list[Any]:
    """Turn each of `values` into a tensor; constants made for them are called ``name_0``, …"""
    return [
        convert_to_tensor(value, dtype, None if name is None else f"{name}_{index}",
                          preferred_dtype)
        for index, value in enumerate(values)
    ]  # fmt: skip


def convert_to_tensor_or_indexed_slices(
    value: Any, dtype: Any = None, name: str | None = None
) -> Any:
    """Turn `value` into a tensor, unless it is `IndexedSlices`.

    Raises:
      ValueError: if it has another dtype.
    """
    if not isinstance(value, IndexedSlices):
        return convert_to_tensor(value, dtype, name)
    if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
        raise ValueError(
            f"A value of dtype {as_dtype(dtype).name} is needed, but {value!r} has dtype "
            f"{value.dtype.name}. Convert its values with tf.cast."
        )
    return value


def convert_to_tensor_or_sparse_tensor(
    value: Any, dtype: Any = None, name: str | None = None
) -> Any:
    """Turn `value` into a tensor, or into a `SparseTensor` if it is sparse.

    Raises:
      RuntimeError: if a sparse value has another dtype.
    """
    if isinstance(value, SparseTensorValue):
        value = SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        return convert_to_tensor(value, dtype, name)
    if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
        raise RuntimeError(
            f"A sparse tensor of dtype {as_dtype(dtype).name} is needed, but {value!r} has dtype "
            f"{value.dtype.name}. Convert its values with tf.cast."
        )
    return value


def is_tensor(x: Any) -> bool:
    """Tell whether `x` is a tensor, a variable, or a sparse tensor."""
    return hasattr(type(x), "_convert_to_tensor") or isinstance(x, SparseTensor)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """Give a tensor's value as a NumPy array if the graph alone settles it, else None.

    Args:
      tensor: a tensor.
      partial: not used.
    """
    value = constant_value(tensor)
    return None if value is None else value.copy()
