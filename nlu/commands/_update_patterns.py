"""How a change of a record is worded, in both languages.

Promise: each pattern is anchored at both ends and linear. Never: a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from nlu.commands._fields import FIELD_PATTERN
from nlu.commands._update_words import SET_ZH, STAGES_EN, STAGES_ZH, TO_ZH, Pattern, worded

_STAGE_EN = f"(?:the )?(?:{STAGES_EN})"
_F = f"(?P<field>{FIELD_PATTERN})"
_V = r"(?P<value>.+?)"
_N = r"(?P<name>.+?)"
_SET_EN = (
    r"(?:set|change|update|modify|correct|edit|make|put|move|push|bring forward|adjust|raise|lower|increase|reduce)"
)
_TO_EN = r"(?:\s+from .{1,40}? to |\s+(?:to|as|into|is now|is|=)\s+)"
_IS_EN = r"\s*[=:]\s*"
_CLOSED = r"(?:[,，]?\s*(?:because|since|as|due to|reason:?)\s+(?P<reason>.+?))?"

PATTERNS: tuple[Pattern, ...] = (
    # tags before fields: 'add tag VIP to Acme', 给华为打上VIP标签
    worded(
        rf"(?:给|为|把|对){_N}(?:打上?|加上?|添加|贴上?|新增|增加)(?:一?个)?标签[:：]?\s*{_V}", field="tags", verb="add"
    ),
    worded(rf"(?:给|为|把|对){_N}(?:打上?|加上?|添加|贴上?|新增|增加)(?:一?个)?{_V}的?标签", field="tags", verb="add"),
    worded(rf"(?:去掉|删除|删掉|移除|取消){_N}的标签[:：]?\s*{_V}", field="tags", verb="remove"),
    worded(rf"(?:去掉|删除|删掉|移除|取消){_N}的{_V}标签", field="tags", verb="remove"),
    worded(rf"(?:把|将){_N}的(?:标签)?{_V}(?:标签)?(?:去掉|删除|删掉|移除|取消)", field="tags", verb="remove"),
    worded(
        rf"(?:add|put|attach)\s+(?:the\s+|a\s+)?(?:tag|label)s?\s*:?\s*{_V}\s+(?:to|on)\s+{_N}",
        field="tags",
        verb="add",
    ),
    worded(
        rf"(?:add|put|attach)\s+(?:the\s+|a\s+|an\s+)?{_V}\s+(?:tag|label)\s+(?:to|on)\s+{_N}", field="tags", verb="add"
    ),
    worded(rf"(?:tag|label)\s+{_N}\s+(?:as(?!\s+well[\s.!]*$)|with|:)\s*{_V}", field="tags", verb="add"),
    worded(
        rf"(?:remove|delete|drop)\s+(?:the\s+)?(?:tag|label)\s*:?\s*{_V}\s+from\s+{_N}", field="tags", verb="remove"
    ),
    worded(rf"(?:remove|delete|drop)\s+(?:the\s+)?{_V}\s+(?:tag|label)\s+from\s+{_N}", field="tags", verb="remove"),
    worded(rf"untag\s+{_N}\s+(?:as|from|with|:)\s*{_V}", field="tags", verb="remove"),
    # people and owners
    worded(
        rf"(?:把|将)?{_N}(?:转交?|分配|分派|指派|移交|交接?|转派|派|划|过户)(?:给|到)(?:同事|销售)?{_V}"
        r"(?:来?(?:负责|跟进?|处理|管)|名下)?",
        field="owner",
    ),
    worded(rf"(?:分配|分派|指派|移交|转交){_N}给(?:同事|销售)?{_V}", field="owner"),
    worded(
        rf"(?:assign|reassign|transfer|hand(?: over)?)\s+{_N}\s+(?:over )?to\s+"
        r"(?:(?:my )?(?:colleague|teammate)\s+)?(?P<value>(?!(?:the )?(?:stage|level|won|lost|negotiat|propos"
        r"|qualif|contacted)\b)"
        r"(?:rep|supervisor|manager|support|admin)\d*|(?-i:[a-z])[\w.-]{1,30}|(?-i:[A-Z])[\w.' -]{1,30}"
        r"|[\u3400-\u9fff]{2,4})",
        field="owner",
    ),
    worded(rf"让{_V}(?:来)?(?:负责|接手|跟进){_N}", field="owner"),
    worded(
        rf"(?:把|将){_N}(?:设为?|设置为|标记?为|作为|定为)(?:关键|主要|首要|重要)联系人",
        field="is_key_contact",
        value="yes",
    ),
    worded(
        rf"(?:make|set|mark)\s+{_N}\s+(?:as\s+)?(?:the\s+|a\s+|our\s+)?(?:key|main|primary) contact(?:\s+(?:of"
        rf"|at|for).+)?",
        field="is_key_contact",
        value="yes",
    ),
    worded(
        rf"(?:把|将)?{_N}(?:已经?|现在|上个?[周月]|昨天|刚刚?)?(?:从.{{1,20}})?(?:离职|辞职|离开公司"
        rf"|不在.{{0,10}}(?:上班|工作|干))了?(?:[,，].*)?",
        field="status",
        value="departed",
        record_type="contact",
    ),
    worded(
        rf"{_N}\s+(?:has\s+|just\s+|'s\s+)*(?:left|resigned from|quit)(?:\s+(?:the company|his job|her job"
        rf"|their job|(?-i:[A-Z])[\w.&' ]{{1,40}}?))?(?:\s+last \w+|\s+today|\s+yesterday)?",
        field="status",
        value="departed",
        record_type="contact",
    ),
    worded(
        rf"{_N}\s+(?:(?:no longer|doesn't|does not)\s+works?|isn't)\s+(?:at|for|with)\s+[^,;]+?(?:\s+any ?more)?",
        field="status",
        value="departed",
        record_type="contact",
    ),
    worded(
        rf"(?:把|将){_N}(?:设|标记?|定|改)(?:为|成)(?P<value>决策人|决策者|影响人|影响者|经办人|使用者|使用人"
        rf"|审批人|把关人)",
        field="decision_role",
        record_type="contact",
    ),
    worded(
        rf"{_N}(?:换|改|更换)了?(?:新的?)?(?:手机号?码?|电话(?:号码)?|号码)了?[,，:：\s]*(?:新(?:的)?(?:号码"
        rf"|手机号?|电话)?)?"
        r"(?:是|为|[:：])?\s*(?P<value>\+?\d[\d -]{6,18}\d)",
        field="mobile",
        record_type="contact",
    ),
    # tasks: when they are due, and that they are begun
    worded(
        rf"(?:把|将)?(?P<name>(?:任务|待办)[^的]{{1,60}}?|[^的]{{1,60}}?的?(?:任务|待办|task))(?:改|调整?|移|挪"
        rf"|提前)(?:到|至"
        rf"|为|成){_V}",
        field="due_at",
        record_type="task",
    ),
    worded(
        rf"(?:move|reschedule|shift|push|bring)\s+(?P<name>(?:the\s+)?(?:task|to-?do|reminder)\s+.{{1,60}}?"
        rf"|.{{1,60}}?\s+(?:task|to-?do|reminder))\s+(?:forward\s+|back\s+|up\s+)?to\s+{_V}",
        field="due_at",
        record_type="task",
    ),
    worded(
        r"(?:start|begin)\s+(?:working\s+on\s+)?(?:the\s+)?(?P<name>(?:task|to-?do)\s+.{1,60}?)",
        field="status",
        value="doing",
        record_type="task",
    ),
    worded(
        r"开始(?:做|处理|执行)?(?P<name>(?:任务|待办).{1,60}?)|(?:把)?(?P<name2>(?:任务|待办).{1,60}?)(?:已经?"
        r"|正在|现在)?"
        r"(?:开始(?:做|处理)?了|进行中|在做了)",
        field="status",
        value="doing",
        record_type="task",
    ),
    # requirements
    worded(
        r"(?:close|finish|complete)\s+(?:the\s+)?requirement\s+(?P<name>.{2,60}?)(?:[,:]\s*(?P<reason>.+?))?",
        field="status",
        value="closed",
        record_type="requirement",
    ),
    worded(
        r"(?:关闭|完结|结束)需求(?P<name>.{2,60}?)(?:[,，:：]\s*(?P<reason>.+?))?"
        r"|(?:把)?需求(?P<name2>.{2,60}?)关闭(?:了)?"
        r"(?:[,，:：]\s*.+?)?",
        field="status",
        value="closed",
        record_type="requirement",
    ),
    worded(
        r"(?:把)?需求(?P<name>.{2,60}?)(?:已经?|都)?(?:完成|做完|实现)(?:了)?",
        field="status",
        value="done",
        record_type="requirement",
    ),
    worded(rf"(?:给|把)?{_N}加(?:上|一?个)?标签[:：]?\s*{_V}", field="tags", verb="add"),
    worded(rf"{_N}(?:已经?)?(?P<value>流失|沉默)了", field="status", record_type="account"),
    worded(rf"{_N}(?:,|:)?\s+(?:is\s+)?(?:level|tier|grade)\s+(?P<value>[SABC])", field="level"),
    worded(
        r"(?:discard|drop|close)\s+(?:the\s+)?(?P<name>lead\s+[^,，:]+?)(?:\s+[-–—]+\s+(?P<reason2>[^?]{2,80}))?"
        r"|(?:把)?(?P<name2>线索.+?)(?P<reason>没意向|无意向"
        r"|没戏|没兴趣|不靠谱)?[,，]?(?:关掉|关闭|作废|丢弃)吧?",
        field="status",
        value="discarded",
        record_type="lead",
    ),
    worded(rf"(?:把|将)?{_N}(?:分|assign)(?:给|到)\s*(?:同事|销售)?{_V}(?:来?(?:负责|跟进?|管))?", field="owner"),
    worded(
        rf"{_N}(?:预计|预期|计划|争取)(?:在|于)?{_V}(?:成交|签约|签单|签下来?|签)",
        field="expected_close",
        record_type="opportunity",
    ),
    worded(
        rf"{_N}(?:推迟|延期|延后|提前|延)(?:到|至){_V}(?:成交|签约|签单|签)",
        field="expected_close",
        record_type="opportunity",
    ),
    worded(rf"{_N}\s+{_F}\s+(?:is now|moves? to|changed to)\s+{_V}"),
    worded(rf"(?:the\s+)?{_F}\s+(?:of|for)\s+(?:the\s+)?{_N}\s*[:：]\s*{_V}"),
    worded(
        rf"(?:the\s+)?{_N}\s+(?:is\s+now|(?:has\s+)?(?:moved|advanced|gone|progressed)\s+(?:in)?to|is\s+in"
        rf"|entered|closed)\s+"
        rf"(?P<value>{_STAGE_EN})(?:\s+stage)?{_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+)?{_N}\s+is\s+(?:now\s+)?worth\s+(?P<value>[¥$€£]?\d[\d,.]*\s*(?:k|m|万|million|thousand"
        rf"|usd|cny|rmb)?)(?:\s+now)?",
        field="amount",
        record_type="opportunity",
    ),
    worded(
        rf"(?:把|将)?{_N}(?:已经?|刚刚?)?(?P<value>赢单|输单|丢单|失单)了?", field="stage", record_type="opportunity"
    ),
    # a field that is named
    worded(rf"(?:请?把|将){_N}的?{_F}(?:从.{{1,20}}?)?{SET_ZH}?{TO_ZH}{_V}"),
    worded(rf"(?:请?把|将){_N}的?{_F}(?:推迟|提前|延|提高|降低|上调|下调|调高|调低)(?:为|成|到|至){_V}"),
    worded(
        rf"(?:修改|更新|更改|调整|设置|变更|改一?下|更新一下|改){_N}的?{_F}(?:为|成|到|至|[:：]|\s"
        rf"|是)\s*{_V}"
    ),
    worded(rf"(?:update|change|set)(?:一下)?\s*{_N}的{_F}\s*(?:为|成|到|至|[:：]|\bto\b|是)\s*{_V}"),
    worded(
        rf"{_N}的?{_F}(?:现在|应该|应)?(?:改|换|变更?|更新|更改|修改|调整?|加|涨|升|降|推迟|提前|延){TO_ZH}了?{_V}了?"
    ),
    worded(rf"{_N}的(?:新)?{_F}(?:现在|应该|更新后)?(?:是|为|[:：])\s*{_V}"),
    worded(rf"{_SET_EN}\s+(?:the\s+)?{_N}(?:'s|s')\s+{_F}{_TO_EN}{_V}"),
    worded(rf"{_SET_EN}\s+(?:the\s+)?{_F}\s+(?:of|for|on)\s+(?:the\s+)?{_N}{_TO_EN}{_V}"),
    worded(rf"{_SET_EN}\s+(?:the\s+)?{_N}\s+{_F}\s+(?:to|as|=)\s*{_V}"),
    worded(rf"{_SET_EN}\s+(?:the\s+)?{_N}(?:'s|s')\s+{_F}{_IS_EN}{_V}"),
    worded(rf"{_SET_EN}\s+(?:the\s+)?{_F}\s+(?:of|for|on)\s+(?:the\s+)?{_N}{_IS_EN}{_V}"),
    worded(rf"{_N}'s\s+(?:new\s+)?{_F}\s+(?:is now|has changed to|changed to|should be|is)\s+{_V}"),
    worded(rf"(?:the\s+)?{_F}\s+(?:of|for)\s+(?:the\s+)?{_N}\s+(?:is now|has changed to|changed to|should be)\s+{_V}"),
    worded(rf"(?:new|updated?)\s+{_F}\s+(?:of|for)\s+{_N}\s*[:：]\s*{_V}"),
    # stages
    worded(
        rf"(?:把|将)?{_N}(?:推进|推动|推|移动?|转|挪|改|升|拉|进展|更新|调整|标记?|设)(?:为|到|至|进|成"
        rf"|入)(?:了)?(?P<value>{STAGES_ZH})(?:阶段|状态)?了?",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"{_N}(?:已经?|现在|可以)?(?:进入|进展到|推进到|转入|转到|走到|到)了?(?P<value>{STAGES_ZH})(?:的?阶段)?了?",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"{_N}(?:的)?(?:商机|单子|项目|机会|deal)?(?:已经?|刚刚?|终于|成功)?(?P<value>赢单|成交|签单|签约|中标"
        rf"|输单|丢单|失单|丢|输|赢|黄)了",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:move|advance|push|progress|bring|take|mark|set|change|update|put|close)\s+(?:the\s+)?{_N}\s+(?:to"
        rf"|as|into)\s+(?P<value>{_STAGE_EN})(?:\s+stage)?{_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+)?{_N}\s+(?:is|was|has been|are)\s+(?:now\s+)?(?:in\s+|at\s+)?(?P<value>negotiation"
        rf"|(?:closed[- ])?won|(?:closed[- ])?lost)(?:\s+stage)?{_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:we(?:'ve| have)?\s+|i\s+|i've\s+|just\s+)*(?P<value>won|lost)\s+(?:the\s+)?{_N}\s+(?:deal"
        rf"|opportunity|order|contract){_CLOSED}",
        field="stage",
        record_type="opportunity",
    ),
    # levels and statuses
    worded(
        rf"(?:把|将)?{_N}(?:升级?|降级?|提升?|调整?|定级?|评)(?:为|到|成|至)?(?P<value>[SABC](?:级|类)?)(?:客户)?了?",
        field="level",
    ),
    worded(rf"(?:把|将)?{_N}(?:设|标记?|改|列|定)(?:为|成)(?P<value>[SABC](?:级|类))(?:客户)?", field="level"),
    worded(
        rf"(?:upgrade|downgrade|promote|demote|rate|grade)\s+{_N}\s+(?:to|as)\s+(?P<value>(?:level |grade "
        rf"|tier )?[SABC](?: level|-level)?)",
        field="level",
    ),
    worded(
        rf"(?:make|mark|set)\s+{_N}\s+(?:as\s+|to\s+)?(?:an?\s+)?(?P<value>(?:level |grade |tier )[SABC]"
        rf"|[SABC][- ]level)(?: customer| account)?",
        field="level",
    ),
    worded(
        rf"(?:把|将)?{_N}(?:标记?|设置?|改|列|转|定|变|归)(?:为|成|到)(?P<value>流失|沉默|静默|休眠|活跃|合作中"
        rf"|新客户|进行中|已完成|无效|作废|已离职)(?:客户|状态|线索)?",
        field="status",
    ),
    worded(
        rf"(?:mark|set|flag|put)\s+{_N}\s+(?:as|to)\s+(?P<value>silent|dormant|inactive|active|churned"
        rf"|lost customer|in progress|departed|discarded|invalid|junk)(?:\s+(?:account|customer|lead))?",
        field="status",
    ),
    worded(
        rf"(?:我们?)?(?:已经?)?(?P<value>输|丢|赢|拿下|谈成|签下)(?:掉|下)?了{_N}(?:的)?(?:商机|单子|项目|订单)",
        field="stage",
        record_type="opportunity",
    ),
    worded(
        rf"(?:the\s+)?{_N}\s+(?:deal|opportunity|order)\s+(?:is|was)\s+(?:now\s+)?(?:worth\s+)?"
        r"(?P<value>[¥$€£]?\d[\d,.]*\s*(?:k|m|万|million|thousand|usd|cny|rmb|yuan|dollars)?)",
        field="amount",
        record_type="opportunity",
    ),
    # amounts without the field's name: 把华为的单子改成30万
    worded(
        rf"(?:把|将){_N}(?:改|调整?|更新)(?:为|成|到)(?P<value>[¥$￥]?\d[\d,.]*\s*(?:万|w|k|m|元|块|美元)+)",
        field="amount",
    ),
)
