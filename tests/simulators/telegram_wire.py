"""HTTP/1.1 on loopback for the Bot API simulator, small enough to break connections at will.

A handler returns a `Response`, or None to close the connection without an answer, as a lost network does.
"""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

#: parameters that arrive as JSON inside a form; every other value is a string, as on the real wire
JSON_PARAMETERS = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "reply_markup",
        "reply_parameters",
        "scope",
    }
)


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, str]

    def parameters(self) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
        """Return the arguments and the uploaded files by field, whatever way they were sent."""
        values: dict[str, Any] = dict(self.query)
        files: dict[str, tuple[str, bytes]] = {}
        media_type = self.headers.get("content-type", "").partition(";")[0].strip()
        if media_type == "application/json":
            values |= json.loads(self.body or b"{}")
        elif media_type == "multipart/form-data":
            fields, files = _read_multipart(self)
            values |= fields
        else:
            values |= dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        for name in JSON_PARAMETERS & values.keys():
            if isinstance(values[name], str):
                values[name] = json.loads(values[name])
        return values, files


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Response | None]]


async def serve(handler: Handler) -> tuple[asyncio.Server, int]:
    """Listen on a free port of 127.0.0.1; return the server and its port."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_request(reader)) is not None:
                response = await handler(request)
                if response is None:
                    break
                writer.write(_render(response))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client or the simulator has gone
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=2**20)
    return server, server.sockets[0].getsockname()[1]


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    line = await reader.readline()
    if not line:
        return None
    method, target, _version = line.decode().split()
    headers = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(method, unquote(parts.path), headers, body, dict(parse_qsl(parts.query)))


def _render(response: Response) -> bytes:
    headers = {
        "Content-Type": response.media_type,
        "Content-Length": str(len(response.body)),
        **response.headers,
    }
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + response.body


def _read_multipart(request: Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for part in message.iter_parts():
        disposition = part["content-disposition"].params
        content: Any = part.get_payload(decode=True)
        if "filename" in disposition:
            files[disposition["name"]] = (disposition["filename"], content)
        else:
            fields[disposition["name"]] = content.decode()
    return fields, files
