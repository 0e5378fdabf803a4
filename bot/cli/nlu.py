"""`crmbot nlu`: what a text means, and how well that is known."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import JsonOption, NowOption, clock_at, open_program, open_ready_program, print_json, print_rows

if TYPE_CHECKING:
    from bot.wiring import Program
    from nlu.examples import Example

app = typer.Typer(help="Understanding: parse a text, teach and measure intents.", no_args_is_help=True)


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
def train(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help='JSON lines {"text", "label"} to teach first; none: what staff taught.'),
    ] = None,
    audience: Annotated[
        str | None, typer.Option("--audience", help="Whose intents the files teach; default: whose the label is.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Learn intents anew; running processes follow by themselves within seconds."""
    program = open_ready_program()
    taught = sum(_teach(program, path, audience) for path in files or ())
    parser = program.parser
    started = time.perf_counter()
    parser.train()
    shown = {
        "taught": taught,
        "examples": len(parser.classifier.examples),
        "intents": len(parser.classifier.labels),
        "seconds": round(time.perf_counter() - started, 2),
    }
    if json:
        print_json(shown)
        return
    typer.echo(f"Learned {shown['examples']} examples of {shown['intents']} intents in {shown['seconds']} s.")


@app.command()
def teach(
    text: Annotated[str, typer.Argument(help="What somebody says.")],
    label: Annotated[str, typer.Argument(help="The intent that it has, such as complaint or out_of_scope.")],
    audience: Annotated[str | None, typer.Option("--audience", help="customer, staff, rep, support, shared …")] = None,
) -> None:
    """Teach one sentence; running processes learn it within seconds."""
    from bot import teaching
    from crm_core.permissions import system_actor

    program = open_ready_program()
    with program.database.transaction() as session:
        kept = teaching.teach(session, system_actor(program.clock()), text=text, label=label, audience=audience)
        typer.echo(f"{kept.text} -> {kept.label} ({kept.audience})")


@app.command()
def conflicts(
    role: Annotated[str, typer.Option("--role", help="Whose intents are compared.")] = "customer",
    min_probability: Annotated[
        float, typer.Option("--min-probability", min=0, max=1, help="How sure the other examples must be.")
    ] = 0.5,
    with_proposals: Annotated[
        bool, typer.Option("--with-proposals", help="Also judge what `nlu proposals` would teach.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """List examples that sit in another intent, and those that are in two."""
    from nlu.classifier import build_classifier
    from nlu.conflicts import find_conflicts

    program = open_ready_program()
    program.parser.train()
    classifier = program.parser.classifier
    proposed = _proposed_intents(program) if with_proposals else ()
    if proposed:
        classifier = build_classifier((*classifier.examples, *proposed), program.parser.encoder)
    found = find_conflicts(classifier, program.parser.labels(role), min_probability)
    texts = {example.text for example in proposed}
    rows = [{**one.to_dict(), "is_proposed": one.text in texts} for one in found]
    if json:
        print_json(rows)
    else:
        print_rows(rows)


@app.command()
def proposals(json: JsonOption = False) -> None:
    """List what colleagues' corrections and customers' choices propose; 'review suggestions' in chat decides."""
    from bot.corrections import find_proposals

    program = open_ready_program()
    with program.database.reading() as session:
        rows = [one.to_dict() for one in find_proposals(session, program.clock())]
    if json:
        print_json(rows)
    else:
        print_rows(rows)


def _proposed_intents(program: Program) -> tuple[Example, ...]:
    from bot.corrections import find_proposals, proposed_intents

    with program.database.reading() as session:
        return proposed_intents(find_proposals(session, program.clock()))


def _teach(program: Program, path: Path, audience: str | None) -> int:
    from bot import teaching
    from crm_core.permissions import system_actor
    from nlu.examples import read_examples

    examples = read_examples(path)
    with program.database.transaction() as session:
        actor = system_actor(program.clock())
        for example in examples:
            teaching.teach(session, actor, text=example.text, label=example.label, audience=audience)
    return len(examples)


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option("--train", help='JSON lines {"text", "label"}, or a .csv with these columns.')],
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
