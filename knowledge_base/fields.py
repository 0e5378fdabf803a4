"""The rules on an article's fields, the same for a file's row, a form and a sentence in chat.

Promise: pure; what passes can be stored and shown on every database. Never: a session.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from knowledge_base.errors import ArticleInvalid
from knowledge_base.models import Audience

MAX_KEY_CHARS = 200
MAX_QUESTION_CHARS = 1000
#: about 20 printed pages; longer texts are documents to be cut by heading
MAX_ANSWER_CHARS = 50_000
MAX_LABEL_CHARS = 200
MAX_SIMILAR = 500

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
#: the end of a first sentence, for articles that come without a question
_SENTENCE_END = re.compile(r"(?<=[。！？!?])|(?<=[.;；])\s|\n")


class ArticleFields(TypedDict, total=False):
    """The fields that people edit."""

    question: str
    answer: str
    similar: list[str]
    category: str | None
    tags: list[str]
    audience: Audience
    valid_from: datetime | None
    valid_until: datetime | None
    owner: str | None


def clean_fields(fields: ArticleFields) -> ArticleFields:
    """Trim and check the given fields.

    Raises:
        ArticleInvalid: an answer without text, a text too long, unreadable characters, dates the wrong way round.
    """
    cleaned = fields.copy()
    if "answer" in fields:
        cleaned["answer"] = clean_text("answer", fields["answer"], MAX_ANSWER_CHARS, is_needed=True)
    if "question" in fields:
        cleaned["question"] = clean_line("question", fields["question"], MAX_QUESTION_CHARS)
    if "similar" in fields:
        own = cleaned.get("question", "")
        cleaned["similar"] = [
            line for line in _clean_list("similar", fields["similar"], MAX_QUESTION_CHARS) if line != own
        ]
    if "tags" in fields:
        cleaned["tags"] = _clean_list("tags", fields["tags"], MAX_LABEL_CHARS)
    for name in ("category", "owner"):
        if fields.get(name):
            cleaned[name] = clean_line(name, str(fields[name]), MAX_LABEL_CHARS) or None
    _check_dates(cleaned)
    return cleaned


def clean_text(field: str, text: str, limit: int, *, is_needed: bool = False) -> str:
    """Trim a text of several lines and take out what no database stores.

    Raises:
        ArticleInvalid: empty though needed, too long, or with characters that could not be read.
    """
    if _SURROGATE.search(text):
        raise ArticleInvalid(
            field,
            "has characters that cannot be read; save the file as UTF-8",
            "含有无法识别的字符，请将文件另存为 UTF-8",
        )
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if is_needed and not text:
        raise ArticleInvalid(field, "is empty; an article needs an answer text", "为空，每条知识都要有答案文本")
    if len(text) > limit:
        raise ArticleInvalid(
            field, f"has {len(text)} characters; at most {limit}", f"有 {len(text)} 个字符，最多 {limit} 个"
        )
    return text


def clean_line(field: str, text: str, limit: int) -> str:
    """Trim a text and put it on one line; errors as `clean_text`."""
    return _SPACES.sub(" ", clean_text(field, text, limit).replace("\n", " ")).strip()


def _clean_list(field: str, lines: Iterable[str], limit: int) -> list[str]:
    cleaned = dict.fromkeys(clean_line(field, line, limit) for line in lines)
    cleaned.pop("", None)
    if len(cleaned) > MAX_SIMILAR:
        raise ArticleInvalid(field, f"has {len(cleaned)} entries; at most {MAX_SIMILAR}", f"超过 {MAX_SIMILAR} 条")
    return list(cleaned)


def _check_dates(fields: ArticleFields) -> None:
    start, end = fields.get("valid_from"), fields.get("valid_until")
    if start and end and end <= start:
        raise ArticleInvalid("valid_until", "is not after valid_from", "必须晚于生效时间")


def question_of(answer: str) -> str:
    """Take the first sentence of an answer as its heading, for articles that come without a question."""
    first = next((part for part in _SENTENCE_END.split(answer.strip()) if part.strip()), answer)
    return _SPACES.sub(" ", first.replace("\n", " ")).strip()[:120]


def key_of(question: str) -> str:
    """Make the key of an article that comes without one: the same for the same question, in any process."""
    plain = re.sub(r"\W+", "", question.casefold())
    return "q-" + hashlib.sha256((plain or question).encode()).hexdigest()[:12]


def to_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Spell field values as JSON keeps them: times in ISO 8601, enums as their words."""
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Audience) else value
