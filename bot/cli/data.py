"""`crmbot db`, `backup`, `restore` and `bench`: the data as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import JsonOption, open_program, open_ready_program, print_json

db_app = typer.Typer(help="The database's schema.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the menu."""
    app.command()(backup)
    app.command()(restore)


@db_app.command()
def upgrade(revision: Annotated[str, typer.Argument(help="Revision to go up to.")] = "head") -> None:
    """Bring the database's schema up to date."""
    from bot import migrate

    program = open_program()
    migrate.upgrade(program.database, revision)
    typer.echo(f"The database is at {revision}.")


@db_app.command()
def downgrade(revision: Annotated[str, typer.Argument(help="Revision to go down to; 'base' for none.")]) -> None:
    """Take schema steps back. Make a backup first."""
    from bot import migrate

    migrate.downgrade(open_program().database, revision)
    typer.echo(f"The database is at {revision}.")


def backup(
    target: Annotated[Path, typer.Argument(help="File to write; it must not exist.")], json: JsonOption = False
) -> None:
    """Write a consistent copy of the database and of all attachments while they are in use."""
    from crm_core.backup import backup as write_backup

    program = open_ready_program()
    path = write_backup(program.database, target, attachments=program.attachments.folder)
    if json:
        print_json({"file": str(path), "bytes": path.stat().st_size})
    else:
        typer.echo(f"Wrote {path} ({path.stat().st_size:,} bytes).")


def restore(source: Annotated[Path, typer.Argument(help="A file written by `crmbot backup`.")]) -> None:
    """Replace the data by a backup, after checking it; start running processes anew afterwards."""
    from bot import migrate
    from crm_core.backup import restore as read_backup

    program = open_program()
    if program.database.is_postgresql:
        # A copy of tables needs tables to go into.
        migrate.upgrade(program.database)
    kept = read_backup(program.database, source, attachments=program.attachments.folder)
    # A backup of an older version of the program comes up to date at once.
    migrate.upgrade(program.database)
    typer.echo(f"Restored {source}." + (f" The data from before lies in {kept}." if kept else ""))
