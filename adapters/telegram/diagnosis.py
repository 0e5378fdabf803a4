"""What `crmbot doctor` asks Telegram: the token, the address, the webhook, in the order in which to mend them."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from adapters.telegram.connection import ApiBot, Connection
from adapters.telegram.receiving import webhook_url
from bot.channel import Diagnosis
from bot.settings import Settings

#: ports that Telegram's cloud posts to. Source: core.telegram.org/bots/api#setwebhook
WEBHOOK_PORTS = frozenset({None, 443, 80, 88, 8443})
CLOUD_HOST = "api.telegram.org"
#: an error of the webhook's older than this is history
RECENT = timedelta(hours=1)
#: more waiting updates than this mean that ours does not keep up
MANY_WAITING = 100


async def diagnose(bot: ApiBot, connection: Connection, settings: Settings, *, now: datetime) -> list[Diagnosis]:
    """Check the token first, for without it nothing else can be asked."""
    try:
        user = await bot.get_me()
        found = [Diagnosis(check="telegram token", ok=True), _groups(user)]
        info = await bot.get_webhook_info()
    except InvalidToken:
        return [
            _failed(
                "telegram token",
                zh="Telegram 不接受 CRMBOT_TELEGRAM_TOKEN：请在 @BotFather 用 /token 重新取得并设置，然后重启。",
                en="Telegram refuses CRMBOT_TELEGRAM_TOKEN: get it again from @BotFather (/token), set it, restart.",
            )
        ]
    except TelegramError as error:
        reason = connection.mask(str(error))
        return [
            _failed(
                "telegram reachable",
                zh=f"连不上 Telegram（{reason}）：请检查网络、代理 HTTPS_PROXY，或 CRMBOT_TELEGRAM_BASE_URL。",
                en=f"Telegram cannot be reached ({reason}): check the network, HTTPS_PROXY, CRMBOT_TELEGRAM_BASE_URL.",
            )
        ]
    if settings.telegram_mode == "polling":
        return [*found, _polling(info)]
    return [*found, _address(settings), _webhook(info, settings, now)]


def _groups(user: User) -> Diagnosis:
    if user.can_join_groups is not False:
        return Diagnosis(check="telegram groups", ok=True)
    return _failed(
        "telegram groups",
        zh="机器人不能加入群聊；如需在群里使用，请在 @BotFather 用 /setjoingroups 打开。",
        en="The bot may not join groups; to use it there, allow it in @BotFather with /setjoingroups.",
    )


def _polling(info: WebhookInfo) -> Diagnosis:
    if not info.url:
        return Diagnosis(check="telegram polling", ok=True)
    host = urlsplit(info.url).hostname
    return _failed(
        "telegram polling",
        zh=f"消息目前发往 {host} 的 webhook：启动 crmbot 会将其移除；如果那是另一套部署，请先停用它或换一个机器人。",
        en=f"Updates go to a webhook at {host}: starting crmbot removes it; if that is another deployment, "
        "stop it first or use another bot.",
    )


def _address(settings: Settings) -> Diagnosis:
    address = urlsplit(settings.public_url)
    is_cloud = urlsplit(settings.telegram_base_url).hostname == CLOUD_HOST
    if not is_cloud or (address.scheme == "https" and address.port in WEBHOOK_PORTS):
        return Diagnosis(check="telegram address", ok=True)
    return _failed(
        "telegram address",
        zh="Telegram 只向 443、80、88 或 8443 端口的 https 地址推送：请修改 CRMBOT_PUBLIC_URL，或改用 polling。",
        en="Telegram posts only to https addresses on port 443, 80, 88 or 8443: change CRMBOT_PUBLIC_URL, or "
        "use polling.",
    )


def _webhook(info: WebhookInfo, settings: Settings, now: datetime) -> Diagnosis:
    if info.url != webhook_url(settings):
        return _failed(
            "telegram webhook",
            zh=f"webhook 尚未指向 {webhook_url(settings)}：请启动 crmbot；若已启动，请检查是否另有部署在用这个机器人。",
            en=f"The webhook does not point to {webhook_url(settings)} yet: start crmbot; if it runs, look for another "
            "deployment with the same bot.",
        )
    is_failing = info.last_error_date is not None and now - info.last_error_date < RECENT
    if is_failing or info.pending_update_count > MANY_WAITING:
        reason, waiting = info.last_error_message or "-", info.pending_update_count
        return _failed(
            "telegram webhook",
            zh=f"Telegram 投递失败（{reason}），{waiting} 条消息在等待：请检查 CRMBOT_PUBLIC_URL "
            "能否从外网访问、证书是否有效。",
            en=f"Telegram cannot deliver ({reason}), {waiting} updates wait: check that CRMBOT_PUBLIC_URL can be "
            "reached from outside and that its certificate is valid.",
        )
    return Diagnosis(check="telegram webhook", ok=True)


def _failed(check: str, *, zh: str, en: str) -> Diagnosis:
    return Diagnosis(check=check, ok=False, remedy_zh=zh, remedy_en=en)
