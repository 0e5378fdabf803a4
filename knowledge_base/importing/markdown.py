"""Markdown by heading (`#` to `######`); fenced code is never a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge_base.importing.decoding import read_text
from knowledge_base.importing.draft import Draft, RowError
from knowledge_base.importing.sections import Section, read_sections

SUFFIXES = (".md", ".markdown")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")


def read(path: Path) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each section, in order.

    Raises:
        FileUnreadable: no text, or no headings.
    """
    return read_sections(path, list(_sections(read_text(path))))


def _sections(text: str) -> Iterator[Section]:
    start, level, heading, body = 0, 0, "", list[str]()
    fence = ""
    for line, content in enumerate(text.split("\n"), start=1):
        fence = _next_fence(fence, content)
        match = None if fence else _HEADING.match(content)
        if match is None:
            body.append(content)
            continue
        if level:
            yield Section(start, level, heading, "\n".join(body))
        start, level, heading, body = line, len(match[1]), match[2], []
    if level:
        yield Section(start, level, heading, "\n".join(body))


def _next_fence(fence: str, content: str) -> str:
    match = _FENCE.match(content)
    if match is None:
        return fence
    if not fence:
        return match[1]
    return "" if match[1] == fence else fence
