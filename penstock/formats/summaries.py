"""Summaries: values of a run as `Summary` messages, in bytes, as the summary ops give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from penstock.core.dtypes import as_dtype
from penstock.core.errors import InvalidArgumentError
from penstock.formats.event_messages import Summary, SummaryMetadata
from penstock.formats.histogram import histogram_of
from penstock.formats.png import encode_png
from penstock.formats.tensors import array_to_proto, shape_to_proto
from penstock.formats.wav import encode_wav

__all__ = [
    "audio_summary",
    "histogram_summary",
    "image_summary",
    "merged_summary",
    "node_summary",
    "scalar_summary",
    "tensor_summary",
]

_ALMOST_ZERO = 1e-6


def _invalid(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def _tag(tag: np.ndarray) -> str:
    if tag.shape:
        raise _invalid(f"tags must be scalar, but a tag of shape {tag.shape} came. Pass one name.")
    text: str = tag.item().decode(errors="replace")
    return text


def scalar_summary(tags: np.ndarray, values: np.ndarray) -> bytes:
    """Summarize numbers, each under a tag of its own.

    Raises:
      InvalidArgumentError: if there are not as many tags as numbers.
    """
    if tags.shape != values.shape and not tags.size == values.size == 1:
        raise _mismatch(tags, values)
    if tags.size == 1 and tags.shape != values.shape and values.ndim > tags.ndim:
        raise _mismatch(tags, values)
    summary = Summary()
    for tag, value in zip(tags.flat, values.astype(np.float32).flat, strict=True):
        summary.value.add(tag=tag.decode(errors="replace"), simple_value=value)
    return summary.SerializeToString()


def _mismatch(tags: np.ndarray, values: np.ndarray) -> InvalidArgumentError:
    which = f" (tag {tags.item().decode(errors='replace')!r})" if tags.size == 1 else ""
    return _invalid(
        f"tags and values not the same shape: {list(tags.shape)} != {list(values.shape)}{which}. "
        "tf.summary.scalar takes one number; reduce the tensor, or use tf.summary.histogram."
    )


def histogram_summary(tag: np.ndarray, values: np.ndarray) -> bytes:
    """Summarize how many values there are of which size.

    Raises:
      InvalidArgumentError: if a value is no finite number.
    """
    name = _tag(tag)
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float32)
    finite = np.isfinite(narrow)
    if not finite.all():
        kind = "Nan" if np.isnan(narrow).any() else "Infinity"
        place = np.unravel_index(int(np.argmin(finite)), values.shape)
        raise _invalid(
            f"{kind} in summary histogram for: {name}. Every value must be finite (as float32), "
            f"but at {[int(index) for index in place]} there is {narrow[place]}. Look for what "
            "made it with tf.check_numerics."
        )
    summary = Summary()
    summary.value.add(tag=name).histo.CopyFrom(histogram_of(narrow))
    return summary.SerializeToString()


def image_summary(
    tag: np.ndarray, images: np.ndarray, max_images: int, bad_color: np.ndarray
) -> bytes:
    """Summarize images as PNG files.

    Args:
      tag: the name; images are called ``tag/image/0`` and so on.
      images: of shape (batch, height, width, channels); uint8 is taken as it is, floats are
        stretched to the full range, around gray if some are negative.
      max_images: how many of the batch.
      bad_color: the color of pixels that are not finite, a value a channel.

    Raises:
      InvalidArgumentError: if they are no images of 1, 3 or 4 channels.
    """
    name = _tag(tag)
    if images.ndim != 4 or images.shape[3] not in (1, 3, 4):
        raise _invalid(
            "Tensor must be 4-D with last dim 1, 3, or 4, not "
            f"{list(images.shape)}: (batch, height, width, channels)."
        )
    if not images[:1].size:
        raise _invalid(f"Images of shape {list(images.shape)} have no pixels.")
    if bad_color.dtype != np.uint8 or bad_color.ndim != 1 or bad_color.size < images.shape[3]:
        raise _invalid(f"bad_color must be uint8, a value a channel at least, not {bad_color!r}.")
    summary = Summary()
    for number, image in enumerate(images[:max_images]):
        pixels = image if image.dtype == np.uint8 else _stretched(image, bad_color)
        value = summary.value.add(tag=_numbered(name, "image", number, max_images))
        value.image.height, value.image.width, value.image.colorspace = pixels.shape
        value.image.encoded_image_string = encode_png(pixels)
    return summary.SerializeToString()


def _numbered(name: str, kind: str, number: int, most: int) -> str:
    return f"{name}/{kind}/{number}" if most > 1 else f"{name}/{kind}"


def _stretched(image: np.ndarray, bad_color: np.ndarray) -> np.ndarray:
    finite = np.isfinite(image)
    values = image[finite]
    lowest, highest = (values.min(), values.max()) if values.size else (0.0, 0.0)
    is_signed = lowest < 0
    largest = max(abs(lowest), abs(highest)) if is_signed else highest
    scale = (127.0 if is_signed else 255.0) / largest if largest >= _ALMOST_ZERO else 0.0
    kind = image.dtype.type
    with np.errstate(invalid="ignore"):
        pixels = (image * kind(scale) + kind(128.0 if is_signed else 0.0)).astype(np.uint8)
    pixels[~finite.all(axis=2)] = bad_color[: image.shape[2]]
    return pixels


def audio_summary(tag: np.ndarray, sound: np.ndarray, rate: float, max_outputs: int) -> bytes:
    """Summarize sounds as WAV files.

    Args:
      tag: the name; sounds are called ``tag/audio/0`` and so on.
      sound: float32 of shape (batch, frames) or (batch, frames, channels), between -1 and 1.
      rate: frames a second.
      max_outputs: how many of the batch.

    Raises:
      InvalidArgumentError: if it is no sound.
    """
    name = _tag(tag)
    if sound.ndim not in (2, 3):
        raise _invalid(f"tensor must be 3-D or 2-D, but has the shape {list(sound.shape)}.")
    if not rate > 0:
        raise _invalid(f"sample_rate must be > 0, but is {rate}.")
    channels = sound.shape[2] if sound.ndim == 3 else 1
    summary = Summary()
    for number, samples in enumerate(sound[:max_outputs]):
        value = summary.value.add(tag=_numbered(name, "audio", number, max_outputs))
        value.audio.sample_rate = rate
        value.audio.num_channels = channels
        value.audio.length_frames = len(samples)
        value.audio.encoded_audio_string = encode_wav(
            samples.reshape(len(samples), channels), round(float(rate))
        )
        value.audio.content_type = "audio/wav"
    return summary.SerializeToString()


def tensor_summary(tag: np.ndarray, tensor: np.ndarray, metadata: bytes) -> bytes:
    """Summarize a tensor as it is.

    Args:
      tag: the name.
      tensor: the values.
      metadata: a `SummaryMetadata` in bytes; what is none counts as empty.
    """
    summary = Summary()
    value = summary.value.add(tag=_tag(tag))
    _write_content(tensor, value.tensor)
    try:
        value.metadata.CopyFrom(SummaryMetadata.FromString(metadata))
    except DecodeError:
        value.metadata.SetInParent()
    return summary.SerializeToString()


def node_summary(node_name: str, tensor: np.ndarray) -> bytes:
    """Summarize a tensor as it is, under the name of a node."""
    summary = Summary()
    _write_content(tensor, summary.value.add(node_name=node_name).tensor)
    return summary.SerializeToString()


def _write_content(tensor: np.ndarray, proto: Any) -> None:
    """Write strings as a list, and numbers as bytes, however few there are."""
    if tensor.dtype == object:
        array_to_proto(tensor, proto=proto, as_list=True)
        return
    proto.dtype = as_dtype(tensor.dtype).as_datatype_enum
    shape_to_proto(tensor.shape, proto.tensor_shape)
    proto.tensor_content = np.ascontiguousarray(tensor).tobytes()


def merged_summary(parts: Sequence[bytes]) -> bytes:
    """Put summaries together.

    Raises:
      InvalidArgumentError: if one is no summary, or two have the same tag.
    """
    merged = Summary()
    tags: set[str] = set()
    for part in parts:
        try:
            summary = Summary.FromString(part)
        except DecodeError:
            raise _invalid(
                "Could not parse one of the summary inputs: merge takes what summary ops give, "
                f"not {part[:20]!r}."
            ) from None
        for value in summary.value:
            if value.tag and value.tag in tags:
                raise _invalid(
                    f"Duplicate tag {value.tag} found in summary inputs. Give each summary a name "
                    "of its own."
                )
            tags.add(value.tag)
            merged.value.append(value)
    return merged.SerializeToString()
