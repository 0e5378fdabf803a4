"""A real `crmbot demo` process on loopback, to be measured from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

from bot.benchmarks.company import link_models
from bot.errors import BotError
from bot.settings import load_settings

START_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running demo."""

    address: str
    pid: int
    #: from the command to the first ready answer
    start_seconds: float

    def peak_memory_bytes(self) -> int:
        """Return the highest resident memory so far, children included."""
        process = psutil.Process(self.pid)
        return sum(_peak(each.pid) for each in [process, *process.children(recursive=True)])


@contextmanager
def running_server(environment: Mapping[str, str]) -> Iterator[Server]:
    """Start `crmbot demo` on a free port over a folder of its own, and stop it at the end.

    Raises:
        BotError: it did not become ready.
    """
    with TemporaryDirectory(prefix="crmbot-bench-") as name, Path(name, "log").open("wb") as log:
        folder = Path(name)
        link_models(load_settings().data_dir, folder)
        port = _free_port()
        values = {**os.environ, **environment, "CRMBOT_DATA_DIR": name, "CRMBOT_DATABASE_URL": ""}
        command = [sys.executable, "-m", "bot.cli", "demo", "--port", str(port)]
        started = time.monotonic()
        with subprocess.Popen(command, env=values, stdout=log, stderr=log) as process:  # noqa: S603
            try:
                address = f"http://127.0.0.1:{port}"
                _wait_until_ready(address, process, folder / "log")
                yield Server(address=address, pid=process.pid, start_seconds=time.monotonic() - started)
            finally:
                process.terminate()
                process.wait(timeout=30)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/ready", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass  # it does not listen yet; asked again until the deadline
        time.sleep(0.1)
    raise BotError(f"The demo did not become ready: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _peak(pid: int) -> int:
    """Return VmHWM, Linux's own record of the peak; elsewhere the present resident memory."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return int(psutil.Process(pid).memory_info().rss)
