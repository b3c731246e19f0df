"""tf.train.Saver: what it saves, restores, keeps and refuses, as TensorFlow 1.15.5 does."""

import os
import threading

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def own_graph(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tf.Graph().as_default():
        yield


def two_variables():
    v = tf.Variable(1.0, name="v")
    w = tf.get_variable("w", [2, 3], initializer=tf.ones_initializer(), use_resource=True)
    return v, w


def started(session):
    session.run(tf.global_variables_initializer())
    return session


def files(folder="."):
    return sorted(os.listdir(folder))


# Saving and restoring


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("sharded", [False, True])
def test_gives_back_what_was_saved(tier, sharded, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    v, w = two_variables()
    with tf.device("/cpu:0"):
        text = tf.Variable([b"one", b""], name="text")
    change = tf.group(v.assign_add(1.0), w.assign_add(tf.ones([2, 3])))
    saver = tf.train.Saver(sharded=sharded)
    with tf.Session() as session:
        started(session)
        session.run(change)
        path = saver.save(session, "m")
        session.run([change, text.assign([b"", b"x"])])
        saver.restore(session, path)
        assert session.run(v) == 2.0
        assert session.run(w).tolist() == [[2.0] * 3] * 2
        assert session.run(text).tolist() == [b"one", b""]
        session.run(change)
        assert session.run(v) == 3.0
    shards = 2 if sharded else 1
    data = [f"m.data-{number:05d}-of-{shards:05d}" for number in range(shards)]
    assert files() == ["checkpoint", *data, "m.index", "m.meta"]


def test_restores_into_a_session_without_initializing():
    v, _ = two_variables()
    saver = tf.train.Saver()
    with tf.Session() as session:
        saver.save(started(session), "m")
    with tf.Session() as session:
        saver.restore(session, "m")
        assert session.run(v) == 1.0


def test_dict_gives_names_of_its_own():
    v, w = two_variables()
    saver = tf.train.Saver({"a/b": v, "c": w})
    with tf.Session() as session:
        saver.save(started(session), "m")
    assert tf.train.list_variables("m") == [("a/b", []), ("c", [2, 3])]
    assert tf.train.load_variable("m", "a/b") == 1.0


def test_reshape_brings_values_into_the_variables_shape():
    v = tf.Variable(np.arange(6.0), name="v")
    flat = tf.Variable(np.zeros([2, 3]), name="flat")
    with tf.Session() as session:
        tf.train.Saver([v]).save(started(session), "m")
        tf.train.Saver({"v": flat}, reshape=True).restore(session, "m")
        assert session.run(flat).tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
        small = tf.Variable(np.zeros([2, 2]), name="small")
        with pytest.raises(tf.errors.InvalidArgumentError, match="6 elements there, but 4 here"):
            tf.train.Saver({"v": small}, reshape=True).restore(session, "m")


def test_partitioned_variables_are_saved_as_one():
    whole = tf.get_variable(
        "p", [7, 2], partitioner=tf.fixed_size_partitioner(3), initializer=tf.ones_initializer()
    )
    saver = tf.train.Saver()
    with tf.Session() as session:
        saver.save(started(session), "m")
    assert tf.train.list_variables("m") == [("p", [7, 2])]
    with tf.Graph().as_default(), tf.Session() as session:
        other = tf.get_variable("p", [7, 2], partitioner=tf.fixed_size_partitioner(2))
        plain = tf.get_variable("q", [7, 2])
        tf.train.Saver([*other]).restore(session, "m")
        tf.train.Saver({"p": plain}).restore(session, "m")
        assert session.run(tf.convert_to_tensor(other)).tolist() == [[1.0, 1.0]] * 7
        assert session.run(plain).tolist() == [[1.0, 1.0]] * 7
        wide = tf.get_variable("r", [8, 2], partitioner=tf.fixed_size_partitioner(2))
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"shape \(7, 2\) there"):
            tf.train.Saver({"p": wide}).restore(session, "m")
    assert whole.shape.as_list() == [7, 2]


@pytest.mark.parametrize("sharded", [False, True])
def test_the_first_version_of_checkpoints(sharded):
    v, w = two_variables()
    saver = tf.train.Saver(write_version=tf.train.SaverDef.V1, sharded=sharded)
    with tf.Session() as session:
        path = saver.save(started(session), "m", write_meta_graph=False)
        session.run(v.assign(5.0))
        saver.restore(session, path)
        assert session.run(v) == 1.0
    assert path == ("m-?????-of-00001" if sharded else "m")
    assert tf.train.latest_checkpoint(".") == f"./{path}"
    tf.train.remove_checkpoint(path, tf.train.SaverDef.V1)
    assert files() == ["checkpoint"]
    assert w.shape.as_list() == [2, 3]


def test_a_save_holds_one_moment_while_others_train():
    pair = [tf.Variable(tf.zeros([1000]), name=name) for name in "ab"]
    step = tf.group(*[each.assign_add(tf.ones([1000])) for each in pair])
    saver = tf.train.Saver(max_to_keep=None)
    done = threading.Event()
    with tf.Session() as session:
        started(session)
        session.run(step)

        def train():
            while not done.is_set():
                session.run(step)

        trainer = threading.Thread(target=train)
        trainer.start()
        try:
            paths = [saver.save(session, "m", i, write_meta_graph=False) for i in range(20)]
        finally:
            done.set()
            trainer.join()
    for path in paths:
        first, second = (tf.train.load_variable(path, name) for name in "ab")
        assert (first == second).all()
        assert len(set(first.tolist())) == 1


# Names and files


@pytest.mark.parametrize(
    ("step", "options", "name"),
    [
        (7, {}, "m-7"),
        (np.int32(7), {}, "m-7"),
        (7, {"pad_step_number": True}, "m-00000007"),
        ("tensor", {}, "m-5"),
        ("name", {}, "m-5"),
    ],
)
def test_the_step_is_appended(step, options, name):
    two_variables()
    tensor = tf.constant(5, name="steps")
    saver = tf.train.Saver(**options)
    with tf.Session() as session:
        given = {"tensor": tensor, "name": "steps:0"}.get(step, step)
        assert saver.save(started(session), "m", global_step=given) == name
    assert f"{name}.index" in files()


def test_the_state_file_names_the_checkpoints():
    two_variables()
    saver = tf.train.Saver(max_to_keep=2)
    with tf.Session() as session:
        started(session)
        for step in range(3):
            saver.save(session, "sub/m", global_step=step)
    with open("sub/checkpoint") as file:
        assert file.read() == (
            'model_checkpoint_path: "m-2"\n'
            'all_model_checkpoint_paths: "m-1"\n'
            'all_model_checkpoint_paths: "m-2"\n'
        )
    assert files("sub") == ["checkpoint"] + [
        f"m-{step}.{end}" for step in (1, 2) for end in ("data-00000-of-00001", "index", "meta")
    ]
    assert saver.last_checkpoints == ["sub/m-1", "sub/m-2"]
    assert tf.train.latest_checkpoint("sub") == "sub/m-2"


def test_paths_are_relative_if_asked_for(tmp_path):
    two_variables()
    saver = tf.train.Saver(save_relative_paths=True)
    with tf.Session() as session:
        saver.save(started(session), str(tmp_path / "old" / "m"))
    os.rename("old", "moved")
    found = tf.train.latest_checkpoint(str(tmp_path / "moved"))
    assert found == str(tmp_path / "moved" / "m")


@pytest.mark.parametrize("most", [None, 0])
def test_all_stay_without_a_limit(most):
    two_variables()
    saver = tf.train.Saver(max_to_keep=most)
    with tf.Session() as session:
        started(session)
        for step in range(8):
            saver.save(session, "m", global_step=step, write_meta_graph=False)
    assert len([name for name in files() if name.endswith(".index")]) == 8
    assert saver.last_checkpoints == []


def test_one_is_kept_for_good_now_and_then(monkeypatch):
    two_variables()
    saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=1.0)
    now = [saver._next_checkpoint_time - 3600]
    monkeypatch.setattr("penstock.train.kept_checkpoints.time.time", lambda: now[0])
    with tf.Session() as session:
        started(session)
        for step in range(8):
            now[0] += 1000
            saver.save(session, "m", global_step=step, write_meta_graph=False)
    assert [name for name in files() if name.endswith(".index")] == ["m-3.index", "m-7.index"]


def test_checkpoints_of_an_earlier_process_are_taken_over():
    two_variables()
    first, second = tf.train.Saver(max_to_keep=2), tf.train.Saver(max_to_keep=2)
    with tf.Session() as session:
        started(session)
        first.save(session, "m", 1)
        first.save(session, "m", 2)
        state = tf.train.get_checkpoint_state(".")
        second.recover_last_checkpoints([*state.all_model_checkpoint_paths, "gone"])
        assert second.last_checkpoints == ["./m-1", "./m-2"]
        second.save(session, "m", 3)
    assert "m-1.index" not in files()
    second.set_last_checkpoints(["a"])
    assert second.last_checkpoints == ["a"]
    second.set_last_checkpoints_with_time([("b", 1.0)])
    assert second.last_checkpoints == ["b"]
    with pytest.raises(AssertionError):
        second.set_last_checkpoints(("a",))


def test_what_need_not_be_written_is_not():
    two_variables()
    saver = tf.train.Saver()
    with tf.Session() as session:
        saver.save(started(session), "m", write_meta_graph=False, write_state=False)
        saver.save(session, "n", latest_filename="state", meta_graph_suffix="graph")
    assert files() == [
        "m.data-00000-of-00001", "m.index", "n.data-00000-of-00001", "n.graph", "n.index", "state",
    ]  # fmt: skip


def test_an_empty_saver_does_nothing():
    saver = tf.train.Saver(allow_empty=True)
    tf.constant(1)
    with tf.Session() as session:
        assert saver.save(session, "m", write_meta_graph=False) is None
        saver.restore(session, "nonsense")
    assert files() == []


def test_building_can_wait():
    saver = tf.train.Saver(defer_build=True)
    two_variables()
    with tf.Session() as session:
        with pytest.raises(RuntimeError, match=r"`build\(\)` should be called"):
            saver.save(session, "m")
        saver.build()
        assert saver.save(started(session), "m") == "m"


def test_a_saver_from_a_message():
    v, _ = two_variables()
    message = tf.train.Saver(max_to_keep=3, name="mine").to_proto()
    saver = tf.train.Saver.from_proto(message)
    assert saver.as_saver_def().max_to_keep == 3
    with tf.Session() as session:
        saver.save(started(session), "m")
        session.run(v.assign(4.0))
        saver.restore(session, "m")
        assert session.run(v) == 1.0


def test_a_saver_of_a_scope_leaves_the_scope_out():
    with tf.name_scope("outer"):
        tf.Variable(1.0, name="v")
        saver = tf.train.Saver()
    assert saver.to_proto("outer").restore_op_name == "save/restore_all"
    assert saver.to_proto("elsewhere") is None


# What is refused


def saved_twice():
    v = tf.Variable(1.0)
    return [v, v]


@pytest.mark.parametrize(
    ("make", "kind", "told"),
    [
        (saved_twice, ValueError, "At least two variables have the same name"),
        (lambda: dict.fromkeys("ab", tf.Variable(1.0)), ValueError, "restored with two names: b"),
        (lambda: [tf.constant(1.0)], TypeError, "is not a Variable"),
        (lambda: {1: tf.Variable(1.0)}, TypeError, "Name is not a string: 1"),
        (lambda: 5, TypeError, "should be passed in a dict or a list: 5"),
        (lambda: tf.Variable(1.0), TypeError, r"For one variable v, pass \[v\]"),
        (lambda: {"a": [tf.Variable(1.0)]}, ValueError, "Slices must all be slices"),
        (lambda: {"a": [tf.constant(1.0)]}, ValueError, "Slices must all be Variables"),
        (list, ValueError, "No variables to save"),
        (lambda: None, ValueError, "No variables to save"),
    ],
)
def test_what_cannot_be_saved(make, kind, told):
    with pytest.raises(kind, match=told):
        tf.train.Saver(make())


def test_arguments_that_contradict_each_other():
    v, _ = two_variables()
    with pytest.raises(ValueError, match="build cannot be deferred"):
        tf.train.Saver([v], defer_build=True)
    with pytest.raises(ValueError, match="must be a SaverDef"):
        tf.train.Saver(saver_def="x")
    with pytest.raises(ValueError, match="must specify the save_tensor_name"):
        tf.train.Saver(saver_def=tf.train.SaverDef(restore_op_name="x"))


@pytest.mark.parametrize(
    ("path", "options", "told"),
    [
        ("a/b/c/m", {}, "Parent directory of a/b/c/m doesn't exist"),
        ("checkpoint", {}, "collides with 'save_path'"),
        ("m", {"latest_filename": "a/b"}, "must not contain path components"),
    ],
)
def test_paths_that_cannot_be_saved_to(path, options, told):
    two_variables()
    saver = tf.train.Saver()
    with tf.Session() as session, pytest.raises(ValueError, match=told):
        saver.save(started(session), path, **options)


def test_a_variable_without_a_value_cannot_be_saved():
    two_variables()
    saver = tf.train.Saver()
    with tf.Session() as session, pytest.raises(tf.errors.FailedPreconditionError, match="v"):
        saver.save(session, "m")
    assert files() == []


def test_a_session_that_is_closed():
    two_variables()
    saver = tf.train.Saver()
    session = tf.Session()
    session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        saver.save(session, "m")
