"""Damaged and hostile files: a clear error, in little time and memory, and nothing is run.

`corpus` holds files that `tests.fuzz.grow` has found, by the reader that each is for.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.fuzz.grow import mutated
from tests.fuzz.readers import READERS, TOLD, seeds

ROOT = Path(__file__).parents[2]
SEEDS = seeds()


@pytest.fixture(scope="module")
def replayed():
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.replay", "400", "10"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_reader_takes_its_seed(tmp_path):
    assert set(SEEDS) == set(READERS)
    for reader, content in SEEDS.items():
        folder = tmp_path / reader
        folder.mkdir()
        READERS[reader](folder, content)


@pytest.mark.parametrize("reader", READERS)
def test_the_corpus_is_read_within_limits(replayed, reader):
    assert replayed["counts"].get(reader, 0) > 0
    faults = {name: text for name, text in replayed["faults"].items() if name.startswith(reader)}
    assert faults == {}


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=st.randoms(use_true_random=False))
def test_more_damage(tmp_path_factory, reader, source):
    content = mutated(SEEDS[reader], list(SEEDS.values()), source)
    try:
        READERS[reader](tmp_path_factory.mktemp(reader), content)
    except RecursionError:
        raise
    except TOLD as error:
        assert str(error)
