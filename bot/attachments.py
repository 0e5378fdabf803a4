"""Attachments, stored outside the database under the hash of their content.

Promise: a stored file is complete (written aside, then renamed), typed by its bytes, and kept once however often it is
sent. Never: a file name of the sender in a path.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import filetype

from bot.channel import Attachment
from bot.errors import AttachmentRefused

#: executables and scripts that double-click into trouble, whatever they are called
REFUSED_TYPES = frozenset({"application/x-msdownload", "application/x-executable", "application/x-sharedlib"})
TEXT_SAMPLE_BYTES = 4096


class AttachmentStore:
    """Files below `folder`, two levels deep by the first characters of their SHA-256."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def keep(self, content: bytes, *, kind: str, filename: str) -> Attachment:
        """Store the content and return what a message says of it.

        Raises:
            AttachmentRefused: empty, too large, or an executable.
        """
        media_type = self._checked_type(content)
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            _write_whole(path, content)
        return Attachment(
            kind=kind, sha256=digest, media_type=media_type, filename=filename[:200], size_bytes=len(content)
        )

    def path(self, sha256: str) -> Path:
        """Return where the content of that hash lies."""
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def _checked_type(self, content: bytes) -> str:
        if not content:
            raise AttachmentRefused(reason_zh="文件是空的。", reason_en="The file is empty.")
        if len(content) > self.max_bytes:
            megabytes = self.max_bytes // 1_000_000
            raise AttachmentRefused(
                reason_zh=f"文件超过 {megabytes} MB，请压缩后再发。",
                reason_en=f"The file is larger than {megabytes} MB. Please send a smaller one.",
            )
        media_type = detect_type(content)
        if media_type in REFUSED_TYPES:
            raise AttachmentRefused(
                reason_zh="出于安全考虑，不接收可执行文件。", reason_en="For safety, executable files are not accepted."
            )
        return media_type


def detect_type(content: bytes) -> str:
    """Return the media type that the bytes themselves show."""
    guess = filetype.guess_mime(content)
    if guess:
        return str(guess)
    if content.startswith((b"\x7fELF", b"MZ")):
        return "application/x-executable"
    sample = content[:TEXT_SAMPLE_BYTES]
    return "text/plain" if b"\x00" not in sample else "application/octet-stream"


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
