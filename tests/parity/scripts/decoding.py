"""Attention, decoders around their loops, unrolled sequence models, CTC."""

__all__ = [
    "attention_mechanisms",
    "attention_wrappers",
    "ctc",
    "decoders",
    "sequence_losses",
    "unrolled_models",
]


def _memory(tf):
    memory = tf.placeholder(tf.float32, [2, 6, 5], name="memory")
    return memory, tf.placeholder(tf.int32, [2], name="lengths")


def attention_mechanisms(tf):
    """Every mechanism, called."""
    s2s = tf.contrib.seq2seq
    memory, lengths = _memory(tf)
    query = tf.placeholder(tf.float32, [2, 5], name="query")
    made = []
    for mechanism in (
        s2s.BahdanauAttention(4, memory, lengths),
        s2s.BahdanauAttention(4, memory, normalize=True, name="Normal"),
        s2s.LuongAttention(5, memory, lengths, scale=True, score_mask_value=-3.0),
        s2s.BahdanauMonotonicAttention(
            5, memory, lengths, sigmoid_noise=1.0, sigmoid_noise_seed=3, score_bias_init=-1.0
        ),
        s2s.LuongMonotonicAttention(5, memory, lengths, mode="hard"),
    ):
        state = mechanism.initial_state(2, tf.float32)
        made += [mechanism.keys, mechanism(query, state)[0]]
    return [*made, s2s.hardmax(query), s2s.safe_cumprod(query, axis=1)]


def attention_wrappers(tf):
    """A wrapper of one mechanism, and of two with histories."""
    s2s = tf.contrib.seq2seq
    memory, lengths = _memory(tf)
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    luong = s2s.LuongAttention(5, memory, lengths)
    cell = s2s.AttentionWrapper(tf.nn.rnn_cell.GRUCell(5), luong, 7, output_attention=False)
    output, state = cell(x, cell.zero_state(2, tf.float32))
    both = [luong, s2s.BahdanauAttention(4, memory)]
    with tf.variable_scope("two"):
        cell = s2s.AttentionWrapper(tf.nn.rnn_cell.LSTMCell(5), both, [3, 2], True)
        start = cell.zero_state(2, tf.float32)
        other, _ = cell(x, start.clone(cell_state=start.cell_state))
    return [output, state.alignments, other]


def decoders(tf):
    """What is around the loops of decoders with each helper, and of a beam search."""
    s2s = tf.contrib.seq2seq
    x = tf.placeholder(tf.float32, [2, 4, 3], name="x")
    lengths = tf.placeholder(tf.int32, [2], name="lengths")
    embedding = tf.placeholder(tf.float32, [7, 3], name="embedding")
    state = tf.placeholder(tf.float32, [2, 5], name="state")
    layer = tf.layers.Dense(7, name="layer")
    helper = s2s.TrainingHelper(x, lengths)
    decoder = s2s.BasicDecoder(tf.nn.rnn_cell.GRUCell(5), helper, state, layer)
    s2s.dynamic_decode(decoder, impute_finished=True)
    helper = s2s.GreedyEmbeddingHelper(embedding, [1, 1], 2)
    decoder = s2s.BasicDecoder(tf.nn.rnn_cell.GRUCell(5), helper, state)
    with tf.variable_scope("greedy"):
        s2s.dynamic_decode(decoder, output_time_major=True, maximum_iterations=3)
    tiled = s2s.tile_batch(state, 3)
    cell = tf.nn.rnn_cell.GRUCell(5)
    decoder = s2s.BeamSearchDecoder(cell, embedding, [1, 1], 2, tiled, 3, layer, 0.5)
    with tf.variable_scope("search"):
        s2s.dynamic_decode(decoder, maximum_iterations=3)


def sequence_losses(tf):
    """Losses of tensors and of lists."""
    logits = tf.placeholder(tf.float32, [2, 3, 4], name="logits")
    targets = tf.placeholder(tf.int32, [2, 3], name="targets")
    weights = tf.placeholder(tf.float32, [2, 3], name="weights")
    loss = tf.contrib.seq2seq.sequence_loss
    made = [
        loss(logits, targets, weights),
        loss(logits, targets, weights, average_across_batch=False),
        loss(logits, targets, weights, False, False, True, True),
        loss(logits, targets, weights, False, False),
    ]
    steps = [tf.unstack(one, axis=1) for one in (logits, targets, weights)]
    legacy = tf.contrib.legacy_seq2seq
    return [*made, legacy.sequence_loss(*steps), legacy.sequence_loss_by_example(*steps)]


def unrolled_models(tf):
    """The models of legacy_seq2seq, with buckets."""
    legacy = tf.contrib.legacy_seq2seq
    reads = [tf.placeholder(tf.int32, [2], name="reads") for _ in range(2)]
    writes = [tf.placeholder(tf.int32, [2], name="writes") for _ in range(2)]
    counts = [tf.placeholder(tf.float32, [2], name="counts") for _ in range(2)]
    cell = tf.nn.rnn_cell.GRUCell(5)
    attentive = legacy.embedding_attention_seq2seq(reads, writes, cell, 7, 6, 3, 2)
    tied = legacy.embedding_tied_rnn_seq2seq(reads, writes, tf.nn.rnn_cell.GRUCell(4), 7, 3)

    def model(x, y):
        return legacy.embedding_rnn_seq2seq(x, y, tf.nn.rnn_cell.GRUCell(4), 7, 6, 3)

    _, losses = legacy.model_with_buckets(
        reads, writes, writes, counts, [(1, 1), (2, 2)], model, per_example_loss=True
    )
    return [attentive[0], tied[0], losses]


def ctc(tf):
    """Loss with gradient, decoders, distance."""
    labels = tf.sparse_placeholder(tf.int32, [2, 4], name="labels")
    x = tf.placeholder(tf.float32, [2, 5, 4], name="x")
    lengths = tf.placeholder(tf.int32, [2], name="lengths")
    loss = tf.nn.ctc_loss(labels, x, lengths, time_major=False)
    turned = tf.transpose(x, [1, 0, 2])
    greedy, _ = tf.nn.ctc_greedy_decoder(turned, lengths)
    beams, score = tf.nn.ctc_beam_search_decoder(turned, lengths, 5, 2)
    near = tf.edit_distance(tf.cast(greedy[0], tf.int32), labels)
    return [loss, tf.gradients(loss, x), beams[1].values, score, near]
