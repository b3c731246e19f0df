"""The variables that a running region touches, as they were before the step and as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import resource
from penstock.engine.contract import uninitialized
from penstock.engine.numpy_tier.region_ops import Reference
from penstock.engine.regions import Cell, Region, Use
from penstock.graph.node import Tensor

__all__ = ["RegionState"]


class RegionState:
    """The state of one run.

    Args:
      region: the region.
      values: the values of its reads, queries and counters, in their order.
    """

    def __init__(self, region: Region, values: Sequence[Any]) -> None:
        reads, queries = len(region.reads), len(region.queries)
        self._region = region
        self._before: dict[str, Any] = dict(zip(region.reads, values[:reads], strict=True))
        self._before.update(zip(region.counters, values[reads + queries :], strict=True))
        self._asked = dict(zip(region.queries, values[reads : reads + queries], strict=True))
        self._now = dict(self._before)

    def inputs(self, cell: Cell, tokens: Sequence[Any]) -> list[Any]:
        """Give what a kernel gets: values, and the state that references lead to."""
        values = []
        for use, token in zip(cell.uses, tokens, strict=True):
            is_followed = use is not Use.VALUE and isinstance(token, Reference)
            values.append(self._look(cell, use, token.key) if is_followed else token)
        values.extend(self._look(cell, use, key, False) for use, key in cell.state)
        return values

    def _look(self, cell: Cell, use: Use, key: str, is_needed: bool = True) -> Any:
        if use is Use.NAME:
            return Reference(key)
        values = self._now if key in cell.after else self._before
        if use is Use.QUERY:
            return np.bool_(values.get(key) is not None or self._asked.get(key, False))
        value = values.get(key)
        if value is None and is_needed:
            raise uninitialized(cell.step.node, [key])
        return value

    def outputs(self, cell: Cell, tokens: Sequence[Any], results: Sequence[Any]) -> list[Any]:
        """Take the new state from a kernel's results, and give the cell's outputs."""
        left = list(results)
        for position in cell.written:
            self._now[tokens[position].key] = left.pop(0)
        for key in cell.changed:
            self._now[key] = left.pop(0)
        found: list[Any] = []
        for tensor in cell.step.node.outputs:
            if tensor.dtype is resource:
                found.append(None)  # the handle of a TensorArray, whose flow carries all there is
            elif tensor.dtype.is_ref_dtype and cell.passed is not None:
                found.append(tokens[cell.passed])
            else:
                found.append(left.pop(0))
        return found

    def final(self, tensor: Tensor, value: Any) -> Any:
        """Give the value of an output; that of a reference is what is left in the variable."""
        if not isinstance(value, Reference):
            return value
        held = self._now.get(value.key)
        if held is None:
            raise uninitialized(tensor.op, [value.key])
        return held

    def new_values(self) -> list[Any]:
        """Give the new values of what the region writes, then of its counters."""
        return [self._now.get(key) for key in (*self._region.writes, *self._region.counters)]
