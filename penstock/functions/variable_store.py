"""The variables that `tf.get_variable` has made in a graph, by their full names."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import (
    Shape,
    as_static,
    describe,
    is_compatible,
    is_fully_defined,
)
from penstock.functions.init_scope import init_scope
from penstock.functions.partitioned_variable import PartitionedVariable
from penstock.functions.variable_parts import PartitionInfo, call_partitioner, parts_of
from penstock.functions.variable_requests import (
    Request,
    accepts,
    call_later,
    default_initializer,
    needs_no_arguments,
)
from penstock.functions.variable_settings import SaveSliceInfo
from penstock.functions.variables import Variable
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.graph import Graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["VariableStore", "variable_store"]


def variable_store(graph: Graph) -> VariableStore:
    """Give the store of `graph`."""
    return graph.extras.setdefault("variable store", VariableStore())


class VariableStore:
    """Variables by name, and partitioned variables by name."""

    def __init__(self) -> None:
        self._vars: dict[str, Any] = {}
        self._partitioned_vars: dict[str, PartitionedVariable] = {}

    def get_variable(self, name: str, custom_getter: Any = None, **asked: Any) -> Any:
        """Give the variable of a full name, made if it is not there and may be made.

        Args:
          name: the name with all scopes.
          custom_getter: a function that is called in place of what gets the variable, with that
            as its `getter`.
          **asked: the fields of `Request`.

        Raises:
          ValueError: if it is there and may not be reused, is not there and must be, or is
            there with another shape or dtype.
        """
        if custom_getter is None:
            return self._true_getter(name, **asked)
        if not callable(custom_getter):
            raise ValueError(f"A custom_getter must be a function, not {custom_getter!r}.")
        if not accepts(custom_getter, "constraint"):
            asked.pop("constraint", None)
        return custom_getter(getter=self._true_getter, name=name, **asked)

    def _true_getter(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        constraint: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
    ) -> Any:
        request = Request(
            shape, as_dtype(dtype).base_dtype, initializer, regularizer, reuse, trainable,
            collections, caching_device, partitioner, validate_shape, use_resource, constraint,
            synchronization, aggregation,
        )  # fmt: skip
        is_scalar = shape is not None and as_static(shape) == ()
        if partitioner is not None and not is_scalar:
            if not callable(partitioner):
                raise ValueError(f"A partitioner must be a function, not {partitioner!r}.")
            with name_scope(None):
                return self._get_partitioned(name, request)
        if reuse is True and partitioner is None and name in self._partitioned_vars:
            return self._get_partitioned(name, request)
        if f"{name}/part_0" in self._vars:
            raise ValueError(
                f"Variable {name!r} was made in parts ({name}/part_0, …), so it can only be had "
                "with a partitioner. Give the partitioner again, or use another name."
            )
        return self._get_single(name, request)

    # One variable

    def _get_single(self, name: str, asked: Request, part: PartitionInfo | None = None) -> Any:
        given = asked.initializer is not None and not callable(asked.initializer)
        if asked.shape is not None and given:
            raise ValueError(
                f"If initializer is a constant, do not specify shape: that of variable {name!r} "
                "is the shape of its initial value."
            )
        shape = as_static(asked.shape)
        if name in self._vars:
            return self._existing(name, shape, asked)
        if asked.reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did "
                "you mean to set reuse=tf.AUTO_REUSE in VarScope?"
            )
        variable = self._make(name, shape, asked, part)
        self._vars[name] = variable
        if asked.regularizer is not None and asked.regularizer:
            _regularize(variable, name, asked.regularizer)
        return variable

    def _existing(self, name: str, shape: Shape, asked: Request) -> Any:
        found = self._vars[name]
        if not asked.reuse:
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
                f"reuse=tf.AUTO_REUSE in VarScope? Originally defined at: {found.op.line}"
            )
        known = found.get_shape()
        if not is_compatible(shape, known.static):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {describe(shape)} and found "
                f"shape {describe(known.static)}. It was made at {found.op.line}; ask for its own "
                "shape, or use another name."
            )
        if not asked.dtype.is_compatible_with(found.dtype):
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {asked.dtype.name} and "
                f"found dtype {found.dtype.name}. It was made at {found.op.line}; ask for its own "
                "dtype, or use another name."
            )
        return found

    def _make(self, name: str, shape: Shape, asked: Request, part: PartitionInfo | None) -> Any:
        initializer = asked.initializer
        if initializer is None:
            initializer = default_initializer(name, asked.dtype)
        dtype: DType | None = None
        with init_scope():
            if not callable(initializer):
                initial_value = initializer
            else:
                if isinstance(initializer, type):
                    initializer = initializer()
                if is_fully_defined(shape):
                    sizes: list[Any] = list(shape or ())
                    initial_value = call_later(initializer, sizes, asked.dtype, part)
                    dtype = asked.dtype
                elif needs_no_arguments(initializer):
                    initial_value = initializer
                else:
                    raise ValueError(
                        f"The initializer of variable {name!r} is a function of the shape, but "
                        f"the shape is {describe(shape)}. Give a fully known shape, or an "
                        "initializer without arguments and no shape."
                    )
        return Variable(
            initial_value=initial_value,
            name=name,
            trainable=asked.trainable,
            collections=asked.collections,
            caching_device=asked.caching_device,
            dtype=dtype,
            validate_shape=asked.validate_shape,
            constraint=asked.constraint,
            use_resource=asked.use_resource,
            synchronization=asked.synchronization,
            aggregation=asked.aggregation,
        )

    # A variable in parts

    def _get_partitioned(self, name: str, asked: Request) -> PartitionedVariable:
        if name in self._vars:
            raise ValueError(
                f"Variable {name!r} was made in one piece, at {self._vars[name].op.line}, so it "
                "cannot be had with a partitioner. Leave the partitioner out, or use another name."
            )
        shape = as_static(asked.shape)
        if isinstance(asked.initializer, Tensor):
            shape = asked.initializer.shape.merge_with(shape).static
        partitions = None
        if not asked.reuse or asked.partitioner:
            partitions = call_partitioner(asked.partitioner, name, shape, asked.dtype)
        if name in self._partitioned_vars:
            return self._existing_parts(name, shape, asked, partitions)
        if asked.reuse is True:
            raise ValueError(
                f"PartitionedVariable {name} does not exist, or was not created with "
                "tf.get_variable(). Did you mean to set reuse=False or reuse=tf.AUTO_REUSE in "
                "VarScope?"
            )
        assert shape is not None and partitions is not None
        sizes = [int(size) for size in shape]  # type: ignore[arg-type]
        parts = [
            self._make_part(name, number, sizes, offset, part_sizes, asked)
            for number, (offset, part_sizes) in enumerate(parts_of(sizes, partitions))
        ]
        whole = PartitionedVariable(name, sizes, asked.dtype, parts, partitions)
        self._partitioned_vars[name] = whole
        return whole

    def _make_part(
        self, name: str, number: int, sizes: list[int], offset: list[int], part: list[int],
        asked: Request,
    ) -> Any:  # fmt: skip
        part_name = f"{name}/part_{number}"
        initializer, shape, dtype = asked.initializer, part, asked.dtype
        with name_scope(f"{part_name}/PartitionedInitializer"):
            if initializer is not None and not callable(initializer):
                kind = None if isinstance(initializer, Tensor) else dtype
                whole = convert_to_tensor(initializer, kind)
                initializer = raw.Slice(whole, offset, part)
                shape, dtype = None, initializer.dtype.base_dtype
        with name_scope(None):
            variable = self._get_single(
                part_name,
                asked._replace(initializer=initializer, shape=shape, dtype=dtype),
                PartitionInfo(sizes, offset),
            )
        variable._set_save_slice_info(SaveSliceInfo(name, sizes, offset, part))
        return variable

    def _existing_parts(
        self, name: str, shape: Shape, asked: Request, partitions: list[int] | None
    ) -> PartitionedVariable:
        found = self._partitioned_vars[name]
        if asked.reuse is False:
            raise ValueError(
                f"Partitioned variable with name {name} already exists. Did you mean to set "
                "reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
            )
        for what, fits, wanted, has in (
            ("shape", is_compatible(shape, found.shape.static), describe(shape), found.shape),
            ("dtype", asked.dtype.is_compatible_with(found.dtype), asked.dtype, found.dtype),
            (
                "partitions",
                partitions in (None, found._get_partitions()),
                partitions,
                found._get_partitions(),
            ),
        ):
            if not fits:
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified {what} {wanted} "
                    f"and found {what} {has}. Ask for its own {what}, or use another name."
                )
        return found


def _regularize(variable: Any, name: str, regularizer: Any) -> None:
    with (
        variable.graph.colocate_with(variable.op),
        name_scope(f"{name}/Regularizer/"),
        init_scope(),
    ):
        loss = regularizer(variable)
    if loss is not None:
        variable.graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
