"""Losses are collected in the graph; their sum is what is trained on."""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays import constant
from penstock.functions.math import add_n
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor

__all__ = [
    "add_loss",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
]


def add_loss(loss: Any, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Add a loss to the collected ones.

    Args:
      loss: a scalar tensor.
      loss_collection: the collection; None for none.
    """
    if loss_collection:
        default_graph().add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Any]:
    """List the collected losses.

    Args:
      scope: only those whose name matches this as a regular expression, from the start.
      loss_collection: the collection.
    """
    return default_graph().get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Any]:
    """List the losses of regularizers; `scope` as in `get_losses`."""
    return default_graph().get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


def get_regularization_loss(
    scope: str | None = None, name: str = "total_regularization_loss"
) -> Tensor:
    """Build the sum of the losses of regularizers; 0 if there are none.

    Args:
      scope: as in `get_losses`.
      name: the node's name.
    """
    losses = get_regularization_losses(scope)
    return add_n(losses, name=name) if losses else constant(0.0)


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """Build the sum of all collected losses.

    Args:
      add_regularization_losses: whether those of regularizers are in it.
      name: the node's name.
      scope: as in `get_losses`.

    Raises:
      ValueError: if there are none.
    """
    losses = get_losses(scope)
    if add_regularization_losses:
        losses = losses + get_regularization_losses(scope)
    return add_n(losses, name=name)
