"""Create a task: 'remind me to send the quote to Acme tomorrow 10am', 提醒我明天上午十点给华为发报价, 'todo: ...'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._follow_ups import read_content
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._labelled import Form, read_form, read_moment
from nlu.commands._mentions import Mention
from nlu.commands._parties import find_parties
from nlu.commands._timing import take_time
from nlu.commands._utterance import Utterance, hear
from nlu.entities.times import find_times
from nlu.simplified import simplified
from nlu.understanding import Entity, Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateTask:
    """What to do, and by when."""

    title: str
    #: None where no time was said, or one that nobody can resolve
    due: Moment | None
    #: the customer that the title names, as said
    mention: str | None
    #: the words that name the time, vague ones too
    time_text: str | None = None
    #: a reminder, which is nothing without its time
    is_reminder: bool = False
    #: the colleague who is to do it, as said; None: the speaker himself
    assignee: str | None = None


_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL
_HEADS = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:(?:remind|nudge|prompt|alert) me|ping me(?= (?:in|at|on|tomorrow|to|about|next)\b)"
        r"|give me a (?:nudge|heads-up|ping|shout)|send me a reminder"
        r"|set (?:me )?(?:up )?(?:a )?reminder(?: for me)?|create (?:a "
        r")?reminder|add (?:a )?reminder|reminder)\b\s*[:\-,]?\s*",
        r"(?:(?:add|create|make|new|set up|open)\s+(?:a\s+|an\s+"
        r"|another\s+)?(?:new\s+)?(?:follow-?up\s+)?(?:task|to-?do)(?:\s+item)?(?:\s+for me)?|to-?do|task"
        r"|to do)\b\s*(?:[:：\-–,]\s*|to\s+|for\s+|\s)(?=\S)",
        r"(?:don't let me forget|make sure i don't forget)\s+(?:to\s+|about\s+)?",
        r"(?=schedule\s+(?:an?\s+)?(?:call|meeting|visit|demo|follow-?up)\b)schedule\s+(?:an?\s+)?",
        r"别让我忘(?:了|记)?[:：,，\s]*",
        r"(?:note|memo|reminder)\s+to\s+(?:my)?self[:,\-\s]+(?:to\s+)?",
        r"(?:加|建|设|set)(?:一?个|条)?(?:a )?(?:task|reminder|todo)[:：,，\s]+",
        r"(?:don't forget|remember)\s+(?:to\s+)?(?:remind me\s+)?to\s+",
        r"(?:到时候?|记得|别忘了|请|务必)?(?:提醒|叫|喊)(?:一下)?(?:我|自己)(?:一下|一声)?(?:啊|哈"
        r"|呗)?(?!的)[:：,，\s]*",
        r"(?:设(?:置|定)?|定|加|建|创建|新建|添加|新增)(?:一?个|一条|条)?(?:新的?)?(?:任务|待办(?:事项)?"
        r"|提醒|日程|代办|跟进任务|todo)[:：,，\s]*",
        r"(?:记(?:一?个|一条|一下)?)(?:任务|待办(?:事项)?|todo|代办)[:：,，\s]*",
        r"(?:任务|待办|代办|todo|提醒)(?:\s*[:：]\s*|\s+(?=[^\s\d#＃完已列清]))",
    )
)
#: what a person has to do himself by a time that he names: 'I have to call Hans on Friday', 明早九点记得给周敏打电话
_OWN_DUTY = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:(?:i|we)(?:'ve| have)?\s+(?:got to|gotta|need to|have to|must|should|want to"
        r"|ought to)|i'?m (?:supposed|going) to|gotta|need to|have to|must)\s+(?=[a-z]{3,})",
        r"(?:我(?:们)?)?(?:还|也|另外)?(?:得|要|需要|该|必须|应该|准备)(?=(?:给|跟|和|去"
        r"|把|发|打|约|拜访|回访|联系|跟进|准备|提交|催|交|寄|送|做|写|改|确认|找))",
        r"(?=(?:我们?|咱们?)?(?:已经?|刚刚?)?(?:和|跟|与|同)[^,，;；。]{1,16}?(?:已经?|都)?约(?:好|定|了))(?:我们?"
        r"|咱们?)?(?:已经?|刚刚?)?",
        r"(?:(?:i|we)(?:'ve| have)?\s+)?(?:just\s+|already\s+)?(?:(?:arranged|agreed|scheduled|booked)\s+to\s+"
        r"(?=(?:meet|visit|see|call|demo|drop)\b)|(?=(?:arranged|agreed|scheduled|booked)\s+with\s+[^,;.]{2,40}?\s+"
        r"to\s+(?:meet|visit|see|call|demo|drop)\b))",
        r"(?:记得|别忘(?:了|记)?|不要忘(?:了|记)?|记住|到时候?)(?:要|去)?(?!提醒)",
    )
)
#: an appointment to come: 周五下午3点约了渤海化工王磊
_APPOINTED = re.compile(
    r"[\s,，]*(?:(?:我(?:们)?)?(?:已经?|要|得|会)?(?:约(?:了|好了?|定了?)"
    r"|有(?:一?个)?(?:会|约|拜访|演示|会议)|去拜访|要拜访|要去|去见|要见"
    r"|(?:跟|和|与).{2,24}?(?:开会|见面|吃饭|演示|有个会|过一?[遍下]|对一?[遍下]|碰一?[下个]|碰头|碰面|走一?遍"
    r"|聊一?下|谈一?下|对齐|sync|review)))",
    _FLAGS,
)
#: 'assign a task to sarah: ...', 给李明派个任务：…: the task is a colleague's
_FOR_COLLEAGUE = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:assign|give|delegate)\s+(?:an?\s+)?(?:new\s+)?(?:task|to-?do)\s+(?:to|for)\s+"
        r"(?P<who>@?[^\s:：,，]+(?: [^\s:：,，]+)?)\s*(?:[:：,，–-]\s*|\bto\s+)",
        r"(?:assign|give)\s+(?P<who>@?(?!me\b|an?\b|the\b)[^\s:：,，]+(?: [^\s:：,，]+)?)\s+an?\s+(?:new\s+)?"
        r"(?:task|to-?do)\s*(?:[:：,，–-]\s*|\bto\s+)",
        r"(?:给|为|帮)(?P<who>@?[^,，。:：\s我]{1,12}?)\s*(?:派|安排|布置|分配|指派)(?:一下)?"
        r"一?[个条项]?(?:任务|待办|活儿?)(?:去)?[:：,，\s]*",
        r"(?:给|为|帮)(?P<who>@?[^,，。:：\s我]{1,12}?)\s*(?P<made>(?:新?建|创建|新增|添加|加|记|下|开|写"
        r"|录))(?:一下)?一?[个条项]?(?:任务|待办|活儿?)[:：,，\s]*",
        r"(?:create|add|make|set up|log|new)\s+an?\s+(?:new\s+)?(?P<made>task"
        r"|to-?do)\s+for\s+(?P<who>@?[^\s:：,，]+(?: [^\s:：,，]+)?)\s*(?:[:：,，–-]\s*|\bto\s+)",
        r"(?:派|安排|布置|分配|指派)一?[个条项]?(?:任务|待办|活儿?)给(?P<who>@?[^,，。:：\s我]{1,12}?)\s*[:：,，\s]+",
    )
)
#: somebody by a first name alone: 'call Hans on Friday', 圣诞节前给Priya寄贺卡
_TO_SOMEBODY = re.compile(
    r"(?:please )?(?:[Cc]all|[Pp]hone|[Ee]-?mail|[Mm]essage|[Tt]ext|[Mm]eet|[Vv]isit|[Ss]end|[Pp]ing"
    r"|[Tt]hank|[Cc]hase|[Ii]nvite|[Ff]ollow up with)"
    r" (?:with )?[A-Z][a-z]+|[^,，A-Za-z]{0,12}(?:给|跟|和|约|找|拜访|联系)[A-Z][a-z]+(?: [A-Z][a-z]+)?[\u3400-\u9fff]",
    re.ASCII,
)
#: a colleague who is to do it: 让王芳……, 'have Sarah …'
_SENT = re.compile(r"(?:让|叫|请|安排|派|通知|麻烦)\s*|(?:please )?(?:ask|have|get|tell|let) ", _FLAGS)
#: longer than this it is a story
LONGEST_PROMISE = 120
#: changes of a record that is there already
_OTHER_ORDER = re.compile(
    r"(?:update|set|change|move|push|mark|assign|tag|create|new|add|sign|renew|[把将])|.{0,12}(?:改|推迟|延|转给|签)",
    _FLAGS,
)
#: characters before a time that leads a sentence
MOST_LEAD = 4
#: characters of a title that 'remind me' may follow
LEAST_CHARS = 4
#: characters before it in which it may be denied
NEAR_CHARS = 12
#: After a time: 明天上午十点提醒我给华为发报价.
_AFTER_TIME = re.compile(
    r"[\s,，]*(?:(?:的时候|时|请|记得|再)?(?:提醒|叫|喊)(?:一下)?我(?:一下|一声)?(?:啊|哈|呗)?"
    r"|(?:please )?remind me(?: "
    r"to)?)[:：,，\s]*",
    _FLAGS,
)
#: what makes a task of the words before it: 后天上午十点约了海云演示，记个任务
_AT_END = re.compile(
    r"[\s,，;；]*(?:(?:请)?(?:帮我|给我|替我)?(?:记|建|加|设|安排|定|排)(?:一?个|一条|一下|成|为|作)?(?:任务"
    r"|待办(?:事项)?|提醒|todo)|(?<!的)待办"
    r"|(?:帮我|给我|替我)(?:排上|安排上|列上)|(?:帮我|给我|替我)?(?:排|加|放|记)(?:进|到|在|入)?(?:我的?)?(?:日程"
    r"|日历)(?:里|上|表)?"
    r"|提醒(?:一下)?我(?:一下)?|(?:(?:千万|可|到时候?)?(?:别|不要)(?:让我|给我)?忘(?:了|记)?(?:提醒我)?(?:就好)?"
    r"|(?:到时候?|记得)(?:叫|提醒|喊)(?:一下)?我)"
    r"|(?:and\s+)?(?:please\s+)?(?:remind|nudge|ping) me(?: (?:then|about (?:it|that)))?"
    r"|(?:please\s+)?(?:don't let me forget(?: (?:it|that|this))?|so (?:that )?i don't forget)"
    r"|(?:please\s+)?(?:add|create|make|set(?: up)?|put in|log)\s+(?:me\s+)?(?:(?:it|that|this)\s+(?:as\s+)?)?an?\s+"
    r"(?:task|to-?do|reminder)(?:\s+for (?:it|that|this|me))?"
    r"|put (?:it|that) on my (?:to-?do )?list|add (?:it|that) to my (?:tasks"
    r"|list|to-?dos?))[\s。.!]*$",
    re.IGNORECASE | re.ASCII,
)
_ENGLISH_NAME = re.compile(
    r"\b(?:to|with|for|at|from|call|phone|email|e-mail|visit|meet|meet with|contact|message|ping|text"
    r"|send|give|thank|chase|invite|show|mail|remind)\s+"
    r"(?P<name>(?:Mr\.?|Ms\.?|Mrs\.?|Dr\.?)?\s?[A-Z][\w&'-]*(?:\s(?:[A-Z][\w&'-]*|Ltd\.?|Inc\.?|Co\.?))*)",
    re.ASCII,
)
_CHINESE_NAME = re.compile(
    r"(?:给|跟|和|与|向|找|约|拜访|联系|催|回访|跟进|见|致电|打给|回复"
    r"|通知)(?P<name>[^,，。:：;；\s给跟把的发打寄送回约见谈聊催]{2,16}?)"
    r"(?=的|发|打|寄|送|回|报|做|谈|聊|沟通|确认|联系|签|提|演示|交|开|吃|见|要|催|付|结|对|讲|准备|介绍"
    r"|更新|$|[,，。\s])"
)
_REMINDS = re.compile(r"remind|nudge|ping|forget|提醒|叫我|忘", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:to|that|about|of|for|(?:(?:i|we) )?(?:need|have) to|要|去|我要|记得|[,，:：\s-])+(?=\b|[\u3400-\u9fff])\s*",
    re.IGNORECASE | re.ASCII,
)


def read(text: str, context: ParseContext) -> CreateTask | None:
    """Read what is to be done and when."""
    form = read_form(text)
    if form is not None:
        return _of_form(form, context)
    heard = hear(text)
    given = next(
        (match for head in _FOR_COLLEAGUE if (match := head.match(heard.body)) and _is_given(match, context)), None
    )
    given = given or _sent_colleague(heard, context)
    start = heard.start + given.end() if given else _title_start(heard, context)
    if start is None:
        return _read_promise(heard, context)
    if _is_no_order(heard, start):
        return None
    timed = take_time(heard.text, heard.folded, heard.start, heard.end, context)
    inside = take_time(heard.text, heard.folded, start, heard.end, context)
    title = _AT_END.sub("", _LEAD.sub("", inside.words)).strip(" ,，")
    if not title:
        return None
    chosen = inside if inside.due or not timed.due else timed
    return CreateTask(
        title=title,
        due=chosen.due,
        mention=find_mention(title),
        time_text=chosen.time_text,
        assignee=heard.said(heard.start + given.start("who"), heard.start + given.end("who")) if given else None,
        is_reminder=_asks_reminder(heard, start),
    )


def _of_form(form: Form, context: ParseContext) -> CreateTask | None:
    """Read a form of a task, or of a contact that is only planned: 任务：…；截止：…, 'Task: … Due: …'."""
    if form.command != "create_task":
        return None
    words = form.get("due_at", "when", "next_when", "expected_close")
    due = read_moment(form, context, "future", "due_at", "when", "next_when", "expected_close") if words else None
    title = form.get("task", "title", "name", "topic", "summary", "next", "need") or next(iter(form.loose), "")
    whom = "、".join(form.all("people")) or form.get("account")
    if whom and whom not in title:
        title = (
            f"{title} ({whom})"
            if title.isascii()
            else f"{title}（{whom}）"
            if title
            else f"{form.title.strip('【】')} {whom}"
        )
    return CreateTask(
        title=title,
        due=due,
        mention=whom or find_mention(title),
        time_text=words,
        assignee=form.get("assignee", "owner"),
    )


def ends_as_task(body: str) -> bool:
    """Tell whether words end with the order to make a task of them: …，记个任务, '…, add a task'."""
    return _AT_END.search(body) is not None


def _asks_reminder(heard: Utterance, start: int) -> bool:
    """Tell whether the order before or behind the title is for a reminder, which is nothing without its time."""
    ending = _AT_END.search(heard.folded, start, heard.end)
    orders = heard.folded[heard.start : start] + (ending[0] if ending else "")
    return _REMINDS.search(orders) is not None


def _is_given(match: re.Match[str], context: ParseContext) -> bool:
    """Tell whether somebody gets the task: 给王芳建一条任务, but not 给华为建一条任务, which is about a customer."""
    if "made" not in match.groupdict():
        return True
    who = match["who"]
    known = context.find_names(who) if context.find_names else ()
    return any(one.is_colleague and (one.start, one.end) == (0, len(who)) for one in known)


def _sent_colleague(heard: Utterance, context: ParseContext) -> re.Match[str] | None:
    """Match 让王芳下周二上午十点去浦新制药验收 and 'ask Sarah to call Acme by Friday' up to what is to be done."""
    known = context.find_names(heard.body) if context.find_names else ()
    lead = _SENT.match(heard.body)
    one = next((one for one in known if one.is_colleague and lead and one.start == lead.end()), None)
    if one is None or lead is None or not _has_time_ahead(heard, context):
        return None
    return re.compile(rf"(?<=.)(?P<who>.{{{one.end - one.start}}})(?: to |\s+)?", _FLAGS).match(heard.body, one.start)


def _has_time_ahead(heard: Utterance, context: ParseContext) -> bool:
    times = find_times(heard.folded, context.now, context.timezone, "future")
    return any(isinstance(one.value, Moment) and one.value.start > context.now for one in times)


def _read_promise(heard: Utterance, context: ParseContext) -> CreateTask | None:
    """Read what says only what is to be done for a known customer and when: 明天给华为发合同, 'call Acme at 3pm'."""
    body = heard.body
    if not context.find_names or len(body) > LONGEST_PROMISE or _OTHER_ORDER.match(body):
        return None
    if is_negated(body) or is_question(body) or is_reported(body):
        return None
    if not context.find_names(heard.folded) and not _TO_SOMEBODY.match(heard.said(heard.start, heard.end)):
        return None
    content = read_content(heard.text, heard.folded, heard.start, heard.end, context)
    promised = content.follow_ups[0] if len(content.follow_ups) == 1 else None
    if promised is None or content.summary or promised.due is None or promised.due.start <= context.now:
        return None
    return CreateTask(title=promised.title, due=promised.due, mention=find_mention(promised.title))


def _title_start(heard: Utterance, context: ParseContext) -> int | None:
    for head in _HEADS:
        match = head.match(heard.folded, heard.start, heard.end)
        if match:
            return match.end()
    ending = _AT_END.search(heard.folded, heard.start, heard.end)
    if ending and ending.start() - heard.start >= LEAST_CHARS:
        near = heard.folded[max(heard.start, ending.start() - NEAR_CHARS) : heard.end]
        is_refused = is_negated(_FORGETS.sub("", near))
        return None if is_refused else heard.start
    times = find_times(heard.folded, context.now, context.timezone, "future")
    ahead = [one for one in times if isinstance(one.value, Moment) and one.value.start > context.now]
    duty = _duty_start(heard, ahead, context)
    if duty is not None:
        return duty
    if times and times[0].start - heard.start <= 4:
        match = _AFTER_TIME.match(heard.folded, times[0].end, heard.end)
        return match.end() if match else None
    return None


#: 'not forget' is no denial: 别让我忘了 asks to be reminded
_FORGETS = re.compile(
    r"(?:别|不要)(?:让我|给我)?忘(?:了|记)?|don't (?:let me )?forget|i don't forget", re.IGNORECASE | re.ASCII
)


def _duty_start(heard: Utterance, ahead: list[Entity], context: ParseContext) -> int | None:
    """Find where something to do begins that is told with its time to come: a duty of one's own, or an appointment."""
    inside = [one for one in ahead if heard.start <= one.start and one.end <= heard.end]
    if not inside or find_names_in(heard, context) == 0:
        return None
    leads = inside[0].start - heard.start <= MOST_LEAD
    begin = heard.start if not leads else inside[0].end
    while begin < heard.end and heard.folded[begin] in " ,，":
        begin += 1
    for place in dict.fromkeys((begin, heard.start)):
        duty = next((found for one in _OWN_DUTY if (found := one.match(heard.folded, place, heard.end))), None)
        if duty is not None:
            return duty.end()
    return begin if leads and _APPOINTED.match(heard.folded, begin, heard.end) else None


def find_names_in(heard: Utterance, context: ParseContext) -> int:
    """Count the known customers that are named; where nobody is known, any sentence may name one."""
    return len(context.find_names(heard.folded)) if context.find_names else 1


def _is_no_order(heard: Utterance, start: int) -> bool:
    """Tell whether the words only look like an order: 'don't remind me', 提醒我什么了吗, 'task list'."""
    head, rest = heard.folded[heard.start : start], heard.folded[start : heard.end]
    if re.fullmatch(r"(?:don't forget|don't let me|make sure|remember).*|.*别(?:忘|让我忘).*", head, _FLAGS):
        head = ""
    return (
        is_negated(head)
        or is_question(heard.body)
        or is_reported(heard.body)
        or re.match(r"\s*(?:的|list|列表|完成|[#＃]?\d+\s*(?:完成|done|is|\w+$))", rest, _FLAGS) is not None
    )


def find_known(title: str, context: ParseContext) -> tuple[Mention, ...]:
    """Find the known customers that a task's title names, each with the company that was said with a person."""
    if context.find_names is None:
        return ()
    folded = simplified(title)
    return tuple(one.mention for one in find_parties(folded, context.find_names(folded)))


def find_mention(title: str) -> str | None:
    """Find the customer that a task's title names, as said."""
    match = _ENGLISH_NAME.search(title) or _CHINESE_NAME.search(title)
    name = match["name"].strip() if match else ""
    return name if name and name not in {"客户", "他们", "对方", "大家", "I", "The"} else None


COMMAND = Command(label="create_task", roles=STAFF, read=read, rank=42)
