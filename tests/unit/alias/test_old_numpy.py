"""What `penstock run` gives back to programs that were written for NumPy 1."""

from __future__ import annotations

import types

import numpy as np
import pytest

from penstock.alias.old_numpy import restore


@pytest.fixture
def old():
    """A NumPy of its own, so that this process keeps the real one."""
    module = types.ModuleType("numpy")
    vars(module).update(vars(np))
    restore(module)
    return module


def test_names_that_are_gone_come_back(old):
    assert old.float is float and old.int is int and old.object is object
    assert old.float_ is np.float64 and old.NaN is np.nan and old.Inf == np.inf
    assert old.product([2, 3]) == 6 and old.asscalar(np.array([4])) == 4 and old.rank([[1]]) == 2


def test_names_that_numpy_has_stay_numpys(old):
    assert old.bool is np.bool and old.long is np.long and old.float64 is np.float64


def test_rows_of_unequal_lengths_become_objects(old):
    with pytest.warns(UserWarning, match="unequal lengths"):
        pairs = old.array([(np.zeros(3), np.zeros(2)), (np.ones(3), np.ones(2))])
    assert pairs.shape == (2, 2) and pairs.dtype == object
    with pytest.warns(UserWarning, match="unequal lengths"):
        rows = old.asarray([[1, 2], [3]])
    assert rows.shape == (2,) and rows[1] == [3]


def test_all_else_is_as_it_was(old):
    assert old.array([1, 2], np.float32, copy=True, ndmin=2).tolist() == [[1.0, 2.0]]
    assert old.array([[1, 2], [3, 4]]).dtype == np.array([1]).dtype
    with pytest.raises(ValueError, match="inhomogeneous"):
        old.array([[1, 2], [3]], dtype=float)
    with pytest.raises(ValueError, match="could not convert"):
        old.array(["a"], dtype=float)


def test_a_second_time_changes_nothing(old):
    make = old.array
    restore(old)
    assert old.array is make
