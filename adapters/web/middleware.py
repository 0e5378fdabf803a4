"""What holds for every request: the size of its body; and for every answer: how browsers may use it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.problems import Refused, answer_refusal
from bot.settings import Settings

MULTIPART_OVERHEAD_BYTES = 65_536  # boundaries, field names and the words beside an attachment
UPLOAD_PATH = "/chat/attachments"
#: so much more of a refused body is read, so that its client hears why
LINGER_SECONDS = 5.0
LINGER_BYTES = 50_000_000


class BodyLimit:
    """Refuses a body that is too large with 413: by its announced length before reading, else while reading."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._max_bytes = settings.max_body_bytes
        self._max_upload_bytes = settings.max_attachment_bytes + MULTIPART_OVERHEAD_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._max_upload_bytes if scope["path"] == UPLOAD_PATH else self._max_bytes
        body = _Body(receive, send, limit)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            body.is_too_large = True
            response = await answer_refusal(Request(scope), Refused("body_too_large"))
            await response(scope, receive, body.send)
            return
        await self._app(scope, body.receive, body.send)


class _Body:
    """Counts a request's body. What is left of one that is refused is read and thrown away behind the answer: a
    connection that is closed on a client that still sends loses the answer in a reset."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self.is_too_large = False

    async def receive(self) -> Message:
        """Receive the next piece.

        Raises:
            Refused: the body is too large.
        """
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_too_large = True
            raise Refused("body_too_large")
        return message

    async def send(self, message: Message) -> None:
        """Send a piece of the answer; behind the last one, let a client that was refused finish."""
        if not self.is_too_large or message["type"] != "http.response.body":
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._drain()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _drain(self) -> None:
        left = LINGER_BYTES
        while left > 0:
            message = await self._receive()
            if not message.get("more_body"):
                return
            left -= len(message["body"])


class AnswerHeaders:
    """Adds the headers that keep a browser from guessing, framing, leaking or keeping what it should not."""

    DEFAULTS = (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, completing the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Our own scripts and styles are asked for anew each time (304 if unchanged), so an upgrade shows at once.
        caching = "no-cache" if scope["path"].startswith("/static/") else "no-store"

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (*self.DEFAULTS, ("Cache-Control", caching)):
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_completed)
