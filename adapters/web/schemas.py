"""The JSON that the chat page and the server exchange."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from adapters.web.edge import Author, Line
from adapters.web.identity import Caller
from adapters.web.media import MediaLinks
from bot.channel import Attachment

MAX_TEXT_CHARS = 20_000  # what is kept of one message; how much of it is understood is the worker's affair
Language = Literal["zh", "en"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OpenSession(_Request):
    """A page or a widget opens."""

    frame: bool = Field(False, description="True for the widget, which keeps its token itself instead of a cookie.")


class Who(BaseModel):
    """Who the page speaks for."""

    kind: Literal["visitor", "staff"]
    name: str | None = None
    handle: str | None = None
    role: str | None = None


class SessionView(BaseModel):
    """An open session."""

    who: Who
    visitor_token: str | None = Field(None, description="Only for the widget: send it as `Authorization: Bearer`.")
    max_attachment_bytes: int


class SendText(_Request):
    """Words that the person typed."""

    client_id: UUID = Field(description="Made by the page; a repeat is ignored.")
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS, pattern=r"[^\s\x00]")]
    language: Language | None = Field(None, description="The language that the page is shown in.")


class SendChoice(_Request):
    """A button that the person pressed."""

    client_id: UUID = Field(description="Made by the page; a repeat is ignored.")
    choice: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
    label: Annotated[str, Field(max_length=255, description="The button's words, for the history.")] = ""
    language: Language | None = None


class Accepted(BaseModel):
    """The message is in the database."""

    client_id: UUID


class ChoiceView(BaseModel):
    """A button."""

    label: str
    value: str


class MediaView(BaseModel):
    """A file to show or offer."""

    type: str
    url: str


class AttachmentView(BaseModel):
    """A file that the person sent."""

    kind: str
    filename: str
    size_bytes: int
    media_type: str
    url: str = Field(description="Opens only for the person who sent it, and for staff.")


class UploadView(Accepted):
    """The file and its message are stored."""

    attachment: AttachmentView


class LineView(BaseModel):
    """One bubble."""

    cursor: str
    message_id: str
    client_id: str | None = Field(description="For the person's own lines: the id that the page gave.")
    author: Author
    text: str
    choices: list[ChoiceView]
    media: list[MediaView]
    attachments: list[AttachmentView]
    at: datetime


class History(BaseModel):
    """The newest lines, oldest first."""

    lines: list[LineView]
    cursor: str | None = Field(description="Where /chat/events goes on.")


class SignIn(_Request):
    """A member of staff proves who he is."""

    handle: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    new_password: Annotated[str | None, Field(min_length=1, max_length=200)] = None


def view_caller(caller: Caller) -> Who:
    """Describe who the page speaks for."""
    kind: Literal["visitor", "staff"] = "visitor" if caller.user_id is None else "staff"
    return Who(kind=kind, name=caller.name, handle=caller.handle, role=caller.role)


def view_line(line: Line, conversation_key: str, links: MediaLinks) -> LineView:
    """Describe one line to the page."""
    prefix = f"{conversation_key}:"
    is_own = line.author == "person" and line.message_id.startswith(prefix)
    return LineView(
        cursor=line.cursor,
        message_id=line.message_id,
        client_id=line.message_id.removeprefix(prefix) if is_own else None,
        author=line.author,
        text=line.text,
        choices=[ChoiceView(label=label, value=value) for label, value in line.choices],
        media=[MediaView(type=media.type, url=links.link(media)) for media in line.media],
        attachments=[view_attachment(file, conversation_key, links) for file in line.attachments],
        at=line.at,
    )


def view_attachment(file: Attachment, conversation_key: str, links: MediaLinks) -> AttachmentView:
    """Describe a file that the person sent."""
    return AttachmentView(
        kind=file.kind,
        filename=file.filename,
        size_bytes=file.size_bytes,
        media_type=file.media_type,
        url=links.link_own(conversation_key, file),
    )


def view_history(lines: Iterable[Line], conversation_key: str, links: MediaLinks) -> History:
    """Describe a stretch of the conversation to the page."""
    views = [view_line(line, conversation_key, links) for line in lines]
    return History(lines=views, cursor=views[-1].cursor if views else None)
