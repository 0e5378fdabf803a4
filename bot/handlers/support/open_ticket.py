"""'Open a ticket for Acme: scanners broken' / '给华为开个工单：…': a ticket that a colleague opens for a customer."""

from __future__ import annotations

from bot.directory import Candidate
from bot.handlers.rep._form import Form, form_handler
from bot.handlers.support.reclassify_ticket import KIND_WORDS
from bot.say import Choice, Draft, Text, say
from bot.turn import RECORDERS, SUPPORTERS, Example, Outcome
from bot.words import say_moment
from crm_core import tickets
from crm_core.models import Ticket, TicketKind
from nlu.commands import open_ticket
from nlu.commands._mentions import Mention
from nlu.commands.open_ticket import OpenTicket

INTENT = "open_ticket"


def fill(form: Form) -> Outcome:
    """Find the customer, open the ticket with what he said, and give its number."""
    request = open_ticket.read(form.text, form.context) or OpenTicket(text="")
    words = form.given("text") or request.text
    customer = _customer(form, request, words)
    if not words:
        form.ask("text", say(zh="客户遇到什么问题？", en="What is the customer's problem?"), (form.cancel,))
    ticket = tickets.open_ticket(
        form.turn.session,
        form.turn.actor,
        subject=words,
        text=words,
        kind=TicketKind(request.kind),
        contact_id=customer.id if customer.record_type == "contact" else None,
        account_id=customer.account_id,
        language=form.turn.language,
    )
    return _echo(form, ticket, customer)


def _customer(form: Form, request: OpenTicket, words: str) -> Candidate:
    """Find whose ticket it is: whom the order names, else who stands in the story; a person before his company."""
    names = form.context.find_names(request.mention or "") if form.context.find_names else ()
    people = _named(form, words, is_person=True)
    companies = _named(form, words, is_person=False)
    if request.mention:
        is_company = bool(names) and not any(one.is_person for one in names)
        # 'for Acme, Laura Bennett says …': the person of that company in the story, if he works there
        if is_company and people:
            return _of_company(form, people[0], request.mention)
        company, owns, person = request.mention.partition("'s ")  # Orion's James Lee
        said = Mention(person, 0, 0, company) if owns and person else request.mention
        return form.party("customer", said)
    if people:
        return form.party("customer", Mention(people[0], 0, 0, companies[0] if companies else None))
    if not companies and form.given("customer") is None and form.settled("customer") is None:
        form.ask("customer", say(zh="是哪个客户的工单？", en="Which customer is it for?"), (form.cancel,))
    return form.party("customer", companies[0] if companies else "")


def _named(form: Form, words: str, *, is_person: bool) -> list[str]:
    if form.context.find_names is None:
        return []
    found = sorted(form.context.find_names(words), key=lambda one: one.start)
    return [words[one.start : one.end] for one in found if one.is_person is is_person and not one.is_colleague]


def _of_company(form: Form, person: str, company: str) -> Candidate:
    turn = form.turn
    found = turn.services.directory.resolve(turn.session, turn.actor, person, organisation=company)
    return found.candidates[0] if found.kind == "found" else form.party("customer", company)


def _echo(form: Form, ticket: Ticket, customer: Candidate) -> Outcome:
    kind = KIND_WORDS[ticket.kind]
    due = say_moment(ticket.solve_due_at, form.turn.zone) if ticket.solve_due_at else Text(zh="", en="")
    company = f"（{customer.account_name}）" if customer.account_name else ""
    company_en = f" ({customer.account_name})" if customer.account_name else ""
    text = say(
        zh=f"已开工单 {ticket.number} · {kind.zh} · {customer.name}{company}\n{ticket.subject}\n期限：{due.zh}",
        en=f"Ticket {ticket.number} opened · {kind.en} · {customer.name}{company_en}\n{ticket.subject}\nDue: {due.en}",
    )
    take = Choice(label=say(zh="我来处理", en="Take it"), intent="take_ticket", arguments={"number": ticket.number})
    done = form.done(text)
    first = done.replies[0]
    takes = (take,) if form.turn.person.role in SUPPORTERS else ()
    return Outcome(kind="done", replies=(Draft(text=first.text, choices=(*first.choices, *takes)),))


HANDLER = form_handler(
    intent=INTENT,
    roles=RECORDERS,
    reads=open_ticket.read,
    fill=fill,
    examples=(
        Example(zh="给恒信地产开个投诉工单：送来的礼盒破损", en="open a ticket for Acme: the cups arrived broken"),
    ),
)
