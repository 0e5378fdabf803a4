"""Runs the web application until it is told to stop."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from bot.errors import SettingsInvalid

GRACE_SECONDS = 10  # requests that still run get this long


class ChatServer(uvicorn.Server):
    """uvicorn, but event streams end when it stops, and a signal ends `run` instead of the process."""

    def __init__(self, app: FastAPI, listener: socket.socket, on_started: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS
            )
        )
        self._app = app
        self._listener = listener
        self._on_started = on_started

    def run_until_stopped(self) -> None:
        """Serve; returns after SIGINT, SIGTERM or `stop`."""
        self.run(sockets=[self._listener])

    def stop(self) -> None:
        """Make `run_until_stopped` return; may be called from any thread."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening and say so."""
        await super().startup(sockets=sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams first: uvicorn waits for open connections, and theirs never end by themselves."""
        self._app.state.services.followers.close()
        await super().shutdown(sockets=sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on signals without raising them again afterwards: the caller still has workers to stop."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        earlier = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)


def run(app: FastAPI, host: str, port: int, on_started: Callable[[], None]) -> None:
    """Serve as `adapters.web.run_server` says.

    Raises:
        SettingsInvalid: the address cannot be listened on.
    """
    ChatServer(app, open_listener(host, port), on_started).run_until_stopped()


def open_listener(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 takes a free one.

    Raises:
        SettingsInvalid: the address is taken, not ours, or not permitted.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsInvalid(
            f"Cannot listen on {host} port {port} ({error.strerror or error}): stop the program that uses it, "
            "or choose another with --host, --port or CRMBOT_HOST, CRMBOT_PORT."
        ) from error
    return listener
