"""The one list of all op records."""

from __future__ import annotations

from penstock.graph.spec import Library
from penstock.ops import binary, resource_state, scatter_state, sources, state, training, unary

__all__ = ["LIBRARY"]

LIBRARY = Library(
    spec
    for subject in (
        binary,
        resource_state,
        scatter_state,
        sources,
        state,
        training,
        unary,
    )
    for spec in subject.SPECS
)
