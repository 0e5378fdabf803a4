"""Every message of every page, once, in order; the cursor moves with its messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from adapters.wecom.kf import KfChannel
from bot.channel import InboundMessage, MessageKind, Parsed
from tests.adapters.fakes import FakeInlet
from tests.adapters.wecom.conftest import ACCOUNT, CUSTOMER, OTHER_CUSTOMER, Clock, post
from tests.simulators.wecom import HttpError, LostAnswer, Refusal, WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher, kf_event_xml, text_xml

CURSOR = f"wecom_kf:{ACCOUNT}"


def hint(token: str) -> dict[str, str]:
    return {"token": token, "open_kfid": ACCOUNT}


def texts(inlet: FakeInlet) -> list[str]:
    return [message.text for message in inlet.messages]


def write(wecom: WeComSimulator, count: int, start: int = 0) -> str:
    token = ""
    for place in range(start, start + count):
        customer = (CUSTOMER, OTHER_CUSTOMER)[place % 2]
        token = wecom.kf.customer_writes(ACCOUNT, customer, f"第{place}句")
    return token


def test_an_event_asks_for_a_pull_and_says_nothing_itself(kf: KfChannel, pusher: CallbackPusher) -> None:
    parsed = kf.parse(post(*pusher.push(kf_event_xml("sync-token", ACCOUNT))))
    assert parsed == Parsed(pull={"token": "sync-token", "open_kfid": ACCOUNT})


def test_anything_else_on_the_address_is_acknowledged(kf: KfChannel, pusher: CallbackPusher) -> None:
    assert kf.parse(post(*pusher.push(text_xml("ZhangWei", "hi", msgid="1")))) == Parsed()


@pytest.mark.parametrize("empty_pages", [0, 2])
def test_all_messages_of_all_pages_are_stored_in_order(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, empty_pages: int
) -> None:
    wecom.kf.page_size, wecom.kf.empty_pages = 7, empty_pages
    kf.pull(hint(write(wecom, 50)), inlet)
    assert texts(inlet) == [f"第{place}句" for place in range(50)]
    assert inlet.cursors[CURSOR] == "p50e0"


def test_the_next_pull_goes_on_where_the_last_one_ended(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    kf.pull(hint(write(wecom, 3)), inlet)
    kf.pull(hint(write(wecom, 3, start=3)), inlet)
    assert len(texts(inlet)) == 6
    assert [call["cursor"] for call in wecom.calls_of("kf/sync_msg")] == ["", "p3e0"]


def test_the_request_carries_account_token_and_limit(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    token = write(wecom, 1)
    kf.pull(hint(token), inlet)
    expected = {"open_kfid": ACCOUNT, "token": token, "cursor": "", "limit": 1000, "voice_format": 0}
    assert wecom.calls_of("kf/sync_msg") == [expected]


def test_a_message_knows_its_conversation(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    kf.pull(hint(write(wecom, 1)), inlet)
    (message,) = inlet.messages
    assert message.channel == "wecom_kf"
    assert message.conversation_key == f"{ACCOUNT}:{CUSTOMER}"
    assert message.sender_id == CUSTOMER
    assert message.address == {"open_kfid": ACCOUNT, "external_userid": CUSTOMER}
    assert message.external_id == wecom.kf.accounts[ACCOUNT].log[0]["msgid"]


class FallingInlet(FakeInlet):
    """An inlet whose database goes down at the given calls of `store`."""

    def __init__(self, *falls: int) -> None:
        super().__init__()
        self._falls = set(falls)

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        if self.store_calls + 1 in self._falls:
            self.fail_next()
        return super().store(messages, cursor=cursor)


@pytest.mark.parametrize("fall", [1, 2, 3, 4])
def test_a_crash_between_pages_loses_and_repeats_nothing(kf: KfChannel, wecom: WeComSimulator, fall: int) -> None:
    inlet = FallingInlet(fall)
    wecom.kf.page_size = 5
    token = write(wecom, 20)
    with pytest.raises(ConnectionError):
        kf.pull(hint(token), inlet)
    kf.pull(hint(token), inlet)
    assert texts(inlet) == [f"第{place}句" for place in range(20)]


def test_a_message_that_comes_again_is_not_stored_again(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    token = write(wecom, 4)
    kf.pull(hint(token), inlet)
    inlet.cursors[CURSOR] = "p1e0"
    kf.pull(hint(token), inlet)
    assert len(texts(inlet)) == 4


@pytest.mark.parametrize("failure", [Refusal(-1, "system busy"), HttpError(503), LostAnswer()])
def test_a_page_that_gets_no_answer_is_asked_for_again(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, failure: Refusal
) -> None:
    wecom.fail("kf/sync_msg", failure, failure, failure)
    kf.pull(hint(write(wecom, 2)), inlet)
    assert len(texts(inlet)) == 2


def test_a_page_is_asked_for_four_times_at_most(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    wecom.fail("kf/sync_msg", *[HttpError(503)] * 10)
    kf.pull(hint(write(wecom, 2)), inlet)
    assert len(wecom.calls_of("kf/sync_msg")) == 4
    assert inlet.messages == []


@pytest.mark.parametrize("errcode", [42001, 40014])
def test_a_token_that_expired_early_is_renewed_on_the_way(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, errcode: int
) -> None:
    wecom.fail("kf/sync_msg", Refusal(errcode))
    kf.pull(hint(write(wecom, 1)), inlet)
    assert len(texts(inlet)) == 1


def test_an_old_event_token_is_replaced_by_none(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, clock: Clock
) -> None:
    token = write(wecom, 1)
    clock.advance(601)
    wecom.kf.page_size = 1
    write(wecom, 1, start=1)
    kf.pull(hint(token), inlet)
    assert len(texts(inlet)) == 2
    assert ["token" in call for call in wecom.calls_of("kf/sync_msg")] == [True, False, False]


def test_a_bad_token_is_tried_without_one_only_once(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    wecom.fail("kf/sync_msg", Refusal(95007), Refusal(95007))
    kf.pull(hint(write(wecom, 1)), inlet)
    assert len(wecom.calls_of("kf/sync_msg")) == 2


def test_a_platform_that_never_moves_on_is_left_for_later(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet
) -> None:
    token = write(wecom, 1)
    wecom.kf.accounts[ACCOUNT].log[0]["send_time"] = 0
    wecom.kf._sync = lambda *_: {"next_cursor": "p0e0", "has_more": 1, "msg_list": []}  # type: ignore[method-assign]
    kf.pull(hint(token), inlet)
    assert 0 < len(wecom.calls_of("kf/sync_msg")) < 20


def test_an_unknown_account_is_noted_and_harmless(kf: KfChannel, inlet: FakeInlet) -> None:
    kf.pull({"token": "x", "open_kfid": "wkunknown"}, inlet)
    kf.pull({"token": "x", "open_kfid": ""}, inlet)
    assert inlet.messages == []


def test_items_that_nobody_understands_do_not_hold_up_a_page(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet
) -> None:
    write(wecom, 1)
    log = wecom.kf.accounts[ACCOUNT].log
    stamp = log[0]["send_time"]
    strange: list[dict[str, Any]] = [
        {"send_time": stamp},
        {"send_time": stamp, "msgtype": "event", "event": None, "origin": 4},
        {"send_time": stamp, "msgtype": ["text"], "external_userid": CUSTOMER, "origin": 3},
        {"send_time": stamp, "msgtype": "text", "text": "not an object", "external_userid": CUSTOMER, "origin": 3},
        {"send_time": stamp, "msgtype": "text", "text": {"content": None}, "external_userid": {}, "origin": 3},
        {"send_time": stamp, "msgtype": "hologram", "hologram": [], "external_userid": CUSTOMER, "origin": 3},
        {"send_time": stamp, "msgtype": "text", "text": {"content": "?"}, "external_userid": CUSTOMER, "origin": 9},
    ]
    log.extend(strange)
    kf.pull(hint(write(wecom, 1, start=1)), inlet)
    assert [text for text in texts(inlet) if text.startswith("第")] == ["第0句", "第1句"]
    assert inlet.cursors[CURSOR] == "p9e0"


def test_words_that_no_database_takes_are_mended(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    body = (
        b'{"errcode":0,"next_cursor":"c1","has_more":0,"msg_list":[{"msgid":"m1","open_kfid":"wk","origin":3,'
        b'"external_userid":"wm1","send_time":1795000000,"msgtype":"text","text":{"content":"a\\u0000b\\ud83d"}}]}'
    )
    from tests.simulators.wecom import Raw

    wecom.fail("kf/sync_msg", Raw(body, "application/json"))
    kf.pull(hint("t"), inlet)
    assert texts(inlet) == ["ab\ufffd"]


def test_old_messages_of_a_first_start_are_backlog(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, clock: Clock
) -> None:
    wecom.kf.customer_enters(ACCOUNT, OTHER_CUSTOMER)
    write(wecom, 3)
    clock.advance(2 * 3600)
    kf.pull(hint(write(wecom, 1, start=3)), inlet)
    assert [message.context.get("backlog", False) for message in inlet.messages] == [True, True, True, True, False]
    assert not any(message.is_urgent for message in inlet.messages)


def test_backlog_stays_backlog_when_the_first_run_crashes(kf: KfChannel, wecom: WeComSimulator, clock: Clock) -> None:
    inlet = FallingInlet(2)
    wecom.kf.page_size = 2
    token = write(wecom, 6)
    clock.advance(2 * 3600)
    with pytest.raises(ConnectionError):
        kf.pull(hint(token), inlet)
    kf.pull(hint(""), inlet)
    assert [message.context.get("backlog") for message in inlet.messages] == [True] * 6
    assert inlet.cursors[CURSOR] == "p6e0"


def test_messages_of_an_outage_are_no_backlog(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, clock: Clock
) -> None:
    kf.pull(hint(write(wecom, 1)), inlet)
    write(wecom, 2, start=1)
    clock.advance(5 * 3600)
    kf.pull(hint(""), inlet)
    assert [message.context.get("backlog") for message in inlet.messages] == [None, None, None]


class BusyInlet(FakeInlet):
    """An inlet in which something happens while the first page is stored."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile: Callable[[], None] | None = meanwhile

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().store(messages, cursor=cursor)


def test_an_event_during_a_pull_makes_the_same_reader_read_again(kf: KfChannel, wecom: WeComSimulator) -> None:
    def another_event() -> None:
        token = write(wecom, 2, start=2)
        other = threading.Thread(target=kf.pull, args=(hint(token), inlet))
        other.start()
        other.join(5)
        assert not other.is_alive()

    inlet = BusyInlet(another_event)
    kf.pull(hint(write(wecom, 2)), inlet)
    assert texts(inlet) == [f"第{place}句" for place in range(4)]


def test_a_reader_that_failed_does_not_block_the_next(kf: KfChannel, wecom: WeComSimulator) -> None:
    inlet = FallingInlet(1)
    token = write(wecom, 1)
    with pytest.raises(ConnectionError):
        kf.pull(hint(token), inlet)
    kf.pull(hint(token), inlet)
    assert len(texts(inlet)) == 1


def test_a_flood_of_events_stores_each_message_once(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    wecom.kf.page_size = 9
    tokens = [write(wecom, 5, start=5 * place) for place in range(12)]
    threads = [threading.Thread(target=kf.pull, args=(hint(token), inlet)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert texts(inlet) == [f"第{place}句" for place in range(60)]


def test_the_reconciler_reads_accounts_without_any_event(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet
) -> None:
    write(wecom, 3)
    kf.start(inlet)
    try:
        inlet.wait_for(3)
    finally:
        kf.stop()
    assert "token" not in wecom.calls_of("kf/sync_msg")[0]


def test_the_reconciler_survives_a_database_that_is_down(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet
) -> None:
    kf._reconciler._seconds = 0.01
    inlet.fail_next()
    write(wecom, 2)
    kf.start(inlet)
    try:
        inlet.wait_for(2)
    finally:
        kf.stop()
    assert len(inlet.messages) == 2


def test_an_account_that_is_limited_is_left_alone_for_longer_each_time(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, clock: Clock
) -> None:
    wecom.kf.untokened_per_minute = 0
    write(wecom, 1)
    reconciler = kf._reconciler
    asked = []
    for _ in range(20):
        reconciler.reconcile(inlet)
        asked.append(len(wecom.calls_of("kf/sync_msg")))
        clock.advance(60)
    assert asked[:8] == [1, 2, 2, 3, 3, 3, 3, 4]
    wecom.kf.untokened_per_minute = 10
    clock.advance(3600)
    reconciler.reconcile(inlet)
    assert len(texts(inlet)) == 1


def test_a_missing_right_is_not_hammered(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet, clock: Clock) -> None:
    wecom.trusted_ip = False
    for _ in range(5):
        kf._reconciler.reconcile(inlet)
        clock.advance(60)
    assert len(wecom.calls_of("kf/account/list")) == 1
    wecom.trusted_ip = True
    write(wecom, 1)
    clock.advance(300)
    kf._reconciler.reconcile(inlet)
    assert len(texts(inlet)) == 1


def test_accounts_are_listed_page_by_page(kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet) -> None:
    from tests.simulators.wecom_kf import Account

    wecom.kf.untokened_per_minute = 1000
    for place in range(230):
        wecom.kf.accounts[f"wk{place:04d}"] = Account(f"客服{place}")
    wecom.kf.accounts["wkforeign"] = Account("别的应用", manage_privilege=False)
    kf._reconciler.reconcile(inlet)
    read = {call["open_kfid"] for call in wecom.calls_of("kf/sync_msg")}
    assert len(read) == 231
    assert "wkforeign" not in read


def test_entries_and_staff_are_in_the_same_order_as_words(
    kf: KfChannel, wecom: WeComSimulator, inlet: FakeInlet
) -> None:
    wecom.kf.customer_enters(ACCOUNT, CUSTOMER)
    wecom.kf.customer_writes(ACCOUNT, CUSTOMER, "在吗")
    kf.pull(hint(wecom.kf.servicer_writes(ACCOUNT, CUSTOMER, "LiNa", "您好，我来处理")), inlet)
    assert [message.kind for message in inlet.messages] == [
        MessageKind.ENTER,
        MessageKind.TEXT,
        MessageKind.STAFF_SPOKE,
    ]
