"""The everyday words for the values of enums, in both languages: what people write in a sheet for a status or a kind.

Promise: the words are data (`words.json`), read with the first cell that needs them. The values themselves are those
of crm_core/models; they are always understood too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from crm_core.errors import InvalidField
from crm_core.transfer import cells

_FILE = Path(__file__).with_name("words.json")


@cache
def _spelled() -> Mapping[str, Mapping[str, list[str]]]:
    words: dict[str, dict[str, list[str]]] = json.loads(_FILE.read_text("utf-8"))
    return words


@cache
def _parser(name: str) -> cells.Parser:
    return cells.one_of({word: value for value, words in _spelled()[name].items() for word in (value, *words)})


def _one_of(name: str) -> cells.Parser:
    def read(field: str, cell: Any, zone: tzinfo) -> Any:
        return _parser(name)(field, cell, zone)

    return read


@cache
def stage_words() -> Mapping[str, str]:
    """Return word -> key of the default stage that it means; stages are rows of the company's own.

    Source: design page, 9.
    """
    return {word: stage for stage, words in _spelled()["stage"].items() for word in words}


LEVEL = _one_of("level")
ACCOUNT_STATUS = _one_of("account_status")
INFLUENCE = _one_of("influence")
CONTACT_STATUS = _one_of("contact_status")
LEAD_STATUS = _one_of("lead_status")
INTERACTION_KIND = _one_of("interaction_kind")
TASK_STATUS = _one_of("task_status")
TICKET_KIND = _one_of("ticket_kind")
PRIORITY = _one_of("priority")
TICKET_STATUS = _one_of("ticket_status")
REQUIREMENT_KIND = _one_of("requirement_kind")
REQUIREMENT_STATUS = _one_of("requirement_status")
QUOTE_STATUS = _one_of("quote_status")
CONTRACT_STATUS = _one_of("contract_status")
SEGMENT_KIND = _one_of("segment_kind")
CAMPAIGN_CHANNEL = _one_of("campaign_channel")
CAMPAIGN_STATUS = _one_of("campaign_status")
TARGET_METRIC = _one_of("target_metric")
LANGUAGE = _one_of("language")


def satisfaction(field: str, cell: Any, zone: tzinfo) -> int:
    """Read a mark, or the word for one: 5, 5分, 非常满意."""
    try:
        return cells.number(field, cell, zone)
    except InvalidField:
        return int(_parser("satisfaction")(field, cell, zone))


@cache
def in_chinese(listed: str) -> str:
    """Return the Chinese words for the values of an enum as a remedy lists them, or the list where it is none's."""
    for section in _spelled().values():
        if listed == ", ".join(section):
            return "、".join(
                next((word for word in words if not word.isascii()), value) for value, words in section.items()
            )
    return listed
