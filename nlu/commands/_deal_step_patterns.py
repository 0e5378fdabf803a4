"""A deal's way told by everyday words: its next stage, its end with a cry, its closing date, its amount by a share.

Promise: each pattern is anchored at both ends and linear; what is named must be a known deal, or called one, and
the value must be one of its field (update_record.py sees to both). Never: a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from dataclasses import replace

from nlu.commands._update_words import STAGES_EN, STAGES_ZH, Pattern, worded

_N = r"(?P<name>[^,，;；?？!！]{2,60}?)"
_OF = r"(?:的|\s)*"
_WHY_ZH = r"(?:\s*[,，;；。!！~]+\s*(?P<reason>[^?？]{2,80}))?"
_WHY_EN = (
    r"(?:\s*(?:[;:!–—-]|,(?!\d{3}(?!\d))|\.(?=\s))+\s*(?P<reason>[^?？]{2,100})"
    r"|\s+(?:because(?: of)?|since|due to|as|after)\s+(?P<reason2>[^?？]{2,100}))?"
)
_NOW = r"(?:我们?|已经?|现在|目前|刚刚?|终于|正式|今天|昨天|上周|都|也|又|先|再|应该|应|得|要|可以|可|能)*"
_STEP_NEXT = r"(?P<value>下一?个?阶段|下一步|next stage|next step)"
_STEP_BACK = r"(?P<value>上一?个?阶段|上一步|previous stage|last stage)"
_STAGE = f"(?P<value>{STAGES_ZH}|{STAGES_EN})"
#: words that can only be how far a deal is, so that they need no verb before them
_STATE = r"(?P<value>contacted|qualified|negotiating|in negotiations?|quoted|(?:closed[- ])?won|(?:closed[- ])?lost)"
_CLOSE_ZH = r"(?:预计|预期|计划)?(?:成交|签约|签单|结单|关单|赢单|签订)(?:的)?(?:日期|时间|日)?"
_CLOSE_EN = r"(?:(?:expected|planned|estimated|target)\s+)?clos(?:e|ing)(?:\s+date)?"
_PUT_ZH = (
    r"(?:往?[前后]?(?:推迟?|延|挪|移|拖|调|改)|延迟|延期|延后|推迟|提前|顺延|改|调整?|更新|变更?|修改|定"
    r"|设|换|写)(?:到|至|成|为|在)?了?"
)
_DAY = r"(?P<value>[^,，;；?？]{2,30}?)"
_BY = (
    r"(?P<value>\d{1,3}(?:\.\d{1,2})?\s*(?:%|％|个点|percent|pct)|百分之[\d一二三四五六七八九十]{1,3}"
    r"|[^,，;；?？%％到至]{2,24}?)"
)
_RAISE_ZH = r"(?:上调|上浮|调高|提高|提升|涨价?|加价?|增加|追加|上涨)"
_LOWER_ZH = r"(?:下调|下浮|调低|降低|降价?|减价?|减少|砍掉?|打掉|下降|便宜)"
_AMOUNT_ZH = r"(?:的)?(?:合同|成交)?(?:金额|总价|报价|价格|预算|合同额|总额)?"
_RAISE_EN = r"(?:raise|increase|bump(?: up)?|lift|up|grow)"
_LOWER_EN = r"(?:lower|reduce|decrease|cut|drop|discount|bring down)"
_AMOUNT_EN = r"(?:'s)?(?:\s+(?:amount|value|size|budget|price|quote|total))?"
_SOON_ZH = (
    r"(?:(?:这个?|本|下个?)月(?:底|内|中|初)?|月底|年底|年前|年内|季度末|今年|如期|按时|按期|\d{1,2}月(?:底|初"
    r"|中旬?|\d{1,2}[日号]?)?|(?:这|本|下)周"
    r"|\d{1,2}[日号])?(?:之前|前|内)?"
)


def _of_deal(expression: str, field: str, *, value: str | None = None, verb: str = "set") -> Pattern:
    pattern = worded(expression, needs_deal=True, field=field, record_type="opportunity", verb=verb)
    return pattern if value is None else replace(pattern, value=value)


DEAL_STEP_PATTERNS: tuple[Pattern, ...] = (
    # one stage on or back
    _of_deal(
        rf"(?:把|将)?{_N}{_OF}{_NOW}(?:往|向)?前?(?:推进?|移|挪|进|走|迈)(?:动|进)?(?:一下)?了?一?(?:个"
        rf"|级)?(?:阶段|步|级|stage){_WHY_ZH}",
        "stage",
        value="next",
    ),
    _of_deal(
        rf"(?:把|将)?{_N}{_OF}{_NOW}(?:往|向)?(?:后)?(?:退回?|回退)(?:一下)?了?一?(?:个|级)?(?:阶段|步|级"
        rf"|stage){_WHY_ZH}",
        "stage",
        value="previous",
    ),
    _of_deal(
        rf"{_N}{_OF}(?:需求确认|需求分析|需求|方案|报价|谈判|演示|评审|测试|试用|立项|招标|合同)?(?:已经?|都"
        rf"|也)*(?:确认|做|谈|过|弄|搞|走|发)?(?:完|好|过|通过|定|结束)了[,，\s]*"
        rf"(?:可以|可|就|先|该|请|帮我|再)*(?:往|向)?前?(?:推进?|移|挪|进|走)(?:动|进)?(?:一下)?一?(?:个"
        rf"|级)?(?:阶段|步|级|stage)",
        "stage",
        value="next",
    ),
    _of_deal(
        rf"(?:把|将)?{_N}{_OF}{_NOW}(?:推进?|推动|进入?|移|挪|转|走|改|调)(?:到|至|为|成|入"
        rf"|进)?了?{_STEP_NEXT}了?{_WHY_ZH}",
        "stage",
        value="next",
    ),
    _of_deal(
        rf"(?:把|将)?{_N}{_OF}{_NOW}(?:退|移|挪|转|改|调|打)回?(?:到|至|为|成)?了?{_STEP_BACK}了?{_WHY_ZH}",
        "stage",
        value="previous",
    ),
    _of_deal(
        rf"(?:move|push|advance|bring|take|put)\s+(?:the\s+)?{_N}\s+(?:forward|ahead|on|up"
        rf"|along)\s+(?:by\s+)?(?:one|a|1)\s+(?:stage|step){_WHY_EN}",
        "stage",
        value="next",
    ),
    _of_deal(
        rf"(?:move|push|put|take|set)\s+(?:the\s+)?{_N}\s+back\s+(?:by\s+)?(?:one|a|1)\s+(?:stage|step){_WHY_EN}",
        "stage",
        value="previous",
    ),
    _of_deal(
        rf"(?:move|push|advance|bring|take|put)\s+(?:the\s+)?{_N}\s+(?:on\s+|up\s+"
        rf"|forward\s+)?(?:in)?to\s+the\s+{_STEP_NEXT}{_WHY_EN}",
        "stage",
        value="next",
    ),
    # a stage by its name
    _of_deal(
        rf"(?:把|将)?{_N}{_OF}{_NOW}(?:推进|推动|推|拉|挪|转|移|调|改|进|升|跳|走|提|退|打)(?:回|到|至|为|成|入"
        rf"|进)+了?\s*{_STAGE}(?:的?阶段|\s*stage)?了?{_WHY_ZH}",
        "stage",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}\s+(?:(?:goes|went|moved?|moves|is|was|fell|slid|slips|slipped|reverts?|rolled"
        rf"|has gone|needs to go)\s+)*back\s+"
        rf"(?:to|in(?:to)?|at)\s+(?:the\s+)?{_STAGE}(?:\s+stage)?{_WHY_EN}",
        "stage",
    ),
    _of_deal(
        rf"(?:move|put|set|push|bring|take)\s+(?:the\s+)?{_N}\s+back\s+(?:to"
        rf"|in(?:to)?)\s+(?:the\s+)?{_STAGE}(?:\s+stage)?{_WHY_EN}",
        "stage",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}(?:'s)?\s*(?:stage|阶段)\s*(?:is|[:：=]|是|to|->|→)?\s*{_STAGE}(?:阶段)?{_WHY_EN}", "stage"
    ),
    _of_deal(rf"(?:the\s+)?{_N}\s*[:：]\s*{_STAGE}(?:\s*stage|阶段)?", "stage"),
    _of_deal(rf"(?:the\s+)?{_N}\s+(?:(?:is|has been|now|got|gets)\s+)*{_STATE}(?:\s+now)?{_WHY_EN}", "stage"),
    _of_deal(
        rf"(?:the\s+)?{_N}\s+(?:(?:is|are|we are|now)\s+)+in\s+(?:the\s+)?{_STAGE}(?:\s+stage)?(?:\s+now)?{_WHY_EN}",
        "stage",
    ),
    # its end, told with a cry
    _of_deal(
        rf"{_N}{_OF}{_NOW}(?:签下(?:来)?了?|签约了?|签单了?|签了|赢单了?|赢了|拿下了?|谈成了?|成单了?|成交了?"
        rf"|搞定了|中标了?|win了|won了?|close了)"
        rf"\s*[!！~。]+\s*(?P<reason>[^?？]{{2,80}})?",
        "stage",
        value="won",
    ),
    _of_deal(
        rf"{_N}{_OF}{_NOW}(?:丢单?了|丢掉了|输单?了|输掉了|黄了|没戏了?|飞了|泡汤了?|凉了|没拿下|失单了?"
        rf"|lost了?)\s*[!！~。]+\s*(?P<reason>[^?？]{{2,80}})?",
        "stage",
        value="lost",
    ),
    _of_deal(
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+|finally\s+)*(?:won|signed|closed|landed"
        rf"|got)\s+(?:the\s+)?{_N}\s*(?:[!–—-]|\.(?=\s))+\s*"
        r"(?P<reason>[^?？]{2,100})?",
        "stage",
        value="won",
    ),
    _of_deal(
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+|unfortunately\s+"
        rf"|sadly\s+)*lost\s+(?:the\s+)?{_N}\s*(?:[!–—-]|\.(?=\s))+\s*(?P<reason>[^?？]{{2,100}})?",
        "stage",
        value="lost",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}\s+(?:is|was|has been)\s+(?:officially\s+|finally\s+)?(?:won|signed|ours"
        rf"|in the bag){_WHY_EN}",
        "stage",
        value="won",
    ),
    # when it is to close
    _of_deal(
        rf"(?:(?:change|set|move|push|update|put|bring"
        rf"|pull)\s+)(?:the\s+)?{_N}(?:'s)?\s+{_CLOSE_EN}\s+(?:(?:back|out|forward|up)\s+)?(?:to|at|until|on)\s+"
        rf"{_DAY}{_WHY_EN}",
        "expected_close",
    ),
    _of_deal(
        rf"(?:把|将)?{_N}{_OF}{_CLOSE_ZH}\s*{_NOW}(?:从[^,，]{{2,12}}?)?{_PUT_ZH}\s*{_DAY}了?{_WHY_ZH}",
        "expected_close",
    ),
    _of_deal(rf"(?:把|将)?{_N}{_OF}{_CLOSE_EN}\s*{_NOW}{_PUT_ZH}\s*{_DAY}了?{_WHY_ZH}", "expected_close"),
    _of_deal(rf"{_N}{_OF}{_CLOSE_ZH}\s*(?:是|为|在|[:：=]|\s)\s*{_DAY}", "expected_close"),
    _of_deal(
        rf"(?:the\s+)?{_N}(?:'s)?\s+{_CLOSE_EN}(?:\s+(?:is|was|has been|now|should be|moved|pushed|changed"
        rf"|slipped|slips|set|to|at|back|out|forward|on"
        rf"|as|until))*\s*[:=]?\s+{_DAY}{_WHY_EN}",
        "expected_close",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}\s+(?:is\s+|are\s+)?(?:now\s+)?(?:expected|due|scheduled|likely|set|planned"
        rf"|going)\s+to\s+(?:close|sign|be signed|land)\s+"
        rf"(?:on|by|in|at|before)?\s*{_DAY}{_WHY_EN}",
        "expected_close",
    ),
    _of_deal(
        rf"{_N}{_OF}{_SOON_ZH}(?:签|成交|关|结|谈|搞)不(?:了|下来|完|掉|定)[,，]?\s*(?:要|得|先|就|只能"
        rf"|可能)*{_PUT_ZH}\s*{_DAY}(?:签|成交)?了?",
        "expected_close",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}\s+(?:won't|will not|can't|cannot|isn't going to|is not going to)\s+(?:close|sign"
        rf"|be signed|make it|land)[^,;?]{{0,24}}?\s*[,;–—-]+\s*"
        rf"(?:(?:please|so|let's|rather)\s+)?(?:make (?:it|that)|move (?:it|the date)? ?to|push (?:it"
        rf"|the date)? ?(?:out )?to|now|more like|change (?:it|the date) to"
        rf"|should be|set it to)\s+{_DAY}",
        "expected_close",
    ),
    # its amount by what is added or taken off
    _of_deal(rf"(?:把|将)?{_N}{_OF}{_AMOUNT_ZH}{_NOW}{_RAISE_ZH}了?\s*{_BY}了?{_WHY_ZH}", "amount", verb="add"),
    _of_deal(rf"(?:把|将)?{_N}{_OF}{_AMOUNT_ZH}{_NOW}{_LOWER_ZH}了?\s*{_BY}了?{_WHY_ZH}", "amount", verb="remove"),
    _of_deal(rf"{_RAISE_EN}\s+(?:the\s+)?{_N}{_AMOUNT_EN}\s+by\s+{_BY}{_WHY_EN}", "amount", verb="add"),
    _of_deal(rf"{_LOWER_EN}\s+(?:the\s+)?{_N}{_AMOUNT_EN}\s+by\s+{_BY}{_WHY_EN}", "amount", verb="remove"),
    _of_deal(
        rf"(?:the\s+)?{_N}{_AMOUNT_EN}\s+(?:(?:is|was|has|goes|went|been)\s+)*(?:up|grew|grown|rose|raised"
        rf"|increased)\s+(?:by\s+)?{_BY}{_WHY_EN}",
        "amount",
        verb="add",
    ),
    _of_deal(
        rf"(?:the\s+)?{_N}{_AMOUNT_EN}\s+(?:(?:is|was|has|goes|went|been)\s+)*(?:down|dropped|fell|shrank"
        rf"|reduced|decreased|cut)\s+(?:by\s+)?{_BY}{_WHY_EN}",
        "amount",
        verb="remove",
    ),
    # what it should come to
    _of_deal(
        rf"(?:the\s+)?{_N}{_AMOUNT_EN}\s+(?:should|must|has to|needs to)\s+(?:be|read|say"
        rf"|come to)\s+(?:at\s+)?(?P<value>(?:[^,;?]|,(?=\d{{3}})){{2,30}}?){_WHY_EN}",
        "amount",
    ),
)
