"""Files, readers, producers of rows, and batches: all by queues, with their queue runners."""

__all__ = [
    "batches",
    "batches_of_kept_elements",
    "batches_of_sparse_tensors",
    "producers",
    "readers",
    "record_inputs",
]


def _runners(tf):
    """List what the graph's queue runners do."""
    runners = tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)
    return [
        part
        for runner in runners
        for part in (runner.name, runner.enqueue_ops, runner.close_op, runner.cancel_op)
    ]


def readers(tf):
    """Every reader, on files whose names come from a queue."""
    files = tf.train.string_input_producer(
        ["a", "b"], num_epochs=2, seed=3, capacity=7, name="files", shared_name="shared"
    )
    lines = tf.TextLineReader(skip_header_lines=1)
    made = [files.queue_ref, files.name, lines.reader_ref, lines.supports_serialize]
    made += [list(lines.read(files)), list(lines.read_up_to(files, 5))]
    made += [lines.num_records_produced(), lines.num_work_units_completed()]
    made += [lines.serialize_state(), lines.restore_state("state"), lines.reset()]
    packed = tf.python_io.TFRecordOptions(tf.python_io.TFRecordCompressionType.GZIP)
    for reader in (
        tf.WholeFileReader(),
        tf.IdentityReader(name="names"),
        tf.TFRecordReader(options=packed),
        tf.TFRecordReader(),
        tf.FixedLengthRecordReader(8, 1, 2, 3, encoding="ZLIB"),
        tf.FixedLengthRecordReader(8, name="records"),
    ):
        made += [list(reader.read(files.queue_ref)), reader.supports_serialize]
    return made + _runners(tf)


def producers(tf):
    """Producers of strings, numbers and rows; limits of epochs; names of files."""
    train = tf.train
    queues = [
        train.string_input_producer(tf.placeholder(tf.string, [None])),
        train.string_input_producer(["x"], shuffle=False),
        train.input_producer(
            tf.zeros([3, 2]), [2], num_epochs=1, shuffle=False, summary_name="fraction"
        ),
        train.range_input_producer(5, shuffle=False),
        train.range_input_producer(tf.placeholder(tf.int32), seed=1, name="numbers"),
    ]
    made = [queue.dequeue() for queue in queues]
    made += train.slice_input_producer([tf.zeros([3, 2]), ["a", "b", "c"]], num_epochs=1, seed=2)
    made += train.slice_input_producer([tf.zeros([3, 2])], shuffle=False)
    made += [train.limit_epochs(tf.zeros([2]), 3), train.limit_epochs(tf.zeros([2]))]
    made.append(train.match_filenames_once("/data/*.csv"))
    return made + _runners(tf)


def batches(tf):
    """Batches in order and shuffled, of one source and of several."""
    train = tf.train
    x, y = tf.zeros([2]), tf.constant("s")
    z = tf.placeholder(tf.int32, [None])
    made = [train.batch([x, y], 4), train.batch([tf.zeros([8, 3])], 4, enqueue_many=True)]
    final = {"allow_smaller_final_batch": True}
    named = train.batch({"x": x, "y": y}, 4, num_threads=3, capacity=9, name="named", **final)
    made += [named["x"], named["y"], train.batch([x, z], 4, dynamic_pad=True)]
    made += [train.batch([x], tf.placeholder(tf.int32, [])), train.batch([z], 4, shapes=[[3]])]
    made.append(train.shuffle_batch([x, y], 4, 20, 10, shared_name="shared"))
    shuffled = train.shuffle_batch({"x": x, "y": y}, 4, 20, 10, num_threads=2, seed=3, **final)
    made += [shuffled["x"], shuffled["y"]]
    made += [train.batch_join([[x, y], [x, y]], 4), train.batch_join([[x], [x]], 2, 5, True)]
    made.append(train.batch_join([{"a": x}, {"a": x + 1}], 4, dynamic_pad=True, **final)["a"])
    made.append(train.shuffle_batch_join([[x, y], [x + 1, y]], 4, 20, 10, seed=1))
    return made + _runners(tf)


def batches_of_kept_elements(tf):
    """Elements that are kept or not, where it is known which, or one of many."""
    train = tf.train
    x, keep = tf.zeros([2]), tf.placeholder(tf.bool, [None])
    made = [train.maybe_batch([x], True, 4), train.maybe_batch([x], False, 4)]
    made.append(train.maybe_batch([x, x], keep, 4, enqueue_many=True))
    made.append(train.maybe_batch_join([[x], [x]], True, 4))
    made.append(train.maybe_shuffle_batch([x], 4, 20, 10, keep, seed=1, enqueue_many=True))
    made.append(train.maybe_shuffle_batch_join([[x], [x]], 4, 20, 10, True))
    return made + _runners(tf)


def batches_of_sparse_tensors(tf):
    """Sparse tensors go through queues as numbers."""
    train = tf.train
    sparse = [tf.SparseTensor([[0, 0]], [1.0], [1, 2]) for _ in range(2)]
    tensor, dense = train.batch([sparse[0], tf.zeros([2])], 4)
    made = [tensor.indices, tensor.values, tensor.dense_shape, dense]
    tensor = train.batch({"s": sparse[0]}, 4, enqueue_many=True)["s"]
    made += [tensor.indices, tensor.values, tensor.dense_shape]
    tensor = train.shuffle_batch_join([sparse[:1], sparse[1:]], 4, 20, 10)
    return [*made, tensor.indices, tensor.values, tensor.dense_shape]


def record_inputs(tf):
    """Records of files without a queue: one batch, or several."""
    made = tf.contrib.framework.RecordInput
    return [
        made("/data/train-*").get_yield_op(),
        made("/data/*", batch_size=3, batches=2, seed=7).get_yield_op(),
        made("/data/*", 4, 100, 2, 0.5, 3, name="records", batches=1).get_yield_op(),
    ]
