"""What holds for every request: the size of its body; and for every answer: how browsers may use it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.problems import Refused, answer_refusal
from bot.settings import Settings

MULTIPART_OVERHEAD_BYTES = 65_536  # boundaries, field names and the words beside an attachment
UPLOAD_PATH = "/chat/attachments"


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
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            await _refuse(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit), send)


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise Refused("body_too_large")
        return message

    return receive_counted


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    # The connection stays open: closing it on a client that still sends would lose our answer in a reset.
    response = await answer_refusal(Request(scope), Refused("body_too_large"))
    await response(scope, receive, send)


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
