"""The root names of Penstock, which are TensorFlow 1.15's `tf.*`: the only list of them.

One block per source module, in the order of the floors; modules and names sorted:

    from .functions.math import (
        add as add,
        subtract as subtract,
    )

`lazy_loader` reads this file: the module is imported when one of its names is first used.
- A name is attached under the name it has in its module.  Where TensorFlow's name differs, the
  source module binds it too (`Operation = Node`); renaming here has no effect.
- A namespace that is a package (`tf.nn`, `tf.train`) stands in the block `from . import`;
  one that is a plain module (`tf.math`, `tf.errors`) is `penstock/api/math.py` and stands in
  `from .api import`.
- Several names for one thing (`tf.mul`, `tf.multiply`) are several lines.
- Only imports stand here, one dot deep: no values, no `as` another name, no `*`.
"""

from .api import (
    app as app,
    compat as compat,
    flags as flags,
    logging as logging,
    raw_ops as raw_ops,
    version as version,
)
from .api.version import (
    COMPILER_VERSION as COMPILER_VERSION,
    CXX11_ABI_FLAG as CXX11_ABI_FLAG,
    GIT_VERSION as GIT_VERSION,
    GRAPH_DEF_VERSION as GRAPH_DEF_VERSION,
    GRAPH_DEF_VERSION_MIN_CONSUMER as GRAPH_DEF_VERSION_MIN_CONSUMER,
    GRAPH_DEF_VERSION_MIN_PRODUCER as GRAPH_DEF_VERSION_MIN_PRODUCER,
    MONOLITHIC_BUILD as MONOLITHIC_BUILD,
    VERSION as VERSION,
)
from .install import (
    install_as_tensorflow as install_as_tensorflow,
)

__version__: str
