"""What goes on from a question: 'then Emily Chen's' asks the same of another, 加到38万 changes the deal asked about.

Promise: only the message right before this one, and only where it asked of one record; the answer or the echo names it.
Never: anything after a record was written (that is a correction of it, or speaks of it).
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot import just_written
from bot.turn import SELLERS, Turn
from nlu.commands import look_up, recognise
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._parties import find_parties
from nlu.entities.money import find as find_money
from nlu.entities.stages import stage_of
from nlu.entities.times import find_times
from nlu.parser import RECOGNISED_PROBABILITY

_FLAGS = re.IGNORECASE | re.ASCII
#: longer than this a message stands on its own
LONGEST = 40
#: the same question of another one: 'ok, then Emily Chen's please', 那李娜的呢
_OF_ANOTHER = re.compile(
    r"(?:(?:ok(?:ay)?|and|then|so|now|what about|how about|same for|also|好|那么?|还有|再查|换成|那就)[\s,，]*)+"
    r"(?P<name>[^,，?？]{2,30}?)(?:'s|’s|的)?(?:\s+(?:too|please|then|number|phone|e-?mail))?(?:呢|吧)?[\s?？.。!！]*"
    r"|(?P<name2>[^,，?？]{2,30}?)(?:的)?呢[\s?？.。!！]*",
    _FLAGS,
)
#: a new value for what was asked about: 加到38万, 改成方案报价吧, 'raise it to 38k'
_TO_VALUE = re.compile(
    r"(?:那|就|再|给我|帮我|请)*(?:加|涨|提|升|上调|降|减|下调|调|改|推|换|推进|推迟|延|定|设)(?:高|低|整)?(?:到|成|为|至)"
    r"(?P<zh>[^,，?？]{1,20}?)(?:吧|了|好了)?[\s。.!！]*"
    r"|(?:(?:ok|okay|please|then|so|now|let's)[\s,]*)*(?:raise|drop|lower|bump|increase|decrease|change|set|move|push|make|put"
    r"|bring)\s+(?:it|that)\s+(?:up\s+|down\s+|back\s+)?(?:(?:to|at|till|until)\s+)?(?P<en>[^,?]{1,30}?)"
    r"(?:\s+(?:please|then|now))?[\s.!]*",
    _FLAGS,
)
#: a deal's field that is called by its name, first of all
_OF_FIELDS = re.compile(
    r"(?:那|就|再|把|将)*(?:它的?|这单的?)?(?:金额|预算|阶段|预计|成交|签约|签单|赢率|概率)"
    r"|(?:the |its |then |so |please )*(?:amount|value|stage|close date|expected close|budget)\b",
    _FLAGS,
)
_OF_DEAL = frozenset({"stage", "amount", "close"})


def complete(turn: Turn) -> Turn:
    """Give a turn with the question or the change whole, where the message only goes on from the question before it."""
    text = turn.text
    if turn.person.user is None or turn.dialogue is not None or len(text) > LONGEST:
        return turn
    other, value, fields = _OF_ANOTHER.fullmatch(text), _TO_VALUE.fullmatch(text), _OF_FIELDS.match(text)
    if other is None and value is None and fields is None:
        return turn
    before = just_written.words_before(turn)
    asked = look_up.read(before, turn.context) if before else None
    if asked is None:
        return turn
    whole = None
    if value is not None and asked.aspect in _OF_DEAL:
        whole = _changed(turn, asked.mention, value["zh"] or value["en"])
    elif fields is not None and asked.aspect in _OF_DEAL:
        whole = _with_fields(turn, asked.mention)
    elif other is not None and asked.mention in before:
        whole = _asked_of(turn, before.replace(asked.mention, "\0", 1), other["name"] or other["name2"])
    return turn if whole is None else whole


def _asked_of(turn: Turn, question: str, name: str) -> Turn | None:
    """Ask the question of another known one."""
    find_names = turn.context.find_names
    parties = find_parties(name, find_names(name)) if find_names else []
    if len(parties) != 1 or (parties[0].start, parties[0].end) != (0, len(name)):
        return None
    return _read_as(turn, question.replace("\0", name), look_up.COMMAND.label)


def _changed(turn: Turn, deal: str, value: str) -> Turn | None:
    """Change the field of the deal that takes such a value."""
    text = turn.text
    if turn.person.role not in SELLERS or is_negated(text) or is_question(text) or is_reported(text):
        return None
    field = _field(turn, value.strip())
    return _read_as(turn, f"把{deal}的{field}改成{value.strip()}", "update_record") if field else None


def _with_fields(turn: Turn, deal: str) -> Turn | None:
    """Change several fields of the deal: 金额改成38万，预计2月15号签."""
    text = turn.text
    if turn.person.role not in SELLERS or is_negated(text) or is_question(text) or is_reported(text):
        return None
    said = f"{deal}{text}" if not text.isascii() else f"{deal}: {text}"
    return _read_as(turn, said, "update_record")


def _field(turn: Turn, value: str) -> str | None:
    """Name the field of a deal that takes a value of its kind; None where it is no value alone."""
    if stage_of(value):
        return "阶段"
    times = find_times(value, turn.now, turn.zone, "future")
    if [(one.start, one.end) for one in times] == [(0, len(value))]:
        return "预计成交日期"
    money = find_money(value, turn.context)
    return "金额" if [(one.start, one.end) for one in money] == [(0, len(value))] else None


def _read_as(turn: Turn, text: str, label: str) -> Turn | None:
    if recognise(text, turn.context) != label:
        return None
    understood = replace(turn.understanding, text=text, intent=label, probability=RECOGNISED_PROBABILITY)
    return replace(turn, understanding=understood)
