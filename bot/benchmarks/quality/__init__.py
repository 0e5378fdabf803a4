"""What `crmbot eval` measures, one module for each part: knowledge.py, intents.py, …

Promise: a part exposes `measure(encoder, data, folder) -> list[Figure]`; a new part is a new file. Every figure's name
stays the same from run to run, so that runs can be laid side by side.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from nlu.understanding import Encoder


@dataclass(frozen=True)
class Figure:
    """One measured number; None where there was nothing to measure."""

    #: part, set and measure with slashes between, such as "knowledge/demo/hit_at_1"
    name: str
    value: float | None
    #: what it should reach; None: only told
    goal: float | None = None
    #: whether more is better; of an error less is
    is_share: bool = True

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is met; None without a goal or a value."""
        if self.goal is None or self.value is None:
            return None
        return self.value >= self.goal if self.is_share else self.value <= self.goal


def part_names() -> list[str]:
    """Name the parts there are."""
    return sorted(part.name for part in pkgutil.iter_modules(__path__))


def measure_parts(names: list[str], encoder: Encoder, data: Path | None, folder: Path) -> Iterator[Figure]:
    """Yield the figures of these parts. `data` has public sets; without it only what ships is measured."""
    for name in names:
        part: ModuleType = importlib.import_module(f"{__name__}.{name}")
        yield from part.measure(encoder, data, folder)
