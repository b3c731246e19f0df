"""Learns to read handwritten digits: a convolutional network in plain TensorFlow 1.

penstock run examples/digits.py
"""

import argparse
import os
import time

import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

HERE = os.path.dirname(os.path.abspath(__file__))
HELD_OUT = 360  # images that training never sees


def read_images(path):
    """Reads images scaled to 0..1, [n, 8, 8, 1], and labels, [n]; both in an order drawn once."""
    with np.load(path) as data:
        images = data["images"].astype(np.float32)[..., np.newaxis] / 16
        labels = data["labels"].astype(np.int32)
    order = np.random.RandomState(0).permutation(len(images))
    return images[order], labels[order]


def convolution(inputs, channels, name):
    """A 3x3 convolution with bias and ReLU, then 2x2 max pooling."""
    with tf.variable_scope(name):
        shape = [3, 3, int(inputs.shape[-1]), channels]
        filters = tf.get_variable("filters", shape, initializer=tf.glorot_uniform_initializer())
        bias = tf.get_variable("bias", [channels], initializer=tf.zeros_initializer())
        features = tf.nn.conv2d(inputs, filters, strides=[1, 1, 1, 1], padding="SAME")
        features = tf.nn.relu(tf.nn.bias_add(features, bias))
        return tf.nn.max_pool(features, [1, 2, 2, 1], [1, 2, 2, 1], padding="SAME")


def dense(inputs, units, name):
    """A fully connected layer."""
    with tf.variable_scope(name):
        shape = [int(inputs.shape[-1]), units]
        weights = tf.get_variable("weights", shape, initializer=tf.glorot_uniform_initializer())
        bias = tf.get_variable("bias", [units], initializer=tf.zeros_initializer())
        return tf.matmul(inputs, weights) + bias


def build(learning_rate):
    """Builds the network and its training step; returns the tensors to feed and to fetch."""
    images = tf.placeholder(tf.float32, [None, 8, 8, 1], name="images")
    labels = tf.placeholder(tf.int32, [None], name="labels")
    keep_prob = tf.placeholder_with_default(1.0, [], name="keep_prob")

    features = convolution(images, 32, "convolution1")
    features = convolution(features, 64, "convolution2")
    flat = tf.reshape(features, [-1, 2 * 2 * 64])
    hidden = tf.nn.relu(dense(flat, 128, "hidden"))
    logits = dense(tf.nn.dropout(hidden, keep_prob), 10, "logits")

    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    loss = tf.reduce_mean(losses, name="loss")
    right = tf.equal(tf.argmax(logits, 1, output_type=tf.int32), labels)
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")
    train = tf.train.AdamOptimizer(learning_rate).minimize(loss)
    return images, labels, keep_prob, loss, accuracy, train


def batches(count, size, random):
    """The rows of each batch of one pass, in random order; a last, smaller batch is left out."""
    order = random.permutation(count)
    return [order[start : start + size] for start in range(0, count - size + 1, size)]


def progress_bar(console):
    return Progress(
        TextColumn("epoch {task.completed:>2.0f}/{task.total:.0f}"),
        BarColumn(),
        TextColumn("loss {task.fields[loss]:.4f}"),
        TimeElapsedColumn(),
        console=console,
    )


def parse_options():
    parser = argparse.ArgumentParser(description="Learns to read handwritten digits.")
    parser.add_argument("--data", default=os.path.join(HERE, "data", "digits.npz"), help="images")
    parser.add_argument("--epochs", type=int, default=30, help="passes over the training images")
    parser.add_argument("--batch_size", type=int, default=64, help="images a step")
    parser.add_argument("--learning_rate", type=float, default=2e-3, help="Adam's step size")
    parser.add_argument("--seed", type=int, default=1, help="of weights, dropout and batches")
    return parser.parse_args()


def main():
    options = parse_options()
    began = time.time()
    all_images, all_labels = read_images(options.data)
    train_images, test_images = all_images[HELD_OUT:], all_images[:HELD_OUT]
    train_labels, test_labels = all_labels[HELD_OUT:], all_labels[:HELD_OUT]

    tf.set_random_seed(options.seed)
    images, labels, keep_prob, loss, accuracy, train = build(options.learning_rate)

    console = Console()
    random = np.random.RandomState(options.seed)
    with tf.Session() as sess, progress_bar(console) as progress:
        sess.run(tf.global_variables_initializer())
        task = progress.add_task("training", total=options.epochs, loss=float("nan"))
        for _ in range(options.epochs):
            losses = []
            for rows in batches(len(train_images), options.batch_size, random):
                feeds = {images: train_images[rows], labels: train_labels[rows], keep_prob: 0.5}
                step_loss, _ = sess.run([loss, train], feeds)
                losses.append(step_loss)
            progress.update(task, advance=1, loss=np.mean(losses))
        on_train = sess.run(accuracy, {images: train_images, labels: train_labels})
        on_test = sess.run(accuracy, {images: test_images, labels: test_labels})

    parameters = sum(int(np.prod(v.shape.as_list())) for v in tf.trainable_variables())
    table = Table(title="Handwritten digits", show_header=False)
    table.add_row("parameters", f"{parameters:,}")
    table.add_row("training images", f"{len(train_images):,}, {on_train:.2%} right")
    table.add_row("images held out", f"{len(test_images):,}, {on_test:.2%} right")
    table.add_row("time", f"{time.time() - began:.1f} s")
    console.print(table)


if __name__ == "__main__":
    main()
