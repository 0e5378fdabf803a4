"""Whether what a turn wrote is what its label says: exact records, no more and no fewer.

A label is {"records": […]} with optional "says", {"outcome": "asked" | "refused"}, or {"any": [labels]}. A record of
a label names its type, its action and the fields that matter; a list of values means that any of them will do.
A write is wrong when a record was written that no accepted label names: a question is never one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.terminal_session import TurnResult

Fields = Mapping[str, Any]
#: words of a label that stand somewhere in the field
_CORES = frozenset({"title", "name", "address", "industry", "company", "website", "birthday"})
#: written in the turn, yet not what it was about
_BESIDE = frozenset({"user_account", "chat_identity"})


@dataclass(frozen=True)
class Verdict:
    """What a turn was worth."""

    is_right: bool
    is_wrong_write: bool


@dataclass(frozen=True)
class Tally:
    """What a set is worth: the share that is right, what was written wrongly, what is not right."""

    share: float
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.share:.1%} right, {len(self.wrong)} wrong writes"]
        lines += [f"wrong: {said}" for said in self.wrong]
        return "\n".join([*lines, *(f"missed: {said}" for said in self.missed if said not in self.wrong)])


def read_cases(file: Path) -> list[dict[str, Any]]:
    """Read a set's labelled cases, a line each."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def tally_sentences(cases: Sequence[Mapping[str, Any]], says: Callable[[Any], TurnResult]) -> Tally:
    """Judge every sentence by what it wrote."""
    return _tally([(case["text"], judge(case["expect"], says(case))) for case in cases])


def tally_dialogues(cases: Sequence[Mapping[str, Any]], plays: Callable[[Any], Sequence[TurnResult]]) -> Tally:
    """Judge every dialogue by all that it left."""
    return _tally([(str(case["turns"]), judge_dialogue(case["expect"], plays(case))) for case in cases])


def _tally(verdicts: Sequence[tuple[str, Verdict]]) -> Tally:
    wrong = tuple(said for said, verdict in verdicts if verdict.is_wrong_write)
    missed = tuple(said for said, verdict in verdicts if not verdict.is_right)
    return Tally(1 - len(missed) / len(verdicts), wrong, missed)


def judge(expect: Mapping[str, Any], result: TurnResult) -> Verdict:
    """Compare a turn's result with its label."""
    labels = expect.get("any", [expect])
    right = any(_is_right(label, result) for label in labels)
    wrong = not right and any(all(not _fits_any(record, label) for label in labels) for record in written(result))
    return Verdict(right, wrong)


def judge_dialogue(expect: Mapping[str, Any], turns: Sequence[TurnResult]) -> Verdict:
    """Compare what all turns of a dialogue wrote together with its label; its outcome is that of the last turn."""
    records = [record for turn in turns for record in turn.records]
    return judge(expect, replace(turns[-1], records=records))


def written(result: TurnResult) -> list[dict[str, Any]]:
    """Return the records that a turn wrote."""
    return [record for record in result.records if record["type"] not in _BESIDE]


def _is_right(label: Mapping[str, Any], result: TurnResult) -> bool:
    records = written(result)
    if "outcome" in label:
        return result.outcome == label["outcome"] and not records
    text = "\n".join(reply["text"] for reply in result.replies)
    said = all(_says(text, words) for words in label.get("says", ()))
    return said and _match(label["records"], records)


def _says(text: str, words: str | Sequence[str]) -> bool:
    spellings = [words] if isinstance(words, str) else words
    return any(spelling.replace(" ", "") in text.replace(" ", "") for spelling in spellings)


def _match(expected: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether every expected record was written once, and nothing else."""
    left = list(records)
    for want in sorted(expected, key=lambda want: bool(want.get("optional"))):
        found = next((record for record in left if fits(record, want)), None)
        if found is not None:
            left.remove(found)
        elif not want.get("optional"):
            return False
    return not left


def _fits_any(record: Mapping[str, Any], label: Mapping[str, Any]) -> bool:
    return any(fits(record, want) for want in label.get("records", ()))


def fits(record: Mapping[str, Any], want: Mapping[str, Any]) -> bool:
    """Tell whether a written record is the one that a label names."""
    if record["type"] != want["type"] or record["action"] not in _values(want["action"]):
        return False
    return all(
        any(_equal(name, record["fields"], value) for value in _choices(name, accepted))
        for name, accepted in want["fields"].items()
    )


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _choices(name: str, accepted: Any) -> list[Any]:
    return [accepted] if name in {"contacts", "tags"} else _values(accepted)


def _equal(name: str, fields: Fields, want: Any) -> bool:
    got = _text_of(fields) if name == "title" and "title" not in fields else fields.get(name)
    if name == "contacts":
        return sorted(got or ()) == sorted(want)
    if name == "tags":
        return set(want) <= set(got or ())
    if name in _CORES:
        return str(want).casefold() in str(got).casefold()
    if name.endswith("_at") and got is not None:
        return _same_time(str(got), want)
    return str(got) == str(want)


def _text_of(fields: Fields) -> str:
    return " ".join(str(fields.get(name) or "") for name in ("title", "description", "summary", "name"))


def _same_time(got: str, want: str) -> bool:
    """Compare to the minute, or to the local day where the label names a day only."""
    at = datetime.fromisoformat(got)
    if "T" not in want:
        return f"{at:%Y-%m-%d}" == want
    return at.replace(second=0) == datetime.fromisoformat(want)
