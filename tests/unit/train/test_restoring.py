"""Restoring a checkpoint that does not fit: what is told, and what can be done about it."""

import os

import numpy as np
import pytest

import penstock as tf
from penstock.train.differences import fitting_scopes


@pytest.fixture(autouse=True)
def own_graph(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tf.Graph().as_default():
        yield


def save(path="m", **values):
    """Save values under names; two underscores stand for a slash."""
    with tf.Graph().as_default(), tf.Session() as session:
        named = {
            name.replace("__", "/"): tf.Variable(np.asarray(value))
            for name, value in values.items()
        }
        session.run(tf.global_variables_initializer())
        return tf.train.Saver(named).save(session, path)


def variables(**values):
    return {
        name.replace("__", "/"): tf.Variable(np.asarray(value), name=name.replace("__", "/"))
        for name, value in values.items()
    }


def restored(named, path="m", **options):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        left = tf.train.Saver(named).restore(session, path, **options)
        return left, {name: session.run(variable).tolist() for name, variable in named.items()}


# What may be named


@pytest.mark.parametrize(
    "given", ["m", "m.index", "m.data-00000-of-00001", "m.meta", ".", "./m", "sub/.."]
)
def test_the_checkpoint_by_its_files_or_its_folder(given):
    os.mkdir("sub")
    save(a=3.0)
    assert restored(variables(a=0.0), given) == ([], {"a": 3.0})


def test_a_folder_without_a_state_file():
    save("sub/old", a=1.0)
    os.utime("sub/old.index", (1, 1))
    save("sub/new", a=2.0)
    os.remove("sub/checkpoint")
    assert restored(variables(a=0.0), "sub")[1] == {"a": 2.0}


def test_a_path_object(tmp_path):
    save(a=3.0)
    assert restored(variables(a=0.0), tmp_path / "m")[1] == {"a": 3.0}


@pytest.mark.parametrize(
    ("given", "kind", "told"),
    [
        (None, ValueError, "Can't load save_path when it is None"),
        ("nothing", ValueError, "not a valid checkpoint: nothing"),
        ("no/folder", ValueError, "not a valid checkpoint"),
        (".", tf.errors.NotFoundError, "no checkpoint in the folder"),
    ],
)
def test_what_is_no_checkpoint(given, kind, told):
    with pytest.raises(kind, match=told):
        restored(variables(a=0.0), given)


# What does not fit


def test_missing_names_are_listed_with_near_ones():
    save(dense__kernel=np.ones(2), dense__bias=np.zeros(2), extra=1)
    named = variables(dense__kernle=np.ones(2), dense__bias=np.zeros(2), other=0.0)
    with pytest.raises(tf.errors.NotFoundError) as caught:
        restored(named)
    message = str(caught.value)
    assert "Key dense/kernle not found in checkpoint" in message
    assert "not in the checkpoint (2): 'dense/kernle' (near: 'dense/kernel'); 'other'" in message
    assert "only in the checkpoint (2): 'dense/kernel'; 'extra'" in message


def test_other_shapes_and_dtypes_are_told_together():
    save(a=np.ones([2, 3], np.float32), b=np.ones(2, np.int32), c=1.0)
    named = variables(a=np.ones([3, 3], np.float32), b=np.ones(2, np.float32), c=2.0)
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        restored(named)
    assert "'a' has shape (2, 3) there, but (3, 3) here" in str(caught.value)
    assert "'b' is int32 there, but float32 here" in str(caught.value)
    assert "different (2)" in str(caught.value)


@pytest.mark.parametrize("in_resource", [False, True])
def test_nothing_changes_if_it_does_not_fit(in_resource):
    save(a=np.ones(2), b=np.ones(3))
    a = tf.Variable(np.zeros(2), use_resource=in_resource)
    b = tf.Variable(np.zeros(4), use_resource=in_resource)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="Nothing was restored"):
            tf.train.Saver({"a": a, "b": b}).restore(session, "m")
        assert session.run(a).tolist() == [0.0, 0.0]


def test_nothing_changes_if_the_data_are_damaged():
    save(a=np.ones(2), b=np.ones(3))
    with open("m.data-00000-of-00001", "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x77")
    named = variables(a=np.zeros(2), b=np.zeros(3))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.DataLossError, match="'b' in m .*is damaged"):
            tf.train.Saver(named).restore(session, "m")
        assert session.run(named["a"]).tolist() == [0.0, 0.0]


def test_many_differences_are_counted():
    save(**{f"there{i}": float(i) for i in range(30)})
    with pytest.raises(tf.errors.NotFoundError, match=r"in the checkpoint \(30\).* and 22 more"):
        restored(variables(**{f"here{i}": 0.0 for i in range(30)}))


@pytest.mark.parametrize(
    ("there", "here"),
    [("model/", ""), ("", "model/"), ("old/", "new/"), ("a/b/", "a/c/d/")],
)
def test_a_scope_that_would_fit_is_told_and_works(there, here):
    save(**{f"{there}{name}".replace("/", "__"): i for i, name in enumerate("xyz")})
    named = variables(**{f"{here}{name}".replace("/", "__"): 9 for name in "xyz"})
    with pytest.raises(tf.errors.NotFoundError) as caught:
        restored(named)
    assert f"rename={{{there!r}: {here!r}}}" in str(caught.value)
    left, values = restored(named, rename={there: here})
    assert (left, list(values.values())) == ([], [0, 1, 2])


def test_scopes_fit_only_if_all_names_do():
    assert fitting_scopes(["a/x", "a/y"], ["b/x", "b/y", "c"]) == ("b/", "a/")
    assert fitting_scopes(["a/x", "a/y"], ["b/x", "c/y"]) is None
    assert fitting_scopes([], ["b/x"]) is None


# What can be done about it


def test_single_names_can_be_renamed():
    save(one=1.0, two=2.0)
    assert restored(variables(eins=0.0, two=0.0), rename={"one": "eins"}) == (
        [],
        {"eins": 1.0, "two": 2.0},
    )


def test_the_longest_scope_wins():
    save(x__w=1, y__w=2)
    named = variables(a__w=0, a__b__w=0)
    assert restored(named, rename={"x/": "a/", "y/": "a/b/"})[1] == {"a/w": 1, "a/b/w": 2}


def test_a_function_can_rename():
    save(W=5.0)
    assert restored(variables(w=0.0), rename=str.upper)[1] == {"w": 5.0}


def test_rename_must_be_a_dict_or_a_function():
    save(a=1.0)
    with pytest.raises(TypeError, match="rename must be a dict"):
        restored(variables(a=0.0), rename=["a"])


def test_partial_restores_what_fits():
    save(a=1.0, b=np.ones(2), c=3.0)
    named = variables(a=0.0, b=np.zeros(3), d=0.0)
    assert restored(named, partial=True) == (["b", "d"], {"a": 1.0, "b": [0.0] * 3, "d": 0.0})


def test_partial_with_nothing_in_common():
    save(a=1.0)
    assert restored(variables(b=0.0), partial=True) == (["b"], {"b": 0.0})


def test_partial_and_rename_with_parts():
    save(p=np.arange(8.0).reshape(4, 2))
    whole = tf.get_variable(
        "q", [4, 2], tf.float64, partitioner=tf.fixed_size_partitioner(2),
        initializer=tf.zeros_initializer(),
    )  # fmt: skip
    other = tf.Variable(0.0, name="other")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver([*whole, other])
        assert saver.restore(session, "m", rename={"p": "q"}, partial=True) == ["other"]
        value = session.run(tf.convert_to_tensor(whole))
        assert value.tolist() == np.arange(8.0).reshape(4, 2).tolist()
