"""The parity scripts, each built once: one that registers a gradient cannot be run again."""

import functools

import penstock as tf
from tests.parity.catalogue import SCRIPTS
from tests.parity.notation import returned_text

__all__ = ["built"]


@functools.cache
def built(script):
    """Run a script in a graph of its own; give the graph and what the script returned."""
    graph = tf.Graph()
    with graph.as_default():
        return graph, returned_text(SCRIPTS[script](tf))
