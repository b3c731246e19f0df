"""Config messages beside the golden table: that every field says what it does, and errors."""

import inspect

import pytest

from penstock.core import config, rewriter_config, run_options
from penstock.core.messages import Message


def message_classes():
    """Every message class, nested ones too."""
    found = {}
    waiting = [vars(module) for module in (config, rewriter_config, run_options)]
    while waiting:
        for value in waiting.pop().values():
            if inspect.isclass(value) and issubclass(value, Message) and value not in found:
                found[value] = None
                waiting.append(vars(value))
    found.pop(Message, None)
    return sorted(found, key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", message_classes(), ids=lambda kind: kind.__qualname__)
def test_every_field_says_what_it_does(kind):
    assert kind.fields()
    for field in kind.fields().values():
        assert field.doc.endswith(".")
        if field.is_message and field.is_acted_on:
            assert any(each.is_acted_on for each in field.kind.fields().values())


def test_what_is_acted_on_in_a_session():
    acted_on = [name for name, field in config.ConfigProto.fields().items() if field.is_acted_on]
    assert acted_on == [
        "device_count",
        "gpu_options",
        "allow_soft_placement",
        "log_device_placement",
        "operation_timeout_in_ms",
        "experimental",
    ]


def test_unknown_field_lists_those_there_are():
    with pytest.raises(ValueError, match="no field 'alow_growth'. It has .*allow_growth"):
        config.GPUOptions(alow_growth=True)
    with pytest.raises(AttributeError, match="no field 'alow_growth'"):
        config.GPUOptions().alow_growth = True


def test_wrong_kind_says_field_and_value():
    with pytest.raises(TypeError, match=r"GPUOptions.visible_device_list .* str; got 0 \(int\)"):
        config.GPUOptions(visible_device_list=0)


def test_in_place_addition():
    session = config.ConfigProto()
    session.device_filters += ["/job:ps"]
    assert list(session.device_filters) == ["/job:ps"]


def test_assigning_a_message_says_how_to_copy():
    session = config.ConfigProto()
    with pytest.raises(AttributeError, match="CopyFrom"):
        session.gpu_options = config.GPUOptions()
