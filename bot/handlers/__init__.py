"""What people can ask for: one file for each thing, in the folder of the people who ask for it.

The folders are the register: `load_handlers` lists the modules below this package, each exposing HANDLER.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.turn import Handler


@cache
def load_handlers() -> Mapping[str, Handler]:
    """Import every handler and return them by intent.

    Raises:
        ValueError: two files claim the same intent, or a file exposes no HANDLER.
    """
    handlers: dict[str, Handler] = {}
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        if module.ispkg or module.name.rpartition(".")[2].startswith("_"):
            continue
        handler: Handler | None = getattr(importlib.import_module(module.name), "HANDLER", None)
        if handler is None:
            raise ValueError(f"{module.name} exposes no HANDLER")
        if handler.intent in handlers:
            raise ValueError(f"two handlers for {handler.intent}: {module.name}")
        handlers[handler.intent] = handler
    return MappingProxyType(handlers)
