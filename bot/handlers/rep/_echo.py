"""What was stored, in a line: the fields that a person would check."""

from __future__ import annotations

from bot.handlers.rep._form import Form
from bot.say import Text, say
from bot.words import say_field, say_value
from crm_core.database import Base
from crm_core.describe import describe

#: fields that are shown of a new record, in this order
SHOWN = (
    "account", "company", "title", "stage", "amount", "expected_close", "priority", "due_at", "mobile", "email",
    "industry", "level", "region", "source", "tags", "paid_at", "notes",
)  # fmt: skip


def say_created(form: Form, record: Base, kind: Text) -> Text:
    """Say that a record was created, with what was stored."""
    fields = describe(form.turn.session, record, form.turn.zone)
    name = fields.get("name") or fields.get("title") or fields.get("code") or ""
    return say(zh=f"已新建{kind.zh}：{name}", en=f"{kind.en} created: {name}") + say_fields(form, record)


def say_fields(form: Form, record: Base) -> Text:
    """Say what was stored, a line for each field."""
    fields = describe(form.turn.session, record, form.turn.zone)
    name = fields.get("name") or fields.get("title")
    text = Text(zh="", en="")
    for field in SHOWN:
        value = fields.get(field)
        if value in (None, "", []) or value == name:
            continue
        label, shown = say_field(field), say_value(value, form.turn.zone)
        unit = f" {fields.get('currency')}" if field == "amount" else ""
        text += Text(zh=f"\n{label.zh}：{shown.zh}{unit}", en=f"\n{label.en}: {shown.en}{unit}")
    return text
