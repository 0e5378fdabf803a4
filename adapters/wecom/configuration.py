"""Which WeCom channels the settings turn on, with everything that each needs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import SettingsInvalid
from bot.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Access:
    """What one application needs to call WeCom and to be called."""

    corp_id: str
    secret: str
    token: str
    aes_key: str
    base_url: str
    max_body_bytes: int
    max_attachment_bytes: int


def app_agent_id(settings: Settings) -> int | None:
    """Return the internal app's AgentId, None when the app channel is off.

    Raises:
        SettingsInvalid: not a number.
    """
    agent_id = settings.wecom_agent_id.strip()
    if not settings.wecom_corp_id or not agent_id:
        return None
    if not (agent_id.isascii() and agent_id.isdigit()):
        raise SettingsInvalid(
            "CRMBOT_WECOM_AGENT_ID is a number, such as 1000002: copy it from the app's page.",
            zh="CRMBOT_WECOM_AGENT_ID 是数字，如 1000002：请从应用页面复制。",
        )
    return int(agent_id)


def app_access(settings: Settings) -> Access:
    """Return the internal app's access.

    Raises:
        SettingsInvalid: names every missing setting.
    """
    values = {
        "CRMBOT_WECOM_SECRET": settings.wecom_secret.get_secret_value(),
        "CRMBOT_WECOM_TOKEN": settings.wecom_token.get_secret_value(),
        "CRMBOT_WECOM_AES_KEY": settings.wecom_aes_key.get_secret_value(),
    }
    _refuse_missing(
        values,
        "the WeCom app (CRMBOT_WECOM_AGENT_ID is set)",
        zh="企业微信自建应用（已设置 CRMBOT_WECOM_AGENT_ID）",
    )
    return _access(settings, *values.values())


def kf_access(settings: Settings) -> Access:
    """Return the access of 微信客服, each value defaulting to the app's.

    Raises:
        SettingsInvalid: names every missing setting.
    """
    values = {
        "CRMBOT_WECOM_KF_SECRET (or CRMBOT_WECOM_SECRET)": (
            settings.wecom_kf_secret.get_secret_value() or settings.wecom_secret.get_secret_value()
        ),
        "CRMBOT_WECOM_KF_TOKEN (or CRMBOT_WECOM_TOKEN)": (
            settings.wecom_kf_token.get_secret_value() or settings.wecom_token.get_secret_value()
        ),
        "CRMBOT_WECOM_KF_AES_KEY (or CRMBOT_WECOM_AES_KEY)": (
            settings.wecom_kf_aes_key.get_secret_value() or settings.wecom_aes_key.get_secret_value()
        ),
    }
    _refuse_missing(
        values,
        "微信客服 (turn it off with CRMBOT_WECOM_KF_ENABLED=false)",
        zh="微信客服（不用可设 CRMBOT_WECOM_KF_ENABLED=false）",
    )
    return _access(settings, *values.values())


def _refuse_missing(values: dict[str, str], subject: str, *, zh: str) -> None:
    missing = ", ".join(name for name, value in values.items() if not value)
    if missing:
        raise SettingsInvalid(
            f"Missing for {subject}: {missing}.",
            zh=f"{zh}缺少：{missing.replace(' (or ', '（或 ').replace(')', '）')}。",
        )


def _access(settings: Settings, secret: str, token: str, aes_key: str) -> Access:
    return Access(
        corp_id=settings.wecom_corp_id,
        secret=secret,
        token=token,
        aes_key=aes_key,
        base_url=settings.wecom_base_url,
        max_body_bytes=settings.max_body_bytes,
        max_attachment_bytes=settings.max_attachment_bytes,
    )
