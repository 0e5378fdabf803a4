"""Telegram by webhook, over the real web edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from bot.models import InboxMessage
from knowledge_base.models import Vote
from tests.journeys.channels.conftest import OpenSite
from tests.journeys.channels.site import ANSWER_ZH, KNOWN_EN, KNOWN_ZH, Site, labels, wait_for
from tests.simulators.telegram import TelegramSimulator

CUSTOMER = 42
SECRET = "a-secret_of-ours"
Post = Callable[..., httpx.Response]


@pytest.fixture
def site(telegram_settings: dict[str, Any], telegram: TelegramSimulator, start_site: OpenSite) -> Site:
    site = start_site(telegram_mode="webhook", telegram_webhook_secret=SECRET, **telegram_settings)
    wait_for(lambda: telegram.webhook_info()["url"], "registering the webhook")
    return site


@pytest.fixture
def post(site: Site) -> Post:
    """Posts an update as Telegram, or somebody else, does."""

    def post(update: Mapping[str, Any] | bytes, secret: str | None = SECRET) -> httpx.Response:
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        content = {"content": update} if isinstance(update, bytes) else {"json": update}
        return httpx.post(f"{site.url}/telegram/webhook", headers=headers, **content, trust_env=False)

    return post


def test_what_telegram_posts_is_answered_and_a_press_is_kept(site: Site, telegram: TelegramSimulator) -> None:
    assert telegram.webhook_info()["url"] == f"{site.url}/telegram/webhook"
    update = telegram.write(CUSTOMER, KNOWN_ZH)
    site.settle(1)
    (sent,) = telegram.sent_to(CUSTOMER)
    assert ANSWER_ZH in sent["text"]
    assert telegram.posts == [(update, 200)]
    telegram.press(CUSTOMER, sent, labels(sent)[0])
    site.settle(2)
    wait_for(lambda: telegram.calls_of("editMessageReplyMarkup"), "clearing the keyboard")
    assert [call.status for call in telegram.calls_of("answerCallbackQuery")] == [200]
    assert site.row(Vote).is_up


def test_a_forged_update_is_refused_and_leaves_nothing(site: Site, telegram: TelegramSimulator, post: Post) -> None:
    update = {"update_id": 1, "message": telegram.compose(CUSTOMER, KNOWN_EN)}
    assert [post(update, secret).status_code for secret in (None, "", "guessed")] == [403, 403, 403]
    assert site.rows(InboxMessage) == []


def test_an_update_posted_twice_is_answered_once(site: Site, telegram: TelegramSimulator, post: Post) -> None:
    update = {"update_id": 1, "message": telegram.compose(CUSTOMER, KNOWN_EN)}
    assert [post(update).status_code for _ in range(3)] == [200, 200, 200]
    site.settle(1)
    assert len(telegram.sent_to(CUSTOMER)) == 1


def test_an_update_that_nobody_knows_is_taken_and_forgotten(
    site: Site, telegram: TelegramSimulator, post: Post
) -> None:
    strange: list[dict[str, Any]] = [
        {"update_id": 1, "kind_of_tomorrow": {"chat": {"id": 1}}},
        {"update_id": 2, "poll": {"id": "1", "question": "?"}},
        {"update_id": 3, "message": {"message_id": 1}},
        {"update_id": 4},
    ]
    assert [post(update).status_code for update in strange] == [200] * len(strange)
    assert post({"update_id": 9, "message": telegram.compose(CUSTOMER, KNOWN_EN)}).status_code == 200
    site.settle(1)
    assert len(telegram.sent_to(CUSTOMER)) == 1


def test_what_is_no_update_is_refused_and_the_process_lives(site: Site, post: Post) -> None:
    for body, status in ((b"{", 400), (b"[]", 400), (b"\xff", 400), (b"1" * 10_000_000, 413)):
        assert post(body).status_code == status
    assert site.rows(InboxMessage) == []
    assert httpx.get(f"{site.url}/ready", trust_env=False).status_code == 200
