"""The settings turn channels on, or say exactly what is missing."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from adapters.wecom import CHANNELS
from bot.channel import Channel
from bot.errors import SettingsInvalid
from bot.settings import Settings, load_settings
from tests.adapters.wecom.conftest import AES_KEY, KF_SECRET, TOKEN, get, post
from tests.simulators.wecom import CORP_ID, WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher, kf_event_xml, text_xml

APP = {
    "wecom_corp_id": CORP_ID,
    "wecom_agent_id": "1000002",
    "wecom_secret": "app-secret-0123456789",
    "wecom_token": TOKEN,
    "wecom_aes_key": AES_KEY,
}


def settings(**values: Any) -> Settings:
    return load_settings(_env_file=None, **values)


def build(**values: Any) -> dict[str, Channel]:
    return {channel.name: channel for channel in CHANNELS(settings(**values))}


def test_without_a_corporation_wecom_is_off() -> None:
    assert build() == {}
    assert build(**{**APP, "wecom_corp_id": ""}) == {}


def test_the_apps_values_serve_customer_service_too() -> None:
    channels = build(**APP)
    assert list(channels) == ["wecom_app", "wecom_kf"]
    pusher = CallbackPusher(CORP_ID, TOKEN, AES_KEY)
    for channel in channels.values():
        assert channel.parse(get(pusher.url_check("7"))).body == b"7"


def test_customer_service_can_have_its_own_values() -> None:
    own_key = "a" * 42 + "A"
    own = {"wecom_kf_secret": KF_SECRET, "wecom_kf_token": "own", "wecom_kf_aes_key": own_key}
    channels = build(**{**APP, **own})
    pusher = CallbackPusher(CORP_ID, "own", own_key)
    assert channels["wecom_kf"].parse(get(pusher.url_check("7"))).body == b"7"


def test_each_channel_can_be_off_alone() -> None:
    assert list(build(**{**APP, "wecom_agent_id": ""})) == ["wecom_kf"]
    assert list(build(**{**APP, "wecom_kf_enabled": False})) == ["wecom_app"]


def test_every_missing_value_of_the_app_is_named() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        build(wecom_corp_id=CORP_ID, wecom_agent_id="1000002", wecom_secret="s")
    assert "CRMBOT_WECOM_TOKEN" in str(caught.value)
    assert "CRMBOT_WECOM_AES_KEY" in str(caught.value)
    assert "CRMBOT_WECOM_SECRET" not in str(caught.value)


def test_every_missing_value_of_customer_service_is_named() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        build(wecom_corp_id=CORP_ID, wecom_kf_secret="s")
    assert "CRMBOT_WECOM_KF_TOKEN" in str(caught.value)
    assert "CRMBOT_WECOM_KF_AES_KEY" in str(caught.value)
    assert "CRMBOT_WECOM_KF_SECRET" not in str(caught.value)


@pytest.mark.parametrize("agent_id", ["CRM", "１０００", "-5"])
def test_an_agent_id_is_a_number(agent_id: str) -> None:
    with pytest.raises(SettingsInvalid, match="CRMBOT_WECOM_AGENT_ID"):
        build(**{**APP, "wecom_agent_id": agent_id})


def test_channels_of_one_secret_share_a_token(wecom: WeComSimulator) -> None:
    channels = build(**{**APP, "wecom_base_url": f"{wecom.url}/"})
    for channel in channels.values():
        channel.diagnose()
        channel.stop()
    assert len(wecom.calls_of("gettoken")) == 1


def test_one_address_may_receive_for_both_channels() -> None:
    pusher = CallbackPusher(CORP_ID, TOKEN, AES_KEY)
    channels = build(**APP)
    for channel in channels.values():
        (message,) = channel.parse(post(*pusher.push(text_xml("ZhangWei", "你好", msgid="1")))).messages
        assert message.channel == "wecom_app"
        assert channel.parse(post(*pusher.push(kf_event_xml("t", "wk1")))).pull == {"token": "t", "open_kfid": "wk1"}


def test_an_app_of_its_own_never_speaks_for_the_other() -> None:
    own_key = "a" * 42 + "A"
    channels = build(**{**APP, "wecom_kf_token": "own", "wecom_kf_aes_key": own_key})
    pusher = CallbackPusher(CORP_ID, "own", own_key)
    assert channels["wecom_kf"].parse(post(*pusher.push(text_xml("ZhangWei", "你好", msgid="1")))).messages == ()


def test_wechatpy_is_not_loaded_where_wecom_is_off() -> None:
    program = (
        "import sys; from adapters.wecom import CHANNELS; from bot.settings import load_settings;"
        "assert CHANNELS(load_settings(_env_file=None)) == []; sys.exit('wechatpy' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert finished.returncode == 0
