"""`tf.variable_scope`: prefixes of variables' names, with defaults for what is made inside."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from penstock.functions.scope_store import AUTO_REUSE, scope_store
from penstock.functions.variable_scope_object import (
    VariableScope,
    first_given,
    get_variable_scope,
)
from penstock.graph.build import graph_of
from penstock.graph.default import Default, default_graph, graphs
from penstock.graph.name_scope import name_scope

__all__ = ["pure_variable_scope", "variable_op_scope", "variable_scope"]


class variable_scope:  # noqa: N801
    """Prefix the names of variables in a `with` block, and set defaults for them.

        with tf.variable_scope("tower") as scope:
            w = tf.get_variable("w", [3])                 # "tower/w"
        with tf.variable_scope(scope, reuse=True):        # the same scope again
            w = tf.get_variable("w", [3])                 # the same variable

    The block's value is the `VariableScope`. A name scope is opened with it.

    Args:
      name_or_scope: the name inside the current scope, or a `VariableScope` to go back to.
      default_name: the name when `name_or_scope` is None: made unique by ``_1``, ``_2``…
      values: tensors whose graph the scope is opened in.
      initializer: default for variables made inside, as are the next four.
      regularizer: default regularizer.
      caching_device: default device for copies.
      partitioner: default partitioner.
      custom_getter: a function that is asked for variables first; it calls that of the scope
        around, if there is one.
      reuse: True: variables must be there; `tf.AUTO_REUSE`: they are made if they are not there;
        None or False: as in the scope around, at the root made anew.
      dtype: default dtype.
      use_resource: whether variables are made in resource form.
      constraint: default constraint; not handed on to scopes inside.
      auxiliary_name_scope: whether to open a name scope too.

    Raises:
      TypeError: if there is neither a name nor a default, or one of them is of the wrong type.
      ValueError: if `reuse` is none of these, or True for a scope with a name made unique.
    """

    def __init__(
        self,
        name_or_scope: Any,
        default_name: str | None = None,
        values: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: bool | None = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required.")
        if reuse not in (True, False, None, AUTO_REUSE):
            raise ValueError(
                f"The reuse parameter must be True, False, None or tf.AUTO_REUSE, not {reuse!r}."
            )
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(
                f"auxiliary_name_scope must be True or False, not {auxiliary_name_scope!r}."
            )
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._graph = graph_of(() if values is None else values)
        self._reuse = reuse or None
        self._auxiliary_name_scope = auxiliary_name_scope
        self._constraint = constraint
        self._own = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "dtype": dtype,
            "use_resource": use_resource,
        }
        self._custom_getter = custom_getter
        self._unique_name: str | None = None
        self._open: list[ExitStack] = []

    def __enter__(self) -> VariableScope:
        with ExitStack() as stack:
            stack.enter_context(Default(graphs, self._graph))
            scope_name = self._enter_name_scope(stack)
            scope = self._make(scope_name)
            jumps = isinstance(self._name_or_scope, VariableScope)
            stack.enter_context(_opened(scope, jumps))
            self._open.append(stack.pop_all())
            return scope

    def __exit__(self, *error: Any) -> None:
        self._open.pop().__exit__(*error)

    def _enter_name_scope(self, stack: ExitStack) -> str:
        """Open the name scope that goes with it; give its name with a slash."""
        if not self._auxiliary_name_scope:
            current = self._graph.get_name_scope()
            return stack.enter_context(name_scope(f"{current}/" if current else ""))
        name = self._name_or_scope
        if name is None:
            if self._reuse:
                raise ValueError("reuse=True cannot be used without a name_or_scope.")
            name = self._default_name
        elif isinstance(name, VariableScope):
            name = name.name.split("/")[-1]
        elif not isinstance(name, str):
            raise TypeError(
                f"variable_scope takes a name or a VariableScope, not {self._name_or_scope!r}."
            )
        return stack.enter_context(name_scope(name)) if name else ""

    def _make(self, scope_name: str) -> VariableScope:
        """Make the scope: its defaults are its own, else those of where it comes from."""
        around = get_variable_scope()
        if isinstance(self._name_or_scope, VariableScope):
            source, name = self._name_or_scope, self._name_or_scope.name
            scope_name = source.original_name_scope
        else:
            source, name = around, self._name_or_scope
            if name is None:
                if self._unique_name is None:
                    self._unique_name = scope_store(self._graph).unique(self._default_name or "")
                name = self._unique_name
            if around.name:
                name = f"{around.name}/{name}"
        defaults = {key: first_given(self._own[key], getattr(source, key)) for key in self._own}
        return VariableScope(
            self._reuse or source.reuse,
            name=name,
            name_scope=scope_name,
            custom_getter=_chained(self._custom_getter, source.custom_getter),
            constraint=self._constraint,
            **defaults,
        )


def _chained(own: Callable[..., Any] | None, around: Callable[..., Any] | None) -> Any:
    """Let a scope's getter call that of the scope around it."""
    if own is None or around is None:
        return own or around

    def getter_of_both(getter: Any, *args: Any, **kwargs: Any) -> Any:
        return own(functools.partial(around, getter), *args, **kwargs)

    return getter_of_both


@contextmanager
def _opened(scope: VariableScope, jumps: bool) -> Iterator[None]:
    """Make `scope` the current one of this thread and graph.

    Args:
      scope: the scope.
      jumps: whether it is one to go back to, rather than inside the current one: then the counts
        of scopes opened meanwhile are forgotten at the end.
    """
    store = scope_store(default_graph())
    before = store.current
    store.open(scope.name)
    counts = dict(store.counts)
    store.current = scope
    try:
        yield
    finally:
        if store.current is not scope:
            raise RuntimeError(
                f"The variable scope {scope.name!r} is left, but {store.current.name!r} inside it "
                "is still open. Leave scopes in the reverse of the order they were entered in."
            )
        if jumps:
            store.counts = counts
        else:
            store.close_inside(scope.name)
        store.current = before


@contextmanager
def pure_variable_scope(
    name_or_scope: Any,
    reuse: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    old_name_scope: str | None = None,
    dtype: Any = None,
    use_resource: bool | None = None,
    constraint: Any = None,
    default_name: str | None = None,
) -> Iterator[VariableScope]:
    """Open a variable scope without a name scope; arguments as for `tf.variable_scope`."""
    opener = variable_scope(
        name_or_scope,
        default_name,
        initializer=initializer,
        regularizer=regularizer,
        caching_device=caching_device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        reuse=reuse,
        dtype=dtype,
        use_resource=use_resource,
        constraint=constraint,
    )
    scope = opener._make(name_or_scope if old_name_scope is None else old_name_scope)
    with _opened(scope, isinstance(name_or_scope, VariableScope)):
        yield scope


@contextmanager
def variable_op_scope(
    values: Any,
    name_or_scope: Any,
    default_name: str | None = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: bool | None = None,
    constraint: Any = None,
) -> Iterator[VariableScope]:
    """Open a variable scope: the older form of `tf.variable_scope`, with `values` first."""
    with variable_scope(
        name_or_scope,
        default_name,
        values,
        initializer=initializer,
        regularizer=regularizer,
        caching_device=caching_device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        reuse=reuse,
        dtype=dtype,
        use_resource=use_resource,
        constraint=constraint,
    ) as scope:
        yield scope
