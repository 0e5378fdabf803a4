"""Sending through the real client library: what the server gets, and what its refusals become."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.channel import TelegramChannel
from bot.channel import ReplyBudget, ReplyChoice, ReplyMedia, ServiceAction
from bot.errors import DeliveryError
from tests.adapters.telegram.conftest import CUSTOMER, GROUP, outbound
from tests.simulators.telegram import TelegramSimulator

CHOICES = (ReplyChoice(label="是的", value="tok-1"), ReplyChoice(label="No", value="tok-2"))


def png(path: Path, width: int = 60, height: int = 40) -> ReplyMedia:
    """Write a picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * ((width + 1) * height))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return ReplyMedia(type="image", path=str(path))


class TestText:
    def test_it_arrives_and_its_reference_comes_back(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        reference = channel.send(outbound("七天内可退货 <见 https://example.com/r&x>"))
        (message,) = telegram.sent_to(CUSTOMER)
        assert reference == f"message:{CUSTOMER}:{message['message_id']}"
        assert message["text"] == "七天内可退货 <见 https://example.com/r&x>"
        assert message["entities"][0]["url"] == "https://example.com/r&x"
        (call,) = telegram.calls_of("sendMessage")
        assert call.parameters["link_preview_options"] == {"is_disabled": True}
        assert "reply_parameters" not in call.parameters

    def test_planned_parts_of_a_long_text_all_fit(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        text = "一二三四五六七八九😀。\n" * 1000
        for part in channel.plan([outbound(text).reply], ReplyBudget(messages_left=None)):
            channel.send(outbound(part.text))
        assert "".join(message["text"] for message in telegram.sent_to(CUSTOMER)).replace("\n", "") == text.replace(
            "\n", ""
        )

    def test_refused_markup_is_sent_as_plain_text(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.fail("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
        channel.send(outbound("a < b & c"))
        assert [message["text"] for message in telegram.sent_to(CUSTOMER)] == ["a < b & c"]
        assert "parse_mode" not in telegram.calls_of("sendMessage")[-1].parameters

    def test_plain_text_is_tried_once(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.fail("sendMessage", 400, "Bad Request: can't parse entities", times=9)
        assert failure_of(channel).failure == "permanent"
        assert len(telegram.calls_of("sendMessage")) == 2

    def test_in_a_group_the_question_is_quoted_and_the_topic_kept(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        asked = telegram.compose(CUSTOMER, "@crm_demo_bot hi", chat_id=GROUP)
        context = {"message_id": asked["message_id"]}
        address = {"user_id": CUSTOMER, "thread_id": 7}
        channel.send(outbound("hi", chat_id=GROUP, address=address, context=context))
        (message,) = telegram.sent_to(GROUP)
        assert message["reply_to_message"]["message_id"] == asked["message_id"]
        assert telegram.calls_of("sendMessage")[0].parameters["message_thread_id"] == "7"

    def test_a_deleted_question_does_not_cost_the_answer(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        channel.send(outbound("hi", chat_id=GROUP, context={"message_id": 999}))
        assert len(telegram.sent_to(GROUP)) == 1
        assert len(telegram.calls_of("sendMessage")) == 1

    def test_a_deleted_topic_does_not_cost_the_answer(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        channel.send(outbound("hi", chat_id=GROUP, address={"thread_id": 8}))
        assert len(telegram.sent_to(GROUP)) == 1

    def test_a_group_that_became_a_supergroup_is_followed(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        telegram.migrate(GROUP, -1009999)
        assert channel.send(outbound("hi", chat_id=GROUP)).startswith("message:-1009999:")
        channel.send(outbound("again", chat_id=GROUP))
        assert [message["text"] for message in telegram.sent_to(-1009999)] == ["hi", "again"]
        assert [call.parameters["chat_id"] for call in telegram.calls_of("sendMessage")] == [
            str(GROUP),
            "-1009999",
            "-1009999",
        ]


class TestButtons:
    def test_each_choice_has_a_row(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        channel.send(outbound("?", choices=CHOICES))
        assert telegram.sent_to(CUSTOMER)[0]["reply_markup"] == {
            "inline_keyboard": [
                [{"text": "是的", "callback_data": "tok-1"}],
                [{"text": "No", "callback_data": "tok-2"}],
            ]
        }

    def test_in_a_group_they_belong_to_the_person_who_asked(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        channel.send(outbound("?", chat_id=GROUP, address={"user_id": CUSTOMER}, choices=CHOICES))
        rows = telegram.sent_to(GROUP)[0]["reply_markup"]["inline_keyboard"]
        assert [row[0]["callback_data"] for row in rows] == ["u42:tok-1", "u42:tok-2"]

    def test_the_longest_value_fits_in_a_group_too(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        choices = (ReplyChoice(label="长" * 300, value="v" * 32),)
        channel.send(outbound("?", chat_id=GROUP, address={"user_id": 2**52}, choices=choices))
        (button,) = telegram.sent_to(GROUP)[0]["reply_markup"]["inline_keyboard"][0]
        assert button["text"] == "长" * 63 + "…"

    def test_refused_buttons_become_a_numbered_list(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        telegram.fail("sendMessage", 400, "Bad Request: BUTTON_DATA_INVALID")
        channel.send(outbound("哪一个？", choices=CHOICES))
        (message,) = telegram.sent_to(CUSTOMER)
        assert message["text"] == "哪一个？\n\n1. 是的\n2. No"
        assert "reply_markup" not in message

    @pytest.mark.parametrize(("language", "label"), [("zh", "📱 分享我的手机号"), ("en", "📱 Share my phone number")])
    def test_the_phone_is_asked_for_by_telegrams_own_button(
        self, channel: TelegramChannel, telegram: TelegramSimulator, language: str, label: str
    ) -> None:
        channel.send(outbound("?", asks_for_phone=True, choices=CHOICES, language=language))
        markup = telegram.calls_of("sendMessage")[0].parameters["reply_markup"]
        assert markup["keyboard"] == [
            [{"text": label, "request_contact": True}],
            [{"text": "是的"}],
            [{"text": "No"}],
        ]

    def test_in_a_group_it_is_not(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        channel.send(outbound("?", chat_id=GROUP, asks_for_phone=True))
        assert "reply_markup" not in telegram.calls_of("sendMessage")[0].parameters

    def test_the_phone_button_goes_once_it_was_used(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        channel.send(outbound("谢谢", context={"contact": "own", "message_id": 5}))
        assert telegram.calls_of("sendMessage")[0].parameters["reply_markup"] == {"remove_keyboard": True}


class TestMedia:
    def test_a_picture_is_a_photo_with_its_caption(
        self, channel: TelegramChannel, telegram: TelegramSimulator, tmp_path: Path
    ) -> None:
        channel.send(outbound("本周 <汇总>", media=(png(tmp_path / "本周.png"),), choices=CHOICES))
        (message,) = telegram.sent_to(CUSTOMER)
        assert message["caption"] == "本周 <汇总>"
        assert message["reply_markup"]["inline_keyboard"]
        (call,) = telegram.calls_of("sendPhoto")
        assert call.files["photo"][1] == (tmp_path / "本周.png").read_bytes()

    def test_another_file_keeps_its_name(
        self, channel: TelegramChannel, telegram: TelegramSimulator, tmp_path: Path
    ) -> None:
        path = tmp_path / "报表 2026.xlsx"
        path.write_bytes(b"PK\x03\x04")
        channel.send(outbound("", media=(ReplyMedia(type="file", path=str(path)),)))
        (message,) = telegram.sent_to(CUSTOMER)
        assert message["document"]["file_name"] == "报表 2026.xlsx"
        assert "caption" not in message

    def test_a_picture_that_is_no_photo_to_telegram_goes_as_a_file(
        self, channel: TelegramChannel, telegram: TelegramSimulator, tmp_path: Path
    ) -> None:
        channel.send(outbound("长图", media=(png(tmp_path / "long.png", 10, 900),)))
        assert telegram.sent_to(CUSTOMER)[0]["document"]["file_name"] == "long.png"

    def test_a_missing_file_is_our_fault(self, channel: TelegramChannel) -> None:
        with pytest.raises(DeliveryError, match=r"gone\.png cannot be read") as failure:
            channel.send(outbound("x", media=(ReplyMedia(type="image", path="/nowhere/gone.png"),)))
        assert failure.value.failure == "permanent"


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "description", "failure"),
        [
            (403, "Forbidden: bot was blocked by the user", "unreachable"),
            (403, "Forbidden: user is deactivated", "unreachable"),
            (403, "Forbidden: bot was kicked from the group chat", "unreachable"),
            (403, "Forbidden: bot can't initiate conversation with a user", "unreachable"),
            (400, "Bad Request: not enough rights to send text messages to the chat", "unreachable"),
            (400, "Bad Request: chat not found", "permanent"),
            (400, "Bad Request: message is too long", "permanent"),
            (400, "Bad Request: message text is empty", "permanent"),
            (413, "Request Entity Too Large", "permanent"),
            (401, "Unauthorized", "permanent"),
            (404, "Not Found", "permanent"),
            (500, "Internal Server Error", "retry"),
            (502, "Bad Gateway", "retry"),
        ],
    )
    def test_what_a_refusal_means(
        self, channel: TelegramChannel, telegram: TelegramSimulator, code: int, description: str, failure: str
    ) -> None:
        telegram.fail("sendMessage", code, description)
        assert failure_of(channel).failure == failure
        assert len(telegram.calls_of("sendMessage")) == 1

    @pytest.mark.parametrize(("status", "failure"), [(502, "retry"), (503, "retry"), (504, "uncertain")])
    def test_what_a_gateways_page_means(
        self, channel: TelegramChannel, telegram: TelegramSimulator, status: int, failure: str
    ) -> None:
        telegram.answer_raw("sendMessage", status, b"<html>nginx</html>")
        assert failure_of(channel).failure == failure

    def test_an_answer_lost_on_the_way_is_uncertain(
        self, channel: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        telegram.lose_answer("sendMessage")
        assert failure_of(channel).failure == "uncertain"
        assert len(telegram.sent_to(CUSTOMER)) == 1

    def test_an_answer_that_does_not_come_is_uncertain(
        self, make_channel: Callable[..., TelegramChannel], telegram: TelegramSimulator
    ) -> None:
        telegram.hang("sendMessage", seconds=60)
        assert failure_of(make_channel(lease_seconds=0.2)).failure == "uncertain"

    def test_a_server_that_is_not_there_is_tried_again(self, make_channel: Callable[..., TelegramChannel]) -> None:
        channel = make_channel(telegram_base_url="http://127.0.0.1:9/bot")
        assert failure_of(channel).failure == "retry"

    def test_a_wrong_token_names_the_setting_and_never_the_token(
        self, make_channel: Callable[..., TelegramChannel], caplog: pytest.LogCaptureFixture
    ) -> None:
        channel = make_channel(telegram_token="123456:not-the-token")
        failure = failure_of(channel)
        assert failure.failure == "permanent"
        assert "CRMBOT_TELEGRAM_TOKEN" in failure.reason
        assert "not-the-token" not in failure.reason + caplog.text

    def test_blocking_shows_when_sending(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.block(CUSTOMER)
        assert failure_of(channel).failure == "unreachable"


class TestFlood:
    def test_telegrams_pause_holds_for_every_chat(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.fail("sendMessage", 429, "Too Many Requests: retry after 30", parameters={"retry_after": 30})
        first = failure_of(channel)
        assert (first.failure, first.retry_after_seconds) == ("retry", 30)
        with pytest.raises(DeliveryError) as second:
            channel.send(outbound(chat_id=GROUP))
        assert second.value.failure == "retry"
        assert 20 < (second.value.retry_after_seconds or 0) <= 30
        assert len(telegram.calls_of("sendMessage")) == 1

    def test_a_burst_passes_and_a_flood_waits(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        for _ in range(20):
            channel.send(outbound(chat_id=GROUP))
        failure = failure_of(channel, chat_id=GROUP)
        assert failure.failure == "retry"
        assert failure.retry_after_seconds
        assert len(telegram.sent_to(GROUP)) == 20
        channel.send(outbound(chat_id=CUSTOMER))


class TestOtherCalls:
    def test_typing_is_shown_in_the_topic(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        channel.announce_typing({"chat_id": GROUP, "thread_id": 7})
        telegram.wait_until(lambda: telegram.calls_of("sendChatAction"))
        (call,) = telegram.calls_of("sendChatAction")
        assert call.parameters == {"chat_id": str(GROUP), "action": "typing", "message_thread_id": "7"}

    def test_failing_to_show_it_is_no_error(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.fail("sendChatAction", 403, "Forbidden: bot was blocked by the user")
        channel.announce_typing({"chat_id": CUSTOMER})
        telegram.wait_until(lambda: telegram.calls_of("sendChatAction"))
        channel.send(outbound("the answer"))
        assert [sent["text"] for sent in telegram.sent_to(CUSTOMER)] == ["the answer"]

    def test_there_is_no_budget_and_no_service_state(self, channel: TelegramChannel) -> None:
        assert channel.budget_limits() is None
        channel.set_service({"chat_id": CUSTOMER}, ServiceAction.TO_PERSON)

    def test_a_stopped_channel_can_be_used_again(self, channel: TelegramChannel, telegram: TelegramSimulator) -> None:
        channel.send(outbound("one"))
        channel.stop()
        channel.stop()
        channel.send(outbound("two"))
        assert len(telegram.sent_to(CUSTOMER)) == 2

    def test_no_token_in_any_log_line(
        self, channel: TelegramChannel, telegram: TelegramSimulator, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        for fault in ({"code": 400, "description": "Bad Request: x"}, {"code": 500, "description": "x"}):
            telegram.fail("sendMessage", **fault)  # type: ignore[arg-type]
            failure_of(channel)
        channel.send(outbound("a secret of the customer's"))
        assert telegram.token not in caplog.text
        assert "a secret of the customer's" not in caplog.text


def failure_of(channel: TelegramChannel, **fields: Any) -> DeliveryError:
    """Send, and return how it failed."""
    with pytest.raises(DeliveryError) as failure:
        channel.send(outbound(**fields))
    return failure.value
