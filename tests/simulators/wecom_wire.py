"""HTTP on loopback for the WeCom simulator: one thread for each connection, answers that can be lost or late."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(eq=False)
class Refusal(Exception):
    """Answers with an errcode, instead of doing anything."""

    errcode: int
    errmsg: str = "refused"


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `is_dropped` closes the connection without sending it."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()
    is_dropped: bool = False

    @classmethod
    def json(cls, payload: dict[str, Any]) -> Answer:
        return cls(json.dumps(payload, ensure_ascii=False).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two packets; do not wait between them
    respond: Callable[[Request], Answer]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        answer = type(self).respond(request)
        if answer.is_dropped:
            self.close_connection = True
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        try:
            self.send_response(answer.status)
            for name, value in (("Content-Type", answer.content_type), *answer.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
        except ConnectionError:
            self.close_connection = True


class WireServer:
    """A server whose requests `respond` answers, each in its connection's thread."""

    def __init__(self, respond: Callable[[Request], Answer]) -> None:
        handler = type("Handler", (_Handler,), {"respond": staticmethod(respond)})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
