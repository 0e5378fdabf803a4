"""Which of the speaker's own tasks a clause names among other words: 今天下午发报价那条, 'the Globex NDA is renewed'.

Promise: the words that name it, found by what stands around them and not by the wording. Never: a record, or which one
of several is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.commands._fields import FLAGS
from nlu.entities.times import find_times
from nlu.understanding import ParseContext

#: what parts one clause from the next
BORDER = re.compile(
    r"\s*(?:[,，;；。!！?？\n]|\.(?=\s|$)|\s[-–—]+\s)\s*|\s+(?:so|since|because|as|and)\s+(?=[a-z])|(?:所以|因为)",
    FLAGS,
)
#: a word for a task, and what points at it: 那条任务, 'that to-do'
THE_TASK = (
    r"(?:的)?(?:(?:这|那|该)(?:一)?(?:个|条|项|件|笔)?)?(?:任务|待办(?:事项)?|提醒|事儿?|tasks?|to-?dos?|reminders?)"
    r"|(?:的)?(?:这|那)(?:一)?(?:个|条|项|件)"
)
_BESIDE = re.compile(
    r"^(?:(?:ok(?:ay)?|hey|done|好的?|嗯|请|麻烦|帮我|给我|把|将|顺便|先|please|pls|can you|could you"
    rf"|the|my|our|that|this)[\s,，]*)+(?=.)|\s*(?:{THE_TASK})\s*$|\s*(?:的|one)\s*$",
    FLAGS,
)
#: what came of it, told behind its name: 续完了, 已经 send 出去了, 'is renewed', 'has been sent'
_RESULT = re.compile(
    r"\s*(?:已经?|都|我|刚刚?|终于|全部?|也|早就?)*\s*(?:[a-z]{2,10}\s*|[\u3400-\u9fff])?"
    r"(?:完|好|掉|过|出去|过去|到|妥|定|下来|回来)*(?:了|啦|过了)$"
    r"|\s+(?:is|are|was|were|has|have|got|went|just|been|now|all|already|finally|out|through)(?:\s+[a-z]+){0,4}$",
    FLAGS,
)
#: shorter beginnings of a clause name no task: characters of Chinese, words of English
_LEAST_CHARS, _LEAST_WORDS = 4, 2
#: a clause longer than this is a story
_LONGEST = 60
_CHINESE = re.compile("[\u3400-\u9fff]")


def find_reference(clause: str, context: ParseContext, *, is_whole: bool = False) -> str | None:
    """Return the words of a clause that name one of the speaker's own tasks; None where none is named.

    `is_whole`: the clause is nothing but its name; else it may begin with it and go on to tell of it.
    """
    if context.knows_task is None or not 2 <= len(clause) <= _LONGEST:
        return None
    words = _wholes(clause, context)
    candidates = dict.fromkeys(words if is_whole else (*words, *_beginnings(words[-1])))
    return next((one for one in candidates if one and context.knows_task(one)), None)


def trim(clause: str) -> str:
    """Leave out what only points at a task: 把……那条任务, 'the … task'."""
    before = None
    while before != clause:
        before, clause = clause, _BESIDE.sub("", clause.strip(" \"'“”‘’「」#＃"))
    return clause.strip()


def _wholes(clause: str, context: ParseContext) -> tuple[str, ...]:
    """Give the clause in ever fewer words: as it is, without its time, and without what came of it."""
    whole = trim(clause)
    bare = trim(_without_times(whole, context))
    return whole, bare, trim(_RESULT.sub("", bare))


def _beginnings(words: str) -> Iterator[str]:
    """Give the beginnings of a clause, the longest first."""
    if _CHINESE.search(words):
        return (words[:end] for end in range(len(words) - 1, _LEAST_CHARS - 1, -1))
    each = words.split()
    return (" ".join(each[:end]) for end in range(len(each) - 1, _LEAST_WORDS - 1, -1))


def _without_times(words: str, context: ParseContext) -> str:
    for time in reversed(find_times(words, context.now, context.timezone, "future")):
        words = f"{words[: time.start]} {words[time.end :]}"
    return words.strip()
