"""Files and names are fetched before the turn, and never stop it for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.wecom.app import AppChannel
from adapters.wecom.kf import KfChannel
from bot.channel import InboundMessage, Parsed
from bot.errors import DeliveryError
from tests.adapters.fakes import FakeInlet
from tests.adapters.wecom.conftest import ACCOUNT, CUSTOMER, Clock
from tests.simulators.wecom import HttpError, Raw, Refusal, WeComSimulator
from tests.simulators.wecom_callbacks import app_xml, text_xml

JPEG = b"\xff\xd8\xff\xe0" + b"1" * 200


@pytest.fixture
def photo(wecom: WeComSimulator, kf: KfChannel, inlet: FakeInlet) -> InboundMessage:
    media_id = wecom.add_medium("image", "发票 照片.jpg", JPEG, "image/jpeg")
    kf.pull(
        {"token": wecom.kf.customer_sends(ACCOUNT, CUSTOMER, "image", {"media_id": media_id}), "open_kfid": ACCOUNT},
        inlet,
    )
    return inlet.messages[0]


def test_a_customers_photo_is_stored_under_its_own_name(kf: KfChannel, photo: InboundMessage, inlet: FakeInlet) -> None:
    (attachment,) = kf.fetch(photo, inlet).attachments
    assert inlet.contents[attachment.sha256] == JPEG
    assert (attachment.kind, attachment.filename) == ("image", "发票 照片.jpg")


def test_a_members_voice_is_stored(
    app: AppChannel, receive: Callable[[str], Parsed], wecom: WeComSimulator, inlet: FakeInlet
) -> None:
    media_id = wecom.add_medium("voice", "v.amr", b"#!AMR\n123456", "audio/amr")
    (message,) = receive(app_xml("ZhangWei", "voice", f"<MediaId>{media_id}</MediaId>", msgid="1")).messages
    (attachment,) = app.fetch(message, inlet).attachments
    assert (attachment.kind, attachment.size_bytes) == ("voice", 12)


def test_what_is_stored_already_is_not_fetched_again(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, wecom: WeComSimulator
) -> None:
    kf.fetch(kf.fetch(photo, inlet), inlet)
    assert len(wecom.calls_of("media/get")) == 1


def test_an_expired_token_is_renewed_for_a_file_too(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, wecom: WeComSimulator
) -> None:
    wecom.expire_tokens()
    assert kf.fetch(photo, inlet).attachments


def test_an_expired_file_is_named_as_refused(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, clock: Clock
) -> None:
    clock.advance(3 * 86400 + 1)
    fetched = kf.fetch(photo, inlet)
    assert fetched.attachments == ()
    (refused,) = fetched.context["files_refused"]
    assert refused["reason_zh"]
    assert refused["reason_en"]


def test_a_file_that_is_too_large_is_not_read_to_its_end(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, wecom: WeComSimulator
) -> None:
    next(iter(wecom.media.values())).content = b"0" * 1_000_001
    fetched = kf.fetch(photo, inlet)
    assert "1 MB" in fetched.context["files_refused"][0]["reason_en"]


def test_a_file_that_the_store_refuses_is_named(kf: KfChannel, photo: InboundMessage) -> None:
    fetched = kf.fetch(photo, FakeInlet(max_bytes=10))
    assert fetched.context["files_refused"][0]["reason_zh"] == "文件是空的或太大。"


@pytest.mark.parametrize("failure", [HttpError(502), Refusal(-1), Refusal(45009)])
def test_a_file_that_wecom_does_not_give_now_is_tried_again(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, wecom: WeComSimulator, failure: Refusal
) -> None:
    wecom.fail("media/get", failure)
    with pytest.raises(DeliveryError) as caught:
        kf.fetch(photo, inlet)
    assert caught.value.failure == "retry"


def test_a_json_file_without_a_name_is_still_a_file(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, wecom: WeComSimulator
) -> None:
    wecom.fail("media/get", Raw(b'{"orders": [1, 2]}', "application/json"))
    (attachment,) = kf.fetch(photo, inlet).attachments
    assert inlet.contents[attachment.sha256] == b'{"orders": [1, 2]}'


def test_a_customers_nickname_comes_with_his_messages(
    kf: KfChannel, photo: InboundMessage, inlet: FakeInlet, wecom: WeComSimulator
) -> None:
    kf.pull({"token": wecom.kf.customer_writes(ACCOUNT, CUSTOMER, "在吗"), "open_kfid": ACCOUNT}, inlet)
    assert [message.sender_name for message in inlet.messages] == ["小王", "小王"]
    assert len(wecom.calls_of("kf/customer/batchget")) == 1


def test_a_nickname_is_never_worth_failing_for(kf: KfChannel, inlet: FakeInlet, wecom: WeComSimulator) -> None:
    wecom.fail("kf/customer/batchget", Refusal(48002))
    for text in ("在吗", "怎么退货"):
        kf.pull({"token": wecom.kf.customer_writes(ACCOUNT, CUSTOMER, text), "open_kfid": ACCOUNT}, inlet)
    assert [message.sender_name for message in inlet.messages] == [None, None]
    assert len(wecom.calls_of("kf/customer/batchget")) == 1


def test_an_urgent_entry_waits_for_no_nickname(kf: KfChannel, inlet: FakeInlet, wecom: WeComSimulator) -> None:
    kf.pull({"token": wecom.kf.customer_enters(ACCOUNT, CUSTOMER), "open_kfid": ACCOUNT}, inlet)
    assert inlet.messages[0].is_urgent
    assert wecom.calls_of("kf/customer/batchget") == []


def test_a_member_is_called_by_his_name(
    app: AppChannel, receive: Callable[[str], Parsed], inlet: FakeInlet, wecom: WeComSimulator
) -> None:
    (message,) = receive(text_xml("ZhangWei", "你好", msgid="1")).messages
    assert [app.fetch(message, inlet).sender_name for _ in range(3)] == ["张伟"] * 3
    assert len(wecom.calls_of("user/get")) == 1


@pytest.mark.parametrize("failure", [Refusal(60011), HttpError(500)])
def test_a_members_name_is_never_worth_failing_for(
    app: AppChannel, receive: Callable[[str], Parsed], inlet: FakeInlet, wecom: WeComSimulator, failure: Refusal
) -> None:
    wecom.fail("user/get", failure)
    (message,) = receive(text_xml("ZhangWei", "你好", msgid="1")).messages
    assert [app.fetch(message, inlet).sender_name for _ in range(3)] == [None] * 3
    assert len(wecom.calls_of("user/get")) == 1
