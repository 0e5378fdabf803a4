"""The WeCom channels put together from the settings."""

from __future__ import annotations

import logging

from adapters.wecom.app import AppChannel
from adapters.wecom.callback import is_aes_key
from adapters.wecom.client import WeComApi
from adapters.wecom.configuration import Access, app_access, app_agent_id, kf_access
from adapters.wecom.kf import KfChannel
from bot.channel import Channel
from bot.settings import Settings

logger = logging.getLogger(__name__)


def build_channels(settings: Settings) -> list[Channel]:
    """Build what is turned on; channels with the same secret share its access token.

    Raises:
        SettingsInvalid: half configured; the message names the missing settings.
    """
    agent_id = app_agent_id(settings)
    app = None if agent_id is None else app_access(settings)
    kf = kf_access(settings) if settings.wecom_kf_enabled else None
    apis = {access.secret: _api(access) for access in (app, kf) if access is not None}
    kf_channel = None
    if kf is not None:
        kf_channel = KfChannel(kf, api=apis[kf.secret], reconcile_seconds=settings.wecom_reconcile_seconds)
    app_channel = None
    if app is not None and agent_id is not None:
        app_channel = AppChannel(app, agent_id=agent_id, api=apis[app.secret], kf=kf_channel)
    if app_channel and kf_channel and app and kf and (kf.token, kf.aes_key) == (app.token, app.aes_key):
        kf_channel.share_callback(app_channel.translate)
    return [channel for channel in (app_channel, kf_channel) if channel is not None]


def _api(access: Access) -> WeComApi:
    if not is_aes_key(access.aes_key):
        logger.error("The EncodingAESKey of WeCom is malformed: run crmbot doctor", extra={"action": "wecom_key"})
    return WeComApi(corp_id=access.corp_id, secret=access.secret, base_url=access.base_url)
