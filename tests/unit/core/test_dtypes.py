"""Dtypes beside the golden table: singletons, type sets, and newer names of NumPy's."""

import copy
import pickle

import ml_dtypes
import numpy as np
import pytest

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype

EVERY = sorted(dtypes.ALL, key=lambda dtype: dtype.as_datatype_enum)


@pytest.mark.parametrize("dtype", EVERY, ids=repr)
def test_singletons(dtype):
    reference = dtype._as_ref
    assert (reference.is_ref_dtype, dtype.is_ref_dtype) == (True, False)
    assert reference.base_dtype is dtype is dtype.base_dtype
    for each in (dtype, reference):
        assert as_dtype(each.name) is as_dtype(each.as_datatype_enum) is each
        assert dtypes.DType(each.as_datatype_enum) is each
        assert copy.deepcopy(each) is pickle.loads(pickle.dumps(each)) is each
        assert {each: 1}[as_dtype(each.name)] == 1


@pytest.mark.parametrize("dtype", [each for each in EVERY if each.is_numpy_compatible], ids=repr)
def test_numpy_goes_there_and_back(dtype):
    assert as_dtype(np.dtype(dtype.as_numpy_dtype)) is dtype
    assert np.zeros(2, dtype.as_numpy_dtype).itemsize == dtype.size


def test_sets_are_the_op_registry_type_classes():
    assert len(dtypes.ALL) == 23
    assert {each for each in EVERY if each.is_integer or each.is_floating} == dtypes.REAL_NUMBERS
    assert {each for each in EVERY if each.is_quantized} == dtypes.QUANTIZED
    assert {dtypes.qint8, dtypes.quint8, dtypes.qint32} == dtypes.NUMBERS & dtypes.QUANTIZED
    assert {each for each in EVERY if each.is_unsigned} == dtypes.UNSIGNED_INTEGERS
    assert {each for each in EVERY if each.is_complex} == dtypes.COMPLEX


@pytest.mark.parametrize(
    ("named", "dtype"),
    [
        (ml_dtypes.bfloat16, dtypes.bfloat16),
        (np.dtype(ml_dtypes.bfloat16), dtypes.bfloat16),
        (np.dtypes.StringDType(), dtypes.string),
        (np.ulonglong, dtypes.uint64),
        (np.dtype(">i2"), dtypes.int16),
    ],
)
def test_as_dtype_of_newer_names(named, dtype):
    assert as_dtype(named) is dtype


def test_limits_are_numpy_values_and_integers():
    assert isinstance(dtypes.float32.max, np.float32)
    assert type(dtypes.int64.min) is int
    assert dtypes.bfloat16.max == ml_dtypes.finfo(ml_dtypes.bfloat16).max


@pytest.mark.parametrize(
    ("named", "advice"),
    [(int, "tf.int32"), (complex, "tf.complex64"), (str, "tf.string"), ("f4", "names none")],
)
def test_message_says_what_came_and_what_to_say(named, advice):
    with pytest.raises(TypeError, match=advice) as caught:
        as_dtype(named)
    assert repr(named) in str(caught.value)
