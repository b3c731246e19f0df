"""TensorArrays of old files: none has a kernel, since others take their place before a run."""

import numpy as np

from tests.ops.row import Row

__all__ = ["ROWS"]

_X = np.array([1.0, 2.0], np.float32)
_FLOW = np.float32(0)
_AT = np.int32(1)
_PLACES = np.array([0, 1], np.int32)
_LENGTHS = np.array([1, 1], np.int64)
_HANDLE = np.array(["", ""], object)
_DTYPE = {"dtype": "float32"}

ROWS = [
    row
    for version in ("", "V2")
    for row in (
        Row(f"TensorArray{version}", [np.int32(3)], attrs=_DTYPE),
        Row(f"TensorArrayGrad{version}", [_HANDLE, _FLOW], attrs={"source": "gradients"}),
        Row(f"TensorArrayWrite{version}", [_HANDLE, _AT, _X, _FLOW]),
        Row(f"TensorArrayRead{version}", [_HANDLE, _AT, _FLOW], attrs=_DTYPE, shape_known=False),
        Row(f"TensorArrayGather{version}", [_HANDLE, _PLACES, _FLOW], attrs=_DTYPE,
            shape_known=False),
        Row(f"TensorArrayScatter{version}", [_HANDLE, _PLACES, _X, _FLOW]),
        Row(f"TensorArrayConcat{version}", [_HANDLE, _FLOW], attrs=_DTYPE, shape_known=False),
        Row(f"TensorArraySplit{version}", [_HANDLE, _X, _LENGTHS, _FLOW]),
        Row(f"TensorArraySize{version}", [_HANDLE, _FLOW]),
        Row(f"TensorArrayClose{version}", [_HANDLE]),
    )
]  # fmt: skip
ROWS += [
    Row("TensorArrayPack", [_HANDLE, _FLOW], attrs=_DTYPE, shape_known=False),
    Row("TensorArrayUnpack", [_HANDLE, _X, _FLOW]),
]
