"""How a node touches state: which variables it reads, writes, or asks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from penstock.graph.node import Node, Tensor
from penstock.graph.shape_context import arg_length
from penstock.graph.spec import Arg
from penstock.runtime.state import variable_key

if TYPE_CHECKING:
    from penstock.runtime.program import Program
    from penstock.runtime.regions import LoweredRegion

__all__ = ["Accesses", "accesses", "args_by_index"]


@dataclass
class Accesses:
    """The keys of the state a node touches, by the position of the input that leads to it.

    Attributes:
      reads, queries: by input; the session's objects are among what is read.
      writes: in the record's order.
      only_written: inputs whose value before the write is not needed.
      through: keys of variables that it reads as any other value, through a reference.
      bodies: the programs of the functions it calls.
      region: what it stands for, if its insides run by dead and alive values.
    """

    reads: dict[int, str] = field(default_factory=dict)
    queries: dict[int, str] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    bodies: tuple[Program, ...] = ()
    region: LoweredRegion | None = None
    only_written: set[int] = field(default_factory=set)
    through: tuple[str, ...] = ()

    @property
    def all_reads(self) -> set[str]:
        """The keys of all variables whose values it may use."""
        inner = (key for body in self.bodies for key in body.reads)
        return {*self.reads.values(), *self.through, *inner}


def args_by_index(node: Node) -> list[Arg]:
    if node.spec.plain_inputs:
        return list(node.spec.inputs)
    args: list[Arg] = []
    for arg in node.spec.inputs:
        args.extend([arg] * arg_length(arg, node.attrs))
    return args


def accesses(node: Node, known: Mapping[Tensor, str]) -> Accesses:
    """Find what a node touches.

    Args:
      node: the node.
      known: keys of the variables behind a function's arguments.
    """
    spec = node.spec
    access = Accesses()
    if not node.inputs:
        return access
    if not (spec.reads or spec.writes or spec.queries):
        access.through = tuple(
            variable_key(tensor, known) for tensor in node.inputs if tensor.dtype.is_ref_dtype
        )
    if not (spec.reads or spec.writes or spec.queries or spec.objects):
        return access
    args = args_by_index(node)
    keys: dict[str, str] = {}
    for index, arg in enumerate(args):
        if arg.name in spec.reads or arg.name in spec.objects:
            access.reads[index] = keys[arg.name] = variable_key(node.inputs[index], known)
        elif arg.name in spec.queries:
            access.queries[index] = variable_key(node.inputs[index], known)
        elif arg.name in spec.writes:
            keys[arg.name] = variable_key(node.inputs[index], known)
            access.only_written.add(index)
    access.writes = tuple(keys[name] for name in spec.writes)
    return access
