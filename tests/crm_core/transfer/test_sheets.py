"""Spreadsheets as people keep them: titles, groups, merged cells, totals, several sheets, odd encodings and numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.customers import create_account, create_contact
from crm_core.errors import ImportRefused, PermissionRefused
from crm_core.interactions import list_contact_ids
from crm_core.models import (
    Account,
    AuditEvent,
    Contact,
    Interaction,
    Lead,
    Opportunity,
    Requirement,
    Role,
    Task,
    TaskStatus,
    Ticket,
    TicketMessage,
)
from crm_core.permissions import Actor, Scope, scope_of, system_actor
from crm_core.transfer.exporter import export_records
from crm_core.transfer.files import neutralise, write_records
from crm_core.transfer.importer import ImportOptions, ImportReport, import_file, import_in_steps
from crm_core.transfer.tables import read_rows
from tests.crm_core.conftest import ActorOf, actor_in

AT_HALF_PAST_NINE = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
Run = Callable[..., ImportReport]


@pytest.fixture
def run(session: Session, system: Actor, tmp_path: Path, zone: ZoneInfo) -> Run:
    """Import a CSV text, or a workbook given as {sheet: rows} (with `merged` ranges)."""

    def run(record_type: str, content: str | dict[str, list[list[Any]]], **options: Any) -> ImportReport:
        merged = options.pop("merged", ())
        path = tmp_path / ("file.csv" if isinstance(content, str) else "file.xlsx")
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8-sig")
        else:
            _save(content, path, merged)
        return import_file(session, system, record_type=record_type, path=path, zone=zone, **options)

    return run


def _save(sheets: dict[str, list[list[Any]]], path: Path, merged: tuple[str, ...]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    book.save(path)


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.created, report.updated, report.unchanged, report.failed)


def test_a_ledger_with_title_groups_merged_cells_totals_and_a_footer(session: Session, run: Run) -> None:
    rows: list[list[Any]] = [
        ["2026 年客户台账", None, None, None, None],
        ["客户信息", None, "联系人", None, "金额（万元）"],
        ["客户名称 *", "客户等级", "姓名", "电话", "年度金额（万元）"],
        ["华为技术有限公司", "S级", "张伟", 13800001111.0, 120],
        [None, None, "李娜", "'139 0000 2222", None],
        [None, None, None, None, None],
        ["小米科技有限公司", "重点客户", "王芳", "010-88886666 / 13700003333", "5万"],
        ["合计", None, None, None, 125],
        ["制表人：赵六  日期：2026-11-20", None, None, None, None],
    ]
    report = run("account", {"台账": rows}, merged=("A1:E1", "A2:B2", "C2:D2", "A4:A5", "B4:B5"))
    assert _counts(report) == (2, 1, 0, 0)
    assert report.skipped == 2
    accounts = session.scalars(select(Account).order_by(Account.id)).all()
    assert [(each.name, each.level.value, each.annual_amount) for each in accounts] == [
        ("华为技术有限公司", "S", Decimal("1200000.00")),
        ("小米科技有限公司", "A", Decimal("50000.00")),
    ]
    people = session.execute(select(Contact.name, Contact.mobile, Contact.account_id).order_by(Contact.id)).all()
    assert [tuple(person) for person in people] == [
        ("张伟", "+8613800001111", accounts[0].id),
        ("李娜", "+8613900002222", accounts[0].id),
        ("王芳", "+8613700003333", accounts[1].id),
    ]


def test_a_template_with_numbered_blank_rows_subtotals_and_repeated_headings(session: Session, run: Run) -> None:
    rows = ["序号,商机名称,客户名称,金额", "1,货架,甲公司,35万", "华东区小计,,,350000", "序号,商机名称,客户名称,金额"]
    report = run("opportunity", "\n".join([*rows, "2,冷柜,甲公司,2万", "3,,,", "4,,,"]), create_missing=True)
    assert (_counts(report), report.skipped) == ((2, 0, 0, 0), 4)


def test_the_sheet_with_the_best_headings_is_read_unless_one_or_all_are_named(session: Session, run: Run) -> None:
    sheets = {
        "说明": [["请按模板填写"], ["名称"], ["模板"]],
        "一月": [["姓名", "手机", "公司"], ["张伟", "13800001111", None]],
        "二月": [["姓名", "手机", "公司", "职位"], ["李娜", "13900002222", None, "总监"]],
    }
    report = run("contact", sheets)
    assert report.sheets == ["二月"]
    assert "一月" in report.notes[0]
    assert _counts(run("contact", sheets, sheet="2")) == (1, 0, 0, 0)
    assert _counts(run("contact", sheets, sheet="all")) == (0, 0, 2, 0)
    with pytest.raises(ImportRefused, match="说明, 一月, 二月"):
        run("contact", sheets, sheet="三月")
    assert session.scalar(select(func.count()).select_from(Contact)) == 2


def test_formulas_count_by_their_value_and_one_never_calculated_is_told(run: Run, tmp_path: Path) -> None:
    report = run("account", {"a": [["客户名称", "年度金额"], ["甲公司", "=2*3"], ["乙公司", "#N/A"]]})
    assert "B2" in report.notes[0]
    assert [(problem.line, problem.column) for problem in report.problems] == [(3, "年度金额")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("sep=;\n姓名;手机\n张伟;13800001111\n", "utf-8"),
        ("姓名\t手机\n张伟\t13800001111\n", "utf-16"),
        ("姓名\t手机\n张伟\t13800001111\n", "utf-16-le"),
        ("客户联系人登记表\n\n姓名,手机\n张伟,13800001111\n", "gb18030"),
        ('"姓 名"|"手 机"\n"张伟"|"13800001111"\n', "utf-8-sig"),
        ("姓名,備註,聯絡電話\r\n张伟,,１３８００００１１１１\r\n", "utf-8"),
    ],
)
def test_texts_of_any_program(session: Session, system: Actor, tmp_path: Path, content: str, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content.encode(encoding))
    report = import_file(session, system, record_type="contact", path=path)
    assert _counts(report) == (1, 0, 0, 0)
    assert session.execute(select(Contact.name, Contact.mobile)).one() == ("张伟", "+8613800001111")


def test_a_report_names_everything_that_is_wrong_with_a_row_in_both_languages(run: Run) -> None:
    report = run("contact", "姓名,手机号码,生日,邮箱\n张伟,1.38E+10,3/5/1985,no mail\n,,,x@example.com\n")
    assert [(each.line, each.column, each.field, each.value) for each in report.problems] == [
        (2, "手机号码", "mobile", "1.38E+10"),
        (2, "生日", "birthday", "3/5/1985"),
        (2, "邮箱", "email", "no mail"),
        (3, "姓名", "name", ""),
    ]
    assert (
        run("contact", "姓名,手机\nDoe, John,13800001111\n").problems[0].message_zh.startswith("本行：单元格比表头多")
    )
    assert "last digits are gone" in report.problems[0].message
    assert "末尾几位已丢失" in report.problems[0].message_zh
    assert report.failed == 2


def test_people_and_companies_nearly_the_same_are_told_merged_or_left_out(session: Session, run: Run) -> None:
    accounts = "客户名称,行业\n华为技术有限公司,通信\n华为技术,电子\n华伟技术有限责任公司,\n北京12号店,\n北京13号店,\n"
    report = run("account", accounts)
    assert _counts(report) == (5, 0, 0, 0)
    assert [(each.line, "line 2" in each.message) for each in report.remarks] == [(3, True), (4, True)]
    people = "姓名,公司,手机\n张伟,CRM2026001,13800001111\n章伟,CRM2026001,\n张伟,CRM2026001,13900002222\n"
    assert [each.line for each in run("contact", people).remarks] == [3, 4]
    merged = run("account", "客户名称,行业\n小米集团,电子\n小米,家电\n", duplicates="merge")
    assert _counts(merged) == (1, 1, 0, 0)
    assert session.execute(select(Account.name, Account.industry).where(Account.name.contains("小米"))).all() == [
        ("小米集团", "家电")
    ]
    listed = run("contact", "姓名,手机\n新人,13800001111\n别人,13712345678\n", duplicates="list")
    assert (listed.created, listed.duplicates) == (1, 1)
    assert session.scalar(select(Contact.name).where(Contact.mobile == "+8613800001111")) == "张伟"


def test_colleagues_share_a_landline_but_nobody_shares_a_mobile(session: Session, run: Run) -> None:
    create = "姓名,电话\n张伟,010-88886666\n李娜,010-88886666\n王芳,13800001111\n"
    assert _counts(run("contact", create)) == (3, 0, 0, 0)
    again = run("contact", "姓名,电话\n李娜,010-88886666\n王小芳,13800001111\n")
    assert (again.updated, again.unchanged) == (1, 1)
    assert [each.line for each in again.remarks] == [3]


def test_companies_and_people_that_rows_name_are_made_on_request(session: Session, run: Run) -> None:
    people = "姓名,公司,负责人\n张伟,新公司,li\n李娜,新公司,li\n"
    assert _counts(run("contact", people)) == (0, 0, 0, 2)
    report = run("contact", people, create_missing=True)
    assert (report.created, report.references_created) == (2, {"account": 1})
    calls = "方式,时间,内容,客户,联系人\n电话,2026-11-20 9:00,询价,新公司,张伟、王芳\n"
    report = run("interaction", calls, create_missing=True)
    assert (report.created, report.references_created) == (1, {"contact": 1})
    account = session.scalars(select(Account)).one()
    assert (account.code, account.owner_id) == ("CRM2026001", session.scalar(select(Contact.owner_id).limit(1)))
    assert account.last_interaction_at == datetime(2026, 11, 20, 1, 0, tzinfo=ZoneInfo("UTC"))
    keys = session.execute(select(Contact.name, Contact.is_key_contact).order_by(Contact.id)).all()
    assert [tuple(key) for key in keys] == [("张伟", True), ("李娜", False), ("王芳", False)]


def test_numbers_that_a_file_brings_are_kept_and_new_ones_follow(session: Session, run: Run) -> None:
    text = "客户名称,客户编号\n甲,\n乙,CRM2026007\n丙,\n坏,KH-1\n"
    assert _counts(run("account", text)) == (3, 0, 0, 1)
    codes = session.execute(select(Account.name, Account.code).order_by(Account.code)).all()
    assert [tuple(code) for code in codes] == [("乙", "CRM2026007"), ("甲", "CRM2026008"), ("丙", "CRM2026009")]


def test_money_in_other_currencies_and_units(session: Session, system: Actor, run: Run) -> None:
    create_account(session, system, name="甲公司")
    text = (
        "商机名称,客户名称,预计金额(USD),预计成交日期,商机阶段\na,甲公司,5k,2026年3月5日,已报价\nb,"
        '甲公司,"1,200",46086,成交\n'
    )
    assert _counts(run("opportunity", text)) == (2, 0, 0, 0)
    deals = session.scalars(select(Opportunity).order_by(Opportunity.name)).all()
    assert [(deal.amount, deal.currency, deal.expected_close, deal.stage) for deal in deals] == [
        (Decimal("5000.00"), "USD", date(2026, 3, 5), "proposal"),
        (Decimal("1200.00"), "USD", date(2026, 3, 5), "won"),
    ]
    assert deals[1].closed_at is not None


def test_tickets_and_requirements_keep_their_history(session: Session, system: Actor, run: Run, zone: ZoneInfo) -> None:
    account = create_account(session, system, name="甲公司")
    create_contact(session, system, name="张伟", mobile="13800001111", account_id=account.id)
    text = "标题,问题描述,类型,优先级,状态,联系人,处理人,创建时间,满意度\n"
    text += "收货破损,三箱全碎,投诉,紧急,已解决,13800001111,zhou,2026-11-01 9:30,5\n咨询,,咨询,,,张伟,,2026-11-02,\n"
    assert _counts(run("ticket", text)) == (2, 0, 0, 0)
    assert _counts(run("ticket", text)) == (0, 0, 2, 0)
    ticket = session.scalars(select(Ticket).order_by(Ticket.id)).first()
    assert ticket is not None
    assert (ticket.number, ticket.kind.value, ticket.status.value, ticket.csat, ticket.account_id) == (
        "TK20260001", "complaint", "solved", 5, account.id,
    )  # fmt: skip
    assert ticket.solve_due_at == datetime(2026, 11, 2, 9, 30, tzinfo=zone)
    lines = session.scalars(select(TicketMessage.text).order_by(TicketMessage.id)).all()
    assert lines == ["三箱全碎", "咨询"]
    needs = (
        "需求名称,客户,优先级,状态,负责人,提出时间\n接口对接,甲公司,高,进行中,li,"
        "2026-11-20 10:00\n关闭的,甲公司,低,已关闭,li,\n"
    )
    report = run("requirement", needs)
    assert (report.created, [problem.field for problem in report.problems]) == (1, ["confirmation"])
    need = session.scalars(select(Requirement)).one()
    assert (need.code, need.answer_due_at) == ("DE20260001", datetime(2026, 11, 21, 10, 0, tzinfo=zone))


def test_every_record_has_its_line_in_the_trail(session: Session, run: Run) -> None:
    run("account", "客户名称,行业,联系人\n甲,电子,张伟\n")
    run("account", "客户名称,行业\n甲,通信\n")
    query = select(AuditEvent).where(AuditEvent.record_type.in_(("account", "contact")))
    events = session.scalars(query.order_by(AuditEvent.id)).all()
    assert [(event.action, event.record_type, event.reason) for event in events] == [
        ("created", "account", "import of file.csv"),
        ("created", "contact", "import of file.csv"),
        ("updated", "account", "import of file.csv"),
    ]
    assert (events[2].before, events[2].after) == ({"industry": "电子"}, {"industry": "通信"})
    assert (events[0].after or {})["code"] == "CRM2026001"


def test_a_supervisor_imports_for_his_team_alone(session: Session, run: Run, as_staff: ActorOf, tmp_path: Path) -> None:
    run("account", "客户名称,负责人,行业\n东部,li,电子\n西部,zhao,电子\n")
    path = tmp_path / "file.csv"
    path.write_text("客户名称,负责人,行业\n东部,,通信\n西部,,通信\n新东,wang,\n新西,zhao,\n", encoding="utf-8")
    report = import_file(session, as_staff("sun"), record_type="account", path=path)
    assert _counts(report) == (1, 1, 0, 2)
    assert session.scalars(select(Account.industry).where(Account.name == "西部")).all() == ["电子"]
    path.write_text("姓名,公司\n张伟,东部\n李娜,西部\n", encoding="utf-8")
    people = import_file(session, as_staff("sun"), record_type="contact", path=path)
    assert [(each.line, "colleague" in each.message) for each in people.problems] == [(3, True)]
    refused = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("refused")))
    assert set(refused) == {"refused_assign", "refused_update"}
    for handle in ("li", "wu"):
        with pytest.raises(PermissionRefused):
            import_file(session, as_staff(handle), record_type="contact", path=path)


@pytest.mark.parametrize(
    ("role", "reach"),
    [
        (Role.REP, Scope.NONE),
        (Role.SUPERVISOR, Scope.TEAM),
        (Role.MANAGER, Scope.ALL),
        (Role.SUPPORT, Scope.NONE),
        (Role.ANALYST, Scope.NONE),
        (Role.ADMIN, Scope.ALL),
    ],
)
def test_who_may_bring_in_files_and_erase_people(role: Role, reach: Scope, now: datetime) -> None:
    actor = Actor(kind="staff", name="x", now=now, role=role)
    for record_type in ("account", "contact", "lead", "opportunity", "interaction", "task", "requirement"):
        assert scope_of(actor, "ingest", record_type) is reach
    erases = role in {Role.MANAGER, Role.ADMIN}
    assert scope_of(actor, "erase", "contact") is (Scope.ALL if erases else Scope.NONE)


def test_in_steps_a_file_goes_in_alike_on_each_database(any_database: Any, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "many.csv"
    rows = [f"P{number},13{number:09d},Company {number // 3},p{number}@example.com" for number in range(2500)]
    path.write_text("name,mobile,company,email\n" + "\n".join([*rows, "Bad,123,Company 1,", rows[0]]), encoding="utf-8")
    options = ImportOptions(create_missing=True)
    for expected in ((2500, 0, 1, 1), (0, 0, 2501, 1)):
        report = import_in_steps(any_database, system_actor(now), record_type="contact", path=path, options=options)
        assert _counts(report) == expected
    with any_database.reading() as session:
        codes = session.scalars(select(Account.code).order_by(Account.id)).all()
        assert codes == [f"CRM2026{number:03d}" for number in range(1, 835)]
        created = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "created")
        assert session.scalar(created) == 2500 + 834
    with any_database.transaction() as session:
        # The database goes on numbering where the file ended.
        assert create_contact(session, system_actor(now), name="Next").id == 2501


CELLS = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(allow_nan=False), st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=6))
def test_no_sheet_brings_an_import_down(session: Session, system: Actor, tmp_path: Path, rows: list[list[Any]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "手机", "邮箱", "公司", "生日", "状态", "是否关键联系人", "负责人"])
    for row in rows:
        sheet.append(["".join(c for c in v if c.isprintable()) if isinstance(v, str) else v for v in row])
    path = tmp_path / "any.xlsx"
    book.save(path)
    count = select(func.count()).select_from(Contact)
    before = session.scalar(count) or 0
    report = import_file(session, system, record_type="contact", path=path, create_missing=True)
    # Every row that says something is a contact, an error with its line, or no record; none is lost, none told twice.
    assert sum(_counts(report)) + report.skipped <= len(rows)
    assert report.failed == len({problem.line for problem in report.problems})
    assert all(2 <= problem.line <= len(rows) + 1 and problem.message for problem in report.problems)
    assert session.scalar(count) == before + report.created


@given(st.text(min_size=1, max_size=30))
def test_no_cell_of_an_export_is_a_formula(text: str) -> None:
    assert neutralise(text).lstrip("\ufeff \t\r\n")[:1] not in set("=+-@") or neutralise(text).startswith("'")
    assert neutralise(text).removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_again(
    session: Session, system: Actor, run: Run, tmp_path: Path, zone: ZoneInfo, form: Any
) -> None:
    account = create_account(session, system, name="=HYPERLINK(1)", tags=["重点", "老客户"], annual_amount=Decimal(35))
    create_contact(
        session, system, name=("@张伟"), mobile="13800001111", account_id=account.id, birthday=date(1985, 3, 9)
    )
    for record_type, headings in (("account", "zh"), ("contact", "en")):
        path = tmp_path / f"{record_type}.{form}"
        count = write_records(
            export_records(session, system, record_type=record_type, zone=zone), path, form=form, headings=headings
        )
        assert count == 1
        cells = [cell for _, row in read_rows(path) for cell in row if isinstance(cell, str)]
        assert not [cell for cell in cells if cell[:1] in set("=-@")]
        report = import_file(session, system, record_type=record_type, path=path, zone=zone)
        assert _counts(report) == (0, 0, 1, 0), report.problems


def test_leads_tasks_and_their_everyday_words(session: Session, run: Run) -> None:
    assert _counts(run("lead", "联系人,公司,手机,线索状态,评分\n张伟,新零售,13800001111,待跟进,80分\n")) == (1, 0, 0, 0)
    assert session.execute(select(Lead.score, Lead.is_score_given)).one() == (80, True)
    text = (
        "待办事项,责任人,截止日,完成情况,延期原因\n发报价,Li,2026-11-25,进行中,\n回访,li,2026-11-26,"
        "推迟,客户出差\n催款,li,,延期,\n"
    )
    report = run("task", text)
    assert (report.created, [problem.field for problem in report.problems]) == (2, ["delay_reason"])
    assert session.scalars(select(Task.status).order_by(Task.id)).all() == [TaskStatus.DOING, TaskStatus.DELAYED]


def test_tasks_without_an_owner_are_the_importers_own_and_known_again(
    session: Session, as_staff: ActorOf, tmp_path: Path
) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text("任务,截止日期\n回访,2026-11-25\n回访,2026-11-26\n", encoding="utf-8")
    for expected in ((1, 1, 0, 0), (0, 2, 0, 0)):
        assert _counts(import_file(session, as_staff("qian"), record_type="task", path=path)) == expected


def test_an_interaction_has_its_people_and_one_that_is_still_to_come_is_refused(
    session: Session, system: Actor, run: Run, now: datetime
) -> None:
    account = create_account(session, system, name="甲公司")
    first = create_contact(session, system, name="张伟", account_id=account.id)
    second = create_contact(session, system, name="李娜", account_id=account.id)
    text = (
        "类型,时间,内容,客户,联系人\n上门拜访,2026-11-20 下午3点半,看样品,甲公司,张伟\n电话,"
        "2027-01-01,x,甲公司,\n微信,2026-11-19,y,,\n"
    )
    report = run("interaction", text)
    assert (report.created, [problem.field for problem in report.problems]) == (1, ["occurred_at", "account"])
    assert _counts(run("interaction", text.partition("\n电话")[0].replace("张伟", "张伟、李娜"))) == (0, 1, 0, 0)
    visit = session.scalars(select(Interaction)).one()
    apart = [["跟进日期", "跟进时间", "客户", "方式", "内容"], [date(2026, 11, 20), time(9, 30), "甲公司", "来电", "z"]]
    assert _counts(run("interaction", {"a": apart})) == (1, 0, 0, 0)
    assert session.scalar(select(func.max(Interaction.id)).where(Interaction.occurred_at == AT_HALF_PAST_NINE)) == 2
    assert list_contact_ids(session, visit.id) == [first.id, second.id]
    assert actor_in(session, "li", now).handle == "li"
