"""What a quote and a contract have in common: an amount, days and a number in a sentence, left out of the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_amount, read_form
from nlu.commands._utterance import hear
from nlu.entities.money import Money
from nlu.entities.money import find as find_money
from nlu.entities.times import find_times, resolve_time
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A quote or a contract that was told of."""

    #: the deal or customer as said
    mention: str
    amount: Money | None
    #: its day
    day: Moment | None = None
    #: until when it holds
    until: Moment | None = None
    number: str | None = None


_UNTIL = re.compile(
    r"[,，;；\s]*(?:(?:有效期?(?:到|至|截止)?|报价有效期?(?:到|至)?)\s*[:：]?"
    r"|(?:which is )?(?:valid|good)\s+(?:until|till|to|through))\s*"
    r"(?P<day>[^,，;；]{2,30})",
    FLAGS,
)
_NUMBER = re.compile(
    r"[,，;；\s]*(?:(?:合同|报价单?)?(?:编号|号码?)|\b(?:contract\s+|quote\s+)?(?:number\b|no\b\.?))"
    r"\s*[:：是为]?\s*(?P<number>(?=[^\s,，]*\d)[A-Za-z0-9][\w/-]{2,40})",
    FLAGS,
)
#: stands for the amount in what is left of the sentence
AMOUNT = "§"


def read_paper(text: str, context: ParseContext, patterns: tuple[re.Pattern[str], ...], command: str) -> Paper | None:
    """Read a quote or contract: the patterns see § for the amount, without days and number; None where none fits."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context) if form.command == command else None
    heard = hear(text)
    if not heard.body or len(heard.body) > 200 or is_reported(heard.body) or is_question(heard.body):
        return None
    body, number = _take(heard.body, _NUMBER, "number")
    body, until_words = _take(body, _UNTIL, "day")
    until = _day(until_words, context, "future") if until_words else None
    amount, body = _take_amount(body, context)
    day, body = _take_day(body, context)
    match = next((found for pattern in patterns if (found := pattern.fullmatch(body))), None)
    if match is None or amount is None or (until_words and until is None):
        return None
    mention = next(value for name, value in match.groupdict().items() if name.startswith("name") and value)
    if is_negated(body.replace(mention, "X", 1)) or (day is not None and day.start > context.now):
        return None
    return Paper(mention=mention.strip(" 的,，"), amount=amount, day=day, until=until, number=number)


def _of_form(form: Form, context: ParseContext) -> Paper | None:
    """Read a form of a paper: 合同登记 客户：…；金额：…；签订日期：…；编号：…."""
    mention, amount = form.get("deal", "account", "name"), read_amount(form)
    said_day, said_until = form.get("paper_day", "expected_close", "when"), form.get("until", "due_at")
    day = resolve_time(said_day, context.now, context.timezone, "past") if said_day else None
    until = resolve_time(said_until, context.now, context.timezone, "future") if said_until else None
    if mention is None or amount is None or (said_day and day is None) or (said_until and until is None):
        return None
    if day is not None and day.start > context.now:
        return None
    return Paper(mention=mention, amount=amount, day=day, until=until, number=form.get("number"))


def _take(body: str, pattern: re.Pattern[str], group: str) -> tuple[str, str | None]:
    match = pattern.search(body)
    if match is None:
        return body, None
    return (body[: match.start()] + body[match.end() :]).strip(), match[group]


def _take_amount(body: str, context: ParseContext) -> tuple[Money | None, str]:
    found = find_money(body, context)
    if not found or not isinstance(found[0].value, Money):
        return None, body
    return found[0].value, body[: found[0].start] + AMOUNT + body[found[0].end :]


def _take_day(body: str, context: ParseContext) -> tuple[Moment | None, str]:
    times = find_times(body, context.now, context.timezone, "past")
    if not times or not isinstance(times[0].value, Moment):
        return None, body
    before = re.sub(r"\s*(?:on|at|于|在)\s*$", "", body[: times[0].start])
    rest = f"{before.strip(' ,，')} {body[times[0].end :].strip(' ,，')}".strip()
    return times[0].value, re.sub(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])", "", rest)


def _day(words: str, context: ParseContext, tense: str) -> Moment | None:
    times = find_times(words, context.now, context.timezone, tense)  # type: ignore[arg-type]
    return times[0].value if times and isinstance(times[0].value, Moment) else None
