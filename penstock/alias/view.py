"""A view: a module under a TensorFlow path that offers the names of some Penstock modules."""

import difflib
import importlib
from types import ModuleType
from typing import Any

from penstock.alias.offers import Offer
from penstock.alias.paths import PATHS
from penstock.core.surface import missing


class View(ModuleType):
    """The module that a path such as `tensorflow.python.ops.math_ops` gives.

    A name is looked up when it is first used: in the offer's own table of names, then as a module
    further down the path, then in its source modules in their order.
    """

    def __init__(self, path: str, offer: Offer) -> None:
        super().__init__(path, f"`{path}` as Penstock offers it: {offer}.")
        self.__dict__.update(_path=path, _offer=offer, **offer.constants)

    def __setattr__(self, name: str, value: Any) -> None:
        # Whoever imports a module below has it set here, where a function may have its name.
        if isinstance(value, ModuleType) and name in self._offer.names:
            return
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [public for public in dir(self) if not public.startswith("_")]
        if name.startswith("__"):
            raise AttributeError(f"module {self._path!r} has no attribute {name!r}")
        value = self._find(name)
        self.__dict__[name] = value
        return value

    def _find(self, name: str) -> Any:
        if name in self._offer.names:
            module, _, attribute = self._offer.names[name].partition(":")
            return getattr(importlib.import_module(module), attribute)
        child = f"{self._path}.{name}"
        if child in PATHS:
            return importlib.import_module(child)
        for source in self._offer.sources:
            module = importlib.import_module(source)
            spelled = self._offer.spelling(module, name)
            if spelled is not None and hasattr(module, spelled):
                return getattr(module, spelled)
        raise AttributeError(self.missing(name))

    def __dir__(self) -> list[str]:
        start = f"{self._path}."
        children = {path[len(start) :] for path in PATHS if path.startswith(start)}
        names = {child for child in children if "." not in child} | set(self._offer.names)
        for source in self._offer.sources:
            names.update(self._offer.listing(importlib.import_module(source)))
        return sorted(names | set(self._offer.constants))

    def missing(self, name: str) -> str:
        """The sentence for a name that this module does not offer."""
        if not self._path.startswith("tensorflow.python"):
            return missing(self._path, name, dir(self))
        near = difflib.get_close_matches(name, dir(self), n=3)
        hint = f" Near it: {', '.join(near)}." if near else ""
        return (
            f"{self._path!r} has no {name!r} in Penstock, which offers {self._offer} there.{hint}"
            f" `dir()` of the module lists all."
        )
