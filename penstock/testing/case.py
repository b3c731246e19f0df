"""`tf.test.TestCase`: a fresh graph and fixed seeds for each test, sessions, and assertions."""

import contextlib
import random
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from absl.testing import absltest

from penstock.core.errors import OpError
from penstock.core.nest import flatten
from penstock.graph.default import default_graph, default_session, reset_default_graph
from penstock.graph.graph import Graph
from penstock.session.session import Session
from penstock.testing.comparisons import Comparisons

__all__ = ["CheckedThread", "TestCase"]

_SEED = 87654321


class TestCase(Comparisons):
    """A test case for graphs.

    Each test begins with an empty default graph and the same seeds: of the graph, of NumPy's
    global generator, and of Python's.

        class SquareTest(tf.test.TestCase):
            def testSquare(self):
                with self.cached_session():
                    self.assertAllEqual(tf.square([2, 3]).eval(), [4, 9])
    """

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._session: Session | None = None
        self._threads: list[CheckedThread] = []

    def setUp(self) -> None:
        super().setUp()
        self._close_session()
        random.seed(_SEED)
        np.random.seed(_SEED)
        reset_default_graph()
        default_graph().seed = _SEED

    def tearDown(self) -> None:
        for thread in self._threads:
            thread.check_termination()
        self._close_session()
        super().tearDown()

    def get_temp_dir(self) -> str:
        """A folder for this test, empty at its start."""
        return self.create_tempdir().full_path

    @contextlib.contextmanager
    def session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """A new session, the default one while the block runs, closed after it.

        Args:
          graph: The graph to run; the default one if None.
          config: A `ConfigProto`.
          use_gpu: Whether nodes made in the block may go to a GPU.
          force_gpu: Whether they must.
        """
        with (
            Session(graph=graph or default_graph(), config=config) as session,
            _placed(session.graph, use_gpu, force_gpu),
        ):
            yield session

    @contextlib.contextmanager
    def cached_session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> Iterator[Session]:
        """The one session of this test, the default one while the block runs.

        Raises:
          ValueError: It was made with another graph.
        """
        graph = graph or default_graph()
        if self._session is None:
            self._session = Session(graph=graph, config=config)
        if self._session.graph is not graph:
            raise ValueError(
                "A test has one cached session, which was made for another graph: call "
                "`self.session(graph=...)` for a second one."
            )
        with (
            graph.as_default(),
            self._session.as_default(),
            _placed(graph, use_gpu, force_gpu),
        ):
            yield self._session

    def test_session(
        self,
        graph: Graph | None = None,
        config: Any = None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> contextlib.AbstractContextManager[Session]:
        """The older name: `cached_session`, or a new session if a graph is given."""
        if self._testMethodName == "test_session":  # unittest takes it for a test, by its name
            self.skipTest("not a test")
        kind = self.cached_session if graph is None else self.session
        return kind(graph, config, use_gpu, force_gpu)

    def evaluate(self, tensors: Any) -> Any:
        """The values of a nest of tensors, in the default session or that of this test."""
        session = default_session()
        if session is not None:
            return session.run(tensors)
        graphs = [leaf.graph for leaf in flatten(tensors) if hasattr(leaf, "graph")]
        with self.test_session(graph=next(iter(graphs), None)) as session:
            return session.run(tensors)

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: type[BaseException], expected_err_re_or_predicate: Any
    ) -> Iterator[None]:
        """Checks that the block raises an error whose message fits.

        Args:
          exception_type: The class of the error.
          expected_err_re_or_predicate: A regular expression to find in the message, or a function
            of the error that tells whether it fits.
        """
        expected = expected_err_re_or_predicate
        try:
            yield
        except exception_type as error:
            text = error.message if isinstance(error, OpError) else str(error)
            fits = expected(error) if callable(expected) else re.search(expected, text)
            if not fits:
                raise AssertionError(f"The error must fit {expected!r}: {error}") from error
            return
        self.fail(f"{exception_type.__name__} was not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """Checks that the block raises a `tf.OpError` whose message fits."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def checkedThread(
        self, target: Callable[..., Any], args: Any = None, kwargs: Any = None
    ) -> "CheckedThread":
        """A thread whose error becomes the test's; to be started and joined."""
        thread = CheckedThread(self, target, args or (), kwargs or {})
        self._threads.append(thread)
        return thread

    def _close_session(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None


class CheckedThread:
    """A thread that hands its error to the test that joins it."""

    def __init__(
        self,
        case: absltest.TestCase,
        target: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._case = case
        self._target, self._args, self._kwargs = target, args, kwargs
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._joined = True

    def start(self) -> None:
        """Starts the thread."""
        self._joined = False
        self._thread.start()

    def join(self) -> None:
        """Waits for the end of the thread; fails the test if it ended by an error."""
        self._thread.join()
        self._joined = True
        if self._error is not None:
            self._case.fail(f"An error in a thread: {self._error!r}")

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def check_termination(self) -> None:
        """Fails the test if the thread was started and not joined."""
        if not self._joined:
            self._case.fail("A thread was not joined at the end of the test")

    def _run(self) -> None:
        try:
            self._target(*self._args, **self._kwargs)
        except BaseException as error:  # `join` hands it on
            self._error = error


def _placed(graph: Graph, use_gpu: bool, force_gpu: bool) -> contextlib.AbstractContextManager[Any]:
    if force_gpu:
        return graph.device("/device:GPU:0")
    return contextlib.nullcontext() if use_gpu else graph.device("/device:CPU:0")
