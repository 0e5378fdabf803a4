"""How people lay out a sheet: several people in a row, a unit above the table, a name in two columns, a signed end."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.access import create_user
from crm_core.customers import create_account
from crm_core.models import (
    Account,
    Campaign,
    Contact,
    Instalment,
    Interaction,
    Lead,
    LeadStatus,
    Opportunity,
    Payment,
    Role,
    Task,
)
from crm_core.permissions import Actor
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.headings import match_headings
from crm_core.transfer.importer import ImportReport, import_file
from tests.crm_core.conftest import ActorOf
from tests.crm_core.transfer.conftest import RunSheet


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.created, report.updated, report.unchanged, report.failed)


def _people(session: Session) -> list[tuple[Any, ...]]:
    query = select(Contact.name, Contact.mobile, Contact.is_key_contact).order_by(Contact.id)
    return [tuple(person) for person in session.execute(query)]


LI_AND_CHEN = [("李娜", "+8613900002222", True), ("陈晨", "+8613900003333", False)]


@pytest.mark.parametrize(
    "headings",
    [
        ["公司", "联系人1", "电话1", "联系人2", "电话2"],
        ["公司", "联系人一", "联系人一电话", "联系人二", "联系人二电话"],
        ["公司", "联系人", "电话", "联系人(2)", "电话(2)"],
        ["公司", "第一联系人", "第一联系人电话", "第二联系人", "第二联系人电话"],
        ["公司", "联系人", "电话", "联系人", "电话"],
        ["Company", "Contact 1 Name", "Contact 1 Phone", "Contact 2 Name", "Contact 2 Phone"],
        ["Company", "Contact", "Phone", "Contact 2", "Phone 2"],
    ],
)
@pytest.mark.parametrize("record_type", ["account", "contact"])
def test_a_row_may_tell_of_several_people(
    session: Session, run_sheet: RunSheet, record_type: str, headings: list[str]
) -> None:
    rows = [headings, ["甲公司", "李娜", "13900002222", "陈晨", 13900003333], ["乙公司", None, None, None, None]]
    report = run_sheet(record_type, rows, create_missing=True)
    assert report.failed == 0
    assert report.ignored_headings == []
    assert _people(session) == LI_AND_CHEN
    again = run_sheet(record_type, rows, create_missing=True)
    assert (again.created, again.updated, again.failed) == (0, 0, 0)


def test_a_further_person_without_a_name_is_told_by_his_own_column(session: Session, run_sheet: RunSheet) -> None:
    rows = [["公司", "联系人1", "电话1", "联系人2", "电话2"], ["甲公司", "李娜", "13900002222", None, "13900003333"]]
    for record_type in ("account", "contact"):
        report = run_sheet(record_type, rows)
        assert [each.column for each in report.problems if each.value == "" and "blank" in each.message] == ["联系人2"]
    wrong = [["公司", "联系人1", "电话1", "联系人2", "电话2"], ["甲公司", "李娜", "13900002222", "陈晨", "139"]]
    assert [each.column for each in run_sheet("account", wrong).problems] == ["电话2"]


def test_numbers_of_one_person_are_a_choice_and_what_is_left_out_is_counted(
    session: Session, run_sheet: RunSheet
) -> None:
    text = (
        "姓名,手机1,手机2,邮箱,办公电话\n李娜,139 0000 2222,13900003333,li@a.cn; na@b.cn,010-88886666\n"
        "陈晨,,+8613900004444,,\n王芳,13900005555,139-0000-5555,,\n"
    )
    report = run_sheet("contact", text)
    assert _counts(report) == (3, 0, 0, 0)
    assert [number for _, number, _ in _people(session)] == ["+8613900002222", "+8613900004444", "+8613900005555"]
    assert session.scalar(select(Contact.email).where(Contact.name == "李娜")) == "li@a.cn"
    assert report.notes == [
        "A record keeps one number and one address: 3 more were left out (lines 2). "
        "每条记录只保留一个号码和一个邮箱：另有 3 个未导入（行 2）。"
    ]


def test_two_people_in_one_cell_are_nobodys_name(run_sheet: RunSheet) -> None:
    report = run_sheet("contact", '姓名,手机\n"李娜、陈晨",13900002222\n"Smith, John",13900003333\n')
    assert _counts(report) == (1, 0, 0, 1)
    assert "每人一行" in report.problems[0].message_zh


@pytest.mark.parametrize(
    ("headings", "cells", "name"),
    [
        (["First Name", "Last Name"], ["Jane", "Doe"], "Jane Doe"),
        (["Given name", "Family name"], ["Anna", "Müller"], "Anna Müller"),
        (["姓", "名"], ["欧阳", "娜娜"], "欧阳娜娜"),
        (["Last Name", "First Name"], ["Doe", None], "Doe"),
    ],
)
def test_a_name_may_stand_in_two_columns(
    session: Session, run_sheet: RunSheet, headings: list[str], cells: list[str], name: str
) -> None:
    rows = [[*headings, "Phone"], [*cells, "13900002222"]]
    for record_type, model in (("contact", Contact), ("lead", Lead)):
        assert _counts(run_sheet(record_type, rows)) == (1, 0, 0, 0)
        assert session.scalars(select(model.name)).all() == [name]


def test_headings_in_two_lines_of_which_the_lower_leaves_some_to_the_upper(
    session: Session, run_sheet: RunSheet
) -> None:
    text = "客户名称,等级,联系人,,合同金额\n,,姓名,电话,年度金额（万元）\n甲公司,A,李娜,13900002222,35.5\n"
    report = run_sheet("account", text)
    assert _counts(report) == (1, 0, 0, 0)
    assert session.execute(select(Account.name, Account.annual_amount)).one() == ("甲公司", Decimal(355000))
    rows = [
        ["Company", "Contact", None, "Phone", None],
        [None, "First name", "Last name", "Mobile", "Office"],
        ["甲公司", "Jane", "Doe", "13900003333", None],
        [None, "Tom", "Roe", None, "010-88886666"],
    ]
    report = run_sheet("contact", rows, merged=("A1:A2", "B1:C1", "D1:E1", "A3:A4"))
    assert _counts(report) == (2, 0, 0, 0)
    assert [name for name, _, _ in _people(session)] == ["李娜", "Jane Doe", "Tom Roe"]


@pytest.mark.parametrize(
    ("note", "headings", "cell", "amount"),
    [
        ("单位：万元", "预计金额", 35.5, "355000"),
        ("（金额单位：人民币万元）", "预计金额", "20", "200000"),
        ("填表说明：1、名称须与执照一致；2、金额单位为千元", "预计金额", "20", "20000"),
        ("Amounts in thousands", "Amount", "1,200", "1200000"),
        ("单位：万元", "预计金额", "5000元", "5000"),
        ("单位：万元", "预计金额", "5万", "50000"),
        ("单位：万元", "预计金额（元）", "5000", "5000"),
        ("单位：元", "预计金额", "5000", "5000"),
        ("客户单位一览", "预计金额", "5000", "5000"),
        ("2026", "预计金额万元", "20", "200000"),
    ],
)
def test_the_unit_of_amounts_may_stand_above_the_table(
    session: Session, run_sheet: RunSheet, note: str, headings: str, cell: object, amount: str
) -> None:
    rows = [["商机跟踪表"], [note], ["商机名称", "客户", headings], ["货架", "甲公司", cell]]
    report = run_sheet("opportunity", rows, create_missing=True)
    assert _counts(report) == (1, 0, 0, 0), report.problems
    assert session.scalar(select(Opportunity.amount)) == Decimal(amount)
    assert bool(report.notes) == (
        note not in {"单位：元", "客户单位一览", "2026"} and headings in {"预计金额", "Amount"}
    )


@pytest.mark.parametrize("cell", ["¥1,200,000.00", 1200000, "$150,000"])
def test_an_amount_that_its_columns_unit_makes_absurd_is_asked_back(run_sheet: RunSheet, cell: object) -> None:
    rows = [["商机名称", "客户", "金额（万元）"], ["货架", "甲公司", cell], ["冷柜", "甲公司", 120]]
    report = run_sheet("opportunity", rows, create_missing=True)
    assert _counts(report) == (1, 0, 0, 1)
    assert "write its unit" in report.problems[0].message
    assert "请写明单位" in report.problems[0].message_zh


@pytest.mark.parametrize(
    "end",
    [
        ["共12人"],
        ["共 3 条记录"],
        ["以上共3家客户"],
        ["以下空白"],
        ["-- End --"],
        ["12 records"],
        ["Total: 12 contacts"],
        ["制表人：王芳", None, "审核：", "日期：2026年3月1日"],
        ["Prepared by: Jane", "Approved by: Tom", None, "3/1/2026"],
    ],
)
def test_what_ends_a_sheet_is_no_record(session: Session, run_sheet: RunSheet, end: list[str | None]) -> None:
    rows = [["姓名", "电话", "生日", "职位"], ["李娜", "13900002222", None, None], end]
    assert _counts(run_sheet("contact", rows)) == (1, 0, 0, 0)
    assert [name for name, _, _ in _people(session)] == ["李娜"]


def test_a_table_without_rows_says_so_in_both_languages(run_sheet: RunSheet) -> None:
    assert run_sheet("account", "客户名称,等级\n,\n").notes == [
        "There is no row below the headings. 表头下面没有数据。"
    ]


def test_a_row_that_repeats_another_is_told_with_what_it_says_otherwise(session: Session, run_sheet: RunSheet) -> None:
    text = "商机名称,客户,金额,预计成交日期\n货架,甲公司,35万,2026年6月底\n货架,甲公司,40万,2026年三季度\n"
    report = run_sheet("opportunity", text, create_missing=True)
    assert _counts(report) == (1, 1, 0, 0)
    assert [(each.line, each.message) for each in report.remarks] == [
        (3, "The same as line 2: taken for one record; what this row says of amount, expected_close counts.")
    ]
    assert report.remarks[0].message_zh == "与第 2 行是同一条记录：以本行的金额、预计成交日期为准。"
    assert session.scalar(select(Opportunity.expected_close)) == date(2026, 9, 30)
    assert [each.line for each in run_sheet("contact", "姓名,手机\n李娜,13900002222\n李娜,13900002222\n").remarks] == [
        3
    ]


def test_a_lead_that_was_new_when_the_file_was_written_stays_assigned(session: Session, run_sheet: RunSheet) -> None:
    text = "姓名,手机,状态,负责人\n李娜,13900002222,新,li\n"
    assert _counts(run_sheet("lead", text)) == (1, 0, 0, 0)
    for _ in range(2):
        assert _counts(run_sheet("lead", text)) == (0, 0, 1, 0)
        assert session.scalar(select(Lead.status)) is LeadStatus.ASSIGNED


def test_a_text_without_a_title_is_called_by_its_first_line(session: Session, run_sheet: RunSheet) -> None:
    needs = [["客户", "需求描述"], ["甲公司", "对接微信会员\n要求年内上线"]]
    assert _counts(run_sheet("requirement", needs, create_missing=True)) == (1, 0, 0, 0)
    assert _counts(run_sheet("ticket", [["问题描述"], ["无法登录"]])) == (1, 0, 0, 0)
    assert _counts(run_sheet("lead", [["Company Name", "E-mail"], ["Acme Ltd.", "info@acme.example"]])) == (1, 0, 0, 0)
    assert session.scalar(select(Lead.name)) == "Acme Ltd."


def test_traditional_words_and_names_are_understood(session: Session, system: Actor, run_sheet: RunSheet) -> None:
    create_user(session, system, handle="qiang", name="李强", role=Role.REP, team="East")
    create_account(session, system, name="甲公司")
    text = "客戶名稱,需求描述,類型,優先級,狀態,負責人\n甲公司,增加條碼掃描,潛在,緊急,進行中,李強\n"
    assert _counts(run_sheet("requirement", text)) == (1, 0, 0, 0)


def test_who_is_not_known_is_told_with_whom_it_may_be(session: Session, system: Actor, run_sheet: RunSheet) -> None:
    create_account(session, system, name="苏州蓝鲸智能装备有限公司")
    for handle in ("wei1", "wei2"):
        create_user(session, system, handle=handle, name="张伟", role=Role.REP, team="East")
    report = run_sheet("contact", "姓名,公司,负责人\n李娜,蓝鲸智能,li\n陈晨,苏州蓝鲸,li\n王芳,,张伟\n")
    assert report.failed == 3
    company, short, colleague = report.problems
    assert "Is it 苏州蓝鲸智能装备有限公司?" in company.message
    assert "是不是苏州蓝鲸智能装备有限公司？" in company.message_zh
    assert "Is it 苏州蓝鲸智能装备有限公司?" in short.message
    assert "(wei1, wei2)" in colleague.message
    assert "wei1, wei2" in colleague.message_zh


def test_a_company_that_a_colleague_looks_after_is_not_proposed(
    session: Session, run_sheet: RunSheet, as_staff: ActorOf, tmp_path: Path
) -> None:
    run_sheet("account", "客户名称,负责人\n苏州蓝鲸智能装备有限公司,zhao\n")
    path = tmp_path / "people.csv"
    path.write_text("姓名,公司\n李娜,蓝鲸智能\n", encoding="utf-8")
    report = import_file(session, as_staff("sun"), record_type="contact", path=path)
    assert "蓝鲸智能装备" not in report.problems[0].message + report.problems[0].message_zh


def test_who_spoke_with_whom_in_the_words_of_a_visit_log(session: Session, system: Actor, run_sheet: RunSheet) -> None:
    text = "日期,时间,客户,对接人,我方人员,方式,沟通内容\n2026-11-20,9:30,甲公司,李娜、陈晨,li,电话跟进,询价\n"
    report = run_sheet("interaction", text, create_missing=True)
    assert (_counts(report), report.references_created) == ((1, 0, 0, 0), {"account": 1, "contact": 2})
    assert session.scalar(select(Interaction.owner_id)) is not None
    unknown = run_sheet("interaction", text.replace("陈晨", "无名氏"))
    assert [each.column for each in unknown.problems] == ["对接人"]


def test_a_due_day_and_its_time_and_a_campaigns_kind(session: Session, run_sheet: RunSheet) -> None:
    assert run_sheet("task", "Task,Owner,Due Date,Time\nCall,li,2026-11-25,9:30\n").failed == 0
    due_at = session.scalar(select(Task.due_at))
    assert due_at is not None
    assert (due_at.hour, due_at.minute) == (1, 30)
    assert run_sheet("campaign", "活动名称,类型,实际花费\n618大促,短信,4.8万\n").failed == 0
    assert session.execute(select(Campaign.channel, Campaign.cost)).one() == ("sms", Decimal(48000))


def test_a_deal_that_a_row_does_not_name_is_told_apart_from_one_of_several(
    session: Session, system: Actor, run_sheet: RunSheet
) -> None:
    for name in ("甲公司", "乙公司", "丙公司"):
        create_account(session, system, name=name)
    run_sheet("opportunity", "商机,客户\n货架,甲公司\n冷柜,甲公司\n货架,乙公司\n")
    plan = run_sheet(
        "instalment", "客户,应收日期,金额\n甲公司,2026-12-01,5万\n乙公司,2026-12-01,5万\n丙公司,2026-12-01,5万\n"
    )
    assert [(each.line, each.message_zh) for each in plan.problems] == [
        (2, "opportunity：空白不正确。该客户有多个商机，请写明是哪一个。"),
        (4, "opportunity：空白不正确。该客户没有商机，请先导入商机。"),
    ]
    assert session.scalar(select(Instalment.amount)) == Decimal(50000)


def test_a_city_that_is_its_own_province_is_named_once(session: Session, run_sheet: RunSheet) -> None:
    run_sheet("account", "客户名称,省,市,区\n甲,上海,上海市,徐汇区\n乙,江苏省,苏州市,\n丙,北京市,北京市,\n")
    assert session.scalars(select(Account.region).order_by(Account.id)).all() == [
        "上海市徐汇区",
        "江苏省苏州市",
        "北京市",
    ]


def test_every_sentence_of_a_report_is_said_in_chinese_too(
    session: Session, system: Actor, run_sheet: RunSheet
) -> None:
    create_account(session, system, name="甲公司")
    reports = [
        run_sheet("account", "客户名称,客户编号,等级,年度金额,合作开始\n乙,KH-1,D,许多,明天\n丙,,,,\n丙有限公司,,,,\n"),
        run_sheet("ticket", "标题,编号,满意度,处理人\n退货,12,9,nobody\n换货,,嗯,\n"),
        run_sheet("opportunity", "商机,客户,阶段,预计成交日期\n货架,甲公司,某阶段,3/5/2026\n"),
        run_sheet("quote", "商机,客户,金额,报价日期\n没有,甲公司,1,2026-1-1\n,甲公司,1,2026-1-1\n"),
        run_sheet("contact", "姓名,手机\n李娜,13900002222\n李娜,13900002222\n陈晨,13900002222\n王芳,1\n"),
    ]
    told = [each for report in reports for each in (*report.problems, *report.remarks)]
    assert len(told) >= 14
    for each in told:
        assert each.message_zh
        assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", each.message_zh.replace("crmbot user list", "")), (
            each.message_zh
        )


def test_every_type_knows_its_headings_with_a_number_as_with_none() -> None:
    for record_type, columns in COLUMNS.items():
        for name, column in columns.items():
            heading = column.headings[0] if column.headings else name
            assert match_headings(record_type, [heading])[0] == match_headings(record_type, [f"{heading}1"])[0]


def test_dates_without_a_year_are_asked_back_until_the_year_is_said(session: Session, run_sheet: RunSheet) -> None:
    text = "任务,负责人,截止日期\n寄样品,li,12月20日 下午3点\n回访,li,20-Dec\n催款,li,12月底\n发函,li,3/5\n"
    asked = run_sheet("task", text)
    assert asked.failed == 4
    assert ["--year" in each.message for each in asked.problems] == [True, True, True, False]
    assert "--year 2026" in asked.problems[0].message_zh
    report = run_sheet("task", text, year=2026)
    assert [each.line for each in report.problems] == [5]
    days = [f"{due_at:%m-%d %H}" for due_at in session.scalars(select(Task.due_at).order_by(Task.id)) if due_at]
    assert days == ["12-20 07", "12-20 10", "12-31 10"]


def test_a_payment_that_names_a_contract_belongs_to_its_deal(
    session: Session, system: Actor, run_sheet: RunSheet
) -> None:
    for name in ("甲公司", "乙公司"):
        create_account(session, system, name=name)
    run_sheet("opportunity", "商机,客户,币种\n货架,甲公司,USD\n冷柜,甲公司,\n货架,乙公司,\n")
    run_sheet("contract", "合同编号,商机,客户,金额,签订日期\nHT-1,货架,甲公司,100万,2026-3-1\n")
    text = (
        "回款日期,客户名称,合同号,回款金额\n2026-4-1,甲公司,ht-1,5万\n2026-4-2,,HT-1,6万\n"
        "2026-4-3,乙公司,HT-1,7万\n2026-4-4,甲公司,HT-9,8万\n"
    )
    report = run_sheet("payment", text)
    assert [(each.line, each.column) for each in report.problems] == [(4, "合同号"), (5, "合同号")]
    query = select(Payment.amount, Payment.currency, Opportunity.name).join(Opportunity).order_by(Payment.id)
    assert [tuple(row) for row in session.execute(query)] == [
        (Decimal(50000), "USD", "货架"),
        (Decimal(60000), "USD", "货架"),
    ]
    assert _counts(run_sheet("payment", text)) == (0, 0, 2, 2)


def test_a_company_that_is_made_although_it_may_be_known_is_told(
    session: Session, system: Actor, run_sheet: RunSheet
) -> None:
    create_account(session, system, name="苏州蓝鲸智能装备有限公司")
    report = run_sheet("contact", "姓名,公司\n李娜,蓝鲸智能\n陈晨,蓝鲸智能\n王芳,丙公司\n", create_missing=True)
    assert report.references_created == {"account": 2}
    assert [(each.line, each.message_zh) for each in report.remarks] == [
        (2, "已新建客户；是不是“苏州蓝鲸智能装备有限公司”？如果是，请合并。")
    ]


@pytest.mark.parametrize(("cell", "share"), [(0.85, 85), (1, 100), ("85%", 85), (85, 85), ("85.4%", 85), ("0.5%", 0)])
def test_a_share_is_read_as_its_cell_holds_it(session: Session, run_sheet: RunSheet, cell: object, share: int) -> None:
    assert run_sheet("account", [["客户名称", "续约率"], ["甲公司", cell]]).failed == 0
    assert session.scalar(select(Account.renewal_percent)) == share


def test_a_whole_number_is_not_rounded(run_sheet: RunSheet) -> None:
    report = run_sheet("lead", [["姓名", "评分"], ["李娜", 0.8], ["陈晨", 80.0], ["王芳", "80%"]])
    assert [each.line for each in report.problems] == [2]


def test_a_form_that_is_filled_in_downwards_makes_no_companies_of_its_lines(
    session: Session, run_sheet: RunSheet
) -> None:
    report = run_sheet("account", [["客户名称", "甲公司"], ["等级", "A"], ["联系人", "李娜"], ["电话", "13900002222"]])
    assert _counts(report) == (0, 0, 0, 3)
    assert "这是表头，不是名称" in report.problems[0].message_zh
    # A company may be called so all the same.
    assert _counts(run_sheet("account", "Company,Tier\nPhone,A\n")) == (1, 0, 0, 0)


def test_a_heading_may_name_two_things_of_which_one_is_known(session: Session, run_sheet: RunSheet) -> None:
    text = "姓名,手机/微信\n李娜,微信同号 13900002222\n陈晨,139-0000-3333（王总）\n王芳,wx_wangfang\n"
    report = run_sheet("contact", text)
    assert [each.line for each in report.problems] == [4]
    assert [number for _, number, _ in _people(session)] == ["+8613900002222", "+8613900003333"]


def test_who_is_named_by_his_address_is_found(session: Session, run_sheet: RunSheet) -> None:
    run_sheet("contact", "姓名,邮箱\n李娜,li@a.cn\n")
    assert _counts(run_sheet("ticket", "Subject,Requester\nBroken,Li@a.cn\nBroken too,na@a.cn\n")) == (1, 0, 0, 1)


def test_a_visit_from_to_begins_at_its_beginning(session: Session, run_sheet: RunSheet) -> None:
    text = (
        "拜访日期,拜访时间,客户名称,被拜访人,拜访方式,拜访目的,拜访结果,拜访人\n"
        "2026-3-5,9:30-11:00,甲公司,李娜,上门,推介,有意向,li\n2026-3-6 14:00~15:30,,甲公司,李娜,电话,回访,无人接听,li\n"
    )
    assert run_sheet("interaction", text, create_missing=True).failed == 0
    begun = session.scalars(select(Interaction.occurred_at).order_by(Interaction.id)).all()
    assert [f"{at:%m-%d %H:%M}" for at in begun] == ["03-05 01:30", "03-06 06:00"]
