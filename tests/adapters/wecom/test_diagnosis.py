"""The doctor names what to mend first, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.wecom.app import AppChannel
from adapters.wecom.client import WeComApi
from adapters.wecom.diagnosis import diagnose_app, diagnose_kf
from adapters.wecom.kf import KfChannel
from bot.channel import Diagnosis
from tests.adapters.wecom.conftest import AGENT_ID, KF_SECRET, access
from tests.simulators.wecom import CORP_ID, Application, HttpError, WeComSimulator


def wrong(found: list[Diagnosis]) -> list[str]:
    bad = [line for line in found if not line.ok]
    assert all(line.remedy_zh and line.remedy_en for line in bad)
    assert not any(line.remedy_zh or line.remedy_en for line in found if line.ok)
    return [line.check for line in bad]


def test_what_is_well_is_reported_in_order(app: AppChannel, kf: KfChannel) -> None:
    assert wrong(app.diagnose()) == wrong(kf.diagnose()) == []
    assert [line.check for line in app.diagnose()] == [
        "wecom_app: corp ID and secret",
        "wecom_app: trusted IP and app",
        "wecom_app: visible range",
        "wecom_app: callback token",
        "wecom_app: callback EncodingAESKey",
    ]
    assert [line.check for line in kf.diagnose()][-2:] == [
        "wecom_kf: trusted IP and right to use 微信客服",
        "wecom_kf: accounts",
    ]


@pytest.mark.parametrize(
    ("values", "word"), [({"secret": "wrong"}, "Secret"), ({"corp_id": "ww0"}, "CRMBOT_WECOM_CORP_ID")]
)
def test_a_wrong_corporation_or_secret_comes_first(
    make_api: Callable[..., WeComApi], values: dict[str, str], word: str
) -> None:
    found = diagnose_app(make_api(**values), access(), agent_id=AGENT_ID)
    assert wrong(found) == ["wecom_app: corp ID and secret"]
    assert word in found[0].remedy_zh
    assert wrong(diagnose_kf(make_api(**values), access())) == ["wecom_kf: corp ID and secret"]


def test_an_untrusted_ip_is_named(app: AppChannel, kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.trusted_ip = False
    assert wrong(app.diagnose()) == ["wecom_app: trusted IP and app"]
    assert "127.0.0.1" in app.diagnose()[1].remedy_en
    assert wrong(kf.diagnose()) == ["wecom_kf: trusted IP and right to use 微信客服"]


def test_an_agent_of_another_secret_is_named(make_api: Callable[..., WeComApi]) -> None:
    assert wrong(diagnose_app(make_api(KF_SECRET), access(), agent_id=AGENT_ID)) == ["wecom_app: trusted IP and app"]


def test_an_app_that_nobody_sees_is_named(app: AppChannel, wecom: WeComSimulator) -> None:
    wecom.app.members.clear()
    assert wrong(app.diagnose()) == ["wecom_app: visible range"]


def test_a_disabled_app_is_named(app: AppChannel, wecom: WeComSimulator) -> None:
    wecom.app.agent_is_closed = True
    assert wrong(app.diagnose()) == ["wecom_app: visible range"]


def test_malformed_callback_values_are_named(make_api: Callable[..., WeComApi]) -> None:
    broken = access(token="a-b", aes_key="short")
    assert wrong(diagnose_app(make_api(), broken, agent_id=AGENT_ID)) == [
        "wecom_app: callback token",
        "wecom_app: callback EncodingAESKey",
    ]
    found = diagnose_kf(make_api(KF_SECRET), broken)
    assert any("CRMBOT_WECOM_KF_AES_KEY" in line.remedy_zh for line in found)


def test_a_missing_right_to_customer_service_is_named(kf: KfChannel, wecom: WeComSimulator) -> None:
    wecom.applications[KF_SECRET] = Application(KF_SECRET, 1000003, may_use_kf=False)
    assert wrong(kf.diagnose()) == ["wecom_kf: trusted IP and right to use 微信客服"]


@pytest.mark.parametrize("is_foreign", [True, False])
def test_customer_service_without_an_account_of_ours_is_named(
    kf: KfChannel, wecom: WeComSimulator, is_foreign: bool
) -> None:
    if is_foreign:
        next(iter(wecom.kf.accounts.values())).manage_privilege = False
    else:
        wecom.kf.accounts.clear()
    assert wrong(kf.diagnose()) == ["wecom_kf: accounts"]


def test_a_platform_out_of_reach_is_named(make_api: Callable[..., WeComApi], wecom: WeComSimulator) -> None:
    wecom.fail("gettoken", HttpError(502))
    found = diagnose_app(make_api(), access(), agent_id=AGENT_ID)
    assert wrong(found) == ["wecom_app: corp ID and secret"]
    assert "CRMBOT_WECOM_BASE_URL" in found[0].remedy_en


def test_no_remedy_tells_a_secret(make_api: Callable[..., WeComApi]) -> None:
    found = diagnose_app(make_api("wrong-secret-000"), access(), agent_id=AGENT_ID)
    assert not any("wrong-secret-000" in line.remedy_en + line.remedy_zh for line in found)
    assert CORP_ID not in found[0].remedy_en
