"""Fetches of any nest, flattened to unique tensors and targets, and packed again.

A leaf is a tensor, a node, a name, a variable, or something that stands for several tensors: a
`SparseTensor` or `IndexedSlices` is fetched as its parts and comes back as their value tuple.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from penstock.core import dtypes
from penstock.core.errors import InaccessibleTensorError
from penstock.graph.graph import Graph
from penstock.graph.indexed_slices import IndexedSlices, IndexedSlicesValue
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor, SparseTensorValue

__all__ = ["FetchPlan", "register_fetch"]

Pack = Callable[[Sequence[Any]], Any]
Expand = Callable[[Any], tuple[Sequence[Any], Pack]]
_registered: list[tuple[type, Expand]] = []


def register_fetch(kind: type, expand: Expand) -> None:
    """Say how objects of a class are fetched.

    Args:
      kind: the class.
      expand: gives the fetches it stands for, and a function that makes its result of theirs.
    """
    _registered.append((kind, expand))


def _expand_slices(fetch: IndexedSlices) -> tuple[Sequence[Any], Pack]:
    parts = [fetch.values, fetch.indices]
    if fetch.dense_shape is None:
        return parts, lambda values: IndexedSlicesValue(values[0], values[1], None)
    return [*parts, fetch.dense_shape], lambda values: IndexedSlicesValue(*values)


register_fetch(
    SparseTensor,
    lambda fetch: (
        [fetch.indices, fetch.values, fetch.dense_shape],
        lambda values: SparseTensorValue(*values),
    ),
)
register_fetch(IndexedSlices, _expand_slices)


class FetchPlan:
    """What a nest of fetches comes to.

    Args:
      graph: the session's graph.
      fetches: the nest.

    Attributes:
      tensors: the tensors whose values are wanted, each once.
      targets: the nodes that must run, each once.

    Raises:
      TypeError: if a leaf is nothing that can be fetched.
      ValueError: if a leaf is not in the graph.
    """

    def __init__(self, graph: Graph, fetches: Any) -> None:
        self._graph = graph
        self._positions: dict[Tensor, int] = {}
        self._targets: dict[Node, None] = {}
        self._pack = self._plan(fetches)
        self.tensors = tuple(self._positions)
        self.targets = tuple(self._targets)

    def pack(self, values: Sequence[Any]) -> Any:
        """Put the values of `tensors` into the nest that was asked for."""
        return self._pack(values)

    def _plan(self, fetch: Any) -> Pack:
        if fetch is None:
            raise TypeError(
                "Fetch argument None has invalid type NoneType: a fetch is a tensor, an operation, "
                "a name, or a list, tuple or dict of these. A None often comes from tf.gradients "
                "where y does not depend on x, or from a function without a return."
            )
        if isinstance(fetch, (list, tuple)):
            return self._plan_sequence(fetch)
        if isinstance(fetch, Mapping):
            return self._plan_mapping(fetch)
        if hasattr(type(fetch), "__attrs_attrs__"):
            return self._plan_attrs(fetch)
        for kind, expand in _registered:
            if isinstance(fetch, kind):
                parts, pack = expand(fetch)
                inner = [self._plan(part) for part in parts]
                return lambda values: pack([one(values) for one in inner])
        return self._plan_leaf(fetch)

    def _plan_sequence(self, fetch: Any) -> Pack:
        inner = [self._plan(item) for item in fetch]
        if hasattr(fetch, "_fields"):
            make = type(fetch)
            return lambda values: make(*[one(values) for one in inner])
        if isinstance(fetch, tuple):
            return lambda values: tuple([one(values) for one in inner])
        return lambda values: [one(values) for one in inner]

    def _plan_mapping(self, fetch: Mapping[Any, Any]) -> Pack:
        inner = [(key, self._plan(item)) for key, item in fetch.items()]
        make: Any = type(fetch)
        if isinstance(fetch, defaultdict):
            make = partial(make, fetch.default_factory)
        if make is dict:
            return lambda values: {key: one(values) for key, one in inner}
        return lambda values: make([(key, one(values)) for key, one in inner])

    def _plan_attrs(self, fetch: Any) -> Pack:
        make = type(fetch)
        names = [attribute.name for attribute in make.__attrs_attrs__]
        inner = [self._plan(getattr(fetch, name)) for name in names]
        return lambda values: make(*[one(values) for one in inner])

    def _plan_leaf(self, fetch: Any) -> Pack:
        element = self._element(fetch)
        if not self._graph.is_fetchable(element):
            node = element if isinstance(element, Node) else element.op
            raise InaccessibleTensorError(
                f"Operation {node.name!r}, made at {node.line}, has been marked as not fetchable; "
                "fetch another tensor."
            )
        if isinstance(element, Node):
            self._targets[element] = None
            return lambda values: None
        if element.dtype.base_dtype is dtypes.resource:
            raise TypeError(
                f"Fetch argument {element!r} has invalid type: it is the handle of a variable or "
                f"of another resource, made at {element.op.line}, which has no value of its own. "
                "Fetch the variable, or what is read by the handle."
            )
        position = self._positions.setdefault(element, len(self._positions))
        return lambda values: values[position]

    def _element(self, fetch: Any) -> Tensor | Node:
        try:
            element: Tensor | Node = self._graph.as_graph_element(fetch)
            return element
        except TypeError as error:
            raise TypeError(
                f"Fetch argument {fetch!r} has invalid type {type(fetch).__name__}, must be a "
                "string or Tensor: a fetch is a tensor, an operation, a variable, a name, or a "
                "list, tuple or dict of these."
            ) from error
        except ValueError as error:
            raise ValueError(
                f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. ({error})"
            ) from None
        except KeyError as error:
            raise ValueError(
                f"Fetch argument {fetch!r} cannot be interpreted as a Tensor. ({error.args[0]})"
            ) from None
