"""Reading 微信客服: every message of every page, in order, each page stored in one transaction with its cursor.

Promise: a crash at any point repeats a page or reads it later, never skips one; one reader for each account in this
process, and an event that arrives meanwhile makes it read again. Other processes are held apart by the ids of the
messages. Source: document 94670.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.wecom import kf_messages
from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import SYNC_TOKEN_BAD, is_temporary
from adapters.wecom.errors import ApiRefused, WeComError
from adapters.wecom.names import Names
from bot.channel import InboundMessage, Inlet

logger = logging.getLogger(__name__)

PAGE_MESSAGES = 1000
#: pauses before the repeats of a page that got no answer; document 90313 asks for three at most
REPEAT_PAUSES_SECONDS = (0.5, 1.0, 2.0)
#: pages in a row that neither hold a message nor move the cursor, before the reader gives up for now
IDLE_PAGES = 10
#: marks a cursor of the first, unfinished run, so that what follows it is still backlog after a crash
_FIRST_RUN = "first-run:"


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far an account is read."""

    cursor: str
    is_first_run: bool

    @classmethod
    def read(cls, stored: str | None) -> Place:
        """Read a stored cursor."""
        if stored is None:
            return cls(cursor="", is_first_run=True)
        return cls(cursor=stored.removeprefix(_FIRST_RUN), is_first_run=stored.startswith(_FIRST_RUN))

    def stored(self) -> str:
        """Return what is kept."""
        return f"{_FIRST_RUN}{self.cursor}" if self.is_first_run else self.cursor


def _customer(message: InboundMessage) -> str:
    return str(message.address.get("external_userid") or "")


def cursor_name(open_kfid: str) -> str:
    """Return the name under which an account's cursor is kept."""
    return f"{kf_messages.CHANNEL}:{open_kfid}"


class Puller:
    """Reads accounts of 微信客服 into the inlet."""

    def __init__(
        self, api: WeComApi, names: Names, *, clock: Callable[[], datetime], pause: Callable[[float], object]
    ) -> None:
        self._api = api
        self._names = names
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._again: dict[str, str] = {}

    def pull(self, open_kfid: str, token: str, inlet: Inlet) -> None:
        """Read an account to its end; while another thread reads it, make that one read again and return.

        `token` is that of the event that asks for it, "" without one (a strict frequency limit applies then).

        Raises:
            WeComError: WeCom did not give a page; what was read before is stored.
        """
        with self._lock:
            if open_kfid in self._busy:
                self._again[open_kfid] = token or self._again.get(open_kfid, "")
                return
            self._busy.add(open_kfid)
        has_released = False
        try:
            while not has_released:
                self._read_account(open_kfid, token, inlet)
                token, has_released = self._next_token(open_kfid)
        finally:
            if not has_released:
                self._release(open_kfid)

    def _next_token(self, open_kfid: str) -> tuple[str, bool]:
        """Return the token of an event that arrived meanwhile, or release the account."""
        with self._lock:
            if open_kfid in self._again:
                return self._again.pop(open_kfid), False
            self._busy.discard(open_kfid)
            return "", True

    def _release(self, open_kfid: str) -> None:
        with self._lock:
            self._again.pop(open_kfid, None)
            self._busy.discard(open_kfid)

    def _read_account(self, open_kfid: str, token: str, inlet: Inlet) -> None:
        place = Place.read(inlet.cursor(cursor_name(open_kfid)))
        idle_pages = 0
        while idle_pages < IDLE_PAGES:
            page, token = self._page(open_kfid, token, place.cursor)
            cursor = str(page.get("next_cursor") or place.cursor)
            idle_pages = idle_pages + 1 if cursor == place.cursor else 0
            has_more = page.get("has_more") in {1, "1"}  # True counts as 1
            following = Place(cursor=cursor, is_first_run=place.is_first_run and has_more)
            self._store(page, open_kfid, place, following, inlet)
            if not has_more:
                return
            place = following
        logger.warning(
            "WeCom says that there is more but does not move on; the next pull tries again",
            extra={"action": "wecom_kf_stuck", "open_kfid": open_kfid},
        )

    def _store(self, page: dict[str, Any], open_kfid: str, place: Place, following: Place, inlet: Inlet) -> None:
        now = self._clock()
        items = page.get("msg_list")
        translated = [
            kf_messages.translate(item, open_kfid=open_kfid, received_at=now, is_first_run=place.is_first_run)
            for item in (items if isinstance(items, list) else [])
        ]
        messages = [message for message in translated if message is not None]
        has_moved = bool(following.cursor) and following != place
        if messages or has_moved:
            cursor = (cursor_name(open_kfid), following.stored()) if following.cursor else None
            inlet.store(self._names.put_on(messages, _customer), cursor=cursor)

    def _page(self, open_kfid: str, token: str, cursor: str) -> tuple[dict[str, Any], str]:
        """Ask for a page: (the answer, the token to go on with)."""
        try:
            return self._ask(open_kfid, token, cursor), token
        except ApiRefused as refusal:
            if refusal.errcode != SYNC_TOKEN_BAD or not token:
                raise
        return self._ask(open_kfid, "", cursor), ""

    def _ask(self, open_kfid: str, token: str, cursor: str) -> dict[str, Any]:
        """Call sync_msg, which changes nothing and may be repeated; wechatpy's own lacks open_kfid."""
        payload = {"open_kfid": open_kfid, "cursor": cursor, "limit": PAGE_MESSAGES, "voice_format": 0}
        if token:
            payload["token"] = token
        for pause_seconds in REPEAT_PAUSES_SECONDS:
            try:
                return self._api.post("kf/sync_msg", payload)
            except WeComError as error:
                if not is_temporary(error):
                    raise
            self._pause(pause_seconds)
        return self._api.post("kf/sync_msg", payload)
