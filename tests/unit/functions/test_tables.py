"""Look-up tables in programs: where they are made and asked, what is refused, what is kept."""

import numpy as np
import pytest

import penstock as tf

lookup = tf.contrib.lookup


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("a\nb\nc\n")
    return str(path)


def test_each_session_has_entries_of_its_own(words):
    table = lookup.index_table_from_file(words)
    found = table.lookup(tf.constant(["b", "z"]))
    with tf.Session() as first, tf.Session() as second:
        first.run(tf.tables_initializer())
        assert first.run(found).tolist() == [1, -1]
        with pytest.raises(tf.errors.FailedPreconditionError, match="tables_initializer"):
            second.run(found)


def test_asked_in_branches_and_loops(words):
    table = lookup.index_table_from_file(words)
    text = tf.placeholder(tf.string, [2])
    yes = tf.placeholder(tf.bool, [])
    chosen = tf.cond(yes, lambda: table.lookup(text), lambda: tf.zeros([2], tf.int64))
    zeros = tf.zeros([2], tf.int64)
    total = tf.while_loop(
        lambda i, s: i < 3, lambda i, s: (i + 1, s + table.lookup(text)), [0, zeros]
    )
    counts = lookup.MutableHashTable(tf.string, tf.int64, 0)

    def body(i):
        with tf.control_dependencies([counts.insert(text, counts.lookup(text) + 1)]):
            return i + 1

    turns = tf.while_loop(lambda i: i < 5, body, [0])
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        feeds = {text: ["c", "b"], yes: True}
        for _ in range(3):
            assert session.run(chosen, feeds).tolist() == [2, 1]
            assert session.run(total[1], feeds).tolist() == [6, 3]
        assert session.run(chosen, {**feeds, yes: False}).tolist() == [0, 0]
        session.run(turns, feeds)
        assert session.run(counts.lookup(text), feeds).tolist() == [5, 5]


def test_made_in_a_branch(words):
    def branch():
        values = tf.constant([5, 6], tf.int64)
        table = lookup.HashTable(lookup.KeyValueTensorInitializer(["a", "b"], [5, 6]), 0)
        return tf.cast(table.lookup(tf.constant(["b"])), tf.int64) + values

    chosen = tf.cond(
        tf.placeholder_with_default(True, []), branch, lambda: tf.constant([0, 0], tf.int64)
    )
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        assert session.run(chosen).tolist() == [11, 12]


def test_sparse_words(words):
    table = lookup.index_table_from_file(words, num_oov_buckets=1)
    sparse = tf.SparseTensor([[0, 0], [1, 2]], ["c", "?"], [2, 3])
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        found = session.run(table.lookup(sparse))
    assert found.values.tolist() == [2, 3]
    assert found.indices.tolist() == [[0, 0], [1, 2]]


@pytest.mark.parametrize("dense", [False, True])
def test_a_saver_keeps_entries(tmp_path, dense):
    def table():
        if dense:
            return lookup.MutableDenseHashTable(tf.int64, tf.float32, [0.0, 0.0], -1, -2)
        return lookup.MutableHashTable(tf.int64, tf.float32, [0.0, 0.0])

    with tf.Graph().as_default(), tf.Session() as session:
        first = table()
        session.run(first.insert([1, 2], [[1.0, 2.0], [3.0, 4.0]]))
        prefix = tf.train.Saver().save(session, str(tmp_path / "m"))
    with tf.Graph().as_default(), tf.Session() as session:
        second = table()
        session.run(second.insert([9], [[9.0, 9.0]]))
        tf.train.Saver().restore(session, prefix)
        found = session.run(second.lookup([2, 9]))
    assert found.tolist() == [[3.0, 4.0], [0.0, 0.0]]


def test_a_model_takes_its_vocabulary_along(tmp_path, words):
    text = tf.placeholder(tf.string, [None], name="text")
    ids = lookup.index_table_from_file(words).lookup(text)
    export = str(tmp_path / "export")
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        tf.saved_model.simple_save(
            session, export, {"text": text}, {"ids": ids}, tf.tables_initializer()
        )
    (tmp_path / "words.txt").unlink()
    with tf.load(export) as model:
        assert model(["c", "z"]).tolist() == [2, -1]


@pytest.mark.parametrize(
    ("make", "kind", "must"),
    [
        (lambda: lookup.index_table_from_file(""), ValueError, "must not be empty"),
        (lambda: lookup.index_table_from_file("w", -1), ValueError, "num_oov_buckets"),
        (lambda: lookup.index_table_from_file("w", vocab_size=0), ValueError, "vocab_size"),
        (
            lambda: lookup.index_table_from_file("w", key_dtype=tf.float32),
            TypeError,
            "Only integer",
        ),
        (lambda: lookup.index_table_from_tensor(None), ValueError, "None"),
        (lambda: lookup.index_table_from_tensor([1, 2]), ValueError, "same dtype"),
        (lambda: lookup.IdTableWithHashBuckets(None, 0), ValueError, "oov_buckets"),
        (lambda: lookup.IdTableWithHashBuckets(None, 1, "fast"), TypeError, "HasherSpec"),
        (lambda: lookup.StrongHashSpec([1]), ValueError, "two numbers"),
        (lambda: lookup.StrongHashSpec([1.5, 2]), TypeError, "integers"),
        (lambda: tf.lookup.StaticVocabularyTable(None, 0), ValueError, "oov_buckets"),
        (
            lambda: tf.lookup.TextFileInitializer("w", tf.string, -3, tf.int64, -1),
            ValueError,
            "key_index",
        ),
        (
            lambda: tf.lookup.TextFileInitializer("w", tf.string, -2, tf.float32, -1),
            ValueError,
            "line numbers must be int64",
        ),
        (
            lambda: tf.lookup.TextFileInitializer("w", tf.float32, -2, tf.int64, -1),
            ValueError,
            "whole lines",
        ),
        (
            lambda: lookup.MutableHashTable(tf.string, tf.int64, 0).remove(tf.constant([1])),
            TypeError,
            "must be a tensor of dtype string",
        ),
        (
            lambda: lookup.index_table_from_tensor(["a"]).lookup(tf.constant([1])),
            TypeError,
            "must be a tensor of dtype string",
        ),
        (
            lambda: tf.raw_ops.LookupTableFindV2(
                table_handle=tf.raw_ops.MutableHashTableV2(
                    key_dtype=tf.string, value_dtype=tf.int64
                ),
                keys=["a"],
                default_value=1.5,
            ),
            ValueError,
            "value_dtype|values of dtype",
        ),
        (
            lambda: tf.raw_ops.LookupTableImportV2(
                table_handle=tf.raw_ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64),
                keys=["a"],
                values=np.array([1, 2]),
            ),
            ValueError,
            "as many values as keys",
        ),
    ],
)
def test_refuses(make, kind, must):
    with tf.Graph().as_default(), pytest.raises(kind, match=must):
        make()


def test_dense_keys_must_be_constants():
    key = tf.placeholder(tf.int64, [])
    table = lookup.MutableDenseHashTable(tf.int64, tf.int64, 0, key, -1)
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="constants"):
        session.run(table.size(), {key: 3})
