"""`tf.Variable`: makes a variable in the form that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from penstock.functions.ref_variable import RefVariable
from penstock.functions.resource_variable import ResourceVariable
from penstock.functions.scope_store import default_use_resource
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_settings import (
    SaveSliceInfo,
    VariableAggregation,
    VariableSynchronization,
)
from penstock.graph.default import default_graph

__all__ = [
    "SaveSliceInfo",
    "Variable",
    "VariableAggregation",
    "VariableSynchronization",
    "default_variable_creator",
    "variable_creator_scope",
]

Creator = Callable[..., VariableBase]


def default_variable_creator(next_creator: Any = None, **kwargs: Any) -> VariableBase:
    """Make a variable: what stands at the end of every chain of creators."""
    use_resource = kwargs.pop("use_resource", None)
    if kwargs.get("variable_def") is not None:
        use_resource = kwargs["variable_def"].is_resource
    if use_resource is None:
        use_resource = default_use_resource(default_graph())
    if use_resource:
        kwargs.pop("expected_shape", None)
        return ResourceVariable(**kwargs)
    return RefVariable(**kwargs)


@contextmanager
def variable_creator_scope(variable_creator: Creator) -> Iterator[None]:
    """Let a function of yours take part in making each variable of a `with` block.

    Args:
      variable_creator: called as ``f(next_creator, **kwargs)``, where kwargs are the arguments of
        `tf.Variable`; it calls ``next_creator(**kwargs)``, with whatever it changed, for the
        variable, and returns one. The innermost scope's function is called first.
    """
    creators = default_graph().extras.setdefault("variable creators", [])
    creators.append(variable_creator)
    try:
        yield
    finally:
        creators.pop()


def _link(creator: Creator, next_creator: Creator) -> Creator:
    def create(**kwargs: Any) -> VariableBase:
        return creator(next_creator, **kwargs)

    return create


class _VariableClass(type):
    """Lets ``tf.Variable(...)`` make a variable of either form, and both be instances of it."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Variable:
            return super().__call__(*args, **kwargs)
        return cls._make(*args, **kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        if cls is Variable:
            return isinstance(instance, VariableBase)
        return super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        if cls is Variable:
            return issubclass(subclass, VariableBase)
        return super().__subclasscheck__(subclass)


class Variable(VariableBase, metaclass=_VariableClass):
    """State that lasts from run to run of a session, made with a value to start from.

        w = tf.Variable(tf.random_normal([784, 200], stddev=0.35), name="weights")
        y = tf.matmul(x, w)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            sess.run(w.assign_add(tf.ones([784, 200])))

    Args:
      initial_value: a tensor, or what becomes one, or a function without arguments that gives it.
      trainable: whether it goes to the collection of trainable variables.
      collections: the collections it goes to; that of global variables by default.
      validate_shape: whether its shape is settled, by that of the initial value.
      caching_device: a device that keeps a copy for reading.
      name: its name; "Variable" by default.
      variable_def: a `VariableDef` in place of all others; its nodes are in the graph.
      dtype: the dtype; that of the initial value by default.
      expected_shape: not used, as in TensorFlow.
      import_scope: the name scope that the nodes of `variable_def` were put in.
      constraint: a function from the variable to what it is to be set to after an update.
      use_resource: whether to make it in resource form; as the variable scope says by default.
      synchronization: a `tf.VariableSynchronization`.
      aggregation: a `tf.VariableAggregation`.
      shape: a shape that is wider than that of the initial value.

    Raises:
      ValueError: if there is no initial value, or its shape is unknown and to be validated.
    """

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> VariableBase:
        """Make a variable of a `VariableDef`, whose nodes are in the default graph.

        Args:
          variable_def: the message.
          import_scope: the name scope that the nodes were put in.

        Raises:
          KeyError: if a node is not in the graph.
        """
        form = ResourceVariable if variable_def.is_resource else RefVariable
        return form(variable_def=variable_def, import_scope=import_scope)

    @classmethod
    def _make(
        cls,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Any = None,
        use_resource: bool | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        shape: Any = None,
    ) -> VariableBase:
        create: Creator = default_variable_creator
        for creator in default_graph().extras.get("variable creators", ()):
            create = _link(creator, create)
        return create(
            initial_value=initial_value,
            trainable=trainable,
            collections=collections,
            validate_shape=validate_shape,
            caching_device=caching_device,
            name=name,
            variable_def=variable_def,
            dtype=dtype,
            expected_shape=expected_shape,
            import_scope=import_scope,
            constraint=constraint,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
            shape=shape,
        )
