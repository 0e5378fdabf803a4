"""The questions of one message: where one ends and the next begins, with what was told before them.

Promise: pure and linear in the text; every question keeps the words that it needs to be understood, so what was told
goes with the question after it. Never: a model, or a question made up.
"""

from __future__ import annotations

import re

#: Questions that are looked up of one message, and the shortest of them.
MAX_QUESTIONS = 4
MIN_QUESTION_CHARS = 3
#: Characters that are read: what is longer is a story, and its questions stand at the beginning or are asked again.
MAX_CHARS = 2000
#: Words of a question before another one may follow it without a comma, as in a voice message.
MIN_WORDS_OF_A_RUN_ON = 4

_SENTENCE_END = re.compile(r"(?<=[?!。;])\s*(?=[^\s?!。;])|(?<=[a-z)]\.)\s+(?=[a-z\u4e00-\u9fff])|\n+", re.IGNORECASE)
#: '1. … 2. …', '第一…第二…': the marks of a list of questions.
_LIST_MARK = re.compile(
    r"(?:^|(?<=[\s:;,.!。?]))(?:\(?[1-9][.、):](?!\d)|[①-⑨]|第[一二三四](?:个(?:问题)?|点)?[,:是]|(?:first|"
    r"second|third)(?:ly)?\b"
    r"(?=,|:| (?:how|what|when|where|can|do|is|are)\b))[\s,:]*",
    re.IGNORECASE,
)
#: Words that open a further question; what they join is none of a question's own words.
_JOINT = re.compile(
    r"(?:[,、]\s*|\s+|(?<=[吗呢吧]))(?:(?:and\s+)?(?:also|another (?:question|thing)|one more thing|by the way|"
    r"plus|btw)"
    r"\b[,: ]*|(?:另外|还有|顺便(?:再?问(?:一?下)?)?|再(?:就是|问一?下)|对了)[,: ]*)",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[,、]\s*(?!\d{3}(?!\d))")
#: 'how do I return it and who pays for it', '怎么退货以及运费谁出'.
_AND = re.compile(r"\s+(?:and|or|&)\s+(?:then\s+)?|(?:以及|并且|同时|还有|和|然后)", re.IGNORECASE)
_LEAD = re.compile(
    r"^[\s,;、]*(?:(?:and also|and then|and|also|plus|another question|one more thing|by the way|btw)\b|另外|还有|"
    r"顺便(?:再?问(?:一?下)?)?|以及|然后|再就是|对了|和(?=.{0,12}[吗呢怎多几哪谁]))[\s,:]*",
    re.IGNORECASE,
)
#: What people say before they ask, which is nothing to look up.
_COURTESY = re.compile(
    r"^(?:(?:i have|i've got|got)? ?(?:two|three|a (?:few|couple of)|some|\d) questions?\b|(?:我?有|"
    r"问)?[两二三几2-9]个问题(?:想?问(?:一?下)?)?|"
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear all)\b(?:\s+there)?|excuse me|sorry to bother(?: you)?|"
    r"(?:um+|uh+|er+|well|so|okay|ok|please)\b|(?:just )?(?:quick|a) question\b|"
    r"(?:i(?: just|'d like to|'d love to| would like to| want to| wanted to| am| was|'m)* (?:ask|know|"
    r"wonder(?:ed|ing)?)\b"
    r"(?: about)?)(?=,|:| (?:if|whether|how|what|when|where|why|who|which)\b)|"
    r"(?:can|could) (?:you|i) (?:please )?(?:tell me|ask(?: you)?)\b(?! (?:the|your|about|a) )|"
    r"你们?好啊?|您好|哈喽|嗨|在吗|在不在|亲亲?(?=[,!。 ])|请问(?:一下)?|麻烦(?:问|您|你)(?:一?下)?|"
    r"打扰(?:一?下|了)?|"
    r"嗯+|呃+|额+|哎+|啊|那个(?=[,. 我你请就]|嗯|呃)|就是(?:说|那个)?(?=[,. 我你想请问])|"
    r"(?:我)?(?:想|要)?(?:请?问|咨询|了解|知道)(?:一?下)?(?:就是|[,: ]|(?=你|怎|如|能|可|有|是|什|多|几|哪|为|我))|"
    r"帮我(?:问|看)(?:一?下)?(?:[,: ]|(?=怎|如|能|可|什|多|几|哪)))[\s,!.。:~-]*",
    re.IGNORECASE,
)

_ENGLISH_OPENING = (
    r"(?:(?:what|where|when|who|how|why|which)(?:'s|'re| (?:is|are|was|do|does|did|can|could|should|would|will|about|"
    r"if|time|kind|are|much|many|long|often|far|soon|big|old|late|early|to|\w+ (?:do|does|is|are|can|should|"
    r"will)))\b|"
    r"(?:can|could|may|should|do|does|did|is|are|will|would) (?:i|we|you|he|she|they|it|there|the|my|your|"
    r"this|that|these|those|an?|any|anyone|someone)\b|"
    r"(?:have (?:i|we|you|they)|has (?:he|she|it|there|the|my|your|this|that|any|anyone|someone))\b)"
)
#: Within a sentence 'is a' and 'has this' go on with what stands before: 'if the order is a present'.
_ENGLISH_INSIDE = re.compile(
    rf"\s(?={_ENGLISH_OPENING})(?!(?:is|are|has) (?:the|my|your|this|that|these|those|an?|any)\b)", re.IGNORECASE
)
#: A question that has its verb and who does it: 'how far from a store' has not, so 'can I be' belongs to it.
_ENGLISH_WHOLE = re.compile(
    r"\b(?:(?:can|could|may|should|do|does|did|is|are|was|will|would|have|has)(?:n't)? \w|"
    r"(?:what|where|when|who|how|why)(?:'s|'re)\b|what (?:if|about)\b|how about\b|how (?:to|come)\b|"
    r"who (?!is|are|do|can|will)\w+)",
    re.IGNORECASE,
)
_ENGLISH_QUESTION = re.compile(rf"^(?:but |so |then |if [^,?]{{3,60}},? )?{_ENGLISH_OPENING}", re.IGNORECASE)
#: A question word after one of these belongs to the same question: 'do you know what time it is'.
_EMBEDS = re.compile(
    r"\b(?:know|knows|tell|ask|see|check|wonder|wondering|sure|understand|explain|show|say|decide|remember|"
    r"confirm|me|us|"
    r"if|whether|about|on|of|for|to|in|at|by|from|with|that|than|but|so|what|how|when|where|why|who|which|and|or|not|"
    r"find out|figure out|matter|no|and then|is|are|the|guess)$",
    re.IGNORECASE,
)
_CHINESE_WORDS = (
    "怎么|怎样|咋|如何|什么|啥|几(?=[点天个号次年月日件位种折款双小时分岁级]|时)|多少|多久|多长|多大|多远|多快|"
    "哪|谁|为何|是否|是不是|有没有|能不能|可不可以|可否|能否|会不会|要不要|行不行|好不好|得了吗|对不对|需不需要|"
    "支不支持"
)
_CHINESE_QUESTION_WORD = re.compile(_CHINESE_WORDS)
_CHINESE_QUESTION = re.compile(f"吗|呢$|{_CHINESE_WORDS}")
#: 'ok' asked after what was said is no question of its own.
_TAG = re.compile(
    r"^(?:对吗|是吗|对吧|是吧|好吗|行吗|可以吗|ok吗|right|ok|okay|is that (?:ok|right|correct)|thanks?|"
    r"谢谢)?[?!。. ]*$",
    re.I,
)
#: After one of these a Chinese question that was only spoken ends, and something follows.
_SPOKEN_END = re.compile(
    "(?<=[吗])(?=[^?!。,;、 ]{4})|(?<=呢)(?=(?:怎|如何|能|可以|有没|多少|多久|什么|哪|你们|我)[^?!。]{2})"
)


def split_questions(text: str) -> tuple[str, ...]:
    """Split a normalised message into its questions, in order; nothing when it holds only one.

    What is told ('I bought a kettle. It broke.') goes with the question after it. Greetings and 'may I ask' are left
    out. A question without a mark is known by its words, also in the run-on of a voice message.
    """
    questions: list[str] = []
    told = ""
    for piece in _pieces(text[:MAX_CHARS]):
        if _TAG.match(piece):
            continue
        joined = f"{told} {piece}".strip() if told else piece
        if is_question(piece):
            questions.append(joined)
            told = ""
        else:
            told = joined
    if told and questions:
        questions[-1] = f"{questions[-1]} {told}"
    questions = [question for question in questions if len(question) >= MIN_QUESTION_CHARS]
    return tuple(questions[:MAX_QUESTIONS]) if len(questions) > 1 else ()


def is_question(text: str) -> bool:
    """Tell whether a normalised clause asks something, by its mark or its words."""
    return text.rstrip(" !。").endswith("?") or _is_worded(text, _CHINESE_QUESTION)


def _is_worded(text: str, chinese: re.Pattern[str]) -> bool:
    """Tell whether a clause asks by its words, whatever its mark."""
    bare = strip_courtesy(_LEAD.sub("", text))
    return bool(_ENGLISH_QUESTION.match(bare) or chinese.search(bare.rstrip("?!。. ")))


def strip_courtesy(text: str) -> str:
    """Leave out greetings, fillers and 'may I ask' before what is asked; the text itself if nothing else is in it."""
    return _without_courtesy(text) or text.strip()


def _without_courtesy(text: str) -> str:
    bare = text.strip()
    while (match := _COURTESY.match(bare)) and match.end():
        bare = bare[match.end() :]
    return bare.strip()


def _pieces(text: str) -> list[str]:
    """Cut a message at every place where a question may end."""
    listed = len(_LIST_MARK.findall(text)) > 1
    pieces: list[str] = []
    for item in _LIST_MARK.split(text) if listed else [text]:
        for sentence in _SENTENCE_END.split(item):
            for part in _JOINT.split(sentence):
                pieces += _clauses(part)
    cleaned = (_without_courtesy(_LEAD.sub("", piece)).strip(" ,;、") for piece in pieces)
    return [piece for piece in cleaned if piece]


def _clauses(sentence: str) -> list[str]:
    """Cut a sentence at commas, at 'and', and where a spoken question ends, if there is a question on both sides."""
    clauses = _cut(sentence, _COMMA, _CHINESE_QUESTION)
    clauses = [part for clause in clauses for part in _cut(clause, _AND, _CHINESE_QUESTION_WORD)]
    clauses = [part for clause in clauses for part in _SPOKEN_END.split(clause)]
    return [part for clause in clauses for part in _run_on(clause)]


def _cut(text: str, where: re.Pattern[str], chinese: re.Pattern[str]) -> list[str]:
    """Cut where what stands before and what comes after both ask by their words; the marks between are dropped."""
    parts: list[str] = []
    start = 0
    matches = list(where.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        before, following = text[start : match.start()], text[match.end() : end]
        if _is_worded(before, chinese) and _is_worded(following, chinese) and not _TAG.match(following):
            parts.append(before)
            start = match.end()
    return [*parts, text[start:]]


def _run_on(text: str) -> list[str]:
    """Cut an English question that another one follows without any mark: 'how do i return this what does it cost'."""
    if not _ENGLISH_QUESTION.match(strip_courtesy(_LEAD.sub("", text))):
        return [text]
    parts: list[str] = []
    start = 0
    for match in _ENGLISH_INSIDE.finditer(text):
        before = text[start : match.start()]
        is_whole = len(before.split()) >= MIN_WORDS_OF_A_RUN_ON and _ENGLISH_WHOLE.search(before)
        if is_whole and not _EMBEDS.search(before[-20:]):
            parts.append(before)
            start = match.end()
    return [*parts, text[start:]]
