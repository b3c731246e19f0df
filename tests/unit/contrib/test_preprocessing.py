"""tf.contrib.learn.preprocessing: words and bytes as numbers, as TensorFlow 1.15.5 has them."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

import penstock as tf

P = tf.contrib.learn.preprocessing
TEXTS = ["Hello, world it's fine", "a b c d e f", "x_y 3.5 don't", ""]


def rows(found):
    return [row.tolist() for row in found]


def test_words_get_numbers_as_they_come():
    processor = P.VocabularyProcessor(4)
    assert rows(processor.fit_transform(TEXTS)) == [
        [1, 2, 3, 4], [5, 6, 7, 8], [11, 12, 13, 14], [0, 0, 0, 0],
    ]  # fmt: skip
    assert len(processor.vocabulary_) == 15
    assert rows(processor.transform(["world of words"])) == [[2, 0, 0, 0]]
    assert next(processor.transform(["x"])).dtype == np.int64


def test_rare_words_are_forgotten():
    processor = P.VocabularyProcessor(4, min_frequency=1).fit(["a a b", "b c a"])
    assert processor.vocabulary_._mapping == {"<UNK>": 0, "a": 1, "b": 2}
    assert list(processor.reverse([[1, 2, 0, 0]])) == ["a b <UNK> <UNK>"]


def test_vocabularies():
    words = P.CategoricalVocabulary()
    for word, count in (("a", 5), ("b", 1), ("c", 3), ("d", 3), ("e", 9)):
        words.add(word, count)
    words.trim(2, 8)
    assert words._reverse_mapping == ["<UNK>", "a", "c", "d"]
    words.freeze()
    assert (words.get("d"), words.get("new"), words.reverse(1)) == (3, 0, "a")
    with pytest.raises(ValueError, match="support_reverse"):
        P.CategoricalVocabulary(support_reverse=False).reverse(0)


def test_saved_and_restored(tmp_path):
    processor = P.VocabularyProcessor(4)
    processor.fit(TEXTS)
    processor.save(str(tmp_path / "words"))
    again = P.VocabularyProcessor.restore(str(tmp_path / "words"))
    assert rows(again.transform(TEXTS)) == rows(processor.transform(TEXTS))
    assert list(again.reverse([[1, 2]])) == ["Hello world"]
    with pytest.raises(tf.errors.NotFoundError):
        P.VocabularyProcessor.restore(str(tmp_path / "nothing"))
    for junk in (b"\x80\x04pickle", b"[]", b"{}", b"3"):
        (tmp_path / "junk").write_bytes(junk)
        with pytest.raises(ValueError, match="is no vocabulary"):
            P.VocabularyProcessor.restore(str(tmp_path / "junk"))


def test_bytes():
    processor = P.ByteProcessor(4)
    assert rows(processor.fit([]).fit_transform(["abc", b"defgh"])) == [
        [97, 98, 99, 0], [100, 101, 102, 103],
    ]  # fmt: skip
    assert list(processor.reverse([[97, 98, 0, 0], [97, 0, 98, 0]])) == ["ab", "a\0b"]
    assert list(processor.reverse(processor.transform(["é", "abcé", b"\xff"]))) == ["é", "", ""]


def test_a_vocabulary_that_tensorflow_saved():
    golden = Path(__file__).parents[2] / "golden" / "learn" / "vocabulary"
    processor = P.VocabularyProcessor.restore(str(golden))
    assert rows(processor.transform(["the zebra sat on Data"])) == [[1, 0, 3, 4, 11]]
    assert list(processor.reverse([[12, 13, 0]])) == ["ünï code <UNK>"]
    assert len(processor.vocabulary_) == 16


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("made",)


def test_a_pickle_of_anything_else_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").write_bytes(pickle.dumps(Harmful()))
    with pytest.raises(ValueError, match=r"is no vocabulary that was saved .*mkdir"):
        P.VocabularyProcessor.restore("words")
    assert not (tmp_path / "made").exists()


def test_a_processor_can_be_pickled():
    processor = pickle.loads(pickle.dumps(P.VocabularyProcessor(4).fit(TEXTS)))
    assert rows(processor.transform(["world of words"])) == [[2, 0, 0, 0]]


def test_words_of_another_cut():
    processor = P.VocabularyProcessor(3, tokenizer_fn=lambda texts: [list(text) for text in texts])
    assert rows(processor.fit_transform(["aba"])) == [[1, 2, 1]]
