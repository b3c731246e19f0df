"""Names: what `__all__` and the stubs say is what there is, and no more."""

import ast
import importlib
import re
import types

import pytest

from tests.house.source import FILES, MODULES, PACKAGE, ROOT, label, tree

STUBS = sorted(PACKAGE.rglob("*.pyi"))


def assigned_all(path):
    for node in tree(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            try:
                return ast.literal_eval(node.value)
            except ValueError:
                return None
    return None


WITH_ALL = sorted(name for name, path in MODULES.items() if assigned_all(path) is not None)


@pytest.mark.parametrize("name", WITH_ALL)
def test_all_names_exist(name):
    module = importlib.import_module(name)
    missing = [public for public in assigned_all(MODULES[name]) if not hasattr(module, public)]
    assert not missing, f"{name}.__all__ names what is not there: {missing}"


@pytest.mark.parametrize("name", WITH_ALL)
def test_all_has_no_doubles(name):
    listed = assigned_all(MODULES[name])
    assert len(listed) == len(set(listed)), f"{name}.__all__ names something twice"


@pytest.mark.parametrize("name", WITH_ALL)
def test_all_names_every_public_definition(name):
    listed = set(assigned_all(MODULES[name]))
    public = {
        node.name
        for node in tree(MODULES[name]).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    assert public <= listed, f"{name}: public, but not in __all__: {sorted(public - listed)}"


@pytest.mark.parametrize("name", [name for name in WITH_ALL if name.startswith("penstock.api.")])
def test_a_namespace_offers_only_its_names(name):
    module = importlib.import_module(name)
    extra = {
        public
        for public, value in vars(module).items()
        if not public.startswith("_")
        and public not in assigned_all(MODULES[name])
        and not isinstance(value, types.ModuleType)
        and getattr(value, "__module__", "").startswith("penstock")
    }
    assert not extra, f"{name} holds {sorted(extra)}, which its __all__ does not name"


def stub_names(stub):
    return [
        (node.module or "", alias.name)
        for node in ast.parse(stub.read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


@pytest.mark.parametrize("stub", STUBS, ids=label)
def test_stub_names_exist(stub):
    package = ".".join(stub.parent.relative_to(ROOT).parts)
    module = importlib.import_module(package)
    missing = [
        f"{source}: {name}" for source, name in stub_names(stub) if not hasattr(module, name)
    ]
    assert not missing, f"{label(stub)} names what is not there: {missing}"


@pytest.mark.parametrize("stub", STUBS, ids=label)
def test_stub_names_each_thing_once(stub):
    names = [name for _, name in stub_names(stub)]
    doubles = sorted({name for name in names if names.count(name) > 1})
    assert not doubles, f"{label(stub)} attaches {doubles} more than once"


@pytest.mark.parametrize("stub", STUBS, ids=label)
def test_stub_renames_nothing(stub):
    renamed = [
        alias.name
        for node in ast.parse(stub.read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname != alias.name
    ]
    assert not renamed, f"{label(stub)}: write `name as name`: {renamed}"


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=label)
def test_init_holds_a_docstring_or_attaches_names(path):
    lazy = path.with_suffix(".pyi").exists()
    others = [
        ast.unparse(node)
        for node in tree(path).body[1:]
        if not (lazy and re.search("_attach|__version__", ast.unparse(node)))
    ]
    assert not others, f"{label(path)} holds more than a docstring: {others}"
