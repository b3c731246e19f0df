"""The part of the table of module paths that is below `tensorflow.contrib`."""

from penstock.alias.offers import Offer

__all__ = ["CONTRIB", "LINEAR", "STEPS"]

_MODULES = Offer()
LINEAR = {
    "_Linear": "penstock.contrib.rnn.linear:Linear",
    "_linear": "penstock.contrib.rnn.linear:linear",
}
STEPS = {
    "_best_effort_input_batch_size": "penstock.nn.recurrent.steps:best_effort_input_batch_size",
    "_transpose_batch_time": "penstock.nn.recurrent.steps:transpose_batch_time",
    "rnn_cell_impl": "penstock.nn:rnn_cell",
}
_SEQ2SEQ = "penstock.contrib.seq2seq"
_DECODING = Offer((_SEQ2SEQ,))
_ATTENTION = Offer(
    (_SEQ2SEQ,),
    {
        "_BaseAttentionMechanism": f"{_SEQ2SEQ}.memory_attention:MemoryAttention",
        "_BaseMonotonicAttentionMechanism": f"{_SEQ2SEQ}.monotonic:MonotonicAttention",
        "_bahdanau_score": f"{_SEQ2SEQ}.scores:bahdanau_score",
        "_compute_attention": f"{_SEQ2SEQ}.attention_wrapper:attend",
        "_luong_score": f"{_SEQ2SEQ}.scores:luong_score",
        "_maybe_mask_score": f"{_SEQ2SEQ}.memory:mask_scores",
        "_monotonic_probability_fn": f"{_SEQ2SEQ}.monotonic:monotonic_probabilities",
        "_prepare_memory": f"{_SEQ2SEQ}.memory:prepare_memory",
    },
)
_LEGACY = Offer(
    ("penstock.contrib.legacy_seq2seq",),
    {"_extract_argmax_and_embed": ("penstock.contrib.legacy_seq2seq.decoders:previous_embedder")},
)

_PREPROCESSING = "penstock.contrib.learn.preprocessing"

_FRAMEWORK = Offer(("penstock.contrib.framework", "penstock.contrib.arg_scopes"))

CONTRIB = {
    "framework": _FRAMEWORK,
    "framework.python": _MODULES,
    "framework.python.framework": _FRAMEWORK,
    "framework.python.framework.checkpoint_utils": _FRAMEWORK,
    "framework.python.framework.graph_util": _FRAMEWORK,
    "framework.python.framework.tensor_util": _FRAMEWORK,
    "framework.python.ops": Offer(
        _FRAMEWORK.sources, {"arg_scope": "penstock.contrib.arg_scopes:arg_scope"}
    ),
    "framework.python.ops.arg_scope": _FRAMEWORK,
    "framework.python.ops.checkpoint_ops": _FRAMEWORK,
    "framework.python.ops.ops": _FRAMEWORK,
    "framework.python.ops.script_ops": _FRAMEWORK,
    "framework.python.ops.sort_ops": _FRAMEWORK,
    "framework.python.ops.variables": _FRAMEWORK,
    "learn.python": _MODULES,
    "learn.python.learn": _MODULES,
    "learn.python.learn.preprocessing": Offer((_PREPROCESSING,)),
    "learn.python.learn.preprocessing.categorical_vocabulary": Offer((_PREPROCESSING,)),
    "learn.python.learn.preprocessing.text": Offer((_PREPROCESSING,)),
    "legacy_seq2seq.python": _MODULES,
    "legacy_seq2seq.python.ops": _MODULES,
    "legacy_seq2seq.python.ops.seq2seq": _LEGACY,
    "lookup": Offer(("penstock.contrib.lookup",)),
    "lookup.lookup_ops": Offer(("penstock.contrib.lookup",)),
    "cudnn_rnn.python": _MODULES,
    "cudnn_rnn.python.layers": Offer(("penstock.contrib.cudnn_rnn",)),
    "cudnn_rnn.python.layers.cudnn_rnn": Offer(("penstock.contrib.cudnn_rnn",)),
    "cudnn_rnn.python.ops": _MODULES,
    "cudnn_rnn.python.ops.cudnn_rnn_ops": Offer(
        ("penstock.contrib.cudnn_rnn", "penstock.contrib.cudnn_rnn.forms")
    ),
    "rnn.python": _MODULES,
    "rnn.python.ops": _MODULES,
    "rnn.python.ops.core_rnn": Offer(("penstock.contrib.rnn",)),
    "rnn.python.ops.core_rnn_cell": Offer(("penstock.contrib.rnn",), LINEAR),
    "rnn.python.ops.fused_rnn_cell": Offer(("penstock.contrib.rnn",)),
    "rnn.python.ops.gru_ops": Offer(("penstock.contrib.rnn",)),
    "rnn.python.ops.lstm_ops": Offer(("penstock.contrib.rnn",)),
    "rnn.python.ops.rnn": Offer(("penstock.contrib.rnn",)),
    "rnn.python.ops.rnn_cell": Offer(
        (
            "penstock.contrib.rnn",
            "penstock.contrib.rnn.lstm_variants",
            "penstock.contrib.rnn.simple_gated",
        ),
        LINEAR,
    ),
    "seq2seq.python": _MODULES,
    "seq2seq.python.ops": _MODULES,
    "seq2seq.python.ops.attention_wrapper": _ATTENTION,
    "seq2seq.python.ops.basic_decoder": _DECODING,
    "seq2seq.python.ops.beam_search_decoder": Offer(
        (_SEQ2SEQ,),
        {
            "gather_tree_from_array": f"{_SEQ2SEQ}.beam_trees:gather_tree_from_array",
            "get_attention_probs": f"{_SEQ2SEQ}.beam_steps:attention_probabilities",
        },
    ),
    "seq2seq.python.ops.beam_search_ops": _DECODING,
    "seq2seq.python.ops.decoder": Offer(
        (_SEQ2SEQ,),
        {**STEPS, "_create_zero_outputs": f"{_SEQ2SEQ}.decoder:zero_outputs"},
    ),
    "seq2seq.python.ops.helper": Offer(
        (_SEQ2SEQ,), {**STEPS, "_unstack_ta": f"{_SEQ2SEQ}.helpers:array_of_steps"}
    ),
    "seq2seq.python.ops.loss": _DECODING,
}
