"""Messages through the whole path on SQLite, against the encoder alone on the same texts in the same run."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

from sqlalchemy import select

from bot.benchmarks.company import Measured, customer_questions, demo_program
from bot.channel import InboundMessage
from bot.models import InboxMessage, InboxStatus
from bot.running import MESSAGE_THREADS
from bot.wiring import Program, utc_now
from bot.worker import Worker
from bot.worker_process import SWITCH_SECONDS
from nlu.encoder import load_encoder
from nlu.text import normalise

CONVERSATIONS = 60
SINGLES = 100
WARM_UP_TEXTS = 32
PAUSE_SECONDS = 0.05


def measure() -> dict[str, Any]:
    """Return messages/s in a backlog, ms of a single message, and the ratio to the encoder alone."""
    questions = customer_questions()
    sys.setswitchinterval(SWITCH_SECONDS)  # as a running worker does
    with demo_program() as measured:
        worker = _worker(measured)
        singles, backlog = questions[:SINGLES], questions[SINGLES:]
        encoder_rate = _encoder_rate(measured.program, backlog)
        latencies = [_single(worker, text, number) for number, text in enumerate(singles)]
        path_rate = _backlog_rate(worker, backlog)
    return {
        "messages": len(backlog),
        "conversations": CONVERSATIONS,
        "messages_per_second": round(path_rate, 1),
        "encoder_alone_per_second": round(encoder_rate, 1),
        "ratio_to_encoder": round(path_rate / encoder_rate, 3),
        "single_p50_ms": round(statistics.median(latencies), 2),
        "single_p95_ms": round(statistics.quantiles(latencies, n=20)[18], 2),
    }


def _worker(measured: Measured) -> Worker:
    program = measured.program
    worker = program.worker({"web": program.channels["web"]})
    for number in range(WARM_UP_TEXTS):
        _store(worker, f"warm up {number}", f"w{number}", "visitor:warm")
    _drain(worker)
    return worker


def _encoder_rate(program: Program, texts: Sequence[str]) -> float:
    """Encode in batches as the worker does, with a fresh encoder, so that nothing is remembered."""
    encoder = load_encoder(program.settings.encoder, program.settings.data_dir / "models")
    normal = [normalise(text) for text in texts]
    encoder.encode_queries([f"warm up {number}" for number in range(WARM_UP_TEXTS)])
    size = program.settings.batch_size
    started = time.perf_counter()
    for start in range(0, len(normal), size):
        encoder.encode_queries(normal[start : start + size])
    return len(normal) / (time.perf_counter() - started)


def _single(worker: Worker, text: str, number: int) -> float:
    started = time.perf_counter()
    _store(worker, text, f"s{number}", f"visitor:single{number % CONVERSATIONS}")
    _drain(worker)
    return (time.perf_counter() - started) * 1000


def _backlog_rate(worker: Worker, texts: Sequence[str]) -> float:
    """Store, handle and deliver all; the message loops of a running process work while the messages come in."""
    started = time.perf_counter()
    is_all_stored = Event()
    loops = [Thread(target=_drain_until, args=(worker, is_all_stored)) for _ in range(MESSAGE_THREADS)]
    for loop in loops:
        loop.start()
    for number, text in enumerate(texts):
        _store(worker, text, f"b{number}", f"visitor:{number % CONVERSATIONS}")
        worker.wakeup.set()
    is_all_stored.set()
    for loop in loops:
        loop.join()
    return len(texts) / (time.perf_counter() - started)


def _store(worker: Worker, text: str, external_id: str, key: str) -> None:
    message = InboundMessage(
        channel="web",
        external_id=external_id,
        conversation_key=key,
        sender_id=key,
        address={},
        text=text,
        sent_at=utc_now(),
    )
    worker.reader.inlet.store([message])


def _drain(worker: Worker) -> None:
    while worker.run_messages() + worker.run_replies():
        pass


def _drain_until(worker: Worker, is_all_stored: Event) -> None:
    """Go on while messages come or are open; one that waits for another loop's of its conversation is waited for."""
    seen = 0
    while True:
        was_last = is_all_stored.is_set()
        if not worker.run_messages() + worker.run_replies():
            if was_last and not _is_any_open(worker):
                return
            seen = worker.wakeup.wait(seen, PAUSE_SECONDS)


def _is_any_open(worker: Worker) -> bool:
    waiting = select(InboxMessage.id).where(InboxMessage.status == InboxStatus.WAITING).limit(1)
    with worker.database.reading() as session:
        return session.scalar(waiting) is not None
