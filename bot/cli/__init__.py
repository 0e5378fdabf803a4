"""The command line `crmbot`: each module here is one group of commands.

Promise: an error is one line on standard error that says what to do, with exit status 1 (failed) or 2 (usage); commands
that need no encoder do not load it. Never: a rule of the business.
"""

from __future__ import annotations

import sys

from bot.cli.main import app
from bot.errors import BotError
from crm_core.errors import CrmError
from knowledge_base.errors import KnowledgeBaseError
from nlu.errors import NluError

EXIT_FAILED = 1


def main() -> None:
    """Run the command line."""
    try:
        app()
    except (BotError, CrmError, KnowledgeBaseError, NluError, OSError) as error:
        sys.stderr.write(f"crmbot: {' '.join(str(error).split())}\n")
        raise SystemExit(EXIT_FAILED) from error
