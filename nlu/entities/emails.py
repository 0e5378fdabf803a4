"""E-mail addresses, in lower case.

Promise: linear in the text. Never: a check that the address exists.
"""

from __future__ import annotations

import re

from nlu.understanding import Entity, ParseContext

_EMAIL = re.compile(
    r"(?<![\w.+-])[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![a-z0-9-])",
    re.IGNORECASE | re.ASCII,
)


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the e-mail addresses of a text, in order."""
    return [Entity("email", match[0], match.start(), match.end(), match[0].lower()) for match in _EMAIL.finditer(text)]
