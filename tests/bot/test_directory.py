"""Whom a mention means, and what it tells of customers out of the person's reach: nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.directory import Directory
from crm_core.access import create_user
from crm_core.customers import create_account, create_contact
from crm_core.database import Database
from crm_core.models import Role
from crm_core.permissions import staff_actor, system_actor


def resolve_as(database: Database, now: datetime, handle: str, mention: str) -> str:
    """Resolve a mention of 天启 or Globex, each with its CTO, both of which belong to li."""
    with database.transaction() as session:
        users = {
            name: create_user(session, system_actor(now), handle=name, name=name, role=Role.REP, team=team)
            for name, team in (("li", "East"), ("zhao", "West"))
        }
        owner = staff_actor(users["li"], now=now)
        for company, person in (("天启科技有限公司", "潘越"), ("Globex Corporation", "Tom Wilson")):
            account = create_account(session, owner, name=company)
            create_contact(session, owner, name=person, account_id=account.id, title="CTO")
        return Directory().resolve(session, staff_actor(users[handle], now=now), mention).kind


@pytest.mark.parametrize("mention", ["天启的CTO", "the CTO at Globex", "天启CTO"])
def test_a_post_at_ones_own_customer_means_who_has_it(database: Database, now: datetime, mention: str) -> None:
    assert resolve_as(database, now, "li", mention) == "found"


@pytest.mark.parametrize(
    "mention",
    [
        *("天启的CTO", "天启的采购经理", "天启科技的CTO", "天启科技的法务", "天启的CT"),
        *("天启的IT Director", "Globex's CTO", "Globex's buyer"),
        *("CTO at Globex", "buyer at Globex", "the CTO of Globex", "the IT Director of Globex"),
    ],
)
def test_which_posts_a_colleagues_customer_has_is_not_told(database: Database, now: datetime, mention: str) -> None:
    assert resolve_as(database, now, "zhao", mention) == "hidden"


@pytest.mark.parametrize("mention", ["天启CTO", "天启法务", "Globex CTO", "Globex buyer"])
def test_a_post_that_only_stands_beside_his_company_is_unknown(database: Database, now: datetime, mention: str) -> None:
    assert resolve_as(database, now, "zhao", mention) == "unknown"
