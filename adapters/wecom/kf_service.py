"""Who serves a customer of 微信客服: read it, hand it to people, end it.

Source: document 94669. Allowed: 0 to 1, 2, 3; 1 to 2, 3; 2 to 3; 3 to 4. There is no way back from people to the bot
other than ending the session and the customer writing again. Codes for a last word are returned, never kept here: the
next message may go out from another process.
"""

from __future__ import annotations

import logging
from typing import Any

from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import STATE_CODES
from adapters.wecom.errors import ApiRefused
from bot.errors import DeliveryError

logger = logging.getLogger(__name__)

NEW, ASSISTANT, POOL, PERSON, ENDED = range(5)
#: servicers on duty that are asked one after another when the pool is closed
MOST_SERVICERS = 5


class KfService:
    """Reads and changes the state of sessions."""

    def __init__(self, api: WeComApi) -> None:
        self._api = api

    def state(self, account: str, customer: str) -> int:
        """Return the state of the session, 0 to 4.

        Raises:
            WeComError: WeCom refused or did not answer.
        """
        answer = self._api.call(lambda client: client.kf.get_service_state(account, customer))
        state = answer.get("service_state")
        return state if isinstance(state, int) else NEW

    def move(self, account: str, customer: str, state: int, servicer_userid: str = "") -> str:
        """Change the state, and return the code that WeCom gives for a last word, "" where it gives none.

        Raises:
            WeComError: WeCom refused or did not answer.
        """
        answer = self._api.call(lambda client: client.kf.trans_service_state(account, customer, state, servicer_userid))
        return str(answer.get("msg_code") or "")

    def hand_over(self, account: str, customer: str) -> str:
        """Give the session to people: into the pool, or to somebody on duty where the pool does not take it.

        Returns the code for a last word, "" where there is none.

        Raises:
            WeComError: WeCom refused or did not answer.
            DeliveryError: the session has ended, or nobody takes it.
        """
        for step in (self._to_pool, self._to_servicer):
            state = self.state(account, customer)
            if state in {POOL, PERSON}:
                return ""
            if state == ENDED:
                raise DeliveryError("wrong_state", "the session has ended; the customer's next message opens it again")
            code = step(account, customer)
            if code is not None:
                return code
        raise DeliveryError("wrong_state", "neither the pool nor a servicer on duty takes this session")

    def end(self, account: str, customer: str) -> str:
        """End a session that people have, so that the customer's next message opens one with the bot.

        From the pool WeCom may let nobody end it but a servicer: then it goes to one on duty, and ends there. Returns
        the code for a last word, "" where there is none.

        Raises:
            WeComError: WeCom refused or did not answer.
            DeliveryError: it waits in the pool and nobody is on duty, so that only its place there lets us speak.
        """
        state = self.state(account, customer)
        if state not in {POOL, PERSON}:
            return ""
        if state == POOL:
            code = self._try(account, customer, ENDED)
            if code is not None:
                return code
            if self._to_servicer(account, customer) is None:
                raise DeliveryError("wrong_state", "the session waits in the pool and no servicer is on duty to end it")
        return self.move(account, customer, ENDED)

    def _to_pool(self, account: str, customer: str) -> str | None:
        return self._try(account, customer, POOL)

    def _to_servicer(self, account: str, customer: str) -> str | None:
        on_duty = [servicer for servicer in self._servicers(account) if servicer.get("status") == 0]
        userids = [str(servicer["userid"]) for servicer in on_duty[:MOST_SERVICERS] if servicer.get("userid")]
        codes = (self._try(account, customer, PERSON, userid) for userid in userids)
        return next((code for code in codes if code is not None), None)

    def _try(self, account: str, customer: str, state: int, servicer_userid: str = "") -> str | None:
        """Change the state and return the code; None where WeCom does not allow this step now."""
        try:
            return self.move(account, customer, state, servicer_userid)
        except ApiRefused as refusal:
            if refusal.errcode not in STATE_CODES | {95014, 95019}:
                raise
            return None

    def _servicers(self, account: str) -> list[dict[str, Any]]:
        answer = self._api.call(lambda client: client.kf.get_servicer_list(account))
        return [servicer for servicer in answer.get("servicer_list") or [] if isinstance(servicer, dict)]
