"""tf.train.Optimizer: what is built, in which order, for which variables, and what is refused."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def use_resource(request):
    return request.param


def variable(name, value, use_resource, **options):
    return tf.get_variable(
        name, initializer=np.float32(value), use_resource=use_resource, **options
    )


def started():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def test_minimize_takes_a_step_and_counts_it(use_resource):
    w = variable("w", [1.0, 2.0], use_resource)
    step = tf.get_variable("step", initializer=7, use_resource=use_resource, trainable=False)
    train = tf.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_sum(w * w), step)
    assert (train.name, train.type) == (
        "GradientDescent",
        "AssignAddVariableOp" if use_resource else "AssignAdd",
    )
    assert tf.get_default_graph().get_collection("train_op") == [train]
    with started() as session:
        session.run(train)
        assert session.run([w, step])[1] == 8
        np.testing.assert_allclose(session.run(w), [0.0, 0.0])


@pytest.mark.parametrize("gate", [0, 1, 2])
def test_every_gate_gives_the_same_gradients(gate, use_resource):
    w, u = variable("w", 3.0, use_resource), variable("u", 4.0, use_resource)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    pairs = optimizer.compute_gradients(w * u, gate_gradients=gate)
    assert [v for _, v in pairs] == [w, u]
    with started() as session:
        assert session.run([g for g, _ in pairs]) == [4.0, 3.0]


def test_a_gradient_of_none_is_left_out():
    w, u = variable("w", 1.0, False), variable("u", 2.0, False)
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    pairs = optimizer.compute_gradients(w * 3.0)
    assert pairs[1] == (None, u)
    train = optimizer.apply_gradients(pairs)
    assert optimizer.get_slot(u, "momentum") is None
    assert optimizer.get_slot(w, "momentum").name == "w/Momentum:0"
    with started() as session:
        session.run(train)
        assert session.run(u) == 2.0


def test_constraint_holds_after_the_update(use_resource):
    w = variable("w", [1.0, -3.0], use_resource, constraint=lambda v: tf.maximum(v, 0.0))
    train = tf.train.GradientDescentOptimizer(1.0).minimize(tf.reduce_sum(2.0 * w))
    with started() as session:
        session.run(train)
        np.testing.assert_allclose(session.run(w), [0.0, 0.0])


def test_constraint_cannot_follow_an_update_of_rows(use_resource):
    table = variable("table", np.ones([3, 2]), use_resource, constraint=tf.nn.relu)
    with pytest.raises(RuntimeError, match="constraint function on a sparse variable"):
        tf.train.AdagradOptimizer(0.1).minimize(tf.gather(table, [1]))


def test_rows_are_summed_before_an_update(use_resource):
    table = variable("table", np.zeros([3, 1]), use_resource)
    optimizer = tf.train.AdagradOptimizer(1.0, initial_accumulator_value=1.0)
    train = optimizer.minimize(tf.reduce_sum(tf.gather(table, [1, 1])))
    with started() as session:
        session.run(train)
        expected = [[0.0], [-2.0 / np.sqrt(5.0)], [0.0]]  # (1 + 1) of gradient, in one
        np.testing.assert_allclose(session.run(table), expected, rtol=1e-6)


def test_slots_and_names(graph):
    w = variable("layer/w", [1.0], False)
    optimizer = tf.train.AdamOptimizer()
    optimizer.minimize(w * w)
    assert optimizer.get_slot_names() == ["m", "v"]
    assert optimizer.get_name() == "Adam"
    assert [v.name for v in optimizer.variables()] == [
        "beta1_power:0",
        "beta2_power:0",
        "layer/w/Adam:0",
        "layer/w/Adam_1:0",
    ]
    assert graph.get_operation_by_name("Adam/update_layer/w/ApplyAdam").type == "ApplyAdam"
    assert tf.trainable_variables() == [w]


def test_rates_may_be_functions_and_tensors():
    w = variable("w", 1.0, False)
    rate = tf.placeholder(tf.float32, [])
    tensor = tf.train.GradientDescentOptimizer(rate).minimize(w)
    function = tf.train.GradientDescentOptimizer(lambda: 0.25).minimize(w)
    with started() as session:
        session.run(tensor, {rate: 0.5})
        session.run(function)
        assert session.run(w) == 0.25


def test_loss_may_be_a_function():
    w = variable("w", 3.0, False)
    train = tf.train.GradientDescentOptimizer(0.5).minimize(lambda: w * w)
    with started() as session:
        session.run(train)
        assert session.run(w) == 0.0


class Halving(tf.train.Optimizer):
    """What people write: an optimizer of their own, over TensorFlow's methods."""

    def __init__(self):
        super().__init__(use_locking=False, name="Halving")
        self.calls = []

    def _create_slots(self, var_list):
        for v in var_list:
            self._zeros_slot(v, "count", self._name)

    def _prepare(self):
        self._half = tf.constant(0.5, name="half")

    def _apply_dense(self, grad, var):
        self.calls.append("dense")
        count = tf.assign_add(self.get_slot(var, "count"), tf.ones_like(var))
        with tf.control_dependencies([count]):
            return tf.assign_sub(var, grad * self._half).op

    def _apply_sparse(self, grad, var):
        self.calls.append("sparse")
        return tf.scatter_sub(var, grad.indices, grad.values * self._half).op

    def _resource_apply_dense(self, grad, handle):
        self.calls.append("resource dense")
        return handle.assign_sub(grad * self._half)

    def _resource_apply_sparse(self, grad, handle, indices):
        self.calls.append("resource sparse")
        return tf.scatter_sub(handle, indices, grad * self._half)


def test_an_optimizer_of_ones_own(use_resource):
    w = variable("w", [[2.0], [4.0]], use_resource)
    optimizer = Halving()
    train = optimizer.minimize(tf.reduce_sum(w * w))
    rows = optimizer.minimize(tf.reduce_sum(tf.gather(w, [1, 1])), var_list=w)
    form = "resource " if use_resource else ""
    assert optimizer.calls == [form + "dense", form + "sparse"]
    with started() as session:
        session.run(train)
        np.testing.assert_allclose(session.run(w), [[0.0], [0.0]])
        session.run(rows)
        np.testing.assert_allclose(session.run(w), [[0.0], [-1.0]])


def test_a_method_that_is_missing_is_named():
    w = variable("w", 1.0, False)
    with pytest.raises(NotImplementedError, match="Optimizer needs a method _apply_dense"):
        tf.train.Optimizer(False, "Bare").minimize(w * w)


def test_what_is_refused():
    w = variable("w", 1.0, False)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.minimize(tf.constant(2.0))
    with pytest.raises(ValueError, match="No variables provided"):
        optimizer.apply_gradients([])
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([(None, w)])
    with pytest.raises(ValueError, match="No variables to optimize"):
        optimizer.minimize(w * w, var_list=[])
    with pytest.raises(ValueError, match="gate_gradients must be one of"):
        optimizer.minimize(w * w, gate_gradients=5)
    with pytest.raises(ValueError, match="Invalid type int32"):
        optimizer.minimize(tf.constant(1))
    with pytest.raises(NotImplementedError, match="unsupported type"):
        optimizer.minimize(w * w, var_list=["w"])
    with pytest.raises(NotImplementedError, match="not updated"):
        optimizer.apply_gradients([(tf.constant(1.0), w + 1.0)])
    with pytest.raises(ValueError, match="needs a name"):
        tf.train.Optimizer(False, "")


@pytest.mark.parametrize(
    "make",
    [
        lambda train: train.AdagradOptimizer(0.1, initial_accumulator_value=0.0),
        lambda train: train.ProximalAdagradOptimizer(0.1, initial_accumulator_value=-1.0),
        lambda train: train.AdagradDAOptimizer(0.1, 0, 0.0),
        lambda train: train.FtrlOptimizer(0.1, learning_rate_power=0.5),
        lambda train: train.FtrlOptimizer(0.1, l1_regularization_strength=-1.0),
    ],
)
def test_rates_of_the_wrong_sign(make):
    with pytest.raises(ValueError, match="must be"):
        make(tf.train)


def test_a_variable_of_unknown_shape():
    w = tf.Variable([1.0, 2.0], name="w", validate_shape=False)
    optimizers = [
        tf.train.AdamOptimizer(0.1),
        tf.train.AdagradOptimizer(0.1),
        tf.train.RMSPropOptimizer(0.1),
        tf.train.MomentumOptimizer(0.1, 0.9),
    ]
    steps = [optimizer.minimize(tf.reduce_sum(w * w)) for optimizer in optimizers]
    with started() as session:
        for step in steps:
            session.run(step)
        assert session.run(w).shape == (2,)
