"""Further cells around a cell: with a highway around it, or compiled."""

from __future__ import annotations

from typing import Any

from penstock.contrib.rnn.projections import InnerCell
from penstock.core import nest
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant
from penstock.functions.math_elementwise import sigmoid
from penstock.nn.activations import xw_plus_b

__all__ = ["CompiledWrapper", "HighwayWrapper"]


class HighwayWrapper(InnerCell):
    """A cell with a gate for each element that chooses between its input and its output.

    Args:
      cell: the cell.
      couple_carry_transform_gates: whether what is not carried is transformed; else there are two
        gates.
      carry_bias_init: the first value of the carry gate's bias.

    Source: Srivastava et al., "Highway networks", 2015.
    """

    def __init__(
        self, cell: Any, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0
    ) -> None:
        super().__init__()
        self._cell = cell
        self._coupled = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """Build one step; see `RNNCell`."""
        outputs, state = self._cell(inputs, state, scope=scope)
        nest.assert_same_structure(inputs, outputs)
        for one, other in zip(nest.flatten(inputs), nest.flatten(outputs), strict=True):
            one.get_shape().assert_is_compatible_with(other.get_shape())
        return nest.map_structure(self._highway, inputs, outputs), state

    def _highway(self, given: Any, output: Any) -> Any:
        size = given.get_shape().with_rank(2).as_list()[1]
        carry = _gate(given, size, "carry", self._carry_bias_init)
        if self._coupled:
            transform = 1 - carry
        else:
            transform = _gate(given, size, "transform", -self._carry_bias_init)
        return given * carry + output * transform


def _gate(x: Any, size: int, name: str, bias: float) -> Any:
    weight = get_variable(f"{name}_w", [size, size])
    shift = get_variable(f"{name}_b", [size], initializer=Constant(bias))
    return sigmoid(xw_plus_b(x, weight, shift))


class CompiledWrapper(InnerCell):
    """A cell as it is: everything is compiled that can be.

    Args:
      cell: the cell.
      compile_stateful: accepted.
    """

    def __init__(self, cell: Any, compile_stateful: bool = False) -> None:
        super().__init__()
        self._cell = cell

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """Build one step; see `RNNCell`."""
        return self._cell(inputs, state, scope=scope)
