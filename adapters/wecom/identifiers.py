"""Identifiers on their way into our tables: cleaned, and never longer than a column. Pure."""

from __future__ import annotations

import hashlib

from adapters.wecom.texts import clean

#: bot.models: inbox.external_id
EXTERNAL_ID_CHARS = 255
#: bot.models: conversation.key, inbox.sender_id
KEY_CHARS = 190


def bounded(identifier: str, limit: int) -> str:
    """Return the identifier, its end replaced by a hash of the whole where it is too long."""
    identifier = clean(identifier)
    if len(identifier) <= limit:
        return identifier
    digest = hashlib.sha256(identifier.encode("utf-8")).hexdigest()[:40]
    return f"{identifier[: limit - len(digest) - 1]}~{digest}"


def fingerprint(*parts: str, length: int = 10) -> str:
    """Return a short hash that tells one combination of parts from another."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:length]
