"""The web chat as a channel: the outbox row itself is what the visitor reads, so delivery is nothing but that row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channel import (
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
from bot.errors import WebhookRejected


class WebChannel:
    """Visitors and signed-in staff on our own page; needs no platform, so nothing can fail to be delivered."""

    name = "web"
    reads_outbox = True

    def parse(self, request: WebhookRequest) -> Parsed:  # noqa: ARG002
        """Refuse: the page speaks to /chat, not to a webhook.

        Raises:
            WebhookRejected: always.
        """
        raise WebhookRejected(404, "The web chat has no webhook.")

    def fetch(self, message: InboundMessage, inlet: Inlet) -> InboundMessage:  # noqa: ARG002
        """Return the message: uploads are stored before the message is."""
        return message

    def plan(self, replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:  # noqa: ARG002
        """Return the replies as they are: the page shows any length and any number of buttons."""
        return list(replies)

    def send(self, message: OutboundMessage) -> str:
        """Name the outbox row that open pages read by themselves."""
        return f"web-{message.outbox_id}"

    def budget_limits(self) -> tuple[int, float] | None:
        """Return None: replies are not counted."""
        return None

    def announce_typing(self, address: Mapping[str, Any]) -> None:
        """Do nothing: the page shows the dots from its own sending until the reply."""

    def set_service(self, address: Mapping[str, Any], action: ServiceAction) -> str | None:  # noqa: ARG002
        """Do nothing: who serves a conversation is in our own database."""
        return None

    def start(self, inlet: Inlet) -> None:
        """Do nothing: the web server receives."""

    def stop(self) -> None:
        """Do nothing."""

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:
        """Do nothing: there is no platform to ask."""

    def diagnose(self) -> list[Diagnosis]:
        """Return nothing: there is nothing to configure."""
        return []
