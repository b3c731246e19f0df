"""tf.contrib.learn.preprocessing: words and bytes as numbers, as TensorFlow 1.15.5 has them."""

import os
import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

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
    for junk in (b"\x80\x04pickle", b"[]", b"{}", b"", b"]."):
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


def test_what_is_saved_is_what_tensorflow_would_save(tmp_path):
    """The pickle says the same: TensorFlow's own, read and written again, holds the same."""
    golden = Path(__file__).parents[2] / "golden" / "learn" / "vocabulary"
    P.VocabularyProcessor.restore(str(golden)).save(str(tmp_path / "again"))

    def said(content):
        ops = pickletools.genops(content)
        return [(op.name, arg) for op, arg, _ in ops if op.name not in ("PROTO", "BINPUT")]

    mine = said((tmp_path / "again").read_bytes())
    theirs = said(golden.read_bytes())
    for made in (mine, theirs):
        made.sort(key=str)
    assert [arg for name, arg in mine if name == "GLOBAL"] == [
        arg for name, arg in theirs if name == "GLOBAL"
    ]
    assert {arg for _, arg in mine} >= {arg for name, arg in theirs if name == "BINUNICODE"}


def characters(texts):
    return [list(text) for text in texts]


def test_a_tokenizer_of_ones_own_is_given_again(tmp_path):
    path = str(tmp_path / "words")
    P.VocabularyProcessor(3, tokenizer_fn=characters).fit(["aba"]).save(path)
    with pytest.raises(ValueError, match=r"characters; a tokenizer of your own is given as"):
        P.VocabularyProcessor.restore(path)
    processor = P.VocabularyProcessor.restore(path, characters)
    assert rows(processor.transform(["bab"])) == [[2, 1, 2]]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files(tmp_path_factory, data):
    golden = Path(__file__).parents[2] / "golden" / "learn" / "vocabulary"
    content = bytearray(golden.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        tokenizer = data.draw(st.sampled_from([None, characters]))
        processor = P.VocabularyProcessor.restore(str(path), tokenizer)
    except ValueError as error:
        assert "is no vocabulary" in str(error)
        return
    assert processor.max_document_length is not None


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
