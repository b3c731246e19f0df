"""Functions with types left open, as messages: an instance for each way in which one is called.

A FunctionDef may declare attributes, as an op does: the types of its arguments, or others that its
nodes hand on (`placeholder`). Here each call of such a function becomes a call of a function of its
own, in which the attributes have the values that the call gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.formats.attribute_values import kind_of_proto

__all__ = ["with_instances"]


def with_instances(graph_def: Any) -> Any:
    """Give a GraphDef in which no function leaves anything open.

    Args:
      graph_def: the `GraphDef`; it is not changed.

    Returns:
      The same one if there are no such functions.

    Raises:
      ValueError: if a call does not say what is open, or a function has lists of arguments.
    """
    if not any(_is_open(function) for function in graph_def.library.function):
        return graph_def
    copy = type(graph_def)()
    copy.CopyFrom(graph_def)
    _Instances(copy.library).settle(copy.node)
    return copy


def _is_open(function: Any) -> bool:
    return any(not attr.name.startswith("_") for attr in function.signature.attr)


class _Instances:
    """The instances made so far.

    Args:
      library: the `FunctionDefLibrary` that gets them in place of what they are made of.
    """

    def __init__(self, library: Any) -> None:
        functions = list(library.function)
        self._open = {one.signature.name: _copied(one) for one in functions if _is_open(one)}
        self._gradients = {pair.function_name: pair.gradient_func for pair in library.gradient}
        self._made: dict[str, str] = {}
        self._library = library
        settled = [_copied(one) for one in functions if not _is_open(one)]
        self._names = {one.signature.name for one in functions}
        del library.function[:]
        library.function.extend(settled)

    def settle(self, nodes: Iterable[Any]) -> None:
        """Let nodes, and those of all functions, call instances."""
        for node in nodes:
            self._settle_node(node)
        number = 0
        while number < len(self._library.function):  # which grows meanwhile
            for node in self._library.function[number].node_def:
                self._settle_node(node)
            number += 1

    def _settle_node(self, node: Any) -> None:
        if node.op in self._open:
            function = self._open[node.op]
            node.op = self._instance(node.op, node.attr, node.name)
            for declared in function.signature.attr:
                node.attr.pop(declared.name, None)
        for value in node.attr.values():
            field = value.WhichOneof("value")
            functions = [value.func] if field == "func" else value.list.func
            for reference in functions:
                if reference.name in self._open:
                    reference.name = self._instance(reference.name, reference.attr, node.name)
                    reference.attr.clear()

    def _instance(self, name: str, given: Any, caller: str) -> str:
        """Give the name of the function in which all is settled; it is made if need be."""
        function = self._open[name]
        values = {}
        for declared in function.signature.attr:
            if declared.name in given:
                values[declared.name] = given[declared.name]
            elif declared.HasField("default_value"):
                values[declared.name] = declared.default_value
            elif not declared.name.startswith("_"):
                raise ValueError(
                    f"Node {caller!r} calls the function {name!r} and must give its attribute "
                    f"{declared.name!r} ({declared.type}), but gives {sorted(given)}."
                )
        written = {key: one.SerializeToString(deterministic=True) for key, one in values.items()}
        key = f"{name}{written}"
        if key not in self._made:
            self._made[key] = self._unique(name, values)
            made = _settled(function, values, self._made[key])
            self._library.function.append(made)
            if name in self._gradients:
                gradient = self._gradients[name]
                if gradient in self._open:
                    gradient = self._instance(gradient, values, caller)
                self._library.gradient.add(function_name=self._made[key], gradient_func=gradient)
        return self._made[key]

    def _unique(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            types = [as_dtype(int(value.type)).name for value in values.values() if value.type]
        except TypeError as error:
            raise ValueError(f"A call of the function {name!r} names no dtype: {error}") from None
        stem = "_".join([name, *types])
        full, number = stem, 0
        while full in self._names:
            number += 1
            full = f"{stem}_{number}"
        self._names.add(full)
        return full


def _copied(message: Any) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def _settled(function: Any, values: Mapping[str, Any], name: str) -> Any:
    """Give a function with its attributes' values in their places."""
    made = _copied(function)
    made.signature.name = name
    del made.signature.attr[:]
    for arg in [*made.signature.input_arg, *made.signature.output_arg]:
        if arg.number_attr or arg.type_list_attr:
            raise ValueError(
                f"Argument {arg.name!r} of function {function.signature.name!r} is a list of open "
                "length, which cannot be read. Write the function with single arguments."
            )
        if arg.type_attr:
            if arg.type_attr not in values or kind_of_proto(values[arg.type_attr]) != "type":
                raise ValueError(
                    f"Argument {arg.name!r} of function {function.signature.name!r} has the type "
                    f"{arg.type_attr!r}, but that is none of its attributes that are types: "
                    f"{sorted(values)}."
                )
            arg.type = values[arg.type_attr].type
            arg.ClearField("type_attr")
    for node in made.node_def:
        _fill_in(node.attr, values, function.signature.name)
    return made


def _fill_in(attrs: Any, values: Mapping[str, Any], function: str) -> None:
    for value in attrs.values():
        field = value.WhichOneof("value")
        if field == "placeholder":
            if value.placeholder not in values:
                raise ValueError(
                    f"A node of function {function!r} hands on the attribute "
                    f"{value.placeholder!r}, which the function does not have; it has "
                    f"{sorted(values)}."
                )
            value.CopyFrom(values[value.placeholder])
        elif field == "func":
            _fill_in(value.func.attr, values, function)
        elif field == "list":
            for reference in value.list.func:
                _fill_in(reference.attr, values, function)
