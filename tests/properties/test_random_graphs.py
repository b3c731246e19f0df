"""Properties that hold for any graph: subsets of fetches, the two tiers, feeding in the middle."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

import penstock as tf
from penstock.core.config import ConfigProto

UNARY = ["Neg", "Square", "Tanh", "Sigmoid", "Abs", "Sin"]
BINARY = ["AddV2", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference"]

# Rows of (op, input, input, control input), each a number that picks an earlier node.
instructions = st.lists(
    st.tuples(
        st.sampled_from(UNARY + BINARY + ["Read", "AssignAdd", "Random", "Reshape"]),
        st.integers(0, 1000),
        st.integers(0, 1000),
        st.none() | st.integers(0, 1000),
    ),
    min_size=3,
    max_size=25,
)
few = settings(
    max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)


class RandomGraph:
    """A graph of (2, 3) tensors made of instructions, with one placeholder and two variables."""

    def __init__(self, rows, stateful=True):
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.x = tf.raw_ops.Placeholder(dtype="float32", shape=[None, 3], name="x")
            self.tensors = [self.x]
            self.variables = [self._variable(f"v{number}") for number in range(2)]
            for row in rows:
                if stateful or row[0] not in ("AssignAdd", "Random"):
                    self._add(*row)

    def _variable(self, name):
        raw = tf.raw_ops
        ref = raw.VariableV2(shape=[2, 3], dtype="float32", container="", shared_name="", name=name)
        value = np.arange(6, dtype=np.float32).reshape(2, 3) / 7 + len(name)
        return ref, raw.Assign(ref=ref, value=value).op

    def _add(self, op, first, second, control):
        raw, tensors = tf.raw_ops, self.tensors
        a, b = tensors[first % len(tensors)], tensors[second % len(tensors)]
        ref = self.variables[first % 2][0]
        after = [] if control is None else [tensors[control % len(tensors)].op]
        with self.graph.control_dependencies(after):
            if op == "Read":
                made = raw.Identity(input=ref)
            elif op == "AssignAdd":
                made = raw.Identity(input=raw.AssignAdd(ref=ref, value=b))
            elif op == "Random":
                shape = np.array([2, 3], np.int32)
                made = raw.RandomUniform(shape=shape, seed=second, seed2=1, dtype="float32")
            elif op == "Reshape":
                made = raw.Reshape(tensor=a, shape=raw.Shape(input=b))
            elif op in UNARY:
                made = getattr(raw, op)(x=a)
            else:
                made = getattr(raw, op)(x=a, y=b)
        tensors.append(made)

    def session(self, tier=""):
        config = ConfigProto()
        config.experimental.executor_type = tier
        session = tf.Session(graph=self.graph, config=config)
        session.run([init for _, init in self.variables])
        return session


FED = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)


def close(a, b):
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-4)


@few
@given(instructions, st.sets(st.integers(0, 1000), min_size=1, max_size=5))
def test_any_subset_of_fetches_gives_the_values_of_all(rows, picks):
    made = RandomGraph(rows, stateful=False)
    together = made.session("numpy").run(made.tensors, {made.x: FED})
    positions = [pick % len(made.tensors) for pick in picks]
    subset = made.session("numpy").run([made.tensors[p] for p in positions], {made.x: FED})
    for position, value in zip(positions, subset, strict=True):
        np.testing.assert_array_equal(value, together[position])


@few
@given(instructions)
def test_both_tiers_agree_over_several_steps(rows):
    made = RandomGraph(rows)
    sessions = [made.session(tier) for tier in ("numpy", "xla", "")]
    refs = [ref for ref, _ in made.variables]
    for _ in range(3):
        first, *others = [one.run(made.tensors, {made.x: FED}) for one in sessions]
        # Beyond these bounds a last bit's difference grows without limit.
        assume(all(np.isfinite(value).all() and np.abs(value).max() < 1e4 for value in first))
        for other in others:
            close(first, other)
    first, *others = [one.run(refs) for one in sessions]
    for other in others:
        close(first, other)


@few
@given(instructions, st.integers(0, 1000))
@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_feeding_an_intermediate_cuts_its_past(tier, rows, pick):
    made = RandomGraph(rows, stateful=False)
    session = made.session("numpy")
    together = session.run(made.tensors, {made.x: FED})
    cut = made.tensors[pick % len(made.tensors)]
    assume(cut is not made.x)
    last = made.tensors[-1]
    fed = together[pick % len(made.tensors)]
    needs_x = made.x in _past(last, cut)
    feeds = {cut: fed, **({made.x: FED} if needs_x else {})}
    close([made.session(tier).run(last, feeds)], [together[-1]])
    if needs_x:
        with pytest.raises(tf.errors.InvalidArgumentError, match="placeholder"):
            session.run(last, {cut: fed})
    else:
        close([session.run(last, {cut: fed})], [together[-1]])


def _past(tensor, cut):
    """Give the outputs of all nodes that run for `tensor` when `cut` is fed."""
    seen, waiting = set(), [] if tensor is cut else [tensor.op]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        waiting.extend(source.op for source in node.inputs if source is not cut)
        waiting.extend(node.control_inputs)  # feeding an output does not stop its node
    return {output for node in seen for output in node.outputs}
