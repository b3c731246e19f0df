"""The nodes of summaries: each gives a value of the run as a `Summary` in bytes.

tf.summary.scalar("loss", loss)
everything = tf.summary.merge_all()
writer = tf.summary.FileWriter("logs", sess.graph)
writer.add_summary(sess.run(everything), step)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from absl import logging

from penstock.core.dtypes import float32, string
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.summary.messages import metadata_of

__all__ = [
    "all_v2_summary_ops",
    "audio",
    "clean_tag",
    "collect",
    "histogram",
    "image",
    "merge",
    "merge_all",
    "scalar",
    "summary_scope",
    "tensor_summary",
    "text",
]

_NOT_IN_TAGS = re.compile(r"[^-/\w.]")


def clean_tag(name: str) -> str:
    """Give the tag for a name: what no name scope may hold becomes an underscore.

    >>> clean_tag("/loss of layer:1")
    'loss_of_layer_1'
    """
    cleaned = _NOT_IN_TAGS.sub("_", name).lstrip("/")
    if cleaned != name:
        logging.info("Summary name %s is illegal; using %s instead.", name, cleaned)
    return cleaned


@contextmanager
def summary_scope(
    name: str | None,
    family: str | None = None,
    default_name: str | None = None,
    values: Sequence[Any] | None = None,
) -> Iterator[tuple[str, str]]:
    """Open the scope of a summary.

    Args:
      name: the summary's name.
      family: put before it.
      default_name: the name if `name` is None.
      values: the tensors of the summary, which tell the graph.

    Yields:
      The tag and the node's name.

    Raises:
      ValueError: if there is no name.
    """
    name = default_name if name is None else clean_tag(name)
    if name is None:
        raise ValueError("A summary needs a name: it is the tag under which TensorBoard shows it.")
    if family is not None:
        family = clean_tag(family)
    around = name if family is None else f"{family}/{name}"
    with name_scope(around, values=list(values or ())) as scope:
        tag = scope.rstrip("/")
        yield tag if family is None else f"{family}/{tag}", scope


def collect(val: Tensor, collections: Any, default_collections: Sequence[str]) -> Tensor:
    """Put a summary in collections, the default ones if `collections` is None; gives it back."""
    for name in default_collections if collections is None else collections:
        default_graph().add_to_collection(name, val)
    return val


_SUMMARIES = (GraphKeys.SUMMARIES,)


def scalar(name: str, tensor: Any, collections: Any = None, family: str | None = None) -> Tensor:
    """Build a summary of one number.

    Args:
      name: the tag; the name scopes around are put before it.
      tensor: a number that is real.
      collections: the collections that the summary is put in; ``[GraphKeys.SUMMARIES]`` if None.
      family: put before the tag once more, to group summaries in TensorBoard.

    Returns:
      A scalar string tensor.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = raw.ScalarSummary(tag, tensor, name=scope)
    return collect(summary, collections, _SUMMARIES)


def image(
    name: str,
    tensor: Any,
    max_outputs: int = 3,
    collections: Any = None,
    family: str | None = None,
) -> Tensor:
    """Build a summary of images.

    Args:
      name: the tag; images are called ``name/image/0`` and so on.
      tensor: of shape (batch, height, width, channels), of 1, 3 or 4 channels; uint8, or floats,
        which are stretched so that the largest is 255, and 0 is gray if some are negative.
      max_outputs: how many images of the batch.
      collections: as for `scalar`.
      family: as for `scalar`.

    Returns:
      A scalar string tensor.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = raw.ImageSummary(tag, tensor, max_images=max_outputs, name=scope)
    return collect(summary, collections, _SUMMARIES)


def histogram(name: str, values: Any, collections: Any = None, family: str | None = None) -> Tensor:
    """Build a summary of how many values there are of which size.

    Args:
      name: the tag.
      values: real numbers in any shape. A NaN or infinity is an InvalidArgumentError.
      collections: as for `scalar`.
      family: as for `scalar`.

    Returns:
      A scalar string tensor.
    """
    with summary_scope(name, family, values=[values]) as (tag, scope):
        summary = raw.HistogramSummary(tag, values, name=scope)
    return collect(summary, collections, _SUMMARIES)


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Any = None,
    family: str | None = None,
) -> Tensor:
    """Build a summary of sounds.

    Args:
      name: the tag; sounds are called ``name/audio/0`` and so on.
      tensor: float32 of shape (batch, frames) or (batch, frames, channels), from -1 to 1.
      sample_rate: frames a second.
      max_outputs: how many sounds of the batch.
      collections: as for `scalar`.
      family: as for `scalar`.

    Returns:
      A scalar string tensor.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        rate = convert_to_tensor(sample_rate, float32, "sample_rate")
        summary = raw.AudioSummaryV2(tag, tensor, rate, max_outputs=max_outputs, name=scope)
    return collect(summary, collections, _SUMMARIES)


def text(name: str, tensor: Any, collections: Any = None) -> Tensor:
    """Build a summary of strings, which TensorBoard shows as Markdown, in tables if of rank 1 or 2.

    Args:
      name: the tag.
      tensor: strings.
      collections: as for `scalar`.

    Returns:
      A scalar string tensor.

    Raises:
      ValueError: if they are no strings.
    """
    if tensor.dtype.base_dtype is not string:
        raise ValueError(
            f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype}. Convert it "
            "with tf.as_string."
        )
    return _tensor_summary(name, tensor, metadata_of("text"), collections, None)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Any = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """Build a summary of a tensor as it is, for a plugin of TensorBoard.

    Args:
      name: the tag.
      tensor: the values.
      summary_description: what TensorBoard tells of it, in Markdown.
      collections: as for `scalar`.
      summary_metadata: a `SummaryMetadata` that says which plugin it is for.
      family: as for `scalar`.
      display_name: the name that TensorBoard shows.

    Returns:
      A scalar string tensor.
    """
    if summary_metadata is None:
        metadata = metadata_of("", display_name, summary_description)
    else:
        metadata = _described(summary_metadata, display_name, summary_description)
    return _tensor_summary(name, tensor, metadata, collections, family)


def _tensor_summary(
    name: str, tensor: Any, metadata: bytes, collections: Any, family: str | None
) -> Tensor:
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = raw.TensorSummaryV2(tag, tensor, metadata, name=scope)
    return collect(summary, collections, _SUMMARIES)


def _described(metadata: Any, display_name: str | None, description: str | None) -> bytes:
    if description is not None:
        metadata.summary_description = description
    if display_name is not None:
        metadata.display_name = display_name
    content: bytes = metadata.SerializeToString()
    return content


def merge(inputs: Sequence[Any], collections: Any = None, name: str | None = None) -> Tensor:
    """Build one summary of several.

    Args:
      inputs: what summary functions gave.
      collections: the collections that the summary is put in; none if None.
      name: the node's name.

    Returns:
      A scalar string tensor.

    Raises:
      ValueError: if there are no inputs.
    """
    with name_scope(name, "Merge", inputs):
        summary = raw.MergeSummary(list(inputs), name=name)
    return collect(summary, collections, ())


def merge_all(
    key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """Build one summary of all that are in a collection.

    Args:
      key: the collection.
      scope: only those whose name matches this as a regular expression, from the start.
      name: the node's name.

    Returns:
      A scalar string tensor; None if there are no summaries.
    """
    found = default_graph().get_collection(key, scope)
    return merge(found, name=name) if found else None


def all_v2_summary_ops() -> list[Any]:
    """List the summary nodes that write by themselves, as those of TensorFlow 2 do: none."""
    return default_graph().get_collection(GraphKeys._SUMMARY_COLLECTION)
