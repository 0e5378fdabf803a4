"""微信客服 as a channel: customers write to it in WeChat."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.wecom import kf_messages
from adapters.wecom.callback import Fields
from adapters.wecom.client import WeComApi
from adapters.wecom.configuration import Access
from adapters.wecom.diagnosis import diagnose_kf
from adapters.wecom.errcodes import delivery_error
from adapters.wecom.errors import WeComError
from adapters.wecom.files import fetch_files
from adapters.wecom.kf_sending import KfSender, receiver
from adapters.wecom.kf_service import KfService
from adapters.wecom.names import Names
from adapters.wecom.planning import plan_kf
from adapters.wecom.puller import Puller
from adapters.wecom.reconciling import Reconciler
from adapters.wecom.webhook import build_reader, kf_hint, parse_callback, utc_now
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

logger = logging.getLogger(__name__)

#: 5 messages within 48 hours after each message of the customer. Source: document 94677
BUDGET = (5, 48.0)


class KfChannel:
    """The channel "wecom_kf"."""

    name = kf_messages.CHANNEL
    reads_outbox = False

    def __init__(
        self,
        access: Access,
        *,
        api: WeComApi,
        reconcile_seconds: float,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._access = access
        self._api = api
        self._reader = build_reader(access)
        self._service = KfService(api)
        self._sender = KfSender(api, self._service, monotonic=monotonic)
        names = Names(self._look_up_names, monotonic=monotonic)
        self._puller = Puller(api, names, clock=clock, pause=pause)
        self._reconciler = Reconciler(api, self._puller, seconds=reconcile_seconds, monotonic=monotonic)
        self._translate_other: Callable[[Fields], Parsed] | None = None

    def share_callback(self, translate: Callable[[Fields], Parsed]) -> None:
        """Translate what is not a 微信客服 event too: one app may serve both on this URL."""
        self._translate_other = translate

    def parse(self, request: WebhookRequest) -> Parsed:
        """Confirm the URL (GET), or authenticate a callback (POST), which says only that something is new.

        Raises:
            WebhookRejected: forged, of another corporation, too large or unreadable.
        """
        return parse_callback(self._reader, request, self._translate)

    def fetch(self, message: InboundMessage, inlet: Inlet) -> InboundMessage:
        """Store the message's files.

        Raises:
            DeliveryError: WeCom does not give a file now; try again.
        """
        return fetch_files(self._api, message, inlet, max_bytes=self._access.max_attachment_bytes)

    def plan(self, replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:
        """Join replies into as few messages as possible, one of the budget kept back for a hand-over."""
        return plan_kf(replies, budget)

    def send(self, message: OutboundMessage) -> str:
        """Deliver one message and return its msgid, which is ours.

        Raises:
            DeliveryError: with what to do about it.
        """
        return self._sender.send(message)

    def budget_limits(self) -> tuple[int, float] | None:
        """Return the 5 messages and 48 hours that WeCom allows after each message of the customer."""
        return BUDGET

    def announce_typing(self, address: Mapping[str, Any]) -> None:
        """Do nothing: 微信客服 cannot show it."""

    def set_service(self, address: Mapping[str, Any], action: ServiceAction) -> str | None:
        """Hand the session to people, or end it; return WeCom's code for a last word.

        Raises:
            DeliveryError: WeCom refused, or the session has ended.
        """
        account, customer = receiver(address)
        change = self._service.hand_over if action is ServiceAction.TO_PERSON else self._service.end
        try:
            return change(account, customer) or None
        except WeComError as error:
            raise delivery_error(error, is_repeat_safe=True) from error

    def start(self, inlet: Inlet) -> None:
        """Read every account now and then, so that a lost event loses no message."""
        self._reconciler.start(inlet)

    def stop(self) -> None:
        """End what `start` began, and close idle connections."""
        self._reconciler.stop()
        self._api.close()

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:
        """Read the account of an event to its end. What WeCom does not give now, the next reconciling round reads."""
        open_kfid = str(hint.get("open_kfid") or "")
        if not open_kfid:
            return
        self._reconciler.know(open_kfid)
        try:
            self._puller.pull(open_kfid, str(hint.get("token") or ""), inlet)
        except WeComError as error:
            logger.warning(
                "微信客服 cannot be read: %s", error, extra={"action": "wecom_kf_pull", "open_kfid": open_kfid}
            )

    def diagnose(self) -> list[Diagnosis]:
        """Check secret, callback, rights and accounts, in the order in which to mend them."""
        return diagnose_kf(self._api, self._access)

    def _translate(self, fields: Fields) -> Parsed:
        hint = kf_hint(fields)
        if hint is not None:
            return Parsed(pull=hint)
        return Parsed() if self._translate_other is None else self._translate_other(fields)

    def _look_up_names(self, external_userids: Sequence[str]) -> dict[str, object]:
        answer = self._api.call(lambda client: client.kf.batchget_customer(list(external_userids)))
        found = [customer for customer in answer.get("customer_list") or [] if isinstance(customer, dict)]
        return {str(customer.get("external_userid")): customer.get("nickname") for customer in found}
