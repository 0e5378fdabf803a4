"""The one table of permissions: role x type of record -> how far each action reaches.

Promise: what is not written here is not allowed. Never: a query; `crm_core.permissions` answers for single records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from crm_core.models import Role


class Scope(StrEnum):
    """How far a permission reaches: nothing, one's own records, the team's, everybody's."""

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Grants:
    """How far each action reaches on one type of record."""

    read: Scope = Scope.NONE
    create: Scope = Scope.NONE
    update: Scope = Scope.NONE
    delete: Scope = Scope.NONE
    assign: Scope = Scope.NONE
    export: Scope = Scope.NONE
    #: to bring in a whole file
    ingest: Scope = Scope.NONE
    #: to take a person out of all records for good
    erase: Scope = Scope.NONE
    #: to say how content one was; the customer's alone
    rate: Scope = Scope.NONE


def _full(scope: Scope) -> Grants:
    return Grants(read=scope, create=scope, update=scope, delete=scope, assign=scope, export=scope, ingest=scope)


_ERASABLE = replace(_full(Scope.ALL), erase=Scope.ALL)
_READ_ALL = Grants(read=Scope.ALL)
_ANALYSED = Grants(read=Scope.ALL, export=Scope.ALL)
_OWN = Grants(read=Scope.OWN, create=Scope.OWN, update=Scope.OWN)
_OWN_DELETABLE = Grants(read=Scope.OWN, create=Scope.OWN, update=Scope.OWN, delete=Scope.OWN)
_SERVED = Grants(read=Scope.ALL, create=Scope.ALL, update=Scope.ALL)
_SHARED = Grants(read=Scope.ALL, create=Scope.OWN, update=Scope.OWN, delete=Scope.OWN)
_SHARED_BY_TEAM = Grants(read=Scope.ALL, create=Scope.TEAM, update=Scope.TEAM, delete=Scope.TEAM, assign=Scope.TEAM)
#: to ask for an approval is not to give it: that takes `update`
_ASKED_OWN = Grants(read=Scope.OWN, create=Scope.OWN)
_ASKED_BY_TEAM = Grants(read=Scope.TEAM, create=Scope.TEAM, export=Scope.TEAM)
_CURATED = Grants(
    read=Scope.ALL, create=Scope.ALL, update=Scope.ALL, delete=Scope.ALL, export=Scope.ALL, assign=Scope.ALL
)

RECORD_TYPES = (
    "account",
    "contact",
    "lead",
    "opportunity",
    "quote",
    "contract",
    "instalment",
    "payment",
    "approval",
    "requirement",
    "interaction",
    "task",
    "ticket",
    "account_proposal",
    "segment",
    "campaign",
    "campaign_member",
    "target",
    "rule_set",
    "article",
    "stage",
    "user",
    "team",
    "audit_event",
    "report",
)

#: The one table: role x record type -> how far each action reaches. What is not written is not allowed.
PERMISSIONS: dict[Role, dict[str, Grants]] = {
    Role.REP: {
        "account": _OWN,
        "contact": _OWN,
        "lead": _OWN,
        "opportunity": _OWN,
        **dict.fromkeys(("quote", "contract", "payment", "requirement"), _OWN),
        "instalment": _OWN_DELETABLE,
        "approval": _ASKED_OWN,
        "interaction": _OWN_DELETABLE,
        "task": _OWN_DELETABLE,
        "ticket": _OWN,
        "account_proposal": Grants(read=Scope.OWN, update=Scope.OWN),
        "segment": _SHARED,
        "campaign": _READ_ALL,
        "campaign_member": _OWN,
        "target": Grants(read=Scope.OWN),
        "rule_set": _READ_ALL,
        "article": _READ_ALL,
        "stage": _READ_ALL,
        "user": _READ_ALL,
        "team": _READ_ALL,
        "report": Grants(read=Scope.OWN),
    },
    Role.SUPERVISOR: {
        **dict.fromkeys(
            ("account", "contact", "lead", "opportunity", "interaction", "task", "ticket"), _full(Scope.TEAM)
        ),
        **dict.fromkeys(("quote", "contract", "instalment", "payment", "requirement"), _full(Scope.TEAM)),
        "approval": _ASKED_BY_TEAM,
        "account_proposal": Grants(read=Scope.TEAM, update=Scope.TEAM),
        "segment": _SHARED_BY_TEAM,
        "campaign": _SHARED_BY_TEAM,
        "campaign_member": _full(Scope.TEAM),
        "target": _full(Scope.TEAM),
        "rule_set": _READ_ALL,
        "article": _CURATED,
        "stage": _READ_ALL,
        "user": _READ_ALL,
        "team": _READ_ALL,
        "audit_event": Grants(read=Scope.TEAM),
        "report": Grants(read=Scope.TEAM),
    },
    Role.MANAGER: {
        **dict.fromkeys(RECORD_TYPES, _full(Scope.ALL)),
        "contact": _ERASABLE,
        "user": _READ_ALL,
        "team": _READ_ALL,
        "audit_event": _READ_ALL,
    },
    Role.SUPPORT: {
        "account": _READ_ALL,
        "contact": _SERVED,
        "lead": _READ_ALL,
        "opportunity": _READ_ALL,
        "requirement": Grants(read=Scope.ALL, create=Scope.ALL, update=Scope.OWN),
        "interaction": Grants(read=Scope.ALL, create=Scope.ALL, update=Scope.OWN, delete=Scope.OWN),
        "task": _OWN_DELETABLE,
        "ticket": _full(Scope.ALL),
        "segment": _READ_ALL,
        "campaign": _READ_ALL,
        "campaign_member": _READ_ALL,
        "rule_set": _READ_ALL,
        "article": _CURATED,
        "stage": _READ_ALL,
        "user": _READ_ALL,
        "team": _READ_ALL,
        "report": Grants(read=Scope.OWN),
    },
    Role.ANALYST: dict.fromkeys(RECORD_TYPES, _ANALYSED),
    Role.ADMIN: {**dict.fromkeys(RECORD_TYPES, _full(Scope.ALL)), "contact": _ERASABLE},
}

#: What a customer may do with what is his own; he may touch nothing else.
CUSTOMER_PERMISSIONS: dict[str, Grants] = {
    "contact": _OWN,
    "ticket": replace(_OWN, rate=Scope.OWN),
}
