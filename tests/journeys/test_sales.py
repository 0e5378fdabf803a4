"""A rep keeps the records by typing: changed, corrected, undone, asked back, and never somebody else's."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest

from tests.journeys.conftest import Company, Person

pytestmark = pytest.mark.model


def fields(person: Person, record_type: str) -> dict[str, object]:
    (record,) = person.records(record_type)
    found = record["fields"]
    assert isinstance(found, dict)
    return found


def written(person: Person) -> list[tuple[str, str]]:
    assert person.last is not None
    return [(record["type"], record["action"]) for record in person.last.records]


def letters() -> str:
    """A name that nobody has yet, without digits."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:9]).capitalize()


def new_account(rep: Person) -> str:
    name = f"{letters()} Ltd"
    rep.says(f"new customer {name}")
    assert rep.outcome == "done"
    return name


def test_a_level_needs_its_reason_and_waits_for_it_through_a_change_of_subject(company: Company) -> None:
    rep = company.person("rep", "rep")
    name = new_account(rep)
    rep.says(f"set {name}'s level to A")
    assert (rep.outcome, written(rep)) == ("asked", [])
    reply = rep.says("my tasks")
    assert rep.outcome == "answered"
    assert "still waits" in reply
    rep.says("because they buy more")
    assert fields(rep, "account")["level"] == "A"
    rep.says("undo")
    assert fields(rep, "account")["level"] == "C"


def test_a_question_that_waited_too_long_is_closed_politely(company: Company) -> None:
    rep = company.person("rep", "rep")
    name = new_account(rep)
    rep.says(f"set {name}'s level to A")
    company.later(minutes=45)
    reply = rep.says("because they buy more")
    assert "waited too long" in reply
    assert written(rep) == []
    rep.says(f"set {name}'s level to B")
    rep.says("算了")
    assert written(rep) == []
    rep.says("因为好")
    assert written(rep) == []


def test_several_fields_are_changed_at_once_and_corrected(company: Company) -> None:
    rep = company.person("rep", "rep")
    account = new_account(rep)
    person = f"{letters()} {letters()}"
    rep.says(f"new contact {person}, buyer at {account}, 13800001111")
    rep.says(f"set {person}'s phone to 13900002222 and title to CMO")
    if rep.outcome == "asked":  # other tests' people may have the number
        rep.says("yes")
    contact = fields(rep, "contact")
    assert (contact["mobile"], contact["title"]) == ("+8613900002222", "CMO")
    rep.says("no, 13900003333")
    assert fields(rep, "contact")["mobile"] == "+8613900003333"


def test_a_deal_goes_from_its_first_word_to_its_payment(company: Company) -> None:
    rep = company.person("rep", "rep")
    account = new_account(rep)
    rep.says(f"给{account}建个商机：年会礼品，金额20万，预计12月底成交")
    deal = fields(rep, "opportunity")
    assert (deal["account"], deal["amount"], deal["expected_close"]) == (account, "200000.00", "2026-12-31")
    rep.says("金额是30万不是20万")
    assert fields(rep, "opportunity")["amount"] == "300000.00"
    rep.says(f"move the {account} deal to negotiation")
    assert fields(rep, "opportunity")["stage"] == "negotiation"
    rep.says(f"{account} paid 50k yesterday")
    payment = fields(rep, "payment")
    assert (payment["amount"], payment["currency"]) == ("50000.00", "CNY")
    rep.says(f"mark the {account} deal as lost because of the price")
    lost = fields(rep, "opportunity")
    assert (lost["stage"], lost["outcome_reason"]) == ("lost", "the price")


def test_a_report_is_corrected_with_its_follow_up(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with 李娜: wants a quote, follow up Tuesday 3pm")
    due = datetime.fromisoformat(str(fields(rep, "task")["due_at"]))
    rep.says("no, I meant Thursday")
    moved = datetime.fromisoformat(str(fields(rep, "task")["due_at"]))
    assert (moved.weekday(), moved.hour) == (3, due.hour)
    rep.says("不是李娜是郭涛")
    assert fields(rep, "interaction")["contacts"] == ["郭涛"]
    assert fields(rep, "task")["contacts"] == ["郭涛"]
    rep.says("it was a visit, not a call")
    assert fields(rep, "interaction")["kind"] == "visit"


def test_what_is_planned_is_a_task_and_no_report(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call tomorrow with 李娜")
    assert (rep.outcome, written(rep)) == ("done", [("task", "created")])
    rep.says("记录明天下午三点和李娜的电话")
    assert written(rep) == [("task", "created")]
    assert "T15:00" in str(fields(rep, "task")["due_at"])


def test_people_are_kept_in_the_order_in_which_they_were_named(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("昨天下午3点拜访了李娜和徐敏，谈了陈列费")
    assert fields(rep, "interaction")["contacts"] == ["李娜", "徐敏"]
    rep.says("昨天下午3点拜访了徐敏和李娜，谈了陈列费")
    assert fields(rep, "interaction")["contacts"] == ["徐敏", "李娜"]


def test_several_commands_of_one_message_are_done_and_undone_together(company: Company) -> None:
    rep = company.person("rep", "rep")
    name = f"{letters()}公司"
    rep.says(f"新建客户{name}，联系人张三，提醒我明天下午3点联系")
    if rep.outcome == "asked":
        rep.says("是的")
    assert [kind for kind, action in written(rep) if action == "created"][:1] in (["account"], ["contact"])
    rep.says(f"tag {name} as VIP; my pipeline")
    assert fields(rep, "account")["tags"] == ["VIP"]
    rep.says("undo")
    assert fields(rep, "account")["tags"] == []


def test_one_refused_part_holds_up_no_other(company: Company) -> None:
    rep = company.person("rep", "rep")
    name = new_account(rep)
    reply = rep.says(f"把云栖电商的级别改成A因为好；给{name}打上重点标签")
    assert fields(rep, "account")["tags"] == ["重点"]
    assert "云栖" not in reply


def test_an_undo_may_name_what_is_meant(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with 李娜: wants samples")
    rep.says("提醒我周五给徐敏发合同")
    rep.says("undo the call with 李娜")
    assert written(rep) == [("interaction", "deleted")]
    rep.says("不要撤销")
    assert written(rep) == []


def test_a_task_is_put_off_only_with_a_reason(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("提醒我明天给李娜寄样品")
    number = rep.records("task")[0]["id"]
    rep.says(f"把任务{number}推迟到下周五")
    assert (rep.outcome, written(rep)) == ("asked", [])
    rep.says("客户出差")
    task = fields(rep, "task")
    assert (task["status"], task["delay_reason"]) == ("delayed", "客户出差")


def test_a_lead_and_a_requirement_are_kept_too(company: Company) -> None:
    rep = company.person("rep", "rep")
    name = f"{letters()} {letters()}"
    rep.says(f"new lead {name} from {letters()}, source: trade fair")
    assert fields(rep, "lead")["source"] == "trade fair"
    rep.says(f"convert lead {name}")
    assert {kind for kind, action in written(rep) if action == "created"} == {"account", "contact", "opportunity"}
    rep.says(f"new requirement from {new_account(rep)}: logo on cups, high priority")
    assert fields(rep, "requirement")["priority"] == "high"


@pytest.mark.parametrize(
    "line",
    [
        "set Northwind's level to B because of me",
        "把云栖电商的电话改成13800001111",
        "云栖电商的电话",
        "timeline of Northwind",
        "new deal with Northwind: cups, 20k",
        "Northwind paid 20k",
        "新增需求 云栖电商：要礼盒",
        "merge Northwind into Acme",
        "remind me to call Northwind tomorrow",
        "new customer Northwind",
        "tag 婺江医院 as VIP",
    ],
)
def test_a_colleagues_customer_is_refused_by_every_wording(company: Company, line: str) -> None:
    rep = company.person("rep", "rep")
    reply = rep.says(line)
    assert (rep.outcome, written(rep)) == ("refused", [])
    assert not any(word in reply for word in ("Northwind", "云栖", "婺江", "rep2", "赵雪"))


def test_costly_changes_are_shown_before_they_are_made(company: Company) -> None:
    rep = company.person("rep", "rep")
    first, second = new_account(rep), new_account(rep)
    rep.says(f"merge {first} into {second}")
    assert (rep.outcome, written(rep)) == ("asked", [])
    rep.says("yes")
    assert ("account", "deleted") in written(rep)


def test_a_supervisor_hands_a_customer_over_in_one_sentence_and_can_undo_it(company: Company) -> None:
    account = new_account(company.person("rep", "rep"))
    supervisor = company.person("supervisor", "supervisor")
    supervisor.says(f"assign {account} to rep2")
    assert fields(supervisor, "account")["owner"] == "rep2"
    supervisor.says("undo")
    assert fields(supervisor, "account")["owner"] == "rep"


def test_a_button_that_was_answered_already_does_nothing(company: Company) -> None:
    rep = company.person("rep", "rep")
    rep.says("log call with 张伟: asked about delivery")
    assert rep.last is not None
    token = rep.last.replies[0]["choices"][0]["value"]
    rep.says(token)
    assert rep.outcome == "logged"
    rep.says(token)
    assert written(rep) == []
