"""Store-and-acknowledge of a webhook under twenty concurrent senders, with the workers busy."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bot.benchmarks.company import customer_questions
from bot.benchmarks.process import running_server

SENDERS = 20
MESSAGES_PER_SENDER = 25
SECRET = "bench-secret"  # noqa: S105 - of a server that lives for a few seconds on loopback


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
        batches = list(pool.map(lambda sender: _send(server.address, sender, questions), range(SENDERS)))
    times = [each for batch in batches for each in batch]
    return {
        "calls": len(times),
        "senders": SENDERS,
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[18], 2),
        "max_ms": round(max(times), 2),
    }


def _send(address: str, sender: int, questions: list[str]) -> list[float]:
    times = []
    with httpx.Client(base_url=address, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}, timeout=30) as client:
        for number in range(MESSAGES_PER_SENDER):
            body = _update(sender, number, questions[(sender * MESSAGES_PER_SENDER + number) % len(questions)])
            started = time.perf_counter()
            client.post("/telegram/webhook", json=body).raise_for_status()
            times.append((time.perf_counter() - started) * 1000)
    return times


def _update(sender: int, number: int, text: str) -> dict[str, Any]:
    person = {"id": 1000 + sender, "is_bot": False, "first_name": f"Sender {sender}"}
    return {
        "update_id": 1 + sender * 10_000 + number,
        "message": {
            "message_id": number + 1,
            "date": int(time.time()),
            "chat": {"id": person["id"], "type": "private", "first_name": person["first_name"]},
            "from": person,
            "text": text,
        },
    }
