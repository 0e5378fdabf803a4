"""Access tokens: one for each secret, fetched by one thread at a time, renewed early, kept only in memory.

Source: https://developer.work.weixin.qq.com/document/path/91039. Asking again while a token is valid gives the same
one, so each process keeps its own copy; asking too often, or with a wrong secret, gets the corporation blocked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from adapters.wecom.errcodes import CONFIGURATION_REMEDIES
from adapters.wecom.errors import ApiRefused

#: renewed this long before the end, or after three quarters of a short life
EARLY_SECONDS = 300.0
#: a wrong secret is not tried again sooner: many wrong ones block the corporation for an hour
REFUSED_PAUSE_SECONDS = 300.0

#: asks WeCom; returns the token and its life in seconds
FetchToken = Callable[[], tuple[str, float]]


class TokenStore:
    """The access token of one secret, shared by all threads of the process."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_at = 0.0
        self._refused: ApiRefused | None = None
        self._refused_until = 0.0

    def get(self, fetch: FetchToken) -> str:
        """Return a token that is good for some minutes more, asking WeCom where there is none.

        Raises:
            ApiRefused, ApiUnreachable: from `fetch`; a refused secret is refused again from memory for a while.
        """
        with self._lock:
            if self._token is None or self._monotonic() >= self._renew_at:
                self._fetch(fetch)
            return str(self._token)

    def renew(self, stale: str, fetch: FetchToken) -> None:
        """Replace a token that WeCom refused, unless another thread already did."""
        with self._lock:
            if self._token == stale:
                self._fetch(fetch)

    def _fetch(self, fetch: FetchToken) -> None:
        now = self._monotonic()
        if self._refused is not None and now < self._refused_until:
            raise ApiRefused(self._refused.errcode, self._refused.errmsg)
        try:
            self._token, lifetime_seconds = fetch()
        except ApiRefused as refusal:
            if refusal.errcode in CONFIGURATION_REMEDIES:
                self._refused, self._refused_until = refusal, now + REFUSED_PAUSE_SECONDS
            raise
        self._refused = None
        self._renew_at = now + lifetime_seconds - min(EARLY_SECONDS, lifetime_seconds / 4)
