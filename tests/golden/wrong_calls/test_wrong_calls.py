"""Wrong programs raise the classes of errors that TensorFlow 1.15.5 raises."""

import pytest

import penstock as tf
from tests.golden.wrong_calls.cases import error_class, read


@pytest.mark.parametrize(("golden", "program"), read())
@pytest.mark.filterwarnings("ignore")
def test_class_of_the_error(golden, program):
    assert golden != "none"
    assert error_class(tf, program) == golden
