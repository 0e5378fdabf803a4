"""The command line `crmbot`: each module here is one group of commands.

Promise: an error is one line on standard error that says what to do, with exit status 1 (failed) or 2 (usage); commands
that need no encoder do not load it. Never: a rule of the business.
"""

from __future__ import annotations

import os
import sys

import typer
from typer.exceptions import TyperException

from bot.cli.main import app
from bot.errors import BotError
from crm_core.errors import CrmError
from knowledge_base.errors import KnowledgeBaseError
from nlu.errors import NluError

EXIT_FAILED = 1
BLAS_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> None:
    """Run the command line."""
    _compute_in_one_thread()
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        context, words = getattr(error, "ctx", None), error.format_message()
        if words:  # a group without a command has shown its help instead
            _complain(f"{words} See `{context.command_path if context else 'crmbot'} --help`.")
        raise SystemExit(error.exit_code) from None
    except typer.Abort:
        raise SystemExit(EXIT_FAILED) from None
    except (BotError, CrmError, KnowledgeBaseError, NluError, OSError) as error:
        _complain(str(error))
        raise SystemExit(EXIT_FAILED) from error
    if isinstance(code, int):
        raise SystemExit(code)


def _compute_in_one_thread() -> None:
    """Keep NumPy's products in the thread that wants them, here and in every child process.

    The encoder has the cores: NumPy's own threads beside it wait for their next product by spinning, which makes small
    matrices ten times slower and took a third of a message's time.
    """
    os.environ.setdefault(BLAS_THREADS, "1")
    if "numpy" in sys.modules:  # it has read the environment already
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        threadpool_limits(int(os.environ[BLAS_THREADS]), user_api="blas")


def _complain(words: str) -> None:
    sys.stderr.write(f"crmbot: {' '.join(words.split())}\n")
