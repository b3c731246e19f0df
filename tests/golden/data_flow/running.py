"""Run the cases: each is a list of steps, and what a step gives is written down.

This module knows neither TensorFlow nor Penstock, and runs on Python 3.7 too, which TensorFlow
1.15 needs.
"""

import threading

import numpy as np

from tests.golden.data_flow import accumulators, staged

__all__ = ["CASES", "results_of"]

CASES = {
    f"{subject.__name__.rsplit('.', 1)[1]}.{name}": getattr(subject, name)
    for subject in (accumulators, staged)
    for name in subject.__all__
}

_PATIENCE = 700  # milliseconds until a step that waits counts as one that waits for ever


def _plain(value):
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    return value


class Stepper:
    """Runs steps in one session and notes what comes of each.

    Attributes:
      results: what came of each step: values, or the name of the error's class.
    """

    def __init__(self, tf, session):
        self._tf = tf
        self._session = session
        self.results = []

    def run(self, fetches, feeds=None):
        """Run a step; one that waits too long fails."""
        options = self._tf.RunOptions(timeout_in_ms=_PATIENCE)
        try:
            result = _plain(self._session.run(fetches, feeds, options=options))
        except self._tf.errors.OpError as error:
            result = type(error).__name__
        self.results.append(result)

    def beside(self, waiting, then, feeds=None):
        """Run a step in a thread that waits until another one is done; note what both give."""
        noted = []

        def wait():
            try:
                noted.append(_plain(self._session.run(waiting)))
            except self._tf.errors.OpError as error:
                noted.append(type(error).__name__)

        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.2)
        self.results.append("waits" if thread.is_alive() else "is done")
        self.run(then, feeds)
        thread.join(20)
        self.results += noted


def results_of(tf, case):
    """Run a case in a graph and a session of its own."""
    with tf.Graph().as_default() as graph:
        build = case(tf)
        with tf.Session(graph=graph) as session:
            stepper = Stepper(tf, session)
            build(stepper)
            return stepper.results
