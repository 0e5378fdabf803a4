from __future__ import annotations

from nlu.classifier import build_classifier
from nlu.conflicts import find_conflicts
from nlu.examples import Example
from nlu.testing import HashEncoder

COLOURS = ["red", "green", "blue", "yellow", "purple", "orange", "black", "white", "brown", "pink"]
CITIES = ["berlin", "paris", "london", "madrid", "rome", "vienna", "prague", "oslo", "dublin", "athens"]
GOOD = [Example(f"paint the {colour} wall", "paint") for colour in COLOURS]
GOOD += [Example(f"fly me to {city}", "travel") for city in CITIES]
LABELS = frozenset({"paint", "travel"})


def test_examples_in_their_place_are_no_conflict() -> None:
    assert find_conflicts(build_classifier(GOOD, HashEncoder()), LABELS) == []


def test_an_example_in_another_intent_is_found_with_its_like() -> None:
    wrong = Example("paint the grey wall", "travel")
    (found,) = find_conflicts(build_classifier([*GOOD, wrong], HashEncoder()), LABELS)
    assert (found.text, found.label, found.other_label, found.audience) == (
        "paint the grey wall", "travel", "paint", "shared",
    )  # fmt: skip
    assert found.other_text in {example.text for example in GOOD if example.label == "paint"}
    assert found.probability >= 0.5
    assert not found.is_duplicate


def test_the_same_words_in_two_intents_are_found_first() -> None:
    twins = [Example("Fly me to rome", "paint"), Example("paint the grey wall", "travel")]
    found = find_conflicts(build_classifier([*GOOD, *twins], HashEncoder()), LABELS)
    assert {(one.text, one.other_text) for one in found if one.is_duplicate} == {
        ("Fly me to rome", "fly me to rome"),
        ("fly me to rome", "Fly me to rome"),
    }
    assert [one.is_duplicate for one in found] == sorted((one.is_duplicate for one in found), reverse=True)
    assert "is_duplicate" in found[0].to_dict()
