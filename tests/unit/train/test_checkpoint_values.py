"""Variables that begin with, or are assigned, the values of a checkpoint."""

import numpy as np
import pytest

import penstock as tf
from penstock.formats.bundle_writing import write_bundle

FRAMEWORK = tf.contrib.framework
SAVED = {
    "a": np.arange(3.0, dtype=np.float32),
    "s/w": np.ones([2, 2], np.float32),
    "s/t/u": np.int64(7),
    "p": np.arange(6.0, dtype=np.float32).reshape(3, 2),
}


@pytest.fixture(autouse=True)
def checkpoint(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_bundle("m", list(SAVED), [""] * len(SAVED), [np.asarray(v) for v in SAVED.values()])
    with tf.Graph().as_default():
        yield


def variables(in_resource=False):
    zeros = tf.zeros_initializer()
    with tf.variable_scope("here", use_resource=in_resource):
        return {
            "a": tf.get_variable("a", [3], initializer=zeros),
            "s/w": tf.get_variable("s/w", [2, 2], initializer=zeros),
            "s/t/u": tf.get_variable("s/t/u", [], tf.int64, initializer=zeros),
        }


def initialized(found):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return {name: np.asarray(session.run(one)).tolist() for name, one in found.items()}


@pytest.mark.parametrize("in_resource", [False, True])
@pytest.mark.parametrize(
    "mapping",
    [
        {"/": "here/"},
        {"a": "here/a", "s/": "here/s/"},
        {"a": "here/a", "s/w": "here/s/w", "s/t/": "here/s/t/"},
    ],
)
def test_scopes_and_names(mapping, in_resource):
    found = variables(in_resource)
    tf.train.init_from_checkpoint("m", mapping)
    assert initialized(found) == {"a": [0.0, 1.0, 2.0], "s/w": [[1.0, 1.0]] * 2, "s/t/u": 7}


def test_variables_and_parts():
    a = tf.get_variable("x", [3])
    cut = tf.fixed_size_partitioner(2)
    whole = tf.get_variable("y", [3, 2], partitioner=cut)
    other = tf.get_variable("z", [3, 2], partitioner=cut)
    tf.train.init_from_checkpoint(".", {"a": a, "p": list(whole)})
    tf.train.init_from_checkpoint("m.index", {"p": "z"})
    found = initialized(
        {"a": a, "y": tf.convert_to_tensor(whole), "z": tf.convert_to_tensor(other)}
    )
    assert found["a"] == [0.0, 1.0, 2.0]
    assert found["y"] == found["z"] == SAVED["p"].tolist()


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"missing": "here/a"}, "Tensor missing is not found in m checkpoint"),
        ({"s/w": "here/a"}, "doesn't match with shape of tensor s/w"),
        ({"a": "here/nothing"}, "Should be 'scope/': 'other_scope/'"),
        ({"other/": "here/"}, "Tensor other/a .* is not found"),
    ],
)
def test_what_does_not_fit(mapping, told):
    variables()
    with pytest.raises(ValueError, match=told):
        tf.train.init_from_checkpoint("m", mapping)


def test_warm_start():
    found = variables()
    rest = tf.get_variable("rest", [], initializer=tf.ones_initializer())
    names = {"here/a": "a", "here/s/w": "s/w"}
    tf.train.warm_start("m", ["here/a", "here/s/w"], var_name_to_prev_var_name=names)
    values = initialized({**found, "rest": rest})
    assert values == {"a": [0.0, 1.0, 2.0], "s/w": [[1.0, 1.0]] * 2, "s/t/u": 0, "rest": 1.0}
    with pytest.raises(ValueError, match="were not used: \\['nobody'\\]"):
        tf.train.warm_start("m", "none", var_name_to_prev_var_name={"nobody": "x"})
    with pytest.raises(ValueError, match="must be all `Variable` or all `str`"):
        tf.train.warm_start("m", ["a", 3])


# contrib.framework


def assigned(node, feeds, found):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(node, feeds)
        return {name: np.asarray(session.run(one)).tolist() for name, one in found.items()}


def test_assign_from_checkpoint():
    found = variables()
    node, feeds = FRAMEWORK.assign_from_checkpoint("m", {"a": found["a"], "s/w": [found["s/w"]]})
    assert assigned(node, feeds, found)["a"] == [0.0, 1.0, 2.0]
    wrong = tf.get_variable("wrong", [4])
    with pytest.raises(ValueError, match="Total size of new array must be unchanged for wrong"):
        FRAMEWORK.assign_from_checkpoint("m", {"a": wrong})
    with pytest.raises(ValueError, match=r"Checkpoint is missing variable \[wrong\]"):
        FRAMEWORK.assign_from_checkpoint("m", [wrong])
    _, feeds = FRAMEWORK.assign_from_checkpoint("m", [wrong], ignore_missing_vars=True)
    assert feeds == {}


def test_assign_from_checkpoint_to_parts():
    whole = tf.get_variable("p", [3, 2], partitioner=tf.fixed_size_partitioner(2))
    node, feeds = FRAMEWORK.assign_from_checkpoint("m", list(whole))
    values = assigned(node, feeds, {"p": tf.convert_to_tensor(whole)})
    assert values["p"] == SAVED["p"].tolist()


def test_assign_from_checkpoint_fn():
    found = variables()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        FRAMEWORK.assign_from_checkpoint_fn("m", {"a": found["a"]})(session)
        assert session.run(found["a"]).tolist() == [0.0, 1.0, 2.0]
        several = {"a": found["a"], "missing": found["s/w"]}
        FRAMEWORK.assign_from_checkpoint_fn("m", several, ignore_missing_vars=True)(session)
        missing = {"missing": found["s/w"]}
        assert FRAMEWORK.assign_from_checkpoint_fn("m", missing, ignore_missing_vars=True) is None
        with pytest.raises(tf.errors.NotFoundError):
            FRAMEWORK.assign_from_checkpoint_fn("m", missing)(session)
    with pytest.raises(ValueError, match="var_list cannot be empty"):
        FRAMEWORK.assign_from_checkpoint_fn("m", [])


def test_assign_from_values():
    found = variables()
    node, feeds = FRAMEWORK.assign_from_values({"here/a": [5.0, 6.0, 7.0]})
    assert assigned(node, feeds, found)["a"] == [5.0, 6.0, 7.0]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        FRAMEWORK.assign_from_values_fn({"here/s/t/u": 3})(session)
        assert session.run(found["s/t/u"]) == 3
    with pytest.raises(ValueError, match="Variable nobody wasn't found"):
        FRAMEWORK.assign_from_values({"nobody": 1})


def test_choosing_variables():
    found = variables()
    names = [one.op.name for one in FRAMEWORK.get_variables_to_restore(exclude=["here/s/t"])]
    assert names == ["here/a", "here/s/w"]
    names = [one.op.name for one in FRAMEWORK.get_variables_to_restore(["here/s"], ["here/s/w"])]
    assert names == ["here/s/t/u"]
    with pytest.raises(TypeError, match="include must be a list"):
        FRAMEWORK.get_variables_to_restore("here")
    chosen = FRAMEWORK.filter_variables(list(found.values()), ["s/"], ["u$"])
    assert chosen == [found["s/w"]]
    assert FRAMEWORK.filter_variables(list(found.values()), ["s/"], reg_search=False) == []
    part = next(iter(tf.get_variable("p", [3, 2], partitioner=tf.fixed_size_partitioner(2))))
    assert FRAMEWORK.get_variable_full_name(part) == "p"


def test_reading_by_the_names_of_contrib():
    assert FRAMEWORK.load_variable("m", "s/t/u") == 7
    assert FRAMEWORK.list_variables("m")[0] == ("a", [3])
    assert FRAMEWORK.load_checkpoint("m").has_tensor("a")
