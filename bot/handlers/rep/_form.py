"""A form: what a command still has to know, asked one question at a time, and nothing written before all is known.

The data of an open form is plain JSON: the command's own words, what was given in words and what was settled by a
button, so it survives a change of subject and a restart. Promise: a cancelled form leaves no trace. Never: a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NoReturn

from bot import agenda
from bot.directory import Candidate, RecordKind, Resolution
from bot.errors import BotError
from bot.handlers.rep import _parties
from bot.say import Choice, Draft, Text, say
from bot.turn import Dialogue, Example, Handler, Outcome, Turn
from bot.words import say_invalid
from crm_core.errors import InvalidField
from nlu import picking
from nlu.commands import correct
from nlu.commands._guards import is_affirmed, is_denied, is_no_order
from nlu.commands._mentions import Mention
from nlu.understanding import ParseContext

Reads = Callable[[str, ParseContext], object | None]
#: slots whose answer is a sentence
_WORDED = frozenset({"reason", "result", "confirmation"})
#: slots whose answer is a yes or no
_YES = "yes"


class Interrupted(BotError):
    """Something has to be asked, refused or said before the form can be filled in; nothing is written."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"interrupted: {outcome.kind}")
        self.outcome = outcome


@dataclass(frozen=True, kw_only=True)
class Form:
    """One command on its way to being complete."""

    turn: Turn
    intent: str
    #: text, said_at, given {slot: words}, settled {slot: [record type, id]}
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The words that gave the command."""
        return str(self.data["text"])

    @property
    def said_at(self) -> datetime:
        """When the command was given: relative times count from it."""
        return datetime.fromisoformat(self.data["said_at"])

    @property
    def context(self) -> ParseContext:
        """The context in which the command's words are read."""
        return self.turn.context_at(self.said_at)

    def given(self, slot: str) -> str | None:
        """Return the words that answered a question of ours."""
        found = self.data.get("given", {}).get(slot)
        return None if found is None else str(found)

    def settled(self, slot: str) -> tuple[str, int] | None:
        """Return the record that was chosen for a slot."""
        found = self.data.get("settled", {}).get(slot)
        return None if found is None else (str(found[0]), int(found[1]))

    @property
    def about(self) -> Candidate | None:
        """The customer whom the message wrote of before this part of it."""
        about = self.data.get("about")
        return None if about is None else _parties.candidate_of(self.turn, str(about[0]), int(about[1]))

    def ask(self, slot: str, text: Text, choices: Sequence[Choice] = ()) -> NoReturn:
        """Put a question; its answer is found under `given(slot)`.

        Raises:
            Interrupted: always.
        """
        dialogue = Dialogue(intent=self.intent, data={**self.data, "slot": slot})
        raise Interrupted(Outcome(kind="asked", replies=(Draft(text=text, choices=tuple(choices)),), dialogue=dialogue))

    def stop(self, kind: Any, text: Text, choices: Sequence[Choice] = ()) -> NoReturn:
        """Say something and leave the form.

        Raises:
            Interrupted: always.
        """
        raise Interrupted(Outcome(kind=kind, replies=(Draft(text=text, choices=tuple(choices)),)))

    def confirm(self, slot: str, text: Text, *, yes: Text) -> None:
        """Go on only after a yes.

        Raises:
            Interrupted: it has not been asked yet.
        """
        if self.given(slot) != _YES:
            agree = Choice(label=yes, intent=self.intent, arguments=self.answering(slot, _YES))
            self.ask(slot, text, (agree, self.cancel))

    def answering(self, slot: str, words: str) -> dict[str, Any]:
        """Return the arguments of a button that answers a slot in words."""
        return {"data": {**self.data, "given": {**self.data.get("given", {}), slot: words}}}

    def choosing(self, slot: str, record_type: str, record_id: int) -> dict[str, Any]:
        """Return the arguments of a button that chooses a record."""
        settled = {**self.data.get("settled", {}), slot: [record_type, record_id]}
        return {"data": {**self.data, "settled": settled}}

    @property
    def cancel(self) -> Choice:
        """The button that leaves the form."""
        which = {key: self.data[key] for key in ("text", "said_at")}
        return Choice(label=say(zh="取消", en="Cancel"), intent=self.intent, arguments={"cancel": True, "data": which})

    def party(
        self,
        slot: str,
        mention: Mention | str,
        *,
        kind: RecordKind | None = None,
        makes: tuple[RecordKind, ...] = ("contact", "account"),
    ) -> Candidate:
        """Find the account or contact that is meant; `makes` is what is offered to be created if nobody is.

        Raises:
            Interrupted: it is not certain who is meant, or nobody is.
            PermissionRefused: it is a colleague's.
        """
        chosen = self.settled(slot)
        if chosen is not None:
            return _parties.candidate_of(self.turn, *chosen)
        said, organisation = (mention, None) if isinstance(mention, str) else (mention.text, mention.organisation)
        corrected = self.given(slot)
        if corrected is not None:
            said, organisation = corrected, None
        found = self.turn.services.directory.resolve(
            self.turn.session, self.turn.actor, said, organisation=organisation, record_type=kind
        )
        if found.kind == "found":
            return found.candidates[0]
        if found.kind == "hidden":
            _parties.refuse(found)
        return self._ask_which(slot, found, makes, organisation)

    def account(self, account_id: int) -> Candidate:
        """Return an account that another record names.

        Raises:
            RecordNotFound, PermissionRefused: it is gone, or out of the person's reach.
        """
        return _parties.candidate_of(self.turn, "account", account_id)

    def _ask_which(
        self, slot: str, found: Resolution, makes: tuple[RecordKind, ...], organisation: str | None
    ) -> NoReturn:
        choices = [
            Choice(label=one.label, intent=self.intent, arguments=self.choosing(slot, one.record_type, one.id))
            for one in found.candidates
        ]
        if found.kind != "ambiguous":
            about = {"data": dict(self.data), "slot": slot, "mention": found.mention, "organisation": organisation}
            company = _parties.find_new_company(self.turn, found, organisation)
            choices += _parties.creations(found.mention, self.intent, about, makes, company)
        question = _parties.QUESTIONS[found.kind if makes or found.kind != "unknown" else "missing"](found.mention)
        self.ask(slot, question, (*choices, self.cancel))

    def done(self, text: Text, *, kind: Any = "done") -> Outcome:
        """Echo what was stored, with Undo."""
        undo = Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": self.turn.inbox_id})
        return Outcome(kind=kind, replies=(Draft(text=text, choices=(undo,)),))


Fill = Callable[[Form], Outcome]


def form_handler(
    *,
    intent: str,
    roles: frozenset[str],
    reads: Reads,
    fill: Fill,
    examples: tuple[Example, ...],
    min_probability: float = 0.9,
) -> Handler:
    """Build the handler of a command that is a form: `fill` writes, or interrupts itself to ask."""
    return Handler(
        intent=intent,
        roles=roles,
        run=partial(_run, intent, reads, fill),
        resume=partial(_resume, intent, reads, fill),
        press=partial(_press, intent, fill),
        examples=examples,
        min_probability=min_probability,
    )


def start(turn: Turn, intent: str, fill: Fill, data: Mapping[str, Any]) -> Outcome:
    """Fill a form in as far as it goes; a question or a value that breaks a rule leaves nothing written."""
    form = Form(turn=turn, intent=intent, data=data)
    try:
        with turn.session.begin_nested():
            return fill(form)
    except Interrupted as interrupted:
        return interrupted.outcome
    except InvalidField as error:
        question = Draft(text=say_invalid(error), choices=(form.cancel,))
        dialogue = Dialogue(intent=intent, data={**data, "slot": error.field})
        return Outcome(kind="asked", replies=(question,), dialogue=dialogue)


def _run(intent: str, reads: Reads, fill: Fill, turn: Turn) -> Outcome:
    """Take an order; what asks, denies or reports is none, however much it resembles one."""
    if reads(turn.text, turn.context) is None and is_no_order(turn.text):
        return _parties.say_nothing_done()
    data: dict[str, Any] = {"text": turn.text, "said_at": turn.now.isoformat()}
    if "about" in turn.arguments:
        data["about"] = list(turn.arguments["about"])
    if turn.arguments.get("after_question"):
        data["after_question"] = True
    return start(turn, intent, fill, data)


def _resume(intent: str, reads: Reads, fill: Fill, turn: Turn) -> Outcome:
    """Take words in answer to a question of ours: for its slot, or a whole new sentence."""
    data = dict(turn.dialogue.data) if turn.dialogue else {}
    if "slot" not in data or reads(turn.text, turn.context) is not None:
        return _run(intent, reads, fill, turn)
    if is_denied(turn.text):
        return _parties.say_cancelled()
    if picking.is_none(turn.text) or picking.is_all(turn.text):
        return _parties.ask_for_name(intent, data)
    mended = mend(data, turn)
    if mended is not None:
        return start(turn, intent, fill, mended)
    slot = str(data["slot"])
    if slot in _WORDED and not any(char.isalpha() for char in turn.text):
        return start(turn, intent, fill, data)  # '2' is no reason: it is asked again
    words = _YES if is_affirmed(turn.text) else turn.text
    return start(turn, intent, fill, {**data, "given": {**data.get("given", {}), slot: words}})


def mend(data: Mapping[str, Any], turn: Turn) -> dict[str, Any] | None:
    """Correct the sentence that our question came from: '不是张伟是章伟'; None if the words correct nothing in it."""
    said = correct.read(turn.text, turn.context)
    if said is None or not said.wrong or said.wrong not in data["text"]:
        return None
    return {"text": data["text"].replace(said.wrong, said.right), "said_at": data["said_at"]}


def _press(intent: str, fill: Fill, turn: Turn) -> Outcome:
    arguments = turn.arguments
    if arguments.get("cancel"):
        return _parties.say_cancelled()
    data = dict(arguments["data"])
    if not agenda.is_open(turn, intent, data):
        return _parties.say_closed()
    if "create" in arguments:
        made = _parties.create(turn, str(arguments["create"]), str(arguments["mention"]), arguments.get("organisation"))
        data["settled"] = {**data.get("settled", {}), str(arguments["slot"]): list(made)}
    return start(turn, intent, fill, data)
