"""Models that begin with another's variables, whose vocabularies have changed since."""

import numpy as np
import pytest

import penstock as tf

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


def many(shape, dtype=tf.float32, partition_info=None):
    """Fill what is new with a number that tells itself apart."""
    return tf.fill(shape, 99.0)


@pytest.fixture(autouse=True)
def checkpoint(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.txt").write_text("apple\nbanana\nguava\norange\n")
    (tmp_path / "new.txt").write_text("orange\nguava\nbanana\napple\nraspberry\nblueberry\n")
    with tf.Graph().as_default(), tf.Session() as session:
        rows = tf.get_variable("rows", initializer=ROWS)
        columns = tf.get_variable("columns", initializer=ROWS.reshape(3, 4))
        bias = tf.get_variable("bias", initializer=[1.0, 2.0])
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, "m")
        tf.train.Checkpoint(r=rows, c=columns, b=bias).save("objects/m", session)
    with tf.Graph().as_default():
        yield


def values(*variables):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return [session.run(tf.convert_to_tensor(one)).tolist() for one in variables]


def info(**options):
    return tf.train.VocabInfo("new.txt", 6, 2, "old.txt", backup_initializer=many, **options)


def expected(known=4):
    rows = [ROWS[number].tolist() if number < known else [99.0] * 3 for number in (3, 2, 1, 0)]
    return rows + [[99.0] * 3] * 4


@pytest.mark.parametrize("parts", [None, 2, 3, 8])
@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("path", ["m", "objects"])
def test_rows_of_words_that_are_known(path, parts, use_resource):
    cut = parts and tf.fixed_size_partitioner(parts)
    rows = tf.get_variable("rows", [8, 3], partitioner=cut, use_resource=use_resource)
    bias = tf.get_variable("bias", [2])
    tf.train.warm_start(path, ".*", {"rows": info()})
    assert values(rows, bias) == [expected(), [1.0, 2.0]]


def test_some_words_of_the_old_vocabulary():
    rows = tf.get_variable("rows", [8, 3])
    tf.train.warm_start("m", None, {"rows": info(old_vocab_size=2)})
    assert values(rows) == [expected(known=2)]


@pytest.mark.parametrize("parts", [None, 3])
def test_columns(parts):
    cut = parts and tf.fixed_size_partitioner(parts)
    columns = tf.get_variable("here/columns", [3, 8], partitioner=cut)
    renamed = {"here/columns": "columns"}
    tf.train.warm_start("m", ".*", {"here/columns": info(axis=1)}, renamed)
    old = ROWS.reshape(3, 4)[:, ::-1]
    assert values(columns) == [np.hstack([old, np.full((3, 4), 99.0)]).tolist()]


def test_what_is_new_is_zero_by_default():
    rows = tf.get_variable("rows", [6, 3], initializer=tf.ones_initializer())
    tf.train.warm_start("m", ["rows"], {"rows": tf.train.VocabInfo("new.txt", 6, 0, "old.txt")})
    assert values(rows) == [expected()[:4] + [[0.0] * 3] * 2]


def test_initializers():
    load = tf.contrib.framework
    made = [
        load.load_embedding_initializer(
            "m", "rows", 6, 3, "old.txt", "new.txt", num_oov_buckets=2, initializer=many
        ),
        load.load_embedding_initializer("m", "rows", 4, 3, "old.txt", "old.txt"),
        load.load_and_remap_matrix_initializer(
            "m", "columns", 3, 6, old_col_vocab_file="old.txt", new_col_vocab_file="new.txt"
        ),
    ]
    shapes = [8, 3], [4, 3], [3, 6]
    variables = [
        tf.get_variable(f"v{number}", shape, initializer=initializer)
        for number, (shape, initializer) in enumerate(zip(shapes, made, strict=True))
    ]
    first, second, third = values(*variables)
    assert first == expected()
    assert second == ROWS.tolist()
    assert third == [[*row[::-1], 0.0, 0.0] for row in ROWS.reshape(3, 4).tolist()]


def _rows():
    return tf.get_variable("rows", [8, 3])


@pytest.mark.parametrize(
    ("build", "must"),
    [
        (lambda: tf.train.warm_start("m", ".*", {"nobody": info()}), "not used: .'nobody'"),
        (lambda: tf.train.warm_start("m", ".*", None, {"nobody": "x"}), "not used: .'nobody'"),
        (lambda: tf.train.warm_start("m", 3), "regular expression or a list"),
        (lambda: tf.train.VocabInfo("new.txt", 6, 2, "old.txt", axis=2), "not 2"),
        (
            lambda: tf.train.warm_start(
                "m", ".*", {"rows": tf.train.VocabInfo("new.txt", 5, 2, "old.txt")}
            ),
            "= 7 rows at most",
        ),
        (
            lambda: tf.contrib.framework.load_and_remap_matrix_initializer("m", "rows", 8, 3)(
                [8, 3]
            ),
            "init_from_checkpoint",
        ),
        (
            lambda: tf.contrib.framework.load_and_remap_matrix_initializer(
                "m", "rows", 8, 3, old_row_vocab_file="old.txt"
            )([8, 3]),
            "must both be given",
        ),
    ],
)
def test_refuses(build, must):
    _rows()
    with pytest.raises(ValueError, match=must):
        build()


def test_a_checkpoint_of_objects_must_have_all():
    tf.get_variable("other", [2])
    with pytest.raises(ValueError, match="Missing are .'other'"):
        tf.train.warm_start("objects")


def test_a_vector_has_no_vocabulary():
    tf.get_variable("bias", [2])
    with pytest.raises(ValueError, match="Only a matrix"):
        tf.train.warm_start("m", ".*", {"bias": info()})


def load(rows, columns=(), given=(), name="rows", num_rows=None, num_cols=3, path="m"):
    return tf.raw_ops.LoadAndRemapMatrix(
        ckpt_path=path,
        old_tensor_name=name,
        row_remapping=np.array(rows, np.int64),
        col_remapping=np.array(columns, np.int64),
        initializing_values=np.array(given, np.float32),
        num_rows=len(rows) if num_rows is None else num_rows,
        num_cols=num_cols,
    )


@pytest.mark.parametrize(
    ("arguments", "kind", "must"),
    [
        ({"rows": [3, -1], "given": [7, 8]}, tf.errors.InvalidArgumentError, "each of the 3"),
        ({"rows": [3], "given": [7]}, tf.errors.InvalidArgumentError, "each of the 0"),
        ({"rows": [3, 3]}, tf.errors.UnimplementedError, "names 3 2 times"),
        ({"rows": [4]}, tf.errors.InvalidArgumentError, "from 0 to 3"),
        ({"rows": [1], "num_rows": 2}, tf.errors.InvalidArgumentError, "num_rows=2"),
        ({"rows": [1], "num_cols": 2}, tf.errors.InvalidArgumentError, "num_cols=2"),
        ({"rows": [1], "name": "bias"}, tf.errors.InvalidArgumentError, "float32 matrix"),
        ({"rows": [1], "name": "nobody"}, tf.errors.NotFoundError, "nobody"),
        ({"rows": [1], "path": "nowhere"}, tf.errors.NotFoundError, "nowhere"),
    ],
)
def test_loading_refuses(arguments, kind, must):
    with tf.Session() as session, pytest.raises(kind, match=must):
        session.run(load(**arguments))


def test_loading_in_any_order():
    with tf.Session() as session:
        both = load([1, -1], [2, -1, 0], [50, 60, 70, 80])
        assert session.run(both).tolist() == [[5, 50, 3], [60, 70, 80]]


def test_more_words_than_there_are():
    remapping = tf.raw_ops.GenerateVocabRemapping(
        new_vocab_file="new.txt", old_vocab_file="old.txt", new_vocab_offset=4, num_new_vocab=3
    )
    with (
        tf.Session() as session,
        pytest.raises(tf.errors.InvalidArgumentError, match="has 6 words"),
    ):
        session.run(remapping)
