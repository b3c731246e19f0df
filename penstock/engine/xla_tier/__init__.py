"""The tier that compiles by XLA; the only place that knows JAX."""
