"""Looking a typed name up among 5,000 contacts: through the directory as every turn does it, SQLite included."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.directory import Directory
from bot.migrate import upgrade
from crm_core.database import Database
from crm_core.models import Account, AccountLevel, AccountStatus, Contact, ContactStatus
from crm_core.permissions import system_actor

CONTACTS, ACCOUNTS, MENTIONS = 5000, 500, 400
SEED = 7
_FORM = "科技有限公司"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文斌婷鹏飞宇浩然欣怡佳琪子涵雨泽"
_FIRST = ("James", "Robert", "Michael", "David", "Mary", "Patricia", "Jennifer", "Linda", "Priya", "Kenji")
_LAST = ("Smith", "Johnson", "Brown", "Garcia", "Miller", "Wilson", "Anderson", "Tanaka", "Fischer", "Okafor")


def measure() -> dict[str, Any]:
    """Return ms of one look-up: as written, by pinyin, mistyped, with the company; the first one prepares the names."""
    chance = random.Random(SEED)  # noqa: S311 - the same names in every run, no secret
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'names.db'}")
        upgrade(database)
        with database.transaction() as session:
            named = _load(session, chance)
        with database.reading() as session:
            first_ms, latencies = _look_up(session, _mentions(named, chance))
        database.dispose()
    return {
        "contacts": CONTACTS,
        "mentions": len(latencies),
        "first_ms": round(first_ms, 1),
        "p50_ms": round(statistics.median(latencies), 2),
        "p95_ms": round(statistics.quantiles(latencies, n=20)[18], 2),
    }


def _look_up(session: Session, mentions: Sequence[str]) -> tuple[float, list[float]]:
    directory, actor = Directory(), system_actor(datetime.now(UTC))
    latencies = []
    for mention in (*mentions[:4], *mentions):  # the first of each kind prepare what the later ones use
        started = time.perf_counter()
        directory.resolve(session, actor, mention)
        latencies.append((time.perf_counter() - started) * 1000)
    return latencies[0], latencies[4:]


def _load(session: Session, chance: random.Random) -> list[tuple[str, str]]:
    now = datetime.now(UTC)
    stamps = {"created_at": now, "updated_at": now}
    accounts = [
        Account(
            code=f"CRM2026{number:03}",
            name=f"{chance.choice(_GIVEN)}{chance.choice(_GIVEN)}{number}{_FORM}",
            short_names=[],
            level=AccountLevel.C,
            status=AccountStatus.NEW,
            **stamps,
        )
        for number in range(ACCOUNTS)
    ]
    session.add_all(accounts)
    session.flush()
    named = [(_person(chance), chance.choice(accounts)) for _ in range(CONTACTS)]
    session.add_all(
        Contact(name=name, account_id=account.id, status=ContactStatus.ACTIVE, **stamps) for name, account in named
    )
    session.flush()
    return [(name, account.name) for name, account in named]


def _person(chance: random.Random) -> str:
    if chance.random() < 0.25:
        return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))


def _mentions(named: Sequence[tuple[str, str]], chance: random.Random) -> list[str]:
    """Name people in four ways, in turn."""
    from pypinyin import lazy_pinyin

    mentions = []
    for number, (name, company) in enumerate(chance.sample(list(named), MENTIONS)):
        mistyped = name[:1] + chance.choice(_GIVEN) + name[2:]
        mentions.append(
            (name, "".join(lazy_pinyin(name)), mistyped, f"{company.removesuffix(_FORM)}{name[:1]}总")[number % 4]
        )
    return mentions
