"""`Defun`: Python functions as functions of a graph, which nodes call by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.functions.defined_function import DefinedFunction, Options, OverloadedFunction

__all__ = ["Defun"]


class Defun:
    """Decorator that makes a Python function one of the graph's functions.

    The Python function is called once, to build the body; a call of what the decorator gives adds
    one node to the graph, whose type is the function's name.

    Args:
      *input_types: the dtypes of its arguments; without any, a function that has arguments is
        built for each list of dtypes that it is called with.
      func_name: the function's name in the graph; by default the Python name and a digest.
      grad_func: a `Defun` function that is its gradient: of its arguments, then of a gradient for
        each of its outputs.
      python_grad_func: builds its gradient instead: called with the calling node and a gradient
        for each output, it returns one for each argument.
      out_names: names of its outputs.
      shape_func: called with the calling node; returns a static shape for each output.
      noinline: taken, and kept with the function.

    A gradient that nobody gives is built. Tensors and variables from outside may be used.

    Raises:
      ValueError: if what is decorated is not callable, or takes fewer arguments than types.

    Example:
        @Defun(tf.float32, tf.float32)
        def norm(x, y):
            return tf.sqrt(x * x + y * y)

        length = norm(3.0, 4.0)
    """

    def __init__(self, *input_types: Any, func_name: str | None = None, **options: Any) -> None:
        self._types = [as_dtype(one) for one in input_types]
        self._name = func_name
        self._options = Options(**options)

    def __call__(self, func: Callable[..., Any]) -> DefinedFunction | OverloadedFunction:
        """Decorate `func`."""
        if not callable(func):
            raise ValueError(f"Defun decorates a function, but {func!r} is not callable.")
        names, takes_more = _argument_names(func)
        if self._types:
            if len(names) > len(self._types) or (len(names) < len(self._types) and not takes_more):
                raise ValueError(
                    f"A Defun function must take an argument for each of its {len(self._types)} "
                    f"types, but {func!r} takes {len(names)}."
                )
            return DefinedFunction(func, names, self._types, self._name, self._options)
        if not names and not takes_more:
            return DefinedFunction(func, (), (), self._name, self._options)
        return OverloadedFunction(func, names, self._name, self._options)


def _argument_names(func: Callable[..., Any]) -> tuple[list[str], bool]:
    """List the positional arguments; tell whether the function takes any number more."""
    names = []
    takes_more = False
    for one in inspect.signature(func).parameters.values():
        if one.kind is one.VAR_POSITIONAL:
            takes_more = True
        elif one.default is not one.empty or one.kind in (one.KEYWORD_ONLY, one.VAR_KEYWORD):
            raise ValueError(
                "A Defun function must not have defaults or keyword arguments, but "
                f"{func!r} has {one.name!r}. Give the value inside, or close over it."
            )
        else:
            names.append(one.name)
    return names, takes_more
