"""The WeCom app: a colleague's message, encrypted, to the answer that he sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from bot.models import InboxMessage, OutboxMessage, OutboxStatus, Owner
from crm_core.models import Interaction, Ticket
from tests.journeys.channels.conftest import OpenSite
from tests.journeys.channels.site import ANSWER_ZH, KNOWN_EN, KNOWN_ZH, Site
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher, event_xml, text_xml
from tests.simulators.wecom_wire import Refusal

Attack = Callable[[CallbackPusher], tuple[dict[str, str], bytes]]

CALL = "log call with Li Na: wants a quote"
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'


@pytest.fixture
def site(wecom_settings: dict[str, Any], wecom: WeComSimulator, start_site: OpenSite) -> Site:
    wecom.app.members |= {"Rep": "Rita", "support": "Sam"}
    return start_site(**wecom_settings)


@pytest.fixture
def url(site: Site) -> str:
    return f"{site.url}/wecom/app"


def buttons(card: dict[str, Any]) -> dict[str, str]:
    return {button["text"]: button["key"] for button in card["button_list"]}


def test_the_url_is_confirmed(url: str, pusher: CallbackPusher) -> None:
    answer = pusher.check(url, "1616140317555161061")
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")


def test_a_member_is_recognised_by_his_handle_and_answered(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    answer = pusher.post(url, text_xml("Rep", "my tasks", msgid="1"))
    assert (answer.status_code, answer.content) == (200, b"")
    site.settle(1)
    (delivered,) = wecom.app.delivered
    assert delivered.userid == "Rep"
    assert "task" in delivered.text
    assert site.row(InboxMessage).result["intent"] == "list_tasks"  # type: ignore[index]


def test_a_card_is_pressed_and_its_effect_comes_once(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    pusher.post(url, text_xml("rep", CALL, msgid="1"))
    site.settle(1)
    card = wecom.app.delivered[-1].body
    assert card["card_type"] == "button_interaction"
    pressed = wecom.app.press(card["task_id"]) | {"EventKey": buttons(card)["Undo"]}
    fields = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in pressed.items())
    xml = event_xml("rep", "template_card_event", fields)
    assert [pusher.post(url, xml).status_code for _ in range(2)] == [200, 200]
    site.settle(2)
    assert site.outcomes() == ["logged", "done"]
    assert site.row(Interaction).deleted_at is not None
    assert wecom.app.cards[card["task_id"]].replaced_by
    assert len(wecom.app.delivered) == 2


@pytest.mark.parametrize(("words", "button"), [(KNOWN_ZH, "转人工"), (KNOWN_EN, "Talk to a person")])
def test_the_greetings_button_brings_a_person(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher, words: str, button: str
) -> None:
    for number, said in enumerate((words, "/start")):
        pusher.post(url, text_xml("LiNa", said, msgid=str(number)))
    site.settle(2)
    card = wecom.app.delivered[-1].body
    pressed = wecom.app.press(card["task_id"]) | {"EventKey": buttons(card)[button]}
    fields = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in pressed.items())
    pusher.post(url, event_xml("LiNa", "template_card_event", fields))
    site.settle(3)
    assert site.outcomes() == ["answered", "smalltalk", "ticket"]
    assert site.conversation("wecom_app").owner is Owner.PERSON
    assert site.row(Ticket).subject == button


def test_a_message_delivered_twice_is_answered_once(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    for _ in range(3):
        assert pusher.post(url, text_xml("rep", CALL, msgid="7")).status_code == 200
    site.settle(1)
    assert len(wecom.app.delivered) == 1
    assert len(site.rows(Interaction)) == 1


def test_a_member_who_is_no_colleague_is_answered_as_a_customer(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    pusher.post(url, text_xml("LiNa", KNOWN_ZH, msgid="1"))
    site.settle(1)
    assert ANSWER_ZH in str(wecom.app.delivered[0].body)


def test_an_answer_that_wecom_was_too_busy_for_comes_later(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    wecom.fail("message/send", Refusal(42001, "access_token expired"))
    wecom.expire_tokens()
    pusher.post(url, text_xml("rep", "my tasks", msgid="1"))
    site.settle(1)
    assert len(wecom.app.delivered) == 1


def test_a_member_whom_the_app_cannot_reach_is_marked(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    pusher.post(url, text_xml("support", "my tasks", msgid="1"))
    site.settle(1)
    del wecom.app.members["support"]
    pusher.post(url, text_xml("support", "open tickets", msgid="2"))
    site.settle(2)
    assert [row.status for row in site.rows(OutboxMessage)] == [OutboxStatus.SENT, OutboxStatus.PARKED]
    assert not site.conversation("wecom_app").is_reachable


def _forged(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    query, body = pusher.push(text_xml("rep", CALL, msgid="1"))
    return {**query, "msg_signature": "0" * 40}, body


def _of_another_corporation(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    return pusher.push(text_xml("rep", CALL, msgid="1"), receive_id="wwanother")


def _truncated(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    query, body = pusher.push(text_xml("rep", CALL, msgid="1"))
    return query, body[: len(body) // 2]


def _truncated_inside(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    return pusher.push(text_xml("rep", CALL, msgid="1")[:80])


def _bomb(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    return pusher.query("x"), BOMB.encode()


def _bomb_inside(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    return pusher.push(BOMB)


def _huge(pusher: CallbackPusher) -> tuple[dict[str, str], bytes]:
    return pusher.query("x"), pusher.envelope("A" * 10_000_000)


ATTACKS: tuple[tuple[Attack, int], ...] = (
    (_forged, 403),
    (_of_another_corporation, 403),
    (_truncated, 400),
    (_truncated_inside, 400),
    (_bomb, 400),
    (_bomb_inside, 400),
    (_huge, 413),
)


def test_what_is_not_wecoms_is_refused_leaves_nothing_and_does_not_stop_us(
    site: Site, url: str, wecom: WeComSimulator, pusher: CallbackPusher
) -> None:
    for attack, status in ATTACKS:
        query, body = attack(pusher)
        assert requests.post(url, params=query, data=body, timeout=10).status_code == status, attack
    assert site.rows(InboxMessage) == []
    pusher.post(url, text_xml("rep", "my tasks", msgid="2"))
    site.settle(1)
    assert len(wecom.app.delivered) == 1
