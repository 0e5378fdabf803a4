"""WeCom (企业微信): the internal app for colleagues, and 微信客服 for customers.

Facts, limits and defects that this package deals with: https://developer.work.weixin.qq.com/document. wechatpy is
imported here and nowhere else.
"""

from __future__ import annotations

from bot.channel import Channel
from bot.settings import Settings


def CHANNELS(settings: Settings) -> list[Channel]:  # noqa: N802  # the name that every adapter exposes
    """Return the WeCom channels that the settings turn on, an empty list without a corporation.

    Raises:
        SettingsInvalid: half configured; the message names the missing settings.
    """
    if not settings.wecom_corp_id:
        return []
    from adapters.wecom.building import build_channels  # wechatpy only where WeCom is used

    return build_channels(settings)


__all__ = ["CHANNELS"]
