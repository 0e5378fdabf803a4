"""The public contract of `crmbot chat --json`: one object a line in the shape of design.md section 9, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from datetime import datetime
from typing import Any

import pytest

from tests.journeys.conftest import Company

#: the process is the same on both databases
pytestmark = [pytest.mark.model, pytest.mark.parametrize("loaded_company", ["sqlite"], indirect=True)]
KEYS = {"text", "language", "intent", "probability", "outcome", "replies", "article", "records", "elapsed_ms"}
OUTCOMES = {"answered", "suggested", "ticket", "logged", "asked", "done", "refused", "smalltalk"}
NOW = "2026-11-23T10:00+08:00"


@pytest.fixture
def chat(company: Company, request: pytest.FixtureRequest) -> Any:
    """Run `crmbot chat --json` in a process of its own over the company's database."""

    def run(handle: str, role: str, *lines: str, now: str = NOW) -> tuple[list[dict[str, Any]], int, str]:
        arguments = [sys.executable, "-m", "bot.cli", "chat", "--as", handle, "--role", role, "--now", now, "--json"]
        environment = {**os.environ, "CRMBOT_DATA_DIR": str(company.program.settings.data_dir)}
        done = subprocess.run(
            arguments, input="\n".join(lines), env=environment, capture_output=True, text=True, check=False
        )
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode, done.stderr

    return run


def test_each_line_gets_its_object_in_order_an_empty_one_too(chat: Any) -> None:
    lines = ["hello", "", "怎么取消订单？", "x" * 100_000, "'; DROP TABLE ticket; --", "😀", "<b>hi</b>"]
    results, status, _ = chat(f"guest-{uuid.uuid4().hex[:6]}", "customer", *lines)
    assert status == 0
    assert [result["text"] for result in results] == lines
    for result in results:
        assert set(result) == KEYS
        assert result["outcome"] in OUTCOMES
        assert result["language"] in {"zh", "en"}
        assert 0 <= result["probability"] <= 1
        for reply in result["replies"]:
            assert set(reply) == {"text", "choices", "media"}
            assert all(set(choice) == {"label", "value"} for choice in reply["choices"])


def test_a_logged_call_shows_its_records_by_name_and_id(chat: Any) -> None:
    (result,), _, _ = chat("rep", "rep", "log call with 李娜: wants a quote, follow up tomorrow")
    assert result["outcome"] == "logged"
    interaction, task = result["records"]
    assert (interaction["type"], interaction["action"]) == ("interaction", "created")
    fields = interaction["fields"]
    assert (fields["kind"], fields["contacts"], fields["owner"]) == ("call", ["李娜"], "rep")
    assert isinstance(fields["account"], str)
    assert isinstance(fields["account_id"], int)
    assert len(fields["contact_ids"]) == 1
    assert fields["occurred_at"] == "2026-11-23T10:00:00+08:00"
    assert (task["type"], task["fields"]["due_at"]) == ("task", "2026-11-24T18:00:00+08:00")
    assert task["fields"]["interaction_id"] == interaction["id"]


def test_a_question_of_ours_and_undo_outlive_the_process(chat: Any) -> None:
    (asked,), _, _ = chat("rep", "rep", "log call with 张伟: asked about delivery")
    assert asked["outcome"] == "asked"
    value = asked["replies"][0]["choices"][1]["value"]
    (logged,), _, _ = chat("rep", "rep", value, now="2026-11-23T10:01+08:00")
    assert logged["outcome"] == "logged"
    (undone,), _, _ = chat("rep", "rep", "undo", now="2026-11-23T10:02+08:00")
    assert [(record["type"], record["action"]) for record in undone["records"]] == [("interaction", "deleted")]


def test_an_unknown_handle_fails_in_one_line(chat: Any) -> None:
    results, status, error = chat("nobody-of-that-name", "rep", "hi")
    assert (results, status) == ([], 1)
    assert len(error.splitlines()) == 1


def test_a_handle_of_another_role_fails(chat: Any) -> None:
    assert chat("rep", "manager", "hi")[1] == 1


def test_a_wrong_clock_is_a_usage_error_in_one_line(chat: Any) -> None:
    _, status, error = chat("rep", "rep", "hi", now="yesterday")
    assert status == 2
    assert len(error.splitlines()) == 1


def test_a_time_in_the_answer_has_its_offset(chat: Any) -> None:
    (result,), _, _ = chat("rep3", "rep", "remind me to send the catalogue on 2026-12-05")
    due = datetime.fromisoformat(result["records"][0]["fields"]["due_at"])
    assert due.isoformat() == "2026-12-05T18:00:00+08:00"
