"""What every reader gives: a checked draft of an article for each good row, a problem with its line for each bad one.

Promise: headings and words in Chinese and English mean the same; a row is whole or refused. Never: a session.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from knowledge_base.errors import ArticleInvalid
from knowledge_base.fields import MAX_KEY_CHARS, ArticleFields, clean_fields, clean_line
from knowledge_base.models import ArticleStatus, Audience

HEADINGS: dict[str, tuple[str, ...]] = {
    "key": ("id", "key", "编号", "知识编号", "知识id"),
    "question": ("question", "标准问题", "问题", "标准问", "标题", "title"),
    "answer": ("answer", "答案", "回答", "标准答案", "答复"),
    "similar": ("similar", "similarquestions", "相似问题", "相似问", "相似问法", "扩展问"),
    "category": ("category", "分类", "类别", "类目"),
    "tags": ("tags", "tag", "标签"),
    "language": ("language", "lang", "语言"),
    "audience": ("audience", "受众", "可见范围"),
    "status": ("status", "状态"),
    "valid_from": ("validfrom", "生效时间", "生效日期"),
    "valid_until": ("validuntil", "失效时间", "失效日期"),
    "owner": ("owner", "负责人"),
}
_FIELD_OF = {alias: name for name, aliases in HEADINGS.items() for alias in aliases}
LANGUAGE_WORDS = {
    "zh": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh", "简体中文": "zh", "cn": "zh",
    "en": "en", "english": "en", "英文": "en", "英语": "en",
}  # fmt: skip
AUDIENCE_WORDS = {
    "customer": Audience.CUSTOMER, "customers": Audience.CUSTOMER, "public": Audience.CUSTOMER,
    "客户": Audience.CUSTOMER, "外部": Audience.CUSTOMER, "公开": Audience.CUSTOMER,
    "internal": Audience.INTERNAL, "staff": Audience.INTERNAL,
    "内部": Audience.INTERNAL, "员工": Audience.INTERNAL,
}  # fmt: skip
STATUS_WORDS = {
    **{status.value: status for status in ArticleStatus},
    "草稿": ArticleStatus.DRAFT, "待审核": ArticleStatus.REVIEW, "审核中": ArticleStatus.REVIEW,
    "已发布": ArticleStatus.PUBLISHED, "已归档": ArticleStatus.ARCHIVED,
}  # fmt: skip
#: a longer cell is no heading (and patterns over foreign text stay cheap)
MAX_HEADING_CHARS = 80
_SIMILAR_SEPARATOR = re.compile(r"[|｜\n；]")
_TAG_SEPARATOR = re.compile(r"[|｜\n；;,，、]")
_HEADING_NOISE = re.compile(r"[（(\[【].*?[）)\]】]|[\s_*＊:：\ufeff-]|\d+$")


class RowError(NamedTuple):
    """A row that was refused. `line` counts from 1 in the file as an editor shows it."""

    line: int
    problem: str
    problem_zh: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A row that can become an article. Times of `fields` may be naive: the importer knows the zone."""

    line: int
    key: str | None
    #: zh, en or None: to be detected
    language: str | None
    #: None: as the import says
    status: ArticleStatus | None
    fields: ArticleFields
    #: headings that mean nothing to us
    unknown: tuple[str, ...] = field(default=())


def field_of(heading: object) -> str | None:
    """Return the field that a heading names ('标准问题（必填）', 'Similar questions 2'), None when unknown."""
    return _FIELD_OF.get(_HEADING_NOISE.sub("", str(heading or "")[:MAX_HEADING_CHARS].casefold()))


def draft_of(line: int, row: Iterable[tuple[str, object]]) -> Draft | RowError | None:
    """Build the draft of a row given as (heading, value) pairs; None for a row without any value."""
    values: dict[str, list[object]] = {}
    unknown = []
    for heading, value in row:
        name = field_of(heading)
        if name is None and heading:
            unknown.append(str(heading))
        elif name and not _is_blank(value):
            values.setdefault(name, []).append(value)
    if not values:
        return None
    try:
        return _build(line, values, tuple(unknown))
    except ArticleInvalid as error:
        return RowError(line, str(error), f"{error.field}：{error.remedy_zh}")


def _build(line: int, values: Mapping[str, list[object]], unknown: tuple[str, ...]) -> Draft:
    fields = ArticleFields(
        question=_text("question", values),
        answer=_text("answer", values),
        similar=_list("similar", values, _SIMILAR_SEPARATOR),
        tags=_list("tags", values, _TAG_SEPARATOR),
        category=_text("category", values) or None,
        audience=_word("audience", values, AUDIENCE_WORDS) or Audience.CUSTOMER,
    )
    if "owner" in values:
        fields["owner"] = _text("owner", values)
    if "valid_from" in values:
        fields["valid_from"] = _time("valid_from", values)
    if "valid_until" in values:
        fields["valid_until"] = _time("valid_until", values)
    return Draft(
        line=line,
        key=clean_line("id", _text("key", values), MAX_KEY_CHARS) or None,
        language=_word("language", values, LANGUAGE_WORDS, shorten=lambda word: re.split("[-_]", word)[0]),
        status=_word("status", values, STATUS_WORDS),
        fields=clean_fields(fields),
        unknown=unknown,
    )


def text_of(name: str, value: object) -> str:
    """Spell a cell as text: 1.0 from a spreadsheet is the number 1.

    Raises:
        ArticleInvalid: a list, an object or a truth value where a text belongs.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise ArticleInvalid(name, "is not a text", "不是文本")


def _is_blank(value: object) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _text(name: str, values: Mapping[str, list[object]]) -> str:
    return text_of(name, values[name][0]) if name in values else ""


def _list(name: str, values: Mapping[str, list[object]], separator: re.Pattern[str]) -> list[str]:
    lines: list[str] = []
    for value in values.get(name, ()):
        if isinstance(value, list | tuple):
            lines.extend(text_of(name, item) for item in value if item is not None)
        else:
            lines.extend(separator.split(text_of(name, value)))
    return lines


def _word(
    name: str,
    values: Mapping[str, list[object]],
    words: Mapping[str, Any],
    *,
    shorten: Callable[[str], str] = str,
) -> Any:
    said = _text(name, values).strip().casefold()
    if not said:
        return None
    if said in words or shorten(said) in words:
        return words.get(said) or words[shorten(said)]
    allowed = ", ".join(words)
    raise ArticleInvalid(name, f"{said[:40]!r} is not one of {allowed}", f"“{said[:40]}”不在以下词语中：{allowed}")


def _time(name: str, values: Mapping[str, list[object]]) -> datetime:
    said = _text(name, values).strip().replace("/", "-")
    try:
        return datetime.fromisoformat(said)
    except ValueError as error:
        raise ArticleInvalid(
            name, f"{said[:40]!r} is not a date such as 2026-12-31", f"“{said[:40]}”不是日期，例如 2026-12-31"
        ) from error
