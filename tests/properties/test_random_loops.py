"""Random programs of loops, branches and arrays do what the same program does in plain Python."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

import penstock as tf

VARIABLES = 3

registers = st.integers(0, VARIABLES - 1)
simple = st.tuples(st.sampled_from(["tanh", "product", "larger"]), registers, registers, registers)


def _blocks(inner):
    some = st.lists(inner, min_size=1, max_size=3)
    return (
        st.tuples(st.just("if"), registers, some, some)
        | st.tuples(st.just("repeat"), st.integers(0, 3), some)
        | st.tuples(st.just("until"), registers, some)
        | st.tuples(st.just("search"), registers, some)
        | st.tuples(st.just("collect"), st.integers(1, 3), registers, some)
        | st.tuples(st.just("walk"), st.integers(1, 3), registers, some)
    )


programs = st.lists(st.recursive(simple, _blocks, max_leaves=8), min_size=1, max_size=4)


class Python:
    """What a program does, by Python's own control flow."""

    def compute(self, kind, a, b):
        if kind == "tanh":
            return np.tanh(a + b)
        return a * b * 0.5 if kind == "product" else max(a, b) * 0.9

    def branch(self, value, then, other, state):
        return self.run(then if value > 0.1 else other, state)

    def repeat(self, turns, block, state):
        for _ in range(turns):
            state = self.run(block, state)
        return state

    def until(self, register, block, state):
        turns = 0
        while state[register] < 0.3 and turns < 3:
            state = self.run(block, state)
            turns += 1
        return state

    def search(self, register, block, state):
        depth, total, turns = 0.0, 0.0, 0
        while depth < 0.45:
            state = self.run(block, state)
            depth += 0.1 + 0.1 * abs(state[register])
            total, turns = total + state[register], turns + 1
        return [total / turns, *state[1:]]

    def collect(self, turns, register, block, state):
        found = []
        for _ in range(turns):
            state = self.run(block, state)
            found.append(state[register])
        return [np.mean(found), *state[1:]]

    def walk(self, turns, register, block, state):
        rows = [state[register] * (1 + row) for row in range(turns)]
        for row in range(turns):
            state = self.run(block, [state[0] * 0.5 + rows[row], *state[1:]])
        return state

    def run(self, block, state):
        """Give the state after a block of instructions."""
        for kind, *rest in block:
            if kind == "if":
                register, then, other = rest
                state = self.branch(state[register], then, other, state)
            elif kind in ("tanh", "product", "larger"):
                into, first, second = rest
                state = list(state)
                state[into] = self.compute(kind, state[first], state[second])
            else:
                state = getattr(self, kind)(*rest, state)
        return list(state)


class Graph(Python):
    """The same, as a graph."""

    def compute(self, kind, a, b):
        if kind == "tanh":
            return tf.tanh(a + b)
        return a * b * 0.5 if kind == "product" else tf.maximum(a, b) * 0.9

    def branch(self, value, then, other, state):
        return tf.cond(
            value > 0.1,
            lambda: [tf.identity(one) for one in self.run(then, state)],
            lambda: [tf.identity(one) for one in self.run(other, state)],
        )

    def repeat(self, turns, block, state):
        _, state = tf.while_loop(
            lambda i, _: i < turns, lambda i, s: (i + 1, self.run(block, s)), (0, list(state))
        )
        return state

    def until(self, register, block, state):
        _, state = tf.while_loop(
            lambda i, s: tf.logical_and(s[register] < 0.3, i < 3),
            lambda i, s: (i + 1, self.run(block, s)),
            (0, list(state)),
        )
        return state

    def search(self, register, block, state):
        def turn(depth, total, turns, values):
            values = self.run(block, values)
            found = values[register]
            return depth + 0.1 + 0.1 * tf.abs(found), total + found, turns + 1.0, values

        _, total, turns, state = tf.while_loop(
            lambda depth, *_: depth < 0.45, turn, (0.0, 0.0, 0.0, list(state))
        )
        return [total / turns, *state[1:]]

    def collect(self, turns, register, block, state):
        def turn(i, values, array):
            values = self.run(block, values)
            return i + 1, values, array.write(i, values[register])

        array = tf.TensorArray(tf.float32, turns)
        _, state, array = tf.while_loop(lambda i, *_: i < turns, turn, (0, list(state), array))
        return [tf.reduce_mean(array.stack()), *state[1:]]

    def walk(self, turns, register, block, state):
        rows = state[register] * tf.range(1.0, turns + 1.0)
        array = tf.TensorArray(tf.float32, turns).unstack(rows)

        def turn(i, values):
            return i + 1, self.run(block, [values[0] * 0.5 + array.read(i), *values[1:]])

        return tf.while_loop(lambda i, _: i < turns, turn, (0, list(state)))[1]


def _values(tier, program, start):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        x = tf.placeholder(tf.float32, [VARIABLES])
        state = Graph().run(program, tf.unstack(x))
        total = tf.add_n(state)
        (gradient,) = tf.gradients(total, x)
        return session.run([tf.stack(state), gradient], {x: start})


def _slopes(program, start, step=1e-6):
    found = []
    for index in range(VARIABLES):
        ends = []
        for sign in (1, -1):
            moved = np.array(start)
            moved[index] += sign * step
            ends.append(sum(Python().run(program, list(moved))))
        found.append((ends[0] - ends[1]) / (2 * step))
    return found


@pytest.mark.parametrize(("tier", "examples"), [("numpy", 50), ("xla", 8)])
def test_programs_do_as_python_does(tier, examples):
    """Values agree, and gradients with differences, where no branch turns on a rounding."""

    @settings(
        max_examples=examples,
        phases=[Phase.generate],  # a smaller program is found by hand in less time
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(program=programs)
    def check(program):
        start = np.array([0.37, -0.21, 0.53])
        expected = Python().run(program, list(start))
        values, gradient = _values(tier, program, start)
        np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(gradient, _slopes(program, start), rtol=1e-2, atol=2e-3)

    check()
