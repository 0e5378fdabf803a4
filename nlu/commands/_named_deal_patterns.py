"""Changes of a deal that is called by its own name: 天启售后系统改为45w, 'Northwind TMS is 95k now'.

Promise: each pattern is anchored at both ends and linear; the name must be a deal's, the value an amount, a stage or a
date and nothing else (update_record.py sees to both). Never: a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from nlu.commands._update_words import STAGES_EN, STAGES_ZH, Pattern, worded

_N = r"(?P<name>[^,，;；?？]{2,60}?)"
_WORTH_ZH = (
    r"(?:的|这单|这个单子)?(?:商机|合同|成交|预计|项目)?(?:金额|总价|报价|价格|价钱|预算|合同额"
    r"|总额|单价|额度)?(?:被)?(?:客户|对方|他们|甲方)?"
)
_NOW = r"(?:我们?|已经?|现在|目前|刚刚?|最新|最终|重新|又|再|应该|应|都|也|从.{1,12}?)*"
_MOVED_ZH = (
    r"(?:改|调整?|变更?|更新|修改|砍|压|谈|降|跌|涨|升|加|追加|减|提高|提|降低|上调|下调|缩|缩减|增加?|定|做|往[上下]调|报价?)(?:价)?"
    r"(?:到|至|成|为|在)(?:了)?"
)
#: the comma of 2,150,000 ends no value
_MONEY = r"(?P<value>(?:[^,，;；?？]|(?<=\d),(?=\d{3}(?!\d))){2,30}?)"
_WHY_ZH = r"(?:[,，;；](?!\d{3})\s*(?P<reason>[^?？]{2,80}))?"
_WORTH_EN = r"(?:'s)?(?:\s+(?:deal|opportunity))?(?:\s+(?:amount|value|size|budget|price|quote|total))?"
_WHY_EN = (
    r"(?:\s*(?:[;:–-]|,(?!\d{3}))+\s*(?P<reason>[^?？]{2,100})|\s+(?:because(?: of)?|since|due to|as"
    r"|after)\s+(?P<reason2>[^?？]{2,100}))?"
)
_BE_EN = (
    r"(?:\s+(?:is|was|are|now|at|worth|goes|went|came|comes|dropped|drops|fell|grew|rose|raised|reduced|cut|up|down|has|been|gone|to"
    r"|back|only|just|currently))+"
)
_STAGE_ANY = f"(?:{STAGES_ZH}|接触|{STAGES_EN})"
_ARROW = r"\s*(?:->|=>|→|➡️?|>>)\s*"
_CHANGE_EN = (
    r"(?:set|change|update|modify|make|put|move|push|bring|raise|lower|reduce|increase|cut|bump"
    r"|drop|adjust|revise|correct)"
)


def _of_deal(expression: str, field: str) -> Pattern:
    return worded(expression, field=field, record_type="opportunity", needs_deal=True)


NAMED_DEAL_PATTERNS: tuple[Pattern, ...] = (
    _of_deal(rf"{_N}{_ARROW}(?P<value>{_STAGE_ANY})(?:\s+stage|阶段)?{_WHY_EN}", "stage"),
    _of_deal(
        rf"(?:把|将)?{_N}{_NOW}(?:推进|推动|推|拉|挪|转|移|调|改|进|升|跳|走|提)(?:到|至|为|成|入|进)(?:了)?"
        rf"(?P<value>{_STAGE_ANY})(?:的?阶段|stage)?了?{_WHY_ZH}",
        "stage",
    ),
    _of_deal(
        rf"{_CHANGE_EN}\s+(?:the\s+)?{_N}\s+(?:in(?:to)?|to|at|on|under)\s+(?:the\s+)?(?P<value>{_STAGE_ANY})(?:\s+stage)?{_WHY_EN}",
        "stage",
    ),
    _of_deal(rf"(?:把|将)?{_N}{_WORTH_ZH}{_NOW}{_MOVED_ZH}{_MONEY}了?{_WHY_ZH}", "amount"),
    _of_deal(rf"{_N}{_WORTH_ZH}{_NOW}(?:是|为|[:：]|有|值|变)\s*{_MONEY}了?{_WHY_ZH}", "amount"),
    _of_deal(rf"{_N}{_ARROW}{_MONEY}", "amount"),
    _of_deal(
        rf"{_CHANGE_EN}\s+(?:the\s+)?{_N}{_WORTH_EN}\s+(?:up\s+|down\s+)?(?:to|at|as|by)\s+{_MONEY}{_WHY_EN}", "amount"
    ),
    _of_deal(rf"(?:the\s+)?{_N}{_WORTH_EN}{_BE_EN}\s+{_MONEY}(?:\s+(?:now|today|instead))?{_WHY_EN}", "amount"),
    _of_deal(
        rf"(?:把|将)?{_N}{_NOW}(?:推迟|延期|延后|顺延|推|拖|提前|改|调整?|挪)(?:到|至|成|为)(?P<value>[^,，;；?？]{{2,20}}?)"
        rf"(?:签约?|签单|成交|关单|结单|落地|签下来?|close)?了?{_WHY_ZH}",
        "expected_close",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}\s+(?:should|will|is expected to|is likely to|is going to|to"
        rf"|is due to)\s+(?:close|sign|be signed|land)\s+"
        rf"(?:in|on|by|before|at)?\s*(?P<value>[^,;?]{{3,30}}?){_WHY_EN}",
        "expected_close",
    ),
)
#: an order to set what is named to an amount needs no deal that is known: what it is has to be found or asked for
ORDERED_AMOUNT: tuple[Pattern, ...] = (
    worded(
        rf"(?:set|change|update|raise|lower|reduce|increase|bump|cut)\s+(?:the\s+)?{_N}{_WORTH_EN}\s+(?:up\s+|down\s+)?to\s+{_MONEY}",
        field="amount",
        record_type="opportunity",
    ),
    worded(
        rf"(?:请?把|将){_N}{_WORTH_ZH}(?:改|调整?|更新|修改|变更|提高|降低)(?:到|至|成|为){_MONEY}",
        field="amount",
        record_type="opportunity",
    ),
)
