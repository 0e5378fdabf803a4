"""The signs by which a sentence around known names shows that it reports a contact, for _sketch.py.

Promise: compiled patterns, each linear in the text or bounded. Never: a decision.
"""

from __future__ import annotations

import re

FLAGS = re.IGNORECASE | re.ASCII
#: what may stand between two of those who took part, times and kinds taken out
THIN = re.compile(
    r"(?:[\s,，、()（）/&+~-]|'s\b|\b(?:with|met|saw|and|at|from|of|plus|both|also|in|on)\b"
    r"|\bas well as\b|[跟和与及找]|以及|还有|见(?:了|到|的)?|(?:大门|门)(?=见)|联系人|对方|客户|参与人|参加人"
    r"|拜访人|时间|是|在|里"
    r"|有|的|[:：]|那边|都)*",
    FLAGS,
)
#: words at the beginning that claim nothing
OPENING = re.compile(
    r"(?:(?:crm|update|note|log|record|report|memo|fyi|fwiw|quick|short|brief|just|today's|my"
    r"|our|a|an|the|had|i|we|another|with|to|by|via|on|over|at|in)\b|记录?|登记|补记|补一[条个]"
    r"|新增|添加|互动|跟进|写个|一[个条次下]|我们?|今儿个?|刚刚?|刚才|和|跟|与|给|同|向|对|在|于"
    r"|客户|联系人|参加了?|出席了?|陪同?|约|大约"
    r"|第[一二三]次|再次|又|[\s,，、:：。.;；#\[\]【】()（）-])*",
    FLAGS,
)
#: an order to write it down: whatever stands there is a report
ORDERED = re.compile(
    r"\s*(?:update|fyi|recap|status|汇报|同步|更新)\s*[:：,，]|\s*(?:please\s+)?(?:log|record|note"
    r"|save|add|crm|memo|report)\b|(?:帮我|给我|请)?(?:记录?|登记"
    r"|补记|录入|补录|新增|添加|加|写)(?:一?[下个条次笔]|了)?"
    r"(?:互动|跟进|拜访|电话|通话|会议|记录)?",
    FLAGS,
)
#: what follows is told by or wanted of somebody: no sign of the contact itself stands after it
THEN = re.compile(
    r"说(?!好|定|妥)|让|叫|要|希望|[想请问催]|提(?:出|到|议|了)|表示|反馈|觉得|认为|同意|答应"
    r"|打算|准备|计划|告诉|抱怨|投诉|因为|所以|但是?|不过|还没|没[有能]?"
    r"|\b(?:he|she|they)(?:'?(?:s|ve|re|ll|d))?\b(?!\s+(?:didn|did not|never|wasn|was not|hasn|isn|aren|not|could|can))"
    r"|\b(?:who|which|that|because|about|wants?|wanted|asked|asks|says|said|told|needs?"
    r"|needed|will|would|should|if|when|after|before|re|regarding|to (?:discuss|talk"
    r"|review))\b",
    FLAGS,
)
#: done, by its words
DONE_ZH = re.compile(
    r"了(?!解)|过(?![几两]天|会|去|来|目|程|户|年|节)|完(?!成|善|全|整)|好了|刚(?!好"
    r"|需)|才(?!能)|已|来电|来访|到访|打来|发来|收到|接到|回复|出来|回来|接待|碰见|碰到|遇见|遇到"
)
DONE_EN = re.compile(
    r"\b(?:was|were|had|been|got|met|spoke|saw|sat|went|came|ran|rang|sent|wrote|gave|caught"
    r"|took|held|did|left|back|just|finished|off|over|"
    r"(?!need|fee|see|spee|weed|inde|hundr|unit|limit|red|bed|wed)[a-z]{2,}ed)\b",
    FLAGS,
)
#: an English verb in its base form that begins the sentence gives an order
BASE_FORM = re.compile(
    r"\s*(?:please\s+)?(?:call|phone|ring|e-?mail|mail|text|message|visit|meet|see|ping"
    r"|contact|chat with|talk to|speak to)\s+(?:with\s+|to\s+)?#",
    FLAGS,
)
#: orders about other records that name a way of contact as well: 'complete Call Initech', 打电话任务推迟
OTHER_ORDER = re.compile(
    r"\s*(?:please |pls |帮我|请|把|将)*(?:(?:last time|when|next time|every time|complete|finish"
    r"|close|cancel|delete|remove|move"
    r"|postpone|reschedule|schedule|update(?!:)|set|mark|remind|assign|tag|merge|undo"
    r"|create|show|list|find|search|send|prepare|arrange|book|plan|make|draft|write)\b|完成|取消"
    r"|关闭|删除|推迟|延期|更新|修改|查|提醒|安排|预约|约一下|撤销|合并|发(?!了|过|完|现|生)"
    r"|写(?!个跟进|跟进|个互动|了|过)|准备|新建(?!互动|跟进|拜访)|建|任务|待办|todo|task|reminder)",
    FLAGS,
)
#: what is told of it after the names: 聊报价, 'pricing', ': wants a quote'
TELLS_ZH = re.compile(
    r"(?:聊|谈|讨论|沟通|确认|介绍|讲|对方|他|她|客户|说|提|要|想|同意|满意|不|没|已|还|再|定"
    r"|改|都在|在场|到场|内容|关于|了解|汇报)"
)
TELLS_EN = re.compile(
    r"(?:\s+(?:at|in|on|over) [^,;:.]{2,30})?\s*(?:[:;—–]|-\s|,\s*(?:(?:he|she|they|we"
    r"|it)(?:'\w+)?\b|wants?|needs?|[a-z]+ed\b|follow|send"
    r"|all\b|no\b|not\b|will\b)|(?:re|wants?|needs?|asked|said)\b)",
    FLAGS,
)
#: going somewhere, and being there, is a visit
PLACE = re.compile(
    r"(?:^|[^现存潜实所正])(?:在|去|到|从|陪(?:同|着)?|前往|赴|跑|来)(?:了|过|趟|一趟"
    r"|我们?)*\s*#|#.{0,12}?(?:出来|回来|接待"
    r"|来(?:我们?)?(?:公司|办公室|店)|那(?:边|里)(?:看|演示|培训|参观|调研|开))"
    r"|(?:碰见|碰到|遇见|遇到|偶遇|见到|接待|送走)(?:了)?.{0,4}#"
    r"|#.{0,4}(?:办公室|公司|店|厂|家|单位|现场|工地)(?:里|那)?(?:坐|待|呆|聊|谈|开|吃)(?:了|过)"
    r"|\b(?:went|came|drove|back|stopped|dropped|swung|popped|toured|walked)\b.{0,20}#"
    r"|\bspent\b.{0,40}\b(?:at|with)\b.{0,4}#|刚?出了?#+的?(?:大门|门(?!店))"
    r"|#.{0,12}\b(?:came|dropped|stopped|showed) (?:by|in|over)\b"
    r"|\bran into\b.{0,4}#|\b(?:onsite|on-site|site visit)\b",
    FLAGS,
)
#: words that leave the way of contact open beside one that names it
WEAK_CHAT = re.compile(r"聊[了过到]?|chat(?:ted)?|沟通|交流|im", FLAGS)
GREETING = re.compile(r"问候|拜.{0,2}[年节]|祝福|greetings?", FLAGS)
#: what was sent or shown is content
SENT = re.compile(
    r"\s*(?:i\s+|we\s+|just\s+)*(?:sent|e-?mailed|mailed|forwarded|delivered|presented|showed"
    r"|shared|gave|brought|handed|demoed|pitched)\b",
    FLAGS,
)
#: characters of a sentence in which whom it is about must stand
MAX_HEAD = 60
#: characters after the names in which the way of contact may stand
KIND_NEAR = 14
#: who took part, by the words before and after him
WITH = re.compile(
    r"(?:[跟和与同找]|联系人[:：是]?|拜访人[:：是]?|参与人[:：是]?|对方是|见(?:到了?|了|的)?|\b(?:with|met|saw|and"
    r"|plus))\s*$",
    FLAGS,
)
CLAUSE_START = re.compile(r"(?:^|[,，;；。.:：!！?？—–]|\s-)\s*$")
SPEAKS = re.compile(
    r"\s*(?:反馈|说|表示|希望|提出|提到|要求|要|想|同意|确认|认为|觉得|问|答应|抱怨|建议|介绍|很"
    r"|非常|挺|对|也?在(?:场)?|也?参加|出席|接待|陪同|作陪|来的|接的|负责接待)"
    r"|\s+(?:wants?|wanted|needs?|needed|asked|asks|said|says|agreed|confirmed|mentioned|liked|likes|complained"
    r"|requested|told|signed|thinks|would like|is happy|was happy|joined|attended|was there"
    r"|were there|showed (?:me|us)|gave (?:me|us)|also there)\b",
    FLAGS,
)
#: the end of a clause in which nothing but a name stands
ALONE = re.compile(r"\s*(?:[,，;；。.!！]|$)")
LIST = re.compile(r"\s*(?:[、,，和与及&]|\band\b|\bas well as\b|以及|还有)\s*", FLAGS)
#: joins one more who took part to those named in the frame; what follows him must not make him the story's subject
FURTHER = re.compile(
    r"\s*[、,，]?\s*(?:还有|以及|外加|加上|\bas well as\b|\balong with\b|\bplus\b|\band(?: also)?\b)\s*", FLAGS
)
NO_FURTHER = re.compile(
    r"\s*(?:的|要|说|想|让|问|希望|需要|那边|反馈|提|催|没|不|答应|同意|给|把|会"
    r"|(?:wants?|needs?|asked|said|will|would|is|was|has|agreed|called|e-?mailed|sent|told|wrote|confirmed)\b)|'s",
    FLAGS,
)
#: after a list of known people, somebody who is not known
UNKNOWN_MORE = re.compile(
    r"\s*(?:[、和与及]|以及|还有|跟)\s*(?P<name>[\u3400-\u9fff]{2,3})(?=[,，、;；。\s]|打|通|聊|谈|开|见|吃|说|$)"
)
#: right after a company, somebody of it who is not known: 跟渤海罗闻通电话
UNKNOWN_THERE = re.compile(
    r"(?:公司|那边|的)?(?P<name>[\u3400-\u9fff]{2,3})(?=打|通|聊|谈|开|见|吃|说|发|回|电话|微信|视频|语音|碰|喝|沟通)"
)
#: somebody of a company by his post alone: 'the dispatcher at Northwind'
POST_AT = re.compile(
    r"\b(?:the|their|an?)\s+(?!(?:guys|team|people|folks|office|call|meeting|demo|visit|chat|quick)\b)"
    r"[a-z]+(?: [a-z]+)?\s+(?:at|from|of|over at)\s+(?:the\s+)?$",
    FLAGS,
)
#: leads to a time that follows the names
TIME_LEAD = re.compile(r"(?:on|at|around|about)\s+(?:the\s+)?", FLAGS)
#: a verb of contact in its base form: an order or a plan where nothing is told
BASE_VERB = re.compile(
    r"\b(?:call|phone|ring|e-?mail|mail|text|message|visit|meet|see|ping|contact|demo|present|lunch|dinner|coffee"
    r"|meeting)\b"
    r"|拜访|走访|回访|见面|会面|打电话|打个电话|开会|约见|见(?!到|过|了)|面谈|吃饭|演示|上门|去",
    FLAGS,
)
#: the verb alone behind the name, or nothing
VERB_ONLY = re.compile(
    r"\s*(?:再|去)?(?:打一?个?电话|发一?[个封条]?(?:邮件|微信|短信)|见一?个?面|开一?个?会|吃一?[个顿]?饭"
    r"|碰一?个?面|碰头|聊一?聊"
    r"|演示|回访|拜访|面谈)?[\s,，.。!！]*"
)
#: a time of what is promised
PROMISES = re.compile(r"\b(?:by|before|until|till|due|no later than)\s+(?:the\s+)?$", FLAGS)
DUE_AFTER = re.compile(r"\s*(?:之?前|以前|截止|到期|内)(?!台)")
#: joins those who took part although they are of two companies
TOGETHER = re.compile(r"\s*(?:[、和与及&]|\band\b|\bas well as\b|以及|还有)\s*", FLAGS)
#: leads to somebody who took part
LEADS = re.compile(r"\b(?:with|met|saw)\b|[跟和与及找]|见|联系人|对方|拜访人|参与人", FLAGS)
#: a clock time that was not read
CLOCK = re.compile(
    r"(?:\d{1,2}|十?[一二两三四五六七八九十])点(?!了?[东小什])|\d{1,2}\s?(?:am|pm)\b|\d{1,2}:\d\d"
    r"|\d{1,4}[/-]\d{1,2}[/-]\d{1,4}",
    FLAGS,
)
#: verbs between kind and story that belong to the frame
TAIL = re.compile(
    r"\s+(?:me|us)(?: back)?\b|\s+back\b|[\s,，]*(?:[打发聊通开去](?:了|过|完))?(?:个|一下|了|的|完"
    r"|过)*(?![一-龥]{0,2}(?:解|成))"
)
