"""The demo's knowledge base: its articles, its evaluation set, and what customers asked in the past half year."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from sqlalchemy import select

from bot.demo.scene import HISTORY_DAYS, Row, Scene, read_lines
from knowledge_base.importing.importer import import_file
from knowledge_base.models import Article, EvaluationQuery, Outcome, QuestionEvent, Vote
from nlu.language import detect

EVALUATION_FILE = "evaluation.jsonl"
QUESTIONS_A_DAY = (2, 8)
#: what was asked: answerable, near misses, far off; then what became of the answerable ones
ASKED = (("answerable", 84), ("near", 12), ("far", 4))
FATES = ((Outcome.ANSWERED, 88), (Outcome.SUGGESTED, 8), (Outcome.TICKET, 4))
VOTED_SHARE = 0.2
LIKED_SHARE = 0.9


def write_articles(scene: Scene, author: str) -> int:
    """Import the articles, published, and return how many rows there are (an article in two languages is two)."""
    with resources.as_file(resources.files("bot.demo") / "data" / "articles.jsonl") as path:
        report = import_file(scene.session, path, now=scene.now, author=author)
    return report.created


def write_evaluation(scene: Scene) -> int:
    """Keep the evaluation set; calibrating on it takes the encoder and is the caller's."""
    rows = read_lines(EVALUATION_FILE)
    scene.add_all(
        [EvaluationQuery(text=row["text"], language=detect(row["text"]), article_key=row["id"]) for row in rows]
    )
    return len(rows)


def write_questions(scene: Scene) -> int:
    """Write what customers asked and what became of it, with their thumbs."""
    articles = {(one.key, one.language): one.id for one in scene.session.scalars(select(Article))}
    by_kind: dict[str, list[Row]] = {"answerable": [], "near": [], "far": []}
    for row in read_lines(EVALUATION_FILE):
        by_kind[_kind_of(row)].append(row)
    events = [
        event
        for days in range(HISTORY_DAYS, 0, -1)
        for event in _day(scene, days, [by_kind[scene.pick(ASKED)] for _ in range(_how_many(scene))], articles)
    ]
    scene.add_all(events)
    answered = [event for event in events if event.outcome is Outcome.ANSWERED]
    voted = [event for event in answered if scene.dice.random() < VOTED_SHARE]
    scene.add_all([Vote(event_id=event.id, is_up=scene.dice.random() < LIKED_SHARE, at=event.at) for event in voted])
    return len(events)


def _kind_of(row: Row) -> str:
    if row["id"] is not None:
        return "answerable"
    return "near" if "near" in row else "far"


def _how_many(scene: Scene) -> int:
    return scene.dice.randint(*QUESTIONS_A_DAY)


def _day(
    scene: Scene, days_ago: int, pools: Sequence[Sequence[Row]], articles: dict[tuple[str, str], int]
) -> list[QuestionEvent]:
    events = [_event(scene, scene.dice.choice(pool), articles) for pool in pools]
    times = sorted(scene.moment(scene.days_ago(days_ago), 8, 22) for _ in events)
    for event, at in zip(events, times, strict=True):
        event.at = at
    return events


def _event(scene: Scene, row: Row, articles: dict[tuple[str, str], int]) -> QuestionEvent:
    language = detect(row["text"])
    outcome, sureness = _fate(scene, row)
    best = row["id"] or row.get("near") or ""
    return QuestionEvent(
        text=row["text"],
        language=language,
        outcome=outcome,
        article_id=None if outcome is Outcome.TICKET else articles.get((best, language)),
        probability=round(sureness, 3),
    )


def _fate(scene: Scene, row: Row) -> tuple[Outcome, float]:
    """Roll what became of a question, and how sure search was."""
    if row["id"] is not None:
        outcome = scene.pick(FATES)
    else:
        outcome = Outcome.SUGGESTED if "near" in row and scene.dice.random() < 0.3 else Outcome.TICKET
    low, high = {Outcome.ANSWERED: (0.9, 0.999), Outcome.SUGGESTED: (0.35, 0.9), Outcome.TICKET: (0.01, 0.35)}[outcome]
    return outcome, scene.dice.uniform(low, high)
