"""Comparing a gradient with differences of values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from penstock.autodiff.gradients import gradients
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_session
from penstock.graph.node import Tensor

__all__ = ["compute_gradient", "compute_gradient_error"]

Jacobians = tuple[np.ndarray, np.ndarray]


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Sequence[int],
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> Jacobians | list[Jacobians]:
    """The Jacobian of `y` by `x`, once from `tf.gradients` and once from differences.

    Args:
      x: A tensor that can be fed, or a list of them.
      x_shape: Its shape; a list of shapes for a list.
      y: The tensor to be differentiated.
      y_shape: Its shape.
      x_init_value: Where to differentiate; random numbers by default.
      delta: How far to go to both sides.
      init_targets: Operations to run first.
      extra_feed_dict: Further feeds.

    Returns:
      `(from gradients, from differences)`, both [elements of x, elements of y], a complex number
      counting as two; a list of such pairs for a list.

    Raises:
      ValueError: There is no default session.
    """
    session = default_session()
    if session is None:
        raise ValueError("compute_gradient needs a session: call it inside `with tf.Session():`")
    if init_targets is not None:
        session.run(init_targets)
    several = isinstance(x, (list, tuple))
    xs, shapes = (list(x), list(x_shape)) if several else ([x], [x_shape])
    values = x_init_value if several else [x_init_value]
    xs = [convert_to_tensor(each) for each in xs]
    starts = [_start(*given) for given in zip(xs, shapes, values or [None] * len(xs), strict=True)]
    feeds = {**(extra_feed_dict or {}), **dict(zip(xs, starts, strict=True))}
    dy = convert_to_tensor(np.ones(y_shape, y.dtype.as_numpy_dtype))
    pairs = []
    for each, start, dx in zip(xs, starts, gradients(y, xs, dy), strict=True):
        run = lambda fetch, extra: session.run(fetch, {**feeds, **extra})  # noqa: E731
        from_gradients = _by_gradients(run, each, start, dx, dy, tuple(y_shape))
        pairs.append((from_gradients, _by_differences(run, each, start, y, delta)))
    return pairs if several else pairs[0]


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Sequence[int],
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> float:
    """The largest difference between both Jacobians of `compute_gradient`.

    The arguments are those of `compute_gradient`.
    """
    found = compute_gradient(
        x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict
    )
    pairs = found if isinstance(found, list) else [found]
    return max((float(np.abs(a - b).max()) for a, b in pairs if a.size), default=0.0)


def _start(x: Tensor, shape: Any, value: Any) -> np.ndarray:
    dtype = x.dtype.base_dtype.as_numpy_dtype
    if value is not None:
        return np.array(value, dtype)
    drawn = np.random.random_sample(shape)
    if x.dtype.is_complex:
        drawn = drawn + 1j * np.random.random_sample(shape)
    return drawn.astype(dtype)


def _by_gradients(
    run: Any, x: Tensor, start: np.ndarray, dx: Any, dy: Tensor, y_shape: tuple[int, ...]
) -> np.ndarray:
    ones = np.zeros(y_shape, dy.dtype.as_numpy_dtype)
    columns = []
    for place in _moves(ones, 1):
        if dx is None:
            columns.append(np.zeros_like(_reals(start)))
            continue
        gradient = run(dx, {x: start, dy: place})
        if hasattr(gradient, "indices"):
            dense = np.zeros_like(start)
            np.add.at(dense, gradient.indices, gradient.values)
            gradient = dense
        columns.append(_reals(gradient))
    return np.stack(columns, axis=1) if columns else np.zeros((_reals(start).size, 0))


def _by_differences(run: Any, x: Tensor, start: np.ndarray, y: Tensor, delta: float) -> np.ndarray:
    rows = []
    for ahead, behind in zip(_moves(start, delta), _moves(start, -delta), strict=True):
        difference = _reals(run(y, {x: ahead})) - _reals(run(y, {x: behind}))
        rows.append(difference / (2 * delta))
    return np.stack(rows) if rows else np.zeros((0, 0))


def _moves(start: np.ndarray, step: float) -> Iterator[np.ndarray]:
    """`start` with one of its real numbers moved by `step`, for each in turn."""
    for place in range(_reals(start).size):
        moved = start.copy()
        _view(moved)[place] += step
        yield moved


def _view(array: np.ndarray) -> np.ndarray:
    """The real numbers of a contiguous array, flat and in place."""
    real = array.real.dtype if array.dtype.kind == "c" else array.dtype
    return array.reshape(-1).view(real)


def _reals(array: Any) -> np.ndarray:
    return _view(np.array(array, order="C", ndmin=1))
