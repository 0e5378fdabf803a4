"""What a report promises for later, apart from what it tells: clauses, and which of them are follow-ups.

Promise: every clause of the content is kept in the summary or is a follow-up; linear in the text. A customer's wish
('they need 500 units by Friday') is content, what the speaker has to do ('send proposal by Friday') is a follow-up; so
is a paper or sample that the customer wants by a time, where the speaker promises nothing himself. Never: a record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from nlu.commands._objects import with_object
from nlu.commands._timing import EDGES, cut_out, is_ahead, is_only_time, is_past_day, moment_of, time_span
from nlu.entities.times import find_times, find_vague_times
from nlu.understanding import Entity, Moment, ParseContext


@dataclass(frozen=True)
class FollowUp:
    """Something to do later. `due` is None where no time was said, or one that nobody can resolve."""

    title: str
    due: Moment | None
    #: the words that name the time, such as 'by Friday' or 改天
    time_text: str | None = None


@dataclass(frozen=True)
class Content:
    """What was told, and what is to be done."""

    summary: str
    follow_ups: tuple[FollowUp, ...]
    #: words that speak of a time which has to be asked for
    unresolved_times: tuple[str, ...]
    #: when it happened, if the content says so by itself
    occurred: Moment | None = None


@dataclass(frozen=True)
class _Clause:
    start: int
    end: int


_BREAK = re.compile(
    r"[;；。!！?？\n]+|,(?!\d{3}(?!\d))|，|\.(?=\s|$)|\s[-–—]+\s|—+|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff])"
)
_JOINT = re.compile(
    r"\s+(?:and|then|but|so|plus|&)\s+(?=\S)|(?:并且|然后|并|同时|另外|随后)(?=\S)|\s+(?=(?:follow[- ]?up"
    r"|next steps?|remind me|to-?do)\b)|"
    r"(?=(?:下一步|提醒我|记得))"
    # dictated without a stop: …交期卡得死后天中午之前我得给他个准信
    r"|(?<=[\u3400-\u9fff])(?=(?:[今明后]天|大后天|这?下?个?(?:周|星期|礼拜)[一二三四五六日天末]|月底"
    r"|年底)[^,，;；。]{0,8}?我们?(?:还|就|也)?(?:得|要|需要|必须|答应))",
    re.IGNORECASE | re.ASCII,
)
_ACTION = (
    r"(?:send|resend|forward|prepare|schedule|reschedule|arrange|book|draft|submit|invite|share|deliver"
    r"|provide|propose|finalize|finalise|organize|organise|introduce|remind|chase|collect|revert|renew"
    r"|negotiate|discuss|confirm|update|visit|meet|call|phone|ring|email|e-mail|mail|message|text|ping|demo"
    r"|present|review|check|sign|quote|write|reply|respond|contact|give|bring|show|create|make|plan|catch"
    r"|talk|speak|ask|connect|file|order|pay|issue|ship|set|get|come|circle|touch|try|reach|follow"
    r"|handle|fix|sort out|process|finish|take care of|look into|deal with)"
)
#: Verbs that are also nouns or begin a customer's sentence: without a time they are content.
_BARE_ACTION = (
    r"(?:(?:re)?send|forward|prepare|(?:re)?schedule|arrange|book|draft|submit|set up|organi[sz]e|invite"
    r"|get back|circle back|touch base|reach out|"
    r"follow[- ]?up|remind|chase|finali[sz]e|(?:call|email|phone|ring|text|message|ping) (?:back|him|her"
    r"|them|again)|share|provide|deliver)"
)
_EN_LEAD = r"(?:(?:and|then|so|also|but|plus|please|pls|ok|just)\s+)*"
_EN_MARKER = re.compile(
    rf"{_EN_LEAD}(?:(?:(?:two|three|four|some|my|our|\d) )?(?:next steps?|follow[- ]?ups?|to-?dos?|action items?"
    r"|actions?|next|reminder|task)\s*(?:is|are|:|：|-|–)\s*(?:to\s+)?|"
    r"(?:please )?(?:remind me|reminder)\s+(?:to|about|of|that)?\s*|"
    r"(?:(?:i|we)(?:'ll|'m going to|'re going to|\s+(?:will|shall|need to|have to|must|should|am going to"
    rf"|are going to|promised to|agreed to|want to|gotta|plan to)))\s+(?={_ACTION}\b)|"
    r"(?:need to|needs to|have to|must|will|should|gotta|got to|going to|promised to|agreed to|i"
    rf"|let's)\s+(?={_ACTION}\b))(?P<title>.+)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_EN_FOLLOW_UP = re.compile(rf"{_EN_LEAD}(?P<title>follow(?:ing)?[- ]?ups?\b.*)", re.IGNORECASE | re.ASCII | re.DOTALL)
_EN_TOLD = re.compile(
    r"(?:\S+\s){0,3}?(?:asked|wants?|wanted|told|needs?|expects?|would like)\s+(?:me" r"|us)\s+to\s+(?P<title>.+)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
#: what the speaker owes somebody: 'I owe her the contract draft by Wednesday'
_EN_OWED = re.compile(
    rf"{_EN_LEAD}(?:i|we) (?:still )?owe (?:him|her|them|[A-Z]\w+(?: [A-Z]\w+)?) (?:the |an? |our )?(?P<title>.+)",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
#: after a noun that is a verb too: what it was like, and no order
_WAS = (
    r"\s+(?:was|went|goes|is|are|were|ended|lasted|looks?|looked|seems?|seemed|has|had|got|took|came|did|does|will"
    r"|would|can|could)\b"
)
_EN_IMPERATIVE = re.compile(
    rf"{_EN_LEAD}(?:to\s+)?(?P<title>{_ACTION}\b(?!\s*[了过]|{_WAS}).*)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_EN_BARE = re.compile(rf"{_EN_LEAD}(?P<title>{_BARE_ACTION}\b(?!\s*[了过]).*)", re.IGNORECASE | re.ASCII | re.DOTALL)

#: 后续一, 待办2: counts what is to be done, and is nothing to do itself
_COUNTED = re.compile(r"(?:后续|跟进|待办|下一步|任务|行动)(?:事项)?[一二三四五六1-9]")
#: a customer's wish, and the papers and samples that only the speaker can give him
_WISHED = re.compile(
    r"(?:and\s+)?(?:(?:he|she|they|we|customer|client)(?:'d like|\s+(?:wants?|needs?|wanted|needed"
    r"|would like|asked for|asks for))|(?:wants|wanted|asked for|asks for|would like)(?!\s+(?:to|us|me)\b))\s+"
    r"(?:an?\s+|the\s+)?(?P<title>(?!to\b).+)"
    r"|(?:他们?|她们?|客户|对方)(?:希望|想要?|要求?|需要)(?:能?(?:看|拿|收)到|有|给)?(?P<what>.+)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_DELIVERABLE = re.compile(
    r"\b(?:quot(?:e|ation)|proposal|deck|slides|catalog(?:ue)?|brochure|contract|samples?|demo|invoice|price list"
    r"|report|documents?|documentation|offer|NDA|datasheets?|presentation|pricing|prices?|specs?|specifications?"
    r"|figures|timeline"
    r"|drawings?|references?|case stud(?:y|ies)|estimate|SOW|certificates?)\b"
    r"|报价|方案|合同|样品|资料|文档|发票|目录|PPT|演示|清单|标书|协议|模板|案例|图纸|参数|规格书?|排期|证书|授权书",
    re.IGNORECASE | re.ASCII,
)

#: at the time that was told just before
_THEN_TOO = re.compile(r"[\s,，]*(?:到时候?|届时|那时候?|到那天|那天|当天)(?=[\u3400-\u9fff])")
_THEN_EN = re.compile(r"\bthen[\s.!]*$", re.IGNORECASE | re.ASCII)
#: an appointment that was made, and the customer who comes to it: 约好了，12月8号上午十点他来我们展厅
_AGREED = re.compile(r"(?:约|说|定|讲)(?:好|定|妥)|约了")
_COMES = re.compile(r"[\s,，]*(?P<title>(?:他们?|她们?|客户|对方)(?:会|要|就|再|们|带人)*(?:来|到|过来|上门).+)")
_ZH_SELF = "(?:我们?|咱们?|我方|我司)?"
_ZH_DOING = (
    "(?:继续|再次|再|去|来|先|就|还|要|需要|需|得|会|必须|应该|应|给(?:他们?|她们?|客户|对方|它"
    "|[\u3400-\u9fff]{2,4}?|[\u3400-\u9fffA-Za-z .·、]{2,20}?)(?=[发打寄送报做出提回])|"
    "(?:跟|和|与|向|找)(?:他们?|她们?|客户|对方)|把.{1,12}?|联合|亲自|上门|电话|微信|主动){0,4}"
)
_ZH_ACTION = (
    "(?:跟进|跟催|跟踪|跟单|回访|回电|回复|回话|联系|拜访|走访|发(?!票|现|货|展|生|布会|火|愁)|寄|送"
    "|打(?:个|一个)?电话|打给|致电|约|准备|提交|提供|出(?=报价|方案|合同|图|样|修订|新版|终版|初稿|终稿|版本|结果|报告|清单)|"
    "做|安排|报价|报(?=价|个|一)|确认|沟通|催|签|开会|开(?=个会|线上会|视频会|产品会|发票)|见面|见|面谈"
    "|面聊|演示|更新|整理|带|讨论|谈|聊|复核|对账|对接|收款|收尾款|催款|交付|"
    "上门|测试|部署|培训|汇报|反馈|问|写|拟|起草|完善|修改|改|补|参加|邀请|过去|落实|推进|处理|提醒|结款"
    "|电话|碰面|碰|交|给(?=他|她|客户|对方|报价|方案|样品?|答复|回复|合同|资料|结果|反馈|发票|准信|说法)|解决"
    "|核实|评审|复测|复盘|发货通知|开通|办理|申请|协调|安装|调试|盖章|打样|翻译|打印|续签|去|(?:try|sync|call|check|send|email|meet|demo|review)(?![a-z]|\\s+(?:was|went|is|are|were|looks?|looked|has|had)\\b))"
)
_ZH_LEAD = "(?:并且|并|然后|同时|另外|随后|接着|之后|所以|请|麻烦|，|,|\\s)*"
_ZH_MARKER = re.compile(
    rf"{_ZH_LEAD}(?:(?:下一步|下步|后续|待办(?:事项)?|跟进事项|行动(?:项)?|计划)(?:是|为|计划|安排|动作"
    r"|工作)?[:：\s]*(?:我们?)?(?:要|需要|会)?|"
    r"(?:记得|别忘了?|不要忘记?|提醒(?:我|一下我?|自己)|安排我?|约(?:好|定|了|好了|定了)(?=.)"
    r"|(?:我(?:们)?(?:已经|也|又)?)?答应(?:了)?(?:他们?|她们?|客户|对方)?|(?:我(?:们)?)?承诺(?:了)?(?:他们?|客户"
    r"|对方)?|说好(?:了)?)\s*|"
    rf"(?:他们?|她们?|客户|对方)?(?:让|叫|要求|请|希望|需要|要)(?:我们?|咱们?)(?:去|再)?|"
    rf"(?:我们?|咱们?)(?:要|得|会|需要|需|应该|必须|(?:准备|打算|计划)(?={_ZH_ACTION}))(?:在|于)?)(?P<title>.+)",
    re.DOTALL,
)
_ZH_BARE = re.compile(
    rf"{_ZH_LEAD}{_ZH_SELF}(?:要|需要|需|得)*(?P<title>(?:等|到时(?:候)?|回头|改天|择日|尽快|有空|抽空|稍后"
    r"|过几天|过两天|近期|这两天|这几天){0,4}(?:继续|持续|定期)?(?:再(?:次)?(?:联系|约|聊|跟进|沟通|拜访"
    r"|回访|打|谈|见|确认|看|议|电话)|跟进|回访|回电|保持联系).*)",
    re.DOTALL,
)
_ZH_IMPERATIVE = re.compile(
    rf"{_ZH_LEAD}(?:到时候?|届时|那时候?|到那天|那天|当天)?{_ZH_SELF}(?:要|需要|需|得|会|必须|应该|应|还|就"
    rf"|来)*(?P<title>{_ZH_DOING}{_ZH_ACTION}(?![了过完到的]).*)",
    re.DOTALL,
)
#: 'Talked of' with a time right behind it: the time belongs to the topic (谈年底订单), it is no deadline.
_ZH_TOPIC = re.compile(f"{_ZH_LEAD}{_ZH_SELF}(?:主要)?(?:谈|聊|讨论|沟通|交流|商量|介绍|说|问|了解|确认)(?:一?下)?$")
#: Whoever says this about himself is the customer: what follows is his plan, not the speaker's task.
_THEIRS = re.compile(
    r"(?:他们?|她们?|它们?|客户|对方|(?<![一-龥])[\u3400-\u9fff]{1,3}(?:总|经理|主任|女士|先生|老师"
    r"|老板))(?:说|表示|希望|想要?|要求|要|会|将|需要|打算|计划|准备|答应|承诺|确认|同意|也|再|们|,)*$|"
    r"(?:希望|要求|想要?|要|会|说|表示|打算|计划|预计|预期|定于|定在|可以|能|同意|承诺|答应(?!了)|需要|将"
    r"|争取|是|在|到|合同|项目|预算|付款|截止|,|，)$"
)


def read_content(text: str, folded: str, start: int, end: int, context: ParseContext) -> Content:
    """Part text[start:end] into what was told and what is to be done."""
    times = [one for one in find_times(text, context.now, context.timezone, "future") if one.start >= start]
    reader = _Reader(text, folded, times, context)
    for clause in _clauses(folded, start, end, times):
        reader.read(clause)
    return reader.finish()


def _clauses(folded: str, start: int, end: int, times: list[Entity]) -> list[_Clause]:
    """Part a text at its punctuation and at 'and', 并, 然后, never inside a time."""
    cuts = [match.span() for pattern in (_BREAK, _JOINT) for match in pattern.finditer(folded, start, end)]
    cuts = sorted(cut for cut in cuts if not any(one.start < cut[1] and cut[0] < one.end for one in times))
    clauses, position = [], start
    for begin, stop in cuts:
        if begin >= position:
            clauses.append(_Clause(position, begin))
            position = stop
    clauses.append(_Clause(position, end))
    return [clause for clause in clauses if folded[clause.start : clause.end].strip(EDGES)]


class _Reader:
    """Takes clauses in order and sorts them into told and to be done."""

    def __init__(self, text: str, folded: str, times: list[Entity], context: ParseContext) -> None:
        self._text, self._folded, self._times, self._context = text, folded, times, context
        self._told: list[_Clause] = []
        self._follow_ups: list[FollowUp] = []
        self._waiting: Entity | None = None
        self._occurred: Moment | None = None
        self._unresolved: list[str] = []
        self._wish: FollowUp | None = None

    def read(self, clause: _Clause) -> None:
        if _COUNTED.fullmatch(self._folded[clause.start : clause.end].strip(EDGES)):
            return
        inside = [one for one in self._times if clause.start <= one.start and one.end <= clause.end]
        if inside and is_only_time(self._folded, clause.start, clause.end, inside):
            self._take_time(clause, inside[0])
            return
        due = next(
            (one for one in inside if is_ahead(one, self._context) and not is_past_day(one, self._context)), None
        )
        if due is None and (
            _THEN_TOO.match(self._folded, clause.start, clause.end)
            or _THEN_EN.search(self._folded, clause.start, clause.end)
        ):
            due = self._time_told()
        if due is not None and _ZH_TOPIC.match(self._folded[clause.start : due.start]):
            self._told.append(clause)
            return
        if self._take_follow_up(clause, due or self._waiting):
            return
        split = self._split_at(clause, due)
        if split is not None:
            before, after = split
            self._told.append(before)
            self._take_follow_up(after, due)
            return
        self._told.append(clause)
        self._note_wish(clause, due)

    def _time_told(self) -> Entity | None:
        """Give the time of the clause told last: 下个月一号上线，到时候跟她确认."""
        last = self._told[-1] if self._told else None
        told = [one for one in self._times if last and last.start <= one.start and one.end <= last.end]
        return next((one for one in told if is_ahead(one, self._context)), None)

    def _note_wish(self, clause: _Clause, due: Entity | None) -> None:
        """Note what the customer wants to be given by a time: 'he wants a quote by Friday'."""
        if due is None:
            return
        words, offsets = self._without_time(clause, due)
        match = _WISHED.match(words)
        group = "title" if match and match["title"] else "what"
        if match and _DELIVERABLE.search(match[group]):
            title = self._title(offsets[match.start(group)], offsets[match.end(group) - 1] + 1, due)
            self._wish = self._wish or FollowUp(title, moment_of(due), self._time_text(due))

    def _take_time(self, clause: _Clause, time: Entity) -> None:
        """A time that stands alone belongs to the follow-up before it, to the one after it, or to what happened."""
        if not is_ahead(time, self._context):
            self._occurred = self._occurred or self._past(clause)
        elif self._follow_ups and self._follow_ups[-1].due is None:
            self._follow_ups[-1] = replace(self._follow_ups[-1], due=moment_of(time), time_text=time.text)
        else:
            self._waiting = time

    def _past(self, clause: _Clause) -> Moment | None:
        zone, now = self._context.timezone, self._context.now
        found = find_times(self._text[clause.start : clause.end], now, zone, "past")
        return moment_of(found[0]) if found else None

    def _take_follow_up(self, clause: _Clause, due: Entity | None) -> bool:
        words, offsets = self._without_time(clause, due)
        title = find_title(words, has_time=due is not None)
        if title is None and due is not None and _AGREED.search(self._folded, 0, clause.start):
            comes = _COMES.fullmatch(words)
            title = comes.span("title") if comes else None
        said = self._title(offsets[title[0]], offsets[title[1] - 1] + 1, due) if title else ""
        if not said:
            return False
        vague = self._vague(clause) if due is None else ""
        said = with_object(said, self._text[: clause.start], self._last_told())
        self._follow_ups.append(FollowUp(said, moment_of(due), self._time_text(due) if due else vague or None))
        if vague:
            self._unresolved.append(vague)
        if _EN_TOLD.match(words):  # what the customer asked for is told as well as promised
            self._told.append(clause)
        self._waiting = None
        return True

    def _last_told(self) -> str:
        return self._text[self._told[-1].start : self._told[-1].end] if self._told else ""

    def _without_time(self, clause: _Clause, due: Entity | None) -> tuple[str, list[int]]:
        """Give the clause's words without the time and its 'by' or 前, and for each character its offset."""
        kept = range(clause.start, clause.end)
        if due is not None and clause.start <= due.start < clause.end:
            start, end = time_span(self._folded, due, clause.start, clause.end)
            kept_offsets = [*range(clause.start, start), *range(end, clause.end)]
        else:
            kept_offsets = list(kept)
        words = "".join(self._folded[offset] for offset in kept_offsets)
        skipped = len(words) - len(words.lstrip(EDGES))
        return words[skipped:], kept_offsets[skipped:]

    def _time_text(self, time: Entity) -> str:
        start, end = time_span(self._folded, time, 0, len(self._text))
        return self._text[start:end].strip(EDGES)

    def _title(self, start: int, end: int, due: Entity | None) -> str:
        """Give the title as written, with the time that stands inside it left out."""
        if due is None or not start <= due.start < end:
            return cut_out(self._text, start, end, (end, end))
        return cut_out(self._text, start, end, time_span(self._folded, due, start, end))

    def _vague(self, clause: _Clause) -> str:
        words = self._text[clause.start : clause.end]
        spans = find_vague_times(words, self._context.now, self._context.timezone)
        return words[slice(*spans[0])] if spans else ""

    def _split_at(self, clause: _Clause, due: Entity | None) -> tuple[_Clause, _Clause] | None:
        """Part a clause without punctuation: 他要报价下周二下午三点跟进 is told up to the time."""
        if due is None or due.start == clause.start:
            return None
        start, _ = time_span(self._folded, due, clause.start, clause.end)
        before = self._folded[clause.start : start].rstrip()
        words, _ = self._without_time(_Clause(start, clause.end), due)
        if (
            not before.strip(EDGES)
            or _THEIRS.search(before, max(0, len(before) - 24))
            or not _ZH_IMPERATIVE.match(words)
        ):
            return None
        return _Clause(clause.start, start), _Clause(start, clause.end)

    def finish(self) -> Content:
        if self._waiting is not None:
            self._told_time(self._waiting)
        if self._wish is not None and not self._follow_ups:  # else the speaker has said what he will do about it
            self._follow_ups.append(self._wish)
        return Content(
            _joined(self._text, self._told), tuple(self._follow_ups), tuple(self._unresolved), self._occurred
        )

    def _told_time(self, time: Entity) -> None:
        """A time to come that nothing was said about: something is due then."""
        self._told.append(_Clause(time.start, time.end))
        self._told.sort(key=lambda clause: clause.start)


def find_title(words: str, *, has_time: bool) -> tuple[int, int] | None:
    """Find where in a clause the thing to do stands; None where the clause promises nothing."""
    patterns = [_EN_MARKER, _EN_OWED, _EN_FOLLOW_UP, _EN_TOLD, _ZH_MARKER, _ZH_BARE]
    patterns += [_EN_IMPERATIVE, _ZH_IMPERATIVE] if has_time else [_EN_BARE]
    for pattern in patterns:
        match = pattern.match(words)
        if match and match["title"].strip(EDGES):
            return match.span("title")
    return None


_OPENING = re.compile(
    r"^(?:(?:and|then|but|so|about|regarding|re|that|who|which|because|讨论|关于)(?=[\s:])[\s:]*"
    r"|[\s,，、;；:：.。!！—–-]+)+",
    re.IGNORECASE | re.ASCII,
)


def _joined(text: str, told: list[_Clause]) -> str:
    """Give what was told in the person's words: clauses that stood side by side keep what stood between them."""
    parts: list[tuple[int, int]] = []
    for clause in told:
        if (parts and not text[parts[-1][1] : clause.start].strip(EDGES)) or (
            parts and _is_joint(text[parts[-1][1] : clause.start])
        ):
            parts[-1] = (parts[-1][0], clause.end)
        else:
            parts.append((clause.start, clause.end))
    pieces = [_OPENING.sub("", text[start:end]).strip(EDGES) for start, end in parts]
    pieces = [piece for piece in pieces if piece]
    joint = ", " if all(piece.isascii() for piece in pieces) else "，" if "，" in text else ","
    return joint.join(pieces)


def _is_joint(gap: str) -> bool:
    return _JOINT.fullmatch(gap + "x", 0, len(gap)) is not None or gap.strip(EDGES).lower() in {
        "and",
        "then",
        "but",
        "so",
        "plus",
        "&",
        "并",
        "然后",
        "并且",
        "同时",
        "另外",
        "随后",
    }
