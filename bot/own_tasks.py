"""A person's own open tasks by what their titles say: '浦新制药验收完成', 标书发给申汇了.

Promise: only tasks that the words surely name. Never: a change of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process
from sqlalchemy.orm import Session

from crm_core import tasks
from crm_core.models import Task
from crm_core.permissions import Actor

#: how like a task's title (0 to 100) words must be to mean it
MIN_LIKENESS = 80
#: words of fewer characters name no task
LEAST_CHARS = 3
#: how much of the words' characters must stand in a Chinese title, whatever their order
MIN_SHARED = 0.85
_CHINESE = re.compile("[\u3400-\u9fff]")
_OUTSIDE = re.compile(r"[\s\W_]+")
#: characters that carry no part of a title
_PARTICLES = re.compile("[的了把给和跟与那这个已经去]|发送|一下")


def find_named(session: Session, actor: Actor, words: str) -> list[Task]:
    """Return the person's open tasks that the words name, those that are named as well as the best one."""
    return most_alike(list_own(session, actor), words)


def list_own(session: Session, actor: Actor) -> list[Task]:
    """Return the person's own open tasks."""
    return tasks.list_tasks(session, actor, owner_id=actor.user_id, limit=1000)


def most_alike(own: Iterable[Task], words: str) -> list[Task]:
    """Return the tasks whose titles are most like the words; empty if none is like them enough."""
    if len(_plain(words)) < LEAST_CHARS:
        return []
    scored = [(likeness(words, task.title), task) for task in own]
    best = max((score for score, _ in scored), default=0.0)
    return [task for score, task in scored if score >= max(MIN_LIKENESS, best - 5)]


def likeness(words: str, title: str) -> float:
    """Tell how surely (0 to 100) words name a title: by words, by their run, or by their characters."""
    said, plain = _plain(words), _plain(title)
    ratio = fuzz.token_set_ratio(words, title, processor=default_process) if not _CHINESE.search(words) else 0.0
    if len(said) <= len(plain) + 2:
        ratio = max(ratio, fuzz.partial_ratio(said, plain))
    elif plain in said:
        ratio = max(ratio, 95.0)
    core = [char for char in _PARTICLES.sub("", said) if _CHINESE.match(char)]
    if len(core) >= LEAST_CHARS:
        shared = sum(char in plain for char in core) / len(core)
        ratio = max(ratio, 100 * shared - 8 if shared >= MIN_SHARED else 0.0)
    return float(ratio)


def _plain(text: str) -> str:
    return _OUTSIDE.sub("", text).casefold()
