"""Puts the web application together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from adapters.web import chat, pages, sessions, webhooks
from adapters.web.edge import WebEdge
from adapters.web.middleware import AnswerHeaders, BodyLimit
from adapters.web.problems import answer_crash, answer_invalid, answer_refusal, responses
from adapters.web.services import build_services


def build(edge: WebEdge) -> FastAPI:
    """Build the application; its threads end with its lifespan."""
    app = FastAPI(
        title="crmbot",
        summary="Chat page, widget and webhooks of crmbot.",
        version="1",
        lifespan=_end_threads,
        # The interactive documentation loads scripts from elsewhere; the document itself is at /openapi.json.
        docs_url=None,
        redoc_url=None,
        responses=responses("bad_request", "body_too_large", "request_invalid"),
    )
    app.state.services = build_services(edge)
    for router in (sessions.router, chat.router, webhooks.router):
        app.include_router(router)
    pages.add_pages(app)
    app.add_exception_handler(HTTPException, answer_refusal)
    app.add_exception_handler(StarletteHTTPException, answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(500, answer_crash)
    app.add_middleware(BodyLimit, settings=edge.settings)
    app.add_middleware(AnswerHeaders)
    return app


@asynccontextmanager
async def _end_threads(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.services.close()
