"""Opening a session, signing in as staff and out again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from adapters.web.edge import WebEdge
from adapters.web.identity import STAFF_COOKIE, VISITOR_COOKIE, Caller, bearer_token, set_cookie, staff_caller
from adapters.web.problems import Refused, responses
from adapters.web.schemas import OpenSession, SessionView, SignIn, Who, view_caller
from adapters.web.services import Here, OwnPage, Services, address_of, find_caller
from crm_core import access
from crm_core.errors import InvalidField, SignInFailed
from crm_core.models.access import User
from crm_core.permissions import staff_actor

router = APIRouter(prefix="/chat", tags=["session"], dependencies=[OwnPage])


@router.post("/session", responses=responses("request_forged", "session_invalid", "too_many_requests"))
async def open_session(wish: OpenSession, request: Request, response: Response, services: Here) -> SessionView:
    """Say who the caller is; a newcomer becomes a visitor."""
    caller = await _find_or_create(wish, request, services)
    token = services.identities.visitor_token(caller) if caller.user_id is None else None
    if token is not None and not wish.frame:
        set_cookie(response, request, services.edge, VISITOR_COOKIE, token)
    return SessionView(
        who=view_caller(caller),
        visitor_token=token if wish.frame else None,
        max_attachment_bytes=services.edge.settings.max_attachment_bytes,
    )


@router.post(
    "/sign-in",
    responses=responses(
        "request_forged", "password_change_required", "sign_in_failed", "password_refused", "too_many_requests"
    ),
)
async def sign_in(wish: SignIn, request: Request, response: Response, services: Here) -> Who:
    """Sign in a member of staff; at the first sign-in `new_password` is required."""
    address = address_of(request) or "unknown"
    if not services.sign_in_throttle.has_any(address):
        raise Refused("too_many_requests")
    try:
        token, caller = await services.in_thread(lambda: _admit(services, wish))
    except SignInFailed as error:
        services.sign_in_throttle.take(address)
        raise Refused("sign_in_failed") from error
    set_cookie(response, request, services.edge, STAFF_COOKIE, token)
    return view_caller(caller)


@router.post("/sign-out", status_code=204, responses=responses("request_forged"))
async def sign_out(response: Response) -> None:
    """Forget the member of staff on this browser; the visitor from before is back."""
    response.delete_cookie(STAFF_COOKIE, httponly=True, samesite="lax")


async def _find_or_create(wish: OpenSession, request: Request, services: Services) -> Caller:
    # The widget is a visitor's, whoever has signed in on our own page in the same browser.
    caller = None if wish.frame and bearer_token(request) is None else await find_caller(request, services)
    if caller is not None:
        return caller
    if not services.visitor_throttle.take_for_address(address_of(request)):
        raise Refused("too_many_requests", headers={"Retry-After": "10"})
    return services.identities.create_visitor()


def _admit(services: Services, wish: SignIn) -> tuple[str, Caller]:
    edge = services.edge
    user = access.sign_in_durably(edge.database, handle=wish.handle, password=wish.password, now=edge.clock())
    if wish.new_password is not None:
        user = _change_password(edge, user.id, wish.password, wish.new_password)
    elif user.must_change_password:
        raise Refused("password_change_required")
    caller = staff_caller(user)
    with edge.database.transaction() as session:
        access.link_identity(
            session, channel="web", external_id=caller.conversation_key, user_id=user.id, now=edge.clock()
        )
    return services.identities.staff_token(user), caller


def _change_password(edge: WebEdge, user_id: int, old: str, new: str) -> User:
    with edge.database.transaction() as session:
        user = session.get_one(User, user_id)
        try:
            access.change_password(session, staff_actor(user, now=edge.clock()), user=user, old=old, new=new)
        except InvalidField as error:
            raise Refused("password_refused") from error
    return user
