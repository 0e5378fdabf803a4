"""The HTTP edge: webhooks of every channel, the web chat and its widget, staff sign-in, health.

Promise: a message is in the database before it is acknowledged; this package holds the only HTTP status codes of the
program and is the only home of fastapi and uvicorn. Never: a vendor's payload, an intent, a rule of the business.

A web site embeds the chat with one tag: `<script src="https://HOST/widget.js" async data-language="auto"></script>`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adapters.web.channel import WebChannel
from adapters.web.edge import Line, Transcript, WebEdge

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.channel import Channel
    from bot.settings import Settings

__all__ = ["CHANNELS", "Line", "Transcript", "WebChannel", "WebEdge", "build_app", "run_server"]


def CHANNELS(settings: Settings) -> list[Channel]:  # noqa: ARG001, N802 - every channel package exposes this name
    """Return the web chat, which is always on."""
    return [WebChannel()]


def build_app(edge: WebEdge) -> FastAPI:
    """Build the web application over what `edge` gives it; nothing is listened on yet."""
    from adapters.web.app import build  # here: the command line must not pay for fastapi

    return build(edge)


def run_server(app: FastAPI, host: str, port: int, on_started: Callable[[], None]) -> None:
    """Serve on host and port until SIGINT or SIGTERM, then finish open requests and return.

    `on_started` is called once the server answers.

    Raises:
        SettingsInvalid: the address cannot be listened on.
    """
    from adapters.web.server import run

    run(app, host, port, on_started)
