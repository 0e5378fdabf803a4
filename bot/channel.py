"""The contract between the conversation and a channel: the values that cross it, and the protocol of a channel.

Promise: everything that an adapter and the rest of the program say to each other is spelled here. Never: a
vendor's word, a database, network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bot.settings import Settings


class MessageKind(StrEnum):
    """What a customer or colleague sent."""

    TEXT = "text"  # words, also the caption of an attachment
    CHOICE = "choice"  # a button pressed; `choice` holds the token that we had put into it
    MEDIA = "media"  # attachments without words
    CONTACT = "contact"  # the sender shared his own phone number, verified by the platform: `phone`
    EDIT = "edit"  # new words for an earlier message: `replaces` holds its external id
    ENTER = "enter"  # the sender opened the chat (a /start, enter_agent, enter_session)
    DELIVERY_FAILED = "delivery_failed"  # the platform took a reply but could not deliver it: `replaces`
    REACHABILITY = "reachability"  # the sender blocked or unblocked us: `reachable`
    SERVICE_STATE = "service_state"  # the platform changed who serves the conversation: `service_state`
    STAFF_SPOKE = "staff_spoke"  # a colleague wrote to the customer in the platform's own client
    RECALL = "recall"  # the sender took a message back: `replaces`
    MOVED = "moved"  # a group goes on under another id: `context` holds what `bot.moving.move` takes


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that came with a message, already stored by content hash (bot/attachments.py)."""

    #: image, voice, video or file
    kind: str
    #: SHA-256 of the content, in hexadecimal: the key in the attachment store
    sha256: str
    #: the content's type as found in the bytes, never as claimed
    media_type: str
    #: the sender's name for the file, for display only
    filename: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One thing that happened in a chat, in our words."""

    #: the channel's name, such as "telegram", "wecom_app", "wecom_kf", "web", "terminal"
    channel: str
    #: the platform's id of this message or event; unique within the channel, the same in a repeated delivery
    external_id: str
    #: identifies the conversation within the channel; messages of one key are handled one after another
    conversation_key: str
    #: the platform's id of the person who sent it
    sender_id: str
    #: what a reply needs to reach this conversation (chat id, open_kfid, …); plain JSON
    address: Mapping[str, Any]
    kind: MessageKind = MessageKind.TEXT
    #: the words as sent (normalised later, once); empty for kinds without words
    text: str = ""
    choice: str | None = None
    #: E.164, only for CONTACT
    phone: str | None = None
    attachments: tuple[Attachment, ...] = ()
    replaces: str | None = None
    reachable: bool | None = None
    #: bot, queue, human or ended; only for SERVICE_STATE
    service_state: str | None = None
    #: the platform's time of sending, aware; the time of receipt where it gives none
    sent_at: datetime
    sender_name: str | None = None
    #: "zh", "en" or None when the platform says nothing
    language_hint: str | None = None
    #: a group chat, where personal data is not shown
    is_group: bool = False
    #: handled ahead of everything that waits (a welcome code dies after 20 s)
    is_urgent: bool = False
    #: whatever else the channel needs again for its replies (welcome code, scene, callback id); plain JSON
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReplyChoice:
    """A button under a reply. `value` comes back as `InboundMessage.choice` (at most 32 ASCII characters)."""

    label: str
    value: str
    #: what may be typed instead of pressing, counted through all replies of a turn; None: its place in the reply
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReplyMedia:
    """A file that goes with a reply; `path` is on this machine and readable by every worker."""

    type: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One thing that we say. `text` is plain text; a channel renders links and line breaks its own way."""

    text: str
    choices: tuple[ReplyChoice, ...] = ()
    media: tuple[ReplyMedia, ...] = ()
    #: ask the customer for his phone number with the platform's own button, where there is one
    asks_for_phone: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyBudget:
    """How many messages a channel still lets us send in answer to the customer's last one; None: no limit."""

    messages_left: int | None
    #: when the platform's window closes
    window_ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OutboundMessage:
    """One message to deliver, small enough for its channel: one row of the outbox is one call of the platform."""

    #: our own id of this row; the same at every attempt, so a platform that takes an id can refuse a repeat
    outbox_id: int
    conversation_key: str
    address: Mapping[str, Any]
    reply: Reply
    #: "zh" or "en": the language of button captions that a channel adds by itself
    language: str
    #: the context of the message that this answers (welcome code, callback id), if any
    context: Mapping[str, Any]


class ServiceAction(StrEnum):
    """What the program asks of a platform that tracks who serves a conversation."""

    TO_PERSON = "to_person"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class WebhookRequest:
    """An HTTP request for a channel's webhook, free of any web framework."""

    method: str
    #: the part after the channel's own path prefix, without a leading slash; "" for the prefix itself
    path: str
    #: single-valued, URL-decoded
    query: Mapping[str, str]
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What a webhook call means, and how to acknowledge it."""

    messages: tuple[InboundMessage, ...] = ()
    #: asks the channel's puller to run now (`Channel.pull` with this mapping); the message itself says nothing
    pull: Mapping[str, Any] | None = None
    body: bytes = b""
    media_type: str = "text/plain"


class Inlet(Protocol):
    """Where a channel puts what it received. Durable when the call returns."""

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        """Store messages, and a pull cursor `(name, value)` with them, in ONE transaction.

        Repeats of an (channel, external_id) are ignored. Returns how many messages were new.
        """

    def cursor(self, name: str) -> str | None:
        """Return the stored cursor of that name, None at first."""

    def keep(self, content: bytes, *, kind: str, filename: str) -> Attachment:
        """Store an attachment by content hash, before the message that names it.

        Raises:
            AttachmentRefused: too large, or of a type that is not accepted.
        """


class Channel(Protocol):
    """One way of talking to people. Built once in each process by `adapters.<name>.CHANNELS`."""

    name: str
    #: its people read the outbox themselves (a web page that follows its conversation), so a queued reply is delivered
    reads_outbox: bool

    def parse(self, request: WebhookRequest) -> Parsed:
        """Authenticate and translate a webhook call; no network, no database.

        Unknown kinds of update give no message.

        Raises:
            WebhookRejected: forged, from another corporation, too large or unreadable.
        """

    def fetch(self, message: InboundMessage, inlet: Inlet) -> InboundMessage:
        """Replace the message's platform files (in `context["files"]`) with stored attachments; network.

        Called by the worker before the turn, never inside a webhook; channels without files return it unchanged.
        """

    def plan(self, replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:
        """Join and split replies so that each fits one platform message and all fit the budget. Pure."""

    def send(self, message: OutboundMessage) -> str:
        """Deliver one message over the network and return the platform's id of it.

        Raises:
            DeliveryError: with what to do about it.
        """

    def budget_limits(self) -> tuple[int, float] | None:
        """Return (messages, hours) allowed after each message of the customer, None where there is no limit."""

    def announce_typing(self, address: Mapping[str, Any]) -> None:
        """Show that an answer is being prepared, where the platform can; failures are not errors."""

    def set_service(self, address: Mapping[str, Any], action: ServiceAction) -> str | None:
        """Hand the conversation to a person, or end it, on a platform that tracks it.

        Returns the platform's code for one more message after that, which later messages find as
        `context["event_code"]`; None where there is none.

        Raises:
            DeliveryError: the platform refused.
        """

    def start(self, inlet: Inlet) -> None:
        """Begin receiving in background threads where the channel pulls (polling, reconciling); return at once."""

    def stop(self) -> None:
        """Stop what `start` began and wait for it."""

    def pull(self, hint: Mapping[str, Any], inlet: Inlet) -> None:
        """Fetch what waits at the platform and store it; called after a webhook that only says 'something is new'."""

    def diagnose(self) -> list[Diagnosis]:
        """Check settings, rights and reachability at the platform, in the order in which to mend them."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One line of `crmbot doctor`."""

    check: str
    ok: bool
    #: what is wrong and what to do, both languages; empty when ok
    remedy_zh: str = ""
    remedy_en: str = ""


class ChannelFactory(Protocol):
    """What `adapters.<name>` exposes as CHANNELS: builds the channels that the settings turn on."""

    def __call__(self, settings: Settings) -> list[Channel]:
        """Return the configured channels, an empty list when the channel is off.

        Raises:
            SettingsInvalid: half configured; the message names the missing settings.
        """
