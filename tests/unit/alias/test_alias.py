"""`tensorflow` and the paths below it give Penstock's modules and names."""

import importlib
import subprocess
import sys

import pytest

import penstock
from penstock.alias.finder import canonical
from penstock.alias.offers import Offer, snake_case
from penstock.alias.paths import PATHS
from penstock.alias.view import View
from tests.programs.launch import ROOT


@pytest.fixture(scope="module", autouse=True)
def alias():
    penstock.install_as_tensorflow()


def test_installing_twice_changes_nothing():
    finders = list(sys.meta_path)
    assert penstock.install_as_tensorflow() is importlib.import_module("tensorflow")
    assert sys.meta_path == finders


def test_the_real_tensorflow_is_refused(tmp_path):
    (tmp_path / "tensorflow.py").write_text("")
    probe = "import tensorflow, penstock; penstock.install_as_tensorflow()"
    program = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )
    assert program.returncode == 1
    assert "RuntimeError: install_as_tensorflow() must come before the first" in program.stderr
    assert str(tmp_path / "tensorflow.py") in program.stderr


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_the_table_can_be_imported(path):
    assert isinstance(importlib.import_module(path), View)


@pytest.mark.parametrize("path", PATHS)
def test_every_source_of_the_table_exists(path):
    for source in PATHS[path].sources:
        importlib.import_module(source)
    module = importlib.import_module(path)
    for name in PATHS[path].names:
        assert getattr(module, name) is not None


def test_public_namespaces_are_penstocks_own_modules():
    import tensorflow.compat.v1.flags as flags_v1
    import tensorflow.flags as flags

    assert flags is flags_v1 is penstock.flags


def test_the_root_under_the_alias_has_tensorflows_version():
    import tensorflow as tf

    assert (tf.__version__, tf.VERSION, penstock.__version__) == ("1.15.5", "1.15.5", "0.1.0")
    assert tf.logging is penstock.logging


def test_from_imports_of_private_paths():
    from tensorflow.python.framework import dtypes
    from tensorflow.python.platform import flags, tf_logging
    from tensorflow.python.util.nest import flatten

    assert dtypes.float32 is penstock.float32
    assert flags.FLAGS is penstock.flags.FLAGS
    assert tf_logging.info is penstock.logging.info
    assert flatten([1, [2]]) == [1, 2]


def test_star_import_takes_the_offered_names():
    names = {}
    exec("from tensorflow.python.platform.app import *", names)
    assert names["run"] is penstock.app.run


def test_generated_functions_are_the_ops_in_lower_case():
    from tensorflow.python.ops import gen_math_ops

    assert gen_math_ops.mat_mul is penstock.raw_ops.MatMul
    assert gen_math_ops._sub is penstock.raw_ops.Sub


@pytest.mark.parametrize(
    ("statement", "error", "message"),
    [
        ("from tensorflow import kerass", ImportError, "has no 'kerass', .* Near it: keras"),
        ("import tensorflow.contrib.slimm", ImportError, "has no"),
        ("import tensorflow.python.opss", ImportError, "Near it: ops"),
        ("from tensorflow.python.ops.nn_ops import nothing", ImportError, "has no 'nothing'"),
        ("import tensorflow as tf; tf.nothing", AttributeError, "has no 'nothing'"),
        ("import tensorflow.flags.deep", ImportError, "No module named 'tensorflow.flags.deep'"),
    ],
)
def test_a_missing_name_says_what_there_is(statement, error, message):
    with pytest.raises(error, match=message):
        exec(statement, {})


def test_hasattr_and_dir():
    import tensorflow as tf

    assert not hasattr(tf, "nothing")
    assert {"Session", "python", "flags"} <= set(dir(tf))
    assert dir(importlib.import_module("tensorflow.python.client")) == ["device_lib", "session"]


def test_other_modules_are_left_alone():
    assert importlib.util.find_spec("tensorflow_not_there") is None


def test_canonical_paths():
    assert canonical("tensorflow.compat.v1") == "tensorflow"
    assert canonical("tensorflow.compat.v1.nn") == "tensorflow.nn"
    assert canonical("tensorflow.compat.v11") == "tensorflow.compat.v11"


def test_an_offer_tells_itself():
    assert str(Offer(("a", "b"), {"c": "d:e"})) == "the names of a and b, 1 more"
    assert str(Offer()) == "only modules"


@pytest.mark.parametrize(
    ("op", "function"),
    [("Conv2D", "conv2d"), ("MatMul", "mat_mul"), ("LRN", "lrn"), ("AddV2", "add_v2")],
)
def test_snake_case(op, function):
    assert snake_case(op) == function


def test_messages_of_the_configuration():
    from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2

    config = config_pb2.ConfigProto(allow_soft_placement=True)
    off = rewriter_config_pb2.RewriterConfig.OFF
    config.graph_options.rewrite_options.constant_folding = off
    assert config.graph_options.rewrite_options.constant_folding == off
    assert isinstance(config, penstock.ConfigProto)
