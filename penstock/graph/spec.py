"""One op, one record: what an op is called, takes, gives, computes and how it is differentiated.

An `OpSpec` carries TensorFlow's own op, argument and attribute names, so a GraphDef maps onto it
plainly. Its parts:

* **inputs / outputs**: declarations in the notation of TensorFlow's op registry:
  ``"x: T"`` (type named by an attr), ``"axis: int32"`` (fixed type), ``"values: N * T"`` (a list
  whose length is an attr), ``"components: Tlist"`` (a list whose types are an attr),
  ``"ref: Ref(T)"`` (a reference to a variable).
* **attrs**: in TensorFlow's order. A set of dtypes declares a type attr; a plain value declares
  an attr by its default (``False``, ``1``, ``0.5``, ``"NHWC"``); a tuple of strings is a string
  attr restricted to those and without default; anything else is spelled `attr(kind, ...)`.
* **shape(c)**: the static shape rule, over a `ShapeContext`; returns a shape for an op with one
  output, a list of shapes otherwise.
* **kernel(xp, *inputs, *, attr...)**: the computation. `xp` is NumPy or jax.numpy; each declared
  input is one positional argument (a list input is a list); attrs are passed only where the
  kernel names them as keyword-only arguments. Returns one value, or a tuple with one entry per
  declared output (a list output is a list).
* **grad(ops, node, *dys)**: builds graph nodes by the raw-op namespace `ops`; returns a list with
  one gradient (or None) per input tensor. Or `NOT_DIFFERENTIABLE`, or `Undefined("reason")`.
* **static**: names of inputs whose *value* fixes the shape of an output or the structure of the
  computation, so that a compiler must know it: the kernel gets these as NumPy values always.
* **narrows(node)**: where that depends on the node, gives those of `static` which this one needs;
  the others may be traced.
* **reads / writes**: names of the `Ref` or `resource` inputs whose state the op reads or writes.
  The kernel gets the current value of a read one in its place (None where it is only written) and
  returns the new values of the written ones, in the order of `writes`, *before* its other
  outputs. An output declared ``Ref(T)`` is the first written or read reference itself: the kernel
  does not return it. A kernel that names the keyword `declared_shape` gets the static shape of
  the first written variable, one that names `node_name` the node's name.
* **queries**: names of such inputs for which the kernel gets a NumPy bool: whether it has a value.
* **random**: counter blocks that one run reserves, as a function of (attrs, input shapes, output
  shapes), each a list of tuples, one per tensor; the kernel of a random op gets keyword `key` =
  (seed, seed2) and `counter`, an integer from 0 that may be traced (uint64).
* **bodies**: names of the attrs that hold functions (`FunctionGraph`), or lists of them; a run
  calls those that `calls` says. The tiers know how to run such an op; the record has no kernel.
* **objects**: names of the `Ref` or `resource` inputs that lead to an object which the session
  holds, such as a queue: the kernel gets the object itself. Such an op runs on the host.
* **makes(node)**: for the op that stands for such an object, makes a new one.
* **keeps**: the op has no handle: it works itself on the object that it stands for, which it shares
  with others of its kind by `container` and `shared_name`. The kernel gets the object first.
* **blocks**: a run of the op may wait for other runs, so it must hold no lock meanwhile.
* **host**: runs only in the interpreter (strings, files, outputs whose shape depends on values).
* **stateful**: TensorFlow's flag; two such nodes are never merged or folded.
* **removed**: the first version of GraphDefs that may not have the op; None if all may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from penstock.graph.declarations import MISSING, Arg, Attr, attr, declare, parse_arg

if TYPE_CHECKING:
    from penstock.core.held import Held
    from penstock.graph.function_graph import FunctionGraph
    from penstock.graph.node import Node
    from penstock.graph.shape_context import ShapeContext

__all__ = [
    "MISSING",
    "NOT_DIFFERENTIABLE",
    "Arg",
    "Attr",
    "Calls",
    "OpSpec",
    "Undefined",
    "attr",
]


class _NotDifferentiable:
    """The gradient of an op through which nothing flows, as a decision and not an omission."""

    def __repr__(self) -> str:
        return "NOT_DIFFERENTIABLE"


NOT_DIFFERENTIABLE = _NotDifferentiable()


@dataclass(frozen=True)
class Undefined:
    """The gradient of an op that has none yet: asking for it is an error that gives `reason`."""

    reason: str


class Calls(Enum):
    """Which of its functions an op calls.

    * `ONCE`: its only one.
    * `CHOICE`: the first if its first input holds, else the second.
    * `INDEX`: that of the number which its first input is; the last if there is none.
    * `LOOP`: the second again and again while the first gives true.
    """

    ONCE = "once"
    CHOICE = "choice"
    INDEX = "index"
    LOOP = "loop"


class OpSpec:
    """The record of one op; see the module's docstring for its fields."""

    __slots__ = (
        "attr_by_name",
        "attr_defaults",
        "attrs",
        "blocks",
        "bodies",
        "calls",
        "doc",
        "first_argument",
        "grad",
        "host",
        "input_index",
        "inputs",
        "is_loop",
        "keeps",
        "kernel",
        "makes",
        "name",
        "narrows",
        "objects",
        "outputs",
        "plain_inputs",
        "queries",
        "random",
        "reads",
        "ref_inputs",
        "removed",
        "shape",
        "single_output",
        "stateful",
        "static",
        "writes",
    )

    def __init__(
        self,
        name: str,
        inputs: Iterable[str] = (),
        outputs: Iterable[str] = (),
        attrs: Mapping[str, Any] | None = None,
        *,
        doc: str,
        shape: Callable[[ShapeContext], Any],
        kernel: Callable[..., Any] | None = None,
        grad: Any = NOT_DIFFERENTIABLE,
        static: Iterable[str] = (),
        narrows: Callable[[Node], Iterable[str]] | None = None,
        reads: Iterable[str] = (),
        writes: Iterable[str] = (),
        queries: Iterable[str] = (),
        random: Callable[..., int] | None = None,
        bodies: Iterable[str] = (),
        calls: Calls | None = None,
        objects: Iterable[str] = (),
        makes: Callable[[Node], Held] | None = None,
        keeps: bool = False,
        blocks: bool = False,
        host: bool = False,
        stateful: bool = False,
        removed: int | None = None,
    ) -> None:
        self.name = name
        self.attrs = tuple(declare(key, value) for key, value in (attrs or {}).items())
        self.attr_by_name = {declared.name: declared for declared in self.attrs}
        self.inputs = tuple(parse_arg(text, self.attr_by_name) for text in inputs)
        self.outputs = tuple(parse_arg(text, self.attr_by_name) for text in outputs)
        self.doc = doc
        self.shape = shape
        self.kernel = kernel
        self.grad = grad
        self.static = frozenset(static)
        self.narrows = narrows
        self.reads = tuple(reads)
        self.writes = tuple(writes)
        self.queries = tuple(queries)
        self.random = random
        self.bodies = tuple(bodies)
        self.calls = calls
        self.objects = tuple(objects)
        self.makes = makes
        self.keeps = keeps
        self.blocks = blocks
        self.host = host or keeps or bool(self.objects)
        self.removed = removed
        self.stateful = stateful or bool(self.reads or self.writes or self.queries or random)
        self.attr_defaults = tuple((declared.name, declared.default) for declared in self.attrs)
        self.input_index = {arg.name: index for index, arg in enumerate(self.inputs)}
        self.plain_inputs = not any(arg.is_list for arg in self.inputs)
        self.ref_inputs = tuple(i for i, arg in enumerate(self.inputs) if arg.is_ref)
        self.is_loop = calls is Calls.LOOP
        self.first_argument = len(self.inputs) - 1 if self.bodies else 0  # of its functions
        self.single_output = len(self.outputs) == 1 and not self.outputs[0].is_list

    def static_of(self, node: Node) -> frozenset[str]:
        """Give the names of the inputs whose values `node` needs to know before it runs."""
        return self.static if self.narrows is None else frozenset(self.narrows(node))

    def functions_of(self, node: Node) -> tuple[FunctionGraph, ...]:
        """Give the functions that a run of `node` calls, in the order of `bodies`."""
        values = [node.attrs[name] for name in self.bodies]
        lists = [value if isinstance(value, list) else [value] for value in values]
        return tuple(function for functions in lists for function in functions)

    def __repr__(self) -> str:
        return f"<OpSpec {self.name}({', '.join(arg.name for arg in self.inputs)})>"
