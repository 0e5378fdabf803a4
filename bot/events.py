"""What happens in a chat besides words: opening it, files, a shared number, edits, and what the platform reports.

Promise: every kind of message that is not words or a pressed choice has its function here. Never: a vendor's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import select

from bot import cases, moving, outbox
from bot.channel import MessageKind
from bot.models import InboxMessage, OutboxStatus, Owner
from bot.say import Draft, draft, say
from bot.turn import FLOOD_WINDOW, Outcome, Turn
from bot.words import BACK_WORDS, BOT_IS_BACK, say_welcome
from crm_core.models import Ticket

#: a colleague is greeted again after this long
GREETING_PAUSE = timedelta(days=7)
#: files that follow each other so quickly belong together
FILES_WINDOW = timedelta(minutes=1)
SILENT = Outcome(kind="done")


def slow_down(turn: Turn) -> Outcome | None:
    """Answer a flood with one polite notice, then with silence until it ends."""
    if turn.situation.recent_messages <= turn.services.settings.sender_messages_per_minute:
        return None
    noticed = turn.conversation.slowed_at
    if noticed is not None and noticed > turn.now - FLOOD_WINDOW:
        return Outcome(kind="refused")
    turn.conversation.slowed_at = turn.now
    return Outcome(
        kind="refused",
        replies=(
            draft(
                zh="消息有点多，我先缓一缓，请一分钟后再发。",
                en="That's a lot of messages at once. Please wait a minute and send your question again.",
            ),
        ),
    )


def keep_silently(turn: Turn) -> Outcome | None:
    """Take note of what was said before the program's first start: days old, so an answer would only puzzle."""
    return SILENT if turn.message.context.get("backlog") else None


def pass_to_person(turn: Turn) -> Outcome:
    """Keep the customer's words for the person who has the thread, and say nothing; unless he wants the bot back."""
    if BACK_WORDS.fullmatch(turn.text):
        cases.take_back(turn)
        return Outcome(kind="done", replies=(BOT_IS_BACK,))
    ticket = turn.session.get(Ticket, turn.conversation.ticket_id) if turn.conversation.ticket_id else None
    if ticket is None:
        cases.note_given_phone(turn)
    elif turn.message.text or turn.message.attachments:
        cases.add_to_ticket(turn, ticket, turn.message.text or _say_files(turn))
    return SILENT


def _enter(turn: Turn) -> Outcome:
    """Greet; a colleague who merely opens the app again is not greeted each time."""
    is_asked_for = "payload" in turn.message.context or turn.person.user is None
    greeted = turn.conversation.greeted_at
    if turn.conversation.owner is Owner.PERSON:
        return SILENT
    if not is_asked_for and greeted is not None and greeted > turn.now - GREETING_PAUSE:
        return SILENT
    turn.conversation.greeted_at = turn.now
    return Outcome(kind="smalltalk", replies=say_welcome(turn))


def _media(turn: Turn) -> Outcome:
    """Keep files: with the open ticket, with the person who has the thread, or for the ticket to come."""
    if turn.message.context.get("files_refused") and not turn.message.attachments:
        return Outcome(kind="refused", replies=(_say_refused(turn),))
    if turn.person.user is None and turn.conversation.owner is Owner.PERSON:
        return pass_to_person(turn)
    ticket = cases.find_open_ticket(turn) if turn.person.user is None else None
    if ticket is not None and (turn.message.text or turn.message.attachments):
        cases.add_to_ticket(turn, ticket, turn.message.text or _say_files(turn))
    if not turn.message.attachments:
        return Outcome(kind="asked", replies=(_say_unreadable(ticket),))
    return SILENT if _follows_a_file(turn) else _acknowledge_files(turn, ticket)


def _say_unreadable(ticket: Ticket | None) -> Draft:
    """Say that a location, a card or a poll says nothing to us."""
    if ticket is not None:
        return draft(
            zh=f"我看不了这类消息，请用文字补充，我会附到工单 {ticket.number}。",
            en=f"I can't read this kind of message. Tell me in words and I'll add them to ticket {ticket.number}.",
        )
    return draft(
        zh="我看不了这类消息，请用文字告诉我。", en="I can't read this kind of message. Please tell me in words."
    )


def _acknowledge_files(turn: Turn, ticket: Ticket | None) -> Outcome:
    if ticket is not None:
        reply = draft(
            zh=f"已收到，已附到工单 {ticket.number}。", en=f"Got it. I've added it to ticket {ticket.number}."
        )
        return Outcome(kind="done", replies=(reply,))
    if turn.person.user is not None:
        reply = draft(
            zh="文件已收到，但我还不会处理同事发来的文件。请用文字告诉我要做什么。",
            en="I have the file, but I can't work with files from colleagues yet. Please tell me in words.",
        )
        return Outcome(kind="asked", replies=(reply,))
    reply = draft(
        zh="文件已收到。请再用一句话说说遇到了什么问题，我会一起处理。",
        en="I have your file. Please tell me in a sentence what it is about, and I'll handle both together.",
    )
    return Outcome(kind="asked", replies=(reply,))


def _follows_a_file(turn: Turn) -> bool:
    """Whether the message just before brought a file too: an album, or several photos in a row, get one answer."""
    statement = (
        select(InboxMessage)
        .where(
            InboxMessage.channel == turn.message.channel,
            InboxMessage.conversation_key == turn.message.conversation_key,
            InboxMessage.id < turn.inbox_id,
        )
        .order_by(InboxMessage.id.desc())
        .limit(1)
    )
    before = turn.session.scalars(statement).first()
    return before is not None and before.received_at > turn.now - FILES_WINDOW and bool(before.payload["attachments"])


def _contact(turn: Turn) -> Outcome:
    if turn.person.user is not None:
        return SILENT
    cases.ensure_contact(turn, mobile=turn.message.phone)
    return Outcome(
        kind="done",
        replies=(
            draft(
                zh="谢谢，已登记你的手机号，之后可以凭它查询工单。",
                en="Thank you, your phone number is on file. We can now find your tickets by it.",
            ),
        ),
    )


def _edit(turn: Turn) -> Outcome:
    """An edited message runs nothing a second time; a customer's ticket learns the new words."""
    if turn.person.user is not None:
        return Outcome(
            kind="asked",
            replies=(
                draft(
                    zh="我不会重复执行已编辑的消息。需要更正请重新发一条，或回复“撤销”。",
                    en="I don't run edited messages a second time. Please send it again, or reply 'undo'.",
                ),
            ),
        )
    ticket = cases.find_open_ticket(turn)
    if ticket is not None:
        words = say(zh=f"（客户修改了消息）{turn.message.text}", en=f"(message edited) {turn.message.text}")
        cases.add_to_ticket(turn, ticket, words.in_(turn.language))
    return SILENT


def _recall(turn: Turn) -> Outcome:
    """Hide a message that its sender took back: its words are dropped from the trace."""
    original = turn.session.scalars(
        select(InboxMessage).where(
            InboxMessage.channel == turn.message.channel, InboxMessage.external_id == turn.message.replaces
        )
    ).first()
    if original is not None:
        original.payload = {**original.payload, "text": ""}
    return SILENT


def _delivery_failed(turn: Turn) -> Outcome:
    """Park a reply that the platform took but did not deliver, and tell whoever works on the ticket."""
    row = outbox.find_by_platform_id(turn.session, turn.message.channel, turn.message.replaces or "")
    if row is None:
        return SILENT
    row.status = OutboxStatus.PARKED
    row.error = f"not delivered by the platform: {dict(turn.message.context)}"
    ticket = cases.find_open_ticket(turn)
    if ticket is not None:
        cases.notify_staff(
            turn,
            ticket,
            say(
                zh=f"工单 {ticket.number}：回复没有送达客户，请换个方式联系。",
                en=f"Ticket {ticket.number}: the reply did not reach the customer. Please use another way.",
            ),
        )
    return SILENT


def _reachability(turn: Turn) -> Outcome:
    turn.conversation.is_reachable = bool(turn.message.reachable)
    return SILENT


def _service_state(turn: Turn) -> Outcome:
    """Follow the platform: a person took the session, or it ended and the bot may speak again."""
    turn.conversation.service_state = turn.message.service_state
    turn.conversation.event_code = turn.message.context.get("event_code") or turn.conversation.event_code
    if turn.message.service_state in {"human", "queue"}:
        turn.conversation.owner = Owner.PERSON
        outbox.cancel_waiting(turn.session, turn.conversation.id, reason="a person took over at the platform")
    elif turn.message.service_state in {"ended", "bot"}:
        cases.give_back(turn)
    return SILENT


def _staff_spoke(turn: Turn) -> Outcome:
    """A colleague wrote in the platform's own client: he has the thread now."""
    turn.conversation.owner = Owner.PERSON
    return SILENT


def _moved(turn: Turn) -> Outcome:
    """A group became a supergroup: everybody's conversation in it goes on where it was."""
    moving.move(turn.session, turn.message.channel, **turn.message.context)
    return SILENT


def _say_refused(turn: Turn) -> Draft:
    refused = turn.message.context["files_refused"]
    return draft(
        zh="\n".join(file["reason_zh"] for file in refused), en="\n".join(file["reason_en"] for file in refused)
    )


def _say_files(turn: Turn) -> str:
    names = ", ".join(attachment.filename for attachment in turn.message.attachments)
    return say(zh=f"［文件］{names}", en=f"[file] {names}").in_(turn.language)


EVENTS: Mapping[MessageKind, Callable[[Turn], Outcome]] = MappingProxyType(
    {
        MessageKind.ENTER: _enter,
        MessageKind.MEDIA: _media,
        MessageKind.CONTACT: _contact,
        MessageKind.EDIT: _edit,
        MessageKind.RECALL: _recall,
        MessageKind.DELIVERY_FAILED: _delivery_failed,
        MessageKind.REACHABILITY: _reachability,
        MessageKind.SERVICE_STATE: _service_state,
        MessageKind.STAFF_SPOKE: _staff_spoke,
        MessageKind.MOVED: _moved,
    }
)
