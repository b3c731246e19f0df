"""The messages of TensorFlow's contexts of control flow, which the tensorboard package lacks."""

from __future__ import annotations

from penstock.formats.declare import declare

__all__ = ["CondContextDef", "ControlFlowContextDef", "WhileContextDef"]

_MESSAGES = declare(
    "control_flow",
    [],
    {
        "ValuesDef": [
            "repeated string values = 1",
            "map<string, string> external_values = 2",
        ],
        "ControlFlowContextDef": [
            "oneof ctxt CondContextDef cond_ctxt = 1",
            "oneof ctxt WhileContextDef while_ctxt = 2",
        ],
        "CondContextDef": [
            "string context_name = 1",
            "string pred_name = 2",
            "string pivot_name = 3",
            "int32 branch = 4",
            "ValuesDef values_def = 5",
            "repeated ControlFlowContextDef nested_contexts = 6",
        ],
        "WhileContextDef": [
            "string context_name = 1",
            "int32 parallel_iterations = 2",
            "string maximum_iterations_name = 11",
            "bool back_prop = 3",
            "bool swap_memory = 4",
            "string pivot_name = 5",
            "string pivot_for_pred_name = 6",
            "string pivot_for_body_name = 7",
            "repeated string loop_exit_names = 8",
            "repeated string loop_enter_names = 10",
            "ValuesDef values_def = 9",
            "repeated ControlFlowContextDef nested_contexts = 12",
        ],
    },
)
CondContextDef = _MESSAGES["CondContextDef"]
ControlFlowContextDef = _MESSAGES["ControlFlowContextDef"]
WhileContextDef = _MESSAGES["WhileContextDef"]
