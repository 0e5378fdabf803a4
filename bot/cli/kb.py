"""`crmbot kb`: the knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import JsonOption, open_ready_program, print_json

if TYPE_CHECKING:
    from knowledge_base.queries import LabelledQuery

app = typer.Typer(help="Knowledge base: import, export, search, evaluate, calibrate.", no_args_is_help=True)

QueriesArgument = Annotated[Path, typer.Argument(help='JSON lines {"text", "id" or null}.')]


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="JSONL, CSV, XLSX, Markdown or HTML.")],
    draft: Annotated[bool, typer.Option("--draft", help="Do not publish yet.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, write nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Import articles; wrong rows are listed with their line, right ones go in. Importing again updates."""
    from knowledge_base.importing.importer import import_file

    program = open_ready_program()
    failed = 0
    for file in files:
        with program.database.transaction() as session:
            report = import_file(
                session,
                file,
                draft=draft,
                dry_run=dry_run,
                now=program.clock(),
                author=None,
                timezone=program.settings.zone,
            )
        failed += len(report.errors)
        if json:
            print_json({"file": str(file), "dry_run": dry_run, **report.to_dict()})
            continue
        for error in report.errors:
            typer.echo(f"{file}:{error.line}: {error.problem} / {error.problem_zh}", err=True)
        for column in report.unknown_columns:
            typer.echo(f"{file}: unknown column {column!r} left out", err=True)
        typer.echo(
            f"{file}: {report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
            f"{len(report.errors)} wrong" + (" (dry run)" if dry_run else "")
        )
    if failed:
        raise typer.Exit(1)


@app.command()
def export() -> None:
    """Print every article as one JSON object a line, as `kb import` takes it."""
    from knowledge_base.exporting import export_articles

    program = open_ready_program()
    with program.database.reading() as session:
        for article in export_articles(session):
            print_json(article)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What somebody asks.")],
    internal: Annotated[bool, typer.Option("--internal", help="Search internal articles too, as staff do.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50)] = 5,
    why: Annotated[bool, typer.Option("--why", help="Show what speaks for and against each.")] = False,
    json: JsonOption = False,
) -> None:
    """Show what is found, how probably it is the answer, and what the bot would do."""
    from knowledge_base.bands import decide, load_bands
    from nlu.language import detect
    from nlu.text import normalise

    program = open_ready_program()
    wanted = normalise(text)
    program.searcher.refresh(wait=True)
    vector = program.encoder.encode_queries([wanted])[0]
    hits = program.searcher.find(
        wanted, vector, language=detect(wanted), audience="internal" if internal else "customer", limit=limit
    )
    with program.database.reading() as session:
        decision = decide(hits, load_bands(session))
    if json:
        shown = [
            {
                "id": hit.key,
                "probability": round(hit.probability, 4),
                "question": hit.question,
                "language": hit.language,
                "signals": {name: round(value, 3) for name, value in hit.signals.items()},
            }
            for hit in hits
        ]
        print_json({"text": wanted, "decision": decision.kind, "hits": shown})
        return
    typer.echo(decision.kind)
    for hit in hits:
        typer.echo(f"  {hit.probability:.3f}  {hit.key}  {hit.question}")
        if why:
            typer.echo("         " + "  ".join(f"{name} {value:.2f}" for name, value in hit.signals.items() if value))


@app.command()
def evaluate(queries: QueriesArgument, json: JsonOption = False) -> None:
    """Measure on labelled queries with the bands in force; changes nothing."""
    from knowledge_base.bands import load_bands
    from knowledge_base.evaluate import evaluate as measure

    program = open_ready_program()
    labelled = _read(queries)
    program.searcher.refresh(wait=True)
    with program.database.reading() as session:
        bands = load_bands(session)
    _print_figures(measure(program.searcher, labelled, bands, now=program.clock()).to_dict(), json=json)


@app.command()
def calibrate(
    queries: Annotated[
        Path | None, typer.Argument(help='JSON lines {"text", "id" or null}; default the kept evaluation set.')
    ] = None,
    promise: Annotated[
        float | None,
        typer.Option("--promise", help="Share of given answers that must be right; default the setting's."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Choose when to answer from labelled queries, which are kept as the evaluation set.

    Without a file the kept set is used again: after an upgrade, or when many articles have changed.
    """
    from bot import calibration

    program = open_ready_program()
    chosen = calibration.load_kept(program) if queries is None else _read(queries)
    report = calibration.calibrate(program, chosen, promise=promise)
    _print_figures(report.to_dict(), json=json)


@app.command()
def examples(
    days: Annotated[int, typer.Option("--days", min=1, help="How far to look back.")] = 90,
    json: JsonOption = False,
) -> None:
    """Propose labelled queries from thumbs and did-you-mean choices: look through them, then `kb calibrate`."""
    from datetime import timedelta

    from knowledge_base.teaching import propose_examples

    program = open_ready_program()
    now = program.clock()
    with program.database.reading() as session:
        proposed = propose_examples(session, now - timedelta(days=days), now)
    for example in proposed:
        if json:
            print_json(example.to_dict())
        else:
            typer.echo(f"{example.reason:9} {example.article_key or '-':24} {example.text}")


def _read(path: Path) -> list[LabelledQuery]:
    """Read labelled queries; wrong lines are named and left out."""
    from knowledge_base.queries import read_queries

    found = read_queries(path)
    for error in found.errors:
        typer.echo(f"{path}:{error.line}: {error.problem} / {error.problem_zh}", err=True)
    return found.queries


def _print_figures(figures: dict[str, object], *, json: bool) -> None:
    if json:
        print_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name:20} {value}")
