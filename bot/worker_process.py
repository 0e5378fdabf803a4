"""The worker as a child process of `crmbot serve`: its computing never holds up the web server's answers.

Promise: the child dies with its parent and is started again when it dies alone. Never: work in the parent.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import Event
from threading import Event as ThreadEvent
from threading import Thread

from bot.log import set_up_logging
from bot.running import Running
from bot.settings import Settings
from bot.wiring import Program

logger = logging.getLogger(__name__)

WATCH_SECONDS = 1.0
RESTART_PAUSE_SECONDS = 2.0
#: Python's own 5 ms would let a thread that has the database's only writing turn wait so long for each of its
#: statements, behind threads that merely compute, and the web server with it
SWITCH_SECONDS = 0.001


class WorkerProcess:
    """Starts and watches the child."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._ready = self._context.Event()
        self._woken = self._context.Event()
        self._stopping = ThreadEvent()
        self._watcher = Thread(target=self._watch, name="worker-watcher", daemon=True)

    @property
    def is_ready(self) -> bool:
        """Whether the child handles messages: its encoder is loaded."""
        return self._ready.is_set()

    def start(self) -> None:
        """Start the child and watch it; return at once."""
        self._watcher.start()

    def wake(self) -> None:
        """Tell the child that something was stored."""
        self._woken.set()

    def stop(self) -> None:
        """End the child and wait for it; what it had under way is finished or given back by its lease."""
        self._stopping.set()
        self._watcher.join(timeout=20)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            arguments = (self._settings, self._ready, self._woken, os.getpid())
            child = self._context.Process(target=_work, args=arguments, name="crmbot-worker", daemon=True)
            child.start()
            while child.is_alive() and not self._stopping.wait(WATCH_SECONDS):
                pass
            if self._stopping.is_set():
                child.terminate()
                child.join(timeout=15)
                return
            self._ready.clear()
            logger.error("The worker died and is started again.", extra={"action": "worker_died"})
            self._stopping.wait(RESTART_PAUSE_SECONDS)


def _work(settings: Settings, ready: Event, woken: Event, parent_pid: int) -> None:
    """Run the worker until it is told to stop or its parent is gone."""
    set_up_logging(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    program = Program(settings)
    running = Running(program, on_ready=ready.set)
    signal.signal(signal.SIGTERM, running.ask_to_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    running.start()
    while not running.is_stopping and os.getppid() == parent_pid:
        if woken.wait(WATCH_SECONDS):
            woken.clear()
            program.wakeup.set()
    running.stop()
