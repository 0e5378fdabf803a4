"""The pages: the chat, the widget's frame, the widget's script, and whether the server lives."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel

from adapters.web.services import Here

HERE = Path(__file__).parent
#: Nothing from elsewhere, nothing inline; texts reach the page only as text.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

router = APIRouter(include_in_schema=False)
health_router = APIRouter(tags=["health"])


class Health(BaseModel):
    """How the server is."""

    status: str


@router.get("/")
async def show_chat(request: Request, services: Here) -> Response:
    """Show the chat page; nobody may put it into a frame."""
    headers = {
        "Content-Security-Policy": f"{CONTENT_POLICY}; frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return _render(request, services, mode="page", headers=headers)


@router.get("/widget/frame")
async def show_frame(request: Request, services: Here) -> Response:
    """Show the chat for the widget; any web site may frame it, so it knows no staff (identity.py)."""
    return _render(request, services, mode="frame", headers={"Content-Security-Policy": CONTENT_POLICY})


@router.get("/widget.js")
async def read_widget() -> Response:
    """Return the script that a web site embeds."""
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return FileResponse(HERE / "static" / "widget.js", media_type="text/javascript", headers=headers)


@router.get("/favicon.ico")
async def read_icon() -> Response:
    """Return the icon for whoever asks for the classic address."""
    return FileResponse(HERE / "static" / "icon.svg", media_type="image/svg+xml")


@health_router.get("/health")
async def report_health() -> Health:
    """Say that the process answers."""
    return Health(status="ok")


@health_router.get("/ready", responses={503: {"model": Health, "description": "Messages are not handled yet."}})
async def report_readiness(services: Here) -> Response:
    """Say whether messages are being handled."""
    is_ready = await services.in_thread(services.edge.is_ready)
    status = "ready" if is_ready else "starting"
    return JSONResponse(Health(status=status).model_dump(), status_code=200 if is_ready else 503)


def add_pages(app: FastAPI) -> None:
    """Add the pages and their files to the application."""
    app.state.templates = Jinja2Templates(HERE / "templates")
    app.include_router(router)
    app.include_router(health_router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


def preferred_language(accept_language: str, default: str) -> str:
    """Return zh or en, whichever the browser names first (RFC 9110, 12.5.4; browsers list by falling weight)."""
    for part in accept_language.lower().split(","):
        language = part.strip()[:2]
        if language in {"zh", "en"}:
            return language
    return "en" if accept_language.strip(" *") else default


def _render(request: Request, services: Here, *, mode: str, headers: dict[str, str]) -> Response:
    settings = services.edge.settings
    templates: Jinja2Templates = request.app.state.templates
    return templates.TemplateResponse(
        request,
        "chat.html",
        {
            "mode": mode,
            "language": preferred_language(request.headers.get("accept-language", ""), settings.language),
            "company": {"zh": settings.company_name_zh, "en": settings.company_name_en},
        },
        headers={"Permissions-Policy": PERMISSIONS, "Vary": "Accept-Language", **headers},
    )
