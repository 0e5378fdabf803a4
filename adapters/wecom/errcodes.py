"""What each errcode of WeCom means for us: try again, wait, park, or tell the administrator.

Source: https://developer.work.weixin.qq.com/document/path/90313. Decide by `errcode` only; `errmsg` changes.
"""

from __future__ import annotations

import re

from adapters.wecom.errors import ApiRefused, WeComError
from bot.errors import DeliveryError, DeliveryFailure

#: the access token is invalid, expired or missing: fetch a new one once, repeat once
TOKEN_CODES = frozenset({40014, 41001, 42001})
BUSY = -1
#: a minute limit blocks for 60 s; the code does not say which limit it was
FREQUENCY_CODES = frozenset({45009, 45033})
FREQUENCY_PAUSE_SECONDS = 60.0
#: pause before a repeat after "busy" or no answer
BUSY_PAUSE_SECONDS = 2.0
SYNC_TOKEN_BAD = 95007
TASK_ID_REPEATED = 42014
MEDIA_CODES = frozenset({40004, 40005, 40006, 40007, 44001, 45001})
#: the shape of a card or menu was not accepted: say it as plain text
SHAPE_CODES = frozenset({40008, 40033, 40035, 40058, 44004, 45002, 45008, 95008, 95009})
STATE_CODES = frozenset({95013, 95016, 95018})

#: what the administrator has to do, (Chinese, English)
CONFIGURATION_REMEDIES: dict[int, tuple[str, str]] = {
    40001: (
        "Secret 不正确：在企业微信管理后台的应用详情页复制 Secret。",
        "The secret is wrong: copy it from the app's page in the WeCom admin console.",
    ),
    40013: (
        "企业 ID 不正确：核对 CRMBOT_WECOM_CORP_ID（管理后台 → 我的企业）。",
        "The corp ID is wrong: check CRMBOT_WECOM_CORP_ID (admin console, My Company).",
    ),
    40056: (
        "AgentId 不正确：核对 CRMBOT_WECOM_AGENT_ID。",
        "The AgentId is wrong: check CRMBOT_WECOM_AGENT_ID.",
    ),
    48001: ("该应用没有此接口的权限。", "The app may not use this API."),
    48002: (
        "该应用没有此接口的权限：在 微信客服 → 可调用接口的应用 中加入它，并由它管理客服账号。",
        "The app may not use this API: add it under WeChat Customer Service, apps that may call the API, "
        "and let it manage the accounts.",
    ),
    60011: (
        "该应用无权访问此成员或应用：检查可见范围。",
        "The app may not see this member or app: check its visible range.",
    ),
    60020: (
        "本服务器的 IP 不在应用的企业可信 IP 中：在应用详情页加入它。",
        "This server's IP is not among the app's trusted IPs: add it on the app's page.",
    ),
    95000: ("客服账号 open_kfid 不正确。", "The customer service account (open_kfid) is wrong."),
    95003: (
        "企业未认证或未验证，接待人数已达上限。",
        "The company is unverified and has reached its cap of customers.",
    ),
    95004: ("客服账号不存在。", "The customer service account does not exist."),
    95011: (
        "该客服账号在企业微信客户端中使用：改为通过 API 管理。",
        "The account is used in the WeCom client: change it to be managed by API.",
    ),
    95012: ("该客服账号未启用 API。", "The account is not in use by API."),
    95017: (
        "微信客服的 API 功能已关闭：请在管理后台打开。",
        "The API of customer service is off: turn it on in the console.",
    ),
    301002: (
        "Secret 与 AgentId 不属于同一个应用。",
        "The secret and the AgentId belong to different apps.",
    ),
}

_FAILURES: dict[int, DeliveryFailure] = {
    **dict.fromkeys(CONFIGURATION_REMEDIES, "permanent"),
    **dict.fromkeys(MEDIA_CODES | SHAPE_CODES, "permanent"),
    **dict.fromkeys((40003, 60111, 81013, 82001, 40096, 84061), "unreachable"),
    **dict.fromkeys((95001, 95002), "window"),
    **dict.fromkeys(STATE_CODES, "wrong_state"),
    **dict.fromkeys(TOKEN_CODES | FREQUENCY_CODES | {BUSY}, "retry"),
}
_ID, _REPEATED = r"(msg_?id|message[ _]id|消息 ?id)", r"(repeat|duplicat|already|(?<!not )exist|\bused\b|重复)"
_SAYS_REPEATED = re.compile(f"{_ID}.*{_REPEATED}|{_REPEATED}.*{_ID}", re.IGNORECASE)


def is_known(errcode: int) -> bool:
    """Return whether the code has a meaning here."""
    return errcode in _FAILURES


def is_repeated_msgid(refusal: ApiRefused) -> bool:
    """Return whether WeCom refused because it already has a message with our id.

    The code for it is not documented, so this is the one place that has to look at the words.
    """
    return refusal.errcode not in {0, *TOKEN_CODES} and bool(_SAYS_REPEATED.search(refusal.errmsg))


def is_temporary(error: WeComError) -> bool:
    """Return whether the same call may work in a moment."""
    return not isinstance(error, ApiRefused) or error.errcode == BUSY


def delivery_error(error: WeComError, *, is_repeat_safe: bool) -> DeliveryError:
    """Say what to do about a reply that did not go out.

    `is_repeat_safe`: WeCom recognises a repeat of this very request, so an unknown outcome may be tried again.
    """
    if is_temporary(error):
        may_have_worked = getattr(error, "may_have_worked", True)
        failure: DeliveryFailure = "uncertain" if may_have_worked and not is_repeat_safe else "retry"
        return DeliveryError(failure, str(error), retry_after_seconds=BUSY_PAUSE_SECONDS)
    code = error.errcode if isinstance(error, ApiRefused) else BUSY
    if code in FREQUENCY_CODES | TOKEN_CODES:
        return DeliveryError("retry", str(error), retry_after_seconds=FREQUENCY_PAUSE_SECONDS)
    remedy = CONFIGURATION_REMEDIES.get(code, ("", ""))[1]
    return DeliveryError(_FAILURES.get(code, "permanent"), f"{error} {remedy}".strip())
