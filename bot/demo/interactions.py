"""Six months of interactions of the demo's reps, with what their customers said."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.demo.scene import HISTORY_DAYS, Row, Scene, language_of, read_rows
from crm_core.deals import WON
from crm_core.models import (
    Account,
    AccountLevel,
    AccountStatus,
    Contact,
    ContactStatus,
    Interaction,
    InteractionContact,
    InteractionKind,
    Opportunity,
)

#: how many interactions a rep has on a workday, with weights
A_DAY = ((0, 52), (1, 36), (2, 10), (3, 2))
LEVEL_WEIGHTS = {AccountLevel.S: 5, AccountLevel.A: 4, AccountLevel.B: 3, AccountLevel.C: 2}
#: the last interaction with such an account lies at least so many days back
QUIET_DAYS = {AccountStatus.SILENT: 100, AccountStatus.LOST: 70}
LONGEST_SILENT_SHARE = 0.25  # of the interactions go to the account that has waited longest
BUSINESS_SHARE = 0.6  # of the talk with someone who has business with us at hand is about that
KEY_CONTACT_SHARE = 0.65
AFTER_SALE_DAYS = 45  # how long people still speak of a delivery
NOT_AGAIN = 5  # a subject comes up again after so many other ones at the earliest
BIRTHDAY_SHARE = 0.5
#: talks to which a customer may bring a colleague
MEETINGS = frozenset({"visit", "online_meeting"})


@dataclass(frozen=True)
class Told:
    """An interaction with what a task needs to know of it."""

    interaction: Interaction
    account: Account
    contacts: tuple[Contact, ...]
    #: what was promised; None: nothing
    follow_up: str | None


class Diary:
    """Rolls one interaction after another, oldest first, remembering who was spoken to when."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._templates = read_rows("interactions.json")
        self._by_owner: dict[int | None, list[Account]] = defaultdict(list)
        for account in scene.accounts:
            self._by_owner[account.owner_id].append(account)
        self._once: set[tuple[int, str]] = set()
        self._last_talks: dict[int, deque[str]] = defaultdict(lambda: deque(maxlen=NOT_AGAIN))

    def write_day(self, day: date) -> list[Told]:
        """Write a day of all reps; what would lie after now has not happened."""
        moments = [
            (self._scene.moment(day), owner_id) for owner_id in self._by_owner for _ in range(self._scene.pick(A_DAY))
        ]
        told = [self._talk(at, owner_id) for at, owner_id in sorted(moments) if at < self._scene.now]
        return [entry for entry in told if entry is not None]

    def _talk(self, at: datetime, owner_id: int | None) -> Told | None:
        account = self._account(at, self._by_owner[owner_id])
        if account is None:
            return None
        occasion = self._occasion(account, at)
        if occasion is None:
            return None
        template, opportunity = occasion
        self._last_talks[account.id].append(template["subject"])
        if "once" in template:
            self._once.add((account.id, template["subject"]))
        contacts = self._contacts(account, template)
        return self._tell(at, account, contacts, template, opportunity)

    def _account(self, at: datetime, accounts: Sequence[Account]) -> Account | None:
        open_to_talk = [account for account in accounts if self._speaks(account, at)]
        if not open_to_talk:
            return None
        if self._scene.dice.random() < LONGEST_SILENT_SHARE:
            return min(open_to_talk, key=_last_spoken_to)
        return self._scene.pick([(account, LEVEL_WEIGHTS[account.level]) for account in open_to_talk])

    def _speaks(self, account: Account, at: datetime) -> bool:
        quiet_since = self._scene.now - timedelta(days=QUIET_DAYS.get(account.status, 0))
        return account.created_at < at < quiet_since

    def _occasion(self, account: Account, at: datetime) -> tuple[Row, Opportunity | None] | None:
        """Roll what they talk about: a template, and the opportunity that it is about, if it is about one."""
        deals = self._scene.opportunities[account.id]
        delivered = [deal for deal in deals if _is_delivered(deal, at)]
        being_made = [deal for deal in deals if _is_open(deal, at)]
        for about, possible in (("won", delivered), ("deal", being_made), (None, [None])):
            if not possible or (about is not None and self._scene.dice.random() > BUSINESS_SHARE):
                continue
            opportunity = self._scene.dice.choice(possible)
            templates = self._fitting(about, account, at, opportunity)
            if templates:
                return self._scene.dice.choice(templates), opportunity
        return None

    def _fitting(self, about: str | None, account: Account, at: datetime, deal: Opportunity | None) -> list[Row]:
        rows = [row for row in self._templates if row.get("about") == about and self._fits(row, account, at)]
        return [row for row in rows if _is_about(row, self._sold(deal))]

    def _fits(self, template: Row, account: Account, at: datetime) -> bool:
        youngest, oldest = template.get("account_age_days", (0, 99_999))
        return (
            template["language"] == language_of(account)
            and youngest <= (at - account.created_at).days <= oldest
            and template["subject"] not in self._last_talks[account.id]
            and (account.id, template["subject"]) not in self._once
        )

    def _sold(self, opportunity: Opportunity | None) -> Row | None:
        return self._scene.sold[opportunity.id] if opportunity else None

    def _contacts(self, account: Account, template: Row) -> tuple[Contact, ...]:
        active = [one for one in self._scene.contacts[account.id] if one.status is ContactStatus.ACTIVE]
        first = active[0] if self._scene.dice.random() < KEY_CONTACT_SHARE else self._scene.dice.choice(active)
        others = [one for one in active if one is not first]
        brings_colleague = template["kind"] in MEETINGS and others and self._scene.dice.random() < 0.4
        return (first, self._scene.dice.choice(others)) if brings_colleague else (first,)

    def _tell(
        self,
        at: datetime,
        account: Account,
        contacts: tuple[Contact, ...],
        template: Row,
        opportunity: Opportunity | None,
    ) -> Told:
        words = self._words(account, contacts[0], opportunity)
        text = {
            field: template[field].format(**words)
            for field in ("summary", "feedback", "follow_up")
            if field in template
        }
        interaction = Interaction(
            kind=InteractionKind(template["kind"]),
            occurred_at=at,
            subject=template["subject"],
            summary=text["summary"],
            feedback=text.get("feedback"),
            account_id=account.id,
            owner_id=account.owner_id,
            opportunity_id=opportunity.id if opportunity else None,
            created_at=at,
            updated_at=at,
        )
        account.last_interaction_at = account.updated_at = at
        for contact in contacts:
            contact.last_interaction_at = at
        if "is_birthday" in template:
            contacts[0].birthday = _born_on(self._scene, at.date())
        return Told(interaction, account, contacts, text.get("follow_up"))

    def _words(self, account: Account, contact: Contact, opportunity: Opportunity | None) -> Row:
        product = self._sold(opportunity)
        if opportunity is None or product is None:
            return {"contact": contact.name}
        return {
            "contact": contact.name,
            "product": product[language_of(account)],
            "quantity": product["quantity"],
            "unit": product["unit"],
            "amount": f"{opportunity.amount:,.0f}",
        }


def write_interactions(scene: Scene) -> list[Told]:
    """Write the half year's interactions, oldest first, and stamp accounts and contacts with the last of theirs."""
    diary = Diary(scene)
    told = [entry for day in scene.workdays() for entry in diary.write_day(day)]
    _write_birthdays(scene)
    scene.add_all([entry.interaction for entry in told])
    scene.add_all(
        [
            InteractionContact(interaction_id=entry.interaction.id, contact_id=contact.id)
            for entry in told
            for contact in entry.contacts
        ]
    )
    return told


def _write_birthdays(scene: Scene) -> None:
    """Give half of the other contacts a birthday of the coming half year: the past ones have been congratulated."""
    for contacts in scene.contacts.values():
        for contact in contacts:
            if contact.birthday is None and scene.dice.random() < BIRTHDAY_SHARE:
                contact.birthday = _born_on(scene, scene.days_ago(-scene.dice.randrange(1, HISTORY_DAYS)))


def _born_on(scene: Scene, day: date) -> date:
    # Up to the 28th: every year has that day.
    return date(scene.dice.randrange(1968, 1999), day.month, min(day.day, 28))


def _last_spoken_to(account: Account) -> tuple[bool, datetime]:
    """Order accounts by how long they have waited; one that was never spoken to comes first."""
    last = account.last_interaction_at
    return last is not None, last or account.created_at


def _is_open(deal: Opportunity, at: datetime) -> bool:
    return deal.created_at <= at and (deal.closed_at is None or at < deal.closed_at)


def _is_delivered(deal: Opportunity, at: datetime) -> bool:
    if deal.stage != WON or deal.closed_at is None:
        return False
    return deal.closed_at < at < deal.closed_at + timedelta(days=AFTER_SALE_DAYS)


def _is_about(template: Row, product: Row | None) -> bool:
    return product is None or product["kind"] in template.get("fits", (product["kind"],))
