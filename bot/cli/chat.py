"""`crmbot chat`: talk to the program, or drive it by script."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.output import JsonOption, NowOption, open_ready_program, print_json

UNLIMITED = 1_000_000_000


class ChatRole(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    REP = "rep"
    SUPPORT = "support"
    MANAGER = "manager"
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"


def register(app: typer.Typer) -> None:
    """Add the command to the menu."""
    app.command()(chat)


def chat(
    handle: Annotated[str, typer.Option("--as", help="Your handle; a customer may take any.")],
    role: Annotated[ChatRole, typer.Option("--role", help="Who you are.")] = ChatRole.CUSTOMER,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Take one message a line from standard input down the whole path and print what it came to."""
    from bot.terminal_session import TerminalSession

    # Whoever has this command line is no flood from outside, and a standing clock puts all his lines in one minute.
    program = open_ready_program(now=now, sender_messages_per_minute=UNLIMITED)
    worker = program.worker({"terminal": program.terminal}, ignores_backoff=True)
    session = TerminalSession(
        worker=worker,
        terminal=program.terminal,
        handle=handle,
        role=role.value,
    )
    session.open()
    if not json:
        for waiting in session.pending():
            _print_reply(waiting.text, [choice.label for choice in waiting.choices])
    for line in sys.stdin:
        result = session.say(line.rstrip("\r\n"))
        if json:
            print_json(result.to_dict())
        else:
            for reply in result.replies:
                _print_reply(reply["text"], [choice["label"] for choice in reply["choices"]])
        sys.stdout.flush()


def _print_reply(text: str, labels: list[str]) -> None:
    typer.echo(text)
    for number, label in enumerate(labels, 1):
        typer.echo(f"  {number}. {label}")
