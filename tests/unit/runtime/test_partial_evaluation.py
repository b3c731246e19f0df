"""What is static while a stage is traced, what becomes part of its key, and where it is cut."""

import numpy as np
import pytest

import penstock as tf
from penstock.core.config import ConfigProto

raw = tf.raw_ops


def compiled_session(graph):
    config = ConfigProto()
    config.experimental.executor_type = "xla"
    return tf.Session(graph=graph, config=config)


def placeholder(dtype, shape=None):
    return raw.Placeholder(dtype=dtype, shape=shape)


def compilations(sess, fetches, feeds):
    return sess.explain(fetches, feeds).compilations


def test_computed_shapes_cost_one_stage():
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [None, 2, 3])
        rows = raw.Shape(input=x)[0]
        flat = raw.Reshape(tensor=x, shape=raw.Pack(values=[rows, -1], axis=0))
        sess = compiled_session(graph)
        for size in (4, 4, 5):
            assert sess.run(flat, {x: np.zeros((size, 2, 3))}).shape == (size, 6)
        explanation = sess.explain(flat, [x])
        assert len(explanation.staged.stages) == 1
        reasons = [one.reason for one in explanation.compilations]
        assert reasons[0] == "compiled for the first time"
        assert "was (4, 2, 3), is (5, 2, 3)" in reasons[1]
        assert len(reasons) == 2


def test_a_fed_size_becomes_part_of_the_key():
    with tf.Graph().as_default() as graph:
        n = placeholder("int32", [])
        zeros = raw.Fill(dims=raw.Pack(values=[n, 2], axis=0), value=0.5)
        doubled = raw.Mul(x=zeros, y=2.0)
        sess = compiled_session(graph)
        for size in (3, 3, 7):
            np.testing.assert_array_equal(sess.run(doubled, {n: size}), np.ones((size, 2)))
        explanation = sess.explain(doubled, [n])
        assert len(explanation.staged.stages) == 1
        assert len(explanation.compilations) == 2
        assert "was 3, is 7" in explanation.compilations[-1].reason


def test_a_computed_size_ends_the_stage():
    with tf.Graph().as_default() as graph:
        lengths = placeholder("float32", [None])
        longest = raw.Max(input=raw.Mul(x=lengths, y=2.0), axis=0, keep_dims=False)
        size = raw.Cast(x=longest, DstT="int32")
        zeros = raw.Fill(dims=raw.Pack(values=[size], axis=0), value=1.0)
        total = raw.Sum(input=raw.Mul(x=zeros, y=3.0), axis=0, keep_dims=False)
        sess = compiled_session(graph)
        assert sess.run(total, {lengths: [1, 2]}) == 12.0
        assert sess.run(total, {lengths: [4, 2]}) == 24.0


def test_a_size_read_from_a_variable_ends_the_stage():
    with tf.Graph().as_default() as graph:
        ref = raw.VariableV2(shape=[], dtype="int32", container="", shared_name="", name="v")
        init = raw.Assign(ref=ref, value=np.int32(3))
        zeros = raw.Fill(dims=raw.Pack(values=[raw.Identity(input=ref)], axis=0), value=1.0)
        sess = compiled_session(graph)
        sess.run(init)
        assert sess.run(raw.Neg(x=zeros)).shape == (3,)


def test_shapes_that_depend_on_values_are_the_interpreters():
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [None])
        mask = raw.Greater(x=raw.Mul(x=x, y=2.0), y=1.0)
        where = raw.Where(condition=mask)
        kept = raw.GatherNd(params=x, indices=where)
        total = raw.Sum(input=raw.Mul(x=kept, y=10.0), axis=0, keep_dims=False)
        sess = compiled_session(graph)
        for _ in range(2):
            assert sess.run(total, {x: [0, 1, 2]}) == 30.0
            assert sess.run(total, {x: [0, 1, 0.1]}) == 10.0
        stages = sess.explain(total, [x]).staged.stages
        assert [stage.is_host for stage in stages] == [False, True, False]


def test_large_constants_are_passed_in_not_written_into_the_program():
    table = np.random.RandomState(0).rand(300, 100).astype(np.float32)
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [None, 300])
        y = raw.MatMul(a=x, b=tf.convert_to_tensor(table))
        sess = compiled_session(graph)
        fed = np.ones((2, 300), np.float32)
        np.testing.assert_allclose(sess.run(y, {x: fed}), fed @ table, rtol=1e-4)


def test_a_large_constant_may_be_needed_as_a_value():
    sizes = np.zeros(10_000, np.int32) + 1
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [])
        total = raw.Sum(input=tf.convert_to_tensor(sizes), axis=0, keep_dims=False)
        y = raw.Mul(x=raw.Fill(dims=raw.Pack(values=[total], axis=0), value=x), y=1.0)
        assert compiled_session(graph).run(y, {x: 2.0}).shape == (10_000,)


def test_large_known_results_are_computed_by_xla():
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [])
        big = raw.Fill(dims=np.array([300, 300], np.int32), value=1.5)
        y = raw.Mul(x=big, y=x)
        assert compiled_session(graph).run(y, {x: 2.0})[299, 299] == 3.0


def test_choice_of_tier_is_by_program_and_count():
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [None, 64])
        y = x
        for _ in range(30):
            y = raw.Tanh(x=raw.MatMul(a=y, b=np.eye(64, dtype=np.float32)))
        tiny = raw.Neg(x=x)
        sess = tf.Session(graph=graph)
        fed = np.ones((8, 64), np.float32)
        for runs, compiled in ((1, 0), (2, 1), (3, 1)):
            sess.run(y, {x: fed})
            assert len(compilations(sess, y, [x])) == compiled, runs
        sess.run(y, {x: fed[:5]})
        assert len(compilations(sess, y, [x])) == 1  # a shape seen once is interpreted
        sess.run(y, {x: fed[:5]})
        assert len(compilations(sess, y, [x])) == 2
        for _ in range(5):
            sess.run(tiny, {x: fed[:1]})
        assert not compilations(sess, tiny, [x])


def test_a_size_that_changes_at_every_run_is_interpreted():
    with tf.Graph().as_default() as graph:
        n = placeholder("int32", [])
        y = raw.Fill(dims=raw.Pack(values=[n], axis=0), value=0.5)
        for _ in range(30):
            y = raw.Mul(x=raw.Tanh(x=y), y=2.0)
        sess = tf.Session(graph=graph)
        for size in range(2, 12):
            assert sess.run(y, {n: size}).shape == (size,)
        assert len(compilations(sess, y, [n])) == 1


def test_jax_arrays_are_fed_without_a_copy():
    jax = pytest.importorskip("jax")
    with tf.Graph().as_default() as graph:
        x = placeholder("float32", [3])
        sess = compiled_session(graph)
        fed = jax.numpy.arange(3.0)
        for _ in range(2):
            np.testing.assert_array_equal(sess.run(raw.Mul(x=x, y=2.0), {x: fed}), [0, 2, 4])


def test_one_value_may_go_to_two_variables_that_are_then_overwritten():
    with tf.Graph().as_default() as graph:
        refs = [
            raw.VariableV2(shape=[5], dtype="float32", container="", shared_name="", name=name)
            for name in "ab"
        ]
        x = placeholder("float32", [5])
        doubled = raw.Mul(x=x, y=2.0)
        init = [raw.Assign(ref=ref, value=doubled).op for ref in refs]
        copy = raw.Assign(ref=refs[1], value=raw.Identity(input=refs[0])).op
        train = raw.AssignAdd(ref=refs[0], value=np.ones(5, np.float32)).op
        sess = compiled_session(graph)
        sess.run(init, {x: np.ones(5)})
        for step in range(3):
            sess.run(train)
            assert [value[0] for value in sess.run(refs)] == [3 + step, 2 if not step else 2 + step]
            sess.run(copy)
            sess.run(train) if step < 0 else None


@pytest.mark.parametrize("executor", ["xla", ""])
def test_what_changes_all_the_time_leaves_the_key(executor):
    """The number of turns is 2 for every word: the step must not be compiled for each."""
    with tf.Graph().as_default() as graph:
        word = tf.placeholder(tf.int32, [1, 1])
        hot = tf.one_hot(word, 50)
        turns = tf.cast(tf.reduce_sum(tf.reduce_max(tf.sign(hot), 2)), tf.int32) + 1
        array = tf.TensorArray(tf.float32, size=turns)
        _, array = tf.while_loop(
            lambda i, a: i < turns,
            lambda i, a: (i + 1, a.write(i, tf.reduce_sum(hot * tf.cast(i, tf.float32)))),
            [0, array],
        )
        total = tf.reduce_sum(array.stack()) + tf.cast(word[0, 0], tf.float32)
        config = ConfigProto()
        config.experimental.executor_type = executor
        with tf.Session(graph=graph, config=config) as sess:
            for repeated in range(3):
                for value in range(40):
                    assert sess.run(total, {word: [[value]]}) == 1.0 + value, repeated
            assert len(sess.explain(total, [word]).compilations) <= 5
