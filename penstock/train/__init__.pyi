"""The names of `tf.train`; see ``penstock/__init__.pyi`` for how this file is read."""

from . import (
    queue_runner as queue_runner,
)
from .adagrad import (
    AdagradDAOptimizer as AdagradDAOptimizer,
    AdagradOptimizer as AdagradOptimizer,
    ProximalAdagradOptimizer as ProximalAdagradOptimizer,
)
from .adam import (
    AdamOptimizer as AdamOptimizer,
)
from .basic_hooks import (
    FeedFnHook as FeedFnHook,
    FinalOpsHook as FinalOpsHook,
    GlobalStepWaiterHook as GlobalStepWaiterHook,
    LoggingTensorHook as LoggingTensorHook,
    NanLossDuringTrainingError as NanLossDuringTrainingError,
    NanTensorHook as NanTensorHook,
    StopAtStepHook as StopAtStepHook,
)
from .checkpoint_files import (
    checkpoint_exists as checkpoint_exists,
    checkpoints_iterator as checkpoints_iterator,
    generate_checkpoint_state_proto as generate_checkpoint_state_proto,
    get_checkpoint_mtimes as get_checkpoint_mtimes,
    get_checkpoint_state as get_checkpoint_state,
    latest_checkpoint as latest_checkpoint,
    remove_checkpoint as remove_checkpoint,
    update_checkpoint_state as update_checkpoint_state,
)
from .checkpoint_hooks import (
    CheckpointSaverHook as CheckpointSaverHook,
    CheckpointSaverListener as CheckpointSaverListener,
)
from .checkpoint_initializers import (
    init_from_checkpoint as init_from_checkpoint,
)
from .checkpoint_manager import (
    CheckpointManager as CheckpointManager,
)
from .checkpoint_reading import (
    NewCheckpointReader as NewCheckpointReader,
    list_variables as list_variables,
    load_checkpoint as load_checkpoint,
    load_variable as load_variable,
)
from .cluster_spec import (
    ClusterSpec as ClusterSpec,
)
from .coordinator import (
    Coordinator as Coordinator,
    LooperThread as LooperThread,
)
from .cosine_decay import (
    cosine_decay as cosine_decay,
    cosine_decay_restarts as cosine_decay_restarts,
    linear_cosine_decay as linear_cosine_decay,
    noisy_linear_cosine_decay as noisy_linear_cosine_decay,
)
from .decay import (
    exponential_decay as exponential_decay,
    inverse_time_decay as inverse_time_decay,
    natural_exp_decay as natural_exp_decay,
    piecewise_constant as piecewise_constant,
    piecewise_constant_decay as piecewise_constant_decay,
    polynomial_decay as polynomial_decay,
)
from .device_setter import (
    replica_device_setter as replica_device_setter,
)
from .ftrl import (
    FtrlOptimizer as FtrlOptimizer,
)
from .global_step import (
    assert_global_step as assert_global_step,
    create_global_step as create_global_step,
    get_global_step as get_global_step,
    get_or_create_global_step as get_or_create_global_step,
    global_step as global_step,
)
from .gradient_descent import (
    GradientDescentOptimizer as GradientDescentOptimizer,
    ProximalGradientDescentOptimizer as ProximalGradientDescentOptimizer,
)
from .input_batches import (
    batch as batch,
    batch_join as batch_join,
    maybe_batch as maybe_batch,
    maybe_batch_join as maybe_batch_join,
)
from .input_producers import (
    input_producer as input_producer,
    limit_epochs as limit_epochs,
    match_filenames_once as match_filenames_once,
    range_input_producer as range_input_producer,
    slice_input_producer as slice_input_producer,
    string_input_producer as string_input_producer,
)
from .messages import (
    BytesList as BytesList,
    ClusterDef as ClusterDef,
    Example as Example,
    Feature as Feature,
    FeatureList as FeatureList,
    FeatureLists as FeatureLists,
    Features as Features,
    FloatList as FloatList,
    Int64List as Int64List,
    JobDef as JobDef,
    SaverDef as SaverDef,
    SequenceExample as SequenceExample,
    ServerDef as ServerDef,
)
from .meta_graph import (
    export_meta_graph as export_meta_graph,
    import_meta_graph as import_meta_graph,
    write_graph as write_graph,
)
from .momentum import (
    MomentumOptimizer as MomentumOptimizer,
)
from .monitored_session import (
    MonitoredSession as MonitoredSession,
    SingularMonitoredSession as SingularMonitoredSession,
)
from .moving_averages import (
    ExponentialMovingAverage as ExponentialMovingAverage,
)
from .object_checkpoint import (
    Checkpoint as Checkpoint,
)
from .optimizer import (
    Optimizer as Optimizer,
)
from .profiler_hook import (
    ProfilerHook as ProfilerHook,
)
from .queue_filling import (
    QueueRunner as QueueRunner,
)
from .queue_threads import (
    add_queue_runner as add_queue_runner,
    start_queue_runners as start_queue_runners,
)
from .saver import (
    Saver as Saver,
)
from .scaffold import (
    Scaffold as Scaffold,
)
from .scaled_descent import (
    AdadeltaOptimizer as AdadeltaOptimizer,
    RMSPropOptimizer as RMSPropOptimizer,
)
from .server import (
    Server as Server,
)
from .session_creators import (
    ChiefSessionCreator as ChiefSessionCreator,
    SessionCreator as SessionCreator,
    WorkerSessionCreator as WorkerSessionCreator,
)
from .session_manager import (
    SessionManager as SessionManager,
)
from .session_run_hook import (
    SessionRunArgs as SessionRunArgs,
    SessionRunContext as SessionRunContext,
    SessionRunHook as SessionRunHook,
    SessionRunValues as SessionRunValues,
)
from .shuffled_batches import (
    maybe_shuffle_batch as maybe_shuffle_batch,
    maybe_shuffle_batch_join as maybe_shuffle_batch_join,
    shuffle_batch as shuffle_batch,
    shuffle_batch_join as shuffle_batch_join,
)
from .step_timer import (
    SecondOrStepTimer as SecondOrStepTimer,
)
from .summary_hooks import (
    StepCounterHook as StepCounterHook,
    SummarySaverHook as SummarySaverHook,
)
from .summary_iterator import (
    summary_iterator as summary_iterator,
)
from .supervisor import (
    Supervisor as Supervisor,
)
from .sync_replicas import (
    SyncReplicasOptimizer as SyncReplicasOptimizer,
)
from .train_loop import (
    basic_train_loop as basic_train_loop,
)
from .training_session import (
    MonitoredTrainingSession as MonitoredTrainingSession,
)
from .warm_starting import (
    VocabInfo as VocabInfo,
    warm_start as warm_start,
)
