"""The table of `test_service_permissions`: every service call, and who may make it on one rep's customer.

The letters: o the owning rep, m his team-mate, s their supervisor, x another team's supervisor, q manager, z support,
a analyst, r admin, c the customer himself, v a visitor of the chat. A list is allowed to whom it shows the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm_core import (
    access,
    campaigns,
    cards,
    care,
    complaints,
    customers,
    duplicates,
    handover,
    interactions,
    levels,
    matching,
    merging,
    privacy,
    requirements,
    segments,
    staff,
    tags,
    targets,
    tasks,
    ticket_kinds,
    tickets,
    timeline,
    undo,
)
from crm_core.customer_rules import get_rules, set_rules
from crm_core.deals import (
    approvals,
    assignment,
    contracts,
    conversion,
    decisions,
    leads,
    opportunities,
    payment_states,
    payments,
    progress,
    quotes,
    rule_sets,
    scoring,
    stages,
)
from crm_core.deals.payments import PlannedPayment
from crm_core.models import (
    Account,
    AccountProposal,
    Approval,
    Campaign,
    CampaignMember,
    Contact,
    Contract,
    Instalment,
    Interaction,
    Lead,
    Opportunity,
    Payment,
    Quote,
    Requirement,
    Segment,
    Stage,
    Target,
    Task,
    Team,
    Ticket,
    TicketKind,
    User,
)
from crm_core.permissions import Actor, system_actor
from crm_core.reports import pipeline, receivables, summary
from crm_core.transfer import exporter

SHANGHAI = ZoneInfo("Asia/Shanghai")
FILTER = {"field": "name", "op": "==", "value": "ACME TRADING LTD"}
PASSWORD = "Secret-123"


@dataclass(frozen=True, kw_only=True)
class World:
    """One rep's customer with everything that hangs on it."""

    now: datetime
    account: Account
    twin: Account
    contact: Contact
    twin_contact: Contact
    lead: Lead
    deal: Opportunity
    quote: Quote
    contract: Contract
    instalment: Instalment
    payment: Payment
    approval: Approval
    requirement: Requirement
    interaction: Interaction
    task: Task
    ticket: Ticket
    segment: Segment
    campaign: Campaign
    member: CampaignMember
    target: Target
    proposal: AccountProposal
    stage: Stage
    team: Team
    owner: User
    mate: User
    merged_id: int


Call = Callable[[World, Session, Actor], object]


#: service -> (call, who may)
CALLS: dict[str, tuple[Call, str]] = {
    # staff
    "access.create_user": (lambda _w, s, a: access.create_user(s, a, handle="new", name="New", role="rep"), "r"),
    "access.get_or_create_team": (lambda _w, s, a: access.get_or_create_team(s, a, name="New"), "r"),
    "access.make_link_code": (lambda w, s, a: access.make_link_code(s, a, user=w.owner, now=w.now), "or"),
    "access.set_active": (lambda w, s, a: access.set_active(s, a, w.owner, active=False) or True, "r"),
    "access.set_password": (lambda w, s, a: access.set_password(s, a, w.owner, PASSWORD) or True, "r"),
    "staff.update_user": (lambda w, s, a: staff.update_user(s, a, w.owner, name="X"), "r"),
    "staff.create_team": (lambda _w, s, a: staff.create_team(s, a, name="New"), "r"),
    "staff.rename_team": (lambda w, s, a: staff.rename_team(s, a, w.team, name="New"), "r"),
    "staff.list_members": (lambda w, s, a: staff.list_members(s, a, w.team), "omsxqzar"),
    "handover.hand_over": (
        lambda w, s, a: handover.hand_over(s, a, leaver=w.owner, successor=w.mate, reason="left"),
        "sqr",
    ),
    # customers
    "customers.create_account": (lambda _w, s, a: customers.create_account(s, a, name="New"), "omsxqr"),
    "customers.update_account": (lambda w, s, a: customers.update_account(s, a, w.account, industry="ICT"), "osqr"),
    "customers.get_account": (lambda w, s, a: customers.get_account(s, a, w.account.id), "osqzar"),
    "customers.find_account_by_code": (lambda w, s, a: customers.find_account_by_code(s, a, w.account.code), "osqzar"),
    "customers.list_accounts": (lambda _w, s, a: customers.list_accounts(s, a), "osqzar"),
    "customers.delete_account": (lambda w, s, a: customers.delete_account(s, a, w.account) or True, "sqr"),
    "customers.status_history": (lambda w, s, a: customers.status_history(s, a, w.account.id), "osqzar"),
    "customers.create_contact": (
        lambda w, s, a: customers.create_contact(s, a, name="N", account_id=w.account.id),
        "osqzr",
    ),
    "customers.update_contact": (lambda w, s, a: customers.update_contact(s, a, w.contact, title="CEO"), "osqzr"),
    "customers.mark_departed": (lambda w, s, a: customers.mark_departed(s, a, w.contact), "osqzr"),
    "customers.get_contact": (lambda w, s, a: customers.get_contact(s, a, w.contact.id), "osqzarc"),
    "customers.find_contact_by_phone": (
        lambda _w, s, a: customers.find_contact_by_phone(s, a, "13800001111"),
        "osqzarc",
    ),
    "customers.find_contact_by_email": (
        lambda _w, s, a: customers.find_contact_by_email(s, a, "ann@example.com"),
        "osqzarc",
    ),
    "customers.list_contacts": (lambda w, s, a: customers.list_contacts(s, a, account_id=w.account.id), "osqzarc"),
    "customers.delete_contact": (lambda w, s, a: customers.delete_contact(s, a, w.contact) or True, "sqr"),
    "customer_names.list_names": (
        lambda w, s, a: [
            one
            for one in customers.list_names(s, a)
            if (one.record_type, one.id) == ("account", w.account.id) and one.is_visible
        ],
        "osqzar",
    ),
    "customer_rules.set_rules": (lambda _w, s, a: set_rules(s, a, "care", get_rules(s, "care")) or True, "qr"),
    "cards.account_card": (lambda w, s, a: cards.account_card(s, a, w.account.id), "osqzar"),
    "cards.contact_card": (lambda w, s, a: cards.contact_card(s, a, w.contact.id), "osqzarc"),
    "timeline.timeline": (lambda w, s, a: timeline.timeline(s, a, account_id=w.account.id), "osqzar"),
    "matching.find_duplicates": (
        lambda _w, s, a: [
            one for one in matching.find_duplicates(s, a, record_type="account", name="Acme Trading") if one.is_visible
        ],
        "osqzar",
    ),
    "duplicates.list_duplicates": (lambda _w, s, a: duplicates.list_duplicates(s, a, "account"), "osqzar"),
    "merging.merge_accounts": (lambda w, s, a: merging.merge_accounts(s, a, keep=w.account, drop=w.twin), "osqr"),
    "merging.merge_contacts": (
        lambda w, s, a: merging.merge_contacts(s, a, keep=w.contact, drop=w.twin_contact),
        "osqzr",
    ),
    "merging.unmerge": (lambda w, s, a: merging.unmerge(s, a, record_type="account", dropped_id=w.merged_id), "osqr"),
    "tags.add_tags": (lambda w, s, a: tags.add_tags(s, a, w.account, ["new"]), "osqr"),
    "tags.remove_tags": (lambda w, s, a: tags.remove_tags(s, a, w.contact, ["golf"]), "osqzr"),
    "tags.list_tags": (lambda _w, s, a: tags.list_tags(s, a, "contact"), "osqzar"),
    "tags.refresh_computed_tags": (lambda _w, s, a: tags.refresh_computed_tags(s, a) + 1, "qr"),
    "levels.propose": (lambda _w, s, a: levels.propose(s, a) or True, "omsxqr"),
    "levels.list_proposals": (lambda _w, s, a: levels.list_proposals(s, a), "osqar"),
    "levels.get_proposal": (lambda w, s, a: levels.get_proposal(s, a, w.proposal.id), "osqar"),
    "levels.confirm_proposal": (lambda w, s, a: levels.confirm_proposal(s, a, w.proposal), "osqr"),
    "levels.refuse_proposal": (lambda w, s, a: levels.refuse_proposal(s, a, w.proposal), "osqr"),
    "care.generate": (lambda _w, s, a: care.generate(s, a) or True, "qr"),
    "privacy.export_person": (lambda w, s, a: privacy.export_person(s, a, w.contact.id, zone=SHANGHAI), "sqar"),
    "privacy.erase_person": (lambda w, s, a: privacy.erase_person(s, a, w.contact.id, reason="asked"), "qr"),
    "transfer.exporter.export_records": (
        lambda _w, s, a: list(exporter.export_records(s, a, record_type="account", zone=SHANGHAI)),
        "sqar",
    ),
    # what happened and what is to do
    "interactions.log_interaction": (
        lambda w, s, a: interactions.log_interaction(
            s, a, kind="call", occurred_at=w.now, summary="Called", account_id=w.account.id
        ),
        "osqzr",
    ),
    "interactions.update_interaction": (
        lambda w, s, a: interactions.update_interaction(s, a, w.interaction, summary="Spoke"),
        "osqr",
    ),
    "interactions.get_interaction": (lambda w, s, a: interactions.get_interaction(s, a, w.interaction.id), "osqzar"),
    "interactions.list_interactions": (lambda _w, s, a: interactions.list_interactions(s, a), "osqzar"),
    "interactions.list_follow_ups": (lambda w, s, a: interactions.list_follow_ups(s, a, w.interaction.id), "osqar"),
    "interactions.delete_interaction": (
        lambda w, s, a: interactions.delete_interaction(s, a, w.interaction) or True,
        "osqr",
    ),
    "tasks.create_task": (lambda w, s, a: tasks.create_task(s, a, title="New", owner_id=w.owner.id), "osqr"),
    "tasks.get_task": (lambda w, s, a: tasks.get_task(s, a, w.task.id), "osqar"),
    "tasks.list_tasks": (lambda _w, s, a: tasks.list_tasks(s, a, everyone=True), "osqar"),
    "tasks.find_tasks": (lambda w, s, a: tasks.find_tasks(s, a, f"#{w.task.id}"), "osqar"),
    "tasks.start_task": (lambda w, s, a: tasks.start_task(s, a, w.task), "osqr"),
    "tasks.complete_task": (lambda w, s, a: tasks.complete_task(s, a, w.task), "osqr"),
    "tasks.reopen_task": (lambda w, s, a: tasks.reopen_task(s, a, w.task), "osqr"),
    "tasks.postpone_task": (
        lambda w, s, a: tasks.postpone_task(s, a, w.task, due_at=w.now + timedelta(days=9), reason="ill"),
        "osqr",
    ),
    "tasks.update_task": (lambda w, s, a: tasks.update_task(s, a, w.task, title="Other"), "osqr"),
    "tasks.delete_task": (lambda w, s, a: tasks.delete_task(s, a, w.task) or True, "osqr"),
    # leads and deals
    "deals.leads.create_lead": (lambda _w, s, a: leads.create_lead(s, a, name="New"), "omsxqr"),
    "deals.leads.get_lead": (lambda w, s, a: leads.get_lead(s, a, w.lead.id), "osqzar"),
    "deals.leads.list_leads": (lambda _w, s, a: leads.list_leads(s, a), "osqzar"),
    "deals.leads.find_leads": (lambda _w, s, a: leads.find_leads(s, a, "Hot"), "osqzar"),
    "deals.leads.find_lead_duplicates": (
        lambda _w, s, a: [one for one in leads.find_lead_duplicates(s, a, mobile="13900002222") if one.is_visible],
        "osqzar",
    ),
    "deals.leads.update_lead": (lambda w, s, a: leads.update_lead(s, a, w.lead, region="East"), "osqr"),
    "deals.leads.discard_lead": (lambda w, s, a: leads.discard_lead(s, a, w.lead, reason="no budget"), "osqr"),
    "deals.leads.delete_lead": (lambda w, s, a: leads.delete_lead(s, a, w.lead) or True, "sqr"),
    "deals.assignment.propose_owner": (lambda w, s, a: assignment.propose_owner(s, a, w.lead), "sqr"),
    "deals.assignment.assign_lead": (lambda w, s, a: assignment.assign_lead(s, a, w.lead, owner_id=w.mate.id), "sqr"),
    "deals.assignment.assign_waiting_leads": (lambda _w, s, a: assignment.assign_waiting_leads(s, a) or True, "sxqr"),
    "deals.assignment.set_assignment_rules": (lambda _w, s, a: assignment.set_assignment_rules(s, a, []) or True, "qr"),
    "deals.scoring.set_score_rules": (lambda _w, s, a: scoring.set_score_rules(s, a, []) or True, "qr"),
    "deals.rule_sets.store_rule_set": (
        lambda _w, s, a: rule_sets.store_rule_set(s, a, key="x", value=[]) or True,
        "qr",
    ),
    "deals.conversion.convert_lead": (lambda w, s, a: conversion.convert_lead(s, a, w.lead), "osqr"),
    "deals.opportunities.create_opportunity": (
        lambda w, s, a: opportunities.create_opportunity(s, a, account_id=w.account.id, name="New"),
        "osqr",
    ),
    "deals.opportunities.get_opportunity": (lambda w, s, a: opportunities.get_opportunity(s, a, w.deal.id), "osqzar"),
    "deals.opportunities.list_opportunities": (lambda _w, s, a: opportunities.list_opportunities(s, a), "osqzar"),
    "deals.opportunities.find_opportunities": (
        lambda _w, s, a: opportunities.find_opportunities(s, a, "Shelves"),
        "osqzar",
    ),
    "deals.opportunities.update_opportunity": (
        lambda w, s, a: opportunities.update_opportunity(s, a, w.deal, name="Racks"),
        "osqr",
    ),
    "deals.opportunities.delete_opportunity": (
        lambda w, s, a: opportunities.delete_opportunity(s, a, w.deal) or True,
        "sqr",
    ),
    "deals.progress.change_stage": (lambda w, s, a: progress.change_stage(s, a, w.deal, stage="qualified"), "osqr"),
    "deals.quotes.create_quote": (lambda w, s, a: quotes.create_quote(s, a, w.deal, amount=Decimal(9)), "osqr"),
    "deals.quotes.get_quote": (lambda w, s, a: quotes.get_quote(s, a, w.quote.id), "osqar"),
    "deals.quotes.list_quotes": (lambda _w, s, a: quotes.list_quotes(s, a), "osqar"),
    "deals.quotes.update_quote": (lambda w, s, a: quotes.update_quote(s, a, w.quote, notes="x"), "osqr"),
    "deals.quotes.delete_quote": (lambda w, s, a: quotes.delete_quote(s, a, w.quote) or True, "sqr"),
    "deals.contracts.create_contract": (
        lambda w, s, a: contracts.create_contract(s, a, w.deal, amount=Decimal(9)),
        "osqr",
    ),
    "deals.contracts.get_contract": (lambda w, s, a: contracts.get_contract(s, a, w.contract.id), "osqar"),
    "deals.contracts.find_contract_by_number": (
        lambda w, s, a: contracts.find_contract_by_number(s, a, w.contract.number),
        "osqar",
    ),
    "deals.contracts.list_contracts": (lambda _w, s, a: contracts.list_contracts(s, a), "osqar"),
    "deals.contracts.update_contract": (lambda w, s, a: contracts.update_contract(s, a, w.contract, notes="x"), "osqr"),
    "deals.contracts.terminate_contract": (
        lambda w, s, a: contracts.terminate_contract(s, a, w.contract, reason="bankrupt"),
        "osqr",
    ),
    "deals.contracts.delete_contract": (lambda w, s, a: contracts.delete_contract(s, a, w.contract) or True, "sqr"),
    "deals.payments.plan_payments": (
        lambda w, s, a: payments.plan_payments(s, a, w.deal, [PlannedPayment(date(2027, 1, 1), Decimal(5))]),
        "osqr",
    ),
    "deals.payments.add_instalment": (
        lambda w, s, a: payments.add_instalment(s, a, w.deal, due_on=date(2027, 1, 1), amount=Decimal(3)),
        "osqr",
    ),
    "deals.payments.update_instalment": (
        lambda w, s, a: payments.update_instalment(s, a, w.instalment, notes="x"),
        "osqr",
    ),
    "deals.payments.delete_instalment": (
        lambda w, s, a: payments.delete_instalment(s, a, w.instalment) or True,
        "osqr",
    ),
    "deals.payments.record_payment": (lambda w, s, a: payments.record_payment(s, a, w.deal, amount=Decimal(5)), "osqr"),
    "deals.payments.get_payment": (lambda w, s, a: payments.get_payment(s, a, w.payment.id), "osqar"),
    "deals.payments.list_payments": (lambda _w, s, a: payments.list_payments(s, a), "osqar"),
    "deals.payments.update_payment": (lambda w, s, a: payments.update_payment(s, a, w.payment, notes="x"), "osqr"),
    "deals.payments.delete_payment": (lambda w, s, a: payments.delete_payment(s, a, w.payment) or True, "sqr"),
    "deals.payment_states.payment_state": (
        lambda w, s, a: payment_states.payment_state(s, a, w.deal, today=w.now.date()),
        "osqar",
    ),
    "deals.payment_states.list_open_instalments": (
        lambda w, s, a: payment_states.list_open_instalments(s, a, today=w.now.date(), until=date(2027, 6, 1)),
        "osqar",
    ),
    "deals.payment_states.list_overdue_payments": (
        lambda w, s, a: payment_states.list_overdue_payments(s, a, today=date(2027, 6, 1)),
        "osqar",
    ),
    "deals.approvals.get_approval": (lambda w, s, a: approvals.get_approval(s, a, w.approval.id), "osqar"),
    "deals.approvals.list_approvals": (lambda _w, s, a: approvals.list_approvals(s, a), "osqar"),
    "deals.approvals.set_approval_limits": (lambda _w, s, a: approvals.set_approval_limits(s, a, {}) or True, "qr"),
    "deals.decisions.approve": (lambda w, s, a: decisions.approve(s, a, w.approval), "qr"),
    "deals.decisions.refuse": (lambda w, s, a: decisions.refuse(s, a, w.approval, reason="no"), "qr"),
    "deals.stages.add_stage": (
        lambda _w, s, a: stages.add_stage(s, a, key="trial", before="won", probability_percent=80),
        "qr",
    ),
    "deals.stages.update_stage": (lambda w, s, a: stages.update_stage(s, a, w.stage, probability_percent=35), "qr"),
    "deals.stages.delete_stage": (lambda w, s, a: stages.delete_stage(s, a, w.stage) or True, "qr"),
    # requirements
    "requirements.create_requirement": (
        lambda w, s, a: requirements.create_requirement(s, a, account_id=w.account.id, title="New"),
        "osqzr",
    ),
    "requirements.get_requirement": (lambda w, s, a: requirements.get_requirement(s, a, w.requirement.id), "osqzar"),
    "requirements.find_requirements": (
        lambda w, s, a: requirements.find_requirements(s, a, w.requirement.code),
        "osqzar",
    ),
    "requirements.list_requirements": (lambda _w, s, a: requirements.list_requirements(s, a), "osqzar"),
    "requirements.list_due": (lambda w, s, a: requirements.list_due(s, a, now=w.now + timedelta(days=60)), "osqzar"),
    "requirements.update_requirement": (
        lambda w, s, a: requirements.update_requirement(s, a, w.requirement, title="Other"),
        "osqr",
    ),
    "requirements.change_status": (
        lambda w, s, a: requirements.change_status(s, a, w.requirement, status="doing"),
        "osqr",
    ),
    "requirements.answer_requirement": (lambda w, s, a: requirements.answer_requirement(s, a, w.requirement), "osqr"),
    "requirements.split_requirement": (
        lambda w, s, a: requirements.split_requirement(s, a, w.requirement, [requirements.PlannedTask(title="Part")]),
        "osqr",
    ),
    "requirements.list_requirement_tasks": (
        lambda w, s, a: requirements.list_requirement_tasks(s, a, w.requirement),
        "osqzar",
    ),
    "requirements.link_interaction": (
        lambda w, s, a: requirements.link_interaction(s, a, w.requirement, w.interaction),
        "osqr",
    ),
    "requirements.delete_requirement": (
        lambda w, s, a: requirements.delete_requirement(s, a, w.requirement) or True,
        "sqr",
    ),
    # tickets
    "tickets.open_ticket": (
        lambda w, s, a: tickets.open_ticket(s, a, subject="New", text="New", contact_id=w.contact.id),
        "osqzrc",
    ),
    "tickets.get_ticket": (lambda w, s, a: tickets.get_ticket(s, a, w.ticket.id), "osqzarc"),
    "tickets.get_by_number": (lambda w, s, a: tickets.get_by_number(s, a, w.ticket.number), "osqzarc"),
    "tickets.list_tickets": (lambda _w, s, a: tickets.list_tickets(s, a), "osqzarc"),
    "tickets.find_open_ticket": (lambda _w, s, a: tickets.find_open_ticket(s, a, conversation_id=7), "osqzarc"),
    "complaints.find_open_complaint": (
        lambda w, s, a: (
            tickets.open_ticket(
                s, system_actor(a.now), subject="Rude", text="Rude", kind=TicketKind.COMPLAINT, contact_id=w.contact.id
            )
            and complaints.find_open_complaint(s, a, conversation_id=7, contact_id=w.contact.id)
        ),
        "osqzarc",
    ),
    "ticket_kinds.reclassify": (
        lambda w, s, a: ticket_kinds.reclassify(s, a, w.ticket, kind=TicketKind.COMPLAINT),
        "osqzr",
    ),
    "tickets.find_tickets_of": (lambda _w, s, a: tickets.find_tickets_of(s, a, conversation_id=7), "osqzarc"),
    "tickets.thread": (lambda w, s, a: tickets.thread(s, a, w.ticket), "osqzarc"),
    "tickets.add_customer_message": (lambda w, s, a: tickets.add_customer_message(s, a, w.ticket, text="x"), "osqzrc"),
    "tickets.answer_ticket": (lambda w, s, a: tickets.answer_ticket(s, a, w.ticket, text="x"), "osqzr"),
    "tickets.add_note": (lambda w, s, a: tickets.add_note(s, a, w.ticket, text="x"), "osqzr"),
    "tickets.take_ticket": (lambda w, s, a: tickets.take_ticket(s, a, w.ticket), "osqzr"),
    "tickets.assign_ticket": (lambda w, s, a: tickets.assign_ticket(s, a, w.ticket, user=w.mate), "sqzr"),
    "tickets.solve_ticket": (lambda w, s, a: tickets.solve_ticket(s, a, w.ticket), "osqzrc"),
    "tickets.close_ticket": (lambda w, s, a: tickets.close_ticket(s, a, w.ticket), "osqzrc"),
    "tickets.reopen_ticket": (lambda w, s, a: tickets.reopen_ticket(s, a, w.ticket), "osqzrc"),
    "tickets.set_csat": (lambda w, s, a: tickets.set_csat(s, a, w.ticket, score=5), "c"),
    # marketing and targets
    "segments.create_segment": (lambda _w, s, a: segments.create_segment(s, a, name="New", filter=FILTER), "omsxqr"),
    "segments.get_segment": (lambda w, s, a: segments.get_segment(s, a, w.segment.id), "omsxqzar"),
    "segments.find_segment": (lambda w, s, a: segments.find_segment(s, a, w.segment.name), "omsxqzar"),
    "segments.list_segments": (lambda _w, s, a: segments.list_segments(s, a), "omsxqzar"),
    "segments.preview": (lambda _w, s, a: segments.preview(s, a, filter=FILTER).count, "osqzar"),
    "segments.members": (lambda w, s, a: segments.members(s, a, w.segment), "osqzar"),
    "segments.update_segment": (lambda w, s, a: segments.update_segment(s, a, w.segment, name="X"), "osqr"),
    "segments.delete_segment": (lambda w, s, a: segments.delete_segment(s, a, w.segment) or True, "osqr"),
    "campaigns.create_campaign": (lambda _w, s, a: campaigns.create_campaign(s, a, name="New"), "sxqr"),
    "campaigns.get_campaign": (lambda w, s, a: campaigns.get_campaign(s, a, w.campaign.id), "omsxqzar"),
    "campaigns.find_campaign": (lambda w, s, a: campaigns.find_campaign(s, a, w.campaign.name), "omsxqzar"),
    "campaigns.list_campaigns": (lambda _w, s, a: campaigns.list_campaigns(s, a), "omsxqzar"),
    "campaigns.update_campaign": (lambda w, s, a: campaigns.update_campaign(s, a, w.campaign, name="X"), "sqr"),
    "campaigns.delete_campaign": (lambda w, s, a: campaigns.delete_campaign(s, a, w.campaign) or True, "sqr"),
    "campaigns.add_members": (
        lambda w, s, a: campaigns.add_members(s, a, w.campaign, contact_ids=[w.contact.id]),
        "osqr",
    ),
    "campaigns.add_segment": (lambda w, s, a: campaigns.add_segment(s, a, w.campaign, w.segment), "osqr"),
    "campaigns.list_members": (lambda w, s, a: campaigns.list_members(s, a, w.campaign), "osqzar"),
    "campaigns.mark_reached": (lambda w, s, a: campaigns.mark_reached(s, a, [w.member]), "osqr"),
    "campaigns.record_response": (lambda w, s, a: campaigns.record_response(s, a, w.member), "osqr"),
    "campaigns.campaign_result": (lambda w, s, a: campaigns.campaign_result(s, a, w.campaign).audience, "osqzar"),
    "campaigns.list_results": (lambda _w, s, a: campaigns.list_results(s, a), "omsxqzar"),
    "targets.set_target": (
        lambda w, s, a: targets.set_target(
            s, a, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31), amount=5, owner_id=w.owner.id
        ),
        "sqr",
    ),
    "targets.get_target": (lambda w, s, a: targets.get_target(s, a, w.target.id), "osqar"),
    "targets.list_targets": (lambda _w, s, a: targets.list_targets(s, a), "osqar"),
    "targets.progress": (lambda w, s, a: targets.progress(s, a, w.target), "osqar"),
    "targets.list_progress": (lambda _w, s, a: targets.list_progress(s, a), "osqar"),
    "targets.breakdown_gap": (lambda w, s, a: targets.breakdown_gap(s, a, w.target) + 1, "osqar"),
    "targets.update_target": (lambda w, s, a: targets.update_target(s, a, w.target, amount=7), "sqr"),
    "targets.delete_target": (lambda w, s, a: targets.delete_target(s, a, w.target) or True, "sqr"),
    # figures
    "reports.summary.summarise": (
        lambda w, s, a: summary.summarise(s, a, start=w.now - timedelta(days=7), end=w.now + timedelta(days=1)),
        "omsxqzar",
    ),
    "reports.pipeline.report_pipeline": (
        lambda w, s, a: pipeline.report_pipeline(s, a, start=w.now - timedelta(days=7), end=w.now + timedelta(days=1)),
        "omsxqzar",
    ),
    "reports.receivables.report_receivables": (
        lambda w, s, a: receivables.report_receivables(
            s, a, start=w.now - timedelta(days=7), end=w.now + timedelta(days=1)
        ),
        "omsxqzar",
    ),
    # what the owner wrote with message 5
    "undo.undo_events": (lambda _w, s, a: undo.undo_events(s, a, undo.get_written(s, 5).events), "or"),
}

#: Parts of services that ask for no permission of their own: their callers have, or they touch the actor's own only.
INTERNAL = frozenset(
    {
        "access.change_password",
        "audit.changing",
        "audit.record_all_created",
        "audit.record_change",
        "audit.record_created",
        "audit.record_deleted",
        "audit.record_refusal",
        "circles.choose_circle",
        "deals.approvals.needs_approval",
        "deals.approvals.request_approval",
        "deals.approvals.set_awaited",
        "deals.approvals.require_covered",
        "deals.approvals.withdraw_pending",
        "deals.progress.create_stage_task",
        "deals.progress.enter_stage",
        "key_contacts.fill_place",
        "records.change_fields",
        "records.default_owner_id",
        "records.get_record",
        "rule_tasks.create_rule_task",
        "ticket_lines.add_line",
        "transfer.consequences.of_opportunity",
        "transfer.importer.import_file",
        "transfer.named.resolve_named",
        "undo.find_last_undone",
        "undo.list_written",
        "undo.undo_cause",
    }
)
