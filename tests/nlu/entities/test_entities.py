from __future__ import annotations

import pkgutil
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nlu.entities
from nlu.entities import durations, emails, find_entities, interaction_kinds, phones, stages, ticket_numbers, urls
from nlu.entities.durations import Duration
from nlu.simplified import simplified
from nlu.understanding import ParseContext

CONTEXT = ParseContext(now=datetime(2026, 11, 23, 2, tzinfo=UTC), timezone=ZoneInfo("Asia/Shanghai"), role="rep")


def kinds_and_texts(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in find_entities(text, CONTEXT)]


@pytest.mark.parametrize(
    "text",
    [
        "138-0000-1111",
        "13800001111",
        "+86 138 0000 1111",
        "86 13800001111",
        "138 0000 1111",
        "手机13800001111",
        "138.0000.1111",
    ],
)
def test_one_mobile_has_one_form_however_it_is_written(text: str) -> None:
    assert [one.value for one in phones.find(text, CONTEXT)] == ["+8613800001111"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("010-88888888", "+861088888888"), ("+1 415 555 2671", "+14155552671"), ("+44 20 7946 0958", "+442079460958")],
)
def test_landlines_and_foreign_numbers_are_phones(text: str, value: str) -> None:
    assert [one.value for one in phones.find(f"call {text} now", CONTEXT)] == [value]


@pytest.mark.parametrize("text", ["TK20260001", "20260001", "12345", "2026-12-01", "order 138000011112222"])
def test_other_numbers_are_no_phones(text: str) -> None:
    assert phones.find(text, CONTEXT) == []


def test_an_answer_that_is_a_phone_is_read() -> None:
    assert phones.parse_phone("138-0000-1111") == "+8613800001111"
    assert phones.parse_phone("call me") is None


def test_emails_are_lower_case() -> None:
    found = emails.find("写给Zhang.Wei@Acme.com.cn，或 b+c@x.io.", CONTEXT)
    assert [one.value for one in found] == ["zhang.wei@acme.com.cn", "b+c@x.io"]


def test_addresses_end_before_the_sentence_does() -> None:
    found = urls.find("见https://acme.com/a?b=1。or www.x.com.", CONTEXT)
    assert [one.value for one in found] == ["https://acme.com/a?b=1", "www.x.com"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TK20260001", "TK20260001"),
        ("tk20260001", "TK20260001"),
        ("#20260001", "TK20260001"),
        ("ticket 12", "12"),
        ("ticket #12", "12"),
        ("工单 12", "12"),
        ("工单TK20260012", "TK20260012"),
        ("12号工单", "12"),
        ("工單12", "12"),
    ],
)
def test_ticket_numbers_have_one_form(text: str, value: str) -> None:
    assert [one.value for one in ticket_numbers.find(text, CONTEXT)] == [value]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("打电话", "call"),
        ("微信电话", "call"),
        ("phone call", "call"),
        ("spoke to", "call"),
        ("来电", "call"),
        ("拜访", "visit"),
        ("visited", "visit"),
        ("met with", "visit"),
        ("见面", "visit"),
        ("上门", "visit"),
        ("拜訪", "visit"),
        ("线上会议", "online_meeting"),
        ("zoom", "online_meeting"),
        ("video call", "online_meeting"),
        ("腾讯会议", "online_meeting"),
        ("email", "email"),
        ("邮件", "email"),
        ("微信聊", "chat"),
        ("whatsapp", "chat"),
        ("短信", "chat"),
        ("活动", "event"),
        ("trade show", "event"),
        ("展会", "event"),
        ("关怀", "care"),
        ("birthday greeting", "care"),
        ("慰问", "care"),
    ],
)
def test_everyday_words_name_the_kind(text: str, kind: str) -> None:
    assert interaction_kinds.kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("初步接触", "contacted"),
        ("contacted", "contacted"),
        ("需求确认", "qualified"),
        ("qualified", "qualified"),
        ("方案报价", "proposal"),
        ("proposal", "proposal"),
        ("商务谈判", "negotiation"),
        ("in negotiation", "negotiation"),
        ("赢单", "won"),
        ("closed won", "won"),
        ("输单", "lost"),
        ("lost", "lost"),
        ("商務談判", "negotiation"),
    ],
)
def test_everyday_words_name_the_stage(text: str, stage: str) -> None:
    assert stages.stage_of(text) == stage
    assert [one.value for one in stages.find(text, CONTEXT)] == [stage]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("开了一个半小时", Duration(1.5, "hour")),
        ("30分钟", Duration(30, "minute")),
        ("半天时间,谈了三天", Duration(0.5, "day")),
        ("for two hours", Duration(2, "hour")),
        ("half an hour", Duration(0.5, "hour")),
        ("30 min call", Duration(30, "minute")),
    ],
)
def test_lengths_of_time_are_found(text: str, value: Duration) -> None:
    assert durations.find(text, CONTEXT)[0].value == value


def test_a_distance_from_now_is_a_time_and_no_duration() -> None:
    assert kinds_and_texts("两小时后") == [("time", "两小时后")]


def test_a_sentence_gives_everything_it_names_in_order() -> None:
    text = "拜访华为,预算20万,周五前报价,电话138-0000-1111,工单TK20260001"
    assert kinds_and_texts(text) == [
        ("interaction_kind", "拜访"),
        ("money", "20万"),
        ("time", "周五"),
        ("stage", "报价"),
        ("interaction_kind", "电话"),
        ("phone", "138-0000-1111"),
        ("ticket_number", "工单TK20260001"),
    ]


def test_an_address_hides_what_stands_inside_it() -> None:
    assert kinds_and_texts("https://acme.com/13800001111/2026-12-01?m=20万元") == [
        ("url", "https://acme.com/13800001111/2026-12-01?m=20万元")
    ]


def test_every_module_of_the_folder_is_a_kind_or_a_shared_part() -> None:
    modules = {module.name for module in pkgutil.iter_modules(nlu.entities.__path__)}
    assert modules - {"numerals", "time_grammar"} == {
        "durations",
        "emails",
        "interaction_kinds",
        "money",
        "phones",
        "stages",
        "ticket_numbers",
        "times",
        "urls",
    }


def test_simplified_keeps_the_length() -> None:
    text = "華為技術有限公司的張偉 says 裡面 乾"
    assert simplified(text) == "华为技术有限公司的张伟 says 里面 干"
    assert len(simplified(text)) == len(text)


@given(st.text(max_size=120))
def test_no_text_fails_and_kinds_never_overlap_themselves(text: str) -> None:
    ends: dict[str, int] = {}
    for one in find_entities(text, CONTEXT):
        assert text[one.start : one.end] == one.text
        assert one.start >= ends.get(one.kind, 0)
        ends[one.kind] = one.end


@pytest.mark.parametrize(
    "piece", ["@a", "a.", "www.", "1", "1-", "万", "十", "工单", "#", "电话", "call ", "¥1,", "半", "a b@c."]
)
def test_long_repetition_is_read_at_once(piece: str) -> None:
    text = piece * 3000
    found = find_entities(text, CONTEXT)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert len(found) <= 3000
