"""Finding out with whom something happened: ask, offer to create, refuse; never attach on a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.directory import Candidate, RecordKind, Resolution
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import Dialogue, Outcome, Turn
from crm_core import customers
from crm_core.errors import PermissionRefused

#: a person and the company that was said with him, both new
WITH_COMPANY = "contact_with_account"
#: what was settled by a button or an answer: the mention's number -> (record type, id)
Settled = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Named:
    """A person or company as said; `organisation` is the company that was said with a person."""

    text: str
    organisation: str | None = None


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Everybody that a sentence names, found."""

    contacts: tuple[Candidate, ...] = ()
    accounts: tuple[Candidate, ...] = ()

    @property
    def account_id(self) -> int | None:
        """The account that it was about: the one named, else the contacts' own."""
        if self.accounts:
            return self.accounts[0].id
        return next((contact.account_id for contact in self.contacts if contact.account_id), None)

    @property
    def names(self) -> str:
        """The people's names, else the companies'."""
        return "、".join(one.name for one in (self.contacts or self.accounts))

    @property
    def names_en(self) -> str:
        """The same, joined the English way."""
        return ", ".join(one.name for one in (self.contacts or self.accounts))


def find_parties(
    turn: Turn, mentions: Sequence[Named], settled: Settled, *, intent: str, data: Mapping[str, Any]
) -> Parties | Outcome:
    """Resolve every mention, or return the question (or refusal) that stands in the way; nothing is written then."""
    found: list[Candidate] = []
    for number, mention in enumerate(mentions):
        fixed = _settled(turn, settled.get(str(number)))
        if fixed is not None:
            found.append(fixed)
            continue
        within = next((one.id for one in found if one.record_type == "account"), None)
        resolution = turn.services.directory.resolve(
            turn.session, turn.actor, mention.text, organisation=mention.organisation, within=within
        )
        if resolution.kind != "found":
            asked_for = {**data, "settled": dict(settled), "organisation": mention.organisation}
            company = find_new_company(turn, resolution, mention.organisation)
            return _ask(resolution, number, intent=intent, data=asked_for, company=company)
        found.append(resolution.candidates[0])
    return Parties(
        contacts=tuple(one for one in found if one.record_type == "contact"),
        accounts=tuple(one for one in found if one.record_type == "account"),
    )


def settle(turn: Turn) -> dict[str, Any] | None:
    """Return the dialogue's data with the pressed choice settled; a record is created if that was chosen.

    None when the choice was 'cancel'.
    """
    arguments = turn.arguments
    if arguments.get("cancel"):
        return None
    data = dict(arguments["data"])
    chosen: tuple[str, int] | None = None
    if "create" in arguments:
        chosen = create(turn, str(arguments["create"]), str(arguments["mention"]), data.get("organisation"))
    elif "record" in arguments:
        chosen = (str(arguments["record"][0]), int(arguments["record"][1]))
    if chosen is not None:
        data["settled"] = {**data.get("settled", {}), str(arguments["number"]): list(chosen)}
    return data


def say_cancelled() -> Outcome:
    """Close the question without a trace."""
    return Outcome(
        kind="done",
        replies=(draft(zh="好的，已取消，什么都没有保存。", en="All right, cancelled. Nothing was saved."),),
    )


def ask_for_name(intent: str, data: Mapping[str, Any], choices: Sequence[Choice] = ()) -> Outcome:
    """Ask for the name where none of those that were offered is meant; the question stays open."""
    which = {key: data[key] for key in ("text", "said_at")}
    cancel = Choice(label=say(zh="取消", en="Cancel"), intent=intent, arguments={"cancel": True, "data": which})
    text = say(
        zh="好的，那是哪一个？请说全名，一次一个。", en="All right, which one then? Give the full name, one at a time."
    )
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=(*choices, cancel)),),
        dialogue=Dialogue(intent=intent, data=dict(data)),
    )


def say_nothing_done() -> Outcome:
    """Say that nothing was taken for an order."""
    reply = draft(
        zh="好的，我什么都没有做。要我做什么，直接说就行，回复“帮助”看例子。",
        en="All right, I did nothing. Just tell me what to do; reply 'help' for examples.",
    )
    return Outcome(kind="smalltalk", replies=(reply,))


def say_not_found(mention: str) -> Outcome:
    """Say that nothing of that name was found, and ask nothing."""
    return Outcome(kind="answered", replies=(draft(zh=f"没有找到“{mention}”。", en=f"I can't find '{mention}'."),))


def say_closed() -> Outcome:
    """Say that a button's question is not open any more."""
    reply = draft(
        zh="这个问题已经处理过或已关闭，没有再做任何事。",
        en="That question is closed already, so I did nothing more.",
    )
    return Outcome(kind="answered", replies=(reply,))


def refuse(found: Resolution) -> NoReturn:
    """Refuse what a colleague looks after: the turn says so, and nothing more; the trail keeps which record it was.

    Raises:
        PermissionRefused: always.
    """
    record_type, record_id = found.hidden or ("account", None)
    raise PermissionRefused("read", record_type, record_id, reason="named, and a colleague's")


def choice_of(candidate: Candidate, intent: str, about: Mapping[str, Any]) -> Choice:
    """Build the button that chooses a record."""
    arguments = {**about, "record": [candidate.record_type, candidate.id]}
    return Choice(label=candidate.label, intent=intent, arguments=arguments)


def _settled(turn: Turn, reference: Sequence[Any] | None) -> Candidate | None:
    return None if reference is None else candidate_of(turn, str(reference[0]), int(reference[1]))


def candidate_of(turn: Turn, kind: str, record_id: int) -> Candidate:
    """Return a chosen account or contact.

    Raises:
        RecordNotFound, PermissionRefused: it is gone, or no longer within the person's reach.
    """
    if kind == "account":
        account = customers.get_account(turn.session, turn.actor, record_id)
        return Candidate(
            record_type="account", id=account.id, name=account.name, account_id=account.id, account_name=None
        )
    contact = customers.get_contact(turn.session, turn.actor, record_id)
    account_name = None
    if contact.account_id is not None:
        account_name = customers.get_account(turn.session, turn.actor, contact.account_id).name
    return Candidate(
        record_type="contact",
        id=contact.id,
        name=contact.name,
        account_id=contact.account_id,
        account_name=account_name,
    )


def create(turn: Turn, kind: str, name: str, organisation: str | None) -> tuple[str, int]:
    """Create what the button says, with what was said already: a person's company, if it is surely known."""
    if kind == "account":
        return "account", customers.create_account(turn.session, turn.actor, name=name).id
    company = None
    if organisation:
        company = turn.services.directory.find_account(turn.session, turn.actor, organisation)
    account_id = company.id if company else None
    if kind == WITH_COMPANY and organisation and company is None:
        account_id = customers.create_account(turn.session, turn.actor, name=organisation).id
    return "contact", customers.create_contact(turn.session, turn.actor, name=name, account_id=account_id).id


def find_account_id(turn: Turn, mention: str) -> int | Outcome:
    """Return the account that is named, or whose person is; else what there is to say where nothing is asked.

    Raises:
        PermissionRefused: it is a colleague's.
    """
    found = turn.services.directory.resolve(turn.session, turn.actor, mention)
    if found.kind == "hidden":
        refuse(found)
    account_id = found.candidates[0].account_id if found.kind == "found" else None
    return account_id if account_id is not None else say_not_found(mention)


def find_new_company(turn: Turn, person: Resolution, organisation: str | None) -> str | None:
    """Return the company that was said with a person if nobody knows it, nor one like it.

    Raises:
        PermissionRefused: it is a colleague's, and so is the person, who is like nobody's.
    """
    if not organisation:
        return None
    found = turn.services.directory.resolve(turn.session, turn.actor, organisation, record_type="account")
    if found.kind == "hidden" and person.kind == "unknown":
        refuse(found)
    return organisation if found.kind == "unknown" else None


def _ask(
    resolution: Resolution, number: int, *, intent: str, data: Mapping[str, Any], company: str | None = None
) -> Outcome:
    if resolution.kind == "hidden":
        refuse(resolution)
    about = {"data": dict(data), "number": number, "mention": resolution.mention}
    options = [choice_of(one, intent, about) for one in resolution.candidates]
    if resolution.kind != "ambiguous":
        options += creations(resolution.mention, intent, about, company=company)
    cancel = {"cancel": True, "data": dict(data)}
    options.append(Choice(label=say(zh="取消", en="Cancel"), intent=intent, arguments=cancel))
    question = QUESTIONS[resolution.kind](resolution.mention)
    return Outcome(
        kind="asked",
        replies=(Draft(text=question, choices=tuple(options)),),
        dialogue=Dialogue(intent=intent, data={**data, "number": number, "mention": resolution.mention}),
    )


def creations(
    mention: str,
    intent: str,
    about: Mapping[str, Any],
    makes: Sequence[RecordKind] = ("contact", "account"),
    company: str | None = None,
) -> list[Choice]:
    """Build the buttons that create whom nobody knows; `company`: a new one, said with a person, is created too."""
    labels = {
        "contact": say(zh=f"新建联系人“{mention}”", en=f"New contact '{mention}'"),
        "account": say(zh=f"新建客户“{mention}”", en=f"New account '{mention}'"),
    }
    kinds = [each for each in labels if each in makes]
    if company and set(kinds) == set(labels):
        labels[WITH_COMPANY] = say(
            zh=f"新建客户“{company}”和联系人“{mention}”", en=f"New account '{company}' with contact '{mention}'"
        )
        kinds = [WITH_COMPANY, "contact"]
    return [Choice(label=labels[each], intent=intent, arguments={**about, "create": each}) for each in kinds]


def _say_ambiguous(mention: str) -> Text:
    return say(zh=f"有多个“{mention}”，你指的是哪一个？", en=f"There are several '{mention}'. Which one do you mean?")


def _say_near(mention: str) -> Text:
    return say(zh=f"没有找到“{mention}”，你指的是？", en=f"I can't find '{mention}'. Do you mean one of these?")


def _say_missing(mention: str) -> Text:
    return say(zh=f"没有找到“{mention}”，请换个说法。", en=f"I can't find '{mention}'. Who do you mean?")


def _say_unknown(mention: str) -> Text:
    return say(zh=f"没有找到“{mention}”，要新建吗？", en=f"I can't find '{mention}'. Shall I create it?")


#: how to ask who is meant, by what the name came to
QUESTIONS: Mapping[str, Callable[[str], Text]] = {
    "ambiguous": _say_ambiguous,
    "near": _say_near,
    "unknown": _say_unknown,
    "missing": _say_missing,
}
