"""The weights of cuDNN's networks as those of cells, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.contrib.cudnn_rnn.forms import NetworkForm
from penstock.functions.arrays import reshape, transpose
from penstock.functions.arrays_joining import concat, split

__all__ = [
    "CudnnParamsFormatConverter",
    "CudnnParamsFormatConverterGRU",
    "CudnnParamsFormatConverterLSTM",
    "CudnnParamsFormatConverterRelu",
    "CudnnParamsFormatConverterTanh",
]


class CudnnParamsFormatConverter(NetworkForm):
    """Builds one form of a network's weights from the other.

    Args:
      num_layers: the number of layers.
      num_units: the number of outputs of a layer in one direction.
      input_size: the size of the inputs.
      num_proj: None: projections are not there.
      input_mode: ``"linear_input"``, ``"skip_input"`` or ``"auto_select"``.
      direction: ``"unidirectional"`` or ``"bidirectional"``.
    """

    tensors_of_cell = 1

    def __init__(
        self,
        num_layers: int,
        num_units: int,
        input_size: int,
        num_proj: int | None = None,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
    ) -> None:
        super().__init__(num_layers, num_units, input_mode, direction)
        if num_proj:
            raise ValueError(
                f"num_proj must be None or 0: there are no projections; got {num_proj}."
            )
        self._input_size = input_size

    def opaque_to_tf_canonical(self, opaque_param: Any) -> tuple[list[Any], list[Any]]:
        """Build the kernels and the biases of all cells from the vector of weights."""
        weights, biases = self.to_canonical(opaque_param)
        kernels: list[Any] = []
        totals: list[Any] = []
        count = 2 * self.gates
        for start in range(0, len(weights), count):
            kernels += self._kernels(weights[start : start + count])
            totals += self._biases(biases[start : start + count])
        return kernels, totals

    def tf_canonical_to_opaque(self, tf_canonicals: Sequence[Any], weights_proj: Any = None) -> Any:
        """Build the vector of weights from the kernels, then the biases, of all cells.

        A cell has one bias where cuDNN has two; each gets half of it.
        """
        count = self.tensors_of_cell
        cells = self.num_layers * self.num_dirs
        weights: list[Any] = []
        biases: list[Any] = []
        for cell in range(cells):
            own = tf_canonicals[cell * count : (cell + 1) * count]
            size = self.input_size
            if cell >= self.num_dirs:
                size = self.num_units * self.num_dirs
            weights += [reshape(one, [-1]) for one in self._weights(own, size)]
            biases += self._halves(tf_canonicals[(cells + cell) * count :][:count])
        return self.to_params(weights, biases)

    def _kernels(self, weights: Sequence[Any]) -> list[Any]:
        raise NotImplementedError(f"{type(self).__name__} is no kind of network.")

    def _biases(self, biases: Sequence[Any]) -> list[Any]:
        raise NotImplementedError(f"{type(self).__name__} is no kind of network.")

    def _weights(self, kernels: Sequence[Any], size: int) -> list[Any]:
        raise NotImplementedError(f"{type(self).__name__} is no kind of network.")

    def _halves(self, biases: Sequence[Any]) -> list[Any]:
        raise NotImplementedError(f"{type(self).__name__} is no kind of network.")

    def _beside(self, weights: Sequence[Any]) -> list[Any]:
        """Put those of the inputs beside those of the last output, gate by gate."""
        gates = len(weights) // 2
        return [concat([weights[k], weights[gates + k]], 1) for k in range(gates)]

    def _apart(self, joined: Sequence[Any], size: int) -> list[Any]:
        pairs = [split(one, [size, self.num_units], axis=1) for one in joined]
        return [pair[0] for pair in pairs] + [pair[1] for pair in pairs]


class CudnnParamsFormatConverterLSTM(CudnnParamsFormatConverter):
    """Builds the weights of `CudnnCompatibleLSTMCell` from those of `CudnnLSTM`, and back."""

    rnn_mode = "lstm"

    def _kernels(self, weights: Sequence[Any]) -> list[Any]:
        i, f, c, o = self._beside(weights)
        return [transpose(concat([i, c, f, o], 0))]

    def _biases(self, biases: Sequence[Any]) -> list[Any]:
        i, f, c, o = (biases[k] + biases[4 + k] for k in range(4))
        return [concat([i, c, f, o], 0)]

    def _weights(self, kernels: Sequence[Any], size: int) -> list[Any]:
        i, c, f, o = split(transpose(kernels[0]), 4, axis=0)
        return self._apart([i, f, c, o], size)

    def _halves(self, biases: Sequence[Any]) -> list[Any]:
        i, c, f, o = split(biases[0], 4, axis=0)
        return [one * 0.5 for one in (i, f, c, o)] * 2


class CudnnParamsFormatConverterGRU(CudnnParamsFormatConverter):
    """Builds the weights of `CudnnCompatibleGRUCell` from those of `CudnnGRU`, and back."""

    rnn_mode = "gru"
    tensors_of_cell = 3

    def _kernels(self, weights: Sequence[Any]) -> list[Any]:
        gates = self._beside([*weights[:2], *weights[3:5]])
        return [transpose(concat(gates, 0)), transpose(weights[2]), transpose(weights[5])]

    def _biases(self, biases: Sequence[Any]) -> list[Any]:
        gates = concat([biases[0], biases[1]], 0) + concat([biases[3], biases[4]], 0)
        return [gates, biases[2], biases[5]]

    def _weights(self, kernels: Sequence[Any], size: int) -> list[Any]:
        w_r, w_u, r_r, r_u = self._apart(split(transpose(kernels[0]), 2, axis=0), size)
        return [w_r, w_u, transpose(kernels[1]), r_r, r_u, transpose(kernels[2])]

    def _halves(self, biases: Sequence[Any]) -> list[Any]:
        r, u = split(biases[0] * 0.5, 2, axis=0)
        return [r, u, biases[1], r, u, biases[2]]


class _Plain(CudnnParamsFormatConverter):
    def _kernels(self, weights: Sequence[Any]) -> list[Any]:
        return [transpose(concat(list(weights), 1))]

    def _biases(self, biases: Sequence[Any]) -> list[Any]:
        return [biases[0] + biases[1]]

    def _weights(self, kernels: Sequence[Any], size: int) -> list[Any]:
        return self._apart([transpose(kernels[0])], size)

    def _halves(self, biases: Sequence[Any]) -> list[Any]:
        return [biases[0] * 0.5] * 2


class CudnnParamsFormatConverterTanh(_Plain):
    """Builds the weights of `BasicRNNCell` from those of `CudnnRNNTanh`, and back."""

    rnn_mode = "rnn_tanh"


class CudnnParamsFormatConverterRelu(_Plain):
    """Builds the weights of `BasicRNNCell` from those of `CudnnRNNRelu`, and back."""

    rnn_mode = "rnn_relu"
