"""The chat page and the widget in a real browser, as people use them."""

from __future__ import annotations

import base64
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route, expect, sync_playwright

from bot.channel import InboundMessage, ReplyMedia
from crm_core.database import Database
from crm_core.models import Role, User
from tests.adapters.web.conftest import PASSWORD
from tests.adapters.web.fakes import FakeChats, Site, run_site
from tests.adapters.web.test_chat import PNG

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
#: one grey pixel
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; a machine without it fails here and says what is missing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(staff_database: Database) -> Iterator[Site]:
    """A site whose bot answers 'hello' with buttons and everything else with its own words."""
    chats = FakeChats()

    def answer(message: InboundMessage) -> None:
        key = message.conversation_key
        if message.text == "silence":
            return
        if message.text in {"hello", "你好"}:
            chats.say(key, "How can I help?", choices=[("Returns", "t-returns"), ("A person", "t-person")])
        elif message.choice:
            chats.say(key, f"You chose {message.choice}.")
        elif message.attachments:
            chats.say(key, f"Thank you for {message.attachments[0].filename}.")
        else:
            chats.say(key, f"You said: {message.text}")

    chats.answer = answer
    with run_site(staff_database, chats) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open pages, each with its own cookies; a script error, a broken policy or a failed download fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: object) -> Page:
        context = browser.new_context(**{"locale": "en-US", "reduced_motion": "reduce", **options})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield make
    for context in contexts:
        context.close()
    refused = re.compile(r"status of (401|403|413|422|429)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_FAILED")
    assert [words for words in complaints if not refused.search(words)] == []


@pytest.fixture
def page(new_page: NewPage, site: Site) -> Page:
    """The chat page of an English visitor."""
    page = new_page()
    visit(page, site)
    return page


def visit(page: Page, site: Site) -> None:
    page.goto(site.url)
    expect(page.locator("#state.online")).to_be_visible()


def say(page: Page | FrameLocator, words: str) -> None:
    field = page.locator("#words")
    field.fill(words)
    field.press("Enter")


def expect_own_files(page: Page, chat: Page | FrameLocator) -> None:
    """Expect the picture to be shown and the file to be saved when pressed, both as they were sent."""
    picture = chat.get_by_role("img", name="Image: shoe.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 1
    with page.expect_download() as download:
        chat.get_by_role("link", name="Download the file: 报价.txt").click()
    assert download.value.suggested_filename == "报价.txt"
    assert download.value.path().read_bytes() == b"200 boxes"


def bubbles(page: Page | FrameLocator) -> list[str]:
    return page.locator("#log .bubble").all_inner_texts()


class TestConversation:
    def test_a_question_is_answered_on_the_page(self, page: Page) -> None:
        say(page, "Where are you?")
        expect(page.get_by_text("You said: Where are you?")).to_be_visible()
        assert bubbles(page) == ["Where are you?", "You said: Where are you?"]
        expect(page.locator("#hello")).to_be_hidden()

    def test_a_button_sends_its_value_and_shows_its_label(self, page: Page) -> None:
        say(page, "hello")
        page.get_by_role("button", name="Returns").click()
        expect(page.get_by_text("You chose t-returns.")).to_be_visible()
        assert bubbles(page) == ["hello", "How can I help?", "Returns", "You chose t-returns."]
        expect(page.get_by_role("button", name="Returns")).to_have_attribute("aria-pressed", "true")

    def test_the_conversation_is_there_after_a_reload(self, page: Page) -> None:
        say(page, "hello")
        page.get_by_role("button", name="A person").click()
        expect(page.get_by_text("You chose t-person.")).to_be_visible()
        before = bubbles(page)
        page.reload()
        expect(page.get_by_text("You chose t-person.")).to_be_visible()
        assert bubbles(page) == before
        expect(page.get_by_role("button", name="A person")).to_have_attribute("aria-pressed", "true")

    def test_the_dots_stay_until_the_answer_comes(self, page: Page, site: Site) -> None:
        say(page, "silence")
        expect(page.locator("#typing")).to_be_visible()
        expect(page.locator("#announce")).to_have_text("The assistant is typing…")
        site.chats.say(site.chats.stored[-1].conversation_key, "Here I am")
        expect(page.get_by_text("Here I am")).to_be_visible()
        expect(page.locator("#typing")).to_be_hidden()

    def test_a_colleague_who_answers_is_named_as_one(self, page: Page, site: Site) -> None:
        say(page, "silence")
        expect(page.locator(".message.sent")).to_have_count(1)
        site.chats.say(site.chats.stored[-1].conversation_key, "This is Lin", author="staff")
        expect(page.locator(".message.staff .from")).to_have_text("Colleague")

    def test_addresses_are_links_and_markup_stays_words(self, page: Page, site: Site) -> None:
        say(page, "silence")
        expect(page.locator(".message.sent")).to_have_count(1)
        words = "See https://example.com/help?a=1. <img src=x onerror=alert(1)> <b>bold</b>\nsecond line"
        site.chats.say(site.chats.stored[-1].conversation_key, words)
        bubble = page.locator(".bot .bubble")
        expect(bubble).to_have_text(words)
        expect(bubble.locator("a")).to_have_attribute("href", "https://example.com/help?a=1")
        assert bubble.locator("img, b").count() == 0

    def test_two_pages_of_one_visitor_show_the_same(self, page: Page, site: Site) -> None:
        other = page.context.new_page()
        visit(other, site)
        say(page, "from the first page")
        expect(other.get_by_text("You said: from the first page")).to_be_visible()
        assert bubbles(other) == ["from the first page", "You said: from the first page"]

    def test_what_was_sent_without_a_connection_is_sent_when_it_is_back(self, page: Page, site: Site) -> None:
        page.context.set_offline(True)
        say(page, "from the tunnel")
        expect(page.locator(".message.failed")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
        page.context.set_offline(False)
        expect(page.get_by_text("You said: from the tunnel")).to_be_visible()
        assert bubbles(page) == ["from the tunnel", "You said: from the tunnel"]
        assert site.chats.texts().count("from the tunnel") == 1

    def test_a_message_whose_answer_was_lost_can_be_sent_again_without_a_double(self, page: Page, site: Site) -> None:
        lost: list[bool] = []

        def lose_first_answer(route: Route) -> None:
            if lost:
                route.continue_()
                return
            lost.append(True)
            route.fetch()  # the server has it, but the page never learns so
            route.abort()

        page.route("**/chat/messages", lose_first_answer)
        page.route("**/chat/events", lambda route: route.abort())
        page.reload()
        say(page, "lost and found")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".message.sent")).to_have_count(1)
        page.unroute("**/chat/events")
        expect(page.get_by_text("You said: lost and found")).to_be_visible()
        assert bubbles(page) == ["lost and found", "You said: lost and found"]
        assert site.chats.texts().count("lost and found") == 1

    def test_a_stream_that_breaks_is_taken_up_again(self, page: Page, site: Site) -> None:
        say(page, "silence")
        expect(page.locator(".message.sent")).to_have_count(1)
        key = site.chats.stored[-1].conversation_key
        for event in site.app.state.services.followers._nudges[key]:
            event.set()
        page.context.set_offline(True)
        page.context.set_offline(False)
        site.chats.say(key, "still here")
        expect(page.get_by_text("still here")).to_be_visible()

    def test_enter_that_chooses_pinyin_sends_nothing(self, page: Page) -> None:
        page.locator("#words").fill("ni hao")
        page.locator("#words").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        page.locator("#words").press("Shift+Enter")
        assert page.locator("#words").input_value() == "ni hao\n"
        assert bubbles(page) == []


class TestFiles:
    def test_a_picture_is_sent_and_shown(self, page: Page, site: Site) -> None:
        page.set_input_files("#file", files=[{"name": "shoe.png", "mimeType": "image/png", "buffer": PNG}])
        expect(page.get_by_text("Thank you for shoe.png.")).to_be_visible()
        expect(page.get_by_role("img", name="Image: shoe.png")).to_be_attached()
        assert site.chats.stored[-1].attachments[0].media_type == "image/png"

    def test_ones_own_files_are_there_after_a_reload(self, page: Page) -> None:
        page.set_input_files("#file", files=[{"name": "shoe.png", "mimeType": "image/png", "buffer": PICTURE}])
        expect(page.get_by_text("Thank you for shoe.png.")).to_be_visible()
        page.set_input_files("#file", files=[{"name": "报价.txt", "mimeType": "text/plain", "buffer": b"200 boxes"}])
        expect(page.get_by_text("Thank you for 报价.txt.")).to_be_visible()
        page.reload()
        expect_own_files(page, page)

    def test_a_file_that_is_too_large_is_refused_before_it_is_sent(self, page: Page) -> None:
        big = {"name": "big.bin", "mimeType": "application/octet-stream", "buffer": b"0" * 1_000_001}
        page.set_input_files("#file", files=[big])
        expect(page.get_by_role("alert")).to_contain_text('"big.bin" is larger than 1 MB')
        assert bubbles(page) == []

    def test_a_refusal_of_the_server_is_shown_in_the_persons_language(self, page: Page) -> None:
        page.set_input_files(
            "#file", files=[{"name": "a.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}]
        )
        expect(page.get_by_role("alert")).to_have_text("Programs are not accepted.")
        expect(page.locator(".message.failed")).to_be_visible()

    def test_a_chart_of_the_bot_is_seen(self, page: Page, site: Site, tmp_path: Path) -> None:
        chart = tmp_path / "chart.png"
        page.screenshot(path=str(chart))
        say(page, "silence")
        expect(page.locator(".message.sent")).to_have_count(1)
        media = [ReplyMedia(type="image", path=str(chart))]
        site.chats.say(site.chats.stored[-1].conversation_key, "This week", media=media)
        picture = page.get_by_role("img", name="Picture from the assistant")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


class TestLanguage:
    def test_a_chinese_browser_is_greeted_in_chinese(self, new_page: NewPage, site: Site) -> None:
        page = new_page(locale="zh-CN")
        visit(page, site)
        expect(page.locator("h1")).to_have_text("悦享生活")
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(page.get_by_role("button", name="发送")).to_be_visible()
        say(page, "门店可以退货吗")
        expect(page.get_by_text("You said: 门店可以退货吗")).to_be_visible()
        assert site.chats.stored[-1].language_hint == "zh"

    def test_the_language_can_be_switched_and_is_remembered(self, page: Page, site: Site) -> None:
        expect(page.locator("h1")).to_have_text("Joyful Living")
        page.get_by_role("button", name="切换到中文").click()
        expect(page.locator("h1")).to_have_text("悦享生活")
        say(page, "你好")
        expect(page.locator(".bot .bubble")).to_be_visible()
        assert site.chats.stored[-1].language_hint == "zh"
        page.reload()
        expect(page.locator("h1")).to_have_text("悦享生活")
        assert len(bubbles(page)) == 2


class TestStaff:
    @pytest.fixture
    def user(self, make_user: Callable[..., User]) -> User:
        return make_user(Role.MANAGER)

    def sign_in(self, page: Page, handle: str, password: str = PASSWORD) -> None:
        page.get_by_role("button", name="Staff sign in").click()
        page.get_by_label("Account").fill(handle)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("dialog").get_by_role("button", name="Sign in").click()

    def test_staff_sign_in_and_out_on_the_same_page(self, page: Page, site: Site, user: User) -> None:
        say(page, "as a visitor")
        expect(page.get_by_text("You said: as a visitor")).to_be_visible()
        self.sign_in(page, user.handle)
        expect(page.locator("#state")).to_have_text("Staff · Manager")
        assert bubbles(page) == []
        page.get_by_role("button", name="Summary of this week").click()
        expect(page.get_by_text("You said: Summary of this week")).to_be_visible()
        assert site.chats.stored[-1].sender_id == f"user:{user.id}"
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You said: as a visitor")).to_be_visible()

    def test_a_wrong_password_is_said_in_the_dialog(self, page: Page, user: User) -> None:
        self.sign_in(page, user.handle, "wrong")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("alert")).to_contain_text("Wrong account or password")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("button", name="Staff sign in")).to_be_focused()

    def test_the_first_sign_in_sets_a_new_password(self, page: Page, make_user: Callable[..., User]) -> None:
        self.sign_in(page, make_user(must_change_password=True).handle)
        expect(page.get_by_role("heading", name="Set a new password")).to_be_visible()
        page.get_by_label("New password", exact=True).fill("Fresh-Pass1")
        page.get_by_label("New password again").fill("Fresh-Pass2")
        page.get_by_role("button", name="Save and sign in").click()
        expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("The two new passwords differ.")
        page.get_by_label("New password again").fill("Fresh-Pass1")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()


class TestAccess:
    def test_everything_works_by_keyboard_alone(self, page: Page) -> None:
        expect(page.locator("#words")).to_be_focused()
        page.keyboard.type("hello")
        page.keyboard.press("Enter")
        choice = page.get_by_role("button", name="Returns")
        expect(choice).to_be_visible()
        for _ in range(10):
            page.keyboard.press("Shift+Tab")
            if choice.evaluate("button => button === document.activeElement"):
                break
        expect(choice).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("You chose t-returns.")).to_be_visible()
        expect(page.locator("#words")).to_be_focused()

    def test_the_first_tab_stop_leads_past_the_header(self, page: Page) -> None:
        skip = page.get_by_role("link", name="Skip to the message field")
        for _ in range(10):
            page.keyboard.press("Shift+Tab")
            if skip.evaluate("link => link === document.activeElement"):
                break
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#words")).to_be_focused()

    def test_a_screen_reader_hears_new_messages_with_their_author(self, page: Page) -> None:
        say(page, "hello")
        log = page.get_by_role("log", name="Messages")
        expect(log.get_by_role("group", name="Possible replies")).to_be_visible()
        expect(log).to_have_attribute("aria-live", "polite")
        expect(log.locator(".message .hidden")).to_have_text(["You: ", "Assistant: "])

    def test_every_control_has_a_name(self, page: Page) -> None:
        for role in ("button", "textbox", "link"):
            for control in page.get_by_role(role).all():  # type: ignore[arg-type]
                assert control.evaluate("it => it.ariaLabel || it.labels?.length || it.textContent.trim()")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_words_stand_out_from_their_ground(self, new_page: NewPage, site: Site, scheme: str) -> None:
        page = new_page(color_scheme=scheme)
        visit(page, site)
        say(page, "hello")
        expect(page.locator(".choice >> nth=-1")).to_be_visible()
        parts = ["h1", "#state", "#language", ".bot .bubble", ".person .bubble", ".choices .choice", ".foot", ".keys"]
        for part in parts:
            ratio = page.locator(part).first.evaluate(CONTRAST)
            assert ratio >= 4.5, f"{part}: {ratio:.2f}"

    def test_a_phone_shows_everything_without_sideways_scrolling(self, new_page: NewPage, site: Site) -> None:
        page = new_page(**PHONE)
        visit(page, site)
        page.get_by_role("button", name="Talk to a person").tap()
        expect(page.get_by_text("You said: Talk to a person")).to_be_visible()
        say(page, "hello")
        expect(page.get_by_role("button", name="Returns")).to_be_in_viewport()
        expect(page.locator("#send")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        # Below 16 px a phone zooms into the field; below 44 px a finger misses.
        assert page.locator("#words").evaluate("field => parseFloat(getComputedStyle(field).fontSize)") >= 16
        for button in page.locator("button:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 40, button.text_content()


@pytest.fixture(scope="module")
def host(site: Site) -> Iterator[str]:
    """A shop on another site, with a strict policy and styles of its own."""
    policy = f"default-src 'none'; script-src {site.url}; frame-src {site.url}; style-src 'unsafe-inline'"
    html = (
        "<!doctype html><meta name=viewport content=width=device-width><title>shop</title>"
        "<style>button, iframe { opacity: .01; position: static }</style>"
        f'<button>Buy</button><script src="{site.url}/widget.js" async data-language="auto"></script>'
    )

    class Shop(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            if self.path == "/":
                self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        # "localhost" and "127.0.0.1" are different sites: cookies of the frame are a third party's here.
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


class TestWidget:
    def open(self, page: Page, name: str = "Open the chat") -> FrameLocator:
        page.get_by_role("button", name=name).click()
        frame = page.frame_locator("#crmbot-widget iframe")
        expect(frame.locator("#state.online")).to_be_visible()
        return frame

    def test_one_tag_brings_the_chat_to_another_site(self, new_page: NewPage, host: str) -> None:
        page = new_page()
        page.goto(host)
        frame = self.open(page)
        say(frame, "hello")
        frame.get_by_role("button", name="Returns").click()
        expect(frame.get_by_text("You chose t-returns.")).to_be_visible()

    def test_the_conversation_is_there_when_the_visitor_comes_back(self, new_page: NewPage, host: str) -> None:
        page = new_page()
        page.goto(host)
        say(self.open(page), "remember me")
        expect(page.frame_locator("iframe").get_by_text("You said: remember me")).to_be_visible()
        page.goto(host)
        expect(self.open(page).get_by_text("You said: remember me")).to_be_visible()

    def test_ones_own_files_are_there_when_the_visitor_comes_back(self, new_page: NewPage, host: str) -> None:
        page = new_page()
        page.goto(host)
        frame = self.open(page)
        for name, content in (("shoe.png", PICTURE), ("报价.txt", b"200 boxes")):
            frame.locator("#file").set_input_files(files=[{"name": name, "mimeType": "", "buffer": content}])
            expect(frame.get_by_text(f"Thank you for {name}.")).to_be_visible()
        page.goto(host)
        expect_own_files(page, self.open(page))

    def test_escape_closes_it_and_the_focus_returns(self, new_page: NewPage, host: str) -> None:
        page = new_page()
        page.goto(host)
        launcher = page.get_by_role("button", name="Open the chat")
        expect(launcher).to_have_attribute("aria-expanded", "false")
        frame = self.open(page)
        expect(frame.locator("#words")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#crmbot-widget .panel")).to_be_hidden()
        expect(launcher).to_be_focused()
        page.keyboard.press("Enter")
        expect(frame.locator("#words")).to_be_focused()

    def test_what_is_said_while_it_is_closed_is_counted_on_its_button(
        self, new_page: NewPage, host: str, site: Site
    ) -> None:
        page = new_page()
        page.goto(host)
        frame = self.open(page)
        say(frame, "hello")
        expect(frame.get_by_role("button", name="Returns")).to_be_visible()
        frame.get_by_role("button", name="Close the chat").click()
        site.chats.say(site.chats.stored[-1].conversation_key, "One more thing")
        expect(page.get_by_role("button", name="Open the chat, 1 new")).to_be_visible()
        page.get_by_role("button", name="Open the chat, 1 new").click()
        expect(frame.get_by_text("One more thing")).to_be_visible()
        expect(page.locator("#crmbot-widget .badge")).to_be_hidden()

    def test_it_speaks_the_browsers_language(self, new_page: NewPage, host: str) -> None:
        page = new_page(locale="zh-CN")
        page.goto(host)
        frame = self.open(page, "打开在线咨询")
        expect(frame.locator("h1")).to_have_text("悦享生活")

    def test_on_a_phone_it_fills_the_screen(self, new_page: NewPage, host: str) -> None:
        page = new_page(**PHONE)
        page.goto(host)
        self.open(page)
        box = page.locator("#crmbot-widget .panel").bounding_box()
        width = page.evaluate("document.documentElement.clientWidth")
        assert box is not None
        assert (box["x"], box["y"], box["width"]) == (0, 0, width)

    def test_it_does_not_know_the_colleague_signed_in_on_the_chat_page(
        self, new_page: NewPage, host: str, site: Site, make_user: Callable[..., User]
    ) -> None:
        page = new_page()
        visit(page, site)
        TestStaff().sign_in(page, make_user().handle)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        # The shop on the same site as we are: here the browser would send our cookies along.
        page.goto(host.replace("localhost", str(urlsplit(site.url).hostname)))
        say(self.open(page), "who am I")
        expect(page.frame_locator("iframe").get_by_text("You said: who am I")).to_be_visible()
        assert site.chats.stored[-1].sender_id.startswith("visitor:")


#: WCAG 2.2 contrast of an element's words on the first opaque ground behind them.
CONTRAST = """element => {
    const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
    const luminance = ([red, green, blue]) => {
        const linear = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    let ground = element;
    while ((numbers(getComputedStyle(ground).backgroundColor)[3] ?? 1) < 1) ground = ground.parentElement;
    const colors = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor];
    const tones = colors.map(numbers).map(luminance);
    return (Math.max(...tones) + 0.05) / (Math.min(...tones) + 0.05);
}"""
