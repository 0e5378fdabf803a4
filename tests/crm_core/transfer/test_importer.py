from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.access import get_user
from crm_core.customers import create_account, create_contact
from crm_core.errors import ImportRefused, PermissionRefused
from crm_core.interactions import list_contact_ids
from crm_core.models import (
    Account,
    Contact,
    Interaction,
    InteractionKind,
    Lead,
    Opportunity,
    Task,
    TaskStatus,
)
from crm_core.permissions import Actor, system_actor
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.exporter import EXPORTED, export_records
from crm_core.transfer.importer import ImportReport, import_file, read_header_map
from crm_core.transfer.kinds import KINDS
from tests.crm_core.conftest import ActorOf

ACCOUNTS = """客户名称,所属行业,规模,等级,年度金额,负责人,标签,合作时间
华为技术有限公司,通信,500以上,S级,¥1.2m,li,重点；老客户,2019年3月5日
小米科技,电子,50-200人,A,20万,wang,,2024/5/1
"""


Run = Callable[..., ImportReport]


@pytest.fixture
def run(session: Session, system: Actor, tmp_path: Path, zone: ZoneInfo) -> Run:
    """Import a text as a CSV file."""

    def run(record_type: str, text: str | bytes, **options: Any) -> ImportReport:
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_file(session, system, record_type=record_type, path=path, zone=zone, **options)

    return run


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.created, report.updated, report.unchanged, report.failed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_accounts_with_usual_headings_in_any_encoding(session: Session, run: Run, encoding: str) -> None:
    report = run("account", ACCOUNTS.encode(encoding))
    assert _counts(report) == (2, 0, 0, 0)
    huawei = session.scalars(select(Account).where(Account.name == "华为技术有限公司")).one()
    assert (huawei.code, huawei.industry, huawei.size_band, huawei.level.value) == (
        "CRM2026001",
        "通信",
        ">500",
        "S",
    )
    assert (huawei.annual_amount, huawei.tags, huawei.partner_since) == (
        Decimal("1200000.00"),
        ["重点", "老客户"],
        date(2019, 3, 5),
    )
    assert huawei.owner_id == get_user(session, "li").id


def test_a_repeated_import_updates_instead_of_doubling(session: Session, run: Run) -> None:
    run("account", ACCOUNTS)
    assert _counts(run("account", ACCOUNTS)) == (0, 0, 2, 0)
    changed = ACCOUNTS.replace("电子", "消费电子")
    assert _counts(run("account", changed)) == (0, 1, 1, 0)
    by_code = "客户编号,客户名称\nCRM2026002,小米集团\n"
    assert _counts(run("account", by_code)) == (0, 1, 0, 0)
    assert session.scalar(select(func.count()).select_from(Account)) == 2
    assert session.scalars(select(Account.name).order_by(Account.id)).all() == ["华为技术有限公司", "小米集团"]


def test_blank_cells_change_nothing(session: Session, run: Run) -> None:
    run("account", ACCOUNTS)
    run("account", "客户名称,行业,等级\n小米科技,,-\n")
    assert session.scalars(select(Account.industry).where(Account.name == "小米科技")).one() == "电子"


def test_a_dry_run_tells_all_and_keeps_nothing(session: Session, run: Run) -> None:
    report = run("account", ACCOUNTS + "坏行,,,Z级,,,,\n", dry_run=True)
    assert report.is_dry_run
    assert _counts(report) == (2, 0, 0, 1)
    assert session.scalars(select(Account)).all() == []
    assert _counts(run("account", ACCOUNTS)) == (2, 0, 0, 0)
    assert session.scalars(select(Account.code).order_by(Account.id)).first() == "CRM2026001"


def test_wrong_rows_are_named_by_line_and_field_and_the_others_are_kept(session: Session, run: Run) -> None:
    text = """name,owner,level,mobile,contact
Good,li,A,,
,li,A,,
Nobody's,nobody,A,,
Odd,li,Z,,
Phone,li,A,12345,Ann
Last,li,B,,
"""
    report = run("account", text)
    assert _counts(report) == (2, 0, 0, 4)
    assert [(problem.line, problem.field) for problem in report.problems] == [
        (3, "name"),
        (4, "owner"),
        (5, "level"),
        (6, "contact_mobile"),
    ]
    accounts = session.scalars(select(Account).order_by(Account.id)).all()
    assert [(account.name, account.code) for account in accounts] == [
        ("Good", "CRM2026001"),
        ("Last", "CRM2026002"),
    ]


def test_all_or_nothing_keeps_nothing_of_a_file_with_one_wrong_row(session: Session, run: Run) -> None:
    report = run("account", "name,level\nGood,A\nOdd,Z\n", all_or_nothing=True)
    assert _counts(report) == (0, 0, 0, 1)
    assert session.scalars(select(Account)).all() == []


def test_a_contact_in_an_accounts_row_becomes_its_key_contact(session: Session, run: Run) -> None:
    text = "客户名称,联系人,联系人电话,联系人职位,负责人\n华为技术有限公司,张伟,138-0000-1111,总监,li\n"
    assert _counts(run("account", text)) == (1, 0, 0, 0)
    assert _counts(run("account", text)) == (0, 0, 1, 0)
    contact = session.scalars(select(Contact)).one()
    assert (contact.name, contact.mobile, contact.title, contact.is_key_contact) == (
        "张伟",
        "+8613800001111",
        "总监",
        True,
    )
    assert contact.account_id == session.scalars(select(Account.id)).one()


def test_contacts_are_known_by_mobile_and_belong_to_accounts_by_name_or_code(
    session: Session, system: Actor, run: Run
) -> None:
    account = create_account(session, system, name="华为技术有限公司", short_names=["华为"])
    text = """姓名,手机号,公司,职位,生日
张伟,138 0000 1111,华为,总监,1985-03-09
李雷,13900002222,CRM2026001,,
韩梅,,华为技术,,
"""
    assert _counts(run("contact", text)) == (3, 0, 0, 0)
    renamed = "姓名,手机号,职位\n张玮,+86 13800001111,副总\n"
    assert _counts(run("contact", renamed)) == (0, 1, 0, 0)
    contact = session.scalars(select(Contact).where(Contact.mobile == "+8613800001111")).one()
    assert (contact.name, contact.title, contact.account_id, contact.birthday) == (
        "张玮",
        "副总",
        account.id,
        date(1985, 3, 9),
    )


def test_a_number_that_comes_later_joins_the_contact_and_another_number_does_not(session: Session, run: Run) -> None:
    run("contact", "name\n王芳\n")
    assert _counts(run("contact", "name,mobile\n王芳,13700003333\n")) == (0, 1, 0, 0)
    assert _counts(run("contact", "name,mobile\n王芳,13700004444\n")) == (1, 0, 0, 0)
    assert session.scalar(select(func.count()).select_from(Contact)) == 2


def test_an_unknown_or_ambiguous_account_is_a_wrong_row(session: Session, system: Actor, run: Run) -> None:
    create_account(session, system, name="Acme Ltd")
    create_account(session, system, name="Acme Inc")
    report = run("contact", "name,company\nAnn,Acme\nBob,Nowhere\nCat,Acme Ltd\n")
    assert [(problem.line, problem.field) for problem in report.problems] == [(2, "account"), (3, "account")]
    assert "Several" in report.problems[0].message
    assert report.created == 1


def test_leads(session: Session, run: Run) -> None:
    text = "线索名称,公司,手机,来源,评分,状态,负责人\n李雷,新零售,13900002222,展会,80,跟进中,li\n"
    assert _counts(run("lead", text)) == (1, 0, 0, 0)
    assert _counts(run("lead", text.replace("80", "90"))) == (0, 1, 0, 0)
    lead = session.scalars(select(Lead)).one()
    assert (lead.company, lead.score, lead.status.value) == ("新零售", 90, "assigned")


def test_opportunities(session: Session, system: Actor, run: Run) -> None:
    create_account(session, system, name="华为技术有限公司")
    text = "商机名称,客户名称,阶段,金额,预计成交日期,负责人\n货架,华为技术有限公司,方案报价,35万,2026/12/31,li\n"
    assert _counts(run("opportunity", text)) == (1, 0, 0, 0)
    assert _counts(run("opportunity", text)) == (0, 0, 1, 0)
    deal = session.scalars(select(Opportunity)).one()
    assert (deal.stage, deal.amount, deal.expected_close) == ("proposal", Decimal("350000.00"), date(2026, 12, 31))
    report = run("opportunity", text.replace("方案报价", "不存在"))
    assert [problem.field for problem in report.problems] == ["stage"]


def test_interactions(session: Session, system: Actor, run: Run, zone: ZoneInfo) -> None:
    account = create_account(session, system, name="华为技术有限公司")
    contacts = [create_contact(session, system, name=name, account_id=account.id) for name in ("张伟", "李娜")]
    text = "跟进方式,跟进时间,跟进内容,客户名称,联系人,负责人\n"
    text += "电话,2026-11-20 下午3:05,要报价,华为技术有限公司,张伟、李娜,li\n"
    assert _counts(run("interaction", text)) == (1, 0, 0, 0)
    assert _counts(run("interaction", text)) == (0, 0, 1, 0)
    call = session.scalars(select(Interaction)).one()
    assert (call.kind, call.occurred_at) == (InteractionKind.CALL, datetime(2026, 11, 20, 15, 5, tzinfo=zone))
    assert call.owner_id == get_user(session, "li").id
    assert list_contact_ids(session, call.id) == [contact.id for contact in contacts]


def test_tasks(session: Session, run: Run, zone: ZoneInfo) -> None:
    text = "任务名称,负责人,截止日期,状态\n发报价,li,2026-11-25,待办\n回访,wang,2026-11-24 9:30,已完成\n"
    assert _counts(run("task", text)) == (2, 0, 0, 0)
    assert _counts(run("task", text)) == (0, 0, 2, 0)
    first, second = session.scalars(select(Task).order_by(Task.id)).all()
    assert first.due_at == datetime(2026, 11, 25, 18, 0, tzinfo=zone)
    assert (second.due_at, second.status) == (datetime(2026, 11, 24, 9, 30, tzinfo=zone), TaskStatus.DONE)


def test_a_workbook_with_a_title_above_the_headings_and_typed_cells(
    session: Session, system: Actor, tmp_path: Path, zone: ZoneInfo
) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["2026 年客户表", None, None],
        [],
        ["客户名称*", "年度金额（元）", "合作时间"],
        ["华为", 1200000, datetime(2019, 3, 5)],  # noqa: DTZ001 - a cell has no zone
        [None, None, None],
        ["小米", 88000.5, 43529],
    ):
        sheet.append(row)
    path = tmp_path / "客户.xlsx"
    workbook.save(path)
    report = import_file(session, system, record_type="account", path=path, zone=zone)
    assert _counts(report) == (2, 0, 0, 0)
    assert report.columns["客户名称*"] == "name"
    accounts = session.scalars(select(Account).order_by(Account.id)).all()
    assert [account.partner_since for account in accounts] == [date(2019, 3, 5), date(2019, 3, 5)]
    assert [account.annual_amount for account in accounts] == [Decimal("1200000.00"), Decimal("88000.50")]


def test_a_map_goes_before_the_usual_headings(session: Session, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"Firma": "name", "名称": ""}), encoding="utf-8")
    report = run("account", "Firma,名称\nAcme,ignored\n", header_map=read_header_map(path))
    assert report.ignored_headings == ["名称"]
    assert session.scalars(select(Account.name)).all() == ["Acme"]
    csv_map = tmp_path / "map.csv"
    csv_map.write_text("Firma,name\n名称,\n", encoding="utf-8")
    assert read_header_map(csv_map) == {"Firma": "name", "名称": ""}
    with pytest.raises(ImportRefused, match="colour"):
        run("account", "Firma\nAcme\n", header_map={"Firma": "colour"})


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("a.pdf", b"x", "only .csv and .xlsx"),
        ("a.xlsx", b"no workbook", "no workbook"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"colour,shape\nred,round\n", "no column for name"),
        ("a.csv", b"\xff\xfe\x00", "UTF-8"),
        ("missing.csv", None, "missing.csv"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_as_a_whole(
    session: Session, system: Actor, tmp_path: Path, name: str, content: bytes | None, match: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImportRefused, match=match):
        import_file(session, system, record_type="account", path=path)


def test_types_that_cannot_be_imported_or_exported_are_named(session: Session, system: Actor, zone: ZoneInfo) -> None:
    with pytest.raises(ImportRefused, match="account, contact"):
        import_file(session, system, record_type="song", path=Path("x.csv"))
    with pytest.raises(ImportRefused, match="account"):
        list(export_records(session, system, record_type="song", zone=zone))


def test_an_analyst_imports_nothing_and_a_rep_exports_nothing(
    session: Session, as_staff: ActorOf, tmp_path: Path, zone: ZoneInfo
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name\nAcme\n")
    with pytest.raises(PermissionRefused):
        import_file(session, as_staff("wu"), record_type="account", path=path)
    with pytest.raises(PermissionRefused):
        export_records(session, as_staff("li"), record_type="account", zone=zone)


def test_export_gives_the_public_fields_of_what_is_in_reach(
    session: Session, run: Run, as_staff: ActorOf, zone: ZoneInfo
) -> None:
    run("account", ACCOUNTS + "西部公司,,,,,zhao,,\n")
    lines = list(export_records(session, as_staff("sun"), record_type="account", zone=zone))
    assert [(line["type"], line["name"], line["owner"]) for line in lines] == [
        ("account", "华为技术有限公司", "li"),
        ("account", "小米科技", "wang"),
    ]
    assert lines[0]["annual_amount"] == "1200000.00"
    json.dumps(lines)
    assert len(list(export_records(session, as_staff("qian"), record_type="account", zone=zone))) == 3


def test_every_imported_type_has_columns_and_an_export() -> None:
    assert set(KINDS) == set(COLUMNS)
    assert set(KINDS) <= set(EXPORTED)


def test_import_works_alike_on_each_database(any_session: Session, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ACCOUNTS + "坏行,,,Z级,,,,\n", encoding="utf-8")
    for expected in ((2, 0, 0, 1), (0, 0, 2, 1)):
        report = import_file(any_session, system_actor(now), record_type="account", path=path)
        assert _counts(report) == expected
