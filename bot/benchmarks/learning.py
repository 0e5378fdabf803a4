"""How fast intents are trained, and how long until what was taught or changed elsewhere is lived by."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.benchmarks.company import Measured, demo_program
from bot.settings import Settings
from bot.teaching import teach
from bot.wiring import Program
from crm_core.permissions import system_actor
from knowledge_base.articles import add_pair
from knowledge_base.models import Audience

if TYPE_CHECKING:
    from nlu.understanding import Encoder

SIZES = (1_000, 10_000)
#: Long enough for anything that is not broken.
PATIENCE_SECONDS = 60.0
SENTENCE = "my teapot sings the wrong song"
QUESTION = "Do you sell moon lanterns for balconies?"
ANSWER = "Yes, moon lanterns are on the third floor."


def measure() -> dict[str, Any]:
    """Return the seconds of training by number of examples, and of becoming live."""
    with demo_program() as measured:
        encoder = measured.program.parser.encoder
        return {
            **{f"train_{size}_seconds": round(_train(encoder, size), 2) for size in SIZES},
            "article_live_seconds": _article_live(measured),
            "example_live_seconds": _example_live(measured),
        }


def _train(encoder: Encoder, size: int) -> float:
    """Train on the shipped examples, repeated with noise up to that size; encoding is not counted."""
    from nlu.classifier import IntentClassifier
    from nlu.examples import Example, load_examples
    from nlu.features import encode_features
    from nlu.text import normalise

    shipped = load_examples()
    features = encode_features(encoder, [normalise(one.text) for one in shipped])
    random = np.random.default_rng(0)
    rows = random.permutation(len(shipped)) if size <= len(shipped) else random.integers(len(shipped), size=size)
    rows = rows[:size]
    noisy = features[rows] + random.normal(scale=0.01, size=(size, features.shape[1])).astype(np.float32)
    examples = [Example(f"{shipped[row].text} {number}", shipped[row].label) for number, row in enumerate(rows)]
    started = time.perf_counter()
    classifier = IntentClassifier(examples, noisy, dim=encoder.dim)
    classifier.head(classifier.labels)
    return time.perf_counter() - started


def _article_live(measured: Measured) -> float | None:
    """Publish an article by another process's connection, and ask until the running one answers with it."""
    program, other = measured.program, _another(measured.program.settings)
    ask = _customer(program)
    ask(QUESTION)
    with other.database.transaction() as session:
        add_pair(
            session,
            question=QUESTION,
            answer=ANSWER,
            language="en",
            audience=Audience.CUSTOMER,
            author=None,
            now=other.clock(),
        )
    return _wait(lambda: ANSWER in ask(QUESTION))


def _example_live(measured: Measured) -> float | None:
    """Teach a sentence by another process's connection, and say it until the running one understands it."""
    program, other = measured.program, _another(measured.program.settings)
    say = _customer(program)
    say(SENTENCE)
    with other.database.transaction() as session:
        teach(session, system_actor(other.clock()), text=SENTENCE, label="thanks", audience="shared")
    return _wait(lambda: _understands(program, "thanks"))


def _understands(program: Program, label: str) -> bool:
    from nlu.understanding import ParseContext

    context = ParseContext(now=program.clock(), timezone=program.settings.zone)
    return program.parser.parse(SENTENCE, context).intent == label


def _another(settings: Settings) -> Program:
    return Program(settings)


def _customer(program: Program) -> Callable[[str], str]:
    from bot.terminal_session import TerminalSession

    worker = program.worker({"terminal": program.terminal}, ignores_backoff=True)
    session = TerminalSession(
        worker=worker,
        terminal=program.terminal,
        handle="bench",
        role="customer",
    )
    session.open()
    return lambda line: "\n".join(reply["text"] for reply in session.say(line).replies)


def _wait(is_live: Callable[[], bool]) -> float | None:
    """Return after how many seconds it is live; None: it is not after a minute."""
    started = time.perf_counter()
    while not is_live():
        if time.perf_counter() - started > PATIENCE_SECONDS:
            return None
        time.sleep(0.01)
    return round(time.perf_counter() - started, 2)
