"""`RewriterConfig`: which rewriters TensorFlow would run over a graph before it runs.

Penstock has other means to the same end (partial evaluation, and XLA's own passes), so nothing
here has a meaning; programs that turn rewriters on or off run all the same.
"""

from __future__ import annotations

from penstock.core.message_fields import Enum, accepted
from penstock.core.messages import Message

__all__ = [
    "AttrValue",
    "AutoParallelOptions",
    "RewriterConfig",
    "ScopedAllocatorOptions",
    "VerifierConfig",
]


class AttrValue(Message):
    """A parameter of a custom rewriter: one value, of one of several kinds."""

    s = accepted(bytes, "A string.", oneof="value")
    i = accepted(int, "An integer.", oneof="value")
    f = accepted(float, "A float.", oneof="value")
    b = accepted(bool, "A truth value.", oneof="value")


class AutoParallelOptions(Message):
    """Options of the rewriter that makes replicas of a graph."""

    enable = accepted(bool, "Whether it runs.")
    num_replicas = accepted(int, "How many replicas it makes.")


class ScopedAllocatorOptions(Message):
    """Options of the rewriter that lets ops share buffers."""

    enable_op = accepted(str, "The types of the ops that may.", repeated=True)


class VerifierConfig(Message):
    """What is verified of a rewritten graph."""

    class Toggle(Enum):
        """Whether something is verified."""

        DEFAULT = 0
        ON = 1
        OFF = 2

    DEFAULT, ON, OFF = Toggle

    verification_timeout_in_ms = accepted(int, "How long it may take.")
    structure_verifier = accepted(Toggle, "Whether the structure is verified.")


class RewriterConfig(Message):
    """Which rewriters run, and how."""

    class Toggle(Enum):
        """Whether a rewriter runs."""

        DEFAULT = 0
        ON = 1
        OFF = 2
        AGGRESSIVE = 3

    class NumIterationsType(Enum):
        """How often all rewriters run."""

        DEFAULT_NUM_ITERS = 0
        ONE = 1
        TWO = 2

    class MemOptType(Enum):
        """How memory is saved."""

        DEFAULT_MEM_OPT = 0
        NO_MEM_OPT = 1
        MANUAL = 2
        HEURISTICS = 3
        SWAPPING_HEURISTICS = 4
        RECOMPUTATION_HEURISTICS = 5
        SCHEDULING_HEURISTICS = 6

    class CustomGraphOptimizer(Message):
        """A rewriter that was registered under a name."""

        name = accepted(str, "The name.")
        parameter_map = accepted(AttrValue, "Its parameters.", key=str)

    DEFAULT, ON, OFF, AGGRESSIVE = Toggle
    DEFAULT_NUM_ITERS, ONE, TWO = NumIterationsType
    (
        DEFAULT_MEM_OPT,
        NO_MEM_OPT,
        MANUAL,
        HEURISTICS,
        SWAPPING_HEURISTICS,
        RECOMPUTATION_HEURISTICS,
        SCHEDULING_HEURISTICS,
    ) = MemOptType

    layout_optimizer = accepted(Toggle, "Chooses NHWC or NCHW.")
    constant_folding = accepted(Toggle, "Computes what is constant; partial evaluation does.")
    shape_optimization = accepted(Toggle, "Simplifies computations on shapes.")
    remapping = accepted(Toggle, "Fuses ops; XLA does.")
    arithmetic_optimization = accepted(Toggle, "Simplifies arithmetic; XLA does.")
    dependency_optimization = accepted(Toggle, "Removes needless control dependencies.")
    loop_optimization = accepted(Toggle, "Moves what is constant out of loops.")
    function_optimization = accepted(Toggle, "Inlines functions.")
    debug_stripper = accepted(Toggle, "Removes assertions and prints.")
    disable_model_pruning = accepted(bool, "Leaves needless nodes in.")
    scoped_allocator_optimization = accepted(Toggle, "Lets ops share buffers.")
    pin_to_host_optimization = accepted(Toggle, "Moves small ops to the CPU.")
    implementation_selector = accepted(Toggle, "Chooses among a function's implementations.")
    auto_mixed_precision = accepted(Toggle, "Computes in float16 where that is safe.")
    disable_meta_optimizer = accepted(bool, "Turns all rewriters off.")
    meta_optimizer_iterations = accepted(NumIterationsType, "How often all rewriters run.")
    min_graph_nodes = accepted(int, "The size from which on a graph is rewritten.")
    memory_optimization = accepted(MemOptType, "How memory is saved.")
    memory_optimizer_target_node_name_scope = accepted(str, "Where memory is saved.")
    meta_optimizer_timeout_ms = accepted(int, "How long rewriting may take.")
    auto_parallel = accepted(AutoParallelOptions, "Makes replicas.")
    fail_on_optimizer_errors = accepted(bool, "Makes a rewriter's error one of the step.")
    scoped_allocator_opts = accepted(ScopedAllocatorOptions, "Which ops share buffers.")
    optimizers = accepted(str, "The rewriters to run, by name.", repeated=True)
    custom_optimizers = accepted(CustomGraphOptimizer, "Rewriters of others.", repeated=True)
    inter_optimizer_verifier_config = accepted(VerifierConfig, "Verifies between rewriters.")
    post_optimization_verifier_config = accepted(VerifierConfig, "Verifies at the end.")
