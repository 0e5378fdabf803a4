"""Several commands in one message: 新建客户ABC公司，提醒我明天联系; 'tag Acme as VIP; remind me to call them Friday'.

Promise: each part is a command of its own; what is no command stays with the part before it, and a report keeps its
follow-ups. Never: a cut inside a report for words that only resemble a command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FIELD_PATTERN, FLAGS
from nlu.commands._follow_ups import read_content
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import read_form
from nlu.commands._reports import split_reports
from nlu.commands._statements import read_statement
from nlu.commands._utterance import hear
from nlu.simplified import simplified
from nlu.understanding import ParseContext

#: longer messages, and more cuts than this, are stories
LONGEST = 600
MOST_CUTS = 16
#: characters of a command
LEAST = 2


@dataclass(frozen=True, kw_only=True)
class Part:
    """One command of a message."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Several:
    """The commands of a message, in order; at least two."""

    parts: tuple[Part, ...]


_STRONG = r"[;；。!！]\s*|(?<!\d)\.\s+(?=[A-Za-z\u3400-\u9fff])|\s+(?=\d[.、)]\s*\D)"
_JOINT = (
    r"(?:(?:然后|并且|并|同时|另外|此外|顺便|还有|接着|再|也)[,，]?\s*|(?:and\s+(?:also\s+|then\s+)?|then\s+"
    r"|also\s+|plus\s+))"
)
_CUT = re.compile(
    rf"(?P<strong>{_STRONG})|[,，]\s*|\s+(?=and\s)|(?<=[\u3400-\u9fff])\s+(?=把|将|给|新建|新增|创建|提醒"
    rf"|完成|推迟|联系人|接替|接手|接任|继任)|\s+(?=with\s+(?:an?\s+|the\s+|main\s+|key\s+)?contact\b)"
    rf"|(?<=[\u3400-\u9fff\w])(?=(?:然后|并且|同时|另外|顺便))",
    FLAGS,
)
_LEAD = re.compile(rf"^(?:\d[.、)]\s*|{_JOINT})+", FLAGS)
#: what a cut may begin a new command of
_CUTTABLE = frozenset(
    {
        "create_account", "create_contact", "create_lead", "create_opportunity", "create_requirement", "create_task",
        "update_record", "record_payment", "postpone_task", "complete_task", "cancel_task", "log_interaction",
        "list_tasks", "list_deals", "look_up", "summary",
    }
)  # fmt: skip
#: what only asks is a part of its own only after a full stop
_ASKING = frozenset({"list_tasks", "list_deals", "look_up", "summary"})
#: an order, by its first words: inside a report nothing else is a command
_ORDER = re.compile(
    r"(?:请)?(?:把|将|给[^,，]{1,20}(?:打上|加上?|贴|建|新建)|新建|新增|创建|添加|登记|录入|记录|记一?下|更新"
    r"|修改|完成|推迟)"
    r"|(?:please\s+)?(?:set|change|update|move|mark|tag|assign|create|new|add|log|record|upgrade|downgrade"
    r"|complete|postpone)\b",
    FLAGS,
)
#: a clause that only says what is to be done and when
_PROMISE = "promise"
#: orders that take a date of their own
_DATED = frozenset({"create_opportunity", "record_payment", "create_requirement"})
_CLOSES = re.compile(r"签|成交|关单|结单|落地|付|到账|回款|\b(?:clos|sign|expected|pay|due)", FLAGS)
#: a further field of the record that was named before: 'and set the close date to the end of January'
_FIELD_TOO = re.compile(
    rf"\s*(?:and\s+|also\s+)*(?:set|change|update|move|push|put|make)\s+(?:the\s+"
    rf"|its\s+)?(?:{FIELD_PATTERN})\s+(?:to|as|=)\s"
    rf"|\s*(?:同时|并且?)?(?:把|将)?(?:它的?|其)?(?:{FIELD_PATTERN})(?:也)?(?:改|设|调|定|更新)",
    FLAGS,
)
#: a change of several companies in one order
_OF_MANY = re.compile(
    r"(?:please\s+)?(?:tag|label|mark|set|upgrade|downgrade|move|assign|transfer|hand"
    r"|give)\s+(?P<names>[^,;:?]{4,120}?)"
    r"(?:\s+(?:both|all))?\s+(?:as|with|to|over to|silent|active)\b.*"
    r"|(?:请|帮我)?(?:给|把|将)?(?P<names2>[^,，;；:：?？]{4,80}?)(?:(?:这|那)?[两二三四几]?[家个](?:客户"
    r"|公司)?)?(?:都|各|分别|统一|一起|一并|全部)*(?:打"
    r"|加|贴|挂|标|改|设|升|降|转"
    r"|交|分配|划).+",
    FLAGS,
)
_AND = re.compile(r"\s*(?:[、,，和与跟及&]|\band\b|以及|还有)+\s*", FLAGS)
#: the deal that was spoken of, by its kind alone or by its name
_PASSING = re.compile(
    r"(?:the |this |that |their |our )?(?:[\w ]{0,30} )?(?:deal|opportunity|opp)\b|(?:把"
    r"|将)?.{0,14}(?:商机|[这那该]单|单子|deal)",
    FLAGS,
)
_CONTACT_OF = re.compile(
    r"(?:with\s+(?:an?\s+|the\s+|main\s+|key\s+)?)?(?:联系人|对接人|contact(?: person)?)(?:是|叫|is|[:：\s])*"
    r"(?P<rest>.+)",
    FLAGS,
)


def read(text: str, context: ParseContext) -> Several | None:
    """Read the commands of a message; None where it holds fewer than two."""
    if read_form(text) is not None:
        return None
    heard = hear(text)
    reports = split_reports(heard, context) if len(heard.body) <= LONGEST else ()
    if reports:
        return Several(parts=tuple(Part(label="log_interaction", text=words) for words in reports))
    body = _LEAD.sub("", heard.said(heard.start, heard.end))
    if len(body) > LONGEST or is_reported(body):
        return None
    each = _for_each(body, context)
    if each:
        return Several(parts=each)
    cuts = list(_CUT.finditer(body))
    if cuts and read_statement(heard, context) is not None:
        cuts = _after_statement(body, cuts, context)
    if not cuts or len(cuts) > MOST_CUTS:
        return None
    parts = _group(body, cuts, context)
    return Several(parts=tuple(parts)) if len(parts) > 1 else None


def _for_each(body: str, context: ParseContext) -> tuple[Part, ...]:
    """Give one order for each of the companies that a change names together: 'tag Orion and Stellar as export'."""
    if context.find_names is None or is_question(body) or is_negated(body):
        return ()
    match = _OF_MANY.fullmatch(body)
    if match is None:
        return _tagged_each(body, context)
    names = next(match[group] for group in ("names", "names2") if match[group])
    known = [one for one in context.find_names(names) if not one.is_person]
    gaps = [names[one.end : two.start] for one, two in pairwise(known)]
    is_whole = bool(known) and not names[: known[0].start].strip() and not names[known[-1].end :].strip()
    if not is_whole or not gaps or not all(_AND.fullmatch(gap) for gap in gaps):
        return ()
    place = match.start("names") if match["names"] else match.start("names2")
    before, after = (
        body[:place],
        re.sub(
            r"^(\s*)(?:(?:(?:这|那)?[两二三四几]?[家个](?:客户|公司)?)?(?:都|各|分别|统一|一起|一并|全部)+|both\s"
            r"|all\s)",
            r"\1",
            body[place + len(names) :],
        ),
    )
    orders = [f"{before}{names[one.start : one.end]}{after}" for one in known]
    return tuple(Part(label="update_record", text=order) for order in orders) if _are_changes(orders, context) else ()


#: what goes before the names where only the tag stands behind them: label Orion and Stellar 'export'
_TAGS = re.compile(r"(?:please\s+|pls\s+)?(?:tag|label)\s+(?:both\s+)?$", FLAGS)


def _tagged_each(body: str, context: ParseContext) -> tuple[Part, ...]:
    """Give one order for each of the companies that are tagged together, the tag right behind them."""
    known = [one for one in context.find_names(body) if not one.is_person] if context.find_names else []
    if len(known) < 2 or not _TAGS.fullmatch(body[: known[0].start]):
        return ()
    if not all(_AND.fullmatch(body[one.end : two.start]) for one, two in pairwise(known)):
        return ()
    orders = [f"{body[: known[0].start]}{body[one.start : one.end]}{body[known[-1].end :]}" for one in known]
    return tuple(Part(label="update_record", text=order) for order in orders) if _are_changes(orders, context) else ()


def _are_changes(orders: list[str], context: ParseContext) -> bool:
    return all(_label(order, context) == "update_record" for order in orders)


def _after_statement(body: str, cuts: list[re.Match[str]], context: ParseContext) -> list[re.Match[str]]:
    """Give the cuts that end what is told of one record: a mark, and a command behind it that needs nothing of it."""
    strong = [cut for cut in cuts if cut["strong"] or _REMINDS_ME.match(_stripped(body[cut.end() :]))]
    if not strong:
        return []
    ends = [*(cut.start() for cut in strong), len(body)][1:]
    segments = [_stripped(body[cut.end() : end]) for cut, end in zip(strong, ends, strict=True)]
    return [cut for cut, words in zip(strong, segments, strict=True) if _stands_alone(words, context)]


#: an order to be reminded is never a value of what was told before it
_REMINDS_ME = re.compile(
    r"(?:请|麻烦|帮我|到时候?|记得|please\s+)*(?:[^,，;；]{0,12}(?:提醒|叫)(?:一下)?我|remind me\b"
    r"|set (?:me )?a reminder\b"
    r"|(?:建|加|记|设)(?:一?个|一?条)?(?:任务|待办|提醒)|(?:create|add|make) (?:me )?an? (?:task|to-?do|reminder)\b)",
    FLAGS,
)


def _stands_alone(words: str, context: ParseContext) -> bool:
    label = _label(words, context)
    return label is not None and (label != "update_record" or _names_in(words, context))


def _names_in(words: str, context: ParseContext) -> bool:
    return context.find_names is not None and bool(context.find_names(hear(words).folded))


#: what may follow an answer to a question of ours in the same breath
_AFTER_ANSWER = frozenset(
    {
        "create_account", "create_contact", "create_lead", "create_opportunity", "create_requirement", "create_task",
        "update_record", "record_payment", "postpone_task", "complete_task", "cancel_task", "log_interaction",
    }
)  # fmt: skip
_REMINDS = re.compile(r"提醒|记得|别忘|任务|待办|\b(?:remind|remember|todo|to-do|task)\b", FLAGS)


def split_answer(text: str, context: ParseContext) -> tuple[str, str] | None:
    """Part an answer from the command after it: '华为的，另外提醒我明天给他发报价'; None where nothing follows it."""
    if len(text) > LONGEST:
        return None
    for cut in list(_CUT.finditer(text))[:MOST_CUTS]:
        answer, rest = text[: cut.start()].strip(), _stripped(text[cut.end() :])
        label = _label(rest, context) if answer and rest else None
        if label in _AFTER_ANSWER and (label != "create_task" or _REMINDS.search(rest)):
            return answer, rest
    return None


def _group(body: str, cuts: list[re.Match[str]], context: ParseContext) -> list[Part]:
    """Begin a part at each cut where a command begins; everything else goes with the part before."""
    begin, label = 0, None
    parts: list[Part] = []
    ends = [*(cut.start() for cut in cuts[1:]), len(body)]
    for cut, end in zip(cuts, ends, strict=True):
        if label is None:
            label = _label(_stripped(body[begin : cut.start()]), context)
            if label is None:
                return []
        found = _beginning(label, body[cut.end() : end], body[cut.end() :], context)
        if (
            found is None
            and (parts or label != "log_interaction")
            and _is_promise(label, body[cut.end() : end], context)
        ):
            found = _PROMISE
        if (
            found is None
            or (found in _ASKING and not cut["strong"])
            or not _may_follow(label, found, body[cut.end() : end], body[cut.end() :], context)
        ):
            continue
        parts.append(_part(label, body[begin : cut.start()], parts))
        begin, label = cut.end(), found
    return [*parts, _part(label, body[begin:], parts)] if label else []


def _is_promise(label: str, segment: str, context: ParseContext) -> bool:
    """Tell whether a clause after an order says only what is to be done by when: '…, send the quote Friday 3pm'."""
    if label in {"create_task", "postpone_task", "correct"} or (label in _DATED and _CLOSES.search(segment)):
        return False
    if _FIELD_TOO.match(segment):
        return False
    words = _stripped(segment)
    if is_question(words) or is_negated(words):
        return False
    content = read_content(words, simplified(words), 0, len(words), context)
    return not content.summary and len(content.follow_ups) == 1 and content.follow_ups[0].due is not None


def _beginning(label: str, segment: str, rest: str, context: ParseContext) -> str | None:
    """Name the command that begins here, by the words to the next cut, or by all that follows."""
    segment, rest = _stripped(segment), _stripped(rest)
    if label.startswith("create_") and _CONTACT_OF.fullmatch(segment):
        return "create_contact" if label == "create_account" else None
    found = _label(segment, context)
    if found is None and _ORDER.match(rest):
        found = _label(rest, context)
    return found if found in _CUTTABLE else None


def _may_follow(label: str, found: str, segment: str, rest: str, context: ParseContext) -> bool:
    """A report keeps its follow-ups and its story; only an order ends it, or a deal's new stage told in passing."""
    if label == "correct" and found == "create_task":
        return _REMINDS.search(segment) is not None  # 还是十一点吧，上午要开会: why it is corrected
    if label != "log_interaction":
        return True
    if found == "update_record" and (_PASSING.match(_stripped(segment)) or _is_of_deal(segment, context)):
        return True
    return found != "create_task" and _ORDER.match(_stripped(rest)) is not None


def _is_of_deal(segment: str, context: ParseContext) -> bool:
    """Tell whether a clause of a report changes a deal that it calls by its name: …，ERP升级金额改成75万."""
    from nlu.commands import update_record

    request = update_record.read(_stripped(segment), context)
    if request is None or request.record_type != "opportunity" or context.knows_deal is None:
        return False
    return context.knows_deal(request.mention)


def _part(label: str, words: str, before: list[Part]) -> Part:
    words = _stripped(words)
    if label == _PROMISE:
        return Part(label="create_task", text=f"todo: {words}" if words.isascii() else f"待办：{words}")
    named = _CONTACT_OF.fullmatch(words) if label == "create_contact" else None
    if named and before:  # '新建客户ABC公司，联系人张三': of that company
        company = _company(before[-1].text)
        words = f"新增联系人 {named['rest']}，公司:{company}" if company else f"新增联系人 {named['rest']}"
    return Part(label=label, text=words)


def _company(text: str) -> str | None:
    from nlu.commands import create_account

    return create_account.read_name(text)


def _stripped(words: str) -> str:
    return _LEAD.sub("", words.strip(" \t,，;；。")).strip()


def _label(words: str, context: ParseContext) -> str | None:
    if len(words) < LEAST:
        return None
    for command in _others():
        if context.role in command.roles and command.read(words, context) is not None:
            return command.label
    return None


@lru_cache(maxsize=1)
def _others() -> tuple[Command, ...]:
    from nlu.commands import load_commands

    return tuple(command for command in load_commands() if command.label != COMMAND.label)


COMMAND = Command(label="several", roles=STAFF, read=read, rank=5)
