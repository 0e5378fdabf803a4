"""A wrong setting is named in one line that says what it should be."""

from __future__ import annotations

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
