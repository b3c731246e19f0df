"""Penstock answers as TensorFlow 1.15.5 did, line by line of the tables in `golden/`."""

import importlib.util
import types
from pathlib import Path

import pytest

from penstock.core import config, devices, dtypes, errors, nest, shapes

GOLDEN = Path(__file__).parent / "golden"

# Where Penstock means to answer otherwise, and why.
OTHERWISE = {
    "Dimension(None).__index__()": "an unknown size is no index, and says so",
    "float(Dimension(3))": "Python 3.8 and later use __index__",
    "TensorShape([1,2]).assert_has_rank(None)": "no shape has the rank None: a ValueError",
}


def _recorder():
    spec = importlib.util.spec_from_file_location("record", GOLDEN / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORD = _recorder()


def penstock_names():
    """The same names as `tensorflow_names` in `record.py` gives, out of Penstock."""
    names = {name: getattr(shapes, name) for name in shapes.__all__}
    tf = types.SimpleNamespace(**{name: getattr(dtypes, name) for name in dtypes.__all__})
    names |= {name: getattr(devices, name) for name in devices.__all__}
    names |= {name: getattr(config, name) for name in config.__all__}
    names |= {"tf": tf, "nest": nest, "errors": errors, "as_dtype": dtypes.as_dtype}
    names["fields_of"] = lambda kind: list(kind.fields())
    return names | RECORD.shared_names()


def _rows():
    """A row for each line of each table."""
    for table in sorted(GOLDEN.glob("*.txt")):
        for line in table.read_text().splitlines():
            expression, _, answer = line.partition(" => ")
            yield pytest.param(expression, answer, id=f"{table.stem}: {expression}")


@pytest.mark.parametrize(("expression", "answer"), list(_rows()))
def test_answer(expression, answer):
    if expression in OTHERWISE:
        assert RECORD.answer(expression, penstock_names()) != answer
    else:
        assert RECORD.answer(expression, penstock_names()) == answer


def test_otherwise_is_in_the_tables():
    assert set(OTHERWISE) <= {row.values[0] for row in _rows()}
