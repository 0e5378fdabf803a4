"""The parser of a running process, which learns what staff teach without a restart.

Promise: a change of the taught examples is looked for at most every few seconds, with one small query; learning goes on
in a thread of its own, and messages are understood by what was learned before until it is done. Never: a wait.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from threading import Lock, Thread

from sqlalchemy.exc import DBAPIError

from bot.teaching import Revision, find_revision, list_taught, merge_examples
from crm_core.database import Database
from nlu.classifier import IntentClassifier
from nlu.errors import NluError
from nlu.examples import Example, load_examples
from nlu.parser import Parser
from nlu.understanding import Encoder, ParseContext, Understanding

logger = logging.getLogger(__name__)

#: Seconds between two looks at the database; a taught example is live in this time and a second of learning.
FOLLOW_SECONDS = 2.0


class LiveParser:
    """A parser that follows the taught examples of a database."""

    def __init__(self, parser: Parser, database: Database, *, follow_seconds: float = FOLLOW_SECONDS) -> None:
        self._parser = parser
        self._database = database
        self._follow_seconds = follow_seconds
        self._revision: Revision | None = None
        self._looked_at = float("-inf")
        self._lock = Lock()
        self._learner: Thread | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder, which search shares."""
        return self._parser.encoder

    @property
    def classifier(self) -> IntentClassifier:
        """What tells intents apart at the moment."""
        return self._parser.classifier

    def labels(self, role: str) -> frozenset[str]:
        """Name the intents that a role can have."""
        return self._parser.labels(role)

    def parse(self, text: str, context: ParseContext) -> Understanding:
        """Understand one text, with the entities in it."""
        self._follow()
        return self._parser.parse(text, context)

    def parse_many(self, texts: Sequence[tuple[str, ParseContext]]) -> list[Understanding]:
        """Understand several texts with one call of the encoder; the result is in their order."""
        self._follow()
        return self._parser.parse_many(texts)

    def train(self) -> bool:
        """Learn what is taught now, and return whether there was anything new; waits until it is done."""
        with self._lock:
            found = self._look()
            if found is None:
                return False
            self._parser.learn(found)
            return True

    def wait(self) -> None:
        """Wait for the learning that is under way."""
        if self._learner is not None:
            self._learner.join()

    def _follow(self) -> None:
        """Look for taught examples if it is time, and learn them in the background; the first time before anything."""
        if time.monotonic() - self._looked_at < self._follow_seconds or not self._lock.acquire(blocking=False):
            return
        is_first = self._revision is None
        found = self._look()
        if found is None or is_first:
            self._learn_and_release(found)
        else:
            self._learner = Thread(target=self._learn_and_release, args=(found,), name="learner", daemon=True)
            self._learner.start()

    def _learn_and_release(self, examples: tuple[Example, ...] | None) -> None:
        try:
            if examples is not None:
                self._parser.learn(examples)
        except (NluError, ArithmeticError, MemoryError):
            logger.exception("The taught examples could not be learned.", extra={"action": "learning_failed"})
        finally:
            self._lock.release()

    def _look(self) -> tuple[Example, ...] | None:
        """Return the examples if they changed since the last look; a database that is not there yet taught nothing."""
        self._looked_at = time.monotonic()
        try:
            with self._database.reading() as session:
                revision = find_revision(session)
                if revision == self._revision:
                    return None
                taught = list_taught(session)
                is_nothing = self._revision is None and not taught
                self._revision = revision
                return None if is_nothing else merge_examples(load_examples(), taught)
        except DBAPIError:
            return None
