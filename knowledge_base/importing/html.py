"""HTML by heading (h1 to h6): the visible text, a line for each block; scripts, styles and navigation left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from knowledge_base.importing.decoding import read_text
from knowledge_base.importing.draft import Draft, RowError
from knowledge_base.importing.sections import Section, read_sections

SUFFIXES = (".html", ".htm")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = frozenset({"script", "style", "head", "nav", "template", "noscript", "svg"})
_BLOCKS = frozenset({"p", "div", "li", "br", "tr", "ul", "ol", "table", "section", "blockquote", "pre", "dd", "dt"})
_SPACES = re.compile(r"\s+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[Section] = []
        self._open: tuple[int, int] | None = None
        self._hidden = 0
        self._in_heading = False
        self._heading: list[str] = []
        self._body: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _HEADINGS:
            self.finish()
            self._open, self._in_heading = (self.getpos()[0], _HEADINGS[tag]), True
        elif tag in _BLOCKS:
            self._body.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _HEADINGS:
            self._in_heading = False
        elif tag in _BLOCKS:
            self._body.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            (self._heading if self._in_heading else self._body).append(_SPACES.sub(" ", data))

    def finish(self) -> None:
        """Close the open section, if any."""
        if self._open is not None:
            lines = (line.strip() for line in "".join(self._body).split("\n"))
            body = "\n".join(line for line in lines if line)
            self.sections.append(Section(*self._open, "".join(self._heading).strip(), body))
        self._open, self._heading, self._body = None, [], []


def read(path: Path) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each section, in order.

    Raises:
        FileUnreadable: no text, or no headings.
    """
    reader = _Reader()
    reader.feed(read_text(path))
    reader.close()
    reader.finish()
    return read_sections(path, reader.sections)
