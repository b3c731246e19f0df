"""A save that is cut off at any moment leaves a whole checkpoint: the last one, or the new one."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from penstock import errors
from penstock.formats import replacement
from penstock.formats.bundle_index import index_path, shard_path
from penstock.formats.bundle_reading import Bundle
from penstock.formats.bundle_writing import merge_bundles, write_bundle

CHILD = Path(__file__).with_name("crash_child.py")
KILLS = 100


def save(prefix, number):
    write_bundle(prefix, ["a", "b"], ["", ""], [np.full(5, number), np.float32(number)])


def saved(prefix):
    reader = Bundle(prefix)
    a, b = reader.read("a"), reader.read("b")
    assert (a == b).all()
    return int(b)


@pytest.fixture
def nursery(tmp_path):
    """A process that starts children, one at a time, which save until they are killed."""
    process = subprocess.Popen(
        [sys.executable, str(CHILD), str(tmp_path / "model")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


def test_killed_processes_leave_whole_checkpoints(tmp_path, nursery):
    prefix = str(tmp_path / "model")
    drawn = random.Random(0)
    last = cut = files = 0
    for _ in range(KILLS):
        nursery.stdin.write(f"{last + 1}\n")
        child = int(nursery.stdout.readline())
        time.sleep(drawn.random() * 0.05)
        os.kill(child, signal.SIGKILL)
        assert nursery.stdout.readline() == "killed\n"
        cut += len(list(tmp_path.iterdir())) > files
        files = len(list(tmp_path.iterdir()))
        reader = Bundle(prefix)
        first = int(reader.read("a")[0])
        assert first > last
        for index, name in enumerate("abc"):
            assert (reader.read(name) == first + index).all()
        last = first
    assert cut > KILLS // 10, "hardly a kill came in the middle of a save"


class Cut(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", range(12))
def test_each_step_can_be_the_last(tmp_path, monkeypatch, step):
    """Ends a save before each rename, sync and removal in turn."""
    prefix = str(tmp_path / "model")
    save(prefix, 1)
    left = [step]

    def counted(function):
        def call(*args):
            if left[0] == 0:
                raise Cut
            left[0] -= 1
            return function(*args)

        return call

    with monkeypatch.context() as patch:
        for name in ("replace", "fsync", "remove"):
            patch.setattr(replacement.os, name, counted(getattr(os, name)))
        try:
            save(prefix, 2)
        except Cut:
            assert saved(prefix) in (1, 2)
        else:
            assert saved(prefix) == 2
    save(prefix, 3)
    assert saved(prefix) == 3


def test_an_index_that_waits_is_used_if_it_fits_the_data(tmp_path):
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    write_bundle(one, ["a"], [""], [np.arange(1, 4)])
    write_bundle(other, ["a", "b"], ["", ""], [np.arange(4), np.arange(2)])
    os.replace(shard_path(other, 0, 1), shard_path(one, 0, 1))
    os.replace(index_path(other), index_path(one) + replacement.PENDING)
    reader = Bundle(one)
    assert reader.read("a").tolist() == [0, 1, 2, 3]
    assert reader.read("b").tolist() == [0, 1]


def test_an_index_that_waits_is_left_alone_if_it_does_not_fit(tmp_path):
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    write_bundle(one, ["a"], [""], [np.arange(3)])
    write_bundle(other, ["a", "b"], ["", ""], [np.arange(4), np.arange(2)])
    os.replace(index_path(other), index_path(one) + replacement.PENDING)
    assert Bundle(one).read("a").tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.ResourceExhaustedError),
        (errno.EACCES, errors.PermissionDeniedError),
        (errno.EIO, errors.UnknownError),
    ],
)
def test_a_disk_that_refuses_leaves_the_old_checkpoint(tmp_path, monkeypatch, number, kind):
    prefix = str(tmp_path / "model")
    save(prefix, 1)

    def refuse(handle):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(replacement.os, "fsync", refuse)
        with pytest.raises(kind, match="What was saved before is still there"):
            save(prefix, 2)
    assert saved(prefix) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "model.data-00000-of-00001",
        "model.index",
    ]


def test_a_file_system_that_is_full(tmp_path):
    """Against a real limit: a file may not grow beyond it."""
    script = (
        "import resource, sys, signal, numpy as np\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))\n"
        "from penstock.formats.bundle_writing import write_bundle\n"
        "from penstock import errors\n"
        "try:\n"
        "    write_bundle(sys.argv[1], ['a'], [''], [np.zeros(100000)])\n"
        "except errors.ResourceExhaustedError as error:\n"
        "    print('told', error)\n"
    )
    prefix = str(tmp_path / "model")
    save(prefix, 1)
    told = subprocess.run(
        [sys.executable, "-c", script, prefix], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("told")
    assert saved(prefix) == 1


def test_a_merge_that_fails_keeps_its_sources(tmp_path):
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    save(one, 1)
    save(other, 2)
    with pytest.raises(errors.InvalidArgumentError, match="'a' came twice"):
        merge_bundles([one, other], str(tmp_path / "both"))
    assert (saved(one), saved(other)) == (1, 2)
