"""Telling the intent and searching 10,000 articles, against the encoder alone on the same texts in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.benchmarks.company import customer_questions
from bot.settings import load_settings
from knowledge_base.search import Inquiry, Searcher
from nlu.encoder import load_encoder
from nlu.features import encode_features
from nlu.parser import Parser, build_parser
from nlu.text import normalise
from nlu.understanding import ParseContext

Work = Callable[[Sequence[str]], None]
ARTICLES = 10_000
#: so many at a time are left out of the figures: the first ones load word lists
WARM_UP = 64
BATCHED, SINGLE = 512, 128


def measure() -> dict[str, Any]:
    """Return ms of one text for both, in batches and one at a time, and the ratios."""
    from knowledge_base.benchmark import made_up_searcher

    settings = load_settings()
    models = settings.data_dir / "models"
    alone, together = load_encoder(settings.encoder, models), load_encoder(settings.encoder, models)
    parser = build_parser(together, models)
    context = ParseContext(now=datetime.now(UTC), timezone=settings.zone)
    texts = [normalise(text) for text in customer_questions()][: WARM_UP + BATCHED + SINGLE]
    with (
        TemporaryDirectory(prefix="crmbot-bench-") as name,
        made_up_searcher(Path(name) / "knowledge", ARTICLES, together) as searcher,
    ):

        def encode(part: Sequence[str]) -> None:
            encode_features(alone, part)

        def understand(part: Sequence[str]) -> None:
            _understand(parser, searcher, context, part)

        _alternate(encode, understand, texts[:WARM_UP], settings.batch_size)
        batches = _alternate(encode, understand, texts[WARM_UP : WARM_UP + BATCHED], settings.batch_size)
        singles = _alternate(encode, understand, texts[WARM_UP + BATCHED :], 1)
    return {"articles": ARTICLES, "batch": settings.batch_size, "batches": batches, "singles": singles}


def _understand(parser: Parser, searcher: Searcher, context: ParseContext, texts: Sequence[str]) -> None:
    parsed = parser.parse_many([(text, context) for text in texts])
    searcher.find_many([Inquiry(each.text, each.vector, each.language) for each in parsed])


def _alternate(
    encode: Work,
    understand: Work,
    texts: Sequence[str],
    size: int,
) -> dict[str, float]:
    """Give both the same texts in turns, so that a busy moment meets both."""
    spent = [0.0, 0.0]
    for part in (texts[start : start + size] for start in range(0, len(texts), size)):
        for number, work in enumerate((encode, understand)):
            started = time.perf_counter()
            work(part)
            spent[number] += time.perf_counter() - started
    return {
        "encoder_ms": round(1000 * spent[0] / max(1, len(texts)), 2),
        "whole_ms": round(1000 * spent[1] / max(1, len(texts)), 2),
        "ratio": round(spent[1] / max(spent[0], 1e-9), 3),
    }
