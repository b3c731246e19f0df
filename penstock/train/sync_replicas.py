"""`tf.train.SyncReplicasOptimizer`: several workers make each step together."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from penstock.core.dtypes import int32
from penstock.functions.accumulators import (
    ConditionalAccumulator,
    ConditionalAccumulatorBase,
    SparseConditionalAccumulator,
)
from penstock.functions.arrays_filling import fill
from penstock.functions.graph_scopes import colocate_with, control_dependencies, device
from penstock.functions.grouping import group, no_op
from penstock.functions.queue_kinds import FIFOQueue
from penstock.functions.state import assign
from penstock.functions.variable_collections import (
    global_variables,
    report_uninitialized_variables,
)
from penstock.functions.variables import Variable
from penstock.graph.collections import GraphKeys
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.train.optimizer import Optimizer
from penstock.train.queue_filling import QueueRunner
from penstock.train.sync_replicas_hook import SyncReplicasHook

__all__ = ["SyncReplicasOptimizer"]

_log = logging.getLogger("tensorflow")


class SyncReplicasOptimizer(Optimizer):
    """Has several workers make each step together, by the mean of their gradients.

    A worker puts its gradients in accumulators, one for each variable, and waits for a token. The
    chief, besides its own work as a worker, waits in a thread until there are enough gradients,
    has the wrapped optimizer make the step, and then gives out tokens for the next one. A gradient
    that was begun before the last step comes too late and is dropped. So with more workers than
    gradients are needed, the slowest are not waited for: these are the backup workers.

        optimizer = tf.train.SyncReplicasOptimizer(
            tf.train.AdamOptimizer(1e-3), replicas_to_aggregate=4, total_num_replicas=5)
        train = optimizer.minimize(loss, global_step=tf.train.get_or_create_global_step())
        hook = optimizer.make_session_run_hook(is_chief)
        with tf.train.MonitoredTrainingSession(is_chief=is_chief, hooks=[hook]) as sess:
            while not sess.should_stop():
                sess.run(train)

    Args:
      opt: the optimizer that makes the steps.
      replicas_to_aggregate: how many gradients make a step.
      total_num_replicas: how many workers there are; `replicas_to_aggregate` if None. It may also
        be less: workers then make more than one gradient for each step.
      variable_averages: a `tf.train.ExponentialMovingAverage` to update after each step.
      variables_to_average: the variables that it averages.
      use_locking: as for all optimizers.
      name: the name scope of the accumulators.

    Attributes:
      local_step_init_op: the node by which a worker begins at the global step.
      chief_init_op: the same for the chief, which begins the accumulators as well.
      ready_for_local_init_op: names what these have to wait for.
    """

    def __init__(
        self,
        opt: Optimizer,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: Any = None,
        variables_to_average: Any = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ) -> None:
        super().__init__(use_locking, name)
        total = replicas_to_aggregate if total_num_replicas is None else total_num_replicas
        self._opt = opt
        self._needed = replicas_to_aggregate
        self._total = total
        self._tokens_per_step = max(total, replicas_to_aggregate)
        self._averages = variable_averages
        self._averaged = variables_to_average
        self._global_step: Any = None
        self._token_queue: FIFOQueue | None = None
        self._chief_queue_runner: QueueRunner | None = None
        self.local_step_init_op: Any = None
        self.chief_init_op: Node | None = None
        self.ready_for_local_init_op: Tensor | None = None
        _log.info(
            "SyncReplicasOptimizer: %d gradients of %d workers make a step.",
            replicas_to_aggregate,
            total,
        )

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Build the gradients of a loss, as the wrapped optimizer does."""
        return self._opt.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Any]],
        global_step: Any = None,
        name: str | None = None,
    ) -> Any:
        """Build a worker's part of the step, and the chief's.

        Args:
          grads_and_vars: pairs as `compute_gradients` gives them.
          global_step: the variable that counts the steps; it is needed.
          name: not used, as in TensorFlow.

        Returns:
          A tensor: a run of it puts a worker's gradients in, waits for a token, and gives the step
          that the token is of.

        Raises:
          ValueError: if there are no variables, or no global step.
        """
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError(
                "No variables provided: apply_gradients got an empty list. Give it the pairs of "
                "compute_gradients."
            )
        if global_step is None:
            raise ValueError(
                "SyncReplicasOptimizer tells stale gradients by the global step, but none was "
                "given. Pass global_step=tf.train.get_or_create_global_step()."
            )
        self._global_step = global_step
        with colocate_with(no_op()):
            local_step = Variable(
                0,
                trainable=False,
                collections=[GraphKeys.LOCAL_VARIABLES],
                dtype=global_step.dtype.base_dtype,
                name="sync_rep_local_step",
            )
        self.local_step_init_op = assign(local_step, global_step)
        self.ready_for_local_init_op = report_uninitialized_variables(global_variables())
        with name_scope(None, self._name):
            return self._build(pairs, local_step)

    def _build(self, pairs: list[tuple[Any, Any]], local_step: Any) -> Any:
        global_step = self._global_step
        added: list[Node] = []
        taken: list[tuple[Any, Any]] = []
        accumulators: list[tuple[ConditionalAccumulatorBase, str]] = []
        for gradient, variable in pairs:
            with device(variable.device):
                if gradient is None:
                    taken.append((None, variable))
                    continue
                accumulator, node, mean = self._accumulate(gradient, variable, local_step)
            added.append(node)
            taken.append((mean, variable))
            accumulators.append((accumulator, variable.device))
        with device(global_step.device), name_scope(""):
            step = self._opt.apply_gradients(taken, global_step)
            train = self._wait_for_token(added, local_step)
            self._chief_queue_runner = self._give_tokens(step)
        started = [self.local_step_init_op]
        for accumulator, place in accumulators:
            with device(place):
                started.append(accumulator.set_global_step(global_step, name="SetGlobalStep"))
        self.chief_init_op = group(*started)
        return train

    def _accumulate(
        self, gradient: Any, variable: Any, local_step: Any
    ) -> tuple[ConditionalAccumulatorBase, Node, Any]:
        """Build an accumulator, what adds a worker's gradient, and what takes the mean."""
        shared = f"{variable.name}/grad_accum"
        if isinstance(gradient, IndexedSlices):
            rows = SparseConditionalAccumulator(gradient.dtype, shape=(), shared_name=shared)
            added = rows.apply_indexed_slices_grad(gradient, local_step=local_step)
            return rows, added, rows.take_indexed_slices_grad(self._needed)
        dense = ConditionalAccumulator(gradient.dtype, variable.get_shape(), shared_name=shared)
        return dense, dense.apply_grad(gradient, local_step), dense.take_grad(self._needed)

    def _wait_for_token(self, added: list[Node], local_step: Any) -> Any:
        """Build the end of a worker's turn: it waits, and learns the next step's number."""
        kind = self._global_step.dtype.base_dtype
        self._token_queue = FIFOQueue(
            -1, kind, shapes=(), name="sync_token_q", shared_name="sync_token_q"
        )
        self._dummy_queue = FIFOQueue(
            1, int32, shapes=(), name="dummy_queue", shared_name="dummy_queue"
        )
        with control_dependencies(added):
            token = self._token_queue.dequeue()
        return assign(local_step, token)

    def _give_tokens(self, step: Any) -> QueueRunner:
        """Build what the chief's thread does: the step, then the tokens, then the averages."""
        assert self._token_queue is not None
        with control_dependencies([step]):
            tokens = fill([self._tokens_per_step], self._global_step)
            given = self._token_queue.enqueue_many((tokens,))
        if self._averages is not None:
            with control_dependencies([given]):
                given = self._averages.apply(self._averaged)
        return QueueRunner(self._dummy_queue, [given])

    def get_chief_queue_runner(self) -> QueueRunner:
        """Give the queue runner whose thread makes the steps; only the chief starts it.

        Raises:
          ValueError: if `apply_gradients` was not called yet.
        """
        if self._chief_queue_runner is None:
            raise ValueError(_not_yet("get_chief_queue_runner"))
        return self._chief_queue_runner

    def get_init_tokens_op(self, num_tokens: int = -1) -> Node:
        """Build what gives out the first tokens, so that workers are not stuck at once.

        Args:
          num_tokens: how many; -1 for one for each gradient of a step.

        Returns:
          A node that only the chief runs, once.

        Raises:
          ValueError: if `apply_gradients` was not called yet, or if with so few tokens the first
            step would never come.
        """
        if self._token_queue is None:
            raise ValueError(_not_yet("get_init_tokens_op"))
        least = self._needed - self._total
        if num_tokens == -1:
            num_tokens = self._needed
        elif num_tokens < least:
            raise ValueError(
                f"Too few tokens to finish the first step: with {self._total} workers and "
                f"{self._needed} gradients for a step, num_tokens must be {least} or more, but is "
                f"{num_tokens}."
            )
        if num_tokens <= 0:
            return no_op(name="no_init_tokens")
        with device(self._global_step.device), name_scope(""):
            return self._token_queue.enqueue_many((fill([num_tokens], self._global_step),))

    def make_session_run_hook(self, is_chief: bool, num_tokens: int = -1) -> SyncReplicasHook:
        """Make the hook that gets a monitored session ready for training together.

        Args:
          is_chief: whether it is the chief's session.
          num_tokens: as for `get_init_tokens_op`.
        """
        return SyncReplicasHook(self, is_chief, num_tokens)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """Give a slot of the wrapped optimizer."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """List the names of the slots of the wrapped optimizer."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Any]:
        """List the variables of the wrapped optimizer."""
        return self._opt.variables()


def _not_yet(method: str) -> str:
    return f"{method}() needs the nodes that apply_gradients() or minimize() builds: call it first."
