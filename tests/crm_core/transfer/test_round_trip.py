"""What one company exports, an empty one imports: every type of record, as CSV and as a workbook, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from crm_core import campaigns, customers, deals, interactions, requirements, segments, targets, tasks, tickets
from crm_core.database import Base
from crm_core.models import TaskStatus
from crm_core.permissions import Actor, system_actor
from crm_core.transfer.columns import COLUMNS
from crm_core.transfer.exporter import export_records
from crm_core.transfer.files import write_records
from crm_core.transfer.importer import import_file
from crm_core.transfer.kinds import KINDS
from tests.crm_core.conftest import actor_in, hire_everybody
from tests.databases import import_every_table

#: what others refer to comes first
ORDER = (
    *("account", "contact", "lead", "opportunity", "requirement", "interaction", "task", "ticket"),
    *("quote", "contract", "instalment", "payment", "segment", "campaign", "campaign_member", "target"),
)


@pytest.fixture
def empty(now: datetime) -> Iterator[Session]:
    """A company with the same staff and nothing else."""
    import_every_table()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        hire_everybody(session, now)
        deals.ensure_default_stages(session)
        yield session
    engine.dispose()


def _fill(session: Session, system: Actor, now: datetime) -> None:
    li, sun = actor_in(session, "li", now), actor_in(session, "sun", now)
    deals.ensure_default_stages(session)
    account = customers.create_account(session, li, name="华为技术有限公司", short_names=["华为"], industry="通信")
    customers.update_account(
        session, li, account, tags=["重点", "VIP"], annual_amount=Decimal("1200000.50"), partner_since=date(2019, 3, 5)
    )
    customers.update_account(session, li, account, status="active", reason="首单")  # type: ignore[arg-type]
    other = customers.create_account(session, li, name="Acme, Trading; Ltd", website="acme.example")
    zhang = customers.create_contact(
        session,
        li,
        name="张伟",
        account_id=account.id,
        mobile="13800001111",
        email="z@hw.cn",
        birthday=date(1985, 3, 9),
    )
    left = customers.create_contact(session, li, name="Ann 'O' \"Neil\"", account_id=other.id, mobile="+442079460001")
    customers.update_contact(session, li, left, title="=cmd()", tags=["golf"])
    deals.create_lead(session, li, name="孙悦", company="锐意设计", mobile="13011112222", source="展会", level="A")
    deal = deals.create_opportunity(
        session, li, account_id=account.id, name="ERP升级", amount=Decimal(800000), expected_close=date(2026, 12, 31)
    )
    lost = deals.create_opportunity(session, li, account_id=other.id, name="ERP升级", amount=Decimal(9), currency="USD")
    deals.change_stage(session, li, lost, stage="lost", reason="too dear")
    need = requirements.create_requirement(session, li, account_id=account.id, title="对接SAP", priority="high")
    requirements.change_status(session, li, need, status="closed", confirmation="客户邮件确认")
    interactions.log_interaction(
        session,
        li,
        kind="visit",
        occurred_at=now - timedelta(days=3),
        summary="谈了价格\n第二行",
        contact_ids=[zhang.id],
    )
    task = tasks.create_task(session, li, title="寄样品", due_at=now + timedelta(days=2), account_id=account.id)
    tasks.update_task(session, li, task, status=TaskStatus.DELAYED, delay_reason="缺货")
    done = tasks.create_task(session, li, title="Call back", due_at=now)
    tasks.complete_task(session, li, done)
    ticket = tickets.open_ticket(session, system, subject="迟到", text="还没到", contact_id=zhang.id, kind="complaint")
    tickets.answer_ticket(session, actor_in(session, "zhou", now), ticket, text="明天到")
    tickets.solve_ticket(session, system, ticket)
    tickets.close_ticket(session, system, ticket)
    tickets.set_csat(session, system, ticket, score=4)
    _fill_money(session, li, deal, lost)
    segments.create_segment(
        session, li, name="大客户", filter={"all": [{"field": "level", "op": "in", "value": ["S", "A"]}]}
    )
    segment = segments.list_segments(session, li)[0]
    fair = campaigns.create_campaign(
        session, sun, name="秋季展会", channel="event", segment_id=segment.id, budget=Decimal(5000),
        starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 3),
    )  # fmt: skip
    campaigns.add_members(session, system, fair, account_ids=[other.id], contact_ids=[zhang.id])
    month = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}
    targets.set_target(session, system, amount=100000, owner_id=li.user_id, **month)
    targets.set_target(session, system, amount=12, metric="won_deals", team_id=li.team_id, **month)
    targets.set_target(session, system, amount=900000, **month)


def _fill_money(session: Session, li: Actor, deal: Any, lost: Any) -> None:
    quote = deals.create_quote(
        session, li, deal, amount=Decimal("790000"), valid_until=date(2026, 12, 31), notes="含税"
    )
    deals.update_quote(session, li, quote, status="accepted")  # type: ignore[typeddict-item]
    deals.create_quote(session, li, lost, amount=Decimal("8.50"))
    own = deals.create_contract(session, li, deal, number="ABC2026009", amount=Decimal(700000))
    deals.terminate_contract(session, li, own, reason="replaced")
    deals.create_contract(session, li, deal, amount=Decimal(790000), signed_on=date(2026, 11, 20))
    lines = deals.plan_payments(
        session, li, deal,
        [
            deals.PlannedPayment(date(2026, 11, 1), Decimal(90000), "首款"),
            deals.PlannedPayment(date(2027, 2, 1), Decimal(700000)),
        ],
    )  # fmt: skip
    deals.record_payment(session, li, deal, amount=Decimal(50000), instalment_id=lines[1].id, method="电汇")
    deals.record_payment(session, li, deal, amount=Decimal("90000.01"), received_on=date(2026, 11, 5))


def _export(session: Session, system: Actor, name: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    rows = list(export_records(session, system, record_type=name, zone=zone))
    kept = set(COLUMNS[name]) | {"contacts"}
    return [{field: value for field, value in row.items() if field in kept} for row in rows]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_empty_company_gets_back_all_that_another_exported(
    session: Session,
    empty: Session,
    system: Actor,
    now: datetime,
    zone: ZoneInfo,
    tmp_path: Path,
    form: Literal["csv", "xlsx"],
) -> None:
    _fill(session, system, now)
    later = system_actor(now + timedelta(hours=5), zone=zone)
    for number, name in enumerate(ORDER):
        path = tmp_path / f"{name}.{form}"
        rows = export_records(session, system, record_type=name, zone=zone)
        count = write_records(rows, path, form=form, headings="zh" if number % 2 else "en")
        assert count > 0
        rehearsed = import_file(empty, later, record_type=name, path=path, zone=zone, dry_run=True)
        report = import_file(empty, later, record_type=name, path=path, zone=zone)
        assert (report.created, report.failed) == (count, 0), (name, report.problems)
        assert (rehearsed.created, rehearsed.problems) == (report.created, ()), name
        assert _export(empty, later, name, zone) == _export(session, system, name, zone), name
        again = import_file(empty, later, record_type=name, path=path, zone=zone)
        assert (again.created, again.updated, again.unchanged, again.failed) == (0, 0, count, 0), name


def test_the_order_names_every_type_that_can_be_imported() -> None:
    assert set(ORDER) == set(KINDS)
