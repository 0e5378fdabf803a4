"""New people, leads, companies, deals and needs as they are told on ordinary days, and what is told beside them."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from nlu.commands import (
    correct,
    create_account,
    create_contact,
    create_lead,
    create_opportunity,
    list_deals,
    log_interaction,
    recognise,
    several,
    update_record,
)
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT


def label(text: str) -> str | None:
    return recognise(normalise(text), CONTEXT)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "给悦购超市加个联系人卞强，仓储经理，手机13755556666",
            {"name": "卞强", "account": "悦购超市", "title": "仓储经理", "mobile": "+8613755556666"},
        ),
        (
            "加一下北辰医疗的联系人 章敏 财务科长 13866667777",
            {"name": "章敏", "account": "北辰医疗", "title": "财务科长", "mobile": "+8613866667777"},
        ),
        (
            "同辉电子来了一位新同事费翔，职位是媒介经理，邮箱feixiang@tonghui.com",
            {"name": "费翔", "account": "同辉电子", "title": "媒介经理", "email": "feixiang@tonghui.com"},
        ),
        (
            "把谭晶存成悦购超市的联系人，出纳，13900004444",
            {"name": "谭晶", "account": "悦购超市", "title": "出纳", "mobile": "+8613900004444"},
        ),
        (
            "Add Derek Holt as IT manager at Quartz, derek.holt@quartz.com",
            {"name": "Derek Holt", "account": "Quartz", "title": "IT manager", "email": "derek.holt@quartz.com"},
        ),
        (
            "Put Nora Quinn down as a contact at Harbor Foods, her number is +1 415 555 0199",
            {"name": "Nora Quinn", "account": "Harbor Foods", "mobile": "+14155550199"},
        ),
        (
            "Harbor Foods just hired a new CFO, Rena Ruiz, rena.ruiz@harbor.com",
            {"name": "Rena Ruiz", "account": "Harbor Foods", "title": "CFO", "email": "rena.ruiz@harbor.com"},
        ),
    ],
)
def test_a_new_person_of_a_known_company_is_told_in_one_breath(text: str, person: dict[str, str]) -> None:
    assert label(text) == "create_contact"
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is not None
    assert {field: value for field, value in asdict(request).items() if value} == person


@pytest.mark.parametrize(
    "text", ["给悦购超市的联系人打电话", "把北辰医疗的联系人拉到群里", "Put Harbor Foods down as a maybe"]
)
def test_talk_of_contacts_creates_nobody(text: str) -> None:
    assert label(text) != "create_contact"


@pytest.mark.parametrize(
    ("text", "name", "company"),
    [
        ("新线索：北岸咖啡的老板申屠海，电话13566668888", "申屠海", "北岸咖啡"),
        ("新增线索 云顶健身店长马小龙 13812121212", "马小龙", "云顶健身"),
        ("新线索 采购经理王强 13845454547", "王强", None),
        ("新lead：Oak & Elm Studio的Megan Reid，邮箱megan@oakelm.com", "Megan Reid", "Oak & Elm Studio"),
        ("New lead: Oak & Elm Studio, Megan Reid, megan@oakelm.com", "Megan Reid", "Oak & Elm Studio"),
        ("New lead: Brightside Gym, Tony Gray, +1 415 555 0133", "Tony Gray", "Brightside Gym"),
        ("Log a new lead: Brightside Gym's owner Tony Gray, +1 415 555 0133", "Tony Gray", "Brightside Gym"),
    ],
)
def test_the_company_of_a_lead_may_stand_before_who_it_is(text: str, name: str, company: str | None) -> None:
    assert label(text) == "create_lead"
    request = create_lead.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.company) == (name, company)


@pytest.mark.parametrize(
    ("text", "name", "size"),
    [
        ("New customer: Summit Packaging Inc., about 120 employees", "Summit Packaging Inc", "120 employees"),
        ("Create an account for Brightside Gym Ltd with around 25 staff", "Brightside Gym Ltd", "25 staff"),
        ("open an account: Vega Labs, a 90-person company", "Vega Labs", "90-person company"),
        ("新客户：云顶健身有限公司，大概80人", "云顶健身有限公司", "80人"),
        ("登记客户 百川印务，员工大约300人", "百川印务", "300人"),
        ("建个客户：海川五金有限公司，三十来人", "海川五金有限公司", "30来人"),
    ],
)
def test_a_company_is_as_large_as_was_said(text: str, name: str, size: str) -> None:
    assert label(text) == "create_account"
    request = create_account.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, dict(request.details)) == (name, {"size_band": size})


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("给悦购超市加个联系人卞强，13755556666，再提醒我周三给他发资料", ["create_contact", "create_task"]),
        ("悦购超市加个标签重点客户，顺便提醒我后天下午四点给林涛回电话", ["update_record", "create_task"]),
        ("林涛离职了，提醒我周三找接替的人", ["update_record", "create_task"]),
        (
            "Add Derek Holt as IT manager at Quartz, d@quartz.com, and remind me to call him on Thursday at 11am",
            ["create_contact", "create_task"],
        ),
        ("Nadia Rossi left Harbor Foods, remind me to find her successor on Friday", ["update_record", "create_task"]),
    ],
)
def test_an_order_to_be_reminded_stands_on_its_own(text: str, labels: list[str]) -> None:
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    assert [part.label for part in request.parts] == labels


@pytest.mark.parametrize("text", ["悦购超市加个标签提醒客户", "tag Quartz as remind later"])
def test_a_tag_may_speak_of_reminding(text: str) -> None:
    assert several.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Gave Nadia Rossi an online demo of the dashboard last Wednesday", "online_meeting"),
        ("Showed Owen Clarke the new dashboard over Teams on Friday", "online_meeting"),
        ("Gave Owen Clarke a call about the invoice", "call"),
        ("Gave Nadia Rossi a quick tour of our warehouse yesterday", "visit"),
        ("Gave Nadia Rossi a box of chocolates", "care"),
        ("给林涛发邮件说明了退款流程", "email"),
    ],
)
def test_what_was_given_says_how_the_contact_was_made(text: str, kind: str) -> None:
    request = log_interaction.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.kind == kind


def test_a_mail_leaves_none_of_its_word_in_the_summary() -> None:
    request = log_interaction.read("给林涛发邮件说明了退款流程", CONTEXT)
    assert request is not None
    assert request.summary == "说明了退款流程"


@pytest.mark.parametrize("text", ["回访林涛那个done了", "拜访高峰那条任务搞定了", "给韩冰打电话那件事办完了"])
def test_a_task_that_is_pointed_at_is_no_report(text: str) -> None:
    assert log_interaction.read(text, CONTEXT) is None


@pytest.mark.parametrize("text", ["给林涛打了电话，那个问题搞定了", "拜访了高峰，合同那个谈完了"])
def test_a_report_may_end_with_what_is_settled(text: str) -> None:
    assert log_interaction.read(normalise(text), CONTEXT) is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("把邱岚那个新线索给陈晓东负责吧", "邱岚"),
        ("邱岚那条lead交给陈晓东", "邱岚"),
        ("把Ken Abe这条新lead转给陈晓东", "Ken Abe"),
    ],
)
def test_a_new_lead_is_given_to_a_colleague(text: str, name: str) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.record_type) == (name, "lead")
    assert [(one.field, one.words) for one in request.changes] == [("owner", "陈晓东")]


@pytest.mark.parametrize(
    ("text", "mention", "priority"),
    [
        ("The offline mode requirement from Quartz is now high priority", "offline mode", "high"),
        ("The pallet labels requirement needs to be urgent", "pallet labels", "urgent"),
        ("The cold chain requirement of Harbor Foods has become low priority", "cold chain", "low"),
    ],
)
def test_a_need_becomes_as_urgent_as_is_told(text: str, mention: str, priority: str) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.mention, request.record_type) == (mention, "requirement")
    assert [(one.field, one.words) for one in request.changes] == [("priority", priority)]


@pytest.mark.parametrize(
    ("text", "title", "account"),
    [
        ("悦购超市有个新deal，叫inventory sync，5万美金", "inventory sync", "悦购超市"),
        ("北辰医疗来了个新单子：数据治理，12万", "数据治理", "北辰医疗"),
        ("Quartz has a new deal: barcode rollout, 40k", "barcode rollout", "Quartz"),
        ("Harbor Foods has a new opportunity called cold storage, about 75,000 dollars", "cold storage",
         "Harbor Foods"),
    ],
)  # fmt: skip
def test_a_new_deal_is_told_with_its_name(text: str, title: str, account: str) -> None:
    request = create_opportunity.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.title, request.account) == (title, account)


@pytest.mark.parametrize(
    "text", ["Quartz has a new deal with our competitor", "Does Quartz have a new deal?", "悦购超市来了个新单子吗"]
)
def test_talk_of_a_deal_opens_none(text: str) -> None:
    assert create_opportunity.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    "text",
    [
        "what deals does 陈晓东 have open?",
        "which deals is 陈晓东 working on",
        "show me 陈晓东's pipeline",
        "陈晓东手上有哪些商机",
        "陈晓东的商机有哪些",
        "看看陈晓东在谈哪些单子",
    ],
)
def test_a_colleagues_deals_are_listed(text: str) -> None:
    request = list_deals.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.whose == "陈晓东"


@pytest.mark.parametrize(
    ("text", "right"),
    [("no, it was 18,000", "18000"), ("Sorry, 18000", "18000"), ("不对，是120000", "120000")],
)
def test_a_bare_number_corrects_an_amount(text: str, right: str) -> None:
    request = correct.read(normalise(text), CONTEXT)
    assert request is not None
    assert request.right == right


@pytest.mark.parametrize("text", ["no, 3 is fine", "不对，我说的是别的事"])
def test_small_talk_with_a_number_corrects_no_amount(text: str) -> None:
    request = correct.read(normalise(text), CONTEXT)
    assert request is None or not request.right.isdigit()


@pytest.mark.parametrize("text", ["林涛调走了，不在悦购超市了", "高峰调离了", "林涛上个月从悦购超市辞职了"])
def test_who_was_moved_elsewhere_has_left(text: str) -> None:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None
    assert [(one.field, one.words) for one in request.changes] == [("status", "departed")]
    assert log_interaction.read(normalise(text), CONTEXT) is None


def test_not_to_be_at_a_company_is_no_visit() -> None:
    assert log_interaction.read("林涛已经不在悦购超市了", CONTEXT) is None
