"""How a deal's progress is told in passing: 同有医疗追溯这单丢了，价格太高; 'we lost the Globex deal to a competitor'.

Promise: each pattern is anchored at both ends and linear; without a word for a deal only words that mean nothing but a
deal's end count. Never: a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from nlu.commands._update_words import STAGES_EN, STAGES_ZH, Pattern, worded

_N = r"(?P<name>[^,，;；?？]{2,60}?)"
#: a word for the deal after its customer: 那个单子, 这单, 的商机
_DEAL = (
    r"(?:的|那个?|这个?|该|那边的?)*(?:这笔|那笔|这单|那单|单子|单|商机|项目|生意|订单|合同|标"
    r"|deal|opportunity|opp|case)"
)
_THE_DEAL = r"(?:(?:这|那|该)个?)?(?:商机|单子|[这那]单|[这那]笔单子|deal)"
_NOW = r"(?:我们?|已经?|现在|目前|刚刚?|刚才|终于|最终|最后|可以|正式|昨天|今天|上周|都|也|基本|算|彻底|又)*"
_STAGE_ANY = f"(?:{STAGES_ZH}|接触|{STAGES_EN})"
_TO_ZH = (
    r"(?:推进|推动|推|进入|进展|进|转入|转|走|移动?|挪|改|升|拉|更新|调整?|标记?|设|来"
    r"|谈)(?:到|至|为|成|入|了)*(?:了)?|(?:到|在|处于)了?"
)
_WON_ZH = (
    r"签了|签下(?:来)?了?|签约了?|签单了?|签成了?|赢了|赢单了?|拿下了?|谈成了?|谈下来了|成了"
    r"|成单了?|成交了?|搞定了|中标了?|中了|win了|won了?|close了|closed了?"
)
_LOST_ZH = (
    r"丢了|丢单了?|丢掉了?|输了|输单了?|输掉了?|黄了|没戏了?|没了|飞了|泡汤了?|凉了|死了|没成|没拿下"
    r"|没中标?|没签成|没谈成|失败了?|失单了?"
    r"|(?:被|给)[^,，]{1,12}(?:抢走?|拿走|拿下|截胡)了?|(?:客户)?选了?(?:别家|别人"
    r"|竞争对手|竞品|其他供应商)了?|取消了|lost了?|lose了|dead了?"
)
_WHY_ZH = r"(?:[,，;；]\s*(?P<reason>[^?？]{2,80}))?"
_DEAL_EN = r"(?:deal|opportunity|opp|order|project|contract|account)"
_WHY_EN = (
    r"(?:\s*[,;:–-]+\s*(?P<reason>[^?？]{2,100})|\s+(?:because(?: of)?|since|due to|as"
    r"|over)\s+(?P<reason2>[^?？]{2,100})"
    r"|\s+(?P<reason3>(?:to|on|after) [^?？]{2,80}))?"
)
_WON_EN = r"(?:won|signed(?: off)?|closed(?: won)?|in the bag|a win|done and signed|ours)"
_LOST_EN = r"(?:dead|lost|gone|off(?: the table)?|over|cancelled|canceled|closed lost|a loss)"
_BE = r"(?:\s+(?:is|was|has been|got|went|just|has|officially|finally|now))*\s+"

_MONEY = (
    r"(?P<value>(?:[¥$€£]|usd |rmb |cny )?(?:\d[\d,.]*|[一二三四五六七八九十百两]+)\s*(?:万|亿|w|k|m|千"
    r"|million|thousand|元|块|美元|美金|欧元|usd|cny|rmb|eur|dollars?|euros?)*)"
)
DEAL_PATTERNS: tuple[Pattern, ...] = (
    worded(
        rf"(?:the\s+)?{_N}(?:'s)?\s+amount\s*(?:to|=|:|->|→)\s*{_MONEY}",
        field="amount",
        record_type="opportunity",
        needs_deal=True,
    ),
    worded(
        rf"{_N}{_DEAL}?\s*(?:的)?(?:商机|合同|成交|预计)?(?:金额|总价|报价|价格"
        rf"|预算)\s*(?:现在|目前|最新)?(?:是|为|[:：]"
        rf"|\s)\s*{_MONEY}了?",
        field="amount",
        record_type="opportunity",
    ),
    worded(
        rf"(?:{_N}{_DEAL}|(?P<name2>{_THE_DEAL}))(?:的)?(?:金额|预算|报价|价格)?(?:被)?(?:客户|对方|他们"
        rf"|甲方)?{_NOW}(?:砍|压|谈|缩|追加?|增加?|涨|加|升|降|减|调整?|改|变|提高|降低)(?:价)?(?:到|至|成"
        rf"|为)了?{_MONEY}了?{_WHY_ZH}",
        field="amount",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+)?{_N}(?:\s+{_DEAL_EN})?\s+(?:is\s+|now\s+|went\s+|goes\s+|came\s+|up\s+"
        rf"|down\s+|grew\s+|shrank\s+|dropped\s+|at\s+|worth\s+|raised\s+|cut\s+|increased\s+"
        rf"|reduced\s+)*(?:now|to|up to|down to)\s+{_MONEY}{_WHY_EN}",
        field="amount",
        record_type="opportunity",
    ),
    worded(
        rf"(?:把|将)?(?:{_N}{_DEAL}|(?P<name2>{_THE_DEAL})){_NOW}(?:{_TO_ZH})(?P<value>{_STAGE_ANY})(?:的?阶段"
        rf"|stage)?了?{_WHY_ZH}",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"{_N}{_NOW}(?:推进|进入|进展|进|转入|走|升|改|挪)(?:到|至|为|成|入|了)*(?P<value>{_STAGE_ANY})(?:的?阶段"
        rf"|stage)?了?{_WHY_ZH}",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:{_N}{_DEAL}|(?P<name2>{_THE_DEAL})){_NOW}(?:{_WON_ZH}){_WHY_ZH}",
        field="stage",
        value="won",
        record_type="opportunity",
    ),
    worded(
        rf"(?:{_N}{_DEAL}|(?P<name2>{_THE_DEAL})){_NOW}(?:{_LOST_ZH}){_WHY_ZH}",
        field="stage",
        value="lost",
        record_type="opportunity",
    ),
    worded(
        rf"(?:我们?)?{_NOW}(?:拿下|赢下?|签下|谈成|搞定|中标)了?{_N}{_DEAL}了?{_WHY_ZH}",
        field="stage",
        value="won",
        record_type="opportunity",
    ),
    worded(
        rf"(?:我们?)?{_NOW}(?:丢|输|失去|没拿下|没中|丢掉|输掉)了?{_N}{_DEAL}了?{_WHY_ZH}",
        field="stage",
        value="lost",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+|our\s+)?(?:{_N}(?:'s)?\s+{_DEAL_EN}|(?P<name2>(?:the |this |that )?deal)"
        rf"|{_DEAL_EN}\s+(?:with|at|for|from)\s+(?P<name3>[^,;?]{{2,60}}?))"
        rf"{_BE}{_WON_EN}{_WHY_EN}",
        field="stage",
        value="won",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+|our\s+)?(?:{_N}(?:'s)?\s+{_DEAL_EN}|(?P<name2>(?:the |this |that )?deal)"
        rf"|{_DEAL_EN}\s+(?:with|at|for|from)\s+(?P<name3>[^,;?]{{2,60}}?))"
        rf"(?:{_BE}{_LOST_EN}|\s+(?:just\s+)?(?:fell through|fell apart|died|collapsed|is not happening)){_WHY_EN}",
        field="stage",
        value="lost",
        record_type="opportunity",
    ),
    worded(
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+|finally\s+)*(?:won|signed|closed|landed)\s+(?:the\s+|our\s+)?"
        rf"(?:{_DEAL_EN}\s+(?:with|at|from|for)\s+{_N}|(?P<name2>[^,;?]{{2,60}}?)\s+{_DEAL_EN}){_WHY_EN}",
        field="stage",
        value="won",
        record_type="opportunity",
    ),
    worded(
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+|unfortunately\s+|sadly\s+)*lost\s+(?:the\s+|our\s+)?"
        rf"(?:{_DEAL_EN}\s+(?:with|at|from|for)\s+{_N}|(?P<name2>[^,;?]{{2,60}}?)\s+{_DEAL_EN}){_WHY_EN}",
        field="stage",
        value="lost",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+|our\s+)?(?:{_N}(?:\s+{_DEAL_EN})?|(?P<name2>(?:the |this "
        rf"|that )?deal))\s+(?:now\s+|just\s+|has\s+)*(?:moves?|moved|advance[sd]?|goes|gone|went"
        rf"|progresse[sd]|is moving|is now|is)\s+"
        rf"(?:in(?:to)?|to|at|on to)\s+(?:the\s+)?(?P<value>{_STAGE_ANY})(?:\s+stage)?{_WHY_EN}",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:{_N}{_DEAL}|(?P<name2>{_THE_DEAL}))(?:金额|预算|报价)?{_NOW}(?:涨|加|升|降|减|调整?|改|变|提高|谈)(?:到"
        rf"|至|成|为)了?(?P<value>[¥$€£]?[\d一二三四五六七八九十百千两][^,，]{{0,14}}?)了?",
        field="amount",
        record_type="opportunity",
    ),
    worded(
        rf"{_N}(?:{_DEAL})?(?:推迟|延期|延后|顺延|推|拖|提前)(?:到|至)(?P<value>[^,，]{{2,20}}?)(?:签约?|签单|成交|关单"
        rf"|结单|close)(?:了)?{_WHY_ZH}",
        field="expected_close",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+)?{_N}(?:\s+{_DEAL_EN})?\s+(?:will close|is (?:now )?(?:closing"
        rf"|expected to close)|closes|slipped|slips|moves? (?:out )?)\s+(?:to|in|on"
        rf"|by)?\s*(?P<value>[^,;?]{{3,30}}?){_WHY_EN}",
        field="expected_close",
        record_type="opportunity",
    ),
    # a deal that is called by its name needs no word for it
    worded(
        rf"{_N}{_NOW}(?:{_WON_ZH}){_WHY_ZH}", field="stage", value="won", record_type="opportunity", needs_deal=True
    ),
    worded(
        rf"{_N}{_NOW}(?:{_LOST_ZH}){_WHY_ZH}", field="stage", value="lost", record_type="opportunity", needs_deal=True
    ),
    worded(
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+|finally\s+)*(?:won|signed|closed"
        rf"|landed)\s+(?:the\s+)?{_N}{_WHY_EN}",
        field="stage",
        value="won",
        record_type="opportunity",
        needs_deal=True,
    ),
    worded(
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+|unfortunately\s+)*lost\s+(?:the\s+)?{_N}{_WHY_EN}",
        field="stage",
        value="lost",
        record_type="opportunity",
        needs_deal=True,
    ),
    worded(
        rf"(?:the\s+)?{_N}{_BE}{_WON_EN}{_WHY_EN}",
        field="stage",
        value="won",
        record_type="opportunity",
        needs_deal=True,
    ),
    worded(
        rf"(?:the\s+)?{_N}(?:{_BE}{_LOST_EN}|\s+(?:just\s+)?(?:fell through|fell apart|died|collapsed)){_WHY_EN}",
        field="stage",
        value="lost",
        record_type="opportunity",
        needs_deal=True,
    ),
    # what it is worth now: 'Northwind TMS is 95k now', 华为ERP升级涨到90万了
    worded(
        rf"(?:the\s+)?{_N}(?:'s\s+(?:value|amount)|\s+amount)?\s+(?:is|went|goes|has gone|came|moved)\s+(?:now\s+)?"
        rf"(?:at\s+|(?:up |down )?to\s+)?{_MONEY}(?:\s+now|\s+instead)?",
        field="amount",
        record_type="opportunity",
        needs_deal=True,
    ),
    worded(
        rf"{_N}(?:的?金额)?(?:现在)?(?:是|变成|变为|涨到|降到|涨成|降成|加到|减到|谈到|调到|变|成了?)了?{_MONEY}了?",
        field="amount",
        record_type="opportunity",
        needs_deal=True,
    ),
)
