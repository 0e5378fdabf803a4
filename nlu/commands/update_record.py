"""Change fields of a record: 把华为的级别改成A，因为采购量上升; "set Li Na's phone to 138...", 'move the deal to won'.

Promise: the record is given as said, with each field's new value in words; several fields of one record at once.
Never: a record, a change out of a question, a denial or somebody else's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlu.commands._anchored_words import DOUBT
from nlu.commands._command import STAFF, Command
from nlu.commands._deal_patterns import DEAL_PATTERNS
from nlu.commands._deal_step_patterns import DEAL_STEP_PATTERNS
from nlu.commands._fields import is_amount, is_share, read_value
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._labelled import Form, is_known_company, is_known_deal, new_value, read_form
from nlu.commands._lead_patterns import LEAD_PATTERNS
from nlu.commands._named_deal_patterns import NAMED_DEAL_PATTERNS, ORDERED_AMOUNT
from nlu.commands._person_patterns import PERSON_PATTERNS
from nlu.commands._requirement_patterns import REQUIREMENT_PATTERNS
from nlu.commands._standing_patterns import STANDING_PATTERNS
from nlu.commands._statements import Statement, read_statement, split_reason
from nlu.commands._update_patterns import PATTERNS
from nlu.commands._update_words import Found, find_further, find_more, is_name, take_reason
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class Change:
    """A new value of one field, in the person's words."""

    field: str
    words: str
    #: set, or add and remove for tags
    verb: str = "set"


@dataclass(frozen=True, kw_only=True)
class UpdateRecord:
    """What is to be changed of which record."""

    #: the record as said; a number for a task
    mention: str
    changes: tuple[Change, ...]
    #: account, contact, opportunity, lead, task or requirement where the words name one
    record_type: str | None = None
    reason: str | None = None
    #: the company that was said with a person
    organisation: str | None = None


#: fields whose change a person gives a reason for
_JUDGED = frozenset({"level", "status", "stage"})
_COMMA = re.compile(r"\s*[,，:：;；]\s*|\s+[-–—]+\s+")
#: 把商机推进一下, 'move the deal forward': which one and to which stage has to be asked
_NOTHING_SAID = re.compile(
    r"(?:把|将)?(?:这个|那个|我的|一个)?(?:商机|单子|deal)(?:往前)?(?:推进|推动|推"
    r"|更新|修改|改|变更|调整)(?:一下|下|一步)?(?:阶段)?[。.!！]*"
    r"|(?:更新|修改|变更|推进|改一?下|调整)(?:一下|一个|下)?(?:商机|单子|deal)(?:的?阶段)?[。.!！]*"
    r"|(?:move|advance|push|update|change)\s+(?:a|the|my|this|that)?\s*(?:deal"
    r"|opportunity)(?:'s stage)?(?:\s+(?:forward|along|on|stage))?[.!]*",
    re.IGNORECASE | re.ASCII,
)
#: fields of which somebody brings news
_NEWS = frozenset({"birthday", "mobile", "email"})
#: a deal's end that is worded as a denial
_LOST = re.compile(
    r"(?:签|成交|关|结|谈|搞)不(?:了|下来|完|掉|定)|(?:won't|will not|can't|cannot|isn't going to|is not going to) "
    r"(?:close|sign|be signed|make it|land)"
    r"|没(?:成|戏了?|了$|拿下|中标?|签成|谈成|意向)|无意向|not happening|not interested"
)
_ALL = (
    *REQUIREMENT_PATTERNS,
    *DEAL_STEP_PATTERNS,
    *LEAD_PATTERNS,
    *NAMED_DEAL_PATTERNS,
    *PATTERNS,
    *DEAL_PATTERNS,
    *PERSON_PATTERNS,
    *STANDING_PATTERNS,
    *ORDERED_AMOUNT,
)
#: a lead that is not to be thrown away
_KEEPS_LEAD = re.compile(
    r"(?:别(?![家人的处])|不要|先不|不用|不能|不许)(?:把|急着|马上)?.{0,12}(?:作废|丢弃|关|放弃|废|扔|丢|停)"
    r"|\b(?:don'?t|do not|never|not to)\b[^,;.]{0,12}"
    r"\b(?:discard|drop|close|junk|kill|disqualify|scrap|delete|trash|dismiss)",
    re.IGNORECASE | re.ASCII,
)
#: longer than this is a story
LONGEST = 300


def read(text: str, context: ParseContext) -> UpdateRecord | None:
    """Read what is to be changed; None where the words ask, deny or report."""
    form = read_form(text)
    return _of_form(form, context) if form is not None else _read_sentence(text, context)


def _read_sentence(text: str, context: ParseContext) -> UpdateRecord | None:
    heard = hear(text)
    body, reason = take_reason(heard.body)
    if not body or len(body) > LONGEST or is_reported(body) or is_conditional(text):
        return None
    statement = _told(heard, context)
    if statement is not None:
        return statement
    if _NOTHING_SAID.fullmatch(body):
        return UpdateRecord(mention="", changes=(), record_type="opportunity")
    whole = body
    body, more = find_further(body)
    found = _find(body, context)
    if found is None and more:  # what stood behind the comma was the first change: SAP对接那条需求，优先级降成低
        body, more, found = whole, [], _find(whole, context)
    if found is None:
        body, found, why = _find_before_reason(find_further(heard.body)[0], context)
        reason = why or reason
    if found is None or _is_no_order(body, found):
        return None
    value, others = find_more(found.value)
    more = [*others, *more]
    reason, after = split_reason(reason or found.reason or "", context)
    first = Change(field=found.field, words=value, verb=found.verb)
    told = (Change(field=one.field, words=one.words, verb=one.verb) for one in after)
    changes = (first, *(Change(field=field, words=words) for field, words in more), *told)
    return UpdateRecord(
        mention=found.mention,
        changes=changes,
        record_type=found.record_type,
        reason=reason or None,
        organisation=found.organisation,
    )


def _of_form(form: Form, context: ParseContext) -> UpdateRecord | None:
    """Read a form that changes a record: 'Contact update - Name: … - New phone: …', 商机变更：项目：…；金额：…→…."""
    subject = next((names for words, names in _SUBJECTS if words.search(form.title)), ("contact", "people", "name"))
    if form.command == "create_account" and is_known_company(form, context):
        subject = ("account", "account", "name")
    elif form.command == "create_opportunity" and is_known_deal(form, context):
        subject = ("opportunity", "deal", "name")
    elif form.command != "update_record":
        return None
    record_type, *names = subject
    mention = form.get(*names) or next(iter(form.loose), None)
    taken = {*names, "account", "reason", "next", "when", "currency"}
    currency = form.get("currency")
    changes = [
        Change(field=one.name, words=_with_currency(new_value(one.value), one.name, currency))
        for one in form.parts
        if one.name in _WRITABLE[record_type] and one.name not in taken
    ]
    if not mention or not changes:
        return None
    organisation = form.get("account") if record_type == "contact" else None
    return UpdateRecord(
        mention=mention,
        changes=tuple(changes),
        record_type=record_type,
        reason=form.get("reason"),
        organisation=organisation,
    )


def _with_currency(value: str, field: str, currency: str | None) -> str:
    return f"{value} {currency}" if currency and field == "amount" else value


#: which record a title speaks of, and under which labels that record stands
_SUBJECTS = (
    (re.compile(r"线索|\bleads?\b", re.IGNORECASE), ("lead", "name", "people", "account")),
    (re.compile(r"商机|项目|机会|\b(?:deals?|opp\w*)\b", re.IGNORECASE), ("opportunity", "deal", "name", "account")),
    (re.compile(r"任务|待办|\b(?:task|to-?do)s?\b", re.IGNORECASE), ("task", "task", "name", "title")),
    (re.compile(r"联系人|名片|\bcontacts?\b", re.IGNORECASE), ("contact", "people", "name")),
    (
        re.compile(r"客户|公司|企业|\b(?:account|customer|client|company)\b", re.IGNORECASE),
        ("account", "account", "name"),
    ),
)
_WRITABLE = {
    "account": frozenset(
        {"level", "status", "industry", "size_band", "region", "address", "website", "annual_amount", "source", "owner",
         "tags", "short_names", "partner_since", "influence"}
    ),
    "contact": frozenset(
        {"mobile", "email", "title", "birthday", "decision_role", "status", "language", "owner", "tags"}
    ),
    "opportunity": frozenset({"stage", "amount", "expected_close", "owner"}),
    "lead": frozenset({"mobile", "email", "source", "region", "status", "owner", "score"}),
    "task": frozenset({"due_at", "status", "owner"}),
}  # fmt: skip


def _told(heard: Utterance, context: ParseContext) -> UpdateRecord | None:
    """Read what is told around a known name, or how it is spelled."""
    statement = read_statement(heard, context)
    if statement is not None:
        return _from_statement(statement)
    return None if is_question(heard.body) else _respelled(heard.said(heard.start, heard.end), context)


#: a known person's name that is written wrongly: "Kevin Tan's surname is spelled Tann", 王蕾的名字写错了，应该是王磊
_RESPELLED = re.compile(
    r"(?P<who>[A-Z][\w'-]+(?: [A-Z][\w'-]+)+?)(?:'s (?P<part>surname|last name|family name|first name|given name"
    r"|name))?"
    r",? (?:is|should be)(?: actually| really)?(?P<spelt> spell?ed| spelt| written)?(?: as| with)?:? "
    r"(?P<value>[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)[.!]?"
    r"|(?P<who2>[\u3400-\u9fff]{2,4}?)的?(?:名字|姓名)(?:写错了?|打错了?|录错了?|有误|不对)?[,，]?\s*(?:应该|其实"
    r"|实际上?|正确的?)?"
    r"(?:是|叫|写作|改成|改为)(?P<value2>[\u3400-\u9fff]{2,4}?)[。.!！]?",
    re.ASCII,
)


def _respelled(said: str, context: ParseContext) -> UpdateRecord | None:
    """Read how a known person's name is spelled."""
    match = _RESPELLED.fullmatch(said)
    if match is None or (match["who"] and not (match["part"] or match["spelt"])):
        return None
    who, value = match["who"] or match["who2"], match["value"] or match["value2"]
    known = context.find_names(who) if context.find_names else ()
    if not any(one.is_person and not one.is_colleague and (one.start, one.end) == (0, len(who)) for one in known):
        return None
    first = who.rpartition(" ")[0]
    part = match["part"] or ""
    if who.isascii() and " " not in value and part != "name":
        value = f"{value} {who.partition(' ')[2]}" if part in {"first name", "given name"} else f"{first} {value}"
    return UpdateRecord(mention=who, changes=(Change(field="name", words=value),), record_type="contact")


def _from_statement(statement: Statement) -> UpdateRecord:
    """Give what is told around a known name."""
    return UpdateRecord(
        mention=statement.mention.text,
        changes=tuple(Change(field=one.field, words=one.words, verb=one.verb) for one in statement.told),
        record_type=statement.record_type,
        reason=statement.reason,
        organisation=statement.mention.organisation,
    )


def _find(body: str, context: ParseContext) -> Found | None:
    """Find how the change is worded; what follows a value of few words is its reason."""
    found = next((one for pattern in _ALL if (one := pattern.find(body)) and _fits(one, context)), None)
    if found is None or found.field not in _JUDGED or read_value(found.field, found.value, context) is not None:
        return found
    value, _, rest = _COMMA.sub("\n", found.value, count=1).partition("\n")
    if rest and read_value(found.field, value, context) is not None and not find_more(found.value)[1]:
        return replace(found, value=value, reason=rest)
    return found


def _fits(found: Found, context: ParseContext) -> bool:
    """Tell whether a wording names a record, and gives news of a person only a value of the field."""
    if DOUBT.search(found.mention):
        return False
    if not is_name(found.mention) or is_question(found.mention) or _is_torn(found) or not _is_known(found, context):
        return False
    if found.field == "website" and "." not in found.value:  # 'the website is down'
        return False
    if found.field == "amount" and found.verb != "set":
        return is_share(found.value) or is_amount(found.value, context)
    if found.field == "amount" and found.record_type == "opportunity":
        return is_amount(found.value, context)
    is_news = found.field in _NEWS and found.record_type == "contact"
    return not (is_news or found.needs_deal) or read_value(found.field, found.value, context) is not None


def _is_known(found: Found, context: ParseContext) -> bool:
    """Tell whether it is a deal, or a customer that a colleague takes over, where a wording needs one."""
    return (not found.needs_deal or _is_deal(found, context)) and (
        not found.needs_colleague or _is_handed_over(found, context)
    )


def _is_torn(found: Found) -> bool:
    """Tell whether a number was taken apart at its comma: '$118' with the reason '500'."""
    return _THOUSANDS.match(found.reason or "") is not None and found.value[-1:].isdigit()


_THOUSANDS = re.compile(r"\d{3}(?!\d)")


def _is_deal(found: Found, context: ParseContext) -> bool:
    return found.is_called_deal or (context.knows_deal is not None and context.knows_deal(found.mention))


def _is_handed_over(found: Found, context: ParseContext) -> bool:
    """Tell whether a known customer goes to one of our own people: 把渤海化工给王芳, not 把合同给王芳."""
    if context.find_names is None:
        return False
    who, whom = context.find_names(found.value), context.find_names(found.mention)
    return any(one.is_colleague for one in who) and any(not one.is_colleague for one in whom)


def _find_before_reason(body: str, context: ParseContext) -> tuple[str, Found | None, str | None]:
    """Read '把恒信升为S级，年采购额超过50万': the reason follows without a word for it."""
    for cut in reversed(list(_COMMA.finditer(body))):
        found = _find(body[: cut.start()], context)
        if found is not None and found.field in _JUDGED and cut.end() < len(body):
            return body[: cut.start()], found, body[cut.end() :]
    return body, None, None


def _is_no_order(body: str, found: Found) -> bool:
    if is_question(found.value) or is_question(found.mention):
        return True
    around = body.replace(found.reason, "", 1) if found.reason else body
    if found.record_type == "opportunity" and DOUBT.search(around):
        return True
    around = around.replace(found.mention, "X", 1)
    if found.value == "departed":
        return is_question(body)
    if found.value == "discarded":
        return is_question(body) or _KEEPS_LEAD.search(body) is not None
    around = _LOST.sub("", around.replace(found.value, "Y", 1) if found.value else around)
    return is_negated(around) or is_question(around) or is_question(body[-1:])


COMMAND = Command(label="update_record", roles=STAFF, read=read, rank=45)
