"""'Merge Acme Ltd into Acme' / '把悦购和悦购超市合并': two records of one customer become one, after a preview."""

from __future__ import annotations

from bot.directory import Candidate
from bot.handlers.rep._form import Form, form_handler
from bot.say import Choice, Text, say
from bot.turn import SELLERS, Example, Outcome
from crm_core import customers, merging
from crm_core.permissions import require
from nlu.commands import merge_records

INTENT = "merge_records"


def fill(form: Form) -> Outcome:
    """Find both, show what would happen, and merge after a yes."""
    request = merge_records.read(form.text, form.context)
    if request is None:
        form.ask(
            "text",
            say(zh="要合并哪两个？例如：把悦购合并到悦购超市", en="Which two? For example: merge Acme Ltd into Acme"),
        )
    kind = request.record_type
    drop = form.party("drop", request.drop, kind=kind, makes=())  # type: ignore[arg-type]
    keep = form.party("keep", request.keep, kind=drop.record_type, makes=())
    if keep.id == drop.id:
        form.stop("answered", say(zh=f"两个名称都是{keep.name}，没有可合并的。", en=f"Both names mean {keep.name}."))
    if form.given("keeps") == "drop" or (not request.is_directed and form.given("keeps") is None):
        keep, drop = _choose(form, keep, drop)
    return _merge(form, keep, drop)


def _choose(form: Form, keep: Candidate, drop: Candidate) -> tuple[Candidate, Candidate]:
    if form.given("keeps") == "drop":
        return drop, keep
    text = say(
        zh=f"{drop.label.zh} 和 {keep.label.zh} 合并后保留哪一个？两边的历史都会保留。",
        en=f"Which one stays, {drop.label.en} or {keep.label.en}? The history of both is kept.",
    )
    return form.ask("keeps", text, (_keeps(form, drop, "drop"), _keeps(form, keep, "keep"), form.cancel))


def _keeps(form: Form, one: Candidate, which: str) -> Choice:
    arguments = form.answering("keeps", which)
    arguments["data"]["given"]["sure"] = "yes"
    return Choice(label=say(zh=f"保留 {one.label.zh}", en=f"Keep {one.label.en}"), intent=INTENT, arguments=arguments)


def _merge(form: Form, keep: Candidate, drop: Candidate) -> Outcome:
    session, actor = form.turn.session, form.turn.actor
    get = customers.get_account if keep.record_type == "account" else customers.get_contact
    for one in (keep, drop):
        require(actor, "update", get(session, actor, one.id))
    form.confirm(
        "sure",
        say(
            zh=f"把 {drop.label.zh} 合并到 {keep.label.zh}：联系人、互动、商机、任务都会移过去。确认吗？",
            en=f"Merge {drop.label.en} into {keep.label.en}? Contacts, interactions, deals and tasks move over.",
        ),
        yes=say(zh="合并", en="Merge"),
    )
    if keep.record_type == "account":
        kept, gone = customers.get_account(session, actor, keep.id), customers.get_account(session, actor, drop.id)
        done = merging.merge_accounts(session, actor, keep=kept, drop=gone)
    else:
        person, other = customers.get_contact(session, actor, keep.id), customers.get_contact(session, actor, drop.id)
        done = merging.merge_contacts(session, actor, keep=person, drop=other)
    moved = ", ".join(f"{count} {name}" for name, count in done.moved.items() if count)
    return form.done(
        say(zh=f"已合并：{drop.name} → {keep.name}", en=f"Merged: {drop.name} → {keep.name}")
        + Text(zh=f"（{moved}）" if moved else "", en=f" ({moved})" if moved else "")
    )


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=merge_records.read,
    fill=fill,
    examples=(Example(zh="把悦购合并到悦购超市", en="merge Acme Ltd into Acme"),),
)
