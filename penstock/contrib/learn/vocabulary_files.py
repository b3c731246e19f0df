"""Vocabularies in files, in TensorFlow's form: pickles, of which nothing is ever run.

A pickle is a program that makes objects and may call anything that it names. What is read here may
name five things, and gets plain holders of attributes for them; what is written names TensorFlow's
classes, which need not be there for that.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

__all__ = ["SavedVocabulary", "read_vocabulary", "write_vocabulary"]

_HOME = "tensorflow.contrib.learn.python.learn.preprocessing"
_PROCESSOR = f"{_HOME}.text", "VocabularyProcessor"
_VOCABULARY = f"{_HOME}.categorical_vocabulary", "CategoricalVocabulary"
TOKENIZER = f"{_HOME}.text", "tokenizer"

_PROTOCOL = 3  # that of TensorFlow 1.15 in Python 3

# The operations of a pickle that plain values and objects take.
_OPERATIONS = re.compile(
    r"PROTO|FRAME|STOP|MARK|POP|(STACK_)?GLOBAL|(EMPTY_)?(TUPLE|LIST|DICT)|TUPLE[123]|REDUCE|"
    r"NEWOBJ|BUILD|NONE|NEW(TRUE|FALSE)|(BIN)?INT|BININT[12]|LONG1?|(SHORT_)?"
    r"(BIN)?(UNICODE|STRING)|APPENDS?|SETITEMS?|((LONG_)?BIN)?(PUT|GET)|MEMOIZE"
)


@dataclass
class SavedVocabulary:
    """What a file tells.

    Attributes:
      max_document_length: the length of a row.
      min_frequency: words that occur so often or less were forgotten.
      words: the words by their numbers.
      counts: how often each occurred.
      is_frozen: whether new words get no numbers.
      supports_reverse: whether words can be found by their numbers.
      tokenizer: module and name of what cuts texts into words.
    """

    max_document_length: int
    min_frequency: int
    words: list[str]
    counts: Mapping[str, int]
    is_frozen: bool
    supports_reverse: bool = True
    tokenizer: tuple[str, str] = TOKENIZER


class _Attributes:
    """What a pickled object has in place of itself."""


class _Unpickler(pickle.Unpickler):
    """Reads pickles in which there is nothing but a `VocabularyProcessor`."""

    _KNOWN: ClassVar = {
        _PROCESSOR: _Attributes,
        _VOCABULARY: _Attributes,
        ("collections", "defaultdict"): defaultdict,
        ("builtins", "int"): int,
    }

    def __init__(self, content: bytes, any_tokenizer: bool) -> None:
        super().__init__(io.BytesIO(content))
        self._any_tokenizer = any_tokenizer

    def find_class(self, module: str, name: str) -> Any:
        """Give what stands for a name; only a few are known."""
        if (module, name) in self._KNOWN:
            return self._KNOWN[module, name]
        if (module, name) == TOKENIZER or self._any_tokenizer:
            return type(name, (_Attributes,), {})
        raise pickle.UnpicklingError(
            f"it refers to {module}.{name}; a tokenizer of your own is given as tokenizer_fn"
        )


def _check_operations(content: bytes) -> None:
    """Check that a pickle does what is needed for plain values and objects, and no more."""
    for operation, argument, _ in pickletools.genops(content):
        if not _OPERATIONS.fullmatch(operation.name):
            raise pickle.UnpicklingError(f"it has the operation {operation.name}")
        if operation.name.endswith("PUT") and not 0 <= argument < len(content):
            raise pickle.UnpicklingError(f"it keeps a value as number {argument}")


def read_vocabulary(content: bytes, any_tokenizer: bool) -> SavedVocabulary:
    """Read a file's content.

    Args:
      content: a pickle.
      any_tokenizer: whether what it names as its tokenizer makes no difference.

    Raises:
      ValueError: if it is no pickle of a `VocabularyProcessor` and nothing else.
    """
    try:
        _check_operations(content)
        held = vars(_Unpickler(content, any_tokenizer).load())
        words = vars(held["vocabulary_"])
        saved = SavedVocabulary(
            max_document_length=int(held["max_document_length"]),
            min_frequency=int(held["min_frequency"]),
            words=sorted(words["_mapping"], key=words["_mapping"].__getitem__),
            counts={str(word): int(count) for word, count in words["_freq"].items()},
            is_frozen=bool(words["_freeze"]),
            supports_reverse=bool(words["_support_reverse"]),
        )
    except (
        *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, RecursionError),
        *(TypeError, ValueError, pickle.UnpicklingError),
    ) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    if not saved.words or not all(isinstance(word, str) for word in saved.words):
        raise ValueError("its words are no texts")
    return saved


def write_vocabulary(saved: SavedVocabulary) -> bytes:
    """Write a pickle that TensorFlow reads."""
    numbers = {word: number for number, word in enumerate(saved.words)}
    vocabulary = {
        "_unknown_token": _plain(saved.words[0]),
        "_mapping": _plain(numbers),
        "_support_reverse": _plain(saved.supports_reverse),
        "_reverse_mapping": _plain(list(saved.words)),
        "_freq": _plain(defaultdict(int, saved.counts)),
        "_freeze": _plain(saved.is_frozen),
    }
    processor = {
        "max_document_length": _plain(saved.max_document_length),
        "min_frequency": _plain(saved.min_frequency),
        "vocabulary_": _object(_VOCABULARY, vocabulary),
        "_tokenizer": _global(saved.tokenizer),
    }
    return b"".join([pickle.PROTO, bytes([_PROTOCOL]), _object(_PROCESSOR, processor), pickle.STOP])


def _plain(value: Any) -> bytes:
    """Give the part of a pickle that makes a value."""
    return pickle.dumps(value, _PROTOCOL)[2:-1]


def _global(names: tuple[str, str]) -> bytes:
    module, name = names
    return pickle.GLOBAL + f"{module}\n{name}\n".encode()


def _object(kind: tuple[str, str], attributes: Mapping[str, bytes]) -> bytes:
    """Give the part of a pickle that makes an object with attributes, which are such parts."""
    items = (_plain(name) + made for name, made in attributes.items())
    return b"".join(
        [
            *(_global(kind), pickle.EMPTY_TUPLE, pickle.NEWOBJ),
            *(pickle.EMPTY_DICT, pickle.MARK, *items, pickle.SETITEMS, pickle.BUILD),
        ]
    )
