"""The choice of a beam's next prefixes where it depends on the order in which they are grown.

The prefixes of the last step grow one after the other, the best first, each by all labels, as far
as there is room or the result is better than the worst that is kept, which it then replaces. A
prefix that has been replaced still grows in its turn; but if its own parent comes to it between,
it is forgotten, and does not.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np

__all__ = ["Turns"]


class Turns:
    """One step of one example.

    Args:
      kept: the logarithms of the prefixes' probabilities if they stay as they are, [width].
      grown: those of the prefixes that each can grow into, [width, labels].
      total: the prefixes' own before the step, [width]; -inf where there is none.
    """

    def __init__(self, kept: Any, grown: Any, total: Any) -> None:
        self._width, self._labels = grown.shape
        self._grown = grown
        self._total = total
        self._held = np.flatnonzero(total > -np.inf)
        # The worst stands first; of equal ones, the last.
        self._heap = [(float(kept[i]), -order, int(i)) for order, i in enumerate(self._held)]
        heapq.heapify(self._heap)
        self._is_kept = total > -np.inf

    def choose(self, parent: Any, label: Any) -> Any:
        """Let the prefixes take their turns.

        Args:
          parent: for each prefix the place of its parent, or -1.
          label: their last labels.

        Returns:
          The places of the next prefixes among `kept` and the flat `grown` in a row, best first.
        """
        forgotten = np.zeros(self._width, bool)
        for place in self._held:
            if forgotten[place] or not self._has_room(self._total[place]):
                continue
            children = {int(label[child]): child for child in np.flatnonzero(parent == place)}
            scores = self._grown[place]
            worth = np.flatnonzero(scores > self._bound())
            for number in sorted({*worth.tolist(), *children}):
                child = children.get(number)
                if child is not None:
                    forgotten[child] |= not self._is_kept[child]
                elif self._has_room(scores[number]):
                    self._keep(float(scores[number]), self._width + place * self._labels + number)
        best = [place for _, _, place in sorted(self._heap, reverse=True)]
        nobody = np.flatnonzero(self._total == -np.inf)[: self._width - len(best)]
        return np.array([*best, *nobody])

    def _bound(self) -> float:
        """Give what a score must be above."""
        return self._heap[0][0] if len(self._heap) == self._width else -np.inf

    def _has_room(self, score: Any) -> bool:
        return bool(score > self._bound())

    def _keep(self, score: float, place: int) -> None:
        entry = (score, -place, place)
        if len(self._heap) < self._width:
            heapq.heappush(self._heap, entry)
            return
        _, _, dropped = heapq.heapreplace(self._heap, entry)
        if dropped < self._width:
            self._is_kept[dropped] = False
