"""tf.gfile: files and folders as TensorFlow 1.15.5 treats them."""

import pytest

from penstock import errors, gfile


@pytest.fixture
def folder(tmp_path):
    gfile.MakeDirs(str(tmp_path / "a" / "b"))
    with gfile.GFile(str(tmp_path / "f"), "w") as file:
        file.write("hello\n")
        file.write("world")
    return tmp_path


def at(folder, name):
    return str(folder / name)


def test_reading(folder):
    file = gfile.GFile(at(folder, "f"))
    assert (file.read(2), file.tell(), file.readline()) == ("he", 2, "llo\n")
    file.seek(1)
    assert file.read() == "ello\nworld"
    file.seek(-1, 2)
    assert file.read() == "d"
    file.seek(position=0)
    assert file.readlines() == ["hello\n", "world"]
    file.close()
    assert file.read(1) == "h"


def test_lines_one_by_one(folder):
    file = gfile.GFile(at(folder, "f"))
    assert (file.next(), next(file)) == ("hello\n", "world")
    with pytest.raises(StopIteration):
        file.next()


def test_places_there_are_not(folder):
    file = gfile.GFile(at(folder, "f"))
    for place, whence in ((-5, 0), (0, 7)):
        with pytest.raises(errors.InvalidArgumentError, match="has no place"):
            file.seek(place, whence)


def test_patterns_in_a_folder_that_is_missing(folder):
    assert gfile.Glob(at(folder, "zz*")) == []
    assert gfile.Glob(at(folder, "none/f")) == []
    with pytest.raises(errors.NotFoundError, match="none; No such file or directory, so nothing"):
        gfile.Glob(at(folder, "none/*"))


def test_bytes(folder):
    assert gfile.FastGFile(at(folder, "f"), "rb").read() == b"hello\nworld"
    assert list(gfile.Open(at(folder, "f"), "rb")) == [b"hello\n", b"world"]


def test_writing(folder):
    file = gfile.GFile(at(folder, "f"), "a")
    file.write(b"!")
    assert (file.size(), file.name, file.mode) == (12, at(folder, "f"), "a")
    file.close()
    gfile.GFile(at(folder, "f"), "w+").write("zz")
    assert gfile.GFile(at(folder, "f"), "r+").read() == "zz"


def test_a_file_is_opened_when_it_is_used(folder):
    file = gfile.GFile(at(folder, "none"))
    with pytest.raises(errors.NotFoundError, match="none; No such file"):
        file.read()


@pytest.mark.parametrize(
    ("mode", "use"), [("w", lambda file: file.read()), ("r", lambda file: file.write("x"))]
)
def test_the_mode_is_kept_to(folder, mode, use):
    with pytest.raises(errors.PermissionDeniedError, match="is open in mode"):
        use(gfile.GFile(at(folder, "f"), mode))


def test_a_mode_must_be_one():
    with pytest.raises(errors.InvalidArgumentError, match="got 'x'"):
        gfile.GFile("f", "x")


def test_what_is_there(folder):
    assert gfile.Exists(at(folder, "f"))
    assert not gfile.Exists(at(folder, "none"))
    assert gfile.IsDirectory(at(folder, "a"))
    assert not gfile.IsDirectory(at(folder, "f"))
    assert sorted(gfile.ListDirectory(str(folder))) == ["a", "f"]
    assert gfile.Glob([at(folder, "a*"), at(folder, "f")]) == [at(folder, "a"), at(folder, "f")]
    assert gfile.Glob(at(folder, "none*")) == []
    found = gfile.Stat(at(folder, "f"))
    assert (found.length, found.is_directory) == (11, False)


def test_walk(folder):
    walked = [
        (str(folder), ["a"], ["f"]),
        (at(folder, "a"), ["b"], []),
        (at(folder, "a/b"), [], []),
    ]
    assert list(gfile.Walk(str(folder))) == walked
    assert list(gfile.Walk(str(folder), in_order=False)) == walked[::-1]
    assert list(gfile.Walk(at(folder, "none"))) == []


@pytest.mark.parametrize("move", [gfile.Copy, gfile.Rename])
def test_copy_and_rename(folder, move):
    move(at(folder, "f"), at(folder, "g"))
    gfile.GFile(at(folder, "h"), "w").write("h")
    with pytest.raises(errors.AlreadyExistsError, match="overwrite=True"):
        move(at(folder, "h"), at(folder, "g"))
    move(at(folder, "h"), at(folder, "g"), overwrite=True)
    assert gfile.GFile(at(folder, "g")).read() == "h"
    with pytest.raises(errors.NotFoundError):
        move(at(folder, "none"), at(folder, "i"))


def test_making_and_removing(folder):
    gfile.MkDir(at(folder, "a"))
    with pytest.raises(errors.NotFoundError):
        gfile.MkDir(at(folder, "x/y"))
    with pytest.raises(errors.FailedPreconditionError, match="Is a directory"):
        gfile.Remove(at(folder, "a"))
    gfile.Remove(at(folder, "f"))
    with pytest.raises(errors.NotFoundError):
        gfile.Remove(at(folder, "f"))
    with pytest.raises(errors.NotFoundError):
        gfile.ListDirectory(at(folder, "none"))
    gfile.DeleteRecursively(str(folder))
    assert not gfile.Exists(str(folder))
    with pytest.raises(errors.NotFoundError):
        gfile.DeleteRecursively(str(folder))
