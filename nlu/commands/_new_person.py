"""A new contact of a known company, in any order of words: 科硕来了个新采购 叫鲍春来 138…; '(Orion, lab lead) pls add'.

Promise: the company is known, the person has a name, and every word is taken for something, else nothing is read.
Never: a record; an order to keep what was not ordered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question
from nlu.commands._utterance import Utterance
from nlu.entities import emails, phones
from nlu.name_forms import surname_of
from nlu.simplified import simplified
from nlu.understanding import Entity, ParseContext


@dataclass(frozen=True)
class Person:
    """What is told of a new person."""

    name: str
    account: str
    title: str | None
    mobile: str | None
    email: str | None


#: longer than this is a story
LONGEST = 200
_HEAD = re.compile(
    r"(?:(?:新增|新建|添加|创建|录入|录|登记|建|加|保存|存|记|new|add|create|save|register)\s*(?:一下|一个|一位|个|位"
    r"|a|an|the)?[\s,]*(?:新的?|new)?\s*"
    r"(?:客户)?(?:联系人|contact(?:\s+person)?|对接人|名片|人)(?:信息|资料)?|(?:收到|拿到"
    r"|交换了?)?(?:一?张)?(?:新)?名片|新\s*(?:联系人|contact|对接人)"
    r"|(?:请|帮我|麻烦)*(?:存|记|加|录|登记)(?:一下|个人)(?=\s)|联系人"
    r"|(?:(?:i|we)\s+)?(?:just\s+)?(?:(?:got|have|received|collected|picked up)\s+)?(?:an?\s+|the\s+)?(?:new\s+)?"
    r"business\s+card"
    r"|(?:new\s+)?contact)(?:\s*(?:[:：,，]|[-–]\s|叫|是|of|from|at|for)+\s*|\s+"
    r"|(?<=联系人|对接人)(?=[\u3400-\u9fff]))",
    FLAGS,
)
#: 'Add Nora Blake, purchasing assistant at Acme, …'
_ADD = re.compile(r"(?:add|save|register|enter|create|put)\s+(?=(?-i:[A-Z])[\w'-]+\s+(?-i:[A-Z]))", FLAGS)
_NEWS = re.compile(
    r"(?:那边|那里|公司)?又?(?:新来[了的]?|来了|新?换了|新招了?|招了|新|多了"
    r"|有了?)(?:一?[个位名])?(?:新的?)?(?:(?:对接人|联系人|同事|人)[,，\s]*(?:叫|是|名叫)"
    r"|(?:对接人|联系人|同事)[,，\s]*(?=[\u3400-\u9fffA-Z])|(?=[\u3400-\u9fff]))"
    r"|(?:there's|there is|we have|we've got|they have|they've got|they hired|has|have|got|hired|met)\s+(?:an?\s+"
    r"|the\s+)?new\s+"
    r"(?:(?:guy|person|contact|colleague|man|woman|lady|one|face|hire)\b)?|new\s+(?:guy|person|hire|face)\b",
    FLAGS,
)
_TAIL = re.compile(
    r"[\s,，。.]*(?:(?:请|麻烦|帮我|帮忙|给我)*(?:把?(?:他|她|这个人|人|名片))?(?:存|记|加|录|建|登记|保存|添加|录入"
    r"|收)(?:一?下|上|进来|进去|进(?:系统|CRM|通讯录)|到?(?:联系人|系统|CRM|通讯录)里?|入|个)*(?:联系人)?(?:吧|了)?"
    r"|(?:and\s+)?(?:please\s+|pls\s+|can you\s+|kindly\s+)*(?:save|add|store|create|register)(?:\s+(?:him|her|them|it"
    r"|this|that))?(?:\s+down)?"
    r"(?:\s+(?:as\s+an?\s+(?:new\s+)?contact|(?:to|in)\s+(?:my|the|our)?\s*(?:contacts|crm|system)))?(?:\s+(?:please"
    r"|pls|thanks|thx))?)[\s。.!！]*$",
    FLAGS,
)
#: a post that somebody else has now: 财务换成了颜如玉
_CHANGED = re.compile(
    r"(?<=[\u3400-\u9fff])(?:现在)?(?:换成|改成|换)了?(?:一?个|一?位)?(?:新的?)?(?:叫|是)?(?=[\u3400-\u9fff])"
)
#: an order to keep somebody, wherever it stands
_ORDERS = re.compile(
    r"\b(?:please\s+|pls\s+|and\s+|kindly\s+)*(?:add|put|save|create|register|enter|get)\s+(?:him|her|them)\b"
    r"(?:\s+(?:in|down|up|to\s+(?:my|the|our)\s+contacts))?(?:\s+as(?:\s+an?)?(?:\s+(?:new\s+)?contact\b)?)?"
    r"|\b(?:in|down)\s+as\s+an?\s+(?:new\s+)?contact\b|\bas\s+an?\s+(?:new\s+)?contact\b"
    r"|(?:存|加|录|建|登记|添加|记|设)(?:成|为|作|到)[\s,，]*(?:新的?)?(?:联系人|对接人)"
    r"|[,，\s](?:请|麻烦|帮我)*(?:把)?(?:他|她)?(?:加|录|存|放|拉|登记|添加)(?:进|到|入)(?:来|去)?(?:我的"
    r"|客户)?(?:联系人|通讯录|系统|CRM)?(?:里|中)?",
    FLAGS,
)
_ALSO = re.compile(r"^(?:(?:再|另外|顺便|还|also|and)[\s,，]*)+", FLAGS)
_TAKE = re.compile(r"^(?:请?把|将)(?=.)", FLAGS)
#: what joins the company to the person
_JOINT_AFTER = re.compile(r"(?:的|那边|那里|公司|集团|里)*", FLAGS)
_JOINT_BEFORE = re.compile(
    r"(?:(?:[,，]?\s*\b(?:at|from|of|with|for|in|to|works?|working|who)\s+|@\s*)+(?:the\s+)?"
    r"|(?:^|(?<=[\s,，]))(?:再|另外)?(?:给|为|替|帮|往|到)|在|来自|是|公司[:：\s]*)$",
    FLAGS,
)
_PIECE = re.compile(
    r"[,，;；、\n|/()（）:：。]+|\s+[-–—]\s+|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])|的"
    r"|(?<=[\u3400-\u9fff])(?:名?叫做?|姓名[是为]?)(?=[\u3400-\u9fffA-Z])"
    r"|\s+as\s+(?:(?:an?|the|our|their|its|new)\s+)*(?=[A-Za-z])"
)
_LABEL = re.compile(
    r"^(?:(?:the\s+|their\s+)?new\s+|(?:姓名|名字|name|叫做?|名叫|called|named|his name is|her name is|职位|职务|岗位"
    r"|title|position"
    r"|role"
    r"|部门|任|担任|是|(?:做|负责|管|主管)(?=[\u3400-\u9fff]{2,6}$)|as|is|he's|she's|he is|she is"
    r"|(?:who\s+)?(?:(?:he|she|they)\s+)?(?:runs|heads|leads|handles|manages|looks after"
    r"|(?<=they )(?:run|head|lead|handle|manage|look after)|(?:is|are) in charge of"
    r"|(?:is|are) responsible for)(?:\s+(?:the|their))?)\s*(?:是|is)?\s*[:：]?\s*)+",
    FLAGS,
)
_NOISE = re.compile(
    r"(?:(?:他|她|他们|的|个|位|一个|新|手机号?码?|电话号?码?|联系电话|联系方式|号码|邮箱|邮件|电邮|微信同?号?|微信|来"
    r"|了|那边|是|在"
    r"|his|her|their|the|a|an|mobile|phone|cell|tel|number|e-?mail|mail|address|is|and|at|on|with|as|who|named|called"
    r"|works?|new|guy|person|(?:m|t|e|p)(?=[.:]))\s*)+[.:：]?",
    FLAGS,
)
_HAN_NAME = re.compile("[\u3400-\u9fff]{2,4}")
_EN_NAME = re.compile(
    r"(?:(?-i:[A-Z])[\w.'’-]*)(?:\s+(?:(?-i:[A-Z])[\w.'’-]*|van|von|de|der|da|bin|al))*\s+(?:(?-i:[A-Z])[\w.'’-]*)",
    FLAGS,
)
_MIXED_NAME = re.compile(r"(?-i:[A-Z])[a-z]+(?:\s+(?-i:[A-Z])[a-z]+)?")
_POST_END = (
    r"(?:总?经理|总监|总裁|主管|主任|专员|负责人|部长|店长|老板|老总|董事长?|助理|工程师|采购员?|财务|会计|出纳|行政"
    r"|秘书|顾问|合伙人|创始人|买手|代表"
    r"|处长|科长|课长|院长|厂长|总工|副总|库管|文员|业务员?|销售|技术|设计师?|经办人?|对接人|运营|运维|质检员?|调度员?"
    r"|班长|组长|队长|校长|行长"
    r"|测试|店员|前台|人事|法务|研发|仓管|架构师|产品|市场|客服|主编|编辑|教练|老师|医生|律师)"
)
_POST_ZH = re.compile(
    rf"[\u3400-\u9fffA-Za-z&]{{0,10}}?{_POST_END}|[\u3400-\u9fff]{{2,8}}(?:部门?|科|处|中心|室|组)|(?-i:[A-Z]{{2,4}})",
    FLAGS,
)
_POST_EN = re.compile(r"[A-Za-z][\w&/.'-]*(?:\s+(?:&\s+)?[A-Za-z][\w&/.'-]*){0,4}")
_GLUED = re.compile(rf"(?P<title>[\u3400-\u9fff]{{0,6}}{_POST_END})(?P<name>[\u3400-\u9fff]{{2,3}})", FLAGS)
_GLUED_BACK = re.compile(rf"(?P<name>[\u3400-\u9fff]{{2,3}})(?P<title>[\u3400-\u9fff]{{0,6}}{_POST_END})", FLAGS)


def read_new_person(heard: Utterance, context: ParseContext) -> Person | None:
    """Read a new person of a known company from an utterance that orders to keep him, or tells of him with a number."""
    said = heard.said(heard.start, heard.end)
    text = simplified(said).replace("联络人", "联系人")
    if context.find_names is None or not text or len(text) > LONGEST or is_question(text) or is_negated(text):
        return None
    found_phones, found_emails = phones.find(text, context), emails.find(text, context)
    company = _company(text, [*found_phones, *found_emails], context)
    if company is None:
        return None
    words, comes_after = _take_predecessor(_blank(text, [*found_phones, *found_emails], company))
    words, is_ordered, is_news = _strip(words)
    is_news = is_news or comes_after
    if not (is_ordered or (is_news and (found_phones or found_emails))):
        return None
    sorted_out = _sort_out(words)
    if sorted_out is None:
        return None
    place = text.find(sorted_out[0])
    return Person(
        name=said[place : place + len(sorted_out[0])] if place >= 0 else sorted_out[0],
        account=text[company[0] : company[1]],
        title=sorted_out[1],
        mobile=str(found_phones[0].value) if found_phones else None,
        email=str(found_emails[0].value) if found_emails else None,
    )


#: who was there before: 'the successor of Peter Johnson is', 接替老周的是
_PREDECESSOR = re.compile(
    r"(?:the\s+)?(?:new\s+)?(?:successor|replacement)\s+(?:of|for|to)\s+(?:(?-i:[A-Z])[\w'-]+\s*){1,3},?\s*(?:is|:)\s*",
    FLAGS,
)


def _take_predecessor(words: str) -> tuple[str, bool]:
    """Take off who was there before, and tell whether there was one."""
    taken = _PREDECESSOR.sub("", words)
    return taken, taken != words


def _company(text: str, taken: list[Entity], context: ParseContext) -> tuple[int, int] | None:
    """Give where the one known company stands, outside of addresses."""
    known = context.find_names(text) if context.find_names else ()
    free = [one for one in known if not any(each.start <= one.start < each.end for each in taken)]
    companies = [one for one in free if not one.is_person]
    return (companies[0].start, companies[0].end) if len(companies) == 1 else None


def _blank(text: str, taken: list[Entity], company: tuple[int, int]) -> str:
    """Put a comma where a number, an address or the company stands, with the words that join it."""
    after = _JOINT_AFTER.match(text, company[1])
    before = _JOINT_BEFORE.search(text[: company[0]])
    spans = [(one.start, one.end) for one in taken]
    spans.append((before.start() if before else company[0], after.end() if after else company[1]))
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]},{text[end:]}"
    return text


def _strip(words: str) -> tuple[str, bool, bool]:
    """Take the order and the news off the words; tell whether each was there."""
    words = _ALSO.sub("", words.strip(" \t,，"))
    head = _HEAD.match(words) or _ADD.match(words)
    is_contact = head is not None and not re.fullmatch(r"(?:联系人|contact)\W*", head[0], FLAGS)
    if head:
        words = words[head.end() :]
    tail = _TAIL.search(words)
    if tail:
        words = words[: tail.start()]
    take = _TAKE.match(words)
    if take and (tail or _ORDERS.search(words)):
        words = words[take.end() :]
    words = words.strip(" \t,，")
    news = _NEWS.match(words)
    if news:
        words = words[news.end() :]
    changed = _CHANGED.search(words)
    words, orders = _ORDERS.subn(",", _CHANGED.sub(",", words))
    return words, is_contact or tail is not None or orders > 0, news is not None or changed is not None


def _sort_out(words: str) -> tuple[str, str | None] | None:
    """Give the name and the post; None where a piece is neither, or there is no name."""
    name: str | None = None
    posts: list[str] = []
    for piece in (one.strip(" \t.。!！\"'“”") for one in _PIECE.split(words)):
        rest = _LABEL.sub("", piece).strip()
        if not rest or _NOISE.fullmatch(rest):
            continue
        if name is None and (glued := _glued(rest)):
            name = glued["name"]
            posts.append(glued["title"])
        elif name is None and _is_name(rest):
            name = rest
        elif _is_post(rest) or _DOES.match(piece):
            posts.append(rest)
        else:
            return None
    if name is None or len(posts) > 2:
        return None
    return name, _join(posts)


#: what somebody does, in place of his post: 做验收的, 负责外贸
_DOES = re.compile(r"(?:做|负责|主管|管)[\u3400-\u9fff]{2,6}$")


def _join(posts: list[str]) -> str | None:
    if not posts:
        return None
    return ("" if "\u3400" <= posts[0][-1] <= "\u9fff" else ", ").join(posts)


def _glued(piece: str) -> re.Match[str] | None:
    """Read a post and a name in one word: 财务柳青, 贺涛策划总监."""
    for pattern in (_GLUED, _GLUED_BACK):
        match = pattern.fullmatch(piece)
        if match and surname_of(match["name"]) and not _POST_ZH.fullmatch(match["name"]):
            return match
    return None


def _is_name(piece: str) -> bool:
    if _HAN_NAME.fullmatch(piece):
        return surname_of(piece) is not None and not _is_chinese_post(piece)
    return _EN_NAME.fullmatch(piece) is not None or _MIXED_NAME.fullmatch(piece) is not None


def _is_chinese_post(piece: str) -> bool:
    return _POST_ZH.fullmatch(piece) is not None


def _is_post(piece: str) -> bool:
    if _is_chinese_post(piece):
        return True
    return piece.isascii() and _POST_EN.fullmatch(piece) is not None


#: who comes after somebody who left
_SUCCESSOR = re.compile(
    r"(?:现在|目前|以后)?(?:接替|接手|接任|顶替|替代|继任|接班)(?:他|她|的|其)*(?:工作|位置|岗位|职位)?的?(?:同事"
    r"|人)?(?:是|叫|为|[:：])\s*(?P<zh>.+)"
    r"|(?:他|她|其)?的?(?:继任者?|接班人|接任者|接替者|接替人|后任)(?:是|叫|为|[:：])\s*(?P<zh2>.+)"
    r"|(?:his|her|their|the)\s+(?:replacement|successor)\s+(?:is|will be|:)\s*(?P<en>.+)"
    r"|(?:he|she|they)\s+(?:has been|have been|was|were|is|are)\s+(?:replaced|succeeded)\s+by\s+(?P<en2>.+)",
    FLAGS,
)


def find_successor(heard: Utterance) -> str | None:
    """Give what is told of who comes after one who left: 接替她的是苗圃 电话…, 'his replacement is Dana Fox'."""
    match = _SUCCESSOR.fullmatch(heard.body)
    if match is None or is_question(heard.body) or is_negated(heard.body):
        return None
    group = next(name for name in ("zh", "zh2", "en", "en2") if match[name])
    return heard.group(match, group)
