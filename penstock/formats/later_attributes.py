"""Attributes that later versions of TensorFlow gave to ops which TensorFlow 1.15 has without them.

Files that TensorFlow 2 writes have them. One that has the value here does what the op did before,
and can be left out; one whose value is `ANY` says nothing about what is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from penstock.core import dtypes

__all__ = ["ANY", "KEPT_ATTRIBUTES", "LATER_ATTRIBUTES"]


class _Any:
    """What is equal to every value."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "ANY"


ANY: Final = _Any()

# Defaults by the attribute's name: no two ops have different ones for one name.
LATER_ATTRIBUTES: Final[Mapping[str, Any]] = {
    "TArgs": [],
    "Tcomplex": dtypes.complex64,
    "Tk": dtypes.int32,
    "Treal": dtypes.float32,
    "Tsegmentids": dtypes.int32,
    "Tshape": dtypes.int32,
    "allow_missing_files": False,
    "allowed_devices": ANY,
    "auto_shard_policy": 0,
    "axis": -1,
    "bad_indices_policy": "",
    "blank_index": -1,
    "cardinality_options": ANY,
    "debug_name": ANY,
    "dtype": dtypes.float32,
    "ensure_minimum_range": ANY,
    "explicit_paddings": [],
    "exponential_avg_factor": 1.0,
    "external_state_policy": ANY,
    "force_synchronous": ANY,
    "grad_a": ANY,
    "grad_b": ANY,
    "grad_x": ANY,
    "grad_y": ANY,
    "index_type": dtypes.int32,
    "is_files": ANY,
    "metadata": ANY,
    "multiply_linear_by_lr": False,
    "narrow_range": False,
    "offset": 0,
    "perturb_singular": False,
    "replicate_on_split": ANY,
    "resize_if_index_out_of_bounds": False,
    "shape_type": dtypes.int32,
    "sparse_gradient": ANY,
    "stop_on_empty_dataset": False,
    "use_default_device": ANY,
    "validate_shape": ANY,
}

# Those that a kernel here understands, by op and name: kept, though no record declares them.
KEPT_ATTRIBUTES: Final = frozenset({("InitializeTableFromTextFileV2", "offset")})
