"""`tf.contrib.cudnn_rnn`: recurrent networks as cuDNN has them; see ``__init__.pyi``."""

from penstock.core.surface import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
