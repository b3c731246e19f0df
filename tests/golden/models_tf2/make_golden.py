"""Write models with words and attention as TensorFlow 2 does: run with it, at the root.

    python -m tests.golden.models_tf2.make_golden

`models.zip` holds SavedModels: of a module with look-up tables, and of Keras 3; `models.json` what
they take and give.
"""

import json
import os
import shutil
import tempfile

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))
layers = tf.keras.layers


class Tables(tf.Module):
    """Tables of each kind: from a file, from tensors, and two that change."""

    def __init__(self, words):
        super().__init__()
        index, lookup = tf.lookup.TextFileIndex, tf.lookup
        whole, number = index.WHOLE_LINE, index.LINE_NUMBER
        self.words = lookup.StaticHashTable(
            lookup.TextFileInitializer(words, tf.string, whole, tf.int64, number), -1
        )
        self.names = lookup.StaticHashTable(
            lookup.KeyValueTensorInitializer([1, 2], ["one", "two"], tf.int64, tf.string), "?"
        )
        self.counts = lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)
        self.counts.insert(["x", "y"], tf.constant([5, 6], tf.int64))
        self.dense = lookup.experimental.DenseHashTable(
            tf.int64, tf.float32, -1.0, -9, -10, initial_num_buckets=8
        )
        self.dense.insert(tf.constant([1, 2], tf.int64), [1.5, 2.5])
        self.factor = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def ask(self, text):
        """Ask all of them."""
        ids = self.words.lookup(text)
        return {
            "ids": ids,
            "names": self.names.lookup(ids),
            "counts": self.counts.lookup(text),
            "dense": self.dense.lookup(ids) * self.factor,
        }


def words():
    """Texts to numbers, embeddings of which some are masked, and a recurrent layer."""
    text = layers.Input((1,), dtype="string")
    ids = layers.TextVectorization(vocabulary=["a", "b", "c"], output_sequence_length=4)(text)
    embedded = layers.Embedding(5, 3, mask_zero=True)(ids)
    return tf.keras.Model(text, layers.Dense(2)(layers.LSTM(4)(embedded)))


def attention():
    """Attention of several heads, normalized."""
    x = layers.Input((5, 4))
    return tf.keras.Model(x, layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 3)(x, x)))


def main():
    """Write all files."""
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "words.txt")
    with open(path, "w") as target:
        target.write("a\nb\nc\n")
    tables = Tables(path)
    text = ["a", "b", "c", "x"]
    tf.saved_model.save(tables, os.path.join(folder, "tables"), signatures=tables.ask)
    os.remove(path)
    found = {name: value.numpy().tolist() for name, value in tables.ask(tf.constant(text)).items()}
    found["names"] = [name.decode() for name in found["names"]]
    values = {"tables": {"x": text, "y": found}}
    x = np.random.RandomState(0).randn(2, 5, 4).astype(np.float32)
    for build, given in ((words, [["A b, c!"], ["b q"], [""]]), (attention, x.tolist())):
        tf.keras.utils.set_random_seed(1)
        model = build()
        model.export(os.path.join(folder, build.__name__), verbose=False)
        values[build.__name__] = {"x": given, "y": model(tf.constant(given)).numpy().tolist()}
    shutil.make_archive(os.path.join(HERE, "models"), "zip", folder)
    shutil.rmtree(folder)
    with open(os.path.join(HERE, "models.json"), "w") as target:
        json.dump(values, target, indent=1)


if __name__ == "__main__":
    main()
