"""`tf.contrib.seq2seq`: decoding, attention, beam search; the names stand in ``__init__.pyi``."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
