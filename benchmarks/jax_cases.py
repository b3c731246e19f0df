"""The same computations, written by hand in JAX as one would for speed."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.cases import (
    LSTM,
    MLP,
    TRANSFORMER,
    TURNS,
    lstm_batch,
    mlp_batch,
    transformer_batch,
)


def scalar():
    """One operation on a given number."""
    add = jax.jit(lambda x: x + 1.0)
    return lambda: np.asarray(add(np.float32(2.0)))


def chain():
    """A chain of 1000 operations on a given number."""

    @jax.jit
    def run(x):
        for _ in range(500):
            x = x * 0.999 + 0.001
        return x

    return lambda: np.asarray(run(np.float32(2.0)))


def mlp():
    """A training step of a network with two hidden layers, by gradient descent."""
    images, labels = mlp_batch()
    sizes = [MLP["inputs"], MLP["hidden"], MLP["hidden"], MLP["classes"]]
    random = np.random.RandomState(1)
    pairs = zip(sizes, sizes[1:], strict=False)
    weights = [(glorot(random, rows, columns), jnp.zeros(columns)) for rows, columns in pairs]

    def loss_of(weights, x, y):
        for i, (w, b) in enumerate(weights):
            x = x @ w + b
            x = jax.nn.relu(x) if i < 2 else x
        return cross_entropy(x, y)

    @functools.partial(jax.jit, donate_argnums=0)
    def step(weights, x, y):
        loss, gradients = jax.value_and_grad(loss_of)(weights, x, y)
        descend = lambda w, g: w - MLP["rate"] * g  # noqa: E731
        return jax.tree.map(descend, weights, gradients), loss

    return stepping(step, weights, images, labels)


def transformer():
    """A training step of a small transformer by Adam."""
    weights = transformer_weights(np.random.RandomState(1))
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.ones([]))

    @functools.partial(jax.jit, donate_argnums=0)
    def step(state, tokens):
        weights, means, squares, count = state
        loss, gradients = jax.value_and_grad(transformer_loss)(weights, tokens)
        means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, gradients)
        squares = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, squares, gradients)
        rate = TRANSFORMER["rate"] * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        weights = jax.tree.map(
            lambda w, m, s: w - rate * m / (jnp.sqrt(s) + 1e-8), weights, means, squares
        )
        return (weights, means, squares, count + 1), loss

    return stepping(step, state, transformer_batch())


def lstm():
    """A training step of an LSTM over rows of images, by `lax.scan` and gradient descent."""
    random = np.random.RandomState(1)
    inputs, units, classes = LSTM["inputs"], LSTM["units"], LSTM["classes"]
    weights = {
        "kernel": glorot(random, inputs + units, 4 * units),
        "bias": jnp.zeros(4 * units),
        "classes": {"weights": glorot(random, units, classes), "bias": jnp.zeros(classes)},
    }

    def loss_of(weights, x, y):
        def turn(state, now):
            c, h = state
            gates = jnp.concatenate([now, h], 1) @ weights["kernel"] + weights["bias"]
            i, j, f, o = jnp.split(gates, 4, axis=1)
            c = c * jax.nn.sigmoid(f + 1.0) + jax.nn.sigmoid(i) * jnp.tanh(j)
            h = jnp.tanh(c) * jax.nn.sigmoid(o)
            return (c, h), None

        start = jnp.zeros([len(x), units])
        (_, h), _ = jax.lax.scan(turn, (start, start), jnp.swapaxes(x, 0, 1))
        return cross_entropy(dense(weights["classes"], h), y)

    @functools.partial(jax.jit, donate_argnums=0)
    def step(weights, x, y):
        loss, gradients = jax.value_and_grad(loss_of)(weights, x, y)
        return jax.tree.map(lambda w, g: w - LSTM["rate"] * g, weights, gradients), loss

    return stepping(step, weights, *lstm_batch())


def while_loop():
    """A loop of 10,000 turns on a given number."""
    turn = lambda _, y: y * 0.999 + 0.001  # noqa: E731
    run = jax.jit(lambda x: jax.lax.fori_loop(0, TURNS, turn, x))
    return lambda: np.asarray(run(np.float32(2.0)))


def cond():
    """A training step of a linear model, by one of two losses."""

    def loss_of(w, choice, x):
        error = x @ w - 1.0
        return jax.lax.cond(
            choice, lambda: jnp.mean(error * error), lambda: jnp.mean(jnp.abs(error))
        )

    @functools.partial(jax.jit, donate_argnums=0)
    def step(w, choice, x):
        loss, gradient = jax.value_and_grad(loss_of)(w, choice, x)
        return w - 0.01 * gradient, loss

    batch = np.random.RandomState(0).rand(8, 4).astype(np.float32)
    choices = itertools.cycle((True, False))
    state = glorot(np.random.RandomState(1), 4, 1)

    def run():
        nonlocal state
        state, loss = step(state, next(choices), batch)
        return np.asarray(loss)

    return run


CASES = {
    "scalar": scalar,
    "chain": chain,
    "mlp": mlp,
    "transformer": transformer,
    "lstm": lstm,
    "while_loop": while_loop,
    "cond": cond,
}


def stepping(step, state, *batch):
    """A function of no arguments that does a step, keeps its state, and returns the loss."""

    def run():
        nonlocal state
        state, loss = step(state, *batch)
        return np.asarray(loss)

    return run


def cross_entropy(logits, labels):
    """The mean of minus the logarithm of the labels' probabilities."""
    logarithms = jax.nn.log_softmax(logits)
    return -jnp.mean(jnp.take_along_axis(logarithms, labels[:, None], 1))


def glorot(random, rows, columns):
    """Random weights, [rows, columns], as TensorFlow starts them."""
    bound = (6.0 / (rows + columns)) ** 0.5
    return jnp.asarray(random.uniform(-bound, bound, [rows, columns]).astype(np.float32))


def transformer_weights(random):
    """The variables of the transformer, in dicts by their names."""
    width = TRANSFORMER["width"]

    def dense(rows, columns):
        return {"weights": glorot(random, rows, columns), "bias": jnp.zeros(columns)}

    def norm():
        return {"scale": jnp.ones(width), "shift": jnp.zeros(width)}

    def block():
        return {
            "norm1": norm(),
            "qkv": dense(width, 3 * width),
            "out": dense(width, width),
            "norm2": norm(),
            "wide": dense(width, 4 * width),
            "narrow": dense(4 * width, width),
        }

    return {
        "embedding": glorot(random, TRANSFORMER["vocabulary"], width),
        "position": glorot(random, TRANSFORMER["length"], width),
        "blocks": [block() for _ in range(TRANSFORMER["layers"])],
        "norm": norm(),
    }


def transformer_loss(weights, tokens):
    """The mean cross-entropy of each next token."""
    h = weights["embedding"][tokens[:, :-1]] + weights["position"]
    for block in weights["blocks"]:
        h = h + attention(block, layer_norm(block["norm1"], h))
        wide = jax.nn.relu(dense(block["wide"], layer_norm(block["norm2"], h)))
        h = h + dense(block["narrow"], wide)
    h = layer_norm(weights["norm"], h).reshape(-1, TRANSFORMER["width"])
    return cross_entropy(h @ weights["embedding"].T, tokens[:, 1:].reshape(-1))


def dense(layer, x):
    return x @ layer["weights"] + layer["bias"]


def layer_norm(layer, x):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * layer["scale"] + layer["shift"]


def attention(block, x):
    batch, length, width = x.shape
    heads = TRANSFORMER["heads"]
    parts = jnp.split(dense(block["qkv"], x), 3, axis=2)
    q, k, v = (
        part.reshape(batch, length, heads, width // heads).transpose(0, 2, 1, 3) for part in parts
    )
    scores = q @ k.transpose(0, 1, 3, 2) * (width // heads) ** -0.5
    mask = np.triu(np.full([length, length], -1e9, np.float32), 1)
    mixed = jax.nn.softmax(scores + mask) @ v
    return dense(block["out"], mixed.transpose(0, 2, 1, 3).reshape(batch, length, width))
