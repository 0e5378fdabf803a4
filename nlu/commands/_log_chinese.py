"""Chinese frames of a report: 记一下刚才跟华为张伟的电话, 今天上午拜访了悦购超市的王总, 刚给张伟打了电话.

Promise: finds the frame or nothing; linear in the text. Never: a question or a plan (log_interaction.py guards).
"""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.commands._frame import LogFrame, Times
from nlu.commands._mentions import Mention, read_mentions
from nlu.entities.interaction_kinds import kind_of
from nlu.name_forms import surname_of

_FLAGS = re.IGNORECASE | re.ASCII
_LOG = re.compile(
    r"(?:快速|简单)?(?:记录|登记|录入|补记|补录|添加|新增|新建|备注|记|录|补|写|存|加|log|note|add)\s*"
    r"(?:一下子?|下来|下(?![周个午月次])|一条|一个|一笔|一则|一次|条|个|笔|上(?![周个午月次门])|入|了)?\s*(?:跟进记录|互动记录|互动|跟进|客户互动)?[\s:：,，]*",
    _FLAGS,
)
_OTHER_RECORD = re.compile("(?:新的?)?(?:客户)?(?:联系人|对接人|任务|待办|工单|商机|线索|知识|问答|提醒|需求)|(?:新的?)?客户(?=[\\s:：,，]|$)")
_KIND = (
    r"(?:(?:微信|语音|视频|上门|电话|线上|在线|远程|腾讯|钉钉|飞书|zoom|teams|客户|商务|产品|节日|生日|面对面|现场|第[一二三四五1-9]次|一次|首次|初次|今天|上午|下午)的?)*"
    r"(?:电话|通话|来电|去电|拜访|回访|走访|到访|来访|会议|会面|见面|会谈|面谈|洽谈|沟通|交流|聊天|谈话|对话|邮件|短信|微信|消息|私信|活动|展会|沙龙|关怀|慰问|问候|聚餐|饭局|午餐|晚餐|"
    r"会|视频|zoom|call|meeting|visit|email|demo|演示)"
)
#: Words between the beginning and the claim: who, when, and that it has just happened.
_SKIP = re.compile(
    r"(?:我们?|咱们?|本人|俺|刚刚|刚才|刚|方才|今儿|已经|已|又|也|都|一起|和同事|陪同?领导|顺路|顺便|特地|专门|亲自|主动|(?:在)?(?:微信|电话|线上|视频|展会|活动|会议|现场|公司|办公室|门店|店里|企业微信|钉钉)(?:会议)?(?:上|里|中)|(?:企业微信|微信|电话|视频|线上|当面)(?=跟|和|与|同|给|向)|在公司|于|在|[\s,，、:：])+"
)
_BY = "(?:跟|和|与|同|给|向|对|请|陪|邀请?)"
_NAME = r"(?P<name>[^,，。:：;；!！?？\n]{1,40}?)"
_JUST = r"(?:刚刚|刚才|刚|又|也|一起|在线上?|线上|视频|当面|简单|详细|深入|初步|单独|电话|微信|语音|腾讯会议|zoom|上门|现场|在[^,，。]{1,8}?)*"
_ONE = r"(?:了|完|过|好)?(?:一个|一次|一通|一封|一条|一场|一顿|个|通|封|条|次|场|顿)?(?:[^,，。:：]{0,6}?)"
_DID = (
    rf"(?:打{_ONE}(?:电话|语音|视频)|通{_ONE}(?:电话|话|视频|语音)|开{_ONE}(?:会议|会)|吃{_ONE}(?:饭|午饭|晚饭|午餐|晚餐)|喝{_ONE}(?:茶|咖啡|酒)|见{_ONE}面|见(?:了|过|完)|"
    rf"碰{_ONE}(?:面|头)|碰(?:了|过|完)|聊{_ONE}天|聊(?:了|完|过|起|到)|谈(?:了|完|过|到|妥|好|定)|沟通(?:了|完|过|好)?|交流(?:了|完|过)?|洽谈(?:了|完|过)?|面谈(?:了|完|过)?|对接(?:了|完|过)?|"
    rf"(?:发|回|写|寄)(?:了|完|过|去)?(?:一个|一封|一条|一份|个|封|条|份)?(?:[^,，。:：]{{0,8}}?)(?:邮件|短信|微信|消息|信息|祝福|问候|贺卡|礼物|礼品|报价单?|方案|资料|样品|合同|发票)|做(?:了|完|过)(?:一个|一次|个|次)?(?:产品|新品)?(?:演示|培训|汇报|介绍|分享|展示)|"
    rf"送(?:了|去|上|过)(?:[^,，。:：]{{0,10}})|视频(?:了|过|会议)?|通话(?:了|完|过)?|演示(?:了|完|过)|讲(?:了|完|过)|介绍(?:了|完|过)|(?:线上|视频|远程|电话)(?:会议|会谈)|座谈(?:了|会)?|参观(?:了|过)?|确认(?:了|过)|签(?:了|完)|回访(?:了|过)?|拜访(?:了|过)?|"
    rf"说(?:了|过|好)|联系(?:了|上|过)|微信(?:了|聊了|沟通了|说了)|约(?:了|好))"
)
_VISITED = (
    r"(?:上门|电话|微信|实地|登门|线上|专程|再次|第一次|首次|又|去|到|前往)*(?:拜访|走访|回访|看望|面访|约见|接待|会见|联系(?!人|方式|电话)|慰问|探望|电访|致电|面见|见|(?:碰|遇)(?:见|到)(?!问)|偶遇|参观|考察|跟进(?=完|了|过)|打(?:了)?(?:个)?(?:电话|微信|语音)?给)"
    r"(?P<done>了|过|完|到)?(?:一下|下)?(?:客户|了)?(?!记录|纪要|小结|总结|沟通|情况)"
)
_WITH = re.compile(rf"{_BY}{_NAME}(?:那边|那里|这边|他们)?(?P<claim>{_JUST}{_DID}(?:一下|下(?![周个单午次月订游一]))?)", _FLAGS)
_VISIT = re.compile(rf"(?P<claim>{_VISITED})(?=\S)", _FLAGS)
_WENT = re.compile(r"(?P<claim>(?:去|到|回)(?:了|过)|去)(?=\S)", _FLAGS)
_GOT = re.compile(rf"(?P<claim>(?:接到|接了|接|收到|接完)了?){_NAME}(?:打来的?|发来的?|的)?(?P<kind>电话|来电|邮件|微信|短信|消息|语音|视频|回复|反馈)", _FLAGS)
_CAME = re.compile(
    r"(?P<name>[^,，。:：;；!！?？\n跟和与给他她它你您我谁这那]{2,16}?)(?:那边|那里|这边)?(?P<claim>(?:刚刚|刚才|刚|今天|昨天|上午|下午|又|主动|也|已)*(?:来电话?|打(?:了)?(?:个)?电话(?:过来|来|给我们?|找我们?)?了?|回(?:了)?(?:个)?(?:电话?|微信|邮件|消息|信)|回复(?=了|我|说)|"
    r"打来电话|发(?:来|了|过来)(?:一封|一条|封|条|个)?(?:邮件|微信|短信|消息)(?:给我们?)?|微信(?:上)?(?:说|问|找我们?|联系我们?|回复)|来访|到访|来公司(?:了|拜访|参观)?|来店里|(?:到|来|进)店|上门)了?)",
    _FLAGS,
)
_JOINED = re.compile(rf"(?P<claim>(?:参加|出席|举办|组织|参与)了?){_NAME}(?:的)?(?P<kind>展会|展览|活动|沙龙|研讨会|发布会|峰会|论坛|年会|订货会|答谢会|品鉴会|会议)", _FLAGS)
#: After 记录: the contact as a noun.
_NOUN_WITH = re.compile(rf"{_BY}{_NAME}(?:之间)?\s*的?\s*(?P<kind>{_KIND})(?!里|中提|上说)(?:记录|内容|纪要|情况)?", _FLAGS)
_NOUN_OF = re.compile(rf"(?:对)?(?P<name>[^,，。:：;；!！?？\n]{{2,24}}?)的(?P<kind>{_KIND})(?:记录|内容|纪要)?(?=[\s,，:：。;；]|$)", _FLAGS)
#: 拜访记录：小米，…: a report that needs no verb.
_REPORT = re.compile(rf"(?P<kind>{_KIND})(?P<noun>记录|纪要|小结|总结|笔记|日志|报告)?(?P<mark>[\s:：]+)(?:(?:客户|对象|联系人|参与人)[:：]\s*)?(?:{_BY}|是)?", _FLAGS)
#: 写个邮件 asks for a mail to be written.
_WRITTEN = re.compile("(?:写|存|加|添加|新建|新增|add|note).{0,4}?(?:邮件|短信|微信|消息|私信|活动|会议|会|提醒)(?!记录|纪要)")
_LABELLED = re.compile(
    r"(?:(?P<kind>电话|致电|拜访|走访|回访|视频|微信)(?P<name>[\u3400-\u9fff]{2,5})\s*[:：]\s*(?=\S)|"
    r"(?P<kind2>来电|去电|电话|拜访|回访|走访|线上会议|视频会议)[:：]\s*(?P<name2>[\u3400-\u9fffA-Za-z ]{2,16})(?=[,，]\s*\S))"
)
_BARE = re.compile(rf"(?P<kind>{_KIND})?(?:记录|纪要|小结|情况)?\s*(?P<mark>[:：,，\s]*)", _FLAGS)
_LOG_LAST = re.compile(r"[\s,，。]*(?:请)?(?:帮我?)?(?:给我)?(?:(?:记录|登记|录入)(?:一下|下来|上|一笔)?|(?:记|录)(?:一下|下来|上|一笔))[。.!！\s]*$")
_NOUN_FIRST = re.compile(rf"(?P<kind>{_KIND})(?:记录|纪要|内容)?(?P<mark>[\s:：,，]*)(?:(?:客户|对象|联系人|参与人)[:：]\s*)?(?:{_BY}|是)?(?=\S)", _FLAGS)
#: Where a name that nothing closes ends: punctuation, or what is told about the customer.
_NAME_END = re.compile(
    r"[,，。:：;；!！?？\n(（]|—|\s-\s|(?<=[\u3400-\u9fff])\s(?![\u3400-\u9fff]{2,4}(?:[,，:：。\s]|$))|"
    r"(?:看|签|送|吃|喝|提|收|发|交|打|催|问|做|给|来|去|聊|谈|说|讲|介绍|演示|商量|参观|完成)(?:了|到|过|完|一?下|出)|说|谈(?!判)|聊|讲|他们?|她们?|对方|双方|客户|要(?!务)|(?<![联理梦思畅好])想|"
    r"需要|(?<!新)希望|表示|反馈|同意|确认|讨论|沟通|交流|洽谈|了解|反映|投诉|抱怨|很|非常|比较|挺|对(?=[方价产报合我新])|关于|主要|没|不(?!二)|已|正在|还(?!珠)|因为|由于|并|然后|顺便|[之以]后|"
    r"一起|见到|目前|现在|今年|明年|合作(?!社)|感觉|觉得|决定|打算|准备|有意|有兴趣|感兴趣|是(?!品)"
)
_ALSO_MET = re.compile(r"[\s,，]*(?:并且?)?(?:见|拜访)(?:到了?|了)")
_PRONOUN = re.compile(r"^(?:[他她它你您我]们?|大家|客户们?|对方|人|谁|什么|有人|朋友|老婆|老公|妈|爸|家人|同事|领导|老板|孩子|我们?公司)$")
_AFTER_DONE = re.compile("(?:了|过|完|结束)?(?:大概|大约|约)?(?:[\\d一二三四五六七八九十两半]+个?半?(?:分钟|小时|钟头))?(?:之后|以后|后)?(?=[\\s,，:：。.;；!！]|$|[他她对客])")
_CONTENT_LEAD = re.compile(r"[\s,:;.)，：；。、—–)）!！-]*(?:(?:主要)?(?:内容|纪要|要点|备注|情况|结果)(?:是|为)?[:：]\s*)?(?:关于(?=.{1,12}[,，。]))?")
_LONGEST_NAME = 40
#: Signs that it is done: in the claim, or in what is told of it.
_DONE = re.compile("了|完|过(?![几两]天)|到|刚|才|来电|来访|到访|打来|发来")
_TOLD = re.compile("了|过(?![几两]天)|客户|对方|他|她|表示|反馈|要求|希望|同意|满意|说|谈|聊|对.{1,10}感兴趣")
#: Verbs that take what was talked about as their object: they belong to the content.
_TALKED = re.compile(r"(?:聊|谈|沟通|交流|洽谈|讲|介绍|确认|演示|说|讨论|送|签|发|回|寄)(?:了|完|过|好|妥|定|到|起|去|上)?(?:一下|下)?[^,，。:：]{0,12}$")


def find_frame(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """Find the frame that the words from `start` on make up; None where they report nothing."""
    return _find_logged(text, start, end, times) or _find_narrative(text, start, end, times)


def _find_logged(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    last = _LOG_LAST.search(text, max(start, end - 16), end)
    stop = last.start() if last and last.start() > start else end
    frame = (
        _find_begun(text, start, stop, times)
        or _find_report(text, start, stop, times)
        or _find_labelled(text, start, stop, times)
    )
    if frame is None and stop < end:
        position = _skip(text, start, stop, times)
        frame = _find_told(text, position, stop, times) or _find_noun_with(text, position, stop, times)
    return replace(frame, is_explicit=True, content_end=max(stop, frame.content_start)) if frame else None


def _find_report(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """拜访记录：小米，讨论售后; 客户关怀：给王总送了礼品. Without 记录 or a story it is no report."""
    match = _REPORT.match(text, start, end)
    if match is None or not (match["noun"] or match["mark"].strip()):
        return None
    position = _skip(text, match.end("mark"), end, times)
    kind = kind_of(match["kind"]) or "call"
    told = _find_told(text, position, end, times)
    if told:
        return replace(told, kind=kind, is_explicit=True)
    if match["noun"] is None:
        return None
    begin = _skip(text, match.end(), end, times)
    stop = _name_end(text, begin, end, times)
    mentions = _names(text, begin, stop, times) if _names_somebody(text[begin:stop]) else ()
    stop = stop if mentions else begin
    return replace(_frame(text, kind, mentions, stop, "", times, start=start, end=end), is_explicit=True)


def _find_labelled(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    """电话张伟：同意方案."""
    match = _LABELLED.match(text, start, end)
    if match is None or (match["name"] and surname_of(match["name"]) is None):
        return None
    name, kind = ("name", match["kind"]) if match["name"] else ("name2", match["kind2"])
    mentions = _names(text, *match.span(name), times)
    return _frame(text, kind_of(kind) or "call", mentions, match.end(name), "", times, start=start, end=end)


def _names_somebody(words: str) -> bool:
    """客户考虑中 names nobody."""
    return not re.match("客户|对方|他|她|已|要|想|没|不|讨论|沟通|谈|确认", words)


def _find_begun(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    start = _skip(text, start, end, times) if text[start : start + 1] in {"刚", "把"} else start
    log = _LOG.match(text, start, end)
    if log is None or _OTHER_RECORD.match(text, log.end(), end):
        return None
    position = _skip(text, log.end(), end, times)
    frame = (
        _find_noun_with(text, position, end, times)
        or _find_told(text, position, end, times)
        or _find_noun_of(text, position, end, times)
        or _find_noun_first(text, position, end, times)
    )
    frame = frame if frame and frame.mentions else _find_bare(text, log, position, end, times)
    return replace(frame, is_explicit=True) if frame else None


def _find_bare(text: str, log: re.Match[str], position: int, end: int, times: Times) -> LogFrame | None:
    """记录一次电话: whom it was with has to be asked; what follows a colon is content."""
    match = _BARE.match(text, position, end)
    is_named = match and ((match["kind"] and not _WRITTEN.match(log[0] + text[position:end])) or "跟进" in log[0] or "互动" in log[0])
    if match is None or not is_named or not (match.end() >= end or ":" in match["mark"] or (":" in log[0] and not match["kind"])):
        return None
    kind = kind_of(match["kind"] or "") or "call"
    return _frame(text, kind, (), match.end(), "", times, start=position, end=end)


def _find_narrative(text: str, start: int, end: int, times: Times) -> LogFrame | None:
    position = _skip(text, start, end, times)
    return _find_told(text, position, end, times, lead=text[start:position])


def _find_told(text: str, position: int, end: int, times: Times, lead: str = "了") -> LogFrame | None:
    """Find who did what; a verb without 了 counts where 刚, a past time or the content shows that it is done."""
    finders = (_find_with, _find_got, _find_joined, _find_visit, _find_went, _find_came)
    for finder in finders:
        frame = finder(text, position, end, times)
        if frame is None or not frame.mentions:
            continue
        claimed = lead + frame.claim + text[frame.end : frame.end + 1]
        if _DONE.search(claimed) or _is_told(text, frame, end, times):
            return replace(frame, claim=lead + frame.claim)
    return None


def _is_told(text: str, frame: LogFrame, end: int, times: Times) -> bool:
    """A verb without 了 is done if its time has passed, or if after a pause something is told of it."""
    if frame.claim == "去":
        return re.search("(?<!除)了|过|见", text[frame.end : end]) is not None
    if times.within(0, frame.end):
        return True
    has_pause = frame.content_start > frame.end
    return has_pause and _TOLD.search(text, frame.end, end) is not None


def _skip(text: str, start: int, end: int, times: Times) -> int:
    position = start
    for _ in range(8):
        time = times.at(position)
        skipped = _SKIP.match(text, position, end)
        if time is not None and time.end < end:
            position = time.end
        elif skipped:
            position = skipped.end()
        else:
            break
    return position


def _find_with(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _WITH.match(text, position, end)
    if match is None:
        return None
    claim = match["claim"]
    kind = kind_of(claim) or kind_of(match["name"]) or kind_of(text[max(0, position - 6) : position]) or _kind_of_talk(claim)
    frame = _frame(text, kind, _names(text, *match.span("name"), times), match.end(), claim, times, start=position, end=end)
    talked = _TALKED.search(claim)
    is_closed = frame.content_start > frame.end or (frame.end >= end and not re.search("[礼品卡糕花料案单]$", claim))
    if talked is None or is_closed:
        return frame
    return replace(frame, content_start=match.start("claim") + talked.start())


def _kind_of_talk(claim: str) -> str:
    if re.search("送|祝福|问候|贺卡", claim):
        return "care"
    if re.search("报价单?|方案|资料|邮件", claim):
        return "email"
    return "visit" if re.search("见|面|吃|喝|会|碰|签|演示", claim) else "chat" if re.search("聊|消息|信息", claim) else "call"


def _find_got(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _GOT.match(text, position, end)
    if match is None:
        return None
    kind = kind_of(match["kind"]) or "chat"
    names = _names(text, *match.span("name"), times)
    return _frame(text, kind, names, match.end(), match["claim"], times, start=position, end=end)


def _find_joined(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _JOINED.match(text, position, end)
    if match is None:
        return None
    kind = "visit" if match["kind"] == "会议" else "event"
    return _frame(text, kind, _names(text, *match.span("name"), times), match.end(), match["claim"], times, start=position, end=end)


def _find_visit(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _VISIT.match(text, position, end)
    if match is None:
        return None
    stop = _name_end(text, match.end(), end, times)
    claim = match["claim"]
    mentions, stop = _with_met(text, _names(text, match.end(), stop, times), stop, end, times)
    return _frame(text, _kind_of_visit(claim), mentions, stop, claim, times, start=position, end=end)


def _kind_of_visit(claim: str) -> str:
    if re.search("电话|电访|致电|打给|给", claim):
        return "call"
    if re.search("微信", claim):
        return "chat"
    if re.search("线上|视频", claim):
        return "online_meeting"
    return "care" if re.search("慰问|看望|探望", claim) else "call" if re.search("联系|回访|跟进", claim) and "上门" not in claim else "visit"


def _find_went(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _WENT.match(text, position, end)
    if match is None:
        return None
    stop = _name_end(text, match.end(), end, times)
    mentions, stop = _with_met(text, _names(text, match.end(), stop, times), stop, end, times)
    return _frame(text, "visit", mentions, stop, match["claim"], times, start=position, end=end)


def _with_met(
    text: str, mentions: tuple[Mention, ...], stop: int, end: int, times: Times
) -> tuple[tuple[Mention, ...], int]:
    """Add the people met at the company that was visited: 去了华为，见了张伟."""
    met = _ALSO_MET.match(text, stop, end)
    if met is None or len(mentions) != 1:
        return mentions, stop
    finish = _name_end(text, met.end(), end, times)
    people = _names(text, met.end(), finish, times)
    added = tuple(replace(one, organisation=one.organisation or mentions[0].text) for one in people)
    return mentions + added, finish if people else stop


def _find_came(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _CAME.match(text, position, end)
    if match is None:
        return None
    kind = kind_of(match["claim"]) or "visit"
    return _frame(text, kind, _names(text, *match.span("name"), times), match.end(), match["claim"], times, start=position, end=end)


def _find_noun_with(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _NOUN_WITH.match(text, position, end)
    if match is None:
        return None
    told = _WITH.match(text, position, end)
    if told and told.end("name") <= match.end("name"):
        return None
    kind = kind_of(match["kind"]) or ("visit" if match["kind"] in {"洽谈", "会谈", "谈话", "会"} else "call")
    return _frame(text, kind, _names(text, *match.span("name"), times), match.end(), "", times, start=position, end=end)


def _find_noun_of(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _NOUN_OF.match(text, position, end)
    if match is None:
        return None
    kind = kind_of(match["kind"]) or "call"
    return _frame(text, kind, _names(text, *match.span("name"), times), match.end(), "", times, start=position, end=end)


def _find_noun_first(text: str, position: int, end: int, times: Times) -> LogFrame | None:
    match = _NOUN_FIRST.match(text, position, end)
    if match is None:
        return None
    told = _find_told(text, _skip(text, match.end(), end, times), end, times) if ":" in match["mark"] else None
    if told:
        return told
    begin = _skip(text, match.end(), end, times)
    by = re.compile(_BY).match(text, begin, end)
    begin = by.end() if by else begin
    stop = _name_end(text, begin, end, times)
    kind = kind_of(match["kind"]) or "call"
    return _frame(text, kind, _names(text, begin, stop, times), stop, "", times, start=position, end=end)


def _name_end(text: str, start: int, end: int, times: Times) -> int:
    """Find where a name that nothing closes ends: at what is told, at a time, at the longest a name can be."""
    limit = min(end, start + _LONGEST_NAME)
    stop = _NAME_END.search(text, min(limit, start + 1), limit)
    border = stop.start() if stop else limit
    return min([border, *(time.start for time in times.within(start, border) if time.start > start)])


def _names(text: str, start: int, end: int, times: Times) -> tuple[Mention, ...]:
    """Read the names in a span, the times that stand among them left out."""
    for time in times.within(start, end):
        if time.start - start <= end - time.end:
            start = time.end
        else:
            end = time.start
    while start < end and text[start] in "的在于 ":
        start += 1
    start = _after_just(text, start, end)
    return tuple(one for one in read_mentions(text, start, end) if not _PRONOUN.match(one.text))


def _after_just(text: str, start: int, end: int) -> int:
    skipped = re.compile("(?:刚刚|刚才|刚|了|一下|客户)+").match(text, start, end)
    return skipped.end() if skipped and skipped.end() < end else start


def _frame(
    text: str, kind: str, mentions: tuple[Mention, ...], stop: int, claim: str, times: Times, *, start: int, end: int
) -> LogFrame:
    done = _AFTER_DONE.match(text, stop, end)
    after = done.end() if done and claim else stop
    time = times.at(after) or times.at(after + 1)
    if time is not None and time.start - after <= text[after : time.start].count(" ") and claim == "":
        after = time.end
    lead = _CONTENT_LEAD.match(text, after, end)
    return LogFrame(kind, mentions, after, claim, is_explicit=False, content_start=lead.end() if lead else after)
