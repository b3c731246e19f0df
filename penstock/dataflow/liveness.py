"""When each item of a block is alive: the branches of choices that it hangs on.

A *path* is a row of pairs (predicate, branch), the outermost choice first: what stands on it is
alive where all these predicates have these values. A Switch makes a path one longer, and a Merge of
both branches of a choice ends it. Where that does not work out, the item is a *problem*: only a run
can tell whether it is alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from penstock.core.dtypes import resource
from penstock.dataflow.items import Block, Item, Loop, Path, Unstructured, controls_of, inputs_of
from penstock.dataflow.part import MERGES, SWITCHES
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Node, Tensor

__all__ = ["Liveness", "reference_root"]

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Liveness:
    """What is known of when the items of a block are alive.

    Args:
      block: the items.
      known: items that are problems for another reason.
      assumed: predicates that have one value wherever the block runs at all.

    Attributes:
      ordered: the items, each after those that it depends on.
      paths: the path of each item.
      closed: for a Merge that ends a choice, its inputs of the branches (false, true).
      problems: items of which only a run can tell, with the reason.

    Raises:
      Unstructured: if the items depend on each other in a circle.
    """

    def __init__(
        self,
        block: Block,
        known: Mapping[Item, str] = _NOTHING,
        assumed: Mapping[Tensor, bool] = _NOTHING,
    ) -> None:
        self._assumed = assumed
        self.paths: dict[Item, Path] = {}
        self.closed: dict[Node, tuple[Tensor, Tensor]] = {}
        self.problems: dict[Item, str] = {}
        self._block = block
        self._switched: dict[Tensor, Path] = {}
        self.ordered = block.ordered()
        for item in self.ordered:
            try:
                if item in known:
                    raise Unstructured(known[item])
                self.paths[item] = self._path(item)
            except Unstructured as problem:
                self.problems[item] = str(problem)
                self.paths[item] = ((item, True),)

    def of(self, tensor: Tensor) -> Path:
        """Give the path of a tensor; what comes from outside the block is alive."""
        source = self._block.source(tensor)
        if source is None:
            return ()
        return self._switched.get(tensor, self.paths[source])

    def _path(self, item: Item) -> Path:
        if isinstance(item, Loop):
            return self._loop(item)
        if item.type in SWITCHES:
            return self._switch(item)
        if item.type in MERGES:
            return self._merge(item)
        if item.type == "ControlTrigger":
            return ()
        if item.type == "RefSelect":
            raise Unstructured("which variable it selects is known in a run only")
        return self._together(item)

    def _together(self, item: Item) -> Path:
        """Find where all that an item needs is alive."""
        paths = [self.of(tensor) for tensor in inputs_of(item)]
        for node in controls_of(item):
            owner = self._block.owner(node)
            if owner is not None and owner is not item:
                paths.append(self.paths[owner])
        longest = max(paths, key=len, default=())
        if any(longest[: len(path)] != path for path in paths):
            raise Unstructured("it takes what is alive in branches of different choices")
        return longest

    def _switch(self, node: Node) -> Path:
        path = self._together(node)
        predicate, when = self._predicate(node.inputs[1])
        if any(known is predicate for known, _ in path):
            raise Unstructured("it chooses by a predicate that has been chosen by before")
        for branch, tensor in enumerate(node.outputs):
            value = when is bool(branch)
            is_certain = self._assumed.get(predicate) is value
            self._switched[tensor] = path if is_certain else (*path, (predicate, value))
        return path

    def _loop(self, loop: Loop) -> Path:
        """Find where a loop is entered, and see that what it assumes holds there."""
        path = self._together(loop)
        for tensor, value in loop.assumed:
            predicate, when = self._predicate(tensor)
            value = value is when
            if (predicate, value) not in path and self._assumed.get(predicate) is not value:
                raise Unstructured(f"it is {value} in it that {tensor.name!r}, but not around it")
        return path

    def _predicate(self, tensor: Tensor) -> tuple[Tensor, bool]:
        """Give the predicate that a tensor is a copy of, and its value where the tensor holds.

        Whether a Merge gave its first input or its second is what the predicate said that it ends.
        """
        while tensor.op.type == "Identity" and self._block.source(tensor) is not None:
            tensor = tensor.op.inputs[0]
        if tensor.op.type == "Equal" and self._block.source(tensor) is not None:
            index, number = tensor.op.inputs
            place = constant_value(number)
            merge = index.op
            if merge in self.closed and index.value_index == 1 and place in (0, 1):
                return self.of(merge.inputs[int(place)])[-1]
        return tensor, True

    def _merge(self, node: Node) -> Path:
        if len(node.inputs) != 2:
            raise Unstructured(f"it merges {len(node.inputs)} values")
        paths = [self.of(tensor) for tensor in node.inputs]
        if min(map(len, paths)) == 0 or paths[0][:-1] != paths[1][:-1]:
            raise Unstructured("its inputs are no branches of one choice")
        (one, branch), (other, opposite) = paths[0][-1], paths[1][-1]
        if one is not other or branch == opposite:
            raise Unstructured("its inputs are no branches of one choice")
        first, second = node.inputs
        inputs = (second, first) if branch else (first, second)
        if node.outputs[0].dtype.is_ref_dtype:
            roots = [reference_root(tensor) for tensor in inputs]
            if roots[0] is None or roots[0] is not roots[1]:
                raise Unstructured("it merges references to several variables")
        elif node.outputs[0].dtype is resource:
            raise Unstructured("it merges handles of resources")
        self.closed[node] = inputs
        return paths[0][:-1]


def reference_root(tensor: Tensor) -> Tensor | None:
    """Give the reference that a reference is handed on from; None if a run decides which it is."""
    while tensor.op.inputs:
        node = tensor.op
        if node.type in MERGES or node.type == "RefSelect":
            return None
        named: Iterable[str] = node.spec.writes or node.spec.reads
        positions = [node.spec.input_index[name] for name in named]
        tensor = node.inputs[positions[0] if positions else 0]
    return tensor
