"""What a session holds: the values of its variables and the counters of its random ops."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from penstock.core.dtypes import resource
from penstock.core.errors import InvalidArgumentError
from penstock.core.held import Held
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.ops.tensor_array_gradients import creation_of

__all__ = [
    "State",
    "argument_keys",
    "counter_key",
    "is_reference",
    "object_key",
    "variable_key",
]


class State:
    """Values by key. A step takes what it needs under the lock and puts back what it wrote.

    Attributes:
      values: NumPy or device arrays, and objects, by key; a key that is missing is not initialized.
      layout: a number that changes when a value is added, or changes its shape or dtype: what is
        compiled for one layout need not look at the values' shapes.
      lock: held by a step from its first read to its last write.
      ended: set when the session is closed.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.layout = 0
        self.lock = threading.RLock()
        self.ended = threading.Event()
        self._making = threading.Lock()
        self._makers: dict[str, Node] = {}
        self._entropy: dict[str, tuple[int, int]] = {}

    def commit(self, keys: tuple[str, ...], values: list[Any]) -> None:
        """Put the values a step wrote in place, all of them; None takes a value away."""
        held = self.values
        for key, value in zip(keys, values, strict=True):
            if value is None:
                self.drop(key)
                continue
            before = held.get(key)
            if before is None or before.shape != value.shape or before.dtype != value.dtype:
                self.layout += 1
            held[key] = value

    def drop(self, key: str) -> None:
        """Make a variable uninitialized."""
        if self.values.pop(key, None) is not None:
            self.layout += 1

    def clear(self) -> None:
        """Free all values, and end all objects, and what still runs."""
        self.ended.set()
        held = list(self.values.values())
        self.values.clear()
        for value in held:
            if isinstance(value, Held):
                value.close()
        self.layout += 1

    def object(self, key: str, node: Node) -> Held:
        """Give the object that a node stands for; the first who asks has it made.

        Raises:
          InvalidArgumentError: if another node made it, as another kind of object.
        """
        with self._making:
            if key not in self.values:
                assert node.spec.makes is not None
                self.values[key] = node.spec.makes(node)
                self._makers[key] = node
            maker = self._makers[key]
            found: Held = self.values[key]
        if maker is not node:
            _check_alike(maker, node)
        return found

    def random_key(self, node: Node, key: str) -> tuple[int, int]:
        """Give a random op's seeds; one without any gets fresh ones, kept for the session.

        Args:
          node: the op's node.
          key: the key of its counter.
        """
        seed, seed2 = node.attrs.get("seed", 0), node.attrs.get("seed2", 0)
        if seed or seed2:
            return seed, seed2
        if key not in self._entropy:
            first, second = np.frombuffer(os.urandom(16), np.int64)
            self._entropy[key] = (int(first), int(second))
        return self._entropy[key]


# Attributes in which nodes that stand for one object may differ.
_OF_A_NODE = frozenset(
    {"container", "dtypes", "fake_dtypes", "seed", "seed2", "shared_name", "_class"}
)


def _check_alike(maker: Node, node: Node) -> None:
    """Check that two nodes that share an object mean the same kind of object."""
    differences = [
        f"{name} is {wanted} here and {maker.attrs[name]} there"
        for name, wanted in node.attrs.items()
        if name not in _OF_A_NODE and maker.attrs.get(name, wanted) != wanted
    ]
    if maker.spec.makes is not node.spec.makes:
        differences.append(f"the op is {node.type} here and {maker.type} there")
    if differences:
        raise InvalidArgumentError(
            None,
            node,
            f"{node.name!r}, made at {node.line}, shares its object by name with {maker.name!r}, "
            f"made at {maker.line}, so both must be alike, but {'; '.join(differences)}. Give one "
            "of them another shared_name.",
        )


def counter_key(node: Node, path: str) -> str:
    """Give the key under which a random op's counter is kept; `path` says in which call."""
    return f"random counter of {path}{node.name}"


def is_reference(tensor: Tensor) -> bool:
    """Tell whether a tensor stands for a variable rather than for a value."""
    return tensor.dtype.is_ref_dtype or tensor.dtype is resource


def argument_keys(
    node: Node, function: FunctionGraph, known: Mapping[Tensor, str]
) -> dict[Tensor, str]:
    """Give the keys of those arguments of a function that stand for variables.

    Args:
      node: the node that calls it.
      function: one of the node's functions.
      known: the same for the function that the node is in.
    """
    inputs = node.inputs[node.spec.first_argument :]
    return {
        argument: variable_key(tensor, known)
        for argument, tensor in zip(function.arguments, inputs, strict=True)
        if is_reference(tensor) and creation_of(tensor)[0] is None
    }


def variable_key(tensor: Tensor, known: Mapping[Tensor, str]) -> str:
    """Find the variable that a reference or a resource handle leads to.

    Args:
      tensor: the reference.
      known: keys of the variables behind a function's arguments.

    Raises:
      TypeError: if it leads to none.
    """
    while tensor not in known:
        node = tensor.op
        if node.type in _SOURCES or node.spec.makes is not None:
            return object_key(node)
        if node.functions:
            function = node.functions[-1]
            inner = argument_keys(node, function, known)
            return variable_key(function.outputs[tensor.value_index], inner)
        if not node.inputs:
            raise TypeError(f"{tensor.name!r} is not a reference to a variable.")
        tensor = node.inputs[_aliased_input(node)]
    return known[tensor]


def object_key(node: Node) -> str:
    """Give the key of what a node stands for, by its container, and its shared name or its own."""
    container, name = node.attrs.get("container", ""), node.attrs.get("shared_name", "")
    return f"{container}/{name or node.name}" if container else name or node.name


_SOURCES = frozenset({"VariableV2", "Variable", "VarHandleOp", "TemporaryVariable"})


def _aliased_input(node: Node) -> int:
    """Tell which input an op hands its reference on from."""
    spec = node.spec
    named = spec.writes or spec.reads
    return spec.input_index[named[0]] if named else 0
