"""'New contact Li Na, buyer at Acme, 13800001111' / '新增联系人…': a contact, checked for duplicates first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.handlers.rep import _changes
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import RECORDERS, Example, Outcome
from crm_core import customers
from crm_core.matching import find_duplicates
from nlu.commands import create_contact
from nlu.commands._fields import read_value
from nlu.commands.create_contact import CreateContact
from nlu.understanding import Moment

INTENT = "create_contact"


def fill(form: Form) -> Outcome:
    """Write the contact; an account that is in doubt or a likely duplicate is asked about first."""
    request = _request(form)
    account = None
    if request.account:
        account = form.party("account", request.account, kind="account", makes=("account",))
    elif request.is_successor and form.about is not None and form.about.account_id is not None:
        account = form.account(form.about.account_id)
    _check_duplicates(form, request)
    contact = customers.create_contact(
        form.turn.session,
        form.turn.actor,
        name=request.name,
        account_id=account.id if account else None,
        title=request.title,
        mobile=request.mobile,
        email=request.email,
        **_details(form, request),
    )
    known = (contact.title, account.name if account else None, contact.mobile, contact.email)
    facts = " · ".join(fact for fact in known if fact)
    text = say(zh=f"已新建联系人：{contact.name} {facts}", en=f"Contact created: {contact.name} {facts}")
    if account is None:
        text += say(zh="\n还没有公司，直接回复公司名就能补上。", en="\nNo company yet: reply with its name to add it.")
    return form.done(text)


def _details(form: Form, request: CreateContact) -> dict[str, Any]:
    """Return what else a form told: in its field, and what has none as an attribute with its label."""
    values: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    for name, words in request.details:
        value = read_value(name, words, form.context) if name in {"birthday", "decision_role", "language"} else None
        if isinstance(value, Moment):
            values[name] = _changes.day_of(form, value)
        elif isinstance(value, str):
            values[name] = value
        else:
            attributes[name] = words
    return {**values, "attributes": attributes} if attributes else values


def _request(form: Form) -> CreateContact:
    request = create_contact.read(form.text, form.context)
    answer = form.given("name")
    if answer and (request is None or not request.name):
        _ask_who(form, answer)
        told, asked = create_contact.read_person(answer, form.context), request
        # 'a new contact at Globex', and who it is only now
        request = replace(told, account=told.account or (asked.account if asked else None) or form.given("company"))
    if request is None or not request.name:
        form.ask(
            "name",
            say(
                zh="请说姓名和公司，例如：新增联系人 李娜，华为采购经理，手机13800001111",
                en="Tell me the name and company, for example: new contact Li Na, buyer at Acme, 13800001111",
            ),
            (form.cancel,),
        )
    return request


#: what stands beside a company that answers who is new: 是大龙汽配的, 'from Orion'
_BESIDE = re.compile(
    r"^(?:是|在|来自|(?:from|at|with|for|of)\s+)+|(?:的人?|公司的?|那边的?|[\s。.!！])+$", re.IGNORECASE
)


def _ask_who(form: Form, answer: str) -> None:
    """Ask for the name where only the company was told: a company is nobody's name.

    Raises:
        Interrupted: it is asked for.
    """
    turn, said = form.turn, _BESIDE.sub("", answer.strip())
    company = turn.services.directory.find_account(turn.session, turn.actor, said) if said else None
    if company is None:
        return
    given = {key: words for key, words in form.data.get("given", {}).items() if key != "name"}
    known = replace(form, data={**form.data, "given": {**given, "company": company.name}})
    known.ask(
        "name",
        say(zh=f"{company.name}的哪一位？请说姓名。", en=f"Who is it at {company.name}? Tell me the name."),
        (form.cancel,),
    )


def _check_duplicates(form: Form, request: CreateContact) -> None:
    found = find_duplicates(
        form.turn.session,
        form.turn.actor,
        record_type="contact",
        name=request.name,
        mobile=request.mobile,
        email=request.email,
    )
    shown = [one for one in found if one.is_visible and (one.reason != "name" or one.similarity >= 1)]
    names = "、".join(one.name for one in shown)
    if names:
        form.confirm(
            "anyway",
            say(
                zh=f"可能已有同一个人：{names}。还要新建吗？",
                en=f"This may be the same person: {names}. Create anyway?",
            ),
            yes=say(zh="仍然新建", en="Create anyway"),
        )


HANDLER = form_handler(
    intent=INTENT,
    roles=RECORDERS,
    reads=create_contact.read,
    fill=fill,
    examples=(
        Example(
            zh="新增联系人 李娜，华为采购经理，手机13800001111", en="new contact Li Na, buyer at Acme, 13800001111"
        ),
    ),
    min_probability=0.6,
)
