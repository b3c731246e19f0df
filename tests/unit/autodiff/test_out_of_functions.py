"""Gradients built inside a branch or a loop's body by what is outside of it.

The numbers are TensorFlow 1.15.5's.
"""

import pytest

import penstock as tf

OPTIMIZERS = {"sgd": tf.train.GradientDescentOptimizer, "adam": tf.train.AdamOptimizer}


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def test_a_branch_differentiates_by_what_it_captured(sess):
    x = tf.constant(3.0)
    choice = tf.cond(
        tf.placeholder_with_default(True, []), lambda: tf.gradients(x * x, x)[0], lambda: 0.0
    )
    assert sess.run(choice) == 6.0


def test_the_way_leads_on_through_the_graph_around(sess):
    x = tf.constant(3.0)
    y = x * x
    choice = tf.cond(
        tf.placeholder_with_default(True, []), lambda: tf.gradients(y * x, x)[0], lambda: 0.0
    )
    assert sess.run(choice) == 27.0


def test_each_turn_of_a_loop_differentiates(sess):
    x = tf.constant(3.0)
    total = tf.while_loop(
        lambda i, a: i < 3, lambda i, a: (i + 1, a + tf.gradients(x * x, x)[0]), [0, 0.0]
    )
    assert sess.run(total[1]) == 18.0


def test_the_way_leads_out_of_a_branch_in_a_loop_and_through_a_choice_outside(sess):
    x, p = tf.constant(3.0), tf.placeholder_with_default(True, [])
    y = tf.cond(p, lambda: x * x, lambda: x)

    def body(i, total):
        return i + 1, total + tf.cond(p, lambda: tf.gradients(y * x, x)[0], lambda: 0.0)

    assert sess.run(tf.while_loop(lambda i, a: i < 3, body, [0, 0.0])[1]) == 81.0


def test_a_second_derivative_goes_through_the_first(sess):
    x = tf.constant(3.0)
    p = tf.placeholder_with_default(True, [])
    slope = tf.cond(p, lambda: tf.gradients(x * x * x, x)[0], lambda: 0.0)
    assert sess.run(tf.gradients(slope, x)[0]) == 18.0


def test_what_does_not_depend_on_it_has_no_gradient(sess):
    x, other = tf.constant(3.0), tf.constant(1.0)
    found = []
    tf.cond(
        tf.placeholder(tf.bool, []),
        lambda: found.extend(tf.gradients(x * x, other)) or x,
        lambda: x,
    )
    assert found == [None]


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize(("optimizer", "after"), [("sgd", 3.2), ("adam", 4.8000584)])
@pytest.mark.parametrize("loss_outside", [False, True])
def test_a_branch_trains(sess, use_resource, optimizer, after, loss_outside):
    v = tf.get_variable(
        "v", [], initializer=tf.constant_initializer(5.0), use_resource=use_resource
    )
    descent = OPTIMIZERS[optimizer](0.1)
    if loss_outside:
        pairs = descent.compute_gradients(v * v)
    p = tf.placeholder(tf.bool, [])
    step = tf.cond(
        p,
        lambda: descent.apply_gradients(pairs) if loss_outside else descent.minimize(v * v),
        tf.no_op,
    )
    sess.run(tf.global_variables_initializer())
    for chosen in (True, False, True):
        sess.run(step, {p: chosen})
    assert sess.run(v) == pytest.approx(after, rel=1e-6)
    assert all(one.graph is v.graph for one in descent.variables())


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize(("optimizer", "after"), [("sgd", 1.3107198), ("adam", 4.4016843)])
def test_a_loop_trains_turn_after_turn(sess, use_resource, optimizer, after):
    v = tf.get_variable(
        "v", [], initializer=tf.constant_initializer(5.0), use_resource=use_resource
    )
    descent = OPTIMIZERS[optimizer](0.1)

    def body(i):
        with tf.control_dependencies([descent.minimize(v * v)]):
            return i + 1

    loop = tf.while_loop(lambda i: i < 3, body, [0])
    sess.run(tf.global_variables_initializer())
    sess.run(loop)
    sess.run(loop)
    assert sess.run(v) == pytest.approx(after, rel=1e-6)
