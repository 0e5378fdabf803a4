"""The shipped examples: enough of them for every intent, in both languages, and none that contradicts another."""

from __future__ import annotations

from collections import Counter

import pytest

from nlu.examples import ROLE_AUDIENCES, Example, labels_of_role, load_examples, rows_for_labels
from nlu.language import detect
from nlu.text import normalise

EXAMPLES = load_examples()
LABELS = sorted({example.label for example in EXAMPLES})
SHARED = {
    "greeting", "thanks", "goodbye", "bot_identity", "affirm", "deny", "cancel", "help", "question", "out_of_scope",
}  # fmt: skip
CUSTOMER = {"talk_to_person", "ticket_status", "ticket_add", "ticket_close", "complaint"}
STAFF = {"undo", "look_up", "list_tasks", "complete_task", "create_task"}
REP = {"log_interaction", "create_contact", "create_account"}
SUPPORT = {"list_tickets", "show_ticket", "answer_ticket", "close_ticket", "take_ticket", "add_knowledge"}


def test_every_role_has_its_intents() -> None:
    assert labels_of_role("customer", EXAMPLES) == SHARED | CUSTOMER
    assert labels_of_role("rep", EXAMPLES) == SHARED | STAFF | REP
    assert labels_of_role("support", EXAMPLES) == SHARED | STAFF | SUPPORT
    assert labels_of_role("manager", EXAMPLES) == SHARED | STAFF | REP | SUPPORT | {"summary"}
    assert labels_of_role("analyst", EXAMPLES) == SHARED | STAFF | {"summary"}
    assert labels_of_role("admin", EXAMPLES) == labels_of_role("supervisor", EXAMPLES)


@pytest.mark.parametrize("label", LABELS)
def test_an_intent_has_enough_examples_in_both_languages(label: str) -> None:
    languages = Counter(detect(example.text) for example in EXAMPLES if example.label == label)
    least = 250 if label in {"question", "out_of_scope"} else 40
    assert min(languages["zh"], languages["en"]) >= least


@pytest.mark.parametrize("role", ROLE_AUDIENCES)
def test_no_text_has_two_labels_for_one_role(role: str) -> None:
    rows = rows_for_labels(labels_of_role(role, EXAMPLES), EXAMPLES)
    labels: dict[str, set[str]] = {}
    for example in (EXAMPLES[row] for row in rows):
        labels.setdefault(normalise(example.text).lower(), set()).add(example.label)
    assert {text: found for text, found in labels.items() if len(found) > 1} == {}


def test_no_text_stands_twice_in_one_file() -> None:
    counts = Counter((e.audience, e.label, e.text) for e in EXAMPLES)
    assert [key for key, count in counts.items() if count > 1] == []


def test_examples_are_within_what_is_read(now: object) -> None:
    assert all(isinstance(example, Example) and len(example.text) < 500 for example in EXAMPLES)
