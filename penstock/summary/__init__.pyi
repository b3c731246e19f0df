"""The names of `tf.summary`; see ``penstock/__init__.pyi`` for how this file is read."""

from .event_writers import (
    initialize as initialize,
)
from .file_writer import (
    FileWriter as FileWriter,
)
from .messages import (
    Event as Event,
    SessionLog as SessionLog,
    Summary as Summary,
    SummaryDescription as SummaryDescription,
    TaggedRunMetadata as TaggedRunMetadata,
    get_summary_description as get_summary_description,
)
from .summary_nodes import (
    all_v2_summary_ops as all_v2_summary_ops,
    audio as audio,
    histogram as histogram,
    image as image,
    merge as merge,
    merge_all as merge_all,
    scalar as scalar,
    tensor_summary as tensor_summary,
    text as text,
)
from .writer_cache import (
    FileWriterCache as FileWriterCache,
)
