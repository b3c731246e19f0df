"""`arg_scope`: arguments that functions take within a `with` block, unless they are given others.

Only a function that `add_arg_scope` decorates looks for them. A scope is a dict from a function's
key to the arguments that hold for it; it can be kept and entered again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = [
    "add_arg_scope",
    "arg_scope",
    "arg_scope_func_key",
    "arg_scoped_arguments",
    "current_arg_scope",
    "has_arg_scope",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Scope = dict[Any, dict[str, Any]]

_SCOPES: list[_Scope] = [{}]
_ARGUMENTS: dict[Any, tuple[str, ...]] = {}


def current_arg_scope() -> _Scope:
    """Give the scope that holds now."""
    return _SCOPES[-1]


def arg_scope_func_key(op: Any) -> Any:
    """Give what a scope knows a function by."""
    return getattr(op, "_key_op", str(op))


@contextmanager
def arg_scope(list_ops_or_scope: Any, **kwargs: Any) -> Iterator[_Scope]:
    """Let functions take arguments within a `with` block, unless they are given others.

        with arg_scope([layers.conv2d, layers.max_pool2d], padding="VALID"):
            with arg_scope([layers.conv2d], stride=2) as scope:
                y = layers.conv2d(x, 64, [3, 3])  # padding="VALID", stride=2

    Args:
      list_ops_or_scope: functions that `add_arg_scope` decorates; or a scope, to enter it again,
        which then holds alone.
      **kwargs: the arguments.

    Yields:
      The scope.

    Raises:
      ValueError: if a function is not decorated, or a scope comes with arguments.
      TypeError: if it is neither a list nor a scope.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError(
                "A scope that is entered again holds as it is, so it takes no arguments, but "
                f"{sorted(kwargs)} came with it."
            )
        scope = dict(list_ops_or_scope)
    elif isinstance(list_ops_or_scope, (list, tuple)):
        scope = dict(current_arg_scope())
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                raise ValueError(
                    f"{function!r} takes no arguments from a scope: decorate it with "
                    "@add_arg_scope."
                )
            key = arg_scope_func_key(function)
            scope[key] = {**scope.get(key, {}), **kwargs}
    else:
        raise TypeError(
            "arg_scope takes a list of functions, or a scope to enter again, but "
            f"{list_ops_or_scope!r} came."
        )
    _SCOPES.append(scope)
    try:
        yield scope
    finally:
        _SCOPES.pop()


def add_arg_scope(func: _Function) -> _Function:
    """Decorate a function, so that it takes arguments from the scopes it is called in."""
    key = arg_scope_func_key(func)
    _ARGUMENTS[key] = _with_defaults(func)

    @functools.wraps(func)
    def called(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **{**current_arg_scope().get(key, {}), **kwargs})

    called._key_op = key  # type: ignore[attr-defined]
    return called  # type: ignore[return-value]


def _with_defaults(func: Any) -> tuple[str, ...]:
    code = func.__code__
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    return names[len(names) - len(func.__defaults__ or ()) :]


def has_arg_scope(func: Any) -> bool:
    """Tell whether a function takes arguments from scopes."""
    return arg_scope_func_key(func) in _ARGUMENTS


def arg_scoped_arguments(func: Any) -> tuple[str, ...]:
    """Give the names of the arguments that a function may take from scopes.

    Raises:
      ValueError: if it takes none.
    """
    if not has_arg_scope(func):
        raise ValueError(f"{func!r} takes no arguments from a scope; see @add_arg_scope.")
    return _ARGUMENTS[arg_scope_func_key(func)]
