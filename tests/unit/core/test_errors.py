"""Error classes beside the golden table: what a message tells, and pickling."""

import pickle
from types import SimpleNamespace

import pytest

from penstock.core import errors

NODE = SimpleNamespace(name="layer/add", type="AddV2", line="train.py:7")


def test_message_ends_with_the_node_and_its_line():
    error = errors.InvalidArgumentError(None, NODE, "Shapes must be equal.")
    assert error.message == "Shapes must be equal."
    assert str(error) == ("Shapes must be equal.\n[node 'layer/add' (AddV2), made at train.py:7]")
    assert error.op is NODE


def test_node_without_a_line():
    node = SimpleNamespace(name="a", type="Add", line=None)
    assert str(errors.InternalError(None, node, "Oh.")) == "Oh.\n[node 'a' (Add)]"


def test_pickle_keeps_what_was_told():
    error = errors.UnknownError(None, NODE, "Oh.", 99)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is errors.UnknownError
    assert (str(again), again.error_code, again.op) == (str(error), 99, None)
    assert str(pickle.loads(pickle.dumps(again))) == str(error)


def test_node_def_is_the_nodes_own_where_none_is_given():
    node = SimpleNamespace(name="a", type="Add", node_def="definition")
    assert errors.NotFoundError(None, node, "Oh.").node_def == "definition"
    assert errors.NotFoundError("other", node, "Oh.").node_def == "other"


@pytest.mark.parametrize("code", range(1, 17))
def test_codes_and_classes(code):
    kind = errors.exception_type_from_error_code(code)
    assert errors.error_code_from_exception_type(kind) == code
    assert type(errors.from_code(code, "Oh.")) is kind


def test_status_that_stays_ok_raises_nothing():
    with errors.raise_exception_on_not_ok_status() as status:
        assert status.code == errors.OK


def test_status_does_not_hide_another_error():
    with pytest.raises(KeyError), errors.raise_exception_on_not_ok_status() as status:
        status.code = errors.INTERNAL
        raise KeyError("first")
