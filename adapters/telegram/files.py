"""Downloading what people sent.

Promise: size is checked before and while downloading; the address of a file holds the token, so it is never stored,
logged or passed on; a file that is refused does not cost its message. Source: core.telegram.org/bots/api#getfile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from telegram import File
from telegram.error import BadRequest, TelegramError

from adapters.telegram.connection import ApiBot, Connection, tls_context
from adapters.telegram.failures import delivery_error
from bot.channel import Attachment, InboundMessage, Inlet
from bot.errors import AttachmentRefused, DeliveryError


def fetch_files(
    connection: Connection, message: InboundMessage, inlet: Inlet, *, max_bytes: int, timeout_seconds: float
) -> InboundMessage:
    """Return the message with its files as attachments; refused ones are listed in `context["files_refused"]`.

    `timeout_seconds` is for each file.

    Raises:
        DeliveryError: Telegram cannot be reached; try again later.
    """
    kept: list[Attachment] = []
    refused: list[dict[str, str]] = []
    for file in message.context["files"]:
        try:
            content = _download(connection, file, max_bytes, timeout_seconds)
            kept.append(inlet.keep(content, kind=file["kind"], filename=file["filename"]))
        except AttachmentRefused as error:
            refused.append({"filename": file["filename"], "reason_zh": error.reason_zh, "reason_en": error.reason_en})
    context = {key: value for key, value in message.context.items() if key != "files"}
    if refused:
        context["files_refused"] = refused
    return replace(message, attachments=(*message.attachments, *kept), context=context)


def _download(connection: Connection, file: Mapping[str, Any], max_bytes: int, timeout_seconds: float) -> bytes:
    async def call(bot: ApiBot) -> bytes:
        _check_size(file["size_bytes"], max_bytes)
        found = await bot.get_file(file["file_id"])
        _check_size(found.file_size, max_bytes)
        return await _read(found, max_bytes, trusts_environment=connection.trusts_environment)

    try:
        return connection.run(call, timeout_seconds=timeout_seconds)
    except BadRequest as error:
        if "too big" in str(error).lower():
            raise _too_large(max_bytes) from error
        raise AttachmentRefused(
            reason_zh="文件已失效，请重新发送。", reason_en="The file has expired. Please send it again."
        ) from error
    except TelegramError as error:  # asking for a file has no effect: an unknown outcome may be repeated
        failure = delivery_error(error)
        raise DeliveryError(
            "permanent" if failure.failure == "permanent" else "retry",
            connection.mask(failure.reason),
            retry_after_seconds=failure.retry_after_seconds,
        ) from error
    except TimeoutError as error:
        raise DeliveryError("retry", "Telegram's file server took too long") from error


async def _read(file: File, max_bytes: int, *, trusts_environment: bool) -> bytes:
    address = file.file_path or ""
    if address.startswith("/"):  # a Bot API server with --local shares its disk
        path = Path(address)
        _check_size(path.stat().st_size, max_bytes)
        return path.read_bytes()
    content = bytearray()
    failure = "it broke off"
    try:
        client = httpx.AsyncClient(trust_env=trusts_environment, verify=tls_context())
        async with client, client.stream("GET", address) as answer:
            if answer.status_code == httpx.codes.OK:
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    _check_size(len(content), max_bytes)
                return bytes(content)
            failure = f"status {answer.status_code}"
    except httpx.HTTPError as error:
        failure = type(error).__name__  # its words may hold the address
    raise DeliveryError("retry", f"A file could not be downloaded from Telegram: {failure}")


def _check_size(size_bytes: int | None, max_bytes: int) -> None:
    if size_bytes is not None and size_bytes > max_bytes:
        raise _too_large(max_bytes)


def _too_large(max_bytes: int) -> AttachmentRefused:
    megabytes = max_bytes // 1_000_000
    return AttachmentRefused(
        reason_zh=f"文件超过 {megabytes} MB，请压缩后再发。",
        reason_en=f"The file is larger than {megabytes} MB. Please send a smaller one.",
    )
