"""A person can hold it: files, functions and classes stay small, imports stay at the top."""

import ast
import statistics

import pytest

from tests.house import exceptions
from tests.house.source import FILES, ROOT, definitions, imports, label, lines

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FILE, FILE_END, FUNCTION, FUNCTION_MEDIAN, CLASS, WIDTH = 300, 600, 60, 10, 250, 100

each_file = pytest.mark.parametrize("path", FILES, ids=label)


def text(path):
    return path.read_text(encoding="utf-8").splitlines()


@each_file
def test_file_is_short(path):
    length = len(text(path))
    limit = FILE_END if label(path) in exceptions.LONG_FILES else FILE
    assert length <= limit, (
        f"{label(path)} has {length} lines, {limit} is the limit: find the noun that wants a file "
        "of its own, or name the file with the reason in tests/house/exceptions.py"
    )


@each_file
def test_functions_are_short(path):
    long = [
        f"{name}: {lines(node)} lines"
        for name, node in definitions(path, FUNCTIONS)
        if lines(node) > FUNCTION and f"{label(path)}:{name}" not in exceptions.LONG_FUNCTIONS
    ]
    assert not long, f"{label(path)}: functions have at most {FUNCTION} lines: {long}"


@each_file
def test_classes_are_short(path):
    long = [
        f"{name}: {lines(node)} lines"
        for name, node in definitions(path, ast.ClassDef)
        if lines(node) > CLASS and f"{label(path)}:{name}" not in exceptions.LONG_CLASSES
    ]
    assert not long, f"{label(path)}: classes have at most {CLASS} lines: {long}"


@each_file
def test_lines_are_narrow(path):
    wide = [number for number, line in enumerate(text(path), 1) if len(line) > WIDTH]
    assert not wide, f"{label(path)}: lines have at most {WIDTH} columns: see lines {wide}"


@each_file
def test_imports_stand_at_the_top(path):
    lazy = [
        f"{module} in line {node.lineno}"
        for module, _, node in imports(path, inside_functions=True)
        if f"{label(path)}:{module}" not in exceptions.LAZY_IMPORTS
    ]
    assert not lazy, (
        f"{label(path)} imports inside a function: {lazy}; import at the top, or list it with the "
        "reason in tests/house/exceptions.py"
    )


@each_file
def test_file_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text())), f"{label(path)} lacks a module docstring"


def test_the_median_function_is_short():
    lengths = [lines(node) for path in FILES for _, node in definitions(path, FUNCTIONS)]
    assert statistics.median(lengths) <= FUNCTION_MEDIAN


@pytest.mark.parametrize("table", ["LONG_FILES", "LONG_FUNCTIONS", "LONG_CLASSES", "LAZY_IMPORTS"])
def test_every_exception_is_needed(table):
    stale = [row for row in getattr(exceptions, table) if not needed(table, row)]
    assert not stale, f"tests/house/exceptions.py, {table}: no longer needed: {stale}"


@pytest.mark.parametrize("table", ["LONG_FILES", "LONG_FUNCTIONS", "LONG_CLASSES", "LAZY_IMPORTS"])
def test_every_exception_has_a_reason(table):
    bare = [row for row, reason in getattr(exceptions, table).items() if len(reason.split()) < 4]
    assert not bare, f"tests/house/exceptions.py, {table}: give the reason of {bare}"


def needed(table, row):
    file, _, name = row.partition(":")
    path = ROOT / file
    if not path.exists():
        return False
    if table == "LONG_FILES":
        return len(text(path)) > FILE
    if table == "LAZY_IMPORTS":
        return any(module == name for module, _, _ in imports(path, inside_functions=True))
    kinds, limit = (FUNCTIONS, FUNCTION) if table == "LONG_FUNCTIONS" else (ast.ClassDef, CLASS)
    return any(found == name and lines(node) > limit for found, node in definitions(path, kinds))
