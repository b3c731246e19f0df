"""A user's op: its record, what calls its kernel, and the gradient that JAX makes of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError
from penstock.engine.on_demand import result_shapes, vector_jacobian
from penstock.graph.build import apply_spec, convert_to_tensor, graph_of
from penstock.graph.default import default_graph
from penstock.graph.kernel_call import group_inputs, keyword_names
from penstock.graph.node import Node
from penstock.graph.shape_context import ShapeContext, ShapeMismatch, arg_length
from penstock.graph.spec import NOT_DIFFERENTIABLE, Arg, Attr, OpSpec, attr

__all__ = ["CustomOp"]


class CustomOp:
    """A user's op; `tf.custom_op` makes it.

    Attributes:
      spec: its record: ``tf.Graph(library=LIBRARY.extended([op.spec]))`` makes a graph whose
        library has the op, so that a GraphDef with such nodes can be imported into it.
    """

    def __init__(
        self,
        name: str,
        inputs: Iterable[str],
        outputs: Iterable[str],
        attrs: Mapping[str, Any],
        kernel: Callable[..., Any],
        grad: Callable[..., Any] | bool,
        shape: Callable[[ShapeContext], Any] | None,
        options: dict[str, Any],
    ) -> None:
        if not hasattr(kernel, "__code__"):
            raise TypeError(
                f"The kernel of {name!r} must be a Python function, kernel(xp, ...), but is "
                f"{kernel!r}. Wrap it in one."
            )
        self._kernel = kernel
        self._keywords = keyword_names(kernel)
        self._gradients: dict[Any, CustomOp] = {}
        if shape is None:
            shape = _unknown if options["host"] else self._find_shapes
        if grad is True:
            grad = NOT_DIFFERENTIABLE if options["host"] else self._differentiate
        self.spec = OpSpec(
            name, inputs, outputs, attrs,
            shape=shape, kernel=self._compute, grad=grad or NOT_DIFFERENTIABLE, **options,
        )  # fmt: skip
        self.__name__ = self.__qualname__ = name
        self.__doc__ = options["doc"] or f"The op {name}."

    def __call__(self, *args: Any, name: str | None = None, **keywords: Any) -> Any:
        """Build a node; gives its outputs."""
        graph = graph_of(args) if args else graph_of(keywords.values())
        return apply_spec(graph, self.spec, args, keywords, name)

    def __repr__(self) -> str:
        return f"<tf.custom_op {self.spec.name}>"

    def _compute(self, xp: Any, *inputs: Any, attrs: Mapping[str, Any]) -> Any:
        """Call the kernel, and hold what it gives against what is declared."""
        spec = self.spec
        available = {"attrs": attrs, **attrs}
        found = self._kernel(xp, *inputs, **{key: available[key] for key in self._keywords})
        given = _as_outputs(spec, found)
        if len(given) != len(spec.outputs):
            raise InvalidArgumentError(
                None, None, f"The kernel of {spec.name} must give {len(spec.outputs)} outputs, but "
                f"gave {len(given)}: a tuple with one entry for each of "
                f"{[arg.name for arg in spec.outputs]}."
            )  # fmt: skip
        results = [
            [self._cast(xp, one, arg, attrs) for one in value]
            if arg.is_list
            else self._cast(xp, value, arg, attrs)
            for value, arg in zip(given, spec.outputs, strict=True)
        ]
        several = len(results) != 1 or spec.outputs[0].is_list
        return tuple(results) if several else results[0]

    def _cast(self, xp: Any, value: Any, arg: Arg, attrs: Mapping[str, Any]) -> Any:
        """Give an output in its dtype; the kernel may give a wider one of its kind."""
        dtype: DType = arg.dtype or attrs[arg.type_attr or ""]
        wanted = np.dtype(dtype.as_numpy_dtype)
        array = value if hasattr(value, "dtype") else xp.asarray(value)
        if array.dtype == wanted:
            return array
        if not np.can_cast(array.dtype, wanted, "same_kind"):
            raise InvalidArgumentError(
                None, None, f"The kernel of {self.spec.name} must give {dtype.name} as its output "
                f"{arg.name!r}, but gave {array.dtype}. Convert it there: y.astype(x.dtype)."
            )  # fmt: skip
        return array.astype(wanted)

    def _find_shapes(self, c: ShapeContext) -> Any:
        """Have JAX work out the outputs' shapes, as far as the inputs' are known."""
        shapes = [tensor.static_shape for tensor in c.inputs]
        count = sum(arg_length(arg, c.attrs) for arg in self.spec.outputs)
        found: list[Any] = [None] * count
        if not self.spec.static and None not in shapes:
            dtypes = [tensor.dtype.base_dtype.as_numpy_dtype for tensor in c.inputs]
            try:
                found = result_shapes(self._flat_function(c.attrs), shapes, dtypes)
            except (TypeError, ValueError) as error:
                if not any(None in shape for shape in shapes if shape is not None):
                    told = str(error).splitlines()[0]
                    raise ShapeMismatch(
                        f"The kernel of {self.spec.name} must take arguments of the shapes "
                        f"{shapes}, but says: {told}."
                    ) from error
        return found[0] if self.spec.single_output else found

    def _flat_function(self, attrs: Mapping[str, Any]) -> Callable[..., tuple[Any, ...]]:
        """Give the kernel as a function from a namespace and flat arrays to a flat tuple."""

        def compute(xp: Any, *values: Any) -> tuple[Any, ...]:
            found = self._compute(xp, *group_inputs(self.spec, dict(attrs), values), attrs=attrs)
            results = found if isinstance(found, tuple) else (found,)
            return tuple(
                one
                for result in results
                for one in (result if isinstance(result, list) else [result])
            )

        return compute

    def _differentiate(self, ops: Any, node: Node, *dys: Any) -> list[Any]:
        """Build the gradient that JAX makes: an op of the inputs, and of the outputs' gradients."""
        flags = _flags(self.spec, node.attrs)
        if flags not in self._gradients:
            self._gradients[flags] = _Backward(self, *flags).op()
        flowing = [dy for dy, tensor in zip(dys, node.outputs, strict=True) if _flows(tensor.dtype)]
        spec = self._gradients[flags].spec
        attrs = {key: node.attrs[key] for key in self.spec.attr_by_name}
        tensors = tuple(map(convert_to_tensor, [*node.inputs, *flowing]))
        found = iter(default_graph().add_node(spec, tensors, attrs, spec.name).outputs)
        args = [arg for arg in self.spec.inputs for _ in range(arg_length(arg, node.attrs))]
        return [
            next(found) if _flows(tensor.dtype) and arg.name not in self.spec.static else None
            for arg, tensor in zip(args, node.inputs, strict=True)
        ]


def _as_outputs(spec: OpSpec, found: Any) -> list[Any]:
    """Give one entry for each declared output of what a kernel returned."""
    if len(spec.outputs) != 1:
        return list(found) if isinstance(found, (list, tuple)) else [found]
    is_wrapped = isinstance(found, tuple) and len(found) == 1 and isinstance(found[0], list)
    return [found[0] if spec.outputs[0].is_list and is_wrapped else found]


class _Backward:
    """The gradient of an op as JAX works it out.

    Args:
      op: the op.
      inputs: for each input, whether a gradient flows to it.
      outputs: for each output, whether one flows from it.
    """

    def __init__(self, op: CustomOp, inputs: Sequence[bool], outputs: Sequence[bool]) -> None:
        self._op = op
        self._spec = op.spec
        self._inputs = inputs
        self._outputs = outputs
        self._products: dict[str, Callable[..., Any]] = {}

    def op(self) -> CustomOp:
        """Give it as an op."""
        spec = self._spec
        kept = [arg for arg, flows in zip(spec.outputs, self._outputs, strict=True) if flows]
        wanted = [arg for arg, flows in zip(spec.inputs, self._inputs, strict=True) if flows]
        attrs = {attr.name: _redeclared(attr) for attr in spec.attrs}

        def kernel(xp: Any, *values: Any, attrs: Mapping[str, Any]) -> Any:
            return self._compute(values, attrs)

        return CustomOp(
            f"{spec.name}Grad",
            [*map(_text, spec.inputs), *[f"d_{_text(arg)}" for arg in kept]],
            [f"{_text(arg).replace(':', '_gradient:', 1)}" for arg in wanted],
            attrs, kernel, True,
            lambda c: _one_or_all([shape for arg in wanted for shape in c.shapes(arg.name)]),
            {"static": tuple(spec.static), "stateful": False, "host": False,
             "doc": f"The gradient of {spec.name}."},
        )  # fmt: skip

    def _compute(self, values: Sequence[Any], attrs: Mapping[str, Any]) -> Any:
        """Compute the gradients of those inputs that they flow to."""
        count = len(self._inputs)
        given = list(values[:count])
        moving = [one for one, flows in zip(given, self._inputs, strict=True) if flows]
        still = [one for one, flows in zip(given, self._inputs, strict=True) if not flows]
        key = repr(sorted(attrs.items(), key=lambda item: item[0]))
        if key not in self._products:
            self._products[key] = vector_jacobian(self._function(attrs), not self._spec.static)
        found = self._products[key](moving, still, list(values[count:]))
        return found[0] if len(found) == 1 and not isinstance(found[0], list) else tuple(found)

    def _function(self, attrs: Mapping[str, Any]) -> Callable[..., Any]:
        def compute(xp: Any, moving: Sequence[Any], still: Sequence[Any]) -> tuple[Any, ...]:
            first, second = iter(moving), iter(still)
            given = [next(first if flows else second) for flows in self._inputs]
            found = self._op._compute(xp, *given, attrs=attrs)
            results = found if isinstance(found, tuple) else (found,)
            return tuple(one for one, flows in zip(results, self._outputs, strict=True) if flows)

        return compute


def _one_or_all(shapes: list[Any]) -> Any:
    return shapes[0] if len(shapes) == 1 else shapes


def _text(arg: Arg) -> str:
    """Give a declared input or output as it was written."""
    kind = arg.type_list_attr or arg.type_attr or (arg.dtype.name if arg.dtype else "")
    return f"{arg.name}: {arg.number_attr} * {kind}" if arg.number_attr else f"{arg.name}: {kind}"


def _redeclared(declared: Attr) -> Any:
    return attr(declared.kind, declared.default, allowed=declared.allowed, minimum=declared.minimum)


def _flows(dtype: DType) -> bool:
    return dtype.is_floating or dtype.is_complex


def _flags(spec: OpSpec, attrs: Mapping[str, Any]) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Tell of each input and of each output whether gradients flow there."""

    def flows(arg: Arg) -> bool:
        if arg.type_list_attr is not None:
            raise TypeError(
                f"{spec.name} takes or gives a list of any types, {arg.name!r}, so its gradient "
                "must be written: give it as grad=..., or grad=False if none flows."
            )
        return arg.name not in spec.static and _flows(arg.dtype or attrs[arg.type_attr or ""])

    return tuple(map(flows, spec.inputs)), tuple(map(flows, spec.outputs))


def _unknown(c: ShapeContext) -> Any:
    count = sum(arg_length(arg, c.attrs) for arg in c.spec.outputs)
    return None if c.spec.single_output else [None] * count
