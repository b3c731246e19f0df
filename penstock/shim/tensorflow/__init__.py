"""What `import tensorflow` finds in a program that `penstock run` started: it puts Penstock here.

This folder stands on the path of that program, and of the Python programs that it starts.
"""

import importlib.util
import pathlib
import sys

if importlib.util.find_spec("penstock") is None:  # started by `python -m penstock` in a checkout
    sys.path.append(str(pathlib.Path(__file__).resolve().parents[3]))

del sys.modules[__name__]

import numpy  # noqa: E402  (after the path is complete)

from penstock.alias.old_numpy import restore  # noqa: E402
from penstock.install import install_as_tensorflow  # noqa: E402

restore(numpy)
install_as_tensorflow()
