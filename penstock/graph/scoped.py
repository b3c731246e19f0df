"""The methods of a graph that open blocks: names, devices, order, places, what shapes new nodes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from penstock.graph.as_messages import attr_of_message, is_message
from penstock.graph.collections import Collections
from penstock.graph.default import default_graph
from penstock.graph.lookup import find_controller, find_place
from penstock.graph.naming import Naming, ScopeEntry
from penstock.graph.scopes import ControlBlock, Scopes, ThreadScopes

__all__ = ["Scoped"]


class Scoped:
    """A graph's blocks and names.

    Attributes:
      naming: names in use and the current name scope.
      scopes: open device, control, colocation and override blocks.
      named_lists: the collections, by which a graph and its functions know that they are one.
    """

    building_function = False
    naming: Naming
    scopes: Scopes
    named_lists: Collections
    _context: Any = None

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Any:
        """Give the tensor or node that `obj` means."""
        raise NotImplementedError

    def name_scope(self, name: str | None) -> ScopeEntry:
        """Prefix the names of nodes made in a `with` block; its value is the prefix."""
        return self.naming.enter(name)

    def get_name_scope(self) -> str:
        """Give the current name scope, without a slash at its end."""
        return self.naming.scope

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """Give a name in the current scope that no node has."""
        return self.naming.unique(name, mark_as_used)

    def _get_control_flow_context(self) -> Any:
        """Give the choice's branch or the loop that is built now; None if there is none."""
        inner: Scoped = default_graph()
        if inner.building_function and inner.named_lists is self.named_lists:
            return inner._context  # in TensorFlow, a function and the graph around it are one
        return self._context

    def _set_control_flow_context(self, context: Any) -> None:
        self._context = context

    def device(self, device_name_or_function: Any) -> AbstractContextManager[None]:
        """Ask for a device for the nodes made in a `with` block."""
        return self.scopes.device(device_name_or_function)

    def control_dependencies(
        self, control_inputs: Iterable[Any] | None
    ) -> AbstractContextManager[None]:
        """Let nodes made in a `with` block run only after `control_inputs`.

        Args:
          control_inputs: nodes, tensors or variables; None lifts the blocks around this one.

        Raises:
          TypeError: if one of them is neither.
        """
        if control_inputs is None:
            return self.scopes.control_block(ControlBlock([], clears=True))
        controllers = dict.fromkeys(find_controller(self, item) for item in control_inputs)
        return self.scopes.control_block(ControlBlock(list(controllers), clears=False))

    def colocate_with(self, op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
        """Put nodes made in a `with` block where `op` is; None lifts the blocks around it."""
        if op is None and not ignore_existing:
            raise ValueError("colocate_with(None) needs ignore_existing=True: it lifts the blocks.")
        node = None if op is None else find_place(self, op)
        return self.scopes.colocate(node, ignore_existing)

    def gradient_override_map(self, op_type_map: dict[str, str]) -> AbstractContextManager[None]:
        """Give ops made in a `with` block a registered gradient in place of their own.

        Args:
          op_type_map: from op types to names given to `tf.RegisterGradient`.

        Raises:
          TypeError: if it is not a dict of strings.
        """
        if not isinstance(op_type_map, dict) or not all(
            isinstance(text, str) for pair in op_type_map.items() for text in pair
        ):
            raise TypeError(
                "gradient_override_map takes a dict of op types to the names of registered "
                f"gradients, not {op_type_map!r}."
            )
        return self.scopes.overrides(self.scopes.gradient_overrides, op_type_map)

    def _attr_scope(self, attrs: dict[str, Any]) -> AbstractContextManager[None]:
        values = {
            name: attr_of_message(value) if is_message(value) else value
            for name, value in attrs.items()
        }
        return self.scopes.overrides(self.scopes.attrs, values)

    def container(self, container_name: str | None) -> AbstractContextManager[str]:
        """Keep the state of what is made in a `with` block under a container's name.

        Variables of one name in two containers have values of their own. None, like an empty
        name, stands for the container that everything is in by default.
        """
        return self.scopes.container_block(_text(container_name or ""))

    def switch_to_thread_local(self) -> None:
        """Give each thread device, control, colocation and override blocks of its own.

        Name scopes are each thread's own always.

        Raises:
          RuntimeError: if such a block is open.
        """
        if self.scopes.any_open:
            raise RuntimeError(
                "switch_to_thread_local() parts the threads' blocks, so none may be open: call it "
                "outside of every device, control_dependencies or colocate_with block."
            )
        self.scopes = ThreadScopes()


def _text(name: Any) -> str:
    if not isinstance(name, (str, bytes)):
        raise TypeError(f"A container's name is a string, not {name!r}.")
    return name if isinstance(name, str) else name.decode()
