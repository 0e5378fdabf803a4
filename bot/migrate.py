"""Schema steps up and down: Alembic over the migrations of `crm_core`, with every table of the program in view."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock

import crm_core
from crm_core.database import Database
from crm_core.deals import ensure_default_stages

#: modules that declare tables; importing them completes the metadata
TABLE_MODULES = ("crm_core.models", "knowledge_base.models", "bot.models")
FOLDER = Path(crm_core.__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision; processes that start together wait for one another."""
    config = _config(database)
    if database.is_postgresql:
        command.upgrade(config, revision)
    else:
        path = Path(database.engine.url.database or "crmbot")
        with FileLock(path.with_suffix(".migrating")):
            command.upgrade(config, revision)
    if revision == "head":
        with database.transaction() as session:
            ensure_default_stages(session)


def downgrade(database: Database, revision: str) -> None:
    """Bring the schema down to a revision ('base' for none)."""
    command.downgrade(_config(database), revision)


def is_current(database: Database) -> bool:
    """Tell whether the schema is at the newest revision."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(_config(database)).get_current_head()


def _config(database: Database) -> Config:
    for module in TABLE_MODULES:
        importlib.import_module(module)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["database"] = database
    return config
