"""What `tf.contrib.seq2seq` and `tf.contrib.legacy_seq2seq` refuse, and what they let pass."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()


class Parts:
    """What the cases are made of."""

    def __init__(self, tf):
        self.tf, self.new, self.old = tf, tf.contrib.seq2seq, tf.contrib.legacy_seq2seq

    def zeros(self, *shape):
        """Give zeros."""
        return self.tf.zeros(shape)

    def open(self, *shape):
        """Give a placeholder with sizes that are not known."""
        return self.tf.compat.v1.placeholder(self.tf.float32, shape)

    def cell(self, units=5):
        """Give a cell."""
        return self.tf.nn.rnn_cell.GRUCell(units)

    def dense(self):
        """Give a layer."""
        return self.tf.compat.v1.layers.Dense(3)

    def train(self):
        """Give a helper for two sequences."""
        return self.new.TrainingHelper(self.zeros(2, 4, 3), [4, 2])

    def greedy(self):
        """Give a helper for one sequence."""
        return self.new.GreedyEmbeddingHelper(self.zeros(7, 3), [1], 2)

    def memory(self):
        """Give a mechanism over two memories."""
        return self.new.BahdanauAttention(4, self.zeros(2, 6, 5), [6, 2])

    def wrapper(self, **options):
        """Give a cell with attention."""
        return self.new.AttentionWrapper(self.cell(), self.memory(), **options)

    def search(self, starts=(1,), end=2, rows=3, cell=None, **options):
        """Give a decoder that searches."""
        state = self.zeros(rows, 5)
        cell = cell or self.cell()
        table = self.zeros(7, 3)
        return self.new.BeamSearchDecoder(cell, table, list(starts), end, state, 3, **options)

    def decode(self, cell, helper, state, **options):
        """Decode."""
        return self.new.dynamic_decode(self.new.BasicDecoder(cell, helper, state), **options)

    def loss(self, *shapes, **options):
        """Give a loss."""
        targets = self.tf.zeros(shapes[1], self.tf.int32)
        logits, weights = self.zeros(*shapes[0]), self.zeros(*shapes[2])
        return self.new.sequence_loss(logits, targets, weights, **options)

    def attend(self, inputs, memory=(2, 6, 5), **options):
        """Decode with attention, unrolled."""
        memory = self.open(*memory)
        return self.old.attention_decoder(inputs, self.zeros(2, 5), memory, self.cell(), **options)

    def symbols(self, count):
        """Give steps of symbols."""
        return [self.tf.zeros([2], self.tf.int32)] * count

    def buckets(self, *counts):
        """Give models of one bucket of two steps."""
        steps = [self.symbols(count) for count in counts[:3]]
        weights = [self.zeros(2)] * counts[3]
        return self.old.model_with_buckets(*steps, weights, [(2, 2)], None)


_SHAPES = ([2, 3, 4], [2, 3], [2, 3])
_WRONG = {
    "loss_of_flat_logits": lambda p: p.loss([2, 3], [2, 3], [2, 3]),
    "loss_of_flat_targets": lambda p: p.loss([2, 3, 4], [2], [2, 3]),
    "loss_of_flat_weights": lambda p: p.loss([2, 3, 4], [2, 3], [2]),
    "loss_average_and_sum_of_batch": lambda p: p.loss(*_SHAPES, sum_over_batch=True),
    "loss_average_and_sum_of_time": lambda p: p.loss(*_SHAPES, sum_over_timesteps=True),
    "decode_no_decoder": lambda p: p.new.dynamic_decode(3),
    "decoder_of_no_helper": lambda p: p.new.BasicDecoder(p.cell(), 3, p.zeros(2, 5)),
    "decoder_of_no_cell": lambda p: p.new.BasicDecoder(3, p.train(), p.zeros(2, 5)),
    "decoder_of_no_layer": lambda p: p.new.BasicDecoder(p.cell(), p.train(), p.zeros(2, 5), 3),
    "abstract_decoder": lambda p: p.new.Decoder(),
    "abstract_helper": lambda p: p.new.Helper(),
    "limit_of_rank_1": lambda p: p.decode(
        p.cell(), p.train(), p.zeros(2, 5), maximum_iterations=[3]
    ),
    "other_batch": lambda p: p.decode(p.cell(), p.greedy(), p.zeros(2, 5)),
    "plain_state": lambda p: p.decode(p.wrapper(), p.train(), p.zeros(2, 5)),
    "lengths_of_rank_2": lambda p: p.new.TrainingHelper(p.zeros(2, 3, 4), [[1, 2]]),
    "starts_of_rank_2": lambda p: p.new.GreedyEmbeddingHelper(p.zeros(7, 3), [[1]], 2),
    "end_of_rank_1": lambda p: p.new.GreedyEmbeddingHelper(p.zeros(7, 3), [1], [2]),
    "chance_of_rank_2": lambda p: p.new.ScheduledOutputTrainingHelper(
        p.zeros(2, 3, 4), [1, 2], p.zeros(2, 2)
    ),
    "batch_before_initialize": lambda p: p.new.CustomHelper(int, int, int).batch_size,
    "memory_of_open_depth": lambda p: p.new.BahdanauAttention(4, p.open(2, 6, None)),
    "memory_of_other_batch": lambda p: p.new.LuongAttention(4, p.zeros(2, 6, 5), [1, 2, 3]),
    "query_of_other_depth": lambda p: p.new.LuongAttention(4, p.zeros(2, 6, 5))(
        p.zeros(2, 5), None
    ),
    "no_such_mode": lambda p: p.new.monotonic_attention(p.zeros(2, 3), p.zeros(2, 3), "x"),
    "wrapper_of_no_mechanism": lambda p: p.new.AttentionWrapper(p.cell(), 3),
    "wrapper_of_no_cell": lambda p: p.new.AttentionWrapper(3, p.memory()),
    "wrapper_of_one_mechanism": lambda p: p.new.AttentionWrapper(p.cell(), [p.memory(), 3]),
    "two_sizes_of_one": lambda p: p.wrapper(attention_layer_size=[3, 4]),
    "two_layers_of_one": lambda p: p.wrapper(attention_layer=[p.dense(), p.dense()]),
    "size_and_layer": lambda p: p.wrapper(attention_layer_size=3, attention_layer=p.dense()),
    "input_fn_that_is_none": lambda p: p.wrapper(cell_input_fn=3),
    "wrapper_of_plain_state": lambda p: p.wrapper()(p.zeros(2, 3), p.zeros(2, 5)),
    "zero_state_of_other_batch": lambda p: p.wrapper().zero_state(3, p.tf.float32),
    "first_state_of_other_batch": lambda p: p.wrapper(initial_cell_state=p.zeros(3, 5)),
    "clone_of_other_shape": lambda p: (
        p.wrapper().zero_state(2, p.tf.float32).clone(cell_state=p.zeros(3, 5))
    ),
    "clone_of_other_nest": lambda p: (
        p.wrapper().zero_state(2, p.tf.float32).clone(cell_state=(p.zeros(2, 5),))
    ),
    "tiles_of_a_scalar": lambda p: p.new.tile_batch(p.zeros(), 3),
    "search_of_matrix": lambda p: p.search([[1]]),
    "search_of_two_ends": lambda p: p.search(end=[2]),
    "search_of_no_layer": lambda p: p.search(output_layer=4),
    "search_of_untiled_state": lambda p: p.search(rows=1),
    "search_of_other_batch": lambda p: p.search([1, 1]),
    "coverage_without_attention": lambda p: p.new.dynamic_decode(
        p.search(cell=p.cell(5), coverage_penalty_weight=0.5)
    ),
    "attend_to_nothing": lambda p: p.attend([]),
    "attend_without_heads": lambda p: p.attend([p.zeros(2, 4)], num_heads=0),
    "attend_to_open_depth": lambda p: p.attend([p.zeros(2, 4)], (2, 6, None)),
    "attend_with_open_inputs": lambda p: p.attend([p.open(2, None)]),
    "projection_of_other_size": lambda p: p.old.embedding_rnn_decoder(
        p.symbols(2), p.zeros(2, 5), p.cell(), 7, 3, (p.zeros(5, 6), p.zeros(7))
    ),
    "projection_of_other_biases": lambda p: p.old.embedding_rnn_decoder(
        p.symbols(2), p.zeros(2, 5), p.cell(), 7, 3, (p.zeros(5, 7), p.zeros(6))
    ),
    "too_few_weights": lambda p: p.old.sequence_loss([p.zeros(2, 3)], p.symbols(1), []),
    "loss_of_nothing": lambda p: p.old.sequence_loss([], [], []),
    "buckets_too_few_inputs": lambda p: p.buckets(1, 2, 2, 2),
    "buckets_too_few_targets": lambda p: p.buckets(2, 2, 1, 2),
    "buckets_too_few_weights": lambda p: p.buckets(2, 2, 2, 1),
}


def _case(build):
    def case(tf, feed):
        build(Parts(tf))
        return [tf.constant(np.float32(1))]

    return case


CASES.update((name, _case(build)) for name, build in _WRONG.items())
