"""The part of the table of module paths that is about files: what is saved, and what is told."""

from penstock.alias.offers import Offer

__all__ = ["CORE_FILES", "PYTHON_FILES"]

_MODULES = Offer()
_CHECKPOINTS = Offer(("penstock.train.checkpoint_files", "penstock.train"))
_READING = Offer(("penstock.train",))
_SAVER = Offer(
    ("penstock.train.saver", "penstock.train.saver_nodes", "penstock.train.checkpoint_files",
     "penstock.train"),
)  # fmt: skip
_SUMMARIES = Offer(("penstock.summary", "penstock.train"))
_EVENTS = Offer(("penstock.formats.event_messages",))
_EXAMPLES = Offer(("penstock.formats.example_messages",))
_RECORDS = Offer(("penstock.api.python_io",))

PYTHON_FILES = {
    "lib": _MODULES,
    "lib.io": _MODULES,
    "lib.io.file_io": Offer(
        ("penstock.alias.file_io",),
        {
            "FileIO": "penstock.api.gfile:GFile",
            "copy": "penstock.api.gfile:Copy",
            "create_dir": "penstock.api.gfile:MkDir",
            "delete_file": "penstock.api.gfile:Remove",
            "delete_recursively": "penstock.api.gfile:DeleteRecursively",
            "file_exists": "penstock.api.gfile:Exists",
            "get_matching_files": "penstock.api.gfile:Glob",
            "is_directory": "penstock.api.gfile:IsDirectory",
            "list_directory": "penstock.api.gfile:ListDirectory",
            "recursive_create_dir": "penstock.api.gfile:MakeDirs",
            "rename": "penstock.api.gfile:Rename",
            "stat": "penstock.api.gfile:Stat",
            "walk": "penstock.api.gfile:Walk",
        },
    ),
    "lib.io.python_io": _RECORDS,
    "lib.io.tf_record": _RECORDS,
    "ops.io_ops": Offer(("penstock", "penstock.api.io")),
    "ops.gen_io_ops": Offer(("penstock.api.raw_ops",), snake=True),
    "ops.gen_logging_ops": Offer(("penstock.api.raw_ops",), snake=True),
    "ops.parsing_ops": Offer(("penstock.api.io", "penstock")),
    "ops.summary_op_util": Offer(("penstock.summary.summary_nodes",)),
    "ops.summary_ops_v2": Offer(("penstock.contrib.summary",)),
    "pywrap_tensorflow": Offer(
        (), {"NewCheckpointReader": "penstock.train.checkpoint_reading:NewCheckpointReader"}
    ),
    "summary": Offer(("penstock.summary",)),
    "summary.summary": Offer(("penstock.summary",)),
    "summary.summary_iterator": _SUMMARIES,
    "summary.writer": _MODULES,
    "summary.writer.writer": _SUMMARIES,
    "summary.writer.writer_cache": _SUMMARIES,
    "tools": _MODULES,
    "tools.freeze_graph": Offer(("penstock.tools.freezing",), command="freeze-graph"),
    "tools.inspect_checkpoint": Offer(
        ("penstock.train.inspect_checkpoint",), command="inspect-checkpoint"
    ),
    "tools.optimize_for_inference": Offer(
        ("penstock.tools.inference",), command="optimize-for-inference"
    ),
    "tools.optimize_for_inference_lib": Offer(("penstock.tools.inference",)),
    "tools.saved_model_cli": Offer(("penstock.tools.saved_model_cli",), command="saved-model-cli"),
    "tools.saved_model_utils": Offer(("penstock.tools.saved_model_utils",)),
    "tools.strip_unused": Offer(("penstock.tools.stripping",), command="strip-unused"),
    "tools.strip_unused_lib": Offer(("penstock.tools.stripping",)),
    "training.checkpoint_management": _CHECKPOINTS,
    "training.checkpoint_ops": Offer(
        ("penstock.train.checkpoint_remapping",),
        {
            "_load_and_remap_matrix_initializer": (
                "penstock.train.checkpoint_remapping:load_and_remap_matrix_initializer"
            ),
            "_load_embedding_initializer": (
                "penstock.train.checkpoint_remapping:load_embedding_initializer"
            ),
        },
    ),
    "training.checkpoint_state_pb2": Offer(("penstock.formats.checkpoint_messages",)),
    "training.checkpoint_utils": _READING,
    "training.saver": _SAVER,
    "training.saving": _MODULES,
    "training.saving.saveable_object": Offer(("penstock.train.saveables",)),
    "training.saving.saveable_object_util": Offer(("penstock.train.saveables",)),
    "training.summary_io": _SUMMARIES,
    "training.warm_starting_util": _READING,
}

CORE_FILES = {
    "core.example": _MODULES,
    "core.example.example_pb2": _EXAMPLES,
    "core.example.feature_pb2": _EXAMPLES,
    "core.framework.summary_pb2": _EVENTS,
    "core.util": _MODULES,
    "core.util.event_pb2": _EVENTS,
}
