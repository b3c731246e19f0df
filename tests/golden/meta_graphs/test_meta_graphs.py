"""Training that TensorFlow began goes on here, from a MetaGraph and a checkpoint alone."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.golden.meta_graphs.programs import OPTIMIZERS, read_and_train, write_and_train

HERE = Path(__file__).parent
LOSSES = json.loads((HERE / "losses.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("meta_graphs")
    shutil.unpack_archive(HERE / "meta_graphs.zip", place)
    return place


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on(name, folder):
    found = read_and_train(tf, str(folder / name))
    np.testing.assert_allclose(found, LOSSES[name], rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize(("name", "use_resource"), [("adam", False), ("ftrl", True)])
def test_training_goes_on_from_what_is_written_here(name, use_resource, tmp_path):
    after = write_and_train(tf, str(tmp_path), name, use_resource)
    np.testing.assert_allclose(after, LOSSES[name], rtol=2e-4, atol=1e-6)
    np.testing.assert_allclose(read_and_train(tf, str(tmp_path)), after, rtol=2e-4, atol=1e-6)


def test_a_queue_is_filled_again(folder):
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(str(folder / "queue" / "model.meta"))
        saver.restore(session, str(folder / "queue" / "model"))
        (runner,) = tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)
        assert runner.to_proto().queue_name == "input/fifo_queue"
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        pairs = [session.run("out:0").tolist() for _ in range(3)]
        coordinator.request_stop()
        coordinator.join(threads)
    assert all(0.0 < first < second for first, second in pairs)
