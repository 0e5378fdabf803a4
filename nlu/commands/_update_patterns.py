"""How a change of a record is worded, in both languages.

Promise: each pattern is anchored at both ends and linear. Never: a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of

_STAGE_ZH = (
    "初步接触|初次接触|需求确认|需求分析|方案报价|方案|报价|商务谈判|谈判|赢单|成交|签单|签约|中标|输单|丢单|失单"
)
_STAGE_EN = (
    r"(?:the )?(?:contacted|qualified|qualification|proposal|quotation|quote|negotiations?|negotiating"
    r"|(?:closed[- ])?won"
    r"|(?:closed[- ])?lost)"
)
_TYPES = (
    ("opportunity", r"商机|单子|订单|项目|机会|deals?|opportunit(?:y|ies)|opp"),
    ("lead", r"线索|leads?"),
    ("task", r"任务|待办|tasks?|to-?dos?"),
    ("requirement", r"需求|requirements?"),
    ("contact", r"联系人|contacts?"),
    ("account", r"客户|公司|accounts?|customers?|clients?|company"),
)
_ZH_TYPE = "商机|单子|机会|线索|任务|待办|需求|联系人|客户"
_EN_TYPE = "deal|opportunity|opp|lead|task|to-?do|requirement|contact|account|customer|client|company"
_SET_ZH = (
    "(?:改|变更?|更新?|更改|修改|调整|调|设置?|换|升级?|降级?|提升?|推迟|提前|延|定|填|写|标记?|录入?|是|应该是|应为)"
)
_TO_ZH = "(?:(?:为|成|到|至|作|做)(?:了)?[:：]?|[:：])"
_F = f"(?P<field>{FIELD_PATTERN})"
_V = r"(?P<value>.+?)"
_N = r"(?P<name>.+?)"
_END = r"[\s。.!]*"


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


@dataclass(frozen=True)
class Pattern:
    """One way of wording a change; what the words do not say is fixed."""

    expression: re.Pattern[str]
    field: str | None = None
    value: str | None = None
    verb: str = "set"
    record_type: str | None = None

    def find(self, body: str) -> Found | None:
        """Read a body that is worded this way."""
        match = self.expression.fullmatch(body)
        if match is None:
            return None
        groups = match.groupdict()
        field = self.field or field_of(groups["field"]) or ""
        mention, record_type = _take_type(groups["name"].strip(), self.record_type)
        mention, organisation = _take_organisation(mention)
        value = self.value if self.value is not None else (groups.get("value") or "").strip()
        return Found(mention, field, value, self.verb, record_type, groups.get("reason"), organisation)


def _p(expression: str, **fixed: str) -> Pattern:
    return Pattern(re.compile(expression + _END, FLAGS), **fixed)


_SET_EN = (
    r"(?:set|change|update|modify|correct|edit|make|put|move|push|bring forward|adjust|raise|lower|increase|reduce)"
)
_TO_EN = r"(?:\s+from .{1,40}? to |\s+(?:to|as|into|is now|is|=)\s+)"
_IS_EN = r"\s*[=:]\s*"
_CLOSED = r"(?:[,，]?\s*(?:because|since|as|due to|reason:?)\s+(?P<reason>.+?))?"

PATTERNS: tuple[Pattern, ...] = (
    # tags before fields: 'add tag VIP to Acme', 给华为打上VIP标签
    _p(
        rf"(?:给|为|把|对){_N}(?:打上?|加上?|添加|贴上?|新增|增加)(?:一?个)?标签[:：]?\s*{_V}", field="tags", verb="add"
    ),
    _p(rf"(?:给|为|把|对){_N}(?:打上?|加上?|添加|贴上?|新增|增加)(?:一?个)?{_V}的?标签", field="tags", verb="add"),
    _p(rf"(?:去掉|删除|删掉|移除|取消){_N}的标签[:：]?\s*{_V}", field="tags", verb="remove"),
    _p(rf"(?:去掉|删除|删掉|移除|取消){_N}的{_V}标签", field="tags", verb="remove"),
    _p(rf"(?:把|将){_N}的(?:标签)?{_V}(?:标签)?(?:去掉|删除|删掉|移除|取消)", field="tags", verb="remove"),
    _p(
        rf"(?:add|put|attach)\s+(?:the\s+|a\s+)?(?:tag|label)s?\s*:?\s*{_V}\s+(?:to|on)\s+{_N}",
        field="tags",
        verb="add",
    ),
    _p(
        rf"(?:add|put|attach)\s+(?:the\s+|a\s+|an\s+)?{_V}\s+(?:tag|label)\s+(?:to|on)\s+{_N}", field="tags", verb="add"
    ),
    _p(rf"(?:tag|label)\s+{_N}\s+(?:as|with|:)\s*{_V}", field="tags", verb="add"),
    _p(rf"(?:remove|delete|drop)\s+(?:the\s+)?(?:tag|label)\s*:?\s*{_V}\s+from\s+{_N}", field="tags", verb="remove"),
    _p(rf"(?:remove|delete|drop)\s+(?:the\s+)?{_V}\s+(?:tag|label)\s+from\s+{_N}", field="tags", verb="remove"),
    _p(rf"untag\s+{_N}\s+(?:as|from|with|:)\s*{_V}", field="tags", verb="remove"),
    # people and owners
    _p(
        rf"(?:把|将)?{_N}(?:转交?|分配|分派|指派|移交|交接?|转派|派|划|过户)(?:给|到)(?:同事|销售)?{_V}"
        r"(?:来?(?:负责|跟进?|处理|管)|名下)?",
        field="owner",
    ),
    _p(rf"(?:分配|分派|指派|移交|转交){_N}给(?:同事|销售)?{_V}", field="owner"),
    _p(
        rf"(?:assign|reassign|transfer|hand(?: over)?|give|pass|move)\s+{_N}\s+(?:over )?to\s+"
        r"(?:(?:my )?(?:colleague|teammate)\s+)?(?P<value>(?!(?:the )?(?:stage|level|won|lost|negotiat|propos"
        r"|qualif|contacted)\b)"
        r"(?:rep|supervisor|manager|support|admin)\d*|(?-i:[A-Z])[\w.' -]{1,30}|[\u3400-\u9fff]{2,4})",
        field="owner",
    ),
    _p(rf"让{_V}(?:来)?(?:负责|接手|跟进){_N}", field="owner"),
    _p(
        rf"(?:把|将){_N}(?:设为?|设置为|标记?为|作为|定为)(?:关键|主要|首要|重要)联系人",
        field="is_key_contact",
        value="yes",
    ),
    _p(
        rf"(?:make|set|mark)\s+{_N}\s+(?:as\s+)?(?:the\s+|a\s+|our\s+)?(?:key|main|primary) contact(?:\s+(?:of"
        rf"|at|for).+)?",
        field="is_key_contact",
        value="yes",
    ),
    _p(
        rf"(?:把|将)?{_N}(?:已经?|现在|上个?[周月]|昨天|刚刚?)?(?:从.{{1,20}})?(?:离职|离开公司"
        rf"|不在.{{0,10}}(?:上班|工作|干))了?(?:[,，].*)?",
        field="status",
        value="departed",
        record_type="contact",
    ),
    _p(
        rf"{_N}\s+(?:has\s+|just\s+|'s\s+)*(?:left|resigned from|quit)(?:\s+(?:the company|his job|her job"
        rf"|their job|(?-i:[A-Z])\w+))?(?:\s+last \w+|\s+today|\s+yesterday)?",
        field="status",
        value="departed",
        record_type="contact",
    ),
    _p(
        rf"{_N}\s+no longer works\s+(?:at|for)\s+.+|{'(?P<n2>x^)'}",
        field="status",
        value="departed",
        record_type="contact",
    ),
    # a field that is named
    _p(rf"(?:请?把|将){_N}的?{_F}(?:从.{{1,20}}?)?{_SET_ZH}?{_TO_ZH}{_V}"),
    _p(rf"(?:请?把|将){_N}的?{_F}(?:推迟|提前|延|提高|降低|上调|下调|调高|调低)(?:为|成|到|至){_V}"),
    _p(rf"(?:修改|更新|更改|调整|设置|变更|改一?下|更新一下|改){_N}的?{_F}(?:为|成|到|至|[:：]|\s|是)\s*{_V}"),
    _p(rf"{_N}的?{_F}(?:现在|应该|应)?(?:改|变更?|更新|更改|修改|调整|升|降|推迟|提前|延){_TO_ZH}了?{_V}"),
    _p(rf"{_N}的(?:新)?{_F}(?:现在|应该|更新后)?(?:是|为|[:：])\s*{_V}"),
    _p(rf"{_SET_EN}\s+(?:the\s+)?{_N}(?:'s|s')\s+{_F}{_TO_EN}{_V}"),
    _p(rf"{_SET_EN}\s+(?:the\s+)?{_F}\s+(?:of|for|on)\s+(?:the\s+)?{_N}{_TO_EN}{_V}"),
    _p(rf"{_SET_EN}\s+(?:the\s+)?{_N}\s+{_F}\s+(?:to|as|=)\s*{_V}"),
    _p(rf"{_SET_EN}\s+(?:the\s+)?{_N}(?:'s|s')\s+{_F}{_IS_EN}{_V}"),
    _p(rf"{_SET_EN}\s+(?:the\s+)?{_F}\s+(?:of|for|on)\s+(?:the\s+)?{_N}{_IS_EN}{_V}"),
    _p(rf"{_N}'s\s+(?:new\s+)?{_F}\s+(?:is now|has changed to|changed to|should be|is)\s+{_V}"),
    _p(rf"(?:the\s+)?{_F}\s+(?:of|for)\s+(?:the\s+)?{_N}\s+(?:is now|has changed to|changed to|should be)\s+{_V}"),
    _p(rf"(?:new|updated?)\s+{_F}\s+(?:of|for)\s+{_N}\s*[:：]\s*{_V}"),
    # stages
    _p(
        rf"(?:把|将){_N}(?:推进|推动|推|移动?|转|挪|改|升|拉|进展|更新|调整|标记?|设)(?:为|到|至|进|成"
        rf"|入)(?:了)?(?P<value>{_STAGE_ZH})(?:阶段|状态)?了?",
        field="stage",
        record_type="opportunity",
    ),
    _p(
        rf"{_N}(?:已经?|现在|可以)?(?:进入|进展到|推进到|转入|转到|走到|到)了?(?P<value>{_STAGE_ZH})(?:的?阶段)?了?",
        field="stage",
        record_type="opportunity",
    ),
    _p(
        rf"{_N}(?:的)?(?:商机|单子|项目|机会|deal)?(?:已经?|刚刚?|终于|成功)?(?P<value>赢单|成交|签单|签约|中标"
        rf"|输单|丢单|失单|丢|输|赢|黄)了",
        field="stage",
        record_type="opportunity",
    ),
    _p(
        rf"(?:move|advance|push|progress|bring|take|mark|set|change|update|put|close)\s+(?:the\s+)?{_N}\s+(?:to"
        rf"|as|into)\s+(?P<value>{_STAGE_EN})(?:\s+stage)?{_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    _p(
        rf"(?:the\s+)?{_N}\s+(?:is|was|has been|are)\s+(?:now\s+)?(?:in\s+|at\s+)?(?P<value>negotiation"
        rf"|(?:closed[- ])?won|(?:closed[- ])?lost)(?:\s+stage)?{_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    _p(
        rf"(?:we(?:'ve| have)?\s+|i\s+|i've\s+|just\s+)*(?P<value>won|lost)\s+(?:the\s+)?{_N}\s+(?:deal"
        rf"|opportunity|order|contract){_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    # levels and statuses
    _p(
        rf"(?:把|将)?{_N}(?:升级?|降级?|提升?|调整?|定级?|评)(?:为|到|成|至)(?P<value>[SABC](?:级|类)?)(?:客户)?",
        field="level",
    ),
    _p(rf"(?:把|将){_N}(?:设|标记?|改|列|定)(?:为|成)(?P<value>[SABC](?:级|类))(?:客户)?", field="level"),
    _p(
        rf"(?:upgrade|downgrade|promote|demote|rate|grade)\s+{_N}\s+(?:to|as)\s+(?P<value>(?:level |grade "
        rf"|tier )?[SABC](?: level|-level)?)",
        field="level",
    ),
    _p(
        rf"(?:make|mark|set)\s+{_N}\s+(?:as\s+|to\s+)?(?:an?\s+)?(?P<value>(?:level |grade |tier )[SABC]"
        rf"|[SABC][- ]level)(?: customer| account)?",
        field="level",
    ),
    _p(
        rf"(?:把|将){_N}(?:标记?|设置?|改|列|转|定|变|归)(?:为|成|到)(?P<value>流失|沉默|静默|休眠|活跃|合作中"
        rf"|新客户|进行中|已完成|无效|作废|已离职)(?:客户|状态|线索)?",
        field="status",
    ),
    _p(
        rf"(?:mark|set|flag|put)\s+{_N}\s+(?:as|to)\s+(?P<value>silent|dormant|inactive|active|churned"
        rf"|lost customer|in progress|departed|discarded|invalid|junk)(?:\s+(?:account|customer|lead))?",
        field="status",
    ),
    # amounts without the field's name: 把华为的单子改成30万
    _p(
        rf"(?:把|将){_N}(?:改|调整?|更新)(?:为|成|到)(?P<value>[¥$￥]?\d[\d,.]*\s*(?:万|w|k|m|元|块|美元)+)",
        field="amount",
    ),
)
_MORE = re.compile(
    rf"(?:[,，;；、]|并且?|同时|\band\b)\s*(?:再)?(?:把|将|also |set |change |update )?(?:他|她|它|其|his |her "
    rf"|its |their |the )?的?"
    rf"(?P<field>{FIELD_PATTERN})\s*(?:{_SET_ZH}?{_TO_ZH}|\bto\b|\bas\b|=|:|是)\s*",
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
    r"(?:(?:他|她|它|我|你|您|这|那|谁|咱|其)(?:们|的|个)?.{0,2}|him|her|it|them|me|you|this|that|there|everything|"
    r".*(?:说|问|告诉|让我|想要|希望|要求|建议|为什么|怎么|如何|是不是|有没有|要不要|能不能|可不可以|是否|如果"
    r"|假如|打算|准备|"
    r"\b(?:said|says|told|tells|asked|asks|wants?|thinks?|suggested|should|would|could|if|whether|did|does|why"
    r"|how)\b).*|"
    r"(?:别|不|没|勿|无需|先不|把|将|请|给).*|.*[?？].*|.{61,}|.*\b(?:weather|mood|mind|plan|meeting|subject|song|music"
    r"|volume|language)\b.*)",
    FLAGS,
)
_QUOTES = "\"'“”‘’「」『』《》 "
_OWNER_OF = re.compile(r"(?P<organisation>[^的]{2,20})的(?P<person>[^的]{2,20})")
_PERSON_AT = re.compile(r"(?P<person>.{2,40}?)\s+(?:from|at|of)\s+(?P<organisation>.{2,60})", FLAGS)


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


def is_name(mention: str) -> bool:
    """Tell whether what stands where a record's name stands can be one."""
    return bool(mention) and _NO_NAME.fullmatch(mention) is None


def _take_type(name: str, fixed: str | None) -> tuple[str, str | None]:
    """Take 'the … deal', 商机… off a name; the word says which kind of record is meant."""
    said = re.sub(r"^(?:the|our|my|我的|我们的)\s*", "", name.strip(_QUOTES), flags=FLAGS)
    for record_type, words in _TYPES:
        before = re.match(rf"(?:{words})(?:\s*[:：#]\s*|\s+|(?=[\u3400-\u9fff\"“「]))", said, FLAGS)
        after = re.search(rf"(?:\s+|的|这个|那个|(?<=[\u3400-\u9fff\w]))(?:{words})$", said, FLAGS)
        if before and before.end() < len(said) and not (record_type == "account" and said.startswith("公司")):
            return said[before.end() :].strip(_QUOTES + "的"), fixed or record_type
        if after and after.start() > 0 and record_type not in {"account"}:
            return said[: after.start()].strip(_QUOTES + "的"), fixed or record_type
    return said.strip(_QUOTES), fixed


def _take_organisation(mention: str) -> tuple[str, str | None]:
    match = _OWNER_OF.fullmatch(mention) or _PERSON_AT.fullmatch(mention)
    return (match["person"].strip(), match["organisation"].strip()) if match else (mention, None)
