"""Sections of a document -> drafts: a heading is a question, the text below it the answer, its parent the category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.errors import FileUnreadable
from knowledge_base.fields import key_of
from knowledge_base.importing.draft import Draft, RowError, draft_of


@dataclass(frozen=True)
class Section:
    """A heading with the text up to the next heading. `level` is 1 for the highest."""

    line: int
    level: int
    heading: str
    body: str


def read_sections(path: Path, sections: Sequence[Section]) -> Iterator[Draft | RowError]:
    """Yield a draft for each section with a text; one that only holds lower headings is their category.

    Raises:
        FileUnreadable: no headings.
    """
    if not sections:
        raise FileUnreadable(
            path,
            "has no headings",
            "Put each question in a heading and its answer below it.",
            problem_zh="没有标题",
            remedy_zh="请把每个问题设为标题，答案写在标题下面。",
        )
    parents: list[Section] = []
    for place, section in enumerate(sections):
        parents = [parent for parent in parents if parent.level < section.level]
        is_parent = place + 1 < len(sections) and sections[place + 1].level > section.level
        if section.body.strip() or not is_parent:
            yield from _draft(section, parents[-1].heading if parents else "")
        parents.append(section)


def _draft(section: Section, parent: str) -> Iterator[Draft | RowError]:
    key = key_of(f"{parent} {section.heading}")
    row = (("id", key), ("question", section.heading), ("answer", section.body), ("category", parent))
    drafted = draft_of(section.line, row)
    if drafted is not None:
        yield drafted
