"""What the chat page sends and reads: messages, files, history, live lines."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated
from uuid import UUID

import filetype
from fastapi import APIRouter, Depends, File, Form, Header, Query, Request, UploadFile
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from adapters.web.follow import Pace
from adapters.web.identity import Caller
from adapters.web.problems import Refused, responses
from adapters.web.schemas import (
    MAX_TEXT_CHARS,
    Accepted,
    History,
    Language,
    SendChoice,
    SendText,
    UploadView,
    view_attachment,
    view_history,
    view_line,
)
from adapters.web.services import Here, OwnPage, Services, WhoCalls, address_of
from adapters.web.throttle import Throttle
from bot.channel import Attachment, InboundMessage, MessageKind
from bot.errors import AttachmentRefused

HISTORY_LINES = 200
LINES_PER_LOOK = 50
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ATTACHMENT_KINDS = {"image": "image", "audio": "voice", "video": "video"}
SHOWN_IN_PAGE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
Cursor = Annotated[str | None, Query(max_length=64, description="Go on after this line.")]
RETRY_LATER = {"Retry-After": "10"}
REFUSALS = ("session_required", "request_forged", "too_many_requests")

router = APIRouter(prefix="/chat", tags=["chat"])


async def admit_message(request: Request, caller: WhoCalls, services: Here) -> None:
    """Refuse floods, of one person or of one address."""
    _admit(request, caller, services, services.message_throttle)


async def admit_upload(request: Request, caller: WhoCalls, services: Here) -> None:
    """Refuse floods of files."""
    _admit(request, caller, services, services.upload_throttle)


def _admit(request: Request, caller: Caller, services: Services, own: Throttle) -> None:
    if not (own.take(caller.conversation_key) and services.post_throttle.take_for_address(address_of(request))):
        raise Refused("too_many_requests", headers=RETRY_LATER)


@router.post(
    "/messages", status_code=202, dependencies=[OwnPage, Depends(admit_message)], responses=responses(*REFUSALS)
)
async def send_message(wish: SendText | SendChoice, caller: WhoCalls, services: Here) -> Accepted:
    """Take a message; it is in the database when this answers."""
    message = _message_of(wish, caller, services)
    await _store(message, services)
    return Accepted(client_id=wish.client_id)


@router.post(
    "/attachments",
    status_code=202,
    dependencies=[OwnPage, Depends(admit_upload)],
    responses=responses(*REFUSALS, "attachment_refused"),
)
async def send_attachment(
    *,
    file: Annotated[UploadFile, File()],
    client_id: Annotated[UUID, Form(description="Made by the page; a repeat is ignored.")],
    caller: WhoCalls,
    services: Here,
    text: Annotated[str, Form(max_length=MAX_TEXT_CHARS, description="Words that go with the file.")] = "",
    language: Annotated[Language | None, Form()] = None,
) -> UploadView:
    """Take a file as a message; file and message are stored when this answers."""
    attachment = await _keep(file, services)
    words = UNPRINTABLE.sub("", text)
    message = _build(
        caller,
        services,
        client_id,
        language,
        kind=MessageKind.TEXT if words.strip() else MessageKind.MEDIA,
        text=words,
        attachments=(attachment,),
    )
    await _store(message, services)
    view = view_attachment(attachment, caller.conversation_key, services.media_links)
    return UploadView(client_id=client_id, attachment=view)


@router.get(
    "/attachments/{token}", response_class=FileResponse, responses=responses("session_required", "media_not_found")
)
async def read_attachment(token: str, caller: WhoCalls, services: Here) -> FileResponse:
    """Return a file that a person sent, to that person and to staff."""
    file = services.media_links.find_own(token)
    if file is None or (caller.user_id is None and caller.conversation_key != file.conversation_key):
        raise Refused("media_not_found")
    path = services.edge.attachment_path(file.sha256)
    if not await services.in_thread(path.is_file):
        raise Refused("media_not_found")
    return _serve(path, file.media_type, file.filename)


@router.get("/history", responses=responses("session_required"))
async def read_history(caller: WhoCalls, services: Here) -> History:
    """Return the newest lines of the caller's conversation, oldest first."""
    lines = await services.read_lines(caller, after=None, limit=HISTORY_LINES)
    return view_history(lines, caller.conversation_key, services.media_links)


async def resume_after(
    caller: WhoCalls,
    services: Here,
    after: Cursor = None,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> str | None:
    """Return where a stream goes on: where it broke off, else where the page's history ends.

    Raises:
        Refused: that is no place in this conversation. Asked here, because a stream that has begun cannot refuse.
    """
    place = last_event_id or after
    if place is not None:
        await services.read_lines(caller, after=place, limit=1)
    return place


async def admit_follower(caller: WhoCalls, services: Here) -> None:
    """Refuse more open pages of one conversation than anybody needs."""
    if not services.followers.has_room(caller.conversation_key):
        raise Refused("too_many_requests")


@router.get(
    "/events",
    response_class=EventSourceResponse,
    dependencies=[Depends(admit_follower)],
    responses=responses("session_required", "too_many_requests"),
)
async def follow(
    caller: WhoCalls, services: Here, after: Annotated[str | None, Depends(resume_after)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream the lines that follow, one event `line` each, its id the cursor; comments keep the connection open."""
    yield ServerSentEvent(comment="open", retry=1000)
    with services.followers.following(caller.conversation_key) as nudge:
        pace = Pace(nudge)
        while not services.followers.is_closing and not pace.is_over:
            lines = await services.read_lines(caller, after=after, limit=LINES_PER_LOOK)
            for line in lines:
                after = line.cursor
                view = view_line(line, caller.conversation_key, services.media_links)
                yield ServerSentEvent(event="line", id=line.cursor, data=view)
            await pace.pause(saw_something=bool(lines))


@router.get("/media/{token}", response_class=FileResponse, responses=responses("media_not_found"))
async def read_media(token: str, services: Here) -> FileResponse:
    """Return a file that the bot sent; the link itself is the permission."""
    media = await services.in_thread(lambda: services.media_links.find(token))
    if media is None:
        raise Refused("media_not_found")
    path = Path(media.path)
    return _serve(path, filetype.guess_mime(path) or "application/octet-stream", path.name)


def _serve(path: Path, media_type: str, filename: str) -> FileResponse:
    """Show pictures in the page, offer anything else as a download: a page of a stranger's would run as ours."""
    disposition = "inline" if media_type in SHOWN_IN_PAGE else "attachment"
    headers = {"Cache-Control": "private, max-age=86400"}
    return FileResponse(
        path, media_type=media_type, filename=filename, content_disposition_type=disposition, headers=headers
    )


def _message_of(wish: SendText | SendChoice, caller: Caller, services: Services) -> InboundMessage:
    if isinstance(wish, SendText):
        text = UNPRINTABLE.sub("", wish.text)
        return _build(caller, services, wish.client_id, wish.language, kind=MessageKind.TEXT, text=text)
    label = UNPRINTABLE.sub("", wish.label)
    return _build(
        caller,
        services,
        wish.client_id,
        wish.language,
        kind=MessageKind.CHOICE,
        choice=wish.choice,
        # The token means nothing to a reader of the history; the words on the button do.
        label=label,
    )


def _build(
    caller: Caller,
    services: Services,
    client_id: UUID,
    language: Language | None,
    *,
    kind: MessageKind,
    text: str = "",
    choice: str | None = None,
    label: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> InboundMessage:
    key = caller.conversation_key
    return InboundMessage(
        channel="web",
        external_id=f"{key}:{client_id}",
        conversation_key=key,
        sender_id=key,
        sender_name=caller.name,
        address={"conversation_key": key},
        kind=kind,
        text=text,
        choice=choice,
        attachments=attachments,
        language_hint=language,
        context={"label": label} if label else {},
        sent_at=services.edge.clock(),
    )


async def _store(message: InboundMessage, services: Services) -> None:
    await services.store.store([message])
    services.followers.nudge(message.conversation_key)


async def _keep(file: UploadFile, services: Services) -> Attachment:
    filename = _display_name(file.filename)

    def keep() -> Attachment:
        content = file.file.read()
        return services.edge.inlet.keep(content, kind=_kind_of(content), filename=filename)

    try:
        return await services.in_thread(keep)
    except AttachmentRefused as error:
        raise Refused("attachment_refused", zh=error.reason_zh, en=error.reason_en) from error


def _kind_of(content: bytes) -> str:
    """Tell image, voice, video and other files apart by their bytes; a claimed type proves nothing."""
    media_type = filetype.guess_mime(content) or ""
    return ATTACHMENT_KINDS.get(media_type.partition("/")[0], "file")


def _display_name(filename: str | None) -> str:
    last_part = re.split(r"[/\\]", filename or "")[-1]
    return UNPRINTABLE.sub("", last_part).strip()[:200] or "file"
