"""Look-up tables give what TensorFlow 1.15.5 gives, and fail where it fails."""

import json
from pathlib import Path

import pytest

import penstock as tf
from tests.golden.tables.cases import CASES

_OUTCOMES = json.loads((Path(__file__).parent / "tables.json").read_text())


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("name", CASES)
def test_tables_are_tensorflows(name, tmp_path):
    wanted = _OUTCOMES[name]
    with tf.Graph().as_default(), tf.Session() as session:
        if "error" in wanted:
            kind = getattr(tf.errors, wanted["error"], None) or __builtins__[wanted["error"]]
            with pytest.raises(kind):
                CASES[name](tf, session, str(tmp_path))
        else:
            assert _plain(CASES[name](tf, session, str(tmp_path))) == wanted["value"]
