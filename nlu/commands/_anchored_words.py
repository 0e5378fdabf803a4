"""The words that only lead from something known to its new value, and what ends, doubts or explains a change.

Promise: each pattern is linear. Never: a reading of its own (nlu/commands/_anchored.py).
"""

from __future__ import annotations

import re

from nlu.commands._fields import FLAGS

#: stands in for what is known
MARK = "\ue000"
EDGES = " \t,，。.;；!！:：~～\"'“”"

_AMOUNT_ZH = "(?:合同|成交|商机|项目|订单)?(?:金额|总价|总额|价格|价钱|预算|合同额|额度|单价)"
_CLOSE_ZH = (
    "(?:预计|预期|计划)?(?:成交|签约|签单|结单|关单|赢单)(?:的)?(?:日期|日子|时间|日)|预计成交|预计签约"
    "|签约|签单|结束日期"
)
_STAGE_ZH = "(?:销售|商机|跟进|项目)?(?:阶段|进度|进展)"
_LEVEL_ZH = "(?:客户)?(?:级别|等级|评级|定级)"
_STATUS_ZH = "(?:客户)?状态"
_AMOUNT_EN = r"\b(?:amount|value|size|price|total|budget|worth)\b"
_CLOSE_EN = r"\b(?:clos(?:e|ing)(?: date)?|end date|sign(?:ing)? date|eta)\b"
_STAGE_EN = r"\b(?:stage|phase)\b"
_LEVEL_EN = r"\b(?:levels?|grade|tier|rating|class)\b"
_STATUS_EN = r"\b(?:status|state)\b"
AMOUNT = re.compile(f"{_AMOUNT_ZH}|{_AMOUNT_EN}", FLAGS)
CLOSE = re.compile(f"{_CLOSE_ZH}|{_CLOSE_EN}", FLAGS)
STAGE_WORD = re.compile(f"{_STAGE_ZH}|{_STAGE_EN}", FLAGS)
LEVEL = re.compile(f"{_LEVEL_ZH}|{_LEVEL_EN}", FLAGS)
STATUS_WORD = re.compile(f"{_STATUS_ZH}|{_STATUS_EN}", FLAGS)

#: Chinese words of more than one character; single ones stand in the class behind them
_ADVERB_ZH = (
    "现在|目前|如今|已经|刚刚|最新|最后|最终|最近|正式|直接|暂时|今天|应该|可以|麻烦|一下|往前|往后|向前|向后|终于|总算"
    "|正好|先暂时|干脆|大概|大约|差不多|咱们|我们|这家|那家|这个|那个|这单|那单|这笔|单子|商机|项目|客户级别|更新|修改"
    "|(?:被|跟|和|与)(?:客户|对方|他们|甲方)|加码|追加"
)
_SINGLE_ZH = (
    "改换调整变更升降加增减砍压谈涨跌缩拖推进挪移延顺提回退写记定设放填标转走到成为至在入作做是有算按于把将给"
    "帮请又再先就都也已刚暂了的下过往后前它这那从由应得要"
)
_WORDS_EN = (
    r"is|are|be|been|being|has|have|had|now|currently|just|already|finally|officially|only|to|at|as|in"
    r"|into|on|onto|down|up"
    r"|out|back|it|its|it's|that's|the|an?|our|this|that|deal|opportunity|opp|project|customer|client"
    r"|account|they|they've|we|we've|he|she"
    r"|i|i've|set|change|changed|update|updated|move|moved|moves|push|pushed|pushes|slip|slipped|slips"
    r"|drop|dropped|drops"
    r"|went|goes|gone|came|comes|come|fell|fallen|rose|risen|grew|grown|raise|raised|lower|lowered|reduce"
    r"|reduced|cut|bump"
    r"|bumped|haggled|negotiated|talked|knocked|trimmed|squeezed|beat|brought|bring|make|made|mark|marked"
    r"|put|record|enter"
    r"|entered|correct|corrected|adjust|adjusted|revise|revised|until|till|stands|sits|should be|should read|must be"
    r"|has to be|needs to be|expected|new|please|kindly|so|then|therefore|advance|advanced|progress"
    r"|progressed|reached"
    r"|increase|increased|decrease|decreased|upgrade|upgraded|downgrade|downgraded|promote|promoted"
    r"|demote|demoted|deserves"
    r"|deserve|earned|earns|gets|got|became|becomes|forward|over|for|of|and|also|rate|rated|flag|flagged"
    r"|list|classify|treat"
    r"|delayed|delay|postponed|postpone|extended|extend|date|was (?:moved|pushed|cut|raised|lowered"
    r"|reduced|set)|update"
    r"|agreed|settled|landed|closed|settle|agree|close"
)
_FIELDS = "|".join(
    (
        _AMOUNT_ZH, _CLOSE_ZH, _STAGE_ZH, _LEVEL_ZH, _STATUS_ZH, _AMOUNT_EN, _CLOSE_EN, _STAGE_EN, _LEVEL_EN,
        _STATUS_EN,
    )
)  # fmt: skip
#: nothing but words that lead to a value
LINK = re.compile(
    rf"(?:{_FIELDS}|{_ADVERB_ZH}|\b(?:{_WORDS_EN})\b|[{_SINGLE_ZH}]|{MARK}|'s|’s|->|=>|→|[\s:：=()（）\"'“”-])*+", FLAGS
)
#: what stands right before a value that is arrived at
ARRIVES = re.compile(
    rf"(?:[到成为至在是写改换记定作入设调进标变填转推][\s了:：=]*|(?:{_FIELDS})[\s:：=]*|[:：=→>]\s*"
    rf"|\b(?:to|at|as|is|be|in|into|now|on|until|till|reached|entered|it's|stands|worth|an?|the)\s*"
    rf"|\b(?:mark|make|set|put|flag|list|classify|rate)\s+(?:the\s+|our\s+)?(?:(?:customer|client|account"
    rf"|deal)\s+)?{MARK}\s*"
    rf"|(?:标|记|把)[^,，]{{0,4}}{MARK}\s*)$",
    FLAGS,
)
#: judging verbs; a bare letter is a level only beside one
JUDGES = re.compile(
    r"[升降]|评|定级|\b(?:upgrade|downgrade|raise|lower|promote|demote|bump|set|move|put|mark|rate|grade|make"
    r"|drop)d?(?:ed)?\b"
    rf"|{LEVEL.pattern}",
    FLAGS,
)
DESERVES = re.compile(r"\b(?:deserves?|earned|earns|gets|got|is|became|becomes)\s+(?:an?\s+|our\s+)?$", FLAGS)
MARKS = re.compile(r"标|记为|设为|\b(?:mark|flag|list|classify|set|put|make|treat)(?:ed)?\b", FLAGS)
PUTS_OFF = re.compile(
    r"[拖推延挪移改]|提前|顺延|\b(?:slip|push|move|delay|postpone|extend|put|bring|brought)(?:s|ped|ed|d)?\b", FLAGS
)
EARLIER = re.compile(r"提前|往前|向前|\b(?:forward|earlier|in by)\b", FLAGS)

STAGE = re.compile(
    r"(?P<value>初步接触|初次接触|需求确认|需求分析|方案报价|方案|报价|商务谈判|谈判|谈合同|赢单|成交|输单|丢单|失单"
    r"|\b(?:contacted|qualified|qualification|proposal|quotation|quote|negotiations?|negotiating"
    r"|(?:closed[- ])?won|(?:closed[- ])?lost))(?:的?阶段|\s*(?:stage|phase))?$",
    FLAGS,
)
LEVEL_VALUE = re.compile(
    r"(?<![a-z])(?:(?:level|tier|grade|class)\s+(?P<value>[SABC])|(?P<letter>(?-i:[SABC])))"
    r"(?:\s*[级类档等](?:客户)?|[\s-]*(?:level|tier|grade|class|rating|rated)(?:\s+(?:customer|account|client))?)?$",
    FLAGS,
)
#: 渤海化工降一级, 'bump Acme up a level'
STEP = re.compile(
    rf"(?:把|将|给|客户|请)*{MARK}(?:的?(?:客户)?(?:级别|等级)|[应该得要再往调]){{0,3}}?(?:(?P<up>[升提])"
    rf"|[降])(?:高|低)?[一1]?个?[级档](?:级别|等级)?"
    rf"|(?:please\s+)?(?:(?P<up2>raise|bump|move|upgrade|promote|take)|lower|drop|downgrade|demote|knock)\s+{MARK}"
    rf"(?:'s\s+(?:level|grade|tier|rating))?\s*(?:(?(up2)up|down)\s+)?(?:by\s+)?(?:an?|one|1)\s+(?:level"
    rf"|grade|tier|notch)",
    FLAGS,
)
STATUS_VALUE = re.compile(
    r"(?P<value>沉默|静默|休眠|活跃|流失|\b(?:silent|dormant|inactive|active|churned))(?:客户|\s+(?:customer"
    r"|account))?$",
    FLAGS,
)
NUMBER = re.compile(
    r"(?<![\d.,a-z零一二两三四五六七八九十百千万亿])(?:[¥￥$€£]|(?:usd|eur|cny|rmb|gbp|hkd|人民币|美金|美元|欧元)\s?)?"
    r"(?:\d|[零一二两三四五六七八九十百千]|\b(?:half|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w{3,6}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b)",
    FLAGS,
)
#: 一百三 beside 万
SHORT_HUNDRED = re.compile(r"(?P<hundreds>[一二两三四五六七八九])百(?P<tens>[一二三四五六七八九])十?")
FROM_OLD = re.compile(
    r"[¥￥$€£]?\d[\d.,]{0,14}(?:\s?(?:万|亿|w|k|m))?\s*(?=(?:→|->|=>)\s*$)|从[^从到降升改涨加减,，]{1,14}"
    r"|\bfrom\s+\S{1,14}(?:\s(?:k|million|thousand))?(?=\s+(?:down\s+|up\s+)?to\b)",
    FLAGS,
)
ARTICLE = re.compile(r"\s+the\s*$", FLAGS)
#: a deal that came to nothing, told of it alone: 追溯那单没了, 'the Acme deal is dead'
GONE = re.compile(
    rf"{MARK}\s*(?:的?单子?|项目)?(?:已经?|彻底|基本|刚刚?|终于|算是|看来)*(?:没了|飞了|凉了|泡汤了?|没戏了|吹了"
    rf"|跑了|丢了|黄了|死了|没拿下|丢单了?|输了)"
    rf"|(?:the\s+)?{MARK}\s+(?:(?:is|has|we|just|now|finally)\s+)*(?:dead|gone|lost|fell through|fallen through"
    rf"|slipped away|down the drain)",
    FLAGS,
)
#: a value right behind the name, as in a telegram: 'Bohai MES 380k'
BARE = re.compile(rf"{MARK}\s*(?:现在|now)?\s*", FLAGS)
#: when a deal is to close, with its verb alone: 签12月底, '12 Feb sign', 'close 12 Feb'
SIGNS = re.compile(
    rf"(?:{MARK}\s*)?(?:预计|计划|争取|改|挪|推|延|顺延)?(?:签约?|成交|关单|落单|\b(?:close[sd]?|closing|sign(?:s"
    rf"|ing)?|signature|eta|exp(?:ected)?))\s*(?:[到至在]|\b(?:by|on|in|to"
    rf"|now))*\s*[:=]?\s*(?P<after>[^,，;；]{{2,24}})"
    rf"|(?:{MARK}\s*)?(?:预计|计划|争取)?(?P<before>[^,，;；]{{2,16}}?)(?:前|底前)?\s*(?:能|可)?(?:签约|签单|签"
    rf"|成交|关单|\b(?:close|signing|signature))",
    FLAGS,
)
#: by how much something is put off
SHIFT = re.compile(
    r"(?P<verb>(?:往后|向后|再|往)*(?:推迟?|延后?|拖|顺延|挪|移|延期)(?:了|个)?|\s+(?:(?:out|back)\s+)?(?:by\s+"
    r"|another\s+))"
    r"(?P<value>(?:\d{1,2}|[一二两三四五六半]|an?|one|two|three|four|five|six)\s*(?:个)?"
    r"(?:天|日|周|星期|礼拜|月|季度|days?|weeks?|months?|fortnight|quarters?))$",
    FLAGS,
)
EXPECTED = re.compile(
    r"(?:预计|预期|计划|争取|力争|大概|应该)(?:在|于)?(?P<zh>[^,，;；]{2,16}?)(?:之?前|内)?(?:能|可以|会)?"
    r"(?:签|成交|签约|签单|落地|关单|结单|签下来?)"
    r"|(?:and\s+)?(?:(?:is\s+)?(?:expected|likely|due|set|going|planned)\s+to\s+(?:close|sign)|closing|closes"
    r"|signing|should close|will close)\s+(?:in\s+|on\s+|by\s+|at\s+)?(?P<en>[^,;]{3,24}?)",
    FLAGS,
)
SPACED_SCALE = re.compile(r"(?<=\d)\s+(?=[万亿])")

CLAUSE = re.compile(
    r"\s*(?:[,，](?!\d{3}(?!\d))|[;；。!！\n]|[:：](?!\d))\s*|\.\s+|\s+[-–—]+\s+"
    r"|\s+(?=(?:because|since(?!\s(?:then|last|\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon"
    r"|tue|wed|thu|fri|sat"
    r"|sun)[a-z]*\b))|due to|as (?:they|he|she|it|the))\s)|\s*(?=因为|由于)|\s*(?:并且|同时|而且)\s*"
    r"|\s+and\s+(?=(?:also\s+)?(?:the\s+|its\s+)?(?:value|amount|close|closing|stage|price|size|date"
    r"|budget|moved?|push|set|"
    r"put|it|level|status)\b)",
    FLAGS,
)
#: where a clause may be parted that is no change as a whole: run together as it was dictated
WEAK = re.compile(
    r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff\ue000])"
    r"|(?<=了)(?=[改换调升降推进转标]|把|金额|阶段|状态|级别|等级|成交|预计)"
    r"|\s+(?=(?:they|he|she|we|it was|it's been|after|the (?:customer|client))(?:'re|'ve|'s)?\s)",
    FLAGS,
)
#: politeness and particles behind a value
TAIL = re.compile(
    r"(?:[\s,，]*(?:吧|了|啊|哈|呢|哦|啦|就行|就好|即可|就可以|左右|整|先这样|谢谢|辛苦|一下"
    r"|\b(?:now|already|please|pls|today|for now|instead|then|too|thanks)))+$",
    FLAGS,
)
#: an order to keep it, which tells nothing itself
KEEP = re.compile(
    r"(?:请|麻烦|帮我|帮忙|给我|你|都|也|把|将|它|这个|那个|单子|商机|阶段|金额|状态|级别|信息|系统|里|的|客户|记"
    r"|录|改|更新|修改|调整|同步|登记|变更|一下|下|吧|了|上)+"
    r"|(?:please\s+|pls\s+|kindly\s+|can you\s+|so\s+)?(?:update|change|adjust|fix|edit|note|record|save"
    r"|log|sync)\s*(?:it|this|that|the"
    r"|our|my|deal|record|opportunity|amount|stage|crm|system|account|customer|in|accordingly|please|down|\s)*"
    r"|fyi|thanks|thx|please|pls|谢谢|辛苦了?",
    FLAGS,
)
#: what makes a change no fact
DOUBT = re.compile(
    r"如果|要是|假如|假设|假使|万一|除非|的话|可能|也许|或许|说不定|好像|似乎|估计|听说|据说|传言|打算|等.{0,14}[再才]"
    r"|以后再|先别|先不|不要|别(?:改|动|调|推|升|降|换|记)|不用改|(?:本来|原来|原本)(?![的那])|差点|还没"
    r"|没有?(?:改|推|升|降|换|到|进)|取消|撤"
    r"|\b(?:if|unless|once|maybe|perhaps|might|may be|could|would|suppose|supposedly|apparently"
    r"|reportedly|rumou?rs?|i hear|i heard"
    r"|heard|hearing|think|thinking|guess|hope|hoping|wish|plan(?:ning)? to|considering|consider|almost"
    r"|nearly|not yet|don'?t"
    r"|do not|shouldn'?t|never mind|nevermind|used to|originally|would have|instead of)\b",
    FLAGS,
)
STOP = re.compile(r"[改动调推升降换标]|\b(?:change|move|set|update|mark|touch|lower|raise|put)\b", FLAGS)
#: what is no reason, but a report, a payment, a task or an order of its own
OTHER = re.compile(
    r"新开|新建|开了?一?个新?(?:商机|单|线索|客户)|立项|\bnew (?:deal|opportunity|lead)\b|预计|预期"
    r"|提醒|记得|别忘|电话|通话|拜访|开会|开了会|见面|见了|碰面"
    r"|聊|微信|邮件|吃饭|回访|待办|任务|回款|到账|进账|打款|收到.{0,6}[万元款]"
    r"|^(?:请|再|另外|顺便|帮我)*(?:把|将|给|新建|新增|创建|添加|登记|录入|记录|更新|修改|完成|推迟|安排|建|约|发|寄)"
    r"|\b(?:remind|called|phoned|visited|met|emailed|spoke|spoken|meeting|lunch|dinner|call with|task|paid|payment)\b"
    r"|^(?:and\s+|also\s+|then\s+|please\s+)*(?:set|change|update|move|mark|tag|assign|create|add|log"
    r"|schedule|call|send|book|put"
    r"|raise|lower|make)\b|\b(?:said|says|wants? (?:us|me|you)|told|asked (?:us|me|you))\b|让我|叫我|要我",
    FLAGS,
)
BECAUSE = re.compile(r"^(?:because(?: of)?|since|as|due to|因为|由于)\s*", FLAGS)
#: words that are only said of a deal
OF_DEAL = re.compile(
    r"单子|商机|这单|那单|项目|\b(?:deal|opportunity|opp|stage|close date|closing date)\b|阶段|成交|签约", FLAGS
)
#: what may follow a customer's name as part of it: Pinnacle Retail, 金诺公司
REST_OF_NAME = re.compile(
    r"(?:公司|集团|这家|那边|(?:\s(?-i:[A-Z][a-z]{2,}))(?=\s(?:to|is|deserves|as|up|down)\b))?", FLAGS
)
