"""Checkpoints that TensorFlow wrote: each version is read, and written again byte for byte."""

from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.formats.bundle_writing import write_bundle
from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.object_graph import keys_by_full_name
from tests.golden.checkpoints.values import PART, values

HERE = Path(__file__).parent
FOLDERS = ("v2", "sharded", "v1", "v1_sharded")


def opened(folder):
    return open_checkpoint(prefix_of(str(HERE / folder)))


@pytest.mark.parametrize("folder", FOLDERS)
def test_reads_every_value(folder):
    reader = opened(folder)
    wanted = values()
    assert set(reader.shapes) - {"bfloat16"} <= set(wanted)
    assert len(reader.shapes) >= len(wanted) - 2
    for name in set(reader.shapes) - {"bfloat16"}:
        found = reader.read(name)
        assert found.dtype == wanted[name].dtype
        assert found.shape == wanted[name].shape
        assert found.tolist() == wanted[name].tolist()


@pytest.mark.parametrize("folder", ["v2", "sharded"])
def test_reads_bfloat16(folder):
    value = opened(folder).read("bfloat16")
    assert value.dtype == tf.bfloat16.as_numpy_dtype
    assert value.tolist() == [1.5, -2.25]


@pytest.mark.parametrize("folder", FOLDERS)
def test_reads_parts_of_what_is_in_parts(folder):
    reader, whole = opened(folder), values()[PART]
    assert reader.parts_of(PART) == [((0, 3), (0, 3)), ((3, 2), (0, 3)), ((5, 2), (0, 3))]
    for part in (((3, 2), (0, 3)), ((2, 4), (0, 2)), ((0, 7), (1, 1)), ((0, -1), (0, -1))):
        (start, length), (first, width) = part
        end = None if length < 0 else start + length
        expected = whole[start:end, first : None if width < 0 else first + width]
        np.testing.assert_array_equal(reader.read(PART, part), expected)


def test_writes_the_same_bytes(tmp_path):
    reader = opened("v2")
    order = sorted(set(reader.shapes) - {PART, "bfloat16"} | {"bfloat16"})
    items = []
    for name in sorted([*order, PART]):
        if name != PART:
            items.append((name, "", reader.read(name)))
            continue
        for part in reader.parts_of(PART):
            spec = "7 3 " + ":".join(f"{start},{length}" for start, length in part)
            items.append((PART, spec, reader.read(PART, part)))
    names, specs, arrays = zip(*items, strict=True)
    write_bundle(str(tmp_path / "model-7"), names, specs, arrays)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (HERE / "v2" / path.name).read_bytes()


@pytest.mark.parametrize("folder", FOLDERS)
def test_saver_restores_it(folder):
    with tf.Graph().as_default(), tf.Session() as session:
        chosen = {
            "types/int64": tf.Variable(np.zeros([3, 4], np.int64)),
            "scalar": tf.Variable(0.0, use_resource=True),
            "texts": tf.Variable(np.full([2, 2], b"", object)),
            PART: tf.get_variable("p", [7, 3], partitioner=tf.fixed_size_partitioner(2)),
        }
        tf.train.Saver(chosen).restore(session, tf.train.latest_checkpoint(str(HERE / folder)))
        for name, variable in chosen.items():
            value = session.run(tf.convert_to_tensor(variable))
            assert value.tolist() == values()[name].tolist()


def test_reads_what_tensorflow_2_wrote():
    reader = opened("object_v2")
    key = "model/layers/1/kernel/.ATTRIBUTES/VARIABLE_VALUE"
    np.testing.assert_array_equal(reader.read(key), np.full([2, 3], 2.0, np.float32))
    assert keys_by_full_name(reader)["layer_2/kernel"] == key


@pytest.mark.parametrize("folder", ["object", "object_v2"])
def test_saver_finds_variables_by_their_names_in_a_checkpoint_of_objects(folder):
    name, expected = {
        "object": ("scope/w", np.arange(6.0).reshape(2, 3)),
        "object_v2": ("layer_2/kernel", np.full([2, 3], 2.0, np.float32)),
    }[folder]
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.Variable(np.zeros([2, 3], expected.dtype))
        tf.train.Saver({name: variable}).restore(session, str(HERE / folder))
        np.testing.assert_array_equal(session.run(variable), expected)


def test_checkpoint_of_objects_restores_objects():
    with tf.Graph().as_default(), tf.Session() as session:
        inner = tf.train.Checkpoint(w=tf.Variable(np.zeros([2, 3])))
        outer = tf.train.Checkpoint(model=inner, step=tf.Variable(0, dtype=tf.int64))
        outer.items = [tf.Variable([0.0, 0.0])]
        outer.optimizer = tf.train.AdamOptimizer(0.5)
        outer.optimizer.apply_gradients([(tf.ones_like(inner.w), inner.w)])
        status = outer.restore(tf.train.latest_checkpoint(str(HERE / "object")))
        status.assert_consumed().run_restore_ops(session)
        assert session.run(outer.step) == 11
        assert session.run(outer.save_counter) == 1
        np.testing.assert_array_equal(session.run(inner.w), np.arange(6.0).reshape(2, 3))
        np.testing.assert_array_equal(session.run(outer.items[0]), [1.0, 2.0])
        slot = outer.optimizer.get_slot(inner.w, "m")
        np.testing.assert_array_equal(session.run(slot), np.zeros([2, 3]))


def test_checkpoint_of_tensorflow_2_restores_objects():
    def layer():
        return {"kernel": tf.Variable(tf.zeros([2, 3])), "bias": tf.Variable(tf.zeros([3]))}

    with tf.Graph().as_default(), tf.Session() as session:
        model = tf.train.Checkpoint()
        model.layers = [layer(), layer()]
        model.named = {"extra": tf.Variable(0.0)}
        root = tf.train.Checkpoint(model=model, step=tf.Variable(0, dtype=tf.int64))
        root.restore(str(HERE / "object_v2")).assert_consumed().run_restore_ops(session)
        assert session.run([root.step, model.named["extra"]]) == [5, 7.0]
        assert session.run(model.layers[1]["bias"]).tolist() == [-2.0] * 3
