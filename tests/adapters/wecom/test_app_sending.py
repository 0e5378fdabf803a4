"""Replies to members: what they see, what is never shown twice, what is done about refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.wecom.app import AppChannel
from adapters.wecom.client import WeComApi
from bot.channel import Reply, ReplyChoice, ReplyMedia
from bot.errors import DeliveryError
from tests.adapters.wecom.conftest import AGENT_ID, Clock, access, choices, to_member
from tests.simulators.wecom import Hang, HttpError, LostAnswer, Raw, Refusal, WeComSimulator

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def failure_of(app: AppChannel, *args: object, **kwargs: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        app.send(to_member(*args, **kwargs))  # type: ignore[arg-type]
    return caught.value


def test_a_text_arrives(app: AppChannel, wecom: WeComSimulator) -> None:
    assert app.send(to_member("已记录：与华为的电话 👍")).startswith("app-")
    (shown,) = wecom.app.delivered
    assert (shown.userid, shown.text) == ("ZhangWei", "已记录：与华为的电话 👍")


def test_an_address_without_a_userid_falls_back_to_the_conversation(app: AppChannel, wecom: WeComSimulator) -> None:
    app.send(to_member("早报", address={}))
    assert wecom.app.delivered[0].userid == "ZhangWei"


@pytest.mark.parametrize("userid", ["@all", "@ALL", "ZhangWei|LiNa", ""])
def test_nobody_is_ever_written_to_together(app: AppChannel, wecom: WeComSimulator, userid: str) -> None:
    assert failure_of(app, "内部消息", userid=userid).failure == "permanent"
    assert wecom.app.delivered == []


def test_choices_are_buttons_of_a_card(app: AppChannel, wecom: WeComSimulator) -> None:
    app.send(to_member(Reply(text="是哪一位张伟？", choices=choices("华为 张伟", "中兴 张伟")), 7))
    (shown,) = wecom.app.delivered
    assert shown.msgtype == "template_card"
    assert shown.body["main_title"]["title"] == "是哪一位张伟？"
    assert [(button["text"], button["key"]) for button in shown.body["button_list"]] == [
        ("华为 张伟", "token-1"),
        ("中兴 张伟", "token-2"),
    ]
    assert shown.body["task_id"].startswith("crmbot-7-")


def test_a_longer_question_goes_under_a_title(app: AppChannel, wecom: WeComSimulator) -> None:
    text = "您要记录的电话对应以下哪个客户？" * 4
    app.send(to_member(Reply(text=text, choices=choices("华为"))))
    (shown,) = wecom.app.delivered
    assert (shown.body["main_title"]["title"], shown.body["sub_title_text"]) == ("请选择", text)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("请选择", [f"选项{place}" for place in range(7)]),
        ("请选择", ["一个比按钮能显示的还要长得多的选项"]),
        ("很长。" * 100, ["好", "不好"]),
    ],
)
def test_choices_that_no_card_shows_whole_are_numbered(
    app: AppChannel, wecom: WeComSimulator, text: str, labels: list[str]
) -> None:
    app.send(to_member(Reply(text=text, choices=choices(*labels))))
    (shown,) = wecom.app.delivered
    assert shown.msgtype == "text"
    assert f"1. {labels[0]}" in shown.text
    assert shown.text.endswith("回复数字即可选择")


def test_numbers_are_explained_in_the_members_language(app: AppChannel, wecom: WeComSimulator) -> None:
    labels = [f"option {place}" for place in range(7)]
    app.send(to_member(Reply(text="Which one?", choices=choices(*labels)), language="en"))
    assert wecom.app.delivered[0].text.endswith("Reply with a number to choose")


def test_buttons_with_equal_values_are_numbered(app: AppChannel, wecom: WeComSimulator) -> None:
    same = (ReplyChoice(label="一", value="x"), ReplyChoice(label="二", value="x"))
    app.send(to_member(Reply(text="?", choices=same)))
    assert wecom.app.delivered[0].msgtype == "text"


def test_a_card_that_wecom_refuses_goes_out_as_text(app: AppChannel, wecom: WeComSimulator) -> None:
    wecom.fail("message/send", Refusal(40058, "invalid Request Parameter"))
    app.send(to_member(Reply(text="哪一位？", choices=choices("甲", "乙"))))
    assert [shown.text for shown in wecom.app.delivered] == ["哪一位？\n1. 甲\n2. 乙\n回复数字即可选择"]


def test_a_card_whose_answer_was_lost_is_not_shown_twice(app: AppChannel, wecom: WeComSimulator) -> None:
    message = to_member(Reply(text="哪一位？", choices=choices("甲", "乙")), 9)
    wecom.fail("message/send", LostAnswer())
    with pytest.raises(DeliveryError) as caught:
        app.send(message)
    assert caught.value.failure == "retry"
    assert app.send(message).startswith("crmbot-9-")
    assert len(wecom.app.delivered) == 1


def test_a_text_whose_answer_was_lost_is_not_shown_twice(app: AppChannel, wecom: WeComSimulator, clock: Clock) -> None:
    wecom.fail("message/send", LostAnswer())
    assert failure_of(app, "一次", 3).failure == "retry"
    clock.advance(20)
    app.send(to_member("一次", 3))
    assert len(wecom.app.delivered) == 1


def test_the_same_words_meant_twice_are_shown_twice(app: AppChannel, wecom: WeComSimulator, clock: Clock) -> None:
    app.send(to_member("没有待办任务", 1))
    clock.advance(20)
    app.send(to_member("没有待办任务", 2))
    clock.advance(110)
    app.send(to_member("没有待办任务", 3))
    assert len(wecom.app.delivered) == 3


def test_a_second_equal_text_with_a_lost_answer_is_uncertain(app: AppChannel, wecom: WeComSimulator) -> None:
    app.send(to_member("好的", 1))
    wecom.fail("message/send", LostAnswer())
    assert failure_of(app, "好的", 2).failure == "uncertain"


def test_the_pressed_card_is_closed_once(app: AppChannel, wecom: WeComSimulator) -> None:
    app.send(to_member(Reply(text="哪一位？", choices=choices("甲", "乙")), 5))
    (task_id,) = wecom.app.cards
    context = {"response_code": wecom.app.press(task_id)["ResponseCode"], "task_id": task_id}
    app.send(to_member("好的", 6, context=context))
    app.send(to_member("还有一条", 7, context=context))
    assert wecom.app.cards[task_id].replaced_by == "已选择"
    assert len(wecom.calls_of("message/update_template_card")) == 1


@pytest.mark.parametrize("failure", [Refusal(60140), Refusal(42022), HttpError(502)])
def test_a_card_that_cannot_be_closed_stops_no_reply(app: AppChannel, wecom: WeComSimulator, failure: Refusal) -> None:
    wecom.fail("message/update_template_card", failure)
    app.send(to_member("好的", context={"response_code": "rc"}))
    assert [shown.text for shown in wecom.app.delivered] == ["好的"]


def test_more_than_thirty_messages_a_minute_wait_instead_of_vanishing(
    app: AppChannel, wecom: WeComSimulator, clock: Clock
) -> None:
    for place in range(30):
        app.send(to_member(f"第{place}条", place))
    failure = failure_of(app, "第30条", 30)
    assert failure.failure == "retry"
    assert 0 < (failure.retry_after_seconds or 0) <= 60
    app.send(to_member("给别人", 31, userid="LiNa"))
    clock.advance(failure.retry_after_seconds or 0)
    app.send(to_member("第30条", 30))
    assert len(wecom.app.delivered) == 32


def test_a_thousand_messages_an_hour_is_the_end(app: AppChannel, wecom: WeComSimulator, clock: Clock) -> None:
    limits = app._sender._limits
    for _ in range(1000):
        assert limits.take("zhangwei") == 0
        clock.advance(2.5)
    assert limits.take("zhangwei") == pytest.approx(3600 - 2500)


@pytest.mark.parametrize(
    ("refusal", "failure", "pause"),
    [
        (Refusal(-1), "retry", 2.0),
        (Refusal(45009), "retry", 60.0),
        (Refusal(45033), "retry", 60.0),
        (Refusal(60020), "permanent", None),
        (Refusal(48002), "permanent", None),
        (Refusal(60111), "unreachable", None),
        (Refusal(82001), "unreachable", None),
        (Refusal(45002), "permanent", None),
        (Refusal(99999), "permanent", None),
        (HttpError(500), "retry", 2.0),
        (HttpError(302), "retry", 2.0),
        (Raw(b"<html>a proxy</html>"), "retry", 2.0),
        (Raw(b"[]"), "retry", 2.0),
    ],
)
def test_each_refusal_says_what_to_do(
    app: AppChannel, wecom: WeComSimulator, refusal: Refusal, failure: str, pause: float | None
) -> None:
    wecom.fail("message/send", refusal)
    caught = failure_of(app, "你好")
    assert (caught.failure, caught.retry_after_seconds) == (failure, pause)


def test_a_member_outside_the_visible_range_is_unreachable(app: AppChannel) -> None:
    assert failure_of(app, "你好", userid="Stranger").failure == "unreachable"


def test_an_invalid_user_in_a_successful_answer_is_unreachable(app: AppChannel, wecom: WeComSimulator) -> None:
    wecom.fail("message/send", Raw(b'{"errcode":0,"errmsg":"ok","invaliduser":"zhangwei"}', "application/json"))
    assert failure_of(app, "你好").failure == "unreachable"


def test_an_unlicensed_member_is_unreachable(app: AppChannel, wecom: WeComSimulator) -> None:
    wecom.app.unlicensed.add("ZhangWei")
    assert failure_of(app, "你好").failure == "unreachable"


def test_a_server_that_never_answers_is_given_up(
    make_api: Callable[..., WeComApi], wecom: WeComSimulator, clock: Clock
) -> None:
    impatient = AppChannel(
        access(),
        agent_id=AGENT_ID,
        api=make_api(timeout=(0.2, 0.2)),
        clock=clock.now,
        monotonic=clock.monotonic,
    )
    wecom.fail("message/send", Hang())
    assert failure_of(impatient, "你好").failure == "retry"


def test_a_server_that_is_down_certainly_got_nothing(make_api: Callable[..., WeComApi], clock: Clock) -> None:
    api = make_api(base_url="http://127.0.0.1:9")
    lonely = AppChannel(access(), agent_id=AGENT_ID, api=api, clock=clock.now, monotonic=clock.monotonic)
    assert failure_of(lonely, "你好").failure == "retry"


def test_a_chart_is_uploaded_and_shown(app: AppChannel, wecom: WeComSimulator, tmp_path: Path) -> None:
    chart = tmp_path / "本周 汇总.png"
    chart.write_bytes(PNG)
    app.send(to_member(Reply(text="", media=(ReplyMedia(type="image", path=str(chart)),))))
    (shown,) = wecom.app.delivered
    medium = wecom.media[shown.body["media_id"]]
    assert (shown.msgtype, medium.filename, medium.content) == ("image", "本周 汇总.png", PNG)


def test_what_is_no_image_for_wecom_goes_as_a_file(app: AppChannel, wecom: WeComSimulator, tmp_path: Path) -> None:
    chart = tmp_path / "week.svg"
    chart.write_text("<svg></svg>")
    app.send(to_member(Reply(text="", media=(ReplyMedia(type="image", path=str(chart)),))))
    assert wecom.app.delivered[0].msgtype == "file"


def test_a_repeated_file_is_uploaded_once_and_shown_once(
    app: AppChannel, wecom: WeComSimulator, tmp_path: Path
) -> None:
    report = tmp_path / "week.xlsx"
    report.write_bytes(b"spreadsheet")
    reply = Reply(text="", media=(ReplyMedia(type="file", path=str(report)),))
    wecom.fail("message/send", LostAnswer())
    assert failure_of(app, reply, 4).failure == "retry"
    app.send(to_member(reply, 4))
    assert len(wecom.app.delivered) == len(wecom.calls_of("media/upload")) == 1


def test_a_file_that_wecom_forgot_is_uploaded_anew(
    app: AppChannel, wecom: WeComSimulator, clock: Clock, tmp_path: Path
) -> None:
    report = tmp_path / "week.xlsx"
    report.write_bytes(b"spreadsheet")
    reply = Reply(text="", media=(ReplyMedia(type="file", path=str(report)),))
    app.send(to_member(reply, 4))
    wecom.media.clear()
    clock.advance(600)
    app.send(to_member(reply, 5))
    assert len(wecom.app.delivered) == 2


@pytest.mark.parametrize("content", [b"", b"12345"])
def test_an_empty_file_is_parked(app: AppChannel, tmp_path: Path, content: bytes) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(content)
    assert failure_of(app, Reply(text="", media=(ReplyMedia(type="file", path=str(empty)),))).failure == "permanent"


def test_a_missing_file_is_parked(app: AppChannel, tmp_path: Path) -> None:
    missing = ReplyMedia(type="file", path=str(tmp_path / "gone.pdf"))
    assert failure_of(app, Reply(text="", media=(missing,))).failure == "permanent"


def test_an_unplanned_text_that_is_too_long_is_parked_instead_of_cut(app: AppChannel) -> None:
    assert failure_of(app, "长" * 700).failure == "permanent"


def test_an_app_has_no_budget_no_typing_and_no_service(app: AppChannel) -> None:
    assert app.budget_limits() is None
    app.announce_typing({"userid": "ZhangWei"})
