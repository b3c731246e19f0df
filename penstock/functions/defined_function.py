"""Functions of a graph made of Python functions: built when they are first called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.functions.branches import captured_by, trace_function
from penstock.functions.function_facts import digest, has_effects
from penstock.functions.variable_scope import variable_scope
from penstock.graph.as_messages import function_message
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.functions import FunctionSpec
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor

__all__ = ["DefinedFunction", "Options", "OverloadedFunction"]


class Options:
    """What `Defun` is told beside types and name; see there."""

    def __init__(
        self,
        grad_func: Any = None,
        python_grad_func: Callable[..., Any] | None = None,
        out_names: Sequence[str] | None = None,
        shape_func: Callable[..., Any] | None = None,
        noinline: bool = False,
        capture_by_value: bool = False,
        whitelisted_stateful_ops: Any = None,
        capture_resource_var_by_value: bool = True,
        **attrs: Any,
    ) -> None:
        self.gradient = grad_func
        self.python_gradient = python_grad_func
        self.output_names = list(out_names or ())
        self.shapes = shape_func
        self.attrs = {f"_{key}": value for key, value in attrs.items()}
        if noinline:
            self.attrs["_noinline"] = True


class DefinedFunction:
    """A function for arguments of given dtypes; made by `Defun`.

    Its body is built at the first call in each graph.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        names: Sequence[str],
        types: Sequence[DType],
        name: str | None,
        options: Options,
    ) -> None:
        self._func = func
        more = [f"{func.__name__}_{index}" for index in range(len(names), len(types))]
        self._argument_names = [*names, *more]
        self._types = tuple(types)
        self._name = name
        self._options = options
        self._last: FunctionGraph | None = None
        self._is_being_built = False

    @property
    def name(self) -> str:
        """Its name in the graph."""
        return self.function_graph(default_graph()).name

    @property
    def definition(self) -> Any:
        """Its `FunctionDef`, as the graph's library has it."""
        return function_message(self.function_graph(default_graph()))

    @property
    def declared_input_types(self) -> tuple[DType, ...]:
        """The dtypes of its arguments."""
        return self._types

    @property
    def captured_inputs(self) -> list[Tensor]:
        """The tensors from outside that it uses."""
        return captured_by(self.function_graph(default_graph()), len(self._types))

    @property
    def stateful_ops(self) -> list[tuple[str, str]]:
        """Name and type of the nodes in it that have effects, or depend on more than inputs."""
        nodes = self.function_graph(default_graph()).get_operations()
        return [(node.name, node.type) for node in nodes if node.spec.stateful]

    @property
    def grad_func_name(self) -> str | None:
        """The name of the function that is its gradient, if one was given."""
        gradient = self.function_graph(default_graph()).gradient
        return None if gradient is None else gradient.name

    @property
    def python_grad_func(self) -> Callable[..., Any] | None:
        """What builds its gradient, if that was given."""
        return self._options.python_gradient

    def set_grad_func(self, grad_func: DefinedFunction) -> None:
        """Let another function be its gradient.

        Raises:
          RuntimeError: if there is one already.
        """
        if self._options.gradient not in (None, grad_func):
            raise RuntimeError("A function has one gradient function; this one has it already.")
        self._options.gradient = grad_func
        if self._last is not None:
            self._last.gradient = grad_func.function_graph(self._last.outer)

    def add_to_graph(self, g: Graph) -> None:
        """Make it one of the functions of `g`, without a call."""
        self.function_graph(g)

    def function_graph(self, graph: Graph) -> FunctionGraph:
        """Give its body for calls in `graph`; built if it is not there.

        Raises:
          RuntimeError: if it is being built: it calls itself.
        """
        known: dict[DefinedFunction, FunctionGraph] = graph.extras.setdefault(DefinedFunction, {})
        if self not in known:
            if self._is_being_built:
                raise RuntimeError(
                    f"A function must not call itself, but {self._func.__name__!r} does. Make it "
                    "a loop with tf.while_loop."
                )
            self._is_being_built = True
            try:
                known[self] = self._last = self._build(graph)
            finally:
                self._is_being_built = False
        return known[self]

    def _as_function(self) -> FunctionGraph:
        return self.function_graph(default_graph())

    def _build(self, graph: Graph) -> FunctionGraph:
        options = self._options

        def build(body: FunctionGraph) -> list[Tensor]:
            body.seed = None  # the graph's seed does not reach into functions, as in TensorFlow
            arguments = [
                body.add_argument(dtype, None, name)
                for dtype, name in zip(self._types, self._argument_names, strict=True)
            ]
            with variable_scope("", reuse=None, custom_getter=_outside(graph)):
                return _outputs(self._func(*arguments))

        name = self._name or self._func.__name__
        function = trace_function(graph, name, build, scope="", is_shared=True)
        function.controls = [node for node in function.get_operations() if has_effects(node)]
        function.output_names = options.output_names
        if options.output_names and len(options.output_names) != len(function.outputs):
            raise ValueError(
                f"out_names must have a name for each of the {len(function.outputs)} outputs of "
                f"{function.name!r}, but is {options.output_names}."
            )
        function.attrs = dict(options.attrs)
        function.python_gradient = options.python_gradient
        if options.gradient is not None:
            function.gradient = options.gradient.function_graph(graph)
        if self._name is None:
            function.name = f"{function.name}_{digest(function)}"
        same = graph.functions.get(function.name)
        if same is not None and digest(same) == digest(function):
            return same
        graph.functions.add(function)
        return function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Build a call.

        Args:
          *args: a tensor, or what can be one, for each argument.
          **kwargs: `name`, that of the node.

        Returns:
          The output; a tuple of several; the node if there are none.

        Raises:
          ValueError: if the number of arguments or a dtype is not what was declared.
        """
        name = kwargs.pop("name", None)
        kwargs.pop("noinline", None)
        if kwargs:
            raise ValueError(f"A call of a Defun function takes name=, but not {sorted(kwargs)}.")
        graph = default_graph()
        function = self.function_graph(graph)
        if len(args) != len(self._types):
            raise ValueError(
                f"The function {function.name!r} takes {len(self._types)} arguments, but was "
                f"given {len(args)}."
            )
        inputs = [convert_to_tensor(value) for value in args]
        for tensor, dtype, argument in zip(inputs, self._types, self._argument_names, strict=True):
            if tensor.dtype.base_dtype is not dtype.base_dtype:
                raise ValueError(
                    f"The argument {argument!r} of function {function.name!r} must be "
                    f"{dtype.name}, but {tensor.name!r} is {tensor.dtype.name}. Convert it with "
                    "tf.cast."
                )
        inputs.extend(captured_by(function, len(self._types)))
        with graph.control_dependencies(list(function.outer_controls)):
            node = graph.add_node(FunctionSpec(function), tuple(inputs), {}, name or function.name)
        if self._options.shapes is not None:
            for output, shape in zip(node.outputs, self._options.shapes(node), strict=True):
                output.set_shape(shape)
        if not node.outputs:
            return node
        return node.outputs[0] if len(node.outputs) == 1 else node.outputs


class OverloadedFunction:
    """A function that is built for each list of dtypes that it is called with; see `Defun`."""

    def __init__(
        self, func: Callable[..., Any], names: Sequence[str], name: str | None, options: Options
    ) -> None:
        self._func = func
        self._names = names
        self._name = name
        self._options = options
        self._made: dict[tuple[DType, ...], DefinedFunction] = {}

    def instantiate(self, input_types: Sequence[Any]) -> DefinedFunction:
        """Give the function for arguments of these dtypes."""
        types = tuple(as_dtype(one).base_dtype for one in input_types)
        if types not in self._made:
            name = None
            if self._name is not None:
                name = f"{self._name}_{''.join(map(_short, types))}"
            self._made[types] = DefinedFunction(
                self._func, self._names[: len(types)], types, name, self._options
            )
        return self._made[types]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Build a call; see `DefinedFunction`."""
        inputs = [convert_to_tensor(value) for value in args]
        return self.instantiate([tensor.dtype for tensor in inputs])(*inputs, **kwargs)


def _short(dtype: DType) -> str:
    """Give a dtype as TensorFlow has it in names of functions: ``f32``, ``i64``, ``b``."""
    letters = {"f": "f", "i": "i", "u": "i", "c": "c", "b": "b"}
    numpy_type = dtype.as_numpy_dtype
    if dtype.name in ("bool", "string"):
        return dtype.name[0]
    return f"{letters.get(dtype.name[0], dtype.name)}{8 * numpy_type(0).itemsize}"


def _outputs(result: Any) -> list[Tensor]:
    if result is None:
        return []
    if isinstance(result, dict):
        raise TypeError(f"A Defun function returns tensors, in a list or tuple, not {result!r}.")
    values = result if isinstance(result, (list, tuple)) else [result]
    return [convert_to_tensor(value) for value in values]


def _outside(graph: Graph) -> Callable[..., Any]:
    """Make the getter by which variables are made in the graph around a function."""

    def get(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with graph.as_default():
            return getter(*args, **kwargs)

    return get
