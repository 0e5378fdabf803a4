"""Who is calling: a visitor with a signed token, or a member of staff who signed in.

A page of ours carries the token in a cookie that scripts cannot read. The widget lives in other people's pages, where
browsers hold such cookies back: it keeps its visitor's token itself and sends it as `Authorization: Bearer`. A request
with that header is never anything but that visitor, so a page that frames us cannot borrow a signed-in colleague.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

from adapters.web.edge import WebEdge
from adapters.web.problems import Refused
from crm_core.models.access import User

VISITOR_COOKIE = "crmbot_visitor"
STAFF_COOKIE = "crmbot_staff"
VISITOR_LIFETIME = timedelta(days=400)  # the longest that browsers keep a cookie (RFC 6265bis, 5.6.2)
STAFF_LIFETIME = timedelta(days=7)
BEARER = "bearer "


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A visitor, or a member of staff."""

    #: also the sender's id
    conversation_key: str
    user_id: int | None = None
    name: str | None = None
    handle: str | None = None
    role: str | None = None


class Identities:
    """Issues and checks the tokens of visitors and staff."""

    def __init__(self, edge: WebEdge) -> None:
        self._edge = edge
        self._visitors = URLSafeSerializer(edge.secret_key, salt="crmbot.web.visitor")
        self._staff = URLSafeSerializer(edge.secret_key, salt="crmbot.web.staff")

    def create_visitor(self) -> Caller:
        """Make up a visitor that nobody was before."""
        return Caller(conversation_key=f"visitor:{secrets.token_urlsafe(12)}")

    def visitor_token(self, caller: Caller) -> str:
        """Sign a visitor."""
        return str(self._visitors.dumps({"key": caller.conversation_key, "at": self._now()}))

    def find_visitor(self, token: str | None) -> Caller | None:
        """Return the visitor whose token this is, None when it is missing, forged or outdated."""
        payload = self._open(self._visitors, token, VISITOR_LIFETIME)
        return None if payload is None else Caller(conversation_key=str(payload["key"]))

    def staff_token(self, user: User) -> str:
        """Sign a member of staff; the token dies with the password it was made under."""
        return str(self._staff.dumps({"user": user.id, "at": self._now(), "mark": self._password_mark(user)}))

    def find_staff(self, token: str | None) -> Caller | None:
        """Return the member of staff whose token this is, if still active; reads the database."""
        payload = self._open(self._staff, token, STAFF_LIFETIME)
        if payload is None:
            return None
        with self._edge.database.reading() as session:
            user = session.get(User, payload["user"])
            if user is None or not user.active:
                return None
            if not hmac.compare_digest(self._password_mark(user), str(payload["mark"])):
                return None
            return staff_caller(user)

    def _open(self, serializer: URLSafeSerializer, token: str | None, lifetime: timedelta) -> dict[str, Any] | None:
        if not token:
            return None
        try:
            payload: dict[str, Any] = serializer.loads(token)
        except BadSignature:
            return None
        return payload if self._now() - payload["at"] < lifetime.total_seconds() else None

    def _now(self) -> int:
        return int(self._edge.clock().timestamp())

    def _password_mark(self, user: User) -> str:
        content = f"{user.id}:{user.password_hash}".encode()
        return hmac.new(self._edge.secret_key.encode(), content, hashlib.sha256).hexdigest()[:32]


def staff_caller(user: User) -> Caller:
    """Describe a signed-in member of staff."""
    key = f"user:{user.id}"
    return Caller(conversation_key=key, user_id=user.id, name=user.name, handle=user.handle, role=user.role.value)


def bearer_token(request: Request) -> str | None:
    """Return the token of the Authorization header, None without one."""
    header = request.headers.get("authorization", "")
    return header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else None


def set_cookie(response: Response, request: Request, edge: WebEdge, name: str, value: str) -> None:
    """Set one of the identity cookies: out of reach of scripts, of other sites and, under https, of plain http."""
    lifetime = VISITOR_LIFETIME if name == VISITOR_COOKIE else STAFF_LIFETIME
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_https(request, edge.settings.public_url),
    )


def is_https(request: Request, public_url: str) -> bool:
    """Whether the browser speaks https, even where a proxy in front of us speaks http to us."""
    public = urlsplit(public_url)
    behind_proxy = public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc.lower()
    return request.url.scheme == "https" or behind_proxy


def refuse_forged(request: Request, public_url: str, *, proof: str | None) -> None:
    """Refuse a state-changing request that another site made a browser send (CSRF).

    A foreign page can neither set our header without a preflight, which we never grant, nor hide its origin.

    Raises:
        Refused: `proof`, the header X-Crmbot-Request, is not 1, or the origin is another.
    """
    origin = urlsplit(request.headers.get("origin", "")).netloc.lower()
    ours = {request.headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()}
    is_foreign = "origin" in request.headers and origin not in ours - {""}
    if is_foreign or proof != "1":
        raise Refused("request_forged")
