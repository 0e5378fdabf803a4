"""What ordinary days ask of the whole program: whose lists, whose reports, and what a correction leaves alone."""

from __future__ import annotations

import pytest

from tests.proof.judging import written
from tests.proof.world import World

pytestmark = pytest.mark.model


@pytest.mark.parametrize("correction", ["no, it was 18,000", "sorry, 18000", "actually it was 18k"])
def test_a_corrected_amount_keeps_its_currency(world: World, correction: str) -> None:
    session = world.opens()
    session.say("Acme paid 15,000 dollars today")
    (payment,) = written(session.say(correction))
    assert (payment["type"], payment["action"]) == ("payment", "updated")
    assert (payment["fields"]["amount"], payment["fields"]["currency"]) == ("18000.00", "USD")


@pytest.mark.parametrize("asked", ["Which deals is Wang Fang working on?", "王芳的商机有哪些"])
def test_a_colleagues_deals_are_for_who_may_see_them(world: World, asked: str) -> None:
    leads = world.opens(**{"as": "zhaolei", "role": "supervisor"}).say(asked)
    assert "浦新制药LIMS" in leads.replies[0]["text"]
    assert world.opens().say(asked).outcome == "refused"


def test_a_colleague_is_known_by_his_name_as_english_writes_it(world: World) -> None:
    session = world.opens(**{"as": "zhaolei", "role": "supervisor"})
    (task,) = written(session.say("Ask Wang Fang to send me the Pinnacle forecast by Thursday"))
    assert task["fields"]["owner"] == "wangfang"
