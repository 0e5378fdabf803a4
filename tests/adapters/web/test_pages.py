from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

import adapters.web
from adapters.web.pages import preferred_language
from crm_core.database import Database
from tests.adapters.web.fakes import FakeChats, Site, run_site

STATIC = Path(adapters.web.__file__).parent / "static"


def test_the_chat_page_cannot_be_framed_and_runs_only_our_own_files(site: Site) -> None:
    headers = httpx.get(site.url).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_widget_frame_may_be_framed_and_offers_no_sign_in(site: Site) -> None:
    answer = httpx.get(f"{site.url}/widget/frame")
    assert "frame-ancestors" not in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert 'id="sign-in"' not in answer.text


def test_the_widget_script_may_be_used_by_any_site(site: Site) -> None:
    answer = httpx.get(f"{site.url}/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_everything_that_the_page_names_is_served(site: Site) -> None:
    page = httpx.get(site.url).text
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert httpx.get(f"{site.url}{path}").status_code == 200, path


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(file: Path) -> None:
    addresses = re.findall(r"https?://[\w.-]+", file.read_text(encoding="utf-8"))
    assert set(addresses) <= {"http://www.w3.org", "https://HOST"}


def test_an_upgrade_of_a_script_shows_at_once(site: Site) -> None:
    answer = httpx.get(f"{site.url}/static/main.js")
    assert answer.headers["cache-control"] == "no-cache"
    again = httpx.get(f"{site.url}/static/main.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_company_name_cannot_break_out_of_the_page(staff_database: Database) -> None:
    from bot.settings import Settings

    settings = Settings(_env_file=None, company_name_en='"><script>alert(1)</script>')  # type: ignore[call-arg]
    with run_site(staff_database, FakeChats(), settings=settings) as site:
        assert "<script>alert" not in httpx.get(site.url).text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr-FR, zh-TW;q=0.5", "zh"),
        ("de-DE", "en"),
        ("", "zh"),
        ("*", "zh"),
    ],
)
def test_the_page_speaks_the_first_known_language_of_the_browser(header: str, language: str) -> None:
    assert preferred_language(header, default="zh") == language


def test_both_languages_have_the_same_words() -> None:
    source = (STATIC / "strings.js").read_text(encoding="utf-8")
    chinese, english = source.split("\n  en: {")[0:2]
    keys = [re.findall(r"^    (\w+):", part, re.MULTILINE) for part in (chinese, english)]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 40


def test_every_word_that_the_page_asks_for_exists() -> None:
    source = (STATIC / "strings.js").read_text(encoding="utf-8")
    known = set(re.findall(r"^    (\w+):", source, re.MULTILINE))
    template = (STATIC.parent / "templates" / "chat.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'data-(?:text|label|hint)="(\w+)"', template))
    for script in STATIC.glob("*.js"):
        asked |= set(re.findall(r'\bsay\("(\w+)"', script.read_text(encoding="utf-8")))
    assert asked <= known


def test_health_says_that_the_process_lives(site: Site) -> None:
    assert httpx.get(f"{site.url}/health").json() == {"status": "ok"}


def test_readiness_says_whether_messages_are_handled(site: Site, staff_database: Database) -> None:
    assert httpx.get(f"{site.url}/ready").status_code == 200
    with run_site(staff_database, FakeChats(), is_ready=lambda: False) as starting:
        answer = httpx.get(f"{starting.url}/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "starting"})


def test_unknown_addresses_and_methods_are_refused_in_both_languages(site: Site) -> None:
    missing = httpx.get(f"{site.url}/nothing-here")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = httpx.delete(f"{site.url}/chat/history")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET"
    assert wrong.json()["message_zh"]


@pytest.mark.parametrize("path", ["/static/../../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fpages.py"])
def test_only_the_static_files_are_served(site: Site, path: str) -> None:
    assert httpx.get(f"{site.url}{path}").status_code == 404
