"""The demo company's accounts with their contacts, the shoppers who write in, and the leads."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from bot.demo.scene import SHANGHAI, Row, Scene, read_object, read_rows
from crm_core.customers import ACCOUNT_PREFIX
from crm_core.fields import mobile
from crm_core.models import Account, AccountLevel, AccountStatus, Contact, ContactStatus, Lead, LeadStatus
from crm_core.numbering import next_number

DAYS_IN_MONTH = 30.4
NEWEST_DAYS = 18  # "0 months ago": after the lead that it came from, within the newcomer's month


def write_customers(scene: Scene) -> None:
    """Write accounts (codes in the order of their years) and their contacts."""
    reasons = read_object("words.json")["statuses"]
    rows = sorted(read_rows("accounts.json"), key=lambda row: -int(row["months_ago"]))
    scene.accounts = [_account(scene, row, reasons[row["status"]][row["language"]]) for row in rows]
    scene.add_all(scene.accounts)
    for account, row in zip(scene.accounts, rows, strict=True):
        contacts = [_contact(account, person) for person in row["contacts"]]
        contacts.sort(key=lambda contact: contact.status is ContactStatus.DEPARTED)
        scene.contacts[account.id] = contacts
        scene.add_all(contacts)


def write_shoppers(scene: Scene) -> None:
    """Write the customers of the shops: contacts without an account, of nobody in particular."""
    for row in read_rows("shoppers.json"):
        since = scene.moment(scene.days_ago(scene.dice.randrange(200, 900)), 9, 21)
        shopper = _person(row, since)
        shopper.attributes = {"member_level": row["member_level"]}
        scene.shoppers.append(shopper)
    scene.add_all(scene.shoppers)


def write_leads(scene: Scene) -> list[Lead]:
    """Write the leads, from today's to those long since decided."""
    leads = [_lead(scene, row) for row in read_rows("leads.json")]
    scene.add_all(leads)
    return leads


def _account(scene: Scene, row: Row, status_reason: str) -> Account:
    days = round(row["months_ago"] * DAYS_IN_MONTH) or NEWEST_DAYS
    since = scene.moment(scene.workday(scene.days_ago(days)))
    status = AccountStatus(row["status"])
    return Account(
        code=next_number(scene.session, ACCOUNT_PREFIX, since.astimezone(SHANGHAI).year, 3),
        status=status,
        status_reason=status_reason,
        level=AccountLevel(row["level"]),
        owner_id=scene.users[row["owner"]].id,
        annual_amount=Decimal(row["annual_amount"]),
        partner_since=None if status is AccountStatus.NEW else since.date(),
        created_at=since,
        updated_at=since,
        **{name: row[name] for name in _SAME_NAMES},
    )


_SAME_NAMES = ("name", "short_names", "industry", "size_band", "region", "address", "website", "source", "tags")


def _contact(account: Account, row: Row) -> Contact:
    contact = _person(row, account.created_at)
    contact.title = row["title"]
    contact.decision_role = row["decision_role"]
    contact.is_key_contact = row.get("is_key_contact", False)
    contact.status = ContactStatus(row.get("status", ContactStatus.ACTIVE))
    contact.account_id = account.id
    contact.owner_id = account.owner_id
    contact.attributes = {"aliases": row["aliases"]} if "aliases" in row else {}
    return contact


def _person(row: Row, since: datetime) -> Contact:
    return Contact(
        name=row["name"],
        mobile=mobile("mobile", row["mobile"]),
        email=row["email"],
        language=row["language"],
        created_at=since,
        updated_at=since,
    )


def _lead(scene: Scene, row: Row) -> Lead:
    # A lead of today came in within the last hours, whatever the hour of the day is now.
    recent = scene.now - timedelta(minutes=scene.dice.randrange(15, 180, 5))
    came_at = min(scene.moment(scene.days_ago(row["days_ago"])), recent)
    status = LeadStatus(row["status"])
    decided_at = came_at if status is LeadStatus.NEW else came_at + timedelta(hours=scene.dice.randrange(1, 30))
    return Lead(
        name=row["name"],
        company=row["company"],
        mobile=mobile("mobile", row["mobile"]),
        source=row["source"],
        region=row["region"],
        score=row["score"],
        is_score_given=True,
        status=status,
        owner_id=scene.users[row["owner"]].id if row["owner"] else None,
        assigned_at=min(decided_at, scene.now) if row["owner"] else None,
        notes=row["notes"],
        created_at=came_at,
        updated_at=min(decided_at, scene.now),
    )
