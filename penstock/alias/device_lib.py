"""`tensorflow.python.client.device_lib`: the devices of this machine."""

from typing import Any, NamedTuple

from penstock.engine.on_demand import device_names

__all__ = ["LocalDevice", "list_local_devices"]


class LocalDevice(NamedTuple):
    """A device: its name (`/device:GPU:0`), its type (`GPU`), and what JAX leaves unsaid."""

    name: str
    device_type: str
    memory_limit: int = 0
    physical_device_desc: str = ""


def list_local_devices(session_config: Any = None) -> list[LocalDevice]:
    """The devices that JAX sees, the CPU first.

    Args:
      session_config: A `ConfigProto`; accepted, and not looked at.

    Returns:
      A list of devices with `name` and `device_type`.
    """
    return [LocalDevice(name, name.split(":")[1]) for name in sorted(device_names())]
