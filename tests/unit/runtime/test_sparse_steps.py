"""Steps of optimizers on rows: each batch has another number of different ids."""

import numpy as np
import pytest

import penstock as tf
from penstock.runtime import device_stage

ROWS, WIDTH, STEPS = 600, 8, 60


def train(make_optimizer, use_resource, tier):
    """Train on random rows; give the table at last, and how often a program was compiled."""
    random = np.random.default_rng(5)
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as sess:
        first = random.normal(size=(ROWS, WIDTH)).astype(np.float32)
        table = tf.Variable(first, use_resource=use_resource)
        ids = tf.placeholder(tf.int32, [None])
        loss = tf.reduce_mean(tf.nn.embedding_lookup(table, ids) ** 2)
        step = make_optimizer().minimize(loss)
        sess.run(tf.global_variables_initializer())
        seen = set()
        for _ in range(STEPS):
            batch = random.integers(0, ROWS // 4, 128)
            seen.add(len(set(batch.tolist())))
            sess.run(step, {ids: batch})
        count = len(sess.explain(step, [ids]).compilations)
        return sess.run(table), count, len(seen)


@pytest.mark.parametrize("use_resource", [False, True], ids=["reference", "resource"])
@pytest.mark.parametrize(
    "make_optimizer",
    [lambda: tf.train.AdamOptimizer(0.1), lambda: tf.train.AdagradOptimizer(0.1)],
    ids=["adam", "adagrad"],
)
def test_few_programs_serve_many_numbers_of_rows(make_optimizer, use_resource, monkeypatch):
    monkeypatch.setattr(device_stage, "_EXECUTABLES", 4)
    interpreted, none, _ = train(make_optimizer, use_resource, "numpy")
    chosen, count, sizes = train(make_optimizer, use_resource, "")
    assert sizes > 12 and none == 0
    assert 0 < count <= 4 + np.log2(STEPS)
    np.testing.assert_allclose(chosen, interpreted, rtol=2e-5, atol=2e-6)
