"""Kinds of interaction by their everyday words: call, visit, online_meeting, email, chat, event, care.

Promise: the seven words of the design; the more telling word wins ('zoom call' is an online meeting, 微信电话 a call).
Linear in the text. Never: a guess from what was talked about.
"""

from __future__ import annotations

import re

from nlu.simplified import simplified
from nlu.understanding import Entity, ParseContext

#: In order of precedence: the first pattern that matches at a place names the kind.
_PATTERNS = (
    (
        "online_meeting",
        r"(?:video|zoom|teams|online|web|virtual|remote|google meet|webex|skype|tencent|voov|feishu|lark"
        r"|dingtalk)[ -]?(?:call|conf|conference|meeting|meet|demo|chat)s?\b"
        r"|\b(?:zoom(?:ed)?|webex|google meet|teams|voov)\b"
        r"|(?:线上|在线|视频|远程|网络|云|腾讯|钉钉|飞书|zoom)的?(?:会议|开会|会|演示|沟通|交流|洽谈|拜访"
        r"|面谈)|视[频讯](?:电话|通话|聊天|聊)?|腾讯会议|腾会|线上(?:开|聊|见)|🎥|📹|💻",
    ),
    ("call", r"(?:微信|语音)(?:电话|通话|语音)|语音(?:聊天)?"),
    (
        "event",
        r"\b(?:trade (?:show|fair)|exhibition|expo|conference|seminar|webinar|workshop|roadshow|event|launch "
        r"party|gala|salon|summit|congress|open house|(?:summer|christmas|anniversary|year[- ]end) party)s?\b"
        r"|展会|展位|展台|广交会|进博会|糖酒会|交易会|展览会?|博览会|沙龙|研讨会|发布会|峰会|论坛|订货会|答谢会"
        r"|客户活动|市场活动|路演"
        r"|品鉴会|年会|活动|(?:用户|供应商|经销商|代理商|客户|行业|渠道)大会|交流会|推介会|招商会|庆典",
    ),
    (
        "care",
        r"\b(?:care(?: call| visit)?|greetings?|gifts?|(?:birthday|christmas|new year|holiday|greetings?|thank[- ]you) "
        r"(?:call|wish(?:es)?|cards?|greetings?|cake|gift)|condolences|moon ?cakes?|hampers?|gift (?:box|basket)(?:es)?"
        r"|flowers|bouquet|(?:box(?:es)? of|some) (?:chocolates?|sweets|fruit|pastries)|bottle of \w+|fruit basket"
        r"|souvenirs?)\b"
        r"|客户关怀|节日关怀|生日关怀|关怀|慰问|问候|客情维护|维护客情"
        r"|(?:送|寄|快递|捎|带)(?:了|上|去|出)?(?:一?[个份盒束张些篮])?(?:生日|节日|中秋|端午|新年|圣诞"
        r"|春节)?(?:礼物|礼品|礼盒|礼"
        r"|贺卡|圣诞卡|蛋糕|鲜?花(?!费)|月饼|粽子|年货|祝福)|生日祝福|祝福|拜(?:了|个|早|晚)*[年节]",
    ),
    (
        "email",
        r"\b(?:e-?mail(?:ed|s|ing)?|mail(?:ed)?|wrote (?:an e-?mail )?to)\b|电子邮件|邮件|发邮件?|电邮|伊妹儿|📧|✉|📨",
    ),
    (
        "chat",
        r"\b(?:we ?chat(?:ted|ed)?|whats ?app(?:ed)?|texted|text(?: message)?|sms|messaged?|messaging|dm(?:ed)?"
        r"|pinged|slack(?:ed)?|telegram|chat(?:ted)?|line chat|im)\b"
        r"|微信(?!号|群|支付|公众|小程序|红包)(?:上)?(?:聊天|聊|沟通|交流|联系|说|问(?!候)|回复|消息)?|企业微信"
        r"|企微|短信|私信|聊天|聊(?:了"
        r"|过|到)|发(?:了)?(?:个|条)?(?:消息|信息|微信)|留言|钉钉|飞书|旺旺|QQ|💬",
    ),
    (
        "call",
        r"\b(?:phone ?calls?|phoned?|calls?|called|calling|rang|ring|telephoned?|telephone|dialed|dialled|spoke"
        r"|spoken|speaking|talked|voicemail|conference call|off the phone)\b"
        r"|\bon the (?:phone|line)\b|📞|☎|📱"
        r"|电话(?!号|费|卡|机|簿|本|线)|通话|来电|去电|回电|致电|拨打|电联|电访|打给|通了话|呼(?:了|过)|呼叫了",
    ),
    (
        "visit",
        r"\b(?:visits?|visited|visiting|met|meet(?:ing)?s?|site visit|face[- ]to[- ]face|in[- ]person|on[- "
        r"]?site|came by|dropped (?:by|in)|stopped by|lunch|dinner|coffee|breakfast|drinks|demo)\b"
        r"|\b(?:beers?|a drink)\b|🤝"
        r"|(?:^|(?<=\s))访(?![问谈客])(?=[\u3400-\u9fff#])|上门|拜[访仿防]|走访|到访|来访|回访|登门|面谈|面聊|当面"
        r"|见面|会面|见了|见过|碰面|碰头|面访|实地"
        r"|现场|约见|接待|参观|考察|吃饭|吃了饭|饭局|喝茶|喝咖啡|会谈|开会|会议(?!室)|巡店",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE | re.ASCII)) for kind, pattern in _PATTERNS)


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the words that name a kind of interaction, in order, none overlapping."""
    found: list[Entity] = []
    for start, end, kind in find_kinds(text):
        if not found or start >= found[-1].end:
            found.append(Entity("interaction_kind", text[start:end], start, end, kind))
    return found


def find_kinds(text: str) -> list[tuple[int, int, str]]:
    """Find (start, end, kind) of the words, in order; the more telling word first where they overlap."""
    folded = simplified(text)
    found = [
        (match.start(), match.end(), kind, rank)
        for rank, (kind, pattern) in enumerate(_COMPILED)
        for match in pattern.finditer(folded)
    ]
    found.sort(key=lambda one: one[3])
    kept: list[tuple[int, int, str]] = []
    for start, end, kind, _ in found:
        if not any(start < other_end and other_start < end for other_start, other_end, _ in kept):
            kept.append((start, end, kind))
    return sorted(kept)


def kind_of(text: str) -> str | None:
    """Name the kind that a phrase such as 'video call' or 微信电话 speaks of; the most telling word decides."""
    folded = simplified(text)
    return next((kind for kind, pattern in _COMPILED if pattern.search(folded)), None)
