from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.errors import ExamplesInvalid
from nlu.examples import (
    Example,
    canonical_label,
    labels_of_role,
    load_examples,
    read_examples,
    rows_for_labels,
)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_file_is_read_in_order_over_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    lines = '\ufeff{"text": "hi", "label": "greeting"}\r\n\n  \n{"text": "再见", "label": "goodbye"}\n'
    examples = read_examples(write(tmp_path / "train.jsonl", lines))
    assert examples == [Example("hi", "greeting"), Example("再见", "goodbye")]


@pytest.mark.parametrize("label", [None, "oos", "OOS", "out_of_scope", "none", "", "out of scope"])
def test_a_word_for_no_intent_is_out_of_scope(tmp_path: Path, label: str | None) -> None:
    path = write(tmp_path / "f.jsonl", json.dumps({"text": "x", "label": label}))
    assert read_examples(path)[0].label == "out_of_scope"
    assert canonical_label(label) == "out_of_scope"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '"text"',
        '{"label": "a"}',
        '{"text": "a"}',
        '{"text": "", "label": "a"}',
        '{"text": "  ", "label": "a"}',
        '{"text": 5, "label": "a"}',
        '{"text": "a", "label": 5}',
        '{"text": "a", "label": "b"',
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "bad.jsonl", f'{{"text": "ok", "label": "a"}}\n\n{line}\n')
    with pytest.raises(ExamplesInvalid, match=r"bad\.jsonl:3") as caught:
        read_examples(path)
    assert caught.value.line == 3


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00bad"])
def test_a_file_that_is_missing_or_not_utf8_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "f.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExamplesInvalid, match="UTF-8"):
        read_examples(path)


def test_a_file_holds_only_the_label_of_its_name(tmp_path: Path) -> None:
    write(tmp_path / "shared" / "greeting.jsonl", '{"text": "bye", "label": "goodbye"}')
    with pytest.raises(ExamplesInvalid, match=r"greeting\.jsonl.*goodbye"):
        load_examples(tmp_path)


def test_one_file_more_is_one_intent_more(tmp_path: Path) -> None:
    write(tmp_path / "customer" / "book_visit.jsonl", '{"text": "book a visit", "label": "book_visit"}')
    examples = load_examples() + load_examples(tmp_path)
    assert "book_visit" in labels_of_role("customer", examples)
    assert "book_visit" not in labels_of_role("rep", examples)


EXAMPLES = (
    Example("hi", "greeting", "shared"),
    Example("weather", "out_of_scope", "shared"),
    Example("my tasks", "out_of_scope", "customer"),
    Example("agent", "talk_to_person", "customer"),
    Example("my tasks", "list_tasks", "staff"),
    Example("log call", "log_interaction", "rep"),
)


def test_a_role_has_the_intents_of_its_audiences() -> None:
    assert labels_of_role("customer", EXAMPLES) == {"greeting", "out_of_scope", "talk_to_person"}
    assert labels_of_role("rep", EXAMPLES) == {"greeting", "out_of_scope", "list_tasks", "log_interaction"}
    assert labels_of_role("analyst", EXAMPLES) == {"greeting", "out_of_scope", "list_tasks"}
    assert labels_of_role("stranger", EXAMPLES) == labels_of_role("customer", EXAMPLES)


def test_what_is_out_of_scope_for_one_audience_is_not_taught_to_another() -> None:
    assert rows_for_labels(labels_of_role("customer", EXAMPLES), EXAMPLES) == [0, 1, 2, 3]
    assert rows_for_labels(labels_of_role("rep", EXAMPLES), EXAMPLES) == [0, 1, 4, 5]


def test_a_table_is_read_like_lines(tmp_path: Path) -> None:
    path = tmp_path / "examples.csv"
    path.write_text(
        '\ufeffid,Text,Label\n1,"I want a refund, now",refund\n\n2,今天天气真好,\n3,"two\nlines",oos\n',
        encoding="utf-8",
    )
    assert [(one.text, one.label) for one in read_examples(path)] == [
        ("I want a refund, now", "refund"),
        ("今天天气真好", "out_of_scope"),
        ("two\nlines", "out_of_scope"),
    ]


@pytest.mark.parametrize(
    ("content", "line"), [("question,answer\na,b\n", 1), ("text,label\nhello,greeting\n ,refund\n", 3), ("", 1)]
)
def test_a_bad_table_is_named_by_its_line(tmp_path: Path, content: str, line: int) -> None:
    path = tmp_path / "examples.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ExamplesInvalid) as caught:
        read_examples(path)
    assert caught.value.line == line
