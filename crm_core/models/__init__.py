"""The tables of the company's records, by subject. No behaviour that needs a session."""

from crm_core.models.access import AuditEvent, ChatIdentity, LinkCode, Role, Team, User
from crm_core.models.customers import (
    Account,
    AccountLevel,
    AccountProposal,
    AccountStatus,
    Contact,
    ContactStatus,
    Influence,
    ProposalStatus,
)
from crm_core.models.deals import Lead, LeadStatus, Opportunity, Stage
from crm_core.models.interactions import Interaction, InteractionContact, InteractionKind, InteractionStaff
from crm_core.models.marketing import (
    Campaign,
    CampaignChannel,
    CampaignMember,
    CampaignStatus,
    Segment,
    SegmentKind,
    Target,
    TargetMetric,
)
from crm_core.models.numbering import Sequence
from crm_core.models.payments import (
    Approval,
    ApprovalStatus,
    Contract,
    ContractStatus,
    Instalment,
    Payment,
    Quote,
    QuoteStatus,
)
from crm_core.models.requirements import Requirement, RequirementKind, RequirementPriority, RequirementStatus
from crm_core.models.rules import RuleSet
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
    "AccountProposal",
    "AccountStatus",
    "Approval",
    "ApprovalStatus",
    "AuditEvent",
    "Campaign",
    "CampaignChannel",
    "CampaignMember",
    "CampaignStatus",
    "ChatIdentity",
    "Contact",
    "ContactStatus",
    "Contract",
    "ContractStatus",
    "Influence",
    "Instalment",
    "Interaction",
    "InteractionContact",
    "InteractionKind",
    "InteractionStaff",
    "Lead",
    "LeadStatus",
    "LinkCode",
    "Opportunity",
    "Payment",
    "ProposalStatus",
    "Quote",
    "QuoteStatus",
    "Requirement",
    "RequirementKind",
    "RequirementPriority",
    "RequirementStatus",
    "Role",
    "RuleSet",
    "Segment",
    "SegmentKind",
    "Sequence",
    "Stage",
    "Target",
    "TargetMetric",
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
