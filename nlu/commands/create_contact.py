"""Create a contact: 'new contact Li Na, buyer at Acme, 13800001111', 新增联系人 李娜，华为采购经理，手机13800001111."""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.commands._command import STAFF, Command
from nlu.commands._contact_pieces import TITLE_WORDS, CreateContact, read_person
from nlu.commands._fields import read_value
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_form
from nlu.commands._new_person import find_successor, read_new_person
from nlu.commands._utterance import Utterance, hear
from nlu.commands.create_task import ends_as_task
from nlu.name_forms import surname_of
from nlu.understanding import ParseContext

__all__ = ["COMMAND", "CreateContact", "read", "read_person"]

_FLAGS = re.IGNORECASE | re.ASCII
_HEADS = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:new|add|create|register|save|enter)(?:\s+(?:a|an|the|new|another|as))*\s+contact(?: "
        r"person)?\b\s*(?:called|named|record|:|：|-|–|,)?\s*",
        r"(?:新增|新建|添加|创建|录入|录|登记|建|加|保存|存|add|create|new)\s*(?:一下|一个|一位|个"
        r"|位)?\s*(?:新的?)?(?:客户)?(?:联系人|contact|对接人)(?:信息|资料)?(?:叫|名字叫|姓名|[:：,，\s-])*",
        r"(?:新联系人|联系人新增|联系人新建)[:：,，\s]*(?:叫)?",
    )
)
#: a company alone: 给海云加个联系人; who it is comes next
_NOBODY_YET = re.compile(
    r"(?:给|为|替|在)(?P<account>[^,，:：;；?？]{2,30}?)(?:那边|这边|公司|里|下面?)?(?:再)?(?:新增|新建|添加|创建"
    r"|登记|建|加)"
    r"(?:一下)?(?:一?[个位名])?(?:新的?)?(?:联系人|对接人)[\s。.!！]*",
    _FLAGS,
)
#: 永丰食品新来了个采购叫曾小贤 手机136…; 'Globex has a new buyer, Jane Doe, 555…': news of a person, with his number
_NEWCOMER = tuple(
    re.compile(pattern + r"[\s,，:：]*(?P<rest>.*)", _FLAGS)
    for pattern in (
        r"(?P<account>[^,，:：;；?？]{2,30}?)(?:那边|那里|公司)?(?:新来|来|换|新招|新|多)了(?:一?[个位名]"
        r"|位)?(?:新的?)?(?P<title>[\u3400-\u9fffA-Za-z]{2,10}?)[,，]?(?:叫|名叫|姓名|是"
        r"|名字[是叫])(?P<name>[\u3400-\u9fff]{2,4}|[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)",
        r"(?P<account>[^,:;?]{2,40}?) (?:(?:just|recently|has just|have just) )?(?:has|have|got"
        r"|hired|appointed|brought in) (?:an? )?(?:new )?(?P<title>[a-z][\w ]{2,30}?)[,:]?\s+(?:called |named "
        r"|is )?(?P<name>(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)+)",
        r"new (?P<title>[a-z][\w ]{2,30}?) (?:at|for|from) (?P<account>[^,:;?]{2,40}?)\s*(?:is|:"
        r"|,)\s*(?P<name>(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)+)",
    )
)
#: 'new contact at Stellar Foods: Wei Jie Ong, …', 'create a contact for Bluewave - Lukas Braun, …'
_AT_COMPANY = re.compile(
    r"\s*(?:at|for|from|with|of|in)\s+(?P<account>[^,:;?]{2,60}?)\s*(?::|,|\s-+\s|–|—)\s*(?P<rest>.+)", _FLAGS
)
#: 把永丰食品新采购主管江燕加进来，微信同手机150…: company, post and name in one breath
_ADDED = re.compile(
    r"(?:请?把|将)(?P<person>[^,，:：;；?？]{4,40}?)(?:加|添加|录|存|建|登记|新增|拉)(?:进来|进去|上|入|到(?:系统"
    r"|CRM|联系人)(?:里|中)?|为联系人"
    r"|成联系人)[\s,，:：]*(?P<rest>.*)",
    _FLAGS,
)
_SAME_NUMBER = re.compile(r"微信同(?:手机)?号?|(?:手机|电话)?微信同号|微信(?=\d)")
#: 'add Linda Park from Orion as a contact, mobile 138...'
_NAMED_FIRST = re.compile(
    r"(?P<verb>add|save|register"
    r"|create)\s+(?P<person>[A-Z][^,，]{1,60}?)\s+as\s+(?:an?\s+)?(?:new\s+)?contact\b[\s,，:]*(?P<rest>.*)",
    _FLAGS,
)


def read(text: str, context: ParseContext) -> CreateContact | None:
    """Read the contact's fields: the name first, the rest by label or by what it looks like."""
    form = read_form(text)
    return _of_form(form, context) if form is not None else _read_told(text, context)


def _read_told(text: str, context: ParseContext) -> CreateContact | None:
    """Read a sentence about a new person."""
    heard = hear(text)
    known = _read_of_known(heard, context)
    if known is not None or ends_as_task(heard.body):
        return known
    named = _NAMED_FIRST.fullmatch(heard.body)
    if named and not is_negated(named["verb"]) and not is_question(heard.body):
        return read_person(f"{named['person']}, {named['rest'] or ''}", context)
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if is_question(heard.body) or is_reported(heard.body):
        return None
    if head is None or is_negated(head[0]):
        return (_read_added(heard, context) or _read_newcomer(heard, context)) if head is None else None
    rest = heard.said(heard.start + head.end(), heard.end)
    at = _AT_COMPANY.fullmatch(rest)
    if at is not None:
        return replace(read_person(at["rest"], context), account=at["account"].strip())
    return _company_first(rest, context) or read_person(rest, context)


def _of_form(form: Form, context: ParseContext) -> CreateContact | None:
    """Read a form of a new person: 新增联系人 姓名：…；公司：…；职务：…."""
    if form.command != "create_contact":
        return None
    department, title = form.get("department"), form.get("title")
    if department and title and not title.isascii() and department not in title:
        title = department + title
    mobile, email = form.get("mobile"), form.get("email")
    taken = {"name", "people", "account", "title", "department", "mobile", "email", "source", "region"}
    details = [
        (one.name if one.name in _DETAILS else one.label, one.value) for one in form.parts if one.name not in taken
    ]
    return CreateContact(
        name=form.get("name", "people") or next(iter(form.loose), ""),
        account=form.get("account"),
        title=title or department,
        mobile=str(read_value("mobile", mobile, context) or "") or None if mobile else None,
        email=str(read_value("email", email, context) or "") or None if email else None,
        source=form.get("source"),
        region=form.get("region"),
        details=tuple(details),
    )


#: what else a contact has a field for
_DETAILS = frozenset({"birthday", "decision_role", "language", "tags"})


def _read_of_known(heard: Utterance, context: ParseContext) -> CreateContact | None:
    """Read a new person of a known company, in any order of words, or one who comes after another."""
    nobody = _NOBODY_YET.fullmatch(heard.body)
    if nobody is not None:
        return CreateContact(name="", account=nobody["account"].strip())
    person = None if ends_as_task(heard.body) else read_new_person(heard, context)
    if person is not None:
        return CreateContact(**vars(person))
    successor = find_successor(heard)
    return None if successor is None else replace(read_person(successor, context), is_successor=True)


def _company_first(rest: str, context: ParseContext) -> CreateContact | None:
    """Read '渤海化工 苏晴 财务总监 138…': the company before the person, where the first word is no person's name."""
    first, _, others = rest.partition(" ")
    name = others.lstrip().split(" ")[0].split(",")[0] if others else ""
    if surname_of(name) is None or not _NAME_ZH.fullmatch(name) or not _is_company(first, context):
        return None
    return replace(read_person(others.strip(), context), account=first)


def _is_company(word: str, context: ParseContext) -> bool:
    known = context.find_names(word) if context.find_names else ()
    if any((one.start, one.end) == (0, len(word)) and not one.is_person for one in known):
        return True
    return len(word) > _LONGEST_PERSON or (len(word) >= _LONGEST_PERSON and surname_of(word) is None)


#: characters of a Chinese person's name
_LONGEST_PERSON = 4
_NAME_ZH = re.compile("[\u3400-\u9fff]{2,4}")


def _read_added(heard: Utterance, context: ParseContext) -> CreateContact | None:
    """Read a person who is to be added to a known company: 把永丰食品新采购主管江燕加进来."""
    match = _ADDED.fullmatch(heard.body)
    known = context.find_names(match["person"]) if match and context.find_names else ()
    company = next((one for one in known if not one.is_person and one.start == 0), None)
    if match is None or company is None or is_negated(heard.body):
        return None
    words = match["person"][company.end :].lstrip("的那边 ").removeprefix("新来").lstrip("新的")
    post = re.match(TITLE_WORDS, words, _FLAGS)
    name = words[post.end() :].lstrip("的 ") if post else words
    if surname_of(name) is None or not _NAME_ZH.fullmatch(name):
        return None
    rest = read_person(f"{name},{_SAME_NUMBER.sub('', match['rest'])}", context)
    account = match["person"][: company.end]
    return replace(rest, name=name, account=account, title=post[0] if post else rest.title)


def _read_newcomer(heard: Utterance, context: ParseContext) -> CreateContact | None:
    """Read news of a person; without a number or an order to keep it, it is only told."""
    match = next((found for pattern in _NEWCOMER if (found := pattern.fullmatch(heard.body))), None)
    if match is None or is_negated(heard.body):
        return None
    rest = read_person(f"{match['name']},{match['rest']}", context)
    is_wanted = _KEEP.search(match["rest"]) is not None
    if not (rest.mobile or rest.email or is_wanted):
        return None
    return CreateContact(
        name=match["name"],
        account=match["account"].strip(),
        title=match["title"].strip(),
        mobile=rest.mobile,
        email=rest.email,
    )


_KEEP = re.compile(
    r"(?:帮我|请)?(?:建|加|存|录|记|新建|添加|登记)(?:一下|上|个|进)|\b(?:add|save|create|note)\b", _FLAGS
)


COMMAND = Command(label="create_contact", roles=STAFF, read=read, rank=35)
