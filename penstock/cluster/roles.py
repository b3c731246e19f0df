"""The roles of a job's processes, and what each is told: its flags and `TF_CONFIG`."""

from __future__ import annotations

import ast
import json
import socket
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from penstock.core.errors import InvalidArgumentError

__all__ = ["Role", "arguments_for", "environment_for", "flags_in", "free_addresses", "roles_of"]

# Jobs whose tasks serve others until the job is over; it is over when the other jobs' tasks are.
_SERVING = frozenset({"ps"})
# The flags by which programs usually take their role, with how they are filled in.
_FLAGS = {
    "job_name": "{job}",
    "task_index": "{index}",
    "task_id": "{index}",
    "ps_hosts": "{ps}",
    "worker_hosts": "{worker}",
    "chief_hosts": "{chief}",
}


@dataclass(frozen=True, slots=True)
class Role:
    """One process of a job: a task of its cluster."""

    job: str
    index: int

    def __str__(self) -> str:
        return f"{self.job} {self.index}"

    @property
    def serves(self) -> bool:
        """Whether it serves the others, and ends when they have."""
        return self.job in _SERVING


def roles_of(counts: Mapping[str, int]) -> list[Role]:
    """List the roles of a job with so many tasks of each name."""
    return [Role(job, index) for job, count in counts.items() for index in range(count)]


def free_addresses(roles: Iterable[Role]) -> dict[str, list[str]]:
    """Give each role an address of this machine at which nothing listens, by job."""
    addresses: dict[str, list[str]] = {}
    taken = []
    for role in roles:
        taken.append(socket.socket())
        taken[-1].bind(("localhost", 0))
        addresses.setdefault(role.job, []).append(f"localhost:{taken[-1].getsockname()[1]}")
    for one in taken:
        one.close()
    return addresses


def environment_for(role: Role, addresses: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give the environment that tells a process its role: `TF_CONFIG`."""
    config = {"cluster": addresses, "task": {"type": role.job, "index": role.index}}
    return {"TF_CONFIG": json.dumps(config)}


def flags_in(source: str) -> list[str]:
    """List those flags for a role that a program names, as far as its text tells."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    texts = {
        node.value.lstrip("-").replace("-", "_")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return [flag for flag in _FLAGS if flag in texts]


def arguments_for(
    role: Role,
    addresses: Mapping[str, Sequence[str]],
    given: Sequence[str],
    flags: Sequence[str],
) -> list[str]:
    """Give a process its arguments.

    Args:
      role: its role.
      addresses: the addresses of all tasks, by job.
      given: the arguments for all, in which ``{job}``, ``{index}`` and, for each job's addresses,
        ``{ps}``, ``{worker}`` … stand for what is this role's.
      flags: flags for the role, to be added where `given` says nothing of the kind itself.

    Raises:
      InvalidArgumentError: if a ``{name}`` is none of these.
    """
    facts = {"ps": "", "chief": "", **{job: ",".join(some) for job, some in addresses.items()}}
    facts.update(job=role.job, index=str(role.index))
    named = [argument for argument in given if _fields(argument)]
    own = {argument.lstrip("-").partition("=")[0] for argument in given}
    added = [] if named else [flag for flag in flags if flag not in own and _is_set(flag, facts)]
    filled = [_filled(argument, facts) if argument in named else argument for argument in given]
    return [*filled, *(f"--{flag}={_filled(_FLAGS[flag], facts)}" for flag in added)]


def _is_set(flag: str, facts: Mapping[str, str]) -> bool:
    return bool(_filled(_FLAGS[flag], facts))


def _fields(argument: str) -> list[str]:
    """List the ``{name}``s in an argument; none, where its braces are something else."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(argument) if name is not None]
    except ValueError:
        return []
    return names if names and all(name.isidentifier() for name in names) else []


def _filled(argument: str, facts: Mapping[str, str]) -> str:
    try:
        return argument.format_map(facts)
    except KeyError as error:
        raise InvalidArgumentError(
            None, None, f"What stands in braces in {argument!r} must be one of {sorted(facts)}, "
            f"but {error} is none of them."
        ) from None  # fmt: skip
