"""Ops that give values of a run as summaries, which TensorBoard shows; the host makes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import REAL_NUMBERS, float16, float32, float64, uint8
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _summary(name: str, inputs: list[str], attrs: dict[str, Any], doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=inputs,
        outputs=["summary: string"],
        attrs=attrs,
        doc=doc,
        shape=rules.scalar,
        host=True,
    )


_NUMBERS = attr("type", float32, allowed=REAL_NUMBERS)

SCALAR_SUMMARY = _summary(
    "ScalarSummary",
    ["tags: string", "values: T"],
    {"T": REAL_NUMBERS},
    "A summary of numbers, each under its tag.",
)
HISTOGRAM_SUMMARY = _summary(
    "HistogramSummary",
    ["tag: string", "values: T"],
    {"T": _NUMBERS},
    "A summary of how many values there are of which size.",
)
IMAGE_SUMMARY = _summary(
    "ImageSummary",
    ["tag: string", "tensor: T"],
    {
        "max_images": attr("int", 3, minimum=1),
        "T": attr("type", float32, allowed={uint8, float32, float16, float64}),
        "bad_color": attr("tensor", np.array([255, 0, 0, 255], np.uint8)),
    },
    "A summary of images as PNG files; floats are stretched to the full range.",
)
_SOUNDS = {"max_outputs": attr("int", 3, minimum=1)}
AUDIO_SUMMARY = _summary(
    "AudioSummary",
    ["tag: string", "tensor: float32"],
    {"sample_rate": attr("float"), **_SOUNDS},
    "A summary of sounds as WAV files; AudioSummaryV2 takes the sample rate as an input.",
)
AUDIO_SUMMARY_V2 = _summary(
    "AudioSummaryV2",
    ["tag: string", "tensor: float32", "sample_rate: float32"],
    _SOUNDS,
    "A summary of sounds as WAV files.",
)
TENSOR_SUMMARY_V2 = _summary(
    "TensorSummaryV2",
    ["tag: string", "tensor: T", "serialized_summary_metadata: string"],
    {"T": attr("type")},
    "A summary of a tensor as it is.",
)
TENSOR_SUMMARY = _summary(
    "TensorSummary",
    ["tensor: T"],
    {"T": attr("type"), "description": "", "labels": attr("list(string)", []), "display_name": ""},
    "A summary of a tensor as it is, under the node's name; TensorSummaryV2 takes a tag.",
)
MERGE_SUMMARY = _summary(
    "MergeSummary",
    ["inputs: N * string"],
    {"N": attr("int", minimum=1)},
    "Several summaries as one.",
)

SPECS = (
    SCALAR_SUMMARY,
    HISTOGRAM_SUMMARY,
    IMAGE_SUMMARY,
    AUDIO_SUMMARY,
    AUDIO_SUMMARY_V2,
    TENSOR_SUMMARY,
    TENSOR_SUMMARY_V2,
    MERGE_SUMMARY,
)
