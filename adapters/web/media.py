"""Files of a conversation behind links: those that the bot sends, and those that the person sent himself.

The link to a file of the bot is the permission: only its conversation was shown it, and it dies after a day. The link
to a person's own file is not enough: who follows it must be that person, or a member of staff. Neither shows a path.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from bot.channel import Attachment, ReplyMedia

LINK_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class OwnFile:
    """What a person sent, and in which conversation."""

    conversation_key: str
    sha256: str
    media_type: str
    filename: str


class MediaLinks:
    """Turns files into links and back."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        self._media = _box("crmbot.web.media", secret_key)
        self._own = _box("crmbot.web.attachment", secret_key)
        self._clock = clock

    def link(self, media: ReplyMedia) -> str:
        """Return the address of a file of the bot, good for a day."""
        return f"/chat/media/{self._seal(self._media, [media.type, media.path])}"

    def find(self, token: str) -> ReplyMedia | None:
        """Return what the link stands for; None when it is forged, expired, or the file is gone."""
        content = self._open(self._media, token)
        if content is None:
            return None
        kind, path = content
        return ReplyMedia(type=kind, path=path) if Path(path).is_file() else None

    def link_own(self, conversation_key: str, file: Attachment) -> str:
        """Return the address of a file that the person of this conversation sent, good for a day."""
        content = [conversation_key, file.sha256, file.media_type, file.filename]
        return f"/chat/attachments/{self._seal(self._own, content)}"

    def find_own(self, token: str) -> OwnFile | None:
        """Return what the link stands for; None when it is forged or expired."""
        content = self._open(self._own, token)
        if content is None:
            return None
        key, sha256, media_type, filename = content
        return OwnFile(conversation_key=key, sha256=sha256, media_type=media_type, filename=filename)

    def _seal(self, box: Fernet, content: list[str]) -> str:
        return box.encrypt_at_time(json.dumps(content).encode(), self._now()).decode()

    def _open(self, box: Fernet, token: str) -> Any:
        try:
            return json.loads(box.decrypt_at_time(token, int(LINK_LIFETIME.total_seconds()), self._now()))
        except InvalidToken:
            return None

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _box(purpose: str, secret_key: str) -> Fernet:
    key = hashlib.sha256(f"{purpose}:{secret_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
