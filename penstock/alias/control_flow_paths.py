"""The rows of the table of module paths that tell of control flow."""

from penstock.alias.offers import Offer

__all__ = ["CONTROL_FLOW"]

_CONTEXTS = "penstock.functions.control_flow_contexts"

CONTROL_FLOW = {
    "ops.control_flow_ops": Offer(
        ("penstock",),
        {
            "with_dependencies": "penstock.functions.grouping:with_dependencies",
            "CondContext": f"{_CONTEXTS}:CondContext",
            "ControlFlowContext": f"{_CONTEXTS}:ControlFlowContext",
            "WhileContext": f"{_CONTEXTS}:WhileContext",
            "switch": "penstock.functions.control_flow:switch",
            "merge": "penstock.functions.control_flow:merge",
            "exit": "penstock.functions.control_flow:leave",
            "_Enter": "penstock.functions.control_flow:enter",
            "_NextIteration": "penstock.functions.control_flow:next_iteration",
            "_SwitchRefOrTensor": "penstock.functions.control_flow:switch_beside",
            "enter": "penstock.api.raw_ops:Enter",
            "next_iteration": "penstock.api.raw_ops:NextIteration",
            "loop_cond": "penstock.api.raw_ops:LoopCond",
            "control_trigger": "penstock.api.raw_ops:ControlTrigger",
            "ref_enter": "penstock.api.raw_ops:RefEnter",
            "ref_exit": "penstock.api.raw_ops:RefExit",
            "ref_merge": "penstock.api.raw_ops:RefMerge",
            "ref_next_iteration": "penstock.api.raw_ops:RefNextIteration",
            "ref_select": "penstock.api.raw_ops:RefSelect",
            "ref_switch": "penstock.api.raw_ops:RefSwitch",
        },
    ),
    "ops.control_flow_util": Offer(
        (),
        {
            "GetContainingCondContext": f"{_CONTEXTS}:containing_cond_context",
            "GetContainingWhileContext": f"{_CONTEXTS}:containing_while_context",
            "GetContainingXLAContext": f"{_CONTEXTS}:containing_xla_context",
            "IsInWhileLoop": f"{_CONTEXTS}:is_in_while_loop",
        },
    ),
}
