"""`tf.test`: testing programs that build graphs."""

import os as _os
import sys as _sys
from collections.abc import Sequence
from typing import NoReturn
from unittest import mock

from absl.testing import absltest as _absltest

from penstock.core.surface import lacking as _lacking
from penstock.engine.on_demand import device_names as _device_names
from penstock.testing.case import TestCase
from penstock.testing.gradient_checker import compute_gradient, compute_gradient_error

__all__ = [
    "TestCase",
    "compute_gradient",
    "compute_gradient_error",
    "get_temp_dir",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_built_with_gpu_support",
    "is_gpu_available",
    "main",
    "mock",
    "test_src_dir_path",
]


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Runs the tests of the script, and exits: with 0 if all pass."""
    _absltest.main(argv=None if argv is None else list(argv))
    raise AssertionError("absltest.main exits")


def get_temp_dir() -> str:
    """A folder for the files of tests."""
    folder = _os.path.join(_absltest.get_default_test_tmpdir(), "penstock")
    _os.makedirs(folder, exist_ok=True)
    return folder


def test_src_dir_path(relative_path: str) -> str:
    """The absolute path of a file beside the script that runs."""
    script = getattr(_sys.modules["__main__"], "__file__", "")
    return _os.path.join(_os.path.dirname(_os.path.abspath(script)), relative_path)


test_src_dir_path.__test__ = False  # type: ignore[attr-defined]  # not a test itself


def gpu_device_name() -> str:
    """The name of the first GPU, or an empty string."""
    return next((name for name in _device_names() if ":GPU:" in name), "")


def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None
) -> bool:
    """Whether JAX sees a GPU.  The arguments are accepted, and not looked at."""
    return bool(gpu_device_name())


def is_built_with_gpu_support() -> bool:
    """Whether programs can run on a GPU here: whether there is one."""
    return is_gpu_available()


def is_built_with_cuda() -> bool:
    """Whether programs can run on a GPU here: whether there is one."""
    return is_gpu_available()


__getattr__ = _lacking(__name__, __all__)
