"""'Who is X?', 'last contact with X', 'timeline of X': what the records say, as far as the asker may see it."""

from __future__ import annotations

import re

from bot.directory import Candidate, Resolution
from bot.handlers.rep import _parties
from bot.handlers.staff import _cards, _deal_facts, _search
from bot.say import Choice, Draft, draft, say
from bot.turn import STAFF, Dialogue, Example, Handler, Outcome, Turn
from crm_core import customers
from crm_core.cards import account_card, contact_card
from nlu.commands import look_up

INTENT = "look_up"
_PHONE = re.compile(r"\+?\d[\d -]{6,18}")
_EMAIL = re.compile(r"[^\s@]+@[\w.-]+\.\w{2,}", re.ASCII)
_CODE = re.compile(r"CRM\d{7,13}", re.IGNORECASE | re.ASCII)


def run(turn: Turn) -> Outcome:
    """Find whom is meant and show what is asked; of several, ask which."""
    request = look_up.read(turn.text, turn.context)
    if request is not None:
        return _show_mention(turn, request.mention, request.aspect)
    named = turn.services.directory.find_in(turn.session, turn.text)
    return _show_mention(turn, named[0], "who") if named else _ask_name()


def resume(turn: Turn) -> Outcome:
    """Take the name that we asked for, alone or in a whole sentence."""
    request = look_up.read(turn.text, turn.context)
    aspect = str(turn.dialogue.data.get("aspect", "who")) if turn.dialogue else "who"
    if request is not None:
        return _show_mention(turn, request.mention, request.aspect)
    return _show_mention(turn, turn.text, aspect)


def press(turn: Turn) -> Outcome:
    """Show the chosen record."""
    kind, record_id = turn.arguments["record"]
    return _show(turn, str(kind), int(record_id), str(turn.arguments.get("aspect", "who")))


def _show_mention(turn: Turn, mention: str, aspect: str) -> Outcome:
    if aspect in _deal_facts.ASPECTS:
        facts = _deal_facts.say_facts(turn, mention)
        if facts is not None:
            return Outcome(kind="answered", replies=(Draft(text=facts),))
        others = _deal_facts.find_colleagues(turn, mention)
        if others is not None:
            _parties.refuse(others)
    resolution = turn.services.directory.resolve(turn.session, turn.actor, mention)
    if resolution.kind == "found":
        return _show(turn, resolution.candidates[0].record_type, resolution.candidates[0].id, aspect)
    if resolution.kind == "hidden":
        _parties.refuse(resolution)
    if resolution.kind == "ambiguous":
        return _ask_which(mention, resolution.candidates, aspect)
    return _look_elsewhere(turn, resolution, aspect)


def _look_elsewhere(turn: Turn, resolution: Resolution, aspect: str) -> Outcome:
    """Try a number or an address, then deals and tasks by name, then names that are near."""
    mention = resolution.mention
    by_number = _by_number(turn, mention)
    if by_number is not None:
        return _show(turn, *by_number, aspect)
    found = _search.search(turn, mention)
    if found is not None:
        return Outcome(kind="answered", replies=(Draft(text=found),))
    if resolution.candidates:
        return _ask_which(mention, resolution.candidates, aspect)
    return _parties.say_not_found(mention)


def _by_number(turn: Turn, words: str) -> tuple[str, int] | None:
    """Find a customer by phone, e-mail or code, as far as the asker may know."""
    session, actor = turn.session, turn.actor
    if _CODE.fullmatch(words):
        account = customers.find_account_by_code(session, actor, words)
        return ("account", account.id) if account else None
    if _PHONE.fullmatch(words):
        contact = customers.find_contact_by_phone(session, actor, words)
    elif _EMAIL.fullmatch(words):
        contact = customers.find_contact_by_email(session, actor, words)
    else:
        return None
    return ("contact", contact.id) if contact else None


def _ask_which(mention: str, candidates: tuple[Candidate, ...], aspect: str) -> Outcome:
    options: tuple[Choice, ...] = tuple(_parties.choice_of(one, INTENT, {"aspect": aspect}) for one in candidates)
    text = say(zh=f"“{mention}”指的是哪一个？", en=f"Which '{mention}' do you mean?")
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=options),),
        dialogue=Dialogue(intent=INTENT, data={"aspect": aspect}),
    )


def _ask_name() -> Outcome:
    reply = draft(
        zh="要查谁？请说联系人、客户名称或电话。", en="Whom shall I look up? A contact, an account or a phone."
    )
    return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))


def _show(turn: Turn, record_type: str, record_id: int, aspect: str) -> Outcome:
    get = account_card if record_type == "account" else contact_card
    text = _cards.say_card(turn, get(turn.session, turn.actor, record_id), aspect)
    return Outcome(kind="answered", replies=(Draft(text=text),))


HANDLER = Handler(
    intent=INTENT,
    roles=STAFF,
    run=run,
    resume=resume,
    press=press,
    examples=(
        Example(zh="李娜是谁", en="who is Li Na"),
        Example(zh="华为的电话", en="last contact with Acme"),
        Example(zh="恒信地产的时间线", en="timeline of Acme"),
        Example(zh="搜索 年货礼盒", en="search gift boxes"),
        Example(zh="恒信的礼品卡商机到哪个阶段了", en="what stage is the Acme deal in"),
    ),
)
