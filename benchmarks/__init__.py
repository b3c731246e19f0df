"""How fast Penstock is, beside hand-written JAX and TensorFlow's compat.v1.

`cases` holds one function per case, written against a `tf` module, so that Penstock and TensorFlow
run the very same program; `jax_cases` holds the same computations by hand in JAX.  Each
implementation runs in a process of its own (`worker`); the rounds go back and forth between the
processes (`duel`), so that whatever slows the machine down slows all of them, and each round gives
one ratio.  `report` prints the medians beside what Penstock promises (`promises`).
"""
