"""`tensorflow.examples.tutorials.mnist.input_data`: the MNIST digits, from files on disk.

The files are the four of the MNIST database, in its idx format and compressed by gzip.  Nothing is
downloaded.  Batches are drawn as TensorFlow 1.15 draws them: the same seed gives the same batches.
"""

import collections
import gzip
import math
import os
import struct
from typing import Any, BinaryIO

import numpy as np

import penstock
from penstock.core.dtypes import as_dtype

__all__ = [
    "DataSet",
    "Datasets",
    "dense_to_one_hot",
    "extract_images",
    "extract_labels",
    "read_data_sets",
]

TRAIN_IMAGES = "train-images-idx3-ubyte.gz"
TRAIN_LABELS = "train-labels-idx1-ubyte.gz"
TEST_IMAGES = "t10k-images-idx3-ubyte.gz"
TEST_LABELS = "t10k-labels-idx1-ubyte.gz"
IMAGES_MAGIC = 2051
LABELS_MAGIC = 2049

Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = "float32",
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str | None = None,
) -> Datasets:
    """Reads the four files of MNIST.

    Args:
      train_dir: The folder of the files.
      fake_data: Reads nothing: each image is all ones, each label 0.
      one_hot: Whether labels are rows of ten, float64, rather than uint8 numbers.
      dtype: `tf.float32` for pixels from 0 to 1, `tf.uint8` for 0 to 255.
      reshape: Whether an image is a row of its pixels, [n, 784], rather than [n, 28, 28, 1].
      validation_size: How many of the training images go to the validation part, the first ones.
      seed: Of the shuffling.
      source_url: Ignored: nothing is downloaded.

    Returns:
      `Datasets(train, validation, test)`, three `DataSet`s.

    Raises:
      FileNotFoundError: A file is missing.
      ValueError: A file is no idx file of its kind, or there are fewer training images than
        `validation_size`.
    """
    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    if fake_data:
        parts = [
            DataSet([], [], fake_data=True, one_hot=one_hot, **options) for _ in Datasets._fields
        ]
        return Datasets(*parts)
    files = _open_all(train_dir, [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS])
    with files[0], files[1], files[2], files[3]:
        images, labels = extract_images(files[0]), extract_labels(files[1], one_hot)
        test = DataSet(extract_images(files[2]), extract_labels(files[3], one_hot), **options)
    if not 0 <= validation_size <= len(images):
        raise ValueError(
            f"validation_size must be from 0 to {len(images)}, the training images of "
            f"{train_dir!r}, got {validation_size}"
        )
    validation = DataSet(images[:validation_size], labels[:validation_size], **options)
    train = DataSet(images[validation_size:], labels[validation_size:], **options)
    return Datasets(train, validation, test)


class DataSet:
    """Images with their labels, handed out in batches.

    Args:
      images: uint8, [n, rows, columns, 1].
      labels: [n], or [n, classes] if one-hot.
      fake_data: Whether every batch is made up.
      one_hot: Whether made-up labels are one-hot.
      dtype: `tf.float32` for pixels from 0 to 1, `tf.uint8` for 0 to 255.
      reshape: Whether an image becomes a row of its pixels.
      seed: Of the shuffling.  It seeds NumPy's global generator, as TensorFlow's does.

    Raises:
      TypeError: `dtype` is neither of the two.
      ValueError: There are not as many labels as images.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = "float32",
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        graph_seed, op_seed = penstock.get_seed(seed)
        np.random.seed(graph_seed if seed is None else op_seed)
        dtype = as_dtype(dtype).base_dtype
        if dtype.name not in ("uint8", "float32"):
            raise TypeError(f"The pixels of a DataSet are uint8 or float32, got dtype {dtype.name}")
        self.one_hot = one_hot
        self._fake = fake_data
        self._num_examples = 10000 if fake_data else len(images)
        self._images, self._labels = images, labels
        if not fake_data:
            if len(images) != len(labels):
                raise ValueError(f"Each image needs a label, got {len(images)} and {len(labels)}")
            if reshape:
                images = images.reshape(len(images), math.prod(images.shape[1:]))
            if dtype.name == "float32":
                images = np.multiply(images.astype(np.float32), np.float32(1.0 / 255.0))
            self._images = images
        self._epochs_completed = 0
        self._index_in_epoch = 0

    @property
    def images(self) -> np.ndarray:
        return self._images

    @property
    def labels(self) -> np.ndarray:
        return self._labels

    @property
    def num_examples(self) -> int:
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        return self._epochs_completed

    def next_batch(
        self, batch_size: int, fake_data: bool = False, shuffle: bool = True
    ) -> tuple[Any, Any]:
        """The next images and labels.

        Images are shuffled at the start and after each epoch; a batch that crosses the end of an
        epoch takes the rest from the newly shuffled images.

        Args:
          batch_size: How many; at most `num_examples`.
          fake_data: Whether the batch is made up.
          shuffle: Whether this call may shuffle.

        Returns:
          `(images, labels)`, each with `batch_size` rows.
        """
        if fake_data or self._fake:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._index_in_epoch
        if shuffle and self._epochs_completed == 0 and start == 0:
            self._shuffle()
        end = start + batch_size
        if end <= self._num_examples:
            self._index_in_epoch = end
            return self._images[start:end], self._labels[start:end]
        rest = self._images[start:], self._labels[start:]
        self._epochs_completed += 1
        if shuffle:
            self._shuffle()
        self._index_in_epoch = end - self._num_examples
        first = self._images[: self._index_in_epoch], self._labels[: self._index_in_epoch]
        return np.concatenate([rest[0], first[0]]), np.concatenate([rest[1], first[1]])

    def _shuffle(self) -> None:
        order = np.arange(self._num_examples)
        np.random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]


def extract_images(f: BinaryIO) -> np.ndarray:
    """Reads a gzipped idx file of images: uint8, [n, rows, columns, 1].

    Raises:
      ValueError: The file is no such file.
    """
    return _read_idx(f, IMAGES_MAGIC)[..., np.newaxis]


def extract_labels(f: BinaryIO, one_hot: bool = False, num_classes: int = 10) -> np.ndarray:
    """Reads a gzipped idx file of labels: uint8, [n], or float64, [n, num_classes], if one-hot.

    Raises:
      ValueError: The file is no such file.
    """
    labels = _read_idx(f, LABELS_MAGIC)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense: np.ndarray, num_classes: int) -> np.ndarray:
    """Rows of zeros with a one at each label: float64, [n, num_classes]."""
    return np.eye(num_classes)[labels_dense.ravel()]


def _open_all(folder: str, names: list[str]) -> list[BinaryIO]:
    paths = [os.path.join(folder, name) for name in names]
    missing = [path for path in paths if not os.path.exists(path)]
    if missing:
        raise FileNotFoundError(
            f"MNIST is read from disk, never downloaded, and {folder!r} lacks "
            f"{', '.join(os.path.basename(path) for path in missing)}. Put the four files of the "
            f"MNIST database there, in idx format and compressed by gzip: {', '.join(names)}."
        )
    return [open(path, "rb") for path in paths]


def _read_idx(f: BinaryIO, magic: int) -> np.ndarray:
    name = getattr(f, "name", "the file")
    with gzip.GzipFile(fileobj=f) as stream:
        found, *shape = struct.unpack(f">{1 + magic % 256}I", stream.read(4 + 4 * (magic % 256)))
        if found != magic:
            raise ValueError(f"The file must start with {magic}, but {name!r} starts with {found}")
        values = np.frombuffer(stream.read(), dtype=np.uint8)
    if values.size != np.prod(shape):
        raise ValueError(f"{name!r} announces {shape} values, but has {values.size}")
    return values.reshape(shape)
