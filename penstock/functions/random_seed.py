"""Seeds: of a graph, of an op, and what the two make together.

With neither seed, an op draws other numbers in each session. With a graph seed alone, an op's own
seed is the number of nodes that the graph has so far, so the same program draws the same numbers,
and two ops different ones. With an op seed alone, a fixed graph seed stands in.
"""

from __future__ import annotations

from penstock.graph.default import default_graph

__all__ = ["get_seed", "set_random_seed"]

_DEFAULT_GRAPH_SEED = 87654321
_MODULUS = 2**31 - 1


def set_random_seed(seed: int | None) -> None:
    """Set the seed of the default graph, for the random ops that are made after this.

    Args:
      seed: an integer, or None to take the seed away.

    ```
    tf.set_random_seed(1234)
    a = tf.random_uniform([1])      # the same number whenever the program runs
    b = tf.random_normal([1])       # another one, and the same whenever the program runs
    ```
    """
    default_graph().seed = seed


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """Make the two seeds of a random op of the default graph's seed and the op's own.

    Args:
      op_seed: the seed given to the op, or None.

    Returns:
      The attributes `seed` and `seed2`; (None, None) if neither graph nor op has a seed.
    """
    graph = default_graph()
    graph_seed = graph.seed
    if graph_seed is None:
        if op_seed is None:
            return None, None
        graph_seed = _DEFAULT_GRAPH_SEED
    elif op_seed is None:
        op_seed = graph.version
    seeds = int(graph_seed % _MODULUS), int(op_seed % _MODULUS)
    # Two zeros would ask for seeds that differ from session to session.
    return (0, _MODULUS) if seeds == (0, 0) else seeds
