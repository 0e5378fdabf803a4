"""The web chat over HTTP: a visitor reads the answer as it comes, staff sign in, bad posts are refused."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from bot.models import InboxMessage
from crm_core.models import Ticket, TicketMessage
from knowledge_base.models import Vote
from tests.journeys.channels.conftest import OpenSite
from tests.journeys.channels.site import ANSWER_EN, ANSWER_ZH, KNOWN_EN, KNOWN_ZH, PASSWORD, UNKNOWN_EN, Site

PROOF = {"X-Crmbot-Request": "1"}
Line = dict[str, Any]
BAD_POSTS: tuple[tuple[bytes, dict[str, str], int], ...] = (
    (b"{", {}, 422),
    (b'{"text": "hi"}', {}, 422),
    (b'{"client_id": "1", "text": "hi"}', {}, 422),
    (b'{"client_id": "9b2e7f0a-6a6c-4a46-9f0d-0f8f0a4f0b11", "text": "  "}', {}, 422),
    (b'{"client_id": "9b2e7f0a-6a6c-4a46-9f0d-0f8f0a4f0b11", "text": "hi"}', {"X-Crmbot-Request": ""}, 403),
    (b'{"client_id": "9b2e7f0a-6a6c-4a46-9f0d-0f8f0a4f0b11", "text": "hi"}', {"Origin": "https://evil.test"}, 403),
    (b"1" * 10_000_000, {}, 413),
)


class Browser:
    """Somebody's browser on our page."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def says(self, text: str, **fields: Any) -> httpx.Response:
        wish = {"client_id": str(uuid.uuid4()), "text": text, **fields}
        return self.http.post("/chat/messages", json=wish)

    def presses(self, choice: dict[str, str]) -> httpx.Response:
        wish = {"client_id": str(uuid.uuid4()), "choice": choice["value"], "label": choice["label"]}
        return self.http.post("/chat/messages", json=wish)

    @contextmanager
    def following(self) -> Iterator[Iterator[Line]]:
        """Gives the lines that others write, as the page's event stream brings them."""
        with self.http.stream("GET", "/chat/events", timeout=15) as response:
            response.raise_for_status()
            data = (line.removeprefix("data: ") for line in response.iter_lines() if line.startswith("data: "))
            lines = (json.loads(one) for one in data)
            yield (line for line in lines if line["author"] != "person")


@contextmanager
def open_browser(site: Site) -> Iterator[Browser]:
    with httpx.Client(base_url=site.url, headers=PROOF, trust_env=False, timeout=15) as http:
        http.post("/chat/session", json={}).raise_for_status()
        yield Browser(http)


@pytest.fixture
def site(start_site: OpenSite) -> Site:
    return start_site()


@pytest.fixture
def visitor(site: Site) -> Iterator[Browser]:
    with open_browser(site) as browser:
        yield browser


@pytest.fixture
def support(site: Site) -> Iterator[Browser]:
    with open_browser(site) as browser:
        browser.http.post("/chat/sign-in", json={"handle": "support", "password": PASSWORD}).raise_for_status()
        yield browser


@pytest.mark.parametrize(("question", "answer"), [(KNOWN_ZH, ANSWER_ZH), (KNOWN_EN, ANSWER_EN)])
def test_a_visitor_reads_the_answer_as_it_comes_and_presses_a_thumb(
    site: Site, visitor: Browser, question: str, answer: str
) -> None:
    with visitor.following() as lines:
        assert visitor.says(question).status_code == 202
        line = next(lines)
        assert answer in line["text"]
        assert visitor.presses(line["choices"][0]).status_code == 202
        assert next(lines)["text"]
    assert site.row(Vote).is_up


def test_supports_answer_reaches_the_visitors_open_page(site: Site, visitor: Browser, support: Browser) -> None:
    with visitor.following() as lines, support.following() as notices:
        support.says("open tickets")
        next(notices)
        visitor.says(UNKNOWN_EN)
        number = site_ticket_number(next(lines))
        assert number in next(notices)["text"]
        support.says(f"reply {number}: only by day")
        line = next(lines)
    assert "only by day" in line["text"]
    assert line["author"] == "staff"


def site_ticket_number(line: Line) -> str:
    return next(word.strip(".,") for word in str(line["text"]).split() if word.startswith("TK"))


def test_a_file_of_a_visitor_is_kept_with_his_ticket(site: Site, visitor: Browser) -> None:
    answer = visitor.http.post(
        "/chat/attachments",
        files={"file": ("cup.jpg", b"\xff\xd8\xff\xe0 a broken cup", "image/jpeg")},
        data={"client_id": str(uuid.uuid4()), "text": UNKNOWN_EN},
    )
    assert answer.status_code == 202
    site.settle(1)
    (kept,) = site.row(TicketMessage, ticket_id=site.row(Ticket).id).attachments
    assert site.program.attachments.path(kept["sha256"]).exists()


def test_staff_sign_in_and_see_their_tasks(site: Site) -> None:
    with open_browser(site) as rep:
        assert rep.http.post("/chat/sign-in", json={"handle": "rep", "password": "wrong"}).status_code == 401
        rep.http.post("/chat/sign-in", json={"handle": "rep", "password": PASSWORD}).raise_for_status()
        with rep.following() as lines:
            rep.says("remind me to send the catalogue tomorrow 10am")
            next(lines)
            rep.says("my tasks")
            assert "catalogue" in next(lines)["text"]


def test_a_message_posted_twice_is_answered_once(site: Site, visitor: Browser) -> None:
    client_id = str(uuid.uuid4())
    assert [visitor.says(KNOWN_EN, client_id=client_id).status_code for _ in range(3)] == [202, 202, 202]
    site.settle(1)
    lines = visitor.http.get("/chat/history").json()["lines"]
    assert [line["author"] for line in lines] == ["person", "bot"]


def test_bad_posts_are_refused_and_leave_nothing(site: Site, visitor: Browser) -> None:
    for content, given, status in BAD_POSTS:
        headers = {"Content-Type": "application/json", **given}
        answer = visitor.http.post("/chat/messages", content=content, headers=headers)
        assert answer.status_code == status, content[:80]
    assert site.rows(InboxMessage) == []
    assert visitor.says(KNOWN_EN).status_code == 202
    site.settle(1)


def test_nobody_writes_or_reads_without_a_session(site: Site) -> None:
    with httpx.Client(base_url=site.url, headers=PROOF, trust_env=False) as stranger:
        assert Browser(stranger).says(KNOWN_EN).status_code == 401
        assert stranger.get("/chat/history").status_code == 401
        assert stranger.get("/chat/events").status_code == 401
    assert site.rows(InboxMessage) == []


def test_channels_that_are_not_configured_say_so(site: Site) -> None:
    paths = ("/telegram/webhook", "/wecom/app", "/wecom/kf")
    assert [httpx.post(site.url + path, trust_env=False).status_code for path in paths] == [404, 404, 404]
