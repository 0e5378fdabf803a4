"""Whose turn it is to write to an SQLite file, among all threads and processes that use it.

Promise: a writer waits asleep and is woken when the writer before him has finished; a killed process leaves nothing
locked. SQLite itself lets writers sleep in steps of up to 100 ms and look again, so that the busiest wins:
a webhook would wait a quarter of a second behind a busy worker. Never: a rule about what is written.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]


class WriterQueue:
    """The queue of one file's writers; `path` is the lock's own file, made when first needed.

    Two locks, as in front of a counter: who waits next holds the second one, so that nobody who came later, the writer
    before him included, takes the first one in the moment in which it is free and he is not yet awake.
    """

    def __init__(self, path: Path) -> None:
        # Held by a thread of this process; re-entrant, so that a nested transaction fails in SQLite and does not hang.
        self._threads = threading.RLock()
        self._depth = 0
        #: threads of this process that wait and are in a hurry
        self._hurried: set[int] = set()
        self._turn = _FileLock(path)
        self._next = _FileLock(path.with_name(f"{path.name}-next"))

    @contextmanager
    def turn(self, *, is_patient: bool = False) -> Iterator[None]:
        """Run the block as the file's only writer; who `is_patient` asks nobody to hurry while he waits."""
        self._enter(is_patient)
        try:
            self._depth += 1
            if self._depth == 1:
                self._take_turn()
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._turn.release()
            self._threads.release()

    def is_awaited(self) -> bool:
        """Tell the writer whose turn it is whether another waits: one of his process in a hurry, or another process."""
        return bool(self._hurried) or self._next.is_held_elsewhere()

    def close(self) -> None:
        """Close the locks' files; the next turn opens them again."""
        with self._threads:
            self._turn.close()
            self._next.close()

    def _enter(self, is_patient: bool) -> None:
        if not is_patient:
            self._hurried.add(threading.get_ident())
        try:
            self._threads.acquire()
        finally:
            self._hurried.discard(threading.get_ident())

    def _take_turn(self) -> None:
        self._next.acquire()
        try:
            self._turn.acquire()
        finally:
            self._next.release()


class _FileLock:
    """A lock among processes on a file of its own; the kernel drops it when its process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None

    def acquire(self) -> None:
        if fcntl is not None:
            fcntl.flock(self._open(), fcntl.LOCK_EX)

    def release(self) -> None:
        if fcntl is not None and self._file is not None:
            fcntl.flock(self._file[1], fcntl.LOCK_UN)

    def is_held_elsewhere(self) -> bool:
        """Whether another process holds it; not to be asked by who holds it himself."""
        if fcntl is not None:
            try:
                fcntl.flock(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            self.release()
        return False

    def close(self) -> None:
        if self._file is not None and self._file[0] == os.getpid():
            os.close(self._file[1])
        self._file = None

    def _open(self) -> int:
        # A forked child would share its parent's lock: it opens the file for itself.
        if self._file is None or self._file[0] != os.getpid():
            self._file = (os.getpid(), os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._file[1]
