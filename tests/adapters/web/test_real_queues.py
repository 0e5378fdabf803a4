"""The page over the real inbox and outbox: what is stored is what is read, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.web import WebEdge, build_app
from adapters.web.edge import Line
from bot.attachments import AttachmentStore
from bot.inlet import DurableInlet
from bot.settings import Settings
from bot.transcript import read_lines
from crm_core.database import Database
from tests.adapters.web.conftest import PROOF
from tests.adapters.web.fakes import serve


@pytest.fixture
def client(any_database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    clock = lambda: datetime.now(UTC)  # noqa: E731

    def transcript(*, channel: str, conversation_key: str, after: str | None, limit: int) -> Sequence[Line]:
        return read_lines(any_database, channel=channel, conversation_key=conversation_key, after=after, limit=limit)

    store = AttachmentStore(tmp_path / "attachments", max_bytes=1_000_000)
    edge = WebEdge(
        settings=Settings(_env_file=None),  # type: ignore[call-arg]
        database=any_database,
        inlet=DurableInlet(any_database, store, clock=clock, wake=lambda: None),
        channels={},
        clock=clock,
        transcript=transcript,
        wake=lambda: None,
        is_ready=lambda: True,
        secret_key="a key",
        attachment_path=store.path,
    )
    with serve(build_app(edge)) as url, httpx.Client(base_url=url, headers=PROOF) as client:
        client.post("/chat/session", json={}).raise_for_status()
        yield client


def send(client: httpx.Client, **body: str) -> str:
    client_id = str(uuid.uuid4())
    client.post("/chat/messages", json={"client_id": client_id, **body}).raise_for_status()
    return client_id


def history(client: httpx.Client) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = client.get("/chat/history").raise_for_status().json()["lines"]
    return lines


def test_what_was_sent_is_in_the_history_under_the_pages_own_ids(client: httpx.Client) -> None:
    sent = [send(client, text="你好 👋"), send(client, choice="tok-1", label="有帮助")]
    files = {"file": ("报价.txt", b"words")}
    client.post("/chat/attachments", data={"client_id": str(uuid.uuid4())}, files=files).raise_for_status()
    lines = history(client)
    assert [line["text"] for line in lines] == ["你好 👋", "有帮助", ""]
    assert [line["client_id"] for line in lines[:2]] == sent
    assert lines[2]["attachments"][0]["filename"] == "报价.txt"


def test_a_repeated_message_is_stored_once(client: httpx.Client) -> None:
    body = {"client_id": str(uuid.uuid4()), "text": "once"}
    assert {client.post("/chat/messages", json=body).status_code for _ in range(3)} == {202}
    assert len(history(client)) == 1


def test_a_nul_character_cannot_break_the_database(client: httpx.Client) -> None:
    send(client, text="a\x00b")
    answer = client.post("/chat/sign-in", json={"handle": "a\x00b", "password": "x\x00y"})
    assert answer.status_code == 422
    assert history(client)[0]["text"] == "ab"


@pytest.mark.parametrize("cursor", ["nonsense", "1", "1.x", "9" * 60 + ".1", "1.1" + "\x00"])
def test_a_cursor_that_is_none_of_ours_is_refused(client: httpx.Client, cursor: str) -> None:
    with client.stream("GET", "/chat/events", params={"after": cursor}) as answer:
        assert answer.status_code == 422
