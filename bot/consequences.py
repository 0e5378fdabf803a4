"""What follows from what a turn wrote: promises of reminders and clocks, word to the manager who has to decide.

Promise: it goes by the audit trail of the turn, so no handler has to think of it; doing it twice changes nothing.
Never: a rule of a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot import deal_clocks, due, notices
from bot.say import Choice, Draft, say
from bot.turn import Turn
from crm_core.audit import REFUSED, WRITTEN
from crm_core.models import (
    Account,
    Approval,
    ApprovalStatus,
    AuditEvent,
    Instalment,
    Opportunity,
    Requirement,
    Role,
    Task,
    User,
)

DECIDE_APPROVAL = "decide_approval"


def follow_up(turn: Turn) -> tuple[Draft, ...]:
    """Promise and tell what follows from the records that this turn wrote; return what its own person should hear."""
    heard: list[Draft] = []
    done: set[tuple[str, int | None]] = set()
    for event in list(turn.session.info.get(WRITTEN, ())):
        key = (event.record_type, event.record_id)
        follow = _FOLLOWS.get(event.record_type)
        # What a refused action wrote has been rolled back: it is in no session. Nothing follows from the refusal.
        is_written = event in turn.session and not event.action.startswith(REFUSED)
        if follow is None or key in done or event.message_id != turn.inbox_id or not is_written:
            continue
        done.add(key)
        said = follow(turn, event)
        heard += [said] if said is not None else []
    return tuple(heard)


def _task(turn: Turn, event: AuditEvent) -> None:
    task = turn.session.get(Task, event.record_id)
    # Other tasks are their handlers' own, which have scheduled them already.
    if task is None or (task.stage is None and task.requirement_id is None):
        return
    if task.deleted_at is None:
        due.schedule_reminders(turn.session, task, now=turn.now)
    else:
        due.unschedule_reminders(turn.session, task.id)


def _requirement(turn: Turn, event: AuditEvent) -> None:
    requirement = turn.session.get(Requirement, event.record_id)
    if requirement is not None:
        deal_clocks.schedule_requirement_clock(turn.session, requirement)


def _instalment(turn: Turn, event: AuditEvent) -> None:
    instalment = turn.session.get(Instalment, event.record_id)
    if instalment is not None:
        deal_clocks.schedule_instalment(turn.session, instalment, turn.services.settings.zone, now=turn.now)


def _approval(turn: Turn, event: AuditEvent) -> Draft | None:
    """Ask the managers, or tell the one who asked what they decided."""
    approval = turn.session.get(Approval, event.record_id)
    if approval is None or approval.deleted_at is not None:
        return None
    if approval.status is ApprovalStatus.PENDING:
        words = ask_decision(turn, approval)
        notices.tell_role(turn.session, turn.services, Role.MANAGER, words, now=turn.now, about=turn.conversation)
        return Draft(
            text=say(
                zh=f"超过审批额度，已提交经理审批（#{approval.id}），同意后生效。",
                en=f"This is above the limit: I asked a manager to approve it (#{approval.id}); it takes effect then.",
            )
        )
    if approval.requested_by_id is not None and approval.status in _VERDICTS:
        words = _tell_decision(turn, approval)
        asker = approval.requested_by_id
        notices.tell_user(turn.session, turn.services, asker, words, now=turn.now, about=turn.conversation)
    return None


def ask_decision(turn: Turn, approval: Approval) -> Draft:
    """Ask for yes or no to an approval, with buttons."""
    asker = turn.session.get(User, approval.requested_by_id) if approval.requested_by_id is not None else None
    what, name = _subject(turn, approval), asker.name if asker else "—"
    reason = f" · {approval.request_reason}" if approval.request_reason else ""
    return Draft(
        text=say(
            zh=f"待审批 #{approval.id}：{what}（{name} 申请）{reason}",
            en=f"Waiting for approval #{approval.id}: {what} (asked by {name}){reason}",
        ),
        choices=(
            Choice(
                label=say(zh="同意", en="Approve"),
                intent=DECIDE_APPROVAL,
                arguments={"approval_id": approval.id, "is_yes": True},
            ),
            Choice(
                label=say(zh="驳回", en="Refuse"),
                intent=DECIDE_APPROVAL,
                arguments={"approval_id": approval.id, "is_yes": False},
            ),
        ),
    )


def _tell_decision(turn: Turn, approval: Approval) -> Draft:
    what, verdict = _subject(turn, approval), _VERDICTS[approval.status]
    why = f"：{approval.comment}" if approval.comment else ""
    return Draft(
        text=say(zh=f"审批 #{approval.id} {verdict.zh}：{what}{why}", en=f"#{approval.id} {verdict.en}: {what}{why}")
    )


def _subject(turn: Turn, approval: Approval) -> str:
    deal = turn.session.get_one(Opportunity, approval.opportunity_id)
    account = turn.session.get_one(Account, deal.account_id)
    return f"{account.name} · {deal.name} · {approval.amount} {approval.currency}"


_VERDICTS = MappingProxyType(
    {
        ApprovalStatus.APPROVED: say(zh="已同意", en="was approved"),
        ApprovalStatus.REFUSED: say(zh="被驳回", en="was refused"),
    }
)
_FOLLOWS: Mapping[str, Callable[[Turn, AuditEvent], Draft | None]] = MappingProxyType(
    {"task": _task, "requirement": _requirement, "instalment": _instalment, "approval": _approval}
)
