"""A fresh program over the demo company in a folder of its own, for measuring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import demo
from bot.migrate import upgrade
from bot.settings import Settings, load_settings
from bot.wiring import Program


@dataclass(frozen=True)
class Measured:
    """A program to measure, and the folder that goes with it."""

    program: Program
    folder: Path


@contextmanager
def demo_program(**overrides: object) -> Iterator[Measured]:
    """Build a program on SQLite with the demo company loaded; the encoder of the user's data folder is used."""
    with TemporaryDirectory(prefix="crmbot-bench-") as name:
        folder = Path(name)
        link_models(load_settings().data_dir, folder)
        program = Program(bench_settings(folder, **overrides))
        upgrade(program.database)
        demo.load_if_empty(program)
        try:
            yield Measured(program, folder)
        finally:
            program.database.dispose()


def bench_settings(folder: Path, **overrides: object) -> Settings:
    """Settings for measuring: SQLite in the folder, no limit on a sender."""
    return load_settings(data_dir=folder, database_url="", sender_messages_per_minute=1_000_000, **overrides)


def link_models(data_dir: Path, folder: Path) -> None:
    """Share the unpacked encoder, so that unpacking is not measured again and again."""
    models = (data_dir / "models").resolve()
    models.mkdir(parents=True, exist_ok=True)
    (folder / "models").symlink_to(models)


def customer_questions() -> list[str]:
    """Return the texts of the demo's evaluation set, each once."""
    content = files("bot.demo").joinpath("data/evaluation.jsonl").read_text(encoding="utf-8")
    texts = [json.loads(line)["text"] for line in content.splitlines() if line.strip()]
    return list(dict.fromkeys(texts))
