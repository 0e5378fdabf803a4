"""Follow-up questions made whole with the question before them: 'and for gold members?', '那退货呢', 'how long?'.

Promise: pure; a question that stands on its own is left alone, and what is completed keeps every word of the follow-up.
Never: a model. What cannot be put in its place is set behind the question before it, which search reads as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from nlu.questions import is_question, strip_courtesy
from nlu.understanding import Language

#: A follow-up is short: longer texts say what they are about.
MAX_ENGLISH_WORDS = 9
MAX_CHINESE_CHARS = 14
MAX_PREVIOUS_CHARS = 300
MAX_CHARS = 120

_PREPOSITION = r"(?:for|in|at|on|with|without|from|to|by|after|before|during|under|over|via|through|as|if)"
_ENGLISH_ABOUT = re.compile(
    r"^(?:(?:and|but|so|ok|okay|then)[, ]+)*(?:(?:what|how) about|what of|same (?:thing )?(?:for|with)|"
    r"also)\s+(?P<topic>.+)$",
    re.IGNORECASE,
)
_ENGLISH_SLOT = re.compile(
    rf"^(?:(?:and|but|so|or|also|then|only|even|what)[, ]+)*(?P<topic>{_PREPOSITION}\s.+)$", re.IGNORECASE
)
_ENGLISH_AND = re.compile(r"^(?:and|or|but)[, ]+(?P<topic>(?:the |my |your |an? )?[\w' -]+)$", re.IGNORECASE)
_CHATTER = re.compile(r"(?:thanks?|thank you|ok|okay|no|yes|bye|hello|hi|sure|great|good|please|then)\b", re.IGNORECASE)
#: 'How long?', 'why is that', 'and how much?': a question word alone asks about what was spoken of.
_ENGLISH_BARE = re.compile(
    r"^(?:(?:and|but|so|then|ok)[, ]+)*(?P<ask>(?:how (?:much|many|long|often|far|soon|come|so)|why|why not|"
    r"when|where|who|"
    r"which(?: one)?|since when|until when|by when)(?: (?:is|are|does|do|will|would|can|did) (?:it|that|this|"
    r"they|i|that be|it be)"
    r"(?: \w+){0,2}| exactly| then| is that| not)?)$",
    re.IGNORECASE,
)
#: 'Is it free?', 'does that include tax', 'can I change it later': the pronoun stands for what was spoken of.
_ENGLISH_PRONOUN = re.compile(
    r"^(?:(?:and|but|so|then|ok)[, ]+)*(?:if so,? )?(?:is|are|does|do|did|will|would|can|could|should|has|have|"
    r"how|what|when|"
    r"where|why|who)\b(?=.*\b(?:it|that|this|these|those|they|them|one|ones)\b(?! (?:\w+ )?(?:store|shop|item|"
    r"order|product|"
    r"account|card|app|site|website|company|service|price|time|year|month|week)))",
    re.IGNORECASE,
)
_CHINESE_TOPIC = re.compile(
    "^(?:那么?|还有|然后|另外|如果(?:是)?|要是|换成|换做|要换成|假如|至于|对于|同样|是不是)*[,、 "
    "]*(?P<topic>[^?,。]{1,12}?)(?:的话)?(?:呢|又?怎么样|怎么说|也一样吗|"
    "也可以吗|也行吗|可以吗|行吗|也是吗|也是这样吗|适用吗|也适用吗|算吗)$"
)
_CHINESE_BARE = re.compile(
    "^(?:那么?|大概|大约|一般|具体|最快|最晚|最多|最少|总共|一共|然后|请问|需要|是|要|得|还要|还得|会|能|可以|"
    "多快|要等|花|收|在|到|从|都|分别|又|,| )*(?P<ask>多久|多长时间|多少钱?|几天|几点|几号|几个|"
    "什么时候|为什么|为啥|怎么办|怎么弄|怎么操作|怎么做|怎么收费|怎么算|哪里|哪儿|在哪|谁|哪个|哪些|哪种|收费|"
    "免费|花钱|要钱|付费|钱)"
    "(?:能?到账?|到|好|完成|生效|处理|可以|能|之内|内|左右|开始|结束|申请|办理|查|看|弄|呢|吗|啊|呀|的|了)*$"
)
_CHINESE_PRONOUN = re.compile(
    "^(?:那么?|但是?|所以|然后)?(?:它们?|这个|那个|这[种样些]?|那[种样些]?|[他她]们)"
    "(?![么里边儿位家怎如我你咱什为多几])"
)
#: What opens a question, and is not said again before another question word.
_CHINESE_ASKING = re.compile(
    "请问|怎么样?|如何|能不能|可不可以|可以|能否|可否|是否|有没有|是不是|会不会|什么时候|为什么|多久|多少钱?|"
    "多长时间|几天|几点|哪里|哪儿|吗|呢|吧|[?!。,]"
)
_ENGLISH_ASKING = re.compile(
    r"^(?:(?:how|what|when|where|why|which|who)\b(?:'s)?(?: (?:much|many|long|often|far|soon))?\s*)?(?:(?:can|"
    r"could|do|does|did|is|are|"
    r"will|would|should|may|has|have)\b\s*(?:i|we|you|it|there|the)?\b\s*)?",
    re.IGNORECASE,
)

#: Things of one kind: what is asked of one is asked of another. The first of a group in each text is exchanged.
_KINDS = (
    "退货 换货 退款 维修 保修 发货 配送 送货 收货 取货 自提 取消 修改 下单 付款 支付 充值 提现 开票 安装 退会 "
    "注册 注销 登录 续费 升级",
    "金卡会员 银卡会员 铂金会员 钻石会员 黑金会员 普通会员 黄金会员 白银会员 新会员 老会员 非会员 金卡 银卡 "
    "铂金卡 钻石卡 黑卡 普卡 企业客户 个人客户 新用户 "
    "老用户 新客户 老客户 学生 企业 个人",
    "周一 周二 周三 周四 周五 周六 周日 周末 工作日 节假日 春节 国庆 今天 明天 后天 昨天 上午 下午 晚上 早上 "
    "中午 平时 假期",
    "支付宝 微信支付 微信 信用卡 银行卡 现金 花呗 银联 货到付款 paypal visa mastercard 分期",
    "国内 国外 海外 港澳台 香港 澳门 台湾 北京 上海 广州 深圳 新疆 西藏 偏远地区 农村 境外 省外 省内 外地 本地 同城",
    "线上 线下 网上 门店 官网 小程序 app 电话 微信公众号 实体店 网店",
    "大件 小件 生鲜 冷冻 赠品 定制 特价 预售 新品 二手 电器 衣服 鞋子 食品 礼品卡",
    "return exchange refund repair shipping delivery pickup cancellation subscription returns exchanges refunds "
    "repairs "
    "subscriptions gifts preorders",
    "gold silver platinum diamond basic premium standard express economy free pro enterprise business student regular",
    "monday tuesday wednesday thursday friday saturday sunday weekends weekdays weekend holidays today tomorrow "
    "tonight",
    "paypal visa mastercard amex cash bitcoin",
    "red green blue black white yellow pink grey gray purple orange brown",
    "small medium large xl xxl",
    "monthly yearly annual annually weekly daily",
    "canada usa uk europe germany france china japan australia india mexico spain italy",
)
_ANY_QUESTION: Mapping[Language, str] = MappingProxyType({"zh": "怎么办理退货", "en": "how do I return it"})


def complete_follow_up(text: str, previous_question: str, language: Language) -> str | None:
    """Make a follow-up whole with the question before it; None when the text stands on its own.

    Both texts are normalised. The language is the text's: a follow-up in another language than the question before it
    is set behind it.
    """
    if len(text) > MAX_CHARS:
        return None
    bare = strip_courtesy(text).rstrip("?!。.~ ")
    previous = strip_courtesy(previous_question[:MAX_PREVIOUS_CHARS]).rstrip("?!。.~ ")
    if not bare or not previous or bare.lower() == previous.lower():
        return None
    return _complete_chinese(bare, previous) if language == "zh" else _complete_english(bare, previous)


def may_be_follow_up(text: str, language: Language) -> bool:
    """Tell whether a normalised text would go on with a question before it, if there is one."""
    return complete_follow_up(text, _ANY_QUESTION[language], language) is not None


def _complete_english(text: str, previous: str) -> str | None:
    if len(text.split()) > MAX_ENGLISH_WORDS:
        return None
    for pattern in (_ENGLISH_ABOUT, _ENGLISH_SLOT):
        if match := pattern.match(text):
            return _put(match["topic"], previous, " ")
    if match := _ENGLISH_BARE.match(text):
        return f"{_topic_of(previous)} {match['ask']}?"
    if _ENGLISH_PRONOUN.match(text):
        return f"{_topic_of(previous)} {_drop_joint(text)}?"
    if (match := _ENGLISH_AND.match(text)) and not is_question(match["topic"]) and not _CHATTER.match(match["topic"]):
        return _put(match["topic"], previous, " ")
    return None


def _complete_chinese(text: str, previous: str) -> str | None:
    if len(text) > MAX_CHINESE_CHARS:
        return None
    if _CHINESE_BARE.match(text):
        return f"{_topic_of(previous)}{text}?"
    topic = _CHINESE_TOPIC.match(text)
    if topic and not is_question(topic["topic"]) and not re.match("[我你]", topic["topic"]):
        return _put(topic["topic"], previous, "")
    if _CHINESE_PRONOUN.match(text) and is_question(text):
        return f"{_topic_of(previous)} {text}?"
    return None


def _put(topic: str, previous: str, space: str) -> str:
    """Put what is asked about into the question before: in the place of its like, else behind it."""
    for exchange in (_exchange_kind, _exchange_slot, _exchange_head):
        if exchanged := exchange(topic, previous):
            return f"{exchanged}?"
    return f"{previous}{space or ' '}{topic}?"


def _exchange_kind(topic: str, previous: str) -> str | None:
    """Exchange a thing for another of its kind: 换货 for 退货, 'gold' for 'silver'."""
    for kind in _KINDS:
        new, old = _first_of(kind, topic), _first_of(kind, previous)
        if new and old and new.lower() != old.lower():
            put = topic if _is_head(new, topic) else new
            return re.sub(re.escape(old), lambda _found, put=put: put, previous, count=1)  # type: ignore[misc]
    return None


def _is_head(word: str, topic: str) -> bool:
    """Tell whether a word of a kind carries the whole topic, rather than being a quality of something with a name."""
    if re.match(rf"{_PREPOSITION}\s", topic, re.IGNORECASE):
        return False
    return not word.isascii() or re.sub(r"^(?:the|my|your|an?) ", "", topic.lower()) == word.lower()


def _first_of(kind: str, text: str) -> str | None:
    """Find the longest word of a kind in a text, as it stands there."""
    found = (re.search(_bounded(word), text, re.IGNORECASE) for word in kind.split())
    return max((match[0] for match in found if match), key=len, default=None)


def _bounded(word: str) -> str:
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)


def _exchange_slot(topic: str, previous: str) -> str | None:
    """Exchange what has the same preposition: 'in Canada' for 'in Germany' at the question's end."""
    match = re.match(rf"({_PREPOSITION})\s", topic, re.IGNORECASE)
    if match is None or match[1].lower() == "if":
        return None
    old = re.search(
        rf"\b{match[1]} (?:the |an? |my |your )?[\w'-]+(?: (?!{_PREPOSITION}\b)[\w'-]+)?$", previous, re.IGNORECASE
    )
    return previous[: old.start()] + topic if old else None


def _exchange_head(topic: str, previous: str) -> str | None:
    """Exchange what ends alike: 'silver cards' for 'gold cards', 季卡 for 年卡."""
    if topic.isascii():
        words = topic.split()
        if len(words) < 2 or words[0].lower() in ("the", "my", "your", "a", "an"):
            return None
        old = re.search(
            rf"\b(?!(?:the|my|your|an?|{_PREPOSITION[3:-1]})\b)[\w'-]+ {re.escape(words[-1])}\b",
            previous,
            re.IGNORECASE,
        )
        return previous[: old.start()] + topic + previous[old.end() :] if old else None
    if len(topic) < 2:
        return None
    old = re.search(
        f"[\u4e00-\u9fff](?:卡|券|款|版|费|单|货|票|件|型|装|期|国|市|省|店)(?![\u4e00-\u9fff]?{re.escape(topic)})",
        previous,
    )
    return previous[: old.start()] + topic + previous[old.end() :] if old and old[0][-1] == topic[-1] else None


def _topic_of(previous: str) -> str:
    """Name what a question is about: its words without those that ask."""
    if re.search("[\u4e00-\u9fff]", previous):
        return _CHINESE_ASKING.sub("", previous) or previous
    return _ENGLISH_ASKING.sub("", previous, count=1).strip() or previous


def _drop_joint(text: str) -> str:
    return re.sub(r"^(?:(?:and|but|so|then|ok)[, ]+)+", "", text, flags=re.IGNORECASE)
