"""One of the speaker's own tasks, named in any clause of what is said: closed, put off, or left as it is."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import complete_task, create_task, postpone_task, recognise
from nlu.understanding import KnownName, ParseContext

ZONE = ZoneInfo("Asia/Shanghai")
#: a Monday
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
TITLES = ("给同辉电子张宁发报价", "回访北辰环保", "准备海云合同", "Renew the Vertex NDA", "Send brochures to Halden")


def _knows(words: str) -> bool:
    told = set(re.findall(r"[a-z]+", words.casefold())) - {"the", "is", "to", "has", "been"}
    chinese = [char for char in re.sub("[的了给]", "", words) if "\u3400" <= char <= "\u9fff"]
    if len(chinese) >= 3:
        return any(all(char in title for char in chinese) for title in TITLES)
    return bool(told) and any(told <= set(re.findall(r"[a-z]+", title.casefold())) for title in TITLES)


CONTEXT = ParseContext(now=NOW, timezone=ZONE, role="rep", knows_task=_knows)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("给张宁的报价发完了，那条任务可以划掉", "张宁的报价"),
        ("海云合同弄妥了，这个待办关掉吧", "海云合同"),
        ("同辉的报价已经 send 出去了，那个 task close 掉", "同辉的报价"),
        ("回访北辰那条做完了", "回访北辰"),
        ("海云合同那项待办结束", "海云合同"),
        ("Vertex NDA is renewed, tick it off", "vertex nda"),
        ("The Halden brochures went out - cross that task off", "halden brochures"),
        ("the Vertex NDA has been signed, so mark that one off", "vertex nda"),
        ("tick off the Halden brochures task", "halden brochures"),
        ("tick off the Halden brochure mailing", "halden brochure mailing"),
        ("check the Vertex renewal off my list", "vertex renewal"),
    ],
)
def test_a_clause_tells_which_task_another_one_closes(text: str, named: str) -> None:
    request = complete_task.read(text, CONTEXT)
    assert request is not None
    assert named in request.reference.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "海云合同还没弄好，那条任务先别划掉",
        "如果海云合同弄好了，那条任务就可以划掉",
        "这条任务可以划掉吗",
        "tick it off",
        "check off who called",
        "那条任务可以划掉",
        "他说报价发完了，任务关掉",
        "the Vertex NDA isn't renewed, don't tick it off",
        "is the Vertex NDA done, tick it off?",
        "if the Vertex NDA is renewed, tick it off",
        "the Orlando lease is renewed, tick it off",
    ],
)
def test_what_is_denied_asked_or_named_by_nobody_closes_no_task(text: str) -> None:
    assert complete_task.read(text, CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "named", "day", "reason"),
    [
        ("海云合同法务还没回，任务延到下周一", "海云合同", 30, "海云合同法务还没回"),
        ("今天下午发报价那条挪到明早十点，成本还没核完", "发报价", 24, "成本还没核完"),
        ("回访北辰环保 delay 到周五，legal 还没 review", "回访北辰环保", 27, "legal 还没 review"),
        ("legal is slow, so move the Vertex NDA to Friday", "vertex nda", 27, "legal is slow"),
        ("the Vertex NDA slipped - push it to Thursday", "vertex nda", 26, "the Vertex NDA slipped"),
        (
            "the supplier slipped, so the Halden brochures task moves to Thursday",
            "halden brochures",
            26,
            "the supplier slipped",
        ),
        ("the Vertex NDA can wait until Friday, legal is swamped", "vertex nda", 27, "legal is swamped"),
        ("bump the Halden brochures to Wednesday, the printer is down", "halden brochures", 25, "the printer is down"),
    ],
)
def test_a_task_is_put_off_whichever_clause_names_it(text: str, named: str, day: int, reason: str) -> None:
    request = postpone_task.read(text, CONTEXT)
    assert request is not None
    assert request.until is not None
    assert named in request.reference.casefold()
    assert request.until.start.day == day
    assert request.reason == reason


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("push the Halden brochures back a day? the supplier is late", 1),
        ("Vertex NDA: their lawyer is away, so push the task out by two days", 2),
        ("slide the Halden brochures by a week, the printer is down", 7),
        ("海云合同还差附件，往后挪三天", 3),
        ("回访北辰那条往后拖一周，客户在年结", 7),
        ("发报价那项再延两天，成本没核完", 2),
    ],
)
def test_a_task_is_put_off_by_a_length_of_time(text: str, days: int) -> None:
    request = postpone_task.read(text, CONTEXT)
    assert request is not None
    assert request.by == timedelta(days=days)


@pytest.mark.parametrize(
    "text",
    [
        "海云合同别延到周五",
        "如果法务没回，海云合同就延到周五",
        "要不要把海云合同延到周五",
        "北辰环保的会议改到周五下午三点",
        "王磊说回访改到明天",
        "Vertex NDA: don't push it to Friday",
        "should we push the Vertex NDA to Friday?",
        "if legal is slow, push the Vertex NDA to Friday",
        "the launch party moves to Thursday",
        "the customer said the Vertex NDA can wait until Friday",
        "push the launch back a week, the venue is booked",
    ],
)
def test_what_is_forbidden_asked_or_no_task_puts_nothing_off(text: str) -> None:
    assert postpone_task.read(text, CONTEXT) is None


def test_a_deal_that_is_called_like_a_task_is_none() -> None:
    context = replace(CONTEXT, knows_deal=lambda words: "海云合同" in words)
    assert postpone_task.read("海云合同挪到周五，客户出差", context) is None


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("下周四晚上七点和潘越有饭局，别让我忘了", "和潘越有饭局", (12, 3, 19)),
        ("周五下午两点跟周敏对合同，千万别忘了", "跟周敏对合同", (11, 27, 14)),
        ("冬至那天给老客户群发祝福，帮我设个提醒", "给老客户群发祝福", (12, 22, 0)),
        ("元旦后第一个工作日提醒我开发票", "开发票", (1, 4, 0)),
        ("nudge me in 45 minutes to reply to Hans", "reply to Hans", (11, 23, 10)),
        ("give me a nudge at 4pm to call Raj", "call Raj", (11, 23, 16)),
        ("by 6pm tonight I need to submit the travel claim, please remind me", "submit the travel claim", (11, 23, 18)),
        ("before xmas I have to get the discount signed off, add a task", "get the discount signed off", (12, 24, 0)),
        ("alert me on the first working day of January to invoice Halden", "invoice Halden", (1, 4, 0)),
        ("tomorrow at 3 I'm due at Halden, don't let me forget", "I'm due at Halden", (11, 24, 15)),
    ],
)
def test_a_reminder_is_asked_for_behind_what_it_is_about(text: str, title: str, due: tuple[int, int, int]) -> None:
    request = create_task.read(text, CONTEXT)
    assert request is not None
    assert request.due is not None
    assert (request.title, (request.due.start.month, request.due.start.day, request.due.start.hour)) == (title, due)
    assert recognise(text, CONTEXT) == "create_task"


def test_a_duty_is_no_part_of_a_title() -> None:
    request = create_task.read("need to send the datasheet before christmas, make a task", CONTEXT)
    assert request is not None
    assert request.title == "send the datasheet"


def test_a_reminder_that_is_asked_for_at_the_end_waits_for_its_time() -> None:
    request = create_task.read("给老客户群发祝福，帮我设个提醒", CONTEXT)
    assert request is not None
    assert request.is_reminder


@pytest.mark.parametrize(
    "text", ["周五的会，不用提醒我", "don't add a task", "I forgot to add a task", "ping me the price of the scanner"]
)
def test_a_reminder_that_is_refused_or_none_is_not_set(text: str) -> None:
    assert create_task.read(text, CONTEXT) is None


@pytest.mark.parametrize(
    "text",
    ["让 wangfang 周五前 follow up 一下毛宁", "让wangfang周五前回访毛宁", "have wangfang call Mao Ning by Friday"],
)
def test_a_colleague_is_sent_with_a_space_around_his_name(text: str) -> None:
    def find(words: str) -> tuple[KnownName, ...]:
        start = words.find("wangfang")
        return (KnownName(start, start + 8, True, frozenset(), is_colleague=True),) if start >= 0 else ()

    request = create_task.read(text, replace(CONTEXT, find_names=find))
    assert request is not None
    assert request.assignee == "wangfang"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("后天下午两点去海云签合同，帮我排上", "海云签合同"),
        ("周五上午十点给张宁演示，加到日程里", "给张宁演示"),
        ("下周一给Halden寄样册，放进我的日历", "给Halden寄样册"),
    ],
)
def test_what_is_to_be_put_into_the_calendar_is_a_task(text: str, title: str) -> None:
    request = create_task.read(text, CONTEXT)
    assert request is not None
    assert request.title == title
    assert request.due is not None
    assert recognise(text, CONTEXT) == "create_task"


@pytest.mark.parametrize("text", ["张宁的会帮我排上了吗", "他说周五来，已经加进日程了", "别加到日程里"])
def test_what_is_asked_told_or_denied_of_the_calendar_is_no_task(text: str) -> None:
    assert recognise(text, CONTEXT) != "create_task"
