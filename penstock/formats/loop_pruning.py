"""Loops without the variables that nothing needs.

A loop that was differentiated gives all turns' values to its gradient, by lists that are loop
variables. In a graph that is taken out for use without training, nobody takes the lists; the
variables, and what computes them, are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from penstock.formats.subgraphs import node_of_input
from penstock.graph.op_library import Library

__all__ = ["prune_loops"]

_LOOPS = frozenset({"While", "StatelessWhile"})


def prune_loops(graph_def: Any, kept: Collection[str], library: Library) -> None:
    """Leave variables that nothing needs out of the loops of a graph, which is changed.

    Args:
      graph_def: the GraphDef. Loops within functions stay as they are.
      kept: names of nodes all of whose outputs are needed.
      library: tells which ops do more than to compute their outputs.
    """
    functions = {proto.signature.name: proto for proto in graph_def.library.function}
    for node in graph_def.node:
        if node.op in _LOOPS and node.name not in kept:
            _prune(node, graph_def, functions, library)


def _prune(node: Any, graph_def: Any, functions: dict[str, Any], library: Library) -> None:
    names = [node.attr[name].func.name for name in ("cond", "body")]
    if not all(name in functions for name in names):
        return
    condition, body = (_Function(functions[name], library) for name in names)
    used = {
        _index(text)
        for other in graph_def.node
        for text in other.input
        if not text.startswith("^") and node_of_input(text) == node.name
    }
    live = used | condition.needs(condition.results) | body.needs(())
    while True:
        more = live | body.needs([body.results[index] for index in live])
        if more == live:
            break
        live = more
    count = len(body.results)
    if len(live) == count:
        return
    order = sorted(live)
    for name, function in zip(("cond", "body"), (condition, body), strict=True):
        made = graph_def.library.function.add()
        function.write(made, order, name == "body")
        while made.signature.name in functions:
            made.signature.name += "_pruned"
        functions[made.signature.name] = made
        node.attr[name].func.name = made.signature.name
    _renumber(node, graph_def, order, count)


def _renumber(node: Any, graph_def: Any, order: Sequence[int], count: int) -> None:
    node.input[:] = [*(node.input[index] for index in order), *node.input[count:]]
    for name, field in (("T", "type"), ("output_shapes", "shape"), ("_output_shapes", "shape")):
        items = getattr(node.attr[name].list, field) if name in node.attr else ()
        if len(items) == count:
            left = [items[index] for index in order]
            del items[:]
            items.extend(left)
    position = {old: new for new, old in enumerate(order)}
    for other in graph_def.node:
        other.input[:] = [
            _output(node.name, position[_index(text)])
            if not text.startswith("^") and node_of_input(text) == node.name
            else text
            for text in other.input
        ]


def _index(text: str) -> int:
    return int(text.partition(":")[2] or 0)


def _output(name: str, index: int) -> str:
    return f"{name}:{index}" if index else name


class _Function:
    """A FunctionDef: which arguments its outputs need, and what is left for some of them.

    Args:
      proto: the FunctionDef.
      library: tells which ops do more than to compute their outputs.

    Attributes:
      results: the text of each output.
    """

    def __init__(self, proto: Any, library: Library) -> None:
        self._proto = proto
        self._arguments = {arg.name: i for i, arg in enumerate(proto.signature.input_arg)}
        self._nodes: Mapping[str, Any] = {node.name: node for node in proto.node_def}
        self._always = [
            node.name
            for node in proto.node_def
            if node.op not in library or library[node.op].stateful
        ]
        self.results = [proto.ret[arg.name] for arg in proto.signature.output_arg]

    def _ancestors(self, texts: Iterable[str]) -> set[str]:
        """Give the names of nodes and arguments that outputs, and what always runs, need."""
        waiting = [*map(node_of_input, texts), *self._always, *self._proto.control_ret.values()]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name in self._nodes:
                    waiting.extend(map(node_of_input, self._nodes[name].input))
        return found

    def needs(self, texts: Iterable[str]) -> set[int]:
        """Give the numbers of the arguments that outputs need, given by their text."""
        return {self._arguments[name] for name in self._ancestors(texts) if name in self._arguments}

    def write(self, proto: Any, order: Sequence[int], gives_all: bool) -> None:
        """Write it with some of the arguments, and of the outputs if it gives all variables."""
        whole = self._proto
        results = [self.results[index] for index in order] if gives_all else self.results
        kept = self._ancestors(results)
        proto.CopyFrom(whole)
        for items in (proto.signature.input_arg, *[proto.signature.output_arg] * gives_all):
            left = [items[index] for index in order]
            del items[:]
            items.extend(left)
        proto.arg_attr.clear()
        for new, old in enumerate(order):
            if old in whole.arg_attr:
                proto.arg_attr[new].CopyFrom(whole.arg_attr[old])
        del proto.node_def[:]
        proto.node_def.extend(node for node in whole.node_def if node.name in kept)
        given = {arg.name for arg in proto.signature.output_arg}
        for name in list(whole.ret):
            if name not in given:
                del proto.ret[name]
