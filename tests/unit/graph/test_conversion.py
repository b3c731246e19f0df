"""Conversions that a program registers: what they are asked, and what they may give."""

import pytest

import penstock as tf
from penstock.graph import conversion


class Celsius:
    def __init__(self, degrees):
        self.degrees = degrees


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(conversion, "_registered", [])
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def to_kelvin(value, dtype=None, name=None, as_ref=False):
    return tf.constant(value.degrees + 273, dtype=dtype, name=name)


def test_objects_are_taken_wherever_tensors_are(registry):
    tf.register_tensor_conversion_function(Celsius, to_kelvin)
    assert registry.run(tf.convert_to_tensor(Celsius(1))) == 274
    assert registry.run(tf.constant(0.5) + Celsius(1)) == 274.5  # asked for a float
    assert registry.run(tf.stack([Celsius(1), Celsius(2)])).tolist() == [274, 275]
    assert tf.convert_to_tensor(Celsius(1), tf.float64, name="warm").name == "warm:0"


def test_the_lower_priority_goes_first_and_may_decline(registry):
    asked = []

    def declining(value, dtype=None, name=None, as_ref=False):
        asked.append((dtype, as_ref))
        return NotImplemented

    tf.register_tensor_conversion_function((Celsius,), to_kelvin)
    tf.register_tensor_conversion_function(Celsius, declining, priority=10)
    assert registry.run(tf.convert_to_tensor(Celsius(0), preferred_dtype=tf.float32)) == 273
    assert asked == [(tf.float32, False), (None, False)]


@pytest.mark.parametrize(
    ("given", "dtype"), [(lambda: 3, None), (lambda: tf.constant(3), tf.float32)]
)
def test_a_conversion_must_give_what_was_asked_for(given, dtype):
    tf.register_tensor_conversion_function(Celsius, lambda *_, **__: given())
    with pytest.raises(RuntimeError, match="registered for the conversion of Celsius"):
        tf.convert_to_tensor(Celsius(1), dtype)
