from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.commands import recognise
from nlu.commands.reclassify_ticket import ReclassifyTicket, read
from nlu.understanding import ParseContext


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("ticket 12 is a complaint", "12", "complaint"),
        ("move 12 to after-sales", "12", "after_sales"),
        ("please mark ticket 31 as a question", "31", "question"),
        ("reclassify #7 as a service request", "7", "request"),
        ("工单12改为投诉", "12", "complaint"),
        ("把 12 转为售后", "12", "after_sales"),
        ("12号工单其实是普通咨询", "12", "question"),
        ("工单31归到投诉类", "31", "complaint"),
    ],
)
def test_a_ticket_gets_another_kind(context: ParseContext, text: str, number: str, kind: str) -> None:
    assert read(text, context) == ReclassifyTicket(number=number, kind=kind)  # type: ignore[arg-type]
    assert recognise(text, replace(context, role="support")) == "reclassify_ticket"


@pytest.mark.parametrize(
    "text", ["is ticket 12 a complaint?", "ticket 12 is not a complaint", "工单12是投诉吗", "投诉"]
)
def test_a_question_or_a_denial_changes_nothing(context: ParseContext, text: str) -> None:
    assert read(text, context) is None
