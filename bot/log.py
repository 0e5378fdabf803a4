"""Logging of a process: a sentence for people, and nothing of what people said."""

from __future__ import annotations

import logging

from bot.settings import Settings


def set_up_logging(settings: Settings) -> None:
    """Log to standard error at the level of the settings."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # These print whole addresses at INFO, tokens included.
    for name in ("httpx", "httpcore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # These tell of their own insides.
    for name in ("alembic", "jieba", "faiss", "faiss.loader"):
        logging.getLogger(name).setLevel(logging.WARNING)
