"""People and companies as they were said: 'Mr. Chen from Acme', 华为的张伟、李娜, 'Zhang Wei and Li Na'.

Promise: spans of the text, never a record; which one is meant is for nlu.names and the handler. Linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Mention:
    """A person or a company as said. `organisation` is the company that was named with a person."""

    text: str
    #: offsets into the normalised text, end exclusive
    start: int
    end: int
    organisation: str | None = None


_AND = re.compile(
    r"\s*(?:,|，|、|\band\b|\bas well as\b|\+"
    r"|(?<=[\u3400-\u9fff])(?:还有|和|与|跟|及|以及)(?=[\u3400-\u9fffA-Za-z])(?!平|谐))\s*",
    re.IGNORECASE | re.ASCII,
)
_FROM = re.compile(
    r"^(?P<person>.{1,40}?)\s*(?:\b(?:from|at|of)\s+|@\s*|[(（]\s*(?:from\s+"
    r"|at\s+)?)(?P<organisation>[^()（）]{1,60}?)\s*[)）]?$",
    re.IGNORECASE | re.ASCII,
)
_OWNED = re.compile(r"^(?P<organisation>[A-Z][\w&.-]*(?: [A-Z][\w&.-]*){0,3})'s (?P<person>[A-Z].{1,30})$")
_BESIDE = re.compile("^(?P<organisation>[\u3400-\u9fff]{2,16}) (?P<person>[\u3400-\u9fff]{2,5})$")
_OF = re.compile("^(?P<organisation>[^的]{2,20})(?:公司|集团|那边|那里|这边)?的(?P<person>[^的]{2,20})$")
#: What stands before a name without being part of it.
_LEAD = re.compile(
    r"(?:(?:the|our|my|their|a|an|customer|client|prospect|contact|account)\s+|(?:我们的|我的|咱们的|老客户"
    r"|新客户|大客户|客户|联系人|对方|那个|一?趟|一下|了|过))+",
    re.IGNORECASE | re.ASCII,
)
_TRAIL = re.compile(
    r"(?<=[a-z]) (?:office|hq|headquarters|plant|factory|warehouse|site|people|team|guys|folks)$|的人$|'s$"
    r"|(?<=[\u3400-\u9fff])[一二两三四五六七八九十\d]个人$"
    r"|(?<=[\u3400-\u9fff])了$"
    r"|(?<=[\u3400-\u9fff]{2})的?(?:采购员?|采购部|财务|财务部|负责人|对接人|联系人|前台|业务员|工程部|市场部)$"
    r"|[\s,，、:：;；.。—–-]+$|(?:那边|那里|这边|他们|等人|一下|的)$"
)
#: a full name, and the surname again with a title: 丁磊丁总
_TITLED_AGAIN = re.compile(
    r"(?P<name>(?P<surname>[\u3400-\u9fff])[\u3400-\u9fff]{1,2})(?P=surname)(?:总|工|董|经理|主任|姐|哥|老师|科长|厂长|院长)"
)
_PERSONAL = re.compile(
    r"^(?:my (?:own )?(?:mum|mom|mother|dad|father|parents?|wife|husband|son|daughter|kids?|child(?:ren)?"
    r"|brother|sister|friends?|girlfriend|boyfriend|family|aunt|uncle|"
    r"grand\w+|boss|manager|colleagues?|coworkers?|team(?:mates?)?|doctor|dentist|landlord|dog|cat)"
    r"|我?(?:妈妈?|爸爸?|老婆|老公|爷爷|奶奶|外婆|外公|哥哥?|姐姐?|弟弟?|妹妹?|儿子|女儿|孩子|女朋友|男朋友"
    r"|朋友|家人|亲戚|室友|房东|同学|领导|老板|经理|同事们?|我?妈|我?爸))$",
    re.IGNORECASE | re.ASCII,
)
#: A post without a name.
_ROLE = re.compile(
    r"^(?:(?:the|their|his|her|new|senior|chief|head|vice)\s+)*(?:c[efotm]o|ceo|cfo|cto|buyer|manager"
    r"|director|owner|boss|procurement|purchasing|sales|finance|accountant|assistant|secretary|"
    r"(?:purchasing|procurement|sales|marketing|finance|it|store|project|product|general|category"
    r"|operations) (?:manager|director|team|department|head|lead|officer))$"
    r"|^(?:采购|销售|市场|财务|技术|运营|产品|项目|行政|物流|商务|区域|品类|门店|渠道|副|总|大区)*(?:经理"
    r"|总监|总裁|主管|主任|负责人|店长|老板|老总|采购|财务|助理|对接人|联系人|董事长|总经理|部门)们?$",
    re.IGNORECASE | re.ASCII,
)
_NO_NAME = re.compile(
    r"^(?:[\u3400-\u9fff]|e-?mail|phone|(?:phone |video )?call|visit|chat"
    r"|[这那]个?.*|一?[个通次]|[一二三四五六七八九十两几多\d]+(?:家|个|位|名|次|条|通"
    r"|封).*|him|her|them|it|me|us"
    r"|you|he|she|they|we|i|someone|somebody|anyone|everyone|everybody|this|that|the|a|an|people|customers?"
    r"|clients?|"
    r"team|today|yesterday|again|back|home|work|office|lunch|dinner|.*\b(?:airport|hotel|office|restaurant"
    r"|cafe|fair|expo|conference|exhibition|event|show|meeting|seminar|party|station)|记录|纪要|回复|沟通|小结"
    r"|情况|通话|\d+|[他她它你您我]们?|大家|客户们?|对方|有人|别人|"
    r"吃饭|吃[午晚早]饭|开会|睡觉|[上下]班|出差|旅游|健身|谁|什么|一个|某|家里?|公司|办公室|领导|老板|同事)$",
    re.IGNORECASE | re.ASCII,
)


def read_mentions(text: str, start: int, end: int) -> tuple[Mention, ...]:
    """Read the names in text[start:end]; a company named after the last of several people is everybody's."""
    found: list[Mention] = []
    position = start
    for piece in [*_AND.finditer(text, start, end), None]:
        stop = piece.start() if piece else end
        mention = _mention(text, position, stop)
        if mention is not None:
            found.append(mention)
        position = piece.end() if piece else end
    return _share_organisation(found)


def _share_organisation(found: list[Mention]) -> tuple[Mention, ...]:
    if len(found) > 1 and found[-1].organisation and not any(one.organisation for one in found[:-1]):
        return tuple(replace(one, organisation=found[-1].organisation) for one in found)
    return tuple(found)


def _mention(text: str, start: int, end: int) -> Mention | None:
    if _PERSONAL.match(text[start:end].strip()):
        return None
    start, end = _trim(text, start, end)
    said = text[start:end]
    match = _OWNED.match(said) or _FROM.match(said) or _OF.match(said) or _BESIDE.match(said)
    if match:
        begin, stop = _trim(text, start + match.start("person"), start + match.end("person"))
        place = match["organisation"].strip()
        organisation = None if _NO_NAME.match(place) else _clean(place)
        if organisation and _ROLE.match(text[begin:stop]):  # 'the CFO of Hooli' names the company
            place_start = text.index(organisation, start)
            return Mention(organisation, place_start, place_start + len(organisation))
        if begin < stop and not _NO_NAME.match(text[begin:stop]):
            return Mention(text[begin:stop], begin, stop, organisation)
    if not said or _NO_NAME.match(said) or _ROLE.match(said):
        return None
    return Mention(said, start, end)


def _clean(organisation: str) -> str | None:
    begin, end = _trim(organisation, 0, len(organisation))
    return organisation[begin:end] or None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Take spaces, articles and 客户 off the beginning, punctuation and 那边 off the end."""
    while start < end and text[start] in " ,，、:：\"'“”":
        start += 1
    lead = _LEAD.match(text, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    for _ in range(3):
        trail = _TRAIL.search(text, start, end)
        if trail is None or _is_abbreviation(text[start:end]):
            break
        end = trail.start()
    again = _TITLED_AGAIN.fullmatch(text, start, end)
    return start, again.end("name") if again else end


def _is_abbreviation(text: str) -> bool:
    return text.endswith((".",)) and text.lower().endswith(("ltd.", "inc.", "co.", "corp.", "jr."))
