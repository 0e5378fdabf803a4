"""What updates mean: every kind of content, who is taken for whom, and what is refused at the door. No network."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.telegram.channel import TelegramChannel
from adapters.telegram.connection import Identity
from bot.channel import InboundMessage, MessageKind
from bot.errors import WebhookRejected
from bot.settings import Settings
from tests.adapters.telegram.conftest import CUSTOMER, GROUP, SECRET
from tests.adapters.telegram.payloads import (
    BOT,
    PERSON,
    PHOTO_SIZES,
    SUPERGROUP,
    call,
    group,
    only,
    post,
    press,
    private,
)


@pytest.fixture(scope="module")
def channel() -> TelegramChannel:
    """A channel that knows its name and never touches the network."""
    values: dict[str, Any] = {
        "telegram_token": "123456:AAHsimulated-token",
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SECRET,
        "public_url": "https://bot.example.com",
        "max_body_bytes": 100_000,
    }
    channel = TelegramChannel(Settings(_env_file=None, **values))  # type: ignore[call-arg]
    channel._connection.identity = Identity(id=123456, username="crm_demo_bot")
    return channel


@pytest.fixture(scope="module")
def parse(channel: TelegramChannel) -> Callable[..., tuple[InboundMessage, ...]]:
    return lambda body, kind="message": channel.parse(call(kind, body)).messages


Parse = Callable[..., tuple[InboundMessage, ...]]


class TestDoor:
    @pytest.mark.parametrize("secret", [None, "", "a-secret_of-our", "a-secret_of-ours ", "秘密", "\ud800"])
    def test_a_forged_secret_is_refused(self, channel: TelegramChannel, secret: str | None) -> None:
        with pytest.raises(WebhookRejected) as refusal:
            channel.parse(call("message", private("hi"), secret=secret))
        assert refusal.value.status_code == 403

    def test_without_a_secret_of_ours_everything_is_refused(self, make_channel: Callable[..., TelegramChannel]) -> None:
        with pytest.raises(WebhookRejected) as refusal:
            make_channel().parse(call("message", private("hi"), secret=""))
        assert refusal.value.status_code == 403

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'"text"',
            b"{}",
            b'{"update_id": "7"}',
            b'{"update_id": true}',
            b'{"update_id": 1.5}',
            b"\xff\xfe\x00",
            b"[" * 50_000,
            b'{"update_id": ' + b"9" * 10_000 + b"}",
        ],
    )
    def test_what_is_no_update_is_refused(self, channel: TelegramChannel, content: bytes) -> None:
        with pytest.raises(WebhookRejected) as refusal:
            channel.parse(post(content))
        assert refusal.value.status_code == 400

    def test_a_large_body_is_refused(self, channel: TelegramChannel) -> None:
        with pytest.raises(WebhookRejected) as refusal:
            channel.parse(post(b" " * 100_001))
        assert refusal.value.status_code == 413

    @pytest.mark.parametrize(
        ("path", "method", "status"), [("", "POST", 404), ("x", "POST", 404), ("webhook", "GET", 405)]
    )
    def test_other_resources_do_not_exist(self, channel: TelegramChannel, path: str, method: str, status: int) -> None:
        with pytest.raises(WebhookRejected) as refusal:
            channel.parse(post(b"{}", path=path, method=method))
        assert refusal.value.status_code == status

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("a_kind_of_2031", {"anything": 1}),
            ("poll", {"id": "1"}),
            ("message_reaction", {"chat": {}}),
            ("message", {"message_id": 1}),
            ("message", {**private("x"), "chat": {"id": "42", "type": "private"}}),
            ("message", {**private("x"), "chat": {"id": 2**60, "type": "private"}}),
            ("message", {**private("x"), "text": 5}),
            ("message", {**private("x"), "from": "me"}),
            ("message", {**private("x"), "date": 10**30}),
            ("message", private(photo=[{}])),
            ("message", private(entities=[{"type": "mention", "offset": -1, "length": 10**9}])),
            ("callback_query", {"id": "1"}),
            ("my_chat_member", {}),
            ("message", []),
        ],
    )
    def test_a_genuine_update_is_never_refused(self, channel: TelegramChannel, kind: str, body: Any) -> None:
        assert channel.parse(call(kind, body)).messages == ()

    @given(
        body=st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda children: (
                st.lists(children, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "message_id",
                            "date",
                            "chat",
                            "id",
                            "type",
                            "from",
                            "text",
                            "entities",
                            "photo",
                            "contact",
                            "data",
                        ]
                    ),
                    children,
                    max_size=6,
                )
            ),
            max_leaves=20,
        ),
        kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
    )
    @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_body_whatever_brings_it_down(self, channel: TelegramChannel, kind: str, body: Any) -> None:
        parsed = channel.parse(call(kind, body))
        for message in parsed.messages:
            kept = [dict(message.address), dict(message.context)]
            assert json.loads(json.dumps(kept)) == kept

    def test_text_that_no_database_holds_is_mended(self, parse: Parse) -> None:
        message = only(parse(private("a\x00b\ud800c", **{"from": PERSON | {"first_name": "\udfffX"}})))
        assert message.text == "ab\ufffdc"
        message.text.encode()
        assert message.sender_name is not None
        message.sender_name.encode()


class TestPrivateChat:
    def test_a_message_names_itself(self, parse: Parse) -> None:
        message = only(parse(private("Hello")))
        assert message.context == {"message_id": 5, "message_ref": "message:42:5"}
        assert message.sender_name == "Wei Zhang"
        assert message.language_hint == "en"
        assert not message.is_group

    @pytest.mark.parametrize(
        ("code", "language"),
        [
            ("zh", "zh"),
            ("zh-hans", "zh"),
            ("zh-Hant-TW", "zh"),
            ("EN-us", "en"),
            ("pt-br", None),
            ("zhx", None),
            (None, None),
        ],
    )
    def test_language_tags(self, parse: Parse, code: str | None, language: str | None) -> None:
        assert only(parse(private("x", **{"from": PERSON | {"language_code": code}}))).language_hint == language

    @pytest.mark.parametrize(
        ("text", "kind", "words", "payload"),
        [
            ("/start", MessageKind.ENTER, "", None),
            ("/start@crm_demo_bot", MessageKind.ENTER, "", None),
            ("/start shop-7", MessageKind.ENTER, "shop-7", "shop-7"),
            ("/start link-Ab_9", MessageKind.TEXT, "/link Ab_9", None),
            ("/link Ab_9", MessageKind.TEXT, "/link Ab_9", None),
            ("/help", MessageKind.TEXT, "/help", None),
            ("/ticket@crm_demo_bot 12", MessageKind.TEXT, "/ticket 12", None),
            ("/starting now", MessageKind.TEXT, "/starting now", None),
            ("start", MessageKind.TEXT, "start", None),
            ("@crm_demo_bot hi", MessageKind.TEXT, "@crm_demo_bot hi", None),
        ],
    )
    def test_commands(self, parse: Parse, text: str, kind: MessageKind, words: str, payload: str | None) -> None:
        message = only(parse(private(text)))
        assert (message.kind, message.text, message.context.get("payload")) == (kind, words, payload)

    def test_an_edit_names_what_it_replaces(self, parse: Parse) -> None:
        message = only(parse(private("better words", edit_date=1795399300), "edited_message"))
        assert message.kind == MessageKind.EDIT
        assert message.text == "better words"
        assert message.replaces == "message:42:5"
        assert message.sent_at.timestamp() == 1795399300

    def test_an_edit_without_words_says_nothing(self, parse: Parse) -> None:
        assert parse(private(location={"latitude": 1.0, "longitude": 2.0}), "edited_message") == ()

    def test_words_of_others_are_flagged(self, parse: Parse) -> None:
        origin = {"type": "user", "date": 1795399000, "sender_user": PERSON | {"id": 7}}
        assert only(parse(private("x", forward_origin=origin))).context["forwarded"] is True
        assert only(parse(private("x", via_bot=BOT))).context["via_bot"] is True

    def test_bots_are_not_answered(self, parse: Parse) -> None:
        assert parse(private("x", **{"from": PERSON | {"is_bot": True}})) == ()

    def test_service_messages_say_nothing(self, parse: Parse) -> None:
        assert parse(group(new_chat_members=[PERSON])) == ()
        assert parse(private(pinned_message=private("x"))) == ()
        assert parse(private(delete_chat_photo=True)) == ()


class TestContact:
    @pytest.mark.parametrize("number", ["8613800001111", "+8613800001111", "+86 138-0000-1111"])
    def test_ones_own_card_is_a_verified_phone(self, parse: Parse, number: str) -> None:
        contact = {"phone_number": number, "first_name": "Wei", "user_id": CUSTOMER}
        message = only(parse(private(contact=contact)))
        assert (message.kind, message.phone) == (MessageKind.CONTACT, "+8613800001111")

    @pytest.mark.parametrize("owner", [{}, {"user_id": 43}])
    def test_somebody_elses_card_is_not(self, parse: Parse, owner: dict[str, int]) -> None:
        contact = {"phone_number": "8613800001111", "first_name": "张伟", **owner}
        message = only(parse(private(contact=contact)))
        assert message.kind == MessageKind.TEXT
        assert message.phone is None
        assert message.text == "张伟 +8613800001111"

    def test_nonsense_is_not(self, parse: Parse) -> None:
        contact = {"phone_number": "none", "first_name": "Wei", "user_id": CUSTOMER}
        assert only(parse(private(contact=contact))).phone is None


class TestFiles:
    @pytest.mark.parametrize(
        ("fields", "kind", "file_id", "filename"),
        [
            ({"photo": PHOTO_SIZES}, "image", "large", "photo-5.jpg"),
            (
                {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 2, "mime_type": "audio/ogg"}},
                "voice",
                "v",
                "voice-5.ogg",
            ),
            (
                {"document": {"file_id": "d", "file_unique_id": "u", "file_name": "报价.xlsx", "file_size": 9}},
                "file",
                "d",
                "报价.xlsx",
            ),
            (
                {"video": {"file_id": "m", "file_unique_id": "u", "width": 1, "height": 1, "duration": 2}},
                "video",
                "m",
                "video-5.mp4",
            ),
            (
                {"video_note": {"file_id": "n", "file_unique_id": "u", "length": 1, "duration": 2}},
                "video",
                "n",
                "video-5.mp4",
            ),
            (
                {"audio": {"file_id": "a", "file_unique_id": "u", "duration": 2}},
                "file",
                "a",
                "audio-5.mp3",
            ),
        ],
    )
    def test_files_wait_to_be_fetched(
        self, parse: Parse, fields: dict[str, Any], kind: str, file_id: str, filename: str
    ) -> None:
        message = only(parse(private(**fields)))
        assert message.kind == MessageKind.MEDIA
        (file,) = message.context["files"]
        assert (file["kind"], file["file_id"], file["filename"]) == (kind, file_id, filename)

    def test_a_caption_is_the_text(self, parse: Parse) -> None:
        message = only(parse(private(photo=PHOTO_SIZES, caption="坏了")))
        assert (message.kind, message.text) == (MessageKind.TEXT, "坏了")
        assert len(message.context["files"]) == 1

    def test_an_animation_is_one_file(self, parse: Parse) -> None:
        gif = {"file_id": "g", "file_unique_id": "u", "width": 1, "height": 1, "duration": 2, "file_name": "x.mp4"}
        document = {"file_id": "g", "file_unique_id": "u", "file_name": "x.mp4"}
        (file,) = only(parse(private(animation=gif, document=document))).context["files"]
        assert file["kind"] == "video"

    def test_a_sticker_is_its_emoji(self, parse: Parse) -> None:
        sticker = {
            "file_id": "s",
            "file_unique_id": "u",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        }
        assert only(parse(private(sticker=sticker))).text == "👍"

    def test_what_cannot_be_read_is_still_heard(self, parse: Parse) -> None:
        message = only(parse(private(location={"latitude": 1.0, "longitude": 2.0})))
        assert (message.kind, message.context["content"]) == (MessageKind.MEDIA, "location")


class TestGroups:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("/help", "/help"),
            ("/help@crm_demo_bot", "/help"),
            ("/help@CRM_Demo_Bot now", "/help now"),
            ("@crm_demo_bot, how do I return it?", "how do I return it?"),
            ("@crm_demo_bot：怎么退货", "怎么退货"),
            ("请问@crm_demo_bot怎么退货", "请问怎么退货"),
            ("hi @CRM_DEMO_BOT what now", "hi what now"),
            ("@crm_demo_bot /ticket 3", "/ticket 3"),
        ],
    )
    def test_the_bot_answers_when_addressed(self, parse: Parse, text: str, words: str) -> None:
        message = only(parse(group(text)))
        assert message.text == words
        assert message.is_group
        assert message.conversation_key == f"{GROUP}:{CUSTOMER}"
        assert message.address == {"chat_id": GROUP, "user_id": CUSTOMER}

    @pytest.mark.parametrize(
        "text",
        [
            "hello everyone",
            "/help@other_bot",
            "@other_bot hi",
            "@crm_demo_bot2 hi",
            "mail me@crm_demo_bot",
            "see /help",
            "crm_demo_bot",
        ],
    )
    def test_and_is_silent_otherwise(self, parse: Parse, text: str) -> None:
        assert parse(group(text)) == ()

    def test_a_reply_to_the_bot_addresses_it(self, parse: Parse) -> None:
        assert only(parse(group("yes", reply_to_message={**group("sure?"), "from": BOT}))).text == "yes"
        assert parse(group("yes", reply_to_message=group("sure?"))) == ()

    def test_the_start_of_a_topic_is_no_message_of_the_bot(self, parse: Parse) -> None:
        opened = {**group(forum_topic_created={"name": "x", "icon_color": 1}), "from": BOT}
        assert parse(group("hi all", reply_to_message=opened)) == ()

    def test_a_mention_by_name_addresses_it(self, parse: Parse) -> None:
        entity = {"type": "text_mention", "offset": 3, "length": 6, "user": BOT}
        assert only(parse(group("😀 crmbot hi", entities=[entity]))).text == "😀 hi"

    def test_its_name_alone_calls_it(self, parse: Parse) -> None:
        assert only(parse(group("@crm_demo_bot"))).kind == MessageKind.ENTER

    def test_a_caption_addresses_it_too(self, parse: Parse) -> None:
        message = only(parse(group(photo=PHOTO_SIZES, caption="@crm_demo_bot 这个")))
        assert message.text == "这个"
        assert parse(group(photo=PHOTO_SIZES)) == ()

    def test_answers_go_to_the_topic(self, parse: Parse) -> None:
        in_topic = group("/help", message_thread_id=7, is_topic_message=True)
        assert only(parse(in_topic)).address == {"chat_id": GROUP, "user_id": CUSTOMER, "thread_id": 7}

    @pytest.mark.parametrize("fields", [{"message_thread_id": 1, "is_topic_message": True}, {"message_thread_id": 9}])
    def test_general_topic_and_reply_threads_have_no_number(self, parse: Parse, fields: dict[str, Any]) -> None:
        assert "thread_id" not in only(parse(group("/help", **fields))).address

    def test_an_anonymous_administrator_has_no_account(self, parse: Parse) -> None:
        anonymous = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": SUPERGROUP}
        message = only(parse(group("/help", **anonymous)))
        assert message.sender_id == f"chat:{GROUP}"
        assert message.context["anonymous"] is True
        assert "user_id" not in message.address
        assert parse(group("/link CODE", **anonymous)) == ()
        assert parse(group("/start@crm_demo_bot link-CODE", **anonymous)) == ()

    def test_channels_are_not_people(self, parse: Parse) -> None:
        feed = {"id": -1009, "type": "channel", "title": "News"}
        forwarded = {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "sender_chat": feed}
        assert parse(group("/help", **forwarded, is_automatic_forward=True)) == ()
        fake = {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}, "sender_chat": feed}
        assert parse(group("/help", **fake)) == ()


class TestPresses:
    def test_a_press_is_a_choice_to_be_answered(self, channel: TelegramChannel) -> None:
        parsed = channel.parse(call("callback_query", press("token")))
        message = only(parsed.messages)
        assert (message.kind, message.choice, message.sender_id) == (MessageKind.CHOICE, "token", "42")
        assert parsed.pull == {"press": {"callback_id": "9", "chat_id": CUSTOMER, "message_id": 5, "notice": ""}}

    def test_a_press_without_what_we_never_use_is_a_press(self, channel: TelegramChannel) -> None:
        query = press("token")
        del query["chat_instance"]
        assert only(channel.parse(call("callback_query", query)).messages).choice == "token"

    def test_an_old_message_keeps_its_keyboard(self, channel: TelegramChannel) -> None:
        old = {"chat": {"id": CUSTOMER, "type": "private"}, "message_id": 5, "date": 0}
        parsed = channel.parse(call("callback_query", press("token", old)))
        assert only(parsed.messages).choice == "token"
        assert parsed.pull is not None
        assert parsed.pull["press"]["message_id"] is None

    def test_a_press_without_message_or_data_is_only_answered(self, channel: TelegramChannel) -> None:
        for query in (press(None, game_short_name="g"), {**press("x"), "message": None}):
            parsed = channel.parse(call("callback_query", query))
            assert parsed.messages == ()
            assert parsed.pull is not None

    def test_in_a_group_the_button_belongs_to_one_person(self, channel: TelegramChannel) -> None:
        asked = {**group("which?"), "from": BOT}
        own = channel.parse(call("callback_query", press("u42:token", asked)))
        assert only(own.messages).choice == "token"
        assert only(own.messages).conversation_key == f"{GROUP}:42"
        other = channel.parse(call("callback_query", press("u43:token", asked)))
        assert other.messages == ()
        assert other.pull is not None
        assert other.pull["press"]["message_id"] is None
        assert "someone else" in other.pull["press"]["notice"]


class TestReachability:
    @pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
    def test_a_private_chat(self, parse: Parse, status: str, reachable: bool) -> None:
        assert only(parse(_membership(private()["chat"], status), "my_chat_member")).reachable is reachable

    def test_a_groups_comings_and_goings_say_nothing(self, parse: Parse) -> None:
        assert parse(_membership(SUPERGROUP, "kicked"), "my_chat_member") == ()


def _membership(chat: dict[str, Any], status: str) -> dict[str, Any]:
    until = {"until_date": 0} if status == "kicked" else {}
    return {
        "chat": chat,
        "from": PERSON,
        "date": 1795399200,
        "old_chat_member": {"user": BOT, "status": "member"},
        "new_chat_member": {"user": BOT, "status": status, **until},
    }
