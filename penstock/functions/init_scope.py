"""`tf.init_scope`: out of what would make a variable's initialization wait or be conditional."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from penstock.graph.default import default_graph
from penstock.graph.function_graph import outermost

__all__ = ["init_scope"]


@contextmanager
def init_scope() -> Iterator[None]:
    """Lift what is built in the `with` block out of control dependencies and branches.

    The name scope stays.

    Variables are made inside it, so that initializing one needs nothing of the place where it
    happens to be made:

        with tf.control_dependencies([placeholder]):
            v = tf.Variable(1.0)    # sess.run(v.initializer) needs no feed
    """
    graph = default_graph()
    scope = graph.get_name_scope()
    graph = outermost(graph)
    with (
        graph.as_default(),
        graph.name_scope(f"{scope}/" if scope else None),
        graph.control_dependencies(None),
    ):
        yield
