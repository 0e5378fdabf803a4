"""Finding the ticket that a colleague means, and reaching its customer."""

from __future__ import annotations

from bot import outbox, speech
from bot.channel import ServiceAction
from bot.models import Conversation, Owner
from bot.say import Draft, Text, draft, say
from bot.turn import Outcome, Turn
from bot.words import say_moment
from crm_core import tickets
from crm_core.errors import RecordNotFound
from crm_core.models import Ticket, TicketStatus, User

STATUS_WORDS = {
    TicketStatus.OPEN: say(zh="待处理", en="open"),
    TicketStatus.PENDING: say(zh="等客户", en="waiting for the customer"),
    TicketStatus.SOLVED: say(zh="已解决", en="solved"),
    TicketStatus.CLOSED: say(zh="已关闭", en="closed"),
}


def find_ticket(turn: Turn, number: str) -> Ticket | Outcome:
    """Return the ticket of a number, or the words that there is none."""
    try:
        return tickets.get_by_number(turn.session, turn.actor, number)
    except RecordNotFound:
        reply = draft(
            zh=f"没有找到工单“{number}”。回复“待处理工单”查看列表。",
            en=f"I can't find ticket '{number}'. Reply 'open tickets' for the list.",
        )
        return Outcome(kind="answered", replies=(reply,))


def ask_number(*, zh: str, en: str) -> Outcome:
    """Ask for the sentence that is missing its ticket number."""
    return Outcome(kind="asked", replies=(draft(zh=zh, en=en),))


def tell_customer(turn: Turn, ticket: Ticket, words: Draft, *, author: str) -> bool:
    """Say something in the ticket's conversation, on the customer's own channel; False if it has none."""
    conversation = turn.session.get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    if conversation is None or not conversation.is_reachable:
        return False
    language = speech.language_of(conversation, "zh" if ticket.language == "zh" else "en")
    speech.tell(
        turn.session,
        turn.services.channels,
        conversation,
        [words],
        language=language,
        now=turn.now,
        author=author,
    )
    return True


def give_back_to_bot(turn: Turn, ticket: Ticket) -> None:
    """Let the bot answer the customer again once a person's work on his ticket is over."""
    conversation = turn.session.get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    if conversation is not None and conversation.ticket_id == ticket.id:
        # Before the words that follow: a platform that tracks sessions lets us speak once more when it ends.
        outbox.queue_service(turn.session, conversation, ServiceAction.END, now=turn.now, inbox_id=turn.inbox_id)
        conversation.owner = Owner.BOT
        conversation.ticket_id = None
        conversation.misses = 0
        outbox.reopen_held(turn.session, conversation.id, now=turn.now)


def say_line(turn: Turn, ticket: Ticket) -> Text:
    """Write a ticket on one line: number, state, subject, assignee, due time."""
    status, assignee = STATUS_WORDS[ticket.status], ""
    if ticket.assignee_id is not None:
        assignee = f" @{turn.session.get_one(User, ticket.assignee_id).handle}"
    when = say_moment(ticket.solve_due_at, turn.zone) if ticket.solve_due_at else Text(zh="", en="")
    return say(
        zh=f"{ticket.number} [{status.zh}]{assignee} {ticket.subject}（期限 {when.zh}）",
        en=f"{ticket.number} [{status.en}]{assignee} {ticket.subject} (due {when.en})",
    )
