"""Readers and batches: what training programs get from their files, and what goes wrong there."""

from __future__ import annotations

import gzip
import threading

import numpy as np
import pytest

import penstock as tf
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"head\none\r\ntwo\n\nthree")
    (tmp_path / "b.txt").write_bytes(b"head\nx\n")
    (tmp_path / "empty.txt").write_bytes(b"")
    data = b"H0123456789abcdefghijFF"
    (tmp_path / "fixed").write_bytes(data)
    (tmp_path / "fixed.gz").write_bytes(gzip.compress(data))
    with tf.python_io.TFRecordWriter(str(tmp_path / "records")) as writer:
        for number in range(3):
            writer.write(b"record%d" % number)
    return lambda *names: [str(tmp_path / name) for name in names]


def _read_all(reader, names, count=None):
    """Read until the end, or the first other error; gives the records without their folders."""
    queue = tf.FIFOQueue(10, tf.string, [[]])
    record = list(reader.read(queue) if count is None else reader.read_up_to(queue, count))
    done = [reader.num_records_produced(), reader.num_work_units_completed()]
    read = []
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([names]))
        sess.run(queue.close())
        while True:
            try:
                key, value = sess.run(record)
            except errors.OutOfRangeError:
                return read, sess.run(done)
            keys = [part.rsplit(b"/", 1)[1].decode() for part in np.ravel([key]).tolist()]
            read.append((keys if count else keys[0], value.tolist() if count else value))


def test_lines(files):
    read, done = _read_all(
        tf.TextLineReader(skip_header_lines=1), files("a.txt", "empty.txt", "b.txt")
    )
    assert read == [
        ("a.txt:2", b"one"),
        ("a.txt:3", b"two"),
        ("a.txt:4", b""),
        ("a.txt:5", b"three"),
        ("b.txt:2", b"x"),
    ]
    assert done == [5, 3]


def test_several_records_at_once_are_of_one_file(files):
    read, _ = _read_all(tf.TextLineReader(), files("a.txt", "b.txt"), count=3)
    assert [len(keys) for keys, _ in read] == [3, 2, 2]
    assert read[1] == (["a.txt:4", "a.txt:5"], [b"", b"three"])


@pytest.mark.parametrize(
    ("sizes", "encoding", "records"),
    [
        ((4,), None, [b"H012", b"3456", b"789a", b"bcde", b"fghi"]),
        ((4, 1, 2), "GZIP", [b"0123", b"4567", b"89ab", b"cdef", b"ghij"]),
        ((4, 1, 2, 8), None, [b"0123", b"89ab", b"ghij"]),
        ((4, 1, 2, 3), None, [b"0123", b"3456", b"6789", b"9abc", b"cdef", b"fghi"]),
    ],
)
def test_records_of_one_length(files, sizes, encoding, records):
    reader = tf.FixedLengthRecordReader(*sizes, encoding=encoding)
    read, _ = _read_all(reader, files("fixed.gz" if encoding else "fixed"))
    assert [value for _, value in read] == records
    assert [key.rsplit(":", 1)[1] for key, _ in read] == [str(i) for i in range(len(records))]


def test_records_whole_files_and_names(files):
    read, _ = _read_all(tf.TFRecordReader(), files("records"))
    assert read == [
        ("records:0", b"record0"),
        ("records:23", b"record1"),
        ("records:46", b"record2"),
    ]
    read, done = _read_all(tf.WholeFileReader(), files("b.txt", "empty.txt"))
    assert read == [("b.txt", b"head\nx\n"), ("empty.txt", b"")] and done == [2, 2]
    read, _ = _read_all(tf.IdentityReader(), files("b.txt", "no such file"), count=5)
    assert [keys for keys, _ in read] == [["b.txt"], ["no such file"]]


def test_state_of_a_reader(files):
    queue = tf.train.string_input_producer(files("a.txt", "b.txt"), shuffle=False)
    reader = tf.WholeFileReader()
    record, state = reader.read(queue), reader.serialize_state()
    restore, reset = reader.restore_state(tf.placeholder_with_default("abc", [])), reader.reset()
    with tf.Session() as sess:
        sess.run(tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)[0].enqueue_ops)
        sess.run(record)
        assert sess.run(state) == b"\x08\x01\x10\x01\x18\x01"
        with pytest.raises(errors.InvalidArgumentError, match="abc"):
            sess.run(restore)
        again = reader.restore_state(state)
        sess.run([again])
        sess.run(reset)
        assert sess.run(state) == b""
    with tf.Session() as sess, pytest.raises(errors.UnimplementedError, match="WholeFileReader"):
        sess.run(tf.TextLineReader().serialize_state())


def test_a_missing_file_is_an_error_of_the_run_and_the_next_one_is_read(files):
    queue = tf.FIFOQueue(3, tf.string, [[]])
    value = tf.TextLineReader().read(queue).value
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([files("missing", "b.txt")]))
        with pytest.raises(errors.NotFoundError, match="missing"):
            sess.run(value)
        assert sess.run(value) == b"head"


def test_a_damaged_record(files):
    queue = tf.FIFOQueue(3, tf.string, [[]])
    value = tf.TFRecordReader().read(queue).value
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([files("a.txt")]))
        for _ in range(2):
            with pytest.raises(errors.DataLossError):
                sess.run(value)


@pytest.mark.parametrize("sizes", [(0,), (4, -1), (4, 0, -1), (4, 0, 0, -1)])
def test_sizes_of_records(sizes, files):
    queue = tf.FIFOQueue(3, tf.string, [[]])
    value = tf.FixedLengthRecordReader(*sizes).read(queue).value
    with tf.Session() as sess, pytest.raises(errors.InvalidArgumentError, match="_bytes"):
        sess.run(value)


class _Running:
    """A session with queue runners."""

    def __enter__(self):
        self.sess = tf.Session()
        self.sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        self.coord = tf.train.Coordinator()
        self.threads = tf.train.start_queue_runners(self.sess, self.coord)
        return self.sess

    def __exit__(self, *error):
        self.coord.request_stop()
        self.coord.join(self.threads, stop_grace_period_secs=20)
        self.sess.close()


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_a_regression_from_files(files, tier, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    queue = tf.train.string_input_producer(files("b.txt"), num_epochs=3)
    _, line = tf.TextLineReader().read(queue)
    length = tf.cast(tf.strings.length(line), tf.float32)
    (lengths, lines) = tf.train.batch([length, line], 2)
    total = tf.Variable(0.0)
    add = total.assign_add(tf.reduce_sum(lengths * 2.0))
    with _Running() as sess:
        for _ in range(3):
            sess.run(add)
        with pytest.raises(errors.OutOfRangeError, match="end of the data"):
            sess.run([add, lines])
        assert sess.run(total) == 30.0


def test_every_row_comes_once_an_epoch():
    x, y = np.arange(5, dtype=np.float32), np.arange(5) * 10
    row = tf.train.slice_input_producer([x, y], num_epochs=2, shuffle=True, seed=1)
    xs, ys = tf.train.batch(row, 5)
    with _Running() as sess:
        for _ in range(2):
            values, tens = sess.run([xs, ys])
            assert sorted(values) == x.tolist() and (tens == values * 10).all()


def test_what_is_left_over():
    numbers = tf.train.range_input_producer(5, num_epochs=1, shuffle=False)
    all_of = tf.train.batch([numbers.dequeue()], 3, allow_smaller_final_batch=True)
    with _Running() as sess:
        assert sess.run(all_of).tolist() == [0, 1, 2]
        assert sess.run(all_of).tolist() == [3, 4]


def test_shuffled_batches_of_several_sources():
    sources = [[tf.train.range_input_producer(8, num_epochs=1).dequeue() + 8 * i] for i in range(2)]
    numbers = tf.train.shuffle_batch_join(sources, 4, 16, 4, seed=2)
    with _Running() as sess:
        found = np.concatenate([sess.run(numbers) for _ in range(4)])
    assert sorted(found) == list(range(16))


def test_elements_that_are_kept():
    number = tf.train.range_input_producer(8, num_epochs=1, shuffle=False).dequeue()
    even = tf.train.maybe_batch([number], tf.equal(number % 2, 0), 2)
    many = tf.train.maybe_batch(
        [tf.range(6)], tf.equal(tf.range(6) % 3, 0), 2, enqueue_many=True, shapes=[[]]
    )
    with _Running() as sess:
        assert [sess.run(even).tolist() for _ in range(2)] == [[0, 2], [4, 6]]
        assert sess.run(many).tolist() == [0, 3]


def test_padded_and_sparse_elements():
    number = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue() + 1
    row = tf.range(number)
    sparse = tf.SparseTensor(tf.cast([[number]], tf.int64), [number], [5])
    rows, some = tf.train.batch([row, sparse], 3, dynamic_pad=True)
    with _Running() as sess:
        padded, value = sess.run([rows, some])
    assert padded.tolist() == [[0, 0, 0], [0, 1, 0], [0, 1, 2]]
    assert value.indices.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert value.values.tolist() == [1, 2, 3] and value.dense_shape.tolist() == [3, 5]


def test_rows_of_a_sparse_tensor():
    sparse = tf.SparseTensor([[0, 1], [2, 0], [2, 2]], [1.0, 2.0, 3.0], [3, 4])
    value = tf.train.batch([sparse], 3, enqueue_many=True)
    with _Running() as sess:
        got = sess.run(value)
    assert got.indices.tolist() == [[0, 1], [2, 0], [2, 2]]
    assert got.dense_shape.tolist() == [3, 4]


def test_threads_end_when_a_source_fails():
    number = tf.train.range_input_producer(3, shuffle=False).dequeue()
    with tf.control_dependencies([tf.Assert(number < 2, ["too large"])]):
        batch = tf.train.batch([tf.identity(number)], 1)
    with tf.Session() as sess:
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        with pytest.raises(errors.OpError):
            while True:
                sess.run(batch)
        coord.request_stop()
        with pytest.raises(errors.InvalidArgumentError, match="too large"):
            coord.join(threads, stop_grace_period_secs=20)
    assert not any(thread.is_alive() for thread in threads)
    assert threading.active_count() < 20


def test_names_of_files_are_found_once(files, tmp_path):
    names = tf.train.match_filenames_once(str(tmp_path / "*.txt"))
    with tf.Session() as sess:
        sess.run(tf.local_variables_initializer())
        assert sess.run(names).tolist() == [
            name.encode() for name in sorted(files("a.txt", "b.txt", "empty.txt"))
        ]


@pytest.mark.parametrize(
    ("build", "error", "text"),
    [
        (lambda: tf.train.string_input_producer([]), ValueError, "empty"),
        (lambda: tf.train.slice_input_producer([]), ValueError, "empty"),
        (lambda: tf.train.limit_epochs(tf.zeros([]), 0), ValueError, "positive"),
        (lambda: tf.train.batch([], 2), ValueError, "at least one"),
        (lambda: tf.train.batch_join([], 2), ValueError, "at least one"),
        (lambda: tf.train.batch([tf.placeholder(tf.int32)], 2), ValueError, "rank"),
        (lambda: tf.train.batch([tf.placeholder(tf.int32, [None])], 2), ValueError, "known"),
        (lambda: tf.train.batch_join([[1], [1.0]], 2), TypeError, "int32"),
        (lambda: tf.train.batch_join([[[1]], [[1, 2]]], 2), ValueError, "incompatible"),
        (lambda: tf.train.shuffle_batch([1], 2, 5, 5), ValueError, "min_after_dequeue"),
        (lambda: tf.train.maybe_batch([1], [True], 2), ValueError, "scalar"),
        (lambda: tf.train.maybe_batch([1], 1, 2), TypeError, "bool"),
        (lambda: tf.train.input_producer(tf.placeholder(tf.int32)), ValueError, "shape"),
    ],
)
def test_what_is_wrong_shows_when_it_is_built(build, error, text):
    with pytest.raises(error, match=text):
        build()


def test_an_empty_list_that_only_a_run_can_see():
    queue = tf.train.string_input_producer(tf.placeholder_with_default(np.zeros([0], "S1"), [None]))
    runner = tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)[0]
    with tf.Session() as sess, pytest.raises(errors.InvalidArgumentError, match="at least one"):
        sess.run(runner.enqueue_ops)
    assert queue.name == "input_producer"


def test_records_without_a_queue(files):
    (pattern,) = files("recor*")
    stream = tf.contrib.framework.RecordInput(pattern, batch_size=3, buffer_size=2, seed=1)
    first, second = tf.contrib.framework.RecordInput(pattern, 3, batches=2).get_yield_op()
    records = stream.get_yield_op()
    with tf.Session() as sess:
        drawn = np.concatenate([sess.run(records) for _ in range(4)]).tolist()
        assert set(drawn) == {b"record0", b"record1", b"record2"}
        assert sorted(drawn[:2] + drawn[2:10])[0] == b"record0" and len(drawn) == 12
        one, other = sess.run([first, second])
        assert sorted(one + other) == sorted([b"record0", b"record1", b"record2"] * 2)
    nothing = tf.contrib.framework.RecordInput(pattern + "missing").get_yield_op()
    with tf.Session() as sess, pytest.raises(errors.NotFoundError, match="missing"):
        sess.run(nothing)
