"""`tf.lookup`: tables that give values for keys, such as the numbers of words."""

from penstock.api import lookup_experimental as experimental
from penstock.core.surface import lacking as _lacking
from penstock.functions.static_tables import StaticHashTable
from penstock.functions.table_initializers import (
    KeyValueTensorInitializer,
    TextFileIndex,
    TextFileInitializer,
)
from penstock.functions.vocabulary_tables import StaticVocabularyTable

__all__ = [
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "StaticVocabularyTable",
    "TextFileIndex",
    "TextFileInitializer",
    "experimental",
]

__getattr__ = _lacking(__name__, __all__)
