"""What Python's import asks for `tensorflow` and every module below it."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType

from penstock.alias.paths import PATHS
from penstock.alias.programs import Program
from penstock.alias.view import View
from penstock.core.surface import missing

SAME = "tensorflow.compat.v1"  # the same module as `tensorflow`, and so are those below it


class TensorFlowFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `tensorflow` and the modules below it, and loads them from Penstock.

    A path of the table `PATHS` gives a `View`; any other gives the module that Penstock has under
    that name (`tensorflow.nn` is `penstock.nn`), the very same object.
    """

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "tensorflow":
            return None
        above, _, last = fullname.rpartition(".")
        if last == "__main__" and above in PATHS and PATHS[above].command:
            return importlib.util.spec_from_loader(fullname, Program(PATHS[above].command))
        if fullname != SAME and canonical(fullname) not in PATHS and namespace(fullname) is None:
            # Without a `name`: so that `from tensorflow.x import y` lets this sentence through.
            raise ModuleNotFoundError(absent(fullname))
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        offer = PATHS.get(spec.name)
        return None if offer is None else View(spec.name, offer)

    def exec_module(self, module: ModuleType) -> None:
        if isinstance(module, View):
            return
        # The import system hands out what stands in sys.modules once this returns.
        name = module.__name__
        if name != canonical(name):
            sys.modules[name] = importlib.import_module(canonical(name))
        else:
            sys.modules[name] = namespace(name) or module


def canonical(path: str) -> str:
    """`tensorflow.x` for `tensorflow.compat.v1.x`; any other path as it is."""
    if path == SAME or path.startswith(f"{SAME}."):
        return f"tensorflow{path[len(SAME) :]}"
    return path


def namespace(path: str) -> ModuleType | None:
    """The Penstock module under a public path (`tensorflow.nn`), or None."""
    found = importlib.import_module("penstock")
    for part in canonical(path).split(".")[1:]:
        found = getattr(found, part, None)
        if not isinstance(found, ModuleType):
            return None
    return found


def absent(path: str) -> str:
    """The sentence for a module or name that Penstock does not have."""
    parent, _, name = canonical(path).rpartition(".")
    module = sys.modules.get(parent)
    if isinstance(module, View):
        return module.missing(name)
    found = namespace(parent)
    if found is None:
        return f"No module named {path!r}: Penstock has no {name!r} under {parent!r}"
    return f"No module named {path!r}: {missing(parent, name, dir(found))}"
