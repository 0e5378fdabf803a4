"""What goes on from the message before: the same of another, a value for what was asked about, who it was with."""

from __future__ import annotations

import pytest

from bot.terminal_session import TurnResult
from tests.proof.world import World

pytestmark = pytest.mark.model


def play(world: World, *lines: str, **who: str) -> list[TurnResult]:
    session = world.opens(**who)
    return [session.say(line) for line in lines]


def words(result: TurnResult) -> str:
    return "\n".join(reply["text"] for reply in result.replies)


@pytest.mark.parametrize(
    ("asked", "again", "said"),
    [
        ("what's Karen Hall's number?", "ok, then Emily Chen's please", "442079460002"),
        ("what is Emily Chen's phone number", "what about John Smith?", "442079460001"),
        ("王建国的手机号", "那王磊的呢", "王磊"),
        ("Emily Chen的电话", "还有John Smith的", "442079460001"),
    ],
)
def test_the_same_is_asked_of_another_one(world: World, asked: str, again: str, said: str) -> None:
    last = play(world, asked, again)[-1]
    assert said in words(last)
    assert last.records == []


@pytest.mark.parametrize(
    ("asked", "value", "field", "now"),
    [
        ("渤海化工MES现在多少钱", "加到38万", "amount", "380000.00"),
        ("how much is the Globex rollout deal worth?", "raise it to 230k", "amount", "230000.00"),
        ("星澜CRM项目到哪个阶段了", "推进到谈判吧", "stage", "negotiation"),
        ("渤海MES现在到哪个阶段了", "改成方案报价吧", "stage", "proposal"),
    ],
)
def test_a_value_changes_the_deal_that_was_asked_about(
    world: World, asked: str, value: str, field: str, now: str
) -> None:
    last = play(world, asked, value)[-1]
    assert [(record["type"], record["fields"][field]) for record in last.records] == [("opportunity", now)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("你好", "加到38万"),
        ("渤海化工MES现在多少钱", "别加到38万"),
        ("王建国的手机号", "加到38万"),
        ("what's Karen Hall's number?", "ok, then please"),
    ],
)
def test_nothing_is_changed_where_no_deal_was_asked_about(world: World, before: str, after: str) -> None:
    assert play(world, before, after)[-1].records == []


def test_a_value_after_a_change_puts_that_change_right_and_makes_no_task(world: World) -> None:
    last = play(
        world, "how much is the Globex rollout deal worth?", "raise it to 230k", "make it the 15th of February"
    )[-1]
    assert [(record["type"], record["fields"]["expected_close"]) for record in last.records] == [
        ("opportunity", "2027-02-15")
    ]


@pytest.mark.parametrize(
    ("told", "naming", "who"),
    [
        ("昨天 visit 了 Acme", "见的是 John Smith", "John Smith"),
        ("昨天拜访了Acme", "聊的是Emily Chen", "Emily Chen"),
        ("visited Acme yesterday", "it was John Smith I met", "John Smith"),
    ],
)
def test_who_a_contact_was_with_is_told_after_it(world: World, told: str, naming: str, who: str) -> None:
    last = play(world, told, naming)[-1]
    assert [(record["action"], record["fields"]["contacts"]) for record in last.records] == [("updated", [who])]


@pytest.mark.parametrize(
    ("first", "person", "name"),
    [
        ("I want to add a new contact at Globex", "Wendy Park, network engineer, +1 312 555 0166", "Wendy Park"),
        ("给Globex加个联系人", "苏晴，财务总监，13600001111", "苏晴"),
    ],
)
def test_a_new_person_belongs_to_the_company_named_before(world: World, first: str, person: str, name: str) -> None:
    record = play(world, first, person)[-1].records[0]
    assert (record["fields"]["name"], record["fields"]["account"]) == (name, "Globex Corporation")


@pytest.mark.parametrize("text", ["oops wrong one, undo that", "不是这条，撤销"])
def test_the_wrong_task_is_taken_back_at_once(world: World, text: str) -> None:
    last = play(world, "Renew Globex NDA is done", text)[-1]
    assert [record["fields"]["status"] for record in last.records] == ["todo"]


@pytest.mark.parametrize(
    ("handle", "role", "text"),
    [
        ("linsupport", "support", "把 Globex 的 level 改成 A，因为量大"),
        ("ana", "analyst", "把 Globex 的 level 改成 A，因为量大"),
        ("ana", "analyst", "delete the task Renew Globex NDA"),
    ],
)
def test_a_command_of_another_role_is_refused_where_its_names_make_it_one(
    world: World, handle: str, role: str, text: str
) -> None:
    last = play(world, text, **{"as": handle, "role": role})[-1]
    assert last.outcome == "refused"
    assert last.records == []
