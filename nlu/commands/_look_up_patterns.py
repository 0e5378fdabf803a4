"""How a look-up is worded in both languages, and what of a record it may ask for."""

from __future__ import annotations

import re

ASPECTS = (
    (
        "phone",
        r"phone(?: number)?s?|mobile|cell|telephone|tel|number|电话(?:号码?)?|手机号?(?:码)?|联系电话|联系方式"
        r"|号码|contact (?:details|info(?:rmation)?)",
    ),
    ("email", r"e-?mail(?: address)?|邮箱(?:地址)?|电子邮件|邮件地址"),
    ("title", r"(?:job )?title|position|职位|职务|岗位"),
    ("address", r"address|location|地址"),
    ("owner", r"owner|account manager|sales ?rep|负责人|客户经理|归属人|跟进人"),
    ("contacts", r"contacts?|联系人|对接人"),
    ("account", r"company|employer|公司|单位"),
    (
        "timeline",
        r"timeline|history|interactions?|activities|records?|notes|互动记录|跟进记录|跟进历史|历史记录|互动"
        r"|拜访记录|往来|动态|时间线",
    ),
    ("level", r"level|grade|等级|级别"),
    ("stage", r"stage|deals?|opportunit(?:y|ies)|pipeline|商机|阶段|进展"),
    ("amount", r"amount|contract value|金额|合同金额"),
    ("who", r"profile|info(?:rmation)?|details?|card|record|资料|信息|详情|档案|情况|名片|客户资料|客户信息|基本信息"),
)
_EN_ASPECT = "|".join(pattern for _, pattern in ASPECTS)
_ZH_ASPECT = (
    "电话(?:号码?)?|手机号?(?:码)?|联系电话|联系方式|号码|邮箱(?:地址)?|电子邮件|职位|职务|地址|负责人|客户经理"
    "|跟进人|联系人|对接人|公司|单位|互动记录|跟进记录|跟进历史|历史记录|拜访记录|动态|时间线|等级|级别|商机"
    "|资料|信息|详情|档案|情况|名片|客户资料|客户信息|基本信息"
)
NAME = r"(?P<name>[^?？,，。:：;；!！\n]{1,60}?)"
END = r"(?:\s*(?:来着|again))?\s*[?？。.!！]*"
_ASK = "(?:查(?:一下|一查|查|询|找)?|搜(?:索|一下)?|找(?:一下)?|看(?:一下|看|下)?|打开|给我|发我|告诉我|显示|帮我查)?"
_DID = (
    r"(?:contact(?:ed)?|talk(?:ed)? (?:to|with)|spoke (?:to|with)|speak (?:to|with)|call(?:ed)?|visit(?:ed)?"
    r"|meet|met|see|saw|interact(?:ed)? with|touch(?:ed)? base with)"
)
BY_POST = "post"
#: somebody by his post at a company: 'IT Director at Globex'
POST_OF = r"[^?？,，]{2,40}? (?:at|of|for|from|over at) [^?？,，]{2,40}?"
PATTERNS = tuple(
    (aspect, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for aspect, pattern in (
        (
            "who",
            r"(?:find|look ?up|search(?: for)?|who(?: is|'s)|查(?:一下|一查|找|询)?|搜索?|找(?:一下)?"
            r"|这个号码?|号码)\s*[:：]?\s*"
            rf"(?P<name>\+?\d[\d ()-]{{6,18}}\d)\s*(?:是谁|是哪位|是哪家)?{END}",
        ),
        (
            "last_contact",
            r"(?:when (?:was|is) )?(?:the |my |our )?(?:last|latest|most recent) (?:contact|call|visit"
            r"|interaction|meeting|touch ?point|touch|activity|conversation|e-?mail|chat)s?(?: date)? (?:with"
            rf"|to|of|from|for|at) {NAME}{END}",
        ),
        (
            "last_contact",
            rf"when did (?:i|we|anyone|someone) last {_DID} {NAME}{END}|when was {'(?P<name2>[^?]{1,60}?)'} "
            rf"last (?:contacted|visited|called){END}",
        ),
        (
            "last_contact",
            r"(?:上一?次|最近一次|最后一次|最近)(?:是)?(?:什么时候|哪天|啥时候|几号)?(?:我|我们)?(?:和|跟|与"
            rf"|同)?(?:联系|拜访|沟通|互动|跟进|通话|通电话|见面?|打电话给?)(?:了|过|的)?{NAME}(?:是"
            rf"|在)?(?:什么时候|啥时候|哪天|几号|何时|的时间)?{END}",
        ),
        (
            "last_contact",
            rf"(?:上一?次|最近一次|最后一次|最近)(?:和|跟|与|同){NAME}(?:的)?(?:联系|拜访|沟通|互动|跟进|通话"
            rf"|通电话|见面?|聊天?|打电话)(?:是|在|的)*(?:什么时候|啥时候|哪天|几号|何时|时间)?{END}",
        ),
        (
            "last_contact",
            rf"(?:和|跟|与|同)?{NAME}的?(?:上一?次|最近一次|最后一次|最近)(?:的)?(?:联系|拜访|沟通|互动|跟进"
            rf"|通话)(?:是|在|的|时间)*(?:什么时候|啥时候|哪天|几号|何时)?{END}",
        ),
        (
            "last_contact",
            rf"(?:when was )?the last time (?:i|we|anyone) (?:met|saw|called|spoke (?:to|with)"
            rf"|talked (?:to|with)|visited|e-?mailed|contacted) {NAME}{END}"
            rf"|last time (?:i|we|anyone) (?:met|saw|called|spoke (?:to|with)|talked (?:to|with)"
            rf"|visited|e-?mailed|contacted) {'(?P<name2>[^?]{1,60}?)'}{END}",
        ),
        (
            "last_contact",
            rf"(?:跟|和|与|同)?{NAME}(?:那边|这边|那里)?(?:上一?[回次]|最近一?次?|最后一次|之前)(?:跟我们?|和我们?|我们?|是|都)*"
            rf"(?:聊|谈|说|讲|沟通|讨论|见面?聊|拜访)(?:了|的|过|到)*(?:点|些)?(?:什么|啥|哪些(?:内容|事)?)(?:内容|来着|了)?{END}",
        ),
        (
            "last_contact",
            rf"(?:我们?)?(?:上一?[回次]|最近一?次?)(?:跟|和|与|同)?{NAME}(?:那边)?(?:聊|谈|说|讲|沟通|讨论)(?:了|的|过|到)*"
            rf"(?:点|些)?(?:什么|啥|哪些(?:内容|事)?)(?:来着)?{END}",
        ),
        (
            "last_contact",
            rf"what (?:did|was) (?:we|i|you)? ?(?:last )?(?:talk(?:ed)?|discuss(?:ed)?|sa(?:y|id)|go over"
            rf"|cover)(?: about)? (?:with|to) "
            rf"{NAME}(?: last time| last| recently)?{END}|what did {'(?P<name2>[^?]{1,60}?)'} (?:say|want"
            rf"|tell (?:me|us)) last time{END}",
        ),
        (
            "contacts",
            rf"(?:the )?(?:names? of )?(?:everybody|everyone|anyone|all (?:the |our )?(?:people|contacts|folks)"
            rf"|(?:the |our )?"
            rf"(?:people|contacts|folks))(?: (?:that )?we (?:know|have|deal with))? (?:on|at|in|from|over at"
            rf"|with) (?:the )?"
            rf"{NAME}(?:(?:'s)? (?:side|team|end))?{END}",
        ),
        (
            "contacts",
            rf"(?:我们?)?{NAME}(?:那边|那里|公司|这家)(?:我们?)?(?:都)?(?:有|认识)(?:谁|哪些人|哪几个人|哪几位|些谁|什么人){END}",
        ),
        (
            "timeline",
            rf"(?:show (?:me )?)?(?:the |our |my |full )?(?:history|timeline|activity"
            rf"|interactions?) (?:with|of|for) {NAME}{END}",
        ),
        (
            "timeline",
            rf"(?:我们?)?(?:跟|和|与){NAME}(?:的)?(?:都|之间)?(?:有)?(?:过)?(?:哪些"
            rf"|什么|所有)?(?:互动|往来|联系记录|沟通记录|跟进记录){END}",
        ),
        (
            "contacts",
            rf"(?:find|show(?: me)?|list|get|see) (?:all |the |our |my )?(?:contacts?|people) (?:at|of"
            rf"|for|in|from) {NAME}{END}",
        ),
        (
            "contacts",
            rf"who(?:'s| is| are| do we know) (?:our |my |the )?(?:contacts?|people|person)? ?(?:at|in"
            rf"|with) {NAME}{END}",
        ),
        (
            "contacts",
            rf"{NAME}(?:那边|公司)?(?:都)?有(?:哪些|什么|谁)?(?:联系人|对接人){END}|{'(?P<name2>[^?？]{2,30}?)'}(?:那边"
            rf"|公司)?(?:的)?(?:联系人|对接人)(?:都)?(?:是|有)(?:谁|哪些){END}",
        ),
        (
            "aspect",
            r"(?:what(?:'s| is| are) |give me |show me |get |find |tell me |i need |send me )?(?:the |an? "
            rf")?(?P<aspect>{_EN_ASPECT})(?: (?:number|details))? (?:of|for|about) {NAME}{END}",
        ),
        (
            "aspect",
            rf"(?:what(?:'s| is| are) |give me |show me |get |find |tell me |i need |send me )?{NAME}(?:'s"
            rf"|s') (?P<aspect>{_EN_ASPECT}){END}",
        ),
        (
            "who",
            r"who(?:'s| is|s| are) (?!(?:the|my|your|our|on|in|there|this|that|it|responsible|next|going"
            rf"|coming)\b){NAME}{END}",
        ),
        (
            "who",
            r"(?:look up|lookup|search(?: for)?|tell me about|what do we know about|pull up|info(?:rmation)? "
            rf"(?:on|about)|details (?:on|about|of|for)) {NAME}{END}",
        ),
        (
            "who",
            r"(?:find|show(?: me)?|open) (?:the )?(?:contact|customer|account|client|company"
            rf"|person)\s+{NAME}{END}",
        ),
        ("owner", rf"who (?:owns|manages|looks after|is responsible for|handles) {NAME}{END}"),
        (
            "aspect",
            rf"{_ASK}(?:客户|联系人|公司)?{NAME}的(?P<aspect>{_ZH_ASPECT})(?:是|有)?(?:多少|什么|哪些|几号"
            rf"|哪个|啥|谁|在哪里?)?{END}",
        ),
        (
            BY_POST,
            rf"(?:what(?:'s| is) the name of|who(?:'s| is|s| are)) (?:the |their |our )?(?P<name>{POST_OF}){END}",
        ),
        (
            "who",
            rf"{NAME}(?:叫什么(?:名字?)?|姓什么|贵姓|叫啥){END}",
        ),
        (
            "who",
            rf"{NAME}(?:到底)?是(?:谁|哪位|哪个人|哪家公司|什么人|干什么的|做什么的|哪个公司的?)(?:啊|呀"
            rf"|呢)?{END}|谁是{'(?P<name2>[^?？]{1,30}?)'}{END}",
        ),
        ("owner", rf"谁(?:在)?(?:负责|跟进?|管)(?:的)?{NAME}{END}"),
        ("owner", rf"{NAME}(?:是)?(?:谁(?:在)?(?:负责|跟进?|管)的?|归谁(?:管|负责)?){END}"),
        (
            "aspect",
            rf"{_ASK}(?P<name>[\u3400-\u9fff]{{2,8}}?|[A-Za-z][\w .&'-]{{1,30}}?)的?\s?(?P<aspect>电话|手机号?"
            rf"|联系方式|邮箱)(?:号码?)?(?:是)?(?:多少|几号|什么){END}",
        ),
        (
            "aspect",
            r"(?:查(?:一下|一查|查|询|找)|看(?:一下|看)|打开)(?:客户|联系人"
            rf"|公司)?{NAME}的?(?P<aspect>{_ZH_ASPECT}){END}",
        ),
        (
            "who",
            r"(?:查(?:一下|一查|查|询|找)|搜(?:索|一下)|找一下|查(?=客户|联系人|公司))(?:一下)?(?:客户|联系人"
            rf"|公司)?[:：\s]*{NAME}(?:这个(?:人|客户|公司))?{END}",
        ),
    )
)
