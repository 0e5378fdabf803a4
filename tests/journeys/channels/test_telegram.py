"""Telegram by polling, from a person's message to what he sees."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from bot.models import Conversation, InboxMessage, OutboxMessage, OutboxStatus, Owner
from crm_core.models import ChatIdentity, Contact, Interaction, Ticket, TicketMessage
from knowledge_base.models import Vote
from tests.journeys.channels.conftest import OpenSite
from tests.journeys.channels.site import (
    ANSWER_EN,
    ANSWER_ZH,
    KNOWN_EN,
    KNOWN_ZH,
    UNKNOWN_EN,
    UNKNOWN_ZH,
    Site,
    labels,
    wait_for,
)
from tests.simulators.telegram import TelegramSimulator

CUSTOMER, COLLEAGUE, GROUP, SUPERGROUP = 42, 43, -1234, -1001234
PICTURE = b"\xff\xd8\xff\xe0 a photo of a broken cup"


@pytest.fixture
def site(telegram_settings: dict[str, Any], start_site: OpenSite) -> Site:
    return start_site(**telegram_settings)


def texts(telegram: TelegramSimulator, chat_id: int = CUSTOMER) -> list[str]:
    return [message["text"] for message in telegram.sent_to(chat_id)]


def markups(telegram: TelegramSimulator) -> list[dict[str, Any]]:
    """What was asked for under each message; Telegram does not repeat keyboards in its answers."""
    return [call.parameters.get("reply_markup", {}) for call in telegram.calls_of("sendMessage")]


@pytest.mark.parametrize(("question", "answer"), [(KNOWN_ZH, ANSWER_ZH), (KNOWN_EN, ANSWER_EN)])
def test_an_answer_comes_with_buttons_and_a_press_is_answered_and_kept(
    site: Site, telegram: TelegramSimulator, question: str, answer: str
) -> None:
    telegram.write(CUSTOMER, question)
    site.settle(1)
    (sent,) = telegram.sent_to(CUSTOMER)
    assert answer in sent["text"]
    thumb = next(label for label in labels(sent) if label.startswith("👍"))
    telegram.press(CUSTOMER, sent, thumb)
    site.settle(2)
    wait_for(lambda: telegram.calls_of("editMessageReplyMarkup"), "clearing the keyboard")
    assert [call.status for call in telegram.calls_of("answerCallbackQuery")] == [200]
    assert site.row(Vote).is_up
    assert len(texts(telegram)) == 2


def test_a_button_that_means_nothing_any_more_says_so(site: Site, telegram: TelegramSimulator) -> None:
    telegram.press(CUSTOMER, telegram.compose(CUSTOMER, "an old menu"), "a-token-of-another-time")
    site.settle(1)
    assert "失效" in texts(telegram)[-1]


@pytest.mark.parametrize("question", [UNKNOWN_ZH, UNKNOWN_EN])
def test_an_unknown_question_becomes_a_ticket(site: Site, telegram: TelegramSimulator, question: str) -> None:
    telegram.write(CUSTOMER, question)
    site.settle(1)
    ticket = site.row(Ticket)
    assert ticket.number in texts(telegram)[0]
    assert site.row(TicketMessage, ticket_id=ticket.id).text == question


@pytest.mark.parametrize("words", ["转人工", "talk to a person"])
def test_a_person_is_announced_and_then_the_bot_is_silent(site: Site, telegram: TelegramSimulator, words: str) -> None:
    telegram.write(CUSTOMER, words)
    site.settle(1)
    (notice,) = texts(telegram)
    assert site.row(Ticket).number in notice
    telegram.write(CUSTOMER, KNOWN_ZH)
    telegram.write(CUSTOMER, KNOWN_EN)
    site.settle(3)
    assert texts(telegram) == [notice]
    assert site.conversation("telegram").owner is Owner.PERSON


@pytest.mark.parametrize(("language", "button"), [("zh-hans", "转人工"), ("en", "Talk to a person")])
@pytest.mark.parametrize("before", [None, UNKNOWN_EN])
def test_the_greetings_button_brings_a_person(
    site: Site, telegram: TelegramSimulator, language: str, button: str, before: str | None
) -> None:
    telegram.user(CUSTOMER, language=language)
    telegram.write(CUSTOMER, "/start")
    site.settle(1)
    greeting = telegram.sent_to(CUSTOMER)[0]
    if before is not None:  # his ticket is there already
        telegram.write(CUSTOMER, before)
    telegram.press(CUSTOMER, greeting, button)
    site.settle(2 if before is None else 3)
    assert site.conversation("telegram").owner is Owner.PERSON
    assert site.outcomes()[-1] == ("ticket" if before is None else "done")
    assert site.rows(TicketMessage, ticket_id=site.row(Ticket).id)[-1].text in {"转人工", "Talk to a person"}
    assert site.row(Ticket).number in texts(telegram)[-1]


@pytest.mark.parametrize("words", ["我的手机号是13800004401", "my number is 138 0000 4401"])
def test_a_number_typed_without_the_button_is_kept_and_added_to_the_ticket(
    site: Site, telegram: TelegramSimulator, words: str
) -> None:
    telegram.write(CUSTOMER, UNKNOWN_EN)
    telegram.write(CUSTOMER, words)
    site.settle(2)
    ticket = site.row(Ticket)
    assert site.outcomes() == ["ticket", "done"]
    assert ticket.number in texts(telegram)[-1]
    assert site.row(Contact, id=ticket.contact_id).mobile == "+8613800004401"
    assert site.rows(TicketMessage, ticket_id=ticket.id)[-1].text == words


def test_a_number_beside_the_trouble_is_kept_with_the_ticket_that_it_opens(
    site: Site, telegram: TelegramSimulator
) -> None:
    telegram.write(CUSTOMER, f"{UNKNOWN_EN}, my number is 138 0000 4406")
    site.settle(1)
    assert site.row(Contact, id=site.row(Ticket).contact_id).mobile == "+8613800004406"
    assert "phone number" not in texts(telegram)[0]


def test_somebody_elses_number_is_neither_taken_over_nor_a_way_to_his_record(
    site: Site, telegram: TelegramSimulator
) -> None:
    card = {"phone_number": "+8613800004402", "first_name": "", "user_id": 99}
    telegram.write(CUSTOMER, contact=card)
    telegram.write(CUSTOMER, "my number is 138 0000 1111")  # Li Na's
    site.settle(2)
    li_na, mine = site.rows(Contact, mobile="+8613800001111")
    assert site.rows(Contact, mobile="+8613800004402") == []
    assert site.row(ChatIdentity, channel="telegram").contact_id == mine.id != li_na.id


def test_while_a_person_has_the_thread_a_typed_number_is_kept_in_silence(
    site: Site, telegram: TelegramSimulator
) -> None:
    telegram.write(CUSTOMER, "转人工")
    telegram.write(CUSTOMER, "13800004403")
    site.settle(2)
    assert len(texts(telegram)) == 1
    assert site.row(Contact, id=site.row(Ticket).contact_id).mobile == "+8613800004403"


def test_a_colleague_links_his_account_and_logs_a_call(site: Site, telegram: TelegramSimulator) -> None:
    telegram.user(COLLEAGUE, name="Rita", language="en")
    telegram.write(COLLEAGUE, f"/link {site.link_code('rep')}")
    telegram.write(COLLEAGUE, "log call with Li Na: wants a quote for 200 gift boxes")
    site.settle(2)
    assert site.outcomes() == ["done", "logged"]
    assert "quote" in site.row(Interaction).summary
    assert "Undo" in labels(telegram.sent_to(COLLEAGUE)[-1])


def test_an_edited_command_runs_nothing_twice(site: Site, telegram: TelegramSimulator) -> None:
    site.link("rep", "telegram", str(COLLEAGUE))
    message = telegram.compose(COLLEAGUE, "log call with Li Na: wants a quote")
    telegram.push("message", message)
    site.settle(1)
    telegram.push("edited_message", {**message, "text": "log call with Li Na: wants two quotes", "edit_date": 1})
    site.settle(2)
    assert site.outcomes() == ["logged", "asked"]
    assert site.row(Interaction).summary == "wants a quote"


def test_an_edited_question_is_not_answered_again(site: Site, telegram: TelegramSimulator) -> None:
    message = telegram.compose(CUSTOMER, UNKNOWN_EN)
    telegram.push("message", message)
    site.settle(1)
    telegram.push("edited_message", {**message, "text": "does the drone film by day", "edit_date": 1})
    site.settle(2)
    assert len(texts(telegram)) == 1
    ticket = site.row(Ticket)
    assert "by day" in site.rows(TicketMessage, ticket_id=ticket.id)[-1].text


def test_a_photo_is_stored_by_its_hash_and_kept_with_the_ticket(site: Site, telegram: TelegramSimulator) -> None:
    photo = {**telegram.world.add_file("photo.jpg", PICTURE), "width": 90, "height": 60}
    telegram.write(CUSTOMER, photo=[photo])
    telegram.write(CUSTOMER, UNKNOWN_EN)
    site.settle(2)
    digest = hashlib.sha256(PICTURE).hexdigest()
    assert site.program.attachments.path(digest).read_bytes() == PICTURE
    (kept,) = site.row(TicketMessage, ticket_id=site.row(Ticket).id).attachments
    assert (kept["sha256"], kept["media_type"]) == (digest, "image/jpeg")


def test_a_message_that_says_nothing_to_us_is_answered_so(site: Site, telegram: TelegramSimulator) -> None:
    telegram.write(CUSTOMER, location={"latitude": 31.2, "longitude": 121.5})
    telegram.write(CUSTOMER, UNKNOWN_EN)
    telegram.write(CUSTOMER, location={"latitude": 31.2, "longitude": 121.5})
    site.settle(3)
    assert "请用文字" in texts(telegram)[0]
    assert site.row(Ticket).number in texts(telegram)[2]


def test_an_album_gets_one_answer_and_is_kept_whole(site: Site, telegram: TelegramSimulator) -> None:
    for number in range(3):
        photo = {**telegram.world.add_file(f"{number}.jpg", PICTURE + bytes([number])), "width": 90, "height": 60}
        telegram.write(CUSTOMER, photo=[photo], media_group_id="album-1")
    telegram.write(CUSTOMER, UNKNOWN_EN)
    site.settle(4)
    assert len(texts(telegram)) == 2
    assert len(site.row(TicketMessage, ticket_id=site.row(Ticket).id).attachments) == 3


def test_a_ticket_asks_for_a_number_by_the_button_that_shares_it(site: Site, telegram: TelegramSimulator) -> None:
    telegram.write(CUSTOMER, UNKNOWN_EN)
    site.settle(1)
    assert markups(telegram)[0]["keyboard"][0][0]["request_contact"]
    own = {"phone_number": "8613800004405", "first_name": "Ann", "user_id": CUSTOMER}
    telegram.write(CUSTOMER, contact=own)
    telegram.write(CUSTOMER, UNKNOWN_ZH)
    site.settle(3)
    assert site.row(Contact, id=site.rows(Ticket)[0].contact_id).mobile == "+8613800004405"
    assert markups(telegram)[1] == {"remove_keyboard": True}
    assert "手机号" not in texts(telegram)[-1]


def test_a_photo_with_words_is_kept_with_the_ticket_that_they_open(site: Site, telegram: TelegramSimulator) -> None:
    photo = {**telegram.world.add_file("photo.jpg", PICTURE), "width": 90, "height": 60}
    telegram.write(CUSTOMER, photo=[photo], caption=UNKNOWN_EN)
    site.settle(1)
    (kept,) = site.row(TicketMessage, ticket_id=site.row(Ticket).id).attachments
    assert kept["sha256"] == hashlib.sha256(PICTURE).hexdigest()


def test_a_customer_who_blocked_the_bot_gets_nothing_and_is_marked(site: Site, telegram: TelegramSimulator) -> None:
    telegram.user(CUSTOMER)
    telegram.world.chats[CUSTOMER].closed = "bot was blocked by the user"
    telegram.write(CUSTOMER, KNOWN_EN)
    site.settle(1)
    assert site.row(OutboxMessage).status is OutboxStatus.PARKED
    assert not site.conversation("telegram").is_reachable
    telegram.unblock(CUSTOMER)
    site.settle(2)
    assert site.conversation("telegram").is_reachable


def test_a_flood_limit_is_obeyed_and_the_message_arrives_once(site: Site, telegram: TelegramSimulator) -> None:
    telegram.fail("sendMessage", 429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    telegram.write(CUSTOMER, KNOWN_EN)
    site.settle(1)
    assert len(texts(telegram)) == 1
    assert [call.status for call in telegram.calls_of("sendMessage")] == [429, 200]
    row = site.row(OutboxMessage)
    assert row.sent_at is not None
    assert (row.sent_at - row.created_at).total_seconds() >= 1


def test_a_reply_whose_answer_was_lost_is_said_again_once_rather_than_never(
    site: Site, telegram: TelegramSimulator
) -> None:
    telegram.fail("sendMessage", 504, "Gateway Timeout")
    telegram.write(CUSTOMER, KNOWN_EN)
    site.settle(1)
    assert len(texts(telegram)) == 1
    assert site.row(OutboxMessage).status is OutboxStatus.SENT


def test_who_gets_an_answer_sees_that_it_is_being_typed_and_who_waits_for_a_person_does_not(
    site: Site, telegram: TelegramSimulator
) -> None:
    telegram.write(CUSTOMER, KNOWN_EN)
    telegram.write(CUSTOMER, "转人工")
    site.settle(2)
    wait_for(lambda: len(telegram.calls_of("sendChatAction")) == 2, "typing")
    telegram.write(CUSTOMER, KNOWN_EN)
    site.settle(3)
    assert len(telegram.calls_of("sendChatAction")) == 2


@pytest.mark.parametrize(
    ("command", "zh", "en"),
    [
        ("/help", "转人工", "'agent'"),
        ("/person", "已为你转接人工", "handed you over"),
        ("/ticket", "没有找到你的工单", "can't find a ticket"),
    ],
)
def test_every_command_of_the_menu_is_understood_in_the_language_of_the_client(
    site: Site, telegram: TelegramSimulator, command: str, zh: str, en: str
) -> None:
    telegram.user(CUSTOMER, language="zh-hans")
    telegram.user(COLLEAGUE, language="en")
    for person in (CUSTOMER, COLLEAGUE):
        telegram.write(person, command)
    site.settle(2)
    assert zh in texts(telegram)[-1]
    assert en in texts(telegram, COLLEAGUE)[-1]


@pytest.mark.parametrize(
    ("command", "rep", "support"),
    [
        ("/tasks", "no open tasks", "no open tasks"),
        ("/tickets", "You can say", "no such tickets"),
        ("/help", "log", "open tickets"),
    ],
)
def test_a_colleagues_commands_are_those_of_his_role(
    site: Site, telegram: TelegramSimulator, command: str, rep: str, support: str
) -> None:
    for person, handle, words in ((CUSTOMER, "rep", rep), (COLLEAGUE, "support", support)):
        telegram.user(person, language="en")
        site.link(handle, "telegram", str(person))
        telegram.write(person, command)
        wait_for(lambda person=person, words=words: any(words in text for text in texts(telegram, person)), words)
        assert words in texts(telegram, person)[-1]


def test_in_a_group_the_bot_speaks_only_when_spoken_to(site: Site, telegram: TelegramSimulator) -> None:
    telegram.group(GROUP)
    telegram.write(CUSTOMER, KNOWN_EN, chat_id=GROUP)
    telegram.write(CUSTOMER, f"@{telegram.username} {KNOWN_EN}", chat_id=GROUP)
    site.settle(1)
    (answer,) = telegram.sent_to(GROUP)
    assert ANSWER_EN in answer["text"]
    telegram.write(CUSTOMER, f"@{telegram.username} 我的工单", chat_id=GROUP)
    site.settle(2)
    assert site.outcomes() == ["answered", "refused"]


def test_a_group_that_becomes_a_supergroup_goes_on_in_the_same_conversations(
    site: Site, telegram: TelegramSimulator
) -> None:
    telegram.group(GROUP)
    telegram.write(CUSTOMER, f"@{telegram.username} {KNOWN_EN}", chat_id=GROUP)
    site.settle(1)
    before = site.conversation("telegram")
    telegram.migrate(GROUP, SUPERGROUP)
    telegram.write(CUSTOMER, f"@{telegram.username} {KNOWN_ZH}", chat_id=SUPERGROUP)
    telegram.write(COLLEAGUE, f"@{telegram.username} {KNOWN_ZH}", chat_id=SUPERGROUP)
    site.settle(4)
    assert [ANSWER_ZH in text for text in texts(telegram, SUPERGROUP)] == [True, True]
    after = site.row(Conversation, key=f"{SUPERGROUP}:{CUSTOMER}")
    assert (after.id, after.address["chat_id"]) == (before.id, SUPERGROUP)
    assert site.rows(Conversation, key=f"{GROUP}:{CUSTOMER}") == []
    assert site.rows(InboxMessage)[0].conversation_key == after.key
    assert {row.conversation_id for row in site.rows(OutboxMessage) if ANSWER_EN in row.payload["text"]} == {after.id}


def test_an_update_that_comes_twice_is_answered_once(site: Site, telegram: TelegramSimulator) -> None:
    message = telegram.compose(CUSTOMER, KNOWN_EN)
    telegram.push("message", message, update_id=5)
    site.settle(1)
    telegram.push("message", message, update_id=5)
    telegram.write(CUSTOMER, UNKNOWN_EN)
    site.settle(2)
    assert len(texts(telegram)) == 2
    assert len(site.rows(InboxMessage)) == 2
