"""Loads the demo company: staff, customers, half a year of work with them, and the knowledge base.

Promise: all or nothing (the caller's transaction), everything before `now`, and the same company for the same `now`
and seed. Never: a load beside real records; ask `is_empty` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.customers import write_customers, write_leads, write_shoppers
from bot.demo.deals import write_opportunities
from bot.demo.interactions import write_interactions
from bot.demo.knowledge import write_articles, write_evaluation, write_questions
from bot.demo.papers import write_papers
from bot.demo.requirements import write_requirements
from bot.demo.scene import Scene
from bot.demo.staff import LogIn, list_log_ins, write_staff
from bot.demo.tasks import write_tasks
from bot.demo.tickets import write_tickets
from crm_core.deals import ensure_default_stages
from crm_core.models import Account, Contact, User
from knowledge_base.models import Article

SEED = 20260401
AUTHOR = "admin"


@dataclass(frozen=True, kw_only=True)
class DemoSummary:
    """What was loaded."""

    #: how many records of each kind, by the record's name in the plural
    counts: Mapping[str, int]
    log_ins: tuple[LogIn, ...]


def is_empty(session: Session) -> bool:
    """Tell whether the database holds no staff, no customers and no knowledge yet."""
    return all(session.scalar(select(model.id).limit(1)) is None for model in (User, Account, Contact, Article))


def load_company(session: Session, *, now: datetime, seed: int = SEED) -> DemoSummary:
    """Write the whole company into an empty database; seconds, without the encoder.

    The probabilities of the knowledge base are not calibrated here: its evaluation set is kept for that.
    """
    # A seeded generator is what is wanted: the same company every time. Nothing here is a secret.
    scene = Scene(session=session, dice=Random(seed), now=now)  # noqa: S311
    counts = {**_write_records(scene), **_write_knowledge(scene)}
    session.flush()
    return DemoSummary(counts=counts, log_ins=list_log_ins())


def _write_records(scene: Scene) -> dict[str, int]:
    ensure_default_stages(scene.session)
    write_staff(scene)
    write_customers(scene)
    write_shoppers(scene)
    leads = write_leads(scene)
    opportunities = write_opportunities(scene)
    told = write_interactions(scene)
    tasks = write_tasks(scene, told)
    tickets = write_tickets(scene)
    papers = write_papers(scene, opportunities)
    requirements = write_requirements(scene)
    return {
        "users": len(scene.users),
        "accounts": len(scene.accounts),
        "contacts": sum(map(len, scene.contacts.values())) + len(scene.shoppers),
        "leads": len(leads),
        "opportunities": len(opportunities),
        "interactions": len(told),
        "tasks": len(tasks),
        "tickets": len(tickets),
        "quotes": len(papers.quotes),
        "contracts": len(papers.contracts),
        "instalments": len(papers.instalments),
        "payments": len(papers.payments),
        "requirements": len(requirements),
    }


def _write_knowledge(scene: Scene) -> dict[str, int]:
    return {
        "articles": write_articles(scene, AUTHOR),
        "evaluation_queries": write_evaluation(scene),
        "questions": write_questions(scene),
    }
