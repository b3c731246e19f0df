"""tensorflow.examples.tutorials.mnist: files on disk become TensorFlow's batches."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from penstock.alias import mnist


def idx(values):
    magic = 2048 + values.ndim
    return gzip.compress(
        struct.pack(f">{1 + values.ndim}I", magic, *values.shape) + values.tobytes()
    )


@pytest.fixture
def folder(tmp_path):
    for name, images, labels in (
        ("train", mnist.TRAIN_IMAGES, mnist.TRAIN_LABELS),
        ("test", mnist.TEST_IMAGES, mnist.TEST_LABELS),
    ):
        count = 40 if name == "train" else 10
        pixels = (np.arange(count * 6) * 7 % 256).astype(np.uint8).reshape(count, 2, 3)
        (tmp_path / images).write_bytes(idx(pixels))
        (tmp_path / labels).write_bytes(idx((np.arange(count) * 3 % 10).astype(np.uint8)))
    return tmp_path


def digest(*arrays):
    return hashlib.md5(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()[:8]


def test_parts(folder):
    data = mnist.read_data_sets(folder, validation_size=10)
    assert data._fields == ("train", "validation", "test")
    assert [part.num_examples for part in data] == [30, 10, 10]
    assert data.train.images.shape == (30, 6)
    assert data.train.images.dtype == np.float32
    assert data.train.images.max() <= 1
    assert data.train.labels.dtype == np.uint8
    np.testing.assert_array_equal(data.validation.labels, np.arange(10) * 3 % 10)


def test_one_hot_unshaped_bytes(folder):
    data = mnist.read_data_sets(
        folder, one_hot=True, reshape=False, dtype=np.uint8, validation_size=0
    )
    assert data.train.images.shape == (40, 2, 3, 1)
    assert data.train.images.dtype == np.uint8
    assert data.train.labels.dtype == np.float64
    np.testing.assert_array_equal(data.train.labels.argmax(1), np.arange(40) * 3 % 10)


def test_batches_are_tensorflows(folder):
    """The digests are those of TensorFlow 1.15.5 on the same files."""
    train = mnist.read_data_sets(folder, validation_size=10, seed=5).train
    digests = []
    for _ in range(6):
        digests.append(digest(*train.next_batch(13)))
    assert digests == SEED_5
    assert train.epochs_completed == 2


def test_unshuffled_batches_go_around(folder):
    train = mnist.read_data_sets(folder, validation_size=0).train
    labels = np.concatenate([train.next_batch(25, shuffle=False)[1] for _ in range(2)])
    np.testing.assert_array_equal(labels, np.concatenate([np.arange(40), np.arange(10)]) * 3 % 10)


def test_fake_data():
    images, labels = mnist.read_data_sets("nowhere", fake_data=True, one_hot=True).train.next_batch(
        2
    )
    assert len(images) == len(labels) == 2
    assert labels[0] == [1] + [0] * 9


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=f"never downloaded.*{mnist.TEST_LABELS}"):
        mnist.read_data_sets(tmp_path)


def test_a_file_of_another_kind(folder):
    (folder / mnist.TRAIN_LABELS).write_bytes((folder / mnist.TRAIN_IMAGES).read_bytes())
    with pytest.raises(ValueError, match="must start with 2049"):
        mnist.read_data_sets(folder)


def test_a_cut_file(folder):
    whole = gzip.decompress((folder / mnist.TRAIN_LABELS).read_bytes())
    (folder / mnist.TRAIN_LABELS).write_bytes(gzip.compress(whole[:-1]))
    with pytest.raises(ValueError, match="announces"):
        mnist.read_data_sets(folder)


def test_too_large_a_validation_part(folder):
    with pytest.raises(ValueError, match="from 0 to 40"):
        mnist.read_data_sets(folder, validation_size=41)


def test_other_pixels(folder):
    with pytest.raises(TypeError, match="uint8 or float32"):
        mnist.read_data_sets(folder, validation_size=0, dtype=np.int32)


SEED_5 = ["e02d70d8", "49867143", "ad255886", "5bc8c9cf", "55aeba37", "0f8a7513"]
