"""Web addresses: with a scheme, or beginning with www.

Promise: linear in the text; punctuation that ends the sentence is not part of the address. Never: a request.
"""

from __future__ import annotations

import re

from nlu.understanding import Entity, ParseContext

_URL = re.compile(r"(?<![A-Za-z0-9@])(?:https?://|www\.)[^\s<>\"'，。；！？、（）()《》]{3,2000}", re.IGNORECASE)


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the web addresses of a text, in order."""
    found = []
    for match in _URL.finditer(text):
        address = match[0].rstrip(".,;:!?")
        found.append(Entity("url", address, match.start(), match.start() + len(address), address))
    return found
