"""Receiving: polling and webhook against a Bot API server, what is stored and when it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.telegram.channel import TelegramChannel
from bot.channel import MessageKind
from bot.settings import Settings
from tests.adapters.fakes import FakeInlet
from tests.adapters.telegram.conftest import CUSTOMER, GROUP, SECRET
from tests.adapters.telegram.edge import WebhookEdge
from tests.simulators.telegram import TelegramSimulator


class TestBothWays:
    def test_a_text_arrives(self, receiving: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet) -> None:
        update_id = telegram.write(CUSTOMER, "怎么退货？")
        (message,) = inlet.wait_for(1)
        assert message.channel == "telegram"
        assert message.external_id == f"update:{update_id}"
        assert message.conversation_key == message.sender_id == "42"
        assert message.kind == MessageKind.TEXT
        assert message.text == "怎么退货？"
        assert message.address == {"chat_id": 42}
        assert message.language_hint == "zh"
        assert message.sent_at.isoformat() == "2026-11-23T02:00:00+00:00"

    def test_messages_keep_their_order(
        self, receiving: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        for number in range(30):
            telegram.write(CUSTOMER, str(number))
        assert [message.text for message in inlet.wait_for(30)] == [str(number) for number in range(30)]

    def test_a_repeated_update_is_stored_once(
        self, receiving: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        body = telegram.compose(CUSTOMER, "once")
        telegram.push("message", body, update_id=77)
        telegram.push("message", body, update_id=77)
        telegram.write(CUSTOMER, "then")
        assert [message.text for message in inlet.wait_for(2)] == ["once", "then"]

    def test_unknown_and_misshapen_updates_do_not_stop_the_rest(
        self, receiving: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        telegram.push("message", {"message_id": "no number", "date": "never"})
        telegram.push("message", {"message_id": 1, "date": 10**18, "chat": {"id": 42, "type": "private"}})
        telegram.push("message", ["not", "an", "object"])
        telegram.push("edited_message", None)
        telegram.push("callback_query", {"id": 5})
        telegram.write(CUSTOMER, "still here")
        assert [message.text for message in inlet.wait_for(1)] == ["still here"]
        telegram.wait_until(lambda: not telegram.pending)

    def test_the_press_of_a_button_is_answered_and_its_keyboard_goes(
        self, receiving: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        keyboard = {"inline_keyboard": [[{"text": "👍", "callback_data": "abc123"}]]}
        asked = telegram.world.new_message(
            telegram.world.chats[CUSTOMER], **{"from": telegram.world.me}, text="好吗", reply_markup=keyboard
        )
        telegram.press(CUSTOMER, asked, "👍")
        (message,) = inlet.wait_for(1)
        assert message.kind == MessageKind.CHOICE
        assert message.choice == "abc123"
        telegram.wait_until(lambda: telegram.calls_of("editMessageReplyMarkup"))
        assert "reply_markup" not in asked
        receiving.fetch(message, inlet)
        receiving.announce_typing({"chat_id": CUSTOMER})  # comes after whatever fetch began
        telegram.wait_until(lambda: telegram.calls_of("sendChatAction"))
        assert [call.status for call in telegram.calls_of("answerCallbackQuery")] == [200]

    def test_blocking_and_unblocking_arrive(
        self, receiving: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        telegram.block(CUSTOMER)
        telegram.unblock(CUSTOMER)
        blocked, unblocked = inlet.wait_for(2)
        assert (blocked.kind, blocked.reachable) == (MessageKind.REACHABILITY, False)
        assert (unblocked.kind, unblocked.reachable) == (MessageKind.REACHABILITY, True)
        assert blocked.conversation_key == "42"

    def test_the_menu_is_published_in_both_languages(
        self, receiving: TelegramChannel, telegram: TelegramSimulator
    ) -> None:
        telegram.wait_until(lambda: len(telegram.world.commands) == 3)
        names = {code: [command["command"] for command in menu] for code, menu in telegram.world.commands.items()}
        assert names == {code: ["start", "help", "person", "ticket"] for code in ("", "zh", "en")}
        assert telegram.world.commands["en"][2]["description"] == "Talk to a person"
        assert telegram.world.commands[""] == telegram.world.commands["zh"]


class TestPolling:
    def test_the_backlog_survives_the_switch_from_a_webhook(
        self, channel: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        channel_in_webhook_mode = {"url": "http://127.0.0.1:9/telegram/webhook"}
        telegram._delivery.webhook = channel_in_webhook_mode
        telegram.write(CUSTOMER, "waiting")
        channel.start(inlet)
        assert inlet.wait_for(1)[0].text == "waiting"
        assert telegram.calls_of("deleteWebhook")[0].parameters["drop_pending_updates"] == "false"

    def test_an_update_is_confirmed_only_after_it_is_stored(
        self, polling: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        inlet.fail_next(1)
        update_id = telegram.write(CUSTOMER, "precious")
        inlet.wait_until(lambda: inlet.store_calls == 1)
        assert telegram.pending == [update_id]
        assert inlet.wait_for(1)[0].text == "precious"
        telegram.wait_until(lambda: not telegram.pending)

    def test_what_was_not_confirmed_comes_again_at_the_next_start(
        self,
        make_channel: Callable[..., TelegramChannel],
        telegram: TelegramSimulator,
        inlet: FakeInlet,
    ) -> None:
        first = make_channel()
        first.start(inlet)
        inlet.fail_next(10_000)
        telegram.write(CUSTOMER, "precious")
        inlet.wait_until(lambda: inlet.store_calls >= 1)
        first.stop()
        inlet.fail_next(0)
        make_channel().start(inlet)
        assert [message.text for message in inlet.wait_for(1)] == ["precious"]

    def test_wanted_kinds_are_named_in_every_call(self, polling: TelegramChannel, telegram: TelegramSimulator) -> None:
        telegram.write(CUSTOMER, "x")
        telegram.wait_until(lambda: telegram.calls_of("getUpdates"))
        (call, *_) = telegram.calls_of("getUpdates")
        assert call.parameters["allowed_updates"] == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
        ]
        assert 1 <= int(call.parameters["timeout"]) <= 50

    def test_polling_goes_on_after_trouble_of_every_kind(
        self, channel: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        telegram.lose_answer("getMe", has_effect=False)
        telegram.fail("deleteWebhook", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
        telegram.answer_raw("getUpdates", 502, b"<html>Bad Gateway</html>")
        channel.start(inlet)
        telegram.write(CUSTOMER, "after all that")
        assert inlet.wait_for(1, timeout_seconds=20)[0].text == "after all that"
        assert channel.health.last_update_at is not None

    def test_a_conflict_is_waited_out(
        self, polling: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        telegram.wait_until(lambda: telegram.calls_of("deleteWebhook"))
        telegram.fail("getUpdates", 409, "Conflict: can't use getUpdates method while webhook is active")
        telegram.write(CUSTOMER, "one")  # ends the running poll; the next one meets the conflict
        telegram.wait_until(lambda: len(telegram.calls_of("deleteWebhook")) == 2)
        telegram.write(CUSTOMER, "two")
        assert [message.text for message in inlet.wait_for(2)] == ["one", "two"]

    def test_after_a_week_of_silence_numbers_may_begin_anywhere(
        self, make_settings: Callable[..., Settings], telegram: TelegramSimulator, inlet: FakeInlet, now: datetime
    ) -> None:
        clock = [now]
        channel = TelegramChannel(make_settings(), clock=lambda: clock[0])
        channel.start(inlet)
        telegram.push("message", telegram.compose(CUSTOMER, "before"), update_id=900_000)
        telegram.wait_until(lambda: inlet.messages and not telegram.pending)
        clock[0] = now + timedelta(days=8)
        telegram.interrupt_poll({"update_id": 17, "message": telegram.compose(CUSTOMER, "after")})
        assert inlet.wait_for(2)[1].text == "after"
        channel.stop()

    def test_two_pollers_lose_nothing(
        self, make_channel: Callable[..., TelegramChannel], telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        first, second = make_channel(), make_channel()
        first.start(inlet)
        second.start(inlet)
        for number in range(20):
            telegram.write(CUSTOMER, str(number))
        assert {message.text for message in inlet.wait_for(20)} == {str(number) for number in range(20)}

    def test_stopping_in_the_middle_of_everything_ends(
        self, make_channel: Callable[..., TelegramChannel], telegram: TelegramSimulator, inlet: FakeInlet
    ) -> None:
        for round_number in range(1, 6):
            channel = make_channel()
            channel.start(inlet)
            for _ in range(5):
                telegram.press(CUSTOMER, telegram.compose(CUSTOMER, "x"), "token")
            inlet.wait_for(round_number)
            channel.stop()
            assert not channel._connection.is_open

    def test_a_wrong_token_is_reported_without_the_token(
        self, make_channel: Callable[..., TelegramChannel], inlet: FakeInlet, telegram: TelegramSimulator
    ) -> None:
        channel = make_channel(telegram_token="123456:wrong")
        channel.start(inlet)
        channel.announce_typing({"chat_id": 1})
        assert [d.ok for d in channel.diagnose()] == [False]
        assert "123456:wrong" not in str(channel.health)


class TestWebhook:
    def test_it_is_registered_with_secret_and_kinds(
        self, webhook: TelegramChannel, telegram: TelegramSimulator, edge: WebhookEdge
    ) -> None:
        (call,) = telegram.calls_of("setWebhook")
        assert call.parameters["url"] == f"{edge.url}/telegram/webhook"
        assert call.parameters["secret_token"] == SECRET
        assert call.parameters["allowed_updates"] == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
        ]
        assert call.parameters["drop_pending_updates"] == "false"

    def test_a_post_that_failed_is_repeated_and_stored_once(
        self, webhook: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet, edge: WebhookEdge
    ) -> None:
        edge.troubles += [500, 503]
        update_id = telegram.write(CUSTOMER, "hello")
        inlet.wait_for(1)
        telegram.wait_until(lambda: len(telegram.posts) == 3)
        assert telegram.posts == [(update_id, 500), (update_id, 503), (update_id, 200)]
        assert len(inlet.messages) == 1

    def test_group_messages_before_the_name_is_known_are_still_heard(
        self, make_channel: Callable[..., TelegramChannel], telegram: TelegramSimulator, edge: WebhookEdge
    ) -> None:
        channel = make_channel(telegram_mode="webhook", public_url=edge.url, telegram_webhook_secret=SECRET)
        edge.channel = channel  # a web process: it parses, and does not start
        telegram._delivery.set_webhook({"url": f"{edge.url}/telegram/webhook", "secret_token": SECRET})
        telegram.write(CUSTOMER, "@crm_demo_bot 在吗", chat_id=GROUP)
        telegram.wait_until(lambda: telegram.posts and telegram.calls_of("getMe"))
        assert telegram.posts[0][1] == 200
