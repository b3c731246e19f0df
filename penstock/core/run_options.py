"""`RunOptions` and `RunMetadata`: what is asked of one step, and what is told about it.

Times are microseconds (`_micros`) or nanoseconds (`_nanos`), sizes are bytes.
"""

from __future__ import annotations

from penstock.core.message_fields import Enum, accepted, acted_on
from penstock.core.messages import Message

__all__ = [
    "AllocationDescription",
    "AllocationRecord",
    "AllocatorMemoryUsed",
    "CostGraphDef",
    "DebugOptions",
    "DebugTensorWatch",
    "DeviceStepStats",
    "MemoryStats",
    "NodeExecStats",
    "NodeOutput",
    "RunMetadata",
    "RunOptions",
    "StepStats",
    "TensorDescription",
]


class DebugTensorWatch(Message):
    """A tensor that TensorFlow's debugger watches."""

    node_name = accepted(str, "The node.")
    output_slot = accepted(int, "Which of its outputs.")
    debug_ops = accepted(str, "What is done with the values.", repeated=True)
    debug_urls = accepted(str, "Where they go.", repeated=True)
    tolerate_debug_op_creation_failures = accepted(bool, "Whether the step goes on without.")


class DebugOptions(Message):
    """Options of TensorFlow's debugger, which Penstock does not have."""

    debug_tensor_watch_opts = accepted(DebugTensorWatch, "The tensors to watch.", repeated=True)
    global_step = accepted(int, "The step's number.")
    reset_disk_byte_usage = accepted(bool, "Whether used disk space counts from zero.")


class RunOptions(Message):
    """What is asked of one step."""

    class TraceLevel(Enum):
        """How much is recorded of a step."""

        NO_TRACE = 0
        SOFTWARE_TRACE = 1
        HARDWARE_TRACE = 2
        FULL_TRACE = 3

    class Experimental(Message):
        """Options that TensorFlow may take away."""

        collective_graph_key = accepted(int, "Names a graph among those that exchange values.")
        use_run_handler_pool = accepted(bool, "Runs the step in a shared pool of threads.")

    NO_TRACE, SOFTWARE_TRACE, HARDWARE_TRACE, FULL_TRACE = TraceLevel

    trace_level = accepted(TraceLevel, "Whether `RunMetadata.step_stats` tells the stages' times.")
    timeout_in_ms = acted_on(int, "How long the run may take, in ms; 0 is no limit.")
    inter_op_thread_pool = accepted(int, "The pool of threads the step runs in.")
    output_partition_graphs = accepted(bool, "Asks for `RunMetadata.partition_graphs`.")
    debug_options = accepted(DebugOptions, "The debugger's.")
    report_tensor_allocations_upon_oom = accepted(
        bool, "Tells what holds memory when it is out; XLA's message always does."
    )
    experimental = accepted(Experimental, "Options that TensorFlow may take away.")


class AllocationRecord(Message):
    """One change in the memory that an allocator gave out."""

    alloc_micros = accepted(int, "When.")
    alloc_bytes = accepted(int, "How much; negative if given back.")


class AllocatorMemoryUsed(Message):
    """The memory that a node took from one allocator."""

    allocator_name = accepted(str, "The allocator.")
    total_bytes = accepted(int, "All that was taken.")
    peak_bytes = accepted(int, "The most at a time.")
    live_bytes = accepted(int, "What is still held.")
    allocation_records = accepted(AllocationRecord, "The changes.", repeated=True)
    allocator_bytes_in_use = accepted(int, "What all nodes hold.")


class AllocationDescription(Message):
    """One buffer."""

    requested_bytes = accepted(int, "The size asked for.")
    allocated_bytes = accepted(int, "The size got.")
    allocator_name = accepted(str, "The allocator.")
    allocation_id = accepted(int, "The buffer's number.")
    has_single_reference = accepted(bool, "Whether nobody else holds it.")
    ptr = accepted(int, "Its address.")


class TensorDescription(Message):
    """A tensor's type, shape and buffer."""

    dtype = accepted(int, "The dtype's number.")
    shape = accepted(object, "The shape, a TensorShapeProto.")
    allocation_description = accepted(AllocationDescription, "The buffer.")


class NodeOutput(Message):
    """One output of a node."""

    slot = accepted(int, "Which.")
    tensor_description = accepted(TensorDescription, "The tensor.")


class MemoryStats(Message):
    """The memory that a node takes beside its outputs."""

    temp_memory_size = accepted(int, "While it runs.")
    persistent_memory_size = accepted(int, "Beyond.")
    persistent_tensor_alloc_ids = accepted(int, "Numbers of the buffers.", repeated=True)
    device_temp_memory_size = accepted(int, "On the device, while it runs.")
    device_persistent_memory_size = accepted(int, "On the device, beyond.")
    device_persistent_tensor_alloc_ids = accepted(int, "Numbers of those buffers.", repeated=True)


class NodeExecStats(Message):
    """When something ran; in Penstock, a stage."""

    node_name = accepted(str, "What ran.")
    all_start_micros = accepted(int, "When it began, since 1970.")
    op_start_rel_micros = accepted(int, "When its computation began, since `all_start_micros`.")
    op_end_rel_micros = accepted(int, "When its computation ended, likewise.")
    all_end_rel_micros = accepted(int, "When it ended, likewise.")
    memory = accepted(AllocatorMemoryUsed, "The memory it took.", repeated=True)
    output = accepted(NodeOutput, "Its outputs.", repeated=True)
    timeline_label = accepted(str, "What a timeline writes on it.")
    scheduled_micros = accepted(int, "When it could have begun, since 1970.")
    thread_id = acted_on(int, "The thread that ran it.")
    referenced_tensor = accepted(AllocationDescription, "Buffers it reads.", repeated=True)
    memory_stats = accepted(MemoryStats, "The memory it took beside its outputs.")
    all_start_nanos = accepted(int, "As `all_start_micros`.")
    op_start_rel_nanos = accepted(int, "As `op_start_rel_micros`.")
    op_end_rel_nanos = accepted(int, "As `op_end_rel_micros`.")
    all_end_rel_nanos = accepted(int, "As `all_end_rel_micros`.")
    scheduled_nanos = accepted(int, "As `scheduled_micros`.")


class DeviceStepStats(Message):
    """What ran on one device."""

    device = acted_on(str, "The device's name.")
    node_stats = acted_on(NodeExecStats, "What ran.", repeated=True)
    thread_names = accepted(str, "Names of threads by their numbers.", key=int)


class StepStats(Message):
    """What ran in a step."""

    dev_stats = acted_on(DeviceStepStats, "One for each device.", repeated=True)


class CostGraphDef(Message):
    """What each node costs, by TensorFlow's model."""

    node = accepted(object, "The nodes.", repeated=True)


class RunMetadata(Message):
    """What is told about a step; made empty, and filled by `Session.run`."""

    class FunctionGraphs(Message):
        """The graphs of one function."""

        partition_graphs = accepted(object, "The parts, one for each device.", repeated=True)
        pre_optimization_graph = accepted(object, "The graph before rewriting.")
        post_optimization_graph = accepted(object, "The graph after rewriting.")

    step_stats = acted_on(StepStats, "What ran when; filled if `RunOptions.trace_level` asks.")
    cost_graph = accepted(CostGraphDef, "Left empty.")
    partition_graphs = accepted(object, "Left empty.", repeated=True)
    function_graphs = accepted(FunctionGraphs, "Left empty.", repeated=True)
