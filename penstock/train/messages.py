"""The messages that `tf.train` offers; `penstock.formats` makes them."""

from penstock.formats.messages import SaverDef

__all__ = ["SaverDef"]
