"""Note a contract: 登记合同 科硕WMS 60万 合同号HT-88; 'signed the contract with Acme for $120k on Nov 20'.

Promise: a contract that was signed. Never: one that is only being prepared, or a deal that is called won.
"""

from __future__ import annotations

import re

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._papers import Paper, read_paper
from nlu.understanding import ParseContext

_NEW_ZH = r"(?:登记|记录|新增|新建|录入|添加|记)(?:一下|一个|一份|一条|了)?"
_NAME = r"(?P<name>[^§,，:：;；?？]{2,50}?)"
_PATTERNS = tuple(
    re.compile(pattern + r"[\s。.!,，]*", FLAGS)
    for pattern in (
        rf"{_NEW_ZH}合同[:：,，\s]*{_NAME}[:：,，\s]*(?:金额)?§(?:签订?|签署)?",
        rf"(?:合同|(?:signed\s+)?contract)\s*[:：]\s*{_NAME}[:：,，\s]*§[,，\s]*(?:签订?|签署|signed)?",
        rf"合同(?:备案|登记|录入)[:：,，\s]+{_NAME}[:：,，\s]*(?:金额|合同额|合同金额|总价)?(?:是|为"
        rf"|[:：])?§(?:签订?|签署)?",
        rf"{_NEW_ZH}{_NAME}(?:的)?合同[:：,，\s]*(?:金额)?§(?:签订?|签署)?",
        rf"(?:我们?)?(?:刚才?|刚刚|已经?)?(?:跟|和|与){_NAME}签(?:订"
        rf"|署)?了?(?:一份|份)?(?:合同)[:：,，\s]*(?:金额)?§",
        rf"(?:我们?)?(?:刚才?|刚刚|已经?)?(?:跟|和|与){_NAME}签(?:订|署)?了?(?:一份|份)?§的合同",
        rf"{_NAME}(?:的)?合同(?:已经?)?签(?:好|完|订|署)?了[:：,，\s]*(?:金额|总价|合同额)?§",
        rf"(?:log|record|add|note|create|enter)\s+(?:a\s+|the\s+)?(?:new\s+"
        rf"|signed\s+)?contract\s+(?:for|with)\s+{_NAME}[\s,:]+(?:of\s+|at\s+|worth\s+)?§",
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+)?signed\s+(?:a\s+"
        rf"|the\s+)?contract\s+(?:with|for)\s+{_NAME}[\s,:]+(?:for\s+|of\s+|at\s+|worth\s+)?§",
        rf"(?:(?:we|i)(?:'ve| have)?\s+)?(?:just\s+)?signed\s+(?:a\s+|the\s+)?§\s+contract\s+(?:with|for)\s+{_NAME}",
    )
)


def read(text: str, context: ParseContext) -> Paper | None:
    """Read for which deal or customer which amount was signed."""
    return read_paper(text, context, _PATTERNS, COMMAND.label)


COMMAND = Command(label="create_contract", roles=STAFF, read=read, rank=37)
