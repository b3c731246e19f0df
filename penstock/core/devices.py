"""Names of devices: `/job:worker/replica:0/task:1/device:GPU:0`, whole or in part.

A name says what is wanted and leaves the rest open: `/job:ps` is any device of that job,
`/device:GPU:*` any GPU. `/cpu:0` and `/gpu:1` are short for `/device:CPU:0` and `/device:GPU:1`.
The *canonical* form has the parts in the order above, and no short ones.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

__all__ = ["DeviceSpec", "canonical_name", "merge_device"]

_SHORT_TYPES: Final = ("CPU", "GPU")


class DeviceSpec:
    """What is asked of a device, part by part; None leaves a part open.

    Args:
        job: the job's name.
        replica: the replica's index.
        task: the task's index within its job.
        device_type: `"CPU"`, `"GPU"`, or another device's own name.
        device_index: the index among a task's devices of that type.

    Example:
        >>> DeviceSpec(job="ps", task=1, device_type="gpu", device_index=0).to_string()
        '/job:ps/task:1/device:GPU:0'
    """

    __slots__ = ("_device_index", "_device_type", "_job", "_replica", "_task")

    def __init__(
        self,
        job: str | None = None,
        replica: int | None = None,
        task: int | None = None,
        device_type: str | None = None,
        device_index: int | None = None,
    ) -> None:
        self.job = job
        self.replica = replica
        self.task = task
        self.device_type = device_type
        self.device_index = device_index

    @classmethod
    def from_string(cls, spec: str | None) -> DeviceSpec:
        """Makes the `DeviceSpec` that a name such as `"/job:ps/cpu:0"` stands for.

        Raises:
            ValueError: if a part is none of those that a name may have, an index is no integer,
                or two device types are named.
        """
        return cls().parse_from_string(spec or "")

    @property
    def job(self) -> str | None:
        """The job's name."""
        return self._job

    @job.setter
    def job(self, job: str | None) -> None:
        self._job = None if job is None else str(job)

    @property
    def replica(self) -> int | None:
        """The replica's index."""
        return self._replica

    @replica.setter
    def replica(self, replica: int | None) -> None:
        self._replica = None if replica is None else int(replica)

    @property
    def task(self) -> int | None:
        """The task's index within its job."""
        return self._task

    @task.setter
    def task(self, task: int | None) -> None:
        self._task = None if task is None else int(task)

    @property
    def device_type(self) -> str | None:
        """The kind of device; `"cpu"` and `"gpu"` are kept in capitals."""
        return self._device_type

    @device_type.setter
    def device_type(self, device_type: str | None) -> None:
        is_short = device_type in ("cpu", "gpu")
        self._device_type = device_type.upper() if device_type and is_short else device_type

    @property
    def device_index(self) -> int | None:
        """The index among a task's devices of one type."""
        return self._device_index

    @device_index.setter
    def device_index(self, device_index: int | None) -> None:
        self._device_index = None if device_index is None else int(device_index)

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """Sets every part from a name, and returns this object."""
        self.job = self.device_type = None
        self.replica = self.task = self.device_index = None
        for part in filter(None, spec.split("/")):
            self._parse_part(part, spec)
        return self

    def _parse_part(self, part: str, spec: str) -> None:
        key, *values = part.split(":")
        if key in ("job", "replica", "task") and len(values) == 1:
            value = values[0] if key == "job" else _index(values[0], spec)
            setattr(self, key, value)
            return
        if key == "device" and len(values) == 2:
            device_type, index = values
        elif key.upper() in _SHORT_TYPES and len(values) <= 1:
            device_type, index = key.upper(), values[0] if values else "*"
        else:
            raise ValueError(
                f"{part!r} in the device name {spec!r} is no part of one: these are job:NAME, "
                "replica:N, task:N, device:TYPE:N, cpu:N and gpu:N."
            )
        if self.device_type is not None:
            raise ValueError(f"A device name has one device type; {spec!r} has several.")
        self.device_type = device_type
        self.device_index = None if index == "*" else _index(index, spec)

    def merge_from(self, dev: DeviceSpec) -> None:
        """Takes each part that `dev` says, and keeps its own where `dev` leaves it open."""
        for part in ("job", "replica", "task", "device_type", "device_index"):
            value = getattr(dev, part)
            if value is not None:
                setattr(self, part, value)

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """A new spec: the parts that `dev` says, this one's where `dev` leaves them open."""
        merged = self.replace()
        merged.merge_from(dev)
        return merged

    def replace(self, **parts: Any) -> DeviceSpec:
        """A new spec with some parts, given by name, changed."""
        own = {
            "job": self.job,
            "replica": self.replica,
            "task": self.task,
            "device_type": self.device_type,
            "device_index": self.device_index,
        }
        return DeviceSpec(**(own | parts))

    def to_string(self) -> str:
        """The canonical name; empty if every part is open."""
        name = "" if self.job is None else f"/job:{self.job}"
        if self.replica is not None:
            name += f"/replica:{self.replica}"
        if self.task is not None:
            name += f"/task:{self.task}"
        if self.device_type is not None:
            index = "*" if self.device_index is None else self.device_index
            name += f"/device:{self.device_type}:{index}"
        return name

    def __repr__(self) -> str:
        return f"DeviceSpec({self.to_string()!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DeviceSpec):
            return NotImplemented
        return self.to_string() == other.to_string()

    def __hash__(self) -> int:
        return hash(self.to_string())


def _index(text: str, spec: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(
            f"An index in a device name is an integer; got {text!r} in {spec!r}."
        ) from None


@lru_cache(maxsize=1024)
def _canonical(name: str) -> str:
    return DeviceSpec.from_string(name).to_string()


def canonical_name(device: str | DeviceSpec | None) -> str:
    """The canonical name of a device; empty for None.

    Raises:
        ValueError: if it is no device's name.
        TypeError: if it is neither a string nor a `DeviceSpec`.
    """
    if device is None:
        return ""
    if isinstance(device, DeviceSpec):
        return device.to_string()
    if not isinstance(device, str):
        raise TypeError(
            "A device is given by a name such as '/gpu:0' or by a tf.DeviceSpec; "
            f"got {device!r} ({type(device).__name__})."
        )
    return _canonical(device)


def merge_device(outer: str | DeviceSpec | None, inner: str | DeviceSpec | None) -> str:
    """The canonical name of what both ask for, `inner` before `outer` where they differ.

    As in TensorFlow, an `inner` that leaves the index open takes `outer`'s, even if it names
    another type: `/gpu` within `/cpu:0` is `/device:GPU:0`.

    Example:
        >>> merge_device("/job:ps/cpu:0", "/task:1")
        '/job:ps/task:1/device:CPU:0'
    """
    return _merged(canonical_name(outer), canonical_name(inner))


@lru_cache(maxsize=1024)
def _merged(outer: str, inner: str) -> str:
    spec = DeviceSpec.from_string(outer)
    spec.merge_from(DeviceSpec.from_string(inner))
    return spec.to_string()
