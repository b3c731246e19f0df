"""What uses the handle of a variable that became a constant, rewritten to use the value.

The handle's place is taken by the value. What reads the handle passes the value on; a function
that is given the handle is copied, with an argument of the variable's dtype.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import DType, int32
from penstock.formats.tensors import array_to_proto

__all__ = ["freeze_functions", "write_constant"]

# By text of an input, the dtype of the variable whose value now stands there.
Frozen = dict[str, DType]
_GRAPH_OUTPUT, _FUNCTION_OUTPUT = "{}:{}", "{}:output:{}"
_PASSES = frozenset({"Identity", "Enter"})
_LOOPS = frozenset({"While", "StatelessWhile"})
# How many inputs come before the arguments of the functions, and the attr with their types.
_CALLS = {
    "If": (1, "Tin", ("then_branch", "else_branch")),
    "StatelessIf": (1, "Tin", ("then_branch", "else_branch")),
    "Case": (1, "Tin", ("branches",)),
    "StatelessCase": (1, "Tin", ("branches",)),
    "PartitionedCall": (0, "Tin", ("f",)),
    "StatefulPartitionedCall": (0, "Tin", ("f",)),
    "While": (0, "T", ("cond", "body")),
    "StatelessWhile": (0, "T", ("cond", "body")),
}


def freeze_functions(graph_def: Any, handles: Mapping[str, DType]) -> None:
    """Rewrite what uses the handles of variables that are constants now.

    Args:
      graph_def: the GraphDef, which is changed.
      handles: the variables' dtypes by the names of the handles' nodes.

    Raises:
      ValueError: if a node does something else with a handle than to read the variable.
    """
    frozen = {_GRAPH_OUTPUT.format(name, 0): dtype for name, dtype in handles.items()}
    if frozen:
        _Freezer(graph_def.library).rewrite(graph_def.node, frozen, _GRAPH_OUTPUT)


class _Freezer:
    def __init__(self, library: Any) -> None:
        self._library = library
        self._functions = {proto.signature.name: proto for proto in library.function}
        self._copies: dict[tuple[Any, ...], str] = {}

    def rewrite(self, protos: Any, frozen: Frozen, form: str) -> dict[str, str]:
        """Rewrite a list of nodes.

        Args:
          protos: the nodes.
          frozen: the inputs that are values now.
          form: that of the text of a node's output.

        Returns:
          New text for outputs that are called differently now.
        """
        done: set[str] = set()
        readers = {f"{node.name}:{_OUTPUTS[node.op]}:0" for node in protos if node.op in _OUTPUTS}
        changed = True
        while changed:
            changed = False
            for node in list(protos):
                found = self._found(node, frozen, form)
                if found and node.name not in done:
                    done.add(node.name)
                    changed = True
                    self._rewrite_node(node, found, protos, frozen, form)
        if form is _FUNCTION_OUTPUT:
            return {
                text: form.format(text.partition(":")[0], 0)
                for text in readers
                if text.partition(":")[0] in done
            }
        return {}

    def _found(self, node: Any, frozen: Frozen, form: str) -> dict[int, DType]:
        """Give the dtypes of the inputs that are frozen, by position."""
        found = {}
        for index, text in enumerate(node.input):
            key = text if ":" in text or form is _FUNCTION_OUTPUT else f"{text}:0"
            if key in frozen:
                found[index] = frozen[key]
        return found

    def _rewrite_node(
        self, node: Any, found: dict[int, DType], protos: Any, frozen: Frozen, form: str
    ) -> None:
        dtype = found.get(0)
        if node.op in _PASSES and dtype is not None:
            node.attr["T"].type = dtype.as_datatype_enum
            frozen[form.format(node.name, 0)] = dtype
        elif node.op in _CALLS:
            self._rewrite_call(node, found, frozen, form)
        elif node.op in self._functions:
            node.op = self._copy(node.op, found)
        elif node.op in _READERS and dtype is not None:
            _READERS[node.op](node, dtype, protos, form)
        else:
            raise ValueError(
                f"Node {node.name!r} ({node.op}) does more with a variable than to read it, so "
                "the variable cannot become a constant. Leave the node out of what is frozen, or "
                "name the variable in variable_names_blacklist."
            )

    def _rewrite_call(self, node: Any, found: dict[int, DType], frozen: Frozen, form: str) -> None:
        first, types, attrs = _CALLS[node.op]
        arguments = {index - first: dtype for index, dtype in found.items()}
        for index, dtype in arguments.items():
            node.attr[types].list.type[index] = dtype.as_datatype_enum
            if node.op in _LOOPS:
                frozen[form.format(node.name, index)] = dtype
        for attr in attrs:
            value = node.attr[attr]
            for function in value.list.func or [value.func]:
                function.name = self._copy(function.name, arguments)

    def _copy(self, name: str, arguments: dict[int, DType]) -> str:
        """Copy a function, with values in place of handles; gives the copy's name."""
        key = (name, *sorted((index, dtype.name) for index, dtype in arguments.items()))
        if key in self._copies:
            return self._copies[key]
        new = f"{name}_frozen"
        while new in self._functions:
            new += "_1"
        proto = self._library.function.add()
        proto.CopyFrom(self._functions[name])
        proto.signature.name = new
        self._functions[new] = proto
        self._copies[key] = new
        frozen = {}
        for index, dtype in arguments.items():
            arg = proto.signature.input_arg[index]
            arg.type = dtype.as_datatype_enum
            frozen[arg.name] = dtype
            proto.arg_attr[index].Clear()
        renamed = self.rewrite(proto.node_def, frozen, _FUNCTION_OUTPUT)
        for node in proto.node_def:
            node.input[:] = [renamed.get(text, text) for text in node.input]
        for name, text in list(proto.ret.items()):
            proto.ret[name] = renamed.get(text, text)
        for arg in proto.signature.output_arg:
            dtype_of_output = frozen.get(proto.ret[arg.name])
            if dtype_of_output is not None:
                arg.type = dtype_of_output.as_datatype_enum
        return new


def write_constant(proto: Any, name: str, value: Any, dtype: DType, device: str = "") -> None:
    """Write a Const node."""
    proto.name, proto.op, proto.device = name, "Const", device
    proto.attr["dtype"].type = dtype.as_datatype_enum
    array_to_proto(np.asarray(value), dtype, proto.attr["value"].tensor)


def _keep(node: Any, op: str, **attrs: Any) -> None:
    """Give a node another op and other attributes; private ones stay."""
    for name in [name for name in node.attr if not name.startswith("_")]:
        del node.attr[name]
    node.op = op
    for name, dtype in attrs.items():
        node.attr[name].type = dtype


def _read(node: Any, dtype: DType, protos: Any, form: str) -> None:
    _keep(node, "Identity", T=dtype.as_datatype_enum)


def _shape(node: Any, dtype: DType, protos: Any, form: str) -> None:
    out_type = node.attr["out_type"].type
    _keep(node, "Shape", T=dtype.as_datatype_enum, out_type=out_type)


def _is_initialized(node: Any, dtype: DType, protos: Any, form: str) -> None:
    del node.input[:]
    node.attr.clear()
    write_constant(node, node.name, np.array(True), dtypes.bool, node.device)


def _gather(node: Any, dtype: DType, protos: Any, form: str) -> None:
    name = f"{node.name}/axis"
    write_constant(protos.add(), name, np.array(0, np.int32), int32, node.device)
    node.input.insert(2, name if form is _GRAPH_OUTPUT else form.format(name, 0))
    indices = node.attr["Tindices"].type
    _keep(
        node,
        "GatherV2",
        Tparams=dtype.as_datatype_enum,
        Tindices=indices,
        Taxis=int32.as_datatype_enum,
    )


def _gather_nd(node: Any, dtype: DType, protos: Any, form: str) -> None:
    indices = node.attr["Tindices"].type
    _keep(node, "GatherNd", Tparams=dtype.as_datatype_enum, Tindices=indices)


# What their outputs are called in functions, where that is not "output".
_OUTPUTS = {"ReadVariableOp": "value", "VarIsInitializedOp": "is_initialized"}
# What becomes of the nodes that read a variable.
_READERS: dict[str, Callable[[Any, DType, Any, str], None]] = {
    "ReadVariableOp": _read,
    "VariableShape": _shape,
    "VarIsInitializedOp": _is_initialized,
    "ResourceGather": _gather,
    "ResourceGatherNd": _gather_nd,
}
