"""Cases of tables of which branches and turns use rows: what optimizers make of their gradients."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

OPTIMIZERS = {
    "momentum": lambda train: train.MomentumOptimizer(0.1, 0.9),
    "adam": lambda train: train.AdamOptimizer(0.1),
    "adadelta": lambda train: train.AdadeltaOptimizer(1.0),
    "rms_prop": lambda train: train.RMSPropOptimizer(0.1, momentum=0.9),
    "ftrl": lambda train: train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
}


def used(tf, table, rows):
    """Give what a branch or turn makes of some rows of a table."""
    return tf.reduce_sum(tf.gather(table, rows) ** 2)


def summed(tf, turns, term):
    """Sum up what turns give for their numbers."""
    body = lambda i, total: (i + 1, total + term(i))
    return tf.while_loop(lambda i, _: i < turns, body, [0, 0.0])[1]


def in_a_branch(tf, table, rows, p):
    return tf.cond(p, lambda: used(tf, table, rows), lambda: tf.constant(1.0))


def in_both_branches(tf, table, rows, p):
    return tf.cond(p, lambda: used(tf, table, rows), lambda: used(tf, table, rows[:1]))


def in_a_branch_by_number(tf, table, rows, p):
    number = tf.cast(p, tf.int32)
    branches = [lambda: used(tf, table, rows[:1]), lambda: used(tf, table, rows)]
    return tf.switch_case(number, branches)


def in_a_loop(tf, table, rows, p):
    return summed(tf, tf.where(p, 2, 1), lambda i: used(tf, table, rows))


def by_as_many_as_the_turn_says(tf, table, rows, p):
    return summed(tf, tf.where(p, 3, 2), lambda i: used(tf, table, rows[:i]))


def in_a_branch_of_a_loop(tf, table, rows, p):
    return summed(tf, 2, lambda i: in_a_branch(tf, table, rows, tf.logical_or(p, i > 0)))


def in_a_loop_in_a_branch(tf, table, rows, p):
    loop = lambda: summed(tf, 2, lambda i: used(tf, table, rows[i]))
    return tf.cond(p, loop, lambda: tf.constant(1.0))


def in_loops_in_one_another(tf, table, rows, p):
    return summed(tf, 3, lambda i: summed(tf, i, lambda j: used(tf, table, rows)))


FORMS = (in_a_branch, in_both_branches, in_a_branch_by_number, in_a_loop)
FORMS += (by_as_many_as_the_turn_says, in_a_branch_of_a_loop, in_a_loop_in_a_branch)
FORMS += (in_loops_in_one_another,)


def _trained(form, optimizer):
    """Make the case of a table that is changed twice: by rows 3 and 1, then, otherwise, by 2."""

    def case(tf, feed):
        train = tf.compat.v1.train
        first = np.linspace(0.5, 2.0, 10).reshape(5, 2).astype(np.float32)
        table = tf.compat.v1.get_variable("table", initializer=first, use_resource=False)
        changes = OPTIMIZERS[optimizer](train)
        done = tf.no_op()
        kinds = []
        steps = (([3, 1], True), ([2], False), ([0, 1], True))
        fed = [(feed(np.int32(rows), [None]), feed(np.bool_(holds))) for rows, holds in steps]
        for rows, holds in fed:
            with tf.control_dependencies([done]):
                loss = form(tf, table, rows, holds)
                pairs = changes.compute_gradients(loss)
                kinds.append(isinstance(pairs[0][0], tf.IndexedSlices))
                done = changes.apply_gradients(pairs)
        with tf.control_dependencies([done]):
            return [tf.identity(table), tf.constant(kinds)]

    case.__name__ = f"rows_{form.__name__}_by_{optimizer}"
    CASES(case)


def _rows(form):
    """Make the case of the rows themselves, with two values of the predicate."""

    def case(tf, feed):
        table = feed(np.linspace(0.5, 2.0, 10).reshape(5, 2))
        rows = feed(np.int32([3, 1, 3]), [None])
        found = []
        for holds in (True, False):
            (slices,) = tf.gradients(form(tf, table, rows, feed(np.bool_(holds))), table)
            order = tf.argsort(slices.indices, stable=True)
            found += [tf.gather(slices.indices, order), tf.convert_to_tensor(slices)]
        return found

    case.__name__ = f"rows_{form.__name__}"
    CASES(case)


for _form in FORMS:
    _rows(_form)
    _trained(_form, "momentum")
for _optimizer in OPTIMIZERS:
    if _optimizer != "momentum":
        _trained(in_a_branch, _optimizer)
