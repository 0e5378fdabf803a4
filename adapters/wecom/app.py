"""The internal app (自建应用) as a channel: colleagues write to it in WeCom."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.wecom import app_messages
from adapters.wecom.app_sending import AppSender
from adapters.wecom.callback import Fields
from adapters.wecom.client import WeComApi
from adapters.wecom.configuration import Access
from adapters.wecom.diagnosis import diagnose_app
from adapters.wecom.files import fetch_files
from adapters.wecom.names import Names
from adapters.wecom.planning import plan_app
from adapters.wecom.webhook import build_reader, kf_hint, parse_callback, utc_now
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


class AppChannel:
    """The channel "wecom_app". `kf` receives its events where both share one callback URL."""

    name = app_messages.CHANNEL
    reads_outbox = False

    def __init__(
        self,
        access: Access,
        *,
        agent_id: int,
        api: WeComApi,
        kf: Channel | None = None,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._agent_id = agent_id
        self._api = api
        self._kf = kf
        self._clock = clock
        self._reader = build_reader(access)
        self._sender = AppSender(api, agent_id=agent_id, monotonic=monotonic)
        self._names = Names(self._look_up_names, monotonic=monotonic)

    def parse(self, request: WebhookRequest) -> Parsed:
        """Confirm the URL (GET), or authenticate and translate a callback (POST).

        Raises:
            WebhookRejected: forged, of another corporation, too large or unreadable.
        """
        return parse_callback(self._reader, request, self.translate)

    def translate(self, fields: Fields) -> Parsed:
        """Translate the fields of an opened callback."""
        hint = kf_hint(fields)
        if hint is not None:
            return Parsed(pull=hint)
        return Parsed(messages=app_messages.translate(fields, received_at=self._clock()))

    def fetch(self, message: InboundMessage, inlet: Inlet) -> InboundMessage:
        """Store the message's files and find its sender's name.

        Raises:
            DeliveryError: WeCom does not give a file now; try again.
        """
        fetched = fetch_files(self._api, message, inlet, max_bytes=self._access.max_attachment_bytes)
        return self._names.put_on([fetched], _userid)[0]

    def plan(self, replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:  # noqa: ARG002
        """Split replies into parts that message/send takes."""
        return plan_app(replies)

    def send(self, message: OutboundMessage) -> str:
        """Deliver one message and return WeCom's id of it.

        Raises:
            DeliveryError: with what to do about it.
        """
        return self._sender.send(message)

    def budget_limits(self) -> tuple[int, float] | None:
        """Return None: messages to members are not counted by turn."""
        return None

    def announce_typing(self, address: Mapping[str, Any]) -> None:
        """Do nothing: WeCom cannot show it."""

    def set_service(self, address: Mapping[str, Any], action: ServiceAction) -> str | None:  # noqa: ARG002
        """Do nothing: nobody else serves a chat with an app."""
        return None

    def start(self, inlet: Inlet) -> None:
        """Do nothing: callbacks come by the webhook."""

    def stop(self) -> None:
        """Close idle connections."""
        self._api.close()

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:
        """Pass a 微信客服 event on to its channel: both may have the same callback URL."""
        if self._kf is not None:
            self._kf.pull(hint, inlet)

    def diagnose(self) -> list[Diagnosis]:
        """Check secret, IP, app and callback, in the order in which to mend them."""
        return diagnose_app(self._api, self._access, agent_id=self._agent_id)

    def _look_up_names(self, userids: Sequence[str]) -> dict[str, object]:
        return {userid: self._api.call(_asking_user(userid)).get("name") for userid in userids}


def _asking_user(userid: str) -> Callable[[Any], Any]:
    return lambda client: client.user.get(userid)


def _userid(message: InboundMessage) -> str:
    return str(message.address.get("userid") or message.sender_id)
