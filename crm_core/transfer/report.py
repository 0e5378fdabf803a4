"""What an import did, or would do: counts, and for every row that needs a person, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_PROBLEMS = 1000  # of a report; the counts go on


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """What is wrong with one row, or worth a look."""

    #: as the file's reader counts: the first line is 1
    line: int
    #: the field, empty when the row as a whole is meant
    field: str
    #: the heading of the column in the file, empty where the field has none
    column: str = ""
    #: what stands in the cell
    value: str = ""
    #: what is wrong and what to do about it
    message: str
    message_zh: str = ""
    sheet: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or in a dry run would do."""

    record_type: str
    is_dry_run: bool
    created: int
    updated: int
    unchanged: int
    #: rows that were left out because they repeat a record or another row
    duplicates: int = 0
    failed: int
    #: titles, totals and repeated headings
    skipped: int = 0
    #: accounts and contacts that rows named and that were made for them
    references_created: Mapping[str, int] = field(default_factory=dict)
    #: the first thousand
    problems: Sequence[RowProblem]
    #: rows that are not wrong but worth a look: possible duplicates, joined people; the first thousand
    remarks: Sequence[RowProblem] = ()
    #: heading -> field
    columns: Mapping[str, str]
    ignored_headings: Sequence[str]
    sheets: Sequence[str] = ()
    #: of the file as a whole
    notes: Sequence[str] = ()
    backup: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        listed = {"problems": [vars(each) for each in self.problems], "remarks": [vars(each) for each in self.remarks]}
        return {**vars(self), **listed}


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
}


def in_chinese(field_name: str, value: str, remedy: str) -> str:
    """Return what is wrong with a value in Chinese; the remedy stays English where it has no translation."""
    said = remedy
    for english, chinese in (
        ("Write one of: ", "可以填写："),
        ("Use one of: ", "可以填写："),
        ("There is no such account.", "没有这个客户。"),
    ):
        said = said.replace(english, chinese)
    said = said.replace("Import accounts first, or add --create-missing.", "请先导入客户，或加上 --create-missing。")
    if not field_name:
        return f"本行：{_CHINESE.get(remedy, said)}"
    shown = f"“{value}”" if value else "空白"
    return f"{field_name}：{shown}不正确。{_CHINESE.get(remedy, said)}"
