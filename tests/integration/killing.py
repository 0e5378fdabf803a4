"""What a worker process of the kill test runs: the real worker over a real database, until somebody kills it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import MappingProxyType

from adapters.web import WebChannel
from bot.attachments import AttachmentStore
from bot.directory import Directory
from bot.handlers import load_handlers
from bot.inlet import DurableInlet
from bot.reading import Reader
from bot.settings import Settings
from bot.turn import Services
from bot.worker import Worker
from crm_core.database import Database
from knowledge_base.search import Searcher
from nlu.commands import recognise
from nlu.entities import find_entities
from nlu.language import detect
from nlu.testing import HashEncoder
from nlu.text import normalise
from nlu.understanding import OUT_OF_SCOPE, IntentScore, ParseContext, Understanding

LEASE_SECONDS = 0.5
ENCODER = HashEncoder(dim=64)


class GrammarParser:
    """A parser of grammars alone: what no grammar knows is out of scope."""

    encoder = ENCODER

    def parse_many(self, texts: Sequence[tuple[str, ParseContext]]) -> list[Understanding]:
        vectors = ENCODER.encode_queries([text for text, _context in texts])
        return [self._parse(*one, vector) for one, vector in zip(texts, vectors, strict=True)]

    def _parse(self, text: str, context: ParseContext, vector: object) -> Understanding:
        text = normalise(text)
        intent = recognise(text, context)
        probability = 0.99 if intent else 0.5
        return Understanding(
            text=text,
            language=detect(text),
            intent=intent or OUT_OF_SCOPE,
            probability=probability,
            alternatives=(IntentScore(intent or OUT_OF_SCOPE, probability),),
            entities=find_entities(text, context),
            vector=vector,  # type: ignore[arg-type]
        )


def build_settings(folder: Path, **overrides: object) -> Settings:
    """Settings of a test: nothing of the machine's environment but what the test says."""
    values = {
        "data_dir": folder,
        "lease_seconds": LEASE_SECONDS,
        "poll_seconds": 0.02,
        "max_attempts": 1000,
        "retry_base_seconds": 0.01,
        "sender_messages_per_minute": 100_000,
        "batch_size": 4,
        **overrides,
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]


def build_worker(database: Database, settings: Settings) -> Worker:
    """The real worker, dialogue, handlers and search; only the parser is grammar alone."""
    channels: Mapping[str, WebChannel] = MappingProxyType({"web": WebChannel()})
    searcher = Searcher(database, ENCODER, settings.data_dir / "index")
    attachments = AttachmentStore(settings.data_dir / "attachments", max_bytes=1000)
    inlet = DurableInlet(database, attachments, clock=utc_now, wake=lambda: None)
    return Worker(
        database=database,
        services=Services(settings=settings, channels=channels, searcher=searcher, directory=Directory()),
        handlers=load_handlers(),
        reader=Reader(
            database=database,
            settings=settings,
            parser=GrammarParser(),
            searcher=searcher,
            channels=channels,
            inlet=inlet,
        ),
        channels=channels,
        clock=utc_now,
    )


def utc_now() -> datetime:
    return datetime.now(UTC)


def work_until_killed(url: str, folder: str) -> None:
    """Handle messages and deliver replies for ever."""
    worker = build_worker(Database(url), build_settings(Path(folder)))
    never = Event()

    def step() -> int:
        return worker.run_messages() + worker.run_replies()

    worker.loop(step, never)
