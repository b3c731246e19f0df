"""Kernels that write summaries to event files. The formats load when the first one runs."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.errors import FailedPreconditionError, InvalidArgumentError
from penstock.ops.summary_writers import EventTarget, HeldWriter

__all__ = ["KERNELS"]


def _formats(name: str) -> Any:
    return importlib.import_module(f"penstock.formats.{name}")


def _create(
    xp: Any, writer: HeldWriter, logdir: Any, queue: Any, millis: Any, suffix: Any
) -> tuple[()]:
    if writer.target is None:
        folder, end = (np.asarray(text, object).item().decode() for text in (logdir, suffix))
        writer.target = _formats("events").EventWriter(folder, int(millis) / 1000, end)
    return ()


def _flush(xp: Any, writer: HeldWriter) -> tuple[()]:
    if writer.target is not None:
        writer.target.flush()
    return ()


def _close(xp: Any, writer: HeldWriter) -> tuple[()]:
    writer.close()
    return ()


def _target(writer: HeldWriter) -> EventTarget:
    if writer.target is None:
        raise FailedPreconditionError(
            None, None, f"The summary writer {writer.name!r} has no file yet: run "
            "tf.contrib.summary.initialize() while it is the default writer.",
        )  # fmt: skip
    return writer.target


def _write(writer: HeldWriter, step: Any, **what: Any) -> tuple[()]:
    event = _formats("event_messages").Event(wall_time=time.time(), step=int(step), **what)
    _target(writer).write(event)
    return ()


def _summary(made: Callable[..., bytes]) -> Callable[..., tuple[()]]:
    """Give the kernel that writes what one of the functions on summaries makes."""

    def kernel(xp: Any, writer: HeldWriter, step: Any, *values: Any) -> tuple[()]:
        read = _formats("event_messages").Summary.FromString
        return _write(writer, step, summary=read(made(*values)))

    return kernel


def _text(value: Any) -> np.ndarray:
    return np.asarray(value, object)


def _scalar(tag: Any, value: Any) -> bytes:
    content: bytes = _formats("summaries").scalar_summary(_text(tag), np.asarray(value))
    return content


def _histogram(tag: Any, values: Any) -> bytes:
    content: bytes = _formats("summaries").histogram_summary(_text(tag), np.asarray(values))
    return content


def _tensor(tensor: Any, tag: Any, metadata: Any) -> bytes:
    made = _formats("summaries").tensor_summary
    content: bytes = made(_text(tag), np.asarray(tensor), _text(metadata).item())
    return content


def _raw(tensor: Any) -> bytes:
    content: bytes = _text(tensor).item()
    return content


def _image(
    xp: Any, writer: HeldWriter, step: Any, tag: Any, tensor: Any, color: Any, *, max_images: int
) -> tuple[()]:
    made = _formats("summaries").image_summary
    write = _summary(lambda: made(_text(tag), np.asarray(tensor), max_images, np.asarray(color)))
    return write(xp, writer, step)


def _audio(
    xp: Any, writer: HeldWriter, step: Any, tag: Any, tensor: Any, rate: Any, *, max_outputs: int
) -> tuple[()]:
    made = _formats("summaries").audio_summary
    frames = np.asarray(rate).item()
    write = _summary(lambda: made(_text(tag), np.asarray(tensor), frames, max_outputs))
    return write(xp, writer, step)


def _graph(xp: Any, writer: HeldWriter, step: Any, tensor: Any) -> tuple[()]:
    return _write(writer, step, graph_def=_raw(tensor))


def _event(xp: Any, writer: HeldWriter, event: Any) -> tuple[()]:
    try:
        read = _formats("messages").parsed(_formats("event_messages").Event, _raw(event))
    except ValueError as error:
        raise InvalidArgumentError(None, None, f"What is to be written is {error}.") from None
    _target(writer).write(read)
    return ()


KERNELS = {
    "CloseSummaryWriter": _close,
    "CreateSummaryFileWriter": _create,
    "FlushSummaryWriter": _flush,
    "ImportEvent": _event,
    "WriteAudioSummary": _audio,
    "WriteGraphSummary": _graph,
    "WriteHistogramSummary": _summary(_histogram),
    "WriteImageSummary": _image,
    "WriteRawProtoSummary": _summary(_raw),
    "WriteScalarSummary": _summary(_scalar),
    "WriteSummary": _summary(_tensor),
}
