"""`crmbot crm`: records in and out of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import JsonOption, open_ready_program, print_json

if TYPE_CHECKING:
    from bot.wiring import Program
    from crm_core.permissions import Actor
    from crm_core.transfer.report import ImportReport, RowProblem

app = typer.Typer(help="Records as CSV, XLSX or XLS in, as JSON lines, CSV or XLSX out.", no_args_is_help=True)

_IMPORTED = (
    "account, contact, lead, opportunity, requirement, interaction, task, ticket, quote, contract, instalment, "
    "payment, segment, campaign, campaign_member, target"
)
AsOption = Annotated[
    str | None,
    typer.Option("--as", metavar="HANDLE", help="Act with this person's rights; without it, as the administrator."),
]


class DuplicateMode(StrEnum):
    """What happens to rows that mean a record, or another row, once more."""

    UPDATE = "update"
    MERGE = "merge"
    LIST = "list"


MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FILE|HEADING=FIELD",
        help="JSON or CSV: heading -> field; or one heading at a time: 'Cust No=code'. Nothing behind = leaves it out.",
    ),
]
YearOption = Annotated[
    int | None, typer.Option(min=1900, max=2999, help="Year of dates that are written without one (3月5日, 5-Mar).")
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", help="Name or number of a workbook's sheet, or 'all'; default: the best.")
]
DuplicatesOption = Annotated[
    DuplicateMode,
    typer.Option(
        help="update: the same record is updated, nearly the same is imported and listed; merge: both are updated; "
        "list: both are left out and listed."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")]
WholeOption = Annotated[
    bool, typer.Option("--all-or-nothing/--skip-bad", help="One wrong row keeps all out, or only itself.")
]
MissingOption = Annotated[
    bool, typer.Option("--create-missing", help="Make the accounts and contacts that rows name and nobody knows.")
]
BackupOption = Annotated[bool, typer.Option("--backup/--no-backup", help="Back the database up first.")]


@app.command("import")
def import_(
    record_type: Annotated[str, typer.Argument(metavar="TYPE", help=_IMPORTED + ".")],
    file: Annotated[Path, typer.Argument(help="CSV or workbook (.xlsx, .xls) with headings in English or Chinese.")],
    header_map: MapOption = None,
    year: YearOption = None,
    sheet: SheetOption = None,
    dry_run: DryRunOption = False,
    all_or_nothing: WholeOption = False,
    duplicates: DuplicatesOption = DuplicateMode.UPDATE,
    create_missing: MissingOption = False,
    backup: BackupOption = True,
    handle: AsOption = None,
    json: JsonOption = False,
) -> None:
    """Import a file; wrong rows are listed with their line, right ones go in. Importing again updates."""
    from bot.imported import promise_reminders
    from crm_core.transfer.importer import ImportOptions, import_in_steps

    program = open_ready_program()
    options = ImportOptions(
        header_map=_header_map(header_map or ()),
        year=year,
        sheet=sheet,
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
        duplicates=duplicates.value,
        create_missing=create_missing,
        zone=program.settings.zone,
    )
    actor = _actor(program, handle)
    kept = _back_up(program, actor, record_type) if backup and not dry_run else None
    with _audited(program, actor):
        report = import_in_steps(program.database, actor, record_type=record_type, path=file, options=options)
    if json:
        print_json({**report.as_json(), "backup": str(kept) if kept else None})
    else:
        _print_report(report, kept)
    if not dry_run:
        promise_reminders(program.database, record_type, at=actor.now)
    if report.failed:
        raise typer.Exit(1)


class ExportFormat(StrEnum):
    """How records are written."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


class HeadingLanguage(StrEnum):
    """How columns are called."""

    ZH = "zh"
    EN = "en"


@app.command()
def export(
    record_type: Annotated[str, typer.Argument(metavar="TYPE", help="The type of record, or 'all' into a folder.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File or, for all, folder; .csv and .xlsx name the format.")
    ] = None,
    form: Annotated[ExportFormat | None, typer.Option("--format", help="jsonl, csv or xlsx.")] = None,
    headings: Annotated[HeadingLanguage, typer.Option(help="Language of a table's headings.")] = HeadingLanguage.EN,
    handle: AsOption = None,
) -> None:
    """Write every record of a type: one JSON object a line, or a table that spreadsheets open safely."""
    from crm_core.transfer.exporter import EXPORTED, export_records
    from crm_core.transfer.files import write_records

    program = open_ready_program()
    actor = _actor(program, handle)
    chosen = form or _format_of(output, record_type)
    types = list(EXPORTED) if record_type == "all" else [record_type]
    if output is None and (record_type == "all" or chosen == ExportFormat.XLSX):
        raise typer.BadParameter("name a folder for all types, a file for a workbook", param_hint="--output")
    with _audited(program, actor), program.database.reading() as session:
        for name in types:
            records = export_records(session, actor, record_type=name, zone=program.settings.zone)
            if output is None and chosen == ExportFormat.JSONL:
                for record in records:
                    print_json(record)
                continue
            target = output / f"{name}.{chosen}" if output is not None and record_type == "all" else output
            count = write_records(records, target, form=chosen.value, headings=headings.value)
            if target is not None:
                typer.echo(f"{target}: {count} records", err=True)


@app.command("export-person")
def export_person(
    contact_id: Annotated[int, typer.Argument(metavar="CONTACT_ID", help="Id of the contact.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Zip file to write; it must not exist.")],
    handle: AsOption = None,
) -> None:
    """Write everything that is kept about one person, with conversations and files, as a zip file."""
    from bot.privacy import write_person

    program = open_ready_program()
    actor = _actor(program, handle)
    with _audited(program, actor), program.database.transaction() as session:
        path = write_person(
            session,
            actor,
            contact_id,
            target=output,
            attachments=program.attachments,
            zone=program.settings.zone,
        )
    typer.echo(f"Wrote {path}.")


@app.command("erase-person")
def erase_person(
    contact_id: Annotated[int, typer.Argument(metavar="CONTACT_ID", help="Id of the contact.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, without personal data: it stays in the audit trail.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: there is no undo.")] = False,
    handle: AsOption = None,
    json: JsonOption = False,
) -> None:
    """Erase a person from every record and conversation; the company's figures stay what they are. No undo."""
    from bot.privacy import erase_person_everywhere

    if not yes:
        typer.confirm("This cannot be undone. Erase the person?", abort=True)
    program = open_ready_program()
    actor = _actor(program, handle)
    with _audited(program, actor):
        erased = erase_person_everywhere(
            program.database, actor, contact_id, reason=reason, attachments=program.attachments
        )
    if json:
        print_json(vars(erased))
    else:
        typer.echo(
            f"Erased contact {contact_id}: {erased.messages} messages, {erased.tickets} tickets, "
            f"{erased.interactions} interactions, {erased.files} files."
        )
        if erased.articles:
            typer.echo(f"Articles that still name him, for you to edit: {', '.join(erased.articles)}.")


def _actor(program: Program, handle: str | None) -> Actor:
    from crm_core.access import get_user
    from crm_core.permissions import staff_actor, system_actor

    zone = program.settings.zone
    if handle is None:
        return system_actor(program.clock(), zone=zone)
    with program.database.reading() as session:
        return staff_actor(get_user(session, handle), now=program.clock(), zone=zone)


@contextmanager
def _audited(program: Program, actor: Actor) -> Iterator[None]:
    """Write a refusal into the audit trail, outside the transaction that it ended."""
    from crm_core.audit import record_refusal
    from crm_core.errors import PermissionRefused

    try:
        yield
    except PermissionRefused as error:
        with program.database.transaction() as session:
            record_refusal(session, actor, error)
        raise


def _back_up(program: Program, actor: Actor, record_type: str) -> Path:
    """Keep a copy of the database from before an import, in the data folder."""
    from crm_core.backup import backup_before

    at = actor.now.astimezone(program.settings.zone)
    return backup_before(program.database, program.settings.data_dir / "backups", f"import-{record_type}", at)


def _format_of(output: Path | None, record_type: str) -> ExportFormat:
    suffix = output.suffix.lower().lstrip(".") if output is not None and record_type != "all" else ""
    return ExportFormat(suffix) if suffix in set(ExportFormat) else ExportFormat.JSONL


def _header_map(given: Sequence[str]) -> dict[str, str]:
    """Read what --map says: files, and single headings with their fields."""
    from crm_core.transfer.importer import read_header_map

    header_map: dict[str, str] = {}
    for each in given:
        heading, sign, field = each.partition("=")
        header_map |= {heading: field} if sign and not Path(each).exists() else read_header_map(Path(each))
    return header_map


def _print_report(report: ImportReport, kept: Path | None) -> None:
    for note in report.notes:
        typer.echo(note, err=True)
    if report.ignored_headings:
        named = ", ".join(report.ignored_headings)
        typer.echo(
            f"Columns that are not imported: {named}. Name the field of one with --map. "
            f"未导入的列：{named}。可用 --map 指定字段。",
            err=True,
        )
    for problem in report.problems:
        typer.echo(_line(problem), err=True)
    for remark in report.remarks:
        typer.echo(_line(remark), err=True)
    if kept is not None:
        typer.echo(f"Back-up of the database before the import: {kept}", err=True)
    counts = {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates left out": report.duplicates,
        "wrong": report.failed,
    }
    shown = [f"{count} {name}" for name, count in counts.items() if count or name != "duplicates left out"]
    shown += [f"{count} {name}{'s' if count != 1 else ''} made" for name, count in report.references_created.items()]
    typer.echo(", ".join(shown) + (" (dry run)" if report.is_dry_run else ""))
    chinese = f"新建 {report.created}，更新 {report.updated}，未变 {report.unchanged}，有误 {report.failed}"
    typer.echo(chinese + ("（试运行，未写入）" if report.is_dry_run else ""), err=True)


def _line(problem: RowProblem) -> str:
    where = " / ".join(dict.fromkeys(name for name in (problem.column, problem.field) if name))
    told = f"{where}: {problem.message}" if where else problem.message
    return f"line {problem.line}: {told} 第 {problem.line} 行 {problem.message_zh}".rstrip()
