"""`tf.python_io`: TFRecord files, written and read outside of graphs."""

from penstock.core.surface import lacking as _lacking
from penstock.formats.record_files import (
    TFRecordCompressionType,
    TFRecordOptions,
    TFRecordWriter,
    tf_record_iterator,
)

__all__ = [
    "TFRecordCompressionType",
    "TFRecordOptions",
    "TFRecordWriter",
    "tf_record_iterator",
]

__getattr__ = _lacking(__name__, __all__)
