"""`tf.graph_util`: parts of GraphDefs, and graphs with constants in place of variables."""

from penstock.core.surface import lacking as _lacking
from penstock.formats.freezing import convert_variables_to_constants
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.subgraphs import (
    extract_sub_graph,
    must_run_on_cpu,
    remove_training_nodes,
    tensor_shape_from_node_def_name,
)

__all__ = [
    "convert_variables_to_constants",
    "extract_sub_graph",
    "import_graph_def",
    "must_run_on_cpu",
    "remove_training_nodes",
    "tensor_shape_from_node_def_name",
]

__getattr__ = _lacking(__name__, __all__)
