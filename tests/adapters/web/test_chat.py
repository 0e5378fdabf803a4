from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.channel import MessageKind, ReplyMedia
from crm_core.database import Database
from crm_core.models import User
from tests.adapters.web.conftest import PASSWORD, PROOF, Person
from tests.adapters.web.fakes import FakeChats, run_site

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(32)


class TestMessages:
    def test_words_become_a_stored_message_of_the_visitor(self, visitor: Person) -> None:
        client_id = str(uuid.uuid4())
        body = {"client_id": client_id, "text": "门店可以退货吗？", "language": "zh"}
        answer = visitor.http.post("/chat/messages", json=body)
        assert (answer.status_code, answer.json()) == (202, {"client_id": client_id})
        (message,) = visitor.stored()
        assert message.channel == "web"
        assert message.external_id == f"{visitor.key}:{client_id}"
        assert message.conversation_key == message.sender_id == visitor.key
        assert (message.kind, message.text, message.language_hint) == (MessageKind.TEXT, "门店可以退货吗？", "zh")
        assert message.sent_at.tzinfo is not None

    def test_second_delivery_of_a_message_is_ignored(self, visitor: Person) -> None:
        client_id = str(uuid.uuid4())
        assert [visitor.says("hello", client_id).status_code for _ in range(3)] == [202, 202, 202]
        assert len(visitor.stored()) == 1

    def test_a_pressed_button_is_a_choice_and_its_label_stays_in_the_history(self, visitor: Person) -> None:
        assert visitor.presses("tok-1", "有帮助").status_code == 202
        (message,) = visitor.stored()
        assert (message.kind, message.choice, message.text) == (MessageKind.CHOICE, "tok-1", "")
        assert [line["text"] for line in visitor.history()] == ["有帮助"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"text": "no id"},
            {"client_id": "not-a-uuid", "text": "hello"},
            {"client_id": "0" * 32},
            {"client_id": "0" * 32, "text": ""},
            {"client_id": "0" * 32, "text": "  \n "},
            {"client_id": "0" * 32, "text": "\x00"},
            {"client_id": "0" * 32, "text": "x" * 20_001},
            {"client_id": "0" * 32, "text": "hello", "choice": "both"},
            {"client_id": "0" * 32, "choice": "not ascii ✓"},
            {"client_id": "0" * 32, "choice": "x" * 65},
            {"client_id": "0" * 32, "text": "hello", "language": "fr"},
            {"client_id": "0" * 32, "text": ["hello"]},
            [],
            "hello",
        ],
    )
    def test_a_malformed_message_is_refused_and_not_stored(self, visitor: Person, body: object) -> None:
        answer = visitor.http.post("/chat/messages", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
        assert visitor.stored() == []

    def test_a_refusal_names_the_field_and_never_repeats_the_words(self, visitor: Person) -> None:
        answer = visitor.http.post("/chat/messages", json={"client_id": "my secret", "text": "13800001111"})
        assert "client_id" in answer.text
        assert "secret" not in answer.text
        assert "13800001111" not in answer.text

    @pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"client_id": "\\ud800", "text": "\\ud800"}'])
    def test_what_is_not_json_is_refused(self, visitor: Person, content: bytes) -> None:
        answer = visitor.http.post("/chat/messages", content=content, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500

    def test_control_characters_are_taken_out(self, visitor: Person) -> None:
        visitor.says("a\x00b\x1bc\nd")
        assert visitor.stored()[0].text == "abc\nd"

    def test_workers_are_woken(self, visitor: Person) -> None:
        before = len(visitor.site.woken)
        visitor.says("hello")
        assert len(visitor.site.woken) > before

    def test_a_flood_is_refused(self, visitor: Person) -> None:
        throttle = visitor.site.app.state.services.message_throttle
        while throttle.take(visitor.key):
            pass
        answer = visitor.says("hello")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")


class TestAttachments:
    def test_a_file_becomes_a_message_typed_by_its_bytes(self, visitor: Person) -> None:
        answer = visitor.sends("照片.txt", PNG)
        assert answer.status_code == 202
        attachment = answer.json()["attachment"]
        assert visitor.http.get(attachment.pop("url")).content == PNG
        assert attachment == {
            "kind": "image",
            "filename": "照片.txt",
            "size_bytes": len(PNG),
            "media_type": "image/png",
        }
        (message,) = visitor.stored()
        assert message.kind is MessageKind.MEDIA
        assert visitor.site.chats.files[message.attachments[0].sha256] == PNG

    def test_words_beside_a_file_are_its_caption(self, visitor: Person) -> None:
        visitor.sends("a.png", PNG, text="看这里")
        (message,) = visitor.stored()
        assert (message.kind, message.text, len(message.attachments)) == (MessageKind.TEXT, "看这里", 1)

    @pytest.mark.parametrize(
        ("given", "shown"),
        [("../../etc/passwd", "passwd"), ("C:\\temp\\报价.xlsx", "报价.xlsx"), ("x" * 300, "x" * 200)],
    )
    def test_only_the_last_part_of_a_file_name_is_kept(self, visitor: Person, given: str, shown: str) -> None:
        assert visitor.sends(given, b"words").json()["attachment"]["filename"] == shown

    def test_a_file_that_was_sent_opens_for_its_sender_and_for_staff_only(
        self, visitor: Person, make_user: Callable[..., User]
    ) -> None:
        visitor.sends("a.png", PNG)
        url = visitor.history()[0]["attachments"][0]["url"]  # type: ignore[index]
        answer = visitor.http.get(url)
        assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
        assert answer.headers["content-disposition"].startswith("inline")
        with httpx.Client(base_url=visitor.site.url, headers=PROOF) as other:
            assert other.get(url).status_code == 401
            other.post("/chat/session", json={})
            assert other.get(url).status_code == 404
            other.post("/chat/sign-in", json={"handle": make_user().handle, "password": PASSWORD}).raise_for_status()
            assert other.get(url).content == PNG

    def test_a_link_that_we_did_not_make_or_whose_file_is_gone_opens_nothing(self, visitor: Person) -> None:
        visitor.sends("note.txt", b"soon erased")
        url = str(visitor.history()[0]["attachments"][0]["url"])  # type: ignore[index]
        assert visitor.http.get(f"{url[:-4]}AAA=").status_code == 404
        assert visitor.http.get(url.replace("attachments", "media")).status_code == 404
        visitor.site.chats.erase(visitor.stored()[0].attachments[0].sha256)
        assert visitor.http.get(url).status_code == 404

    def test_a_page_that_was_sent_is_offered_and_never_run(self, visitor: Person) -> None:
        visitor.sends("报价.html", b"<script>alert(1)</script>")
        answer = visitor.http.get(visitor.history()[0]["attachments"][0]["url"])  # type: ignore[index]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    def test_a_refused_file_says_why_in_both_languages(self, visitor: Person) -> None:
        answer = visitor.sends("setup.exe", b"MZ program")
        assert answer.status_code == 422
        assert answer.json()["message_zh"] == "不接收程序。"
        assert answer.json()["message_en"] == "Programs are not accepted."
        assert visitor.stored() == []

    def test_a_file_beyond_the_limit_is_refused_while_it_arrives(self, visitor: Person) -> None:
        answer = visitor.sends("big.bin", b"0" * 1_200_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert visitor.stored() == []

    def test_a_file_that_does_not_announce_its_size_is_refused_too(self, visitor: Person) -> None:
        def endless() -> object:
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            for _ in range(20):
                yield b"0" * 100_000

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = visitor.http.post("/chat/attachments", content=endless(), headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 413

    def test_a_torn_upload_is_refused(self, visitor: Person) -> None:
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = visitor.http.post("/chat/attachments", content=b"--b\r\nnonsense", headers=headers)
        assert 400 <= answer.status_code < 500
        assert visitor.stored() == []


class TestHistory:
    def test_lines_come_in_order_with_buttons_and_authors(self, visitor: Person) -> None:
        visitor.says("你好")
        visitor.hears("需要什么帮助？", choices=[("转人工", "t1")])
        visitor.hears("我是小林", author="staff")
        lines = visitor.history()
        assert [(line["author"], line["text"]) for line in lines] == [
            ("person", "你好"),
            ("bot", "需要什么帮助？"),
            ("staff", "我是小林"),
        ]
        assert lines[1]["choices"] == [{"label": "转人工", "value": "t1"}]
        assert lines[0]["client_id"]
        assert lines[1]["client_id"] is None

    def test_nobody_sees_anothers_conversation(self, visitor: Person) -> None:
        visitor.says("my secret")
        with httpx.Client(base_url=visitor.site.url, headers=PROOF) as other:
            other.post("/chat/session", json={})
            assert other.get("/chat/history").json() == {"lines": [], "cursor": None}

    def test_the_newest_lines_of_a_long_conversation_are_shown(self, visitor: Person) -> None:
        for number in range(250):
            visitor.hears(f"line {number}")
        lines = visitor.history()
        assert (len(lines), lines[0]["text"], lines[-1]["text"]) == (200, "line 50", "line 249")


class TestMedia:
    def test_a_chart_of_the_bot_can_be_fetched_without_showing_where_it_lies(
        self, visitor: Person, tmp_path: Path
    ) -> None:
        chart = tmp_path / "chart.png"
        chart.write_bytes(PNG)
        visitor.hears("本周", media=[ReplyMedia(type="image", path=str(chart))])
        (media,) = visitor.history()[0]["media"]  # type: ignore[misc]
        assert str(tmp_path) not in str(media)
        answer = visitor.http.get(media["url"])  # type: ignore[index]
        assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
        assert answer.headers["content-disposition"].startswith("inline")

    def test_a_file_that_a_browser_might_run_is_offered_for_download_only(
        self, visitor: Person, tmp_path: Path
    ) -> None:
        page = tmp_path / "page.html"
        page.write_text("<script>alert(1)</script>")
        visitor.hears("file", media=[ReplyMedia(type="file", path=str(page))])
        answer = visitor.http.get(visitor.history()[0]["media"][0]["url"])  # type: ignore[index]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    @pytest.mark.parametrize("token", ["nonsense", "..%2f..%2fetc%2fpasswd", "A" * 500])
    def test_a_made_up_link_finds_nothing(self, visitor: Person, token: str) -> None:
        assert visitor.http.get(f"/chat/media/{token}").status_code == 404

    def test_a_link_to_a_file_that_is_gone_says_so(self, visitor: Person, tmp_path: Path) -> None:
        visitor.hears("gone", media=[ReplyMedia(type="image", path=str(tmp_path / "gone.png"))])
        answer = visitor.http.get(visitor.history()[0]["media"][0]["url"])  # type: ignore[index]
        assert (answer.status_code, answer.json()["code"]) == (404, "media_not_found")


def test_a_store_that_fails_is_not_called_accepted(staff_database: Database) -> None:
    class FullDisk(FakeChats):
        def store(self, messages: object, *, cursor: object = None) -> int:
            raise OSError("No space left on device")

    with (
        run_site(staff_database, FullDisk()) as site,
        httpx.Client(base_url=site.url, headers=PROOF) as client,
    ):
        client.post("/chat/session", json={})
        answer = client.post("/chat/messages", json={"client_id": "0" * 32, "text": "hello"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
