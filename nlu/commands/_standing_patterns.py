"""Who looks after a customer, how it stands, what is known of it: 九州通达以后归Sarah管, 'Acme is active again'.

Promise: each pattern is anchored at both ends and linear. Never: a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from nlu.commands._update_words import Pattern, worded

_N = r"(?P<name>[^,，;；?？:：]{2,40}?)"
_NUMBER = r"(?P<value>\+?\d[\d -]{6,18}\d)"
_MAIL = r"(?P<value>[^\s@,，]+@[\w.-]+\.\w{2,})"
_WHO = r"(?:同事|销售)?(?P<value>@?[\u3400-\u9fff]{2,4}|@?[A-Za-z][\w.-]{1,30}(?: [A-Z][\w.-]{1,30})?)"
_FROM_NOW = (
    r"(?:以后|今后|之后|往后|现在|接下来|从(?:今天|现在|明天|下周|下个?月|本周|这周|这个月)起?|开始|都|就|还是|改|先)*"
)
_WHY = r"(?:\s*[,，;；]\s*(?P<reason>[^?？]{2,100})|\s+[-–—]+\s+(?P<reason2>[^?？]{2,100}))?"
_WHOM_EN = r"(?P<value>@?[\u3400-\u9fff]{2,4}|@?[A-Za-z][\w.-]{1,30}(?: (?-i:[A-Z])[\w.-]{1,30})?)"
_FROM_EN = r"(?:from (?:today|now)(?: on)?|as of (?:today|now)|starting (?:today|now))"
_PASSES_EN = (
    r"(?:now\s+)?(?:(?:goes|moves|passes|belongs|is (?:going|moving))\s+(?:over\s+)?to"
    r"|(?:is|will be)\s+(?:now\s+)?(?:looked after|handled|managed|owned|taken over|covered)\s+by)"
)
_STATE_EN = r"(?P<value>silent|dormant|inactive|active|churned|quiet)"
_AGAIN = r"(?:\s+(?:again|now|these days|once more|at the moment))?"

STANDING_PATTERNS: tuple[Pattern, ...] = (
    # owners
    worded(
        rf"{_N}{_FROM_NOW}(?:归|由|让|交由|交给|转由|改由|换){_WHO}(?:来)?(?:管|负责|跟进?|维护|接手|接|对接|照看|服务)(?:了|吧)?",
        field="owner",
    ),
    worded(
        rf"(?:give|hand|pass|move|route|reassign|transfer|turn)\s+(?:over\s+)?(?:the\s+|this\s+|our\s+)?"
        rf"(?P<name>(?:lead|account|customer|client|deal|contact)\s+[^,;?]{{2,40}}?)\s+(?:over\s+)?to\s+{_WHO}{_WHY}",
        field="owner",
    ),
    worded(
        rf"(?:把|将)?{_N}(?:分配?|派|转|给|划|交)(?:给|到)?{_WHO}(?:来?(?:负责|跟进?|管|维护))?了?",
        field="owner",
        needs_colleague=True,
    ),
    worded(
        rf"(?:give|hand|pass|move|route|send)\s+(?:over\s+)?(?:the\s+)?{_N}\s+(?:over\s+)?to\s+{_WHO}{_WHY}",
        field="owner",
        needs_colleague=True,
    ),
    worded(
        rf"{_WHO}\s+(?:(?:will|should|is going to|to)\s+)?(?:takes?(?: over)?|owns?|looks? after|handles?"
        rf"|is taking over)\s+"
        rf"(?:the\s+)?{_N}(?:\s+(?:from now on|now))?{_WHY}",
        field="owner",
        needs_colleague=True,
    ),
    # told instead of ordered: 'Pinnacle goes to liming from today', 'Acme is handled by Sarah now'
    worded(rf"(?:the\s+)?{_N}\s+{_PASSES_EN}\s+{_WHOM_EN}[, ]+{_FROM_EN}{_WHY}", field="owner"),
    worded(
        rf"(?:{_FROM_EN}[, ]+)?(?:the\s+)?{_N}\s+{_PASSES_EN}\s+{_WHOM_EN}(?:[, ]+(?:now|please))?{_WHY}",
        field="owner",
        needs_colleague=True,
    ),
    # levels and statuses
    worded(
        rf"(?:the\s+)?{_N}\s+(?:is|becomes?|should be|goes to|moves? to"
        rf"|has become)\s+(?:now\s+)?(?:an?\s+)?(?:level|tier|grade)\s+"
        rf"(?P<value>[SABC])(?:\s+(?:now|from now on|as of (?:today|now)|customer|account))*{_WHY}",
        field="level",
    ),
    worded(
        rf"(?:the\s+)?{_N}\s+(?:is|has become|became|went|goes|has gone"
        rf"|has been)\s+(?:now\s+)?{_STATE_EN}{_AGAIN}{_WHY}",
        field="status",
        record_type="account",
    ),
    worded(
        rf"{_N}(?:现在|最近|又|已经?|重新|恢复|变得?|开始|都)*(?P<value>活跃|沉默|静默|休眠|流失)(?:起来)?了{_WHY}",
        field="status",
        record_type="account",
    ),
    # leads
    worded(
        rf"(?:把|将)?{_N}(?:的|这[条个]|那[条个])*线索(?:可以|就|先|直接|给我)*(?:作废|丢弃|关掉|关闭|放弃|不要|废弃|无效|扔|丢|停)(?:掉|了)*(?:吧)?{_WHY}",
        field="status",
        value="discarded",
        record_type="lead",
    ),
    worded(
        rf"(?:discard|drop|close|junk|kill|disqualify|scrap)\s+(?:the\s+)?(?P<name>lead\s+[^,;:?]{{2,40}}?"
        rf"|[^,;:?]{{2,40}}?(?:'s)?\s+lead){_WHY}",
        field="status",
        value="discarded",
        record_type="lead",
    ),
    # tags in either language's word
    worded(
        rf"(?:给|为|把|对){_N}(?:打上?|加上?|添加|贴上?|新增|增加)(?:一?个|个)?(?:标签|tags?|labels?)\s*[:：是为]?\s*(?P<value>[^?？]{{1,30}}?)",
        field="tags",
        verb="add",
    ),
    # people
    worded(
        rf"{_N}(?:现在|以后)?是.{{0,24}}?(?:关键|主要|首要|重要|核心)(?:的)?(?:联系人|对接人|决策人)",
        field="is_key_contact",
        value="yes",
        record_type="contact",
    ),
    worded(
        rf"{_N}\s+is\s+(?:now\s+)?(?:the\s+|our\s+|a\s+|their\s+)?(?:key|main|primary)\s+contact(?:\s+(?:at|for|of"
        rf"|with)\s+[^,;?]{{2,40}})?(?:\s+now)?",
        field="is_key_contact",
        value="yes",
        record_type="contact",
    ),
    worded(
        rf"{_N}的?(?:新)?(?:手机号?码?|电话(?:号码)?|号码?|新号|微信同?(?:手机)?号)(?:已经?|现在|又|也)*(?:是|为|换成|改成|变成|换了|改了|更新为|[:：])?"
        rf"\s*{_NUMBER}(?:了|,.*|，.*)?",
        field="mobile",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:'s)?\s+(?:new\s+)?(?:mobile|phone|cell|number|tel)(?:\s+number)?\s*(?:is|:|=|changed to"
        rf"|now)*\s*{_NUMBER}",
        field="mobile",
        record_type="contact",
    ),
    worded(
        rf"{_N}的?(?:新)?(?:邮箱|邮件|电邮|e-?mail)(?:地址)?(?:已经?|现在)*(?:是|为|换成|改成|变成|[:：])?\s*{_MAIL}了?",
        field="email",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:'s)?\s+(?:new\s+)?e-?mail(?:\s+address)?\s*(?:is|:|=|changed to|now)*\s*{_MAIL}",
        field="email",
        record_type="contact",
    ),
    # what is known of a company, by the field's word and a colon
    worded(
        rf"{_N}的?(?:新|公司|办公)?地址(?:[:：]|是|改成|改为|搬到|变更为)\s*(?P<value>[^?？]{{4,80}}?)",
        field="address",
        record_type="account",
    ),
    worded(
        rf"{_N}(?:'s)?\s+(?:new\s+)?(?:office\s+)?address\s*(?:is(?: now)?|:|=)\s*(?P<value>[^?？]{{4,80}}?)",
        field="address",
        record_type="account",
    ),
    worded(
        rf"{_N}的?(?:所属)?行业(?:[:：]|是|改成|改为)\s*(?P<value>[^,，?？]{{1,20}}?)",
        field="industry",
        record_type="account",
    ),
)
