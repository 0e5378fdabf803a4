"""Chinese or English, for messages of a few words, mixed ones too.

Promise: the sentence's frame decides, not the names and terms set into it: "帮我 check 一下 order" is Chinese,
"call with 华为 about the contract" is English. Never: a model, or more than two languages.
"""

from __future__ import annotations

import re

from nlu.understanding import Language

_COMPANY = re.compile("[\u4e00-\u9fff()]{2,30}?(?:有限责任|股份有限|有限)公司")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af\u3007]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)*")
#: Characters that are read of a message: its frame stands at the beginning, and patterns stay cheap.
MAX_CHARS = 600
#: What says nothing of the language around it: addresses, and codes with digits such as CRM2026001 or PO-2231.
_NEUTRAL = re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,64}@\S+|#?[A-Za-z]{0,20}[-_]?\d[\w-]*")
#: Words that both write; alone they follow the conversation.
_SHARED_WORDS = frozenset({"ok", "okay", "k", "vip", "app", "pos", "sku", "haha", "lol", "emmm", "emm"})

#: Characters that build Chinese sentences: pronouns, particles, question words, auxiliaries, common verbs.
_HAN_FRAME = frozenset(
    "的了吗呢吧啊呀嘛哦么着过得地我你您他她它们咱这那哪谁啥几是有没不别在把被给跟和与对从到向为让帮请想要会能可应该"
    "就都也还又再才很太最更怎什如何多少为因所但如果或者说问看查找去来做弄搞用买卖退换记录发打完成加建改取消哈谢好"
    "一下个些上里后前时候今明昨天周月点号"
)
#: Words that build English sentences.
_LATIN_WORDS = """
    a an the this that these those i me my mine you your yours he him his she her it its we us our they them their
    who whom whose what which when where why how is am are was were be been being do does did done have has had can
    could will would shall should may might must not no yes don't doesn't didn't can't won't isn't i'm i'd i've i'll
    it's what's where's who's that's there there's let's and or but if so because with without about for from to of in
    on at by into over under after before until till than then as up out off any some all please thanks thank hi hello
    hey want wants wanted need needs get got give tell show make let go going just again only also very too here now
    today tomorrow yesterday last next call called log add create remind cancel find help wanna gonna gotta pls u ur
"""
_LATIN_FRAME = frozenset(_LATIN_WORDS.split())


#: A sentence that opens with one of these, or ends in a particle, is Chinese whatever English is set into it.
_HAN_OPENING = re.compile("^[我你您他她咱请帮把给这那为怎什能可想要提查记有没]")
_HAN_PARTICLE = re.compile("[吗呢吧啊呀啦哦呗嘛喔咯][?!。~ ]*$")


def detect(text: str, hint: Language | None = None) -> Language:
    """Name the language of a message; `hint` (the conversation's) decides where the text has no words, else Chinese."""
    worded = _COMPANY.sub(" ", _NEUTRAL.sub(" ", text[:MAX_CHARS])).strip()
    han = _HAN.findall(worded)
    words = [word.lower().replace("’", "'") for word in _LATIN_WORD.findall(worded)]
    words = [word for word in words if word not in _SHARED_WORDS]
    if not han:
        if words and all(len(word) == 1 for word in words):
            return hint or "en"  # 'A' in answer to 'which level?' tells nothing
        return "en" if words else hint or "zh"
    zh_weight = _han_weight(han) + 2.5 * bool(_HAN_OPENING.search(worded))
    zh_weight += 1.5 * bool(_HAN_PARTICLE.search(worded))
    return "zh" if zh_weight >= _latin_weight(words) else "en"


def _han_weight(characters: list[str]) -> float:
    # Two characters make a word. Few who write English know Chinese particles; many who write Chinese
    # set in English words, so a Chinese frame weighs more.
    frame = sum(character in _HAN_FRAME for character in characters)
    return 0.9 * frame + 0.3 * (len(characters) - frame)


def _latin_weight(words: list[str]) -> float:
    frame = sum(word in _LATIN_FRAME for word in words)
    return frame + 0.25 * (len(words) - frame)
