"""`tf.py_func` and `tf.numpy_function`: Python functions as nodes of a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.python_functions import keep_function

__all__ = ["call_python", "numpy_function", "py_func"]


def py_func(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,  # noqa: N803  TensorFlow's name
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """Build a call of a Python function, which happens whenever the graph runs the node.

    The function gets a NumPy value for each of `inp`: an array of its own, a NumPy scalar for a
    tensor without axes; strings as `bytes`, or arrays of these. It returns what `Tout` says. The
    steps around the call are compiled as ever; what flows through it has no gradient, unless
    `tf.custom_gradient` or `Graph.gradient_override_map({"PyFunc": ...})` gives one.

    Args:
      func: the function.
      inp: a list of tensors.
      Tout: the dtype that `func` returns; a list of dtypes if it returns a list or tuple, empty
        if it returns None.
      stateful: whether calls must not be left out or merged: the function has effects, or gives
        other results for the same arguments.
      name: the node's name.

    Returns:
      A tensor of unknown shape, or a list of them as `Tout` is one; the node if that is empty.

    Raises:
      ValueError: if `func` is not callable.
      TypeError: if `inp` is not a list.

    In a run:
      InvalidArgumentError: if `func` returns other dtypes or another number of values than `Tout`
        says, or raises ValueError or TypeError; an `UnknownError` or what fits better if it raises
        something else. Its exception is the error's cause.

    Example:
        spread = tf.py_func(lambda x: np.ptp(x, axis=0), [x], tf.float32)
        spread.set_shape([3])
    """
    return call_python("PyFunc" if stateful else "PyFuncStateless", func, inp, Tout, name)


def numpy_function(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,  # noqa: N803  TensorFlow's name
    name: str | None = None,
) -> Any:
    """Build a call of a Python function that has effects; see `tf.py_func`.

    Args:
      func: takes and returns NumPy values.
      inp: a list of tensors.
      Tout: the dtype that `func` returns, or a list of dtypes.
      name: the node's name.

    Returns:
      A tensor of unknown shape, or a list of them.

    Raises:
      ValueError: if `func` is not callable.
      TypeError: if `inp` is not a list.
    """
    return call_python("PyFunc", func, inp, Tout, name)


def call_python(op: str, func: Callable[..., Any], inp: Any, dtypes: Any, name: str | None) -> Any:
    """Build a node of one of the ops that call a Python function; see `py_func`."""
    if not callable(func):
        raise ValueError(
            f"Expected func to be callable, but it is {func!r}. Give the function itself, not "
            "what it returns."
        )
    several = isinstance(dtypes, (list, tuple))
    wanted = [as_dtype(dtype) for dtype in (dtypes if several else [dtypes])]
    graph = default_graph()
    outputs = getattr(raw, op)(inp, token=keep_function(graph, func), Tout=wanted, name=name)
    if not wanted:
        return graph.get_operations()[-1]
    return outputs if several else outputs[0]
