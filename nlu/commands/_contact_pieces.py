"""A person's fields from the pieces in which they were told: 'Li Na, buyer at Acme, 138…', 华为的刘强 采购经理."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.entities import emails, phones
from nlu.name_forms import surname_of
from nlu.understanding import Entity, ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateContact:
    """The contact to create; empty or None where nothing was said."""

    name: str
    account: str | None = None
    title: str | None = None
    #: E.164
    mobile: str | None = None
    email: str | None = None
    source: str | None = None
    region: str | None = None
    #: comes after one who left: of the same company
    is_successor: bool = False
    #: (field or label, words) of what else a form told
    details: tuple[tuple[str, str], ...] = ()


_FLAGS = re.IGNORECASE | re.ASCII
_PIECE = re.compile(r"[^,，;；\n、/|]+")
_LABELS = {
    "name": r"姓名|名字|name|叫|联系人",
    "account": r"公司(?:名称?)?|单位|客户|所属公司|company|account|works? (?:at|for)|from|at|来自",
    "title": r"职位|职务|岗位|title|position|job",
    "mobile": r"手机号?(?:码)?|电话(?:号码)?|联系电话|联系方式|号码|mobile|phone(?: number)?|tel|cell",
    "email": r"邮箱|邮件|电子邮件|e-?mail",
    "source": r"(?:线索)?来源|来自(?=展会|官网|转介绍|广告|电话)|渠道|(?:lead )?source(?: is)?",
    "region": r"地区|区域|城市|所在地|region|city",
}
_LABELLED = tuple(
    (field, re.compile(rf"(?:{label})\s*(?:[:：]|是|为|\s)?\s*(?P<value>.*)", _FLAGS))
    for field, label in _LABELS.items()
)
TITLE_WORDS = (
    r"(?:采购|销售|市场|财务|技术|运营|产品|项目|行政|人事|物流|商务|区域|大区|品类|门店|渠道|电商|供应链"
    r"|信息|IT|品牌|高级|副|总|助理|首席|仓储|客服|招商|企划|生产|质量|工程|媒介|媒体|公关|法务|培训|内容|活动"
    r"|大客户|客户|品控|品保"
    r"|测试|研发|设备|安全|审计|税务|战略|投资|设计|教学|护理|药剂|进出口|外贸|国际|数据|算法|网络|运维|资深|执行"
    r"|业务|车间|厂务|后勤)*"
    r"(?:经理|总监|总裁|主管|主任|专员|负责人|部长|店长|老板|老总|董事长|总经理|助理|工程师|采购员?|财务"
    r"|会计|出纳|行政|秘书|顾问|CEO|CTO|CFO|COO|合伙人|创始人|买手|代表|处长|科长|院长|厂长|总工|副总"
    r"|校长|园长|馆长|行长|主编|策划|教练|工程部|市场部|采购部|PM|BD|HR|VP|IT)"
)
_ZH_TITLE = re.compile(rf"(?P<account>.{{0,30}}?)(?:的|公司的)?(?P<title>{TITLE_WORDS})$", _FLAGS)
#: a department between company and post: 渤海化工设备部主任
_DEPARTMENT = re.compile(
    r"(?P<account>.{2,24}?)(?P<dept>(?:采购|设备|财务|技术|工程|信息|研发|质量|质检|生产|物流|行政|人事|市场|销售"
    r"|运营|法务|仓储"
    r"|项目|后勤|IT|安全|品管|电商|培训)+(?:部门?|科|处|中心|室|组)?)",
    _FLAGS,
)
_EN_TITLE_AT = re.compile(
    r"(?:(?:the|a|an|our|their)\s+)?(?P<title>[A-Za-z][\w &/.-]{1,50}?)\s+(?:at|of|for|with|from"
    r"|@)\s+(?P<account>.{2,60})",
    _FLAGS,
)
_EN_AT = re.compile(r"(?:(?:is|works|working)\s+)?(?:at|from|of|with|for|@)\s+(?P<account>.{2,60})", _FLAGS)
_EN_TITLES = re.compile(
    r"\b(?:buyer|manager|director|ceo|cto|cfo|coo|cmo|vp|president|head|owner|founder|engineer|assistant"
    r"|purchas\w*|procurement|sales|marketing|finance|"
    r"accountant|secretary|lead|chief|officer|consultant|partner|supervisor|planner|merchandiser|specialist"
    r"|executive|coordinator|administrator|analyst)\b",
    _FLAGS,
)
_COMPANY = re.compile(
    r"公司|集团|超市|科技|技术|贸易|商贸|有限|股份|银行|酒店|工厂|\b(?:ltd|inc|corp|co|llc|group|company)\b", _FLAGS
)
#: 华为的刘强 采购经理, 北岸咖啡的老板申屠海, Oak & Elm Studio的Megan Reid
_OF_COMPANY = re.compile(
    rf"(?P<account>[^\s的]{{2,20}}|[A-Z][\w&.'-]*(?: [\w&.'-]+){{0,5}})\s*的\s*(?P<title>{TITLE_WORDS})?[\s:：]*"
    r"(?P<name>[\u3400-\u9fff]{2,4}|[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,3})(?:\s+(?P<rest>.+))?",
    re.ASCII,
)
#: 北岸咖啡老板申屠海: company, post and name run together
_GLUED = re.compile(
    rf"(?P<account>(?!{TITLE_WORDS}[\u3400-\u9fff]{{2,4}}$)[^\s的]{{2,16}}?)?(?P<title>{TITLE_WORDS})"
    r"(?P<name>[\u3400-\u9fff]{2,3})(?P<rest>)"
)
#: "Brightside Gym's owner Tony Gray"
_OWNED = re.compile(
    r"(?P<account>[A-Z][\w&.' -]{1,40}?)'s (?P<title>[a-z][\w -]{1,30}?),? (?P<name>[A-Z][\w'-]*(?: [A-Z][\w'-]*)+)"
    r"(?P<rest>)",
    re.ASCII,
)
_NAME_AND_REST = re.compile(
    r"(?P<name>[\u3400-\u9fff]{2,4}\d{0,6}|[A-Za-z][\w.'-]*(?:\s(?:[A-Z][\w.'-]*|\d{1,6}(?=\s|$))){0,3})"
    r"(?:\s+(?P<rest>.+))?",
    re.ASCII,
)


def is_title(words: str) -> bool:
    """Tell whether words are nothing but a post: 采购经理, 'Head of Sales'."""
    chinese = _ZH_TITLE.fullmatch(words)
    if chinese is not None:
        return not chinese["account"].strip()
    return words.isascii() and len(words.split()) <= _MOST_TITLE_WORDS and _EN_TITLES.search(words) is not None


#: words of an English post
_MOST_TITLE_WORDS = 5


def read_person(text: str, context: ParseContext) -> CreateContact:
    """Read a person's fields from 'Li Na, buyer at Acme, 13800001111'."""
    found_phones, found_emails = phones.find(text, context), emails.find(text, context)
    words = _blank(text, [*found_phones, *found_emails])
    values: dict[str, str] = {}
    pieces = [piece[0].strip() for piece in _PIECE.finditer(words)]
    for piece in _name_first(pieces):
        _read_piece(piece, values)
    return CreateContact(
        name=values.get("name", "").strip(" \"'“”‘’"),
        account=values.get("account"),
        title=values.get("title"),
        mobile=str(found_phones[0].value) if found_phones else None,
        email=str(found_emails[0].value) if found_emails else None,
        source=values.get("source"),
        region=values.get("region"),
    )


def _name_first(pieces: list[str]) -> list[str]:
    """Put the person before the company where it was said the other way: 'Oak & Elm Studio, Megan Reid, …'."""
    spoken = [piece for piece in pieces if piece]
    if len(spoken) < 2 or not _IS_COMPANY.fullmatch(spoken[0]) or not _IS_PERSON.fullmatch(spoken[1]):
        return pieces
    return [spoken[1], spoken[0], *spoken[2:]]


#: words that only a company's name has, and what is nothing but a person's name
_IS_COMPANY = re.compile(
    r"[A-Z][^,]* & .+|[A-Z].* (?:Ltd|Inc|Corp|Co|LLC|GmbH|AG|AS|SA|Group|Company|Studios?|Gym|Labs?|Systems|Foods?"
    r"|Logistics|Hotels?|Bank|Partners|Trading|Robotics|Industries|Solutions|Services|Media|Tools|Motors|Clinic|School"
    r"|Cafe|Bakery|Timber|Packaging)\.?|[\u3400-\u9fff]{2,}(?:公司|集团|超市|银行|酒店|工厂|医院|学校)",
    re.ASCII,
)
_IS_PERSON = re.compile(r"[A-Z][\w'-]*(?: [A-Z][\w'-]*){1,2}|[\u3400-\u9fff]{2,4}", re.ASCII)


def _blank(text: str, taken: list[Entity]) -> str:
    for one in taken:
        text = text[: one.start] + "," * (one.end - one.start) + text[one.end :]
    return text


def _read_piece(piece: str, values: dict[str, str]) -> None:
    labelled = next(((field, found) for field, pattern in _LABELLED if (found := pattern.fullmatch(piece))), None)
    if labelled:
        field, match = labelled
        if match["value"].strip() and field not in {"mobile", "email"}:
            values.setdefault(field, match["value"].strip())
    elif "name" not in values:
        _read_name(piece, values)
    else:
        _read_role(piece, values)


def _read_name(piece: str, values: dict[str, str]) -> None:
    """Take the name; what follows it without a comma is read as the rest."""
    english = re.fullmatch(
        r"(?P<name>[A-Za-z][\w.' -]{1,40}?)\s+(?:(?:at|from|of|@)\s+(?P<account>.{2,60})"
        r"|\((?P<inside>[^)]{2,60})\))",
        piece,
        _FLAGS,
    )
    match, of = _NAME_AND_REST.fullmatch(piece), _of_company(piece)
    if english:
        values["name"] = english["name"].strip()
        values["account"] = (english["account"] or english["inside"]).strip()
    elif of:
        values["name"] = of["name"]
        for field in ("account", "title"):
            if of[field]:
                values.setdefault(field, of[field])
        _read_words(of["rest"] or "", values)
    elif _has_label(piece):
        _read_words(piece, values)
    elif match and match["rest"]:
        values["name"] = match["name"]
        _read_behind(match["rest"], values)
    elif piece:
        values["name"] = piece


def _read_behind(rest: str, values: dict[str, str]) -> None:
    for word in rest.split():
        labelled = any(pattern.fullmatch(word) for _, pattern in _LABELLED)
        _read_piece(word, values) if labelled or not word.isascii() else _read_role(rest, values)


def _of_company(piece: str) -> re.Match[str] | None:
    """Read a person with the company before the name: 华为的刘强 采购经理, 北岸咖啡老板申屠海."""
    of = _OF_COMPANY.fullmatch(piece)
    if of and (of["name"].isascii() or surname_of(of["name"])):
        return of
    glued = _GLUED.fullmatch(piece)
    is_sure = glued is not None and surname_of(glued["name"]) is not None and not is_title(glued["name"])
    return glued if is_sure else _OWNED.fullmatch(piece)


def _has_label(piece: str) -> bool:
    """Tell whether a label names the person further on: 贝壳工作室 联系人田园."""
    name = dict(_LABELLED)["name"]
    return any((found := name.fullmatch(word)) and found["value"] for word in piece.split()[1:])


def _read_words(words: str, values: dict[str, str]) -> None:
    """Read words that no comma parts: the labelled by their label, the others as company or post."""
    for word in words.split():
        if any(pattern.fullmatch(word) for _, pattern in _LABELLED):
            _read_piece(word, values)
        else:
            _read_role(word, values)


def _read_role(piece: str, values: dict[str, str]) -> None:
    """Read 'buyer at Acme', 华为采购经理, 'Acme', 采购经理."""
    chinese, at, place = _ZH_TITLE.fullmatch(piece), _EN_TITLE_AT.fullmatch(piece), _EN_AT.fullmatch(piece)
    dept = _DEPARTMENT.fullmatch(chinese["account"].strip()) if chinese else None
    if chinese and dept:
        values.setdefault("title", dept["dept"] + chinese["title"])
        values.setdefault("account", dept["account"])
    elif chinese:
        values.setdefault("title", chinese["title"])
        if chinese["account"].strip():
            values.setdefault("account", chinese["account"].strip())
    elif at:
        values.setdefault("title", at["title"].strip())
        values.setdefault("account", at["account"].strip())
    elif place:
        values.setdefault("account", place["account"].strip())
    elif not any(char.isalpha() for char in piece):  # a number that is nobody's phone
        return
    elif "account" in values or (_EN_TITLES.search(piece) and not _COMPANY.search(piece)):
        values.setdefault("title", piece)
    else:
        values.setdefault("account", piece.removesuffix("的"))
