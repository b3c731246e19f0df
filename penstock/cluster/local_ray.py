"""One Ray for all of a user's cluster processes on this machine, which ends with the last of them.

Where `RAY_ADDRESS` names no Ray cluster, the first process that needs one has a *keeper* start it,
a process of its own: so Ray outlives whoever came first. Every process that uses it is a *member*:
it holds a lock on a file of its own, which the system lets go of however the process ends. When
nobody has been a member for a second, the keeper ends Ray, and itself.

    FOLDER/lock        held by who changes any of this
    FOLDER/keeper      held by the keeper as long as it lives
    FOLDER/address     where Ray is, once it has started
    FOLDER/token       without which Ray answers nobody; only this user can read it
    FOLDER/members/N   held by the process N
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path

from penstock.core.errors import UnavailableError

__all__ = ["Folder", "join_local", "keep"]

_GRACE = 1.0
_PAUSE = 0.2
_START = 120.0


class Folder:
    """The files by which a user's processes on this machine know of each other.

    Args:
      path: where they are.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.address = path / "address"
        self._members = path / "members"

    @classmethod
    def usual(cls) -> Folder:
        """The folder of this user and this Python, made if it is not there."""
        made_for = hashlib.sha256(sys.prefix.encode()).hexdigest()[:10]
        path = Path(tempfile.gettempdir()) / f"penstock-{os.getuid()}" / made_for
        folder = cls(path)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.parent.stat().st_uid != os.getuid():
            raise UnavailableError(
                None, None, f"{path.parent} must belong to this user, but belongs to another. "
                "Remove it, or name another folder by TMPDIR."
            )  # fmt: skip
        folder._members.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else change anything within the block."""
        with open(self.path / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def hold(self, name: str) -> int | None:
        """Lock a file as long as this process lives; gives its number, or None if it is locked."""
        descriptor = os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def is_held(self, name: str) -> bool:
        """Tell whether a living process has locked a file."""
        descriptor = self.hold(name)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def guard(self, environment: MutableMapping[str, str]) -> None:
        """Say by environment variables, as Ray reads them, how to reach this machine's Ray.

        It listens on this machine only, and wants a token, unless `RAY_AUTH_MODE` says otherwise.
        """
        token = self.path / "token"
        if not token.exists():
            descriptor = os.open(token, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        environment.setdefault("RAY_AUTH_MODE", "token")
        environment.setdefault("RAY_AUTH_TOKEN_PATH", str(token))
        # So Ray keeps to the loopback address: the name tells where that is the usual.
        environment["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"

    def enter(self) -> None:
        """Make this process a member."""
        self.hold(f"members/{os.getpid()}")

    def has_members(self) -> bool:
        """Tell whether any member lives; forgets those that do not."""
        found = False
        for path in self._members.iterdir():
            if self.is_held(f"members/{path.name}"):
                found = True
            else:
                path.unlink(missing_ok=True)
        return found


def join_local(environment: MutableMapping[str, str]) -> str:
    """Become a member, and give the address of this machine's Ray, started if there is none.

    Args:
      environment: where to put what Ray reads in the environment.

    Raises:
      UnavailableError: if it does not start.
    """
    folder = Folder.usual()
    with folder.locked():
        folder.enter()
        folder.guard(environment)
    is_ours = _ensure_keeper(folder)
    limit = time.monotonic() + _START
    while not folder.address.exists():
        if not folder.is_held("keeper") and not folder.address.exists():
            if is_ours:
                raise _not_started(folder, _last_line(folder.path / "log"))
            is_ours = _ensure_keeper(folder)  # the one that was there was just ending
        if time.monotonic() > limit:
            raise _not_started(folder, f"did not within {_START:g} seconds")
        time.sleep(0.02)
    return folder.address.read_text()


def _ensure_keeper(folder: Folder) -> bool:
    """Start a keeper, unless there is one; tells whether there was none."""
    with folder.locked():
        if folder.is_held("keeper"):
            return False
        folder.address.unlink(missing_ok=True)
        _start_keeper(folder)
        return True


def _not_started(folder: Folder, why: str) -> UnavailableError:
    return UnavailableError(
        None, None, f"Ray must start on this machine, but: {why}. See {folder.path / 'log'}, or "
        "start one with 'ray start --head' and name it by RAY_ADDRESS."
    )  # fmt: skip


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line for line in reversed(lines) if line.strip()), "it has ended")


def _start_keeper(folder: Folder) -> None:
    with open(folder.path / "log", "w") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "penstock.cluster.keeper", str(folder.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    while not folder.is_held("keeper") and keeper.poll() is None:
        time.sleep(0.01)


def keep(folder: Folder, start: Callable[[], str], stop: Callable[[], None]) -> None:
    """Start Ray, and end it when no members are left: what the keeper does.

    Args:
      folder: the files.
      start: starts Ray, and gives its address.
      stop: ends it.
    """
    limit = time.monotonic() + _GRACE
    while folder.hold("keeper") is None:  # who looks whether it is held, holds it for a moment
        if time.monotonic() > limit:
            return
        time.sleep(_PAUSE / 10)
    address = start()
    unfinished = folder.path / "address.new"
    unfinished.write_text(address)
    unfinished.rename(folder.address)
    seen = time.monotonic()
    while True:
        time.sleep(_PAUSE)
        with folder.locked():
            if folder.has_members():
                seen = time.monotonic()
            elif time.monotonic() - seen > _GRACE:
                folder.address.unlink(missing_ok=True)
                stop()
                return
