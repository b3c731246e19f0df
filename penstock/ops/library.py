"""The one list of all op records."""

from __future__ import annotations

from penstock.graph.spec import Library
from penstock.ops import (
    activations,
    arrays_blocks,
    arrays_filling,
    arrays_gathering,
    arrays_joining,
    arrays_ordering,
    arrays_padding,
    arrays_selection,
    arrays_shapes,
    arrays_slicing,
    arrays_uniqueness,
    bias,
    binary,
    bitwise,
    broadcast_gradients,
    casts,
    comparison,
    convolution,
    losses,
    pooling,
    pooling_variants,
    random,
    random_rejection,
    ranking,
    reductions,
    resource_state,
    scatter_state,
    segments,
    sequences,
    softmax,
    sources,
    state,
    training,
    unary,
)

__all__ = ["LIBRARY"]

LIBRARY = Library(
    spec
    for subject in (
        activations,
        arrays_blocks,
        arrays_filling,
        arrays_gathering,
        arrays_joining,
        arrays_ordering,
        arrays_padding,
        arrays_selection,
        arrays_shapes,
        arrays_slicing,
        arrays_uniqueness,
        bias,
        binary,
        bitwise,
        broadcast_gradients,
        casts,
        comparison,
        convolution,
        losses,
        pooling,
        pooling_variants,
        random,
        random_rejection,
        ranking,
        reductions,
        resource_state,
        scatter_state,
        segments,
        sequences,
        softmax,
        sources,
        state,
        training,
        unary,
    )
    for spec in subject.SPECS
)
