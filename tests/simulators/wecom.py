"""WeCom's server API on loopback: the same checks, codes, limits and losses as the real one.

    with WeComSimulator() as wecom:
        settings = load_settings(wecom_base_url=wecom.url, ...)
        wecom.fail("kf/send_msg", Refusal(42001, "access_token expired"))
        wecom.kf.customer_writes("wk1", "wm1", "你好")

Source: developer.work.weixin.qq.com, documents 91039, 90236, 94888, 90253, 90196 and (wecom_kf.py) 94661 to 95159.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators.wecom_app import AppWorld
from tests.simulators.wecom_kf import KfWorld
from tests.simulators.wecom_wire import Answer, Refusal, Request, WireServer

CORP_ID = "ww5823bf96d3bd56c7"
TOKEN_LIFE = timedelta(seconds=7200)
TOKEN_BYTES = 512
ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True)
class HttpError:
    """Answers with an HTTP status, instead of doing anything."""

    status: int


@dataclass(frozen=True)
class LostAnswer:
    """Does what was asked, then closes the connection without an answer."""


@dataclass(frozen=True)
class Raw:
    """Answers with these bytes, instead of doing anything."""

    body: bytes
    content_type: str = "text/html"


@dataclass(frozen=True)
class Redirect:
    """Sends the caller to another address."""

    location: str


@dataclass
class Hang:
    """Answers nothing until `release` is set."""

    release: threading.Event = field(default_factory=threading.Event)


Failure = Refusal | HttpError | LostAnswer | Raw | Redirect | Hang


@dataclass(frozen=True)
class Application:
    """A self-built app: its secret's rights."""

    secret: str
    agent_id: int
    may_use_kf: bool = True


@dataclass(frozen=True)
class Call:
    """A recorded request; `payload` is the JSON body, or the query for GET."""

    path: str
    payload: dict[str, Any]
    query: dict[str, str]


@dataclass
class Medium:
    """An uploaded or received temporary file."""

    kind: str
    filename: str
    content: bytes
    content_type: str
    stored_at: datetime


class WeComSimulator:
    """One corporation with its apps, members, customers and their files."""

    def __init__(self, *, clock: Callable[[], datetime] | None = None) -> None:
        self._offset = timedelta()
        self._clock = clock or (lambda: datetime.now(UTC))
        self.corp_id = CORP_ID
        self.applications = {
            "app-secret-0123456789": Application("app-secret-0123456789", 1000002),
            "kf-secret-9876543210": Application("kf-secret-9876543210", 1000003),
        }
        self.calls: list[Call] = []
        self.media: dict[str, Medium] = {}
        self.trusted_ip = True
        self.app = AppWorld(self)
        self.kf = KfWorld(self)
        self._tokens: dict[str, tuple[Application, datetime]] = {}
        self._failures: dict[str, deque[Failure]] = {}
        self._lock = threading.RLock()
        self._server = WireServer(self._respond)

    @property
    def url(self) -> str:
        return self._server.url

    def now(self) -> datetime:
        return self._clock() + self._offset

    def advance(self, **duration: float) -> None:
        """Move the simulator's clock."""
        self._offset += timedelta(**duration)

    def fail(self, path: str, *failures: Failure) -> None:
        """Let the next calls of a path go wrong, one failure each."""
        self._failures.setdefault(path, deque()).extend(failures)

    def expire_tokens(self) -> None:
        """Invalidate every token early, as WeCom may."""
        with self._lock:
            self._tokens.clear()

    def calls_of(self, path: str) -> list[dict[str, Any]]:
        """Return the payloads of a path's calls, in order."""
        with self._lock:
            return [call.payload for call in self.calls if call.path == path]

    def add_medium(self, kind: str, filename: str, content: bytes, content_type: str) -> str:
        """Keep a temporary file; return its media_id."""
        media_id = f"3{hashlib.sha1(content).hexdigest()[:20]}{len(self.media)}"
        self.media[media_id] = Medium(kind, filename, content, content_type, self.now())
        return media_id

    def __enter__(self) -> WeComSimulator:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        for failures in self._failures.values():
            for failure in failures:
                if isinstance(failure, Hang):
                    failure.release.set()
        self._server.stop()

    def _respond(self, request: Request) -> Answer:
        path = request.path.removeprefix("/cgi-bin/")
        with self._lock:
            payload = self._record(path, request)
            failures = self._failures.get(path)
            failure = failures.popleft() if failures else None
        if isinstance(failure, Hang):
            failure.release.wait(10)
            return Answer(b"", is_dropped=True)
        if isinstance(failure, HttpError):
            return Answer(b"<html>busy</html>", status=failure.status, content_type="text/html")
        if isinstance(failure, Redirect):
            return Answer(b"", status=302, headers=(("Location", failure.location),))
        if isinstance(failure, Raw):
            return Answer(failure.body, content_type=failure.content_type)
        with self._lock:
            answer = self._answer(path, request, payload, failure)
        return Answer(b"", is_dropped=True) if isinstance(failure, LostAnswer) else answer

    def _record(self, path: str, request: Request) -> dict[str, Any]:
        payload: dict[str, Any] = dict(request.query)
        if request.method == "POST" and not request.headers.get("content-type", "").startswith("multipart/"):
            payload = _object(request.body)
        self.calls.append(Call(path, payload, request.query))
        return payload

    def _answer(self, path: str, request: Request, payload: dict[str, Any], failure: Failure | None) -> Answer:
        try:
            if isinstance(failure, Refusal):
                raise failure
            if not request.path.startswith("/cgi-bin/") or path not in self._endpoints():
                return Answer(b"404", status=404, content_type="text/plain")
            if path == "gettoken":
                return Answer.json(self._gettoken(request.query))
            application = self._authenticate(path, request)
            result = self._endpoints()[path](application, payload, request)
        except Refusal as refusal:
            hint = f"{refusal.errmsg}, hint: [1700000000_1], from ip: 127.0.0.1"
            return Answer.json({"errcode": refusal.errcode, "errmsg": hint})
        return result if isinstance(result, Answer) else Answer.json({"errcode": 0, "errmsg": "ok", **result})

    def _endpoints(self) -> dict[str, Callable[[Application, dict[str, Any], Request], Any]]:
        return {"gettoken": lambda *_: {}, **self.app.endpoints(), **self.kf.endpoints()}

    def _gettoken(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("corpid") != self.corp_id:
            raise Refusal(40013, "invalid corpid")
        application = self.applications.get(query.get("corpsecret", ""))
        if application is None:
            raise Refusal(40001, "invalid credential")
        for token, (owner, expires_at) in self._tokens.items():
            if owner == application and self.now() < expires_at:
                return _token_answer(token, expires_at - self.now())
        token = f"token{len(self.calls):06d}".ljust(TOKEN_BYTES // 4, "x")
        self._tokens[token] = (application, self.now() + TOKEN_LIFE)
        return _token_answer(token, TOKEN_LIFE)

    def _authenticate(self, path: str, request: Request) -> Application:
        token = request.query.get("access_token")
        if not token:
            raise Refusal(41001, "access_token missing")
        if token not in self._tokens:
            raise Refusal(40014, "invalid access_token")
        application, expires_at = self._tokens[token]
        if self.now() >= expires_at:
            raise Refusal(42001, "access_token expired")
        if not self.trusted_ip:
            raise Refusal(60020, "not allow to access from your ip")
        if path.startswith("kf/") and not application.may_use_kf:
            raise Refusal(48002, "api forbidden")
        if request.method == "POST" and ESCAPE.search(request.body) and "json" not in path:
            raise Refusal(40033, "invalid request, unicode escapes")
        return application


def _object(body: bytes) -> dict[str, Any]:
    """Read a JSON body as WeCom does: what is not an object has no fields."""
    try:
        payload = json.loads(body.decode())
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _token_answer(token: str, life: timedelta) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": int(life.total_seconds())}
