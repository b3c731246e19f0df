"""Kernels that XLA needs in a form of its own, one table per subject."""
