"""The columns of each type of record: under which headings people keep them, and how a cell is read.

Promise: data; a heading belongs to at most one field of a type. A new column is one line here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_core.errors import ImportRefused
from crm_core.transfer import cells

_HEADING_NOISE = re.compile(r"\(.*?\)|\[.*?\]|[^\w]|_")


@dataclass(frozen=True)
class Column:
    """A field of a type of record in a file."""

    #: headings that mean it, beside the field's own name
    headings: tuple[str, ...]
    read: cells.Parser = cells.text
    is_needed: bool = False


_LEVEL = cells.one_of({"S级": "S", "A级": "A", "B级": "B", "C级": "C"})
_ACCOUNT_STATUS = cells.one_of(
    {
        "新客户": "new",
        "合作中": "active",
        "活跃": "active",
        "活跃客户": "active",
        "沉默": "silent",
        "沉默客户": "silent",
        "流失": "lost",
        "已流失": "lost",
    }
)
_CONTACT_STATUS = cells.one_of({"在职": "active", "离职": "departed", "已离职": "departed", "left": "departed"})
_LEAD_STATUS = cells.one_of(
    {
        "新": "new",
        "新线索": "new",
        "已分配": "assigned",
        "跟进中": "assigned",
        "已转化": "converted",
        "已转换": "converted",
        "无效": "discarded",
        "已放弃": "discarded",
    }
)
_KIND = cells.one_of(
    {
        "电话": "call",
        "通话": "call",
        "phone": "call",
        "phone call": "call",
        "拜访": "visit",
        "上门拜访": "visit",
        "线上会议": "online_meeting",
        "视频会议": "online_meeting",
        "online meeting": "online_meeting",
        "邮件": "email",
        "e-mail": "email",
        "聊天": "chat",
        "微信": "chat",
        "wechat": "chat",
        "活动": "event",
        "客户活动": "event",
        "关怀": "care",
        "客户关怀": "care",
        "节日关怀": "care",
    }
)
_TASK_STATUS = cells.one_of(
    {
        "待办": "todo",
        "待开始": "todo",
        "未开始": "todo",
        "to do": "todo",
        "open": "todo",
        "进行中": "doing",
        "in progress": "doing",
        "已完成": "done",
        "完成": "done",
        "completed": "done",
        "延期": "delayed",
        "已延期": "delayed",
    }
)
_LANGUAGE = cells.one_of({"中文": "zh", "汉语": "zh", "chinese": "zh", "英文": "en", "英语": "en", "english": "en"})

_OWNER = Column(("负责人", "客户经理", "所属销售", "归属人", "业务员", "owner handle", "sales rep", "account manager"))
_SOURCE = Column(("来源", "客户来源", "线索来源", "lead source"))
_TAGS = Column(("标签", "客户标签", "labels"), cells.words)
_NOTES = Column(("备注", "说明", "remark", "remarks", "comment", "comments"))
_MOBILE = (
    "mobile",
    "mobile number",
    "mobile phone",
    "手机",
    "手机号",
    "手机号码",
    "电话",
    "联系电话",
    "电话号码",
    "phone",
    "phone number",
    "cell",
    "telephone",
)
_EMAIL = ("邮箱", "电子邮箱", "电子邮件", "e-mail", "email address", "mail")
_CURRENCY = Column(("币种", "货币"))
_ACCOUNT = (
    "客户",
    "客户名称",
    "公司",
    "公司名称",
    "所属客户",
    "单位",
    "account name",
    "company",
    "company name",
    "customer",
)

COLUMNS: dict[str, dict[str, Column]] = {
    "account": {
        "code": Column(("客户编号", "编号", "客户代码", "account code", "customer no", "customer id")),
        "name": Column(
            (
                "客户名称",
                "名称",
                "公司",
                "公司名称",
                "企业名称",
                "单位名称",
                "客户",
                "account name",
                "account",
                "company",
                "company name",
                "customer",
                "customer name",
            ),
            is_needed=True,
        ),
        "short_names": Column(("简称", "客户简称", "别名", "short name", "alias", "aliases"), cells.words),
        "industry": Column(("行业", "所属行业")),
        "size_band": Column(("规模", "企业规模", "人员规模", "公司规模", "size", "company size", "employees")),
        "region": Column(("地区", "区域", "省市区", "所在地区", "所在地")),
        "province": Column(("省", "省份", "state")),
        "city": Column(("市", "城市")),
        "district": Column(("区", "区县", "县")),
        "address": Column(("地址", "详细地址", "公司地址", "街道")),
        "website": Column(("网站", "官网", "网址", "url", "homepage")),
        "level": Column(("等级", "客户等级", "级别", "客户级别", "grade", "tier"), _LEVEL),
        "status": Column(("状态", "客户状态"), _ACCOUNT_STATUS),
        "status_reason": Column(("状态原因", "原因", "reason")),
        "source": _SOURCE,
        "tags": _TAGS,
        "owner": _OWNER,
        "annual_amount": Column(
            ("年度金额", "年金额", "年采购额", "年销售额", "年度销售额", "annual revenue"), cells.amount
        ),
        "currency": _CURRENCY,
        "partner_since": Column(("合作开始", "合作时间", "合作日期", "首次合作", "合作起始日期", "since"), cells.day),
        "notes": _NOTES,
        "contact_name": Column(("联系人", "联系人姓名", "主要联系人", "contact", "contact person")),
        "contact_title": Column(("联系人职位", "联系人职务")),
        "contact_mobile": Column(("联系人电话", "联系人手机", "联系人手机号", "contact phone", *_MOBILE)),
        "contact_email": Column(("联系人邮箱", "联系人邮件", *_EMAIL, "email")),
    },
    "contact": {
        "name": Column(
            ("姓名", "联系人", "联系人姓名", "名字", "contact", "contact name", "full name"), is_needed=True
        ),
        "title": Column(("职位", "职务", "岗位", "联系人职位", "job title", "position")),
        "mobile": Column(("联系人电话", "联系人手机", "联系人手机号", "contact phone", "contact mobile", *_MOBILE)),
        "email": Column(("联系人邮箱", "contact email", *_EMAIL)),
        "birthday": Column(("生日", "出生日期", "date of birth", "birth date"), cells.day),
        "decision_role": Column(("决策角色", "角色", "role")),
        "is_key_contact": Column(
            ("关键联系人", "主要联系人", "是否关键联系人", "key contact", "primary"), cells.yes_or_no
        ),
        "status": Column(("状态", "在职状态"), _CONTACT_STATUS),
        "account": Column(_ACCOUNT),
        "owner": _OWNER,
        "language": Column(("语言",), _LANGUAGE),
    },
    "lead": {
        "name": Column(("线索名称", "姓名", "联系人", "名称", "lead name", "contact", "full name"), is_needed=True),
        "company": Column(_ACCOUNT),
        "mobile": Column(("联系人电话", *_MOBILE)),
        "email": Column(_EMAIL),
        "source": _SOURCE,
        "region": Column(("地区", "区域")),
        "score": Column(("评分", "得分", "分数"), cells.number),
        "status": Column(("状态", "线索状态"), _LEAD_STATUS),
        "owner": _OWNER,
        "notes": _NOTES,
    },
    "opportunity": {
        "name": Column(
            ("商机名称", "名称", "商机", "项目名称", "opportunity name", "opportunity", "deal"), is_needed=True
        ),
        "account": Column(_ACCOUNT, is_needed=True),
        "stage": Column(("阶段", "商机阶段", "销售阶段", "sales stage")),
        "amount": Column(("金额", "商机金额", "预计金额", "value", "deal size"), cells.amount),
        "currency": _CURRENCY,
        "expected_close": Column(
            ("预计成交日期", "预计签单日期", "预计结束日期", "成交日期", "close date", "expected close date"), cells.day
        ),
        "outcome_reason": Column(("输单原因", "赢单原因", "原因", "reason")),
        "owner": _OWNER,
    },
    "interaction": {
        "kind": Column(("类型", "互动类型", "跟进方式", "互动方式", "方式", "type"), _KIND, is_needed=True),
        "occurred_at": Column(
            ("时间", "互动时间", "跟进时间", "日期", "date", "time", "when"), cells.moment, is_needed=True
        ),
        "summary": Column(("摘要", "内容", "内容摘要", "跟进内容", "纪要", "content", "notes"), is_needed=True),
        "subject": Column(("主题", "沟通主题", "标题", "topic", "title")),
        "feedback": Column(("反馈", "客户反馈", "customer feedback")),
        "account": Column(_ACCOUNT),
        "contacts": Column(("联系人", "参与人", "客户联系人", "contact", "participants"), cells.words),
        "owner": _OWNER,
    },
    "task": {
        "title": Column(("任务", "任务名称", "标题", "内容", "待办", "待办事项", "task", "name"), is_needed=True),
        "owner": Column((*_OWNER.headings, "执行人", "assignee")),
        "due_at": Column(
            ("截止", "截止时间", "截止日期", "到期时间", "到期日", "due", "due date", "deadline"), cells.due
        ),
        "status": Column(("状态", "任务状态"), _TASK_STATUS),
        "delay_reason": Column(("延期原因", "原因", "reason")),
        "account": Column(_ACCOUNT),
        "contact": Column(("联系人", "contact name")),
    },
}


def spell_heading(heading: Any) -> str:
    """Spell a heading so that 客户名称*, '客户名称 (必填)' and 'Account Name' meet what is listed here."""
    plain = unicodedata.normalize("NFKC", str(heading or "")).casefold()
    return _HEADING_NOISE.sub("", plain)


def match_headings(
    record_type: str, headings: Sequence[Any], header_map: Mapping[str, str] | None = None
) -> dict[int, str]:
    """Return which column holds which field; a field is taken from the first column that names it.

    `header_map` (heading -> field, or "" to leave the column out) goes before the usual headings.

    Raises:
        ImportRefused: the map names a field that this type does not have.
    """
    columns = COLUMNS[record_type]
    mapped = {spell_heading(heading): field for heading, field in (header_map or {}).items()}
    unknown = sorted({field for field in mapped.values() if field and field not in columns})
    if unknown:
        raise ImportRefused(f"The map names {unknown[0]!r}; fields of {record_type}: {', '.join(columns)}.")
    known = _known_headings(record_type) | mapped
    found: dict[int, str] = {}
    for position, heading in enumerate(headings):
        field = known.get(spell_heading(heading), "")
        if field and field not in found.values():
            found[position] = field
    return found


def _known_headings(record_type: str) -> dict[str, str]:
    columns = COLUMNS[record_type]
    # A field's own name means the field, whatever another one is called by.
    known = {spell_heading(field): field for field in columns}
    for field, column in columns.items():
        for heading in column.headings:
            known.setdefault(spell_heading(heading), field)
    return known
