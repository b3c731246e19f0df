"""The one list of all op records."""

from __future__ import annotations

from penstock.graph.spec import Library
from penstock.ops import binary, sources

__all__ = ["LIBRARY"]

LIBRARY = Library(
    spec
    for subject in (
        sources,
        binary,
    )
    for spec in subject.SPECS
)
