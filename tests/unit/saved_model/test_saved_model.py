"""tf.saved_model: models that are written and read back, and what is refused."""

import os

import numpy as np
import pytest

import penstock as tf
from penstock.formats.messages import TensorInfo
from penstock.formats.saved_model import SavedModel, asset_message


@pytest.fixture
def session(tmp_path):
    """A session of y = x @ v, with an asset whose path an initialization notes."""
    (tmp_path / "words.txt").write_text("a\nb\n")
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        tf.matmul(x, tf.Variable([[1.0], [2.0]], name="v"), name="y")
        asset = tf.constant(str(tmp_path / "words.txt"), name="asset")
        tf.add_to_collection(tf.GraphKeys.ASSET_FILEPATHS, asset)
        kept = tf.get_local_variable("kept", initializer="none")
        tf.group(tf.assign(kept, asset), name="prepare")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            yield session


def signature(session):
    graph = session.graph
    return tf.saved_model.predict_signature_def(
        {"x": graph.get_tensor_by_name("x:0")}, {"y": graph.get_tensor_by_name("y:0")}
    )


def write(session, folder, **options):
    builder = tf.saved_model.Builder(folder)
    builder.add_meta_graph_and_variables(
        session,
        [tf.saved_model.SERVING],
        {"serving_default": signature(session)},
        assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
        main_op=session.graph.get_operation_by_name("prepare"),
        **options,
    )
    return builder


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize("scope", [None, "model"])
def test_written_and_read(session, tmp_path, as_text, scope):
    folder = str(tmp_path / "export")
    path = write(session, folder).save(as_text)
    assert path.decode() == os.path.join(folder, f"saved_model.pb{'txt' * as_text}")
    start = f"{scope}/" if scope else ""
    with tf.Graph().as_default(), tf.Session() as other:
        meta_graph = tf.saved_model.load(other, ["serve"], folder, import_scope=scope)
        found = meta_graph.signature_def["serving_default"]
        assert found.inputs["x"].name == "x:0" and found.outputs["y"].name == "y:0"
        assert other.run(f"{start}y:0", {f"{start}x:0": [[1.0, 1.0]]}) == [[3.0]]
        kept = other.run(f"{start}kept:0")
        assert kept.decode() == os.path.join(folder, "assets", "words.txt")


def test_several_graphs_by_their_tags(session, tmp_path):
    folder = str(tmp_path / "export")
    builder = write(session, folder, strip_default_attrs=True, clear_devices=True)
    builder.add_meta_graph(["serve", "gpu"])
    builder.save()
    with tf.Graph().as_default(), tf.Session() as other:
        tf.saved_model.loader.load(other, {"gpu", "serve"}, folder)
        assert other.run("y:0", {"x:0": [[1.0, 1.0]]}) == [[3.0]]
        with pytest.raises(RuntimeError, match=r"\['train'\].*available_tags.*'gpu'"):
            tf.saved_model.load(other, ["train"], folder)


def test_simple_save(session, tmp_path):
    folder = str(tmp_path / "export")
    graph = session.graph
    tf.saved_model.simple_save(
        session,
        folder,
        {"x": graph.get_tensor_by_name("x:0")},
        {"y": graph.get_tensor_by_name("y:0")},
    )
    assert tf.saved_model.contains_saved_model(folder)
    assert tf.saved_model.maybe_saved_model_directory(folder)
    assert not tf.saved_model.contains_saved_model(str(tmp_path))
    with tf.Graph().as_default(), tf.Session() as other:
        tf.saved_model.load(other, [tf.saved_model.tag_constants.SERVING], folder)
        assert other.run("y:0", {"x:0": [[1.0, 1.0]]}) == [[3.0]]


def test_assets_of_one_name(session, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "words.txt").write_text("c\n")
    second = tf.constant(str(tmp_path / "other" / "words.txt"))
    (tmp_path / "same").mkdir()
    (tmp_path / "same" / "words.txt").write_text("c\n")
    third = tf.constant(str(tmp_path / "same" / "words.txt"))
    folder = str(tmp_path / "export")
    builder = tf.saved_model.Builder(folder)
    assets = [*tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS), second, third]
    builder.add_meta_graph_and_variables(session, ["serve"], assets_collection=assets)
    builder.save()
    assert sorted(os.listdir(os.path.join(folder, "assets"))) == ["words.txt", "words.txt_1"]
    with open(os.path.join(folder, "assets", "words.txt_1")) as file:
        assert file.read() == "c\n"


def test_a_graph_without_variables(tmp_path):
    folder = str(tmp_path / "export")
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [], name="x")
        tf.saved_model.simple_save(session, folder, {"x": x}, {"y": x + 1.0})
    with tf.Graph().as_default(), tf.Session() as session:
        tf.saved_model.load(session, ["serve"], folder)
        assert session.run("add:0", {"x:0": 2.0}) == 3.0


def test_the_order_of_building(session, tmp_path):
    builder = tf.saved_model.Builder(str(tmp_path / "export"))
    with pytest.raises(AssertionError, match="has not been saved yet"):
        builder.add_meta_graph(["serve"])
    builder.add_meta_graph_and_variables(session, ["serve"])
    with pytest.raises(AssertionError, match="already been saved"):
        builder.add_meta_graph_and_variables(session, ["serve"])
    with pytest.raises(AssertionError, match="isn't empty"):
        tf.saved_model.Builder(str(tmp_path / "export"))


def test_signatures_and_main_ops_are_checked(session, tmp_path):
    add = tf.saved_model.Builder(str(tmp_path / "export")).add_meta_graph_and_variables
    bad = tf.saved_model.build_signature_def({"x": TensorInfo(name="x:0")})
    with pytest.raises(AssertionError, match="name and dtype"):
        add(session, ["serve"], {"serving_default": bad})
    with pytest.raises(KeyError, match="__saved_model_init_op"):
        add(session, ["serve"], {"__saved_model_init_op": signature(session)})
    with pytest.raises(TypeError, match="needs to be an Operation"):
        add(session, ["serve"], main_op="prepare")


def test_an_asset_cannot_be_outside_of_the_folder(session, tmp_path):
    folder = tmp_path / "export"
    write(session, str(folder)).save()
    model = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    assets = model.meta_graphs[0].collection_def["saved_model_assets"].any_list.value
    del assets[:]
    assets.append(asset_message("asset:0", "../../words.txt"))
    (folder / "saved_model.pb").write_bytes(model.SerializeToString())
    escape = pytest.raises(tf.errors.InvalidArgumentError, match="outside of the model's folder")
    with tf.Graph().as_default() as graph, tf.Session() as other, escape:
        tf.saved_model.load(other, ["serve"], str(folder))
    assert not graph.get_operations()


def test_what_is_no_model(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        with pytest.raises(OSError, match="does not exist"):
            tf.saved_model.load(session, ["serve"], str(tmp_path))
        (tmp_path / "saved_model.pb").write_bytes(b"\xff\xff\xff")
        with pytest.raises(OSError, match="Cannot parse file"):
            tf.saved_model.load(session, ["serve"], str(tmp_path))


def test_tensors_in_signatures():
    with tf.Graph().as_default():
        sparse = tf.sparse_placeholder(tf.float32, name="sp")
        info = tf.saved_model.build_tensor_info(sparse)
        assert info.coo_sparse.indices_tensor_name == "sp/indices:0"
        found = tf.saved_model.get_tensor_from_tensor_info(info)
        assert found.values is sparse.values
        variable = tf.Variable([1.0], name="v")
        info = tf.saved_model.utils.build_tensor_info(variable)
        assert (info.name, info.dtype) == ("v:0", 101)
        assert [dim.size for dim in info.tensor_shape.dim] == [1]
        with pytest.raises(ValueError, match="of this kind"):
            tf.saved_model.get_tensor_from_tensor_info(TensorInfo())


def test_kinds_of_signatures():
    with tf.Graph().as_default():
        text, score = tf.constant(["a"]), tf.constant([1.0])
        utils = tf.saved_model.signature_def_utils
        for made in (
            utils.classification_signature_def(text, text, score),
            utils.classification_signature_def(text, None, score),
            utils.regression_signature_def(text, score),
            utils.predict_signature_def({"a": text}, {"b": score}),
        ):
            assert utils.is_valid_signature(made)
        assert not utils.is_valid_signature(None)
        assert not utils.is_valid_signature(utils.build_signature_def())
        wrong = utils.regression_signature_def(text, score)
        wrong.outputs["outputs"].dtype = 3
        assert not utils.is_valid_signature(wrong)
        with pytest.raises(ValueError, match="string Tensor"):
            utils.regression_signature_def(tf.constant([1]), score)
        with pytest.raises(TypeError, match="string Tensor"):
            utils.regression_signature_def("a", score)
        with pytest.raises(ValueError, match="cannot both be None"):
            utils.classification_signature_def(text, None, None)
        with pytest.raises(ValueError, match="cannot be None or empty"):
            utils.predict_signature_def({}, {"b": score})


def test_main_op():
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable(1.0)
        local = tf.get_local_variable("l", initializer=2.0)
        session.run(tf.saved_model.main_op.main_op())
        np.testing.assert_array_equal(session.run([v, local]), [1.0, 2.0])
        change = tf.group(tf.assign(v, 5.0), name="change")
        session.run(tf.saved_model.main_op_with_restore(change.name))
        assert session.run(v) == 5.0
