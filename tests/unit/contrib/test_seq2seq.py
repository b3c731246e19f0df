"""A network with attention learns to copy; decoding stands what users do to it."""

import numpy as np
import pytest

import penstock as tf

TOKENS, START, END, STEPS, UNITS = 7, 1, 2, 4, 24
s2s = tf.contrib.seq2seq


def examples(random, count):
    """Sequences of 1 to STEPS tokens, filled up with 0, and their lengths."""
    lengths = random.integers(1, STEPS + 1, count).astype(np.int32)
    tokens = random.integers(3, TOKENS, (count, STEPS)).astype(np.int32)
    return tokens * (np.arange(STEPS) < lengths[:, None]), lengths


class Copier:
    """An encoder, and a decoder that attends to it: to train, to decode greedily, to search."""

    def __init__(self):
        self.tokens = tf.placeholder(tf.int32, [None, STEPS])
        self.lengths = tf.placeholder(tf.int32, [None])
        self.batch = tf.shape(self.tokens)[0]
        self.embedding = tf.get_variable("embedding", [TOKENS, 8])
        embedded = tf.nn.embedding_lookup(self.embedding, self.tokens)
        encoder = tf.nn.rnn_cell.GRUCell(UNITS)
        self.memory, self.state = tf.nn.dynamic_rnn(
            encoder, embedded, self.lengths, dtype=tf.float32
        )
        self.cell = tf.nn.rnn_cell.GRUCell(UNITS)
        self.layer = tf.layers.Dense(TOKENS, name="to_tokens")

    def decoder(self, helper):
        """Decode with a helper; the variables are those of the first call."""
        with tf.variable_scope("decoding", reuse=tf.AUTO_REUSE):
            attention = s2s.LuongAttention(UNITS, self.memory, self.lengths)
            cell = s2s.AttentionWrapper(self.cell, attention, UNITS)
            state = cell.zero_state(self.batch, tf.float32).clone(cell_state=self.state)
            decoder = s2s.BasicDecoder(cell, helper, state, self.layer)
            return s2s.dynamic_decode(decoder, maximum_iterations=STEPS + 1)

    def loss(self):
        """The loss of reading the sequence from the start token, and an end token after it."""
        starts = tf.fill([self.batch, 1], START)
        inputs = tf.nn.embedding_lookup(self.embedding, tf.concat([starts, self.tokens], 1))
        helper = s2s.TrainingHelper(inputs, self.lengths + 1)
        logits = self.decoder(helper)[0].rnn_output
        longest = tf.shape(logits)[1]
        ends = END * tf.one_hot(self.lengths, STEPS + 1, dtype=tf.int32)
        targets = tf.pad(self.tokens, [[0, 0], [0, 1]]) + ends
        counts = tf.sequence_mask(self.lengths + 1, longest, dtype=tf.float32)
        return s2s.sequence_loss(logits, targets[:, :longest], counts)

    def greedy(self):
        """The best token of each step, and how many steps there are."""
        starts = tf.fill([self.batch], START)
        helper = s2s.GreedyEmbeddingHelper(self.embedding, starts, END)
        outputs, _, lengths = self.decoder(helper)
        return outputs.sample_id, lengths

    def beams(self, width):
        """The sequences of a search."""
        with tf.variable_scope("decoding", reuse=True):
            memory = s2s.tile_batch(self.memory, width)
            attention = s2s.LuongAttention(UNITS, memory, s2s.tile_batch(self.lengths, width))
            cell = s2s.AttentionWrapper(self.cell, attention, UNITS)
            state = cell.zero_state(self.batch * width, tf.float32)
            state = state.clone(cell_state=s2s.tile_batch(self.state, width))
            decoder = s2s.BeamSearchDecoder(
                cell,
                self.embedding,
                tf.fill([self.batch], START),
                END,
                state,
                width,
                self.layer,
            )
            return s2s.dynamic_decode(decoder, maximum_iterations=STEPS + 1)[0].predicted_ids


def test_a_network_learns_to_copy():
    random = np.random.default_rng(0)
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        model = Copier()
        loss = model.loss()
        train = tf.train.AdamOptimizer(0.01).minimize(loss)
        found, lengths = model.greedy()
        beams = model.beams(3)
        sess.run(tf.global_variables_initializer())
        tokens, counts = examples(random, 128)
        for _ in range(300):
            feeds = {model.tokens: tokens, model.lengths: counts}
            if sess.run([loss, train], feeds)[0] < 0.01:
                break
            tokens, counts = examples(random, 128)
        tokens, counts = examples(random, 16)
        feeds = {model.tokens: tokens, model.lengths: counts}
        greedy, steps, searched = sess.run([found, lengths, beams], feeds)
    wanted = [[*row[:count], END] for row, count in zip(tokens.tolist(), counts, strict=True)]
    assert steps.tolist() == [len(row) for row in wanted]
    pairs = list(zip(greedy.tolist(), wanted, strict=True))
    assert [row[: len(goal)] for row, goal in pairs] == wanted
    best = [row[: len(goal)] for row, goal in zip(searched[:, :, 0].tolist(), wanted, strict=True)]
    assert best == wanted


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_an_empty_memory_is_told_of(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as sess:
        lengths = tf.placeholder(tf.int32, [2])
        attention = s2s.LuongAttention(3, tf.ones([2, 4, 3]), lengths)
        alignments, _ = attention(tf.ones([2, 3]), attention.initial_state(2, tf.float32))
        sess.run(tf.global_variables_initializer())
        assert sess.run(alignments, {lengths: [4, 1]}).sum() == 2
        with pytest.raises(tf.errors.InvalidArgumentError, match="above 0"):
            sess.run(alignments, {lengths: [4, 0]})


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_a_parent_that_is_no_beam_is_told_of(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as sess:
        parents = tf.placeholder(tf.int32, [2, 1, 2])
        tree = s2s.gather_tree(tf.ones([2, 1, 2], tf.int32), parents, [2], 5)
        assert sess.run(tree, {parents: np.zeros([2, 1, 2])}).tolist() == [[[1, 1]], [[1, 1]]]
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"parent_ids"):
            sess.run(tree, {parents: np.full([2, 1, 2], 7)})


class Countdown(s2s.Decoder):
    """A decoder of a user's own, without an end: it counts down from the batch's numbers."""

    batch_size = 2
    output_size = tf.TensorShape([])
    output_dtype = tf.int32

    def initialize(self, name=None):
        return tf.constant([False, False]), tf.constant(0), tf.constant([3, 1])

    def step(self, time, inputs, state, name=None):
        return state, state - 1, inputs, state <= 1


def test_a_decoder_of_ones_own():
    with tf.Graph().as_default(), tf.Session() as sess:
        outputs, state, lengths = s2s.dynamic_decode(Countdown(), impute_finished=True)
        values = sess.run([outputs, state, lengths])
    assert values[0].tolist() == [[3, 2, 1], [1, 0, 0]]
    assert values[1].tolist() == [0, 0]
    assert values[2].tolist() == [3, 1]
