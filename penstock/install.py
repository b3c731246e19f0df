"""`penstock.install_as_tensorflow()`: make `import tensorflow` give Penstock."""

import importlib
import sys
from types import ModuleType

from penstock.alias.finder import TensorFlowFinder
from penstock.alias.view import View


def install_as_tensorflow() -> ModuleType:
    """Makes every later `import tensorflow` in this process give Penstock.

    That covers `tensorflow.compat.v1` and the private paths that TF1 programs use
    (`tensorflow.python.framework.ops` and the like; see `penstock.alias.paths`).  A second call
    changes nothing.  `penstock run SCRIPT` does the same for a whole script, from outside.

    Returns:
      The module that `import tensorflow` gives.  It offers the names of `penstock`, and its
      `__version__` is that of the TensorFlow whose behaviour Penstock follows.

    Raises:
      RuntimeError: The real TensorFlow has been imported in this process.

    >>> import penstock
    >>> _ = penstock.install_as_tensorflow()
    >>> import tensorflow as tf
    >>> tf.__version__
    '1.15.5'
    """
    present = sys.modules.get("tensorflow")
    if present is not None and not isinstance(present, View):
        raise RuntimeError(
            "install_as_tensorflow() must come before the first `import tensorflow`, but that has "
            f"been imported from {getattr(present, '__file__', None) or 'an unknown place'}. Call "
            "it at the top of the program, or start the program by `penstock run SCRIPT`."
        )
    if not any(isinstance(finder, TensorFlowFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, TensorFlowFinder())
    return importlib.import_module("tensorflow")
