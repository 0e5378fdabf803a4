"""A turn's replies become few messages, each small enough, choices last."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wecom import choices as shown
from adapters.wecom.planning import plan_app, plan_kf
from adapters.wecom.texts import TEXT_BYTES, byte_length
from bot.channel import Reply, ReplyBudget, ReplyChoice, ReplyMedia
from tests.adapters.wecom.conftest import choices

words = st.text(alphabet=st.sampled_from("甲乙丙。，abc .\n<"), max_size=1500)
some_choices = st.lists(st.text(alphabet="选择abc ", min_size=1, max_size=60), max_size=25).map(
    lambda labels: tuple(ReplyChoice(label=label, value=f"t{place}") for place, label in enumerate(labels))
)
some_replies = st.lists(st.builds(Reply, text=words, choices=some_choices), max_size=6)


def solid(text: str) -> str:
    return re.sub(r"\s", "", text.replace("＜", "<"))


def shown_text(reply: Reply, fits: bool) -> str:
    return reply.text if fits else shown.numbered_text(reply, language="en")


@given(replies=some_replies, messages_left=st.one_of(st.none(), st.integers(min_value=0, max_value=5)))
def test_every_planned_kf_message_fits_and_no_word_is_lost(replies: list[Reply], messages_left: int | None) -> None:
    planned = plan_kf(replies, ReplyBudget(messages_left=messages_left))
    for reply in planned:
        is_menu = shown.fits_menu(reply)
        assert byte_length(shown_text(reply, is_menu)) <= (shown.MENU_HEAD_BYTES if is_menu else TEXT_BYTES)
    said = solid("".join(f"{reply.text}{shown.numbered_lines(reply.choices)}" for reply in planned))
    for reply in replies:
        assert all(solid(piece) in said for piece in re.split(r"[\s。，.]+", reply.text))
        assert all(solid(choice.label) in said for choice in reply.choices)


@given(replies=some_replies)
def test_every_planned_app_message_fits_and_no_word_is_lost(replies: list[Reply]) -> None:
    planned = plan_app(replies)
    for reply in planned:
        assert byte_length(shown_text(reply, shown.fits_card(reply))) <= TEXT_BYTES
    said = solid("".join(f"{reply.text}{shown.numbered_lines(reply.choices)}" for reply in planned))
    for reply in replies:
        assert all(solid(piece) in said for piece in re.split(r"[\s。，.]+", reply.text))
        assert all(solid(choice.label) in said for choice in reply.choices)


def kf_texts(*replies: Reply, left: int | None = 5) -> list[str]:
    return [reply.text for reply in plan_kf(replies, ReplyBudget(messages_left=left))]


def test_short_replies_become_one_kf_message() -> None:
    assert kf_texts(Reply(text="一"), Reply(text="二"), Reply(text="三")) == ["一\n\n二\n\n三"]


def test_replies_with_their_own_choices_stay_apart_while_the_budget_lasts() -> None:
    replies = [Reply(text="一", choices=choices("有用", "没用")), Reply(text="二", choices=choices("人工"))]
    planned = plan_kf(replies, ReplyBudget(messages_left=5))
    assert [len(reply.choices) for reply in planned] == [2, 1]


def test_choices_of_several_replies_come_together_when_the_budget_is_short() -> None:
    replies = [
        Reply(text="一", choices=(ReplyChoice(label="有用", value="a"),)),
        Reply(text="二", choices=(ReplyChoice(label="人工", value="b"),)),
        Reply(text="三"),
    ]
    planned = plan_kf(replies, ReplyBudget(messages_left=2))
    assert [(reply.text, [choice.value for choice in reply.choices]) for reply in planned] == [
        ("一\n\n二\n\n三", ["a", "b"])
    ]


@pytest.mark.parametrize(("messages_left", "count"), [(5, 4), (4, 3), (3, 2), (2, 1), (1, 1), (0, 1)])
def test_one_message_is_kept_back_for_a_hand_over(messages_left: int, count: int) -> None:
    replies = [Reply(text=f"第{place}条", choices=choices(f"选项{place}")) for place in range(count + 1)]
    budget = ReplyBudget(messages_left=messages_left)
    assert len(plan_kf(replies[:count], budget)) == count
    assert len(plan_kf(replies, budget)) < count + 1


def test_choices_come_with_the_last_part_of_a_long_reply() -> None:
    planned = plan_kf([Reply(text="这是一句话。" * 300, choices=choices("有用", "没用"))], ReplyBudget(messages_left=5))
    assert len(planned) > 1
    assert [bool(reply.choices) for reply in planned] == [False] * (len(planned) - 1) + [True]
    assert byte_length(planned[-1].text) <= 1024


def test_numbers_run_on_through_all_replies_of_a_turn() -> None:
    eleven = choices(*(f"选项{place}" for place in range(11)))
    planned = plan_kf(
        [Reply(text="一", choices=choices("甲", "乙")), Reply(text="二", choices=eleven)], ReplyBudget(messages_left=5)
    )
    assert shown.numbered_text(planned[1], language="zh").splitlines()[1] == "3. 选项0"


def test_media_are_messages_of_their_own_before_the_words() -> None:
    chart = ReplyMedia(type="image", path="/charts/week.png")
    planned = plan_app([Reply(text="本周汇总", media=(chart,), choices=choices("明细"))])
    assert [(reply.text, len(reply.media), len(reply.choices)) for reply in planned] == [("", 1, 0), ("本周汇总", 0, 1)]


def test_the_wish_for_a_phone_stays_with_the_last_message() -> None:
    planned = plan_kf([Reply(text="您好。" * 500, asks_for_phone=True)], ReplyBudget(messages_left=5))
    assert [reply.asks_for_phone for reply in planned] == [False] * (len(planned) - 1) + [True]


def test_nothing_to_say_is_no_message() -> None:
    assert plan_kf([Reply(text=" ")], ReplyBudget(messages_left=5)) == []
    assert plan_app([Reply(text="")]) == []
