"""Kernels of summaries. The formats load when the first one runs."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["KERNELS"]


def _formats() -> Any:
    """Give the module that makes summaries: it needs protocol buffers."""
    return importlib.import_module("penstock.formats.summaries")


def _given(summary: bytes) -> np.ndarray:
    return np.array(summary, object)


def _texts(value: Any) -> np.ndarray:
    return np.asarray(value, object)


def _scalar(xp: Any, tags: Any, values: Any) -> np.ndarray:
    return _given(_formats().scalar_summary(_texts(tags), np.asarray(values)))


def _histogram(xp: Any, tag: Any, values: Any) -> np.ndarray:
    return _given(_formats().histogram_summary(_texts(tag), np.asarray(values)))


def _image(xp: Any, tag: Any, tensor: Any, *, max_images: int, bad_color: Any) -> np.ndarray:
    images = np.asarray(tensor)
    return _given(_formats().image_summary(_texts(tag), images, max_images, np.asarray(bad_color)))


def _audio(xp: Any, tag: Any, tensor: Any, sample_rate: Any, *, max_outputs: int) -> np.ndarray:
    rate = np.asarray(sample_rate).item()
    return _given(_formats().audio_summary(_texts(tag), np.asarray(tensor), rate, max_outputs))


def _audio_of_fixed_rate(
    xp: Any, tag: Any, tensor: Any, *, sample_rate: float, max_outputs: int
) -> np.ndarray:
    return _audio(xp, tag, tensor, sample_rate, max_outputs=max_outputs)


def _tensor(xp: Any, tag: Any, tensor: Any, metadata: Any) -> np.ndarray:
    held = _texts(metadata).item()
    return _given(_formats().tensor_summary(_texts(tag), np.asarray(tensor), held))


def _node(xp: Any, tensor: Any, *, node_name: str = "") -> np.ndarray:
    return _given(_formats().node_summary(node_name, np.asarray(tensor)))


def _merge(xp: Any, inputs: Sequence[Any]) -> np.ndarray:
    parts = [part for value in inputs for part in _texts(value).flat]
    return _given(_formats().merged_summary(parts))


KERNELS = {
    "AudioSummary": _audio_of_fixed_rate,
    "AudioSummaryV2": _audio,
    "HistogramSummary": _histogram,
    "ImageSummary": _image,
    "MergeSummary": _merge,
    "ScalarSummary": _scalar,
    "TensorSummary": _node,
    "TensorSummaryV2": _tensor,
}
