"""The root names of Penstock, which are TensorFlow 1.15's `tf.*`: the only list of them.

One block per source module, in the order of the floors; modules and names sorted:

    from .functions.math import (
        add as add,
        subtract as subtract,
    )

`lazy_loader` reads this file: the module is imported when one of its names is first used.
- A name is attached under the name it has in its module.  Where TensorFlow's name differs, the
  source module binds it too (`Operation = Node`); renaming here has no effect.
- A namespace that is a package (`tf.nn`, `tf.train`) stands in the block `from . import`;
  one that is a plain module (`tf.math`, `tf.errors`) is `penstock/api/math.py` and stands in
  `from .api import`.
- Several names for one thing (`tf.mul`, `tf.multiply`) are several lines.
- Only imports stand here, one dot deep: no values, no `as` another name, no `*`.
"""

from . import (
    contrib as contrib,
    layers as layers,
    losses as losses,
    nn as nn,
    saved_model as saved_model,
    summary as summary,
    train as train,
)
from .api import (
    app as app,
    bitwise as bitwise,
    compat as compat,
    debugging as debugging,
    dtypes as dtypes,
    errors as errors,
    flags as flags,
    gfile as gfile,
    graph_util as graph_util,
    initializers as initializers,
    io as io,
    linalg as linalg,
    logging as logging,
    lookup as lookup,
    manip as manip,
    math as math,
    nest as nest,
    python_io as python_io,
    quantization as quantization,
    queue as queue,
    random as random,
    raw_ops as raw_ops,
    signal as signal,
    sparse as sparse,
    spectral as spectral,
    strings as strings,
    test as test,
    version as version,
)
from .api.logging import (
    get_logger as get_logger,
)
from .api.version import (
    COMPILER_VERSION as COMPILER_VERSION,
    CXX11_ABI_FLAG as CXX11_ABI_FLAG,
    GIT_VERSION as GIT_VERSION,
    GRAPH_DEF_VERSION as GRAPH_DEF_VERSION,
    GRAPH_DEF_VERSION_MIN_CONSUMER as GRAPH_DEF_VERSION_MIN_CONSUMER,
    GRAPH_DEF_VERSION_MIN_PRODUCER as GRAPH_DEF_VERSION_MIN_PRODUCER,
    MONOLITHIC_BUILD as MONOLITHIC_BUILD,
    VERSION as VERSION,
)
from .autodiff.custom_gradient import (
    custom_gradient as custom_gradient,
    grad_pass_through as grad_pass_through,
)
from .autodiff.gradients import (
    UnconnectedGradients as UnconnectedGradients,
    gradients as gradients,
)
from .autodiff.hessians import (
    hessians as hessians,
)
from .autodiff.registry import (
    NoGradient as NoGradient,
    NotDifferentiable as NotDifferentiable,
    RegisterGradient as RegisterGradient,
    no_gradient as no_gradient,
)
from .autodiff.sums import (
    AggregationMethod as AggregationMethod,
)
from .core.config import (
    ConfigProto as ConfigProto,
    GPUOptions as GPUOptions,
    GraphOptions as GraphOptions,
    OptimizerOptions as OptimizerOptions,
)
from .core.devices import (
    DeviceSpec as DeviceSpec,
)
from .core.dimensions import (
    Dimension as Dimension,
    dimension_value as dimension_value,
)
from .core.dtypes import (
    QUANTIZED_DTYPES as QUANTIZED_DTYPES,
    DType as DType,
    as_dtype as as_dtype,
    bfloat16 as bfloat16,
    bool as bool,
    complex64 as complex64,
    complex128 as complex128,
    double as double,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    half as half,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    qint8 as qint8,
    qint16 as qint16,
    qint32 as qint32,
    quint8 as quint8,
    quint16 as quint16,
    resource as resource,
    string as string,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
    variant as variant,
)
from .core.errors import (
    OpError as OpError,
)
from .core.mesh import (
    Mesh as Mesh,
)
from .core.run_options import (
    RunMetadata as RunMetadata,
    RunOptions as RunOptions,
)
from .core.shapes import (
    TensorShape as TensorShape,
    dimension_at_index as dimension_at_index,
)
from .engine.custom_op import (
    custom_op as custom_op,
)
from .formats.import_graph_def import (
    import_graph_def as import_graph_def,
)
from .formats.messages import (
    AttrValue as AttrValue,
    GraphDef as GraphDef,
    MetaGraphDef as MetaGraphDef,
    NameAttrList as NameAttrList,
    NodeDef as NodeDef,
)
from .formats.tensor_functions import (
    make_ndarray as make_ndarray,
    make_tensor_proto as make_tensor_proto,
)
from .functions.accumulators import (
    ConditionalAccumulator as ConditionalAccumulator,
    ConditionalAccumulatorBase as ConditionalAccumulatorBase,
    SparseConditionalAccumulator as SparseConditionalAccumulator,
)
from .functions.arrays import (
    broadcast_dynamic_shape as broadcast_dynamic_shape,
    broadcast_static_shape as broadcast_static_shape,
    broadcast_to as broadcast_to,
    constant as constant,
    expand_dims as expand_dims,
    guarantee_const as guarantee_const,
    identity as identity,
    identity_n as identity_n,
    matrix_transpose as matrix_transpose,
    newaxis as newaxis,
    placeholder as placeholder,
    placeholder_with_default as placeholder_with_default,
    rank as rank,
    reshape as reshape,
    shape as shape,
    shape_n as shape_n,
    size as size,
    squeeze as squeeze,
    stop_gradient as stop_gradient,
    transpose as transpose,
)
from .functions.arrays_batched import (
    batch_gather as batch_gather,
    batch_gather_nd as batch_gather_nd,
)
from .functions.arrays_filling import (
    diag as diag,
    diag_part as diag_part,
    fill as fill,
    one_hot as one_hot,
    ones as ones,
    ones_like as ones_like,
    pad as pad,
    sequence_mask as sequence_mask,
    tile as tile,
    zeros as zeros,
    zeros_like as zeros_like,
)
from .functions.arrays_indexing import (
    boolean_mask as boolean_mask,
    gather as gather,
    gather_nd as gather_nd,
    scatter_nd as scatter_nd,
    setdiff1d as setdiff1d,
    slice as slice,
    strided_slice as strided_slice,
    tensor_scatter_add as tensor_scatter_add,
    tensor_scatter_nd_add as tensor_scatter_nd_add,
    tensor_scatter_nd_sub as tensor_scatter_nd_sub,
    tensor_scatter_nd_update as tensor_scatter_nd_update,
    tensor_scatter_sub as tensor_scatter_sub,
    tensor_scatter_update as tensor_scatter_update,
    unique as unique,
    unique_with_counts as unique_with_counts,
    where as where,
    where_v2 as where_v2,
)
from .functions.arrays_joining import (
    concat as concat,
    dynamic_partition as dynamic_partition,
    dynamic_stitch as dynamic_stitch,
    meshgrid as meshgrid,
    parallel_stack as parallel_stack,
    split as split,
    stack as stack,
    unstack as unstack,
)
from .functions.arrays_ordering import (
    batch_to_space as batch_to_space,
    batch_to_space_nd as batch_to_space_nd,
    depth_to_space as depth_to_space,
    invert_permutation as invert_permutation,
    required_space_to_batch_paddings as required_space_to_batch_paddings,
    reverse as reverse,
    reverse_sequence as reverse_sequence,
    reverse_v2 as reverse_v2,
    roll as roll,
    space_to_batch as space_to_batch,
    space_to_batch_nd as space_to_batch_nd,
    space_to_depth as space_to_depth,
)
from .functions.arrays_repeating import (
    repeat as repeat,
)
from .functions.behavior import (
    control_flow_v2_enabled as control_flow_v2_enabled,
    disable_control_flow_v2 as disable_control_flow_v2,
    disable_eager_execution as disable_eager_execution,
    disable_tensor_equality as disable_tensor_equality,
    disable_v2_behavior as disable_v2_behavior,
    disable_v2_tensorshape as disable_v2_tensorshape,
    enable_control_flow_v2 as enable_control_flow_v2,
    enable_eager_execution as enable_eager_execution,
    enable_tensor_equality as enable_tensor_equality,
    enable_v2_behavior as enable_v2_behavior,
    enable_v2_tensorshape as enable_v2_tensorshape,
    executing_eagerly as executing_eagerly,
)
from .functions.case import (
    case as case,
    switch_case as switch_case,
)
from .functions.checks import (
    Assert as Assert,
    assert_equal as assert_equal,
    assert_greater as assert_greater,
    assert_greater_equal as assert_greater_equal,
    assert_less as assert_less,
    assert_less_equal as assert_less_equal,
    assert_near as assert_near,
    assert_negative as assert_negative,
    assert_non_negative as assert_non_negative,
    assert_non_positive as assert_non_positive,
    assert_none_equal as assert_none_equal,
    assert_positive as assert_positive,
)
from .functions.checks_numerics import (
    add_check_numerics_ops as add_check_numerics_ops,
    check_numerics as check_numerics,
    ensure_shape as ensure_shape,
    verify_tensor_all_finite as verify_tensor_all_finite,
)
from .functions.checks_ranks import (
    assert_rank as assert_rank,
    assert_rank_at_least as assert_rank_at_least,
    assert_rank_in as assert_rank_in,
    assert_scalar as assert_scalar,
)
from .functions.checks_static import (
    assert_integer as assert_integer,
    assert_proper_iterable as assert_proper_iterable,
    assert_same_float_dtype as assert_same_float_dtype,
    assert_type as assert_type,
    is_non_decreasing as is_non_decreasing,
    is_numeric_tensor as is_numeric_tensor,
    is_strictly_increasing as is_strictly_increasing,
)
from .functions.clipping import (
    clip_by_average_norm as clip_by_average_norm,
    clip_by_global_norm as clip_by_global_norm,
    clip_by_norm as clip_by_norm,
    clip_by_value as clip_by_value,
    global_norm as global_norm,
)
from .functions.cond import (
    cond as cond,
)
from .functions.create_partitioned_variables import (
    create_partitioned_variables as create_partitioned_variables,
)
from .functions.einsum import (
    einsum as einsum,
)
from .functions.files import (
    matching_files as matching_files,
    read_file as read_file,
    write_file as write_file,
)
from .functions.folds import (
    foldl as foldl,
    foldr as foldr,
    scan as scan,
)
from .functions.get_variable import (
    get_local_variable as get_local_variable,
    get_variable as get_variable,
    no_regularizer as no_regularizer,
)
from .functions.graph_scopes import (
    add_to_collection as add_to_collection,
    add_to_collections as add_to_collections,
    colocate_with as colocate_with,
    container as container,
    control_dependencies as control_dependencies,
    convert_to_tensor_or_indexed_slices as convert_to_tensor_or_indexed_slices,
    convert_to_tensor_or_sparse_tensor as convert_to_tensor_or_sparse_tensor,
    device as device,
    get_collection as get_collection,
    get_collection_ref as get_collection_ref,
    get_default_graph as get_default_graph,
    get_default_session as get_default_session,
    get_static_value as get_static_value,
    is_tensor as is_tensor,
    op_scope as op_scope,
)
from .functions.grouping import (
    group as group,
    no_op as no_op,
    tuple as tuple,
)
from .functions.init_scope import (
    init_scope as init_scope,
)
from .functions.initializers import (
    constant_initializer as constant_initializer,
    ones_initializer as ones_initializer,
    random_normal_initializer as random_normal_initializer,
    random_uniform_initializer as random_uniform_initializer,
    truncated_normal_initializer as truncated_normal_initializer,
    zeros_initializer as zeros_initializer,
)
from .functions.initializers_scaled import (
    glorot_normal_initializer as glorot_normal_initializer,
    glorot_uniform_initializer as glorot_uniform_initializer,
    orthogonal_initializer as orthogonal_initializer,
    uniform_unit_scaling_initializer as uniform_unit_scaling_initializer,
    variance_scaling_initializer as variance_scaling_initializer,
)
from .functions.linalg import (
    cholesky as cholesky,
    cholesky_solve as cholesky_solve,
    eye as eye,
    matrix_band_part as matrix_band_part,
    matrix_determinant as matrix_determinant,
    matrix_diag as matrix_diag,
    matrix_diag_part as matrix_diag_part,
    matrix_inverse as matrix_inverse,
    matrix_set_diag as matrix_set_diag,
    matrix_solve as matrix_solve,
    matrix_solve_ls as matrix_solve_ls,
    matrix_triangular_solve as matrix_triangular_solve,
    qr as qr,
    self_adjoint_eig as self_adjoint_eig,
    self_adjoint_eigvals as self_adjoint_eigvals,
    svd as svd,
    trace as trace,
)
from .functions.map_fn import (
    map_fn as map_fn,
    vectorized_map as vectorized_map,
)
from .functions.math import (
    accumulate_n as accumulate_n,
    add as add,
    add_n as add_n,
    atan2 as atan2,
    div as div,
    div_no_nan as div_no_nan,
    divide as divide,
    floor_div as floor_div,
    floordiv as floordiv,
    floormod as floormod,
    maximum as maximum,
    minimum as minimum,
    mod as mod,
    multiply as multiply,
    pow as pow,
    realdiv as realdiv,
    scalar_mul as scalar_mul,
    squared_difference as squared_difference,
    subtract as subtract,
    truediv as truediv,
    truncatediv as truncatediv,
    truncatemod as truncatemod,
)
from .functions.math_casts import (
    angle as angle,
    bitcast as bitcast,
    cast as cast,
    complex as complex,
    conj as conj,
    imag as imag,
    real as real,
    saturate_cast as saturate_cast,
    to_bfloat16 as to_bfloat16,
    to_complex64 as to_complex64,
    to_complex128 as to_complex128,
    to_double as to_double,
    to_float as to_float,
    to_int32 as to_int32,
    to_int64 as to_int64,
)
from .functions.math_elementwise import (
    abs as abs,
    acos as acos,
    acosh as acosh,
    asin as asin,
    asinh as asinh,
    atan as atan,
    atanh as atanh,
    ceil as ceil,
    cos as cos,
    cosh as cosh,
    exp as exp,
    expm1 as expm1,
    floor as floor,
    is_finite as is_finite,
    is_inf as is_inf,
    is_nan as is_nan,
    log as log,
    log1p as log1p,
    log_sigmoid as log_sigmoid,
    negative as negative,
    reciprocal as reciprocal,
    rint as rint,
    round as round,
    rsqrt as rsqrt,
    sigmoid as sigmoid,
    sign as sign,
    sin as sin,
    sinh as sinh,
    sqrt as sqrt,
    square as square,
    tan as tan,
    tanh as tanh,
)
from .functions.math_logic import (
    equal as equal,
    greater as greater,
    greater_equal as greater_equal,
    less as less,
    less_equal as less_equal,
    logical_and as logical_and,
    logical_not as logical_not,
    logical_or as logical_or,
    logical_xor as logical_xor,
    not_equal as not_equal,
)
from .functions.math_products import (
    cross as cross,
    matmul as matmul,
    sparse_matmul as sparse_matmul,
    tensordot as tensordot,
)
from .functions.math_reductions import (
    arg_max as arg_max,
    arg_min as arg_min,
    argmax as argmax,
    argmin as argmin,
    reduce_all as reduce_all,
    reduce_any as reduce_any,
    reduce_logsumexp as reduce_logsumexp,
    reduce_max as reduce_max,
    reduce_mean as reduce_mean,
    reduce_min as reduce_min,
    reduce_prod as reduce_prod,
    reduce_sum as reduce_sum,
)
from .functions.math_segments import (
    segment_max as segment_max,
    segment_mean as segment_mean,
    segment_min as segment_min,
    segment_prod as segment_prod,
    segment_sum as segment_sum,
    sparse_segment_mean as sparse_segment_mean,
    sparse_segment_sqrt_n as sparse_segment_sqrt_n,
    sparse_segment_sum as sparse_segment_sum,
    unsorted_segment_max as unsorted_segment_max,
    unsorted_segment_mean as unsorted_segment_mean,
    unsorted_segment_min as unsorted_segment_min,
    unsorted_segment_prod as unsorted_segment_prod,
    unsorted_segment_sqrt_n as unsorted_segment_sqrt_n,
    unsorted_segment_sum as unsorted_segment_sum,
)
from .functions.math_sequences import (
    cumprod as cumprod,
    cumsum as cumsum,
    lin_space as lin_space,
    linspace as linspace,
    range as range,
)
from .functions.math_special import (
    betainc as betainc,
    digamma as digamma,
    erf as erf,
    erfc as erfc,
    igamma as igamma,
    igammac as igammac,
    lbeta as lbeta,
    lgamma as lgamma,
    polygamma as polygamma,
    zeta as zeta,
)
from .functions.math_statistics import (
    bincount as bincount,
    confusion_matrix as confusion_matrix,
    count_nonzero as count_nonzero,
    histogram_fixed_width as histogram_fixed_width,
    histogram_fixed_width_bins as histogram_fixed_width_bins,
)
from .functions.norms import (
    norm as norm,
)
from .functions.parsing import (
    FixedLenFeature as FixedLenFeature,
    FixedLenSequenceFeature as FixedLenSequenceFeature,
    VarLenFeature as VarLenFeature,
    parse_example as parse_example,
    parse_single_example as parse_single_example,
)
from .functions.partitioners import (
    fixed_size_partitioner as fixed_size_partitioner,
    min_max_variable_partitioner as min_max_variable_partitioner,
    variable_axis_size_partitioner as variable_axis_size_partitioner,
)
from .functions.printing import (
    Print as Print,
    print as print,
)
from .functions.python_calls import (
    numpy_function as numpy_function,
    py_func as py_func,
)
from .functions.quantization import (
    fake_quant_with_min_max_args as fake_quant_with_min_max_args,
    fake_quant_with_min_max_args_gradient as fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars as fake_quant_with_min_max_vars,
    fake_quant_with_min_max_vars_gradient as fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel as fake_quant_with_min_max_vars_per_channel,
    fake_quant_with_min_max_vars_per_channel_gradient as fake_quant_with_min_max_vars_per_channel_gradient,  # noqa: E501
)
from .functions.queue_kinds import (
    FIFOQueue as FIFOQueue,
    PaddingFIFOQueue as PaddingFIFOQueue,
    PriorityQueue as PriorityQueue,
    RandomShuffleQueue as RandomShuffleQueue,
)
from .functions.queues import (
    QueueBase as QueueBase,
)
from .functions.random import (
    multinomial as multinomial,
    random_gamma as random_gamma,
    random_normal as random_normal,
    random_poisson as random_poisson,
    random_uniform as random_uniform,
    truncated_normal as truncated_normal,
)
from .functions.random_places import (
    random_crop as random_crop,
    random_shuffle as random_shuffle,
)
from .functions.random_seed import (
    get_seed as get_seed,
    set_random_seed as set_random_seed,
)
from .functions.readers import (
    FixedLengthRecordReader as FixedLengthRecordReader,
    IdentityReader as IdentityReader,
    ReaderBase as ReaderBase,
    TextLineReader as TextLineReader,
    TFRecordReader as TFRecordReader,
    WholeFileReader as WholeFileReader,
)
from .functions.scope_store import (
    AUTO_REUSE as AUTO_REUSE,
    disable_resource_variables as disable_resource_variables,
    enable_resource_variables as enable_resource_variables,
    resource_variables_enabled as resource_variables_enabled,
)
from .functions.sorting import (
    argsort as argsort,
    searchsorted as searchsorted,
    sort as sort,
    unravel_index as unravel_index,
)
from .functions.sparse import (
    sparse_add as sparse_add,
    sparse_maximum as sparse_maximum,
    sparse_minimum as sparse_minimum,
    sparse_reduce_max as sparse_reduce_max,
    sparse_reduce_max_sparse as sparse_reduce_max_sparse,
    sparse_reduce_sum as sparse_reduce_sum,
    sparse_reduce_sum_sparse as sparse_reduce_sum_sparse,
    sparse_softmax as sparse_softmax,
    sparse_tensor_dense_matmul as sparse_tensor_dense_matmul,
    sparse_tensor_to_dense as sparse_tensor_to_dense,
    sparse_to_dense as sparse_to_dense,
)
from .functions.sparse_inputs import (
    sparse_placeholder as sparse_placeholder,
)
from .functions.sparse_parts import (
    sparse_concat as sparse_concat,
    sparse_mask as sparse_mask,
    sparse_reorder as sparse_reorder,
    sparse_reshape as sparse_reshape,
    sparse_retain as sparse_retain,
    sparse_slice as sparse_slice,
    sparse_split as sparse_split,
    sparse_transpose as sparse_transpose,
)
from .functions.sparse_rows import (
    sparse_fill_empty_rows as sparse_fill_empty_rows,
    sparse_merge as sparse_merge,
    sparse_reset_shape as sparse_reset_shape,
    sparse_to_indicator as sparse_to_indicator,
)
from .functions.spectra import (
    fft as fft,
    fft2d as fft2d,
    fft3d as fft3d,
    ifft as ifft,
    ifft2d as ifft2d,
    ifft3d as ifft3d,
)
from .functions.state import (
    assign as assign,
    assign_add as assign_add,
    assign_sub as assign_sub,
    batch_scatter_update as batch_scatter_update,
    count_up_to as count_up_to,
    is_variable_initialized as is_variable_initialized,
    scatter_add as scatter_add,
    scatter_div as scatter_div,
    scatter_max as scatter_max,
    scatter_min as scatter_min,
    scatter_mul as scatter_mul,
    scatter_nd_add as scatter_nd_add,
    scatter_nd_sub as scatter_nd_sub,
    scatter_nd_update as scatter_nd_update,
    scatter_sub as scatter_sub,
    scatter_update as scatter_update,
)
from .functions.strings import (
    as_string as as_string,
    decode_raw as decode_raw,
    edit_distance as edit_distance,
    reduce_join as reduce_join,
    string_join as string_join,
    string_split as string_split,
    string_to_number as string_to_number,
)
from .functions.strings_parts import (
    decode_base64 as decode_base64,
    encode_base64 as encode_base64,
    regex_replace as regex_replace,
    string_strip as string_strip,
    string_to_hash_bucket as string_to_hash_bucket,
    string_to_hash_bucket_fast as string_to_hash_bucket_fast,
    string_to_hash_bucket_strong as string_to_hash_bucket_strong,
    substr as substr,
)
from .functions.template import (
    make_template as make_template,
)
from .functions.tensor_array import (
    TensorArray as TensorArray,
)
from .functions.variable_collections import (
    all_variables as all_variables,
    assert_variables_initialized as assert_variables_initialized,
    global_variables as global_variables,
    global_variables_initializer as global_variables_initializer,
    initialize_all_tables as initialize_all_tables,
    initialize_all_variables as initialize_all_variables,
    initialize_local_variables as initialize_local_variables,
    initialize_variables as initialize_variables,
    local_variables as local_variables,
    local_variables_initializer as local_variables_initializer,
    model_variables as model_variables,
    moving_average_variables as moving_average_variables,
    report_uninitialized_variables as report_uninitialized_variables,
    tables_initializer as tables_initializer,
    trainable_variables as trainable_variables,
    variables_initializer as variables_initializer,
)
from .functions.variable_scope import (
    variable_op_scope as variable_op_scope,
    variable_scope as variable_scope,
)
from .functions.variable_scope_object import (
    VariableScope as VariableScope,
    get_variable_scope as get_variable_scope,
)
from .functions.variables import (
    Variable as Variable,
    VariableAggregation as VariableAggregation,
    VariableSynchronization as VariableSynchronization,
    variable_creator_scope as variable_creator_scope,
)
from .functions.while_loop import (
    while_loop as while_loop,
)
from .graph.build import (
    convert_to_tensor as convert_to_tensor,
)
from .graph.collections import (
    GraphKeys as GraphKeys,
)
from .graph.conversion import (
    register_tensor_conversion_function as register_tensor_conversion_function,
)
from .graph.default import (
    reset_default_graph as reset_default_graph,
)
from .graph.graph import (
    Graph as Graph,
)
from .graph.indexed_slices import (
    IndexedSlices as IndexedSlices,
)
from .graph.name_scope import (
    name_scope as name_scope,
)
from .graph.node import (
    Operation as Operation,
    Tensor as Tensor,
)
from .graph.sparse_tensor import (
    SparseTensor as SparseTensor,
    SparseTensorValue as SparseTensorValue,
)
from .install import (
    install_as_tensorflow as install_as_tensorflow,
)
from .saved_model.model import (
    load as load,
)
from .session.interactive import (
    InteractiveSession as InteractiveSession,
)
from .session.py_function import (
    py_function as py_function,
)
from .session.session import (
    Session as Session,
)
from .summary.messages import (
    Event as Event,
    HistogramProto as HistogramProto,
    LogMessage as LogMessage,
    SessionLog as SessionLog,
    Summary as Summary,
    SummaryMetadata as SummaryMetadata,
)

__version__: str
