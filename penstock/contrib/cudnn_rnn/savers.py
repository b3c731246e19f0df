"""How networks of cuDNN are saved: as the cells that compute the same would be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.contrib.cudnn_rnn.converters import (
    CudnnParamsFormatConverter,
    CudnnParamsFormatConverterGRU,
    CudnnParamsFormatConverterLSTM,
    CudnnParamsFormatConverterRelu,
    CudnnParamsFormatConverterTanh,
)
from penstock.functions.arrays import identity
from penstock.functions.saveable_object import SaveableObject, SaveSpec
from penstock.functions.state import assign
from penstock.functions.variable_scope_object import VariableScope

__all__ = [
    "CudnnGRUSaveable",
    "CudnnLSTMSaveable",
    "CudnnOpaqueParamsSaveable",
    "CudnnRNNReluSaveable",
    "CudnnRNNTanhSaveable",
]


class CudnnOpaqueParamsSaveable(SaveableObject):
    """Saves and restores a network's vector of weights under the names of cells' variables.

    Args:
      opaque_params: the variable.
      num_layers: the number of layers.
      num_units: the number of outputs of a layer in one direction.
      input_size: the size of the inputs.
      input_mode: ``"linear_input"``, ``"skip_input"`` or ``"auto_select"``.
      direction: ``"unidirectional"`` or ``"bidirectional"``.
      scope: the variable scope that the cells would be in, or its name.
      name: its name.
    """

    converter: type[CudnnParamsFormatConverter] = CudnnParamsFormatConverter
    cell = ""
    variables: Sequence[str] = ("",)

    def __init__(
        self,
        opaque_params: Any,
        num_layers: int,
        num_units: int,
        input_size: int,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
        scope: Any = None,
        name: str = "cudnn_rnn_saveable",
    ) -> None:
        self._variable = opaque_params
        self.format_converter = self.converter(
            num_layers, num_units, input_size, input_mode=input_mode, direction=direction
        )
        kernels, biases = self.format_converter.opaque_to_tf_canonical(opaque_params)
        start = scope.name if isinstance(scope, VariableScope) else scope
        prefix = f"{start}/" if start else ""
        specs = [
            SaveSpec(tensor, "", prefix + full)
            for tensor, full in zip([*kernels, *biases], self._names(), strict=True)
        ]
        super().__init__(identity(opaque_params), specs, name)

    def _names(self) -> list[str]:
        form = self.format_converter
        cells = []
        for layer in range(form.num_layers):
            if form.num_dirs == 1:
                cells.append(f"rnn/multi_rnn_cell/cell_{layer}/{self.cell}")
            else:
                stack = f"stack_bidirectional_rnn/cell_{layer}/bidirectional_rnn"
                cells += [f"{stack}/{way}/{self.cell}" for way in ("fw", "bw")]
        return [
            f"{cell}/{variable}{kind}"
            for kind in ("kernel", "bias")
            for cell in cells
            for variable in self.variables
        ]

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Any) -> Any:
        """Build the assignment."""
        params = self.format_converter.tf_canonical_to_opaque(restored_tensors)
        return assign(self._variable, params, validate_shape=False)


class CudnnLSTMSaveable(CudnnOpaqueParamsSaveable):
    """Saves a `CudnnLSTM` as a `CudnnCompatibleLSTMCell` for each layer and direction."""

    converter = CudnnParamsFormatConverterLSTM
    cell = "cudnn_compatible_lstm_cell"


class CudnnGRUSaveable(CudnnOpaqueParamsSaveable):
    """Saves a `CudnnGRU` as a `CudnnCompatibleGRUCell` for each layer and direction."""

    converter = CudnnParamsFormatConverterGRU
    cell = "cudnn_compatible_gru_cell"
    variables = ("gates/", "candidate/input_projection/", "candidate/hidden_projection/")


class CudnnRNNTanhSaveable(CudnnOpaqueParamsSaveable):
    """Saves a `CudnnRNNTanh` as a `BasicRNNCell` for each layer and direction."""

    converter = CudnnParamsFormatConverterTanh
    cell = "basic_rnn_cell"


class CudnnRNNReluSaveable(CudnnOpaqueParamsSaveable):
    """Saves a `CudnnRNNRelu` as a `BasicRNNCell` for each layer and direction."""

    converter = CudnnParamsFormatConverterRelu
    cell = "basic_rnn_cell"
