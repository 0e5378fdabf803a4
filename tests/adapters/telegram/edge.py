"""The web edge's part towards a channel, small: parse, store, acknowledge, then pull."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from bot.channel import Channel, Inlet, WebhookRequest
from bot.errors import WebhookRejected


class WebhookEdge:
    """Serves one channel below /telegram/ on a free port of 127.0.0.1."""

    def __init__(self, inlet: Inlet) -> None:
        self.channel: Channel | None = None
        self.refusals: list[int] = []
        #: statuses to answer before anything is looked at, as a server in trouble does
        self.troubles: list[int] = []
        edge = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                path = self.path.removeprefix("/telegram/")
                request = WebhookRequest(method="POST", path=path, query={}, headers=headers, body=body)
                self.send_response(edge.receive(request, inlet))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def receive(self, request: WebhookRequest, inlet: Inlet) -> int:
        if self.troubles:
            return self.troubles.pop(0)
        assert self.channel is not None
        try:
            parsed = self.channel.parse(request)
        except WebhookRejected as refusal:
            self.refusals.append(refusal.status_code)
            return refusal.status_code
        inlet.store(parsed.messages)
        if parsed.pull is not None:
            self.channel.pull(parsed.pull, inlet)
        return 200

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
