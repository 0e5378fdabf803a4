"""How the Bot API server hands out updates: to one long poll at a time, or to a webhook.

At least once, in order within a chat: a webhook's next update of a chat waits until the one before got a 2xx.
Source: core.telegram.org/bots/api#getting-updates; tdlib/telegram-bot-api, WebhookActor.cpp and Client.cpp.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.simulators.telegram_markup import ApiError

DEFAULT_KINDS_LEFT_OUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL_SECONDS = 50
WEBHOOK_PORTS = frozenset({None, 80, 88, 443, 8443})


class Delivery:
    """The queue of updates of one bot; use it on the simulator's loop."""

    def __init__(
        self,
        *,
        is_cloud: bool,
        retry_seconds: float,
        report_post: Callable[[int, int], None],
        report_confirmed: Callable[[], None],
    ) -> None:
        self.pending: list[dict[str, Any]] = []
        self.allowed: list[str] = []
        self.webhook: dict[str, Any] = {"url": ""}
        self._secret = ""
        self._is_cloud = is_cloud
        self._retry_seconds = retry_seconds
        self._report_post = report_post
        self._report_confirmed = report_confirmed
        self._arrived = asyncio.Condition()
        self._poll: asyncio.Future[str] | None = None
        self._posting: dict[int, asyncio.Task[None]] = {}
        # no connections kept: an idle one would outlive the receiver of a test
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(trust_env=False, limits=limits, timeout=60)

    async def add(self, update: dict[str, Any]) -> None:
        """Queue an update, unless the bot did not ask for its kind."""
        kind = next(key for key in update if key != "update_id")
        if kind in self.allowed or (not self.allowed and kind not in DEFAULT_KINDS_LEFT_OUT):
            self.pending.append(update)
            if self.webhook["url"]:
                self._post_soon(chat_of(update))
            async with self._arrived:
                self._arrived.notify_all()

    async def get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer a long poll; a second one, or setWebhook, ends the first with 409."""
        if self.webhook["url"]:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._end_poll(
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        self.allowed = parameters.get("allowed_updates", self.allowed)
        self._confirm(int(parameters.get("offset", 0)))
        timeout = min(float(parameters.get("timeout", 0)), LONGEST_POLL_SECONDS)
        if not self.pending and timeout:
            await self._wait(timeout)
        return self.pending[: int(parameters.get("limit", 100))]

    def interrupt(self, waiting: list[dict[str, Any]]) -> None:
        """End the running poll as a second poller does; `waiting` are there when the next poll asks."""
        self.pending += waiting
        self._end_poll("Conflict: terminated by other getUpdates request")

    def set_webhook(self, parameters: dict[str, Any]) -> bool:
        """Post updates from now on, the waiting ones too."""
        address, secret = urlsplit(parameters.get("url", "")), parameters.get("secret_token", "")
        if self._is_cloud and address.scheme != "https":
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if self._is_cloud and address.port not in WEBHOOK_PORTS:
            raise ApiError(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        self._end_poll("Conflict: terminated by setWebhook request")
        self._secret, self.allowed = secret, parameters.get("allowed_updates", self.allowed)
        self.webhook = {"url": parameters.get("url", "")}
        self._drop(parameters)
        for update in self.pending:
            self._post_soon(chat_of(update))
        return True

    async def delete_webhook(self, parameters: dict[str, Any]) -> bool:
        """Stop posting; what waits stays, unless it is to be dropped."""
        self.webhook = {"url": ""}
        await self._stop_posting()
        self._drop(parameters)
        return True

    def webhook_info(self) -> dict[str, Any]:
        """Return the WebhookInfo object."""
        return {
            "has_custom_certificate": False,
            **self.webhook,
            "pending_update_count": len(self.pending),
            "allowed_updates": self.allowed,
        }

    async def close(self) -> None:
        """End everything."""
        await self._stop_posting()
        await self._client.aclose()

    async def _wait(self, timeout: float) -> None:
        poll: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = poll
        arrival = asyncio.ensure_future(self._next_arrival())
        either: set[asyncio.Future[Any]] = {arrival, poll}
        try:
            await asyncio.wait(either, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
            await asyncio.gather(arrival, return_exceptions=True)
        if poll.done():
            raise ApiError(409, poll.result())
        self._poll = None

    async def _next_arrival(self) -> None:
        async with self._arrived:
            await self._arrived.wait()

    def _end_poll(self, words: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(words)
        self._poll = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        self._report_confirmed()

    def _drop(self, parameters: dict[str, Any]) -> None:
        if str(parameters.get("drop_pending_updates", "")).lower() == "true":
            self.pending = []

    def _post_soon(self, chat_id: int) -> None:
        task = self._posting.get(chat_id)
        if task is None or task.done():
            self._posting[chat_id] = asyncio.create_task(self._post_chat(chat_id))

    async def _post_chat(self, chat_id: int) -> None:
        while waiting := [update for update in self.pending if chat_of(update) == chat_id]:
            await self._post(waiting[0])

    async def _post(self, update: dict[str, Any]) -> None:
        """Post until a 2xx: the first repeat at once, then after growing pauses."""
        pause = 0.0
        while True:
            status, retry_after = await self._post_once(update)
            is_taken = 200 <= status <= 299
            if is_taken:
                self.pending.remove(update)
            self._report_post(update["update_id"], status)
            if is_taken:
                return
            self.webhook |= {"last_error_message": f"Wrong response from the webhook: {status}"}
            await asyncio.sleep(pause if retry_after is None else retry_after)
            pause = pause * 2 or self._retry_seconds

    async def _post_once(self, update: dict[str, Any]) -> tuple[int, float | None]:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        try:
            answer = await self._client.post(self.webhook["url"], json=update, headers=headers)
        except httpx.HTTPError:
            return 0, None
        retry_after = answer.headers.get("retry-after")
        return answer.status_code, None if retry_after is None else float(retry_after)

    async def _stop_posting(self) -> None:
        tasks = list(self._posting.values())
        self._posting = {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def chat_of(update: dict[str, Any]) -> int:
    """Return the chat that an update belongs to, 0 where it has none."""
    body = next(value for key, value in update.items() if key != "update_id")
    body = body if isinstance(body, dict) else {}
    message = body.get("message") if "message" in body else body
    chat = message.get("chat") if isinstance(message, dict) else None
    return chat["id"] if isinstance(chat, dict) and isinstance(chat.get("id"), int) else 0
