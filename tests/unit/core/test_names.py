"""Names of nodes and scopes; verdicts are TensorFlow 1.15.5's."""

import pytest

from penstock.core.names import check_op_name, check_scope_name

#        name, at the top, within a scope
NAMES = [
    ("a", True, True),
    ("0a", True, True),
    (".a", True, True),
    ("a/b-c.d_e", True, True),
    ("a//b", True, True),
    ("_a", False, True),
    ("-a", False, True),
    ("/a", False, True),
    ("\\a", False, False),
    ("a b", False, False),
    ("a:0", False, False),
    ("^a", False, False),
    ("a>b", False, False),
    ("a,b", False, False),
    ("é", False, False),
    ("a*", False, False),
]


def passes(check, name, scope):
    try:
        check(name, scope)
    except ValueError as error:
        assert repr(name) in str(error)
        return False
    return True


@pytest.mark.parametrize(("name", "at_top", "within"), NAMES)
@pytest.mark.parametrize("check", [check_op_name, check_scope_name])
def test_names(check, name, at_top, within):
    assert passes(check, name, "") == at_top
    assert passes(check, name, "outer") == within


def test_empty_name_is_a_scopes_but_no_nodes():
    assert passes(check_scope_name, "", "")
    assert not passes(check_op_name, "", "")


def test_name_is_a_string():
    with pytest.raises(TypeError, match=r"a string; got 3 \(int\)"):
        check_op_name(3)
