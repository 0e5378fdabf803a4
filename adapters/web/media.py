"""Files that the bot sends along, reachable through links that only their conversation was shown."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from bot.channel import ReplyMedia

LINK_LIFETIME = timedelta(hours=24)


class MediaLinks:
    """Turns a path on this machine into a link and back; the link is the permission, and hides the path."""

    def __init__(self, secret_key: str, clock: Callable[[], datetime]) -> None:
        key = hashlib.sha256(b"crmbot.web.media:" + secret_key.encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(key))
        self._clock = clock

    def link(self, media: ReplyMedia) -> str:
        """Return the address of the file, good for a day."""
        content = json.dumps([media.type, media.path]).encode()
        return f"/chat/media/{self._box.encrypt_at_time(content, self._now()).decode()}"

    def find(self, token: str) -> ReplyMedia | None:
        """Return what the link stands for; None when it is forged, expired, or the file is gone."""
        try:
            content = self._box.decrypt_at_time(token, int(LINK_LIFETIME.total_seconds()), self._now())
        except InvalidToken:
            return None
        kind, path = json.loads(content)
        return ReplyMedia(type=kind, path=path) if Path(path).is_file() else None

    def _now(self) -> int:
        return int(self._clock().timestamp())
