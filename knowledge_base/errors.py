"""The error tree of `knowledge_base`.

KnowledgeBaseError
├── ArticleNotFound      no article of that id or key
├── ArticleInvalid       a field of an article breaks a rule; carries the field and the remedy
├── StepNotAllowed       an article cannot go from its status to that one
├── ArticleChanged       somebody else changed the article since it was read
├── FileUnreadable       a file cannot be read as knowledge or queries at all; says what to do
├── QuestionNotFound     no asked question of that id
├── IndexUnreadable      a folder of index files is damaged or of another version (it is rebuilt, not served)
└── TooFewQueries        calibration needs more labelled queries than it was given
"""

from __future__ import annotations


class KnowledgeBaseError(Exception):
    """Root of what can go wrong with knowledge."""


class ArticleNotFound(KnowledgeBaseError):
    """No article of that id or key."""

    def __init__(self, reference: object) -> None:
        super().__init__(f"No article {reference!r}.")
        self.reference = reference


class ArticleInvalid(KnowledgeBaseError):
    """A field of an article breaks a rule."""

    def __init__(self, field: str, remedy: str, remedy_zh: str) -> None:
        super().__init__(f"{field}: {remedy}")
        self.field = field
        self.remedy = remedy
        self.remedy_zh = remedy_zh


class StepNotAllowed(KnowledgeBaseError):
    """An article cannot go from its status to that one."""

    def __init__(self, key: str, current: str, wanted: str) -> None:
        super().__init__(f"Article {key!r} is {current}; it cannot become {wanted} from there.")
        self.key = key
        self.current = current
        self.wanted = wanted


class ArticleChanged(KnowledgeBaseError):
    """Somebody else changed the article since it was read."""

    def __init__(self, key: str, expected: int, found: int) -> None:
        super().__init__(f"Article {key!r} is at version {found}, not {expected}: read it again, then change it.")
        self.key = key
        self.expected = expected
        self.found = found


class FileUnreadable(KnowledgeBaseError):
    """A file cannot be read at all; `remedy` says what to do."""

    def __init__(self, path: object, problem: str, remedy: str, *, problem_zh: str, remedy_zh: str) -> None:
        super().__init__(f"{path}: {problem}. {remedy}")
        self.path = str(path)
        self.problem = problem
        self.remedy = remedy
        self.message_zh = f"{path}：{problem_zh}。{remedy_zh}"


class QuestionNotFound(KnowledgeBaseError):
    """No asked question of that id."""

    def __init__(self, event_id: int) -> None:
        super().__init__(f"No asked question {event_id}.")
        self.event_id = event_id


class IndexUnreadable(KnowledgeBaseError):
    """The index files are damaged or were written by another version, encoder or setting."""


class TooFewQueries(KnowledgeBaseError):
    """Calibration was given too few labelled queries."""

    def __init__(self, given: int, needed: int) -> None:
        super().__init__(f"Calibration needs at least {needed} labelled queries, {given} given.")
        self.given = given
        self.needed = needed
