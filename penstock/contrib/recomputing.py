"""Functions whose insides are worked out again for their gradient, instead of being kept."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from penstock.autodiff.custom_gradient import custom_gradient, used_variables
from penstock.autodiff.gradients import gradients
from penstock.core.dtypes import int32
from penstock.functions.grouping import tuple as gated_tuple
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["recompute_grad"]


def recompute_grad(
    *args: Callable[..., Any], use_data_dep: bool = False, tupleize_grads: bool = False
) -> Callable[..., Any]:
    """Decorator for a function whose insides are worked out again for its gradient.

    So they need no memory between a training step's way forward and its way back. The function is
    called a second time when gradients are built, its variables reused. What it draws or changes
    happens twice; if it takes an argument `is_recomputing`, that tells the second time.

    Args:
      *args: the function, where the decorator is used without parentheses: from tensors, by
        position, to a tensor or a tuple of them. It uses resource variables only, and no tensors
        or variables from around it.
      use_data_dep: whether the second computation takes a number from the gradients (times the
        smallest float), in place of a control dependency on them.
      tupleize_grads: whether all gradients are there before one of them is used.

    Returns:
      A function of the same arguments and results; or, without a function, the decorator.

    Raises:
      ValueError: if the function uses a tensor or variable from around it, is given something
        else than tensors, or uses other variables the second time.
      TypeError: if it makes variables in reference form.

    Example:
        @tf.contrib.layers.recompute_grad
        def block(x):
            return tf.layers.dense(x, 64, tf.nn.relu, name="block")

        with tf.variable_scope("model", use_resource=True):
            y = block(x)
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        _check_closure(function)

        @functools.wraps(function)
        def wrapped(*tensors: Any) -> Any:
            for tensor in tensors:
                if not isinstance(tensor, Tensor):
                    raise ValueError(
                        f"A function decorated with recompute_grad takes tensors, but "
                        f"{function.__name__!r} was given {tensor!r}. Convert it with "
                        "tf.convert_to_tensor."
                    )
            return _Recomputed(function, use_data_dep, tupleize_grads)(*tensors)

        return wrapped

    return decorate(*args) if args else decorate


def _check_closure(function: Callable[..., Any]) -> None:
    captured = inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}
    for name, value in captured.items():
        if isinstance(value, Tensor | VariableBase):
            raise ValueError(
                f"A function decorated with recompute_grad must use no tensor or variable from "
                f"around it, since it would get no gradient, but {function.__name__!r} uses "
                f"{value.name!r} as {name!r}. Make it an argument of the function."
            )


class _Recomputed:
    """One call of a function that is to be recomputed."""

    def __init__(
        self, function: Callable[..., Any], by_data: bool, all_gradients_first: bool
    ) -> None:
        self._function = function
        self._by_data = by_data
        self._all_first = all_gradients_first
        self._is_told = "is_recomputing" in inspect.getfullargspec(function).args
        self._scope = get_variable_scope()
        self._variables: list[Any] = []

    def __call__(self, *tensors: Tensor) -> Any:
        return custom_gradient(self._forward)(*tensors)

    def _forward(self, *tensors: Tensor) -> tuple[Any, Callable[..., Any]]:
        outputs, self._variables = self._computed(tensors, again=False)

        def gradient(*dys: Any, variables: Sequence[Any] = ()) -> Any:
            found = self._gradients(tensors, dys, variables)
            of_tensors, of_variables = found[: len(tensors)], found[len(tensors) :]
            return (of_tensors, of_variables) if variables else of_tensors

        return outputs, gradient

    def _computed(self, tensors: Sequence[Tensor], again: bool) -> tuple[Any, list[Any]]:
        """Call the function; give its result, and the variables that it uses."""
        graph = default_graph()
        version = graph.version
        outputs = self._function(*tensors, **({"is_recomputing": again} if self._is_told else {}))
        return outputs, used_variables(graph, version)

    def _gradients(self, tensors: Any, dys: Sequence[Any], variables: Sequence[Any]) -> list[Any]:
        given = [dy for dy in dys if dy is not None]
        inputs = [raw.Identity(tensor) for tensor in tensors]
        with default_graph().control_dependencies(given):
            if self._by_data:
                inputs = _after(given, inputs)
            with variable_scope(self._scope, reuse=True):
                outputs, used = self._computed(inputs, again=True)
        if set(used) != set(self._variables):
            raise ValueError(
                f"{self._function.__name__!r} must use the same variables when it is computed "
                f"again, {[one.name for one in self._variables]}, but then used "
                f"{[one.name for one in used]}. Name them, so that they are found again."
            )
        outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
        found = gradients(outputs, [*inputs, *variables], list(dys))
        if not self._all_first:
            return found
        return _after(found, found) if self._by_data else list(gated_tuple(found))


def _after(first: Sequence[Any], then: Sequence[Any]) -> list[Any]:
    """Give copies of some tensors that need others: a number of these is added, nearly zero."""
    elements = [_first_element(tensor) for tensor in first if tensor is not None]
    numbers = elements[0] if len(elements) == 1 else raw.AddN(elements)
    dtype = numbers.dtype
    if not dtype.is_floating:
        raise ValueError(
            f"use_data_dep=True needs floating gradients, but they are {dtype.name}. Leave it out, "
            "so that a control dependency is used."
        )
    tiny = float(np.finfo(dtype.as_numpy_dtype).tiny)
    zero = raw.StopGradient(tiny * numbers)
    return [None if one is None else raw.Identity(one) + zero for one in then]


def _first_element(tensor: Tensor) -> Tensor:
    rank = tensor.shape.ndims
    if rank is None:
        raise ValueError(
            f"use_data_dep=True needs tensors of known rank, but that of {tensor.name!r}, made at "
            f"{tensor.op.line}, is not known. Tell its shape with set_shape."
        )
    begin, size = composed.constant([0] * rank, int32), composed.constant([1] * rank, int32)
    element: Tensor = raw.Reshape(raw.Slice(tensor, begin, size), [])
    return element
