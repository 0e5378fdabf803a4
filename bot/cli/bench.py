"""`crmbot bench`: speed and memory, as JSON; bench/README.md says what each figure means."""

from __future__ import annotations

import importlib
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.output import print_json


class Bench(StrEnum):
    """What can be measured; `all` measures everything, some minutes long."""

    ENCODER = "encoder"
    MESSAGES = "messages"
    ACKNOWLEDGE = "acknowledge"
    KNOWLEDGE = "knowledge"
    UNDERSTANDING = "understanding"
    MEMORY = "memory"
    NAMES = "names"
    IMPORT = "import"
    LEARNING = "learning"
    ALL = "all"


#: where the module's name is not the bench's: `import` is no name of a module
_MODULES = {Bench.IMPORT: "import_files"}


def register(app: typer.Typer) -> None:
    """Add the command to the menu."""
    app.command()(bench)


def bench(which: Annotated[Bench, typer.Argument(help="What to measure.")] = Bench.ALL) -> None:
    """Measure on this machine and print JSON; compare figures of one run only."""
    chosen = [each for each in Bench if each is not Bench.ALL] if which is Bench.ALL else [which]
    print_json(
        {each.value: importlib.import_module(f"bot.benchmarks.{_MODULES.get(each, each)}").measure() for each in chosen}
    )
