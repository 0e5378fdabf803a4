"""What a database file still holds of rows that are gone: free pages, and the log of writes.

Promise: after `forget_free_space` an SQLite file has no byte of an erased row, unless somebody is busy with it at the
moment; then the next call does it. PostgreSQL clears its pages by itself. Never: a row that is there.
"""

from __future__ import annotations

import logging
import sqlite3

from crm_core.database import Database

logger = logging.getLogger(__name__)


def forget_free_space(database: Database) -> bool:
    """Rewrite the file without what was deleted; False where others are busy with it, which is logged."""
    if database.engine.dialect.name != "sqlite":
        return True
    # Past SQLAlchemy, which would begin a transaction: VACUUM runs in none.
    connection = database.engine.raw_connection()
    try:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.cursor().execute(statement)
    except sqlite3.OperationalError as error:
        logger.warning("Erased rows stay in the free pages of the database file until it is vacuumed: %s", error)
        return False
    finally:
        connection.close()
    return True
