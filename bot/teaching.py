"""Examples that staff teach: kept in the database, learned by every worker while it runs.

Promise: the shipped examples and the taught ones together are what intents are learned from; every change is in the
trail. Never: a model (that is nlu's), a commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import ExampleRefused
from bot.models import ExampleStatus, TaughtExample
from crm_core import audit
from crm_core.models import AuditEvent
from crm_core.permissions import Actor, require
from nlu.examples import SHARED, Example, load_examples
from nlu.text import normalise
from nlu.understanding import OUT_OF_SCOPE

#: Longer texts are stories: they would teach their beginning only.
MAX_CHARS = 500
#: Whose intents a label is taken for where several audiences have it: customers are whom most examples come from.
_AUDIENCE_ORDER = ("customer", "staff", "rep", "support", "manager", SHARED)

Revision = tuple[int, int, int]


def teach(
    session: Session,
    actor: Actor,
    *,
    text: str,
    label: str,
    audience: str | None = None,
    status: ExampleStatus = ExampleStatus.ACTIVE,
) -> TaughtExample:
    """Keep a sentence with its intent; a text that was taught before gets the new intent.

    Raises:
        PermissionRefused: the actor may not curate what the bot knows.
        ExampleRefused: no text, too long, or no intent of that name.
    """
    require(actor, "create", "article")
    words = normalise(text)
    if not words or len(words) > MAX_CHARS:
        raise ExampleRefused(f"An example needs 1 to {MAX_CHARS} characters; this one has {len(words)}.")
    audience = audience or find_audience(label)
    known = known_labels(audience)
    if label not in known:
        raise ExampleRefused(f"No intent {label!r} for {audience}. Known: {', '.join(sorted(known))}.")
    kept = session.scalar(select(TaughtExample).where(TaughtExample.audience == audience, TaughtExample.text == words))
    if kept is None:
        kept = TaughtExample(
            text=words,
            label=label,
            audience=audience,
            status=status,
            author=actor.handle or actor.name,
            version=1,
            created_at=actor.now,
        )
        return audit.record_created(session, actor, kept)
    with audit.changing(session, actor, kept):
        kept.label, kept.status, kept.deleted_at = label, status, None
        kept.author = actor.handle or actor.name
        kept.version += 1
    return kept


def drop(session: Session, actor: Actor, example_id: int) -> TaughtExample | None:
    """Take a taught example back; None where there is none.

    Raises:
        PermissionRefused: the actor may not curate what the bot knows.
    """
    require(actor, "update", "article")
    kept = session.get(TaughtExample, example_id)
    if kept is not None:
        with audit.changing(session, actor, kept):
            kept.status = ExampleStatus.DROPPED
            kept.version += 1
    return kept


def find_last_taught(session: Session, actor: Actor, *, within: timedelta) -> AuditEvent | None:
    """Return the newest line of the trail on what the actor taught and has not taken back; None: nothing."""
    query = select(AuditEvent).where(
        AuditEvent.record_type == TaughtExample.__tablename__,
        AuditEvent.action.in_(("created", "updated")),
        AuditEvent.actor_id == actor.user_id,
        AuditEvent.at >= actor.now - within,
        AuditEvent.undone_at.is_(None),
    )
    for line in session.scalars(query.order_by(AuditEvent.id.desc())):
        kept = session.get(TaughtExample, line.record_id)
        # What a button took back already is not there to be taken back.
        if kept is not None and kept.status is ExampleStatus.ACTIVE:
            return line
    return None


def take_back(session: Session, actor: Actor, taught: AuditEvent) -> TaughtExample:
    """Undo a line of `find_last_taught`: a new example is dropped, a changed one means what it meant before.

    Raises:
        PermissionRefused: the actor may not curate what the bot knows.
    """
    require(actor, "update", "article")
    kept = session.get_one(TaughtExample, taught.record_id)
    before = taught.before or {}
    with audit.changing(session, actor, kept, reason="undo"):
        kept.label = before.get("label", kept.label)
        kept.status = ExampleStatus(
            before.get("status", ExampleStatus.DROPPED if taught.before is None else kept.status)
        )
        kept.version += 1
    # The line of the undo itself is not undone in its turn.
    for line in session.scalars(
        select(AuditEvent).where(
            AuditEvent.record_type == TaughtExample.__tablename__,
            AuditEvent.record_id == kept.id,
            AuditEvent.id >= taught.id,
        )
    ):
        line.undone_at = actor.now
    return kept


def list_taught(session: Session, status: ExampleStatus = ExampleStatus.ACTIVE) -> list[TaughtExample]:
    """Return the taught examples of that status, oldest first."""
    query = select(TaughtExample).where(TaughtExample.status == status, TaughtExample.deleted_at.is_(None))
    return list(session.scalars(query.order_by(TaughtExample.id)))


def merge_examples(shipped: Iterable[Example], taught: Iterable[TaughtExample]) -> tuple[Example, ...]:
    """Put taught examples to the shipped ones; where both name a text of an audience, the taught intent counts."""
    by_text = {(one.audience, one.text.casefold()): Example(one.text, one.label, one.audience) for one in taught}
    kept = [each for each in shipped if (each.audience, normalise(each.text).casefold()) not in by_text]
    return (*kept, *by_text.values())


def find_revision(session: Session) -> Revision:
    """Return what changes with every change of the taught examples."""
    versions, newest, deleted = session.execute(
        select(func.sum(TaughtExample.version), func.max(TaughtExample.id), func.count(TaughtExample.deleted_at))
    ).one()
    return int(versions or 0), newest or 0, deleted


def known_labels(audience: str) -> frozenset[str]:
    """Name the intents that an audience can be taught, out of scope among them."""
    shipped = load_examples()
    return frozenset(each.label for each in shipped if each.audience in (audience, SHARED)) | {OUT_OF_SCOPE}


def find_audience(label: str) -> str:
    """Name whose intent a label is: the customers', where they have it; `shared` for a label nobody has."""
    audiences = {each.audience for each in load_examples() if each.label == label}
    return next((audience for audience in _AUDIENCE_ORDER if audience in audiences), SHARED)
