"""penstock.load: models from files and folders, as functions."""

import numpy as np
import pytest

import penstock as tf

X = [[1.0, 2.0], [3.0, 4.0]]


def build():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    scale = tf.placeholder_with_default(1.0, [], name="scale")
    v = tf.get_variable("v", initializer=[[1.0], [2.0]])
    hidden = tf.matmul(x, v, name="hidden") * scale
    return x, tf.sigmoid(hidden, name="probabilities"), tf.square(x, name="side")


@pytest.fixture
def session():
    with tf.Graph().as_default():
        build()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            yield session


@pytest.fixture
def expected(session):
    return session.run(["probabilities:0", "side:0"], {"x:0": X})


def freeze(session, outputs):
    return tf.graph_util.convert_variables_to_constants(
        session, session.graph.as_graph_def(), outputs
    )


@pytest.mark.parametrize("as_text", [False, True])
def test_a_frozen_graph(session, expected, tmp_path, as_text):
    name = "frozen.pbtxt" if as_text else "frozen.pb"
    path = tf.train.write_graph(freeze(session, ["probabilities"]), str(tmp_path), name, as_text)
    with tf.load(path) as model:
        assert list(model.inputs) == ["x"] and list(model.outputs) == ["probabilities"]
        for _ in range(2):
            np.testing.assert_allclose(model(X), expected[0], rtol=1e-6)
        np.testing.assert_allclose(model(x=X), expected[0], rtol=1e-6)
        np.testing.assert_allclose(model({"x:0": X}), expected[0], rtol=1e-6)
        np.testing.assert_allclose(model(x=X, scale=0.0), [[0.5], [0.5]])
        assert "x: float32(?, 2)" in repr(model) and "guessed" in repr(model)


def test_outputs_are_ranked(session, expected, tmp_path):
    frozen = freeze(session, ["probabilities", "side"])
    path = tf.train.write_graph(frozen, str(tmp_path), "two.pb", False)
    model = tf.load(path)
    assert list(model.outputs) == ["probabilities", "side"]
    found = model(X)
    np.testing.assert_allclose(found["probabilities"], expected[0], rtol=1e-6)
    np.testing.assert_allclose(found["side"], expected[1])
    hidden = tf.load(path, outputs=["hidden"])
    np.testing.assert_allclose(hidden(X), [[5.0], [11.0]])
    rest = tf.load(path, inputs=["hidden:0"], outputs=["probabilities"])
    np.testing.assert_allclose(rest([[0.0]]), [[0.5]])


def test_a_saved_model(session, expected, tmp_path):
    graph = session.graph
    folder = str(tmp_path / "export")
    tf.saved_model.simple_save(
        session,
        folder,
        {"points": graph.get_tensor_by_name("x:0")},
        {"p": graph.get_tensor_by_name("probabilities:0")},
    )
    model = tf.load(folder)
    assert (list(model.inputs), list(model.outputs)) == (["points"], ["p"])
    np.testing.assert_allclose(model(points=X), expected[0], rtol=1e-6)
    assert model.signature == "serving_default"
    np.testing.assert_allclose(tf.load(f"{folder}/saved_model.pb")(X), expected[0], rtol=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match="no signature 'other'.*serving_def"):
        tf.load(folder, signature="other")
    with pytest.raises(tf.errors.InvalidArgumentError, match="could not be found"):
        tf.load(folder, tags=["gpu"])


def test_a_meta_graph_beside_its_checkpoint(tmp_path):
    with tf.Graph().as_default():
        _, probabilities, _ = build()
        loss = tf.reduce_mean(tf.square(probabilities), name="loss")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        saver = tf.train.Saver()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            path = saver.save(session, str(tmp_path / "model"))
            expected = session.run(probabilities, {"x:0": X})
    model = tf.load(f"{path}.meta", outputs=["probabilities"])
    np.testing.assert_allclose(model(X), expected, rtol=1e-6)
    assert not [name for name in tf.load(f"{path}.meta").outputs if name.startswith("gradients")]


def test_calls_that_do_not_fit(session, tmp_path):
    path = tf.train.write_graph(freeze(session, ["probabilities"]), str(tmp_path), "a.pb", False)
    model = tf.load(path)
    with pytest.raises(TypeError, match="needs values for its inputs"):
        model()
    with pytest.raises(TypeError, match=r"no input 'y'; its inputs are \['x'\]"):
        model(X, y=1.0)
    with pytest.raises(TypeError, match="given twice"):
        model(X, x=X)
    with pytest.raises(TypeError, match="takes 1 inputs"):
        model(X, X)
    with pytest.raises(ValueError, match="shape"):
        model([1.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="nope"):
        tf.load(path, outputs=["nope"])


def test_files_that_are_no_model(tmp_path):
    with pytest.raises(tf.errors.NotFoundError, match="no such file"):
        tf.load(tmp_path / "absent.pb")
    (tmp_path / "bad.pb").write_bytes(b"\xff\xff\xff\xff")
    with pytest.raises(tf.errors.DataLossError, match="does not hold a GraphDef"):
        tf.load(tmp_path / "bad.pb")
    (tmp_path / "bad.pbtxt").write_text("nodes { }")
    with pytest.raises(tf.errors.DataLossError, match="does not hold a GraphDef"):
        tf.load(tmp_path / "bad.pbtxt")
    with pytest.raises(tf.errors.InvalidArgumentError, match="no saved_model.pb"):
        tf.load(tmp_path)
    (tmp_path / "empty.pb").write_bytes(b"")
    with pytest.raises(tf.errors.InvalidArgumentError, match="no output can be guessed"):
        tf.load(tmp_path / "empty.pb")
