"""Write penstock/core/tensorflow_names.txt: run at the repository's root with TensorFlow 1.15.5.

    python -m tests.golden.names.make_golden

One line for each public module of TensorFlow, `tf.contrib` two floors down: its path below `tf`, a
colon, and its public names.
"""

import os
import types

import tensorflow as tf

API = "tensorflow._api.v1"
CONTRIB = "tensorflow.contrib"


def _is_public(module, path):
    name = module.__name__.replace("tensorflow_core", "tensorflow")
    if path.startswith("contrib."):
        return name.startswith(CONTRIB) and path.count(".") == 1
    return path == "contrib" or (name.startswith(API) and not path.startswith("compat."))


def _walk(module, path, table):
    names = []
    for name in sorted(dir(module)):
        value = None if name.startswith("_") else getattr(module, name, None)
        inner = f"{path}.{name}" if path else name
        if isinstance(value, types.ModuleType) or type(value).__name__ == "LazyLoader":
            if _is_public(value, inner):
                _walk(value, inner, table)
            elif ".api." not in value.__name__:  # tf.keras and tf.estimator have it, and stay
                continue
        elif name.startswith("_"):
            continue
        names.append(name)
    table[path] = names


def main():
    """Walk the public modules and write down their names."""
    table = {}
    _walk(tf, "", table)
    target = os.path.join("penstock", "core", "tensorflow_names.txt")
    with open(target, "w") as file:
        file.writelines(f"{path}: {' '.join(table[path])}\n" for path in sorted(table))
    print(f"{len(table)} modules, {sum(map(len, table.values()))} names")


if __name__ == "__main__":
    main()
