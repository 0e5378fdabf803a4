"""Telegram through python-telegram-bot: the only home of that library.

Promise: `CHANNELS` builds the channel when CRMBOT_TELEGRAM_TOKEN is set, and says what is missing when it is half
configured. Never: network, or loading the library, at import time.
"""

from __future__ import annotations

import re

from bot.channel import Channel, ChannelFactory
from bot.errors import SettingsInvalid
from bot.settings import Settings

#: what setWebhook takes as secret_token. Source: core.telegram.org/bots/api#setwebhook
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
#: no part of a URL may sneak in with a token; Telegram's own look like 123456:AAE…
BOT_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")


def build_channels(settings: Settings) -> list[Channel]:
    """Return the Telegram channel, an empty list when there is no token.

    Raises:
        SettingsInvalid: a malformed token, or webhook mode without address or secret.
    """
    token = settings.telegram_token.get_secret_value()
    if not token:
        return []
    if not BOT_TOKEN.fullmatch(token):
        raise SettingsInvalid(
            "CRMBOT_TELEGRAM_TOKEN holds characters that no token has: copy it again from @BotFather",
            zh="CRMBOT_TELEGRAM_TOKEN 含有 token 里不会有的字符：请从 @BotFather 重新复制",
        )
    if settings.telegram_mode == "webhook":
        _check_webhook_settings(settings)
    from adapters.telegram.channel import TelegramChannel

    return [TelegramChannel(settings)]


def _check_webhook_settings(settings: Settings) -> None:
    problems = []
    if not settings.public_url.startswith(("https://", "http://")):
        problems.append(
            (
                "set CRMBOT_PUBLIC_URL to the address under which Telegram reaches this server (https://…)",
                "请把 CRMBOT_PUBLIC_URL 设为 Telegram 能访问到本服务器的地址（https://…）",
            )
        )
    if not WEBHOOK_SECRET.fullmatch(settings.telegram_webhook_secret.get_secret_value()):
        problems.append(
            (
                "set CRMBOT_TELEGRAM_WEBHOOK_SECRET to 1-256 characters of A-Z a-z 0-9 _ -",
                "请把 CRMBOT_TELEGRAM_WEBHOOK_SECRET 设为 1-256 位的 A-Z a-z 0-9 _ -",
            )
        )
    if problems:
        english, chinese = zip(*problems, strict=True)
        raise SettingsInvalid(
            f"CRMBOT_TELEGRAM_MODE=webhook: {'; '.join(english)}; or set the mode to polling",
            zh=f"CRMBOT_TELEGRAM_MODE=webhook：{'；'.join(chinese)}；或把方式改为 polling",
        )


CHANNELS: ChannelFactory = build_channels
