"""The WeCom channels on a simulated WeCom, with one clock for both that only the tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.wecom.app import AppChannel
from adapters.wecom.client import WeComApi
from adapters.wecom.configuration import Access
from adapters.wecom.kf import KfChannel
from bot.channel import OutboundMessage, Parsed, Reply, ReplyChoice, WebhookRequest
from tests.adapters.fakes import FakeInlet
from tests.simulators.wecom import CORP_ID, WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
APP_SECRET = "app-secret-0123456789"
KF_SECRET = "kf-secret-9876543210"
AGENT_ID = 1000002
ACCOUNT = "wkAJ2GCAAA"
CUSTOMER = "wmAJ2GCAAAext1"
OTHER_CUSTOMER = "wmAJ2GCAAAext2"


@dataclass
class Clock:
    """The present and the seconds since the start, both moved by hand."""

    at: datetime
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def wecom(clock: Clock) -> Iterator[WeComSimulator]:
    with WeComSimulator(clock=clock.now) as simulator:
        yield simulator


@pytest.fixture
def inlet() -> FakeInlet:
    return FakeInlet()


@pytest.fixture
def pusher() -> CallbackPusher:
    return CallbackPusher(CORP_ID, TOKEN, AES_KEY)


@pytest.fixture
def make_api(wecom: WeComSimulator, clock: Clock) -> Iterator[Callable[..., WeComApi]]:
    made: list[WeComApi] = []

    def make(secret: str = APP_SECRET, **overrides: Any) -> WeComApi:
        values: dict[str, Any] = {
            "corp_id": CORP_ID,
            "secret": secret,
            "base_url": wecom.url,
            "monotonic": clock.monotonic,
            **overrides,
        }
        made.append(WeComApi(**values))
        return made[-1]

    yield make
    for api in made:
        api.close()


def access(secret: str = APP_SECRET, **overrides: Any) -> Access:
    values: dict[str, Any] = {
        "corp_id": CORP_ID,
        "secret": secret,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "base_url": "unused",
        "max_body_bytes": 2_000_000,
        "max_attachment_bytes": 1_000_000,
        **overrides,
    }
    return Access(**values)


@pytest.fixture
def kf(make_api: Callable[..., WeComApi], clock: Clock) -> KfChannel:
    return KfChannel(
        access(KF_SECRET),
        api=make_api(KF_SECRET),
        reconcile_seconds=60.0,
        clock=clock.now,
        monotonic=clock.monotonic,
        pause=clock.advance,
    )


@pytest.fixture
def app(make_api: Callable[..., WeComApi], clock: Clock, kf: KfChannel) -> AppChannel:
    return AppChannel(access(), agent_id=AGENT_ID, api=make_api(), kf=kf, clock=clock.now, monotonic=clock.monotonic)


def get(query: Mapping[str, str]) -> WebhookRequest:
    return WebhookRequest(method="GET", path="", query=query, headers={}, body=b"")


def post(query: Mapping[str, str], body: bytes) -> WebhookRequest:
    return WebhookRequest(method="POST", path="", query=query, headers={"content-type": "text/xml"}, body=body)


@pytest.fixture
def receive(app: AppChannel, pusher: CallbackPusher) -> Callable[[str], Parsed]:
    """Push XML to the app channel, encrypted."""
    return lambda xml: app.parse(post(*pusher.push(xml)))


def choices(*labels: str) -> tuple[ReplyChoice, ...]:
    return tuple(ReplyChoice(label=label, value=f"token-{place}") for place, label in enumerate(labels, start=1))


def to_member(reply: Reply | str, outbox_id: int = 1, *, userid: str = "ZhangWei", **overrides: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "outbox_id": outbox_id,
        "conversation_key": userid.casefold(),
        "address": {"userid": userid},
        "reply": Reply(text=reply) if isinstance(reply, str) else reply,
        "language": "zh",
        "context": {},
        **overrides,
    }
    return OutboundMessage(**values)


def to_customer(reply: Reply | str, outbox_id: int = 1, **overrides: Any) -> OutboundMessage:
    address = {"open_kfid": ACCOUNT, "external_userid": CUSTOMER}
    return to_member(reply, outbox_id, **{"conversation_key": f"{ACCOUNT}:{CUSTOMER}", "address": address, **overrides})
