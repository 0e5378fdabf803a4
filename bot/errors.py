"""The error tree of `bot`.

BotError
├── SettingsInvalid        a setting is missing or wrong; the message names it and says what to do
├── LeaseLost              another worker took over the row; this transaction must roll back
├── WebhookRejected        a webhook call fails authentication or cannot be read; carries the HTTP status to answer
├── PersonalDataRefused    a person's data cannot be written where it was asked for; the message says what to do
├── AttachmentRefused      a file is empty, too large or of a kind that is not accepted; in words for its sender
├── ExampleRefused         a sentence cannot be taught: no text, too long, or no such intent
└── DeliveryError          a channel could not deliver a reply; says whether to try again and when
"""

from __future__ import annotations

from typing import Literal


class BotError(Exception):
    """Root of what can go wrong in the conversation."""


class SettingsInvalid(BotError):
    """A setting is missing or wrong; `zh` says it in Chinese."""

    def __init__(self, message: str, *, zh: str | None = None) -> None:
        super().__init__(message)
        self.zh = zh or message


class LeaseLost(BotError):
    """The row's lease ran out and another worker holds it now."""


class WebhookRejected(BotError):
    """A webhook call that is refused: forged, replayed beyond use, too large or unreadable."""

    def __init__(self, status_code: int, reason: str) -> None:
        super().__init__(reason)
        self.status_code = status_code
        self.reason = reason


class PersonalDataRefused(BotError):
    """A person's data cannot be written there."""


class ExampleRefused(BotError):
    """A sentence that cannot be taught; the message says why."""


class AttachmentRefused(BotError):
    """A file that is not accepted, with the reason in both languages."""

    def __init__(self, *, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason_zh = reason_zh
        self.reason_en = reason_en


#: permanent    this message can never be delivered (malformed, receiver unknown): park the row
#: unreachable  the conversation is closed to us (blocked, deactivated): park it and mark the conversation
#: window       the platform's reply window is used up: keep it until the customer writes again
#: wrong_state  a person has the session, or it has ended: drop the draft, note it for staff
#: retry        a temporary failure that certainly did not deliver: try again after `retry_after_seconds`
#: uncertain    unknown outcome: repeat only where the platform takes our own id, else mark as uncertain
DeliveryFailure = Literal["permanent", "unreachable", "window", "wrong_state", "retry", "uncertain"]


class DeliveryError(BotError):
    """A channel could not deliver a reply."""

    def __init__(self, failure: DeliveryFailure, reason: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.failure: DeliveryFailure = failure
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds
