"""The monthly review of customers: what the rules say of level and status, and a person's yes or no to it.

Promise: nothing is changed without a person; a month's review is made once however often it runs; every proposal says
why in both languages. The rules are data (`customer_rules.json`, set `levels` and `statuses`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.audit import changing, record_change, snapshot
from crm_core.customer_rules import get_rules
from crm_core.customers import update_account
from crm_core.errors import InvalidField
from crm_core.models import Account, AccountLevel, AccountProposal, AccountStatus, ProposalStatus, Requirement, User
from crm_core.permissions import Actor, require, visible
from crm_core.records import get_record

_DAYS_OF_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a rule says, and why."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class _Facts:
    """What the rules look at."""

    account: Account
    last_requirement_at: datetime | None
    now: datetime
    today: date

    @property
    def partner_years(self) -> float:
        since = self.account.partner_since
        return (self.today - since).days / _DAYS_OF_YEAR if since is not None else 0.0


def propose(session: Session, actor: Actor) -> list[AccountProposal]:
    """Compare the accounts within the actor's reach with the rules; return this month's new proposals.

    A proposal of an earlier month that is still open is overtaken.

    Raises:
        PermissionRefused: the actor may not judge accounts.
    """
    require(actor, "update", AccountProposal)
    period = f"{actor.now.astimezone(actor.zone):%Y-%m}"
    rules = {name: get_rules(session, name) for name in ("levels", "statuses", "exchange_rates")}
    known = _known(session)
    made: list[AccountProposal] = []
    for facts in _facts(session, actor):
        for field, verdict in (("level", _judge_level(facts, rules)), ("status", _judge_status(facts, rules))):
            earlier = known.get((facts.account.id, field), {})
            wanted = verdict.value if verdict and verdict.value != getattr(facts.account, field) else None
            _overtake(session, actor, earlier, period=period, wanted=wanted)
            if verdict is not None and wanted is not None and period not in earlier:
                made.append(_proposal(actor, facts.account, field, period=period, verdict=verdict))
    # Thousands at once: one flush, not one for each.
    session.add_all(made)
    session.flush()
    for proposal in made:
        record_change(session, actor, "created", proposal, after=snapshot(proposal))
    return made


def list_proposals(
    session: Session,
    actor: Actor,
    *,
    status: ProposalStatus | None = ProposalStatus.OPEN,
    account_id: int | None = None,
    owner_id: int | None = None,
    limit: int = 100,
) -> list[AccountProposal]:
    """Return proposals within the actor's reach, the newest month first."""
    query = select(AccountProposal).where(visible(actor, AccountProposal))
    if status is not None:
        query = query.where(AccountProposal.status == status)
    if account_id is not None:
        query = query.where(AccountProposal.account_id == account_id)
    if owner_id is not None:
        query = query.where(AccountProposal.account_id.in_(select(Account.id).where(Account.owner_id == owner_id)))
    newest = query.order_by(AccountProposal.period.desc(), AccountProposal.account_id, AccountProposal.id)
    return list(session.scalars(newest.limit(limit)))


def get_proposal(session: Session, actor: Actor, proposal_id: int) -> AccountProposal:
    """Return a proposal.

    Raises:
        RecordNotFound, PermissionRefused: see `records.get_record`.
    """
    return get_record(session, actor, AccountProposal, proposal_id)


def confirm_proposal(session: Session, actor: Actor, proposal: AccountProposal) -> Account:
    """Take a proposal: the account gets the level or status, with the rule's reason.

    Raises:
        InvalidField: the proposal is decided already, or the account was judged anew since.
        PermissionRefused: the actor may not decide it, or not change the account.
    """
    _require_open(actor, proposal)
    account = get_record(session, actor, Account, proposal.account_id, action="update")
    if getattr(account, proposal.field) != proposal.current:
        raise InvalidField(proposal.field, proposal.current, "The account was judged anew since; refuse the proposal.")
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    reason = proposal.reason_en if user is not None and user.language == "en" else proposal.reason_zh
    value = AccountLevel(proposal.proposed) if proposal.field == "level" else AccountStatus(proposal.proposed)
    update_account(session, actor, account, reason=reason, **cast(Any, {proposal.field: value}))
    _decide(session, actor, proposal, ProposalStatus.CONFIRMED)
    return account


def refuse_proposal(
    session: Session, actor: Actor, proposal: AccountProposal, *, reason: str | None = None
) -> AccountProposal:
    """Leave the account as it is; it is looked at again next month.

    Raises:
        InvalidField: the proposal is decided already.
        PermissionRefused: the actor may not decide it.
    """
    _require_open(actor, proposal)
    _decide(session, actor, proposal, ProposalStatus.REFUSED, reason=reason)
    return proposal


def _judge_level(facts: _Facts, rules: Mapping[str, Any]) -> Verdict | None:
    """Return the first level whose conditions are met, best first."""
    if facts.account.status is AccountStatus.LOST:
        return None
    for rule in rules["levels"]:
        for conditions in rule["any"]:
            reasons = [_reason(facts, name, wanted, rules) for name, wanted in conditions.items()]
            if all(reasons):
                return _verdict(rule["level"], cast(list[tuple[str, str]], reasons))
    return None


def _judge_status(facts: _Facts, rules: Mapping[str, Any]) -> Verdict | None:
    """Return what the time since the last interaction says: silent, lost, or active again."""
    limits = rules["statuses"]
    account = facts.account
    last = account.last_interaction_at
    days = (facts.now - (last or account.created_at)).days
    zh, en = f"{days} 天无互动", f"no interaction for {days} days"
    if account.status is AccountStatus.LOST:
        return None
    if days >= limits["lost_after_days"]:
        return Verdict(value="lost", zh=zh, en=en)
    if days >= limits["silent_after_days"]:
        return Verdict(value="silent", zh=zh, en=en)
    if account.status is AccountStatus.SILENT and last is not None:
        return Verdict(value="active", zh=f"{days} 天前有互动", en=f"there was an interaction {days} days ago")
    return None


def _verdict(level: str, reasons: list[tuple[str, str]]) -> Verdict:
    if not reasons:
        return Verdict(value=level, zh="未达到更高等级的标准", en="no rule of a higher level is met")
    return Verdict(value=level, zh="，".join(zh for zh, _ in reasons), en=", ".join(en for _, en in reasons))


def _reason(facts: _Facts, name: str, wanted: Any, rules: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return why one condition is met, in Chinese and English; None where it is not."""
    account = facts.account
    if name == "annual_amount_at_least":
        amount = _in_base_currency(account, rules["exchange_rates"])
        shown = f"{amount:,.0f}"
        return (f"年合作额 {shown} ≥ {wanted:,}", f"annual amount {shown} ≥ {wanted:,}") if amount >= wanted else None
    if name == "partner_years_at_least":
        years = facts.partner_years
        return (f"合作 {years:.1f} 年", f"a partner for {years:.1f} years") if years >= wanted else None
    if name == "influence":
        level = account.influence
        return (f"影响力 {level}", f"influence {level}") if level in wanted else None
    if name == "renewal_percent_at_least":
        share = account.renewal_percent or 0
        return (f"续约率 {share}% ≥ {wanted}%", f"renewal {share}% ≥ {wanted}%") if share >= wanted else None
    at = facts.last_requirement_at
    is_recent = at is not None and facts.now - at <= timedelta(days=wanted)
    return (f"{wanted} 天内有新需求", f"a new requirement within {wanted} days") if is_recent else None


def _in_base_currency(account: Account, rates: Mapping[str, Any]) -> Decimal:
    amount = account.annual_amount or Decimal(0)
    return amount * Decimal(str(rates["rates"].get(account.currency, 1)))


def _facts(session: Session, actor: Actor) -> Iterator[_Facts]:
    newest = select(Requirement.account_id, func.max(Requirement.created_at)).where(Requirement.deleted_at.is_(None))
    asked = {row[0]: row[1] for row in session.execute(newest.group_by(Requirement.account_id))}
    today = actor.now.astimezone(actor.zone).date()
    query = select(Account).where(visible(actor, Account, action="update")).order_by(Account.id)
    for account in session.scalars(query).all():
        yield _Facts(account, asked.get(account.id), actor.now, today)


def _known(session: Session) -> dict[tuple[int, str], dict[str, AccountProposal]]:
    """Return all proposals by account and field, then by month."""
    known: dict[tuple[int, str], dict[str, AccountProposal]] = {}
    for proposal in session.scalars(select(AccountProposal)):
        known.setdefault((proposal.account_id, proposal.field), {})[proposal.period] = proposal
    return known


def _overtake(
    session: Session, actor: Actor, earlier: Mapping[str, AccountProposal], *, period: str, wanted: str | None
) -> None:
    for proposal in _open(earlier.values()):
        if proposal.period != period or proposal.proposed != wanted:
            proposal.status, proposal.updated_at = ProposalStatus.SUPERSEDED, actor.now
            before, after = {"status": "open"}, {"status": "superseded"}
            record_change(session, actor, "updated", proposal, before=before, after=after, reason="overtaken")


def _open(proposals: Iterable[AccountProposal]) -> list[AccountProposal]:
    return [proposal for proposal in proposals if proposal.status is ProposalStatus.OPEN]


def _proposal(actor: Actor, account: Account, field: str, *, period: str, verdict: Verdict) -> AccountProposal:
    return AccountProposal(
        account_id=account.id,
        field=field,
        period=period,
        current=str(getattr(account, field)),
        proposed=verdict.value,
        reason_zh=f"{period} 月度复核：{verdict.zh}",
        reason_en=f"Review of {period}: {verdict.en}",
        status=ProposalStatus.OPEN,
        created_at=actor.now,
        updated_at=actor.now,
    )


def _require_open(actor: Actor, proposal: AccountProposal) -> None:
    require(actor, "update", proposal)
    if proposal.status is not ProposalStatus.OPEN:
        raise InvalidField("status", proposal.status.value, "This proposal is decided already.")


def _decide(
    session: Session, actor: Actor, proposal: AccountProposal, status: ProposalStatus, *, reason: str | None = None
) -> None:
    with changing(session, actor, proposal, reason=reason):
        proposal.status = status
        proposal.decided_by_id = actor.user_id
        proposal.decided_at = actor.now
