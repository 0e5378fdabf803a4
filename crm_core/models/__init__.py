"""The tables of the company's records, by subject. No behaviour that needs a session."""

from crm_core.models.access import AuditEvent, ChatIdentity, LinkCode, Role, Team, User
from crm_core.models.customers import Account, AccountLevel, AccountStatus, Contact, ContactStatus
from crm_core.models.deals import Lead, LeadStatus, Opportunity, Stage
from crm_core.models.interactions import Interaction, InteractionContact, InteractionKind
from crm_core.models.numbering import Sequence
from crm_core.models.tasks import Task, TaskStatus
from crm_core.models.tickets import (
    Ticket,
    TicketKind,
    TicketMessage,
    TicketMessageAuthor,
    TicketPriority,
    TicketStatus,
)

__all__ = [
    "Account",
    "AccountLevel",
    "AccountStatus",
    "AuditEvent",
    "ChatIdentity",
    "Contact",
    "ContactStatus",
    "Interaction",
    "InteractionContact",
    "InteractionKind",
    "Lead",
    "LeadStatus",
    "LinkCode",
    "Opportunity",
    "Role",
    "Sequence",
    "Stage",
    "Task",
    "TaskStatus",
    "Team",
    "Ticket",
    "TicketKind",
    "TicketMessage",
    "TicketMessageAuthor",
    "TicketPriority",
    "TicketStatus",
    "User",
]
