"""Questions told by their words in any order: whose a number or an address is.

Promise: the words around it only ask; linear in the text. Never: a record.
"""

from __future__ import annotations

import re

from nlu.commands._utterance import Utterance

ADDRESS = re.compile(
    r"\+?\d[\d -]{6,16}\d|[^\s@,，]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}|CRM\d{7,13}|DE\d{8,12}", re.IGNORECASE | re.ASCII
)
#: the words around a number or an address of which one asks whose it is
_WHOSE = re.compile(
    r"(?:[\s,，:：?？。.!！'\"]|请问|麻烦|帮我|帮忙|查一?下?|看一?下?|想?知道|认识|记得|有人|刚才?|打来|打电话|来电"
    r"|给我|的?(?:这|那)?个?(?:手机号?码?|电话号?码?|号码?|邮箱|邮件|微信号?)"
    r"|[这那]个?|是|的|在|用|有|存着?|记着?|备注|对应|归|属于|谁家?|哪(?:一)?(?:个|位|家)(?:的)?|客户|联系人|公司|单位|人|呢|啊|呀|来着|登记|叫什么"
    r"|名字"
    r"|do you know|can you|tell me|look up|check|find|please|pls|who(?:'s|se|m)?|which|what|is|was|does|do|did|has"
    r"|have|had|uses?|using|owns?|of|the|this|that|to|from|by|with"
    r"|belongs?|calling|called|calls?|rang|ringing|e?-?mailed|wrote|texted|me|us|(?:phone |mobile |cell )?(?:number"
    r"|phone|mobile|cell|line)|e-?mail|address"
    r"|customers?|contacts?|person|company|account|client|it|one|behind|\b)*",
    re.IGNORECASE | re.ASCII,
)
_ASKS_WHO = re.compile(
    r"谁|哪(?:一)?[个位家]|\b(?:who|whose|which|whom)\b|who's|查|认识|look up|find|check", re.IGNORECASE | re.ASCII
)


def find_asked_number(heard: Utterance) -> str | None:
    """Give a number or an address among words that only ask whose it is: 13622220001是谁的号."""
    number = ADDRESS.search(heard.body)
    if number is None:
        return None
    around = f"{heard.body[: number.start()]} {heard.body[number.end() :]}"
    if _ASKS_WHO.search(around) is None or _WHOSE.fullmatch(around) is None:
        return None
    return number[0].strip()
