"""Create a customer company: 'new customer Acme Ltd', 新建客户 悦购超市."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FIELD_PATTERN, field_of
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, is_known_company, read_form
from nlu.commands._utterance import Utterance, hear
from nlu.entities.numerals import chinese_number
from nlu.simplified import simplified
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateAccount:
    """The company to create; the name is empty where none was said."""

    name: str
    #: (field, words) of what else was said of it
    details: tuple[tuple[str, str], ...] = ()


_FLAGS = re.IGNORECASE | re.ASCII
_HEADS = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:(?:new|add|create|register|set up|open|enter)(?:\s+(?:a|an|the|new|another))*\s+)(?:business "
        r"|corporate |b2b )?(?:customer|account|client|company|prospect)\b\s*(?:(?:record|entry|profile)\s+)?(?:called"
        r"|named|for|record|:|：|-"
        r"|–|,)?\s*",
        r"(?:新增|新建|添加|创建|录入|录|登记|建立?|开|加|add|create)\s*(?:一下|一个|一家|个"
        r"|家)?(?:新的?)?(?:企业|公司|潜在|大)?(?:客户|公司|企业|account|customer)(?:公司|档案|资料|建档)?"
        r"(?!联系人|跟进|拜访|关怀|互动|活动|分群|标签|名单|列表|需求|的)(?:叫|名称(?:是|为|叫)?|[:：,，\s-])*",
        r"(?:新客户|客户建档|客户新增|新客户建档|建档)[:：,，\s]+(?:叫)?",
    )
)
#: 'add Coral Bay Resorts as an account, website …', 把晨光文具建为客户
_NAMED_FIRST = re.compile(
    r"(?:add|create|register|save"
    r"|enter)\s+(?P<en>(?-i:[A-Z])[^,，:;?]{1,60}?)\s+as\s+(?:an?\s+)?(?:new\s+)?(?:account|customer|client"
    r"|company|prospect)\b[\s,，:：]*(?P<rest>.*)"
    r"|(?:请?把|将)(?P<zh>[^,，:：;；?？的]{2,30}?)(?:建|加|录|存|新增|添加|登记)(?:为|成"
    r"|作)(?:新)?客户[\s,，:：]*(?P<rest2>.*)",
    _FLAGS,
)
#: 给山海图文有限公司建个档，行业印刷
_FILED = re.compile(
    r"(?:给|为|帮|把)?(?!新?(?:客户|公司|企业)[建开立])(?P<zh>[^,，:：;；?？的]{2,40}?)(?:建|开|立)(?:一?个|一份"
    r"|份|一下)?(?:新)?(?:客户)?档案?"
    r"(?=$|[\s,，。:：])[\s,，:：。]*(?P<rest>.*)",
    _FLAGS,
)
_PIECES = re.compile(r"[,，;；、\n]\s*")
_LABELLED = re.compile(
    rf"(?P<field>{FIELD_PATTERN})(?:\s*(?:[:：]|是|为|\bis\b)\s*|\s+|(?<=[\u3400-\u9fff]))(?P<value>.+)", _FLAGS
)
_LOOKS = (
    ("level", re.compile(r"(?:level |grade |tier )?(?P<value>[SABC])(?:级|类|[- ]level)?(?:客户)?", _FLAGS)),
    ("industry", re.compile(r"(?P<value>.{1,20})(?:行业|industry)", _FLAGS)),
    (
        "size_band",
        re.compile(
            r"(?:(?:公司|企业|他们)?(?:员工|人员|规模|人数|团队))?"
            r"(?:(?:他们|有|约|大约|大概|差不多|将近|接近|近|是|不到|不足|under|less than|fewer than|up to|they|with"
            r"|has|have|is|it's|of"
            r"|an?|about|around|roughly"
            r"|approximately|approx\.?|some|nearly|almost|circa|~)\s*)*"
            r"(?P<value>(?:(?:over|more than|超过)\s*)?(?:\d[\d,+<>-]*|[一二两三四五六七八九十百千]{2,6})\s*"
            r"(?:[来多几]?(?:个|名|号)?(?:人|员工)(?:以上|以下|左右|的(?:公司|团队|规模))?|[- ]?(?:people|persons?"
            r"|employees|staff|workers"
            r"|heads)"
            r"(?:\s+(?:company|team|strong|or so))?))",
            _FLAGS,
        ),
    ),
    ("region", re.compile(r"(?:在|位于|based in |located in |in )(?P<value>.{2,40})", _FLAGS)),
    ("website", re.compile(r"(?P<value>(?:https?://|www\.)\S+)", _FLAGS)),
)
_NAME = re.compile(r"(?P<name>[^,，;；。\n!！?？]{2,80})")


def read(text: str, context: ParseContext) -> CreateAccount | None:
    """Read the company's name: up to the first comma."""
    form = read_form(text)
    if form is not None:
        return None if is_known_company(form, context) else _of_form(form)
    heard = hear(text)
    first = _first_name(heard)
    if first is not None and not is_negated(heard.body) and not is_question(heard.body):
        return CreateAccount(name=first[0], details=_details(first[1], first[0]))
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None or is_negated(head[0]) or is_question(heard.body) or is_reported(heard.body):
        return None
    name = read_name(text) or ""
    return CreateAccount(name=name, details=_details(heard.said(heard.start + head.end(), heard.end), name))


def _of_form(form: Form) -> CreateAccount | None:
    """Read a form of a new company: 客户建档：名称：…；行业：…；地区：…."""
    if form.command != "create_account":
        return None
    details = [(one.name, _in_digits(one.value)) for one in form.parts if one.name not in {"account", "name", "people"}]
    return CreateAccount(name=form.get("account", "name") or next(iter(form.loose), ""), details=tuple(details))


def _details(rest: str, name: str) -> tuple[tuple[str, str], ...]:
    """Read the pieces after the name: by their labels, or by what they look like."""
    if rest.startswith(name):
        rest = f"{name},{rest[len(name) :]}"
    pieces = [piece.strip() for piece in _PIECES.split(_BEHIND.sub(",", rest))]
    found: dict[str, str] = {}
    for piece in pieces[1:] if pieces and pieces[0].startswith(name) else pieces:
        field, words = _detail(piece)
        if field and words:
            found.setdefault(field, words)
    return tuple(found.items())


def _detail(piece: str) -> tuple[str | None, str]:
    piece = simplified(piece)
    labelled = _LABELLED.fullmatch(piece)
    if labelled:
        field_name = field_of(labelled["field"])
        value = labelled["value"].strip()
        return field_name, _in_digits(value) if field_name == "size_band" else value
    for field, pattern in _LOOKS:
        match = pattern.fullmatch(piece)
        if match:
            return field, _in_digits(match["value"].strip())
    return None, ""


def _in_digits(words: str) -> str:
    """Write a headcount in words with digits: 五百人以上 as 500人以上."""
    return re.sub(
        "[一二两三四五六七八九十百千]{2,6}(?=\\s*[来多几]?(?:个|名|号)?(?:人|员工))",
        lambda number: str(chinese_number(number[0])),
        words,
    )


def _first_name(heard: Utterance) -> tuple[str, str] | None:
    """Give a company that is named before what is to be done with it, and what follows; None where there is none."""
    filed = _FILED.fullmatch(heard.body)
    if filed is not None:
        return heard.group(filed, "zh") or "", heard.group(filed, "rest") or ""
    named = _NAMED_FIRST.fullmatch(heard.body)
    if named is None:
        return None
    said = heard.group(named, "en") or heard.group(named, "zh") or ""
    return said, heard.group(named, "rest") or heard.group(named, "rest2") or ""


def read_name(text: str) -> str | None:
    """Read only the name that an order to create an account gives."""
    heard = hear(text)
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    name = _NAME.match(heard.folded, heard.start + head.end(), heard.end) if head else None
    if name is None:
        first = _first_name(heard)
        return first[0] if first else None
    return _own_name(heard.said(name.start(), name.end())).strip(" \"'“”.")


#: what of the company stands behind its name with only a space before it; in English only with a colon or an 'is'
_BEHIND = re.compile(
    rf"(?<=[\u3400-\u9fff\w)）.])\s+(?=(?:with|has|have)\s+(?:(?:about|around|roughly|some|over|nearly|almost"
    rf"|more than)\s+)?\d"
    r"[\d,+-]*\s*(?:people|employees|staff|workers)\b)"
    rf"|(?<=[\u3400-\u9fff\w)）.])\s+(?=(?:{FIELD_PATTERN})(?:\s*(?:[:：是为]|\bis\b)"
    rf"|(?<=[\u3400-\u9fff])\s*[\u3400-\u9fff\w]))",
    _FLAGS,
)


def _own_name(said: str) -> str:
    """Give the name without the fields that follow it: 澄澈水务有限公司 行业环保."""
    return _BEHIND.split(said, maxsplit=1)[0]


COMMAND = Command(label="create_account", roles=STAFF, read=read)
