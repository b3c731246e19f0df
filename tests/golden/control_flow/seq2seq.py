"""Cases of `tf.contrib.seq2seq`: decoding with and without attention, gradients, beam search."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

BATCH, TIME, PLACES, DEPTH, UNITS, TOKENS = 2, 4, 5, 3, 4, 6
LENGTHS = np.array([4, 2], np.int32)
PLACE_COUNTS = np.array([5, 3], np.int32)


def numbers(*shape):
    """Give numbers around zero, the same for the same shape."""
    return np.random.RandomState(sum(shape) + 10 * len(shape)).randn(*shape).astype(np.float32)


def weights(tf):
    """Open a scope in which variables begin with numbers that their shapes decide."""

    def initializer(shape, dtype=None, partition_info=None):
        return tf.constant(0.5 * numbers(*[int(size) for size in shape]), dtype or tf.float32)

    return tf.compat.v1.variable_scope("model", initializer=initializer)


def attention_cell(tf, feed, kind="LuongAttention", history=True, size=UNITS, **options):
    """Build a wrapped cell over a fed memory, and its first state."""
    s2s = tf.contrib.seq2seq
    memory = feed(numbers(BATCH, PLACES, UNITS))
    mechanism = getattr(s2s, kind)(UNITS, memory, feed(PLACE_COUNTS), **options)
    cell = s2s.AttentionWrapper(
        tf.nn.rnn_cell.GRUCell(UNITS), mechanism, size, alignment_history=history
    )
    state = cell.zero_state(BATCH, tf.float32).clone(cell_state=feed(numbers(BATCH, UNITS)))
    return cell, state, memory


def results(tf, outputs, state, lengths, x=None):
    """Fetch everything that decoding gives, and the gradients of the outputs."""
    if hasattr(state, "alignment_history") and hasattr(state.alignment_history, "stack"):
        state = state._replace(alignment_history=state.alignment_history.stack())
    shape = [1, TIME, int(outputs.rnn_output.shape[-1])]
    loss = tf.reduce_sum(tf.sin(outputs.rnn_output) * numbers(*shape)[:, :1])
    by = tf.compat.v1.trainable_variables() + ([] if x is None else [x])
    return [outputs, state, lengths, tf.gradients(loss, by)]


def train(tf, feed, cell, state, dense=TOKENS, helper=None, extra=None, **options):
    """Decode given inputs, one after the other: else TensorFlow draws for them in any order."""
    s2s = tf.contrib.seq2seq
    x = feed(numbers(BATCH, TIME, DEPTH))
    helper = helper(x) if helper else s2s.TrainingHelper(x, feed(LENGTHS))
    layer = tf.compat.v1.layers.Dense(dense) if dense else None
    decoder = s2s.BasicDecoder(cell, helper, state, layer)
    decoded = s2s.dynamic_decode(decoder, parallel_iterations=1, **options)
    return results(tf, *decoded, x=x)


def plain(tf, feed):
    """Build a cell without attention, and its state."""
    return tf.nn.rnn_cell.GRUCell(UNITS), feed(numbers(BATCH, UNITS))


@CASES
def training(tf, feed):
    with weights(tf):
        return train(tf, feed, *plain(tf, feed))


@CASES
def training_imputed(tf, feed):
    with weights(tf):
        return train(tf, feed, *plain(tf, feed), impute_finished=True)


@CASES
def training_time_major(tf, feed):
    with weights(tf):
        outputs, state, lengths, _ = train(
            tf, feed, *plain(tf, feed), output_time_major=True, maximum_iterations=4
        )
        return [outputs, state, lengths]


@CASES
def training_without_layer(tf, feed):
    with weights(tf):
        return train(tf, feed, *plain(tf, feed), dense=None)


@CASES
def training_fewer_steps(tf, feed):
    with weights(tf):
        return train(tf, feed, *plain(tf, feed), maximum_iterations=feed(np.int32(3)))


@CASES
def training_no_steps(tf, feed):
    with weights(tf):
        outputs, state, lengths, _ = train(tf, feed, *plain(tf, feed), maximum_iterations=0)
        return [state, lengths]


@CASES
def training_lstm(tf, feed):
    with weights(tf):
        cell = tf.nn.rnn_cell.LSTMCell(UNITS)
        state = cell.zero_state(BATCH, tf.float32)
        return train(tf, feed, cell, state, impute_finished=True)


@CASES
def luong(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed)
        return train(tf, feed, cell, state, impute_finished=True)


@CASES
def luong_scaled(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed, scale=True)
        return train(tf, feed, cell, state)


@CASES
def bahdanau(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed, "BahdanauAttention", history=False)
        return train(tf, feed, cell, state)


@CASES
def bahdanau_normalized(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed, "BahdanauAttention", normalize=True)
        return train(tf, feed, cell, state)


@CASES
def attention_without_layer(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed, size=None)
        return train(tf, feed, cell, state)


@CASES
def attention_of_the_cells_output(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        mechanism = s2s.LuongAttention(UNITS, feed(numbers(BATCH, PLACES, UNITS)))
        cell = s2s.AttentionWrapper(
            tf.nn.rnn_cell.GRUCell(UNITS),
            mechanism,
            attention_layer=tf.compat.v1.layers.Dense(3, activation=tf.tanh),
            cell_input_fn=lambda x, attention: tf.concat([x, 2.0 * attention], 1),
            output_attention=False,
            initial_cell_state=feed(numbers(BATCH, UNITS)),
        )
        return train(tf, feed, cell, cell.zero_state(BATCH, tf.float32))


@CASES
def two_mechanisms(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        memory, counts = feed(numbers(BATCH, PLACES, UNITS)), feed(PLACE_COUNTS)
        mechanisms = [
            s2s.LuongAttention(UNITS, memory, counts),
            s2s.BahdanauAttention(3, memory, score_mask_value=-5.0),
        ]
        cell = s2s.AttentionWrapper(
            tf.nn.rnn_cell.GRUCell(UNITS), mechanisms, [3, 2], alignment_history=True
        )
        outputs, state, lengths, gradients = train(
            tf, feed, cell, cell.zero_state(BATCH, tf.float32)
        )
        history = [array.stack() for array in state.alignment_history]
        return [outputs, state._replace(alignment_history=()), history, lengths, gradients]


@CASES
def monotonic_parallel(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed, "BahdanauMonotonicAttention")
        return train(tf, feed, cell, state)


@CASES
def monotonic_hard(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(
            tf, feed, "LuongMonotonicAttention", mode="hard", score_bias_init=0.1
        )
        outputs, state, lengths, _ = train(tf, feed, cell, state)
        return [outputs, state, lengths]


@CASES
def monotonic_recursive(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(
            tf, feed, "LuongMonotonicAttention", mode="recursive", scale=True
        )
        return train(tf, feed, cell, state)


@CASES
def hardest_alignments(tf, feed):
    with weights(tf):
        hardmax = tf.contrib.seq2seq.hardmax
        cell, state, memory = attention_cell(tf, feed, probability_fn=hardmax)
        outputs, state, lengths, _ = train(tf, feed, cell, state)
        return [outputs, state, lengths]


@CASES
def monotonic_distributions(tf, feed):
    p = feed(1 / (1 + np.exp(-numbers(2, 5))))
    before = feed(np.abs(numbers(2, 5)) / np.abs(numbers(2, 5)).sum(1, keepdims=True))
    attend = tf.contrib.seq2seq.monotonic_attention
    hard = attend(tf.round(p), tf.one_hot([1, 0], 5), "hard")
    both = [attend(p, before, mode) for mode in ("recursive", "parallel")]
    product = tf.contrib.seq2seq.safe_cumprod(p, axis=1, exclusive=True)
    return [hard, both, product, tf.gradients(both, [p, before]), tf.gradients(product, p)]


def embedded(tf, feed):
    """Feed an embedding of the tokens."""
    return feed(numbers(TOKENS, DEPTH))


def decode_greedily(tf, feed, cell, state, helper, **options):
    """Decode what the network says itself."""
    s2s = tf.contrib.seq2seq
    decoder = s2s.BasicDecoder(cell, helper, state, tf.compat.v1.layers.Dense(TOKENS))
    outputs, state, lengths = s2s.dynamic_decode(decoder, **options)
    return [outputs, state, lengths]


@CASES
def greedy(tf, feed):
    with weights(tf):
        helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(embedded(tf, feed), [1, 3], 5)
        return decode_greedily(tf, feed, *plain(tf, feed), helper=helper, maximum_iterations=7)


@CASES
def greedy_ends_by_itself(tf, feed):
    with weights(tf):
        embedding = embedded(tf, feed)
        helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(
            lambda ids: tf.gather(embedding, ids), feed(np.array([1, 3], np.int32)), 0
        )
        cell, state = plain(tf, feed)
        return decode_greedily(tf, feed, cell, state, helper, maximum_iterations=30)


@CASES
def greedy_with_attention(tf, feed):
    with weights(tf):
        cell, state, memory = attention_cell(tf, feed, "BahdanauAttention", history=False)
        helper = tf.contrib.seq2seq.GreedyEmbeddingHelper(embedded(tf, feed), [1, 3], 5)
        return decode_greedily(
            tf, feed, cell, state, helper, impute_finished=True, maximum_iterations=6
        )


@CASES
def sampled(tf, feed):
    with weights(tf):
        helper = tf.contrib.seq2seq.SampleEmbeddingHelper(
            embedded(tf, feed), [1, 3], 5, softmax_temperature=0.7, seed=11
        )
        return decode_greedily(tf, feed, *plain(tf, feed), helper=helper, maximum_iterations=7)


@CASES
def inference_of_numbers(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        helper = s2s.InferenceHelper(
            sample_fn=lambda outputs: outputs[:, :DEPTH],
            sample_shape=[DEPTH],
            sample_dtype=tf.float32,
            start_inputs=feed(numbers(BATCH, DEPTH)),
            end_fn=lambda ids: tf.reduce_sum(ids, 1) > 1.0,
            next_inputs_fn=lambda ids: ids * 2.0,
        )
        return decode_greedily(tf, feed, *plain(tf, feed), helper=helper, maximum_iterations=5)


@CASES
def custom_helper(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        start, limit = feed(numbers(BATCH, DEPTH)), feed(LENGTHS)
        helper = s2s.CustomHelper(
            initialize_fn=lambda: (tf.zeros([BATCH], tf.bool), start),
            sample_fn=lambda time, outputs, state: tf.cast(tf.argmin(outputs, -1), tf.int32),
            next_inputs_fn=lambda time, outputs, state, sample_ids: (
                time + 1 >= limit,
                outputs[:, :DEPTH],
                -state,
            ),
        )
        return decode_greedily(tf, feed, *plain(tf, feed), helper=helper)


@CASES
def scheduled_embedding(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        embedding, lengths = embedded(tf, feed), feed(LENGTHS)

        def helper(x):
            return s2s.ScheduledEmbeddingTrainingHelper(
                x, lengths, embedding, 0.5, seed=3, scheduling_seed=4
            )

        outputs, state, lengths, gradients = train(tf, feed, *plain(tf, feed), helper=helper)
        return [outputs, state, lengths, gradients]


@CASES
def scheduled_output(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        lengths = feed(LENGTHS)

        def helper(x):
            return s2s.ScheduledOutputTrainingHelper(x, lengths, 0.6, seed=5)

        return train(tf, feed, *plain(tf, feed), dense=DEPTH, helper=helper)


@CASES
def scheduled_output_with_more(tf, feed):
    s2s = tf.contrib.seq2seq
    with weights(tf):
        lengths, more = feed(LENGTHS), feed(numbers(BATCH, TIME, 2))

        def helper(x):
            return s2s.ScheduledOutputTrainingHelper(
                x,
                lengths,
                0.6,
                seed=6,
                next_inputs_fn=lambda outputs: outputs[:, :DEPTH] * 2.0,
                auxiliary_inputs=more,
            )

        return train(tf, feed, *plain(tf, feed), helper=helper)


@CASES
def losses_of_sequences(tf, feed):
    loss = tf.contrib.seq2seq.sequence_loss
    logits = feed(numbers(BATCH, TIME, TOKENS))
    targets = feed(np.array([[1, 2, 3, 0], [5, 4, 0, 0]], np.int32))
    counts = feed(np.array([[1, 1, 0.5, 0], [1, 0.2, 0, 0]], np.float32))
    found = [
        loss(logits, targets, counts),
        loss(logits, targets, counts, average_across_timesteps=False),
        loss(logits, targets, counts, average_across_batch=False),
        loss(logits, targets, counts, False, False),
        loss(logits, targets, counts, False, False, True, True),
        loss(logits, targets, counts, False, False, True, False),
        loss(logits, targets, counts, False, False, False, True),
        loss(logits, targets, counts * 0.0),
    ]
    return [found, tf.gradients(found[0], [logits, counts])]


@CASES
def trees_of_beams(tf, feed):
    s2s = tf.contrib.seq2seq
    random = np.random.RandomState(3)
    ids = feed(random.randint(0, 5, (4, 2, 3)).astype(np.int32))
    parents = feed(random.randint(0, 3, (4, 2, 3)).astype(np.int32))
    tree = s2s.gather_tree(ids, parents, feed(np.array([4, 2], np.int32)), 4)
    tiled = s2s.tile_batch([feed(numbers(2, 3)), feed(LENGTHS, [None])], 3)
    return [tree, tiled, s2s.hardmax(feed(np.array([[1, 3, 3], [2, 0, 1]], np.float32)))]
