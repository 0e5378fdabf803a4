"""Drafts of a file -> articles: every good row in, every bad row named, nothing half-written.

Promise: an article is found again by key and language, so importing a file twice changes nothing. Never: a commit;
with `dry_run`, a write.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import knowledge_base.importing
from knowledge_base.articles import STEPS, add_article, next_change, set_status, update_article
from knowledge_base.errors import FileUnreadable
from knowledge_base.fields import ArticleFields, clean_fields, key_of, question_of
from knowledge_base.importing.draft import Draft, RowError
from knowledge_base.models import Article, ArticleStatus
from nlu.language import detect
from nlu.text import normalise

Reader = Callable[[Path], Iterator[Draft | RowError]]
#: how much of an answer decides the language of an article whose file does not say
DETECTION_CHARS = 400
KEYS_PER_QUERY = 500


@dataclass
class ImportReport:
    """What an import did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    #: headings that mean nothing to us, in the order met
    unknown_columns: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [error._asdict() for error in self.errors],
            "unknown_columns": self.unknown_columns,
        }


def read_file(path: Path) -> Iterator[Draft | RowError]:
    """Yield the draft or the problem of each row of a file of any known format.

    Raises:
        FileUnreadable: an unknown extension, or not readable as what the extension says.
    """
    readers = _readers()
    suffix = path.suffix.casefold()
    if suffix not in readers:
        known = ", ".join(sorted(readers))
        raise FileUnreadable(
            path,
            f"has the unknown extension {suffix or '(none)'}",
            f"Save it as one of {known}.",
            problem_zh=f"扩展名 {suffix or '（无）'} 无法识别",
            remedy_zh=f"请另存为以下格式之一：{known}。",
        )
    return readers[suffix](path)


def import_file(
    session: Session,
    path: Path,
    *,
    draft: bool = False,
    dry_run: bool = False,
    now: datetime,
    author: str | None,
    timezone: tzinfo = UTC,
) -> ImportReport:
    """Write the articles of a file: published, unless `draft` or the row's own status says otherwise.

    `timezone` is meant by dates that carry none. A dry run reports the same and writes nothing.

    Raises:
        FileUnreadable: no row could be read at all; nothing was written.
    """
    status = ArticleStatus.DRAFT if draft else ArticleStatus.PUBLISHED
    run = _Import(session, status, dry_run=dry_run, now=now, author=author, timezone=timezone)
    rows = [row if isinstance(row, RowError) else _complete(row) for row in read_file(path)]
    run.find_known({row.key for row in rows if isinstance(row, _Row)})
    for row in rows:
        run.take(row)
    session.flush()
    return run.report


def _readers() -> dict[str, Reader]:
    """Return suffix -> read of every format, each module of this package that has SUFFIXES."""
    readers: dict[str, Reader] = {}
    for info in pkgutil.iter_modules(knowledge_base.importing.__path__):
        module = importlib.import_module(f"knowledge_base.importing.{info.name}")
        readers |= dict.fromkeys(getattr(module, "SUFFIXES", ()), getattr(module, "read", read_file))
    return readers


@dataclass(frozen=True)
class _Row:
    """A draft with what its file left out."""

    draft: Draft
    key: str
    language: str
    fields: ArticleFields


def _complete(draft: Draft) -> _Row:
    question = draft.fields["question"] or question_of(draft.fields["answer"])
    language = draft.language or _language_of(draft.fields)
    return _Row(draft, draft.key or key_of(question), language, {**draft.fields, "question": question})


class _Import:
    """One run over one file."""

    def __init__(
        self,
        session: Session,
        status: ArticleStatus,
        *,
        dry_run: bool,
        now: datetime,
        author: str | None,
        timezone: tzinfo,
    ) -> None:
        self.report = ImportReport()
        self._session, self._status, self._dry_run = session, status, dry_run
        self._now, self._author, self._timezone = now, author, timezone
        self._known = {(article.key, article.language): article for article in session.scalars(select(Article))}
        self._first_line: dict[tuple[str, str], int] = {}
        self._change: int | None = None

    def find_known(self, keys: set[str]) -> None:
        """Look up which articles of these keys exist."""
        ordered = sorted(keys)
        for start in range(0, len(ordered), KEYS_PER_QUERY):
            query = select(Article).where(Article.key.in_(ordered[start : start + KEYS_PER_QUERY]))
            self._known |= {(article.key, article.language): article for article in self._session.scalars(query)}

    def take(self, row: _Row | RowError) -> None:
        """Write one row, or note why not."""
        if isinstance(row, RowError):
            self.report.errors.append(row)
            return
        known = self.report.unknown_columns
        known.extend(name for name in row.draft.unknown if name not in known)
        first = self._first_line.setdefault((row.key, row.language), row.draft.line)
        if first == row.draft.line:
            self._store(row)
            return
        self._refuse(
            row,
            f"id {row.key!r} ({row.language}) stands in line {first} already",
            f"编号 {row.key}（{row.language}）与第 {first} 行重复",
        )

    def _store(self, row: _Row) -> None:
        fields = self._zoned(row.fields)
        status = self._status if self._status is ArticleStatus.DRAFT else row.draft.status or self._status
        article = self._known.get((row.key, row.language))
        if article is None:
            self.report.created += 1
            if not self._dry_run:
                self._add(key=row.key, language=row.language, status=status, **fields)
            return
        differs = _differs(article, fields)
        if status is not article.status and not self._may_become(row, article, status, differs=differs):
            return
        if differs or status is not article.status:
            self.report.updated += 1
            if not self._dry_run:
                self._update(article, fields, status)
        else:
            self.report.unchanged += 1

    def _may_become(self, row: _Row, article: Article, status: ArticleStatus, *, differs: bool) -> bool:
        """Whether the article may take that status; notes why not. A draft import never touches what is live."""
        if self._status is ArticleStatus.DRAFT and article.status is ArticleStatus.PUBLISHED:
            if differs:
                self._refuse(
                    row,
                    f"id {article.key!r} is published; a draft import leaves it alone. Import it without --draft",
                    f"编号 {article.key} 已发布，草稿导入不会改动它；请不带 --draft 导入",
                )
            else:
                self.report.unchanged += 1
            return False
        if status in STEPS[article.status]:
            return True
        self._refuse(
            row,
            f"id {article.key!r} is {article.status}; it cannot become {status} from there",
            f"编号 {article.key} 的状态是 {article.status}，不能直接变为 {status}",
        )
        return False

    def _add(self, **fields: Any) -> None:
        add_article(self._session, author=self._author, now=self._now, change=self._count(), **fields)

    def _update(self, article: Article, fields: ArticleFields, status: ArticleStatus) -> None:
        session, author, now, change = self._session, self._author, self._now, self._count()
        update_article(session, article, author=author, now=now, change=change, **fields)
        set_status(session, article, status, author=author, now=now, change=change)

    def _count(self) -> int:
        """Return the one change number of this import."""
        if self._change is None:
            self._change = next_change(self._session)
        return self._change

    def _zoned(self, fields: ArticleFields) -> ArticleFields:
        zoned = fields.copy()
        for name in ("valid_from", "valid_until"):
            moment = fields.get(name)
            if isinstance(moment, datetime) and moment.tzinfo is None:
                zoned[name] = moment.replace(tzinfo=self._timezone)
        return zoned

    def _refuse(self, row: _Row, problem: str, problem_zh: str) -> None:
        self.report.errors.append(RowError(row.draft.line, problem, problem_zh))


def _language_of(fields: ArticleFields) -> str:
    return detect(normalise(f"{fields['question']} {fields['answer'][:DETECTION_CHARS]}"))


def _differs(article: Article, fields: ArticleFields) -> bool:
    return any(getattr(article, name) != value for name, value in clean_fields(fields).items())
