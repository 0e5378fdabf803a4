"""The error tree of the WeCom adapter.

WeComError
├── ApiRefused       WeCom answered with an errcode; decide by the code only
├── ApiUnreachable   no usable answer: network, time-out, HTTP error, or something that is not JSON
└── FileTooLarge     a file at WeCom is larger than we accept

Promise: no message of these errors holds a secret, an access token or a URL. They never leave the adapter: a channel
turns them into `bot.errors.DeliveryError`, a note in the log or a line of `crmbot doctor`.
"""

from __future__ import annotations


class WeComError(Exception):
    """Root of what can go wrong between us and WeCom."""


class ApiRefused(WeComError):
    """WeCom refused a call."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(f"WeCom answered {errcode}: {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg


class ApiUnreachable(WeComError):
    """A call got no usable answer; `may_have_worked` is False only when the request certainly did not arrive."""

    def __init__(self, reason: str, *, may_have_worked: bool, status_code: int | None = None) -> None:
        super().__init__(reason)
        self.may_have_worked = may_have_worked
        self.status_code = status_code


class FileTooLarge(WeComError):
    """A file at WeCom is larger than we accept."""
