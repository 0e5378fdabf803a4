from __future__ import annotations

import pytest

from nlu.follow_ups import complete_follow_up
from nlu.language import detect
from nlu.text import normalise


def complete(text: str, previous: str) -> str | None:
    return complete_follow_up(normalise(text), normalise(previous), detect(text))


@pytest.mark.parametrize(
    ("previous", "text", "whole"),
    [
        ("怎么换货？", "那退货呢", "怎么退货?"),
        ("银卡会员有什么权益", "那金卡呢", "金卡有什么权益?"),
        ("周末几点关门？", "工作日呢？", "工作日几点关门?"),
        ("可以用支付宝付款吗", "那信用卡可以吗", "可以用信用卡付款吗?"),
        ("年卡多少钱", "季卡呢", "季卡多少钱?"),
        ("How many points do silver members get?", "and for gold members?", "How many points do gold members get?"),
        ("How long does shipping to Germany take?", "and to Canada?", "How long does shipping to Canada take?"),
        ("Does the red one come in XL?", "what about the blue one", "Does the blue one come in XL?"),
        ("Can I pay with PayPal?", "And Visa?", "Can I pay with Visa?"),
        ("Do you have wooden chairs?", "and wooden tables?", "Do you have wooden chairs wooden tables?"),
        ("Do you have gold cards?", "and silver cards?", "Do you have silver cards?"),
    ],
)
def test_what_is_asked_about_takes_the_place_of_its_like(previous: str, text: str, whole: str) -> None:
    assert complete(text, previous) == whole


@pytest.mark.parametrize(
    ("previous", "text", "whole"),
    [
        (
            "How many points do I get per dollar?",
            "and for gold members?",
            "How many points do I get per dollar for gold members?",
        ),
        ("How do I cancel my order?", "what if it has shipped?", "How do I cancel my order if it has shipped?"),
        ("怎么退货", "运费呢", "怎么退货 运费?"),
        ("你们几点关门", "周末呢", "你们几点关门 周末?"),
    ],
)
def test_what_has_no_like_is_set_behind(previous: str, text: str, whole: str) -> None:
    assert complete(text, previous) == whole


@pytest.mark.parametrize(
    ("previous", "text", "whole"),
    [
        ("怎么退货", "要多久", "退货要多久?"),
        ("怎么注册会员", "要钱吗", "注册会员要钱吗?"),
        ("会员积分多久过期", "它可以转让吗", "会员积分过期 它可以转让吗?"),
        ("How do I return an item?", "how long does it take?", "return an item how long does it take?"),
        ("Do you ship to Canada?", "and is it free?", "ship to Canada is it free?"),
    ],
)
def test_a_bare_question_word_or_pronoun_asks_about_what_was_spoken_of(previous: str, text: str, whole: str) -> None:
    assert complete(text, previous) == whole


@pytest.mark.parametrize(
    "text",
    [
        "What are your opening hours?",
        "你们几点开门呢",
        "我的订单呢",
        "how do I reset my password",
        "谢谢",
        "and thanks",
        "那怎么退货呢",
        "",
        "字" * 5000,
        "word " * 5000,
    ],
)
def test_what_stands_on_its_own_is_left_alone(text: str) -> None:
    assert complete(text, "怎么换货") is None
    assert complete(text, "Do you ship to Canada?") is None


def test_without_a_question_before_there_is_nothing_to_complete() -> None:
    assert complete("那退货呢", "") is None
    assert complete("怎么退货", "怎么退货？") is None
