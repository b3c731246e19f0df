"""Each wrong input gets TensorFlow's error class and four facts, and leaves the session as it was.

The facts: what must hold; what came; which node, and the user's line that made it; what to do.
"""

import builtins
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import penstock as tf
from penstock.core import errors, settings
from tests.unit.errors.cases import CASES
from tests.unit.errors.wrong import Environment, made_line

_CLASSES = json.loads((Path(__file__).parent / "classes.json").read_text())
# TensorFlow lets these pass.
_STRICTER = {"callable_with_too_many_values": "InvalidArgumentError"}


def _config(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return config


def _expected(name):
    """Give the class that TensorFlow raises."""
    own = _STRICTER.get(name) or _CLASSES[name][0]
    return getattr(builtins if hasattr(builtins, own) else errors, own)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_wrong_input(name, tier):
    """The class, the facts, and the session afterwards."""
    case = CASES[name]
    environment = Environment(tf, _config(tier))
    with pytest.raises(Exception) as caught:
        environment.do(case, beside=[environment.bump])
    assert type(caught.value) is _expected(name)
    message = str(caught.value)
    for fact in case.facts:
        assert fact, "a case says how its message tells each fact"
        assert fact in message
    assert made_line(case) is None or made_line(case) in message
    assert environment.is_well()


def test_every_case_has_a_class():
    """The golden file knows every case, and no other."""
    assert sorted(CASES) == sorted(_CLASSES)
    assert [name for name in CASES if not _CLASSES[name]] == list(_STRICTER)


def test_the_tiers_say_the_same():
    """What a compiled stage notices is told as the interpreter tells it."""
    for name in ("gather_beyond_the_end", "failed_assertion", "checked_number_is_nan"):
        messages = []
        for tier in ("numpy", "xla"):
            with pytest.raises(tf.errors.InvalidArgumentError) as caught:
                Environment(tf, _config(tier)).do(CASES[name])
            messages.append(str(caught.value))
        assert messages[0] == messages[1]


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_a_case_fails_again_and_then_works(tier):
    """A failure is told at every run; in between, good values give good results."""
    with tf.Graph().as_default(), tf.Session(config=_config(tier)) as session:
        ids = tf.placeholder(tf.int32, [None])
        rows = tf.gather([1.0, 2.0, 3.0], ids)
        for _ in range(3):
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(rows, {ids: [3]})
            assert session.run(rows, {ids: [2]}).tolist() == [3.0]


def test_long_errors_show_values_and_sources(monkeypatch):
    """PENSTOCK_ERRORS=long shows the inputs' values and the nodes that they come from."""
    monkeypatch.setenv("PENSTOCK_ERRORS", "long")
    settings.current.cache_clear()
    try:
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            Environment(tf).do(CASES["gather_at_computed_place"])
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    message = str(caught.value)
    assert "add:0 (int32, shape (3,)) = [1 2 3]" in message
    assert "Cast = Cast(Placeholder:0), made at" in message


def test_growing_graph_is_told_once():
    """A loop that adds nodes at each run gets one warning, which names the line."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(1.0)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(50):
                x = x + 1.0  # the line
                session.run(x)
        assert len(caught) == 1
        line = test_growing_graph_is_told_once.__code__.co_firstlineno + 7
        assert f"{__file__}:{line}" in str(caught[0].message)
        assert "before the loop" in str(caught[0].message)


def test_an_uncaught_error_ends_with_the_line():
    """A script's traceback ends with the message, not with frames of the machine's own."""
    script = (
        "import penstock as tf\n"
        "x = tf.placeholder(tf.float32, [], name='x')\n"
        "tf.Session().run(x * 2.0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-2:]
    assert last[0].startswith("penstock.core.errors.InvalidArgumentError: You must feed")
    assert last[1] == "[node 'x' (Placeholder), made at <string>:2]"


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_nothing_is_printed_after_a_failed_check(tier, capsys):
    """What waits for a check by a control input is not done where the check fails."""
    with tf.Graph().as_default(), tf.Session(config=_config(tier)) as session:
        x = tf.placeholder(tf.float32, [])
        with tf.control_dependencies([tf.assert_positive(x * x * x)]):
            shown = tf.print("positive", output_stream=sys.stdout)
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(shown, {x: -1.0})
        session.run(shown, {x: 1.0})
    assert capsys.readouterr().out == "positive\n"


def test_training_with_fed_indices_overwrites_its_state():
    """Indices that are fed are checked before the step, which need not keep the old state."""
    with tf.Graph().as_default(), tf.Session(config=_config("xla")) as session:
        table = tf.get_variable("table", [5, 2], initializer=tf.zeros_initializer())
        ids = tf.placeholder(tf.int32, [None])
        loss = tf.reduce_sum(tf.nn.embedding_lookup(table, ids) + 1.0)
        train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
        session.run(tf.global_variables_initializer())
        session.run(train, {ids: [1, 1]})
        before = session._machine.state.values["table"]
        session.run(train, {ids: [1, 1]})
        assert before.is_deleted()
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(train, {ids: [1, 5]})
        assert session.run(table).tolist() == [[0, 0], [-4, -4], [0, 0], [0, 0], [0, 0]]
