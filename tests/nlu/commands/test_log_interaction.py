from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.commands._mentions import Mention
from nlu.commands.log_interaction import draft, read
from nlu.text import normalise
from nlu.understanding import Moment, ParseContext
from tests.nlu.commands import reports_en, reports_zh
from tests.nlu.entities.test_times import describe

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep")

NO_REPORT = """
今天给李娜打电话了没
到华为拜访王磊要预约吗
昨天电话会议取消了
don't log the call
do not record the visit to Acme
don't log a call with Acme
never mind, no need to log the call
how do I log a call?
how can I record a visit to a customer
what does log call do
can I log a call with Acme here?
Did I log the call with Acme?
did you call Acme?
have you called Tom yet?
who called Acme yesterday?
when did we visit Huawei
was the call with Acme logged?
should I call Acme?
did Tom call?
I need to call Tom tomorrow
I will visit Acme on Friday
I want to call Acme
I am going to meet Tom at 3pm
I haven't called Acme
I didn't call Tom
I forgot to call Acme
we could not reach anybody
if I call Acme, what should I say
if Tom calls, tell him I am out
meeting with Acme tomorrow at 3pm
call with Acme next Tuesday
visit Huawei on Friday
you called me yesterday
I called my mum yesterday
had lunch with my wife
please add dinner with Mary to my calendar on Saturday
can you add a greeting card
create an email to my brother
I saw a fraudulent transaction
call me back
call quality is bad
the meeting was boring
email
visit
别记录
不要记录这个电话
先不记录
不用记了
怎么记录电话
如何记录拜访
怎么记录和华为的电话？
昨天你给张伟打电话了吗
昨天给张伟打电话了吗
给张伟打电话了没有？
你拜访华为了吗
谁拜访了华为？
上次是谁给李娜打的电话
是不是跟华为张伟通过电话了
我还没给张伟打电话
没拜访华为
忘了给张伟打电话
忘记拜访悦购超市了
明天要拜访华为
明天上午十点和华为开会
下周三拜访悦购超市
我准备给张伟打电话
我打算明天拜访王总
我想拜访华为
应该给李娜打个电话
如果拜访华为，要带什么
要是客户打电话来怎么办
你给王总打了电话
我昨天给我妈打了电话
和朋友吃饭了
约了王总周五下午两点见面
今天联系了三家客户
帮我写个邮件
给靖哥哥发短信说我不回来吃饭了
新建联系人张伟，华为，电话13912345678
记录在哪里看
电话号码是多少
拜访客户需要带什么资料
""".strip().splitlines()


def mention_of(words: str) -> tuple[str, str | None]:
    text, _, organisation = words.partition(" @ ")
    return text, organisation or None


@pytest.mark.parametrize(
    ("sentence", "kind", "mentions", "occurred", "summary", "follow_ups"), [*reports_en.REPORTS, *reports_zh.REPORTS]
)
def test_a_report_is_read_slot_by_slot(
    sentence: str,
    kind: str,
    mentions: list[str],
    occurred: str | None,
    summary: str,
    follow_ups: list[tuple[str, str | None, str | None]],
) -> None:
    request = read(normalise(sentence), CONTEXT)
    assert request is not None
    assert request.kind == kind
    assert [(one.text, one.organisation) for one in request.mentions] == [mention_of(words) for words in mentions]
    assert (describe(request.occurred_at) if request.occurred_at else None) == occurred
    assert request.summary == summary
    found = [(one.title, describe(one.due) if one.due else None, one.time_text) for one in request.follow_ups]
    assert found == follow_ups


@pytest.mark.parametrize("sentence", NO_REPORT)
def test_questions_denials_plans_and_small_talk_are_no_reports(sentence: str) -> None:
    assert read(normalise(sentence), CONTEXT) is None


@pytest.mark.parametrize(
    ("polite", "plain"),
    [
        ("can you log a call with Acme: wants a quote?", "log a call with Acme: wants a quote"),
        ("please log call with Acme: wants a quote, thanks", "log call with Acme: wants a quote"),
        ("帮我记录和李娜的电话：客户要报价，谢谢", "记录和李娜的电话：客户要报价"),
        ("能不能帮我记一下和李娜的电话：客户要报价吗", "记一下和李娜的电话：客户要报价"),
    ],
)
def test_politeness_changes_nothing(polite: str, plain: str) -> None:
    one, other = read(normalise(polite), CONTEXT), read(normalise(plain), CONTEXT)
    assert one is not None
    assert other is not None
    assert (one.kind, one.summary, [m.text for m in one.mentions]) == (
        other.kind,
        other.summary,
        [m.text for m in other.mentions],
    )


def test_mentions_stand_where_they_say() -> None:
    text = normalise("had a visit to Huawei yesterday 3pm with Zhang Wei and 李娜, they want 500 units")
    request = read(text, CONTEXT)
    assert request is not None
    assert [text[one.start : one.end] for one in request.mentions] == ["Huawei", "Zhang Wei", "李娜"]


def test_traditional_characters_are_understood_and_kept() -> None:
    request = read(normalise("幫我記錄剛才跟華為的張偉的電話：要報價，下週二下午三點跟進"), CONTEXT)
    assert request is not None
    assert request.mentions == (Mention("張偉", 10, 12, "華為"),)
    assert (request.kind, request.summary, request.follow_ups[0].title) == ("call", "要報價", "跟進")


@pytest.mark.parametrize(
    "text", ["log call with Acme tomorrow at 3pm: wants a quote", "记录明天下午三点和Acme的电话：要报价"]
)
def test_what_is_still_to_come_is_a_plan_and_no_report(text: str) -> None:
    request = read(text, CONTEXT)
    assert request is not None
    assert request.occurred_at is None
    assert request.planned_for is not None
    assert describe(request.planned_for) == "2026-11-24 15:00"


def test_a_vague_time_is_asked_for() -> None:
    request = read(normalise("刚和王总通了电话，改天再约"), CONTEXT)
    assert request is not None
    assert request.unresolved_times == ("改天",)
    assert (request.follow_ups[0].due, request.follow_ups[0].time_text) == (None, "改天")


def test_several_follow_ups_each_keep_their_time() -> None:
    request = read(normalise("拜访了华为，周三前发报价，周五提交方案，下周一回访"), CONTEXT)
    assert request is not None
    assert [one.title for one in request.follow_ups] == ["发报价", "提交方案", "回访"]


def test_the_customers_own_plan_is_no_follow_up() -> None:
    request = read(normalise("刚和李娜通了电话，她下周二要来参观，客户希望周五前交付"), CONTEXT)
    assert request is not None
    assert request.follow_ups == ()
    assert request.summary == "她下周二要来参观,客户希望周五前交付"


def test_whom_it_was_with_may_be_missing() -> None:
    request = read("记录一次电话", CONTEXT)
    assert request is not None
    assert (request.kind, request.mentions, request.summary) == ("call", (), "")


def test_a_draft_is_read_of_any_words() -> None:
    request = draft("wanted to let you know the Acme people are happy, send quote by Friday", CONTEXT)
    assert [one.title for one in request.follow_ups] == ["send quote"]
    assert "Acme people are happy" in request.summary


PIECES = st.sampled_from(
    [
        "log",
        "record",
        "note",
        "call",
        "visit",
        "with",
        "Acme",
        "Tom",
        "from",
        "at",
        "and",
        ",",
        ":",
        ".",
        "—",
        "-",
        "tomorrow",
        "Friday",
        "3pm",
        "wants",
        "a",
        "quote",
        "follow",
        "up",
        "send",
        "the",
        "by",
        "记录",
        "记一下",
        "刚才",
        "跟",
        "和",
        "的",
        "电话",
        "拜访",
        "了",
        "华为",
        "张伟",
        "王总",
        "、",
        "，",
        "。",
        "下周二",
        "下午",
        "三点",
        "跟进",
        "发合同",
        "前",
        "客户",
        "要",
        "报价",
        "我",
        "他",
        "再联系",
        "给",
        "打了",
        "聊了",
        "见了",
        "微信",
        "吗",
        "?",
        "不要",
        "(",
        ")",
    ]
)


@given(st.lists(st.one_of(PIECES, st.just(" ")), max_size=40).map("".join))
def test_no_words_fail_and_every_offset_is_valid(text: str) -> None:
    for request in (read(text, CONTEXT), draft(text, CONTEXT)):
        for one in request.mentions if request else ():
            assert text[one.start : one.end] == one.text
        for follow_up in request.follow_ups if request else ():
            assert follow_up.title
            assert follow_up.due is None or isinstance(follow_up.due, Moment)


@settings(deadline=None)  # the first lunar date loads its calendar
@given(st.text(max_size=200))
def test_any_characters_are_read_alike_each_time(text: str) -> None:
    assert read(text, CONTEXT) == read(text, CONTEXT)
    assert draft(text, CONTEXT) == draft(text, CONTEXT)


@pytest.mark.parametrize(
    "piece",
    [
        "把",
        "跟",
        "和",
        "log ",
        "call with ",
        "met A and ",
        "的",
        "再",
        "要",
        "我要",
        "周五前发",
        "send it Friday and ",
        ", ",
        "记录",
        "(",
        "A ",
    ],
)
def test_long_repetition_is_read_at_once(piece: str) -> None:
    """Patterns that backtrack without bound would never come back from this."""
    for head in ("", "log call with Acme: ", "刚跟华为张伟通了电话，"):
        text = head + piece * 400
        request = draft(text, CONTEXT)
        assert request is None or all(text[one.start : one.end] == one.text for one in request.mentions)
        assert len(request.follow_ups if request else ()) <= 400
