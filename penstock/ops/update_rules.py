"""How each training op computes the next state from the current one: plain formulas.

A rule takes `xp`, the states that it changes (the variable first), then the op's other inputs in
the op's order; it gives the new states in the same order, or the new variable if that is all. The
same rule serves the reference and the resource form, whole variables and, with rows in place of
the states, sparse updates. Constants are Python numbers, so that results keep the variable's
dtype.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "ada_max",
    "adadelta",
    "adagrad",
    "adagrad_da",
    "adagrad_v2",
    "adam",
    "adam_with_amsgrad",
    "add_sign",
    "centered_rms_prop",
    "ftrl",
    "ftrl_v2",
    "gradient_descent",
    "keras_momentum",
    "momentum",
    "power_sign",
    "proximal_adagrad",
    "proximal_gradient_descent",
    "rms_prop",
]


def gradient_descent(xp: Any, var: Any, alpha: Any, delta: Any) -> Any:
    return var - delta * alpha


def _shrunk(xp: Any, moved: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """Pull a moved variable towards zero by the penalties: the proximal step."""
    damping = 1 + l2 * rate
    sparse = xp.sign(moved) * xp.maximum(xp.abs(moved) - rate * l1, 0) / damping
    return xp.where(l1 > 0, sparse, moved / damping)


def proximal_gradient_descent(xp: Any, var: Any, alpha: Any, l1: Any, l2: Any, delta: Any) -> Any:
    return _shrunk(xp, var - delta * alpha, alpha, l1, l2)


def momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, *, use_nesterov: bool
) -> tuple[Any, ...]:
    accum = accum * momentum + grad
    if use_nesterov:
        return var - (grad * lr + accum * momentum * lr), accum
    return var - accum * lr, accum


def keras_momentum(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, momentum: Any, *, use_nesterov: bool
) -> tuple[Any, ...]:
    accum = accum * momentum - grad * lr
    if use_nesterov:
        return var + (accum * momentum - grad * lr), accum
    return var + accum, accum


def adam(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, beta2_power: Any, lr: Any, beta1: Any,
    beta2: Any, epsilon: Any, grad: Any, *, use_nesterov: bool,
) -> tuple[Any, ...]:  # fmt: skip
    rate = lr * xp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    step = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    return var - step * rate / (xp.sqrt(v) + epsilon), m, v


def adam_with_amsgrad(
    xp: Any, var: Any, m: Any, v: Any, vhat: Any, beta1_power: Any, beta2_power: Any, lr: Any,
    beta1: Any, beta2: Any, epsilon: Any, grad: Any,
) -> tuple[Any, ...]:  # fmt: skip
    rate = lr * xp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    vhat = xp.maximum(vhat, v)
    return var - m * rate / (xp.sqrt(vhat) + epsilon), m, v, vhat


def ada_max(
    xp: Any, var: Any, m: Any, v: Any, beta1_power: Any, lr: Any, beta1: Any, beta2: Any,
    epsilon: Any, grad: Any,
) -> tuple[Any, ...]:  # fmt: skip
    m = m + (grad - m) * (1 - beta1)
    v = xp.maximum(beta2 * v, xp.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v


def adagrad(
    xp: Any, var: Any, accum: Any, lr: Any, grad: Any, *, update_slots: bool
) -> tuple[Any, ...]:
    if update_slots:
        accum = accum + grad * grad
    return var - grad * lr / xp.sqrt(accum), accum


def adagrad_v2(
    xp: Any, var: Any, accum: Any, lr: Any, epsilon: Any, grad: Any, *, update_slots: bool
) -> tuple[Any, ...]:
    if update_slots:
        accum = accum + grad * grad
    return var - grad * lr / (xp.sqrt(accum) + epsilon), accum


def adagrad_da(
    xp: Any, var: Any, gradient_accumulator: Any, gradient_squared_accumulator: Any, grad: Any,
    lr: Any, l1: Any, l2: Any, global_step: Any,
) -> tuple[Any, ...]:  # fmt: skip
    steps = global_step.astype(var.dtype)
    total = gradient_accumulator + grad
    squares = gradient_squared_accumulator + grad * grad
    denominator = l2 * steps * lr + xp.sqrt(squares)
    sparse = xp.sign(total) * xp.maximum(xp.abs(total) - l1 * steps, 0)
    return -lr * xp.where(l1 > 0, sparse, total) / denominator, total, squares


def adadelta(
    xp: Any, var: Any, accum: Any, accum_update: Any, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    accum = accum * rho + grad * grad * (1 - rho)
    update = xp.sqrt(accum_update + epsilon) / xp.sqrt(accum + epsilon) * grad
    return var - update * lr, accum, accum_update * rho + update * update * (1 - rho)


def rms_prop(
    xp: Any, var: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> tuple[Any, ...]:
    ms = ms + (grad * grad - ms) * (1 - rho)
    mom = mom * momentum + grad * lr / xp.sqrt(ms + epsilon)
    return var - mom, ms, mom


def centered_rms_prop(
    xp: Any, var: Any, mg: Any, ms: Any, mom: Any, lr: Any, rho: Any, momentum: Any, epsilon: Any,
    grad: Any,
) -> tuple[Any, ...]:  # fmt: skip
    ms = ms + (grad * grad - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + grad * lr / xp.sqrt(ms - mg * mg + epsilon)
    return var - mom, mg, ms, mom


def ftrl(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any,
    lr_power: Any,
) -> tuple[Any, ...]:  # fmt: skip
    return _followed(xp, var, accum, linear, grad, grad, lr, l1, l2, lr_power)


def ftrl_v2(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, lr: Any, l1: Any, l2: Any,
    l2_shrinkage: Any, lr_power: Any,
) -> tuple[Any, ...]:  # fmt: skip
    shrinking = grad + 2 * l2_shrinkage * var
    return _followed(xp, var, accum, linear, grad, shrinking, lr, l1, l2, lr_power)


def _followed(
    xp: Any, var: Any, accum: Any, linear: Any, grad: Any, linear_grad: Any, lr: Any, l1: Any,
    l2: Any, lr_power: Any,
) -> tuple[Any, ...]:  # fmt: skip
    """Follow the regularized leader: `linear` holds what the past gradients pull towards."""
    sum_of_squares = accum + grad * grad
    new_power = _power(xp, sum_of_squares, lr_power)
    linear = linear + linear_grad - (new_power - _power(xp, accum, lr_power)) / lr * var
    pull = l1 * xp.sign(linear) - linear
    moved = pull / (new_power / lr + 2 * l2)
    zero = xp.zeros((), var.dtype)
    return xp.where(xp.abs(linear) > l1, moved, zero), sum_of_squares, linear


def _power(xp: Any, accum: Any, lr_power: Any) -> Any:
    return xp.where(lr_power == -0.5, xp.sqrt(accum), xp.power(accum, -lr_power))


def proximal_adagrad(
    xp: Any, var: Any, accum: Any, lr: Any, l1: Any, l2: Any, grad: Any
) -> tuple[Any, ...]:
    accum = accum + grad * grad
    rate = lr / xp.sqrt(accum)
    return _shrunk(xp, var - grad * rate, rate, l1, l2), accum


def add_sign(
    xp: Any, var: Any, m: Any, lr: Any, alpha: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    m = grad * (1 - beta) + m * beta
    agreement = xp.sign(grad) * xp.sign(m)
    return var - lr * (alpha + sign_decay * agreement) * grad, m


def power_sign(
    xp: Any, var: Any, m: Any, lr: Any, logbase: Any, sign_decay: Any, beta: Any, grad: Any
) -> tuple[Any, ...]:
    m = grad * (1 - beta) + m * beta
    agreement = xp.sign(grad) * xp.sign(m)
    return var - lr * xp.exp(logbase * sign_decay * agreement) * grad, m
