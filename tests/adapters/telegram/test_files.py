"""Fetching what people sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.telegram.channel import TelegramChannel
from bot.channel import InboundMessage
from bot.errors import DeliveryError
from tests.adapters.fakes import FakeInlet
from tests.adapters.telegram.conftest import CUSTOMER
from tests.simulators.telegram import TelegramSimulator

Receive = Callable[..., InboundMessage]


@pytest.fixture
def receive(polling: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet) -> Receive:
    """Let a person send a document, and return the stored message."""

    def send(content: bytes, *, name: str = "报价.pdf", hides_size: bool = False) -> InboundMessage:
        file = telegram.world.add_file(name, content, hides_size=hides_size)
        telegram.write(CUSTOMER, document={**file, "file_name": name})
        return inlet.wait_for(len(inlet.messages) + 1)[-1]

    return send


def test_a_file_becomes_an_attachment(polling: TelegramChannel, receive: Receive, inlet: FakeInlet) -> None:
    message = polling.fetch(receive(b"%PDF-1.7 content"), inlet)
    (attachment,) = message.attachments
    assert (attachment.kind, attachment.filename, attachment.size_bytes) == ("file", "报价.pdf", 16)
    assert inlet.contents[attachment.sha256] == b"%PDF-1.7 content"
    assert "files" not in message.context
    assert polling.fetch(message, inlet) is message


def test_a_message_without_files_is_left_alone(
    polling: TelegramChannel, telegram: TelegramSimulator, inlet: FakeInlet
) -> None:
    telegram.write(CUSTOMER, "hi")
    (message,) = inlet.wait_for(1)
    assert polling.fetch(message, inlet) is message
    assert telegram.calls_of("getFile") == []


def test_a_large_file_is_refused_before_it_is_asked_for(
    make_channel: Callable[..., TelegramChannel], receive: Receive, inlet: FakeInlet, telegram: TelegramSimulator
) -> None:
    channel = make_channel(max_attachment_bytes=1_000_000)
    message = channel.fetch(receive(b"x" * 1_000_001), inlet)
    assert message.attachments == ()
    (refusal,) = message.context["files_refused"]
    assert refusal["filename"] == "报价.pdf"
    assert "1 MB" in refusal["reason_zh"]
    assert "1 MB" in refusal["reason_en"]
    assert telegram.calls_of("getFile") == []


def test_a_file_that_hides_its_size_is_given_up_while_downloading(
    make_channel: Callable[..., TelegramChannel], receive: Receive, inlet: FakeInlet, telegram: TelegramSimulator
) -> None:
    channel = make_channel(max_attachment_bytes=1_000_000)
    message = channel.fetch(receive(b"x" * 3_000_000, hides_size=True), inlet)
    assert message.attachments == ()
    assert len(message.context["files_refused"]) == 1
    assert inlet.contents == {}


@pytest.mark.parametrize("description", ["Bad Request: file is too big", "Bad Request: wrong file_id"])
def test_a_file_that_telegram_does_not_give_does_not_cost_the_message(
    polling: TelegramChannel, receive: Receive, inlet: FakeInlet, telegram: TelegramSimulator, description: str
) -> None:
    message = receive(b"content")
    telegram.fail("getFile", 400, description)
    assert len(polling.fetch(message, inlet).context["files_refused"]) == 1


def test_an_empty_file_is_refused_by_the_store(polling: TelegramChannel, receive: Receive, inlet: FakeInlet) -> None:
    assert len(polling.fetch(receive(b""), inlet).context["files_refused"]) == 1


@pytest.mark.parametrize("trouble", ["lost", "500", "429"])
def test_trouble_on_the_way_is_tried_again(
    polling: TelegramChannel, receive: Receive, inlet: FakeInlet, telegram: TelegramSimulator, trouble: str
) -> None:
    message = receive(b"content")
    if trouble == "lost":
        telegram.lose_answer("getFile")
    elif trouble == "500":
        telegram.fail("getFile", 500, "Internal Server Error")
    else:
        telegram.fail("getFile", 429, "Too Many Requests: retry after 3", parameters={"retry_after": 3})
    with pytest.raises(DeliveryError) as failure:
        polling.fetch(message, inlet)
    assert failure.value.failure == "retry"
    assert len(polling.fetch(message, inlet).attachments) == 1


def test_an_address_that_died_says_so_without_the_token(
    polling: TelegramChannel, receive: Receive, inlet: FakeInlet, telegram: TelegramSimulator
) -> None:
    message = receive(b"content")
    del telegram.world.files[message.context["files"][0]["file_id"]]
    telegram.world.get_file = lambda *_: {"file_id": "x", "file_unique_id": "u", "file_path": "a/b"}  # type: ignore[method-assign]
    with pytest.raises(DeliveryError, match="status 404") as failure:
        polling.fetch(message, inlet)
    assert telegram.token not in str(failure.value)


def test_a_server_that_shares_its_disk_gives_a_path(
    polling: TelegramChannel, receive: Receive, inlet: FakeInlet, telegram: TelegramSimulator, tmp_path: Path
) -> None:
    message = receive(b"content")
    path = tmp_path / "file_0.pdf"
    path.write_bytes(b"on disk")
    telegram.world.get_file = lambda *_: {"file_id": "x", "file_unique_id": "u", "file_path": str(path)}  # type: ignore[method-assign]
    (attachment,) = polling.fetch(message, inlet).attachments
    assert inlet.contents[attachment.sha256] == b"on disk"
