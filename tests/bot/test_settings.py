"""A wrong setting is named in one line that says what it should be."""

from __future__ import annotations

import importlib

import pytest

from bot.errors import SettingsInvalid
from bot.settings import load_settings


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("CRMBOT_TIMEZONE", "Mars/One", "no IANA time zone, such as Asia/Shanghai"),
        ("CRMBOT_TIMEZONE", "Asia", "no IANA time zone"),
        ("CRMBOT_TIMEZONE", "../../etc/passwd", "no IANA time zone"),
        ("CRMBOT_PORT", "eighty", "valid integer"),
        ("CRMBOT_TELEGRAM_MODE", "pigeon", "'polling' or 'webhook'"),
        ("CRMBOT_LANGUAGE", "fr", "'zh' or 'en'"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, words: str
) -> None:
    monkeypatch.setenv(setting, value)
    with pytest.raises(SettingsInvalid, match=setting) as refused:
        load_settings(_env_file=None)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("package", "settings", "zh", "en"),
    [
        ("adapters.wecom", {"CRMBOT_WECOM_CORP_ID": "ww1", "CRMBOT_WECOM_SECRET": "s"}, "缺少", "Missing for"),
        (
            "adapters.wecom",
            {"CRMBOT_WECOM_CORP_ID": "ww1", "CRMBOT_WECOM_AGENT_ID": "first"},
            "请从应用页面复制",
            "copy it",
        ),
        ("adapters.telegram", {"CRMBOT_TELEGRAM_TOKEN": "a token"}, "重新复制", "copy it again"),
        (
            "adapters.telegram",
            {"CRMBOT_TELEGRAM_TOKEN": "1:a", "CRMBOT_TELEGRAM_MODE": "webhook"},
            "请把 CRMBOT_PUBLIC_URL 设为",
            "set CRMBOT_PUBLIC_URL to",
        ),
    ],
)
def test_a_half_configured_channel_is_explained_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, package: str, settings: dict[str, str], zh: str, en: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    build = importlib.import_module(package).CHANNELS
    with pytest.raises(SettingsInvalid) as refused:
        build(load_settings(_env_file=None))
    assert zh in refused.value.zh
    assert en in str(refused.value)
    assert en not in refused.value.zh
