"""Ops that write summaries themselves, to a writer that the session holds."""

from __future__ import annotations

from typing import Any, Protocol

from penstock.core.dtypes import REAL_NUMBERS, float16, float32, uint8
from penstock.core.held import Held
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS", "EventTarget", "HeldWriter"]


class EventTarget(Protocol):
    """Where events go: what the tier that has files makes."""

    def write(self, event: Any) -> None:
        """Write an event."""

    def flush(self) -> None:
        """Bring the events to the file."""

    def close(self) -> None:
        """End the file."""


class HeldWriter(Held):
    """A writer as a session holds it.

    Attributes:
      name: what messages call it.
      target: where events go; None until the op that names the folder has run.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.target: EventTarget | None = None

    def close(self) -> None:
        """End the file, if there is one."""
        target, self.target = self.target, None
        if target is not None:
            target.close()


def _on_writer(name: str, inputs: list[str], attrs: dict[str, Any] | None, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["writer: resource", *inputs],
        attrs=attrs or {},
        doc=doc,
        shape=rules.no_outputs,
        objects=["writer"],
        host=True,
        stateful=True,
    )


_VALUE = ["step: int64", "tag: string"]

SPECS = (
    OpSpec(
        "SummaryWriter",
        outputs=["writer: resource"],
        attrs={"shared_name": "", "container": ""},
        doc="A writer of summaries, which CreateSummaryFileWriter gives a folder.",
        shape=rules.scalar,
        makes=lambda node: HeldWriter(node.name),
        stateful=True,
    ),
    _on_writer(
        "CreateSummaryFileWriter",
        [
            "logdir: string",
            "max_queue: int32",
            "flush_millis: int32",
            "filename_suffix: string",
        ],
        None,
        "Lets a writer write to an event file in a folder, if it has none yet.",
    ),
    _on_writer("FlushSummaryWriter", [], None, "Brings a writer's events to its file."),
    _on_writer("CloseSummaryWriter", [], None, "Ends a writer's file."),
    _on_writer(
        "WriteScalarSummary", [*_VALUE, "value: T"], {"T": REAL_NUMBERS}, "Writes a number."
    ),
    _on_writer(
        "WriteHistogramSummary",
        [*_VALUE, "values: T"],
        {"T": attr("type", float32, allowed=REAL_NUMBERS)},
        "Writes how many values there are of which size.",
    ),
    _on_writer(
        "WriteImageSummary",
        [*_VALUE, "tensor: T", "bad_color: uint8"],
        {
            "max_images": attr("int", 3, minimum=1),
            "T": attr("type", float32, allowed={uint8, float32, float16}),
        },
        "Writes images as PNG files.",
    ),
    _on_writer(
        "WriteAudioSummary",
        [*_VALUE, "tensor: float32", "sample_rate: float32"],
        {"max_outputs": attr("int", 3, minimum=1)},
        "Writes sounds as WAV files.",
    ),
    _on_writer(
        "WriteSummary",
        ["step: int64", "tensor: T", "tag: string", "summary_metadata: string"],
        {"T": attr("type")},
        "Writes a tensor as it is.",
    ),
    _on_writer(
        "WriteGraphSummary", ["step: int64", "tensor: string"], None, "Writes a serialized graph."
    ),
    _on_writer(
        "WriteRawProtoSummary",
        ["step: int64", "tensor: string"],
        None,
        "Writes serialized summaries.",
    ),
    _on_writer("ImportEvent", ["event: string"], None, "Writes a serialized event."),
)
