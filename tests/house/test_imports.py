"""No import cycle, and an `import penstock` that brings in nothing heavy."""

import subprocess
import sys

import pytest

from tests.house.source import MODULES, imports, label

HEAVY = ("jax", "jaxlib", "ray", "google.protobuf", "tensorboard", "scipy", "tensorflow")


def edges(name):
    """The modules of Penstock that one imports when it is itself imported."""
    found = set()
    for module, names, _ in imports(MODULES[name], inside_functions=False):
        deeper = {f"{module}.{part}" for part in names} & MODULES.keys()
        found |= deeper | (
            {module} & MODULES.keys() if not deeper or names != list(deeper) else set()
        )
    # A package's __init__ comes first by Python's own order; the lazy ones import nothing.
    return {target for target in found if MODULES[target].name != "__init__.py"} - {name}


def cycles():
    """Strongly connected groups of modules, by Tarjan's algorithm."""
    graph = {name: sorted(edges(name)) for name in MODULES}
    index, low, stack, on_stack, groups = {}, {}, [], set(), []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        on_stack.add(name)
        for target in graph[name]:
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in on_stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            group = []
            while not group or group[-1] != name:
                group.append(stack.pop())
                on_stack.discard(group[-1])
            if len(group) > 1:
                groups.append(sorted(group))

    for name in graph:
        if name not in index:
            visit(name)
    return groups


def test_no_import_cycle():
    assert not cycles(), f"modules import one another in a circle: {cycles()}"


def loaded_by(statement):
    probe = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.mark.parametrize("statement", ["import penstock", "import penstock as tf; dir(tf)"])
def test_importing_penstock_loads_nothing_heavy(statement):
    loaded = loaded_by(statement)
    heavy = [name for name in HEAVY if name in loaded]
    assert not heavy, f"`{statement}` loads {heavy}"


@pytest.mark.parametrize(
    "name",
    sorted(name for name in MODULES if name.split(".")[1:2] in (["ops"], ["graph"], ["core"])),
)
def test_graph_and_ops_import_no_library_of_numerics(name):
    allowed = {"numpy", "ml_dtypes", "lazy_loader"}
    foreign = {
        module.partition(".")[0]
        for module, _, _ in imports(MODULES[name])
        if module.partition(".")[0] not in sys.stdlib_module_names
    }
    extra = foreign - allowed - {"penstock"}
    assert not extra, f"{label(MODULES[name])} imports {sorted(extra)}"
