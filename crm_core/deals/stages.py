"""The stages of the funnel and what each asks for; rows, and so configurable.

Never: a stage in code beside the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core import fields
from crm_core.audit import changing, record_change, snapshot
from crm_core.errors import InvalidField
from crm_core.models import Opportunity, Stage
from crm_core.permissions import Actor, require

WON, LOST = "won", "lost"

#: key, Chinese name, English name, probability in percent, closed. Source: design page, section 9.
DEFAULT_STAGES = (
    ("contacted", "初步接触", "Contacted", 10, False),
    ("qualified", "需求确认", "Qualified", 30, False),
    ("proposal", "方案报价", "Proposal", 50, False),
    ("negotiation", "商务谈判", "Negotiation", 75, False),
    (WON, "赢单", "Won", 100, True),
    (LOST, "输单", "Lost", 0, True),
)
#: what the work of a stage should lead to: Chinese, English
EXPECTED_RESULTS = {
    "contacted": ("找到决策人并约定沟通", "The decision maker is known and a talk is agreed"),
    "qualified": ("需求、预算、时间和决策流程已确认", "Need, budget, time and way of deciding are confirmed"),
    "proposal": ("客户已收到报价并答复", "The customer has the quote and has answered"),
    "negotiation": ("价格与合同条款谈妥", "Price and terms are agreed"),
}
#: what `required_fields` may name: columns of the opportunity, and records that hang on it
REQUIRABLE = ("amount", "expected_close", "owner", "quote", "contract")


class StageFields(TypedDict, total=False):
    """What a manager can say of a stage beside its probability."""

    name_zh: str
    name_en: str
    required_fields: Sequence[str]
    expected_result_zh: str | None
    expected_result_en: str | None
    is_result_required: bool
    task_zh: str | None
    task_en: str | None
    task_working_days: int | None
    is_task_required: bool


class StageChanges(StageFields, total=False):
    """What a manager can change of a stage."""

    probability_percent: int


def _probability(field: str, value: Any) -> int:
    percent = fields.whole_number(field, value)
    if percent > 100:
        raise InvalidField(field, value, "Give a share of 0 to 100.")
    return percent


def _requirable(field: str, value: Any) -> list[str]:
    words = fields.word_list(field, value)
    unknown = [word for word in words if word not in REQUIRABLE]
    if unknown:
        raise InvalidField(field, unknown, f"Use some of: {', '.join(REQUIRABLE)}.")
    return words


def _optional_number(field: str, value: Any) -> int | None:
    return None if value is None else fields.whole_number(field, value)


STAGE_RULES: dict[str, fields.Rule] = {
    "name_zh": fields.required_text(64),
    "name_en": fields.required_text(64),
    "probability_percent": _probability,
    "required_fields": _requirable,
    "expected_result_zh": fields.optional_text(300),
    "expected_result_en": fields.optional_text(300),
    "is_result_required": fields.as_given,
    "task_zh": fields.optional_text(300),
    "task_en": fields.optional_text(300),
    "task_working_days": _optional_number,
    "is_task_required": fields.as_given,
}


def ensure_default_stages(session: Session) -> list[Stage]:
    """Put the default stages into an empty funnel and return the stages in order."""
    stages = list_stages(session)
    if stages:
        return stages
    for position, (key, name_zh, name_en, percent, is_closed) in enumerate(DEFAULT_STAGES):
        result_zh, result_en = EXPECTED_RESULTS.get(key, (None, None))
        session.add(
            Stage(
                key=key,
                position=position,
                name_zh=name_zh,
                name_en=name_en,
                probability_percent=percent,
                is_closed=is_closed,
                expected_result_zh=result_zh,
                expected_result_en=result_en,
            )
        )
    session.flush()
    return list_stages(session)


def list_stages(session: Session) -> list[Stage]:
    """Return the stages in the order of the funnel."""
    return list(session.scalars(select(Stage).order_by(Stage.position)))


def get_stage(session: Session, key: str) -> Stage:
    """Return a stage by its key or by its name in either language, whatever the case.

    Raises:
        InvalidField: there is no such stage; the remedy lists them.
    """
    wanted = key.strip().casefold()
    stages = ensure_default_stages(session)
    for stage in stages:
        if wanted in {stage.key.casefold(), stage.name_zh, stage.name_en.casefold()}:
            return stage
    raise InvalidField("stage", key, f"Use one of: {', '.join(stage.key for stage in stages)}.")


def is_won(stage: Stage) -> bool:
    """Tell whether a deal at this stage is won; a closed stage without a probability is a lost one."""
    return stage.is_closed and stage.probability_percent > 0


def update_stage(session: Session, actor: Actor, stage: Stage, **changes: Unpack[StageChanges]) -> Stage:
    """Change a stage's names, probability, or what it asks for.

    Raises:
        InvalidField: a value breaks its rule, or a closed stage would turn from won to lost.
        PermissionRefused: the actor may not change the funnel.
    """
    require(actor, "update", stage)
    values = fields.normalise(STAGE_RULES, changes)
    percent = values.get("probability_percent", stage.probability_percent)
    if stage.is_closed and (percent > 0) != is_won(stage):
        raise InvalidField("probability_percent", percent, "A won stage has a probability, a lost one has none.")
    with changing(session, actor, stage, reason=f"stage {stage.key}"):
        for field, value in values.items():
            setattr(stage, field, value)
    return stage


def add_stage(
    session: Session, actor: Actor, *, key: str, before: str, probability_percent: int, **others: Unpack[StageFields]
) -> Stage:
    """Put an open stage into the funnel in front of the stage `before`.

    Raises:
        InvalidField: a value breaks its rule, the key is taken, or there is no stage `before`.
        PermissionRefused: the actor may not change the funnel.
    """
    require(actor, "create", Stage)
    spelled = fields.required_text(32)("key", key)
    following = get_stage(session, before)
    if session.get(Stage, spelled) is not None:
        raise InvalidField("key", key, "Another stage has this key.")
    given: dict[str, Any] = {"name_zh": spelled, "name_en": spelled, **others}
    values = fields.normalise(STAGE_RULES, {**given, "probability_percent": probability_percent})
    position = following.position
    # One by one from the end: positions are unique at every moment.
    for stage in reversed([one for one in list_stages(session) if one.position >= position]):
        stage.position += 1
        session.flush()
    stage = Stage(key=spelled, position=position, is_closed=False, **values)
    session.add(stage)
    session.flush()
    record_change(session, actor, "created", stage, after=snapshot(stage))
    return stage


def delete_stage(session: Session, actor: Actor, stage: Stage) -> None:
    """Take an open stage out of the funnel.

    Raises:
        InvalidField: it is a closed stage, the last open one, or opportunities stand at it.
        PermissionRefused: the actor may not change the funnel.
    """
    require(actor, "delete", stage)
    used = session.scalar(select(Opportunity.id).where(Opportunity.stage == stage.key).limit(1))
    open_stages = [one for one in list_stages(session) if not one.is_closed]
    if stage.is_closed or used is not None or len(open_stages) == 1:
        raise InvalidField("stage", stage.key, "Only an open stage at which no opportunity stands can be taken out.")
    record_change(session, actor, "deleted", stage, before=snapshot(stage), reason=f"stage {stage.key}")
    session.delete(stage)
    session.flush()
