"""Text to intents with calibrated probabilities, learned from example sentences in seconds.

Promise: of the texts given 0.9, nine in ten are right; the same examples and encoder give the same answers; safe
from several threads. What was encoded and learned is kept on disk, so that the next start only reads it.
Never: a decision of what to do about an uncertain text.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu import kernel
from nlu.calibration import Calibration, calibrated, fit_calibration
from nlu.classifier_cache import ClassifierCache, digest
from nlu.errors import NotTrained
from nlu.examples import Example, rows_for_labels
from nlu.features import encode_features, weigh_parts
from nlu.language import detect
from nlu.shipped_vectors import load_shipped_vectors
from nlu.text import normalise
from nlu.understanding import OUT_OF_SCOPE, Encoder, IntentScore, Language, Vector, Vectors
from nlu.wording import WordingIndex

#: Share of the examples that the refusal threshold gives up, by leave-one-out. It gave up 6.5% of clinc150's
#: validation texts, 3.3% of hwu64's and 2.6% of smp31's.
REFUSED_EXAMPLES = 0.04
#: Examples that are left out in turn for the calibration and the refusal threshold, drawn evenly.
JUDGED_EXAMPLES = 4000
#: More examples are thinned evenly by label: the model's memory grows with their square (1 GB at this number).
MAX_EXAMPLES = 16_000
EVERY_ROW = slice(None)
#: Texts of a language that its mean is taken from, at least; below, the mean of all stands in.
MIN_LANGUAGE_TEXTS = 30


@dataclass(frozen=True)
class Head:
    """The model of one set of labels."""

    #: the labels, sorted
    labels: tuple[str, ...]
    #: intp[n]: the examples that it learned from, sorted by label
    rows: npt.NDArray[np.intp]
    #: intp[n_labels]: where the examples of each label begin in `rows`
    starts: npt.NDArray[np.intp]
    #: float32[n, n_labels]
    weights: Vectors
    #: from scores to probabilities
    calibration: Calibration
    #: texts that are less familiar than this look like none of the labels, see `kernel.familiarity`
    refusal_threshold: float


class IntentClassifier:
    """Models over one set of examples, one for each set of labels that is asked for, trained when first asked."""

    def __init__(
        self,
        examples: Sequence[Example],
        features: Vectors,
        cache: ClassifierCache | None = None,
        *,
        dim: int | None = None,
    ) -> None:
        """Take the examples with their features, see `features.encode_features`; `dim` is the width of a part."""
        if not examples:
            raise NotTrained("there are no examples to learn intents from")
        self._dim = dim or features.shape[1]
        self._examples = tuple(examples)
        self._cache = cache
        self._key = _key(examples)
        texts = self._texts = [normalise(example.text) for example in examples]
        languages = [detect(text) for text in texts]
        self._means = _language_means(features, languages)
        self._vectors = self._centre(features, languages)
        self._wording = WordingIndex(texts)
        self._heads: dict[frozenset[str], Head] = {}
        self._lock = threading.Lock()

    @property
    def labels(self) -> frozenset[str]:
        """Every label that has examples."""
        return frozenset(example.label for example in self._examples)

    @property
    def examples(self) -> tuple[Example, ...]:
        """What it learns from."""
        return self._examples

    def classify(self, text: str, features: Vector, labels: frozenset[str]) -> tuple[IntentScore, ...]:
        """Score a normalised text with its features against the labels: all of them, best first, summing to 1."""
        return self.classify_many([text], features[None, :], [labels])[0]

    def classify_many(
        self, texts: Sequence[str], features: Vectors, labels: Sequence[frozenset[str]]
    ) -> list[tuple[IntentScore, ...]]:
        """Score several texts, each against its own labels; the result is in their order.

        Raises:
            NotTrained: none of the labels has an example.
        """
        if not texts:
            return []
        heads = {own_labels: self.head(own_labels) for own_labels in dict.fromkeys(labels)}
        # Those of one audience lie together, so a customer's words need not be compared with most of the colleagues'.
        first = min(int(head.rows.min()) for head in heads.values())
        end = max(int(head.rows.max()) for head in heads.values()) + 1
        similarities = self.similarities(texts, features, slice(first, end))
        scored: list[tuple[IntentScore, ...]] = [()] * len(texts)
        for own_labels, head in heads.items():
            numbers = [number for number, one in enumerate(labels) if one == own_labels]
            scores = similarities[numbers][:, head.rows - first] @ head.weights
            for number, probabilities in zip(numbers, calibrated(scores, head.calibration), strict=True):
                scored[number] = _ranked(head, probabilities)
        return scored

    def prepare(self, label_sets: Iterable[frozenset[str]]) -> None:
        """Train or load the models of these label sets now, instead of at the first message."""
        for labels in label_sets:
            self.head(labels)

    def head(self, labels: frozenset[str]) -> Head:
        """Give the model of a set of labels, trained if it must be; labels without examples are left out."""
        with self._lock:
            if labels not in self._heads:
                self._heads[labels] = self._find_head(labels)
            return self._heads[labels]

    def similarities(self, texts: Sequence[str], features: Vectors, rows: slice = EVERY_ROW) -> Vectors:
        """Compare texts with these examples: float32[len(texts), n_rows]."""
        centred = self._centre(features, [detect(text) for text in texts])
        return kernel.combine(centred @ self._vectors[rows].T, self._wording.similarities_of(texts)[:, rows])

    def left_out_scores(self, labels: frozenset[str]) -> tuple[Head, Vectors]:
        """Score every example of these labels by a model that learned without it: float32[n, n_labels], as `rows`.

        Takes as long as training: for reports, not for messages.
        """
        head = self.head(labels)
        numbers = np.searchsorted(head.starts, np.arange(len(head.rows)), side="right") - 1
        similarities = self._similarities_within(head.rows, len(head.rows))
        return head, kernel.fit(similarities, numbers, len(head.labels)).left_out_scores

    def _centre(self, features: Vectors, languages: Sequence[Language]) -> Vectors:
        # the vectors of one language lie near each other whatever they say: only what is left tells them apart
        return weigh_parts(features - np.stack([self._means[language] for language in languages]), self._dim)

    def _find_head(self, labels: frozenset[str]) -> Head:
        rows = rows_for_labels(labels, self._examples)
        if not rows:
            raise NotTrained(f"none of the intents {sorted(labels)} has examples")
        names, numbers, order = _sorted_by_label(self._examples, rows)
        key = json.dumps([self._key, names])
        learned = self._cache.load_head(key) if self._cache else None
        if learned is None or learned[0].shape != (len(order), len(names)):
            learned = self._learn(names, numbers, order)
            if self._cache:
                self._cache.save_head(key, *learned)
        return Head(names, order, kernel.label_starts(numbers, len(names)), *learned)

    def compare_examples(self, these: npt.NDArray[np.intp], those: npt.NDArray[np.intp]) -> Vectors:
        """Compare some examples with others: float32[len(these), len(those)]."""
        wording = self._wording.similarities_between(these, those)
        return kernel.combine(self._vectors[these] @ self._vectors[those].T, wording)

    def _similarities_within(self, rows: npt.NDArray[np.intp], n_judged: int) -> Vectors:
        """Compare examples with each other, as far as `kernel.fit` reads them: float32[n, n]."""
        n = len(rows)
        similarities = np.empty((n, n), np.float32)
        for first in range(0, n, kernel.ROWS_AT_A_TIME):
            end = min(n, first + kernel.ROWS_AT_A_TIME)
            similarities[first:end, first:] = self.compare_examples(rows[first:end], rows[first:])
            if end > n - n_judged:
                similarities[first:end, :first] = similarities[:first, first:end].T
        return similarities

    def _learn(
        self, names: tuple[str, ...], labels: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
    ) -> tuple[Vectors, Calibration, float]:
        """Train on rows sorted by label; give the weights, the calibration and the refusal threshold of the head."""
        n_judged = min(len(rows), JUDGED_EXAMPLES)
        mixed = np.random.default_rng(0).permutation(len(rows))
        fitted = kernel.fit(self._similarities_within(rows[mixed], n_judged), labels[mixed], len(names), n_judged)
        weights = np.empty_like(fitted.weights)
        weights[mixed] = fitted.weights
        judged = labels[mixed][-n_judged:]
        calibration = fit_calibration(fitted.left_out_scores, judged)
        unknown = out_of_scope_column(names)
        familiar = kernel.familiarity(fitted.left_out_scores, fitted.left_out_nearest, calibration.sharpness, unknown)
        in_scope = judged != (-1 if unknown is None else unknown)
        threshold = np.quantile(familiar[in_scope] if in_scope.any() else familiar, REFUSED_EXAMPLES)
        return weights, calibration, float(threshold)


def build_classifier(
    examples: Sequence[Example], encoder: Encoder, cache_folder: Path | None = None
) -> IntentClassifier:
    """Encode examples and build the classifier over them; the models are trained when first needed.

    With a cache folder, only texts that it lacks are encoded, and models are read from it where they are there.

    Raises:
        NotTrained: there are no examples.
    """
    thinned = sorted(_thin(examples), key=lambda example: example.audience)
    cache = ClassifierCache(cache_folder, encoder, load_shipped_vectors(encoder.name)) if cache_folder else None
    texts = [normalise(example.text) for example in thinned]
    features = cache.encode(texts) if cache else encode_features(encoder, texts)
    return IntentClassifier(thinned, features, cache, dim=encoder.dim)


def out_of_scope_column(labels: Sequence[str]) -> int | None:
    """Find the label of what is out of scope among a model's labels."""
    return labels.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in labels else None


def _key(examples: Sequence[Example]) -> str:
    """Name exactly these examples in this order."""
    return digest(json.dumps([(e.audience, e.label, e.text) for e in examples], ensure_ascii=False))


def _thin(examples: Sequence[Example]) -> Sequence[Example]:
    """Keep at most MAX_EXAMPLES, the first ones of each label, as many of each as it takes."""
    if len(examples) <= MAX_EXAMPLES:
        return examples
    places: dict[str, int] = {}
    ranked = []
    for row, example in enumerate(examples):
        places[example.label] = places.get(example.label, 0) + 1
        ranked.append((places[example.label], row))
    kept = sorted(row for _place, row in sorted(ranked)[:MAX_EXAMPLES])
    return [examples[row] for row in kept]


def _language_means(vectors: Vectors, languages: Sequence[Language]) -> dict[Language, Vector]:
    overall = vectors.mean(axis=0)
    means: dict[Language, Vector] = {}
    for language in ("zh", "en"):
        rows = [row for row, found in enumerate(languages) if found == language]
        means[language] = vectors[rows].mean(axis=0) if len(rows) >= MIN_LANGUAGE_TEXTS else overall
    return means


def _sorted_by_label(
    examples: Sequence[Example], rows: list[int]
) -> tuple[tuple[str, ...], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give the label names, each row's label number in rising order, and the rows in that order."""
    names = tuple(sorted({examples[row].label for row in rows}))
    number = {name: index for index, name in enumerate(names)}
    numbers = np.array([number[examples[row].label] for row in rows], np.intp)
    order = np.argsort(numbers, kind="stable")
    return names, numbers[order], np.array(rows, np.intp)[order]


def _ranked(head: Head, probabilities: npt.NDArray[np.float64]) -> tuple[IntentScore, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(IntentScore(head.labels[i], float(probabilities[i])) for i in order)
