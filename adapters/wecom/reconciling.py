"""The safety net of 微信客服: a thread that reads every account now and then, because an event can be lost.

Promise: one failing round never ends the thread; an account that WeCom limits is left alone for longer each time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import CONFIGURATION_REMEDIES, FREQUENCY_CODES, FREQUENCY_PAUSE_SECONDS
from adapters.wecom.errors import ApiRefused, WeComError
from adapters.wecom.puller import Puller
from bot.channel import Inlet

logger = logging.getLogger(__name__)

ACCOUNTS_PAGE = 100
#: how long a list of accounts is believed
ACCOUNTS_SECONDS = 600.0
#: more accounts than any corporation has (5,000), so that a list that never ends does end
MOST_ACCOUNTS = 5000
#: pause after a wrong setting or a missing right: an administrator is at work
CONFIGURATION_PAUSE_SECONDS = 300.0
#: the longest pause after a frequency limit
LONGEST_PAUSE_SECONDS = 3600.0


def list_accounts(api: WeComApi) -> list[dict[str, object]]:
    """Return every account of 微信客服 that the secret may see; wechatpy's own reads one page only.

    Raises:
        WeComError: WeCom refused or did not answer.
    """
    accounts: list[dict[str, object]] = []
    for offset in range(0, MOST_ACCOUNTS, ACCOUNTS_PAGE):
        answer = api.post("kf/account/list", {"offset": offset, "limit": ACCOUNTS_PAGE})
        page = answer.get("account_list") or []
        accounts += page
        if len(page) < ACCOUNTS_PAGE:
            break
    return accounts


class Reconciler:
    """Reads all accounts every `seconds`, and when asked to."""

    def __init__(
        self, api: WeComApi, puller: Puller, *, seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._puller = puller
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._listed_until = 0.0
        self._not_before: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def know(self, open_kfid: str) -> None:
        """Remember an account that an event named."""
        with self._lock:
            self._known.add(open_kfid)

    def start(self, inlet: Inlet) -> None:
        """Begin in a thread, at once and then every `seconds`; does nothing when it runs already."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, args=(inlet,), name="wecom-kf-reconcile", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def reconcile(self, inlet: Inlet) -> None:
        """Read every account that is not being left alone, without a token."""
        self._list()
        with self._lock:
            accounts = sorted(self._known)
        for open_kfid in accounts:
            if self._stopping.is_set():
                return
            if self._monotonic() >= self._not_before.get(open_kfid, 0.0):
                self._read(open_kfid, inlet)

    def _run(self, inlet: Inlet) -> None:
        # Whatever goes wrong in a round, a database out of reach included, must not end the rounds.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="wecom-kf-round") as rounds:
            while not self._stopping.is_set():
                failure = rounds.submit(self.reconcile, inlet).exception()
                if failure is not None:
                    logger.error(
                        "A round of reading 微信客服 failed", exc_info=failure, extra={"action": "wecom_kf_round"}
                    )
                self._stopping.wait(self._seconds)

    def _list(self) -> None:
        if self._monotonic() < self._listed_until:
            return
        try:
            accounts = list_accounts(self._api)
        except WeComError as error:
            self._listed_until = self._monotonic() + self._pause_after("", error)
            logger.warning("The accounts of 微信客服 cannot be listed: %s", error, extra={"action": "wecom_kf_list"})
            return
        self._pauses.pop("", None)
        self._listed_until = self._monotonic() + ACCOUNTS_SECONDS
        usable = [account for account in accounts if account.get("manage_privilege") is not False]
        with self._lock:
            self._known |= {str(account["open_kfid"]) for account in usable if account.get("open_kfid")}

    def _read(self, open_kfid: str, inlet: Inlet) -> None:
        try:
            self._puller.pull(open_kfid, "", inlet)
        except WeComError as error:
            self._not_before[open_kfid] = self._monotonic() + self._pause_after(open_kfid, error)
            logger.warning(
                "微信客服 cannot be read: %s", error, extra={"action": "wecom_kf_read", "open_kfid": open_kfid}
            )
        else:
            self._pauses.pop(open_kfid, None)

    def _pause_after(self, name: str, error: WeComError) -> float:
        """Return how long to leave an account alone; a frequency limit doubles each time."""
        if not isinstance(error, ApiRefused):
            return 0.0
        if error.errcode in CONFIGURATION_REMEDIES:
            return CONFIGURATION_PAUSE_SECONDS
        if error.errcode not in FREQUENCY_CODES:
            return FREQUENCY_PAUSE_SECONDS
        pause = min(self._pauses.get(name, FREQUENCY_PAUSE_SECONDS / 2) * 2, LONGEST_PAUSE_SECONDS)
        self._pauses[name] = pause
        return pause
