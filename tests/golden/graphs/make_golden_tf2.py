"""Write models as TensorFlow 2 does: run at the root of the repository with TensorFlow 2, tf_keras.

    TF_USE_LEGACY_KERAS=1 python -m tests.golden.graphs.make_golden_tf2

`models_tf2.zip` holds SavedModels and a frozen graph, `models_tf2.json` what they give.
"""

import json
import os
import shutil
import tempfile
import zipfile

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

HERE = os.path.dirname(os.path.abspath(__file__))


class Steps(tf.Module):
    """A loop with a choice in it, a variable that counts its calls, and another that is read."""

    def __init__(self):
        super().__init__()
        self.step = tf.Variable([1.0, 2.0], name="step")
        self.calls = tf.Variable(0, name="calls")

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32, name="x")])
    def run(self, x):
        self.calls.assign_add(1)
        for _ in tf.range(3):
            x = x - self.step if tf.reduce_sum(x) > 4.0 else x * 2.0 + self.step
        return {"x": x, "calls": self.calls.read_value()}


def convolutions():
    """A small convolutional network."""
    layers = tf.keras.layers
    tf.keras.utils.set_random_seed(1)
    return tf.keras.Sequential(
        [
            layers.Input((6, 6, 2)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(2),
            layers.MaxPool2D(),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def main():
    """Write all files."""
    folder = tempfile.mkdtemp()
    image = np.linspace(-1, 1, 2 * 6 * 6 * 2, dtype=np.float32).reshape(2, 6, 6, 2)
    steps, network = Steps(), convolutions()
    tf.saved_model.save(steps, os.path.join(folder, "steps"), signatures=steps.run)
    tf.saved_model.save(network, os.path.join(folder, "convolutions"))
    call = tf.function(network).get_concrete_function(tf.TensorSpec([2, 6, 6, 2]))
    frozen = convert_variables_to_constants_v2(call).graph.as_graph_def()
    with open(os.path.join(folder, "frozen.pb"), "wb") as target:
        target.write(frozen.SerializeToString(deterministic=True))
    values = {
        "steps": {"x": [1.0, 1.0], "y": steps.run(tf.constant([1.0, 1.0]))["x"].numpy().tolist()},
        "convolutions": {"x": image.tolist(), "y": network(image).numpy().tolist()},
    }
    with zipfile.ZipFile(os.path.join(HERE, "models_tf2.zip"), "w") as archive:
        for place, _, files in sorted(os.walk(folder)):
            for file in sorted(files):
                path = os.path.join(place, file)
                info = zipfile.ZipInfo(os.path.relpath(path, folder))
                info.compress_type = zipfile.ZIP_DEFLATED
                with open(path, "rb") as source:
                    archive.writestr(info, source.read())
    shutil.rmtree(folder)
    with open(os.path.join(HERE, "models_tf2.json"), "w") as target:
        json.dump(values, target)


if __name__ == "__main__":
    main()
