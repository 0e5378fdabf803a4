"""Bytes of a file -> text, whatever office program wrote them.

Promise: UTF-8 with or without BOM, UTF-16 and GB18030 are read; what is no text is refused with what to do. A broken
byte in a UTF-8 file becomes a lone surrogate, so that its row alone is refused. Never: a guess that turns a whole
file into nonsense.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from knowledge_base.errors import FileUnreadable

MAX_FILE_BYTES = 200_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: first bytes of files that are often given a wrong extension
_FOREIGN = (
    (b"PK\x03\x04", "is an Excel workbook or another zip", "是 Excel 工作簿或压缩包"),
    (b"\xd0\xcf\x11\xe0", "is a workbook of old Excel", "是旧版 Excel 工作簿"),
    (b"%PDF", "is a PDF", "是 PDF 文件"),
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        FileUnreadable: missing, a folder, not permitted, empty or too large.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _unreadable(path, "is larger than 200 MB", "Split it.", "大于 200 MB", "请拆分后再导入。")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(
            path, f"cannot be read ({type(error).__name__})", "Check the path.", "无法读取", "请检查路径。"
        ) from error
    if not data.strip():
        raise _unreadable(path, "is empty", "Choose a file with articles.", "是空文件", "请选择有内容的文件。")
    return data


def read_text(path: Path) -> str:
    """Read a file as text in whichever encoding it was saved.

    Raises:
        FileUnreadable: as `read_bytes`, or no text in an encoding that we know.
    """
    data = read_bytes(path)
    for magic, problem, problem_zh in _FOREIGN:
        if data.startswith(magic):
            raise _unreadable(
                path, problem, "Save it as .xlsx, CSV or JSON lines and import that.",
                problem_zh, "请另存为 .xlsx、CSV 或 JSON Lines 后再导入。",
            )  # fmt: skip
    text = _decode(data)
    if text is None or _NO_TEXT.search(text):
        raise _unreadable(
            path, "is not text in UTF-8, UTF-16 or GB18030", "Save it as UTF-8 and import it again.",
            "不是 UTF-8、UTF-16 或 GB18030 文本", "请另存为 UTF-8 后再导入。",
        )  # fmt: skip
    return text


def _decode(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            errors = "surrogateescape" if encoding == "utf-8" else "strict"
            return _try(data[len(bom) :], encoding, errors)
    if b"\0" in data:
        # UTF-16 without BOM: the zero bytes of its commas and line ends stand in every second place.
        odd = data[1::2].count(0) > data[0::2].count(0)
        return _try(data, "utf-16-le" if odd else "utf-16-be")
    return _try(data, "utf-8") or _decode_broken_or_chinese(data)


def _decode_broken_or_chinese(data: bytes) -> str | None:
    """Tell a UTF-8 file with some broken bytes from a file in GB18030, line by line."""
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    good = sum(_try(line, "utf-8") is not None for line in lines)
    if good * 2 > len(lines):
        return data.decode("utf-8", "surrogateescape")
    chinese = _try(data, "gb18030")
    if chinese is None and good:
        return data.decode("utf-8", "surrogateescape")
    return chinese


def _try(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    try:
        return data.decode(encoding, errors)
    except UnicodeDecodeError:
        return None


def _unreadable(path: Path, problem: str, remedy: str, problem_zh: str, remedy_zh: str) -> FileUnreadable:
    return FileUnreadable(path, problem, remedy, problem_zh=problem_zh, remedy_zh=remedy_zh)
