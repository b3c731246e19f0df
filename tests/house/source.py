"""The sources of Penstock, read once, for the tests of the house."""

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "penstock"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "shim" not in path.parts)


def label(path):
    """A path as a person says it: relative to the checkout."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path):
    """`penstock.graph.node` for `penstock/graph/node.py`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


def definitions(path, kinds):
    """Every definition of these kinds in a file, with its dotted name."""
    found = []

    def visit(node, outer):
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{outer}.{child.name}" if outer else child.name
                if isinstance(child, kinds):
                    found.append((name, child))
            visit(child, name)

    visit(tree(path), "")
    return found


def lines(node):
    return node.end_lineno - node.lineno + 1


def imports(path, inside_functions=None):
    """The modules that a file imports: (module, names, node).

    A relative import is made absolute.  `inside_functions` picks those within functions (True),
    outside (False), or all (None).
    """
    found = []

    def visit(node, inside):
        for child in ast.iter_child_nodes(node):
            within = inside or isinstance(
                child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
            )
            if isinstance(child, (ast.Import, ast.ImportFrom)) and inside_functions in (
                None,
                inside,
            ):
                found.extend(_targets(path, child))
            elif not _is_type_checking(child):
                visit(child, within)

    visit(tree(path), False)
    return found


def _is_type_checking(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _targets(path, node):
    if isinstance(node, ast.Import):
        return [(alias.name, [], node) for alias in node.names]
    base = node.module or ""
    if node.level:
        package = (
            module_name(path)
            if path.name == "__init__.py"
            else module_name(path.parent / "x.py").rpartition(".")[0]
        )
        for _ in range(node.level - 1):
            package = package.rpartition(".")[0]
        base = f"{package}.{base}" if base else package
    return [(base, [alias.name for alias in node.names], node)]
