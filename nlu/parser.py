"""From a text to its meaning: normalisation, language, vector, intent and entities, in this order.

Promise: one call of the encoder for any number of texts, results in the order of the texts, nothing raised for any
text. Never: a database, a channel, a decision of what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlu.classifier import IntentClassifier, build_classifier
from nlu.examples import Example, labels_of_role, load_examples
from nlu.features import encode_features
from nlu.language import detect
from nlu.text import normalise
from nlu.understanding import (
    OUT_OF_SCOPE,
    Encoder,
    Entity,
    IntentScore,
    ParseContext,
    Understanding,
    Vector,
    Vectors,
)

FindEntities = Callable[[str, ParseContext], tuple[Entity, ...]]
#: Names the intent of a text that a command's grammar is certain of, else None.
Recognise = Callable[[str, ParseContext], str | None]

#: How sure a grammar is that recognises a command, at least.
RECOGNISED_PROBABILITY = 0.97
#: Characters in which entities are sought: what is longer is a story, or an attack on patterns.
MAX_SEARCHED_CHARS = 4000
#: Intents that an understanding names, the chosen one included.
N_ALTERNATIVES = 5


#: Roles whose models are trained before the first message comes; a supervisor and an admin have a manager's.
PREPARED_ROLES = ("customer", "rep", "support", "manager", "analyst")


class _Learned:
    """A classifier with the intents of each role: exchanged as one, so that no message sees half of a change."""

    def __init__(self, classifier: IntentClassifier) -> None:
        self.classifier = classifier
        self._labels: dict[str, frozenset[str]] = {}

    def labels(self, role: str) -> frozenset[str]:
        if role not in self._labels:
            self._labels[role] = labels_of_role(role, self.classifier.examples)
        return self._labels[role]


class Parser:
    """Understands texts with an encoder, a classifier, and the finders of entities and commands."""

    def __init__(
        self,
        encoder: Encoder,
        classifier: IntentClassifier,
        find_entities: FindEntities,
        recognise: Recognise,
        cache_folder: Path | None = None,
    ) -> None:
        self.encoder = encoder
        self._find_entities = find_entities
        self._recognise = recognise
        self._cache_folder = cache_folder
        self._learned = _Learned(classifier)

    @property
    def classifier(self) -> IntentClassifier:
        """What tells intents apart at the moment."""
        return self._learned.classifier

    def learn(self, examples: Sequence[Example]) -> None:
        """Learn intents anew from these examples; messages are understood by the old ones until it is done."""
        learned = _Learned(build_classifier(examples, self.encoder, self._cache_folder))
        learned.classifier.prepare({learned.labels(role) for role in PREPARED_ROLES})
        self._learned = learned

    def parse(self, text: str, context: ParseContext) -> Understanding:
        """Understand one text, with the entities in it."""
        understanding = self.parse_many([(text, context)])[0]
        found = self._find_entities(understanding.text[:MAX_SEARCHED_CHARS], context) if understanding.text else ()
        return replace(understanding, entities=found)

    def parse_many(self, texts_and_contexts: Sequence[tuple[str, ParseContext]]) -> list[Understanding]:
        """Understand several texts with one call of the encoder; the result is in their order.

        Entities are not sought: each command reads those that it needs from the words.
        """
        texts = [normalise(text) for text, _context in texts_and_contexts]
        contexts = [context for _text, context in texts_and_contexts]
        features = self._encode(texts)
        worded = [row for row, text in enumerate(texts) if text]
        learned = self._learned
        ranked = learned.classifier.classify_many(
            [texts[row] for row in worded],
            features[worded],
            [learned.labels(contexts[row].role) for row in worded],
        )
        intents = dict(zip(worded, ranked, strict=True))
        vectors = features[:, : self.encoder.dim]
        return [self._understand(text, contexts[row], vectors[row], intents.get(row)) for row, text in enumerate(texts)]

    def labels(self, role: str) -> frozenset[str]:
        """Name the intents that a role can have."""
        return self._learned.labels(role)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """Encode the texts that are not empty; the others get zeros."""
        worded = [row for row, text in enumerate(texts) if text]
        fresh = encode_features(self.encoder, [texts[row] for row in worded])
        features = np.zeros((len(texts), fresh.shape[1] if worded else self.encoder.dim), np.float32)
        features[worded] = fresh
        return features

    def _understand(
        self, text: str, context: ParseContext, vector: Vector, scores: tuple[IntentScore, ...] | None
    ) -> Understanding:
        recognised = self._recognise(text, context) if scores else None
        scores = scores or (IntentScore(OUT_OF_SCOPE, 1.0),)
        if recognised is not None:
            scores = _prefer(recognised, scores)
        return Understanding(
            text=text,
            language=detect(text, context.language_hint),
            intent=scores[0].intent,
            probability=scores[0].probability,
            alternatives=scores[:N_ALTERNATIVES],
            entities=(),
            vector=vector,
        )


def _prefer(intent: str, scores: tuple[IntentScore, ...]) -> tuple[IntentScore, ...]:
    """Put the recognised intent first, with at least a grammar's probability; the others share the rest."""
    by_intent = {score.intent: score.probability for score in scores}
    believed = by_intent.pop(intent, 0.0)
    probability = max(believed, RECOGNISED_PROBABILITY)
    rest = (1 - probability) / max(1 - believed, 1e-12)
    others = tuple(IntentScore(name, share * rest) for name, share in by_intent.items())
    return (IntentScore(intent, probability), *others)


def load_parser(encoder_name: str, folder: Path, own_examples: Path | None = None) -> Parser:
    """Load the encoder and build a parser on it; what is unpacked, encoded and learned is kept in `folder`.

    Raises:
        EncoderUnavailable: the message says what to install or set.
        ExamplesInvalid: a file of `own_examples` cannot be read.
    """
    from nlu.encoder import load_encoder

    return build_parser(load_encoder(encoder_name, folder), folder, own_examples)


def build_parser(encoder: Encoder, folder: Path, own_examples: Path | None = None) -> Parser:
    """Build a parser on a loaded encoder, with the shipped examples and the company's own.

    `own_examples` is a folder of `<audience>/<label>.jsonl`, as `nlu/intents` is; it may be missing.
    """
    from nlu.commands import recognise
    from nlu.entities import find_entities

    examples = load_examples() + _load_own(own_examples)
    classifier = build_classifier(examples, encoder, folder)
    parser = Parser(encoder, classifier, find_entities, recognise, folder)
    classifier.prepare({parser.labels(role) for role in PREPARED_ROLES})
    return parser


def _load_own(folder: Path | None) -> tuple[Example, ...]:
    return load_examples(folder) if folder is not None else ()
