"""What is said of a customer: his card, one fact of it, or his history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.say import Text, say
from bot.turn import Turn
from bot.words import say_moment, say_value
from crm_core.cards import AccountCard, ContactCard
from crm_core.models import Contact
from crm_core.timeline import TimelineEntry, timeline

LINES = 10

Card = AccountCard | ContactCard
NOTHING = Text(zh="", en="")


def say_card(turn: Turn, card: Card, aspect: str) -> Text:
    """Answer what was asked in the first line, then show the card; a timeline stands by itself."""
    if aspect == "timeline":
        return _say_timeline(turn, card)
    answer = _ANSWERS[aspect](turn, card) if aspect in _ANSWERS else NOTHING
    whole = _say_contact(turn, card) if isinstance(card, ContactCard) else _say_account(turn, card)
    return answer + whole


def _phone(_turn: Turn, card: Card) -> Text:
    return _of_people(card, lambda contact: contact.mobile, say(zh="电话", en="phone"))


def _email(_turn: Turn, card: Card) -> Text:
    return _of_people(card, lambda contact: contact.email, say(zh="邮箱", en="e-mail"))


def _of_people(card: Card, read: Callable[[Contact], str | None], what: Text) -> Text:
    people = [card.contact] if isinstance(card, ContactCard) else card.contacts
    known = [f"{contact.name} {read(contact)}" for contact in people if read(contact)]
    if not known:
        return say(zh=f"没有登记{what.zh}。\n", en=f"No {what.en} is stored.\n")
    return Text(zh="；".join(known) + "\n", en="; ".join(known) + "\n")


def _last_contact(turn: Turn, card: Card) -> Text:
    last = card.last_interaction
    if last is None:
        return say(zh="还没有互动记录。\n", en="There is no interaction yet.\n")
    when, kind = say_moment(last.occurred_at, turn.zone), say_value(last.kind.value, turn.zone)
    return say(zh=f"最近一次联系：{when.zh} {kind.zh}\n", en=f"Last contact: {when.en}, {kind.en}\n")


_ANSWERS: dict[str, Callable[[Turn, Card], Text]] = {"phone": _phone, "email": _email, "last_contact": _last_contact}


def _say_timeline(turn: Turn, card: Card) -> Text:
    if isinstance(card, ContactCard):
        entries: Sequence[TimelineEntry] = timeline(turn.session, turn.actor, contact_id=card.contact.id, limit=LINES)
        name = card.contact.name
    else:
        entries = timeline(turn.session, turn.actor, account_id=card.account.id, limit=LINES)
        name = card.account.name
    if not entries:
        return say(zh=f"{name} 还没有记录。", en=f"There is no history of {name} yet.")
    text = say(zh=f"{name} 的时间线：", en=f"Timeline of {name}:")
    for entry in entries:
        when, title = say_moment(entry.at, turn.zone), say_value(entry.title, turn.zone)
        text += Text(zh=f"\n• {when.zh} {title.zh} {entry.text}", en=f"\n• {when.en} {title.en}: {entry.text}")
    return text


def _say_contact(turn: Turn, card: ContactCard) -> Text:
    contact = card.contact
    facts = [contact.title, card.account.name if card.account else None, contact.mobile, contact.email]
    line = " · ".join(fact for fact in facts if fact)
    return Text(zh=f"{contact.name} · {line}", en=f"{contact.name} · {line}") + _say_surroundings(turn, card)


def _say_account(turn: Turn, card: AccountCard) -> Text:
    account = card.account
    people = "、".join(contact.name for contact in card.contacts)
    status = say_value(account.status.value, turn.zone)
    industry = account.industry
    head = say(
        zh=f"{account.name}（{account.code}）· {account.level.value} 级 · {status.zh} · {industry or '行业未填'}",
        en=f"{account.name} ({account.code}) · level {account.level.value} · {status.en} · {industry or 'no industry'}",
    )
    named = say(zh=f"\n联系人：{people}", en=f"\nContacts: {people}") if people else NOTHING
    return head + named + _say_surroundings(turn, card)


def _say_surroundings(turn: Turn, card: Card) -> Text:
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
