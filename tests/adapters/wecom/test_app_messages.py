"""What members send to the app, from encrypted callback to our message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.channel import InboundMessage, MessageKind, Parsed
from tests.simulators.wecom_callbacks import app_xml, event_xml, kf_event_xml, text_xml

Receive = Callable[[str], Parsed]


def only(parsed: Parsed) -> InboundMessage:
    (message,) = parsed.messages
    return message


def test_a_text_names_its_sender_in_one_spelling(receive: Receive) -> None:
    message = only(receive(text_xml("ZhangWei", "  记一下电话  ", msgid="7311", create_time=1790000000)))
    assert (message.channel, message.external_id) == ("wecom_app", "msg:7311")
    assert (message.conversation_key, message.sender_id) == ("zhangwei", "zhangwei")
    assert message.address == {"userid": "ZhangWei"}
    assert (message.kind, message.text) == (MessageKind.TEXT, "  记一下电话  ")
    assert message.sent_at == datetime.fromtimestamp(1790000000, tz=UTC)


@pytest.mark.parametrize("kind", ["image", "voice", "video"])
def test_a_file_is_named_for_fetching(receive: Receive, kind: str) -> None:
    fields = "<MediaId><![CDATA[m-1]]></MediaId><PicUrl>http://x</PicUrl><Format>amr</Format>"
    message = only(receive(app_xml("ZhangWei", kind, fields, msgid="1")))
    assert message.kind is MessageKind.MEDIA
    (file,) = message.context["files"]
    assert (file["kind"], file["media_id"]) == (kind, "m-1")


def test_a_location_says_its_address(receive: Receive) -> None:
    fields = "<Location_X>31.2</Location_X><Location_Y>121.4</Location_Y><Label>上海市徐汇区</Label>"
    message = only(receive(app_xml("ZhangWei", "location", fields, msgid="1")))
    assert message.text == "上海市徐汇区"
    assert message.context["location"] == {"latitude": "31.2", "longitude": "121.4"}


def test_a_link_says_title_and_address(receive: Receive) -> None:
    fields = "<Title>报价单</Title><Description></Description><Url>https://example.com/1</Url>"
    assert only(receive(app_xml("ZhangWei", "link", fields, msgid="1"))).text == "报价单\nhttps://example.com/1"


@pytest.mark.parametrize("event", ["enter_agent", "Enter_Agent"])
def test_opening_the_app_is_an_entry_however_the_event_is_spelled(receive: Receive, event: str) -> None:
    assert only(receive(event_xml("ZhangWei", event, "<EventKey></EventKey>"))).kind is MessageKind.ENTER


@pytest.mark.parametrize(("event", "reachable"), [("subscribe", True), ("unsubscribe", False)])
def test_the_visible_range_is_reachability(receive: Receive, event: str, reachable: bool) -> None:
    message = only(receive(event_xml("ZhangWei", event)))
    assert (message.kind, message.reachable) == (MessageKind.REACHABILITY, reachable)


@pytest.mark.parametrize(
    ("key", "text", "choice"),
    [
        ("tasks", "/tasks", None),
        ("Summary", "/summary", None),
        ("本周汇总", "本周汇总", None),
        ("my tasks", "my tasks", None),
        ("tok_9-A", "", "tok_9-A"),
    ],
)
def test_a_menu_button_says_words_or_chooses(receive: Receive, key: str, text: str, choice: str | None) -> None:
    message = only(receive(event_xml("ZhangWei", "click", f"<EventKey><![CDATA[{key}]]></EventKey>")))
    assert (message.text, message.choice) == (text, choice)


CARD = (
    "<EventKey><![CDATA[token-2]]></EventKey><TaskId><![CDATA[crmbot-7-x]]></TaskId>"
    "<CardType>button_interaction</CardType><ResponseCode><![CDATA[{code}]]></ResponseCode>"
)


def test_a_pressed_card_button_is_a_choice(receive: Receive) -> None:
    message = only(receive(event_xml("ZhangWei", "template_card_event", CARD.format(code="rc-1"))))
    assert (message.kind, message.choice) == (MessageKind.CHOICE, "token-2")
    assert (message.context["task_id"], message.context["response_code"]) == ("crmbot-7-x", "rc-1")


@pytest.mark.parametrize(
    ("items", "selected"),
    [
        (
            "<SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId></OptionIds></SelectedItem>",
            {"q": ["a"]},
        ),
        (
            "<SelectedItem><QuestionKey>q</QuestionKey><OptionIds><OptionId>a</OptionId><OptionId>b</OptionId></OptionIds>"
            "</SelectedItem><SelectedItem><QuestionKey>r</QuestionKey><OptionIds></OptionIds></SelectedItem>",
            {"q": ["a", "b"], "r": []},
        ),
    ],
)
def test_selections_are_read_one_or_many(receive: Receive, items: str, selected: dict[str, list[str]]) -> None:
    fields = CARD.format(code="rc-1") + f"<SelectedItems>{items}</SelectedItems>"
    assert only(receive(event_xml("ZhangWei", "template_card_event", fields))).context["selected"] == selected


def test_two_events_of_one_second_are_told_apart(receive: Receive) -> None:
    first, second = (
        only(receive(event_xml("ZhangWei", "template_card_event", CARD.format(code=code)))) for code in ("rc-1", "rc-2")
    )
    assert first.external_id != second.external_id


def test_a_repeated_event_has_the_same_id_however_the_sender_is_spelled(receive: Receive) -> None:
    first, second = (only(receive(event_xml(userid, "enter_agent"))) for userid in ("ZhangWei", "zhangwei"))
    assert first.external_id == second.external_id == "event:zhangwei:1790000000:enter_agent:::"


def test_an_id_is_never_longer_than_its_column(receive: Receive) -> None:
    first, second = (
        only(receive(event_xml("ZhangWei", "template_card_event", CARD.format(code="r" * 900 + end)))) for end in "ab"
    )
    assert len(first.external_id) == len(second.external_id) == 255
    assert first.external_id != second.external_id


@pytest.mark.parametrize(
    "xml",
    [
        event_xml("ZhangWei", "LOCATION", "<Latitude>1</Latitude>"),
        event_xml("ZhangWei", "view", "<EventKey>https://x</EventKey>"),
        event_xml("ZhangWei", "a_future_event"),
        event_xml("ZhangWei", "click"),
        event_xml("sys", "batch_job_result", "<BatchJob><JobId>1</JobId></BatchJob>"),
        app_xml("ZhangWei", "a_future_type", "", msgid="1"),
        app_xml("ZhangWei", "image", "", msgid="1"),
        app_xml("", "text", "<Content>hi</Content>", msgid="1"),
        "<xml></xml>",
        "<xml><MsgType><a/></MsgType><FromUserName><b/></FromUserName></xml>",
    ],
)
def test_what_nobody_needs_is_acknowledged_without_a_message(receive: Receive, xml: str) -> None:
    assert receive(xml) == Parsed()


def test_a_customer_service_event_on_the_apps_address_asks_for_a_pull(receive: Receive) -> None:
    parsed = receive(kf_event_xml("sync-token", "wk1"))
    assert parsed.pull == {"token": "sync-token", "open_kfid": "wk1"}
    assert parsed.messages == ()


def test_a_time_that_makes_no_sense_is_replaced_by_the_present(receive: Receive, now: datetime) -> None:
    message = only(receive(text_xml("ZhangWei", "hi", msgid="1", create_time=10**30)))
    assert message.sent_at == now
