"""The table of TensorFlow's module paths: which names of Penstock each one offers.

Only paths that differ from Penstock's own stand here.  A public namespace (`tensorflow.nn`,
`tensorflow.compat.v1.train`) needs no row: it is Penstock's module of that name.

TensorFlow's private modules (`tensorflow.python.ops.math_ops`) hold functions that are public
elsewhere, so a row mostly says where: `penstock` for what is `tf.x`, `penstock.nn` for `tf.nn.x`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from penstock.alias.contrib_paths import CONTRIB, LINEAR, STEPS
from penstock.alias.control_flow_paths import CONTROL_FLOW
from penstock.alias.file_paths import CORE_FILES, PYTHON_FILES
from penstock.alias.offers import Offer

ROOT = Offer(("penstock",))
RAW = Offer(("penstock.api.raw_ops",), snake=True)
MODULES = Offer()

FRAMEWORK = {
    "framework": MODULES,
    "framework.constant_op": ROOT,
    "framework.device": ROOT,
    "framework.dtypes": Offer(("penstock.core.dtypes",)),
    "framework.errors": Offer(("penstock.api.errors",)),
    "framework.errors_impl": Offer(("penstock.api.errors",)),
    "framework.graph_io": Offer(("penstock.formats.graph_files",)),
    "framework.graph_util": Offer(("penstock.api.graph_util",)),
    "framework.graph_util_impl": Offer(("penstock.api.graph_util",)),
    "framework.importer": ROOT,
    "framework.function": Offer(
        ("penstock.functions.defun", "penstock.functions.defined_function")
    ),
    "framework.ops": Offer(
        ("penstock",),
        {
            "convert_to_tensor_v2": "penstock:convert_to_tensor",
            "internal_convert_to_tensor": "penstock:convert_to_tensor",
        },
    ),
    "framework.random_seed": Offer(
        ("penstock",), {"get_seed": "penstock:get_seed", "set_seed": "penstock:set_random_seed"}
    ),
    "framework.sparse_tensor": ROOT,
    "framework.tensor_shape": Offer(("penstock.core.shapes", "penstock")),
    "framework.test_util": Offer(
        ("penstock.api.test",), {"TensorFlowTestCase": "penstock.testing.case:TestCase"}
    ),
    "framework.tensor_util": Offer(
        ("penstock",),
        {
            "MakeNdarray": "penstock:make_ndarray",
            "constant_value": "penstock.graph.constant_value:constant_value",
        },
    ),
}

_CELLS = Offer(
    ("penstock.nn.rnn_cell", "penstock.nn.recurrent.cell"),
    {
        **LINEAR,
        "_concat": "penstock.nn.recurrent.cell:concat_sizes",
        "_like_rnncell": "penstock.nn.recurrent.cell:like_rnncell",
        "_zero_state_tensors": "penstock.nn.recurrent.cell:zero_state_tensors",
    },
    {"_BIAS_VARIABLE_NAME": "bias", "_WEIGHTS_VARIABLE_NAME": "kernel"},
)

OPS = {
    "ops": MODULES,
    "ops.array_ops": Offer(
        ("penstock",),
        {
            "rank_internal": "penstock.ops.composed:rank",
            "shape_internal": "penstock.ops.composed:shape",
            "size_internal": "penstock.ops.composed:size",
        },
    ),
    "ops.check_ops": Offer(("penstock", "penstock.api.debugging")),
    "ops.clip_ops": ROOT,
    **CONTROL_FLOW,
    "ops.ctc_ops": Offer(("penstock.nn.ctc_dense", "penstock.nn")),
    "ops.custom_gradient": ROOT,
    "ops.data_flow_ops": Offer(
        (
            "penstock",
            "penstock.functions.barriers",
            "penstock.functions.record_input",
            "penstock.functions.staging",
            "penstock.functions.staging_maps",
        )
    ),
    "ops.embedding_ops": Offer(("penstock.nn", "penstock")),
    "ops.gen_array_ops": RAW,
    "ops.gen_control_flow_ops": Offer(
        RAW.sources, {"_exit": "penstock.api.raw_ops:Exit"}, snake=True
    ),
    "ops.gen_ctc_ops": RAW,
    "ops.gen_data_flow_ops": Offer(
        RAW.sources, {"_stack": "penstock.api.raw_ops:Stack"}, snake=True
    ),
    "ops.functional_ops": Offer(
        (
            "penstock",
            "penstock.functions.functional",
            "penstock.autodiff.function_gradients",
            "penstock.api.raw_ops",
        )
    ),
    "ops.gen_functional_ops": Offer(
        ("penstock.api.raw_ops",),
        {"symbolic_gradient": "penstock.autodiff.function_gradients:symbolic_gradient"},
        snake=True,
    ),
    "ops.gen_linalg_ops": RAW,
    "ops.gen_list_ops": Offer(RAW.sources, snake=True),
    "ops.map_fn": ROOT,
    "ops.tensor_array_ops": ROOT,
    "ops.gen_lookup_ops": RAW,
    "ops.gen_math_ops": RAW,
    "ops.gen_nn_ops": RAW,
    "ops.gen_random_ops": RAW,
    "ops.gen_resource_variable_ops": RAW,
    "ops.gen_sparse_ops": RAW,
    "ops.gen_state_ops": RAW,
    "ops.gen_string_ops": RAW,
    "ops.gen_training_ops": RAW,
    "ops.gradient_checker": Offer(("penstock.testing.gradient_checker",)),
    "ops.gradients": ROOT,
    "ops.gradients_impl": ROOT,
    "ops.init_ops": Offer(("penstock", "penstock.api.initializers")),
    "ops.linalg_ops": Offer(("penstock", "penstock.api.linalg")),
    "ops.lookup_ops": Offer(
        (
            "penstock.functions.vocabularies",
            "penstock.contrib.lookup",
            "penstock.api.lookup",
            "penstock",
        ),
        {
            "DenseHashTable": "penstock.functions.mutable_tables:DenseHashTable",
            "HashTable": "penstock.functions.static_tables:StaticHashTable",
            "StaticHashTableV1": "penstock.functions.static_tables:StaticHashTable",
            "StaticVocabularyTableV1": (
                "penstock.functions.vocabulary_tables:StaticVocabularyTable"
            ),
        },
    ),
    "ops.manip_ops": ROOT,
    "ops.math_ops": Offer(("penstock", "penstock.api.math")),
    "ops.nn": Offer(("penstock.nn",)),
    "ops.nn_impl": Offer(("penstock.nn",)),
    "ops.nn_ops": Offer(("penstock.nn",)),
    "ops.random_ops": Offer(("penstock", "penstock.api.random")),
    "ops.script_ops": ROOT,
    "ops.rnn": Offer(("penstock.nn",), STEPS),
    "ops.rnn_cell": _CELLS,
    "ops.rnn_cell_impl": _CELLS,
    "ops.sparse_ops": Offer(("penstock", "penstock.api.sparse")),
    "ops.standard_ops": ROOT,
    "ops.state_ops": ROOT,
    "ops.string_ops": Offer(("penstock", "penstock.api.strings")),
    "ops.variable_scope": ROOT,
    "ops.variables": Offer(
        ("penstock",),
        {"PartitionedVariable": "penstock.functions.partitioned_variable:PartitionedVariable"},
    ),
}

LAYERS = {
    "layers": MODULES,
    "layers.base": Offer(("penstock.layers",)),
    "layers.convolutional": Offer(("penstock.layers",)),
    "layers.core": Offer(("penstock.layers",)),
    "layers.layers": Offer(("penstock.layers",)),
    "layers.normalization": Offer(("penstock.layers",)),
    "layers.pooling": Offer(("penstock.layers",)),
    "layers.utils": Offer(
        ("penstock.layers.utils",),
        {
            "constant_value": "penstock.layers.utils:constant_value_of",
            "conv_output_length": "penstock.layers.utils:output_length",
        },
    ),
}

AROUND = {
    "client": MODULES,
    "client.device_lib": Offer(("penstock.alias.device_lib",)),
    "client.session": ROOT,
    "platform": MODULES,
    "platform.app": Offer(("penstock.api.app",)),
    "platform.gfile": Offer(("penstock.api.gfile",)),
    "platform.flags": Offer(("penstock.api.flags",)),
    "platform.googletest": Offer(("penstock.api.test",)),
    "platform.test": Offer(("penstock.api.test",)),
    "platform.tf_logging": Offer(("penstock.api.logging",)),
    "saved_model": Offer(("penstock.saved_model",)),
    "saved_model.builder": Offer(("penstock.saved_model.builder",)),
    "saved_model.builder_impl": Offer(("penstock.saved_model.builder",)),
    "saved_model.constants": Offer(("penstock.saved_model.constants",)),
    "saved_model.loader": Offer(("penstock.saved_model.loader",)),
    "saved_model.loader_impl": Offer(("penstock.saved_model.loader",)),
    "saved_model.main_op": Offer(("penstock.saved_model.main_op",)),
    "saved_model.main_op_impl": Offer(("penstock.saved_model.main_op",)),
    "saved_model.signature_constants": Offer(("penstock.saved_model.signature_constants",)),
    "saved_model.signature_def_utils": Offer(("penstock.saved_model.signature_def_utils",)),
    "saved_model.signature_def_utils_impl": Offer(("penstock.saved_model.signature_def_utils",)),
    "saved_model.simple_save": Offer(("penstock.saved_model",)),
    "saved_model.tag_constants": Offer(("penstock.saved_model.tag_constants",)),
    "saved_model.utils": Offer(("penstock.saved_model.utils",)),
    "saved_model.utils_impl": Offer(("penstock.saved_model.utils",)),
    "training": Offer(("penstock.train",)),
    "training.adagrad": Offer(("penstock.train",)),
    "training.adam": Offer(("penstock.train",)),
    "training.ftrl": Offer(("penstock.train",)),
    "training.gradient_descent": Offer(("penstock.train",)),
    "training.learning_rate_decay": Offer(("penstock.train",)),
    "training.momentum": Offer(("penstock.train",)),
    "training.moving_averages": Offer(("penstock.train.moving_averages", "penstock.train")),
    "training.optimizer": Offer(("penstock.train",)),
    "training.rmsprop": Offer(("penstock.train",)),
    "training.training": Offer(("penstock.train",)),
    "training.training_ops": RAW,
    "training.training_util": Offer(("penstock.train",)),
    "util": MODULES,
    "util.compat": Offer(("penstock.api.compat",)),
    "util.nest": Offer(("penstock.core.nest",)),
    "util.tf_contextlib": Offer(("contextlib",)),
    "util.tf_inspect": Offer(("inspect",), {"getargspec": "inspect:getfullargspec"}),
}

MESSAGES = Offer(("penstock.formats.messages",))
CORE = {
    "core": MODULES,
    "core.framework": MODULES,
    "core.framework.attr_value_pb2": MESSAGES,
    "core.framework.function_pb2": MESSAGES,
    "core.framework.graph_pb2": MESSAGES,
    "core.framework.node_def_pb2": MESSAGES,
    "core.framework.op_def_pb2": MESSAGES,
    "core.framework.tensor_pb2": MESSAGES,
    "core.framework.tensor_shape_pb2": MESSAGES,
    "core.framework.types_pb2": MESSAGES,
    "core.framework.variable_pb2": MESSAGES,
    "core.framework.versions_pb2": MESSAGES,
    "core.protobuf": MODULES,
    "core.protobuf.config_pb2": Offer(("penstock.core.config", "penstock.core.run_options")),
    "core.protobuf.meta_graph_pb2": MESSAGES,
    "core.protobuf.rewriter_config_pb2": Offer(("penstock.core.rewriter_config",)),
    "core.protobuf.saved_model_pb2": Offer(("penstock.formats.saved_model",)),
    "core.protobuf.saver_pb2": MESSAGES,
}

PATHS: Mapping[str, Offer] = MappingProxyType(
    {
        "tensorflow": Offer(("penstock",), constants={"__version__": "1.15.5"}),
        "tensorflow.compat": Offer(("penstock.api.compat",)),
        "tensorflow.examples": MODULES,
        "tensorflow.examples.tutorials": MODULES,
        "tensorflow.examples.tutorials.mnist": MODULES,
        "tensorflow.examples.tutorials.mnist.input_data": Offer(("penstock.alias.mnist",)),
        "tensorflow.python": ROOT,
        **{
            f"tensorflow.python.{path}": offer
            for rows in (FRAMEWORK, OPS, LAYERS, AROUND, PYTHON_FILES)
            for path, offer in rows.items()
        },
        **{f"tensorflow.contrib.{path}": offer for path, offer in CONTRIB.items()},
        **{f"tensorflow.{path}": offer for path, offer in {**CORE, **CORE_FILES}.items()},
    }
)
