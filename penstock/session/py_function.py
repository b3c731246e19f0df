"""`tf.py_function`: a Python function as a node, which is given tensors that have values.

When the node runs, the function builds a small graph of its own, whose inputs are constants; a
tensor of it can be asked for its value at once. The gradient of the node is that of this graph.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from penstock.autodiff.gradients import gradients
from penstock.autodiff.registry import RegisterGradient
from penstock.core.config import ConfigProto
from penstock.core.dtypes import DType, as_dtype
from penstock.functions.python_calls import call_python
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec
from penstock.session.session import Session

__all__ = ["EagerTensor", "py_function"]

_count = itertools.count()


def py_function(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,  # noqa: N803  TensorFlow's name
    name: str | None = None,
) -> Any:
    """Build a call of a Python function of tensors, which happens whenever the node runs.

    Unlike `tf.py_func`, the function may use `tf` functions: what they give has a value at once,
    by ``.numpy()``, in an ``if``, in arithmetic. Gradients flow through it.

    Args:
      func: takes a tensor for each of `inp`, and returns tensors or NumPy values.
      inp: a list of tensors.
      Tout: the dtype that `func` returns; a list of dtypes if it returns a list or tuple, empty
        if it returns None.
      name: the node's name.

    Returns:
      A tensor of unknown shape, or a list of them as `Tout` is one; the node if that is empty.

    Raises:
      ValueError: if `func` is not callable.
      TypeError: if `inp` is not a list.

    Example:
        def clipped_log(x):
            return tf.math.log(x) if x > 0.0 else tf.zeros_like(x)

        y = tf.py_function(clipped_log, [x], tf.float32)
    """
    if not callable(func):
        raise ValueError(f"Expected func to be callable, but it is {func!r}.")
    several = isinstance(Tout, (list, tuple))
    call = _Call(func, [as_dtype(one) for one in (Tout if several else [Tout])])
    label = f"EagerPyFunc-{next(_count)}"
    RegisterGradient(label)(call.gradient)
    with default_graph().gradient_override_map({"EagerPyFunc": label}):
        return call_python("EagerPyFunc", call.forward, inp, Tout, name)


class _Call:
    """A function with what its last run built, for its gradient."""

    def __init__(self, func: Callable[..., Any], dtypes: Sequence[DType]) -> None:
        self._func = func
        self._dtypes = dtypes
        self._built: tuple[_ValueGraph, list[Tensor], list[Tensor]] | None = None

    def forward(self, *arrays: Any) -> list[Any]:
        """Run the function on values."""
        graph = _ValueGraph()
        with graph.as_default():
            inputs = [convert_to_tensor(array) for array in arrays]
            found = self._func(*inputs)
            if found is None:
                found = []
            members = list(found) if isinstance(found, (list, tuple)) else [found]
            outputs = [
                convert_to_tensor(one, dtype)
                for one, dtype in zip(members, self._dtypes, strict=False)
            ]
        self._built = graph, inputs, outputs
        return graph.values(outputs) + members[len(outputs) :]

    def _backward(self, count: int, wanted: Sequence[int]) -> Callable[..., Any]:
        def run(*arrays: Any) -> list[Any]:
            if not self._is_built_for(arrays[:count]):
                self.forward(*arrays[:count])
            assert self._built is not None
            graph, inputs, outputs = self._built
            with graph.as_default():
                dys = [convert_to_tensor(array) for array in arrays[count:]]
                xs = [inputs[index] for index in wanted]
                found = gradients(outputs, xs, grad_ys=dys, unconnected_gradients="zero")
                return graph.values([convert_to_tensor(gradient) for gradient in found])

        return run

    def _is_built_for(self, arrays: Sequence[Any]) -> bool:
        """Tell whether the last run was on these values: in a loop, it is mostly another turn's."""
        if self._built is None:
            return False
        graph, inputs, _ = self._built
        return all(map(np.array_equal, graph.values(inputs), arrays))

    def gradient(self, op: Node, *dys: Any) -> list[Any]:
        """Build the gradient of a node that calls the function."""
        count = len(op.inputs)
        wanted = [
            index
            for index, tensor in enumerate(op.inputs)
            if tensor.dtype.is_floating or tensor.dtype.is_complex
        ]
        made = call_python(
            "EagerPyFunc", self._backward(count, wanted), [*op.inputs, *dys],
            [op.inputs[index].dtype.base_dtype for index in wanted], None,
        )  # fmt: skip
        found: list[Any] = [None] * count
        for index, gradient in zip(wanted, made, strict=True):
            found[index] = gradient
        return found


class _ValueGraph(Graph):
    """A graph whose tensors have values: all of its inputs are constants."""

    def __init__(self) -> None:
        super().__init__()
        config = ConfigProto()
        config.experimental.executor_type = "numpy"
        self._session = Session(graph=self, config=config)
        self._values: dict[Tensor, Any] = {}

    def add_node(
        self, spec: OpSpec, inputs: tuple[Tensor, ...], attrs: dict[str, Any], name: str
    ) -> Node:
        """Add a node whose outputs can be asked for their values."""
        node = super().add_node(spec, inputs, attrs, name)
        node.outputs = [
            EagerTensor(node, index, tensor.dtype, tensor.static_shape)
            for index, tensor in enumerate(node.outputs)
        ]
        return node

    def values(self, tensors: Sequence[Tensor]) -> list[Any]:
        """Compute tensors, each once."""
        missing = [tensor for tensor in dict.fromkeys(tensors) if tensor not in self._values]
        if missing:
            found = self._session.run(missing, feed_dict=self._values)
            self._values.update(zip(missing, found, strict=True))
        return [self._values[tensor] for tensor in tensors]


class EagerTensor(Tensor):
    """A tensor that has a value, within a function that `tf.py_function` calls."""

    __slots__ = ()

    def numpy(self) -> Any:
        """Give its value: an array, or a NumPy scalar."""
        return self.graph.values([self])[0]  # type: ignore[attr-defined]

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.numpy(), dtype)

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __float__(self) -> float:
        return float(self.numpy())

    def __index__(self) -> int:
        return int(self.numpy())

    def __len__(self) -> int:
        return len(self.numpy())

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={self.numpy()!r}>"
