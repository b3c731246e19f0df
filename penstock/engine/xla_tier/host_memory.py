"""Memory of the host that one step frees and the next one wants again.

A compiled program asks for its buffers anew in each run. The C library of Linux gives large blocks
back to the system at once, and the system hands them out again page by page, cleared: at each
first touch of a page a program stops for it. For programs that do little with each number, such
as convolutional networks with batch normalization, that is a third of the time and more.
"""

from __future__ import annotations

import ctypes
from functools import cache

__all__ = ["keep_freed_memory"]

# Options of malloc.h: M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX.
_TRIM_THRESHOLD, _MMAP_MAX, _ARENA_MAX = -1, -4, -8


@cache
def keep_freed_memory() -> None:
    """Let this process keep the memory it frees, for what it allocates next.

    It holds what it once needed at most. Where the C library is not the GNU one, nothing happens.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_MAX, 0)
        set_option(_TRIM_THRESHOLD, -1)
        set_option(_ARENA_MAX, 1)  # the areas of further threads take no large blocks
