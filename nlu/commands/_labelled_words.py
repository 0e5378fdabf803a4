"""The labels and titles of forms, in both languages: 对接人, 'Attendees', 【拜访纪要】, 'New lead', for _labelled.py.

Promise: words of everyday forms, each for one part of a record; linear patterns. Never: what is made of a form.
"""

from __future__ import annotations

import re

from nlu.commands._fields import FIELD_PATTERN, FLAGS, field_of

_OCCASION = r"(?:客户)?(?:拜访|走访|回访|沟通|通话|电话|会议|会谈|会面|联系|跟进|互动|面谈|交流|洽谈|来访|活动|发生)"
#: part of a record -> its labels; what is not here may be a field of nlu/commands/_fields.py
_LABELS: tuple[tuple[str, str], ...] = (
    (
        "next_when",
        r"下次(?:跟进|联系|拜访|沟通|回访|见面|会议)(?:时间|日期)?|(?:后续|下次)?跟进(?:时间|日期)|下次时间"
        r"|next (?:contact|follow[- ]?up|call|visit|meeting)(?: date| time| on)?|follow[- ]?up (?:date|on|by|due)",
    ),
    (
        "next",
        r"(?:下一步|下步|后续|跟进|行动|待办|未来)(?:计划|行动|动作|安排|工作|跟进|事项|措施|项|步骤|任务)*"
        r"|(?:our |my |agreed )?(?:next(?: steps?| actions?| moves?)?|follow[- ]?ups?|action(?: items?"
        r"| points?)?s?|to-?dos?)",
    ),
    (
        "when",
        rf"(?:{_OCCASION}|日期)?(?:的)?(?:时间|日期)|日期(?:和|与|及)?时间|何时|when|date(?:\s*(?:and|&"
        rf"|/)\s*time)?|time|day|held on|sent(?: on| at)?|发送时间"
        r"|(?:call|visit|meeting) (?:date|time)",
    ),
    (
        "paid_on",
        r"(?:到账|到帐|回款|付款|收款|入账|打款|来款)(?:日期|时间|日)"
        r"|(?:date )?received(?: on)?|(?:date )?paid(?: on)?|(?:payment|value|receipt) date",
    ),
    ("method", r"(?:付款|支付|回款|收款|打款|到账)(?:方式|途径|渠道)|payment method|paid (?:by|via)|method of payment"),
    (
        "ours",
        r"我方(?:人员|参会人员?|参与人员?|出席)?|我司(?:人员)?|陪同(?:人员?)?|随行(?:人员)?|our (?:side|team"
        r"|people)|from our side",
    ),
    (
        "people",
        rf"(?:{_OCCASION})?(?:对象|对方)|对方(?:人员|联系人|参会人?员?|代表)?|对接人|接口人"
        rf"|(?:客户(?:方)?)?联系人(?:姓名)?"
        r"|客户(?:代表|参会人员?|人员|方|方人员)|受访(?:人|对象)|拜访人|参(?:会|加|与)(?:人员|人|者)|与会(?:人员"
        r"|人|者)?|出席(?:人员|人|者)?|接待人|到场(?:人员)?"
        r"|人员|with(?: whom)?|contact(?: person| name)?s?|attendees?|participants?|present|attended by|to|from"
        r"|recipient|收件人|发件人|who|people"
        r"|person"
        r"|met(?: with)?|spoke (?:to|with)",
    ),
    (
        "account",
        r"(?:拜访|所属|所在|任职)?(?:客户|公司|单位|企业)(?:名称|全称|单位|公司|名)?|甲方"
        r"|(?:account|customer|client|company|organi[sz]ation|firm|employer)(?: name)?",
    ),
    ("name", r"姓名|名字|(?:客户|联系人|线索)?姓名|(?:full |contact |lead |person )?name"),
    (
        "way",
        rf"(?:{_OCCASION})?(?:方式|形式|渠道|途径|类型|类别)|how|type|kind|channel|via|by|medium|mode|format|form",
    ),
    ("place", rf"(?:{_OCCASION})?地点|在哪|location|place|venue|where"),
    (
        "topic",
        rf"(?:{_OCCASION})?(?:主题|议题|事由|目的|主旨)|topics?(?: discussed)?|subject"
        rf"|purpose(?: of (?:the )?(?:visit|call"
        rf"|meeting))?"
        r"|agenda|re|about|regarding",
    ),
    (
        "summary",
        rf"(?:{_OCCASION}|主要|具体|谈话|商谈|讨论)?的?(?:内容|纪要|摘要|情况|要点|概要|小结|记录|详情|结果|结论"
        rf"|反馈|成果)"
        r"|(?:客户|对方)(?:反馈|意见|态度|诉求|关注点|反映)|进展(?:情况)?|备注|说明"
        r"|summary|notes?|discussion|discussed|details?|outcomes?|results?|feedback|key points?|takeaways?"
        r"|minutes|conclusions?"
        r"|comments?|remarks?|content|said|what (?:was said|happened)|status update",
    ),
    (
        "deal",
        r"(?:商机|项目|销售机会|关联商机|对应商机)(?:名称?)?|(?:deal|opportunity|opp|project)(?: name)?|(?:for )?deal",
    ),
    (
        "amount",
        r"(?:预计|预估|估计|商机|合同|报价|成交|订单|项目|回款|付款|到账|收款|打款|本次|含税|总|签约)?(?:金额|总额"
        r"|总价|款额)|合同额|(?:项目|预计)?预算|报价|价格"
        r"|(?:deal |contract |expected |estimated |est\.? |quote[d]? |total |opportunity |payment )?(?:amount"
        r"|value|worth|price|total|budget|sum)"
        r"|(?:deal |opportunity )size",
    ),
    (
        "expected_close",
        r"(?:预计|预期|计划)(?:成交|签约|签单|结单|关单|赢单|落单|签订|签署)(?:日期|时间|日)?|(?:成交|签单|结单"
        r"|关单)(?:日期|时间|日)"
        r"|(?:expected |planned |estimated |est\.? |target )?clos(?:e|es|ing)(?: date| by| on)?"
        r"|expected (?:to )?(?:sign|signature|signing)"
        r"|(?:expected )?(?:signature|signing)(?: date| expected)?",
    ),
    (
        "paper_day",
        r"(?:签订|签署|签约|签字|合同|报价|开具|出具)(?:日期|时间|日)|signed(?: on)?|date signed|(?:contract"
        r"|quote) date",
    ),
    (
        "until",
        r"(?:报价)?有效(?:期|日期)?(?:至|到|截止)?|valid (?:until|till|to|through)|good (?:until|through)|valid"
        r"|expir(?:y"
        r"|es)(?: date| on)?",
    ),
    (
        "number",
        r"(?:合同|报价单?)?(?:编号|单号)|(?:合同|报价单?)号码?|(?:contract|quote|reference|ref)\s?(?:no\.?|number|#)?",
    ),
    ("currency", r"币种|货币|currency"),
    (
        "reason",
        r"(?:变更|调整|更改|修改|延期|升级|降级|升降级|输单|丢单|赢单)?(?:原因|理由|依据|缘由)"
        r"|reason(?: for change)?|why|cause|because",
    ),
    (
        "need",
        r"(?:客户)?(?:需求|要求|诉求)(?:内容|描述|标题|名称|详情|说明|点)?|(?:客户)?意向(?:产品|需求)?"
        r"|感兴趣(?:的?产品)?"
        r"|(?:customer )?(?:requirement|need|request|wish)s?|wants?|interest(?:ed in| area)?|looking for",
    ),
    ("proposer", r"提出人|提报人|提需人|需求方|反映人|requested by|raised by|requester|reported by|reporter"),
    (
        "issue",
        r"(?:问题|故障|投诉|报修|售后|工单)(?:描述|内容|现象|事由|说明|详情)?|issue|problem|complaint|fault"
        r"|description|(?:what(?:'s"
        r"| is) wrong)",
    ),
    (
        "task",
        r"(?:任务|待办|工作|提醒)(?:名称|内容|标题|事项|描述)?|事项|(?:要)?做什么|(?:task|to-?do|action"
        r"|what)(?: name| description)?",
    ),
    ("assignee", r"执行人|责任人|经办人|承办人|assignee|assigned? to|responsible"),
    ("department", r"(?:所在)?部门|科室|dep(?:artmen)?t\.?"),
    ("wechat", r"微信(?:号|账号)?|wechat(?: id)?"),
    ("region", r"所在地(?:区)?|属地"),
    ("source", r"(?:客户|线索|信息|获取)来源|(?:获客|来源)渠道|came from|found (?:us )?(?:via|through)"),
    ("size_band", r"员工(?:人数|数量|数|规模)|staff(?: size)?|employees"),
    ("title", r"现?任?(?:职位|职务|岗位)|role|post"),
    ("mobile", r"(?:联系|移动)?电话|手机|tel\.?|phone no\.?|contact number|mobile no\.?"),
)
_OWN = tuple((name, re.compile(words, FLAGS)) for name, words in _LABELS)
#: words before a label that say which of two values it is
_NEW = r"(?:新的?|变更后的?|调整后的?|更新后的?|修改后的?|最新的?|现在?的?|new |updated |latest |now )"
_OLD = r"(?:原来?的?|旧的?|变更前的?|调整前的?|之前的?|old |previous |former |current |was )"
_NEW_LABEL = re.compile(rf"{_NEW}\s*", FLAGS)
_OLD_LABEL = re.compile(rf"{_OLD}\s*(?=.)", FLAGS)
OLD = "old"
OTHER = "other"

#: what may stand before a label: the beginning, a mark, a space, a bullet or a number
BOUNDARY = r"(?:^|(?<=[\s;；,，.。:：|/、·•*>#()（）\[\]【】!！\"“”—–-]))"
_WORDS = r"(?:[A-Za-z][A-Za-z&'./-]*(?: ?(?:[A-Za-z&/][A-Za-z&'./-]*)){0,4}|[\u3400-\u9fff]{1,9})"
#: a word or several with a colon behind: a label if anybody knows it
CANDIDATE = re.compile(
    rf"{BOUNDARY}(?:[-–—•*·]\s*|\d{{1,2}}[.、)）]\s*)?[【\[(]?(?P<label>{_WORDS})\s*[】\])]?\s*(?P<mark>[:：=](?!//)"
    rf"|(?<=[】\]]))"
)


def part_of(label: str) -> str | None:
    """Name the part of a record that a label stands for: `people` for 对接人, `when` for 'Date'; None for no label."""
    said = label.strip()
    own = _named(said) or _named(said.removesuffix("的"))
    if own is not None:
        return own
    new = _NEW_LABEL.match(said)
    if new is not None and new.end() < len(said):
        return _named(said[new.end() :])
    old = _OLD_LABEL.match(said)
    return OLD if old is not None and _named(said[old.end() :]) is not None else None


def _named(said: str) -> str | None:
    return next((name for name, pattern in _OWN if pattern.fullmatch(said)), None) or field_of(said)


_CREATES = (
    r"(?:新增|新建|登记|录入|建档|添加|创建|备案|报备|提交|上报|立项|新|new|add(?:ed)?|create|register|registration"
    r"|log|entry|submission"
    r"|intake)"
)
_CHANGES = (
    rf"(?:(?:基本)?(?:信息|资料|字段|{FIELD_PATTERN})\s*)?(?:更新|变更|修改|调整|更正|修正|维护|变动|update[d]?"
    rf"|changes?|correction"
    rf"|amendment|edit|profile)"
)
_NOTES = (
    r"(?:纪要|记录|报告|小结|日志|日报|登记表?|摘要|简报|汇报|总结|要点|备忘录?|反馈|计划|预约|安排|模板|样例|示例"
    r"|范例|单|表|卡|档案"
    r"|信息|资料|notes?|reports?|log|minutes|summary"
    r"|records?|memo|recap|debrief|form|card|sheet|details?|info|entry|plan|template|example|sample)"
)
#: what a form is about, by its title; the first that fits
_SUBJECTS: tuple[tuple[str, str], ...] = (
    ("plan_payments", r"(?:回款|付款|收款|分期)(?:计划|安排)|(?:payment|instal?lment) (?:plan|schedule)|instal?lments"),
    ("record_payment", r"回款|收款|到款|到账|付款|来款|打款|payments?(?: received)?|receipts?|money in"),
    ("create_contract", r"合同|contracts?"),
    ("create_quote", r"报价单?|quot(?:e|ation)s?"),
    (
        "open_ticket",
        r"(?:客户)?(?:投诉|售后|报修|维修)(?:工?单)?|工单|服务单|(?:support |service |complaint "
        r"|after-?sales )?tickets?|complaints?",
    ),
    ("create_requirement", r"(?:客户|产品)?需求|(?:customer |feature )?requirements?|feature requests?"),
    ("create_lead", r"(?:销售|潜在|市场)?(?:线索|潜客)|(?:sales )?leads?|prospects?|enquir(?:y|ies)|inquir(?:y|ies)"),
    ("create_contact", r"(?:客户)?联系人|名片|contacts?(?: persons?)?|business cards?"),
    ("create_opportunity", r"(?:销售)?(?:商机|机会)|项目|(?:sales )?(?:deals?|opportunit(?:y|ies)|opps?)"),
    ("create_task", r"(?:个人|工作)?(?:任务|待办)(?:事项)?|提醒|tasks?|to-?dos?|reminders?"),
    (
        "log_interaction",
        r"(?:客户|日常|现场|上门|商务|工作|销售|微信|邮件|线上|视频|电话|会议)*"
        r"(?:拜访|走访|回访|电话|通话|来电|沟通|会议|会谈|会面|跟进|互动|面谈|洽谈|交流|微信|邮件|视频会?"
        r"|线上会议?|访谈|接待|联系|聊天)"
        r"|(?:client |customer |site |sales |account |office |on-?site |phone |video |zoom |teams "
        r"|face[- ]to[- ]face |follow[- ]?up )*"
        r"(?:visits?|calls?|meetings?|zoom|teams|e-?mails?|chat|wechat|whatsapp|interaction|activity|touchpoint"
        r"|trip|conversation|lunch|dinner|demo|follow[- ]?up)",
    ),
    ("create_account", r"(?:企业|新|潜在)?(?:客户|公司|企业)|(?:account|customer|client|compan(?:y|ies))s?"),
)
_OPENS = r"[【\[〔《(#*「\s]*"
_CLOSES = r"[】\]〕》)#*」]*"
_MARK = r"\s*(?:[:：|,，;；=]|[-–—]+|(?<=[】\]〕》)」])|\s)\s*"
TITLES = tuple(
    (
        label,
        re.compile(
            rf"(?P<whole>(?P<open>{_OPENS})(?:(?P<creates>{_CREATES})\s*(?:an?\s+"
            rf"|一?[个条家位笔份张])?)?(?:(?P<changes>{_CHANGES})\s*)?"
            rf"(?P<subject>{subject})(?:\s*(?:(?P<creates2>{_CREATES})|(?P<changes2>{_CHANGES})|(?P<notes>{_NOTES})))*"
            rf"(?:\s*[(（][^()（）]{{1,16}}[)）])?\s*{_CLOSES}){_MARK}",
            FLAGS,
        ),
    )
    for label, subject in _SUBJECTS
)
#: values that say nothing
BLANK = re.compile(
    r"(?:无|暂无|没有|暂缺|空|不详|未知|待定|待补充?|待确认|未定|同上|n/?a|none|nil|nothing|tbd|tba|tbc"
    r"|to be (?:confirmed|decided)|unknown"
    r"|[-–—/?？_.\s])*",
    FLAGS,
)
#: a form that was not filled in for good, or of what never happened
VOID = re.compile(
    r"作废|取消|草稿|示例|样例|模板|范例|测试用|未成行|改期|未进行|没去成|无需|不用|(?<![特区级分个识鉴告差类性辨判])别(?!家|的|人|墅|克|名)|勿|不要|未发生"
    r"|\b(?:void|cancel+ed|cancel|draft|template|example|sample|postponed|not (?:held|done|happened?)|don'?t"
    r"|do not|no[- ]show|called off)\b",
    FLAGS,
)
#: labels that nobody knows for a part, whose value says whether it took place: 是否成行, 执行情况, 'Visit status'
STATE = re.compile(
    r"是否(?:已经?)?(?:执行|进行|举行|成行|完成|发生|见面|见到|拜访|有效|落实)?"
    r"|(?:执行|完成|进行|落实|举行|拜访|会议|本次|记录|表单)(?:的)?(?:情况|状态)"
    r"|(?:visit|call|meeting|form|record|report) (?:state|status)|(?:was it )?held\??|happened\??|took place|done\??",
    FLAGS,
)
#: a title of what is only to come
AHEAD = re.compile(r"计划|预约|安排|预定|日程|\b(?:plan(?:ned)?|upcoming|scheduled|agenda|invitation)\b", FLAGS)
#: from an old value to a new one: 60万→57万, 由B调整为A, 'from 5 to 6'
FROM_TO = re.compile(
    r"(?:(?:由|从|原(?:为|是)?|from\s)?(?P<old>.{0,60}?)\s*)(?:→|->|=>|⇒|➡️?|>>|(?:变更|调整|更新|修改|更改|更换"
    r"|改|换|升|降|提|移|推迟|延期"
    r"|提前)(?:为|成|到|至)|(?<=\s)(?:to|now)\s)\s*(?P<new>.+)",
    FLAGS,
)
