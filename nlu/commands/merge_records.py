"""Merge two records of the same customer: 把悦购和悦购超市合并, 'merge Acme Ltd into Acme'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class MergeRecords:
    """The two records, as said."""

    drop: str
    keep: str
    #: the words say which one stays
    is_directed: bool = False
    #: account or contact, where the words say it
    record_type: str | None = None


_TYPE = r"(?:(?:两个|这两个)?(?P<kind>客户|联系人|accounts?|contacts?|customers?|records?)\s*[:：]?\s*)?"
_A, _B = r"(?P<a>[^,，;；?？]{2,60}?)", r"(?P<b>[^,，;；?？]{2,60}?)"
_DIRECTED = tuple(
    re.compile(pattern + r"[\s。.!]*", FLAGS)
    for pattern in (
        rf"(?:请?把|将)?{_TYPE}{_A}(?:合并|并|归并|合)(?:到|入|进|至){_B}(?:里面?|中|名下)?",
        rf"merge\s+{_TYPE}{_A}\s+into\s+{_B}",
    )
)
_EQUAL = tuple(
    re.compile(pattern + r"[\s。.!]*", FLAGS)
    for pattern in (
        rf"(?:请?把|将){_TYPE}{_A}(?:和|与|跟|、){_B}(?:这两个.{{0,4}})?(?:合并|合)(?:一下|起来|成一个|为一个"
        rf"|在一起|成一条)?",
        rf"合并(?:重复的?)?{_TYPE}{_A}(?:和|与|跟|、){_B}",
        rf"{_A}(?:和|与|跟){_B}(?:是)?(?:同一(?:个|家).{{0,4}}|重复了?)[,，]\s*(?:请)?(?:帮我)?合并(?:一下|吧)?",
        rf"merge\s+(?:the\s+)?(?:duplicates?\s+)?{_TYPE}{_A}\s+(?:and|with|&)\s+{_B}",
        rf"{_A}\s+and\s+{_B}\s+are\s+(?:the same.{{0,10}}|duplicates)[,.;]?\s*(?:please\s+)?merge(?:\s+them)?",
    )
)
_KINDS = {"客户": "account", "联系人": "contact", "account": "account", "contact": "contact", "customer": "account"}


def read(text: str, context: ParseContext) -> MergeRecords | None:  # noqa: ARG001 - the contract of a command
    """Read which two records are one."""
    body = hear(text).body
    if is_reported(body) or is_question(body):
        return None
    for patterns, is_directed in ((_DIRECTED, True), (_EQUAL, False)):
        for pattern in patterns:
            match = pattern.fullmatch(body)
            if match and not is_negated(body.replace(match["a"], "A", 1).replace(match["b"], "B", 1)):
                kind = (match.groupdict().get("kind") or "").lower().rstrip("s")
                return MergeRecords(
                    drop=match["a"].strip(),
                    keep=match["b"].strip(),
                    is_directed=is_directed,
                    record_type=_KINDS.get(kind),
                )
    return None


COMMAND = Command(label="merge_records", roles=STAFF, read=read, rank=34)
