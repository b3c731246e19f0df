"""The names of `tf.queue`: the kinds of queues."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.queue_kinds import (
    FIFOQueue,
    PaddingFIFOQueue,
    PriorityQueue,
    RandomShuffleQueue,
)
from penstock.functions.queues import QueueBase

__all__ = ["FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue"]

__getattr__ = _lacking(__name__, __all__)
