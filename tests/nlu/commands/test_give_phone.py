from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import give_phone, recognise
from nlu.text import normalise
from nlu.understanding import ParseContext

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI), timezone=SHANGHAI, role="customer")
WANG = "+8613800002222"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我的手机号是13800002222", None),
        ("我的手机号是 138 0000 2222。", None),
        ("我的新手机号码：138-0000-2222，谢谢", None),
        ("还有，我的手机号是13800002222", None),
        ("電話：13800002222", None),
        ("你好，我叫王芳，电话13800002222", "王芳"),
        ("我是Anna Li，手机13800002222，请尽快联系我", "Anna Li"),
        ("请打这个电话联系我：13800002222", None),
        ("13800002222这是我的手机号", None),
        ("my number is 138 0000 2222", None),
        ("My phone number is +86 138 0000 2222.", None),
        ("here's my number: 13800002222", None),
        ("you can call me on +8613800002222", None),
        ("Hi, I'm Wang Fang, my phone is 13800002222", "Wang Fang"),
        ("phone: 13800002222, please call me back after six", None),
        ("13800002222 is my number", None),
        ("13800002222", None),
        ("+86 13800002222", None),
    ],
)
def test_a_number_that_the_sender_calls_his_is_read(text: str, name: str | None) -> None:
    assert give_phone.read(normalise(text), CONTEXT) == give_phone.GivenPhone(phone=WANG, name=name)
    assert recognise(normalise(text), CONTEXT) == "give_phone"


@pytest.mark.parametrize(
    "text",
    [
        "我的手机号13800002222收不到验证码",
        "我的电话13800002222打不通了吗",
        "13800002222是你们的电话吗",
        "我的手机号是13800002222，怎么查订单？",
        "is 13800002222 your number?",
        "my number is not 13800002222",
        "my number 13800002222 gets no code",
        "who called me from 13800002222",
        "call 13800002222",
        "张伟的电话是13800002222",
        "Li Na 13800002222",
        "02012345678",
        "20260001123",
        "13800002222 13900002222",
        "我的手机号是1380000",
        "我的手机号",
        "补充工单：我的手机号是13800002222吧",
    ],
)
def test_a_number_in_other_words_is_not(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "give_phone"


@pytest.mark.parametrize(
    ("text", "is_given"),
    [
        ("沙发腿坏了，我的电话是13800002222，请尽快处理", True),
        ("My sofa broke. My number is 138 0000 2222. When will you come?", True),
        ("13800002222", True),
        ("订单13800002222，一直没到", False),
        ("张伟，13800002222，没接电话", False),
        ("我的手机收不到验证码", False),
    ],
)
def test_a_number_is_found_in_a_message_that_says_more(text: str, is_given: bool) -> None:
    given = give_phone.find(normalise(text), CONTEXT)
    assert given == (give_phone.GivenPhone(phone=WANG, name=None) if is_given else None)


def test_a_colleague_gives_no_number_of_his_own() -> None:
    staff = ParseContext(now=CONTEXT.now, timezone=SHANGHAI, role="rep")
    assert recognise("13800002222", staff) == "look_up"  # whose is it?
