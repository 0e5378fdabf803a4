"""What the report of an import says, in Chinese: what is wrong with a value, what was noticed of a row.

Promise: pure. What is not known here stays English, so that nothing is left unsaid; a test holds the import's own
sentences to this table.
"""

from __future__ import annotations

import re

from crm_core.transfer import words
from crm_core.transfer.columns import COLUMNS

#: What the remedies of the rules say in Chinese; what is not here is said in English.
_CHINESE = {
    "It must not be blank.": "不能为空。",
    "Give a phone number, such as 138 0000 1111 or +44 20 7946 0000.": (
        "请填写电话号码，例如 138 0000 1111 或 +44 20 7946 0000。"
    ),
    "This is no phone number that can exist; a Chinese mobile has 11 digits.": (
        "没有这样的号码；中国大陆手机号为 11 位。"
    ),
    "Give an e-mail address, such as name@example.com.": "请填写邮箱地址，例如 name@example.com。",
    "Write the year first, such as 2026-11-23 or 2026-11-23 15:00.": (
        "请先写年份，例如 2026-11-23 或 2026-11-23 15:00。"
    ),
    "Write the year too, such as 2026-11-23, or give it for the whole file: --year 2026.": (
        "请写明年份，例如 2026-11-23；也可以用 --year 2026 给整个文件指定年份。"
    ),
    "Write an amount such as 200000, 1,234.50 or 20万.": "请填写金额，例如 200000、1,234.50 或 20万。",
    "Give an amount that is not negative and not above 16 digits.": "金额不能为负，也不能超过 16 位。",
    "Give an amount as a number, such as 200000 or 1234.50.": "请用数字填写金额，例如 200000 或 1234.50。",
    "Write a whole number.": "请填写整数。",
    "Give a whole number that is not negative.": "请填写不小于 0 的整数。",
    "Write 是 or 否, yes or no.": "请填写“是”或“否”。",
    "Give the handle of a member of staff (crmbot user list).": "请填写员工账号（用 crmbot user list 查看）。",
    "A colleague looks after this account.": "该客户由其他同事负责。",
    "Several accounts have this name. Give the code.": "有多个同名客户，请填写客户编号。",
    "Several contacts have this name. Give the mobile or the account.": "有多个同名联系人，请填写手机号或所属客户。",
    "There is no such contact. Import contacts first, or add --create-missing.": (
        "没有这个联系人。请先导入联系人，或加上 --create-missing。"
    ),
    "Say with which account or contact it was.": "请填写是与哪个客户或联系人的互动。",
    "It has not happened yet: make it a task.": "时间还没有到：请作为任务导入。",
    "Say whose task it is.": "请填写任务的负责人。",
    "A delayed task needs a reason.": "延期的任务需要填写原因。",
    "A delayed requirement needs a reason.": "延期的需求需要填写原因。",
    "A closed requirement needs the customer's confirmation.": "关闭需求需要客户的确认。",
    "Give a mark from 1 to 5.": "请填写 1 到 5 分。",
    "Give the currency's three letters, such as CNY or USD.": "请填写币种的三个字母，例如 CNY 或 USD。",
    "Excel has rounded this number and its last digits are gone: format the column as text, write it again.": (
        "Excel 已把号码变成科学计数法，末尾几位已丢失：请把该列设为文本格式后重新填写。"
    ),
    "It has more cells than headings: put text that has a delimiter in it into quotes.": (
        "单元格比表头多：请给含有分隔符的文字加上引号。"
    ),
    "The cell holds a formula error: correct it in the file.": "单元格是公式错误，请在文件中改正。",
    "Several people in one cell: give each a row, or columns such as 联系人1, 联系人2.": (
        "一个单元格里有多个人：请每人一行，或分成“联系人1”“联系人2”等列。"
    ),
    "Write a currency such as CNY, USD or 人民币.": "请填写币种，例如 CNY、USD 或人民币。",
    "A quote cannot end before its day.": "有效期不能早于报价日期。",
    "It cannot end before it starts.": "结束日期不能早于开始日期。",
    "Give an amount above nothing.": "金额必须大于 0。",
    "It has not come in yet: import it as instalment.": "日期还没有到：请作为回款计划（instalment）导入。",
    "The deal's plan has no line due on that day.": "该商机的回款计划中没有这一天到期的款项。",
    "This contact works for another account.": "该联系人属于另一个客户。",
    "This is a heading and no name: give each record a row of its own.": "这是表头，不是名称：请每条记录一行。",
    "This contract is with another account.": "这份合同属于另一个客户。",
    "Another contract has this number.": "已有另一份合同使用这个编号。",
    "Say which account or contact it is meant for.": "请填写对应的客户或联系人。",
    "A target is a person's or a team's, not both.": "目标要么属于个人，要么属于团队。",
    "Give the filter as JSON.": "筛选条件请用 JSON 填写。",
    "Give a share of 0 to 100.": "请填写 0 到 100 的百分比。",
    "Give a share of 0 to 100, such as 85%.": "请填写 0 到 100 的百分比，例如 85%。",
    "Use zh or en.": "请填写 zh 或 en。",
    "Several fit.": "有多个同名，请写得更准确。",
}

#: Of sentences that name something: what they look like, and how it is said.
_PATTERNS = [
    (re.compile(english), chinese)
    for english, chinese in (
        (r"(?:Write|Use) one of: (?P<listed>.+)\.", "可以填写：{listed}。"),
        (r"Use at most (\d+) characters\.", "最多 {0} 个字符。"),
        (
            r"There is no such account\. Import accounts first, or add --create-missing\.",
            "没有这个客户。请先导入客户，或加上 --create-missing。",
        ),
        (
            r"There is no such account\. Is it (.+)\? Import accounts first, or add --create-missing\.",
            "没有这个客户。是不是{0}？请改成全称，或先导入客户，或加上 --create-missing。",
        ),
        (r"There is no such (?P<type>\w+)\. Import those first\.", "没有这个{type}，请先导入。"),
        (r"Name the (?P<type>\w+)\.", "请填写{type}。"),
        (r"Several fit\. Give the (?P<type>\w+) and its account\.", "有多个同名{type}，请同时填写客户。"),
        (r"This account has no deal: import those first, or name it\.", "该客户没有商机，请先导入商机。"),
        (r"This account has several deals: name the one that is meant\.", "该客户有多个商机，请写明是哪一个。"),
        (r"Several colleagues have this name: give the handle \((.+)\)\.", "有多个同事叫这个名字，请填写账号（{0}）。"),
        (
            r"It would count times ([\d,]+): write its unit too, such as 120万 or 1200000元\.",
            "按该列单位会放大 {0} 倍：请写明单位，例如 120万 或 1200000元。",
        ),
        (r"Numbers look like (\w+)\. .*", "编号的格式是 {0}。可用 --map 列名= 不导入这一列，或把表头改成“备注”。"),
        (r"Made as a new account; is it (.+)\? Merge them then\.", "已新建客户；是不是“{0}”？如果是，请合并。"),
        (r"It repeats line (\d+), which is wrong\.", "与第 {0} 行重复，而那一行有误。"),
        (
            r"Nearly the same name as line (\d+): check whether it is a duplicate\.",
            "名称与第 {0} 行几乎相同：请核对是否重复。",
        ),
        (
            r"Nearly the same name as record (\d+): check whether it is a duplicate\.",
            "名称与已有记录 {0} 几乎相同：请核对是否重复。",
        ),
        (r"Nearly the same name as line (\d+): (?:merged into it|left out)\.", "名称与第 {0} 行几乎相同：{done}。"),
        (
            r"Nearly the same name as record (\d+): (?:merged into it|left out)\.",
            "名称与已有记录 {0} 几乎相同：{done}。",
        ),
        (r"The same as line (\d+): left out\.", "与第 {0} 行相同：未导入。"),
        (r"The same as record (\d+): left out\.", "与已有记录 {0} 相同：未导入。"),
        (r"Same name, other number: kept as another person\.", "同名但号码不同：作为另一个人保留。"),
        (
            r"The same (?P<type>mobile|email) as another name: taken for one person, the name is now this one\.",
            "{type}与另一个姓名相同：视为同一个人，姓名已改为本行的。",
        ),
        (
            r"The same as line (\d+): taken for one record; what this row says of (?P<fields>.+) counts\.",
            "与第 {0} 行是同一条记录：以本行的{fields}为准。",
        ),
        (r"The same as line (\d+): taken for one record\.", "与第 {0} 行是同一条记录。"),
        (
            r"The same as an earlier row of this file: what this row says of (?P<fields>.+) counts\.",
            "与文件中前面的某一行是同一条记录：以本行的{fields}为准。",
        ),
    )
]
_TYPES = {
    "account": "客户", "contact": "联系人", "lead": "线索", "opportunity": "商机", "campaign": "活动",
    "segment": "分群", "team": "团队", "mobile": "手机号", "email": "邮箱", "contract": "合同",
}  # fmt: skip


def say(sentence: str, record_type: str = "") -> str:
    """Return a sentence of the report in Chinese, or as it is where it is not known here."""
    if sentence in _CHINESE:
        return _CHINESE[sentence]
    for pattern, chinese in _PATTERNS:
        match = pattern.fullmatch(sentence)
        if match is not None:
            named = match.groupdict()
            return chinese.format(
                *match.groups(),
                listed=words.in_chinese(named.get("listed", "")),
                type=_TYPES.get(named.get("type", ""), named.get("type", "")),
                fields=_fields(record_type, named.get("fields", "")),
                done="已合并" if "merged" in sentence else "未导入",
            )
    return sentence


def _fields(record_type: str, listed: str) -> str:
    columns = COLUMNS.get(record_type, {})
    return "、".join(columns[name].headings[0] if name in columns else name for name in listed.split(", "))


def in_chinese(field_name: str, value: str, remedy: str) -> str:
    """Return what is wrong with a value in Chinese."""
    if not field_name:
        return f"本行：{say(remedy)}"
    shown = f"“{value}”" if value else "空白"
    return f"{field_name}：{shown}不正确。{say(remedy)}"
