"""Refusals of the HTTP edge: a code for programs and one sentence for people in each language."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

#: code -> (status, Chinese, English)
PROBLEMS: dict[str, tuple[int, str, str]] = {
    "request_invalid": (422, "请求内容不完整或格式不对。", "The request is incomplete or malformed."),
    "session_required": (401, "请先打开会话（POST /chat/session）。", "Open a session first (POST /chat/session)."),
    "session_invalid": (401, "会话已失效，请重新打开页面。", "The session has ended. Please reload the page."),
    "request_forged": (
        403,
        "请求不是来自本页面，已拒绝。",
        "The request does not come from this page and was refused.",
    ),
    "sign_in_failed": (
        401,
        "账号或密码不对，或账号暂时锁定。",
        "Wrong account or password, or the account is locked for a while.",
    ),
    "password_change_required": (403, "首次登录请先设置新密码。", "Please set a new password at your first sign-in."),
    "password_refused": (
        422,
        "新密码不符合要求：至少 8 位，须含字母、数字和特殊字符，且与旧密码不同。",
        "The new password must have at least 8 characters with letters, digits and a special character,"
        " and differ from the old one.",
    ),
    "too_many_requests": (429, "操作太频繁，请稍后再试。", "Too many requests. Please wait a moment and try again."),
    "body_too_large": (413, "内容太大，已拒绝。", "The content is too large and was refused."),
    "attachment_refused": (422, "不接收这个文件。", "This file is not accepted."),
    "media_not_found": (404, "文件不存在或链接已过期。", "The file does not exist or its link has expired."),
    "not_found": (404, "没有这个地址。", "There is nothing at this address."),
    "method_not_allowed": (405, "这个地址不支持该方法。", "This address does not support the method."),
    "bad_request": (400, "请求无法读取。", "The request cannot be read."),
    "internal_error": (
        500,
        "服务器出错了，请稍后再试。",
        "Something went wrong on the server. Please try again later.",
    ),
}
CODE_OF_STATUS = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class Problem(BaseModel):
    """The body of every refusal of the JSON endpoints."""

    code: str = Field(description="Stable, for programs.")
    message_zh: str
    message_en: str
    fields: list[str] = Field(default=[], description="Which parts of the request are wrong, where that is known.")


class Refused(HTTPException):
    """A request that is refused with a code of `PROBLEMS`; the words may be more exact than the table's."""

    def __init__(
        self, code: str, *, zh: str | None = None, en: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        status, default_zh, default_en = PROBLEMS[code]
        super().__init__(status, detail=code, headers=headers)
        self.problem = Problem(code=code, message_zh=zh or default_zh, message_en=en or default_en)


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe refusals in the OpenAPI document of an endpoint."""
    described: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, _, english = PROBLEMS[code]
        earlier = described.get(status, {}).get("description")
        described[status] = {"model": Problem, "description": f"{earlier} Or: {english}" if earlier else english}
    return described


async def answer_refusal(_request: Request, error: Exception) -> Response:
    """Render any HTTP error as a `Problem`; also those that the framework raises itself."""
    assert isinstance(error, StarletteHTTPException)  # noqa: S101 - registered for this type only
    refusal = error if isinstance(error, Refused) else _translate(error)
    return _render(refusal.problem, error.status_code, dict(error.headers or {}))


async def answer_invalid(_request: Request, error: Exception) -> Response:
    """Render a request that does not fit the schema, naming the fields and never repeating their content."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    problem = Refused("request_invalid").problem
    problem.fields = sorted({".".join(str(part) for part in found["loc"]) for found in error.errors()})
    return _render(problem, 422, {})


async def answer_crash(_request: Request, _error: Exception) -> Response:
    """Render an unexpected error; the server logs it."""
    return _render(Refused("internal_error").problem, 500, {})


def say_plainly(status_code: int, sentence: str) -> Response:
    """Answer a machine that shows plain text to its operator, such as a chat platform's console."""
    return PlainTextResponse(sentence, status_code=status_code)


def _translate(error: StarletteHTTPException) -> Refused:
    code = CODE_OF_STATUS.get(error.status_code)
    if code is not None:
        return Refused(code)
    refusal = Refused("bad_request")
    refusal.problem.message_en = str(error.detail)
    return refusal


def _render(problem: Problem, status_code: int, headers: dict[str, str]) -> Response:
    return JSONResponse(problem.model_dump(), status_code=status_code, headers=headers)
