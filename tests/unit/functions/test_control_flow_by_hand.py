"""Switch, Merge, frames and stacks that a program builds by hand."""

import numpy as np
import pytest

import penstock as tf
from penstock.functions import control_flow
from penstock.graph.build import raw
from penstock.graph.indexed_slices import IndexedSlices


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    """A session of a new default graph, forced to one tier."""
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def beside(value, tensor):
    """A constant in the frame, or on the branch, of a tensor."""
    with tf.control_dependencies([tensor]):
        return tf.constant(value)


def loop(first, limit, step=1.0, frame="loop"):
    """Build a loop that adds `step` while the sum is below `limit`; give its parts by name."""
    start = control_flow.enter(first, frame)
    total, _ = control_flow.merge([start, start])
    goes_on = raw.LoopCond(total < beside(limit, total))
    out, into = control_flow.switch(total, goes_on)
    back = control_flow.next_iteration(into + beside(step, into))
    total.op._update_input(1, back)
    return {"total": total, "into": into, "back": back, "exit": control_flow.leave(out)}


def test_a_loop(sess):
    first = tf.placeholder(tf.float32, [])
    result = loop(first, 5.0)["exit"]
    assert [sess.run(result, {first: value}) for value in (0.0, 4.5, 7.0)] == [5.0, 5.5, 7.0]
    assert sess.explain(result, [first]).rewritten.loops == ("loop",)


def test_a_loop_has_a_gradient(sess):
    x = tf.placeholder(tf.float32, [])
    start, constant = control_flow.enter(x, "f"), control_flow.enter(x, "f", is_constant=True)
    power, _ = control_flow.merge([start, start])
    goes_on = raw.LoopCond(power < beside(100.0, power))
    out, into = control_flow.switch(power, goes_on)
    power.op._update_input(1, control_flow.next_iteration(into * constant))
    result = control_flow.leave(out)
    slope = tf.gradients(result, x)[0]
    assert result.op.name == "Exit"
    np.testing.assert_allclose(sess.run([result, slope], {x: 5.0}), [125.0, 75.0])


def test_a_choice_has_a_gradient(sess):
    x, p = tf.placeholder(tf.float32, []), tf.placeholder(tf.bool, [])
    no, yes = control_flow.switch(x, p)
    result, index = control_flow.merge([no * no, yes * 3.0])
    slope = tf.gradients(result, x)[0]
    assert sess.run([result, index, slope], {x: 2.0, p: True}) == [6.0, 1, 3.0]
    assert sess.run([result, index, slope], {x: 2.0, p: False}) == [4.0, 0, 4.0]


def test_what_is_no_choice_has_no_gradient(sess):
    x, p = tf.placeholder(tf.float32, []), tf.placeholder(tf.bool, [])
    merged = control_flow.merge([control_flow.switch(x, p)[0], x * 2.0]).output
    with pytest.raises(LookupError, match=r"'Switch', made at .*by_hand.*node 'Merge'"):
        tf.gradients(merged, x)


def test_a_dead_fetch_is_refused(sess):
    x = tf.placeholder(tf.float32, [])
    no, yes = control_flow.switch(x, True)
    sent = tf.identity(no, name="sent")
    assert sess.run(yes, {x: 2.0}) == 2.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="'sent:0' does not have a value"):
        sess.run([sent, yes], {x: 2.0})
    assert sess.run(sent.op, {x: 2.0}) is None


def test_a_fetch_from_inside_a_loop_is_refused(sess):
    inside = loop(tf.constant(0.0), 5.0)["back"]
    with pytest.raises(tf.errors.InternalError, match="already been set.*inside a loop"):
        sess.run(inside)
    once = loop(tf.constant(4.5), 5.0, frame="other")["back"]
    assert sess.run(once) == 5.5


def test_merge_without_a_back_edge_or_a_live_input(sess):
    start = control_flow.enter(tf.constant(0.0), "f")
    total, _ = control_flow.merge([start])
    out, _ = control_flow.switch(total, raw.LoopCond(total < beside(5.0, total)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="it is dead"):
        sess.run(control_flow.leave(out))


def test_frames_must_not_mix(sess):
    x = tf.placeholder(tf.float32, [], name="x")
    one, other = control_flow.enter(x, "one"), control_flow.enter(x, "other")
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="frame 'one' and frame 'other'"
    ) as caught:
        sess.run(control_flow.leave(tf.add(one, other, name="both")), {x: 1.0})
    assert caught.value.op.name == "both"
    assert "test_control_flow_by_hand" in str(caught.value)
    with pytest.raises(tf.errors.InvalidArgumentError, match="outside of all frames"):
        sess.run(control_flow.leave(one + tf.constant(1.0)), {x: 1.0})
    with pytest.raises(tf.errors.InternalError, match="must belong to one place"):
        inner = control_flow.enter(control_flow.enter(x, "outer"), "one")
        sess.run([control_flow.leave(one), control_flow.leave(control_flow.leave(inner))], {x: 1.0})


@pytest.mark.parametrize("op", [control_flow.leave, control_flow.next_iteration])
def test_what_belongs_into_a_frame(sess, op):
    with pytest.raises(tf.errors.InvalidArgumentError, match="stands in none.*Enter"):
        sess.run(op(tf.constant(1.0)))


def test_the_inside_of_a_loop_cannot_be_fed(sess):
    parts = loop(tf.constant(0.0), 5.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="cannot be fed"):
        sess.run(parts["exit"], {parts["into"]: 3.0})


def test_a_circle_without_next_iteration(sess):
    x = tf.constant(1.0)
    merged, _ = control_flow.merge([x, x])
    merged.op._update_input(1, merged + 1.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="in a circle.*'Merge'"):
        sess.run(merged)


def test_a_back_edge_keeps_the_type(sess):
    start = control_flow.enter(tf.constant(1.0), "f")
    merged, _ = control_flow.merge([start, start])
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="Merge.*float32, but was passed int32"
    ):
        merged.op._update_input(1, tf.constant(1))


def test_predicates_are_scalars(sess):
    x, p = tf.constant(1.0), tf.placeholder(tf.bool)
    with pytest.raises(ValueError, match="scalar pred"):
        control_flow.switch(x, [True, False])
    with pytest.raises(ValueError, match="LoopCond needs a scalar"):
        raw.LoopCond([True])
    no = tf.identity(control_flow.switch(x, p)[0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be a scalar.*shape"):
        sess.run(no, {p: [True]})


def test_control_inputs_carry_death(sess):
    v = tf.Variable(1.0)
    p = tf.placeholder(tf.bool, [])
    no, yes = control_flow.switch(p, p)
    with tf.control_dependencies([tf.identity(yes)]):
        grown = tf.assign_add(v, 10.0).op
    with tf.control_dependencies([tf.identity(no)]):
        trigger = raw.ControlTrigger()
    with tf.control_dependencies([trigger]):
        doubled = tf.assign(v, v * 2.0).op
    sess.run(v.initializer)
    values = []
    for operation, holds in ((grown, True), (grown, False), (doubled, True), (doubled, False)):
        sess.run(operation, {p: holds})
        values.append(sess.run(v))
    assert values == [11.0, 11.0, 22.0, 44.0]


def test_references_move(sess):
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    p, index = tf.placeholder(tf.bool, []), tf.placeholder(tf.int32, [])
    selected = raw.RefSelect(index, [v._ref(), w._ref()])
    merged = raw.RefMerge([raw.RefSwitch(v._ref(), p)[0], raw.RefSwitch(w._ref(), p)[1]])[0]
    added = tf.assign_add(merged, 10.0)
    sess.run([v.initializer, w.initializer])
    assert sess.run(tf.assign(selected, 9.0), {index: 1}) == 9.0
    assert sess.run([v, w]) == [1.0, 9.0]
    assert [sess.run(added, {p: False}), sess.run(added, {p: True})] == [11.0, 19.0]
    assert sess.run([v, w]) == [11.0, 19.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[0, 2\).*is 5"):
        sess.run(tf.assign(selected, 9.0), {index: 5})


def test_a_reference_goes_around_a_loop(sess):
    v = tf.Variable(1.0)
    start = raw.RefEnter(v._ref(), frame_name="f")
    reference, _ = raw.RefMerge([start, start])
    goes_on = raw.LoopCond(tf.identity(reference) < beside(20.0, reference))
    out, into = raw.RefSwitch(reference, goes_on)
    reference.op._update_input(1, raw.RefNextIteration(tf.assign(into, into * beside(3.0, into))))
    result = raw.RefExit(out)
    sess.run(v.initializer)
    assert sess.run(result) == 27.0
    assert sess.run(v) == 27.0


def stack_in_order(version):
    """Push 3 and 4 to a stack and pop twice, one after the other; give all four."""
    new, push, pop = (getattr(raw, f"Stack{kind}{version}") for kind in ("", "Push", "Pop"))
    sizes = [tf.constant(-1)] if version else []
    handle = new(*sizes, elem_type=tf.float32)
    values = [push(handle, 3.0)]
    for build in (lambda: push(handle, 4.0), *[lambda: pop(handle, elem_type=tf.float32)] * 2):
        with tf.control_dependencies([values[-1]]):
            values.append(build())
    return handle, values


@pytest.mark.parametrize("version", ["", "V2"])
def test_stacks(sess, version):
    handle, values = stack_in_order(version)
    assert sess.run(values) == [3.0, 4.0, 4.0, 3.0]
    pop, close = (getattr(raw, f"Stack{kind}{version}") for kind in ("Pop", "Close"))
    with tf.control_dependencies([values[-1]]):
        empty = pop(handle, elem_type=tf.float32)
        closed = close(handle)
    with pytest.raises(tf.errors.InvalidArgumentError, match="is empty when calling StackPop"):
        sess.run(empty)
    with tf.control_dependencies([closed]):
        late = pop(handle, elem_type=tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="has already been closed"):
        sess.run(late)


def test_compound_values(sess):
    p = tf.placeholder(tf.bool, [])
    slices = IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([0, 3]), tf.constant([4, 1]))
    no, yes = control_flow.switch(slices, p)
    merged, index = control_flow.merge([no, yes])
    assert isinstance(merged, IndexedSlices)
    assert sess.run([merged.indices, index], {p: True})[1] == 1
    sparse = tf.SparseTensor([[0]], [1.0], [2])
    both = control_flow.merge(control_flow.switch(sparse, p)).output
    assert sess.run(both, {p: False}).values.tolist() == [1.0]
    with pytest.raises(ValueError, match="a value at each of its inputs"):
        control_flow.merge([None, tf.constant(1.0)])


def test_a_loop_in_a_branch_of_a_function(sess):
    x = tf.placeholder(tf.float32, [])
    y = tf.cond(x > 1.0, lambda: loop(tf.identity(x), 5.0)["exit"], lambda: x)
    assert [sess.run(y, {x: value}) for value in (1.5, 0.5)] == [5.5, 0.5]
