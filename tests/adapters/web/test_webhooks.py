from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from adapters.web import WebChannel
from bot.channel import InboundMessage, Inlet, Parsed, WebhookRequest
from bot.errors import WebhookRejected
from bot.settings import Settings
from crm_core.database import Database
from tests.adapters.web.fakes import FakeChats, Site, run_site

UPDATE = InboundMessage(
    channel="telegram",
    external_id="1",
    conversation_key="7",
    sender_id="7",
    address={"chat_id": 7},
    text="hello",
    sent_at=datetime(2026, 11, 23, tzinfo=UTC),
)


class RecordingChannel(WebChannel):
    """Understands a body that is a number as that many messages, and 'pull' as a hint."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.requests: list[WebhookRequest] = []
        self.pulled = threading.Event()
        self.stored_before_pull: list[int] = []

    def parse(self, request: WebhookRequest) -> Parsed:
        self.requests.append(request)
        if request.body == b"forged":
            raise WebhookRejected(403, "The signature is wrong.")
        if request.body == b"pull":
            return Parsed(pull={"token": "t"}, body=b"success")
        if request.method == "GET":
            return Parsed(body=request.query["echostr"].encode())
        count = int(request.body or b"0") if request.body.isdigit() else 0
        messages = tuple(replace(UPDATE, channel=self.name, external_id=str(n)) for n in range(count))
        return Parsed(messages=messages, body=b"success")

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:
        self.pulled.set()
        if self.name == "wecom_app":
            raise RuntimeError("the platform hangs up")


@pytest.fixture(scope="module")
def channels() -> dict[str, RecordingChannel]:
    return {name: RecordingChannel(name) for name in ("telegram", "wecom_app", "wecom_kf")}


@pytest.fixture(scope="module")
def hooked(staff_database: Database, channels: dict[str, RecordingChannel]) -> Iterator[Site]:
    settings = Settings(_env_file=None, max_body_bytes=100_000)  # type: ignore[call-arg]
    with run_site(staff_database, FakeChats(), channels=channels, settings=settings) as site:
        yield site


def test_an_update_is_stored_when_the_platform_is_told_so(hooked: Site) -> None:
    before = len(hooked.chats.stored)
    answer = httpx.post(f"{hooked.url}/telegram/webhook", content=b"2")
    assert (answer.status_code, answer.content) == (200, b"success")
    assert len(hooked.chats.stored) == before + 2
    assert hooked.woken


def test_the_channel_sees_the_request_without_any_framework(
    hooked: Site, channels: dict[str, RecordingChannel]
) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
    httpx.post(f"{hooked.url}/telegram/webhook?a=1%202", content=b"0", headers=headers)
    request = channels["telegram"].requests[-1]
    assert (request.method, request.path, request.query, request.body) == ("POST", "webhook", {"a": "1 2"}, b"0")
    assert request.headers["x-telegram-bot-api-secret-token"] == "secret"


@pytest.mark.parametrize("name", ["wecom_app", "wecom_kf"])
def test_a_url_check_of_wecom_is_answered_with_what_the_channel_says(
    hooked: Site, channels: dict[str, RecordingChannel], name: str
) -> None:
    answer = httpx.get(f"{hooked.url}/{name.replace('_', '/')}", params={"echostr": "plain words"})
    assert answer.text == "plain words"
    assert channels[name].requests[-1].path == ""


@pytest.mark.parametrize("path", ["/telegram/webhook", "/wecom/app", "/wecom/kf"])
def test_a_channel_that_is_off_answers_404_in_plain_words(site: Site, path: str) -> None:
    answer = httpx.post(f"{site.url}{path}", content=b"{}")
    assert answer.status_code == 404
    assert "not configured" in answer.text
    assert "未配置" in answer.text


def test_a_forged_call_is_refused_with_the_channels_status_and_one_log_line(
    hooked: Site, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(hooked.chats.stored)
    with caplog.at_level(logging.WARNING, "adapters.web.webhooks"):
        answer = httpx.post(f"{hooked.url}/wecom/app", content=b"forged")
    assert answer.status_code == 403
    assert len(hooked.chats.stored) == before
    assert [record.message for record in caplog.records] == [
        "Refused a webhook call of wecom_app: The signature is wrong."
    ]


def test_a_call_that_says_only_that_something_is_new_starts_a_pull(
    hooked: Site, channels: dict[str, RecordingChannel]
) -> None:
    assert httpx.post(f"{hooked.url}/wecom/kf", content=b"pull").text == "success"
    assert channels["wecom_kf"].pulled.wait(5)


class Listener(logging.Handler):
    """Waits for the log of another thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.ERROR and "pull of wecom_app" in record.getMessage():
            self.heard.set()


def test_a_pull_that_fails_is_logged_and_harms_nothing(hooked: Site) -> None:
    logger = logging.getLogger("adapters.web.webhooks")
    logger.addHandler(listener := Listener())
    try:
        assert httpx.post(f"{hooked.url}/wecom/app", content=b"pull").status_code == 200
        assert listener.heard.wait(5)
    finally:
        logger.removeHandler(listener)
    assert httpx.post(f"{hooked.url}/wecom/app", content=b"0").status_code == 200


def test_a_body_of_10_mb_is_refused(hooked: Site, channels: dict[str, RecordingChannel]) -> None:
    seen = len(channels["telegram"].requests)
    answer = httpx.post(f"{hooked.url}/telegram/webhook", content=b"1" * 10_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert len(channels["telegram"].requests) == seen


def test_a_client_that_sends_all_before_it_listens_hears_the_refusal_too(hooked: Site) -> None:
    body = b"1" * 10_000_000
    with connect(hooked, b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)) as connection:
        connection.sendall(body)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"body_too_large" in answer


def connect(hooked: Site, head: bytes) -> socket.socket:
    parts = urlsplit(hooked.url)
    assert parts.hostname
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    connection.sendall(b"POST /telegram/webhook HTTP/1.1\r\nHost: localhost\r\n" + head)
    return connection


def test_an_announced_large_body_is_refused_before_it_is_sent(hooked: Site) -> None:
    with connect(hooked, b"Content-Length: 10000000\r\n\r\n1") as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_an_unannounced_large_body_is_refused_as_soon_as_it_is_too_large(hooked: Site) -> None:
    with connect(hooked, b"Transfer-Encoding: chunked\r\n\r\n") as connection:
        for _ in range(11):  # 110 kB of a body that never ends
            connection.sendall(b"2710\r\n" + b"1" * 10_000 + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_body_just_below_the_limit_is_read_whole(hooked: Site, channels: dict[str, RecordingChannel]) -> None:
    assert httpx.post(f"{hooked.url}/telegram/webhook", content=b"x" * 100_000).status_code == 200
    assert len(channels["telegram"].requests[-1].body) == 100_000


def test_a_failing_database_is_not_acknowledged(staff_database: Database) -> None:
    class FullDisk(FakeChats):
        def store(self, messages: object, *, cursor: object = None) -> int:
            raise OSError("No space left on device")

    channels = {"telegram": RecordingChannel("telegram")}
    with run_site(staff_database, FullDisk(), channels=channels) as site:
        answer = httpx.post(f"{site.url}/telegram/webhook", content=b"1")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
