"""Nodes from NodeDefs: those of a GraphDef, or of the body of a function.

Everything that can be checked is checked before the first node is made: that the ops are known,
the names are unique, the inputs exist, and that there is an order to make the nodes in. Only the
loops of `Merge` and `NextIteration` go in a circle: there the Merge node is made first, and gets
its later input when that exists.
"""

from __future__ import annotations

import difflib
import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock.core.errors import NotFoundError
from penstock.core.names import OP_NAME
from penstock.formats.attribute_reading import read_attrs
from penstock.graph.adoption import adopt_node
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.outputs import dtypes_of
from penstock.graph.spec import OpSpec

__all__ = ["NodeReader"]

_NEAR = 3  # names that are offered for one that is unknown


@dataclass
class NodeReader:
    """How NodeDefs are read.

    Attributes:
      graph: the graph that the nodes are made in.
      find_output: gives the output of a node that an input's text means, by what stands after
        the node's name and a colon.
      full_name: gives a node's name in the graph from that in the file.
      outside: tensors by the text of an input that means them: arguments of a function, or what
        the importer maps inputs to.
      outside_controls: nodes by the name of a control input.
      function: gives the body of the function that a NameAttrList means.
      spec: gives the record of an op; None for one that is unknown.
      optional: attributes that the file's producer knows, by op, with their defaults: where an
        attr that is unknown here has that value, it is left out.
    """

    graph: Graph
    find_output: Callable[[Node, str], Tensor]
    full_name: Callable[[str], str]
    function: Callable[[Any], Any]
    spec: Callable[[str], OpSpec | None]
    outside: Mapping[str, Tensor] = field(default_factory=dict)
    outside_controls: Mapping[str, Node] = field(default_factory=dict)
    optional: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _specs: dict[str, OpSpec] = field(default_factory=dict, init=False)

    def read(self, protos: Sequence[Any]) -> dict[str, Node]:
        """Make the nodes.

        Returns:
          The nodes by their names in the file.

        Raises:
          NotFoundError: if there are ops that the graph's library does not have.
          ValueError: if the file contradicts itself or an op's record, or shapes do not fit. The
            graph is left as it was.
        """
        self._check_known(protos)
        sources = self._sources(protos)
        order = _order(protos, sources)
        made: dict[str, Node] = {}
        before = len(self.graph.nodes)
        try:
            for index in order:
                proto = protos[index]
                made[proto.name] = self._make(proto, sources[index], made)
            self._close_loops(protos, sources, made)
        except Exception:
            for name in list(self.graph.nodes)[before:]:
                del self.graph.nodes[name]
            raise
        return made

    def _check_known(self, protos: Sequence[Any]) -> None:
        """Check that all ops are known; the error lists those that are not, with near names."""
        counts = Counter(proto.op for proto in protos)
        specs = {op: self.spec(op) for op in counts}
        self._specs = {op: spec for op, spec in specs.items() if spec is not None}
        if len(self._specs) == len(specs):
            return
        listed = []
        for op in sorted(specs.keys() - self._specs.keys()):
            near = difflib.get_close_matches(op, self.graph.library, _NEAR)
            plural = "s" * (counts[op] > 1)
            listed.append(f"{op!r} ({counts[op]} node{plural}{f'; near: {near}' if near else ''})")
        first = next(proto for proto in protos if proto.op not in self._specs)
        raise NotFoundError(
            None,
            None,
            f"Op type not registered: {', '.join(listed)}. The first such node is {first.name!r}. "
            "Give the graph a library with these ops: tf.Graph(library=LIBRARY.extended([...])).",
        )

    def _sources(self, protos: Sequence[Any]) -> list[_Sources]:
        names: dict[str, Any] = {}
        for proto in protos:
            if not OP_NAME.fullmatch(proto.name.removeprefix("_")):
                raise ValueError(
                    f"{proto.name!r} is not a valid name of a node: it may have letters, digits, "
                    "'_', '.', '-' and '/'."
                )
            if names.setdefault(proto.name, proto) is not proto:
                raise ValueError(f"Two nodes are called {proto.name!r}; names must be unique.")
        return [self._sources_of(proto, names) for proto in protos]

    def _sources_of(self, proto: Any, names: Mapping[str, Any]) -> _Sources:
        found = _Sources([], [])
        for text in proto.input:
            if text.startswith("^"):
                found.controls.append(text[1:])
                known = text[1:] in self.outside_controls or text[1:] in names
            else:
                if found.controls:
                    raise ValueError(
                        f"Node {proto.name!r}: control inputs must come after the other inputs, "
                        f"but {text!r} comes after {found.controls[-1]!r}."
                    )
                name, _, output = text.partition(":")
                mapped = self.outside.get(text if output else f"{name}:0")
                found.inputs.append((name, output) if mapped is None else mapped)
                known = mapped is not None or name in names
            if not known:
                near = difflib.get_close_matches(text.strip("^"), names, _NEAR)
                raise ValueError(
                    f"Node {proto.name!r}: unknown input node in {text!r}: no node of that name "
                    f"is in the file{f'; near it are {near}' if near else ''}."
                )
        return found

    def _make(self, proto: Any, sources: _Sources, made: dict[str, Node]) -> Node:
        spec = self._specs[proto.op]
        attrs = read_attrs(spec, proto, self.function, self.optional.get(proto.op, {}))
        shapes = attrs.pop("_output_shapes", None)
        inputs = self._inputs(proto, sources, made)
        _check_inputs(spec, proto, attrs, inputs)
        controls = [self._control(name, made) for name in sources.controls]
        node = adopt_node(
            self.graph, spec, inputs, attrs, self.full_name(proto.name), controls, proto.device
        )
        if _has_back_edge(proto, sources, made):
            node.outputs[0].static_shape = None
        if shapes:
            _narrow(node, shapes)
        return node

    def _inputs(
        self, proto: Any, sources: _Sources, made: Mapping[str, Node]
    ) -> tuple[Tensor, ...]:
        """The input tensors; for one that does not exist yet, the first one in its place."""
        first: Tensor | None = None
        inputs: list[Tensor] = []
        for source in sources.inputs:
            if isinstance(source, Tensor):
                found = source
            elif source[0] in made:
                found = self._output(proto, made[source[0]], source[1])
            elif first is None:
                raise ValueError(f"Node {proto.name!r}: a loop must be entered before it goes on.")
            else:
                found = first
            first = found if first is None else first
            inputs.append(found)
        return tuple(inputs)

    def _output(self, proto: Any, node: Node, output: str) -> Tensor:
        try:
            return self.find_output(node, output)
        except LookupError:
            raise ValueError(
                f"Node {proto.name!r}: connecting to invalid output {output or 0} of source node "
                f"{node.name!r} ({node.type}), which has {len(node.outputs)} outputs."
            ) from None

    def _control(self, name: str, made: Mapping[str, Node]) -> Node:
        return made[name] if name in made else self.outside_controls[name]

    def _close_loops(
        self, protos: Sequence[Any], sources: Sequence[_Sources], made: Mapping[str, Node]
    ) -> None:
        for proto, found in zip(protos, sources, strict=True):
            if proto.op not in _MERGES:
                continue
            node = made[proto.name]
            for index, source in enumerate(found.inputs):
                if not isinstance(source, Tensor):
                    tensor = self._output(proto, made[source[0]], source[1])
                    if tensor is not node.inputs[index]:
                        _check_dtype(node.spec, proto, index, tensor, node.inputs[0].dtype)
                        node._update_input(index, tensor)


@dataclass
class _Sources:
    """Where a node's inputs come from: tensors, or (node, output) of the file; and controls."""

    inputs: list[Any]
    controls: list[str]


_MERGES = frozenset({"Merge", "RefMerge"})
_NEXT = frozenset({"NextIteration", "RefNextIteration"})


def _order(protos: Sequence[Any], sources: Sequence[_Sources]) -> list[int]:
    """Put the nodes in an order in which each comes after its inputs, the first in the file first.

    Raises:
      ValueError: if there is none, since nodes go in a circle.
    """
    position = {proto.name: index for index, proto in enumerate(protos)}
    waiting: list[set[int]] = []
    users: list[list[int]] = [[] for _ in protos]
    for index, (proto, found) in enumerate(zip(protos, sources, strict=True)):
        needed = {position[s[0]] for s in found.inputs if not isinstance(s, Tensor)}
        needed |= {position[name] for name in found.controls if name in position}
        if proto.op in _MERGES:
            needed = {other for other in needed if protos[other].op not in _NEXT}
        waiting.append(needed)
        for other in needed:
            users[other].append(index)
    ready = [index for index, needed in enumerate(waiting) if not needed]
    order = []
    while ready:
        index = heapq.heappop(ready)
        order.append(index)
        for user in users[index]:
            waiting[user].discard(index)
            if not waiting[user]:
                heapq.heappush(ready, user)
    if len(order) < len(protos):
        stuck = [protos[index].name for index, needed in enumerate(waiting) if needed]
        raise ValueError(
            f"{len(stuck)} nodes are in a cycle, or depend on one: {stuck[:5]}"
            f"{' …' if len(stuck) > 5 else ''}. Only Merge and NextIteration may close a loop."
        )
    return order


def _has_back_edge(proto: Any, sources: _Sources, made: Mapping[str, Node]) -> bool:
    return proto.op in _MERGES and any(
        not isinstance(source, Tensor) and source[0] not in made for source in sources.inputs
    )


def _check_inputs(
    spec: OpSpec, proto: Any, attrs: dict[str, Any], inputs: Sequence[Tensor]
) -> None:
    expected = [dtype for arg in spec.inputs for dtype in dtypes_of(arg, attrs)]
    if len(expected) != len(inputs):
        raise ValueError(
            f"Node {proto.name!r} ({spec.name}) must have {len(expected)} inputs, of types "
            f"{[dtype.name for dtype in expected]}, but has {len(inputs)}."
        )
    for index, (tensor, dtype) in enumerate(zip(inputs, expected, strict=True)):
        _check_dtype(spec, proto, index, tensor, dtype)


def _check_dtype(spec: OpSpec, proto: Any, index: int, tensor: Tensor, dtype: Any) -> None:
    if tensor.dtype is not dtype and not dtype.is_compatible_with(tensor.dtype):
        raise ValueError(
            f"Input {index} of node {proto.name!r} ({spec.name}) was passed {tensor.dtype.name} "
            f"from {tensor.name!r}, incompatible with expected {dtype.name}."
        )


def _narrow(node: Node, shapes: Sequence[Any]) -> None:
    if len(shapes) != len(node.outputs):
        raise ValueError(
            f"Node {node.name!r} has {len(node.outputs)} outputs, but its attribute "
            f"_output_shapes has {len(shapes)} shapes."
        )
    for tensor, shape in zip(node.outputs, shapes, strict=True):
        try:
            tensor.set_shape(shape)
        except ValueError as error:
            raise ValueError(
                f"Node {node.name!r} has an attribute _output_shapes that is inconsistent with "
                f"the graph for output {tensor.value_index}: {error}"
            ) from error
