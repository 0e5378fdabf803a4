"""Six months of the demo's tickets with their threads: solved ones, today's, and a few that have waited too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.scene import HISTORY_DAYS, SHANGHAI, Row, Scene, read_object, read_rows
from crm_core.models import (
    Contact,
    Role,
    Ticket,
    TicketKind,
    TicketMessage,
    TicketMessageAuthor,
    TicketPriority,
    TicketStatus,
    User,
)
from crm_core.numbering import next_number
from crm_core.service_levels import SERVICE_LEVELS
from crm_core.tickets import TICKET_PREFIX

A_DAY = ((0, 35), (1, 35), (2, 22), (3, 8))  # tickets of a day, with weights
CLOSED_DAYS = 3  # a solved ticket is closed so long after
#: tickets that wait: hours since they were opened, and how many lines they have. Past 72 hours they are overdue;
#: a first answer is due after 8.
WAITING = ((212, 1), (165, 3), (118, 2), (46, 2), (29, 2), (22, 3), (7, 1), (5, 2), (3, 1), (1, 1))
OPENS, CLOSES = 8, 21  # hours in Shanghai at which customers write and staff answer
CHANNELS = (("web", 5), ("wecom_kf", 4), ("telegram", 2))
SCORES = ((5, 50), (4, 30), (3, 12), (2, 5), (1, 3))
SCORED_SHARE = 0.6
TEAM = "客服 / Customer Care"


@dataclass(frozen=True)
class Line:
    """One line of a thread, when it was written."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class Case:
    """A ticket with its thread and who looks after it."""

    ticket: Ticket
    thread: Sequence[Line]
    agent: User


def write_tickets(scene: Scene) -> list[Ticket]:
    """Write the tickets in the order of their numbers."""
    desk = _Desk(scene)
    plan = sorted([*_settled(scene), *_waiting(scene)], key=lambda entry: entry[0])
    cases = [desk.roll(opened_at, lines) for opened_at, lines in plan]
    scene.add_all([case.ticket for case in cases])
    scene.add_all([_message(case, line) for case in cases for line in case.thread])
    return [case.ticket for case in cases]


def _settled(scene: Scene) -> list[tuple[datetime, int | None]]:
    """Plan the tickets up to yesterday: all lines, so they are solved unless the thread goes on today."""
    days = [scene.days_ago(days) for days in range(HISTORY_DAYS, 0, -1)]
    return [(scene.moment(day, OPENS, CLOSES), None) for day in days for _ in range(scene.pick(A_DAY))]


def _waiting(scene: Scene) -> list[tuple[datetime, int | None]]:
    return [(scene.now - timedelta(hours=hours, minutes=scene.dice.randrange(50)), lines) for hours, lines in WAITING]


class _Desk:
    """Rolls one ticket after another; their numbers are taken in that order."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._templates = read_rows("tickets.json")
        self._stores: Row = read_object("words.json")["stores"]
        self._agents = [user for user in scene.users.values() if user.role is Role.SUPPORT]

    def roll(self, opened_at: datetime, line_count: int | None) -> Case:
        """Roll a ticket with its first `line_count` lines, solved with all of them if None."""
        customer = self._scene.dice.choice(self._scene.shoppers)
        # Nobody's complaint lies unanswered in the demo for days: what waits is a question or a request.
        template = self._template(customer.language or "zh", is_calm=line_count is not None)
        if template.get("from") == "account":
            customer = self._colleague(template["language"])
        agent = self._scene.dice.choice(self._agents)
        words = self._words(template, opened_at)
        lines = self._thread(template, words, opened_at)
        thread = [line for line in lines[:line_count] if line.at <= self._scene.now]
        ticket = self._ticket(template["subject"].format(**words), template, customer, thread)
        self._settle(ticket, thread, agent, is_solved=len(thread) == len(lines))
        return Case(ticket, thread, agent)

    def _template(self, language: str, *, is_calm: bool) -> Row:
        fitting = [row for row in self._templates if row["language"] == language]
        if is_calm:
            fitting = [row for row in fitting if row["kind"] != TicketKind.COMPLAINT]
        return self._scene.dice.choice(fitting)

    def _colleague(self, language: str) -> Contact:
        key_contacts = [contacts[0] for contacts in self._scene.contacts.values()]
        return self._scene.dice.choice([one for one in key_contacts if one.language == language])

    def _words(self, template: Row, opened_at: datetime) -> Row:
        ordered_on = opened_at.astimezone(SHANGHAI) - timedelta(days=self._scene.dice.randrange(1, 9))
        return {
            "item": self._scene.dice.choice(template.get("items", [""])),
            "store": self._scene.dice.choice(self._stores[template["language"]]),
            "order": f"JL{ordered_on:%Y%m%d}{self._scene.dice.randrange(1000, 9999)}",
        }

    def _thread(self, template: Row, words: Row, opened_at: datetime) -> list[Line]:
        lines, at = [], opened_at
        for number, line in enumerate(template["thread"]):
            if number:
                at = self._later(at, is_complaint=template["kind"] == TicketKind.COMPLAINT)
            lines.append(Line(at, line["author"], line["text"].format(**words)))
        return lines

    def _later(self, at: datetime, *, is_complaint: bool) -> datetime:
        """Return when the next line is written: within the waking hours, complaints sooner."""
        minutes = self._scene.dice.randrange(4, 50) if is_complaint else self._scene.dice.randrange(6, 200)
        later = (at + timedelta(minutes=minutes)).astimezone(SHANGHAI)
        if OPENS <= later.hour <= CLOSES:
            return later
        morning = later if later.hour < OPENS else later + timedelta(days=1)
        return morning.replace(hour=OPENS, minute=self._scene.dice.randrange(5, 55))

    def _ticket(self, subject: str, template: Row, customer: Contact, thread: Sequence[Line]) -> Ticket:
        opened_at, kind = thread[0].at, TicketKind(template["kind"])
        clocks = SERVICE_LEVELS[kind]
        return Ticket(
            number=next_number(self._scene.session, TICKET_PREFIX, opened_at.astimezone(SHANGHAI).year, 4),
            kind=kind,
            priority=TicketPriority.HIGH if kind is TicketKind.COMPLAINT else TicketPriority.MEDIUM,
            subject=subject[:1].upper() + subject[1:],
            contact_id=customer.id,
            account_id=customer.account_id,
            team_id=self._scene.teams[TEAM].id,
            channel=self._scene.pick(CHANNELS),
            language=template["language"],
            first_answer_due_at=opened_at + clocks.first_answer,
            solve_due_at=opened_at + clocks.solve,
            created_at=opened_at,
            updated_at=thread[-1].at,
        )

    def _settle(self, ticket: Ticket, thread: Sequence[Line], agent: User, *, is_solved: bool) -> None:
        answers = [line.at for line in thread if line.author == "staff"]
        ticket.first_answered_at = answers[0] if answers else None
        ticket.assignee_id = agent.id if answers else None
        ticket.status = TicketStatus.PENDING if thread[-1].author == "staff" else TicketStatus.OPEN
        if is_solved:
            self._solve(ticket, answers[-1])

    def _solve(self, ticket: Ticket, solved_at: datetime) -> None:
        ticket.status, ticket.solved_at = TicketStatus.SOLVED, solved_at
        if self._scene.dice.random() < SCORED_SHARE:
            ticket.csat = self._scene.pick(SCORES)
        closes_at = solved_at + timedelta(days=CLOSED_DAYS)
        if closes_at < self._scene.now:
            ticket.status, ticket.closed_at, ticket.updated_at = TicketStatus.CLOSED, closes_at, closes_at


def _message(case: Case, line: Line) -> TicketMessage:
    is_ours = line.author != "customer"
    return TicketMessage(
        ticket_id=case.ticket.id,
        author=TicketMessageAuthor.STAFF if is_ours else TicketMessageAuthor.CUSTOMER,
        user_id=case.agent.id if is_ours else None,
        text=line.text,
        is_internal=line.author == "note",
        created_at=line.at,
    )
