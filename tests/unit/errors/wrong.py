"""The notation of cases of wrong input; it runs on Python 3.7 too, where TensorFlow 1.15 runs.

A case is a function of an `Environment`. It does something wrong: either at once, while it builds,
or by what it returns, which is a fetch, or a fetch and its feeds, that cannot be run. The line that
makes the node that the message has to name ends with the comment ``# made here``.
"""

import inspect

import numpy as np

__all__ = ["Environment", "made_line", "wrong"]


def wrong(must="", came="", todo=""):
    """Decorate a case with the words by which its message has to tell three of the four facts.

    Args:
      must: what must hold.
      came: what came: its value, dtype or shape.
      todo: what to do next.

    The fourth, the node and the line that made it, follows from the comment in the case.
    """

    def add(case):
        case.facts = (must, came, todo)
        return case

    return add


def made_line(case):
    """Give ``file:line`` of the comment ``# made here``, or None."""
    lines, first = inspect.getsourcelines(case)
    for offset, line in enumerate(lines):
        if line.rstrip().endswith("# made here"):
            return f"{inspect.getsourcefile(case)}:{first + offset}"
    return None


class Environment:
    """A graph with a placeholder and a variable, and a session in which all is well.

    Attributes:
      tf: the module.
      graph: the default graph.
      session: a session; its variable has been initialized to 3.
      x: a float32 placeholder of shape (?, 3).
      v: the variable.
      bump: adds 1 to the variable: run beside what fails, to see that nothing is left of it.
    """

    def __init__(self, tf, config=None):
        self.tf = tf
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.x = tf.placeholder(tf.float32, [None, 3], name="x")
            self.v = tf.Variable(3.0, name="v")
            self._product = tf.multiply(self.x, self.v, name="product")
            self.bump = tf.assign_add(self.v, 1.0, name="bump")
            self.session = tf.Session(graph=self.graph, config=config)
            self.session.run(self.v.initializer)

    def fed(self, value, dtype=None):
        """Give a tensor of which the graph knows only the dtype, and the feed of its value."""
        array = np.asarray(value, dtype)
        tensor = self.tf.placeholder(self.tf.as_dtype(array.dtype), None)
        return tensor, {tensor: array}

    def is_well(self):
        """Tell whether the session works, and its variable is as it was."""
        product = self.session.run(self._product, {self.x: [[1.0, 2.0, 3.0]]})
        return product.tolist() == [[3.0, 6.0, 9.0]] and self.session.run(self.v) == 3.0

    def do(self, case, beside=()):
        """Build a case, and run what it returns together with `beside`."""
        with self.graph.as_default():
            request = case(self)
        if request is not None:
            fetch, feeds = request if isinstance(request, tuple) else (request, {})
            self.session.run([fetch] + list(beside), feeds)
