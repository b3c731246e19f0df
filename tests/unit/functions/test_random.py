"""Random tensors in sessions: seeds, streams that go on, tiers that agree, bad arguments."""

import numpy as np
import pytest

import penstock as tf

# Graph seed, op seed, and the attributes that TensorFlow 1.15.5 makes of them after one node.
SEEDS = [
    (None, None, (None, None)),
    (None, 0, (87654321, 0)),
    (None, -3, (87654321, 2147483644)),
    (None, 2**33, (87654321, 4)),
    (0, None, (0, 1)),
    (0, 0, (0, 2147483647)),
    (0, 5, (0, 5)),
    (5, None, (5, 1)),
    (2**31, 2**31, (1, 1)),
    (-3, 0, (2147483644, 0)),
]


def session_on(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(config=config)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize(("graph_seed", "op_seed", "attributes"), SEEDS)
def test_seeds(graph_seed, op_seed, attributes):
    tf.set_random_seed(graph_seed)
    tf.no_op()
    assert tf.get_seed(op_seed) == attributes


def test_a_graph_seed_gives_tensorflows_numbers_run_after_run():
    tf.set_random_seed(1)
    fetches = [
        tf.random_normal([3]),
        tf.random.uniform([2], maxval=5, dtype=tf.int32),
        tf.random.categorical([[0.0, 1.0]], 4),
    ]
    for tier in ("numpy", "xla"):
        with session_on(tier) as session:
            for normals, integers, categories in [
                ([-0.67086124, 0.22357145, 0.79727304], [4, 1], [1, 1, 1, 1]),
                ([-1.4469887, 1.0996525, 0.8936821], [0, 3], [0, 1, 1, 0]),
            ]:
                results = session.run(fetches)
                np.testing.assert_allclose(results[0], normals, rtol=3e-7)
                assert results[1].tolist() == integers
                assert results[2].tolist() == [categories]


def test_without_seeds_sessions_differ():
    numbers = tf.random_uniform([4])
    with tf.Session() as one, tf.Session() as other:
        assert not np.array_equal(one.run(numbers), other.run(numbers))


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_two_fetches_of_one_node_are_one_draw(tier):
    numbers = tf.random_uniform([4], seed=1)
    with session_on(tier) as session:
        once, again = session.run([numbers, numbers + 0.0])
        assert np.array_equal(once, again)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_stateless_numbers_stay(tier):
    seed = tf.constant([-5, 2**31 - 1])
    numbers = tf.random.stateless_uniform([4], seed)
    with session_on(tier) as session:
        expected = [0.5050629377365112, 0.8586729764938354, 0.45183122158050537, 0.6619908809661865]
        assert session.run(numbers).tolist() == expected
        assert session.run(numbers).tolist() == expected
        assert session.run(numbers, {seed: [1, 2]}).tolist() != expected


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_bounds_are_checked_when_they_are_fed(tier):
    high = tf.placeholder(tf.int32, [])
    numbers = tf.random_uniform([3], minval=5, maxval=high, dtype=tf.int32, seed=1)
    with session_on(tier) as session:
        assert session.run(numbers, {high: 6}).tolist() == [5, 5, 5]
        with pytest.raises(tf.errors.InvalidArgumentError, match="minval less than maxval"):
            session.run(numbers, {high: 5})
        assert session.run(numbers, {high: 6}).tolist() == [5, 5, 5]


def test_bad_arguments():
    with pytest.raises(ValueError, match="maxval"):
        tf.random_uniform([2], dtype=tf.int32)
    with pytest.raises(ValueError, match="uint8"):
        tf.random_uniform([2], dtype=tf.uint8, maxval=3)
    with pytest.raises(ValueError, match="rank 1"):
        tf.random_normal(3)
    with pytest.raises(ValueError, match="seed of two numbers"):
        tf.random.stateless_normal([2], [1, 2, 3])


def test_gamma_samples_have_gradients():
    alpha = tf.constant([0.5, 3.0])
    samples = tf.random_gamma([2000], alpha, seed=1)
    slope = tf.gradients(samples, alpha)[0] / 2000.0
    with tf.Session() as session:
        # The mean of the distribution is alpha itself.
        np.testing.assert_allclose(session.run(slope), [1, 1], atol=0.1)
