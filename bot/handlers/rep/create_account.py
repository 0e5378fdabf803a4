"""'New customer Acme Ltd' / '新建客户 悦购超市': an account, checked for duplicates first."""

from __future__ import annotations

from typing import Any

from bot.handlers.rep import _changes, _echo, _parties
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from crm_core import customers
from crm_core.customer_fields import ACCOUNT_RULES
from crm_core.errors import PermissionRefused
from crm_core.matching import find_duplicates
from nlu.commands import create_account
from nlu.commands._fields import read_value
from nlu.commands.create_account import CreateAccount
from nlu.entities.money import Money
from nlu.understanding import Moment

INTENT = "create_account"


def fill(form: Form) -> Outcome:
    """Write the account; a likely duplicate is asked about first."""
    request = create_account.read(form.text, form.context)
    name = (request.name if request else "") or form.given("name")
    if not name:
        form.ask(
            "name",
            say(zh="客户名称是什么？例如：悦购超市", en="What is the account's name? For example: Acme Ltd"),
            (form.cancel,),
        )
    _check_duplicates(form, name)
    account = customers.create_account(
        form.turn.session, form.turn.actor, name=name, **(_details(form, request) if request else {})
    )
    text = say(
        zh=f"已新建客户：{account.name}（{account.code}）", en=f"Account created: {account.name} ({account.code})"
    )
    return form.done(text + _echo.say_fields(form, account))


def _check_duplicates(form: Form, name: str) -> None:
    turn = form.turn
    found = find_duplicates(turn.session, turn.actor, record_type="account", name=name)
    called = turn.services.directory.resolve(turn.session, turn.actor, name, record_type="account")
    if called.kind == "hidden":
        _parties.refuse(called)
    others = next((one.id for one in found if not one.is_visible and one.similarity >= 1), None)
    if others is not None:
        raise PermissionRefused("read", "account", others, reason="created again, and a colleague's")
    known = [one.name for one in called.candidates if called.kind in {"found", "ambiguous"}]
    names = "、".join(dict.fromkeys([*known, *(one.name for one in found if one.is_visible)]))
    if names:
        form.confirm(
            "anyway",
            say(zh=f"已有相近的客户：{names}。还要新建吗？", en=f"There is a similar account: {names}. Create anyway?"),
            yes=say(zh="仍然新建", en="Create anyway"),
        )


def _details(form: Form, request: CreateAccount) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field, words in request.details:
        value = [words] if field in {"tags", "short_names"} else read_value(field, words, form.context)
        if value is None or field in {"owner", "account", "status", "name"}:
            continue
        if isinstance(value, Money):
            values |= {"annual_amount": value.amount, "currency": value.currency}
        elif field in ACCOUNT_RULES:
            values[field] = _changes.day_of(form, value) if isinstance(value, Moment) else value
    return values


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=create_account.read,
    fill=fill,
    examples=(
        Example(zh="新建客户 悦购超市", en="new customer Acme Ltd"),
        Example(zh="新建客户 悦购超市，零售行业，A级，来源展会", en="new customer Acme Ltd, industry retail, level A"),
    ),
    min_probability=0.6,
)
