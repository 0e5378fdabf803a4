"""The fields of records by their everyday words, and what a person says for their values.

Promise: one table for every command that names a field; values are typed (Money, Moment, E.164, words of the design).
Never: a record, or the rule on a value (crm_core has that).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from nlu.entities.money import find as find_money
from nlu.entities.money import parse_money
from nlu.entities.numerals import chinese_number
from nlu.entities.phones import parse_phone
from nlu.entities.stages import stage_of
from nlu.entities.times import resolve_time
from nlu.simplified import simplified
from nlu.understanding import ParseContext

FLAGS = re.IGNORECASE | re.ASCII

#: field -> its words, Chinese and English; the longer word first where one begins with another
_WORDS: tuple[tuple[str, str], ...] = (
    ("annual_amount", "年采购额|年度?(?:合作)?金额|年销售额|年合作额|annual (?:amount|spend|revenue|value|volume)"),
    ("amount", "预算|(?:商机|成交|合同|预计|预估|项目|订单|报价)?金额|(?:deal |contract )?(?:amount|value|size)|price"),
    (
        "expected_close",
        "(?:预计|预期)?(?:成交|签约|签单|结单|关单|赢单)(?:日期|时间|日)|(?:预计|预期)(?:成交|签约|签单)|结束日期|"
        "(?:expected |planned |estimated )?clos(?:e|ing)(?: date)?|expected close",
    ),
    ("stage", "(?:销售|商机|跟进)?阶段|进展|(?:deal |sales )?stage"),
    ("level", "(?:客户)?(?:级别|等级)|(?:customer |account )?(?:level|grade|tier|rating)"),
    ("decision_role", "决策角色|决策人角色|角色|decision role|buying role"),
    ("priority", "优先级|紧急程度|priority"),
    ("due_at", "截止(?:日期|时间)?|到期(?:日期|时间|日)?|期限|(?:提醒)时间|due(?: date| time)?|deadline"),
    ("partner_since", "合作(?:开始)?(?:日期|时间)|开始合作(?:日期|时间)?|partner since|customer since"),
    ("birthday", "生日|出生日期|birthday|date of birth|dob|birth date"),
    ("status", "(?:客户|任务|线索|需求)?状态|status|state"),
    (
        "mobile",
        "手机(?:号码|号)?|电话(?:号码)?|联系电话|联系方式|号码|mobile(?: number| phone)?|(?:tele)?phone(?: number)?|"
        "cell(?: ?phone)?(?: number)?|number|tel",
    ),
    ("email", "电子邮箱|邮箱(?:地址)?|电子邮件|邮件(?:地址)?|e-?mail(?: address)?"),
    ("title", "职位|职务|职称|岗位|头衔|(?:job )?title|position|job"),
    ("industry", "(?:所属)?行业|industry|sector"),
    ("size_band", "(?:公司|企业|人员)?规模|人数|(?:company )?size(?: band)?|headcount|number of employees"),
    ("address", "(?:公司|办公|详细)?地址|address"),
    ("region", "(?:所在)?(?:地区|区域|城市|省份)|region|city|area|location"),
    ("website", "网站|网址|官网|主页|web ?site|url|homepage"),
    ("source", "(?:客户|线索)?来源|渠道|(?:lead )?source"),
    ("tags", "标签|tags?|labels?"),
    ("score", "(?:线索)?(?:评分|分数|得分)|(?:lead )?score"),
    ("owner", "负责人|归属人|所有人|跟进人|客户经理|销售负责人|owner|account manager|sales ?rep|rep"),
    ("short_names", "简称|short name|alias"),
    ("account", "(?:所属|所在)?公司|(?:所属)?客户|单位|company|employer|account"),
    ("language", "(?:沟通)?语言|language"),
    ("influence", "影响力|influence"),
    ("notes", "备注|说明|notes?|remarks?|comments?"),
    ("name", "(?:公司|客户|商机|联系人)?(?:名称|全称)|名字|姓名|(?:company |full )?name"),
    ("summary", "(?:互动)?(?:内容|摘要|纪要|小结)|summary"),
)
FIELD_PATTERN = "|".join(words for _, words in _WORDS)

_STATUSES = (
    ("departed", r"离职|已离职|不在职|离开|departed|left|gone|no longer (?:there|with them)|resigned"),
    ("discarded", r"无效|作废|放弃|废弃|discarded|invalid|junk|unqualified|dropped"),
    ("silent", r"沉默|静默|休眠|不活跃|silent|dormant|inactive|sleeping|quiet"),
    ("lost", r"流失|丢失|已流失|lost|churned?"),
    ("active", r"活跃|合作中|在合作|激活|正常|在职|合作客户|active|live"),
    ("delayed", r"延期|推迟|delayed|postponed"),
    ("doing", r"进行中|处理中|开始做|doing|in progress|started|ongoing"),
    ("closed", r"(?:已)?关闭|closed"),
    ("done", r"(?:已)?完成|做完|done|completed?|finished"),
    ("todo", r"待开始|未开始|待办|to ?do|not started"),
    ("new", r"新客户|新的?|new"),
    ("assigned", r"已分配|assigned"),
)
_PRIORITIES = (
    ("high", r"高|紧急|急|最高|high(?:est)?|urgent|top|critical|p0|p1"),
    ("medium", r"中|中等|普通|一般|medium|normal|mid|p2"),
    ("low", r"低|不急|最低|low(?:est)?|p3"),
)
_INFLUENCES = (
    ("top", r"行业前十|前十|顶级|top(?: ten| 10)?"),
    ("high", r"高|大|high"),
    ("medium", r"中等?|medium"),
    ("low", r"低|小|low"),
)
_LANGUAGES = (("zh", r"中文|汉语|普通话|chinese|zh"), ("en", r"英文|英语|english|en"))
_WORDED = {"status": _STATUSES, "priority": _PRIORITIES, "influence": _INFLUENCES, "language": _LANGUAGES}
_LEVEL = re.compile(
    r"(?:level |grade |tier |class )?([SABC])\s*(?:级|类|等|级客户|类客户|[- ]?level|[- ]?tier)?", FLAGS
)
_WRAP = " \t\"'“”‘’「」『』《》,，。.;；!！:："
_DATES = frozenset({"expected_close", "due_at", "birthday", "partner_since"})
_LEAST_DIGITS = 7
#: a stage or a level told by its place beside the present one
STEPS = ("next", "previous")
#: how a deal's end is told beside its stage's name
_SHORT_STAGES = {
    **dict.fromkeys(("输", "丢", "黄"), "lost"),
    **dict.fromkeys(("赢", "拿下", "谈成", "签下"), "won"),
    "next": "next",
    "previous": "previous",
}


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((field, re.compile(rf"(?:{words})", FLAGS)) for field, words in _WORDS)


def field_of(word: str) -> str | None:
    """Name the field that a word stands for: 手机号 and 'phone number' are `mobile`."""
    folded = simplified(word).strip()
    return next((field for field, pattern in _compiled() if pattern.fullmatch(folded)), None)


def read_value(field: str, words: str, context: ParseContext) -> object | None:
    """Read what was said for a field; None where the words are no value of it.

    Money for amounts, Moment for dates, E.164 for phones, the design's words for levels, stages, statuses and
    priorities, else the words themselves without quotes.
    """
    said = words.strip(_WRAP)
    if field in {"amount", "annual_amount"}:
        return parse_money(said)
    if field in _DATES:
        return resolve_time(said, context.now, context.timezone, "past" if field in _PAST else "future")
    if field in _WORDED:
        return _worded(said, _WORDED[field])
    if field in _READERS:
        return _READERS[field](said)
    return said or None


#: what may stand beside an amount without changing it
_BESIDE_AMOUNT = re.compile(
    r"(?:大概|大约|约|差不多|around|about|approximately|roughly|only)?\s*(?P<amount>.+?)\s*(?:左右|整|上下|了|now)?",
    FLAGS,
)
_BARE_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{4,10}(?:\.\d{1,2})?")


def is_amount(words: str, context: ParseContext) -> bool:
    """Tell whether words are an amount of money and nothing else: 45w, 三十二万八, '95k', 'eighty thousand euros'."""
    match = _BESIDE_AMOUNT.fullmatch(words.strip(_WRAP))
    said = match["amount"].strip(_WRAP) if match else ""
    if _BARE_AMOUNT.fullmatch(said):
        return True
    return any((one.start, one.end) == (0, len(said)) for one in find_money(said, context))


_SHARE = re.compile(
    r"(?P<digits>\d{1,3}(?:\.\d{1,2})?)\s*(?:%|％|个点|percent|pct)"
    r"|百分之(?P<words>[\d一二三四五六七八九十]{1,3})",
    FLAGS,
)


def is_share(words: str) -> bool:
    """Tell whether words are a share of a whole: 10%, 5个点, 百分之十."""
    return _SHARE.fullmatch(words.strip(_WRAP)) is not None


def read_share(words: str) -> Decimal | None:
    """Read a share of a whole as a fraction: 10% is 0.1; None where the words are none."""
    match = _SHARE.fullmatch(words.strip(_WRAP))
    if match is None:
        return None
    number = match["digits"] or match["words"]
    return (Decimal(number) if number[0].isdigit() else Decimal(chinese_number(number))) / 100


_PAST = frozenset({"birthday", "partner_since"})


def _worded(said: str, words: tuple[tuple[str, str], ...]) -> str | None:
    folded = re.sub(
        r"^(?:an? |the )|(?:的|状态|客户|优先级?|priority|account|customer)$", "", simplified(said), flags=FLAGS
    )
    folded = folded.strip() or simplified(said)
    return next((value for value, pattern in words if re.fullmatch(pattern, folded, FLAGS)), None)


def _stage(said: str) -> str | None:
    return _SHORT_STAGES.get(simplified(said).casefold()) or stage_of(said)


def _level(said: str) -> str | None:
    match = _LEVEL.fullmatch(said)
    if match is None and said in STEPS:
        return said
    return match[1].upper() if match else None


def _email(said: str) -> str | None:
    match = re.search(r"[^\s@,，；;<>]+@[\w.-]+\.\w{2,}", said, re.ASCII)
    return match[0] if match else None


def _score(said: str) -> str | None:
    match = re.fullmatch(r"(\d{1,3})(?:\s*(?:分|points?))?", said, FLAGS)
    return match[1] if match else None


def _phone(said: str) -> str | None:
    """Give E.164; a number that phonenumbers does not know is left to the rule of the record."""
    return parse_phone(said) or (said if len(re.sub(r"\D", "", said)) >= _LEAST_DIGITS else None)


_READERS = {
    "level": _level,
    "stage": _stage,
    "mobile": _phone,
    "email": _email,
    "score": _score,
}
