"""What Penstock promises for each case.

`tensorflow`: how many times TensorFlow's speed, at least.  `jax`: how many times the time of
hand-written JAX, at most.  `close_to_jax`: this also does where JAX itself does not reach the
promised multiple of TensorFlow's speed.  `seconds`: the time, at most.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Promise:
    about: str
    tensorflow: float | None = None
    jax: float | None = None
    close_to_jax: float | None = None
    seconds: float | None = None

    def judge(self, result):
        """Whether a result keeps it: True, False, or None if what it needs was not measured."""
        kept = []
        if self.tensorflow is not None and result.get("times_tensorflow") is not None:
            fast = result["times_tensorflow"] >= self.tensorflow
            if not fast and self.close_to_jax is not None and result.get("of_jax") is not None:
                jax_too_slow = result["times_tensorflow"] * result["of_jax"] < self.tensorflow
                fast = jax_too_slow and result["of_jax"] <= self.close_to_jax
            kept.append(fast)
        if self.jax is not None and result.get("of_jax") is not None:
            kept.append(result["of_jax"] <= self.jax)
        if self.seconds is not None:
            kept.append(result["seconds"]["penstock"] <= self.seconds)
        return all(kept) if kept else None

    def __str__(self):
        parts = [] if self.tensorflow is None else [f"≥ {self.tensorflow:g}× TF"]
        parts += [] if self.jax is None else [f"≤ {self.jax:g} of JAX"]
        parts += [] if self.seconds is None else [f"< {self.seconds:g} s"]
        return ", ".join(parts)


PROMISES = {
    "scalar": Promise("run of one fed scalar op", tensorflow=8),
    "dict_of_20": Promise("run of a dict of 20 fetches", tensorflow=8),
    "assign_add": Promise("run of one assign_add", tensorflow=5),
    "chain": Promise("run of a chain of 1000 scalar ops", tensorflow=10),
    "mlp": Promise("MLP training step", tensorflow=1.2, jax=1.10, close_to_jax=1.05),
    "transformer": Promise(
        "transformer training step", tensorflow=1.2, jax=1.10, close_to_jax=1.05
    ),
    "lstm": Promise("LSTM training step by dynamic_rnn", tensorflow=1.1, jax=1.10),
    "while_loop": Promise("run of a loop of 10,000 turns", tensorflow=100),
    "cond": Promise("training step with a cond", tensorflow=5),
    "build_24000_nodes": Promise("building 24,000 nodes, gradients included", tensorflow=4),
    "new_small_graph": Promise("a new small graph, built and run once", tensorflow=2),
    "save": Promise("saving 400 MiB of variables", tensorflow=1),
    "restore": Promise("restoring 400 MiB of variables", tensorflow=1),
    "load_100_mb": Promise("reading a frozen graph of 100 MB", tensorflow=1),
    "frozen_mlp": Promise("a frozen MLP", tensorflow=1),
    "frozen_lstm": Promise("a frozen LSTM", tensorflow=1),
    "frozen_bert": Promise("a frozen encoder of BERT's shape", tensorflow=1),
    "frozen_resnet": Promise("a frozen ResNet-50"),
    "frozen_mobilenet": Promise("a frozen MobileNet"),
    "import": Promise("import penstock", tensorflow=8, seconds=0.3),
}

CLUSTER_PROMISES = {
    "null_step": Promise("null step of a worker with 4 ps tasks", tensorflow=1),
    "dense": Promise("100 MB from a ps task and back", tensorflow=1.5),
    "sparse_small": Promise("32 rows of a table of 10,000, and back"),
    "sparse_large": Promise("32 rows of a table of 1,000,000, and back"),
    "mlp": Promise("MLP steps of 2 asynchronous workers", tensorflow=1),
}
