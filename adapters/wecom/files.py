"""Files in both directions: what people send becomes stored attachments, what we send is uploaded once.

Source: document 90253.
"""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.wecom.client import WeComApi
from adapters.wecom.errcodes import delivery_error
from adapters.wecom.errors import ApiRefused, FileTooLarge, WeComError
from bot.channel import Attachment, InboundMessage, Inlet, ReplyMedia
from bot.errors import AttachmentRefused, DeliveryError

logger = logging.getLogger(__name__)

#: a media_id lives 3 days; half a day is kept for clocks and queues
MEDIA_ID_SECONDS = 2.5 * 86400
#: the smallest file that WeCom takes has more than 5 bytes
SMALLEST_BYTES = 5
#: most bytes of each type, with the endings that WeCom takes as that type; anything else is a file
MOST_BYTES = {"image": 10_000_000, "voice": 2_000_000, "video": 10_000_000, "file": 20_000_000}
ENDINGS = {"image": {".jpg", ".jpeg", ".png"}, "voice": {".amr"}, "video": {".mp4"}}
_REMEMBERED = 256


def fetch_files(api: WeComApi, message: InboundMessage, inlet: Inlet, *, max_bytes: int) -> InboundMessage:
    """Store the files named in `context["files"]` and put them on the message.

    What is not accepted or no longer there is named in `context["files_refused"]`, with the reason in both languages.

    Raises:
        DeliveryError: WeCom does not answer now; try again.
    """
    if message.attachments or not message.context.get("files"):
        return message
    kept: list[Attachment] = []
    refused: list[dict[str, str]] = []
    for file in message.context["files"]:
        try:
            kept.append(_fetch(api, file, inlet, max_bytes))
        except AttachmentRefused as refusal:
            reasons = {"reason_zh": refusal.reason_zh, "reason_en": refusal.reason_en}
            refused.append({"filename": str(file.get("filename", "")), **reasons})
    context = {name: value for name, value in message.context.items() if name != "files"}
    if refused:
        context["files_refused"] = refused
    return replace(message, attachments=tuple(kept), context=context)


def _fetch(api: WeComApi, file: dict[str, Any], inlet: Inlet, max_bytes: int) -> Attachment:
    try:
        content, name = api.download(str(file["media_id"]), max_bytes=max_bytes)
    except FileTooLarge as error:
        megabytes = max_bytes // 1_000_000
        raise AttachmentRefused(
            reason_zh=f"文件超过 {megabytes} MB，请压缩后再发。",
            reason_en=f"The file is larger than {megabytes} MB. Please send a smaller one.",
        ) from error
    except WeComError as error:
        failure = delivery_error(error, is_repeat_safe=True)
        if failure.failure == "retry":
            raise failure from error
        logger.warning("A file at WeCom cannot be fetched: %s", error, extra={"action": "wecom_media_get"})
        raise AttachmentRefused(
            reason_zh="文件已过期或无法下载，请重新发送。",
            reason_en="The file has expired or cannot be fetched. Please send it again.",
        ) from error
    return inlet.keep(content, kind=str(file["kind"]), filename=name or str(file.get("filename") or "file"))


@dataclass(frozen=True, kw_only=True)
class _Known:
    media_id: str
    good_until: float


class Uploads:
    """Uploads each file once while its media_id lives, so that a repeated message is the same message."""

    def __init__(self, api: WeComApi, *, monotonic: Callable[[], float]) -> None:
        self._api = api
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def media_id(self, medium: ReplyMedia, *, is_renewed: bool = False) -> tuple[str, str]:
        """Return (message type, media_id) of a file, uploading it where needed or when `is_renewed`.

        Raises:
            WeComError: WeCom refused the upload or did not answer.
            DeliveryError: the file is missing, empty or too large.
        """
        path = Path(medium.path)
        content = _read(path)
        kind = message_type(medium.type, path, len(content))
        key = f"{kind}:{path.name}:{hashlib.sha256(content).hexdigest()}"
        with self._lock:
            known = self._known.get(key)
        if known is not None and not is_renewed and self._monotonic() < known.good_until:
            return kind, known.media_id
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        media_id = self._api.upload(kind, path.name, content, media_type)
        self._remember(key, media_id)
        return kind, media_id

    def _remember(self, key: str, media_id: str) -> None:
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = _Known(media_id=media_id, good_until=self._monotonic() + MEDIA_ID_SECONDS)
            while len(self._known) > _REMEMBERED:
                self._known.pop(next(iter(self._known)))


def message_type(wanted: str, path: Path, size_bytes: int) -> str:
    """Return the type under which WeCom takes the file; "file" for what is not quite an image, voice or video.

    Raises:
        DeliveryError: larger than any type allows.
    """
    if path.suffix.lower() in ENDINGS.get(wanted, set()) and size_bytes <= MOST_BYTES[wanted]:
        return wanted
    if size_bytes > MOST_BYTES["file"]:
        raise DeliveryError("permanent", f"{path.name} has more than {MOST_BYTES['file']} bytes, WeCom's limit")
    return "file"


def is_media_gone(refusal: ApiRefused) -> bool:
    """Return whether the media_id was not accepted, so that the file has to be uploaded anew."""
    return refusal.errcode == 40007


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError("permanent", f"{path.name} cannot be read: {error.strerror}") from error
    if len(content) <= SMALLEST_BYTES:
        raise DeliveryError("permanent", f"{path.name} is empty; WeCom takes files of more than 5 bytes")
    return content
