"""Training that is killed at any moment goes on from the newest checkpoint, and loses none."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import penstock as tf

CHILD = Path(__file__).with_name("kept_child.py")
KILLS = int(os.environ.get("PENSTOCK_KILLS", "3"))


def newest(folder):
    """Check the newest checkpoint, and give its step."""
    path = tf.train.latest_checkpoint(str(folder))
    reader = tf.train.load_checkpoint(path)
    step = reader.get_tensor("global_step")
    assert path.endswith(f"model-{step}")
    assert (reader.get_tensor("Variable") == np.full(1000, step)).all()
    assert reader.get_tensor("Variable_1") == step
    return int(step)


def test_killed_while_training(tmp_path):
    drawn, told = random.Random(1), 0
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, str(CHILD), str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path.cwd(),
            text=True,
        )
        assert child.stdout is not None
        told = max(told, int(child.stdout.readline()))
        time.sleep(drawn.random() * 0.2)
        child.kill()
        child.wait()
        told = max([told, *map(int, child.stdout.read().split())])
        child.stdout.close()
        assert newest(tmp_path) >= told  # what was said to be saved is saved
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert 1 <= len(state.all_model_checkpoint_paths) <= 3
    assert told >= KILLS
