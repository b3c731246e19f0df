"""`tf.contrib.learn.preprocessing`: documents as rows of numbers, one for each word or byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from penstock.contrib.learn.vocabulary_files import (
    SavedVocabulary,
    read_vocabulary,
    write_vocabulary,
)
from penstock.core.file_errors import translated
from penstock.formats.replacement import write_file

__all__ = ["ByteProcessor", "CategoricalVocabulary", "VocabularyProcessor", "tokenizer"]

# Words, their hyphens and apostrophes among them; capitals part from a word that follows.
_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+")


def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """Cut texts into words.

    >>> list(tokenizer(["Hello, it's 3.5"]))
    [['Hello', "it's", '3', '5']]
    """
    for text in iterator:
        yield _WORD.findall(text)


class CategoricalVocabulary:
    """Numbers for categories, such as words; 0 is that of what is not known.

    Args:
      unknown_token: the category 0.
      support_reverse: whether categories can be found by their numbers.
    """

    def __init__(self, unknown_token: str = "<UNK>", support_reverse: bool = True) -> None:
        self._unknown_token = unknown_token
        self._mapping = {unknown_token: 0}
        self._support_reverse = support_reverse
        self._reverse_mapping = [unknown_token]
        self._freq: dict[str, int] = {}
        self._freeze = False

    def __len__(self) -> int:
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """Give no new numbers from now on, or do so again."""
        self._freeze = freeze

    def get(self, category: str) -> int:
        """Give the number of a category: a new one if it is new, 0 if the vocabulary is frozen."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._mapping[category] = len(self._mapping)
            self._reverse_mapping.append(category)
        return self._mapping[category]

    def add(self, category: str, count: int = 1) -> None:
        """Count occurrences of a category."""
        number = self.get(category)
        if number > 0:
            self._freq[category] = self._freq.get(category, 0) + count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Forget rare categories, and number the others anew, the most frequent first.

        Args:
          min_frequency: what occurs so often or less is forgotten.
          max_frequency: what occurs so often or more is forgotten; -1 for no limit.
        """
        ordered = sorted(sorted(self._freq.items()), key=lambda item: -item[1])
        kept = [
            (category, count)
            for category, count in ordered
            if count > min_frequency and (max_frequency < 0 or count < max_frequency)
        ]
        self._freq = dict(kept)
        self._reverse_mapping = [self._unknown_token, *self._freq]
        self._mapping = {category: number for number, category in enumerate(self._reverse_mapping)}

    def reverse(self, class_id: int) -> str:
        """Give the category of a number.

        Raises:
          ValueError: if the vocabulary was not made for that.
        """
        if not self._support_reverse:
            raise ValueError(
                "This vocabulary wasn't initialized with support_reverse to support reverse()."
            )
        return self._reverse_mapping[class_id]


class VocabularyProcessor:
    """Texts as rows of the numbers of their words, all of one length.

        processor = tf.contrib.learn.preprocessing.VocabularyProcessor(56)
        rows = np.array(list(processor.fit_transform(texts)))

    Args:
      max_document_length: the length of a row: longer texts are cut off, shorter ones end in 0.
      min_frequency: words that occur so often or less are forgotten by `fit`.
      vocabulary: a `CategoricalVocabulary`; a new one if None.
      tokenizer_fn: cuts an iterable of texts into lists of words; `tokenizer` if None.
    """

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: CategoricalVocabulary | None = None,
        tokenizer_fn: Callable[[Iterable[str]], Iterable[list[str]]] | None = None,
    ) -> None:
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = CategoricalVocabulary() if vocabulary is None else vocabulary
        self._tokenizer = tokenizer if tokenizer_fn is None else tokenizer_fn

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> VocabularyProcessor:
        """Learn the words of texts; after that, others count as unknown."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(
        self, raw_documents: Iterable[str], unused_y: Any = None
    ) -> Iterator[np.ndarray]:
        """Learn the words of texts, and give their rows."""
        texts = list(raw_documents)
        self.fit(texts)
        return self.transform(texts)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[np.ndarray]:
        """Give the rows of texts: int64 arrays of `max_document_length` numbers."""
        for words in self._tokenizer(raw_documents):
            row = np.zeros(self.max_document_length, np.int64)
            numbers = [self.vocabulary_.get(word) for word in words[: self.max_document_length]]
            row[: len(numbers)] = numbers
            yield row

    def reverse(self, documents: Iterable[Iterable[int]]) -> Iterator[str]:
        """Give the words of rows, joined by spaces."""
        for row in documents:
            yield " ".join(self.vocabulary_.reverse(number) for number in row)

    def save(self, filename: str) -> None:
        """Write the processor to a file, as TensorFlow does and reads it.

        A tokenizer of your own is written by its name: TensorFlow looks it up when it reads the
        file, `restore` is given it.
        """
        words = self.vocabulary_
        saved = SavedVocabulary(
            self.max_document_length,
            self.min_frequency,
            words._reverse_mapping,
            words._freq,
            words._freeze,
            words._support_reverse,
        )
        if self._tokenizer is not tokenizer:
            own: Any = self._tokenizer
            saved.tokenizer = (own.__module__, getattr(own, "__qualname__", type(own).__qualname__))
        write_file(filename, write_vocabulary(saved))

    @classmethod
    def restore(
        cls, filename: str, tokenizer_fn: Callable[..., Any] | None = None
    ) -> VocabularyProcessor:
        """Read a processor from a file that `save` wrote, here or in TensorFlow.

        Such files are pickles, which may run any code where they are read as such. Nothing of them
        is run here: one with anything but a vocabulary in it is refused.

        Args:
          filename: the file.
          tokenizer_fn: the tokenizer it had, if it was no usual one.

        Raises:
          NotFoundError: if there is no such file.
          ValueError: if it is none of these, or had a tokenizer of its own and none is given.
        """
        with translated(filename), open(filename, "rb") as file:
            content = file.read()
        try:
            saved = read_vocabulary(content, tokenizer_fn is not None)
        except ValueError as error:
            raise ValueError(
                f"{filename} is no vocabulary that was saved ({error}). Make it with fit."
            ) from None
        words = CategoricalVocabulary(saved.words[0], saved.supports_reverse)
        words._reverse_mapping = saved.words
        words._mapping = {word: number for number, word in enumerate(saved.words)}
        words._freq, words._freeze = dict(saved.counts), saved.is_frozen
        return cls(saved.max_document_length, saved.min_frequency, words, tokenizer_fn)


class ByteProcessor:
    """Texts as rows of their bytes, all of one length.

    Args:
      max_document_length: the length of a row: longer texts are cut off, shorter ones end in 0.
    """

    def __init__(self, max_document_length: int) -> None:
        self.max_document_length = max_document_length

    def fit(self, x: Any) -> ByteProcessor:
        """Do nothing: bytes need not be learnt."""
        return self

    def fit_transform(self, x: Iterable[str | bytes]) -> Iterator[np.ndarray]:
        """Give the rows of texts."""
        return self.transform(x)

    def transform(self, x: Iterable[str | bytes]) -> Iterator[np.ndarray]:
        """Give the rows of texts: uint8 arrays of `max_document_length` bytes."""
        for text in x:
            content = text.encode() if isinstance(text, str) else text
            row = np.zeros(self.max_document_length, np.uint8)
            taken = np.frombuffer(content[: self.max_document_length], np.uint8)
            row[: len(taken)] = taken
            yield row

    def reverse(self, x: Iterable[Any]) -> Iterator[str]:
        """Give the texts of rows; of one that is no text, or was cut off amid a letter, ``""``."""
        for row in x:
            content = bytes(np.asarray(row, np.uint8)).rstrip(b"\0")
            try:
                yield content.decode()
            except UnicodeDecodeError:
                yield ""
