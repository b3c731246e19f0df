"""The nodes of summaries, of examples, and of variables that begin with a checkpoint's values."""

__all__ = [
    "initializers_from_checkpoints",
    "merged_summaries",
    "parsed_examples",
    "summaries",
]

_CHECKPOINT = "tests/golden/checkpoints/v2/model-7"


def summaries(tf):
    """Each kind of summary, in scopes, families and collections."""
    made = [
        tf.summary.scalar("a", 3.0),
        tf.summary.scalar("a", 3, family="f"),
        tf.summary.scalar("a b/c:d?", tf.constant(1, tf.int64), collections=["x", "y"]),
        tf.summary.scalar("/leading", 1.0, collections=[]),
        tf.summary.image("i", tf.zeros([2, 4, 4, 3]), max_outputs=2),
        tf.summary.audio("au", tf.zeros([2, 10]), 44100.0),
        tf.summary.text("t", tf.constant(["a", "b"])),
        tf.summary.tensor_summary("ts", [1, 2], summary_description="d", display_name="n"),
        tf.summary.tensor_summary("ts", tf.constant(1.5), family="g"),
    ]
    with tf.name_scope("s"):
        made.append(tf.summary.scalar("a", 3.0))
        made.append(tf.summary.scalar("a", tf.placeholder(tf.float32, [])))
        made.append(tf.summary.histogram("h", [1.0, 2.0], family="q"))
        made.append(tf.summary.histogram("h", tf.Variable([1.0], name="v")))
    return made


def merged_summaries(tf):
    """Summaries put together, all of them or those of a scope."""
    tf.summary.scalar("a", 1.0)
    with tf.name_scope("s"):
        b = tf.summary.scalar("b", 2.0)
        made = [tf.summary.merge([b]), tf.summary.merge_all(), tf.summary.merge_all(scope="s")]
    made += [tf.summary.merge_all(name="mine"), tf.summary.merge_all("other"), b]
    made += [tf.summary.merge([b], collections=["merged"], name="named")]
    return made


def parsed_examples(tf):
    """Features of examples, one and several, of every kind."""
    features = {
        "shaped": tf.FixedLenFeature([2], tf.int64),
        "a given one": tf.FixedLenFeature([], tf.float32, default_value=7.0),
        "any": tf.VarLenFeature(tf.string),
        "filled": tf.FixedLenSequenceFeature([3], tf.float32, allow_missing=True),
        "words": tf.FixedLenSequenceFeature([], tf.string, allow_missing=True, default_value="-"),
    }
    several = tf.parse_example(tf.placeholder(tf.string, [None]), features)
    one = tf.parse_single_example(tf.placeholder(tf.string, []), features)
    named = tf.parse_example(
        tf.placeholder(tf.string), {"any": features["any"]}, "mine", tf.constant(["a"])
    )
    made = []
    for found in (several, one, named):
        for _, value in sorted(found.items()):
            is_sparse = isinstance(value, tf.SparseTensor)
            made += [value.indices, value.values, value.dense_shape] if is_sparse else [value]
    return made


def initializers_from_checkpoints(tf):
    """Variables of both forms and in parts, by names and by scopes."""
    a = tf.get_variable("a", [3, 4])
    with tf.variable_scope("types"):
        tf.get_variable("float32", [3, 4])
        tf.get_variable("int64", [3, 4], tf.int64, use_resource=True)
    with tf.variable_scope("here"):
        tf.get_variable("scope", [5], tf.int64)
    cut = tf.fixed_size_partitioner(2)
    parts = tf.get_variable("q", [7, 3], partitioner=cut)
    with tf.device("/gpu:0"):
        tf.get_variable("b", [])
    tf.train.init_from_checkpoint(_CHECKPOINT, {"types/float32": a, "scalar": "b"})
    tf.train.init_from_checkpoint(_CHECKPOINT, {"types/": "types/", "one/more/": "here/"})
    tf.train.init_from_checkpoint(_CHECKPOINT, {"part": list(parts)})
    with tf.name_scope("outer"):
        tf.train.init_from_checkpoint(_CHECKPOINT, {"part": "q"})
    return [tf.global_variables_initializer(), a.initial_value]
