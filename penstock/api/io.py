"""`tf.io`: files and records, and strings as numbers."""

from penstock.api import file_functions as gfile
from penstock.core.surface import lacking as _lacking
from penstock.formats.graph_files import write_graph
from penstock.formats.record_files import (
    TFRecordCompressionType,
    TFRecordOptions,
    TFRecordWriter,
    tf_record_iterator,
)
from penstock.functions.files import matching_files, read_file, write_file
from penstock.functions.parsing import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    VarLenFeature,
    parse_example,
    parse_single_example,
)
from penstock.functions.queue_kinds import (
    PaddingFIFOQueue,
    PriorityQueue,
    RandomShuffleQueue,
)
from penstock.functions.queues import QueueBase
from penstock.functions.strings import decode_raw
from penstock.functions.strings_parts import decode_base64, encode_base64

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "PaddingFIFOQueue",
    "PriorityQueue",
    "QueueBase",
    "RandomShuffleQueue",
    "TFRecordCompressionType",
    "TFRecordOptions",
    "TFRecordWriter",
    "VarLenFeature",
    "decode_base64",
    "decode_raw",
    "encode_base64",
    "gfile",
    "matching_files",
    "parse_example",
    "parse_single_example",
    "read_file",
    "tf_record_iterator",
    "write_file",
    "write_graph",
]

__getattr__ = _lacking(__name__, __all__)
