"""Golden files, made anew by the scripts beside them, hold what is in the repository.

TF1_PYTHON names a Python with TensorFlow 1.15, TF2_PYTHON one with TensorFlow 2. Each script is run
in a copy of the tests, so nothing here is changed.
"""

import base64
import binascii
import gzip
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.core.errors import DataLossError
from penstock.formats.graph_files import parse_message
from penstock.formats.saved_model import SavedModel

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
NAMES = "penstock/core/tensorflow_names.txt"
CLOSE = {"rtol": 1e-4, "atol": 1e-6}
ANEW_EACH_TIME = {"fingerprint.pb"}  # holds a random number
SCRIPTS = sorted(path.relative_to(ROOT) for path in GOLDEN.glob("*/make_*.py"))
LONG = "control_flow"  # is made module by module


def _runs():
    for script in SCRIPTS:
        if script.parent.name != LONG:
            yield pytest.param(script, None, id=f"{script.parent.name}-{script.stem}")
    for path in sorted((GOLDEN / LONG).glob("*.npz")):
        yield pytest.param(GOLDEN / LONG / "make_golden.py", path.stem, id=f"{LONG}-{path.stem}")


def _python(script):
    name = "TF2_PYTHON" if "TensorFlow 2" in (ROOT / script).read_text()[:300] else "TF1_PYTHON"
    if not os.environ.get(name):
        pytest.skip(f"{name} names no Python with TensorFlow")
    return os.environ[name]


@pytest.mark.parametrize("script, module", _runs())
def test_made_anew_they_are_the_same(tmp_path, script, module):
    python = _python(script)
    script = (ROOT / script).relative_to(ROOT)
    shutil.copytree(ROOT / "tests", tmp_path / "tests")
    (tmp_path / NAMES).parent.mkdir(parents=True)
    shutil.copy(ROOT / NAMES, tmp_path / NAMES)
    done = subprocess.run(
        [python, str(script), *([module] if module else [])],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "TF_USE_LEGACY_KERAS": "1",
             "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    pattern = f"{module}.npz" if module else "**/*"
    compared = 0
    for path in [*(ROOT / script.parent).glob(pattern), ROOT / NAMES]:
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            compare(path, tmp_path / path.relative_to(ROOT))
            compared += 1
    assert compared


def test_every_module_of_control_flow_is_made():
    maker = (GOLDEN / LONG / "make_golden.py").read_text()
    for path in (GOLDEN / LONG).glob("*.npz"):
        assert f'"{path.stem}"' in maker


def compare(mine, theirs):
    """Compare two golden files by what they hold."""
    content, other = mine.read_bytes(), theirs.read_bytes()
    if content == other or mine.name in ANEW_EACH_TIME:
        return
    if mine.suffix == ".gz":
        content, other = gzip.decompress(content), gzip.decompress(other)
    compare_contents(mine.name.removesuffix(".gz"), content, other)


def compare_contents(name, content, other):
    """Compare two files' contents; messages and numbers need not be the same byte for byte."""
    if content == other or Path(name).name in ANEW_EACH_TIME:
        return
    if name.endswith(".npz"):
        compare_arrays(np.load(io.BytesIO(content)), np.load(io.BytesIO(other)))
    elif name.endswith(".json"):
        compare_values(json.loads(content), json.loads(other), name)
    elif name.endswith(".zip"):
        first, second = (zipfile.ZipFile(io.BytesIO(one)) for one in (content, other))
        assert first.namelist() == second.namelist()
        for member in first.namelist():
            compare_contents(member, first.read(member), second.read(member))
    else:
        assert message(name, content) == message(name, other), name


def message(name, content):
    """Read a message of the kind that its file's name tells."""
    if Path(name).name == "saved_model.pb":
        found = parse_message(SavedModel, content, name)
        for meta_graph in found.meta_graphs:
            for node in meta_graph.graph_def.node:
                if node.attr["dtype"].type == tf.string.as_datatype_enum:
                    node.attr.pop("value", None)  # paths of temporary files
        return found
    if not name.endswith(".meta"):
        return parse_message(tf.GraphDef, content, name)
    found = parse_message(tf.MetaGraphDef, content, name)
    for key in ("cond_context", "while_context"):
        # Messages in bytes, which hold maps and sets in any order.
        for index, value in enumerate(found.collection_def[key].bytes_list.value):
            found.collection_def[key].bytes_list.value[index] = bytes(sorted(value))
    return found


def compare_arrays(mine, theirs):
    """Compare two npz files."""
    assert sorted(mine.files) == sorted(theirs.files)
    for key in mine.files:
        if mine[key].dtype.kind in "fc":
            np.testing.assert_allclose(theirs[key], mine[key], err_msg=key, **CLOSE)
        else:
            np.testing.assert_array_equal(theirs[key], mine[key], err_msg=key)


def compare_values(mine, theirs, where):
    """Compare what two JSON files hold; text may be a GraphDef in base 64."""
    assert type(mine) is type(theirs), where
    if isinstance(mine, dict):
        assert sorted(mine) == sorted(theirs), where
        for key in mine:
            compare_values(mine[key], theirs[key], f"{where} {key}")
    elif isinstance(mine, list):
        assert len(mine) == len(theirs), where
        for index, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            compare_values(one, other, f"{where} {index}")
    elif isinstance(mine, float):
        np.testing.assert_allclose(theirs, mine, err_msg=where, **CLOSE)
    elif mine != theirs:
        assert graph_in(mine) == graph_in(theirs), where


def graph_in(text):
    """Give the GraphDef that a text is in base 64; or else the text."""
    try:
        return parse_message(tf.GraphDef, base64.b64decode(text, validate=True), "text")
    except (binascii.Error, TypeError, ValueError, DataLossError):
        return text
