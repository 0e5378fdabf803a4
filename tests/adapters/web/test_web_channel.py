from __future__ import annotations

import pytest

from adapters.web import CHANNELS
from bot.channel import OutboundMessage, Reply, ReplyBudget, ReplyChoice, WebhookRequest
from bot.errors import WebhookRejected
from bot.settings import Settings


@pytest.fixture
def channel():  # type: ignore[no-untyped-def]
    (only,) = CHANNELS(Settings(_env_file=None))  # type: ignore[call-arg]
    return only


def test_web_chat_is_on_without_any_setting(channel) -> None:  # type: ignore[no-untyped-def]
    assert channel.name == "web"
    assert channel.diagnose() == []


def test_replies_of_any_length_stay_as_they_are(channel) -> None:  # type: ignore[no-untyped-def]
    replies = [Reply(text="长" * 10_000, choices=tuple(ReplyChoice(label=str(n), value=str(n)) for n in range(50)))]
    assert channel.plan(replies, ReplyBudget(messages_left=None)) == replies
    assert channel.budget_limits() is None


def test_delivery_names_the_row_that_open_pages_read(channel) -> None:  # type: ignore[no-untyped-def]
    message = OutboundMessage(
        outbox_id=7, conversation_key="visitor:a", address={}, reply=Reply(text="hi"), language="en", context={}
    )
    assert channel.send(message) == "web-7"


def test_it_has_no_webhook(channel) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WebhookRejected):
        channel.parse(WebhookRequest(method="POST", path="", query={}, headers={}, body=b""))
