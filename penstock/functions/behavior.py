"""The switches between TensorFlow 1 and 2: Penstock's behaviour is TensorFlow 1's."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = [
    "control_flow_v2_enabled",
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "enable_control_flow_v2",
    "enable_eager_execution",
    "enable_tensor_equality",
    "enable_v2_behavior",
    "enable_v2_tensorshape",
    "executing_eagerly",
]


def executing_eagerly() -> bool:
    """Tell whether operations run when they are called: they never do, a session runs them."""
    return False


def control_flow_v2_enabled() -> bool:
    """Tell whether control flow is built from functional nodes: it always is."""
    return True


def disable_eager_execution() -> None:
    """Change nothing: operations build a graph, whatever is switched."""


def disable_v2_behavior() -> None:
    """Change nothing: TensorFlow 1's behaviour is the only one."""


def disable_v2_tensorshape() -> None:
    """Change nothing: the sizes in a `TensorShape` are `Dimension`s."""


def disable_tensor_equality() -> None:
    """Change nothing: `==` of tensors asks whether they are the same tensor."""


def enable_control_flow_v2() -> None:
    """Change nothing: control flow is built from functional nodes."""


def disable_control_flow_v2() -> None:
    """Change nothing: control flow is built from functional nodes, which give the same values."""


def enable_eager_execution(
    config: Any = None, device_policy: Any = None, execution_mode: Any = None
) -> NoReturn:
    """Refuse: there is no eager execution.

    Raises:
      NotImplementedError: always.
    """
    raise _refused("enable_eager_execution")


def enable_v2_behavior() -> NoReturn:
    """Refuse: there is no TensorFlow 2 behaviour.

    Raises:
      NotImplementedError: always.
    """
    raise _refused("enable_v2_behavior")


def enable_v2_tensorshape() -> NoReturn:
    """Refuse: the sizes in a `TensorShape` stay `Dimension`s.

    Raises:
      NotImplementedError: always.
    """
    raise _refused("enable_v2_tensorshape")


def enable_tensor_equality() -> NoReturn:
    """Refuse: `==` of tensors stays identity.

    Raises:
      NotImplementedError: always.
    """
    raise _refused("enable_tensor_equality")


def _refused(function: str) -> NotImplementedError:
    return NotImplementedError(
        f"tf.{function}() asks for TensorFlow 2's behaviour; Penstock has TensorFlow 1's only: "
        "operations build a graph, and a `tf.Session` runs it. Leave the call out."
    )
