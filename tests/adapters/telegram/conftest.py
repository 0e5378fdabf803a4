"""A bot on a simulated Bot API server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from adapters.telegram.channel import TelegramChannel
from bot.channel import OutboundMessage, Reply
from bot.settings import Settings
from tests.adapters.fakes import FakeInlet
from tests.adapters.telegram.edge import WebhookEdge
from tests.simulators.telegram import TelegramSimulator

CUSTOMER = 42
GROUP = -1001234
SECRET = "a-secret_of-ours"


@pytest.fixture
def telegram() -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as simulator:
        simulator.user(CUSTOMER)
        simulator.group(GROUP, topics=(7,))
        yield simulator


@pytest.fixture
def inlet() -> FakeInlet:
    return FakeInlet()


@pytest.fixture
def make_settings(telegram: TelegramSimulator) -> Callable[..., Settings]:
    def make(**overrides: Any) -> Settings:
        values: dict[str, Any] = {
            "telegram_token": telegram.token,
            "telegram_base_url": telegram.base_url,
            "telegram_base_file_url": telegram.base_file_url,
            "retry_base_seconds": 0.01,
        }
        return Settings(_env_file=None, **(values | overrides))  # type: ignore[call-arg]

    return make


@pytest.fixture
def make_channel(make_settings: Callable[..., Settings], now: datetime) -> Iterator[Callable[..., TelegramChannel]]:
    channels = []

    def make(**overrides: Any) -> TelegramChannel:
        channels.append(TelegramChannel(make_settings(**overrides), clock=lambda: now))
        return channels[-1]

    yield make
    for channel in channels:
        channel.stop()


@pytest.fixture
def channel(make_channel: Callable[..., TelegramChannel]) -> TelegramChannel:
    """A channel in polling mode, not started: enough to send."""
    return make_channel()


@pytest.fixture
def polling(channel: TelegramChannel, inlet: FakeInlet) -> TelegramChannel:
    channel.start(inlet)
    return channel


@pytest.fixture
def edge(inlet: FakeInlet) -> Iterator[WebhookEdge]:
    with WebhookEdge(inlet) as running:
        yield running


@pytest.fixture
def webhook(
    make_channel: Callable[..., TelegramChannel], edge: WebhookEdge, inlet: FakeInlet, telegram: TelegramSimulator
) -> TelegramChannel:
    """A started channel in webhook mode, behind the edge."""
    channel = make_channel(telegram_mode="webhook", public_url=edge.url, telegram_webhook_secret=SECRET)
    edge.channel = channel
    channel.start(inlet)
    telegram.wait_until(lambda: telegram.calls_of("setWebhook"))
    return channel


@pytest.fixture(params=["polling", "webhook"])
def receiving(request: pytest.FixtureRequest) -> TelegramChannel:
    """A channel that receives, once each way."""
    started: TelegramChannel = request.getfixturevalue(request.param)
    return started


def outbound(
    text: str = "好的",
    *,
    chat_id: int = CUSTOMER,
    address: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    language: str = "zh",
    **reply: Any,
) -> OutboundMessage:
    """Return a reply on its way out."""
    return OutboundMessage(
        outbox_id=1,
        conversation_key=str(chat_id),
        address={"chat_id": chat_id, **(address or {})},
        reply=Reply(text=text, **reply),
        language=language,
        context=context or {},
    )
