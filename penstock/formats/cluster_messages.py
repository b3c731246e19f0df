"""The messages of clusters, which the tensorboard package lacks."""

from __future__ import annotations

from tensorboard.compat.proto import config_pb2

from penstock.formats.declare import declare

__all__ = ["ClusterDef", "JobDef", "ServerDef"]

_MESSAGES = declare(
    "cluster",
    [config_pb2],
    {
        "JobDef": ["string name = 1", "map<int32, string> tasks = 2"],
        "ClusterDef": ["repeated JobDef job = 1"],
        "ServerDef": [
            "ClusterDef cluster = 1",
            "string job_name = 2",
            "int32 task_index = 3",
            "tensorboard.ConfigProto default_session_config = 4",
            "string protocol = 5",
        ],
    },
)
JobDef = _MESSAGES["JobDef"]
ClusterDef = _MESSAGES["ClusterDef"]
ServerDef = _MESSAGES["ServerDef"]
