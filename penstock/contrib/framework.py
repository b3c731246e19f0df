"""`tf.contrib.framework`: the global step, and looking variables up by name."""

from typing import Any

from penstock.contrib.arg_scopes import (
    add_arg_scope,
    arg_scope,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)
from penstock.contrib.checkpoint_values import (
    assign_from_checkpoint,
    assign_from_checkpoint_fn,
    assign_from_values,
    assign_from_values_fn,
    filter_variables,
    get_variable_full_name,
    get_variables_to_restore,
)
from penstock.contrib.made_variables import (
    add_model_variable,
    global_variable,
    local_variable,
    model_variable,
    variable,
)
from penstock.core import nest
from penstock.core.surface import lacking as _lacking
from penstock.functions.checks_ranks import assert_scalar
from penstock.functions.checks_static import assert_same_float_dtype
from penstock.functions.graph_scopes import convert_to_tensor_or_sparse_tensor, is_tensor
from penstock.functions.python_calls import py_func
from penstock.functions.record_input import RecordInput
from penstock.functions.sorting import argsort, sort
from penstock.graph.build import graph_of as get_graph_from_inputs
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor
from penstock.layers.utils import constant_value_of as smart_constant_value, smart_cond
from penstock.train.checkpoint_initializers import init_from_checkpoint
from penstock.train.checkpoint_reading import list_variables, load_checkpoint, load_variable
from penstock.train.checkpoint_remapping import (
    load_and_remap_matrix_initializer,
    load_embedding_initializer,
    load_linear_multiclass_bias_initializer,
    load_variable_slot_initializer,
)
from penstock.train.global_step import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)

__all__ = [
    "RecordInput",
    "add_arg_scope",
    "add_model_variable",
    "arg_scope",
    "arg_scoped_arguments",
    "argsort",
    "assert_global_step",
    "assert_or_get_global_step",
    "assert_same_float_dtype",
    "assert_scalar",
    "assign_from_checkpoint",
    "assign_from_checkpoint_fn",
    "assign_from_values",
    "assign_from_values_fn",
    "convert_to_tensor_or_sparse_tensor",
    "create_global_step",
    "current_arg_scope",
    "filter_variables",
    "get_global_step",
    "get_graph_from_inputs",
    "get_local_variables",
    "get_model_variables",
    "get_name_scope",
    "get_or_create_global_step",
    "get_placeholders",
    "get_trainable_variables",
    "get_unique_variable",
    "get_variable_full_name",
    "get_variables",
    "get_variables_by_name",
    "get_variables_by_suffix",
    "get_variables_to_restore",
    "global_variable",
    "has_arg_scope",
    "init_from_checkpoint",
    "is_tensor",
    "list_variables",
    "load_and_remap_matrix_initializer",
    "load_checkpoint",
    "load_embedding_initializer",
    "load_linear_multiclass_bias_initializer",
    "load_variable",
    "load_variable_slot_initializer",
    "local_variable",
    "model_variable",
    "nest",
    "py_func",
    "smart_cond",
    "smart_constant_value",
    "sort",
    "variable",
]


def assert_or_get_global_step(graph: Graph | None = None, global_step_tensor: Any = None) -> Any:
    """Give the graph's global step, or check one that is given and give that.

    Args:
      graph: the graph; the default graph if None.
      global_step_tensor: the variable; None to look for it.

    Raises:
      TypeError: if it is no single integer.
    """
    if global_step_tensor is None:
        return get_global_step(graph)
    assert_global_step(global_step_tensor)
    return global_step_tensor


def get_name_scope() -> str:
    """Give the name scope that nodes are made in now."""
    return default_graph().get_name_scope()


def get_placeholders(graph: Graph) -> list[Tensor]:
    """Give the placeholders of a graph.

    Raises:
      TypeError: if it is no graph.
    """
    if not isinstance(graph, Graph):
        raise TypeError(f"Placeholders are those of a tf.Graph, but {graph!r} came.")
    return [node.outputs[0] for node in graph.get_operations() if node.type == "Placeholder"]


def get_variables(
    scope: Any = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES
) -> list[Any]:
    """The variables of a collection, those of a scope or with a suffix only.

    Args:
      scope: A variable scope or the start of names, as a regular expression.
      suffix: The end of names; it may leave the `:0` out.
      collection: The collection to look in.
    """
    pattern = getattr(scope, "name", scope)
    if suffix is not None:
        end = suffix if ":" in suffix else f"{suffix}:"
        pattern = f"{pattern or ''}.*{end}"
    return default_graph().get_collection(collection, pattern)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` among the trainable ones."""
    return get_variables(scope, suffix, GraphKeys.TRAINABLE_VARIABLES)


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` among those of the collection MODEL_VARIABLES."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` among the local ones."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The variables whose names end so."""
    return get_variables(scope=scope, suffix=suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The variables of that name, in whatever scopes below `scope`."""
    return get_variables(scope=scope, suffix=f"/{given_name}:|^{given_name}:")


def get_unique_variable(var_op_name: str) -> Any:
    """The one variable of that full name.

    Raises:
      ValueError: There is none, or several variables' names begin with it.
    """
    candidates = get_variables(scope=var_op_name)
    if not candidates:
        raise ValueError(f"There is no variable {var_op_name!r} in this graph.")
    for candidate in candidates:
        if candidate.op.name == var_op_name:
            return candidate
    names = [candidate.op.name for candidate in candidates]
    raise ValueError(f"No variable is named {var_op_name!r}; there are {names}.")


__getattr__ = _lacking(__name__, __all__)
