"""What looks like a command and is none: questions, negations, wishes and plans.

Promise: judges the words before and at a command's verb, never its content. Never: a record, a reply.
"""

from __future__ import annotations

import re

_QUESTION = re.compile(
    r"^(?:did(?! (?:an?|another|some)\b)|do|does|have you|has|had you|(?:was|were)(?! (?:just )?(?:on|at|in|with|back"
    r"|visiting|meeting|out|over)\b)|is|are|am|what|when|where|which|who|whom|whose|why|how"
    r"|should|shall|can i|can we|could i|"
    r"could we|may i|would it|will it|any)\b|[?？]\s*$|(?:right|correct|isn't it|did(?:n't)? (?:i|we|you)"
    r"|have(?:n't)? (?:i|we|you))\s*[?？]\s*$|"
    r"吗|[呢么嘛]\s*[?？。]?$|怎么|怎样|咋|如何|为什么|为啥|是不是|有没有|是否|谁|什么|(?<!没)(?<!没有)啥(?![的都也])|哪[个里些位天]|几点"
    r"|多少|对吧|是吧|没有\s*[?？]|[了过]没有?\s*$",
    re.IGNORECASE | re.ASCII,
)
_NEGATION = re.compile(
    r"\b(?:don'?t|do not|didn'?t|did not|never|no need|needn'?t|not|won'?t|haven'?t|hasn'?t|hadn'?t|isn'?t"
    r"|wasn'?t|couldn'?t|can'?t|cannot|"
    r"without|stop|forgot|forget|failed to|unable|instead of|no)\b|(?<![级特个性类区识分派])别(?!的|人|墅|克)"
    r"|不要|不用|不必|无需"
    r"|不需要|勿|没|未(?!来)|不想|不准|禁止|忘|先不|不(?=[记录登拜打联发提创新添])",
    re.IGNORECASE | re.ASCII,
)
_UNREAL = re.compile(
    r"\b(?:if|whenever|unless|suppose|should|would|might|could|plan(?:ning)? to|going to|about to|want to"
    r"|wants to|hope to|used to|"
    r"will|gonna|i'll|we'll|i'd|you|your|wish|wished|almost|nearly|imagine|supposed|pretend"
    r"|dreamt?|dreamed|meant to|tried to|let's|need to"
    r"|have to|must|shall|can|may)\b|要是|差点|险些|幻想|梦见|梦到|本来|原本|原定"
    r"|如果|假如|要是|假设|万一|打算|准备|计划|应该|可能|也许|将"
    r"|有空|得空|约(?:一?个|一下|一次)|等(?:一)?会儿?|待会儿?|过会儿?|稍后|回头(?![率客])|改天|晚(?:点|些)(?!名)|一会儿?(?=[去给跟和再就要])"
    r"|会(?=[去给跟拜打])|要(?=[去给跟拜])|想(?=[去给跟拜])|需要去|你|您",
    re.IGNORECASE | re.ASCII,
)
_YES = re.compile(
    r"(?:(?:yes|yep|yeah|yup|y|ok(?:ay)?|sure|confirm(?:ed)?|correct|right|go ahead|do it|please do)(?: please)?"
    r"|好的?|是的?|对的?|确认|确定|可以|行|嗯+|没错|没问题|同意|要)[,，。.!！~啊呀吧了\s]*",
    re.IGNORECASE | re.ASCII,
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|n|cancel|never ?mind|forget it|stop|drop it|leave it|abort|don't|not now)(?: thanks?"
    r"| thank you)?"
    r"|不+|不用了?|不要了?|不是|否|取消|算了|别了?|不必了?|先不|放弃|停)[,，。.!！~吧啊了谢\s]*",
    re.IGNORECASE | re.ASCII,
)
#: an order to leave it, in more words than a bare no: 先别改, "don't change it yet"; not 别家更便宜, "don't need it"
_LEAVE_IT = re.compile(
    r"(?:please\s+)?(?:(?:don'?t|do not)\s+(?:change|do|write|save|record|log|update|create|add|touch|bother|move|mark"
    r"|set|send)\b|(?:hold (?:on|off)|wait|not yet)\b)[^,，]{0,30}"
    r"|(?:你)?(?:先别|先不|暂时?(?:别|不)|(?:别|不要|不用)(?=[改动写记建加存更保创登推]|先)|等等|等一[下会]|等会|稍等)[^,，]{0,15}",
    re.IGNORECASE | re.ASCII,
)
#: gives up what was begun, with the reason or without: 不录了，人家没留联系方式
_DROPPED = re.compile(
    r"(?:那|这个?)?(?:先|就)?不(?:记|录|建|登|登记|弄|写|新建|创建|存|办|做|设)了(?:吧|啊|哈)?(?:[,，。.!！\s].{0,40})?"
    r"|(?:never ?mind|forget (?:it|about it|that)|scrap (?:it|that)|leave it|drop it)(?:[,，.!\s-].{0,60})?",
    re.IGNORECASE | re.ASCII,
)
_CONDITION = re.compile(
    r"\s*(?:那?(?:要是|如果|假如|假设|假使|万一|倘若|若是?|一旦|只要|除非)|等(?:到|(?=[^,，级]{2,30}(?:(?:了|后|之后)[,，]|[,，][^,，]{0,6}[再就])))"
    r"|(?:and |but |so )?(?:if|what if|suppose|supposing|assuming|unless|once|whenever|in case)\b)",
    re.IGNORECASE | re.ASCII,
)
_WISH = re.compile(
    r"(?:我们?|咱们?)?(?:打算|希望|准备|计划|听说|如果|要是|假如)|(?:i|we)(?:'m| am|'re| are| was| were)? "
    r"(?:thinking|hoping|planning|told|supposed|wish|hope|might|may|could)\b|(?:if|maybe|perhaps|apparently)\b",
    re.IGNORECASE | re.ASCII,
)
_REPORTED = re.compile(
    r"(?:他|她|他们|她们|老板|领导|经理|主管|同事|客户|对方|有人|大家|[\u3400-\u9fff]{2,3})(?:刚才?|又|也|跟我"
    r"|和我|对我|给我)?"
    r"(?:说|问|让我|叫我|要求|建议|觉得|认为|希望|提到|表示|告诉)(?!明)"
    r"|(?:(?:he|she|they|somebody|someone|(?:my|the|our) \w+|[A-Z]\w+)\s+(?:just\s+)?(?:said|says|told|tells"
    r"|asked|asks|wants|wanted"
    r"|suggested|suggests|thinks|mentioned|claims)\b)|[\"“「『‘'].*[\"”」』’']\s*$",
    re.IGNORECASE | re.ASCII,
)


def is_question(words: str) -> bool:
    """Tell whether a clause asks something."""
    return _QUESTION.search(words.strip()) is not None


def is_negated(words: str) -> bool:
    """Tell whether a clause denies or forbids."""
    return _NEGATION.search(words) is not None


def is_unreal(words: str) -> bool:
    """Tell whether a clause speaks of a wish, a plan, a condition or of the reader, instead of what happened."""
    return _UNREAL.search(words) is not None


def is_reported(words: str) -> bool:
    """Tell whether a sentence gives somebody else's words: 他说要把……, 'the boss told me to ...'."""
    return _REPORTED.match(words.strip()) is not None


def is_affirmed(words: str) -> bool:
    """Tell whether an answer is a bare yes."""
    return _YES.fullmatch(words.strip()) is not None


def is_denied(words: str) -> bool:
    """Tell whether an answer is a bare no, or calls the whole thing off."""
    return any(pattern.fullmatch(words.strip()) for pattern in (_NO, _LEAVE_IT, _DROPPED))


def is_conditional(words: str) -> bool:
    """Tell whether a sentence begins with a condition: what follows has not happened."""
    return _CONDITION.match(words) is not None


def is_no_order(words: str) -> bool:
    """Tell whether words that no grammar reads ask, deny, wish or report: nothing is done for them on a guess."""
    return is_question(words) or is_negated(words) or is_reported(words) or _WISH.match(words.strip()) is not None
