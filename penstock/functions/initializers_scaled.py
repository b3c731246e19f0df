"""Initializers that look at a variable's shape: variance scaling, orthogonal, identity."""

from __future__ import annotations

import math
from typing import Any

from penstock.core.dtypes import as_dtype, float32
from penstock.functions.initializers import Initializer, check_floating
from penstock.functions.random import random_normal, random_uniform, truncated_normal
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.ops import composed

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "Identity",
    "Orthogonal",
    "UniformUnitScaling",
    "VarianceScaling",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
]

# How much narrower a normal distribution is when what is beyond two deviations is drawn again.
_TRUNCATED_STDDEV = 0.87962566103423978


def _sizes(shape: Any) -> list[int]:
    return [int(size) for size in shape]


class UniformUnitScaling(Initializer):
    """Uniform numbers whose range keeps the scale of inputs: factor * sqrt(3 / inputs).

    Args:
      factor: about 1.15 for relu, 1.43 for sigmoid.
      seed: the op's seed.
      dtype: a floating dtype.
    """

    def __init__(self, factor: float = 1.0, seed: int | None = None, dtype: Any = float32) -> None:
        self.factor = factor
        self.seed = seed
        self.dtype = check_floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else dtype
        whole = shape if partition_info is None else partition_info.full_shape
        inputs = max(float(math.prod(_sizes(whole)[:-1])), 1.0)
        limit = math.sqrt(3 / inputs) * self.factor
        return random_uniform(shape, -limit, limit, dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "seed": self.seed, "dtype": self.dtype.name}


def _fans(shape: list[int]) -> tuple[int, int]:
    """Count the inputs and the outputs of one unit of weights of a shape."""
    if len(shape) < 2:
        fan = shape[0] if shape else 1
        return fan, fan
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


class VarianceScaling(Initializer):
    """Random numbers whose variance is scale / n, n the number of inputs, outputs, or their mean.

    Args:
      scale: positive.
      mode: "fan_in", "fan_out" or "fan_avg".
      distribution: "truncated_normal" (also called "normal"), "untruncated_normal", "uniform".
      seed: the op's seed.
      dtype: a floating dtype.

    Raises:
      ValueError: if one of them is none of these.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = float32,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"`scale` must be a positive number, but is {scale!r}.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"`mode` must be fan_in, fan_out or fan_avg, but is {mode!r}.")
        distribution = distribution.lower()
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "`distribution` must be truncated_normal, untruncated_normal or uniform, but is "
                f"{distribution!r}."
            )
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.seed = seed
        self.dtype = check_floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else dtype
        whole = shape if partition_info is None else partition_info.full_shape
        fan_in, fan_out = _fans(_sizes(whole))
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}
        variance = self.scale / max(1.0, fan[self.mode])
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random_uniform(shape, -limit, limit, dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return random_normal(shape, 0.0, math.sqrt(variance), dtype, seed=self.seed)
        stddev = math.sqrt(variance) / _TRUNCATED_STDDEV
        return truncated_normal(shape, 0.0, stddev, dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "seed": self.seed,
            "dtype": self.dtype.name,
        }


class GlorotUniform(VarianceScaling):
    """Glorot's (Xavier's) initializer, uniform: limit sqrt(6 / (inputs + outputs)).

    Args:
      seed: the op's seed.
      dtype: not used, as in TensorFlow 1.15: float32 unless the call says otherwise, as that for a
        variable does.
    """

    def __init__(self, seed: int | None = None, dtype: Any = float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


class GlorotNormal(VarianceScaling):
    """Glorot's (Xavier's) initializer, normal: stddev sqrt(2 / (inputs + outputs)).

    Args: as those of `GlorotUniform`.
    """

    def __init__(self, seed: int | None = None, dtype: Any = float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


def he_normal(seed: int | None = None) -> VarianceScaling:
    """Make He's initializer, normal: stddev sqrt(2 / inputs)."""
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed)


def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Make He's initializer, uniform: limit sqrt(6 / inputs)."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed)


def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Make LeCun's initializer, normal: stddev sqrt(1 / inputs)."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed)


def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Make LeCun's initializer, uniform: limit sqrt(3 / inputs)."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed)


class Orthogonal(Initializer):
    """A matrix with orthogonal rows or columns, whichever are fewer, of length `gain`.

    All axes but the last count as rows.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: Any = float32) -> None:
        self.gain = gain
        self.dtype = check_floating(dtype)
        self.seed = seed

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else dtype
        sizes = _sizes(shape)
        if len(sizes) < 2:
            raise ValueError(
                f"An orthogonal initial value needs at least two axes, but the shape is {sizes}."
            )
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        flat = (max(rows, columns), min(rows, columns))
        factors = raw.Qr(random_normal(flat, dtype=dtype, seed=self.seed), full_matrices=False)
        matrix = factors.q * raw.Sign(raw.DiagPart(factors.r))
        if rows < columns:
            with name_scope("matrix_transpose"):
                matrix = raw.Transpose(matrix, [1, 0], name="transpose")
        return self.gain * raw.Reshape(matrix, sizes)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}


class Identity(Initializer):
    """The identity matrix times `gain`; for matrices only."""

    def __init__(self, gain: float = 1.0, dtype: Any = float32) -> None:
        self.gain = gain
        self.dtype = check_floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        kind = self.dtype if dtype is None else as_dtype(dtype)
        whole = _sizes(shape if partition_info is None else partition_info.full_shape)
        if len(whole) != 2:
            raise ValueError(f"An identity matrix needs two axes, but the shape is {whole}.")
        with name_scope("eye"):
            ones = composed.ones([min(whole)], kind)
            if whole[0] == whole[1]:
                matrix = raw.MatrixDiag(ones, name="diag")
            else:
                matrix = raw.MatrixSetDiag(composed.zeros(whole, kind), ones, name="set_diag")
        if partition_info is not None:
            matrix = raw.Slice(matrix, partition_info.var_offset, shape)
        return self.gain * matrix

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "dtype": self.dtype.name}


# The names that programs use.
uniform_unit_scaling_initializer = UniformUnitScaling
variance_scaling_initializer = VarianceScaling
glorot_uniform_initializer = GlorotUniform
glorot_normal_initializer = GlorotNormal
orthogonal_initializer = Orthogonal
