"""`crmbot crm`: records in and out of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import JsonOption, open_ready_program, print_json

app = typer.Typer(help="Records as CSV or XLSX in, JSON lines out.", no_args_is_help=True)

TypeArgument = Annotated[
    str, typer.Argument(metavar="TYPE", help="account, contact, lead, opportunity, interaction, task.")
]


@app.command("import")
def import_(
    record_type: TypeArgument,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with headings in English or Chinese.")],
    header_map: Annotated[Path | None, typer.Option("--map", help="JSON or CSV: heading -> field.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")] = False,
    all_or_nothing: Annotated[bool, typer.Option("--all-or-nothing", help="One wrong row keeps all out.")] = False,
    json: JsonOption = False,
) -> None:
    """Import a file; wrong rows are listed with their line, right ones go in. Importing again updates."""
    from crm_core.permissions import system_actor
    from crm_core.transfer.importer import import_file, read_header_map

    program = open_ready_program()
    zone = program.settings.zone
    mapping = read_header_map(header_map) if header_map else None
    with program.database.transaction() as session:
        report = import_file(
            session,
            system_actor(program.clock(), zone=zone),
            record_type=record_type,
            path=file,
            header_map=mapping,
            dry_run=dry_run,
            all_or_nothing=all_or_nothing,
            zone=zone,
        )
    if json:
        print_json({**vars(report), "problems": [vars(problem) for problem in report.problems]})
    else:
        for problem in report.problems:
            typer.echo(f"line {problem.line}: {problem.field}: {problem.message}", err=True)
        typer.echo(
            f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, {report.failed} wrong"
            + (" (dry run)" if report.is_dry_run else "")
        )
    if report.failed:
        raise typer.Exit(1)


@app.command()
def export(record_type: TypeArgument) -> None:
    """Print every record of a type as one JSON object a line."""
    from crm_core.permissions import system_actor
    from crm_core.transfer.exporter import export_records

    program = open_ready_program()
    with program.database.reading() as session:
        actor = system_actor(program.clock(), zone=program.settings.zone)
        for record in export_records(session, actor, record_type=record_type, zone=program.settings.zone):
            print_json(record)
