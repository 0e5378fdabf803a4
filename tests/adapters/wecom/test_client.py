"""Calls end, tokens are renewed once, and no secret leaves the client."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable

import pytest

from adapters.wecom.client import WeComApi
from adapters.wecom.errors import ApiRefused, ApiUnreachable, WeComError
from tests.adapters.wecom.conftest import APP_SECRET, KF_SECRET, Clock
from tests.simulators.wecom import Hang, HttpError, LostAnswer, Raw, Redirect, Refusal, WeComSimulator

MakeApi = Callable[..., WeComApi]


def ask(api: WeComApi) -> str:
    return str(api.call(lambda client: client.user.get("zhangwei"))["name"])


def tokens_asked(wecom: WeComSimulator) -> int:
    return len(wecom.calls_of("gettoken"))


def test_one_token_serves_many_calls(make_api: MakeApi, wecom: WeComSimulator) -> None:
    api = make_api()
    assert [ask(api) for _ in range(5)] == ["张伟"] * 5
    assert tokens_asked(wecom) == 1


def test_a_token_is_renewed_before_it_ends(make_api: MakeApi, wecom: WeComSimulator, clock: Clock) -> None:
    api = make_api()
    ask(api)
    clock.advance(7200 - 300 - 1)
    ask(api)
    assert tokens_asked(wecom) == 1
    clock.advance(2)
    ask(api)
    assert tokens_asked(wecom) == 2


@pytest.mark.parametrize("errcode", [42001, 40014, 41001])
def test_a_refused_token_is_renewed_once_and_the_call_repeated_once(
    make_api: MakeApi, wecom: WeComSimulator, errcode: int
) -> None:
    api = make_api()
    wecom.fail("user/get", Refusal(errcode))
    assert ask(api) == "张伟"
    assert (tokens_asked(wecom), len(wecom.calls_of("user/get"))) == (2, 2)


def test_a_token_invalidated_early_is_replaced(make_api: MakeApi, wecom: WeComSimulator) -> None:
    api = make_api()
    ask(api)
    wecom.expire_tokens()
    assert ask(api) == "张伟"


def test_a_token_that_stays_bad_ends_after_one_repeat(make_api: MakeApi, wecom: WeComSimulator) -> None:
    wecom.fail("user/get", *[Refusal(40014)] * 50)
    with pytest.raises(ApiRefused):
        ask(make_api())
    assert len(wecom.calls_of("user/get")) == 2


def test_a_wrong_secret_is_not_tried_again_for_a_while(make_api: MakeApi, wecom: WeComSimulator, clock: Clock) -> None:
    api = make_api("wrong-secret-000")
    for _ in range(10):
        with pytest.raises(ApiRefused) as caught:
            ask(api)
        assert caught.value.errcode == 40001
    assert tokens_asked(wecom) == 1
    clock.advance(301)
    with pytest.raises(ApiRefused):
        ask(api)
    assert tokens_asked(wecom) == 2


def test_each_secret_has_its_own_token(make_api: MakeApi, wecom: WeComSimulator) -> None:
    app, kf = make_api(APP_SECRET), make_api(KF_SECRET)
    ask(app)
    ask(kf)
    ask(app)
    tokens = {call.query["access_token"] for call in wecom.calls if call.path == "user/get"}
    assert (len(tokens), tokens_asked(wecom)) == (2, 2)


def test_threads_that_need_a_token_at_once_ask_for_it_once(make_api: MakeApi, wecom: WeComSimulator) -> None:
    api = make_api()
    start = threading.Barrier(8)

    def work() -> None:
        start.wait(5)
        ask(api)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (tokens_asked(wecom), len(wecom.calls_of("user/get"))) == (1, 8)


def test_threads_whose_token_was_refused_renew_it_once(make_api: MakeApi, wecom: WeComSimulator) -> None:
    api = make_api()
    ask(api)
    wecom.expire_tokens()
    threads = [threading.Thread(target=ask, args=(api,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert tokens_asked(wecom) == 2


@pytest.mark.parametrize("path", ["gettoken", "user/get"])
def test_every_call_has_a_time_out(make_api: MakeApi, wecom: WeComSimulator, path: str) -> None:
    wecom.fail(path, Hang())
    with pytest.raises(ApiUnreachable) as caught:
        ask(make_api(timeout=(0.2, 0.2)))
    assert caught.value.may_have_worked


def test_nobody_listening_means_that_nothing_was_done(make_api: MakeApi) -> None:
    with pytest.raises(ApiUnreachable) as caught:
        ask(make_api(base_url="http://127.0.0.1:9"))
    assert not caught.value.may_have_worked


@pytest.mark.parametrize("answer", [b"<html>", b"[1]", b"", b'{"errcode":"x"}', b'{"errcode":0}'])
def test_a_token_answer_that_makes_no_sense_is_an_error_of_ours(
    make_api: MakeApi, wecom: WeComSimulator, answer: bytes
) -> None:
    wecom.fail("gettoken", Raw(answer))
    with pytest.raises(ApiUnreachable):
        ask(make_api())


def test_a_redirect_is_not_followed_with_the_token(make_api: MakeApi, wecom: WeComSimulator) -> None:
    wecom.fail("user/get", Redirect(f"{wecom.url}/elsewhere"))
    with pytest.raises(ApiUnreachable):
        ask(make_api())
    assert wecom.calls_of("/elsewhere") == []


@pytest.mark.parametrize(
    ("path", "failure"),
    [
        ("gettoken", HttpError(500)),
        ("gettoken", LostAnswer()),
        ("gettoken", Refusal(40001, f"invalid, url: /cgi-bin/gettoken?corpid=ww&corpsecret={APP_SECRET}")),
        ("user/get", HttpError(500)),
        ("user/get", LostAnswer()),
        ("user/get", Refusal(60111, "bad url /cgi-bin/user/get?access_token=token000001xyz&userid=z")),
    ],
)
def test_no_error_tells_a_secret_or_a_token(
    make_api: MakeApi, wecom: WeComSimulator, path: str, failure: Refusal
) -> None:
    wecom.fail(path, failure)
    with pytest.raises(WeComError) as caught:
        ask(make_api())
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
    assert APP_SECRET not in told
    assert "token0" not in told


def test_no_connection_error_tells_a_secret(make_api: MakeApi) -> None:
    with pytest.raises(ApiUnreachable) as caught:
        ask(make_api(base_url="http://127.0.0.1:9"))
    assert APP_SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_no_log_line_tells_a_secret_or_a_token(
    make_api: MakeApi, wecom: WeComSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(make_api())
    assert "gettoken" in caplog.text
    assert APP_SECRET not in caplog.text
    assert "token0" not in caplog.text
