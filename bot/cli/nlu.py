"""`crmbot nlu`: what a text means, and how well that is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.output import JsonOption, NowOption, clock_at, open_program, print_json

app = typer.Typer(help="Understanding: parse a text, measure intents.", no_args_is_help=True)


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="What somebody says.")],
    role: Annotated[str, typer.Option("--role", help="Who says it.")] = "customer",
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Print language, intent with its probability, and entities."""
    from nlu.understanding import ParseContext

    program = open_program(now=now)
    zone = program.settings.zone
    context = ParseContext(now=clock_at(now, zone)(), timezone=zone, role=role)
    understanding = program.parser.parse(text, context)
    shown: dict[str, Any] = {
        "text": understanding.text,
        "language": understanding.language,
        "intent": understanding.intent,
        "probability": round(understanding.probability, 4),
        "alternatives": [[score.intent, round(score.probability, 4)] for score in understanding.alternatives[:5]],
        "entities": [
            {"kind": one.kind, "text": one.text, "start": one.start, "end": one.end, "value": str(one.value)}
            for one in understanding.entities
        ],
    }
    if json:
        print_json(shown)
        return
    typer.echo(f"{shown['language']}  {shown['intent']}  {shown['probability']:.2f}")
    for entity in shown["entities"]:
        typer.echo(f"  {entity['kind']}: {entity['text']} -> {entity['value']}")


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option("--train", help='JSON lines {"text", "label"}.')],
    test: Annotated[Path, typer.Option("--test", help="The same, not seen in training.")],
    oos: Annotated[Path | None, typer.Option("--oos", help="Texts that belong to no label.")] = None,
    json: JsonOption = False,
) -> None:
    """Train on one file and measure on another; changes nothing."""
    from nlu.encoder import load_encoder
    from nlu.evaluate import evaluate_intents
    from nlu.examples import read_examples

    settings = open_program().settings
    encoder = load_encoder(settings.encoder, settings.data_dir / "models")
    strangers = read_examples(oos) if oos else []
    figures = evaluate_intents(read_examples(train), read_examples(test), strangers, encoder).to_dict()
    if json:
        print_json(figures)
        return
    for name, value in figures.items():
        typer.echo(f"{name:22} {value}")
