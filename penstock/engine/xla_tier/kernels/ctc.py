"""The CTC loss as two scans along time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from penstock.engine.xla_tier.checks import require_of
from penstock.engine.xla_tier.scanning import scan
from penstock.ops.ctc_labels import check_labels, kept_labels, label_table, raw_counts
from penstock.ops.ctc_lattice import loss_and_gradient

__all__ = ["KERNELS"]


def _loss(
    xp: Any,
    inputs: Any,
    indices: Any,
    values: Any,
    times: Any,
    *,
    preprocess_collapse_repeated: bool,
    ctc_merge_repeated: bool,
    ignore_longer_outputs_than_inputs: bool,
) -> tuple[Any, Any]:
    steps, batch, classes = inputs.shape
    collapse, lenient = preprocess_collapse_repeated, ignore_longer_outputs_than_inputs
    require_of(
        (indices, values, times),
        partial(check_labels, steps=steps, classes=classes, collapse=collapse, lenient=lenient),
        lambda: _are_labels(indices, values, times, steps, classes, collapse, lenient),
        f"The labels, [row, place] in rising order, must be class numbers below {classes - 1}, at "
        f"least one in each row, and not more than its sequence_length, which is at most {steps}.",
    )
    indices, values, times = map(jnp.asarray, (indices, values, times))
    kept = kept_labels(jnp, indices, values, classes, collapse)

    def compute(width: int, scores: Any) -> tuple[Any, Any]:
        labels, lengths = label_table(jnp, indices, values, kept, batch, width)
        return loss_and_gradient(
            jnp,
            scan,
            scores,
            times,
            labels,
            lengths,
            merges=ctc_merge_repeated,
            lenient=lenient,
        )

    # How many labels the longest row has, only a run can tell. What is surely enough is mostly far
    # too much, so a narrower table is made where it serves.
    widest = min(len(values), steps)
    narrow = -(-2 * len(values) // max(batch, 1))
    if widest <= 2 * narrow:
        return compute(widest, inputs)
    lengths = label_table(jnp, indices, values, kept, batch, 0)[1]
    fits = jnp.max(jnp.where(lengths > times, 0, lengths)) <= narrow
    branches = partial(compute, narrow), partial(compute, widest)
    return jax.lax.cond(fits, *branches, inputs)  # type: ignore[no-any-return]


def _are_labels(
    indices: Any,
    values: Any,
    times: Any,
    steps: int,
    classes: int,
    collapse: bool,
    lenient: bool,
) -> Any:
    """Compute whether `check_labels` accepts these."""
    batch = len(times)
    rows, places = indices[:, 0], indices[:, 1]
    holds = jnp.all((times >= 0) & (times <= steps)) & (batch > 0)
    holds &= jnp.all((indices >= 0) & (rows < batch)[:, None])
    same_row = rows[1:] == rows[:-1]
    holds &= jnp.all((rows[1:] > rows[:-1]) | (same_row & (places[1:] > places[:-1])))
    holds &= jnp.all(raw_counts(jnp, indices, batch) > 0) & jnp.all(values >= 0)
    is_null = values >= classes - 1
    holds &= ~jnp.any(is_null[:-1] & ~is_null[1:] & same_row)
    if not lenient:
        kept = kept_labels(jnp, indices, values, classes, collapse)
        holds &= jnp.all(label_table(jnp, indices, values, kept, batch, 0)[1] <= times)
    return holds


KERNELS: dict[str, Callable[..., Any]] = {"CTCLoss": _loss}
