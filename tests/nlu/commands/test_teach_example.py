from __future__ import annotations

import pytest

from nlu.commands import recognise
from nlu.commands.teach_example import TeachExample, read
from nlu.understanding import ParseContext


@pytest.mark.parametrize(
    ("text", "said", "intent"),
    [
        ("teach: where is my parcel => ticket_status", "where is my parcel", "ticket_status"),
        ('Teach the bot: "this is a scandal" means complaint', "this is a scandal", "complaint"),
        ("add example: nice weather -> out of scope", "nice weather", "out of scope"),
        ("教你：我的快递呢 = 查工单", "我的快递呢", "查工单"),
        ("请添加例句：“气死我了”属于投诉", "气死我了", "投诉"),
        ("学习：你们真行啊，谢谢", "你们真行啊，谢谢", None),
        ("teach: I'm done with you, thanks", "I'm done with you, thanks", None),
    ],
)
def test_a_sentence_is_taught_word_for_word(context: ParseContext, text: str, said: str, intent: str | None) -> None:
    assert read(text, context) == TeachExample(text=said, intent=intent)


@pytest.mark.parametrize("text", ["teach", "教你：", "can you teach me Excel?", "学习一下新产品", "I teach: at school"])
def test_what_teaches_nothing_is_no_command(context: ParseContext, text: str) -> None:
    assert read(text, context) is None


def test_only_staff_teach(context: ParseContext) -> None:
    assert recognise("teach: hello => greeting", context) != "teach_example"
