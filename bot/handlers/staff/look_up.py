"""'Who is X?', 'last contact with X': what the records say of a customer, as far as the asker may see it."""

from __future__ import annotations

import re

from bot.directory import Candidate
from bot.handlers.rep import _parties
from bot.say import Draft, Text, draft, say
from bot.turn import STAFF, Dialogue, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import customers
from crm_core.cards import AccountCard, ContactCard, account_card, contact_card
from nlu.commands import look_up

INTENT = "look_up"
_PHONE = re.compile(r"\+?\d[\d -]{6,18}")


def run(turn: Turn) -> Outcome:
    """Find whom is meant and show his card; of several, ask which."""
    request = look_up.read(turn.text, turn.context)
    mention = request.mention if request else None
    if not mention:
        named = turn.services.directory.find_in(turn.session, turn.text)
        mention = named[0] if named else None
    return _show_mention(turn, mention) if mention else _ask_name()


def resume(turn: Turn) -> Outcome:
    """Take the name that we asked for, alone or in a whole sentence."""
    request = look_up.read(turn.text, turn.context)
    return _show_mention(turn, (request.mention if request else None) or turn.text)


def press(turn: Turn) -> Outcome:
    """Show the chosen record."""
    kind, record_id = turn.arguments["record"]
    return _show(turn, str(kind), int(record_id))


def _show_mention(turn: Turn, mention: str) -> Outcome:
    resolution = turn.services.directory.resolve(turn.session, turn.actor, mention)
    if resolution.kind == "found":
        return _show(turn, resolution.candidates[0].record_type, resolution.candidates[0].id)
    if resolution.kind == "hidden":
        return _parties.refuse()
    if resolution.kind in {"unknown", "near"} and _PHONE.fullmatch(mention):
        return _show_phone(turn, mention)
    if resolution.kind == "unknown":
        reply = draft(zh=f"没有找到“{mention}”。", en=f"I can't find '{mention}'.")
        return Outcome(kind="answered", replies=(reply,))
    return _ask_which(mention, resolution.candidates)


def _show_phone(turn: Turn, number: str) -> Outcome:
    """Show whose phone number it is, as far as the asker may know."""
    contact = customers.find_contact_by_phone(turn.session, turn.actor, number)
    if contact is None:
        reply = draft(zh=f"没有找到号码“{number}”。", en=f"I can't find the number '{number}'.")
        return Outcome(kind="answered", replies=(reply,))
    return _show(turn, "contact", contact.id)


def _ask_which(mention: str, candidates: tuple[Candidate, ...]) -> Outcome:
    options = tuple(_parties.choice_of(one, INTENT, {}) for one in candidates)
    text = say(zh=f"“{mention}”指的是哪一个？", en=f"Which '{mention}' do you mean?")
    return Outcome(kind="asked", replies=(Draft(text=text, choices=options),))


def _ask_name() -> Outcome:
    reply = draft(
        zh="要查谁？请说联系人、客户名称或电话。", en="Whom shall I look up? A contact, an account or a phone."
    )
    return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))


def _show(turn: Turn, record_type: str, record_id: int) -> Outcome:
    if record_type == "account":
        text = _say_account(turn, account_card(turn.session, turn.actor, record_id))
    else:
        text = _say_contact(turn, contact_card(turn.session, turn.actor, record_id))
    return Outcome(kind="answered", replies=(Draft(text=text),))


def _say_contact(turn: Turn, card: ContactCard) -> Text:
    contact = card.contact
    facts = [contact.title, card.account.name if card.account else None, contact.mobile, contact.email]
    line = " · ".join(fact for fact in facts if fact)
    return Text(zh=f"{contact.name} · {line}", en=f"{contact.name} · {line}") + _say_surroundings(turn, card)


def _say_account(turn: Turn, card: AccountCard) -> Text:
    account = card.account
    people = "、".join(contact.name for contact in card.contacts)
    head = say(
        zh=f"{account.name}（{account.code}）· {account.level.value} 级 · {account.industry or '行业未填'}",
        en=f"{account.name} ({account.code}) · level {account.level.value} · {account.industry or 'no industry'}",
    )
    named = say(zh=f"\n联系人：{people}", en=f"\nContacts: {people}") if people else Text(zh="", en="")
    return head + named + _say_surroundings(turn, card)


def _say_surroundings(turn: Turn, card: ContactCard | AccountCard) -> Text:
    text = say(zh=f"\n负责人：{card.owner or '无'}", en=f"\nOwner: {card.owner or 'none'}")
    if card.last_interaction is not None:
        last, when = card.last_interaction, say_moment(card.last_interaction.occurred_at, turn.zone)
        text += say(zh=f"\n最近互动：{when.zh} {last.summary}", en=f"\nLast interaction: {when.en}, {last.summary}")
    if card.open_deals:
        deals = "；".join(f"{deal.name} {deal.amount or ''}".strip() for deal in card.open_deals)
        text += say(zh=f"\n进行中商机：{deals}", en=f"\nOpen deals: {deals}")
    if card.open_tickets:
        numbers = ", ".join(ticket.number for ticket in card.open_tickets)
        text += say(zh=f"\n未结工单：{numbers}", en=f"\nOpen tickets: {numbers}")
    if card.next_task is not None:
        text += say(zh=f"\n下一步：{card.next_task.title}", en=f"\nNext: {card.next_task.title}")
    return text


HANDLER = Handler(
    intent=INTENT,
    roles=STAFF,
    run=run,
    resume=resume,
    press=press,
    examples=(Example(zh="李娜是谁", en="who is Li Na"), Example(zh="华为的电话", en="last contact with Acme")),
)
