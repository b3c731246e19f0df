"""The names of `tf.train.queue_runner`: threads that fill queues."""

from penstock.core.surface import lacking as _lacking
from penstock.train.queue_filling import QueueRunner
from penstock.train.queue_threads import add_queue_runner, start_queue_runners

__all__ = ["QueueRunner", "add_queue_runner", "start_queue_runners"]

__getattr__ = _lacking(__name__, __all__)
