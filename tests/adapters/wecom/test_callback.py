"""Callbacks are opened with the right keys only, whatever bytes arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wecom.app import AppChannel
from adapters.wecom.callback import CallbackReader, is_aes_key, is_token, read_xml
from adapters.wecom.kf import KfChannel
from bot.channel import Parsed
from bot.errors import WebhookRejected
from tests.adapters.wecom.conftest import AES_KEY, TOKEN, get, post
from tests.simulators.wecom import CORP_ID
from tests.simulators.wecom_callbacks import CallbackPusher, kf_event_xml, text_xml

PUSHER = CallbackPusher(CORP_ID, TOKEN, AES_KEY)
READER = CallbackReader(corp_id=CORP_ID, token=TOKEN, aes_key=AES_KEY, max_body_bytes=2_000_000)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Encrypt>&c;</Encrypt></xml>'
)
DOCUMENT_TYPE = "<!DOCTYPE xml><xml><Encrypt>x</Encrypt></xml>"
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>'


def status_of(channel: AppChannel | KfChannel, query: dict[str, str], body: bytes) -> int:
    with pytest.raises(WebhookRejected) as caught:
        channel.parse(post(query, body))
    return caught.value.status_code


def test_the_vector_of_the_official_sample_is_opened() -> None:
    encrypted = "H8r/3jxtoR6+fkmKjHj4mY4YNH5CCMeoc9XQM3giQCsPszlaTgweM1MXQJAx9OcTbAg40b00Sgn4aYnlGJ+T5A=="
    reader = CallbackReader(corp_id="wx5823bf96d3bd56c7", token=TOKEN, aes_key=AES_KEY, max_body_bytes=1000)
    query = {
        "msg_signature": "af4a4fd77d358049c3171db60aa2b580de6f0674",
        "timestamp": "1700000000",
        "nonce": "n1",
        "echostr": encrypted,
    }
    assert reader.verify_url(query) == b"4711"
    pusher = CallbackPusher("wx5823bf96d3bd56c7", TOKEN, AES_KEY)
    assert pusher.sign("1700000000", "n1", encrypted) == query["msg_signature"]
    assert pusher.decrypt(encrypted) == ("4711", "wx5823bf96d3bd56c7")


@pytest.mark.parametrize("channel_name", ["app", "kf"])
def test_a_url_check_is_answered_with_the_plain_echostr(channel_name: str, request: pytest.FixtureRequest) -> None:
    channel = request.getfixturevalue(channel_name)
    parsed = channel.parse(get(PUSHER.url_check("8123456789012345678")))
    assert parsed == Parsed(body=b"8123456789012345678")


def test_an_echostr_whose_plus_became_a_blank_is_still_read(app: AppChannel) -> None:
    queries = (PUSHER.url_check(str(place)) for place in range(1000))
    query = next(query for query in queries if "+" in query["echostr"])
    assert app.parse(get({**query, "echostr": query["echostr"].replace("+", " ")})).body.isdigit()


def test_a_message_that_decrypts_to_chinese_is_read(app: AppChannel) -> None:
    parsed = app.parse(post(*PUSHER.push(text_xml("ZhangWei", "你好 👍", msgid="1"))))
    assert [message.text for message in parsed.messages] == ["你好 👍"]
    assert parsed.body == b""


def test_the_same_message_encrypted_anew_has_the_same_id(app: AppChannel) -> None:
    xml = text_xml("ZhangWei", "你好", msgid="7311")
    first, second = (app.parse(post(*PUSHER.push(xml))).messages[0] for _ in range(2))
    assert first.external_id == second.external_id == "msg:7311"


def test_an_old_timestamp_is_accepted(app: AppChannel) -> None:
    encrypted = PUSHER.encrypt(text_xml("ZhangWei", "你好", msgid="1"))
    query = PUSHER.query(encrypted, timestamp="1000000000")
    assert app.parse(post(query, PUSHER.envelope(encrypted))).messages


@pytest.mark.parametrize("channel_name", ["app", "kf"])
def test_a_forged_signature_is_refused(channel_name: str, request: pytest.FixtureRequest) -> None:
    query, body = PUSHER.push(text_xml("ZhangWei", "你好", msgid="1"))
    assert status_of(request.getfixturevalue(channel_name), {**query, "msg_signature": "0" * 40}, body) == 403


def test_a_signature_for_other_content_is_refused(app: AppChannel) -> None:
    query, _ = PUSHER.push(text_xml("ZhangWei", "一", msgid="1"))
    _, body = PUSHER.push(text_xml("ZhangWei", "二", msgid="2"))
    assert status_of(app, query, body) == 403


def test_a_url_check_with_a_forged_signature_is_refused(app: AppChannel) -> None:
    with pytest.raises(WebhookRejected) as caught:
        app.parse(get({**PUSHER.url_check("1"), "msg_signature": "f" * 40}))
    assert caught.value.status_code == 403


@pytest.mark.parametrize("channel_name", ["app", "kf"])
def test_a_callback_of_another_corporation_is_refused(channel_name: str, request: pytest.FixtureRequest) -> None:
    query, body = PUSHER.push(kf_event_xml("t", "wk1"), receive_id="ww0000000000000000")
    assert status_of(request.getfixturevalue(channel_name), query, body) == 403


def test_a_truncated_body_is_refused(app: AppChannel) -> None:
    query, body = PUSHER.push(text_xml("ZhangWei", "你好", msgid="1"))
    assert {status_of(app, query, body[:length]) for length in range(0, len(body) - 1, 37)} == {400}


@pytest.mark.parametrize("bomb", [BOMB, FILE_ENTITY, DOCUMENT_TYPE])
def test_entities_are_refused_outside_and_inside_the_envelope(app: AppChannel, bomb: str) -> None:
    assert status_of(app, PUSHER.query("x"), bomb.encode()) == 400
    assert status_of(app, *PUSHER.push(bomb)) == 400


def test_ten_megabytes_are_refused(app: AppChannel) -> None:
    query, body = PUSHER.push(text_xml("ZhangWei", "大" * 4_000_000, msgid="1"))
    assert len(body) > 10_000_000
    assert status_of(app, query, body) == 413


def test_absurd_nesting_is_refused(app: AppChannel) -> None:
    assert status_of(app, PUSHER.query("x"), b"<a>" * 50_000 + b"</a>" * 50_000) == 400


def test_a_visit_without_parameters_is_refused(app: AppChannel) -> None:
    with pytest.raises(WebhookRejected) as caught:
        app.parse(get({}))
    assert caught.value.status_code == 400


def test_a_malformed_key_refuses_every_callback_and_does_not_crash() -> None:
    reader = CallbackReader(corp_id=CORP_ID, token=TOKEN, aes_key="short", max_body_bytes=1000)
    with pytest.raises(WebhookRejected) as caught:
        reader.verify_url(PUSHER.url_check("1"))
    assert caught.value.status_code == 503


@pytest.mark.parametrize(
    ("key", "is_good"),
    [(AES_KEY, True), (AES_KEY[:-1], False), (f"{AES_KEY}A", False), ("é" * 43, False), ("-" * 43, False), ("", False)],
)
def test_a_key_has_43_characters(key: str, is_good: bool) -> None:
    assert is_aes_key(key) is is_good


@pytest.mark.parametrize(("token", "is_good"), [("QDG6eK", True), ("a b", False), ("x" * 33, False), ("", False)])
def test_a_token_has_up_to_32_letters_and_digits(token: str, is_good: bool) -> None:
    assert is_token(token) is is_good


@given(body=st.binary(max_size=300), signature=st.text(max_size=50), timestamp=st.text(max_size=12))
def test_any_bytes_give_nothing_but_a_refusal(body: bytes, signature: str, timestamp: str) -> None:
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": "n"}
    with pytest.raises(WebhookRejected):
        READER.open(post(query, body))
    with pytest.raises(WebhookRejected):
        READER.open(post(query, b"<xml><Encrypt>" + body + b"</Encrypt></xml>"))
    with pytest.raises(WebhookRejected):
        READER.verify_url({**query, "echostr": body.decode("latin-1")})


@given(sealed=st.one_of(st.binary(max_size=200), st.binary(min_size=2, max_size=4).map(lambda part: part * 16)))
def test_signed_rubbish_gives_nothing_but_a_refusal(sealed: bytes) -> None:
    import base64

    encrypted = base64.b64encode(sealed).decode()
    with pytest.raises(WebhookRejected):
        READER.open(post(PUSHER.query(encrypted), PUSHER.envelope(encrypted)))


@given(message=st.text(max_size=200))
def test_any_signed_message_gives_fields_or_a_refusal(message: str) -> None:
    try:
        opened = READER.open(post(*PUSHER.push(message)))
    except WebhookRejected as rejected:
        opened = {"status": rejected.status_code}
    assert opened in ({"status": 400}, {})


def test_very_many_repeated_tags_are_read_in_one_pass() -> None:
    fields = read_xml(b"<xml>" + b"<a/>" * 50_000 + b"</xml>")
    assert len(fields["a"]) == 50_000
