"""`tf.make_template`: a function that makes its variables once, and then reuses them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from penstock.functions.variable_scope import pure_variable_scope, variable_scope
from penstock.functions.variable_scope_object import VariableScope
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph

__all__ = ["Template", "make_template"]


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Any = None,
    **kwargs: Any,
) -> Template:
    """Wrap a function so that every call uses the variables that its first call made.

        def scale(x):
            return x * tf.get_variable("scale", [], initializer=tf.ones_initializer())

        shared = tf.make_template("shared", scale)
        y, z = shared(a), shared(b)                  # one variable, "shared/scale"

    Args:
      name_: name of the variable scope; made unique.
      func_: the function; it gets its variables by `tf.get_variable`.
      create_scope_now_: whether to make the scope now rather than at the first call.
      unique_name_: name of the variable scope as it stands; two templates of one such name share
        their variables.
      custom_getter_: custom getter of the scope.
      **kwargs: arguments to give to `func_` at every call.

    Returns:
      A function with the arguments of `func_` that are left.

    Raises:
      ValueError: if `name_` is None.
    """
    if kwargs:
        func_ = functools.partial(func_, **kwargs)
    return Template(name_, func_, create_scope_now_, unique_name_, custom_getter_)


class Template:
    """A function that reuses its variables; see `make_template`."""

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        create_scope_now: bool = False,
        unique_name: str | None = None,
        custom_getter: Any = None,
    ) -> None:
        if name is None:
            raise ValueError("A template needs a name: it cannot be None.")
        self._name = name
        self._func = func
        self._unique_name = unique_name
        self._custom_getter = custom_getter
        self._variable_scope: VariableScope | None = None
        self._variables_created = False
        if create_scope_now:
            with pure_variable_scope(
                unique_name, default_name=name, custom_getter=custom_getter
            ) as scope:
                self._variable_scope = scope

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._variable_scope is not None:
            with variable_scope(self._variable_scope, reuse=self._variables_created):
                return self._call_func(args, kwargs)
        with variable_scope(
            self._unique_name, self._name, custom_getter=self._custom_getter
        ) as scope:
            self._variable_scope = scope
            return self._call_func(args, kwargs)

    def _call_func(self, args: Any, kwargs: Any) -> Any:
        graph = default_graph()
        trainable = graph.get_collection_ref(GraphKeys.TRAINABLE_VARIABLES)
        everything = graph.get_collection_ref(GraphKeys.GLOBAL_VARIABLES)
        trainable_before, before = len(trainable), len(everything)
        result = self._func(*args, **kwargs)
        if not self._variables_created:
            self._variables_created = True
        elif len(trainable) != trainable_before:
            raise ValueError(
                f"Template {self._name!r} made trainable variables after its first call: "
                f"{[each.name for each in trainable[trainable_before:]]}. Make them by "
                "tf.get_variable, which reuses them, and not by tf.Variable."
            )
        elif len(everything) != before:
            logging.getLogger("tensorflow").info(
                "New variables made by template %r after its first call: %s",
                self._name,
                [each.name for each in everything[before:]],
            )
        return result

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    @property
    def func(self) -> Callable[..., Any]:
        """The function it calls."""
        return self._func

    @property
    def variable_scope(self) -> VariableScope | None:
        """Its variable scope; None before it is made."""
        return self._variable_scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of its variable scope, without a slash at the end."""
        scope = self._variable_scope
        return None if scope is None else scope.name.removesuffix("/")

    def _collection(self, name: str) -> list[Any]:
        return [] if self._variable_scope is None else self._variable_scope.get_collection(name)

    @property
    def trainable_variables(self) -> list[Any]:
        """Its trainable variables."""
        return self._collection(GraphKeys.TRAINABLE_VARIABLES)

    @property
    def global_variables(self) -> list[Any]:
        """Its global variables."""
        return self._collection(GraphKeys.GLOBAL_VARIABLES)

    @property
    def local_variables(self) -> list[Any]:
        """Its local variables."""
        return self._collection(GraphKeys.LOCAL_VARIABLES)

    @property
    def variables(self) -> list[Any]:
        """Its global and local variables."""
        return self.global_variables + self.local_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        """Its variables that are not trainable."""
        trainable = set(self.trainable_variables)
        return [variable for variable in self.variables if variable not in trainable]

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables
