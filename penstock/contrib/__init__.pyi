"""The modules of `tf.contrib`; see ``penstock/__init__.pyi`` for how this file is read."""

from . import (
    checkpoint as checkpoint,
    cudnn_rnn as cudnn_rnn,
    framework as framework,
    layers as layers,
    learn as learn,
    legacy_seq2seq as legacy_seq2seq,
    lookup as lookup,
    rnn as rnn,
    seq2seq as seq2seq,
    slim as slim,
    staging as staging,
    summary as summary,
    training as training,
)
