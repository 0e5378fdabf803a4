"""`crmbot eval`: the quality of understanding and answers, beside the run before; bench/README.md says what is what."""

from __future__ import annotations

import json as js
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import JsonOption, open_program, print_json

if TYPE_CHECKING:
    from bot.benchmarks.quality import Figure

RESULTS = Path("bench/results")


def register(app: typer.Typer) -> None:
    """Add the command to the menu."""
    app.command("eval")(evaluate)


def evaluate(
    data: Annotated[Path | None, typer.Option("--data", help="Folder of public sets; else only what ships.")] = None,
    part: Annotated[list[str] | None, typer.Option("--part", help="Such as knowledge; default all parts.")] = None,
    results: Annotated[Path, typer.Option("--results", help="Where runs are kept.")] = RESULTS,
    json: JsonOption = False,
) -> None:
    """Measure quality, keep the figures as a file, and print them beside those of the run before."""
    from bot.benchmarks.quality import measure_parts, part_names

    unknown = set(part or ()) - set(part_names())
    if unknown:
        raise typer.BadParameter(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(part_names())}")
    program = open_program()
    folder = program.settings.data_dir / "quality"
    before = _read_newest(results)
    figures = list(measure_parts(part or part_names(), program.encoder, data, folder))
    _keep(results, figures, program.clock())
    if json:
        print_json({figure.name: _round(figure.value) for figure in figures})
        return
    typer.echo(f"{'':48} {'now':>8} {'before':>8} {'goal':>8}")
    for figure in figures:
        mark = {True: "  reached", False: "  missed", None: ""}[figure.is_reached]
        shown = [_show(figure.value), _show(before.get(figure.name)), _show(figure.goal)]
        typer.echo(f"{figure.name:48} {shown[0]:>8} {shown[1]:>8} {shown[2]:>8}{mark}")


def _read_newest(results: Path) -> dict[str, float]:
    """Return the figures of the newest run that is kept, or none."""
    kept = sorted(results.glob("quality-*.json"))
    figures: dict[str, float] = js.loads(kept[-1].read_text("utf-8"))["figures"] if kept else {}
    return figures


def _keep(results: Path, figures: list[Figure], now: datetime) -> None:
    results.mkdir(parents=True, exist_ok=True)
    content = {"at": now.isoformat(), "figures": {figure.name: _round(figure.value) for figure in figures}}
    path = results / f"quality-{now:%Y%m%d-%H%M%S}.json"
    path.write_text(js.dumps(content, indent=1) + "\n", "utf-8")


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
