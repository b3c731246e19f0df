"""tf.train.Checkpoint and CheckpointManager: variables saved by the way to them."""

import os

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def own_graph(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tf.Graph().as_default():
        yield


def model():
    layer = tf.layers.Dense(3)
    loss = tf.reduce_sum(layer(tf.ones([2, 4])))
    optimizer = tf.train.AdamOptimizer(0.1)
    train = optimizer.minimize(loss)
    root = tf.train.Checkpoint(layer=layer, optimizer=optimizer, extra=[tf.Variable(5.0)])
    return root, layer, optimizer, train


def test_saves_and_restores_a_model():
    root, layer, optimizer, train = model()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        path = root.save("c", session)
        assert path == "c-1"
        kept = session.run([layer.kernel, optimizer.get_slot(layer.kernel, "m")])
        session.run(train)
        root.restore(path).assert_consumed().run_restore_ops(session)
        found = session.run([layer.kernel, optimizer.get_slot(layer.kernel, "m")])
        np.testing.assert_array_equal(found, kept)
        assert root.save("c", session) == "c-2"
    assert tf.train.latest_checkpoint(".") == "./c-2"
    assert [name for name, _ in tf.train.list_variables("c-1")] == [
        "_CHECKPOINTABLE_OBJECT_GRAPH",
        "extra/0/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/bias/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/bias/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/bias/.OPTIMIZER_SLOT/optimizer/v/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/kernel/.OPTIMIZER_SLOT/optimizer/v/.ATTRIBUTES/VARIABLE_VALUE",
        "optimizer/beta1_power/.ATTRIBUTES/VARIABLE_VALUE",
        "optimizer/beta2_power/.ATTRIBUTES/VARIABLE_VALUE",
        "save_counter/.ATTRIBUTES/VARIABLE_VALUE",
    ]


def test_names_in_the_graph_do_not_matter():
    with tf.Session() as session:
        root = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0], name="one"))
        session.run(tf.global_variables_initializer())
        path = root.write("w", session)
    with tf.Graph().as_default(), tf.Session() as session:
        other = tf.train.Checkpoint(v=tf.Variable([0.0, 0.0], name="other", use_resource=True))
        other.restore(path).run_restore_ops()
        assert session.run(other.v).tolist() == [1.0, 2.0]


def test_keys_escape_what_has_a_meaning_in_them():
    held = {"a/b": tf.Variable(1.0), "c.d": tf.Variable(2.0)}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        tf.train.Checkpoint(held=held).write("w", session)
    names = [name for name, _ in tf.train.list_variables("w")]
    assert "held/a.Sb/.ATTRIBUTES/VARIABLE_VALUE" in names
    assert "held/c..d/.ATTRIBUTES/VARIABLE_VALUE" in names


def test_a_checkpoint_of_names_is_restored_by_names():
    v = tf.Variable(3.0, name="v")
    with tf.Session() as session:
        session.run(v.initializer)
        path = tf.train.Saver([v]).save(session, "m")
        session.run(v.assign(0.0))
        tf.train.Checkpoint(anything=v).restore(path).run_restore_ops(session)
        assert session.run(v) == 3.0


def saved():
    with tf.Graph().as_default(), tf.Session() as session:
        root = tf.train.Checkpoint(v=tf.Variable(1.0), gone=tf.Variable(2.0))
        session.run(tf.global_variables_initializer())
        return root.save("c", session)


def test_what_does_not_match():
    path = saved()
    less, more = tf.train.Checkpoint(v=tf.Variable(0.0)), tf.train.Checkpoint(
        v=tf.Variable(0.0), gone=tf.Variable(0.0), new=tf.Variable(9.0)
    )  # fmt: skip
    none = tf.train.Checkpoint(other=tf.Variable(0.0))
    with pytest.raises(AssertionError, match="Unresolved object in checkpoint: .*gone"):
        less.restore(path).assert_consumed()
    less.restore(path).assert_existing_objects_matched().expect_partial()
    with pytest.raises(AssertionError, match="not bound to checkpointed values"):
        more.restore(path).assert_existing_objects_matched()
    with pytest.raises(AssertionError, match="Nothing except the root"):
        none.restore(path).assert_nontrivial_match()
    with tf.Session() as session:
        more.restore(path).assert_nontrivial_match().initialize_or_restore(session)
        assert session.run([more.v, more.gone, more.new]) == [1.0, 2.0, 9.0]


def test_nothing_changes_if_a_shape_does_not_fit():
    path = saved()
    root = tf.train.Checkpoint(v=tf.Variable(5.0), gone=tf.Variable([1.0, 2.0]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="Nothing was restored"):
            root.restore(path).run_restore_ops(session)
        assert session.run(root.v) == 5.0


def test_variables_that_share_their_initial_value():
    start = tf.constant(0.0)
    root = tf.train.Checkpoint(a=tf.Variable(start), b=tf.Variable(start))
    with tf.Session() as session:
        session.run([tf.global_variables_initializer()])
        session.run([root.a.assign(1.0), root.b.assign(2.0)])
        path = root.save("c", session)
        session.run(tf.global_variables_initializer())
        root.restore(path).run_restore_ops(session)
        assert session.run([root.a, root.b]) == [1.0, 2.0]


def test_wrong_uses():
    root = tf.train.Checkpoint(v=tf.Variable(1.0))
    with pytest.raises(ValueError, match="expecting a trackable object"):
        tf.train.Checkpoint(v=3)
    with pytest.raises(tf.errors.NotFoundError):
        root.restore("nowhere")
    with tf.Session() as session:
        with pytest.raises(AssertionError, match="No checkpoint specified"):
            root.restore(None).run_restore_ops(session)
        root.restore(None).initialize_or_restore(session)
        assert session.run(root.v) == 1.0
    with pytest.raises(RuntimeError, match="pass session="):
        root.save("c")


def test_the_manager_keeps_the_newest():
    root = tf.train.Checkpoint(v=tf.Variable(1.0))
    manager = tf.train.CheckpointManager(root, "logs", max_to_keep=2)
    assert manager.latest_checkpoint is None
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(4):
            manager.save()
        assert manager.save(checkpoint_number=20) == "logs/ckpt-20"
    assert manager.checkpoints == ["logs/ckpt-4", "logs/ckpt-20"]
    assert sorted(os.listdir("logs")) == [
        "checkpoint",
        *(f"ckpt-{n}.{end}" for n in (20, 4) for end in ("data-00000-of-00001", "index")),
    ]
    again = tf.train.CheckpointManager(root, "logs", max_to_keep=1)
    assert again.checkpoints == ["logs/ckpt-4", "logs/ckpt-20"]
    with tf.Session() as session:
        root.restore(again.latest_checkpoint).initialize_or_restore(session)
        again.save(session=session)
    assert again.checkpoints == ["logs/ckpt-5"]
    with pytest.raises(ValueError, match="positive integer or `None`"):
        tf.train.CheckpointManager(root, "logs", max_to_keep=0)


def test_the_manager_keeps_one_for_good_now_and_then(monkeypatch):
    root = tf.train.Checkpoint(v=tf.Variable(1.0))
    now = [1000.0]
    monkeypatch.setattr("penstock.train.checkpoint_manager.time.time", lambda: now[0])
    manager = tf.train.CheckpointManager(root, "logs", 1, keep_checkpoint_every_n_hours=1)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(6):
            now[0] += 2000
            manager.save(session=session)
    kept = sorted(name for name in os.listdir("logs") if name.endswith("index"))
    assert kept == ["ckpt-2.index", "ckpt-4.index", "ckpt-6.index"]


def test_tables_are_saved_with_the_rest(tmp_path):
    prefix = str(tmp_path / "ckpt")
    table = tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1)
    words = tf.contrib.lookup.index_table_from_tensor(["x", "y"])
    checkpoint = tf.train.Checkpoint(counts=table, words=words, v=tf.Variable(1.0))
    with tf.Session() as session:
        checkpoint.restore(None).initialize_or_restore(session)
        assert session.run(words.lookup(tf.constant(["y"]))).tolist() == [1]
        session.run(table.insert(["a"], [4]))
        path = checkpoint.save(prefix, session)
        names = [name for name, _ in tf.train.list_variables(path)]
        assert {"counts/.ATTRIBUTES/table-keys", "counts/.ATTRIBUTES/table-values"} < set(names)
        session.run(table.insert(["a", "b"], [5, 6]))
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        assert session.run(table.lookup(["a", "b"])).tolist() == [4, -1]
        other = tf.train.Checkpoint(v=checkpoint.v)
        with pytest.raises(AssertionError, match="for no object here"):
            other.restore(path).assert_consumed()
        wider = tf.train.Checkpoint(
            v=checkpoint.v, more=tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1)
        )
        with pytest.raises(AssertionError, match="not bound"):
            wider.restore(path).assert_existing_objects_matched()


def test_holders_of_contrib(tmp_path):
    holders = tf.contrib.checkpoint
    root = tf.train.Checkpoint()
    root.items = holders.List([tf.Variable(1.0)])
    root.named = holders.Mapping({"a": tf.Variable(2.0)})
    root.unique = holders.UniqueNameTracker()
    first, second = (root.unique.track(tf.Variable(float(n)), "w") for n in (3, 4))
    root.left = holders.NoDependency(tf.Variable(5.0))
    assert isinstance(root.left, tf.Variable)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = root.save(str(tmp_path / "ckpt"), session)
    names = {name for name, _ in tf.train.list_variables(path)}
    ends = {"items/0", "named/a", "unique/w", "unique/w_1", "save_counter"}
    assert names == {f"{end}/.ATTRIBUTES/VARIABLE_VALUE" for end in ends} | {
        "_CHECKPOINTABLE_OBJECT_GRAPH"
    }
    objects = holders.list_objects(root)
    assert objects[0] is root and second in objects and root.left not in objects
    assert len(holders.object_metadata(path).nodes) == len(objects)
    drawn = holders.dot_graph_from_checkpoint(path)
    assert drawn.startswith("digraph {") and '[label="w_1"]' in drawn and first.op.name in drawn
    with pytest.raises(ValueError, match="set once"):
        root.named["a"] = first
    with pytest.raises(ValueError, match="holds no variables"):
        root.unique.track(3, "w")


def test_a_checkpoint_of_names_has_no_objects(tmp_path):
    tf.Variable(1.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "m"))
    with pytest.raises(ValueError, match="by the names of variables"):
        tf.contrib.checkpoint.object_metadata(path)
