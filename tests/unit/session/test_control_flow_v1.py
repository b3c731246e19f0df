"""Graphs with TensorFlow's Switch, Merge and frames give what they give in TensorFlow.

Each golden graph is run in three ways that must agree: by dead and alive values alone, and with its
choices and loops made into functions, interpreted and compiled.
"""

import gzip
import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.dataflow.rewriting import rewrite
from penstock.session import call

GOLDEN = Path(__file__).parents[2] / "golden" / "control_flow_v1"
RUNS = json.loads((GOLDEN / "runs.json").read_text())

# The graphs that are no choices and loops, wholly or in part.
REGIONS = {
    "crossed_choices": {"node 'add'", "node 'Merge'", "node 'Merge_1'"},
    "loop_that_counts_by_value_index": {"frame 'hand'"},
    "loop_without_loop_cond": {"frame 'hand'"},
    "merge_of_dead_and_alive": {"node 'Merge'"},
    "reference_through_a_frame": {"frame 'hand'"},
}


def config_of(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return config


def imported(name):
    """Import a golden graph into a new one."""
    definition = tf.GraphDef.FromString(gzip.decompress((GOLDEN / f"{name}.pb.gz").read_bytes()))
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(definition, name="")
    return graph


def check(name, tier):
    """Run a golden case; give the session's explanation of its first run."""
    graph = imported(name)
    case = RUNS[name]
    with tf.Session(graph=graph, config=config_of(tier)) as session:
        session.run(case["initializer"])
        for run in case["runs"]:
            results = session.run(run["fetches"], run["feeds"])
            for result, expected in zip(results, run["results"], strict=True):
                if expected is None:
                    assert result is None
                else:
                    np.testing.assert_allclose(result, expected, rtol=2e-5, atol=1e-6)
        run = case["runs"][0]
        return session.explain(run["fetches"], run["feeds"])


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", RUNS)
def test_as_functions(name, tier):
    explained = check(name, tier)
    reasons = set() if explained.rewritten is None else set(explained.rewritten.reasons)
    assert reasons == REGIONS.get(name, set())


@pytest.mark.parametrize("name", RUNS)
def test_by_dead_and_alive_values(name, monkeypatch):
    monkeypatch.setattr(call, "rewrite", partial(rewrite, as_functions=False))
    check(name, "numpy")


@pytest.mark.parametrize("name", ["loop_of_matrices", "loop_with_cond", "lstm", "gru"])
def test_loops_and_their_gradients_are_compiled(name):
    explained = check(name, "xla")
    names = explained.rewritten.loops
    assert len(names) == 2 and names[1] == f"gradients/{names[0]}"
    assert {one.kind for one in explained.forms} <= {"scan", "while", "switch", "branch"}
    assert "rewritten loops" in str(explained)


def test_a_graph_imported_twice_has_its_loops_twice():
    name = "loop_plain"
    definition = imported(name).as_graph_def()
    with tf.Graph().as_default(), tf.Session() as session:
        for prefix in "ab":
            tf.import_graph_def(definition, name=prefix)
        fetches, feeds = ["a/while/Exit_1:0", "b/while/Exit_1:0"], {"a/n:0": 3, "b/n:0": 5}
        assert session.run(fetches, feeds) == [5, 30]
        assert session.explain(fetches, feeds).rewritten.loops == ("while/while_context",) * 2


# Graphs of which TensorFlow built the gradient, too: what is differentiated, and by what.
DIFFERENTIATED = {
    "array_read_and_written": "TensorArrayStack/TensorArrayGatherV3:0",
    "case_exclusive": "case/cond/Merge:0",
    "cond_nested": "cond/Merge:0",
    "cond_plain": "cond/Merge:0",
    "loop_bounded": "while/Exit_2:0",
    "loop_in_cond": "cond/Merge:0",
    "loop_nested": "outer/Exit_1:0",
    "loop_three_deep": "while/Exit_1:0",
    "loop_with_cond": "while/Exit_1:0",
    "loop_with_nested_cond": "while/Exit_1:0",
    "loops_in_loops_in_cond": "cond/Merge:0",
}


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", DIFFERENTIATED)
def test_gradients_of_imported_graphs(name, tier):
    graph = imported(name)
    case = RUNS[name]
    with graph.as_default():
        slope = tf.gradients(
            graph.get_tensor_by_name(DIFFERENTIATED[name]), graph.get_tensor_by_name("x:0")
        )[0]
    with tf.Session(graph=graph, config=config_of(tier)) as session:
        session.run(case["initializer"])
        for run in case["runs"]:
            found = session.run(slope, run["feeds"])
            np.testing.assert_allclose(found, run["results"][1], rtol=2e-5, atol=1e-6)


# Graphs with gradients, of which others may be taken, and what they are taken by.
TWICE = ["loop_with_cond", "loop_in_cond", "loops_in_loops_in_cond", "loop_bounded", "cond_nested"]
TWICE += ["mapped_and_scanned", "lstm", "array_read_and_written"]


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", TWICE)
def test_gradients_of_gradients_that_were_imported(name, tier):
    graph, case = imported(name), RUNS[name]
    run = case["runs"][0]
    first = next(fetch for fetch in run["fetches"] if fetch.startswith("gradients"))
    with graph.as_default():
        (second,) = tf.gradients(graph.get_tensor_by_name(first), graph.get_tensor_by_name("x:0"))
    x, step = np.array(run["feeds"]["x:0"], np.float32), 1e-2
    wanted = np.zeros(x.shape)
    with tf.Session(graph=graph, config=config_of(tier)) as session:
        session.run(case["initializer"])
        for index in np.ndindex(x.shape):
            ends = []
            for shift in (step, -step):
                moved = x.copy()
                moved[index] += shift
                ends.append(np.sum(session.run(first, {**run["feeds"], "x:0": moved})))
            wanted[index] = (ends[0] - ends[1]) / (2 * step)
        for _ in range(2):
            found = session.run(second, run["feeds"])
            np.testing.assert_allclose(found, wanted, rtol=2e-2, atol=2e-2)
