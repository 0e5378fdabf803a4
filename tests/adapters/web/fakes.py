"""A conversation in memory that keeps the promises of `Inlet` and `Transcript`, and a site that serves it for real."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import filetype
from fastapi import FastAPI

from adapters.web import build_app
from adapters.web.edge import Author, WebEdge
from adapters.web.server import ChatServer, open_listener
from bot.channel import Attachment, Channel, InboundMessage, ReplyMedia
from bot.errors import AttachmentRefused
from bot.settings import Settings
from crm_core.database import Database

SECRET_KEY = "a key for tests only"


@dataclass(frozen=True)
class FakeLine:
    cursor: str
    author: Author
    text: str
    message_id: str
    choices: Sequence[tuple[str, str]] = ()
    media: Sequence[ReplyMedia] = ()
    attachments: Sequence[Attachment] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class FakeChats:
    """Inlet and transcript of one process; `answer` is the bot: called with each new message, outside the lock."""

    def __init__(self, *, max_attachment_bytes: int = 1_000_000) -> None:
        self.stored: list[InboundMessage] = []
        self.calls: list[int] = []
        self.files: dict[str, bytes] = {}
        self.answer: Callable[[InboundMessage], None] = lambda message: None
        self._max_attachment_bytes = max_attachment_bytes
        self._lines: dict[str, list[FakeLine]] = {}
        self._known: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        #: where a site that serves this keeps the files
        self.folder = Path()

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        new = []
        with self._lock:
            self.calls.append(len(messages))
            for message in messages:
                if (message.channel, message.external_id) not in self._known:
                    self._known.add((message.channel, message.external_id))
                    self.stored.append(message)
                    new.append(message)
        for message in new:
            self._note_person(message)
            self.answer(message)
        return len(new)

    def cursor(self, name: str) -> str | None:
        return None

    def keep(self, content: bytes, *, kind: str, filename: str) -> Attachment:
        media_type = filetype.guess_mime(content) or "text/plain"
        if len(content) > self._max_attachment_bytes:
            raise AttachmentRefused(reason_zh="文件太大。", reason_en="The file is too large.")
        if content.startswith(b"MZ"):
            raise AttachmentRefused(reason_zh="不接收程序。", reason_en="Programs are not accepted.")
        digest = hashlib.sha256(content).hexdigest()
        self.files[digest] = content
        return Attachment(kind=kind, sha256=digest, media_type=media_type, filename=filename, size_bytes=len(content))

    def erase(self, sha256: str) -> None:
        del self.files[sha256]
        self.path(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        path = self.folder / sha256
        if sha256 in self.files:
            path.write_bytes(self.files[sha256])
        return path

    def say(
        self,
        conversation_key: str,
        text: str,
        *,
        author: Author = "bot",
        choices: Sequence[tuple[str, str]] = (),
        media: Sequence[ReplyMedia] = (),
        at: datetime | None = None,
    ) -> None:
        """Let the bot, or a colleague, speak."""
        line = FakeLine("", author, text, f"reply-{text[:10]}", choices=choices, media=media)
        self._add(conversation_key, line if at is None else replace(line, at=at))

    def transcript(self, *, channel: str, conversation_key: str, after: str | None, limit: int) -> Sequence[FakeLine]:
        with self._lock:
            lines = list(self._lines.get(conversation_key, ()))
        if after is None:
            return lines[-limit:]
        return [line for line in lines if int(line.cursor) > int(after)][:limit]

    def texts(self) -> list[str]:
        """The words of everything that was stored, in order."""
        return [message.text or message.choice or "" for message in self.stored]

    def _note_person(self, message: InboundMessage) -> None:
        text = message.text or message.context.get("label", "")
        line = FakeLine("", "person", text, message.external_id, attachments=message.attachments)
        self._add(message.conversation_key, line)

    def _add(self, conversation_key: str, line: FakeLine) -> None:
        with self._lock:
            lines = self._lines.setdefault(conversation_key, [])
            lines.append(replace(line, cursor=str(len(lines) + 1)))


@dataclass(frozen=True)
class Site:
    """A running web server."""

    url: str
    chats: FakeChats
    app: FastAPI
    woken: list[bool]


def build_edge(
    database: Database,
    chats: FakeChats,
    *,
    channels: Mapping[str, Channel] | None = None,
    settings: Settings | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_ready: Callable[[], bool] = lambda: True,
    wake: Callable[[], None] = lambda: None,
) -> WebEdge:
    return WebEdge(
        settings=settings or Settings(_env_file=None, max_attachment_bytes=1_000_000),  # type: ignore[call-arg]
        database=database,
        inlet=chats,
        channels=channels or {},
        clock=clock,
        transcript=chats.transcript,
        wake=wake,
        is_ready=is_ready,
        secret_key=SECRET_KEY,
        attachment_path=chats.path,
    )


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve on a free loopback port; gives the address."""
    listener = open_listener("127.0.0.1", 0)
    started = threading.Event()
    server = ChatServer(app, listener, started.set)
    thread = threading.Thread(target=server.run_until_stopped, name="site")
    port = listener.getsockname()[1]
    thread.start()
    try:
        assert started.wait(10), "the server did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def run_site(database: Database, chats: FakeChats, **given: object) -> Iterator[Site]:
    """Serve the whole web application over the conversations in memory."""
    woken: list[bool] = []
    app = build_app(build_edge(database, chats, wake=lambda: woken.append(True), **given))  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder, serve(app) as url:
        chats.folder = Path(folder)
        yield Site(url, chats, app, woken)
