"""`tf.saved_model.utils`: a tensor in a signature, and back."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.formats.messages import TensorInfo
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.sparse_tensor import SparseTensor

__all__ = ["build_tensor_info", "get_tensor_from_tensor_info"]


def build_tensor_info(tensor: Any) -> Any:
    """Describe a tensor for a signature: its name, dtype and static shape.

    Args:
      tensor: a tensor, variable or `SparseTensor`.

    Returns:
      A `TensorInfo`.
    """
    info = TensorInfo(dtype=as_dtype(tensor.dtype).as_datatype_enum)
    info.tensor_shape.CopyFrom(tensor.get_shape().as_proto())
    if isinstance(tensor, SparseTensor):
        info.coo_sparse.values_tensor_name = tensor.values.name
        info.coo_sparse.indices_tensor_name = tensor.indices.name
        info.coo_sparse.dense_shape_tensor_name = tensor.dense_shape.name
    else:
        info.name = tensor.name
    return info


def get_tensor_from_tensor_info(
    tensor_info: Any, graph: Graph | None = None, import_scope: str | None = None
) -> Any:
    """Give the tensor that a signature describes.

    Args:
      tensor_info: the `TensorInfo`.
      graph: the graph to find it in; the default graph if None.
      import_scope: the name scope that the signature's graph was put in.

    Returns:
      A tensor or a `SparseTensor`.

    Raises:
      KeyError: if there is no such tensor.
      ValueError: if the description is of another kind.
    """
    graph = default_graph() if graph is None else graph

    def find(name: str) -> Any:
        return graph.get_tensor_by_name(f"{import_scope}/{name}" if import_scope else name)

    kind = tensor_info.WhichOneof("encoding")
    if kind == "name":
        return find(tensor_info.name)
    if kind == "coo_sparse":
        sparse = tensor_info.coo_sparse
        return SparseTensor(
            find(sparse.indices_tensor_name),
            find(sparse.values_tensor_name),
            find(sparse.dense_shape_tensor_name),
        )
    raise ValueError(f"A TensorInfo of this kind cannot be read: {kind}.")
