"""Turning the channel on, and what the doctor finds."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable

import pytest

from adapters.telegram import CHANNELS
from adapters.telegram.channel import TelegramChannel
from bot.channel import Diagnosis
from bot.errors import SettingsInvalid
from bot.settings import Settings
from tests.adapters.fakes import FakeInlet
from tests.adapters.telegram.conftest import CUSTOMER, SECRET
from tests.simulators.telegram import NOW, TelegramSimulator

WEBHOOK = {"telegram_mode": "webhook", "telegram_webhook_secret": SECRET}


class TestFactory:
    def test_without_a_token_telegram_is_off(self, make_settings: Callable[..., Settings]) -> None:
        assert CHANNELS(make_settings(telegram_token="")) == []

    def test_with_a_token_it_is_on(self, make_settings: Callable[..., Settings]) -> None:
        (channel,) = CHANNELS(make_settings())
        assert channel.name == "telegram"

    def test_webhook_mode_says_everything_that_is_missing(self, make_settings: Callable[..., Settings]) -> None:
        with pytest.raises(SettingsInvalid) as problem:
            CHANNELS(make_settings(telegram_mode="webhook"))
        assert "CRMBOT_PUBLIC_URL" in str(problem.value)
        assert "CRMBOT_TELEGRAM_WEBHOOK_SECRET" in str(problem.value)

    @pytest.mark.parametrize("secret", ["has space", "密", "x" * 257, "a/b"])
    def test_a_secret_that_telegram_refuses_is_named(self, make_settings: Callable[..., Settings], secret: str) -> None:
        settings = make_settings(
            telegram_mode="webhook", public_url="https://bot.example.com", telegram_webhook_secret=secret
        )
        with pytest.raises(SettingsInvalid, match="CRMBOT_TELEGRAM_WEBHOOK_SECRET"):
            CHANNELS(settings)

    def test_a_mangled_token_is_named_and_not_repeated(self, make_settings: Callable[..., Settings]) -> None:
        with pytest.raises(SettingsInvalid, match="CRMBOT_TELEGRAM_TOKEN") as problem:
            CHANNELS(make_settings(telegram_token="123:abc/../../x"))
        assert "abc" not in str(problem.value)

    def test_looking_for_channels_does_not_load_the_library(self) -> None:
        code = "import sys, adapters.telegram; sys.exit('telegram' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_vendor_logs_are_quiet(self, channel: TelegramChannel) -> None:
        assert all(logging.getLogger(name).level >= logging.WARNING for name in ("httpx", "httpcore", "telegram"))


class TestDoctor:
    def test_all_is_well_when_polling(self, channel: TelegramChannel) -> None:
        assert all(line.ok for line in channel.diagnose())

    def test_all_is_well_with_the_webhook(self, webhook: TelegramChannel) -> None:
        assert all(line.ok for line in webhook.diagnose())

    def test_a_wrong_token(self, make_channel: Callable[..., TelegramChannel]) -> None:
        line = failing(make_channel(telegram_token="123456:wrong"))
        assert line.check == "telegram token"
        assert "CRMBOT_TELEGRAM_TOKEN" in line.remedy_zh
        assert "CRMBOT_TELEGRAM_TOKEN" in line.remedy_en
        assert "123456:wrong" not in line.remedy_en

    def test_no_way_to_telegram(self, make_channel: Callable[..., TelegramChannel]) -> None:
        line = failing(make_channel(telegram_base_url="http://127.0.0.1:9/bot"))
        assert line.check == "telegram reachable"
        assert "CRMBOT_TELEGRAM_BASE_URL" in line.remedy_zh

    def test_polling_while_a_webhook_is_set(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram._delivery.webhook = {"url": "https://other.example.com/hook"}
        assert "other.example.com" in failing(channel).remedy_en

    def test_a_webhook_that_points_elsewhere(self, make_channel: Callable[..., TelegramChannel]) -> None:
        line = failing(make_channel(**WEBHOOK, public_url="https://bot.example.com"))
        assert "https://bot.example.com/telegram/webhook" in line.remedy_zh

    def test_a_webhook_that_fails(self, webhook: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram._delivery.webhook |= {"last_error_date": NOW - 60, "last_error_message": "Connection refused"}
        assert "Connection refused" in failing(webhook).remedy_en
        telegram._delivery.webhook |= {"last_error_date": NOW - 7200}
        assert all(line.ok for line in webhook.diagnose())

    def test_groups_switched_off(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.world.me["can_join_groups"] = False
        assert "/setjoingroups" in failing(channel).remedy_zh


class TestCloudRules:
    def test_an_address_that_the_cloud_refuses_is_tried_again_and_reported(
        self, make_channel: Callable[..., TelegramChannel], inlet: FakeInlet, telegram: TelegramSimulator
    ) -> None:
        telegram._delivery._is_cloud = True
        channel = make_channel(**WEBHOOK, public_url="http://bot.example.com")
        channel.start(inlet)
        telegram.wait_until(lambda: len(telegram.calls_of("setWebhook")) >= 2)
        assert "https url must be provided" in str(channel.health.last_error)
        telegram._delivery._is_cloud = False
        telegram.wait_until(lambda: telegram.webhook_info()["url"])

    def test_starting_two_processes_at_once_waits_for_its_turn(
        self, make_channel: Callable[..., TelegramChannel], inlet: FakeInlet, telegram: TelegramSimulator
    ) -> None:
        telegram.fail("setWebhook", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
        make_channel(**WEBHOOK, public_url="https://bot.example.com").start(inlet)
        telegram.wait_until(lambda: telegram.webhook_info()["url"])
        assert [call.status for call in telegram.calls_of("setWebhook")] == [429, 200]

    def test_waiting_updates_are_kept(
        self, make_channel: Callable[..., TelegramChannel], inlet: FakeInlet, telegram: TelegramSimulator
    ) -> None:
        telegram.write(CUSTOMER, "waiting")
        make_channel(**WEBHOOK, public_url="http://127.0.0.1:9").start(inlet)
        telegram.wait_until(lambda: telegram.webhook_info()["url"])
        assert len(telegram.pending) == 1


def failing(channel: TelegramChannel) -> Diagnosis:
    """Return the only line of the doctor's that is not well."""
    (line,) = [line for line in channel.diagnose() if not line.ok]
    return line
