"""Chat on standard input: the first channel that a newcomer runs, and the one that scripts drive.

Promise: what the program says waits in the outbox until its person's own terminal prints it. Never: a network, a wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channel import (
    Channel,
    Diagnosis,
    InboundMessage,
    Inlet,
    OutboundMessage,
    Parsed,
    Reply,
    ReplyBudget,
    ServiceAction,
    WebhookRequest,
)
from bot.errors import DeliveryError, WebhookRejected
from bot.settings import Settings


class TerminalChannel:
    """People at this machine: what is said to them is taken from the outbox by `crmbot chat` of their own."""

    name = "terminal"
    reads_outbox = False

    def parse(self, request: WebhookRequest) -> Parsed:
        """Refuse: a terminal has no webhook."""
        raise WebhookRejected(404, f"the terminal has no webhook {request.path}")

    def fetch(self, message: InboundMessage, inlet: Inlet) -> InboundMessage:  # noqa: ARG002
        """Return the message: a terminal sends no files."""
        return message

    def plan(self, replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:  # noqa: ARG002
        """Return the replies: a terminal has no limits."""
        return list(replies)

    def send(self, message: OutboundMessage) -> str:
        """Refuse: only the terminal of its person can show it.

        Raises:
            DeliveryError: always; the message waits.
        """
        raise DeliveryError("window", f"message {message.outbox_id} waits for its person's terminal")

    def budget_limits(self) -> tuple[int, float] | None:
        """No limits."""
        return None

    def announce_typing(self, address: Mapping[str, Any]) -> None:
        """A terminal shows nothing while it waits."""

    def set_service(self, address: Mapping[str, Any], action: ServiceAction) -> str | None:  # noqa: ARG002
        """A terminal tracks nobody."""
        return None

    def start(self, inlet: Inlet) -> None:
        """Nothing to poll: lines are stored as they are read."""

    def stop(self) -> None:
        """Nothing to stop."""

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:
        """Nothing to pull."""

    def diagnose(self) -> list[Diagnosis]:
        """A terminal needs no settings."""
        return []


def CHANNELS(_settings: Settings) -> list[Channel]:  # noqa: N802
    """Build the terminal, which is always there."""
    return [TerminalChannel()]
