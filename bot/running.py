"""A running process: the worker's loops and the channels' receivers in threads, started and stopped together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from bot.leadership import Leadership
from bot.wakeup import listen
from bot.wiring import Program
from bot.worker import Worker

logger = logging.getLogger(__name__)

#: network calls wait, so several replies are under way at once
REPLY_THREADS = 3
LEADERSHIP_RETRY_SECONDS = 5.0


class Running:
    """The background work of one process."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._stopping = Event()
        self._ready = Event()
        self._threads: list[Thread] = []
        self._leadership = Leadership(program.database, program.settings.data_dir)

    @property
    def is_ready(self) -> bool:
        """Whether messages are being handled: the encoder is loaded."""
        return self._ready.is_set()

    def start(self) -> None:
        """Load the heavy parts and begin all loops, in the background; return at once."""
        self._spawn("worker-start", self._run_worker)
        self._spawn("receivers", self._run_receivers)
        self._spawn("listener", self._run_listener)

    def wait(self) -> None:
        """Wait until somebody asks to stop."""
        self._stopping.wait()

    def ask_to_stop(self, *_signal: object) -> None:
        """Ask everything to end, from a signal handler; `stop` waits for it."""
        self._stopping.set()

    def stop(self) -> None:
        """Ask everything to end and wait for it; what is under way is finished or given back by its lease."""
        self._stopping.set()
        self._program.wakeup.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self._leadership.release()

    def _run_worker(self) -> None:
        worker = self._program.worker(self._program.channels)
        self._ready.set()
        logger.info("Ready for messages.", extra={"action": "ready"})
        for _ in range(REPLY_THREADS):
            self._spawn("replies", self._looping(worker, worker.run_replies))
        self._spawn("due", self._looping(worker, worker.run_due))
        self._looping(worker, worker.run_messages)()

    def _looping(self, worker: Worker, step: Callable[[], int]) -> Callable[[], None]:
        def run() -> None:
            worker.loop(step, self._stopping)

        return run

    def _run_listener(self) -> None:
        listen(self._program.database, self._program.wakeup, self._stopping)

    def _run_receivers(self) -> None:
        """Poll only while this process holds the leadership; take over when the holder dies."""
        while not self._stopping.is_set():
            if self._leadership.acquire():
                break
            self._stopping.wait(LEADERSHIP_RETRY_SECONDS)
        else:
            return
        for channel in self._program.channels.values():
            channel.start(self._program.inlet)
        self._stopping.wait()
        for channel in self._program.channels.values():
            channel.stop()

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
