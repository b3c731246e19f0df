"""tf.test.TestCase: sessions, seeds, assertions."""

import random
import unittest

import numpy as np
import pytest

import penstock as tf
from penstock.testing import case as testing


def run_tests(**tests):
    """The result of a test case that has these test methods."""
    case = type("Example", (testing.TestCase,), tests)
    return unittest.defaultTestLoader.loadTestsFromTestCase(case).run(unittest.TestResult())


def failures(test):
    """What a test's assertion says when it fails; None if it passes."""
    result = run_tests(test_it=test)
    assert not result.errors, result.errors
    return result.failures[0][1] if result.failures else None


@pytest.fixture
def case():
    made = testing.TestCase("runTest")
    made.setUp()
    yield made
    made.tearDown()


def test_a_test_begins_with_an_empty_graph_and_seeds():
    seen = []

    def test(self):
        graph = tf.get_default_graph()
        seen.append((graph.seed, len(graph.get_operations()), np.random.rand(), random.random()))
        tf.constant(1)

    run_tests(test_a=test, test_b=test)
    assert seen[0] == seen[1]
    assert seen[0][:2] == (87654321, 0)


def test_test_session_is_no_test_of_its_own():
    result = run_tests(test_a=lambda self: None)
    assert [reason for _, reason in result.skipped] == ["not a test"]
    assert result.wasSuccessful()


def test_sessions(case):
    with case.test_session() as first:
        assert tf.get_default_session() is first
        assert first.graph is tf.get_default_graph()
    with case.cached_session() as second, case.session() as third:
        assert second is first
        assert third is not first
    with case.session(graph=tf.Graph()) as fourth:
        assert fourth.graph is not first.graph
    with pytest.raises(ValueError, match="one cached session"), case.cached_session(tf.Graph()):
        pass


def test_evaluate(case):
    x = tf.constant([1.0, 2.0])
    assert case.evaluate({"x": x[1]}) == {"x": 2.0}
    with case.session():
        case.assertAllEqual(case.evaluate([x]), [[1, 2]])


def test_nodes_stand_on_the_cpu_unless_asked_otherwise(case):
    with case.test_session():
        assert tf.constant(1).device == "/device:CPU:0"
    with case.test_session(use_gpu=True):
        assert tf.constant(1).device == ""


@pytest.mark.parametrize(
    "check",
    [
        lambda case: case.assertAllEqual([1, np.nan], tf.constant([1, np.nan])),
        lambda case: case.assertAllEqual(["a"], ["a"]),
        lambda case: case.assertNotAllEqual([1], [2]),
        lambda case: case.assertNotAllEqual([1], [1, 1]),
        lambda case: case.assertAllClose({"a": [1.0, 2.0]}, {"a": (1, 2 + 1e-7)}),
        lambda case: case.assertAllClose([1.0, [2.0, 3.0]], [1, [2, 3]]),
        lambda case: case.assertAllClose([np.nan], [np.nan]),
        lambda case: case.assertNotAllClose([1.0], [1.1]),
        lambda case: case.assertAllCloseAccordingToType(np.float16([1]), np.float16([1.001])),
        lambda case: case.assertAllInSet([1, 2], {1, 2, 3}),
        lambda case: case.assertAllInRange([1, 2], 1, 3, open_upper_bound=True),
        lambda case: case.assertAllGreater([2, 3], 1),
        lambda case: case.assertAllGreaterEqual([1], 1),
        lambda case: case.assertAllLess([1], 2),
        lambda case: case.assertAllLessEqual([2], 2),
        lambda case: case.assertNear(1.0, 1.05, 0.1),
        lambda case: case.assertNear(np.inf, np.inf, 0.1),
        lambda case: case.assertArrayNear([1.0], [1.05], 0.1),
        lambda case: case.assertNDArrayNear(np.ones(2), np.ones(2), 0.1),
        lambda case: case.assertShapeEqual(np.ones([2, 3]), tf.zeros([2, 3])),
        lambda case: case.assertDTypeEqual(tf.constant(1.0), np.float32),
    ],
)
def test_assertions_that_hold(case, check):
    check(case)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            lambda case: case.assertAllEqual([1, 2], [1, 3]),
            r"1 of 2 are not: \(1,\): .*2.* and .*3",
        ),
        (lambda case: case.assertAllEqual([1, 2], [1], msg="here"), "Shapes must be equal : here"),
        (lambda case: case.assertNotAllEqual([1], [1]), "All elements are equal"),
        (
            lambda case: case.assertAllClose({"a": [1.0]}, {"a": [2.0]}),
            r"value\['a'\] must be close",
        ),
        (lambda case: case.assertAllClose({"a": 1}, {"b": 1}), "Element counts"),
        (lambda case: case.assertAllClose([1.0, [2.0]], [1.0, [2.1]]), r"value\[1\] must be close"),
        (lambda case: case.assertNotAllClose([1.0], [1.0]), "All elements are close"),
        (lambda case: case.assertAllInSet([1, 2], {1}), r"there are \[2\]"),
        (
            lambda case: case.assertAllInRange([1, 2], 1, 2, True),
            r"must be in \(1, 2\], but 1 of 2",
        ),
        (lambda case: case.assertAllGreater([1], 1), "not greater"),
        (lambda case: case.assertNear(1, 2, 0.5), "more than 0.5"),
        (lambda case: case.assertNDArrayNear(np.ones(1), np.zeros(1), 1), "must be below 1"),
        (lambda case: case.assertShapeEqual(np.ones([2]), tf.zeros([3])), r"\[2\] != \[3\]"),
        (lambda case: case.assertDTypeEqual(tf.constant(1), np.float32), "int32"),
    ],
)
def test_assertions_that_fail(case, check, message):
    with pytest.raises(AssertionError, match=message):
        check(case)


def test_errors_of_nodes(case):
    with case.assertRaisesOpError("no .* here"):
        raise tf.errors.InvalidArgumentError(None, None, "there is no x here")
    with case.assertRaisesWithPredicateMatch(ValueError, lambda error: "x" in str(error)):
        raise ValueError("xyz")
    with (
        pytest.raises(AssertionError, match="must fit"),
        case.assertRaisesWithPredicateMatch(ValueError, "q"),
    ):
        raise ValueError("xyz")
    with pytest.raises(AssertionError, match="was not raised"), case.assertRaisesOpError("x"):
        pass


def test_an_error_in_a_thread_fails_the_test():
    def test(self):
        thread = self.checkedThread(target=lambda: 1 / 0)
        thread.start()
        thread.join()

    assert "ZeroDivisionError" in failures(test)


def test_a_thread_must_be_joined():
    def test(self):
        self.checkedThread(target=int, args=("3",)).start()

    assert "was not joined" in failures(test)


def test_the_namespace():
    assert tf.test.TestCase is testing.TestCase
    assert (
        tf.test.is_built_with_cuda()
        == tf.test.is_gpu_available()
        == bool(tf.test.gpu_device_name())
    )
    assert tf.test.mock.MagicMock()() is not None
    assert tf.test.get_temp_dir() == tf.test.get_temp_dir()


def test_names_that_unittest_no_longer_has():
    case = tf.test.TestCase()
    case.assertEquals(1, 1)
    case.assert_([1])
    case.assertItemsEqual([1, 2], [2, 1])
    with case.assertRaisesRegexp(ValueError, "b.d"):
        raise ValueError("bad")
    with pytest.raises(AssertionError):
        case.assertNotEquals(1, 1)
