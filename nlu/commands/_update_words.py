"""What the words of a change are taken apart into: the record as said, its kind, further fields, and the reason.

Promise: plain values, linear in the text. Never: a way of wording (nlu/commands/_update_patterns.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of

#: verbs of setting a field, and what leads to its value
SET_ZH = (
    "(?:改|变更?|更新?|更改|修改|调整|调|设置?|换|升级?|降级?|提升?|推迟|提前|延|定|填|写|标记?|录入?|是|应该是|应为)"
)
TO_ZH = "(?:(?:为|成|到|至|作|做)(?:了)?[:：]?|[:：])"
#: the stages of the sales funnel, as they are called where a deal is moved
STAGES_ZH = (
    "初步接触|初次接触|需求确认|需求分析|方案报价|方案|报价|商务谈判|谈判|谈合同|赢单|成交|签单|签约|中标|输单"
    "|丢单|失单"
)
STAGES_EN = (
    "contacted|qualified|qualification|proposal|quotation|quote|negotiations?|negotiating"
    "|(?:closed[- ])?won|(?:closed[- ])?lost"
)
_TYPES = (
    ("opportunity", r"商机|[这那]个?单子?|单子|订单|项目|机会|deals?|opportunit(?:y|ies)|opp"),
    ("lead", r"线索|leads?"),
    ("task", r"任务|待办|tasks?|to-?dos?"),
    ("requirement", r"需求|requirements?"),
    ("contact", r"联系人|contacts?"),
    ("account", r"客户|公司|accounts?|customers?|clients?|company"),
)


@dataclass(frozen=True)
class Found:
    """A change as worded."""

    mention: str
    field: str
    value: str
    verb: str = "set"
    record_type: str | None = None
    reason: str | None = None
    organisation: str | None = None
    #: only where the mention is the name of a deal
    needs_deal: bool = False
    #: the words call it a deal: 申汇那个项目, 'Acme deal'
    is_called_deal: bool = False
    #: only where the mention is a known customer and the value one of our own people
    needs_colleague: bool = False


@dataclass(frozen=True)
class Pattern:
    """One way of wording a change; what the words do not say is fixed."""

    expression: re.Pattern[str]
    field: str | None = None
    value: str | None = None
    verb: str = "set"
    record_type: str | None = None
    needs_deal: bool = False
    needs_colleague: bool = False

    def find(self, body: str) -> Found | None:
        """Read a body that is worded this way."""
        match = self.expression.fullmatch(body)
        if match is None:
            return None
        groups = match.groupdict()
        field = self.field or field_of(groups["field"]) or ""
        named = groups.get("name") or groups.get("name2") or groups.get("name3") or ""
        mention, record_type = _take_type(named.strip(), self.record_type)
        mention, organisation = _take_organisation(mention)
        value = self.value if self.value is not None else (groups.get("value") or "").strip()
        reason = groups.get("reason") or groups.get("reason2") or groups.get("reason3")
        return Found(
            mention,
            field,
            value,
            self.verb,
            record_type,
            reason,
            organisation,
            needs_deal=self.needs_deal,
            is_called_deal=_take_type(named.strip(), None)[1] == "opportunity",
            needs_colleague=self.needs_colleague,
        )


def worded(expression: str, *, needs_deal: bool = False, needs_colleague: bool = False, **fixed: str) -> Pattern:
    """Build the pattern of a whole sentence; a full stop may follow."""
    compiled = re.compile(expression + r"[\s。.!]*", FLAGS)
    return Pattern(compiled, needs_deal=needs_deal, needs_colleague=needs_colleague, **fixed)


_MORE = re.compile(
    rf"(?:[,，;；、]|并且?|同时|\band\b)\s*(?:再)?(?:把|将|also |set |change |update )?(?:他|她|它|其|his |her "
    rf"|its |their |the )?的?"
    rf"(?P<field>{FIELD_PATTERN})\s*(?:{SET_ZH}?{TO_ZH}|\bto\b|\bas\b|=|:|是)\s*",
    FLAGS,
)
_REASON = re.compile(
    r"[\s,，;；。.]*(?:(?:,\s*)?\b(?:because(?: of)?|since(?= )|due to|as (?=they|he|she|it|the)"
    r"|(?:the )?reason(?: is|:))"
    r"|因为|由于|(?:原因|理由)(?:是|为|[:：])?|缘由[:：]?)\s*[:：]?\s*(?P<reason>[^?？]+?)[\s。.!]*$",
    FLAGS,
)
_REASON_FIRST = re.compile(
    r"(?:因为|由于|鉴于|because |since |due to )(?P<reason>[^,，]{2,80})[,，]\s*(?:所以)?(?P<rest>.+)", FLAGS
)
_NO_NAME = re.compile(
    r"(?:(?:他|她|它|我|你|您|这|那|谁|咱|其)(?:们|的|个)?.{0,2}|him|her|his|their|its|he|she|they|it|them|me|you|this|that|there|everything|"
    r".*(?:说|问|告诉|让我|想要|希望|要求|建议|为什么|怎么|如何|是不是|有没有|要不要|能不能|可不可以|是否|如果"
    r"|假如|打算|准备|"
    r"\b(?:said|says|told|tells|asked|asks|wants?|thinks?|suggested|should|would|could|if|whether|did|does|why"
    r"|how)\b).*|"
    r".*(?<!\bltd)(?<!\binc)(?<!\bco)(?<!\bcorp)(?<!\bmr)(?<!\bms)(?<!\bdr)[.!。！]\s+\S.*|"
    r"微信同?|(?:别|不|没|勿|无需|先不|把|将|请|给).*|(?:set|change|update|mark|make|put|move|rate)\b.*|.*\b(?:to"
    r"|set)|.*[?？].*|.{61,}|.*\b(?:weather|mood|mind|plan|meeting|subject|song|music"
    r"|volume|language)\b.*)",
    FLAGS,
)
_QUOTES = "\"'“”‘’「」『』《》 "
_OWNER_OF = re.compile(r"(?P<organisation>[^的]{2,20})的(?P<person>[^的]{2,20})")
_PERSON_AT = re.compile(
    r"(?P<person>.{2,40}?)(?:\s+(?:from|at|of)\s+(?P<organisation>.{2,60})"
    r"|\s*[(（](?P<inside>[^()（）]{2,40})[)）])",
    FLAGS,
)


def take_reason(body: str) -> tuple[str, str | None]:
    """Take the reason off a body: '…，因为采购量上升', '… because they doubled their order'."""
    first = _REASON_FIRST.fullmatch(body)
    if first:
        return first["rest"].strip(), first["reason"].strip()
    match = _REASON.search(body)
    if match is None or match.start() == 0:
        return body, None
    return body[: match.start()].rstrip(" ,，;；。."), match["reason"].strip()


def find_more(value: str) -> tuple[str, list[tuple[str, str]]]:
    """Split a value from further changes of the same record: 'A，状态改成活跃'."""
    marks = list(_MORE.finditer(value))
    if not marks:
        return value.strip(), []
    ends = [*(mark.start() for mark in marks[1:]), len(value)]
    more = [
        (field_of(mark["field"]) or "", value[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)
    ]
    return value[: marks[0].start()].strip(), more


#: 预计12月底签, 'closing in March', 'expected to close by May' beside another change of a deal
_CLOSES = re.compile(
    r"(?:\s*[,，;；]\s*|\s+and\s+|并且?|\s+(?=预计|预期|争取|力争))(?:(?:预计|预期|计划|争取|希望|力争)(?:在|于)?(?P<zh>[^,，;；]{2,20}?)(?:前|内)?(?:能)?(?:签|成交|签约|签单|落地|关单|签下来?|结单)"
    r"|(?:(?:is\s+)?(?:expected|likely|due|set|going|planned)\s+to\s+(?:close|sign)|closing|close[sd]?"
    r"|signing|to close|should close"
    r"|will close)\s+(?:in|on|by|at|before)?\s*(?P<en>[^,;]{3,30}?))[\s。.!]*$",
    FLAGS,
)
_FURTHER = re.compile(
    rf"(?:[,，;；]|\s+and\b|并且?|同时|[,，]?\s*and\b)\s*(?:also\s+)?(?:(?:set|change|update|raise"
    rf"|lower|make)\s+(?:his |her |its |their |the )?"
    rf"(?P<field>{FIELD_PATTERN})\s+(?:to|as|=)\s+|(?:把|将)?(?:他|她|它"
    rf"|其)?的?(?P<field2>{FIELD_PATTERN})(?:也)?{SET_ZH}{TO_ZH})(?P<value>[^,，;；]{{1,40}})$",
    FLAGS,
)


def find_further(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Take a further change off the end of a body: '… and set the amount to 230k', …，金额改成30万."""
    closes = _CLOSES.search(body)
    if closes is not None and closes.start() > 0:
        when = closes["zh"] or closes["en"]
        return body[: closes.start()].rstrip(" ,，"), [("expected_close", when.strip())]
    match = _FURTHER.search(body)
    if match is None or match.start() == 0:
        return body, []
    field = field_of(match["field"] or match["field2"])
    return body[: match.start()].rstrip(" ,，"), [(field or "", match["value"].strip())]


def is_name(mention: str) -> bool:
    """Tell whether what stands where a record's name stands can be one."""
    return bool(mention) and _NO_NAME.fullmatch(mention) is None


def _take_type(name: str, fixed: str | None) -> tuple[str, str | None]:
    """Take 'the … deal', 商机… off a name; the word says which kind of record is meant."""
    said = re.sub(r"^(?:the|our|my|我的|我们的|把|将)\s*", "", name.strip(_QUOTES), flags=FLAGS)
    for record_type, words in _TYPES:
        before = re.match(rf"(?:{words})(?:\s*[:：#]\s*|\s+|(?=[\u3400-\u9fff\"“「]|DE\d|\d))", said, FLAGS)
        after = re.search(rf"(?:\s+|的|(?:的|这|那|该)[个条笔位家]|(?<=[\u3400-\u9fff\w]))(?:{words})$", said, FLAGS)
        if before and before.end() < len(said) and not (record_type == "account" and said.startswith("公司")):
            return said[before.end() :].strip(_QUOTES + "的"), fixed or record_type
        if after and after.start() > 0 and record_type not in {"account"}:
            return said[: after.start()].strip(_QUOTES + "的"), fixed or record_type
    return said.strip(_QUOTES), fixed


def _take_organisation(mention: str) -> tuple[str, str | None]:
    match = _OWNER_OF.fullmatch(mention) or _PERSON_AT.fullmatch(mention)
    if match is None:
        return mention, None
    groups = match.groupdict()
    return match["person"].strip(), (groups.get("organisation") or groups["inside"]).strip()
