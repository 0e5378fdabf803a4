"""`crmbot doctor` for WeCom: each check rests on the ones before it, so the first that fails is the one to mend."""

from __future__ import annotations

from collections.abc import Callable

from adapters.wecom.callback import AES_KEY_CHARS, TOKEN_CHARS, is_aes_key, is_token
from adapters.wecom.client import WeComApi
from adapters.wecom.configuration import Access
from adapters.wecom.errcodes import CONFIGURATION_REMEDIES
from adapters.wecom.errors import ApiRefused, ApiUnreachable, WeComError
from adapters.wecom.reconciling import list_accounts
from bot.channel import Diagnosis

NOT_FOUND = 404


def diagnose_app(api: WeComApi, access: Access, *, agent_id: int) -> list[Diagnosis]:
    """Check corporation and secret, IP and app, callback keys."""
    token = _check("wecom_app: corp ID and secret", api.check_token)
    found = [token]
    if token.ok:
        found += _check_agent(api, agent_id)
    return [*found, *_check_callback("wecom_app", "", access)]


def diagnose_kf(api: WeComApi, access: Access) -> list[Diagnosis]:
    """Check corporation and secret, callback keys, IP and right to use 微信客服, accounts."""
    token = _check("wecom_kf: corp ID and secret", api.check_token)
    found = [token, *_check_callback("wecom_kf", "KF_", access)]
    return [*found, *_check_accounts(api)] if token.ok else found


def _check(name: str, action: Callable[[], object]) -> Diagnosis:
    try:
        action()
    except WeComError as error:
        return _failed(name, error)
    return Diagnosis(check=name, ok=True)


def _failed(name: str, error: WeComError) -> Diagnosis:
    code = error.errcode if isinstance(error, ApiRefused) else None
    if code in CONFIGURATION_REMEDIES:
        remedy_zh, remedy_en = CONFIGURATION_REMEDIES[code]
    elif code is None:
        remedy_zh = "检查网络和 CRMBOT_WECOM_BASE_URL，再试一次。"
        remedy_en = "Check the network and CRMBOT_WECOM_BASE_URL, then try again."
    else:
        remedy_zh, remedy_en = "请在企业微信开发者文档中查询该错误码。", "Look this code up in WeCom's documentation."
    return Diagnosis(check=name, ok=False, remedy_zh=f"{remedy_zh}（{error}）", remedy_en=f"{remedy_en} ({error})")


def _check_agent(api: WeComApi, agent_id: int) -> list[Diagnosis]:
    """Ask for the app itself: the first call that needs a trusted IP and the right AgentId."""
    name = "wecom_app: trusted IP and app"
    try:
        agent = api.call(lambda client: client.agent.get(agent_id))
    except WeComError as error:
        if isinstance(error, ApiUnreachable) and error.status_code == NOT_FOUND:
            return []  # a stand-in for WeCom without this call: nothing to learn from it
        return [_failed(name, error)]
    return [Diagnosis(check=name, ok=True), _check_visible(agent)]


def _check_visible(agent: dict[str, object]) -> Diagnosis:
    name = "wecom_app: visible range"
    if agent.get("close"):
        return Diagnosis(
            check=name,
            ok=False,
            remedy_zh="应用已停用：在应用详情页启用。",
            remedy_en="The app is disabled: enable it on its page.",
        )
    ranges = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))
    listed = [agent[field] for field, _ in ranges if isinstance(agent.get(field), dict)]
    if listed and not any(value for each in listed if isinstance(each, dict) for value in each.values()):
        return Diagnosis(
            check=name,
            ok=False,
            remedy_zh="应用的可见范围为空：在应用详情页加入成员，否则谁也收不到消息。",
            remedy_en="Nobody is in the app's visible range: add members on its page, or nobody gets a message.",
        )
    return Diagnosis(check=name, ok=True)


def _check_callback(channel: str, prefix: str, access: Access) -> list[Diagnosis]:
    token_name, key_name = f"CRMBOT_WECOM_{prefix}TOKEN", f"CRMBOT_WECOM_{prefix}AES_KEY"
    is_token_good, is_key_good = is_token(access.token), is_aes_key(access.aes_key)
    return [
        Diagnosis(
            check=f"{channel}: callback token",
            ok=is_token_good,
            remedy_zh="" if is_token_good else f"{token_name} 应为至多 {TOKEN_CHARS} 位字母或数字，与回调配置页一致。",
            remedy_en=""
            if is_token_good
            else f"{token_name} has up to {TOKEN_CHARS} letters and digits, as on the callback's page.",
        ),
        Diagnosis(
            check=f"{channel}: callback EncodingAESKey",
            ok=is_key_good,
            remedy_zh="" if is_key_good else f"{key_name} 应为 {AES_KEY_CHARS} 位：从回调配置页重新复制。",
            remedy_en=""
            if is_key_good
            else f"{key_name} has {AES_KEY_CHARS} characters: copy it again from the callback's page.",
        ),
    ]


def _check_accounts(api: WeComApi) -> list[Diagnosis]:
    name = "wecom_kf: trusted IP and right to use 微信客服"
    try:
        accounts = list_accounts(api)
    except WeComError as error:
        return [_failed(name, error)]
    usable = [account for account in accounts if account.get("manage_privilege") is not False]
    has_account = bool(usable)
    return [
        Diagnosis(check=name, ok=True),
        Diagnosis(
            check="wecom_kf: accounts",
            ok=has_account,
            remedy_zh=""
            if has_account
            else "没有可管理的客服账号：在 微信客服 中新建账号，并在“通过 API 管理”中交给该应用。",
            remedy_en=""
            if has_account
            else "No customer service account to manage: create one and let this app manage it by API.",
        ),
    ]
