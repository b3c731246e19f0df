"""The message of a queue runner, which the tensorboard package lacks."""

from __future__ import annotations

from penstock.formats.declare import declare

__all__ = ["QueueRunnerDef"]

QueueRunnerDef = declare(
    "queue_runner",
    [],
    {
        "QueueRunnerDef": [
            "string queue_name = 1",
            "repeated string enqueue_op_name = 2",
            "string close_op_name = 3",
            "string cancel_op_name = 4",
            "repeated int32 queue_closed_exception_types = 5",  # codes of errors
        ]
    },
)["QueueRunnerDef"]
