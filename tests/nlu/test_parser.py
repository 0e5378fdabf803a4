from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.classifier import build_classifier
from nlu.examples import Example
from nlu.parser import MAX_SEARCHED_CHARS, Parser
from nlu.testing import HashEncoder
from nlu.understanding import Entity, ParseContext, Vectors

EXAMPLES = [
    *(Example(text, "greeting") for text in ("hello", "hello there", "你好", "您好")),
    *(Example(text, "question") for text in ("how do I get a refund", "where is my order", "怎么退款")),
    *(Example(text, "out_of_scope") for text in ("tell me a joke", "讲个笑话")),
    *(Example(text, "talk_to_person", "customer") for text in ("agent please", "转人工")),
    *(Example(text, "list_tasks", "staff") for text in ("my tasks", "我的任务")),
    *(Example(text, "log_interaction", "rep") for text in ("log call with Acme", "记录和华为的电话")),
]


class BatchCounter(HashEncoder):
    """Remembers the batches that it encoded."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return super().encode_queries(texts)


def find_exclamations(text: str, context: ParseContext) -> tuple[Entity, ...]:
    return tuple(Entity("mark", mark, place, place + 1, context.role) for place, mark in enumerate(text) if mark == "!")


def recognise_log(text: str, context: ParseContext) -> str | None:
    return "log_interaction" if text.startswith("log ") and context.role == "rep" else None


@pytest.fixture(scope="module")
def parser() -> Parser:
    encoder = BatchCounter()
    return Parser(encoder, build_classifier(EXAMPLES, encoder), find_exclamations, recognise_log)


def test_a_text_is_understood_in_one_value(parser: Parser, context: ParseContext) -> None:
    understanding = parser.parse(" ｈｅｌｌｏ  there！ ", context)
    assert understanding.text == "hello there!"
    assert understanding.language == "en"
    assert understanding.intent == "greeting"
    assert understanding.alternatives[0].intent == "greeting"
    assert understanding.alternatives[0].probability == understanding.probability
    assert [(e.start, e.end, e.value) for e in understanding.entities] == [(11, 12, "customer")]
    assert np.linalg.norm(understanding.vector) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\n"])
def test_an_empty_text_means_nothing(parser: Parser, context: ParseContext, text: str) -> None:
    understanding = parser.parse(text, dataclasses.replace(context, language_hint="en"))
    assert (understanding.text, understanding.intent, understanding.probability) == ("", "out_of_scope", 1.0)
    assert understanding.entities == ()
    assert understanding.language == "en"
    assert understanding.vector.tolist() == [0.0] * parser.encoder.dim


def test_the_role_decides_which_intents_exist(parser: Parser, context: ParseContext) -> None:
    def intents(role: str) -> set[str]:
        scores = parser.parse("agent please", dataclasses.replace(context, role=role)).alternatives
        return {score.intent for score in scores}

    assert "talk_to_person" in intents("customer")
    assert "talk_to_person" not in intents("rep")
    assert "list_tasks" in intents("analyst")
    assert intents("unheard_of") == intents("customer")


def test_a_recognised_command_overrules_the_examples(parser: Parser, context: ParseContext) -> None:
    rep = dataclasses.replace(context, role="rep")
    understanding = parser.parse("log how do I get a refund", rep)
    assert understanding.intent == "log_interaction"
    assert understanding.probability >= 0.97
    assert sum(score.probability for score in understanding.alternatives) == pytest.approx(1)
    assert parser.parse("log how do I get a refund", context).intent == "question"


def test_a_recognised_command_without_examples_is_still_that_command(context: ParseContext) -> None:
    parser = Parser(
        HashEncoder(), build_classifier(EXAMPLES, HashEncoder()), find_exclamations, lambda *_: "new_command"
    )
    understanding = parser.parse("hello", context)
    assert (understanding.intent, understanding.probability) == ("new_command", 0.97)


def test_many_texts_are_encoded_in_one_call_and_come_back_in_order(context: ParseContext) -> None:
    encoder = BatchCounter()
    parser = Parser(encoder, build_classifier(EXAMPLES, encoder), find_exclamations, recognise_log)
    encoder.batches.clear()
    rep = dataclasses.replace(context, role="rep")
    texts = [("转人工", context), ("", context), ("log call with Acme", rep), ("hello", context), ("转人工", rep)]
    understood = parser.parse_many(texts)
    assert encoder.batches == [["转人工", "log call with Acme", "hello", "转人工"]]
    assert [u.text for u in understood] == ["转人工", "", "log call with Acme", "hello", "转人工"]
    assert [u.intent for u in understood[:4]] == ["talk_to_person", "out_of_scope", "log_interaction", "greeting"]
    assert understood[4].intent != "talk_to_person"
    for (text, text_context), together in zip(texts, understood, strict=True):
        alone = parser.parse(text, text_context)
        assert (alone.intent, alone.entities, alone.language) == (
            together.intent,
            together.entities,
            together.language,
        )


def test_no_texts_give_no_understandings(parser: Parser) -> None:
    assert parser.parse_many([]) == []


def test_entities_are_sought_in_the_beginning_of_a_long_text(parser: Parser, context: ParseContext) -> None:
    understanding = parser.parse("!" + "字" * MAX_SEARCHED_CHARS + "!", context)
    assert [entity.start for entity in understanding.entities] == [0]
    assert len(understanding.text) == MAX_SEARCHED_CHARS + 2


@given(text=st.text(st.characters(), max_size=40))
def test_every_text_is_understood(parser: Parser, text: str) -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    understanding = parser.parse(text, ParseContext(now=now, timezone=ZoneInfo("Asia/Shanghai")))
    assert 0 < understanding.probability <= 1 + 1e-9
    assert understanding.language in {"zh", "en"}
