"""A colleague whose list is asked for: who is meant, and whether the person may see what is his.

Promise: nobody on a guess. Never: a record of his.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from bot.say import Draft, draft
from bot.turn import Turn
from crm_core import access
from crm_core.database import Base
from crm_core.errors import PermissionRefused
from crm_core.models import User
from crm_core.permissions import Actor, Scope, record_type, scope_of
from nlu.names import CERTAIN, NamedRecord, NameMatcher


def find_asked(turn: Turn, said: str | None, record: type[Base]) -> User | Draft | None:
    """Return whose list is asked for: None where nobody is named, or what to say where nobody or several are meant.

    Raises:
        PermissionRefused: the person may not see that colleague's records.
    """
    if not said:
        return None
    named = list_named(turn, said)
    if len(named) != 1:  # never one's own list, or everybody's, as if it were his
        return say_which(said, named)
    (colleague,) = named
    if colleague.id != turn.actor.user_id and not may_see(turn.actor, record, colleague):
        raise PermissionRefused("read", record_type(record), reason=f"{colleague.handle}'s list")
    return colleague


def list_named(turn: Turn, said: str) -> list[User]:
    """Return all active staff of that name in any spelling, the person himself among them."""
    return access.find_users_by_name(turn.session, said) or _find_alike(turn, said)


def say_which(said: str, found: Sequence[User]) -> Draft:
    """Say that nobody of that name works here, or ask which of several is meant: his handle tells them apart."""
    handles = ", ".join(user.handle for user in found)
    if not found:
        return draft(zh=f"没有叫“{said}”的同事。", en=f"No colleague is called “{said}”.")
    return draft(
        zh=f"有 {len(found)} 位同事叫“{said}”：{handles}。请用账号再说一次要看谁的。",
        en=f"{len(found)} colleagues are called “{said}”: {handles}. Please ask again with the handle.",
    )


def _find_alike(turn: Turn, said: str) -> list[User]:
    """Find 王芳 as 'Wang Fang'."""
    by_id: dict[Hashable, User] = {user.id: user for user in access.list_users(turn.session)}
    matcher = NameMatcher([NamedRecord(user.id, user.name) for user in by_id.values()])
    return [by_id[match.record.key] for match in matcher.match(said, limit=2) if match.how in CERTAIN]


def may_see(actor: Actor, record: type[Base], colleague: User) -> bool:
    """Tell whether the actor reads such records of this colleague."""
    scope = scope_of(actor, "read", record)
    return scope is Scope.ALL or (scope is Scope.TEAM and actor.team_id == colleague.team_id is not None)
