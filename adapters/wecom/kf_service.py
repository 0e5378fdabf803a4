"""Who serves a customer of 微信客服: read it, hand it to people, end it.

Source: document 94669. Allowed: 0 to 1, 2, 3; 1 to 2, 3; 2 to 3; 3 to 4. There is no way back from people to the bot
other than ending the session and the customer writing again.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import STATE_CODES
from adapters.wecom.errors import ApiRefused
from bot.errors import DeliveryError

logger = logging.getLogger(__name__)

NEW, ASSISTANT, POOL, PERSON, ENDED = range(5)
#: servicers on duty that are asked one after another when the pool is closed
MOST_SERVICERS = 5
_REMEMBERED = 10_000


class KfService:
    """Reads and changes the state of sessions."""

    def __init__(self, api: WeComApi) -> None:
        self._api = api
        self._lock = threading.Lock()
        #: by customer: the code that lets us say one more thing after the session left the bot
        self._codes: dict[tuple[str, str], str] = {}

    def state(self, account: str, customer: str) -> int:
        """Return the state of the session, 0 to 4.

        Raises:
            WeComError: WeCom refused or did not answer.
        """
        answer = self._api.call(lambda client: client.kf.get_service_state(account, customer))
        state = answer.get("service_state")
        return state if isinstance(state, int) else NEW

    def move(self, account: str, customer: str, state: int, servicer_userid: str = "") -> None:
        """Change the state, and keep the code that WeCom gives for a last word.

        Raises:
            WeComError: WeCom refused or did not answer.
        """
        answer = self._api.call(lambda client: client.kf.trans_service_state(account, customer, state, servicer_userid))
        if answer.get("msg_code"):
            with self._lock:
                if len(self._codes) >= _REMEMBERED:
                    self._codes.clear()
                self._codes[account, customer] = str(answer["msg_code"])

    def take_code(self, account: str, customer: str) -> str:
        """Return the code for a last word, once; "" where there is none."""
        with self._lock:
            return self._codes.pop((account, customer), "")

    def hand_over(self, account: str, customer: str) -> None:
        """Give the session to people: into the pool, or to somebody on duty where the pool does not take it.

        Raises:
            WeComError: WeCom refused or did not answer.
            DeliveryError: the session has ended, or nobody takes it.
        """
        for step in (self._to_pool, self._to_servicer):
            state = self.state(account, customer)
            if state in {POOL, PERSON}:
                return
            if state == ENDED:
                raise DeliveryError("wrong_state", "the session has ended; the customer's next message opens it again")
            if step(account, customer):
                return
        raise DeliveryError("wrong_state", "neither the pool nor a servicer on duty takes this session")

    def end(self, account: str, customer: str) -> None:
        """End the session where it can be ended; one that no person has ends by itself.

        Raises:
            WeComError: WeCom refused or did not answer.
        """
        state = self.state(account, customer)
        if state == ENDED:
            return
        try:
            self.move(account, customer, ENDED)
        except ApiRefused as refusal:
            if refusal.errcode not in STATE_CODES or self.state(account, customer) == PERSON:
                raise
            logger.info("A session that no person has cannot be ended", extra={"action": "wecom_kf_end"})

    def _to_pool(self, account: str, customer: str) -> bool:
        return self._try(account, customer, POOL)

    def _to_servicer(self, account: str, customer: str) -> bool:
        on_duty = [servicer for servicer in self._servicers(account) if servicer.get("status") == 0]
        userids = [str(servicer["userid"]) for servicer in on_duty[:MOST_SERVICERS] if servicer.get("userid")]
        return any(self._try(account, customer, PERSON, userid) for userid in userids)

    def _try(self, account: str, customer: str, state: int, servicer_userid: str = "") -> bool:
        try:
            self.move(account, customer, state, servicer_userid)
        except ApiRefused as refusal:
            if refusal.errcode not in STATE_CODES | {95014, 95019}:
                raise
            return False
        return True

    def _servicers(self, account: str) -> list[dict[str, Any]]:
        answer = self._api.call(lambda client: client.kf.get_servicer_list(account))
        return [servicer for servicer in answer.get("servicer_list") or [] if isinstance(servicer, dict)]
