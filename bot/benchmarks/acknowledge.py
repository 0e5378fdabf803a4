"""Store-and-acknowledge of a webhook under twenty concurrent senders, with the workers busy."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bot.benchmarks.company import customer_questions
from bot.benchmarks.process import running_server
from bot.errors import BotError

SENDERS = 20
#: few enough that nobody is asked to slow down
MESSAGES_PER_SENDER = 25
#: of other people each, so that a percentile says something
ROUNDS = 4
SECRET = "bench-secret"  # noqa: S105 - of a server that lives for a few seconds on loopback
HEADERS = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}


def measure() -> dict[str, Any]:
    """Return ms from a Telegram webhook call to its 200, for every call of every sender."""
    environment = {
        "CRMBOT_TELEGRAM_TOKEN": "1:bench",
        "CRMBOT_TELEGRAM_MODE": "webhook",
        "CRMBOT_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "CRMBOT_PUBLIC_URL": "https://bench.invalid",
        # Nobody listens there: replies fail at once and wait in the outbox, which is not measured here.
        "CRMBOT_TELEGRAM_BASE_URL": "http://127.0.0.1:9/bot",
        "CRMBOT_TELEGRAM_BASE_FILE_URL": "http://127.0.0.1:9/file/bot",
    }
    questions = customer_questions()
    with running_server(environment) as server, ThreadPoolExecutor(SENDERS) as pool:
        calls = [_calls(sender, questions) for sender in range(SENDERS * ROUNDS)]
        batches = list(pool.map(partial(_send, server.address), calls))
    times = [each for batch in batches for each in batch]
    return {
        "calls": len(times),
        "senders": SENDERS,
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[18], 2),
        "max_ms": round(max(times), 2),
    }


def _send(address: str, calls: Sequence[bytes]) -> list[float]:
    """Post one call after the other on a kept connection; a plain one, because the platform's work is not ours."""
    place = urlsplit(address)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=30)
    times = []
    for body in calls:
        started = time.perf_counter()
        connection.request("POST", "/telegram/webhook", body, HEADERS)
        response = connection.getresponse()
        response.read()
        times.append((time.perf_counter() - started) * 1000)
        if response.status != HTTPStatus.OK:
            raise BotError(f"The webhook answered {response.status}.")
    connection.close()
    return times


def _calls(sender: int, questions: Sequence[str]) -> list[bytes]:
    numbers = range(sender * MESSAGES_PER_SENDER, (sender + 1) * MESSAGES_PER_SENDER)
    updates = (_update(sender, number, questions[number % len(questions)]) for number in numbers)
    return [json.dumps(update).encode() for update in updates]


def _update(sender: int, number: int, text: str) -> dict[str, Any]:
    person = {"id": 1000 + sender, "is_bot": False, "first_name": f"Sender {sender}"}
    return {
        "update_id": 1 + number,
        "message": {
            "message_id": number + 1,
            "date": int(time.time()),
            "chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]},
            "from": person,
            "text": text,
        },
    }
