from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from adapters.web import build_app, run_server
from adapters.web.server import open_listener
from bot.errors import SettingsInvalid
from crm_core.database import Database
from tests.adapters.web.conftest import PROOF
from tests.adapters.web.fakes import FakeChats, build_edge, run_site

PROGRAM = """
import sys
from pathlib import Path
from adapters.web import build_app, run_server
from crm_core.database import Database
from tests.adapters.web.fakes import FakeChats, build_edge
database = Database("sqlite:///" + sys.argv[1])
app = build_app(build_edge(database, FakeChats()))
run_server(app, "127.0.0.1", 0, lambda: print("started", flush=True))
print("stopped in order", flush=True)
"""


def test_a_taken_port_is_explained_in_one_line(staff_database: Database) -> None:
    with open_listener("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsInvalid, match=rf"127\.0\.0\.1 port {port} .*--port") as refusal:
            run_server(_app(staff_database), "127.0.0.1", port, lambda: None)
    assert "\n" not in str(refusal.value)


def test_an_address_that_is_not_ours_is_explained(staff_database: Database) -> None:
    with pytest.raises(SettingsInvalid, match="CRMBOT_HOST"):
        run_server(_app(staff_database), "192.0.2.1", 8000, lambda: None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_gives_control_back(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "a.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert (output, errors, process.returncode) == ("stopped in order\n", "", 0)


def test_open_pages_do_not_hold_up_the_stop(staff_database: Database) -> None:
    following = threading.Event()

    def follow(url: str) -> None:
        with httpx.Client(base_url=url, headers=PROOF, timeout=30) as client:
            client.post("/chat/session", json={})
            with client.stream("GET", "/chat/events") as response:
                for _ in response.iter_bytes():
                    following.set()

    with run_site(staff_database, FakeChats()) as site:
        page = threading.Thread(target=follow, args=(site.url,))
        page.start()
        assert following.wait(10)
    # run_site has waited for the server's end, and the page has seen a regular end of its stream.
    page.join(5)
    assert not page.is_alive()


def _app(database: Database) -> FastAPI:
    return build_app(build_edge(database, FakeChats()))
