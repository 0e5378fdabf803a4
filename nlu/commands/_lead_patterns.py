"""What becomes of a lead, told by everyday words: 顾北不靠谱，线索作废吧; 'give the Nina Petrova lead to Sarah'.

Promise: each pattern is anchored at both ends, linear, and says the word for a lead. Never: a conversion
(nlu/commands/convert_lead.py), a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from dataclasses import replace

from nlu.commands._update_words import Pattern, worded

_N = r"(?P<name>[^,，;；?？:：]{1,40}?)"
_WHO = r"(?:同事|销售)?(?P<value>@?[\u3400-\u9fff]{2,4}?|@?[A-Za-z][\w.-]{1,30}(?: [A-Z][\w.-]{1,30})?)"
_THIS = r"(?:的|这|那|该|条|个|新|\s)*"
_WHY = (
    r"(?:\s*[,，;；!！。]+\s*(?P<reason>[^?？]{2,100})|\s+[-–—]+\s+(?P<reason2>[^?？]{2,100})"
    r"|\s+(?:because(?: of)?|since|as)\s+(?P<reason3>[^?？]{2,100}))?"
)
_DROP_ZH = (
    r"(?:可以|就|先|直接|给我|帮我|把它|也|算)*(?:作废|丢弃|关掉|关闭|放弃|不要|废弃|废|无效|扔|丢|停"
    r"|不用跟|不跟|别跟|没戏|黄|凉|死)(?:掉|了)*(?:吧)?"
)
_DEAD_EN = (
    r"(?:is|was|looks|turned out|has gone)\s+(?:(?:just|now|to be|a|an|totally|completely)\s+)*(?:dead|junk"
    r"|spam|cold|invalid|unqualified|not qualified"
    r"|no good|worthless|bogus|fake|dead end|waste of time)"
)
_DROP_EN = r"(?:discard|drop|close|junk|kill|disqualify|scrap|delete|trash|dismiss)"
_GIVE_EN = r"(?:give|hand|pass|move|route|send|assign|reassign|transfer|turn)"


def _of_lead(expression: str, *, field: str, value: str | None = None) -> Pattern:
    pattern = worded(expression, field=field, record_type="lead")
    return pattern if value is None else replace(pattern, value=value)


LEAD_PATTERNS: tuple[Pattern, ...] = (
    # thrown away
    _of_lead(
        rf"(?:把|将)?{_N}{_THIS}(?:线索"
        rf"|leads?){_DROP_ZH}(?:[,，]\s*{_DROP_ZH})?{_WHY}",
        field="status",
        value="discarded",
    ),
    _of_lead(rf"(?:把|将)?(?:线索|leads?)[:：\s]*{_N}\s*{_DROP_ZH}{_WHY}", field="status", value="discarded"),
    _of_lead(
        rf"(?:作废|丢弃|关掉|关闭|放弃|废弃)(?:掉|一下)?(?:线索"
        rf"|leads?)[:：\s]*{_N}{_WHY}",
        field="status",
        value="discarded",
    ),
    _of_lead(
        rf"(?:作废|丢弃|关掉|关闭|放弃|废弃)(?:掉|一下)?{_N}{_THIS}(?:线索"
        rf"|leads?){_WHY}",
        field="status",
        value="discarded",
    ),
    _of_lead(
        r"(?P<name>[\u3400-\u9fff]{2,3}?|[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)\s*(?P<reason>(?:不|没|太|已经|说|根本"
        r"|是|只是|联系|打|电话|号码)[^,，;；?？]{0,20}?)[,，;；。\s]+"
        rf"(?:这|那|该|他的?|她的?|条|个)*(?:线索|leads?){_DROP_ZH}",
        field="status",
        value="discarded",
    ),
    _of_lead(
        r"(?P<name>[\u3400-\u9fff]{2,3}?|[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)\s*(?:不|没|太|已经|说|根本|是|只是"
        r"|联系|打|电话|号码)[^,，;；?？]{0,20}?[,，;；。\s]+"
        rf"(?:这|那|该|他的?|她的?|条|个)*(?:线索|leads?){_DROP_ZH}{_WHY}",
        field="status",
        value="discarded",
    ),
    _of_lead(
        rf"{_DROP_EN}\s+(?:the\s+|this\s+)?(?:lead\s+(?P<name>[^,;:?]{{2,40}}?)"
        rf"|(?P<name2>[^,;:?]{{2,40}}?)(?:'s)?\s+lead){_WHY}",
        field="status",
        value="discarded",
    ),
    _of_lead(
        rf"(?:the\s+)?(?:lead\s+(?P<name>[^,;:?]{{2,40}}?)"
        rf"|(?P<name2>[^,;:?]{{2,40}}?)(?:'s)?\s+lead)\s+{_DEAD_EN}{_WHY}",
        field="status",
        value="discarded",
    ),
    # the line is told of first, what is to be done with it last
    _of_lead(
        rf"(?:把|将)?{_N}{_THIS}(?:线索|leads?)(?P<reason>[^?？]{{1,60}}?)[,，;；。\s]+(?:直接|就|先|可以|请|帮我"
        rf"|标记?|标为|设为|改成|状态改?)*{_DROP_ZH}",
        field="status",
        value="discarded",
    ),
    _of_lead(
        rf"(?:the\s+)?(?:lead\s+(?P<name>(?-i:[A-Z])[\w'-]+(?: (?-i:[A-Z])[\w'-]+)*)"
        rf"|(?P<name2>[^,;:?]{{2,40}}?)(?:'s)?\s+lead)\s+"
        rf"(?P<reason>[^?]{{4,80}}?)[,;.–—-]+\s*(?:so\s+|please\s+|just\s+|let's\s+)*{_DROP_EN}\s+(?:it|him|her|that"
        rf"|this)(?:\s+please)?",
        field="status",
        value="discarded",
    ),
    # given to a colleague
    _of_lead(
        rf"(?:把|将)?{_N}{_THIS}(?:线索|leads?){_THIS}(?:就|先|以后|都)*(?:交|分配?|派|转|给|让|归|由)(?:给|到"
        rf"|由)?{_WHO}(?:来?(?:负责|跟进?|管|维护|处理|对接))?(?:了|吧|一下)*",
        field="owner",
    ),
    _of_lead(
        rf"(?:把|将)?(?:线索|leads?)[:：\s]*{_N}\s*(?:交|分配?|派|转|给)(?:给|到)?{_WHO}(?:来?(?:负责|跟进?|管"
        rf"|处理))?(?:了|吧)*",
        field="owner",
    ),
    _of_lead(
        rf"{_GIVE_EN}\s+(?:over\s+)?(?:the\s+|this\s+|our\s+)?(?:lead\s+(?P<name>[^,;:?]{{2,40}}?)"
        rf"|(?P<name2>[^,;:?]{{2,40}}?)(?:'s)?\s+lead)\s+(?:over\s+)?to\s+{_WHO}"
        rf"{_WHY}",
        field="owner",
    ),
    _of_lead(
        r"(?:have|let)\s+(?P<value>@?[A-Za-z][\w.-]{1,30}(?: [A-Z][\w.-]{1,30})?)\s+(?:take(?: over)?|handle"
        r"|follow up(?: on)?|work on|own|look after)\s+(?:the\s+)?"
        rf"(?:lead\s+(?P<name>[^,;:?]{{2,40}}?)|(?P<name2>[^,;:?]{{2,40}}?)(?:'s)?\s+lead){_WHY}",
        field="owner",
    ),
)
