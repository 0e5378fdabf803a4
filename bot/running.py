"""A running process: the worker's loops and the channels' receivers in threads, started and stopped together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from bot import daily
from bot.calibration import refit_if_outdated
from bot.eager import EagerInlet
from bot.leadership import Leadership
from bot.wakeup import listen
from bot.wiring import Program
from bot.worker import Worker

logger = logging.getLogger(__name__)

#: one batch is written while the next ones are encoded
MESSAGE_THREADS = 3
#: network calls wait, so several replies are under way at once
REPLY_THREADS = 3
LEADERSHIP_RETRY_SECONDS = 5.0
STOP_SECONDS = 10.0


class Running:
    """The background work of one process; `on_ready` is called once messages are being handled."""

    def __init__(self, program: Program, *, on_ready: Callable[[], None] = lambda: None) -> None:
        self._program = program
        self._on_ready = on_ready
        self._stopping = Event()
        self._loops: list[Thread] = []
        self._receivers: list[Thread] = []
        self._leadership = Leadership(program.database, program.settings.data_dir)

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Load the heavy parts and begin all loops, in the background; return at once."""
        self._spawn(self._loops, "worker", self._run_worker)
        self._spawn(self._receivers, "receivers", self._run_receivers)
        self._spawn(self._receivers, "listener", self._run_listener)

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
        # The loops first: a reply under way still needs its channel's connection.
        for thread in [*self._loops, *self._receivers]:
            thread.join(timeout=STOP_SECONDS)
        for channel in self._program.channels.values():
            channel.stop()
        self._leadership.release()

    def _run_worker(self) -> None:
        worker = self._program.worker(self._program.channels)
        worker.reader.warm_up(now=self._program.clock())
        with self._program.database.transaction() as session:
            daily.ensure_mornings(session, now=self._program.clock(), zone=self._program.settings.zone)
        self._on_ready()
        logger.info("Ready for messages.", extra={"action": "ready"})
        for _ in range(REPLY_THREADS):
            # One at a time: a slow platform must not let the leases of other replies run out.
            self._spawn(self._loops, "replies", self._looping(worker, partial(worker.run_replies, limit=1)))
        self._spawn(self._loops, "due", self._looping(worker, worker.run_due))
        for _ in range(MESSAGE_THREADS):
            self._spawn(self._loops, "messages", self._looping(worker, worker.run_messages))

    def _looping(self, worker: Worker, step: Callable[[], int]) -> Callable[[], None]:
        def run() -> None:
            worker.loop(step, self._stopping)

        return run

    def _run_listener(self) -> None:
        listen(self._program.database, self._program.wakeup, self._stopping)

    def _run_receivers(self) -> None:
        """Poll only while this process holds the leadership; take over when the holder dies."""
        while not self._leadership.acquire():
            if self._stopping.wait(LEADERSHIP_RETRY_SECONDS):
                return
        for name, channel in self._program.channels.items():
            channel.start(EagerInlet(self._program.inlet, self._program.channels[name]))
        if refit_if_outdated(self._program) is not None:
            logger.info("Calibrated again, for this version.", extra={"action": "calibrated"})

    def _spawn(self, group: list[Thread], name: str, target: Callable[[], None]) -> None:
        thread = Thread(target=target, name=name, daemon=True)
        group.append(thread)
        thread.start()
