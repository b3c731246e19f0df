"""The nodes of savers: plain, sharded, with parts, reshaping, of the first version."""

__all__ = [
    "savers",
    "savers_of_parts",
    "savers_of_the_first_version",
    "savers_that_shard",
]


def _fields(saver):
    definition = saver.as_saver_def()
    return [
        definition.filename_tensor_name,
        definition.save_tensor_name,
        definition.restore_op_name,
        definition.max_to_keep,
        definition.sharded,
        definition.version,
    ]


def savers(tf):
    """Savers of a list and of a dict, and of what is saved in both forms of variables."""
    v = tf.Variable(1.0, name="v")
    w = tf.get_variable("w", [2, 3])
    r = tf.get_variable("r", [2], use_resource=True)
    loose = tf.Variable(tf.placeholder(tf.float32), validate_shape=False, name="loose")
    made = [tf.train.Saver()]
    made.append(tf.train.Saver([v, w], max_to_keep=2, name="mine", filename="elsewhere"))
    made.append(tf.train.Saver({"a/b": v, "c": r}, restore_sequentially=True, max_to_keep=None))
    with tf.name_scope("outer"):
        made.append(tf.train.Saver([r, loose], reshape=True))
        made.append(tf.train.Saver({"w": w}, defer_build=False))
    return [_fields(saver) for saver in made]


def savers_of_parts(tf):
    """Savers of partitioned variables, whole or by their parts."""
    cut = tf.fixed_size_partitioner(3)
    whole = tf.get_variable("w", [7, 3], partitioner=cut)
    tf.get_variable("r", [4, 2], partitioner=cut, use_resource=True)
    tf.get_variable("u", [4, 3], dtype=tf.int32, initializer=tf.zeros_initializer())
    made = [tf.train.Saver(), tf.train.Saver(reshape=True), tf.train.Saver({"other": whole})]
    return [_fields(saver) for saver in made]


def savers_that_shard(tf):
    """A file for each device, and one of several."""
    tf.Variable(1.0, name="v")
    with tf.device("/job:ps/task:0"):
        w = tf.get_variable("w", [2, 3])
    with tf.device("/job:ps/task:1"):
        tf.get_variable("r", [2], use_resource=True)
        tf.get_variable("s", [2])
    made = [tf.train.Saver(sharded=True), tf.train.Saver([w], sharded=True, reshape=True)]
    return [_fields(saver) for saver in made]


def savers_of_the_first_version(tf):
    """The form of checkpoints that came before."""
    v = tf.Variable(1.0, name="v")
    with tf.device("/gpu:1"):
        tf.get_variable("w", [2, 3])
    first = tf.train.SaverDef.V1
    made = [
        tf.train.Saver(write_version=first),
        tf.train.Saver([v], write_version=first, name="again"),
        tf.train.Saver(write_version=first, sharded=True),
    ]
    return [_fields(saver) for saver in made]
