"""'Approve 3' / '驳回 3：毛利太低': a manager's yes or no to a large deal, by words or by the button of the notice."""

from __future__ import annotations

from bot import consequences
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import Dialogue, Example, Handler, Outcome, Turn
from crm_core import deals
from crm_core.errors import InvalidField, RecordNotFound
from nlu.commands import decide_approval

INTENT = consequences.DECIDE_APPROVAL
MAX_SHOWN = 5


def run(turn: Turn) -> Outcome:
    """Decide what was named, or show what waits."""
    request = decide_approval.read(turn.text, turn.context)
    if request is None or request.approval_id is None:
        return _list(turn)
    if request.decision == "approve":
        return _approve(turn, request.approval_id)
    return _refuse(turn, request.approval_id, request.reason)


def press(turn: Turn) -> Outcome:
    """Decide by button; a no is asked for its reason."""
    approval_id = int(turn.arguments["approval_id"])
    return _approve(turn, approval_id) if turn.arguments["is_yes"] else _refuse(turn, approval_id, None)


def resume(turn: Turn) -> Outcome:
    """Take the reason of a no."""
    if turn.dialogue is None or "approval_id" not in turn.dialogue.data:
        return run(turn)
    return _refuse(turn, int(turn.dialogue.data["approval_id"]), turn.text)


def _list(turn: Turn) -> Outcome:
    waiting = deals.list_approvals(turn.session, turn.actor, limit=MAX_SHOWN)
    if not waiting:
        reply = draft(zh="没有等待审批的商机或合同。", en="Nothing is waiting for approval.")
        return Outcome(kind="answered", replies=(reply,))
    return Outcome(kind="answered", replies=tuple(consequences.ask_decision(turn, one) for one in waiting))


def _approve(turn: Turn, approval_id: int) -> Outcome:
    try:
        approval = deals.get_approval(turn.session, turn.actor, approval_id)
        deals.approve(turn.session, turn.actor, approval)
    except (RecordNotFound, InvalidField) as error:
        return _say_gone(approval_id, error)
    return _say_done(turn, say(zh=f"已同意审批 #{approval_id}。", en=f"Approved #{approval_id}."))


def _refuse(turn: Turn, approval_id: int, reason: str | None) -> Outcome:
    if not reason or not reason.strip():
        reply = draft(zh=f"驳回 #{approval_id} 的理由是什么？", en=f"Why do you refuse #{approval_id}?")
        question = Dialogue(intent=INTENT, data={"approval_id": approval_id})
        return Outcome(kind="asked", replies=(reply,), dialogue=question)
    try:
        approval = deals.get_approval(turn.session, turn.actor, approval_id)
        deals.refuse(turn.session, turn.actor, approval, reason=reason)
    except (RecordNotFound, InvalidField) as error:
        return _say_gone(approval_id, error)
    return _say_done(turn, say(zh=f"已驳回审批 #{approval_id}。", en=f"Refused #{approval_id}."))


def _say_gone(approval_id: int, error: RecordNotFound | InvalidField) -> Outcome:
    if isinstance(error, RecordNotFound):
        reply = draft(zh=f"没有编号为 {approval_id} 的审批。", en=f"There is no approval #{approval_id}.")
    else:
        reply = draft(zh=f"审批 #{approval_id} 已有结果。", en=f"Approval #{approval_id} is decided already.")
    return Outcome(kind="answered", replies=(reply,))


def _say_done(turn: Turn, text: Text) -> Outcome:
    undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": turn.inbox_id})
    return Outcome(kind="done", replies=(Draft(text=text, choices=(undo,)),))


HANDLER = Handler(
    intent=INTENT,
    roles=frozenset({"manager", "admin"}),
    run=run,
    resume=resume,
    press=press,
    examples=(
        Example(zh="待审批", en="pending approvals"),
        Example(zh="同意 3", en="approve 3"),
        Example(zh="驳回 3：毛利太低", en="refuse 3: the margin is too thin"),
    ),
)
