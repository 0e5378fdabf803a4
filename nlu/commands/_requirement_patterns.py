"""Priority and other fields of a requirement: 'DE20250002 priority to high', 批次追溯报表这个需求优先级调高.

Promise: each pattern is anchored at both ends, linear, and names a requirement by its code or by the word for it.
Never: its status (nlu/commands/update_requirement.py), a value's meaning (nlu/commands/_fields.py).
"""

from __future__ import annotations

from nlu.commands._update_words import Pattern, worded

_CODE = r"(?:DE\d{8,13})"
_REQUIREMENT = (
    rf"(?:(?:把|将)?(?:需求|the\s+requirement|requirement|the)?\s*(?P<name>{_CODE})|(?:把"
    rf"|将)?(?P<name2>[^,，;；?？:：]{{2,40}}?)(?:的|这个|那个|这条|那条|\s)*需求"
    r"|(?:the\s+)?(?P<name3>[^,;:?]{2,40}?)\s+requirement"
    r"(?:\s+(?:from|of|for|at)\s+(?:(?-i:[A-Z])[\w&.'-]*)(?:\s(?-i:[A-Z])[\w&.'-]*){0,3})?)"
)
_PRIORITY = r"(?:的|'s)?[\s,，]*(?:优先级别?|优先|紧急程度|priority)"
_VALUE = (
    r"(?P<value>最?高|紧急|急|中等?|普通|一般|最?低|不急|high(?:est)?|urgent|top|critical|medium|normal"
    r"|mid|low(?:est)?|p[0-3])(?:优先级?)?"
)
_WHY = r"(?:\s*[,，;；:–—-]+\s*(?P<reason>[^?？]{2,80})|\s+(?:because(?: of)?|since|as)\s+(?P<reason2>[^?？]{2,80}))?"
_CHANGE_EN = r"(?:set|change|raise|lower|bump|drop|move|update|mark|make|put)"


def _of_requirement(expression: str) -> Pattern:
    return worded(expression, field="priority", record_type="requirement")


REQUIREMENT_PATTERNS: tuple[Pattern, ...] = (
    _of_requirement(
        rf"{_REQUIREMENT}{_PRIORITY}\s*(?:(?:现在|应该|已经|先|给我|要|is|now|should be|goes|went|set|changed"
        rf"|raised|lowered|改|调整?|升|降|提|设|变|定|更新|标记)+\s*)*"
        rf"(?:到|至|成|为|是|to|as|up to|down to|[:：=]|->|→)*\s*{_VALUE}了?{_WHY}"
    ),
    _of_requirement(
        rf"{_REQUIREMENT}(?:现在|应该|先|给我|要)*(?:改|调整?|升|降|提|设|变|定|标记?|列|算)(?:到|至|成"
        rf"|为)?(?:了)?\s*{_VALUE}了?{_WHY}"
    ),
    _of_requirement(
        rf"{_REQUIREMENT}\s+(?:is|becomes|became|should be|needs to be|must be|has become|goes to|is now)\s+"
        rf"(?:(?:now|actually|really)\s+)*(?:an?\s+)?{_VALUE}(?:[- ]+priority)?(?:\s+(?:now|for them))?{_WHY}"
    ),
    _of_requirement(
        rf"{_CHANGE_EN}\s+(?:the\s+)?priority\s+(?:of|for"
        rf"|on)\s+(?:the\s+)?(?:(?:requirement\s+)?(?P<name>{_CODE})|(?P<name2>[^,;:?]{{2,40}}?)\s+requirement"
        rf"|requirement\s+(?P<name3>[^,;:?]{{2,40}}?))\s+to\s+{_VALUE}{_WHY}"
    ),
    _of_requirement(
        rf"{_CHANGE_EN}\s+(?:the\s+)?(?:(?:requirement\s+)?(?P<name>{_CODE})"
        rf"|(?P<name2>[^,;:?]{{2,40}}?)\s+requirement|requirement\s+(?P<name3>[^,;:?]{{2,40}}?))"
        rf"(?:'s)?\s+(?:priority\s+)?(?:to|as|at)?\s*{_VALUE}(?:\s+priority)?{_WHY}"
    ),
)
