"""The messages that `tf.train` offers; `penstock.formats` makes them."""

from penstock.core.config import ClusterDef, JobDef, ServerDef
from penstock.formats.checkpoint_messages import CheckpointState
from penstock.formats.example_messages import (
    BytesList,
    Example,
    Feature,
    FeatureList,
    FeatureLists,
    Features,
    FloatList,
    Int64List,
    SequenceExample,
)
from penstock.formats.messages import SaverDef

__all__ = [
    "BytesList",
    "CheckpointState",
    "ClusterDef",
    "Example",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
    "JobDef",
    "SaverDef",
    "SequenceExample",
    "ServerDef",
]
