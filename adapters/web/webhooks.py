"""The webhooks of the chat platforms: parse, store, acknowledge; everything else happens later.

Promise: 200 means that the messages are in the database. A platform that sees anything else sends them again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import Future

from fastapi import APIRouter, BackgroundTasks, Request, Response

from adapters.web.problems import say_plainly
from adapters.web.services import Here, Services
from bot.channel import Channel, InboundMessage, Parsed, WebhookRequest
from bot.eager import fetch_in_time
from bot.errors import WebhookRejected

PARSED_INLINE_BYTES = 65_536  # larger bodies would hold up the other connections while they are parsed

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.post("/telegram/webhook")
async def receive_telegram(request: Request, services: Here) -> Response:
    """Take an update of the Telegram Bot API."""
    return await _receive("telegram", "webhook", request, services)


@router.api_route("/wecom/app", methods=["GET", "POST"])
async def receive_wecom_app(request: Request, services: Here) -> Response:
    """Take a callback of the WeCom internal app, or answer its URL check."""
    return await _receive("wecom_app", "", request, services)


@router.api_route("/wecom/kf", methods=["GET", "POST"])
async def receive_wecom_kf(request: Request, services: Here) -> Response:
    """Take a callback of WeCom customer service, or answer its URL check."""
    return await _receive("wecom_kf", "", request, services)


async def _receive(name: str, path: str, request: Request, services: Services) -> Response:
    channel = services.edge.channels.get(name)
    if channel is None:
        return say_plainly(404, f"The channel {name} is not configured on this server. 本服务器未配置渠道 {name}。\n")
    call = WebhookRequest(
        method=request.method,
        path=path,
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )
    try:
        parsed = await _parse(channel, call)
    except WebhookRejected as refusal:
        fields = {"action": "refuse_webhook", "channel": name, "status": refusal.status_code}
        logger.warning("Refused a webhook call of %s: %s", name, refusal.reason, extra=fields)
        return say_plainly(refusal.status_code, f"{refusal.reason}\n")
    await services.store.store(await _with_files(channel, parsed, services))
    return _acknowledge(channel, parsed, services)


async def _parse(channel: Channel, call: WebhookRequest) -> Parsed:
    if len(call.body) <= PARSED_INLINE_BYTES:
        return channel.parse(call)
    return await asyncio.to_thread(channel.parse, call)


async def _with_files(channel: Channel, parsed: Parsed, services: Services) -> Sequence[InboundMessage]:
    """Fetch the messages' files before the answer, as far as that is quick."""
    if not any(message.context.get("files") for message in parsed.messages):
        return parsed.messages
    return await asyncio.to_thread(fetch_in_time, channel, parsed.messages, services.edge.inlet)


def _acknowledge(channel: Channel, parsed: Parsed, services: Services) -> Response:
    after_answer = BackgroundTasks()
    if parsed.pull is not None:
        after_answer.add_task(_start_pull, channel, parsed, services)
    return Response(parsed.body, media_type=parsed.media_type, background=after_answer)


async def _start_pull(channel: Channel, parsed: Parsed, services: Services) -> None:
    hint = parsed.pull or {}
    pulling = services.pullers.submit(channel.pull, hint, services.edge.inlet)
    pulling.add_done_callback(lambda done: _note_failed_pull(channel.name, done))


def _note_failed_pull(name: str, done: Future[None]) -> None:
    error = done.exception()
    if error is not None:  # nothing is lost: the channel's own regular pull fetches it
        fields = {"action": "pull", "channel": name}
        logger.error("A pull of %s failed and will be repeated.", name, exc_info=error, extra=fields)
