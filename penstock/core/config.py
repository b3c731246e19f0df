"""`ConfigProto` and the messages in it: how a session behaves.

Every field TensorFlow 1.15 has may be set. Those that mean something here are `acted_on`; the
others are `accepted`, so that programs which set them run unchanged.
"""

from __future__ import annotations

from penstock.core.message_fields import Enum, accepted, acted_on
from penstock.core.messages import Message
from penstock.core.rewriter_config import AttrValue, AutoParallelOptions, RewriterConfig
from penstock.core.run_options import DebugOptions, RunMetadata, RunOptions, StepStats

__all__ = [
    "AttrValue",
    "AutoParallelOptions",
    "ClusterDef",
    "ConfigProto",
    "DebugOptions",
    "GPUOptions",
    "GraphOptions",
    "JobDef",
    "OptimizerOptions",
    "RPCOptions",
    "RewriterConfig",
    "RunMetadata",
    "RunOptions",
    "ServerDef",
    "SessionMetadata",
    "StepStats",
    "ThreadPoolOptionProto",
]


class ThreadPoolOptionProto(Message):
    """One of TensorFlow's pools of threads."""

    num_threads = accepted(int, "How many threads it has.")
    global_name = accepted(str, "The name under which sessions share it.")


class GPUOptions(Message):
    """How a session uses GPUs."""

    class Experimental(Message):
        """Options that TensorFlow may take away."""

        class VirtualDevices(Message):
            """The parts that a GPU is cut into."""

            memory_limit_mb = accepted(float, "Each part's memory, in MB.", repeated=True)

        virtual_devices = accepted(VirtualDevices, "How GPUs are cut up.", repeated=True)
        use_unified_memory = accepted(bool, "Lets a GPU use the host's memory.")
        num_dev_to_dev_copy_streams = accepted(int, "How many copies may run at once.")
        collective_ring_order = accepted(str, "The order in which GPUs exchange values.")
        timestamped_allocator = accepted(bool, "Reuses memory by time.")
        kernel_tracker_max_interval = accepted(int, "How kernels are kept track of.")
        kernel_tracker_max_bytes = accepted(int, "How kernels are kept track of.")
        kernel_tracker_max_pending = accepted(int, "How kernels are kept track of.")

    per_process_gpu_memory_fraction = accepted(
        float, "The part of a GPU's memory to take; set XLA_PYTHON_CLIENT_MEM_FRACTION instead."
    )
    allow_growth = accepted(
        bool, "Takes memory as it is needed; set XLA_PYTHON_CLIENT_PREALLOCATE=false instead."
    )
    allocator_type = accepted(str, "How memory is managed; XLA decides.")
    deferred_deletion_bytes = accepted(int, "How much memory is given back at a time.")
    visible_device_list = acted_on(
        str, "The GPUs to use, by number, with commas between; empty for all."
    )
    polling_active_delay_usecs = accepted(int, "How often a busy GPU is asked.")
    polling_inactive_delay_msecs = accepted(int, "How often an idle GPU is asked.")
    force_gpu_compatible = accepted(bool, "Makes every tensor one that a GPU can read.")
    experimental = accepted(Experimental, "Options that TensorFlow may take away.")


class OptimizerOptions(Message):
    """How a graph is optimized; partial evaluation and XLA always are at work."""

    class Level(Enum):
        """How much is optimized."""

        L1 = 0
        L0 = -1

    class GlobalJitLevel(Enum):
        """What is compiled by XLA."""

        DEFAULT = 0
        OFF = -1
        ON_1 = 1
        ON_2 = 2

    L1, L0 = Level
    DEFAULT, OFF, ON_1, ON_2 = GlobalJitLevel

    do_common_subexpression_elimination = accepted(bool, "Computes equal things once; XLA does.")
    do_constant_folding = accepted(bool, "Computes what is constant once.")
    max_folded_constant_in_bytes = accepted(int, "How large a constant may become.")
    do_function_inlining = accepted(bool, "Inlines functions.")
    opt_level = accepted(Level, "How much is optimized.")
    global_jit_level = accepted(
        GlobalJitLevel, "Compiles by XLA; what pays is compiled anyway (see `executor_type`)."
    )


class GraphOptions(Message):
    """How a graph is prepared for running."""

    enable_recv_scheduling = accepted(bool, "Delays what is received until it is needed.")
    optimizer_options = accepted(OptimizerOptions, "How it is optimized.")
    build_cost_model = accepted(int, "After how many steps costs are told.")
    build_cost_model_after = accepted(int, "How many steps to leave out of that.")
    infer_shapes = accepted(bool, "Notes shapes in nodes.")
    place_pruned_graph = accepted(bool, "Places only what a step needs; always so.")
    enable_bfloat16_sendrecv = accepted(bool, "Sends float32 as bfloat16.")
    timeline_step = accepted(int, "How often a timeline is written.")
    rewrite_options = accepted(RewriterConfig, "Which rewriters run.")


class RPCOptions(Message):
    """How tasks of a cluster talk to each other; Ray decides."""

    use_rpc_for_inprocess_master = accepted(bool, "Also within one process.")
    compression_algorithm = accepted(str, "How messages are compressed.")
    compression_level = accepted(int, "How much.")
    cache_rpc_response = accepted(bool, "Keeps answers, for calls that are made again.")
    disable_session_connection_sharing = accepted(bool, "A connection for each session.")


class JobDef(Message):
    """A job of a cluster."""

    name = acted_on(str, "Its name.")
    tasks = acted_on(str, "Its tasks' addresses by their indices.", key=int)


class ClusterDef(Message):
    """The jobs of a cluster."""

    job = acted_on(JobDef, "The jobs.", repeated=True)


class SessionMetadata(Message):
    """What a session is called where sessions are listed."""

    name = accepted(str, "The name.")
    version = accepted(int, "The version.")


class ConfigProto(Message):
    """How a session behaves.

    Example:
        >>> config = ConfigProto(allow_soft_placement=True, device_count={"GPU": 0})
        >>> config.gpu_options.visible_device_list = "0"
        >>> print(config, end="")
        device_count {
          key: "GPU"
          value: 0
        }
        gpu_options {
          visible_device_list: "0"
        }
        allow_soft_placement: true
    """

    class Experimental(Message):
        """Options that TensorFlow may take away."""

        collective_group_leader = accepted(str, "The task that leads an exchange of values.")
        executor_type = acted_on(
            str, "`numpy` or `xla`: the tier that runs everything; otherwise the choice is free."
        )
        recv_buf_max_chunk = accepted(int, "How large a message may be.")
        use_numa_affinity = accepted(bool, "Keeps memory near the processor that uses it.")
        collective_deterministic_sequential_execution = accepted(bool, "Always in one order.")
        collective_nccl = accepted(bool, "Exchanges values by NCCL.")
        share_session_state_in_clusterspec_propagation = accepted(
            bool, "Lets sessions share variables if they bring the cluster's description along."
        )
        disable_thread_spinning = accepted(bool, "Lets idle threads sleep.")
        share_cluster_devices_in_session = accepted(bool, "Lets sessions share what devices hold.")
        session_metadata = accepted(SessionMetadata, "What the session is called.")
        optimize_for_static_graph = accepted(bool, "Takes the graph not to grow any more.")

    device_count = acted_on(
        int, "The most devices to use, by type: `{'GPU': 0}` keeps to the CPU.", key=str
    )
    intra_op_parallelism_threads = accepted(int, "The threads for one op; XLA decides.")
    inter_op_parallelism_threads = accepted(int, "The threads for several ops.")
    use_per_session_threads = accepted(bool, "Threads for this session alone.")
    session_inter_op_thread_pool = accepted(
        ThreadPoolOptionProto, "Pools that steps choose from.", repeated=True
    )
    placement_period = accepted(int, "How often nodes are placed anew.")
    device_filters = accepted(str, "The devices that a session of a cluster sees.", repeated=True)
    gpu_options = acted_on(GPUOptions, "How GPUs are used.")
    allow_soft_placement = acted_on(
        bool, "Whether a node whose device isn't there, or can't run it, goes to another one."
    )
    log_device_placement = acted_on(bool, "Whether each node's device is logged.")
    graph_options = accepted(GraphOptions, "How a graph is prepared.")
    operation_timeout_in_ms = acted_on(int, "How long a run may take, in ms; 0 is no limit.")
    rpc_options = accepted(RPCOptions, "How tasks talk to each other.")
    cluster_def = accepted(ClusterDef, "The cluster that the session's target is a task of.")
    isolate_session_state = accepted(
        bool, "Whether the session keeps its variables apart; without a cluster, always so."
    )
    experimental = acted_on(Experimental, "Options that TensorFlow may take away.")


class ServerDef(Message):
    """One task of a cluster, as a server for it is made."""

    cluster = acted_on(ClusterDef, "The cluster.")
    job_name = acted_on(str, "The task's job.")
    task_index = acted_on(int, "Its index in the job.")
    default_session_config = acted_on(ConfigProto, "How its sessions behave.")
    protocol = accepted(str, "How tasks talk to each other.")
