"""The names of `tf.contrib.legacy_seq2seq`; read by `lazy_loader` as `penstock/__init__.pyi`."""

from .attention import (
    attention_decoder as attention_decoder,
    embedding_attention_decoder as embedding_attention_decoder,
)
from .attention_model import (
    embedding_attention_seq2seq as embedding_attention_seq2seq,
)
from .decoders import (
    embedding_rnn_decoder as embedding_rnn_decoder,
    rnn_decoder as rnn_decoder,
)
from .losses import (
    sequence_loss as sequence_loss,
    sequence_loss_by_example as sequence_loss_by_example,
)
from .models import (
    basic_rnn_seq2seq as basic_rnn_seq2seq,
    embedding_rnn_seq2seq as embedding_rnn_seq2seq,
    embedding_tied_rnn_seq2seq as embedding_tied_rnn_seq2seq,
    tied_rnn_seq2seq as tied_rnn_seq2seq,
)
from .several import (
    model_with_buckets as model_with_buckets,
    one2many_rnn_seq2seq as one2many_rnn_seq2seq,
)
