"""The demo company is what a newcomer sees first: its words, its labels and its half year of work are checked here."""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import phonenumbers
import pytest
from rapidfuzz import process
from rapidfuzz.distance import Indel
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.demo import load_if_empty, say_log_ins
from bot.demo.company import DemoSummary, is_empty, load_company
from bot.demo.scene import HISTORY_DAYS, read_lines, read_object, read_rows
from bot.demo.staff import PASSWORD, list_log_ins
from bot.settings import Settings
from bot.wiring import Program
from crm_core.access import sign_in
from crm_core.database import Base, Database
from crm_core.deals import DEFAULT_STAGES, list_overdue_payments
from crm_core.models import (
    Account,
    AccountStatus,
    Contact,
    Contract,
    Instalment,
    Interaction,
    Lead,
    Opportunity,
    Payment,
    Quote,
    Requirement,
    Role,
    Task,
    TaskStatus,
    Ticket,
    TicketMessage,
    TicketStatus,
    User,
)
from crm_core.permissions import system_actor
from crm_core.service_levels import is_answer_overdue, overdue_at
from knowledge_base.models import Article, ArticleStatus, Audience, EvaluationQuery, QuestionEvent
from tests.databases import import_every_table

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
STAGES = {key for key, *_ in DEFAULT_STAGES}
SHANGHAI = ZoneInfo("Asia/Shanghai")
HAN = re.compile("[\u4e00-\u9fff]")
#: Two texts nearer than this are the same question, not an independent wording.
NEARLY_EQUAL = 0.85

ARTICLES = read_lines("articles.jsonl")
QUERIES = read_lines("evaluation.jsonl")
CUSTOMER_KEYS = {row["id"] for row in ARTICLES if row["audience"] == "customer"}


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def language_of(text: str) -> str:
    return "zh" if HAN.search(text) else "en"


def by_language(language: str) -> list[dict[str, Any]]:
    return [row for row in ARTICLES if row["language"] == language]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class TestArticles:
    def test_every_article_is_there_in_both_languages_with_the_same_audience(self) -> None:
        zh, en = by_language("zh"), by_language("en")
        assert len(ARTICLES) == len(zh) + len(en)
        assert len({row["id"] for row in zh}) == len(zh) >= 100
        assert [(row["id"], row["audience"]) for row in zh] == [(row["id"], row["audience"]) for row in en]

    def test_at_least_ten_are_for_staff_only(self) -> None:
        assert sum(row["audience"] == "internal" for row in by_language("zh")) >= 10

    def test_articles_are_complete(self) -> None:
        for row in ARTICLES:
            assert all(row[field] for field in ("question", "answer", "category", "tags")), row["id"]
            assert 5 <= len(row["similar"]) <= 8, row["id"]

    def test_articles_are_written_in_their_language(self) -> None:
        for row in by_language("zh"):
            assert HAN.search(row["question"]), row["id"]
            assert HAN.search(row["answer"]), row["id"]
        for row in by_language("en"):
            words = [row["question"], row["answer"], row["category"], *row["tags"], *row["similar"]]
            assert not HAN.search(" ".join(words)), row["id"]

    def test_no_wording_belongs_to_two_articles(self) -> None:
        owners = defaultdict(set)
        for row in ARTICLES:
            for wording in (row["question"], *row["similar"]):
                owners[plain(wording)].add(row["id"])
        assert {wording: ids for wording, ids in owners.items() if len(ids) > 1} == {}

    def test_wordings_of_an_article_differ(self) -> None:
        for row in ARTICLES:
            wordings = [plain(wording) for wording in (row["question"], *row["similar"])]
            assert len(set(wordings)) == len(wordings), row["id"]

    def test_staff_article_names_the_log_ins_that_there_are(self) -> None:
        for row in (row for row in ARTICLES if row["id"] == "int-demo-logins"):
            assert PASSWORD in row["answer"]
            assert {handle for handle in (one.handle for one in list_log_ins()) if handle.isalpha()} <= set(
                re.findall("[a-z]+", row["answer"])
            )


class TestEvaluationSet:
    def test_a_third_has_no_answer_and_half_of_that_is_near(self) -> None:
        unanswerable = [row for row in QUERIES if row["id"] is None]
        assert len(QUERIES) >= 450
        assert len(unanswerable) / len(QUERIES) == pytest.approx(1 / 3, abs=0.03)
        assert sum("near" in row for row in unanswerable) / len(unanswerable) == pytest.approx(1 / 2, abs=0.05)

    def test_half_is_chinese_and_half_english(self) -> None:
        chinese = sum(language_of(row["text"]) == "zh" for row in QUERIES)
        assert chinese / len(QUERIES) == pytest.approx(1 / 2, abs=0.02)

    def test_every_customer_article_is_asked_for_in_both_languages(self) -> None:
        asked = Counter((row["id"], language_of(row["text"])) for row in QUERIES if row["id"])
        assert {(key, language) for key in CUSTOMER_KEYS for language in ("zh", "en")} <= set(asked)

    def test_labels_name_customer_articles(self) -> None:
        assert {row["id"] for row in QUERIES if row["id"]} == CUSTOMER_KEYS
        assert {row["near"] for row in QUERIES if "near" in row} <= CUSTOMER_KEYS

    def test_nothing_is_asked_twice(self) -> None:
        texts = [plain(row["text"]) for row in QUERIES]
        assert len(set(texts)) == len(texts)

    def test_queries_are_worded_independently_of_the_articles(self) -> None:
        wordings = [plain(wording) for row in ARTICLES for wording in (row["question"], *row["similar"])]
        asked = [plain(row["text"]) for row in QUERIES]
        nearness = process.cdist(asked, wordings, scorer=Indel.normalized_similarity, score_cutoff=NEARLY_EQUAL)
        copied = [(asked[row], wordings[column]) for row, column in np.argwhere(nearness)]
        assert copied == []


class TestCustomers:
    def test_numbers_are_valid_chinese_mobiles_and_nobody_shares_one(self) -> None:
        people = [one for row in read_rows("accounts.json") for one in row["contacts"]] + read_rows("shoppers.json")
        numbers = [phonenumbers.parse(one["mobile"], "CN") for one in people]
        assert all(phonenumbers.is_valid_number(number) for number in numbers)
        assert len({one["mobile"] for one in people}) == len({one["email"] for one in people}) == len(people) >= 100

    def test_addresses_lead_nowhere(self) -> None:
        emails = [one["email"] for row in read_rows("accounts.json") for one in row["contacts"]]
        assert all(re.fullmatch(r"[a-z.]+@[a-z.-]*example\.(com|cn)", email) for email in emails)

    def test_levels_follow_from_the_yearly_amount(self) -> None:
        for row in read_rows("accounts.json"):
            amount = int(row["annual_amount"])
            level = next(
                level for level, least in (("S", 500_000), ("A", 200_000), ("B", 50_000), ("C", 0)) if amount >= least
            )
            assert row["level"] == level, row["name"]

    def test_names_that_have_to_be_told_apart_are_there(self) -> None:
        mine = [one for row in read_rows("accounts.json") if row["owner"] == "rep" for one in row["contacts"]]
        names = Counter(one["name"] for one in mine)
        assert names["张伟"] == 2
        assert {"章伟", "李娜", "Li Na"} <= set(names)
        assert any("王总" in one.get("aliases", ()) for one in mine)

    def test_converted_leads_became_the_accounts_of_their_owners(self) -> None:
        owners = {row["name"]: row["owner"] for row in read_rows("accounts.json")}
        converted = [row for row in read_rows("leads.json") if row["status"] == "converted"]
        assert converted
        assert all(owners[row["company"]] == row["owner"] for row in converted)


class TestTemplates:
    @pytest.mark.parametrize("row", read_rows("interactions.json"), ids=lambda row: row["subject"])
    def test_interaction_uses_only_what_is_known(self, row: dict[str, Any]) -> None:
        known = {"contact"} if "about" not in row else {"contact", "product", "quantity", "unit", "amount"}
        assert placeholders(" ".join(row.get(field, "") for field in ("summary", "feedback", "follow_up"))) <= known

    @pytest.mark.parametrize("row", read_rows("tickets.json"), ids=lambda row: row["subject"])
    def test_thread_begins_with_the_customer_and_ends_with_us(self, row: dict[str, Any]) -> None:
        thread = row["thread"]
        assert (thread[0]["author"], thread[-1]["author"]) == ("customer", "staff")
        words = placeholders(row["subject"] + "".join(line["text"] for line in thread))
        assert words <= {"item", "store", "order"}
        assert ("item" in words) == ("items" in row)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, DemoSummary]]:
    """A loaded company, for tests that only read it."""
    import_every_table()
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'company.db'}")
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        summary = load_company(session, now=NOW)
    yield database, summary
    database.dispose()


@pytest.fixture
def summary(loaded: tuple[Database, DemoSummary]) -> DemoSummary:
    return loaded[1]


@pytest.fixture
def session(loaded: tuple[Database, DemoSummary]) -> Iterator[Session]:
    with loaded[0].reading() as session:
        yield session


class TestLoading:
    def test_fills_an_empty_database_of_any_kind(self, any_database: Database) -> None:
        with any_database.transaction() as session:
            assert is_empty(session)
            counts = load_company(session, now=NOW).counts
            assert not is_empty(session)
        assert counts["users"] == 15
        assert counts["accounts"] >= 40
        assert counts["contacts"] >= 90
        assert min(counts[kind] for kind in ("interactions", "tickets", "tasks")) >= 150

    def test_leaves_nothing_behind_when_the_transaction_fails(self, database: Database) -> None:
        with pytest.raises(KeyError), database.transaction() as session:
            load_company(session, now=NOW)
            raise KeyError
        with database.reading() as session:
            assert is_empty(session)

    def test_start_loads_into_an_empty_database_only(self, tmp_path: Path) -> None:
        program = Program(Settings(data_dir=tmp_path), clock=lambda: NOW)
        import_every_table()
        Base.metadata.create_all(program.database.engine)
        first, second = load_if_empty(program), load_if_empty(program)
        program.database.dispose()
        assert first is not None
        assert second is None

    def test_counts_are_what_the_database_holds(self, session: Session, summary: DemoSummary) -> None:
        tables: dict[str, type[Base]] = {
            "users": User,
            "accounts": Account,
            "contacts": Contact,
            "leads": Lead,
            "opportunities": Opportunity,
            "interactions": Interaction,
            "tasks": Task,
            "tickets": Ticket,
            "quotes": Quote,
            "contracts": Contract,
            "instalments": Instalment,
            "payments": Payment,
            "requirements": Requirement,
            "articles": Article,
            "evaluation_queries": EvaluationQuery,
            "questions": QuestionEvent,
        }
        held = {name: session.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}
        assert held == summary.counts

    def test_same_time_and_seed_give_the_same_company(self, session: Session, database: Database) -> None:
        with database.transaction() as other:
            load_company(other, now=NOW)
            for column in (Interaction.summary, Ticket.subject, Task.title, Opportunity.name, QuestionEvent.text):
                assert session.scalars(select(column)).all() == other.scalars(select(column)).all()

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2027, 2, 28, 16, 10, tzinfo=UTC),  # a Monday just after midnight in Shanghai
            datetime(2028, 10, 7, 15, 30, tzinfo=UTC),  # a Saturday night after a week of holidays
        ],
    )
    def test_loads_at_any_time_of_the_year(self, database: Database, moment: datetime) -> None:
        with database.transaction() as session:
            summary = load_company(session, now=moment)
            assert max(session.scalars(select(Interaction.occurred_at))) <= moment
            assert set(session.scalars(select(Opportunity.stage))) == STAGES
        assert summary.counts["interactions"] >= 300

    def test_log_ins_work_without_changing_the_password(self, session: Session, summary: DemoSummary) -> None:
        for entry in (summary.log_ins[0], summary.log_ins[-1]):
            user = sign_in(session, handle=entry.handle, password=entry.password, now=NOW)
            assert (user.name, user.role) == (entry.name, Role(entry.role))
        assert not session.scalar(select(func.count()).where(User.must_change_password))

    def test_every_role_is_there(self, summary: DemoSummary) -> None:
        roles = Counter(entry.role for entry in summary.log_ins)
        assert roles == {"admin": 1, "manager": 2, "supervisor": 2, "rep": 6, "support": 3, "analyst": 1}
        assert {entry.handle for entry in summary.log_ins} >= set(roles)

    def test_articles_are_published_and_internal_ones_stay_internal(self, session: Session) -> None:
        articles = list(session.scalars(select(Article)))
        assert {article.status for article in articles} == {ArticleStatus.PUBLISHED}
        internal = {article.key for article in articles if article.audience is Audience.INTERNAL}
        assert internal == {row["id"] for row in ARTICLES} - CUSTOMER_KEYS


class TestHalfYear:
    @pytest.mark.parametrize(
        "column",
        [
            Interaction.occurred_at,
            Ticket.created_at,
            TicketMessage.created_at,
            Opportunity.created_at,
            QuestionEvent.at,
        ],
        ids=str,
    )
    def test_work_lies_within_the_half_year(self, session: Session, column: InstrumentedAttribute[datetime]) -> None:
        moments = session.scalars(select(column)).all()
        assert NOW - timedelta(days=HISTORY_DAYS + 1) < min(moments) <= max(moments) <= NOW

    @pytest.mark.parametrize(
        "column",
        [
            Lead.created_at,
            Lead.updated_at,
            Task.created_at,
            Task.completed_at,
            Ticket.solved_at,
            Ticket.updated_at,
            Account.updated_at,
        ],
        ids=str,
    )
    def test_nothing_was_written_after_now(self, session: Session, column: InstrumentedAttribute[datetime]) -> None:
        assert max(session.scalars(select(column).where(column.is_not(None)))) <= NOW

    def test_reps_work_on_workdays_in_office_hours(self, session: Session) -> None:
        moments = [at.astimezone(SHANGHAI) for at in session.scalars(select(Interaction.occurred_at))]
        assert {at.weekday() for at in moments} == set(range(5))
        assert all(9 <= at.hour < 18 for at in moments)

    def test_ticket_numbers_rise_with_time(self, session: Session) -> None:
        numbers = session.scalars(select(Ticket.number).order_by(Ticket.created_at)).all()
        assert numbers == [f"TK2026{serial:04d}" for serial in range(1, len(numbers) + 1)]

    def test_account_codes_of_a_year_have_no_gap(self, session: Session) -> None:
        codes = session.scalars(select(Account.code).order_by(Account.code)).all()
        for year in {code[3:7] for code in codes}:
            serials = [int(code[7:]) for code in codes if code[3:7] == year]
            assert serials == list(range(1, len(serials) + 1))

    def test_tickets_are_mostly_solved_and_some_are_overdue(self, session: Session) -> None:
        statuses = Counter(session.scalars(select(Ticket.status)))
        overdue = session.scalars(select(Ticket.id).where(overdue_at(NOW))).all()
        assert statuses[TicketStatus.CLOSED] + statuses[TicketStatus.SOLVED] > 0.9 * statuses.total()
        assert statuses[TicketStatus.OPEN] >= 3
        assert statuses[TicketStatus.PENDING] >= 2
        assert 2 <= len(overdue) <= 8

    def test_the_funnel_has_deals_at_every_stage(self, session: Session) -> None:
        stages = Counter(session.scalars(select(Opportunity.stage)))
        closed = session.scalars(select(Opportunity).where(Opportunity.closed_at.is_not(None))).all()
        assert set(stages) == STAGES
        assert stages["contacted"] > stages["negotiation"]
        assert stages["won"] > stages["lost"]
        assert all(deal.outcome_reason and deal.created_at < deal.closed_at for deal in closed if deal.closed_at)

    def test_money_came_in_and_some_is_late(self, session: Session) -> None:
        manager = system_actor(NOW)
        late = list_overdue_payments(session, manager, today=NOW.date())
        plans = session.scalar(select(func.count()).select_from(Instalment)) or 0
        assert 0 < len(late) < plans / 4
        assert all(0 < one.state.open <= one.state.instalment.amount for one in late)
        numbers = session.scalars(select(Contract.number).order_by(Contract.signed_on, Contract.id)).all()
        assert list(numbers) == sorted(numbers)

    def test_requirements_are_closed_with_words_and_some_wait(self, session: Session) -> None:
        found = session.scalars(select(Requirement).order_by(Requirement.code)).all()
        assert [one.created_at for one in found] == sorted(one.created_at for one in found)
        closed = [one for one in found if one.closed_at is not None]
        assert closed
        assert all(one.confirmation for one in closed)
        assert any(is_answer_overdue(one, NOW) for one in found)
        assert max(one.updated_at for one in found) <= NOW

    def test_every_rep_has_something_to_do(self, session: Session, summary: DemoSummary) -> None:
        owners = select(User.handle).join(Task, Task.owner_id == User.id).where(Task.status != TaskStatus.DONE)
        waiting = Counter(session.scalars(owners))
        assert all(waiting[entry.handle] >= 4 for entry in summary.log_ins if entry.role == "rep")

    def test_some_tasks_are_late_and_delays_have_their_reason(self, session: Session) -> None:
        late = session.scalars(select(Task).where(Task.status != TaskStatus.DONE, Task.due_at < NOW)).all()
        assert late
        assert all(task.delay_reason for task in late if task.status is TaskStatus.DELAYED)

    def test_only_silent_and_lost_accounts_are_quiet(self, session: Session) -> None:
        for account in session.scalars(select(Account)):
            spoken = account.last_interaction_at
            is_quiet = spoken is not None and spoken < NOW - timedelta(days=92)
            assert is_quiet or account.status is not AccountStatus.SILENT, account.name
            assert not is_quiet or account.status is not AccountStatus.ACTIVE, account.name

    def test_reps_speak_only_with_their_own_accounts(self, session: Session) -> None:
        strangers = select(Interaction.id).join(Account).where(Account.owner_id != Interaction.owner_id)
        assert session.scalars(strangers).all() == []


def test_log_ins_are_told_in_both_languages() -> None:
    told = say_log_ins("http://127.0.0.1:8000")
    assert "http://127.0.0.1:8000" in told
    assert PASSWORD in told
    assert all(entry.handle in told for entry in list_log_ins())


def test_words_are_there_in_both_languages() -> None:
    words = read_object("words.json")
    for group in (words["stores"], words["won"], words["lost"], words["delays"], *words["tasks"].values()):
        assert len(group["zh"]) == len(group["en"]) > 0
