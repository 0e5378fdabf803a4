from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.errors import InvalidField
from crm_core.models import InteractionKind
from crm_core.transfer import cells
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.headings import spell_heading
from crm_core.transfer.words import INTERACTION_KIND, LEVEL, satisfaction

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "2026年11月23日",
        "20261123",
        "23 Nov 2026",
        "November 23, 2026",
        "２０２６－１１－２３",
        "二〇二六年十一月二十三日",
        "2026/11/23 星期一",
        "23/11/2026",
        "11/23/2026",
        "Mon, 23 November 2026",
        "Nov 23rd, 2026",
        "23-Nov-26",
        "'2026-11-23",
        "46349",
        20261123.0,
        date(2026, 11, 23),
        datetime(2026, 11, 23, 10, 30),  # noqa: DTZ001 - a workbook's cell has no zone
        46349,
    ],
)
def test_a_day_in_every_usual_spelling(written: object) -> None:
    assert cells.day("partner_since", written, SHANGHAI) == date(2026, 11, 23)


@pytest.mark.parametrize("written", ["3/5/2026", "2026-13-01", "2026-02-30", "soon", "11-23"])
def test_a_day_that_could_be_two_or_none_is_refused(written: str) -> None:
    with pytest.raises(InvalidField, match="year first"):
        cells.day("partner_since", written, SHANGHAI)


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2026-11-23 15:05", 15, 5),
        ("2026-11-23T15:05:30", 15, 5),
        ("2026年11月23日 下午3点05分", 15, 5),
        ("2026/11/23 3:05 PM", 15, 5),
        ("2026/11/23 上午9:00", 9, 0),
        ("2026-11-23T07:05:00Z", 15, 5),
        ("2026-11-23", 0, 0),
    ],
)
def test_a_time_of_the_zone(written: str, hour: int, minute: int) -> None:
    at = cells.moment("occurred_at", written, SHANGHAI).astimezone(SHANGHAI)
    assert (at.date(), at.hour, at.minute) == (date(2026, 11, 23), hour, minute)


def test_a_due_day_without_a_time_is_due_at_six_in_the_evening() -> None:
    assert cells.due("due_at", "2026-11-23", SHANGHAI) == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert cells.due("due_at", "2026-11-23 9:00", SHANGHAI).hour == 9


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (200000, "200000"),
        (1234.5, "1234.5"),
        ("1,234.50", "1234.50"),
        ("¥88,000", "88000"),
        ("20万", "200000"),
        ("1.5m", "1500000"),
        ("5K", "5000"),
        ("2亿元", "200000000"),
        ("300元", "300"),
        ("CNY 12.5", "12.5"),
        ("1.234,50 €", "1234.50"),
        ("1,2m", "1200000"),
        ("约20万元", "200000"),
        ("US$ 1.2 million", "1200000"),
    ],
)
def test_amounts(written: object, value: str) -> None:
    assert cells.amount("amount", written, SHANGHAI) == Decimal(value)


@pytest.mark.parametrize("written", ["many", "1-2", "", "万"])
def test_what_is_no_amount(written: str) -> None:
    with pytest.raises(InvalidField):
        cells.amount("amount", written, SHANGHAI)


@given(st.decimals(min_value=0, max_value=10**12, places=2), st.sampled_from(["{:,}", "¥{:,}元", "{} RMB", "USD {}"]))
def test_an_amount_is_read_as_it_was_written(amount: Decimal, spelling: str) -> None:
    assert cells.amount("amount", spelling.format(amount), SHANGHAI) == amount


@given(
    st.dates(min_value=date(1930, 1, 1), max_value=date(2170, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d %b %Y", "%B %d, %Y"]),
)
def test_a_date_is_read_as_it_was_written(on: date, spelling: str) -> None:
    assert cells.day("birthday", on.strftime(spelling), SHANGHAI) == on
    assert cells.day("birthday", (on - date(1899, 12, 30)).days, SHANGHAI) == on


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (13800001111.0, ["13800001111"]),
        ("'138-0000-1111", ["138-0000-1111"]),
        ("1.3800001111E+10", ["13800001111"]),
        ("010-88886666 / 13800001111", ["13800001111", "010-88886666"]),
        ("手机：13800001111（张总）", ["13800001111"]),
        ("+86 138 0000 1111", ["+86 138 0000 1111"]),
    ],
)
def test_phones(written: object, numbers: list[str]) -> None:
    assert cells.phones("mobile", written, SHANGHAI) == numbers


def test_a_number_that_excel_has_rounded_is_refused() -> None:
    with pytest.raises(InvalidField, match="last digits are gone"):
        cells.phone("mobile", "1.38E+10", SHANGHAI)


def test_lists_numbers_and_yes_or_no() -> None:
    assert cells.words("tags", "重点；老客户、VIP, VIP", SHANGHAI) == ["重点", "老客户", "VIP", "VIP"]
    assert cells.number("score", "80.0", SHANGHAI) == 80
    assert cells.yes_or_no("is_key_contact", "是", SHANGHAI)
    assert not cells.yes_or_no("is_key_contact", "No", SHANGHAI)
    assert cells.text("mobile", 13800001111.0, SHANGHAI) == "13800001111"
    assert cells.is_blank("x") is False
    assert all(cells.is_blank(cell) for cell in (None, " ", "-", "N/A", "无"))


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None and 1900 <= value.year <= 2200


#: what each reader may come to, whatever the cell holds
READINGS: dict[cells.Parser, Callable[[Any], bool]] = {
    cells.day: lambda value: type(value) is date,
    cells.month_or_day: lambda value: type(value) is date,
    cells.moment: _is_moment,
    cells.due: _is_moment,
    cells.amount: lambda value: isinstance(value, Decimal) and value.is_finite(),
    cells.currency: lambda value: isinstance(value, str) and len(value) <= 40,
    cells.number: lambda value: isinstance(value, int | Decimal),
    cells.phone: lambda value: isinstance(value, str) and value == value.strip(),
    cells.words: lambda value: all(part == part.strip() != "" for part in value),
    cells.yes_or_no: lambda value: isinstance(value, bool),
    LEVEL: lambda value: value in {"S", "A", "B", "C"},
    INTERACTION_KIND: lambda value: value in set(InteractionKind),
}


@example(float("nan"), cells.amount)
@example(float("inf"), cells.number)
@given(
    st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()),
    st.sampled_from(list(READINGS)),
)
def test_a_cell_is_read_as_its_kind_or_refused_with_what_to_write(cell: object, read: cells.Parser) -> None:
    refusal, value = None, None
    try:
        value = read("field", cell, SHANGHAI)
    except InvalidField as refused:
        refusal = refused
    assert refusal is not None or READINGS[read](value), value
    assert refusal is None or (refusal.field == "field" and len(refusal.remedy) > 5)


@pytest.mark.parametrize("record_type", COLUMNS)
def test_no_heading_means_two_fields_of_a_type(record_type: str) -> None:
    spelled = [
        heading
        for field, column in COLUMNS[record_type].items()
        for heading in {spell_heading(heading) for heading in (field, *column.headings)}
    ]
    doubles = {heading for heading in spelled if spelled.count(heading) > 1}
    own_names = {spell_heading(field) for field in COLUMNS[record_type]}
    assert doubles <= own_names


@pytest.mark.parametrize("heading", ["客户名称*", "客户名称（必填）", " 客户 名称 ", "客户名称："])
def test_headings_are_spelled_alike(heading: str) -> None:
    assert spell_heading(heading) == spell_heading("客户名称")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十五万", "150000"),
        ("贰拾万元整", "200000"),
        ("人民币叁拾伍万元整", "350000"),
        ("一万二", "12000"),
        ("两千五", "2500"),
        ("一千零五", "1005"),
        ("两万零五十", "20050"),
        ("一亿二千万", "120000000"),
        ("一五〇万", "1500000"),
        ("壹拾万零伍佰元伍角贰分", "100500.52"),
    ],
)
def test_amounts_in_chinese_numerals(written: str, value: str) -> None:
    assert cells.amount("amount", written, SHANGHAI) == Decimal(value)


@pytest.mark.parametrize("written", ["万", "百货", "一家", "八千里", "十五万左近"])
def test_a_word_with_a_numeral_is_no_amount(written: str) -> None:
    with pytest.raises(InvalidField):
        cells.amount("amount", written, SHANGHAI)


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2026年6月底", date(2026, 6, 30)),
        ("2026年6月", date(2026, 6, 30)),
        ("2028/2", date(2028, 2, 29)),
        ("June 2026", date(2026, 6, 30)),
        ("2026Q3", date(2026, 9, 30)),
        ("Q4 2026", date(2026, 12, 31)),
        ("2026年三季度", date(2026, 9, 30)),
        ("2026年第1季度", date(2026, 3, 31)),
        ("2026年底", date(2026, 12, 31)),
        ("2026-06-15", date(2026, 6, 15)),
    ],
)
def test_what_is_expected_in_a_month_or_a_quarter_is_expected_by_its_end(written: str, last: date) -> None:
    assert cells.end_of_month_or_day("expected_close", written, SHANGHAI) == last


def test_a_month_alone_is_no_day_and_begins_a_partnership() -> None:
    assert cells.month_or_day("partner_since", "Jan 2020", SHANGHAI) == date(2020, 1, 1)
    assert cells.day("due_on", "2026年2月底", SHANGHAI) == date(2026, 2, 28)
    with pytest.raises(InvalidField):
        cells.day("due_on", "2026年2月", SHANGHAI)


@pytest.mark.parametrize(
    "written", ["0532-88881234转802", "0532-88881234-802", "(0532) 8888 1234 ext. 802", "0532-88881234 分机：802"]
)
def test_a_number_with_an_extension_is_the_number_of_the_house(written: str) -> None:
    found = cells.phone("mobile", written, SHANGHAI)
    assert "".join(char for char in found if char.isdigit()) == "053288881234"


def test_a_mark_may_be_a_word() -> None:
    assert [satisfaction("csat", each, SHANGHAI) for each in ("5", "4分", "非常满意", "一般", "poor")] == [
        5,
        4,
        5,
        3,
        2,
    ]
    with pytest.raises(InvalidField):
        satisfaction("csat", "嗯", SHANGHAI)


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("85年3月5日", date(1985, 3, 5)),
        ("26年3月5日", date(2026, 3, 5)),
        ("85/3/5", date(1985, 3, 5)),
        ("72.12.1", date(1972, 12, 1)),
    ],
)
def test_a_year_of_two_digits_that_can_be_nothing_else(written: str, on: date) -> None:
    assert cells.day("birthday", written, SHANGHAI) == on


@pytest.mark.parametrize("written", ["26/3/5", "05/3/26", "45年3月5日"])
def test_a_year_of_two_digits_that_can_be_something_else_is_asked_back(written: str) -> None:
    with pytest.raises(InvalidField):
        cells.day("birthday", written, SHANGHAI)


def test_two_numbers_with_a_space_between_and_one_with_spaces_in_it() -> None:
    assert cells.phones("mobile", "13812345673 13912345673", SHANGHAI) == ["13812345673", "13912345673"]
    for written in ("+86 13812345673", "0532 88881234", "138 1234 5673", "+44 20 7946 0000", "021 6488 1234"):
        assert cells.phones("mobile", written, SHANGHAI) == [written]


def test_a_mark_that_may_mean_yes_or_no_is_asked_back() -> None:
    assert [cells.yes_or_no("key", mark, SHANGHAI) for mark in ("√", "V", "●", "×")] == [True, True, True, False]
    with pytest.raises(InvalidField):
        cells.yes_or_no("key", "x", SHANGHAI)
