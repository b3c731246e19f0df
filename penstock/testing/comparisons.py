"""Assertions on arrays, tensors and nests of them, for `tf.test.TestCase`."""

import collections.abc
from typing import Any

import numpy as np
from absl.testing import absltest

from penstock.core.dtypes import as_dtype
from penstock.graph.node import Tensor

__all__ = ["Comparisons"]

_SHOWN = 10  # elements that a message lists


class Comparisons(absltest.TestCase):
    """Assertions that take arrays, lists, numbers, and tensors, which are evaluated first."""

    def evaluate(self, tensors: Any) -> Any:
        """The values of a nest of tensors."""
        raise NotImplementedError

    # Names that Python's unittest had until 3.12.
    assert_ = failUnless = absltest.TestCase.assertTrue
    failIf = absltest.TestCase.assertFalse
    assertEquals = failUnlessEqual = absltest.TestCase.assertEqual
    assertNotEquals = failIfEqual = absltest.TestCase.assertNotEqual
    assertAlmostEquals = failUnlessAlmostEqual = absltest.TestCase.assertAlmostEqual
    assertNotAlmostEquals = failIfAlmostEqual = absltest.TestCase.assertNotAlmostEqual
    assertRegexpMatches = absltest.TestCase.assertRegex
    assertNotRegexpMatches = absltest.TestCase.assertNotRegex
    assertRaisesRegexp = absltest.TestCase.assertRaisesRegex
    failUnlessRaises = absltest.TestCase.assertRaises

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Checks that shapes and all elements are equal.  NaN equals NaN."""
        a, b = self._array(a), self._array(b)
        self._check_shapes(a, b, msg)
        self._check_elements(a, b, _equal(a, b), "All elements must be equal", msg)

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Checks that shapes differ, or some element does."""
        self._check_fails(lambda: self.assertAllEqual(a, b), "All elements are equal", msg)

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Checks that |a - b| <= atol + rtol * |b| everywhere, in nests with the same structure.

        Args:
          a, b: Arrays, tensors, numbers, or dicts, named tuples and lists of them.
          rtol: The relative tolerance.
          atol: The absolute tolerance.
          msg: Put before the message.
        """
        self._check_close(a, b, rtol, atol, "value", msg)

    def assertNotAllClose(self, a: Any, b: Any, **kwargs: Any) -> None:
        """Checks that `assertAllClose` would fail."""
        close = lambda: self.assertAllClose(a, b, **kwargs)  # noqa: E731
        self._check_fails(close, "All elements are close", None)

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: str | None = None,
    ) -> None:
        """`assertAllClose` with the tolerances of the coarser of both types."""
        a, b = self._array(a), self._array(b)
        names = {a.dtype.name, b.dtype.name}
        for name, relative, absolute in (
            ("float32", float_rtol, float_atol),
            ("complex64", float_rtol, float_atol),
            ("float16", half_rtol, half_atol),
            ("bfloat16", bfloat16_rtol, bfloat16_atol),
        ):
            if name in names:
                rtol, atol = max(rtol, relative), max(atol, absolute)
        self.assertAllClose(a, b, rtol, atol, msg)

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Checks that the smallest element is greater than a number."""
        self.assertGreater(self._array(a).min(), comparison_target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Checks that the smallest element is at least a number."""
        self.assertGreaterEqual(self._array(a).min(), comparison_target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Checks that the largest element is less than a number."""
        self.assertLess(self._array(a).max(), comparison_target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Checks that the largest element is at most a number."""
        self.assertLessEqual(self._array(a).max(), comparison_target)

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Checks that all elements are between two bounds, which count in unless they are open."""
        target = self._array(target)
        above = target > lower_bound if open_lower_bound else target >= lower_bound
        below = target < upper_bound if open_upper_bound else target <= upper_bound
        ends = "(["[not open_lower_bound] + "{}, {}" + ")]"[not open_upper_bound]
        rule = f"All elements must be in {ends.format(lower_bound, upper_bound)}"
        self._check_elements(target, target, above & below, rule, None)

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Checks that each element is one of a set."""
        others = sorted(set(self._array(target).ravel().tolist()) - set(expected_set))
        if others:
            self.fail(f"Each element must be one of {expected_set}, but there are {others}")

    def assertNear(self, f1: float, f2: float, err: float, msg: str | None = None) -> None:
        """Checks that two numbers differ by `err` at most, or are equal."""
        if not (f1 == f2 or abs(f1 - f2) <= err):
            self.fail(self._formatMessage(msg, f"{f1} and {f2} differ by more than {err}"))

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: Any = None) -> None:
        """Checks that two lists are equally long, and differ by `err` at most at each place."""
        self.assertEqual(len(farray1), len(farray2), msg=msg)
        for f1, f2 in zip(farray1, farray2, strict=True):
            self.assertNear(float(f1), float(f2), err, msg=msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: Any = None) -> None:
        """Checks that the Euclidean distance of two arrays is less than `err`."""
        distance = float(np.linalg.norm(np.asarray(ndarray1) - np.asarray(ndarray2)))
        if not distance < err:
            self.fail(self._formatMessage(msg, f"The distance {distance} must be below {err}"))

    def assertShapeEqual(self, np_array: np.ndarray, tf_tensor: Tensor, msg: Any = None) -> None:
        """Checks that a tensor's static shape is that of an array."""
        self.assertEqual(list(np_array.shape), tf_tensor.get_shape().as_list(), msg=msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Checks the type of a tensor's or array's elements."""
        found = target.dtype if isinstance(target, Tensor) else self._array(target).dtype
        self.assertEqual(as_dtype(found).base_dtype, as_dtype(expected_dtype).base_dtype)

    def _array(self, value: Any) -> np.ndarray:
        if _is_symbolic(value):
            value = self.evaluate(value)
        elif isinstance(value, (list, tuple)) and any(map(_is_symbolic, value)):
            value = self.evaluate(list(value))
        return np.asarray(value)

    def _check_close(self, a: Any, b: Any, rtol: float, atol: float, path: str, msg: Any) -> None:
        a = a._asdict() if hasattr(a, "_asdict") else a
        b = b._asdict() if hasattr(b, "_asdict") else b
        if isinstance(a, collections.abc.Mapping) or isinstance(b, collections.abc.Mapping):
            self.assertCountEqual(a, b, msg)
            for key in a:
                self._check_close(a[key], b[key], rtol, atol, f"{path}[{key!r}]", msg)
            return
        try:
            a, b = self._array(a), self._array(b)
        except ValueError:  # lists of arrays with different shapes
            self.assertEqual(len(a), len(b), msg)
            for i, (one, other) in enumerate(zip(a, b, strict=True)):
                self._check_close(one, other, rtol, atol, f"{path}[{i}]", msg)
            return
        self._check_shapes(a, b, msg)
        rule = f"All elements of {path} must be close (rtol={rtol}, atol={atol})"
        close = np.isclose(a, b, rtol, atol, equal_nan=True)
        self._check_elements(a, b, close, rule, msg)

    def _check_shapes(self, a: np.ndarray, b: np.ndarray, msg: str | None) -> None:
        self.assertEqual(a.shape, b.shape, self._formatMessage(msg, "Shapes must be equal"))

    def _check_elements(
        self, a: np.ndarray, b: np.ndarray, good: np.ndarray, rule: str, msg: str | None
    ) -> None:
        if np.all(good):
            return
        places = np.argwhere(~np.atleast_1d(good))
        pairs = [
            f"{tuple(place.tolist())}: {np.atleast_1d(a)[tuple(place)]!r}"
            + ("" if a is b else f" and {np.atleast_1d(b)[tuple(place)]!r}")
            for place in places[:_SHOWN]
        ]
        found = f"{rule}, but {len(places)} of {np.size(good)} are not: {'; '.join(pairs)}"
        self.fail(self._formatMessage(msg, found))

    def _check_fails(self, check: Any, message: str, msg: str | None) -> None:
        try:
            check()
        except self.failureException:
            return
        self.fail(self._formatMessage(msg, message))


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, Tensor) or hasattr(value, "_as_graph_element")


def _equal(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    same = np.asarray(a == b)
    if a.dtype.kind in "fcV" and b.dtype.kind in "fcV":
        same |= np.isnan(a) & np.isnan(b)
    return same
