"""Rows of all turns of a loop behind one another, as TensorFlow writes them.

Turns may have different numbers of rows, so no tensor can hold them one beside the other: in a file
they come out of the list that the loop puts them into.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import DType, int32, int64
from penstock.formats.function_writing import LibraryWriter, Reference, write_head
from penstock.formats.references import graph_reference, stack_index
from penstock.formats.tensors import array_to_proto
from penstock.graph.node import Node

__all__ = ["write_rows"]


def write_rows(library: LibraryWriter, node: Node, protos: Any, reference: Reference) -> None:
    """Write the node that joins rows: the concatenation of a list, behind the first rows.

    Args:
      library: the writer of functions.
      node: the node, which takes a stack of a loop.
      protos: the list of NodeDefs to write into.
      reference: gives the text of an input.
    """
    first, stack = node.inputs
    index = stack_index(stack)
    if index is None:
        raise ValueError(
            f"{node.name!r}, made at {node.line}, joins rows that no loop gives: "
            f"{stack.name!r}. TensorFlow has no node for that."
        )
    in_graph = reference is graph_reference

    def constant(name: str, value: Any, dtype: DType) -> str:
        proto = protos.add(name=f"{node.name}/{name}", op="Const", device=node.device)
        proto.attr["dtype"].type = dtype.as_datatype_enum
        array_to_proto(np.array(value, dtype.as_numpy_dtype), dtype, proto.attr["value"].tensor)
        return proto.name if in_graph else f"{proto.name}:output:0"

    sizes = None if stack.static_shape is None else stack.static_shape[2:]
    shape = -1 if sizes is None else [-1, *[-1 if size is None else size for size in sizes]]
    loop, position = stack.op, len(stack.op.inputs) + index
    inputs = [f"{loop.name}:{position}" if in_graph else f"{loop.name}:output:{position}"]
    inputs += [constant("element_shape", shape, int32), constant("lengths", [], int64)]
    dtype = stack.dtype.base_dtype.as_datatype_enum
    turns = protos.add(name=f"{node.name}/turns", op="TensorListConcatV2", device=node.device)
    turns.input.extend(inputs)
    turns.attr["element_dtype"].type = dtype
    turns.attr["shape_type"].type = int32.as_datatype_enum
    axis = constant("axis", 0, int32)
    proto = protos.add()
    write_head(node, proto, reference)
    proto.op = "ConcatV2"
    del proto.input[:2]
    controls = list(proto.input)
    del proto.input[:]
    made = turns.name if in_graph else f"{turns.name}:tensor:0"
    proto.input.extend([reference(first), made, axis, *controls])
    proto.attr["N"].i = 2
    proto.attr["T"].type = dtype
    proto.attr["Tidx"].type = int32.as_datatype_enum
    library.write_shapes([node.outputs[0].static_shape], proto)
