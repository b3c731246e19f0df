"""The form of a cuDNN network, and its weights as one vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.graph.build import raw
from penstock.ops.cudnn_layers import GATES

__all__ = [
    "CUDNN_INPUT_AUTO_MODE",
    "CUDNN_INPUT_LINEAR_MODE",
    "CUDNN_INPUT_SKIP_MODE",
    "CUDNN_RNN_BIDIRECTION",
    "CUDNN_RNN_UNIDIRECTION",
    "NetworkForm",
]

CUDNN_INPUT_LINEAR_MODE = "linear_input"
CUDNN_INPUT_SKIP_MODE = "skip_input"
CUDNN_INPUT_AUTO_MODE = "auto_select"
CUDNN_RNN_UNIDIRECTION = "unidirectional"
CUDNN_RNN_BIDIRECTION = "bidirectional"


class NetworkForm:
    """What layers, converters and savers know of a network.

    Attributes:
      rnn_mode: ``"lstm"``, ``"gru"``, ``"rnn_tanh"`` or ``"rnn_relu"``.

    Args:
      num_layers: the number of layers.
      num_units: the number of outputs of a layer in one direction.
      input_mode: ``"linear_input"``, ``"skip_input"`` or ``"auto_select"``.
      direction: ``"unidirectional"`` or ``"bidirectional"``.

    Raises:
      ValueError: if a mode or direction is none of these.
    """

    rnn_mode = ""
    _input_size: int | None = None

    def __init__(self, num_layers: int, num_units: int, input_mode: str, direction: str) -> None:
        modes = (CUDNN_INPUT_LINEAR_MODE, CUDNN_INPUT_SKIP_MODE, CUDNN_INPUT_AUTO_MODE)
        if input_mode not in modes:
            raise ValueError(f"input_mode must be one of {modes}, but is {input_mode!r}.")
        directions = (CUDNN_RNN_UNIDIRECTION, CUDNN_RNN_BIDIRECTION)
        if direction not in directions:
            raise ValueError(f"direction must be one of {directions}, but is {direction!r}.")
        self._num_layers = num_layers
        self._num_units = num_units
        self._input_mode = input_mode
        self._direction = direction

    @property
    def num_layers(self) -> int:
        """The number of layers."""
        return self._num_layers

    @property
    def num_units(self) -> int:
        """The number of outputs of a layer in one direction."""
        return self._num_units

    @property
    def input_mode(self) -> str:
        """How the first layer takes the inputs: by a matrix, or as they are."""
        return self._input_mode

    @property
    def direction(self) -> str:
        """``"unidirectional"`` or ``"bidirectional"``."""
        return self._direction

    @property
    def num_dirs(self) -> int:
        """The number of directions."""
        return 1 if self._direction == CUDNN_RNN_UNIDIRECTION else 2

    @property
    def gates(self) -> int:
        """The number of gates of a cell."""
        return GATES[self.rnn_mode]

    @property
    def input_size(self) -> int:
        """The size of the inputs.

        Raises:
          ValueError: as long as it is not known.
        """
        if self._input_size is None:
            raise ValueError(
                "The size of the inputs is not known before the network is built. Call it, or its "
                "build()."
            )
        return self._input_size

    def _attrs(self) -> dict[str, Any]:
        return {
            "rnn_mode": self.rnn_mode,
            "input_mode": self._input_mode,
            "direction": self._direction,
        }

    def to_params(self, weights: Sequence[Any], biases: Sequence[Any], **attrs: Any) -> Any:
        """Build the vector of weights from all weights and biases, in cuDNN's order."""
        return raw.CudnnRNNCanonicalToParams(
            num_layers=self._num_layers,
            num_units=self._num_units,
            input_size=self.input_size,
            weights=list(weights),
            biases=list(biases),
            **self._attrs(),
            **attrs,
        )

    def to_canonical(self, params: Any) -> tuple[list[Any], list[Any]]:
        """Build all weights and biases, in cuDNN's order, from the vector of weights."""
        made = raw.CudnnRNNParamsToCanonical(
            num_layers=self._num_layers,
            num_units=self._num_units,
            input_size=self.input_size,
            params=params,
            num_params=2 * self.gates * self._num_layers * self.num_dirs,
            **self._attrs(),
        )
        for weight in made.weights:
            weight.set_shape([None, None])
        for bias in made.biases:
            bias.set_shape([None])
        return list(made.weights), list(made.biases)
