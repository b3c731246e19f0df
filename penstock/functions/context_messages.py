"""Contexts of control flow from messages, and as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.formats.control_flow_messages import CondContextDef, WhileContextDef
from penstock.functions.control_flow_contexts import (
    CondContext,
    ControlFlowContext,
    WhileContext,
)
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor

__all__ = ["context_from", "context_message"]


def context_from(kind: Any, definition: Any, import_scope: str | None) -> ControlFlowContext:
    """Make a context and those in it from a message; see `ControlFlowContext.from_proto`.

    Args:
      kind: the class of the context.
      definition: its message.
      import_scope: the name scope that the nodes were put in.
    """
    return _read(kind, definition, f"{import_scope}/" if import_scope else "", None)


def _read(kind: Any, definition: Any, prefix: str, outer: Any) -> ControlFlowContext:
    graph = default_graph()

    def tensor(name: str) -> Any:
        return graph.as_graph_element(prefix + name, allow_operation=False) if name else None

    name = prefix + definition.context_name
    made: ControlFlowContext
    if kind is WhileContext:
        made = _loop(definition, name, outer, tensor)
    else:
        pred, pivot = tensor(definition.pred_name), tensor(definition.pivot_name)
        made = CondContext(pred, pivot, definition.branch, name, outer)
    values = definition.values_def
    made.values = {prefix + value for value in values.values}
    made.external_values = {
        prefix + outside: tensor(inside) for outside, inside in values.external_values.items()
    }
    for value in made.values - made.external_values.keys():
        node = graph.get_operation_by_name(value.partition(":")[0])
        node._set_control_flow_context(made)
        if prefix and kind is WhileContext and node.type in ("Enter", "RefEnter"):
            node._set_attr("frame_name", name)  # as further nodes of the loop would say
    for nested in definition.nested_contexts:
        field = nested.WhichOneof("ctxt")
        inner = WhileContext if field == "while_ctxt" else CondContext
        if field is not None:
            made.nested.append(_read(inner, getattr(nested, field), prefix, made))
    return made


def _loop(definition: Any, name: str, outer: Any, tensor: Callable[[str], Any]) -> WhileContext:
    made = WhileContext(
        tensor(definition.maximum_iterations_name),
        definition.parallel_iterations,
        definition.back_prop,
        definition.swap_memory,
        name,
        outer,
    )
    made._pivot = tensor(definition.pivot_name)
    made.pivot_for_pred = tensor(definition.pivot_for_pred_name)
    made.pivot_for_body = tensor(definition.pivot_for_body_name)
    made._loop_exits = [tensor(one) for one in definition.loop_exit_names]
    made._loop_enters = [tensor(one) for one in definition.loop_enter_names]
    return made


def context_message(context: ControlFlowContext, export_scope: str | None) -> Any:
    """Give the message of a context and those in it; None if it is not in the scope."""
    if export_scope and not context.name.startswith(export_scope):
        return None
    start = f"{export_scope.rstrip('/')}/" if export_scope else ""

    def name(value: Tensor | None) -> str:
        return "" if value is None else value.name.removeprefix(start)

    if isinstance(context, WhileContext):
        message = WhileContextDef(
            parallel_iterations=context.parallel_iterations,
            maximum_iterations_name=name(context.maximum_iterations),
            back_prop=context.back_prop,
            swap_memory=context.swap_memory,
            pivot_name=name(context.pivot),
            pivot_for_pred_name=name(context.pivot_for_pred),
            pivot_for_body_name=name(context.pivot_for_body),
            loop_exit_names=map(name, context.loop_exits),
            loop_enter_names=map(name, context.loop_enters),
        )
    else:
        assert isinstance(context, CondContext)
        message = CondContextDef(
            pred_name=name(context.pred), pivot_name=name(context.pivot), branch=context.branch
        )
    message.context_name = context.name.removeprefix(start)
    values = message.values_def
    values.values.extend(value.removeprefix(start) for value in sorted(context.values))
    for outside, inside in context.external_values.items():
        values.external_values[outside.removeprefix(start)] = name(inside)
    for nested in context.nested:
        nested.to_control_flow_context_def(message.nested_contexts.add(), export_scope)
    return message
