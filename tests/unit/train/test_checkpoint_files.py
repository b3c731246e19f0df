"""The checkpoints of a folder, and looking into one without a graph."""

import os
import threading
import time

import numpy as np
import pytest

import penstock as tf
from penstock.formats.bundle_writing import write_bundle
from penstock.train.inspect_checkpoint import print_tensors_in_checkpoint_file


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def save(prefix="m", **values):
    values = values or {"a": np.arange(6.0).reshape(2, 3), "b": np.float32(2.5)}
    write_bundle(prefix, list(values), [""] * len(values), [np.asarray(v) for v in values.values()])


def test_existence():
    save()
    assert tf.train.checkpoint_exists("m")
    assert not tf.train.checkpoint_exists("n")
    assert tf.train.get_checkpoint_mtimes(["m", "n"]) == [os.path.getmtime("m.index")]


def test_removal():
    save()
    open("m.meta", "w").close()
    tf.train.remove_checkpoint("m")
    assert os.listdir() == []
    tf.train.remove_checkpoint("m")


@pytest.mark.parametrize(
    ("arguments", "newest", "others"),
    [
        (("/a/b", "/a/b/c", ["/a/b/d", "/a/b/c"]), "/a/b/c", ["/a/b/d", "/a/b/c"]),
        (("b", "b/c", ["b/d"]), "c", ["d", "c"]),
        (("b", "/x/c", None), "/x/c", ["/x/c"]),
        (("", "c", ["d"]), "c", ["d", "c"]),
    ],
)
def test_states(arguments, newest, others):
    state = tf.train.generate_checkpoint_state_proto(*arguments)
    assert state.model_checkpoint_path == newest
    assert list(state.all_model_checkpoint_paths) == others


def test_states_with_times():
    make = tf.train.generate_checkpoint_state_proto
    state = make("/a", "/a/b", ["/a/b"], [1.5], 2.5)
    assert list(state.all_model_checkpoint_timestamps) == [1.5]
    assert state.last_preserved_timestamp == 2.5
    with pytest.raises(ValueError, match="must match checkpoint paths"):
        make("/a", "/a/b", ["/a/b"], [1.0, 2.0])


def test_the_newest_checkpoint():
    assert tf.train.latest_checkpoint(".") is None
    assert tf.train.latest_checkpoint("nowhere") is None
    save("sub_m")
    tf.train.update_checkpoint_state(".", "./sub_m", ["./old", "./sub_m"])
    assert tf.train.latest_checkpoint(".") == "./sub_m"
    state = tf.train.get_checkpoint_state(".")
    assert list(state.all_model_checkpoint_paths) == ["./old", "./sub_m"]
    tf.train.remove_checkpoint("sub_m")
    assert tf.train.latest_checkpoint(".") is None
    with pytest.raises(RuntimeError, match="conflicts with path used for checkpoint state"):
        tf.train.update_checkpoint_state(".", "./checkpoint")


@pytest.mark.parametrize(
    "text",
    ["garbage{", "model_checkpoint_path: 3", "\xff\xfe", ""],
    ids=["a word", "a number", "no text", "nothing"],
)
def test_a_state_file_that_is_none(text):
    with open("checkpoint", "w", encoding="latin-1") as file:
        file.write(text)
    assert tf.train.get_checkpoint_state(".") is None
    assert tf.train.latest_checkpoint(".") is None


def test_new_checkpoints_as_they_appear(monkeypatch):
    monkeypatch.setattr("penstock.train.checkpoint_files.time.sleep", lambda seconds: None)

    def write():
        for step in range(2):
            save(f"m-{step}")
            tf.train.update_checkpoint_state(".", f"m-{step}")
            while len(found) <= step:
                time.monotonic()

    found = []
    writer = threading.Thread(target=write)
    writer.start()
    for path in tf.train.checkpoints_iterator(".", timeout=30):
        found.append(path)
        if len(found) == 2:
            break
    writer.join()
    assert found == ["./m-0", "./m-1"]
    assert list(tf.train.checkpoints_iterator("empty", timeout=0)) == []


def test_looking_into_a_checkpoint():
    save()
    reader = tf.train.load_checkpoint("m")
    assert reader.has_tensor("a")
    assert reader.has_tensor(b"a")
    assert not reader.has_tensor("c")
    assert reader.get_tensor("b") == np.float32(2.5)
    assert reader.get_variable_to_shape_map() == {"a": [2, 3], "b": []}
    assert reader.get_variable_to_dtype_map() == {"a": tf.float64, "b": tf.float32}
    assert reader.debug_string() == b"a (DT_DOUBLE) [2,3]\nb (DT_FLOAT) []\n"
    assert tf.train.list_variables("m") == [("a", [2, 3]), ("b", [])]
    assert tf.train.load_variable("m", "a:0").tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert tf.train.NewCheckpointReader("m").get_tensor("b") == 2.5


@pytest.mark.parametrize(
    ("call", "kind", "told"),
    [
        (lambda: tf.train.load_variable("m", "c"), tf.errors.NotFoundError, "Key c not found"),
        (lambda: tf.train.load_checkpoint("n"), tf.errors.NotFoundError, "holds './m'"),
        (lambda: tf.train.load_checkpoint("no/n"), tf.errors.NotFoundError, "no folder 'no'"),
        (lambda: tf.train.list_variables("empty"), ValueError, "Couldn't find 'checkpoint' file"),
        (lambda: tf.train.NewCheckpointReader("n"), tf.errors.NotFoundError, "no checkpoint 'n'"),
    ],
)
def test_what_is_not_there(call, kind, told):
    save()
    os.mkdir("empty")
    with pytest.raises(kind, match=told):
        call()


def test_printing(capsys):
    save()
    print_tensors_in_checkpoint_file("m", "b", all_tensors=False)
    assert capsys.readouterr().out == "tensor_name:  b\n2.5\n# Total number of params: 7\n"
    print_tensors_in_checkpoint_file("m", "", False, True, "a")
    out = capsys.readouterr().out
    assert out == "tensor_name:  a\ntensor_name:  b\n# Total number of params: 1\n"
    print_tensors_in_checkpoint_file("m", "", False)
    assert "a (DT_DOUBLE) [2,3]" in capsys.readouterr().out
    print_tensors_in_checkpoint_file("nothing", "", True)
    assert "There is no checkpoint 'nothing'" in capsys.readouterr().out
