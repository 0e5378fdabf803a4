"""What the endpoints share: one value in the application's state, and the dependencies that read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from sqlalchemy.exc import DataError

from adapters.web.edge import Line, WebEdge
from adapters.web.follow import Followers
from adapters.web.group_commit import GroupCommit
from adapters.web.identity import STAFF_COOKIE, VISITOR_COOKIE, Caller, Identities, bearer_token, refuse_forged
from adapters.web.media import MediaLinks
from adapters.web.problems import Refused
from adapters.web.throttle import Throttle

READER_THREADS = 8  # below the database's pool of connections, so that readers never wait for one
PULLER_THREADS = 2
# Floods only: what a sender may ask of the bot in a minute is decided by the worker, with a polite notice.
MESSAGES_PER_MINUTE = 300
UPLOADS_PER_MINUTE = 30
# Of one public address, behind which a whole office may sit; a script that makes itself new visitors stays below it.
POSTS_OF_ADDRESS_PER_MINUTE = 600
VISITORS_OF_ADDRESS_PER_MINUTE = 60
SIGN_IN_FAILURES_PER_QUARTER = 30

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Services:
    """The living parts of the web application."""

    edge: WebEdge
    identities: Identities
    media_links: MediaLinks
    store: GroupCommit
    followers: Followers
    message_throttle: Throttle
    upload_throttle: Throttle
    #: both by address, for visitors are free to make
    post_throttle: Throttle
    visitor_throttle: Throttle
    sign_in_throttle: Throttle
    readers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(READER_THREADS, thread_name_prefix="web-read")
    )
    pullers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(PULLER_THREADS, thread_name_prefix="web-pull")
    )

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run blocking work beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work)

    async def read_lines(self, caller: Caller, *, after: str | None, limit: int) -> Sequence[Line]:
        """Read the caller's conversation.

        Raises:
            Refused: `after` is not a cursor.
        """

        def read() -> Sequence[Line]:
            return self.edge.transcript(
                channel="web", conversation_key=caller.conversation_key, after=after, limit=limit
            )

        try:
            return await self.in_thread(read)
        except (ValueError, OverflowError, DataError) as error:  # no number, or one beyond the database's
            raise Refused("request_invalid", en="`after` is not a cursor.", zh="after 不是有效的位置。") from error

    def close(self) -> None:
        """Finish what runs in threads and end them."""
        self.followers.close()
        self.store.close()
        self.readers.shutdown(wait=True)
        self.pullers.shutdown(wait=True)


def build_services(edge: WebEdge) -> Services:
    """Build the parts; threads start with their first work."""
    return Services(
        edge=edge,
        identities=Identities(edge),
        media_links=MediaLinks(edge.secret_key, edge.clock),
        store=GroupCommit(edge.inlet, edge.wake),
        followers=Followers(),
        message_throttle=Throttle(MESSAGES_PER_MINUTE, 60, edge.clock),
        upload_throttle=Throttle(UPLOADS_PER_MINUTE, 60, edge.clock),
        post_throttle=Throttle(POSTS_OF_ADDRESS_PER_MINUTE, 60, edge.clock),
        visitor_throttle=Throttle(VISITORS_OF_ADDRESS_PER_MINUTE, 60, edge.clock),
        sign_in_throttle=Throttle(SIGN_IN_FAILURES_PER_QUARTER, 900, edge.clock),
    )


async def get_services(request: Request) -> Services:
    """Return the application's parts."""
    services: Services = request.app.state.services
    return services


Here = Annotated[Services, Depends(get_services)]


def address_of(request: Request) -> str | None:
    """Return the client's address; behind a trusted proxy the one that it names (uvicorn, FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else None


async def get_caller(request: Request, services: Here) -> Caller:
    """Return who is calling.

    Raises:
        Refused: nobody that we know.
    """
    caller = await find_caller(request, services)
    if caller is None:
        raise Refused("session_required")
    return caller


async def find_caller(request: Request, services: Services) -> Caller | None:
    """Return who is calling, None for somebody new.

    Raises:
        Refused: the Authorization header holds no token of ours.
    """
    token = bearer_token(request)
    if token is not None:
        visitor = services.identities.find_visitor(token)
        if visitor is None:
            raise Refused("session_invalid")
        return visitor
    staff_token = request.cookies.get(STAFF_COOKIE)
    if staff_token:
        staff = await services.in_thread(lambda: services.identities.find_staff(staff_token))
        if staff is not None:
            return staff
    return services.identities.find_visitor(request.cookies.get(VISITOR_COOKIE))


async def require_own_page(
    request: Request,
    services: Here,
    x_crmbot_request: Annotated[
        str | None, Header(description="Always 1: proves that no foreign page sent this.", examples=["1"])
    ] = None,
) -> None:
    """Refuse what a foreign page made the browser send."""
    refuse_forged(request, services.edge.settings.public_url, proof=x_crmbot_request)


WhoCalls = Annotated[Caller, Depends(get_caller)]
OwnPage = Depends(require_own_page)
