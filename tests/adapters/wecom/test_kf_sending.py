"""Replies to customers: within WeCom's states, budget and windows, never shown twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.wecom.kf import KfChannel
from bot.channel import Reply, ReplyBudget, ReplyMedia, ServiceAction
from bot.errors import DeliveryError
from tests.adapters.wecom.conftest import ACCOUNT, CUSTOMER, Clock, choices, to_customer
from tests.simulators.wecom import HttpError, LostAnswer, Refusal, WeComSimulator
from tests.simulators.wecom_kf import ASSISTANT, ENDED, NEW, PERSON, POOL

ADDRESS = {"open_kfid": ACCOUNT, "external_userid": CUSTOMER}


@pytest.fixture(autouse=True)
def customer_wrote(wecom: WeComSimulator) -> None:
    wecom.kf.customer_writes(ACCOUNT, CUSTOMER, "在吗")


def failure_of(kf: KfChannel, *args: object, **kwargs: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        kf.send(to_customer(*args, **kwargs))  # type: ignore[arg-type]
    return caught.value


def state(wecom: WeComSimulator) -> int:
    return wecom.kf.session(ACCOUNT, CUSTOMER).state


def shown(wecom: WeComSimulator) -> list[str]:
    return [sent.text for sent in wecom.kf.sent]


def test_a_text_arrives_with_our_own_id(kf: KfChannel, wecom: WeComSimulator) -> None:
    msgid = kf.send(to_customer("您好 👍", 12))
    (sent,) = wecom.kf.sent
    assert (sent.text, sent.msgid) == ("您好 👍", msgid)
    assert msgid.startswith("crmbot12_")
    assert state(wecom) == ASSISTANT


def test_the_id_is_the_same_at_every_attempt_and_differs_in_another_database(kf: KfChannel) -> None:
    from adapters.wecom.kf_sending import msgid_of

    assert msgid_of(to_customer("您好", 12)) == msgid_of(to_customer("您好", 12))
    assert msgid_of(to_customer("您好", 12)) != msgid_of(to_customer("再见", 12))
    assert len(msgid_of(to_customer("您好", 10**14))) <= 32


def test_choices_are_a_menu(kf: KfChannel, wecom: WeComSimulator) -> None:
    kf.send(to_customer(Reply(text="是否解决？", choices=choices("有用", "没用"))))
    (sent,) = wecom.kf.sent
    assert (sent.msgtype, sent.body["head_content"]) == ("msgmenu", "是否解决？")
    assert [(item["click"]["content"], item["click"]["id"]) for item in sent.body["list"]] == [
        ("有用", "token-1"),
        ("没用", "token-2"),
    ]


@pytest.mark.parametrize("labels", [[f"选项{place}" for place in range(11)], ["很长的选项" * 10]])
def test_choices_that_no_menu_takes_are_numbered(kf: KfChannel, wecom: WeComSimulator, labels: list[str]) -> None:
    kf.send(to_customer(Reply(text="请选择", choices=choices(*labels))))
    assert wecom.kf.sent[0].msgtype == "text"
    assert f"1. {labels[0]}" in shown(wecom)[0]


def test_a_menu_that_wecom_refuses_goes_out_as_text(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.fail("kf/send_msg", Refusal(95008))
    kf.send(to_customer(Reply(text="是否解决？", choices=choices("有用"))))
    assert shown(wecom) == ["是否解决？\n1. 有用\n回复数字即可选择"]


@pytest.mark.parametrize(
    "words", ["msgid repeated", "MSG_ID is duplicated", "msgid already exists", "duplicate msgid", "msgid重复"]
)
def test_a_message_whose_answer_was_lost_is_not_shown_twice(kf: KfChannel, wecom: WeComSimulator, words: str) -> None:
    wecom.kf.repeat_refusal = (40058, words)
    wecom.fail("kf/send_msg", LostAnswer())
    assert failure_of(kf, "一次", 3).failure == "retry"
    assert kf.send(to_customer("一次", 3)) == wecom.kf.sent[0].msgid
    assert shown(wecom) == ["一次"]


def test_an_unexplained_refusal_of_a_repeat_after_a_lost_answer_means_that_it_arrived(
    kf: KfChannel, wecom: WeComSimulator
) -> None:
    wecom.kf.repeat_refusal = (95555, "invalid request")
    wecom.fail("kf/send_msg", LostAnswer())
    failure_of(kf, "一次", 3)
    assert kf.send(to_customer("一次", 3)) == wecom.kf.sent[0].msgid


@pytest.mark.parametrize("words", ["invalid request", "msgid not exist", "invalid msgid, request refused"])
def test_an_unexplained_refusal_of_a_first_attempt_is_parked(kf: KfChannel, wecom: WeComSimulator, words: str) -> None:
    wecom.fail("kf/send_msg", Refusal(95555, words))
    assert failure_of(kf, "一次", 3).failure == "permanent"


@pytest.mark.parametrize(
    ("refusal", "failure", "pause"),
    [
        (Refusal(-1), "retry", 2.0),
        (HttpError(500), "retry", 2.0),
        (Refusal(45009), "retry", 60.0),
        (Refusal(95001), "window", None),
        (Refusal(95002), "window", None),
        (Refusal(40096), "unreachable", None),
        (Refusal(84061), "unreachable", None),
        (Refusal(95017), "permanent", None),
        (Refusal(48002), "permanent", None),
    ],
)
def test_each_refusal_says_what_to_do(
    kf: KfChannel, wecom: WeComSimulator, refusal: Refusal, failure: str, pause: float | None
) -> None:
    wecom.fail("kf/send_msg", refusal)
    caught = failure_of(kf, "您好")
    assert (caught.failure, caught.retry_after_seconds) == (failure, pause)


def test_the_sixth_message_waits_for_the_customer(kf: KfChannel, wecom: WeComSimulator) -> None:
    for place in range(5):
        kf.send(to_customer(f"第{place}条", place))
    assert failure_of(kf, "第5条", 5).failure == "window"
    wecom.kf.customer_writes(ACCOUNT, CUSTOMER, "继续")
    kf.send(to_customer("第5条", 5))
    assert len(shown(wecom)) == 6


def test_after_48_hours_a_message_waits_for_the_customer(kf: KfChannel, clock: Clock) -> None:
    clock.advance(48 * 3600 + 1)
    assert failure_of(kf, "您好").failure == "window"


def test_a_planned_turn_fits_the_budget_and_leaves_one_for_the_hand_over(kf: KfChannel, wecom: WeComSimulator) -> None:
    replies = [Reply(text=f"答案{place}。" * 60, choices=choices("有用", "没用")) for place in range(7)]
    messages, hours = kf.budget_limits() or (0, 0.0)
    assert (messages, hours) == (5, 48.0)
    planned = kf.plan(replies, ReplyBudget(messages_left=messages))
    for place, reply in enumerate(planned):
        kf.send(to_customer(reply, place))
    kf.send(to_customer("正在为您转接人工", 99))
    assert len(shown(wecom)) == len(planned) + 1 <= 5


def test_a_welcome_uses_its_code_while_it_lives(kf: KfChannel, wecom: WeComSimulator) -> None:
    code = wecom.kf._new_code("welcome", ACCOUNT, CUSTOMER)
    reply = Reply(text="欢迎", choices=choices("查订单"))
    kf.send(to_customer(reply, 1, context={"welcome_code": code}))
    kf.send(to_customer("还有什么可以帮您？", 2, context={"welcome_code": code}))
    assert [(sent.msgtype, sent.is_on_event) for sent in wecom.kf.sent] == [("msgmenu", True), ("text", False)]
    assert len(wecom.calls_of("kf/send_msg_on_event")) == 1


def test_a_welcome_after_its_code_died_is_an_ordinary_reply(kf: KfChannel, wecom: WeComSimulator, clock: Clock) -> None:
    code = wecom.kf._new_code("welcome", ACCOUNT, CUSTOMER)
    clock.advance(21)
    kf.send(to_customer("欢迎", context={"welcome_code": code}))
    assert [sent.is_on_event for sent in wecom.kf.sent] == [False]


def test_a_welcome_whose_answer_was_lost_is_not_shown_twice(kf: KfChannel, wecom: WeComSimulator) -> None:
    code = wecom.kf._new_code("welcome", ACCOUNT, CUSTOMER)
    wecom.fail("kf/send_msg_on_event", LostAnswer())
    message = to_customer("欢迎", context={"welcome_code": code})
    with pytest.raises(DeliveryError):
        kf.send(message)
    kf.send(message)
    assert shown(wecom) == ["欢迎"]


def test_a_busy_platform_does_not_use_up_a_welcome_code(kf: KfChannel, wecom: WeComSimulator) -> None:
    code = wecom.kf._new_code("welcome", ACCOUNT, CUSTOMER)
    wecom.fail("kf/send_msg_on_event", Refusal(-1))
    message = to_customer("欢迎", context={"welcome_code": code})
    with pytest.raises(DeliveryError):
        kf.send(message)
    kf.send(message)
    assert [sent.is_on_event for sent in wecom.kf.sent] == [True]


@pytest.mark.parametrize("taken", [POOL, PERSON])
def test_with_a_person_in_the_session_the_bots_draft_is_dropped(
    kf: KfChannel, wecom: WeComSimulator, taken: int
) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = taken
    assert failure_of(kf, "您好").failure == "wrong_state"


def test_a_new_session_that_refuses_is_taken_over_by_the_assistant(kf: KfChannel, wecom: WeComSimulator) -> None:
    assert state(wecom) == NEW
    wecom.fail("kf/send_msg", Refusal(95018))
    kf.send(to_customer("您好"))
    assert shown(wecom) == ["您好"]
    assert wecom.calls_of("kf/service_state/trans")[0]["service_state"] == ASSISTANT


def test_an_account_that_refuses_every_state_is_tried_twice_only(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.refuses_states = True
    assert failure_of(kf, "您好").failure == "wrong_state"
    assert len(wecom.calls_of("kf/send_msg")) == 2


def test_a_hand_over_puts_the_session_into_the_pool(kf: KfChannel, wecom: WeComSimulator) -> None:
    kf.send(to_customer("正在为您转接"))
    kf.set_service(ADDRESS, ServiceAction.TO_PERSON)
    assert state(wecom) == POOL


@pytest.mark.parametrize("taken", [POOL, PERSON])
def test_a_session_that_people_have_stays_with_them(kf: KfChannel, wecom: WeComSimulator, taken: int) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = taken
    kf.set_service(ADDRESS, ServiceAction.TO_PERSON)
    assert state(wecom) == taken
    assert wecom.calls_of("kf/service_state/trans") == []


def test_without_a_pool_a_servicer_on_duty_gets_the_session(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.fail("kf/service_state/trans", Refusal(95016))
    kf.set_service(ADDRESS, ServiceAction.TO_PERSON)
    session = wecom.kf.session(ACCOUNT, CUSTOMER)
    assert (session.state, session.servicer) == (PERSON, "LiNa")


def test_without_pool_and_people_the_hand_over_fails(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.accounts[ACCOUNT].servicers["LiNa"] = 1
    wecom.fail("kf/service_state/trans", Refusal(95016))
    with pytest.raises(DeliveryError) as caught:
        kf.set_service(ADDRESS, ServiceAction.TO_PERSON)
    assert caught.value.failure == "wrong_state"


def test_an_ended_session_cannot_be_handed_over(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = ENDED
    with pytest.raises(DeliveryError) as caught:
        kf.set_service(ADDRESS, ServiceAction.TO_PERSON)
    assert caught.value.failure == "wrong_state"


def test_after_the_hand_over_one_more_word_goes_by_its_code(kf: KfChannel, wecom: WeComSimulator) -> None:
    context = {"event_code": kf.set_service(ADDRESS, ServiceAction.TO_PERSON)}
    kf.send(to_customer(Reply(text="前面还有两位", choices=choices("取消")), 1, context=context))
    assert failure_of(kf, "再来一条", 2, context=context).failure == "wrong_state"
    assert [(sent.msgtype, sent.is_on_event) for sent in wecom.kf.sent] == [("text", True)]


def test_after_the_end_one_more_word_goes_by_its_code_buttons_included(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = PERSON
    context = {"event_code": kf.set_service(ADDRESS, ServiceAction.END)}
    kf.send(to_customer(Reply(text="我回来了", choices=choices("我的工单")), 1, context=context))
    assert [(sent.msgtype, sent.is_on_event) for sent in wecom.kf.sent] == [("msgmenu", True)]


def test_what_comes_after_the_end_waits_for_the_customer(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = ENDED
    assert failure_of(kf, "您好").failure == "window"


def test_a_code_from_the_client_lets_us_speak_once(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session_changes(ACCOUNT, CUSTOMER, 1)
    code = wecom.kf.accounts[ACCOUNT].log[-1]["event"]["msg_code"]
    kf.send(to_customer("李娜将为您服务", 1, context={"event_code": code}))
    assert shown(wecom) == ["李娜将为您服务"]
    assert failure_of(kf, "再来一条", 2, context={"event_code": code}).failure == "wrong_state"


def test_a_session_that_a_person_has_can_be_ended(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = PERSON
    kf.set_service(ADDRESS, ServiceAction.END)
    assert state(wecom) == ENDED


@pytest.mark.parametrize("before", [NEW, ASSISTANT, ENDED])
def test_what_people_do_not_have_is_not_ended(kf: KfChannel, wecom: WeComSimulator, before: int) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = before
    kf.set_service(ADDRESS, ServiceAction.END)
    assert state(wecom) == before


def test_a_session_in_the_pool_ends_through_a_servicer_on_duty(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = POOL
    assert kf.set_service(ADDRESS, ServiceAction.END)
    assert state(wecom) == ENDED


def test_a_session_in_the_pool_stays_there_while_nobody_is_on_duty(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.kf.session(ACCOUNT, CUSTOMER).state = POOL
    wecom.kf.accounts[ACCOUNT].servicers["LiNa"] = 1
    with pytest.raises(DeliveryError) as caught:
        kf.set_service(ADDRESS, ServiceAction.END)
    assert (caught.value.failure, state(wecom)) == ("wrong_state", POOL)


def test_a_platform_that_is_down_is_asked_again_later(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.fail("kf/service_state/get", HttpError(500))
    with pytest.raises(DeliveryError) as caught:
        kf.set_service(ADDRESS, ServiceAction.TO_PERSON)
    assert caught.value.failure == "retry"


def test_a_file_goes_out_with_our_id(kf: KfChannel, wecom: WeComSimulator, tmp_path: Path) -> None:
    manual = tmp_path / "说明书.pdf"
    manual.write_bytes(b"%PDF-1.7 ...")
    media = (ReplyMedia(type="file", path=str(manual)),)
    wecom.fail("kf/send_msg", Refusal(40007))
    kf.send(to_customer(Reply(text="", media=media), 8))
    (sent,) = wecom.kf.sent
    assert (sent.msgtype, wecom.media[sent.body["media_id"]].filename) == ("file", "说明书.pdf")


def test_an_address_that_names_nobody_is_parked(kf: KfChannel) -> None:
    assert failure_of(kf, "您好", address={}, conversation_key="nobody").failure == "permanent"


def test_the_address_can_come_from_the_conversation(kf: KfChannel, wecom: WeComSimulator) -> None:
    kf.send(to_customer("您好", address={}))
    assert shown(wecom) == ["您好"]


@pytest.mark.parametrize("text", ["", "长" * 700])
def test_an_unplanned_text_is_parked_instead_of_cut(kf: KfChannel, text: str) -> None:
    assert failure_of(kf, text).failure == "permanent"
