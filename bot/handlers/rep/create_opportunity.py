"""'New deal with Acme: gift boxes, 50k, closing Dec 20' / '给恒信地产建个商机：…': an opportunity with its account."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.directory import Candidate
from bot.handlers.rep import _changes, _echo
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from nlu.commands import create_opportunity
from nlu.commands.create_opportunity import CreateOpportunity
from nlu.entities.money import find as find_money

INTENT = "create_opportunity"
#: where the account's name ends in an answer that goes on
_NAME_END = re.compile(r"\s*[,，:：;；\n]\s*")


def fill(form: Form) -> Outcome:
    """Find the account, write the deal and echo it."""
    form = _with_account(form)
    request = _request(form)
    if request is None:
        form.ask(
            "text",
            say(
                zh="请说客户、内容和金额，例如：给恒信地产建个商机：春节礼盒，30万，下个月底成交",
                en="Tell me the account, what it is about and the amount, for example: new deal with Acme: gift boxes, "
                "50k, closing end of next month",
            ),
        )
    account = _account(form, request)
    if not request.title and request.amount is None:
        form.ask(
            "title",
            say(zh="是什么商机？例如：春节礼盒，30万", en="What is the deal about? For example: gift boxes, 50k"),
            (form.cancel,),
        )
    values: dict[str, Any] = {}
    if request.amount is not None:
        _changes.confirm_amount(form, request.amount, "amount")
        values |= {"amount": request.amount.amount, "currency": request.amount.currency}
    if request.expected_close is not None:
        values["expected_close"] = _changes.day_of(form, request.expected_close)
    if request.stage is not None:
        values["stage"] = request.stage
    title = _title(form, request, account)
    deal = deals.create_opportunity(form.turn.session, form.turn.actor, account_id=account.id, name=title, **values)
    text = _echo.say_created(form, deal, say(zh="商机", en="Deal"))
    if deal.amount is None:
        text += say(
            zh="\n还没有金额，直接回复就能补上，例如：20万", en="\nNo amount yet: reply with it to add it, like 20k."
        )
    return form.done(text)


def _with_account(form: Form) -> Form:
    """Part an answer that names more than the account, or something else: 'Acme: gift boxes, 50k', 18万, 叫智能排课."""
    given = dict(form.data.get("given", {}))
    answer = str(given.get("account", ""))
    if not answer:
        return form
    name, _, rest = _NAME_END.sub("\n", answer, count=1).partition("\n")
    named = _account_in(form, name)
    if _CALLED.match(answer) or (named is None and find_money(answer, form.context)):
        del given["account"]
        rest = answer
    elif named is not None:
        given["account"], beside = named
        rest = "，".join(words for words in (beside, rest) if words)
    elif rest:
        given["account"] = name
    if rest:
        given["title"] = "，".join(words for words in (str(given.get("title", "")), rest) if words)
    return replace(form, data={**form.data, "given": given})


#: what leads to a deal's name, or to its account, in an answer
_CALLED = re.compile(
    r"^(?:(?:项目|商机|名字|名称|标题)?(?:就)?(?:叫|是叫|名为)(?:做|作)?"
    r"|(?:it'?s |it is |that'?s )?(?:called|named)\s+)\s*",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"^(?:给|跟|和|与|为|是|的|with|for|from|at|it'?s|,|，|:|：|\s)+|(?:的|那边|公司|for|with|from|\s|,|，)+$",
    re.IGNORECASE,
)


def _account_in(form: Form, words: str) -> tuple[str, str] | None:
    """Return the one known account that stands in words, and what stands beside it; None for none or several."""
    find_names = form.context.find_names
    known = [one for one in find_names(words) if not one.is_colleague] if find_names else []
    if len(known) != 1 or known[0].is_person:
        return None
    one = known[0]
    rest = f"{words[: one.start]} {words[one.end :]}".strip()
    for _ in range(2):
        rest = _BESIDE.sub("", rest)
    return words[one.start : one.end], rest


def _request(form: Form) -> CreateOpportunity | None:
    """Read the order, with what was said later of what the deal is about."""
    request = create_opportunity.read(form.text, form.context)
    told = form.given("title")
    told = _CALLED.sub("", told) if told else None
    more = create_opportunity.read(f"新建商机：{told}", form.context) if told else None
    if request is None or more is None:
        return request
    return replace(
        request,
        title=more.title or request.title,
        amount=more.amount or request.amount,
        expected_close=more.expected_close or request.expected_close,
        stage=more.stage or request.stage,
    )


def _account(form: Form, request: CreateOpportunity) -> Candidate:
    """Find the account: the one that was named, the one whose name stands in the title, else ask."""
    mention = request.account or next(iter(_named(form, request.title)), None)
    is_open = form.given("account") is None and form.settled("account") is None
    if mention is None and is_open and form.about is not None and form.about.account_id is not None:
        return form.account(form.about.account_id)
    if mention is None and is_open:
        form.ask("account", say(zh="是哪个客户的商机？", en="Which account is the deal with?"), (form.cancel,))
    party = form.party("account", mention or "", makes=("account",))
    if party.record_type == "account":
        return party
    if party.account_id is None:
        form.ask(
            "account",
            say(zh=f"{party.name}属于哪个客户？", en=f"Which account does {party.name} belong to?"),
            (form.cancel,),
        )
    return form.account(party.account_id)


def _named(form: Form, title: str) -> list[str]:
    return form.turn.services.directory.find_in(form.turn.session, title) if title else []


def _title(form: Form, request: CreateOpportunity, account: Candidate) -> str:
    return request.title or say(zh=f"{account.name} 商机", en=f"{account.name} deal").in_(form.turn.language)


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=create_opportunity.read,
    fill=fill,
    examples=(
        Example(
            zh="给恒信地产建个商机：春节礼盒，30万，下个月底成交",
            en="new deal with Acme: gift boxes, 50k, closing end of next month",
        ),
    ),
)
