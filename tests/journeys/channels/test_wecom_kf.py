"""微信客服: what a customer writes in WeChat, through event and pull, to what he sees; and people in between."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from bot.models import Conversation, InboxMessage, OutboxMessage, OutboxStatus, Owner
from crm_core.models import Ticket, TicketMessage
from knowledge_base.models import Vote
from tests.journeys.channels.conftest import OpenSite
from tests.journeys.channels.site import (
    ANSWER_EN,
    ANSWER_ZH,
    ARTICLES,
    KNOWN_EN,
    KNOWN_ZH,
    UNKNOWN_EN,
    UNKNOWN_ZH,
    Site,
    wait_for,
)
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher, kf_event_xml, text_xml
from tests.simulators.wecom_kf import BUDGET, ENDED, PERSON, POOL, Sent
from tests.simulators.wecom_wire import Refusal

ACCOUNT = "wkAJ2GCAAA"
WANG, ALICE = "wmAJ2GCAAAext1", "wmAJ2GCAAAext2"
PICTURE = b"\xff\xd8\xff\xe0 a photo of a broken cup"


class Chat:
    """Customers' phones, and WeCom pushing its events to our site."""

    def __init__(self, site: Site, wecom: WeComSimulator, pusher: CallbackPusher) -> None:
        self.site = site
        self.kf = wecom.kf
        self._wecom = wecom
        self._pusher = pusher

    def push(self, token: str) -> None:
        answer = self._pusher.post(f"{self.site.url}/wecom/kf", kf_event_xml(token, ACCOUNT))
        assert (answer.status_code, answer.content) == (200, b"")

    def writes(self, customer: str, words: str, **click: str) -> None:
        self.push(self.kf.customer_writes(ACCOUNT, customer, words, **click))

    def support_says(self, words: str, msgid: str) -> None:
        self._wecom.app.members["support"] = "Sam"
        answer = self._pusher.post(f"{self.site.url}/wecom/app", text_xml("support", words, msgid=msgid))
        assert answer.status_code == 200

    def seen_by(self, customer: str) -> list[Sent]:
        return [sent for sent in self.kf.sent if sent.external_userid == customer]

    def texts(self, customer: str) -> list[str]:
        return [sent.text for sent in self.seen_by(customer)]

    def told_support(self) -> list[str]:
        return [one.text for one in self._wecom.app.delivered if one.userid == "support"]

    def state(self, customer: str) -> int:
        return self.kf.session(ACCOUNT, customer).state

    @property
    def owner(self) -> Owner:
        return self.site.conversation("wecom_kf").owner


@pytest.fixture
def chat(wecom_settings: dict[str, Any], wecom: WeComSimulator, pusher: CallbackPusher, start_site: OpenSite) -> Chat:
    return Chat(start_site(**wecom_settings), wecom, pusher)


def menu(sent: Sent) -> dict[str, str]:
    return {item["click"]["content"]: item["click"]["id"] for item in sent.body["list"]}


def test_every_message_of_every_page_is_answered_in_order(chat: Chat) -> None:
    chat.kf.page_size, chat.kf.empty_pages = 2, 1
    questions = [(question, answer) for language, _key, question, answer in ARTICLES if language == "zh"]
    token = ""
    for question, _answer in questions:
        chat.kf.customer_writes(ACCOUNT, WANG, question)
        token = chat.kf.customer_writes(ACCOUNT, ALICE, question)
    chat.push(token)
    chat.site.settle(2 * len(questions))
    for customer in (WANG, ALICE):
        seen = chat.texts(customer)
        assert len(seen) == len(questions)
        assert all(answer in text for (_question, answer), text in zip(questions, seen, strict=True))


def test_more_answers_than_wecom_allows_wait_for_the_customer(chat: Chat) -> None:
    token = ""
    for _ in range(BUDGET + 2):
        token = chat.kf.customer_writes(ACCOUNT, WANG, KNOWN_ZH)
    chat.push(token)
    chat.site.settle(BUDGET + 2)
    assert len(chat.seen_by(WANG)) == BUDGET
    assert len(chat.site.rows(OutboxMessage, status=OutboxStatus.HELD)) == 2
    chat.writes(WANG, KNOWN_EN)
    chat.site.settle(BUDGET + 3)
    assert len(chat.seen_by(WANG)) == BUDGET + 3
    assert ANSWER_EN in chat.texts(WANG)[-1]


def test_an_event_that_comes_twice_is_answered_once(chat: Chat) -> None:
    token = chat.kf.customer_writes(ACCOUNT, WANG, KNOWN_ZH)
    for _ in range(3):
        chat.push(token)
    chat.site.settle(1)
    assert len(chat.seen_by(WANG)) == 1


def test_who_opens_the_chat_is_welcomed_with_his_code(chat: Chat) -> None:
    chat.push(chat.kf.customer_enters(ACCOUNT, WANG, scene="site", scene_param="a%20b"))
    chat.site.settle(1)
    (welcome,) = chat.seen_by(WANG)
    assert welcome.is_on_event
    assert menu(welcome)
    chat.push(chat.kf.customer_enters(ACCOUNT, WANG))
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(2)
    assert len(chat.seen_by(WANG)) == 2


def test_a_click_on_a_menu_is_the_choice(chat: Chat) -> None:
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(1)
    (answer,) = chat.seen_by(WANG)
    assert ANSWER_ZH in answer.text
    label = next(label for label in menu(answer) if label.startswith("👍"))
    chat.writes(WANG, label, menu_id=menu(answer)[label])
    chat.site.settle(2)
    assert chat.site.row(Vote).is_up
    assert len(chat.seen_by(WANG)) == 2


def test_a_photo_is_kept_with_the_ticket(chat: Chat, wecom: WeComSimulator) -> None:
    media_id = wecom.add_medium("image", "cup.jpg", PICTURE, "image/jpeg")
    chat.push(chat.kf.customer_sends(ACCOUNT, WANG, "image", {"media_id": media_id}))
    chat.site.settle(1)
    chat.writes(WANG, UNKNOWN_ZH)
    chat.site.settle(2)
    (kept,) = chat.site.row(TicketMessage, ticket_id=chat.site.row(Ticket).id).attachments
    assert kept["sha256"] == hashlib.sha256(PICTURE).hexdigest()


def test_a_reply_that_did_not_arrive_is_parked_and_support_is_told(chat: Chat) -> None:
    chat.support_says("open tickets", "s1")
    chat.site.settle(1)
    chat.writes(WANG, UNKNOWN_ZH)
    chat.site.settle(2)
    chat.push(chat.kf.delivery_fails(chat.seen_by(WANG)[0], 10))
    chat.site.settle(3)
    (row,) = chat.site.rows(OutboxMessage, channel="wecom_kf")
    assert row.status is OutboxStatus.PARKED
    assert chat.site.row(Ticket).number in chat.told_support()[-1]


@pytest.mark.parametrize(
    ("words", "pool_is_closed", "state"), [("转人工", False, POOL), ("talk to a person", True, PERSON)]
)
def test_a_person_is_announced_before_the_session_is_given_away(
    chat: Chat, wecom: WeComSimulator, words: str, pool_is_closed: bool, state: int
) -> None:
    if pool_is_closed:
        wecom.fail("kf/service_state/trans", Refusal(95016, "not allow to trans"))
    chat.writes(WANG, words)
    chat.site.settle(1)
    assert chat.state(WANG) == state
    paths = [call.path for call in wecom.calls if call.path in {"kf/send_msg", "kf/service_state/trans"}]
    assert paths[0] == "kf/send_msg"
    assert chat.site.row(Ticket).number in chat.texts(WANG)[0]
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(2)
    assert len(chat.seen_by(WANG)) == 1
    assert chat.owner is Owner.PERSON


def test_an_answer_after_the_session_ended_waits_for_the_customer_and_support_knows(chat: Chat) -> None:
    chat.support_says("open tickets", "s0")
    chat.site.settle(1)
    chat.writes(WANG, UNKNOWN_EN)
    chat.site.settle(2)
    number = chat.site.row(Ticket).number
    chat.kf.session(ACCOUNT, WANG).state = ENDED
    chat.support_says(f"reply {number}: only by day", "s1")
    chat.site.settle(3)
    assert any("when the customer writes again" in text for text in chat.told_support())
    assert not any("only by day" in text for text in chat.texts(WANG))
    chat.writes(WANG, KNOWN_EN)
    chat.site.settle(4)
    assert any("only by day" in text for text in chat.texts(WANG))


def test_when_nobody_takes_the_session_support_hears_where_to_answer(chat: Chat, wecom: WeComSimulator) -> None:
    chat.support_says("open tickets", "s0")
    chat.site.settle(1)
    chat.kf.accounts[ACCOUNT].servicers["LiNa"] = 1
    wecom.fail("kf/service_state/trans", Refusal(95016, "not allow to trans"))
    chat.writes(WANG, "talk to a person")
    chat.site.settle(2)
    number = chat.site.row(Ticket).number
    assert any("took no hand-over" in text and f"reply {number}" in text for text in chat.told_support())
    chat.support_says(f"reply {number}: here I am", "s1")
    chat.site.settle(3)
    assert "here I am" in chat.texts(WANG)[-1]


def test_after_the_session_ended_the_bot_answers_again(chat: Chat) -> None:
    chat.writes(WANG, "转人工")
    chat.site.settle(1)
    chat.push(chat.kf.session_changes(ACCOUNT, WANG, 1))
    chat.push(chat.kf.servicer_writes(ACCOUNT, WANG, "LiNa", "您好，我是李娜"))
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(4)
    assert len(chat.seen_by(WANG)) == 1
    chat.push(chat.kf.session_changes(ACCOUNT, WANG, 3))
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(6)
    assert ANSWER_ZH in chat.texts(WANG)[-1]
    assert chat.owner is Owner.BOT


def test_when_support_closes_the_ticket_the_session_ends_and_the_bot_answers_again(chat: Chat) -> None:
    chat.writes(WANG, "talk to a person")
    chat.site.settle(1)
    chat.push(chat.kf.session_changes(ACCOUNT, WANG, 1))
    chat.site.settle(2)
    chat.support_says(f"close {chat.site.row(Ticket).number}", "s1")
    chat.site.settle(3)
    assert "resolved" in chat.texts(WANG)[-1]
    chat.writes(WANG, KNOWN_EN)
    chat.site.settle(4)
    assert ANSWER_EN in chat.texts(WANG)[-1]
    assert chat.site.rows(OutboxMessage, status=OutboxStatus.PARKED) == []


def test_a_customer_who_wants_the_bot_back_gets_it(chat: Chat) -> None:
    chat.writes(WANG, "talk to a person")
    chat.site.settle(1)
    (notice,) = chat.seen_by(WANG)
    chat.push(chat.kf.session_changes(ACCOUNT, WANG, 1))
    ((label, value),) = menu(notice).items()
    chat.writes(WANG, label, menu_id=value)
    chat.site.settle(3)
    assert "back" in chat.texts(WANG)[-1]
    chat.writes(WANG, KNOWN_EN)
    chat.site.settle(4)
    assert ANSWER_EN in chat.texts(WANG)[-1]


def test_who_waits_in_the_pool_gets_the_bot_back_by_way_of_a_servicer_on_duty(chat: Chat) -> None:
    chat.writes(WANG, "talk to a person")
    chat.site.settle(1)
    chat.writes(WANG, "back to the assistant")
    chat.site.settle(2)
    assert "I'm back" in chat.texts(WANG)[-1]
    chat.writes(WANG, KNOWN_EN)
    chat.site.settle(3)
    assert ANSWER_EN in chat.texts(WANG)[-1]
    assert chat.site.rows(OutboxMessage, status=OutboxStatus.PARKED) == []


def test_who_waits_in_the_pool_with_nobody_on_duty_is_told_so_and_so_is_support(chat: Chat) -> None:
    chat.support_says("open tickets", "s0")
    chat.site.settle(1)
    chat.kf.accounts[ACCOUNT].servicers["LiNa"] = 1
    chat.writes(WANG, "talk to a person")
    chat.site.settle(2)
    chat.writes(WANG, "back to the assistant")
    chat.site.settle(3)
    assert "still in the queue" in chat.texts(WANG)[-1]
    assert any("wants the assistant back" in text for text in chat.told_support())
    assert (chat.state(WANG), chat.site.row(Conversation, channel="wecom_kf").owner) == (POOL, Owner.PERSON)
    chat.writes(WANG, KNOWN_EN)
    chat.site.settle(4)
    assert not any(ANSWER_EN in text for text in chat.texts(WANG))
    assert chat.site.rows(TicketMessage)[-1].text == KNOWN_EN


def test_a_colleague_who_takes_over_in_the_client_silences_the_bot(chat: Chat) -> None:
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(1)
    chat.push(chat.kf.servicer_writes(ACCOUNT, WANG, "LiNa", "我来吧"))
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(3)
    assert len(chat.seen_by(WANG)) == 1


def test_what_no_event_told_is_found_by_the_regular_pull(
    wecom_settings: dict[str, Any], wecom: WeComSimulator, start_site: OpenSite
) -> None:
    site = start_site(**wecom_settings | {"wecom_reconcile_seconds": 1})
    wait_for(lambda: wecom.calls_of("kf/sync_msg"), "the first pull")
    wecom.kf.customer_writes(ACCOUNT, WANG, KNOWN_ZH)
    site.settle(1)
    assert ANSWER_ZH in wecom.kf.sent[0].text


def test_what_was_written_while_we_were_down_is_answered_and_old_things_are_not(
    wecom_settings: dict[str, Any], wecom: WeComSimulator, start_site: OpenSite
) -> None:
    old = {"external_userid": ALICE, "origin": 3, "msgtype": "text", "text": {"content": KNOWN_ZH}}
    wecom.kf.add(ACCOUNT, {**old, "send_time": int(wecom.now().timestamp()) - 7200})
    wecom.kf.customer_writes(ACCOUNT, WANG, KNOWN_ZH)
    site = start_site(**wecom_settings)
    site.settle(2)
    assert [sent.external_userid for sent in wecom.kf.sent] == [WANG]


def test_supports_answer_reaches_the_customer(chat: Chat) -> None:
    chat.writes(WANG, UNKNOWN_EN)
    chat.site.settle(1)
    number = chat.site.row(Ticket).number
    chat.support_says(f"reply {number}: only by day", "s1")
    chat.site.settle(2)
    assert "only by day" in chat.texts(WANG)[-1]


def test_support_is_told_when_wecom_lets_only_the_person_in_the_client_speak(chat: Chat) -> None:
    chat.support_says("open tickets", "s0")
    chat.site.settle(1)
    chat.writes(WANG, "talk to a person")
    chat.site.settle(2)
    number = chat.site.row(Ticket).number
    chat.push(chat.kf.session_changes(ACCOUNT, WANG, 1))
    chat.site.settle(3)
    chat.support_says(f"reply {number}: first answer", "s1")
    chat.site.settle(4)
    chat.support_says(f"reply {number}: second answer", "s2")
    chat.site.settle(5)
    assert not any("second answer" in text for text in chat.texts(WANG))
    assert chat.site.rows(OutboxMessage, channel="wecom_kf")[-1].status is OutboxStatus.PARKED
    assert any(number in text and "did not reach" in text for text in chat.told_support())
    (conversation,) = chat.site.rows(Conversation, channel="wecom_kf")
    assert conversation.service_state == "human"


def test_an_event_of_an_unknown_kind_is_passed_over(chat: Chat) -> None:
    chat.push(chat.kf.add_event(ACCOUNT, WANG, "event_of_tomorrow"))
    chat.writes(WANG, KNOWN_ZH)
    chat.site.settle(1)
    assert len(chat.site.rows(InboxMessage)) == 1
