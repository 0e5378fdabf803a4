"""The demo company's staff. Their password is public, so that a newcomer can sign in as any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.scene import Scene, read_object
from crm_core.access import hash_password
from crm_core.models import Role, Team, User

PASSWORD = "Joyful-2026!"  # noqa: S105 - public on purpose, printed at every start of the demo
FOUNDED = timedelta(days=3 * 365 + 30)  # before the oldest account


@dataclass(frozen=True, kw_only=True)
class LogIn:
    """How to sign in as one member of the demo's staff."""

    handle: str
    name: str
    role: str
    password: str


def list_log_ins() -> tuple[LogIn, ...]:
    """Return the demo log-ins in the order of the data file."""
    users = read_object("staff.json")["users"]
    return tuple(LogIn(handle=u["handle"], name=u["name"], role=u["role"], password=PASSWORD) for u in users)


def write_staff(scene: Scene) -> None:
    """Write teams and users."""
    rows = read_object("staff.json")
    since = scene.now - FOUNDED
    scene.teams = {name: Team(name=name, created_at=since) for name in rows["teams"]}
    scene.add_all(list(scene.teams.values()))
    # One hash for all: fifteen would take seconds, and the password is no secret.
    password_hash = hash_password(PASSWORD)
    scene.users = {row["handle"]: _user(scene, row, password_hash, since) for row in rows["users"]}
    scene.add_all(list(scene.users.values()))


def _user(scene: Scene, row: dict[str, str], password_hash: str, since: datetime) -> User:
    return User(
        handle=row["handle"],
        name=row["name"],
        role=Role(row["role"]),
        team_id=scene.teams[row["team"]].id,
        language=row.get("language"),
        email=f"{row['handle']}@joyfulliving.example",
        password_hash=password_hash,
        must_change_password=False,
        created_at=since,
    )
