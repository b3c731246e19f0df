"""Initial values that read other variables, all initialized in one run."""

import pytest

import penstock as tf


@pytest.fixture(params=["numpy", "xla", ""], ids=["numpy", "xla", "chosen"])
def session(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default():
        yield lambda: tf.Session(config=config)


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def variable(request):
    return lambda value, **more: tf.Variable(value, use_resource=request.param, **more)


def test_a_chain_is_initialized_in_one_run(session, variable):
    v = variable(2.0)
    w = variable(v * 3.0)
    x = variable(w + v)
    with session() as sess:
        for _ in range(3):
            sess.run(tf.global_variables_initializer())
            assert sess.run([v, w, x]) == [2, 6, 8]
            sess.run([v.assign(9.0), w.assign(9.0)])


def test_alone_it_reads_what_is_there(session, variable):
    v = variable(2.0)
    w = variable(v * 3.0)
    with session() as sess:
        sess.run(v.initializer)
        sess.run(v.assign(5.0))
        sess.run(w.initializer)
        assert sess.run(w) == 15


def test_without_the_other_initializer_it_is_an_error(session):
    v = tf.Variable(2.0, use_resource=True)
    w = tf.Variable(v * 3.0, use_resource=True)
    with session() as sess:
        with pytest.raises(tf.errors.FailedPreconditionError, match="Variable"):
            sess.run(w.initializer)
        sess.run([w.initializer, v.initializer])
        assert sess.run(w) == 6


def test_through_a_branch_and_a_gather(session, variable):
    table = variable([1.0, 2.0])
    chosen = variable(tf.cond(tf.constant(True), lambda: table[1] + 1.0, lambda: table[0]))
    row = variable(tf.gather(table, 1))
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run([chosen, row]) == [3, 2]


def test_the_forms_mixed(session):
    first = tf.Variable(2.0)
    second = tf.Variable(first * 2.0, use_resource=True)
    third = tf.Variable(second * 2.0)
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run([first, second, third]) == [2, 4, 8]


def test_other_reads_see_the_value_from_before(session):
    v = tf.Variable(2.0, use_resource=True)
    tf.Variable(v * 3.0, use_resource=True)
    plain = v + 0.0
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(v.assign(5.0))
        assert sess.run([plain, v.initializer])[0] == 5
        assert sess.run([v.assign(8.0).op, v + 0.0])[1] == 2
