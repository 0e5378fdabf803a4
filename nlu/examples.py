"""Labelled example texts: reads them from files, and knows which of them count for which role.

Promise: a bad line is named by file and number, never skipped. Never: a model.
The folder is the register: `nlu/intents/<audience>/<label>.jsonl` holds the examples of an intent that an audience
may have; a file of a label that `shared` has too adds the audience's own near misses to it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.errors import ExamplesInvalid
from nlu.understanding import OUT_OF_SCOPE

SHIPPED_FOLDER = Path(__file__).parent / "intents"
SHARED = "shared"
#: Whose intents a role has, beside `shared`. Permission is checked elsewhere; this is what is understood.
ROLE_AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer",),
    "rep": ("staff", "rep"),
    "support": ("staff", "support"),
    "supervisor": ("staff", "rep", "support", "manager"),
    "manager": ("staff", "rep", "support", "manager"),
    "admin": ("staff", "rep", "support", "manager"),
    "analyst": ("staff", "manager"),
}
#: What data sets write for "none of these intents", in lower case.
_OUT_OF_SCOPE_WORDS = frozenset({"", "oos", "out_of_scope", "out-of-scope", "out of scope", "none", "null", "ood"})


@dataclass(frozen=True)
class Example:
    """A text and the intent that it has."""

    text: str
    label: str
    audience: str = SHARED


def read_examples(path: Path, audience: str = SHARED) -> list[Example]:
    """Read labelled texts in order: JSON lines `{"text", "label"}`, or where the name ends in .csv a table.

    A table has a row of names with `text` and `label` (or `intent`) in it. Blank lines and a byte order mark are
    passed over. A label of null, none at all in a table, or a usual word for it such as "oos", becomes
    `out_of_scope`.

    Raises:
        ExamplesInvalid: the file cannot be read (line 0), or a line is not such an object.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesInvalid(str(path), 0, f"cannot be read as UTF-8 text: {error}") from error
    if path.suffix.lower() == ".csv":
        return _read_table(str(path), content, audience)
    lines = ((number, line) for number, line in enumerate(content.split("\n"), 1) if line.strip())
    return [_parse_line(str(path), number, line, audience) for number, line in lines]


def _read_table(path: str, content: str, audience: str) -> list[Example]:
    reader = csv.DictReader(io.StringIO(content, newline=""))
    names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    label_name = names.get("label", names.get("intent"))
    if "text" not in names or label_name is None:
        raise ExamplesInvalid(path, 1, "needs a first row with the names text and label")
    examples = []
    try:
        for row in reader:
            text = row[names["text"]] or ""
            if not text.strip():
                raise ExamplesInvalid(path, reader.line_num, "needs a text that is not empty")
            examples.append(Example(text, canonical_label(row[label_name]), audience))
    except csv.Error as error:
        raise ExamplesInvalid(path, reader.line_num, f"not a table: {error}") from error
    return examples


def _parse_line(path: str, number: int, line: str, audience: str) -> Example:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ExamplesInvalid(path, number, f"not a JSON object: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise ExamplesInvalid(path, number, 'needs {"text": "…", "label": "…"} with a text that is not empty')
    label = row.get("label", "missing" if "label" not in row else None)
    if "label" not in row or not isinstance(label, str | None):
        raise ExamplesInvalid(path, number, 'needs a "label": an intent\'s name, or null for out of scope')
    return Example(row["text"], canonical_label(label), audience)


def canonical_label(label: str | None) -> str:
    """Give the label itself, or `out_of_scope` for null and the words that data sets use for it."""
    return OUT_OF_SCOPE if label is None or label.strip().lower() in _OUT_OF_SCOPE_WORDS else label.strip()


def load_examples(*folders: Path) -> tuple[Example, ...]:
    """Load the examples of `<folder>/<audience>/<label>.jsonl` of all folders; without one, those shipped.

    Raises:
        ExamplesInvalid: a line is unreadable, or its label is not the name of its file.
    """
    examples: list[Example] = []
    for folder in folders or (SHIPPED_FOLDER,):
        for path in sorted(folder.glob("*/*.jsonl")):
            examples += _load_label(path)
    return tuple(examples)


def _load_label(path: Path) -> Iterable[Example]:
    examples = read_examples(path, audience=path.parent.name)
    for example in examples:
        if example.label != path.stem:
            raise ExamplesInvalid(str(path), 0, f"holds the label {example.label!r}; its name promises {path.stem!r}")
    return examples


def labels_of_role(role: str, examples: Iterable[Example]) -> frozenset[str]:
    """Name the intents that a role can have; an unknown role has a customer's."""
    audiences = {SHARED, *ROLE_AUDIENCES.get(role, ROLE_AUDIENCES["customer"])}
    return frozenset(example.label for example in examples if example.audience in audiences)


def rows_for_labels(labels: frozenset[str], examples: Sequence[Example]) -> list[int]:
    """Choose the examples that a model of these labels learns from.

    Besides the shared ones they are those of the audiences that have an intent of their own among the labels: "my
    tasks" is out of scope for a customer and an intent for a rep, and each file says so to its own audience only.
    """
    shared = {example.label for example in examples if example.audience == SHARED}
    audiences = {e.audience for e in examples if e.label in labels and e.label not in shared} | {SHARED}
    return [row for row, e in enumerate(examples) if e.label in labels and e.audience in audiences]
