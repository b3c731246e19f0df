"""Staging areas and barriers: order, room, components that come one by one, closing."""

__all__ = [
    "barrier",
    "barrier_cancelled",
    "barrier_waits",
    "map_by_key",
    "map_by_order",
    "staging",
    "staging_of_little_memory",
]


def staging(tf):
    """First in, first out; peeking; clearing; who takes waits."""
    x = tf.placeholder(tf.float32)
    area = tf.StagingArea([tf.float32], capacity=2)
    put, get, peek, size, clear = area.put([x]), area.get(), area.peek(1), area.size(), area.clear()

    def steps(s):
        s.beside(get, put, {x: 5})
        s.run(put, {x: 1})
        s.run(put, {x: [2, 3]})
        for fetch in (size, peek, get, clear, size):
            s.run(fetch)

    return steps


def staging_of_little_memory(tf):
    """Elements that are too large."""
    x = tf.placeholder(tf.float32)
    area = tf.StagingArea([tf.float32], memory_limit=12)
    put, get, size = area.put([x]), area.get(), area.size()

    def steps(s):
        for values in ([0, 0], [0], [0] * 9):
            s.run(put, {x: values})
        for fetch in (size, get, get, size):
            s.run(fetch)

    return steps


def _map(tf, ordered):
    key, x, y = tf.placeholder(tf.int64), tf.placeholder(tf.float32), tf.placeholder(tf.int32)
    area = tf.MapStagingArea([tf.float32, tf.int32], ordered=ordered, capacity=3)
    put = area.put(key, [x, y], [0, 1])
    put_x, put_y = area.put(key, [x], [0]), area.put(key, [y], [1])
    get, get_y, get_any = area.get(key)[1], area.get(key, [1])[1], area.get()
    peek, peek_y = area.peek(key), area.peek(key, [1])
    size, incomplete, clear = area.size(), area.incomplete_size(), area.clear()

    def steps(s):
        for number in (2, 1, 2):
            s.run(put, {key: number, x: number + 5, y: number})
        s.run(size)
        s.run(peek, {key: 2})
        if ordered:
            s.run(get_any)
        else:
            s.run(get, {key: 1})
        s.run(put_x, {key: 5, x: 7})
        s.run([size, incomplete])
        s.run(put_x, {key: 5, x: 8})
        s.run(put_y, {key: 5, y: 9})
        s.run([size, incomplete])
        s.run(peek_y, {key: 5})
        s.run(get_y, {key: 5})
        s.run([size, incomplete])
        s.run(get_y, {key: 5})
        s.run(get, {key: 5})
        s.run(clear)
        s.run([size, incomplete])

    return steps


def map_by_key(tf):
    """A map whose elements are asked for by key."""
    return _map(tf, False)


def map_by_order(tf):
    """A map that gives the least key first."""
    return _map(tf, True)


def _barrier(tf):
    made = tf.Barrier((tf.float32, tf.int32), shapes=((), ()))
    keys, x, y = tf.placeholder(tf.string), tf.placeholder(tf.float32), tf.placeholder(tf.int32)
    count = tf.placeholder(tf.int32, [])
    ops = {
        "x": made.insert_many(0, keys, x),
        "y": made.insert_many(1, keys, y),
        "take": list(made.take_many(count)),
        "few": list(made.take_many(count, allow_small_batch=True)),
        "sizes": [made.ready_size(), made.incomplete_size()],
        "close": made.close(),
        "cancel": made.close(cancel_pending_enqueues=True),
    }
    fed = {"x": x, "y": y}

    def run(s, what, names=None, values=None, number=None):
        if names is not None:
            s.run(ops[what], {keys: names, fed[what]: values})
        elif number is not None:
            s.run(ops[what], {count: number})
        else:
            s.run(ops[what])

    return ops, run


def barrier(tf):
    """Keys that get complete in another order than they came; fewer once it is closed."""
    _, run = _barrier(tf)

    def steps(s):
        run(s, "x", ["a", "b", "c"], [1, 2, 3])
        run(s, "sizes")
        run(s, "y", ["a"], [10])
        run(s, "y", ["c"], [30])
        run(s, "sizes")
        run(s, "take", number=2)
        run(s, "sizes")
        run(s, "take", number=1)
        run(s, "x", ["b"], [9])
        run(s, "y", ["z"], [26])
        run(s, "y", ["b"], [20])
        run(s, "few", number=5)
        run(s, "close")
        run(s, "few", number=5)
        run(s, "x", ["new"], [1])
        run(s, "x", ["z"], [2])
        run(s, "sizes")
        run(s, "take", number=1)
        run(s, "take", number=1)
        run(s, "few", number=1)
        run(s, "close")
        run(s, "cancel")
        run(s, "x", ["z"], [1])

    return steps


def barrier_cancelled(tf):
    """Incomplete keys are given up."""
    _, run = _barrier(tf)

    def steps(s):
        run(s, "x", ["a", "b", "c"], [1, 2, 3])
        run(s, "y", ["c"], [30])
        run(s, "cancel")
        run(s, "sizes")
        run(s, "y", ["a"], [1])
        run(s, "take", number=1)
        run(s, "take", number=1)
        run(s, "take", number=0)
        run(s, "cancel")

    return steps


def barrier_waits(tf):
    """Who takes waits for what completes."""
    made = tf.Barrier((tf.float32, tf.float32), shapes=((), ()))
    begin = made.insert_many(0, ["a"], [1.0])
    complete = made.insert_many(1, ["a"], [2.0])
    take = list(made.take_many(1))

    def steps(s):
        s.run(begin)
        s.beside(take, complete)

    return steps
