"""Settings read from the environment."""

from pathlib import Path

import pytest

from penstock.core.settings import Settings


def test_nothing_set():
    settings = Settings.of({})
    assert (settings.long_errors, settings.tier) == (False, None)
    assert settings.cache_dir == Path("~/.cache/penstock").expanduser()


def test_everything_set():
    settings = Settings.of(
        {"PENSTOCK_ERRORS": "long", "PENSTOCK_TIER": "XLA", "PENSTOCK_CACHE_DIR": "/tmp/c"}
    )
    assert settings == Settings(long_errors=True, tier="xla", cache_dir=Path("/tmp/c"))


def test_wrong_value_says_which_are_right():
    with pytest.raises(ValueError, match="PENSTOCK_TIER is numpy or xla, or not set; it is 'gpu'"):
        Settings.of({"PENSTOCK_TIER": "gpu"})
