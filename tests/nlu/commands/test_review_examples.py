from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.commands import recognise
from nlu.commands.review_examples import read
from nlu.understanding import ParseContext


@pytest.mark.parametrize(
    "text",
    [
        "review suggestions",
        "Any learning suggestions?",
        "what should the bot learn?",
        "审核建议",
        "看看学习建议",
        "机器人该学什么",
    ],
)
def test_proposals_are_asked_for(context: ParseContext, text: str) -> None:
    assert recognise(text, replace(context, role="support")) == "review_examples"


@pytest.mark.parametrize("text", ["any suggestions for dinner?", "客户有什么建议", "审核建议书", "suggestions"])
def test_what_asks_for_something_else_is_no_command(context: ParseContext, text: str) -> None:
    assert read(text, context) is None
