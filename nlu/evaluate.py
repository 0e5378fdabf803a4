"""How good the understanding of intents is, measured over labelled files.

Promise: the model that is measured is the one that serves, trained on the given examples only; the test decides
nothing. Never: a file that is changed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from nlu import kernel
from nlu.calibration import calibrated, expected_calibration_error
from nlu.classifier import Head, build_classifier, out_of_scope_column
from nlu.errors import NotTrained
from nlu.examples import Example
from nlu.features import encode_features
from nlu.text import normalise
from nlu.understanding import OUT_OF_SCOPE, Encoder, Vectors

#: Texts that are measured together, as a worker understands them.
BATCH_TEXTS = 64


@dataclass(frozen=True)
class IntentEvaluation:
    """What was measured. Shares are in [0, 1]; None where the files hold nothing to measure it on."""

    #: share of all texts, out-of-scope ones included, that were decided right
    accuracy: float
    #: F1 of each label of the test, averaged
    macro_f1: float
    #: share of the in-scope texts whose best intent is right, whether or not it would be refused
    in_scope_accuracy: float | None
    #: share of the out-of-scope texts that were refused
    oos_recall: float | None
    #: expected calibration error of the best intent's probability on the in-scope texts, 10 bins
    calibration_error: float
    #: encoding and classifying, training not counted
    texts_per_second: float
    #: share of the in-scope texts that were refused
    in_scope_refused: float | None
    #: share of the out-of-scope texts less familiar than 95% of the in-scope ones: describes, decides nothing
    oos_recall_at_5_percent: float | None
    #: learning from the vectors of the training texts, which are encoded before
    training_seconds: float
    n_train: int
    n_test: int
    n_out_of_scope: int

    def to_dict(self) -> dict[str, float | int | None]:
        """Give the figures as plain data for JSON."""
        return asdict(self)


def evaluate_intents(
    train: Sequence[Example], test: Sequence[Example], oos: Sequence[Example], encoder: Encoder
) -> IntentEvaluation:
    """Train on `train`, decide every text of `test` and `oos`, and compare.

    A text is refused (decided as out of scope) when that is its best label, where the training examples have it, or
    when it is less familiar than the model's own threshold. That threshold comes from the training texts, each left
    out in turn, so that about 4% of new in-scope texts are refused (`classifier.REFUSED_EXAMPLES`); `oos_recall` is
    measured at it. It applies only if `test` or `oos` holds out-of-scope texts: a set that has none asks which
    intent, not whether. Every text of `oos` is out of scope, whatever its label.

    Raises:
        NotTrained: `train` is empty.
    """
    if not train or not (test or oos):
        raise NotTrained("both the training and the test file need labelled texts")
    texts = [normalise(example.text) for example in (*test, *oos)]
    wanted = [example.label for example in test] + [OUT_OF_SCOPE] * len(oos)
    classifier = build_classifier(train, encoder)
    started = time.perf_counter()
    head = classifier.head(classifier.labels)
    trained = time.perf_counter() - started
    started = time.perf_counter()
    parts = []
    for first in range(0, len(texts), BATCH_TEXTS):
        batch = texts[first : first + BATCH_TEXTS]
        parts.append(classifier.similarities(batch, encode_features(encoder, batch))[:, head.rows])
        parts[-1] = _judge(head, parts[-1])
    seconds = time.perf_counter() - started
    speed = len(texts) / max(seconds, 1e-9)
    return _compare(
        head, np.concatenate(parts), wanted, n_train=len(train), texts_per_second=speed, training_seconds=trained
    )


def _judge(head: Head, similarities: Vectors) -> Vectors:
    """Give each text's scores, and its familiarity as the last column."""
    scores = similarities @ head.weights
    nearest = kernel.nearest_by_label(similarities, head.starts)
    familiar = kernel.familiarity(scores, nearest, head.calibration.sharpness, out_of_scope_column(head.labels))
    return np.concatenate([scores, familiar[:, None]], axis=1)


def _compare(
    head: Head,
    judged: Vectors,
    wanted: Sequence[str],
    *,
    n_train: int,
    texts_per_second: float,
    training_seconds: float,
) -> IntentEvaluation:
    scores, familiar = judged[:, :-1], judged[:, -1]
    best = np.array(head.labels)[scores.argmax(axis=1)]
    right = np.array(wanted)
    out_of_scope = right == OUT_OF_SCOPE
    refused = best == OUT_OF_SCOPE
    if out_of_scope.any():
        refused |= familiar < head.refusal_threshold
    decided = np.where(refused, OUT_OF_SCOPE, best)
    in_scope = ~out_of_scope
    probabilities = calibrated(scores, head.calibration).max(axis=1)
    return IntentEvaluation(
        accuracy=_share(decided == right) or 0.0,
        macro_f1=_macro_f1(right, decided),
        in_scope_accuracy=_share((best == right)[in_scope]),
        oos_recall=_share(refused[out_of_scope]),
        calibration_error=expected_calibration_error(probabilities[in_scope], (best == right)[in_scope]),
        texts_per_second=texts_per_second,
        in_scope_refused=_share(refused[in_scope]),
        oos_recall_at_5_percent=_recall_at(0.05, familiar, out_of_scope),
        training_seconds=training_seconds,
        n_train=n_train,
        n_test=int(in_scope.sum()),
        n_out_of_scope=int(out_of_scope.sum()),
    )


def _recall_at(given_up: float, familiar: npt.NDArray[np.float32], out_of_scope: npt.NDArray[np.bool_]) -> float | None:
    """Tell how much of what is out of scope is refused if `given_up` of what is in scope may be."""
    if out_of_scope.all() or not out_of_scope.any():
        return None
    return _share(familiar[out_of_scope] < np.quantile(familiar[~out_of_scope], given_up))


def _share(hits: npt.NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if hits.size else None


def _macro_f1(right: npt.NDArray[np.str_], decided: npt.NDArray[np.str_]) -> float:
    """Average the F1 of the labels that the test has; a label only decided costs precision of the others."""
    scores = []
    for label in np.unique(right):
        hits = int(((right == label) & (decided == label)).sum())
        scores.append(2 * hits / int((right == label).sum() + (decided == label).sum()))
    return float(np.mean(scores))
