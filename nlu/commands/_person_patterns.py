"""News of a person that change a field: 换手机了，新号…; 升VP了; 'got promoted to CFO'; 生日是3月8号，记一下.

Promise: each pattern is anchored at both ends and linear; the value must be one of its field. Never: a value's meaning.
"""

from __future__ import annotations

from nlu.commands._update_words import Pattern, worded

_N = r"(?P<name>[^,，;；?？:：]{2,40}?)"
_NOTE = (
    r"(?:[,，;；\s]*(?:请|麻烦|帮我|帮忙)?(?:把?(?:职位|职务|头衔|电话|手机|号码|邮箱"
    r"|生日|资料|系统|CRM)里?(?:也)?)?(?:记|更新"
    r"|改|登记|备注|存|录|同步)(?:录|入|上|住)?(?:一下|下来|下|上)?(?:系统|CRM)?)"
)
_NUMBER = r"(?P<value>\+?\d[\d -]{6,18}\d)"
_MAIL = r"(?P<value>[^\s@,，]+@[\w.-]+\.\w{2,})"
_POST = (
    r"(?P<value>(?:[\u3400-\u9fff]{0,8}(?:经理|总监|主任|主管|总裁|总经理|部长"
    r"|科长|处长|厂长|店长|校长|院长|行长|董事长?|合伙人"
    r"|负责人|工程师|专员|助理|副总|总工|书记|秘书长?|组长|队长|主编)"
    r"|[SE]?VP(?: of [\w ]{2,30})?|C[EFTOMI]O|(?!(?:not|no|our|my|your) )(?:[a-z][a-z&/-]{1,14} ){0,3}"
    r"(?:manager|director|president|head|lead|partner|buyer|officer|engineer|supervisor"
    r"|principal)(?: of [\w ]{2,30})?|head of [\w ]{2,30}))"
)

PERSON_PATTERNS: tuple[Pattern, ...] = (
    worded(
        rf"{_N}(?:的|'s)?\s*(?:新)?(?:官网|网站|网址|主页|web ?site|homepage)(?:地址)?\s*(?:是|为|改成|换成|[:：]"
        rf"|is(?: now)?)\s*"
        rf"(?P<value>(?:https?://|www\.)\S+?){_NOTE}?",
        field="website",
        record_type="account",
    ),
    worded(
        rf"{_N}(?:的)?(?:换|改|更换|变)了?(?:个|新的?)?(?:手机号?码?|电话(?:号码)?|号码?"
        rf"|联系方式)了?[,，:：;\s]*(?:现在|以后|改成"
        rf"|改为)?(?:新(?:的)?(?:号码?|手机号?码?|电话)?)?"
        rf"(?:是|为|用|打|[:：])?\s*{_NUMBER}{_NOTE}?",
        field="mobile",
        record_type="contact",
    ),
    worded(
        rf"{_N}的?(?:新)?(?:手机号?码?|电话(?:号码)?|号码?|新号)(?:现在)?(?:是|为|换成|改成|变成|[:：])\s*{_NUMBER}{_NOTE}?",
        field="mobile",
        record_type="contact",
    ),
    worded(
        rf"{_N}\s+(?:has\s+|got\s+|'s got\s+)?(?:a\s+)?(?:new|changed(?: (?:his|her"
        rf"|their))?)\s+(?:mobile|phone|cell|number)(?: number)?\s*(?:[:,-]|is|it's"
        rf"|to)*\s*{_NUMBER}",
        field="mobile",
        record_type="contact",
    ),
    worded(
        rf"{_N}\s+(?:can be reached (?:at|on)|is (?:now )?(?:reachable )?(?:at|on))\s+{_NUMBER}(?: now)?",
        field="mobile",
        record_type="contact",
    ),
    worded(
        rf"{_N}的?(?:新)?(?:邮箱|邮件地址|e-?mail)(?:地址)?(?:现在)?(?:是|为|换成|改成|变成|[:：])\s*{_MAIL}{_NOTE}?",
        field="email",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:的)?(?:已经?|刚刚?|现在|最近|上周|上个?月|今年)*(?:升任?|升职为?|升成"
        rf"|晋升为?|提拔为?|提升为?|调任|改任|改做|当上?了?|做了"
        rf"|是)(?:了)?{_POST}了?{_NOTE}",
        field="title",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:已经?|刚刚?|现在|最近|上周|上个?月|今年)*(?:升任?|升职为?|升成|晋升为?|提拔为?"
        rf"|提升为?|调任|改任|当上)(?:了)?{_POST}了?",
        field="title",
        record_type="contact",
    ),
    worded(
        rf"{_N}\s+(?:has been|was|got|has|is)\s+(?:just\s+|recently\s+)?(?:promoted|appointed"
        rf"|named|made)\s+(?:to\s+)?(?:the\s+)?{_POST}",
        field="title",
        record_type="contact",
    ),
    worded(rf"{_N}\s+is\s+now\s+(?:the\s+|their\s+|our\s+)?{_POST}", field="title", record_type="contact"),
    worded(
        rf"{_N}(?:\s+is|'s)\s+(?:the\s+|their\s+|our\s+|an?\s+)?{_POST}"
        r"\s+(?:now|these days|as of (?:today|now)|from now on)",
        field="title",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:\s+has|\s+is|'s)?\s+(?:just\s+|recently\s+)?(?:moved|stepped|switched|moving)\s+(?:up\s+)?(?:in)?to\s+"
        rf"(?:(?:the|an?)\s+)?{_POST}\s+(?:role|position|post|job|seat)",
        field="title",
        record_type="contact",
    ),
    # where somebody works now: no visit of his
    worded(
        rf"{_N}(?:已经?|刚刚?|现在|最近|上周|上个?月|今年)*(?:(?:跳槽|调|转|加入|入职)(?:到|去|至|往|了)*"
        r"|(?:去|到)了?(?=[^,，]{2,20}(?:上班|工作|任职)))"
        r"\s*(?P<value>(?![给成为入])[^,，。;；?？]{2,20}?)(?<![部科处组岗室线任群会])(?:上班|工作|任职|那边)*了?",
        field="account",
        record_type="contact",
    ),
    worded(
        rf"{_N}的?(?:生日|出生日期)(?:是|在|为|[:：])\s*(?P<value>[^,，]{{2,16}}?){_NOTE}?",
        field="birthday",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:'s)?\s+birthday\s+is\s+(?:on\s+)?(?P<value>[^,?]{{3,20}})(?:,\s*(?:note"
        rf"|please note|save) (?:it|that)(?: down)?)?",
        field="birthday",
        record_type="contact",
    ),
)
