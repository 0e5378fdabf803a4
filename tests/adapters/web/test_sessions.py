from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from adapters.web.edge import WebEdge
from adapters.web.identity import Identities
from crm_core.access import hash_password
from crm_core.database import Database
from crm_core.models import ChatIdentity, Role, User
from tests.adapters.web.conftest import PASSWORD, PROOF, Person
from tests.adapters.web.fakes import FakeChats, Site, build_edge, run_site

MakeUser = Callable[..., User]


def sign_in(client: httpx.Client, user: User, password: str = PASSWORD, **more: str) -> httpx.Response:
    return client.post("/chat/sign-in", json={"handle": user.handle, "password": password, **more})


def whoami(client: httpx.Client) -> dict[str, object]:
    who: dict[str, object] = client.post("/chat/session", json={}).raise_for_status().json()["who"]
    return who


class TestVisitor:
    def test_a_newcomer_gets_a_cookie_that_scripts_and_other_sites_cannot_use(
        self, browser_client: httpx.Client
    ) -> None:
        answer = browser_client.post("/chat/session", json={})
        cookie = answer.headers["set-cookie"]
        assert answer.json()["who"] == {"kind": "visitor", "name": None, "handle": None, "role": None}
        assert answer.json()["visitor_token"] is None
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie

    def test_the_cookie_is_kept_from_plain_http_once_the_browser_speaks_https(
        self, browser_client: httpx.Client
    ) -> None:
        answer = browser_client.post("/chat/session", json={}, headers={"X-Forwarded-Proto": "https"})
        assert "Secure" in answer.headers["set-cookie"]

    def test_a_visitor_who_comes_back_is_the_same(self, visitor: Person) -> None:
        visitor.says("hello")
        visitor.http.post("/chat/session", json={})
        assert [line["text"] for line in visitor.history()] == ["hello"]

    def test_a_forged_cookie_makes_a_new_visitor(self, visitor: Person) -> None:
        token = visitor.http.cookies["crmbot_visitor"]
        forged = {"Cookie": f"crmbot_visitor={token[:-2]}xx"}
        with httpx.Client(base_url=visitor.site.url, headers=PROOF | forged) as forger:
            assert forger.get("/chat/history").status_code == 401
            answer = forger.post("/chat/session", json={})
        assert answer.json()["who"]["kind"] == "visitor"
        assert token not in answer.headers["set-cookie"]

    def test_without_a_session_nothing_is_read_or_written(self, browser_client: httpx.Client) -> None:
        for answer in (
            browser_client.get("/chat/history"),
            browser_client.get("/chat/events"),
            browser_client.post("/chat/messages", json={"client_id": "0" * 32, "text": "hello"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (401, "session_required")


class TestWidget:
    def test_a_widget_gets_a_token_instead_of_a_cookie(self, browser_client: httpx.Client) -> None:
        answer = browser_client.post("/chat/session", json={"frame": True})
        assert "set-cookie" not in answer.headers
        token = answer.json()["visitor_token"]
        with httpx.Client(
            base_url=browser_client.base_url, headers=PROOF | {"Authorization": f"Bearer {token}"}
        ) as widget:
            widget.post("/chat/messages", json={"client_id": "0" * 32, "text": "hello"}).raise_for_status()
            again = widget.post("/chat/session", json={"frame": True}).json()["visitor_token"]
            widget.headers["Authorization"] = f"Bearer {again}"
            assert [line["text"] for line in widget.get("/chat/history").json()["lines"]] == ["hello"]

    def test_a_token_that_is_not_ours_is_refused(self, browser_client: httpx.Client) -> None:
        answer = browser_client.post(
            "/chat/session", json={"frame": True}, headers={"Authorization": "Bearer nonsense"}
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "session_invalid")

    def test_a_widget_never_speaks_for_the_colleague_signed_in_beside_it(
        self, browser_client: httpx.Client, make_user: MakeUser
    ) -> None:
        sign_in(browser_client, make_user()).raise_for_status()
        widget = browser_client.post("/chat/session", json={"frame": True}).json()
        assert widget["who"]["kind"] == "visitor"
        headers = {"Authorization": f"Bearer {widget['visitor_token']}"}
        assert browser_client.post("/chat/session", json={}, headers=headers).json()["who"]["kind"] == "visitor"


class TestForgery:
    def test_a_post_without_our_header_is_refused(self, visitor: Person) -> None:
        del visitor.http.headers["X-Crmbot-Request"]
        assert visitor.says("hello").status_code == 403
        assert visitor.stored() == []

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
    def test_a_post_from_another_site_is_refused(self, visitor: Person, origin: str) -> None:
        visitor.http.headers["Origin"] = origin
        assert (visitor.says("hello").status_code, visitor.stored()) == (403, [])

    def test_a_post_from_our_own_page_is_taken(self, visitor: Person) -> None:
        visitor.http.headers["Origin"] = visitor.site.url
        assert visitor.says("hello").status_code == 202


class TestStaff:
    def test_after_sign_in_the_page_speaks_for_the_colleague(
        self, browser_client: httpx.Client, site: Site, make_user: MakeUser
    ) -> None:
        user = make_user(Role.MANAGER)
        answer = sign_in(browser_client, user)
        assert answer.json() == {"kind": "staff", "name": user.name, "handle": user.handle, "role": "manager"}
        colleague = Person(browser_client, site, f"user:{user.id}")
        colleague.says("本周汇总")
        (message,) = colleague.stored()
        assert (message.sender_id, message.sender_name) == (f"user:{user.id}", user.name)

    def test_sign_in_links_the_web_identity_to_the_colleague(
        self, browser_client: httpx.Client, make_user: MakeUser, staff_database: Database
    ) -> None:
        user = make_user()
        sign_in(browser_client, user)
        sign_in(browser_client, user)
        with staff_database.reading() as session:
            query = select(ChatIdentity.user_id).where(ChatIdentity.external_id == f"user:{user.id}")
            assert session.scalars(query).all() == [user.id]

    def test_signing_out_gives_the_visitor_back(self, visitor: Person, make_user: MakeUser) -> None:
        visitor.says("before")
        sign_in(visitor.http, make_user())
        assert visitor.history() == []
        assert visitor.http.post("/chat/sign-out").status_code == 204
        assert [line["text"] for line in visitor.history()] == ["before"]

    def test_a_wrong_password_and_an_unknown_account_look_alike(
        self, browser_client: httpx.Client, make_user: MakeUser
    ) -> None:
        wrong = sign_in(browser_client, make_user(), "wrong")
        unknown = browser_client.post("/chat/sign-in", json={"handle": "nobody", "password": "wrong"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        assert whoami(browser_client)["kind"] == "visitor"

    def test_failures_count_although_they_fail(self, browser_client: httpx.Client, make_user: MakeUser) -> None:
        user = make_user()
        for _ in range(5):
            sign_in(browser_client, user, "wrong")
        assert sign_in(browser_client, user).status_code == 401

    def test_the_first_sign_in_asks_for_a_new_password(self, browser_client: httpx.Client, make_user: MakeUser) -> None:
        user = make_user(must_change_password=True)
        refusal = sign_in(browser_client, user)
        assert (refusal.status_code, refusal.json()["code"]) == (403, "password_change_required")
        assert whoami(browser_client)["kind"] == "visitor"
        weak = sign_in(browser_client, user, new_password="short")
        assert (weak.status_code, weak.json()["code"]) == (422, "password_refused")
        assert sign_in(browser_client, user, new_password="Fresh-Pass1").status_code == 200
        assert whoami(browser_client)["handle"] == user.handle
        assert sign_in(browser_client, user).status_code == 401
        assert sign_in(browser_client, user, "Fresh-Pass1").status_code == 200

    def test_a_session_ends_with_the_account(
        self, browser_client: httpx.Client, make_user: MakeUser, staff_database: Database
    ) -> None:
        user = make_user()
        sign_in(browser_client, user)
        with staff_database.transaction() as session:
            session.get_one(User, user.id).active = False
        assert whoami(browser_client)["kind"] == "visitor"

    def test_a_session_ends_with_the_password_it_was_opened_under(
        self, browser_client: httpx.Client, make_user: MakeUser, staff_database: Database
    ) -> None:
        user = make_user()
        sign_in(browser_client, user)
        with staff_database.transaction() as session:
            session.get_one(User, user.id).password_hash = hash_password("Another-1")
        assert whoami(browser_client)["kind"] == "visitor"

    def test_guessing_from_one_address_is_slowed_down_over_all_accounts(self, staff_database: Database) -> None:
        with (
            run_site(staff_database, FakeChats()) as site,
            httpx.Client(base_url=site.url, headers=PROOF) as client,
        ):
            throttle = site.app.state.services.sign_in_throttle
            while throttle.take("127.0.0.1"):
                pass
            answer = client.post("/chat/sign-in", json={"handle": "anybody", "password": "guess"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")


class TestTokens:
    @pytest.fixture
    def later(self, staff_database: Database) -> Callable[[timedelta], Identities]:
        start = datetime(2026, 11, 23, tzinfo=UTC)
        edge = build_edge(staff_database, FakeChats(), clock=lambda: start)
        return lambda passed: Identities(replace(edge, clock=lambda: start + passed))

    def test_a_visitors_token_lasts_as_long_as_a_cookie_can(self, later: Callable[[timedelta], Identities]) -> None:
        identities = later(timedelta())
        caller = identities.create_visitor()
        token = identities.visitor_token(caller)
        assert later(timedelta(days=399)).find_visitor(token) == caller
        assert later(timedelta(days=401)).find_visitor(token) is None

    def test_a_colleagues_token_lasts_a_week(
        self, later: Callable[[timedelta], Identities], make_user: MakeUser
    ) -> None:
        user = make_user()
        token = later(timedelta()).staff_token(user)
        found = later(timedelta(days=6)).find_staff(token)
        assert found is not None
        assert found.handle == user.handle
        assert later(timedelta(days=8)).find_staff(token) is None

    def test_one_kind_of_token_does_not_pass_for_the_other(self, edge: WebEdge, make_user: MakeUser) -> None:
        identities = Identities(edge)
        assert identities.find_visitor(identities.staff_token(make_user())) is None
        assert identities.find_staff(identities.visitor_token(identities.create_visitor())) is None

    def test_a_token_signed_with_another_key_is_nobodys(self, edge: WebEdge) -> None:
        stranger = Identities(replace(edge, secret_key="another key"))
        assert Identities(edge).find_visitor(stranger.visitor_token(stranger.create_visitor())) is None
