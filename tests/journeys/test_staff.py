"""What reps, support and managers live through, in Chinese and English."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.channel import InboundMessage
from bot.models import InboxMessage
from tests.journeys.conftest import Company, Person

pytestmark = pytest.mark.model
NUMBER = re.compile(r"TK\d{8,}")


def fields(person: Person, record_type: str) -> dict[str, object]:
    (record,) = person.records(record_type)
    found = record["fields"]
    assert isinstance(found, dict)
    return found


def _letters() -> str:
    """A surname that nobody has yet."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:7]).capitalize()


def test_one_english_sentence_logs_a_call_and_its_follow_up(company: Company) -> None:
    rep = company.person("rep", "rep")
    reply = rep.says("log call with 李娜: wants a quote for 200 gift boxes, follow up Tuesday 3pm")
    assert rep.outcome == "logged"
    assert "quote" in reply
    interaction, task = fields(rep, "interaction"), fields(rep, "task")
    assert interaction["kind"] == "call"
    assert interaction["contacts"] == ["李娜"]
    assert "200 gift boxes" in str(interaction["summary"])
    due = datetime.fromisoformat(str(task["due_at"]))
    assert (due.weekday(), due.hour) == (1, 15)
    assert "Undo" in rep.labels


def test_one_chinese_sentence_logs_a_call_and_its_follow_up(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("记录和李娜的电话：客户要报价，下周二下午三点跟进")
    assert rep.outcome == "logged"
    assert "报价" in str(fields(rep, "interaction")["summary"])
    assert str(fields(rep, "task")["due_at"]).startswith("2026-12-01T15:00")


def test_two_of_the_same_name_are_a_choice_and_nothing_is_written_before_it(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with 张伟: asked about delivery")
    assert rep.outcome == "asked"
    assert rep.last is not None
    assert rep.last.records == []
    assert len([label for label in rep.labels if "张伟" in label]) == 2
    rep.says("1")
    assert rep.outcome == "logged"
    assert fields(rep, "interaction")["contacts"] == ["张伟"]


def test_an_unknown_name_is_offered_to_be_created(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with Zebulon Quackenbush: wants samples")
    assert rep.outcome == "asked"
    label = next(label for label in rep.labels if label.startswith("New contact"))
    rep.says(label)
    assert rep.outcome == "logged"
    assert fields(rep, "contact")["name"] == "Zebulon Quackenbush"
    assert fields(rep, "interaction")["contacts"] == ["Zebulon Quackenbush"]


def test_another_reps_account_is_refused_without_a_word_about_it(company: Company) -> None:
    rep = company.person("rep", "rep")
    reply = rep.says("log call with Blue Harbor Logistics: wants a discount")
    assert rep.outcome == "refused"
    assert "Blue Harbor" not in reply
    assert rep.last is not None
    assert rep.last.records == []
    assert rep.says("who is Blue Harbor Logistics").count("rep5") == 0
    assert rep.outcome == "refused"


def test_undo_takes_back_the_call_and_its_task(company: Company) -> None:
    rep = company.person("rep2", "rep")
    name = f"Undo Tester {_letters()}"
    rep.says(f"new contact {name}, buyer")
    rep.says(f"log call with {name}: undo me, follow up tomorrow 10am")
    assert rep.outcome == "logged"
    rep.says("undo")
    assert rep.outcome == "done"
    assert {record["action"] for record in rep.records("interaction") + rep.records("task")} == {"deleted"}


@pytest.mark.parametrize("words", ["my tasks", "我的任务"])
def test_a_rep_lists_and_completes_his_tasks(company: Company, words: str) -> None:
    rep = company.person("rep3", "rep")
    rep.says("remind me to send the catalogue tomorrow 10am")
    assert rep.outcome == "done"
    reply = rep.says(words)
    assert rep.outcome == "answered"
    assert "catalogue" in reply or "项待办" in reply or "open task" in reply


@pytest.mark.parametrize("words", ["who is Li Na", "李娜是谁"])
def test_a_rep_looks_up_his_contact(company: Company, words: str) -> None:
    rep = company.person("rep", "rep")
    rep.says(words)
    assert rep.outcome in {"answered", "asked"}


def test_a_reminder_reaches_the_rep_at_its_time(company: Company) -> None:
    rep = company.person("rep4", "rep")
    rep.says("remind me to water the plants in 2 hours")
    assert rep.outcome == "done"
    company.later(hours=2, minutes=1)
    assert "water the plants" in rep.says("thanks")


@pytest.mark.parametrize("words", ["how do I log a call?", "别记录和李娜的电话", "did you call Acme?"])
def test_questions_and_denials_write_nothing(company: Company, words: str) -> None:
    rep = company.person("rep", "rep")
    rep.says(words)
    assert rep.last is not None
    assert [record for record in rep.last.records if record["type"] == "interaction"] == []


def test_supports_answer_reaches_the_customer_on_his_channel(company: Company) -> None:
    customer, support = company.customer(), company.person("support", "support")
    found = NUMBER.search(customer.says("does your drone come with night vision for hunting owls"))
    assert found
    number = found.group()
    assert number in support.says("open tickets")
    support.says(f"reply {number}: No, our drones see only by day.")
    assert support.outcome == "done"
    assert "only by day" in customer.says("thanks")
    support.says(f"close {number}")
    assert support.outcome == "done"
    assert "resolved" in customer.says("ok")


def test_supports_words_reach_a_customer_who_asked_for_a_person_and_the_bot_returns(company: Company) -> None:
    customer, support = company.customer(), company.person("support", "support")
    found = NUMBER.search(customer.says("转人工"))
    assert found
    customer.says("我的会员卡被盗了")
    support.says(f"回复{found.group()}：您好，已为您冻结会员卡。")
    assert "已为您冻结会员卡" in customer.says("好的")
    support.says(f"关闭工单{found.group()}")
    customer.says("怎么取消订单？")
    assert customer.outcome == "answered"


def test_a_taught_answer_is_live_at_once(company: Company) -> None:
    customer, support = company.customer(), company.person("support", "support")
    word = f"zorb{uuid.uuid4().hex[:6]}"
    support.says(f"add faq: Q: Do you repair a {word} lamp? A: Yes, bring your {word} lamp to any store.")
    assert support.outcome == "done"
    reply = customer.says(f"Do you repair a {word} lamp?")
    assert customer.outcome == "answered"
    assert f"bring your {word} lamp" in reply


@pytest.mark.parametrize("words", ["summary of this week", "本周汇总"])
def test_a_manager_gets_the_week_with_its_period(company: Company, words: str) -> None:
    manager = company.person("manager", "manager")
    reply = manager.says(words)
    assert manager.outcome == "answered"
    assert re.search(r"23", reply)
    assert re.search(r"29", reply)
    assert ("Pipeline" in reply) or ("商机" in reply)


def test_a_rep_gets_no_manager_summary(company: Company) -> None:
    rep = company.person("rep", "rep")
    reply = rep.says("summary of this week")
    assert "whole company" not in reply


def test_a_code_links_a_chat_account_once(company: Company) -> None:
    from crm_core import access
    from crm_core.permissions import system_actor

    with company.program.database.transaction() as session:
        user = access.get_user(session, "rep6")
        code = access.make_link_code(session, system_actor(company.now), user=user, now=company.now)
    stranger = company.customer()
    stranger.says(f"/link {code}")
    assert stranger.outcome == "done"
    stranger.says("my tasks")
    assert stranger.outcome == "answered"
    other = company.customer()
    other.says(f"/link {code}")
    assert other.outcome == "refused"


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("log call with 李娜: ok, follow up Tuesday 3pm", "2026-11-24T15:00"),
        ("log call with 李娜: ok, follow up next Tuesday", "2026-12-01T18:00"),
        ("log call with 李娜: ok, follow up in 3 days at 10am", "2026-11-26T10:00"),
        ("visited 李娜 this morning at 9:30, all good. Follow up Dec 3 at 14:30", "2026-12-03T14:30"),
        ("记录和李娜的电话：谈价格，月底前跟进", "2026-11-30T18:00"),
        ("记录和李娜的电话：谈价格，下下周一跟进", "2026-12-07T18:00"),
        ("上周五拜访了李娜，下周三之前给方案", "2026-12-02T18:00"),
    ],
)
def test_a_follow_up_is_due_when_it_was_said(company: Company, words: str, due: str) -> None:
    rep = company.person("rep", "rep")
    rep.says(words)
    assert rep.outcome == "logged"
    assert fields(rep, "interaction")["contacts"] == ["李娜"]
    assert str(fields(rep, "task")["due_at"]).startswith(due)


def test_a_name_given_later_goes_on_telling(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log a call")
    assert rep.outcome == "asked"
    rep.says("李娜, she wants a quote, follow up Friday")
    assert rep.outcome == "logged"
    assert fields(rep, "interaction")["summary"] == "she wants a quote"
    assert fields(rep, "task")


def test_a_bare_name_answers_our_question(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log a call")
    rep.says("李娜")
    assert rep.outcome == "logged"


def test_of_namesakes_the_company_decides(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with 张伟: first")
    rep.says("the one at 华信达物流")
    assert rep.outcome == "logged"
    assert fields(rep, "interaction")["account"] == "华信达物流有限公司"


def test_a_beginning_that_two_companies_share_is_asked_about(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with 恒信: hello")
    assert rep.outcome == "asked"
    assert [label for label in rep.labels if label.startswith("恒信")] == [
        "恒信地产集团有限公司",
        "恒信物业服务有限公司",
    ]


@pytest.mark.parametrize(
    ("handle", "role", "words"),
    [
        ("support", "support", "log call with 李娜: hi"),
        ("support", "support", "记录和李娜的电话：客户要报价"),
        ("rep", "rep", "summary of this week"),
        ("rep", "rep", "open tickets"),
        ("analyst", "analyst", "remind me to call tomorrow 9am"),
    ],
)
def test_another_roles_command_is_refused(company: Company, handle: str, role: str, words: str) -> None:
    person = company.person(handle, role)
    person.says(words)
    assert person.outcome == "refused"
    assert person.last is not None
    assert person.last.records == []


def test_a_team_and_a_period_of_any_wording_are_counted(company: Company) -> None:
    manager = company.person("manager", "manager")
    reply = manager.says("summary for East China this month")
    assert "East China" in reply
    assert "1 Nov 2026 to 30 Nov 2026" in reply


def test_a_phone_number_is_looked_up(company: Company) -> None:
    rep = company.person("rep", "rep")
    number = re.search(r"\+86(\d{11})", rep.says("who is James Miller"))
    assert number
    assert "James Miller" in rep.says(f"who is {number.group(1)}")


@pytest.mark.parametrize(
    "question", ["How much discount may I give a corporate customer?", "企业客户的折扣权限是多少？"]
)
def test_in_a_group_a_colleague_is_answered_with_what_customers_may_read(company: Company, question: str) -> None:
    rep = company.person("rep", "rep")
    rep.says(question)
    assert rep.last is not None
    assert rep.last.article is not None
    assert rep.last.article["id"] == "int-discount"
    message = InboundMessage(
        channel="terminal",
        external_id=uuid.uuid4().hex,
        conversation_key=f"group:{uuid.uuid4().hex}",
        sender_id="staff:rep",
        sender_name=None,
        address={"handle": "rep"},
        is_group=True,
        text=question,
        sent_at=company.clock(),
    )
    worker = rep.session.worker
    worker.reader.inlet.store([message])
    worker.run_messages()
    with company.program.database.reading() as session:
        row = session.scalars(select(InboxMessage).where(InboxMessage.external_id == message.external_id)).one()
    assert row.result is not None
    assert "int-discount" not in json.dumps([row.result["article"], row.result["why"]])
