"""'Open tickets' / '待处理工单': the tickets that a colleague may see, the most urgent first."""

from __future__ import annotations

from bot.handlers.support import _tickets
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from crm_core import tickets
from nlu.commands import list_tickets

SHOWN = 15
BUTTONS = 5


def run(turn: Turn) -> Outcome:
    """List open, overdue, own or unassigned tickets, as asked."""
    request = list_tickets.read(turn.text, turn.context)
    found = tickets.list_tickets(turn.session, turn.actor, which=request.which if request else "open")
    if not found:
        return Outcome(kind="answered", replies=(draft(zh="没有这样的工单。", en="There are no such tickets."),))
    text = say(zh=f"共 {len(found)} 个工单：", en=f"{len(found)} ticket(s):")
    for ticket in found[:SHOWN]:
        line = _tickets.say_line(turn, ticket)
        text += Text(zh=f"\n{line.zh}", en=f"\n{line.en}")
    if len(found) > SHOWN:
        newest = _tickets.say_line(turn, max(found[SHOWN:], key=lambda ticket: (ticket.created_at, ticket.id)))
        text += say(
            zh=f"\n……还有 {len(found) - SHOWN} 个，其中最新的：\n{newest.zh}",
            en=f"\n… and {len(found) - SHOWN} more, the newest of them:\n{newest.en}",
        )
    buttons = tuple(
        Choice(
            label=Text(zh=ticket.number, en=ticket.number), intent="show_ticket", arguments={"number": ticket.number}
        )
        for ticket in found[:BUTTONS]
    )
    return Outcome(kind="answered", replies=(Draft(text=text, choices=buttons),))


HANDLER = Handler(
    intent="list_tickets",
    roles=SUPPORTERS,
    run=run,
    examples=(Example(zh="待处理工单", en="open tickets"),),
    min_probability=0.6,
)
