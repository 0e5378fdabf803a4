"""What a clause about a known customer tells of one field: 官网 www.x.cn, 'has 200-500 employees', 现在是信息总监.

Promise: each pattern is read against one whole clause, and is linear. Never: whose clause it is, or several of them
(nlu/commands/_statements.py).
"""

from __future__ import annotations

import re

from nlu.commands._fields import FIELD_PATTERN, FLAGS

_V = r"(?P<value>.+?)"
_MONEY = r"(?P<value>[^,，]{2,24}?)"
_HAN = "\u3400-\u9fff"
#: what may stand before a Chinese verb without changing what is told
_ADV = (
    r"(?:他们?|她们?|它们?|其|公司|客户|已经?|刚刚?|最近|现在|目前|如今|今年|上个?[周月]|昨天|今天|又|都|也|就|先"
    r"|再|统一|一并|一起|全部"
    r"|正式|重新|应该|应|请"
    r"|终于|马上|一下|给)*"
)
_WAS = (
    r"(?:(?:has|have|was|is|are|been|got|just|recently|now|officially|finally|already|also|he's|she's|it's|they're"
    r"|they|he|she|it)\s+)*"
)
_LINK = (
    rf"(?:\s*{_ADV}(?:(?:由|从|原(?:为|是)?)\s*[^,，;；]{{1,20}}?)?(?:改|换|更新|更改|变更?|调整?|设置?|登记|标记?"
    rf"|定|升|降|搬|提|补|录|记|修正|更正)*"
    r"(?:为|成|到|至|是|叫|作|做|在|写|填|有|达到?|[:：=])+了?\s*"
    r"|\s+(?:(?:changes|changed|goes|went|moves|moved|up|down)\s+)*from\s+[^,;]{1,30}?\s+to\s+"
    r"|\s*(?:'s\s+)?(?:(?:is|are|has|should|be|now|changed|change|changes|updated|to|as|at|been|set)(?:\s+"
    r"|\s*[:：]\s*))+"
    r"|\s*[:：=]\s*"
    r"|\s+)"
)
_POST_EN = (
    r"(?:[SE]?VP(?: of [\w ]{2,30})?|C[EFTOMI]O|(?:[a-z&-]+ ){0,4}(?:manager|director|president|head|lead|partner|buyer"
    r"|officer|engineer|supervisor|principal|chief|chairman|chair|coordinator|specialist|analyst|planner|owner"
    r"|secretary"
    r"|assistant|executive|controller|accountant|technician)(?: of [\w ]{2,30})?|head of [\w ]{2,30}"
    r"|procurement director)"
)
_POST_ZH = (
    rf"(?![任为到了做当])[{_HAN}A-Za-z]{{0,10}}(?:经理|总监|主任|主管|总裁|部长|科长|处长|厂长|店长|校长|院长|行长"
    rf"|所长|局长|董事长?"
    rf"|合伙人|负责人"
    r"|工程师|专员|助理|副总|总工|书记|秘书长?|组长|队长|主编|会计|出纳|总助|班长|课长|社长|站长|代表|顾问|架构师|老总"
    r"|一把手|二把手)"
)
_POST = rf"(?P<value>{_POST_ZH}|{_POST_EN})"
_ROLE = (
    r"(?P<value>(?:最终|主要|关键|真正的?|技术|采购)?(?:决策人|决策者|拍板人|拍板的人?|影响人|影响者|经办人|使用者"
    r"|使用人|审批人|把关人)"
    r"|(?:final |key |main |real |economic |technical )?(?:decision[- ]?maker|influencer|champion|gatekeeper"
    r"|end[- ]user|approver"
    r"|economic buyer|blocker))"
)
_SOURCES = (
    r"展会?|博览会|官网|网站|推荐|介绍|转介绍|引荐|广告|电话|公众号|抖音|小红书|微信|活动|会议|沙龙|招标网?|百度|搜索"
    r"|老客户|朋友圈"
    r"|referrals?|website|web|expo|fair|show|exhibition|ads?|advert\w*|linkedin|google|events?|campaign|webinar"
    r"|cold calls?"
    r"|conference|partners?|newsletter"
)
_MANY = r"\d[\d,]*(?:\s*(?:[-–~到至]|to)\s*\d[\d,]*)?\s*\+?"
_LEVEL = r"(?P<value>[SABC])"


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern + r"[\s。.!！]*", FLAGS) for pattern in patterns)


#: (field, what is fixed for its value, whether it is told of a person, an account, or either) with its wordings
CLAUSES: tuple[tuple[str, str | None, str, tuple[re.Pattern[str], ...]], ...] = (
    (
        "tags",
        None,
        "either",
        _all(
            rf"{_ADV}(?:打|加|贴|挂|添加|标|上|补|新增|增加|放)(?:上|了)?(?:[一二两三四五几\d]?个|些)?(?:标签|tags?"
            rf"|labels?)(?:[:：,，是为叫]|\s)*{_V}",
            rf"{_ADV}(?:打|加|贴|添加|标|补|新增|增加)(?:上|了)?(?:[一二两三四五几\d]?个)?{_V}\s*(?:这[一二两三几]?个"
            rf"|的)?(?:标签|tags?|labels?)",
            rf"的?(?:标签|tags?)\s*(?:再|也)?(?:加|打|贴|补|添加|新增)(?:上|个|一个)*[:：\s]*{_V}",
        ),
    ),
    (
        "size_band",
        None,
        "account",
        _all(
            r"的?(?:公司|企业|人员|团队|员工)?(?:规模|人数|员工数?|总人数|编制|体量)?"
            rf"(?:{_ADV}|大概|大约|约|左右|差不多)*(?:是|有|为|在|达到?|扩(?:大|张|招)?到|增加?到|改成|写|填|[:：])*\s*"
            rf"(?P<value>{_MANY}\s*(?:多|来|余)?(?:个)?(?:人|名?员工|号人|位员工)(?:以上|以下|左右|多|上下"
            rf"|出头)?)(?:的?规模)?了?",
            rf"(?:'s\s+)?(?:(?:company\s+)?(?:size|headcount|staff|number of employees|team)\s*)?{_WAS}(?:has|have"
            rf"|employs?|grew to|grown to|with|counts|at"
            rf"|is|are|of|to|:)?\s*(?P<value>(?:(?:about|around|over|more than|some|at least|under|less than|roughly"
            rf"|up to|now)\s+)*{_MANY}\s*"
            r"(?:full[- ]time\s+)?(?:employees|people|staff|heads|workers|headcount|persons))(?:\s+now)?",
        ),
    ),
    (
        "annual_amount",
        None,
        "account",
        _all(
            r"的?(?:今年|全年|每年|去年|本年)?的?(?:年度?|全年|每年|今年)的?(?:总|预计|计划)?(?:采购|合作|销售|消费"
            r"|下单|订单|交易|成交)?(?:总?额|金额|量)"
            rf"(?:{_LINK})?(?:大概|大约|约|差不多)?\s*{_MONEY}",
            rf"(?:{_ADV}|大概|大约|约|差不多)*(?:一年|每年)(?:大概|大约|约|差不多|能|会|要|在我们这)*(?:采购|买|下单"
            rf"|消费|花|做)(?:额|量)?(?:大概|大约|约|差不多)?\s*{_MONEY}",
            rf"(?:'s\s+)?{_WAS}(?:buys?|spends?|orders?|purchases?|buying|spending)\s+(?:about\s+|around\s+"
            rf"|roughly\s+)?{_MONEY}\s+"
            r"(?:with us\s+|worth\s+)?(?:a|per|each|every)\s+year|annually",
        ),
    ),
    (
        "level",
        None,
        "account",
        _all(
            rf"{_ADV}(?:的?(?:客户)?(?:级别|等级|level))?(?:(?:从|由|原)[SABC]级?)?{_ADV}(?:升级?|降级?|提升?|调整?|评"
            rf"|定级?)(?:为|到|成|至"
            rf"|做)?\s*(?:level|grade|tier)?\s*{_LEVEL}"
            r"(?:\s*(?:级|类|level|档))?(?:客户)?了?",
            rf"{_ADV}(?:是|算|属于|变成|成了?|设为|设成|改成|改为|列为|标为|划为|归为"
            rf"|定为)\s*(?:我们的?)?(?:一个)?{_LEVEL}\s*(?:级|类|档)(?:客户)?了?",
            rf"(?:从[SABC]级?)?(?:到|为|成|至)\s*{_LEVEL}\s*(?:级|类|档)(?:客户)?",
            rf"{_WAS}(?:upgraded|downgraded|promoted|demoted|up|down|moved up|moved down)\s+(?:from [SABC]\s+)?(?:to"
            rf"|as)\s+"
            rf"(?:level\s+)?{_LEVEL}(?:[- ]level)?(?:\s+now)?",
            rf"(?:set\s+)?(?:to|at|as)?\s*(?:level|grade|tier)\s*(?:to|is|=|:)?\s*{_LEVEL}(?:\s+now)?",
            rf"{_WAS}(?:(?:is|becomes?|became|as|to|be|should|goes|moved|now|upgraded|downgraded|promoted|demoted"
            rf"|rated|make|an?|our)\s+)+"
            rf"(?:(?:level|grade|tier|class)[\s-]{_LEVEL}(?:\s+(?:customer|account|client))?"
            rf"|(?P<value2>[SABC])(?:[\s-](?:level|tier|grade|class|rated))?\s+(?:customer|account|client|level|tier"
            rf"|grade|class))(?:\s+now)?",
        ),
    ),
    (
        "status",
        None,
        "account",
        _all(
            rf"{_ADV}(?:标记?|设|列|归|算|变|改|转)(?:为|成|到|作)?\s*(?P<value>流失|沉默|静默|休眠|活跃"
            rf"|合作中)(?:客户|状态)*了?",
        ),
    ),
    (
        "address",
        None,
        "account",
        _all(
            rf"的?{_ADV}(?:总部|办公室|办公地点|新?办公楼|工厂)?{_ADV}(?:搬家?|迁址?|搬迁|搬走|迁移)(?:了)?(?:到|至|去"
            rf"|在)了?\s*{_V}(?:了|办公)?",
            rf"的?{_ADV}(?:新)?(?:总部|办公室|办公地点|办公楼)(?:{_ADV})(?:在|位于|是|[:：])\s*{_V}",
            rf"(?:'s\s+)?{_WAS}(?:moved|relocated|moving)\s+(?:(?:their|its|the)\s+)?(?:head\s*)?(?:offices?|hq"
            rf"|headquarters|premises)?\s*to\s+{_V}",
            rf"(?:'s\s+)?(?:new\s+)?(?:head\s*)?(?:office|hq|headquarters)\s+{_WAS}(?:at|on|to|in|:)?\s*{_V}",
        ),
    ),
    ("region", None, "account", _all(rf"{_WAS}(?:based|located|headquartered)\s+in\s+{_V}")),
    (
        "industry",
        None,
        "account",
        _all(
            rf"{_ADV}(?:是|属于|做)(?P<value>[{_HAN}A-Za-z]{{1,12}}?)(?:行业|领域)的?",
            rf"{_WAS}in\s+the\s+(?P<value>[\w &-]{{2,30}}?)\s+(?:industry|sector|business)",
        ),
    ),
    (
        "source",
        None,
        "account",
        _all(
            rf"{_ADV}(?:来自|来源于|(?:是)?(?:从|通过|靠))(?P<value>[^,，]{{0,14}}?(?:{_SOURCES}))(?:上|里)?(?:来|找来"
            rf"|过来|认识|找到我们?|联系上)*的?",
            rf"{_ADV}是(?:在|从|通过|靠)?(?P<value>[^,，]{{0,12}}?(?:{_SOURCES}))(?:上|里)?(?:认识|找来|谈来|过来|进来"
            rf"|来|拿到|加到?)*的",
            rf"{_WAS}(?:came|comes?|found us|reached us|heard of us)\s+(?:to us\s+|in\s+)?(?:through|via|from|by"
            rf"|at)\s+(?:an?\s+|the\s+|our\s+)?"
            rf"(?P<value>[^,]{{0,30}}?(?:{_SOURCES}))",
        ),
    ),
    (
        "mobile",
        None,
        "person",
        _all(
            rf"的?{_ADV}(?:新)?(?:手机号?码?|电话(?:号码)?|号码|新号|微信同(?:手机)?号?|mobile|phone|cell"
            rf"|tel)[:：\s]*(?P<value>\+?\d[\d -]{{6,18}}\d)"
        ),
    ),
    (
        "email",
        None,
        "person",
        _all(rf"的?{_ADV}(?:新)?(?:邮箱|邮件|电邮|e-?mail)(?:地址)?[:：\s]*(?P<value>[^\s@,，]+@[\w.-]+)"),
    ),
    (
        "is_key_contact",
        "yes",
        "person",
        _all(
            rf"{_ADV}(?:设|标记?|列|定|作|改|算|是)(?:置)?(?:为|成|作)?\s*(?:我们|他们|那边|公司)?(?:的)?(?:关键|主要"
            rf"|首要|核心|重要|第一)的?(?:联系人|对接人)了?",
            rf"{_WAS}(?:(?:as|is|to be|now|the|our|a|their|is now)\s+)+(?:key|main|primary"
            rf"|first)\s+contact(?:\s+(?:there|now|person))?",
        ),
    ),
    (
        "decision_role",
        None,
        "person",
        _all(
            rf"{_ADV}(?:才)?(?:是|为|设为|设成|标为|标记为|列为|作为|算)\s*(?:他们|那边|公司|项目|这个项目)?的?{_ROLE}",
            rf"{_WAS}(?:(?:is|as|to be|the|a|an|our|their|now)\s+)+{_ROLE}(?:\s+(?:there|here|now))?",
        ),
    ),
    (
        "account",
        None,
        "person",
        _all(
            rf"{_ADV}(?:跳槽|调|转|换|加入|入职)(?:到|去|至|了)*\s*(?P<value>[^,，]{{2,30}}?)(?:上班|工作|公司)?了",
            rf"{_WAS}(?:joined|switched to|moved (?:over )?to|works? (?:now )?(?:at|for)|started at"
            rf"|gone to)\s+{_V}(?:\s+now)?",
        ),
    ),
    (
        "title",
        None,
        "person",
        _all(
            rf"{_ADV}(?:升任|升职|晋升|提拔|提升|升|调任|改任|担任|就任|接任|出任|荣升|高升|转任|调|转|任|做|当上?|成"
            rf"|变)(?:为|成|到|岗|做)*了?\s*(?:他们|公司)?的?\s*{_POST}\s*了?",
            rf"(?:的?(?:新)?(?:职位|职务|岗位|头衔|title))?(?:{_ADV})(?:现在|如今|目前|以后|今后|已经?)(?:是|任|做|当"
            rf"|担任)了?\s*(?:他们|公司)?的?\s*{_POST}\s*了?",
            rf"{_WAS}(?:promoted|appointed|named|made|became|moved up|stepped up|takes over|took over|now"
            rf"|new)\s+(?:(?:to|as|is|the|their|our|an?|be)\s+)*{_POST}",
        ),
    ),
    (
        "status",
        "departed",
        "person",
        _all(
            rf"(?:{_ADV}|从公司|从那边|从)*(?:离职|辞职|调走|调离|跳槽|退休|离任|卸任|被裁员?|离开(?:公司|那边)?|走人"
            rf"|不干"
            rf"|\s*resign(?:ed)?\s*|\s*quit\s*"
            rf"|不在(?:那边?|公司|那里|那儿|他们那)?(?:上班|工作|干|做)?)(?:了|啦)*",
            r"(?:请|麻烦|帮我)*(?:mark|标|标记|记|设|改|更新|登记)(?:\s*一下|下|个)?(?:为|成|状态)*\s*(?:离职"
            r"|已离职|departed)",
            rf"{_WAS}(?:left(?:\s+(?:the company|them|the firm|the job))?|resigned|quit|retired|moved on|let go"
            rf"|laid off|gone"
            r"|no longer (?:works? )?(?:there|here|with them|at the company)"
            r"|no longer works?(?:\s+there)?)(?:\s+(?:from|at|for|with))?(?:\s+(?:last \w+|today|yesterday|now))?",
        ),
    ),
)
#: a field by its name, with its value: 的职位现在是处长, "'s website is now www.x.com"
NAMED = re.compile(
    rf"(?:的|'s|’s|s'|他的?|她的?|它的?|his|her|its|their|the|(?:has|have|got)(?:\s+got)?(?:\s+an?)?)?\s*(?:new|新的?"
    rf"|最新的?)?\s*(?P<field>{FIELD_PATTERN})(?P<link>{_LINK}){_V}了?[\s。.!！]*",
    FLAGS,
)
#: a field that is said to have changed; the new value follows in the next clause
INTRO = re.compile(
    rf"(?:的|'s|’s)?\s*(?:{_ADV}(?:换|变更?|改|更新|更换)(?:了|过|个|新的?)*(?P<field5>{FIELD_PATTERN})(?:了|啦)?"
    rf"|{_ADV}(?P<field>{FIELD_PATTERN})?{_ADV}(?P<verb>换|变更?|改|更新|更换|搬家?|搬迁|迁址|升职|升|晋升|调岗|转岗"
    rf"|换岗|高升|荣升|提拔)(?:了|啦|过|一下)+"
    rf"|{_WAS}(?P<verb2>promoted|moved|moved offices?|relocated)|(?:has|got"
    rf"|have)\s+(?:an?\s+)?new\s+(?P<field2>{FIELD_PATTERN})"
    rf"|{_WAS}changed\s+(?:his|her|its|their|the)\s+(?P<field3>{FIELD_PATTERN})"
    rf"|(?P<field4>{FIELD_PATTERN})\s+(?:has\s+)?changed)[\s。.!！]*",
    FLAGS,
)
#: a field that is said not to be what is known of it
NOT_SO = re.compile(
    rf"(?:的|'s|’s)?\s*(?P<field>{FIELD_PATTERN})\s*(?:不是|不叫|并非|不对|写错了?|错了|不再是|isn't|is not|was not"
    rf"|is wrong)(?P<was>.{{0,30}}?)[\s。.!！]*",
    FLAGS,
)
#: what leads to the value of a field that was named before
AFTER_INTRO = re.compile(
    r"(?:(?:and|but|it's|it is|he's|she's|they're|he is|she is|they are|now|is|to|at|as|the new one is|new one is"
    r"|new one|should be|rather)\s*[:]?\s+)*"
    r"(?:而|现在|目前|如今|以后|今后|应该|应|新的?|地址|号码?|改|换|变|搬|升|已经?|最新|正确的?|实际|真正的?)*(?:是|在"
    r"|为|成|到|至|叫|任|做"
    r"|当|担任|用|[:：])*了?\s*(?P<value>.+?)了?[\s。.!！]*",
    FLAGS,
)
#: an order to keep what was told, which tells nothing itself
NOTE = re.compile(
    r"(?:(?:请|麻烦|帮我|帮忙|给我|顺便|都|也|把?这个|把它|你|可以)*(?:记|写|填|加|存|更新|录|登记|改|补|同步|备注"
    r"|保存|标)(?:录|入|上|下|进|到|在|进去)*"
    r"(?:他|她|它|他们|客户|联系人|公司|系统|CRM|crm|资料|档案|备注|信息|名片|的|里|库)*(?:里|上|中|去|下来)?(?:一下"
    r"|下|吧|了)*"
    r"|(?:please\s+|kindly\s+|can you\s+)?(?:add|put|note|save|update|record|keep|log|write)\s+(?:it|that"
    r"|this)?\s*(?:down|in|into|to|on)?\s*"
    r"(?:(?:his|her|its|their|the|our)\s+)?(?:records?|profile|account|crm|card|system|file|notes?)?(?:\s+please)?"
    r"|(?:thanks|thx|谢谢|please|pls|fyi))[\s。.!！]*",
    FLAGS,
)
#: the same behind a value, with only a space before it
NOTE_AFTER = re.compile(
    r"\s+(?:请|麻烦|帮我|帮忙)?(?:记|写|填|加|存|更新|录|登记|补|同步)(?:录|入|上|下|进|到|在)+(?:他|她|它|客户|联系人"
    r"|公司|系统|CRM|资料|档案|备注|信息|名片|的|里)*(?:一下|下|吧)*$",
    FLAGS,
)
#: what may stand before the name
LEAD = re.compile(
    r"(?:(?:联系人|客户|公司|企业|档案|资料|信息)*(?:变更|更新|调整|修改|更正|变动|维护)(?:登记|通知|申请"
    r"|提醒)?\s*[:：]\s*"
    r"|(?:contact|account|customer|client|company|profile|record|data)\s+(?:update|changes?|info|details"
    r"|correction)\s*[:,–-]\s*"
    r"|(?:kindly|please|pls|fyi|btw|note(?: that)?|just|hey|update|(?:update|correct|change)\s+(?:our|the|my"
    r"|your)\s+(?:records?|crm|system|data)"
    r"|for the record|quick update|heads[- ]up|correction)[\s,:：-]+"
    r"|(?:把|将|给|为|对|请|麻烦|帮我|更新(?:一下)?|修改(?:一下)?|改(?:一下)?|更正|补充(?:一下)?|备注"
    r"|记(?:录)?(?:一下)|登记(?:一下)?|通知|说一下|客户资料更新|信息更新|客户|联系人|公司)[\s,，:：]*"
    r"|(?:升级|降级|提升|调整|标记|设置|下调|上调)|(?:the|our|update|set|mark|make|change|put|upgrade|downgrade|flag"
    r"|classify|list|rate|correct|edit|contact"
    r"|account|customer|client|company|for)\s+)*",
    FLAGS,
)
#: a field before its name: 'the address of …'
FIELD_OF = re.compile(
    rf"(?:(?:please|update|change|set|correct)\s+)*(?:the\s+)?(?:new\s+)?(?P<field>{FIELD_PATTERN})\s+(?:of"
    rf"|for)\s+(?:the\s+)?",
    FLAGS,
)
#: the order to tag the name that follows
TAG_LEAD = re.compile(r"(?:please\s+)?(?:tag|label)\s+(?:the\s+|our\s+)?", FLAGS)
#: words behind a name or a tag that are none themselves; IT in capitals is a trade
_NO_TAG = r"(?:too|also|again|later|both|(?-i:it)|them|now|as|instead|soon|today|tomorrow|already|either|anyway)"
TAG_VALUE = re.compile(
    r"\s*(?:为|成|as(?!\s+well[\s.!]*$)|with|上|:|：|是|=)\s*(?P<value>.+)"
    r"|\s*(?P<quoted>[\"'“‘「][^\"'”’」]{1,40}[\"'”’」])[.!]?"
    r"|\s+(?P<bare>(?!(?:for|to|in|on|and|that|please|pls|from|by|at|about|account|customer)\b)"
    rf"(?!{_NO_TAG}\b)[\w&/-]+(?: (?!{_NO_TAG}\b)[\w&/-]+){{0,2}})(?: (?:as well|{_NO_TAG}))*[.!]?",
    FLAGS,
)
#: what may stand between the name and the first clause
OWN = re.compile(
    r"(?:那边|这边|公司|这家(?:客户|公司)?|这个客户|集团|的?(?:客户)?(?:资料|档案|信息)(?:更新|变更)?"
    r"|(?:'s)?\s+(?:company\s+)?(?:profile|details|info|record|data)(?:\s+update)?(?=\s*:))?(?:\s*[:：]\s*(?=\S)"
    r"|[,，]\s*)?",
    FLAGS,
)
REASON = re.compile(
    r"(?:because(?: of)?|since|as(?= (?:they|he|she|it|the)\b)|due to|given that|因为|由于|鉴于|(?:原因|理由)(?:是|为"
    r"|[:：])?|毕竟)\s*(?P<reason>.+)",
    FLAGS,
)
