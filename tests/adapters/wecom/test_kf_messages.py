"""What each item of sync_msg means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wecom.kf_messages import translate
from bot.channel import InboundMessage, MessageKind

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


def read(item: Any, *, is_first_run: bool = False) -> InboundMessage | None:
    return translate(item, open_kfid="wk1", received_at=NOW, is_first_run=is_first_run)


def customer(msgtype: str, body: Any, **overrides: Any) -> InboundMessage:
    item = {
        "msgid": "m1",
        "open_kfid": "wk1",
        "external_userid": "wm1",
        "send_time": int(NOW.timestamp()) - 5,
        "origin": 3,
        "msgtype": msgtype,
        msgtype: body,
        **overrides,
    }
    message = read(item)
    assert message is not None
    return message


def event(event_type: str, **details: Any) -> InboundMessage | None:
    inside = {"event_type": event_type, "open_kfid": "wk1", "external_userid": "wm1", **details}
    return read(
        {"msgid": "m2", "send_time": int(NOW.timestamp()) - 5, "origin": 4, "msgtype": "event", "event": inside}
    )


def test_words_are_text() -> None:
    message = customer("text", {"content": "怎么退货？"})
    assert (message.kind, message.text, message.choice) == (MessageKind.TEXT, "怎么退货？", None)
    assert message.sent_at == NOW - timedelta(seconds=5)


def test_a_clicked_menu_item_is_a_choice_that_keeps_its_words() -> None:
    message = customer("text", {"content": "转人工", "menu_id": "tok-1"})
    assert (message.kind, message.text, message.choice) == (MessageKind.CHOICE, "转人工", "tok-1")


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file"])
def test_a_file_is_named_for_fetching(kind: str) -> None:
    message = customer(kind, {"media_id": "media-1"})
    assert message.kind is MessageKind.MEDIA
    assert [(file["kind"], file["media_id"]) for file in message.context["files"]] == [(kind, "media-1")]


def test_a_place_is_its_address() -> None:
    message = customer(
        "location", {"latitude": 31.2, "longitude": 121.4, "name": "徐家汇店", "address": "上海市徐汇区"}
    )
    assert (message.kind, message.text) == (MessageKind.TEXT, "[位置] 徐家汇店 上海市徐汇区")


@pytest.mark.parametrize(
    ("msgtype", "body", "text"),
    [
        ("business_card", {"userid": "ZhangWei"}, "[名片] ZhangWei"),
        ("miniprogram", {"title": "会员中心", "appid": "wx1"}, "[小程序] 会员中心"),
        ("channels_shop_order", {"order_id": "37001"}, "[订单] 37001"),
        ("hologram", {"x": 1}, "[hologram]"),
        ("image", {}, "[image]"),
    ],
)
def test_what_we_cannot_read_is_said_to_be_so(msgtype: str, body: Any, text: str) -> None:
    message = customer(msgtype, body)
    assert (message.kind, message.text) == (MessageKind.MEDIA, text)
    assert message.context == {"unsupported": msgtype}


def test_a_colleague_who_writes_in_the_client_is_not_the_customer() -> None:
    message = customer("text", {"content": "我来处理"}, origin=5, servicer_userid="LiNa")
    assert (message.kind, message.text) == (MessageKind.STAFF_SPOKE, "我来处理")
    assert message.context["servicer_userid"] == "LiNa"


def test_an_entry_with_a_welcome_code_is_urgent() -> None:
    message = event("enter_session", welcome_code="w1", scene="shop", scene_param="promo%3D618%20a")
    assert message is not None
    assert (message.kind, message.is_urgent) == (MessageKind.ENTER, True)
    assert message.context == {"welcome_code": "w1", "scene": "shop", "scene_param": "promo=618 a"}


def test_an_entry_without_a_code_is_not_greeted_again() -> None:
    assert event("enter_session", scene="shop") is None


def test_an_entry_whose_code_is_dead_is_not_urgent() -> None:
    inside = {"event_type": "enter_session", "external_userid": "wm1", "welcome_code": "w1"}
    message = read(
        {"msgid": "m", "send_time": int(NOW.timestamp()) - 60, "origin": 4, "msgtype": "event", "event": inside}
    )
    assert message is not None
    assert message.is_urgent is False


def test_a_failed_delivery_names_our_message() -> None:
    message = event("msg_send_fail", fail_msgid="crmbot7_x", fail_type=10)
    assert message is not None
    assert (message.kind, message.replaces) == (MessageKind.DELIVERY_FAILED, "crmbot7_x")
    assert message.context == {"fail_type": "10"}


@pytest.mark.parametrize(("change", "state"), [(1, "human"), (2, "human"), (3, "ended"), (4, "human")])
def test_a_change_in_the_client_is_a_service_state(change: int, state: str) -> None:
    message = event("session_status_change", change_type=change, msg_code="c1", new_servicer_userid="LiNa")
    assert message is not None
    assert (message.kind, message.service_state) == (MessageKind.SERVICE_STATE, state)
    assert message.context == {"change_type": change, "event_code": "c1", "new_servicer_userid": "LiNa"}


@pytest.mark.parametrize(("event_type", "by"), [("user_recall_msg", "customer"), ("servicer_recall_msg", "servicer")])
def test_a_message_taken_back_is_named(event_type: str, by: str) -> None:
    message = event(event_type, recall_msgid="m0")
    assert message is not None
    assert (message.kind, message.replaces, message.context) == (MessageKind.RECALL, "m0", {"by": by})


@pytest.mark.parametrize(
    "event_type", ["servicer_status_change", "reject_customer_msg_switch_change", "a_future_event", ""]
)
def test_events_that_nobody_needs_give_no_message(event_type: str) -> None:
    assert event(event_type, servicer_userid="LiNa", status=1) is None


def test_an_unknown_change_gives_no_message() -> None:
    assert event("session_status_change", change_type="new") is None


@given(item=JSON)
def test_any_json_is_a_message_or_nothing(item: Any) -> None:
    assert read(item) is None


@given(
    origin=st.sampled_from([3, 4, 5]),
    msgtype=st.sampled_from(["text", "image", "event", "location", "link", "msgmenu", "note"]),
    body=JSON,
    userid=st.one_of(st.just("wm1"), JSON),
    send_time=JSON,
)
def test_no_item_is_an_error(origin: int, msgtype: str, body: Any, userid: Any, send_time: Any) -> None:
    message = read(
        {"origin": origin, "msgtype": msgtype, msgtype: body, "external_userid": userid, "send_time": send_time}
    )
    assert message is None or (message.external_id and message.sender_id)
