"""`tf.custom_gradient`: a function that brings its own derivative.

What the function built is followed by one IdentityN node over its outputs, its inputs and the
variables it used, and that node's gradient is the user's.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from penstock.autodiff.registry import RegisterGradient
from penstock.core import dtypes, nest
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph

__all__ = ["custom_gradient", "grad_pass_through", "used_variables"]

_count = itertools.count()


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator that gives a function a derivative of its own.

    Args:
      f: called with tensors; returns ``(y, grad_fn)``, where `y` is a tensor or a nest of them,
        and `grad_fn` takes a gradient for each tensor of `y` and returns one for each argument
        of `f`. If `f` uses variables that are not among its arguments, `grad_fn` takes them as
        the keyword argument `variables`, and returns a pair: the list of gradients for the
        arguments, and the list of those for the variables.

    Returns:
      A function of the same arguments that gives `y`.

    Example: log(1 + e^x), whose derivative stays finite where e^x does not:

        @tf.custom_gradient
        def log1pexp(x):
            e = tf.exp(x)
            def grad(dy):
                return dy * (1 - 1 / (1 + e))
            return tf.math.log(1 + e), grad
    """

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            raise ValueError(
                "A function with a custom gradient takes its arguments by position, but got "
                f"{sorted(kwargs)} by name."
            )
        return _apply(f, [convert_to_tensor(arg) for arg in args])

    return decorated


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator that gives a function the derivative of the identity.

    Args:
      f: a function of tensors that gives as many tensors of their shapes, such as `tf.round`;
        variables that it uses get no gradient.

    Returns:
      A function of the same arguments that gives the same; the gradients of its results go on to
      its arguments as they are.
    """

    @custom_gradient
    def passed(*args: Any) -> Any:
        def grad(*dys: Any, variables: Sequence[Any] = ()) -> Any:
            return (list(dys), [None] * len(variables)) if variables else list(dys)

        return f(*args), grad

    return functools.wraps(f)(passed)


def _apply(f: Callable[..., Any], args: list[Any]) -> Any:
    graph = default_graph()
    name = f"CustomGradient-{next(_count)}"
    before = set(_variables(graph))
    version = graph.version
    result, grad_fn = f(*args)
    made = [variable for variable in _variables(graph) if variable not in before]
    _check_resources(made)
    variables = used_variables(graph, version)
    _check_signature(grad_fn, variables)
    outputs = nest.flatten(result)

    @RegisterGradient(name)
    def gradient(op: Any, *dys: Any) -> list[Any]:
        of_args, of_variables = _call(grad_fn, dys[: len(outputs)], variables)
        return [None] * len(outputs) + of_args + of_variables

    for output in outputs:
        raw.Identity(output)  # of no use, but TensorFlow makes it, and op seeds count nodes
    with graph.gradient_override_map({"IdentityN": name}):
        copies = raw.IdentityN([*outputs, *args, *variables])
    for variable in variables:
        convert_to_tensor(variable)
    return nest.pack_sequence_as(result, copies[: len(outputs)])


def _call(
    grad_fn: Callable[..., Any], dys: Sequence[Any], variables: list[Any]
) -> tuple[list[Any], list[Any]]:
    if not variables:
        return nest.flatten(grad_fn(*dys)), []
    of_args, of_variables = grad_fn(*dys, variables=variables)
    if len(of_variables) != len(variables):
        raise ValueError(
            f"A custom gradient must give a gradient for each of the {len(variables)} variables "
            f"that its function uses, but gave {len(of_variables)}."
        )
    return nest.flatten(of_args), list(of_variables)


def _variables(graph: Graph) -> list[Any]:
    keys = GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES
    return list(dict.fromkeys(item for key in keys for item in graph.get_collection(key)))


def _is_resource(variable: Any) -> bool:
    return variable.op.type == "VarHandleOp"


def _check_resources(made: list[Any]) -> None:
    for variable in made:
        if not _is_resource(variable):
            raise TypeError(
                f"A function with a custom gradient may use resource variables only, but made "
                f"{variable.name!r} in reference form. Pass use_resource=True to get_variable or "
                "to the variable_scope around it."
            )


def used_variables(graph: Graph, version: int) -> list[Any]:
    """Find the variables that nodes made since the graph's `version` read."""
    handles = {
        tensor
        for node in graph.get_operations()[version:]
        for tensor in node.inputs
        if tensor.dtype is dtypes.resource
    }
    if not handles:
        return []
    return [
        variable
        for variable in _variables(graph)
        if _is_resource(variable) and variable.handle in handles
    ]


def _check_signature(grad_fn: Callable[..., Any], variables: list[Any]) -> None:
    signature = inspect.getfullargspec(grad_fn)
    takes = "variables" in signature.args + signature.kwonlyargs or signature.varkw is not None
    if variables and not takes:
        raise TypeError(
            "A function with a custom gradient uses the variables "
            f"{[variable.name for variable in variables]}, so its gradient must take the keyword "
            "argument `variables` and return gradients for them too."
        )
