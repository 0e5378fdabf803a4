"""The encoder's folder is shared with the journeys; one small company serves both sets of commands."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import models
from tests.proof.world import World, open_world

__all__ = ["models", "world"]


@pytest.fixture(scope="session")
def world(models: Path) -> Iterator[World]:
    # Thousands of commits: in memory where the machine has a place for it, a disk would take most of the time.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        world = open_world(Path(folder), models)
        yield world
        world.program.database.dispose()
