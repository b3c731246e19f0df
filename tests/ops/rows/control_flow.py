"""Ops of TensorFlow's first control flow: dataflow alone says what they give."""

import numpy as np

from tests.ops.row import Row

__all__ = ["ROWS"]

_X = np.array([1.0, 2.0], np.float32)
_TRUE = np.array(True)
_FRAME = {"frame_name": "loop"}

ROWS = [
    Row("Switch", [_X, _TRUE]),
    Row("RefSwitch", [_X, _TRUE]),
    Row("Merge", [[_X, _X]]),
    Row("RefMerge", [[_X, _X]]),
    Row("Enter", [_X], attrs=_FRAME),
    Row("RefEnter", [_X], attrs=_FRAME),
    Row("Exit", [_X]),
    Row("RefExit", [_X]),
    Row("NextIteration", [_X]),
    Row("RefNextIteration", [_X]),
    Row("LoopCond", [_TRUE]),
    Row("ControlTrigger"),
    Row("RefSelect", [np.int32(0), [_X, _X]]),
    Row("Stack", attrs={"elem_type": "float32"}),
    Row("StackPush", [np.array([""], object), _X]),
    Row("StackPop", [np.array([""], object)], attrs={"elem_type": "float32"}),
    Row("StackClose", [np.array([""], object)]),
    Row("StackV2", [np.int32(3)], attrs={"elem_type": "float32"}),
    Row("StackPushV2", [np.array(0), _X]),
    Row("StackPopV2", [np.array(0)], attrs={"elem_type": "float32"}),
    Row("StackCloseV2", [np.array(0)]),
]
