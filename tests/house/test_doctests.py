"""The examples in docstrings run and print what they say."""

import doctest
import importlib

import pytest

from tests.house.source import MODULES

WITH_EXAMPLES = sorted(name for name, path in MODULES.items() if ">>> " in path.read_text())


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_docstring_examples(name):
    module = importlib.import_module(name)
    failures, tried = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried
    assert not failures, f"{name}: {failures} of {tried} examples failed; see the output above"
