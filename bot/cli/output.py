"""What commands share: the program in force, and printing data for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.errors import BotError
from bot.settings import load_settings
from bot.wiring import Program, utc_now

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
NowOption = Annotated[
    str | None,
    typer.Option("--now", metavar="ISO", help="The clock of the whole turn, such as 2026-11-23T10:00+08:00."),
]


class DatabaseNotReady(BotError):
    """The database has no tables yet, or older ones."""


def open_program(*, now: str | None = None, **overrides: Any) -> Program:
    """Build the program from the settings, with a standing clock when `now` is given."""
    settings = load_settings(**overrides)
    return Program(settings, clock_at(now, settings.zone))


def open_ready_program(*, now: str | None = None, **overrides: Any) -> Program:
    """Build the program and make sure that its database is up to date.

    Raises:
        DatabaseNotReady: run `crmbot db upgrade` first.
    """
    program = open_program(now=now, **overrides)
    from bot.migrate import is_current

    try:
        current = is_current(program.database)
    except (OperationalError, ProgrammingError) as error:
        raise DatabaseNotReady(f"The database cannot be reached: {error.orig}. Check CRMBOT_DATABASE_URL.") from error
    if not current:
        raise DatabaseNotReady("The database is not up to date. Run `crmbot db upgrade` (or `crmbot demo`) first.")
    return program


def clock_at(now: str | None, zone: Any) -> Callable[[], datetime]:
    """Return the real clock, or one that stands at an ISO time; without an offset it is the company's zone.

    Raises:
        typer.BadParameter: not an ISO time.
    """
    if now is None:
        return utc_now
    try:
        at = datetime.fromisoformat(now)
    except ValueError as error:
        raise typer.BadParameter(
            f"{now!r} is not an ISO time, such as 2026-11-23T10:00+08:00", param_hint="--now"
        ) from error
    standing = at if at.tzinfo else at.replace(tzinfo=zone)
    return lambda: standing


def print_json(data: Any) -> None:
    """Print one JSON value on one line."""
    typer.echo(json.dumps(data, ensure_ascii=False, default=str))


def print_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print rows as aligned columns with a heading."""
    table = [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows]
    if not table:
        return
    widths = {key: max(len(key), *(len(row[key]) for row in table)) for key in table[0]}
    typer.echo("  ".join(key.ljust(width) for key, width in widths.items()).rstrip())
    for row in table:
        typer.echo("  ".join(row[key].ljust(width) for key, width in widths.items()).rstrip())
