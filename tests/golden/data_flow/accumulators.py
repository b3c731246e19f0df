"""Accumulators: stale gradients, means and sums, rows, wrong shapes, too few gradients."""

__all__ = [
    "dense",
    "dense_of_any_shape",
    "dense_sums",
    "rows_averaged",
    "rows_of_any_shape",
    "rows_summed",
    "rows_that_do_not_fit",
    "taken_when_there_are_enough",
    "types",
]


def _dense(tf, dtype="float32", **arguments):
    made = tf.ConditionalAccumulator(tf.as_dtype(dtype), **arguments)
    grad = tf.placeholder(tf.as_dtype(dtype))
    step = tf.placeholder(tf.int64, [])
    return made, grad, step, made.apply_grad(grad, step)


def dense(tf):
    """The step drops what is stale, taking moves it on, and it can be set back."""
    made, grad, step, add = _dense(tf, shape=[2])
    count, one, two, none = (
        made.num_accumulated(), made.take_grad(1), made.take_grad(2), made.take_grad(0)
    )  # fmt: skip
    begin = made.set_global_step(step)

    def steps(s):
        s.run(count)
        s.run(none)
        for values, number in (([1, 2], 0), ([3, 4], 5), ([5, 4], 0)):
            s.run(add, {grad: values, step: number})
        s.run(two)
        for number in (0, 1):
            s.run(add, {grad: [1, 2], step: number})
            s.run(count)
        s.run(begin, {step: 0})
        s.run(add, {grad: [7, 2], step: 0})
        s.run(begin, {step: 5})
        s.run(add, {grad: [7, 2], step: 4})
        s.run(count)
        s.run(one)
        s.run(add, {grad: [1, 2, 3], step: 9})
        s.run(one)

    return steps


def dense_sums(tf):
    """Sums in place of means."""
    made, grad, step, add = _dense(tf, shape=[2], reduction_type="SUM")
    one = made.take_grad(1)

    def steps(s):
        for values in ([1, 2], [3, 4], [5, 4]):
            s.run(add, {grad: values, step: 0})
        s.run(one)

    return steps


def dense_of_any_shape(tf):
    """The first gradient settles the shape until it is taken."""
    made, grad, step, add = _dense(tf)
    one = made.take_grad(1)

    def steps(s):
        s.run(add, {grad: [1, 2], step: 3})
        s.run(add, {grad: [1, 2, 3], step: 3})
        s.run(one)
        s.run(add, {grad: [[1, 2]], step: 3})
        s.run(one)

    return steps


def types(tf):
    """Floats of all widths."""
    made = [_dense(tf, dtype, shape=[2]) for dtype in ("float16", "float32", "float64")]
    takes = [one[0].take_grad(1) for one in made]

    def steps(s):
        for index, (_, grad, step, add) in enumerate(made):
            s.run(add, {grad: [1, 2], step: 0})
            s.run(add, {grad: [2, 7], step: 0})
            s.run(takes[index])

    return steps


def taken_when_there_are_enough(tf):
    """Who takes waits for the gradients that are missing."""
    made = tf.ConditionalAccumulator(tf.float32, shape=[])
    add, two = made.apply_grad(3.0), made.take_grad(2)

    def steps(s):
        s.run(add)
        s.beside(two, add)

    return steps


def _rows(tf, shape, reduction):
    made = tf.SparseConditionalAccumulator(tf.float32, shape=shape, reduction_type=reduction)
    feeds = tf.placeholder(tf.int64), tf.placeholder(tf.float32), tf.placeholder(tf.int64)
    add = made.apply_grad(*feeds, local_step=9)
    add_unknown = made.apply_grad(feeds[0], feeds[1], local_step=9)
    return made, feeds, add, add_unknown, made.take_grad(1)


_GRADIENTS = (
    ([0, 2], [[1, 2], [3, 4]]),
    ([1, 2], [[1, 2], [30, 40]]),
    ([2], [[5, 5]]),
    ([2, 0, 2], [[1, 2], [3, 4], [10, 10]]),
    ([1, 0], [[5, 6], [7, 8]]),
)


def _put_together(s, feeds, add, take):
    def put(gradients):
        for indices, values in gradients:
            s.run(add, {feeds[0]: indices, feeds[1]: values, feeds[2]: [3, 2]})
        s.run(take)

    put(_GRADIENTS[:3])
    put(_GRADIENTS[3:])
    put(_GRADIENTS[:1] + _GRADIENTS[:1])


def rows_averaged(tf):
    """The mean of each row; numbers that are not sorted."""
    _, feeds, add, _, take = _rows(tf, [3, 2], "MEAN")
    return lambda s: _put_together(s, feeds, add, take)


def rows_summed(tf):
    """The sum of each row."""
    _, feeds, add, _, take = _rows(tf, [3, 2], "SUM")
    return lambda s: _put_together(s, feeds, add, take)


def rows_of_any_shape(tf):
    """Shapes that are known in part, or not at all."""
    parts = [_rows(tf, shape, "MEAN") for shape in (None, [None, 2], [])]

    def steps(s):
        for _, feeds, add, add_unknown, take in parts:
            s.run(add, {feeds[0]: [0, 7], feeds[1]: [[1, 2], [3, 4]], feeds[2]: [9, 2]})
            s.run(take)
            s.run(add, {feeds[0]: [1], feeds[1]: [[1, 2, 3]], feeds[2]: [3, 3]})
            s.run(add_unknown, {feeds[0]: [1], feeds[1]: [[1, 2]]})

    return steps


def rows_that_do_not_fit(tf):
    """Indices, rows and shapes that are wrong, each in its way."""
    made, feeds, add, _, take = _rows(tf, [3, 2], "MEAN")
    count = made.num_accumulated()
    wrong = [
        ([1], [[1, 2]], []),
        ([7], [[1, 2]], [3, 2]),
        ([1], [[1, 2, 3]], [3, 3]),
        ([1], [[1, 2], [3, 4]], [3, 2]),
        ([[1]], [[1, 2]], [3, 2]),
        ([1], 3.0, [3, 2]),
        ([1], [[[1, 2]]], [3, 2]),
        ([1], [[1, 2]], [5, 2]),
    ]

    def steps(s):
        for indices, values, shape in wrong:
            s.run(add, {feeds[0]: indices, feeds[1]: values, feeds[2]: shape})
        s.run(count)
        s.run(take)

    return steps
