from __future__ import annotations

import pytest

from nlu.questions import is_question, split_questions, strip_courtesy
from nlu.text import normalise


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("怎么退货？运费谁出？", ("怎么退货?", "运费谁出?")),
        ("怎么退货，运费谁出", ("怎么退货", "运费谁出")),
        ("你好，请问几点关门，还有周末营业吗", ("几点关门", "周末营业吗")),
        ("请问怎么注册会员以及会员有什么好处", ("怎么注册会员", "会员有什么好处")),
        ("什么时候发货，大概几天能到，能不能指定快递", ("什么时候发货", "大概几天能到", "能不能指定快递")),
        ("你好！\n1、退货流程是什么\n2、运费谁出", ("退货流程是什么", "运费谁出")),
        ("两个问题：退货流程是什么？运费谁出？", ("退货流程是什么?", "运费谁出?")),
        (
            "What are your opening hours? Do you ship to Canada?",
            ("What are your opening hours?", "Do you ship to Canada?"),
        ),
        (
            "How do I return this and how long does the refund take?",
            ("How do I return this", "how long does the refund take?"),
        ),
        ("What's the warranty, and can I extend it?", ("What's the warranty", "can I extend it?")),
        ("when is the store open also can i bring my dog", ("when is the store open", "can i bring my dog")),
        (
            "I have two questions. First, how do I reset my password, second how do I delete my account",
            ("how do I reset my password", "how do I delete my account"),
        ),
    ],
)
def test_each_question_of_a_message_is_one_part(text: str, questions: tuple[str, ...]) -> None:
    assert split_questions(normalise(text)) == questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("可以退货吗运费谁出", ("可以退货吗", "运费谁出")),
        ("积分怎么用呢多久过期", ("积分怎么用呢", "多久过期")),
        (
            "how do i return this what does shipping cost and do you ship to canada",
            ("how do i return this", "what does shipping cost", "do you ship to canada"),
        ),
    ],
)
def test_a_voice_message_s_run_on_is_taken_apart(text: str, questions: tuple[str, ...]) -> None:
    assert split_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "我要退货，运费谁出？",
        "I bought a kettle last week. It broke. Can I return it?",
        "do you know what time you close",
        "Can I pay with PayPal or Visa?",
        "Do you have it in red and in blue?",
        "How much is it, 20 dollars?",
        "1,200 points is worth how much?",
        "会员和非会员价格一样吗",
        "你们有什么支付方式和优惠活动吗",
        "可以开发票吗？谢谢",
        "满299减50，可以和会员价一起用吗？",
        "Where's my order? It was due yesterday. I'm angry",
        "Log call with Acme: wants a quote, follow up Tuesday 3pm",
        "记一下刚才跟华为张伟的电话，下周二下午三点跟进",
        "how do i know when my package is delivered",
        "does the gym next door have a pool",
        "how many hours of free parking do I get when shopping",
        "how far from a store can I be for one-hour delivery",
        "can you leave the prices out if the order is a present",
        "is there a height limit in the garage, I have a van",
        "",
        "?",
        "你好",
    ],
)
def test_one_question_or_none_is_left_whole(text: str) -> None:
    assert split_questions(normalise(text)) == ()


def test_what_is_told_goes_with_the_question_after_it() -> None:
    assert split_questions("我上周买的水壶坏了。能换吗?另外发票能补开吗") == (
        "我上周买的水壶坏了。 能换吗?",
        "发票能补开吗",
    )


def test_no_more_questions_are_answered_than_a_person_reads() -> None:
    assert len(split_questions("怎么退货?" * 3000)) == 4


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("嗯那个我想问一下就是你们几点关门啊", "你们几点关门啊"),
        ("hi there, um quick question: do you ship to Canada?", "do you ship to Canada?"),
        ("您好", "您好"),
        ("I want to know about your prices", "I want to know about your prices"),
    ],
)
def test_courtesy_is_nothing_to_look_up(text: str, asked: str) -> None:
    assert strip_courtesy(text) == asked


def test_a_question_is_known_by_its_words() -> None:
    assert is_question("几点关门")
    assert is_question("and how long does it take")
    assert not is_question("我上周买的水壶坏了")
    assert not is_question("It was due yesterday")
