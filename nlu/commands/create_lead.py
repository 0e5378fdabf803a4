"""Create a lead: 新增线索 张三，ABC公司，13800001111，来源展会; 'new lead Jane Smith from Initech, 13912345678'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._contact_pieces import read_person
from nlu.commands._fields import FLAGS, read_value
from nlu.commands._guards import is_conditional, is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_form
from nlu.commands._utterance import Utterance, hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateLead:
    """The lead to create; empty or None where nothing was said."""

    name: str
    company: str | None = None
    mobile: str | None = None
    email: str | None = None
    source: str | None = None
    region: str | None = None
    #: what else was said: the wish, the title
    notes: str | None = None


_HEADS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:new|add|create|register|save|enter|log)(?:\s+(?:a|an|the|new|another"
        r"|sales))*\s+lead\b(?!\s+(?:list|source|score))\s*"
        r"(?:called|named|record|from|:|：|-|–|,)?\s*",
        r"(?:新增|新建|添加|创建|录入|录|登记|建|加|记|add|create|new)(?:一下|一个|一条|个|条)?\s*(?:新的?)?(?:销售)?"
        r"(?:线索|lead\b)(?!列表|来源|的)(?:信息|资料)?(?:叫|名字叫|姓名|[:：,，\s-])*",
        r"(?:新线索|线索新增|新的?销售线索|新\s*lead)[:：,，\s]+",
        r"(?:new\s+)?lead\s*[:：]\s*",
        r"(?:new\s+|another\s+)?(?:sales\s+)?lead\s+(?:from|via|at|through|off)\s+(?:the\s+|our\s+)?"
        r"(?P<source>[\w' -]{2,30}?)\s*[:：–—]\s*",
        r"(?:新的?)?(?:销售)?线索[\s,，]+(?=[\u3400-\u9fff]{2,4}[\s,，]+\S)",
        r"(?:(?:we|i)\s+)?(?:just\s+)?(?:got|have|received)\s+(?:an?\s+)?(?:new\s+)?(?:sales\s+|web(?:site)?\s+"
        r"|inbound\s+)?lead\b"
        r"(?:\s+(?:from|via|at|through)\s+(?:the\s+)?(?P<source>[\w -]{2,30}?))?\s*[:,-]\s*",
        r"(?:新的?)?(?:销售)?线索\s*[:：]\s*",
        r".{0,12}(?:收到|拿到|来了|来|有|进来)(?:了)?一?[个条]?(?:新的?)?(?:销售)?线索[:：,，\s]\s*",
    )
)
_WISH = re.compile(
    r"(?P<before>.*?)(?:[,，;；:：]\s*|(?<=[\u3400-\u9fff])\s+)(?P<notes>(?:想要?|需要|有意|对.{1,20}(?:感兴趣"
    r"|有兴趣)|感兴趣|咨询|询问"
    r"|希望|了解|想了解|备注[:：]?"
    r"|wants?|needs?|interested|looking for|asked|asks|notes?[:：]).*)",
    FLAGS,
)


#: where leads come from, by their everyday words
_CHANNEL = (
    r"(?:(?:公司|我们?的?)?(?:官网|网站|网页|公众号|小程序|视频号|抖音|快手|小红书|微博|百度|知乎|阿里巴巴|1688"
    r"|淘宝|微信群?|朋友圈|社群|短信|邮件|热线|400电话|电话|客服|搜索|广告|展会|展览|展位|展台"
    r"|[\u3400-\u9fff]{1,6}(?:展|博览会|峰会|论坛|沙龙|研讨会|会议|大会|年会|活动|发布会)|会议|活动|地推|扫街"
    r"|陌拜|陌生拜访|转介绍|介绍|推荐|老客户(?:介绍|推荐|转介绍)?|客户(?:介绍|推荐)"
    r"|朋友(?:介绍|推荐)?|同事(?:介绍|推荐)?|[\u3400-\u9fff]{2,8}(?:介绍|推荐)|渠道商?|代理商|合作伙伴|猎头"
    r"|招投标|招标网?)"
    r"|(?:the|our|a|an)?\s*(?:company\s+)?(?:web ?site|web ?form|web|contact form|homepage|landing page"
    r"|linkedin|facebook|instagram|twitter|google(?: ads?)?|wechat|whatsapp"
    r"|youtube|tiktok|newsletter|blog|webinar|e-?mail(?: campaign)?|campaign|ads?|advert\w*|hotline"
    r"|cold call(?:ing|s)?|phone|chat(?:bot)?|referrals?|word of mouth|partner"
    r"|reseller|inbound|outbound|(?:[\w'-]+ ){0,3}(?:trade ?(?:show|fair)|expo|fair|exhibition|conference"
    r"|summit|event|meetup|booth|congress|forum|show)(?: \d{4})?))"
)
_FROM = (
    r"(?:线索)?(?:来源(?:是|为|于)?|来自于?|渠道(?:是|为)?|通过|经由?|从|在|(?:lead )?source(?: is| was)?"
    r"|came (?:in )?(?:from|via|through)|came in|from|via|through|at|on|by|met (?:him|her|them)? ?(?:at|on)"
    r"|found (?:him|her|them|us)? ?(?:on|at|via|through))"
)
_GOT = r"(?:过来|来|上|那边|处)?(?:拿到|收到|认识|来|加|遇到|碰到|得到|获取|的|过来|扫)*(?:的)?"
#: a piece of the sentence that says where the lead comes from
_SOURCE = re.compile(
    rf"(?:{_FROM}\s*[:：]?\s*)(?P<said>{_CHANNEL}){_GOT}|(?P<bare>{_CHANNEL}){_GOT}|(?P<who>(?:referred"
    rf"|introduced|recommended)\s+by\s+.{{2,40}}|.{{2,20}}(?:介绍|推荐)(?:过?来)?的?)"
    r"|(?:线索)?(?:来源|渠道|(?:lead )?source)(?: is| was|是|为)?\s*[:：]?\s*(?P<named>.{2,40})",
    FLAGS,
)
#: where someone comes from who has a company already: 'Greta Holm, Fjord Timber, from Peter'
_FROM_SOMEWHERE = re.compile(r"(?:from|via|through|来自|通过|经)\s*(?P<said>.{2,40})", FLAGS)
_ARTICLE = re.compile(r"^(?:the|our|a|an)\s+|^(?:公司|我们?的?)", FLAGS)
#: an order that stands after the person: ……，记为线索, '... add him as a lead'
_ORDER_LAST = re.compile(
    r"[,，;；.。\s]*(?:帮我|请|给我|帮忙)?(?:(?:记|存|加|录|建|登记|保存|收|新建|新增)(?:录|入)?(?:为|成|进|到"
    r"|作|一下|一?[个条])*(?:新|销售)*线索(?:里|库|池)?(?:吧)?"
    r"|(?:please\s+|pls\s+|and\s+)*\b(?:add|save|log|record|put|keep|note|enter|create|treat|register)\s+(?:him"
    r"|her|it|them"
    r"|this|that)\s+(?:down\s+|in\s+)?(?:as\s+)?(?:an?\s+)?(?:new\s+)?(?:sales\s+)?lead"
    r"|(?:please\s+|pls\s+|and\s+)*\b(?:add|save|log|record|put|keep|note|enter|treat"
    r"|register)\s+as\s+an?\s+(?:new\s+)?"
    r"(?:sales\s+)?lead"
    r"|(?:please\s+|pls\s+|and\s+)*\b(?:add|create|log|make)\s+an?\s+(?:new\s+)?lead)[。.!！]*$",
    FLAGS,
)
#: how somebody was met, before who it is
_MET = re.compile(
    rf"(?:今天|昨天|上午|下午|刚才?|上周|前天)*(?:我们?)?(?:在|从)?(?P<zh>{_CHANNEL})(?:上|里|那边"
    rf"|那里)?(?:我)?(?:拿到|收到|认识|碰到|遇到|加|聊|来|换)了?(?:一?[张个位名])?(?:的)?"
    r"(?:名片|新?客户|潜在客户|人|朋友|老板|微信)?[:：,，\s]*"
    r"|(?:今天|昨天|刚才?)*(?:拿到|收到|认识|碰到|遇到|加)了?(?:一?[张个位名])?(?:名片|新客户|潜在客户|人)[:：,，\s]*"
    r"|名片[:：,，\s]+"
    rf"|(?:i\s+|we\s+)?(?:just\s+)?(?:met|got (?:a |the )?(?:business )?cards? (?:of|from)|picked up (?:a "
    rf"|the )?(?:business )?cards? (?:of|from)|talked to|ran into)(?:\s+at\s+(?P<en>{_CHANNEL}))?[:,\s]+",
    FLAGS,
)
_SPLIT = re.compile(r"[,，;；\n、]+")
_LABEL_ONLY = re.compile(
    r"(?:手机号?码?|电话(?:号码)?|联系电话|联系方式|号码|邮箱|邮件|mobile|phone|tel|cell|e-?mail|number"
    r"|[:：\s.()+\d-])*",
    FLAGS,
)


def read(text: str, context: ParseContext) -> CreateLead | None:
    """Read the lead's fields: who, of which company, how to reach him, from where."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    heard = hear(text)
    if is_reported(heard.body) or is_question(heard.body) or is_conditional(heard.body):
        return None
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None:
        return _read_ordered_last(heard, context)
    if is_negated(head[0]):
        return None
    rest = heard.said(heard.start + head.end(), heard.end)
    return _request(rest, head.groupdict().get("source"), context)


def _of_form(form: Form, context: ParseContext) -> CreateLead | None:
    """Read a form of a new lead: 'New lead - Name: … - Company: … - Phone: …'."""
    if form.command != "create_lead":
        return None
    name, company = form.get("name", "people"), form.get("account")
    mobile, email = form.get("mobile"), form.get("email")
    notes = form.others("name", "people", "account", "mobile", "email", "source", "region", "need", "summary")
    notes = [*form.all("need", "summary"), *form.loose, *notes]
    return CreateLead(
        name=name or company or "",
        company=company,
        mobile=str(read_value("mobile", mobile, context) or "") or None if mobile else None,
        email=str(read_value("email", email, context) or "") or None if email else None,
        source=form.get("source", "way"),
        region=form.get("region"),
        notes="; ".join(note for note in notes if note != form.get("way") or form.get("source")) or None,
    )


def _read_ordered_last(heard: Utterance, context: ParseContext) -> CreateLead | None:
    """Read 展会上拿到一张名片 聂远 飞驰轮胎 18600001111 记为线索: who it is first, what to do with him last."""
    said = heard.said(heard.start, heard.end)
    order = _ORDER_LAST.search(said)
    if order is None or order.start() < 4 or is_negated(order[0]):
        return None
    met = _MET.match(said)
    source = (met["zh"] or met["en"]) if met else None
    return _request(said[met.end() if met else 0 : order.start()], source, context)


def _request(rest: str, source: str | None, context: ParseContext) -> CreateLead | None:
    rest, left_at = _take_encounter(rest)
    source = source or left_at
    wish = _WISH.fullmatch(rest)
    told = re.sub(r"^(?:备注|notes?)[:：]\s*", "", wish["notes"], flags=FLAGS) if wish else None
    who, found = _take_source(wish["before"] if wish else rest)
    person = read_person(who, context)
    source = found or person.source or source
    company = person.account
    values = [person.name, company, person.title, person.email, person.region, person.source]
    left = _left_over(who, [value for value in values if value])
    notes = [person.title, *left, told]
    return CreateLead(
        name=person.name or company or "",
        company=company,
        mobile=person.mobile,
        email=person.email,
        source=_ARTICLE.sub("", source.strip()) if source else None,
        region=person.region,
        notes="; ".join(note for note in notes if note) or None,
    )


#: how somebody left his number, told around who he is: 'a guy called … left his card at our stand'
_SOMEONE = re.compile(
    r"^(?:(?:there was\s+|met\s+)?(?:someone|somebody|an?\s+(?:guy|man|woman|lady|person|visitor|gentleman))\s+"
    r"(?:called|named|by the name of)\s+|(?:有个?|来了个?)?(?:一?[个位])?(?:叫|名叫)(?=[\u3400-\u9fff]))",
    FLAGS,
)
_LEFT = re.compile(
    rf"\s+(?:who\s+)?(?:left|gave (?:me|us)|handed (?:me|us))\s+(?:(?:his|her|their|a|the)\s+)?"
    r"(?:mobile |phone |business )?"
    rf"(?:number|card|details|contacts?|phone|e-?mail)"
    rf"(?:\s+(?:at|on|via|through)\s+(?P<at>(?:our\s+|the\s+)?(?:stand|booth|{_CHANNEL})))?"
    r"|(?:在(?P<zh>展位|展台|展会)上?)?(?:留|给)了?(?:个|一个|张|一张)?(?:电话|名片|号码|联系方式)",
    FLAGS,
)


def _take_encounter(words: str) -> tuple[str, str | None]:
    """Take off how somebody left his number; give where it was."""
    left = _LEFT.search(words)
    rest = _SOMEONE.sub("", words)
    return _LEFT.sub("", rest, count=1), (left["at"] or left["zh"]) if left else None


def _take_source(words: str) -> tuple[str, str | None]:
    """Take the piece that says where the lead comes from off the words: 来自官网, 'from the website'."""
    pieces = _SPLIT.split(words)
    if not any(re.search(r"\s", piece.strip()) for piece in pieces) or any(
        "\u3400" <= char <= "\u9fff" for char in words
    ):
        pieces = [part for piece in pieces for part in ([piece] if piece.isascii() else piece.split())]
    for number in range(len(pieces) - 1, 0, -1):
        match = _SOURCE.fullmatch(pieces[number].strip(" .。"))
        if match is not None:
            found = match["said"] or match["bare"] or match["who"] or match["named"]
            return words.replace(pieces[number], "", 1).strip(" ,，;；"), found
    behind = re.search(rf"\s(?:{_FROM})\s+(?P<said>{_CHANNEL})\s*(?=[,，;；]|$)", words, FLAGS)
    if behind is not None:
        return words[: behind.start()] + words[behind.end() :], behind["said"]
    last = _FROM_SOMEWHERE.fullmatch(pieces[-1].strip())
    if last is not None and len(pieces) > 2 and _names_company(pieces[1:-1]):
        return words.replace(pieces[-1], "", 1).strip(" ,，;；"), last["said"]
    return words, None


def _names_company(pieces: list[str]) -> bool:
    """Tell whether a piece between the name and the end is neither a number nor an address."""
    return any(piece.strip() and "@" not in piece and not _LABEL_ONLY.fullmatch(piece.strip()) for piece in pieces)


def _left_over(words: str, values: list[str]) -> list[str]:
    """Return the pieces that became no field: nothing that was said is dropped."""
    left = []
    for piece in _SPLIT.split(words):
        rest = piece
        for value in values:
            rest = rest.replace(value, " ")
        rest = re.sub(r"[^\s@]+@[\w.-]+", " ", rest)
        rest = _BESIDE.sub(" ", rest).strip(" \"'“”‘’.。:：()（）-–")
        if rest and not _LABEL_ONLY.fullmatch(rest):
            left.append(rest)
    return left


#: words around a person's fields that are no news
_BESIDE = re.compile(
    r"'s\b|\b(?:from|at|of|the|a|an|is|works?|working|for|with|in|and|his|her|their|called|named|mr|ms|mrs|dr"
    r"|company|name|title|position|job|region|city|source|mobile|phone"
    r"|number|tel|cell|e-?mail|as|contact)\b\.?|姓名|名字|联系人|客户|公司|单位|职位|职务|岗位|来自|来源|地区|区域|城市"
    r"|手机号?码?|电话(?:号码)?|联系方式|号码|邮箱|叫|是|的|[+\d][\d\s()-]{5,}",
    FLAGS,
)


COMMAND = Command(label="create_lead", roles=STAFF, read=read, rank=36)
