"""Reports read around the names that are known, in whatever order their words stand, and what is no report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import log_interaction, recognise
from nlu.commands.log_interaction import LogInteraction
from nlu.commands.several import read as read_several
from nlu.names import NamedRecord, NameMatcher
from nlu.text import normalise
from nlu.understanding import KnownName, ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: account -> its people
COMPANIES = {
    "悦购超市有限公司": ["林涛", "沈佳怡"],
    "北辰医疗科技有限公司": ["高峰"],
    "同辉电子科技有限公司": ["周敏仪", "韩冰"],
    "Harbor Foods Ltd": ["Nadia Rossi", "Owen Clarke"],
    "Quartz Logistics Inc.": ["Jörg Weiß"],
}
#: words of a colleague, who is no customer
COLLEAGUE = "陈晓东"


def _matcher() -> tuple[NameMatcher, dict[object, tuple[bool, int]]]:
    records, known = [], {}
    for place, (company, people) in enumerate(COMPANIES.items()):
        records.append(NamedRecord(company, company))
        known[company] = (False, place)
        for person in people:
            records.append(NamedRecord(person, person))
            known[person] = (True, place)
    return NameMatcher(records), known


MATCHER, KNOWN = _matcher()


def find_names(text: str) -> tuple[KnownName, ...]:
    found = [
        KnownName(start, end, KNOWN[match.record.key][0], frozenset({KNOWN[match.record.key][1]}))
        for match, start, end in MATCHER.find_in(text)
    ]
    place = text.find(COLLEAGUE)
    if place >= 0:
        found.append(KnownName(place, place + len(COLLEAGUE), True, frozenset(), is_colleague=True))
    return tuple(found)


CONTEXT = ParseContext(
    now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="rep", find_names=find_names
)


def read(text: str) -> LogInteraction | None:
    return log_interaction.read(normalise(text), CONTEXT)


def who(request: LogInteraction) -> list[str]:
    return [one.text if one.organisation is None else f"{one.text}@{one.organisation}" for one in request.mentions]


def when(request: LogInteraction) -> str | None:
    moment = request.occurred_at
    if moment is None:
        return None
    return f"{moment.start:%m-%d %H:%M}" if moment.has_time else f"{moment.start:%m-%d}"


@pytest.mark.parametrize(
    ("text", "kind", "people", "at"),
    [
        # telegraphic: kind, names and time in any order
        ("拜访 悦购超市 林涛 聊堆头费", "visit", ["林涛@悦购超市"], None),
        ("11/18 14:30 上门 北辰医疗 高峰 看设备", "visit", ["高峰@北辰医疗"], "11-18 14:30"),
        ("林涛 电话 昨天下午三点 催样品", "call", ["林涛"], "11-22 15:00"),
        ("新增互动 同辉电子 韩冰 微信 上周五", "chat", ["韩冰@同辉电子"], "11-20"),
        ("phone call Nov 19 4:15pm Owen Clarke freight terms", "call", ["Owen Clarke"], "11-19 16:15"),
        ("email Nadia Rossi re labels, follow up Thursday", "email", ["Nadia Rossi"], None),
        ("Harbor Foods Owen Clarke 视频会议 报价ok了", "online_meeting", ["Owen Clarke@Harbor Foods"], None),
        ("update: 跟北辰医疗高峰call，招标11月30号开始", "call", ["高峰@北辰医疗"], None),
        ("王总 电话 聊合同 周四再打", "call", ["王总"], None),
        # the day and the clock apart
        ("11/18 onsite 同辉电子 周敏仪 3点半", "visit", ["周敏仪@同辉电子"], "11-18 15:30"),
        ("emailed Nadia Rossi about the new menu yesterday", "email", ["Nadia Rossi"], "11-22"),
        # being somewhere, or running into somebody, is a visit
        ("刚从悦购超市出来，沈佳怡说要换包装", "visit", ["悦购超市", "沈佳怡@悦购超市"], None),
        ("周五在北辰医疗那边做了演示", "visit", ["北辰医疗"], "11-20"),
        ("早上在电梯口碰见同辉电子韩冰，当面聊了下账期", "visit", ["韩冰@同辉电子"], "11-23"),
        # the words between are not part of the name
        ("上午给悦购超市林涛去了个电话 他答应续约", "call", ["林涛@悦购超市"], "11-23"),
        ("前天陪同辉电子韩冰看了仓库", "visit", ["韩冰@同辉电子"], "11-21"),
        ("spoke w/ owen clarke (harbor foods cfo) bout the recall", "call", ["owen clarke@harbor foods"], None),
        ("mailed the draft agreement to Nadia Rossi", "email", ["Nadia Rossi"], None),
        ("coffee with Owen Clarke at their office, he'll decide soon", "visit", ["Owen Clarke"], None),
        ("dropped by Harbor Foods' Leeds plant on Friday; Owen Clarke showed us the line", "visit",
         ["Harbor Foods", "Owen Clarke@Harbor Foods"], "11-20"),
        ("called jorg weiss, no answer", "call", ["jorg weiss"], None),
        ("昨天陪陈晓东拜访了悦购超市林涛", "visit", ["林涛@悦购超市"], "11-22"),
        # several people of one company
        ("上周三去了悦购超市，林涛和沈佳怡都在", "visit", ["悦购超市", "林涛@悦购超市", "沈佳怡@悦购超市"], "11-18"),
        ("Site visit at Harbor Foods, 12 November, 2pm, with Nadia Rossi and Owen Clarke; line two is down", "visit",
         ["Nadia Rossi", "Owen Clarke"], "11-12 14:00"),
        ("Just finished an onsite with Harbor Foods (Nadia Rossi, Owen Clarke)", "visit",
         ["Nadia Rossi@Harbor Foods", "Owen Clarke@Harbor Foods"], None),
        # a way of contact told in its own clause, and beside a greeting
        ("刚给悦购超市林涛拜了个年，打的电话", "call", ["林涛@悦购超市"], None),
        ("早上微信问候了北辰医疗高峰", "chat", ["高峰@北辰医疗"], "11-23"),
        ("在广交会展位上跟韩冰聊了，想做代理", "event", ["韩冰"], None),
        ("Was on the phone with Owen Clarke - he wants the contract", "call", ["Owen Clarke"], None),
    ],
)  # fmt: skip
def test_a_report_is_read_around_known_names(text: str, kind: str, people: list[str], at: str | None) -> None:
    request = read(text)
    assert request is not None
    assert (request.kind, who(request)) == (kind, people)
    assert at is None or (when(request) or "").startswith(at)


@pytest.mark.parametrize(
    "text",
    [
        "明天下午拜访悦购超市林涛",
        "call Owen Clarke",
        "打电话给悦购超市林涛",
        "email Nadia Rossi about the menu",
        "昨天没去悦购超市",
        "差点见到北辰医疗高峰",
        "如果悦购超市林涛打电话来就说我不在",
        "要是昨天见到林涛就好了",
        "I wish I had met Owen Clarke",
        "I should have called Nadia Rossi",
        "did Owen Clarke call yesterday",
        "Owen Clarke called?",
        "林涛昨天来电话了吗",
        "Nadia Rossi asked me to call her tomorrow",
        "老板让我给悦购超市林涛打电话",
        "他说昨天拜访了悦购超市林涛",
        "悦购超市林涛的电话号码变了",
        "悦购超市的会议室真大",
        "昨天悦购超市股价涨了",
        "Harbor Foods's website was down yesterday",
        "Owen Clarke's email bounced",
        "cancel the call with Owen Clarke",
        "取消和北辰医疗高峰的会议",
        "完成给悦购超市林涛打电话",
    ],
)
def test_what_only_names_somebody_is_no_report(text: str) -> None:
    assert read(text) is None


def test_somebody_unknown_beside_a_known_name_is_kept_to_be_asked_for() -> None:
    request = read("昨天跟悦购超市的张无名通了电话")
    assert request is not None
    assert who(request) == ["张无名@悦购超市"]


def test_without_known_names_the_words_alone_are_read() -> None:
    assert log_interaction.read("拜访 悦购超市 林涛 聊堆头费", replace(CONTEXT, find_names=None)) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "上午见了悦购超市林涛，下午见了北辰医疗高峰，都是上门",
            ["上午见了悦购超市林涛，上门", "下午见了北辰医疗高峰，上门"],
        ),
        (
            "Called Owen Clarke about the recall and emailed Jörg Weiß the rates",
            ["Called Owen Clarke about the recall", "emailed Jörg Weiß the rates"],
        ),
        (
            "跟林涛通了电话，谈好了；给同辉电子韩冰也打了",
            ["跟林涛通了电话，谈好了", "记录和同辉电子韩冰的电话：给同辉电子韩冰也打了"],
        ),
        (
            "今天两个会，9点跟悦购超市林涛腾讯会议，11点跟北辰医疗高峰腾讯会议",
            ["今天两个会，9点跟悦购超市林涛腾讯会议", "11点跟北辰医疗高峰腾讯会议"],
        ),
        (
            "visited Harbor Foods and 悦购超市 yesterday",
            ["visited Harbor Foods yesterday", "visited 悦购超市 yesterday"],
        ),
        (
            "昨天拜访了悦购超市林涛，又拜访了北辰医疗高峰",
            ["昨天拜访了悦购超市林涛", "昨天又拜访了北辰医疗高峰"],
        ),
    ],
)
def test_two_reports_of_one_message_are_told_apart(text: str, parts: list[str]) -> None:
    request = read_several(normalise(text), CONTEXT)
    assert request is not None
    assert [part.text.replace("，", ",") for part in request.parts] == [one.replace("，", ",") for one in parts]
    assert {part.label for part in request.parts} == {"log_interaction"}


@pytest.mark.parametrize(
    "text",
    [
        "昨天去了悦购超市，见了林涛和沈佳怡，聊了新品",
        "跟林涛通了电话，他说已经见过北辰医疗的高峰",
        "called Owen Clarke, he met Jörg Weiß last week",
        "跟林涛聊了北辰医疗的案例",
    ],
)
def test_a_story_in_a_report_is_no_second_report(text: str) -> None:
    assert read_several(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("met Owen Clarke today, deal moves to negotiation, send the draft by Thursday",
         ["log_interaction", "update_record", "create_task"]),
        ("拜访了悦购超市林涛，新建商机 冷柜 40万，下周三发方案",
         ["log_interaction", "create_opportunity", "create_task"]),
        ("called Nadia Rossi, tag Harbor Foods as hot, Friday 3pm send samples",
         ["log_interaction", "update_record", "create_task"]),
        ("跟高峰打完电话，那单黄了，价格太高", ["log_interaction", "update_record"]),
    ],
)  # fmt: skip
def test_what_a_report_changes_in_passing_is_done_too(text: str, labels: list[str]) -> None:
    request = read_several(normalise(text), CONTEXT)
    assert request is not None
    assert [part.label for part in request.parts] == labels


@pytest.mark.parametrize(
    "text", ["call Harbor Foods tomorrow at 3pm", "明天给悦购超市发合同", "follow up with Owen Clarke next Tuesday"]
)
def test_what_is_to_be_done_for_a_customer_by_a_time_is_a_task(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "create_task"


@pytest.mark.parametrize("text", ["Harbor Foods will call us tomorrow", "悦购超市明天签合同", "明天要下雨", "明天见"])
def test_what_others_do_by_a_time_is_no_task(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "create_task"


def test_a_bare_fact_after_a_known_name_is_looked_up() -> None:
    assert recognise("悦购超市林涛电话", CONTEXT) == "look_up"
    assert recognise("Owen Clarke's email?", CONTEXT) == "look_up"


@pytest.mark.parametrize("text", ["陈晓东今天有什么任务", "陈晓东的待办", "tasks of 陈晓东"])
def test_a_colleagues_tasks_can_be_asked_for(text: str) -> None:
    assert recognise(text, CONTEXT) == "list_tasks"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("年度验收完成了", "complete_task"),
        ("finished the cold chain audit", "complete_task"),
        ("资料都发了，任务关掉", "complete_task"),
        ("complete Call Harbor about pallets", "complete_task"),
    ],
)
def test_what_names_an_own_task_completes_it(text: str, label: str) -> None:
    assert recognise(text, replace(CONTEXT, knows_task=lambda _words: True)) == label
    assert recognise(text, replace(CONTEXT, knows_task=lambda _words: False)) != label
