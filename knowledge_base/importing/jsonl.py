"""JSON lines: one article a line, `{"id", "question", "answer", "similar": […], "category", "tags", …}`.

A file that is one JSON array is read too; its "lines" are then the places in the array.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge_base.importing.decoding import read_text
from knowledge_base.importing.draft import Draft, RowError, draft_of

SUFFIXES = (".jsonl", ".ndjson", ".json")


def read(path: Path) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each line, in order.

    Raises:
        FileUnreadable: no text.
    """
    for line, value in read_objects(path):
        row = value if isinstance(value, RowError) else draft_of(line, value.items())
        if row is not None:
            yield row


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, object] | RowError]]:
    """Yield (line, object) for each line that has one, (line, problem) for the others.

    Raises:
        FileUnreadable: no text.
    """
    text = read_text(path)
    for line, value in _array(text) or _lines(text):
        if isinstance(value, dict | RowError):
            yield line, value
        else:
            yield (
                line,
                RowError(
                    line,
                    'is not a JSON object such as {"question": …}',
                    '不是 JSON 对象，例如 {"question": …}',
                ),
            )


def _array(text: str) -> list[tuple[int, object]]:
    if not text.lstrip().startswith("["):
        return []
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return list(enumerate(values, start=1))


def _lines(text: str) -> Iterable[tuple[int, object]]:
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip():
            yield line, _parse(line, content)


def _parse(line: int, content: str) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        problem = getattr(error, "msg", "too deeply nested")
        return RowError(line, f"is not JSON: {problem}", f"不是有效的 JSON：{problem}")
