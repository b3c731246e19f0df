"""`tf.contrib.summary`: nodes that write summaries themselves when they are run.

writer = tf.contrib.summary.create_file_writer("logs")
with writer.as_default(), tf.contrib.summary.record_summaries_every_n_global_steps(100):
    tf.contrib.summary.scalar("loss", loss)
with tf.Session() as sess, writer.as_default():
    tf.contrib.summary.initialize(graph=tf.get_default_graph())
    sess.run([train, tf.contrib.summary.all_summary_ops()])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from penstock.core.dtypes import int64, uint8
from penstock.core.surface import lacking as _lacking
from penstock.functions.cond import cond
from penstock.functions.grouping import no_op
from penstock.functions.math_logic import equal
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.summary.event_writers import (
    FileSummaryWriter,
    SummaryWriter,
    all_summary_ops,
    create_file_writer,
    default_writer,
    initialize,
    serialized_graph,
    summary_writer_initializer_op,
)
from penstock.summary.recording import (
    always_record_summaries,
    never_record_summaries,
    record_if,
    recording_condition,
    should_record_summaries,
)
from penstock.summary.summary_nodes import summary_scope
from penstock.train.global_step import get_or_create_global_step

__all__ = [
    "SummaryWriter",
    "all_summary_ops",
    "always_record_summaries",
    "audio",
    "create_file_writer",
    "create_summary_file_writer",
    "flush",
    "generic",
    "graph",
    "histogram",
    "image",
    "import_event",
    "initialize",
    "never_record_summaries",
    "record_summaries_every_n_global_steps",
    "scalar",
    "should_record_summaries",
    "summary_writer_initializer_op",
]

create_summary_file_writer = create_file_writer


@contextmanager
def record_summaries_every_n_global_steps(n: int, global_step: Any = None) -> Iterator[None]:
    """Let summaries that are built in a `with` block be written in every `n`-th step.

    Args:
      n: the number of steps from one to the next.
      global_step: an integer tensor or variable; the global step if None.
    """
    step = get_or_create_global_step() if global_step is None else global_step
    with default_graph().device("cpu:0"):
        due = equal(step % n, 0)
    with record_if(due):
        yield


def _written(
    name: str, tensor: Any, family: str | None, write: Callable[[Any, str, str], Node]
) -> Any:
    """Build a node that writes a summary if it is to be recorded; gives a bool tensor."""
    writer = default_writer()
    if not isinstance(writer, FileSummaryWriter):
        return no_op()
    around = default_graph().get_name_scope()

    def record() -> Tensor:
        with (
            name_scope(f"{around}/" if around else None),
            summary_scope(name, family, values=[tensor]) as (tag, scope),
            default_graph().control_dependencies([write(writer._resource, tag, scope)]),
        ):
            return convert_to_tensor(True)

    with default_graph().device("cpu:0"):
        decision = should_record_summaries()
        condition = recording_condition()
        if condition is True:
            made = record()
        elif condition is False:
            made = convert_to_tensor(False)
        else:
            made = cond(decision, record, lambda: convert_to_tensor(False), name="")
        default_graph().add_to_collection(GraphKeys._SUMMARY_COLLECTION, made)
    return made


def _step(step: Any) -> Any:
    return convert_to_tensor(get_or_create_global_step() if step is None else step, int64)


def scalar(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """Build a node that writes a number.

    Args:
      name: the tag.
      tensor: a real number.
      family: put before the tag once more, to group summaries in TensorBoard.
      step: the number of the step; the global step if None.

    Returns:
      A bool tensor: whether it was written. Or a node that does nothing, if there is no default
      writer.
    """

    def write(writer: Tensor, tag: str, scope: str) -> Node:
        made: Node = raw.WriteScalarSummary(
            writer, _step(step), tag, raw.Identity(tensor), name=scope
        )
        return made

    return _written(name, tensor, family, write)


def histogram(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """Build a node that writes how many values there are of which size; see `scalar`."""

    def write(writer: Tensor, tag: str, scope: str) -> Node:
        made: Node = raw.WriteHistogramSummary(
            writer, _step(step), tag, raw.Identity(tensor), name=scope
        )
        return made

    return _written(name, tensor, family, write)


def generic(
    name: str, tensor: Any, metadata: Any = None, family: str | None = None, step: Any = None
) -> Any:
    """Build a node that writes a tensor as it is; see `scalar`.

    Args:
      name: the tag.
      tensor: the tensor.
      metadata: a `SummaryMetadata`, or it serialized; None for none.
      family: see `scalar`.
      step: see `scalar`.
    """

    def write(writer: Tensor, tag: str, scope: str) -> Node:
        content = b"" if metadata is None else metadata
        if hasattr(content, "SerializeToString"):
            content = content.SerializeToString()
        told = convert_to_tensor(content)
        made: Node = raw.WriteSummary(
            writer, _step(step), raw.Identity(tensor), tag, told, name=scope
        )
        return made

    return _written(name, tensor, family, write)


def image(
    name: str,
    tensor: Any,
    bad_color: Any = None,
    max_images: int = 3,
    family: str | None = None,
    step: Any = None,
) -> Any:
    """Build a node that writes images; see `scalar`.

    Args:
      name: the tag.
      tensor: of shape (batch, height, width, channels), of 1, 3 or 4 channels.
      bad_color: a uint8 value a channel, for pixels that are not finite; red if None.
      max_images: how many images of the batch.
      family: see `scalar`.
      step: see `scalar`.
    """

    def write(writer: Tensor, tag: str, scope: str) -> Node:
        color = convert_to_tensor([255, 0, 0, 255], uint8) if bad_color is None else bad_color
        made: Node = raw.WriteImageSummary(
            writer, _step(step), tag, raw.Identity(tensor), color, max_images=max_images, name=scope
        )
        return made

    return _written(name, tensor, family, write)


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int,
    family: str | None = None,
    step: Any = None,
) -> Any:
    """Build a node that writes sounds; see `scalar`.

    Args:
      name: the tag.
      tensor: float32 of shape (batch, frames) or (batch, frames, channels), from -1 to 1.
      sample_rate: frames a second.
      max_outputs: how many sounds of the batch.
      family: see `scalar`.
      step: see `scalar`.
    """

    def write(writer: Tensor, tag: str, scope: str) -> Node:
        made: Node = raw.WriteAudioSummary(
            writer, _step(step), tag, raw.Identity(tensor), sample_rate,
            max_outputs=max_outputs, name=scope,
        )  # fmt: skip
        return made

    return _written(name, tensor, family, write)


def graph(param: Any, step: Any = None, name: str | None = None) -> Node | None:
    """Build a node that writes a graph.

    Args:
      param: a string tensor with a serialized GraphDef, a `GraphDef`, or a `Graph`.
      step: the number of the step; the global step if None.
      name: the node's name.

    Returns:
      The node; None if there is no default writer.
    """
    writer = default_writer()
    if not isinstance(writer, FileSummaryWriter):
        return None
    content = param if isinstance(param, Tensor) else serialized_graph(param)
    with default_graph().device("cpu:0"):
        made: Node = raw.WriteGraphSummary(writer._resource, _step(step), content, name=name)
    return made


def import_event(tensor: Any, name: str | None = None) -> Node:
    """Build a node that writes an event.

    Args:
      tensor: a serialized `Event`.
      name: the node's name.

    Raises:
      RuntimeError: if there is no default writer.
    """
    made: Node = raw.ImportEvent(_default_handle(), tensor, name=name)
    return made


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> Node:
    """Build a node that brings what was written to the file.

    Args:
      writer: the writer; the default writer if None.
      name: the node's name.

    Returns:
      The node; one that does nothing if there is no writer.
    """
    writer = default_writer() if writer is None else writer
    if not isinstance(writer, FileSummaryWriter):
        return no_op()
    with default_graph().device("cpu:0"):
        made: Node = raw.FlushSummaryWriter(writer._resource, name=name)
    return made


def _default_handle() -> Tensor:
    writer = default_writer()
    if not isinstance(writer, FileSummaryWriter):
        raise RuntimeError(
            "There is no default summary writer: build this in a `with writer.as_default():` block."
        )
    return writer._resource


__getattr__ = _lacking(__name__, __all__)
