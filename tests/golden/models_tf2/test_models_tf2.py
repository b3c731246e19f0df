"""Models of TensorFlow 2 with look-up tables, words and attention: Penstock runs them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import penstock as tf

HERE = Path(__file__).parent
VALUES = json.loads((HERE / "models.json").read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("models_tf2")
    shutil.unpack_archive(HERE / "models.zip", place)
    return place


def test_tables(folder):
    with tf.load(folder / "tables") as model:
        for _ in range(3):
            found = model(VALUES["tables"]["x"])
            assert [name.decode() for name in found["names"]] == VALUES["tables"]["y"]["names"]
            for name in ("ids", "counts", "dense"):
                assert found[name].tolist() == VALUES["tables"]["y"][name]


@pytest.mark.parametrize("name", ["words", "attention"])
def test_networks(folder, name):
    given = np.array(VALUES[name]["x"], object if name == "words" else np.float32)
    with tf.load(folder / name) as model:
        for _ in range(3):  # interpreted, then compiled
            np.testing.assert_allclose(model(given), VALUES[name]["y"], rtol=1e-4, atol=1e-5)
