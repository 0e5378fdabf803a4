from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.access import find_identity, link_identity
from crm_core.audit import snapshot
from crm_core.campaigns import add_members, create_campaign
from crm_core.customers import create_account, create_contact, find_account_by_code, get_account, list_contacts
from crm_core.deals import create_opportunity, ensure_default_stages
from crm_core.errors import InvalidField, PermissionRefused
from crm_core.interactions import list_contact_ids, list_interactions, log_interaction
from crm_core.merging import merge_accounts, merge_contacts, unmerge
from crm_core.models import Account, AuditEvent, CampaignMember, Contact
from crm_core.permissions import system_actor
from crm_core.tasks import create_task, list_tasks
from crm_core.tickets import open_ticket
from tests.crm_core.conftest import ActorOf, actor_in, undo_message


def test_a_merged_account_keeps_both_histories_and_comes_back(any_session: Session, now: datetime) -> None:
    session, system = any_session, system_actor(now)
    ensure_default_stages(session)
    li = actor_in(session, "li", now, message_id=7)
    keep = create_account(session, li, name="华为技术有限公司", tags=["VIP"])
    drop = create_account(session, li, name="华为科技", industry="ICT", tags=["5G"], short_names=["HW"])
    ann = create_contact(session, li, name="Ann", account_id=drop.id)
    call = log_interaction(session, li, kind="call", occurred_at=now, summary="Called", contact_ids=[ann.id])
    deal = create_opportunity(session, li, account_id=drop.id, name="Shelves")
    task = create_task(session, li, title="Send quote", account_id=drop.id)
    ticket = open_ticket(session, system, subject="Late", text="Late", account_id=drop.id)
    campaign = create_campaign(session, system, name="Spring")
    add_members(session, system, campaign, account_ids=[keep.id, drop.id])
    before = {record: snapshot(record) for record in (keep, drop, ann, call, deal, task, ticket)}

    merging = actor_in(session, "li", now, message_id=8)
    merge = merge_accounts(session, merging, keep=keep, drop=drop, reason="same licence")
    assert {record.account_id for record in (ann, call, deal, task, ticket)} == {keep.id}
    assert merge.moved == {"contact": 1, "interaction": 1, "opportunity": 1, "task": 1, "ticket": 1}
    assert (keep.industry, keep.tags, keep.short_names) == ("ICT", ["VIP", "5G"], ["华为科技", "HW"])
    assert keep.last_interaction_at == now
    assert get_account(session, li, drop.id) is keep
    assert find_account_by_code(session, li, drop.code) is keep
    assert session.scalar(select(AuditEvent.reason).where(AuditEvent.action == "deleted")) == (
        f"merge of account {drop.id} into {keep.id}: same licence"
    )

    undo_message(session, merging, message_id=8)
    assert {record: snapshot(record) for record in before} == before
    assert session.query(CampaignMember).count() == 2

    merge_accounts(session, system, keep=keep, drop=drop)
    assert unmerge(session, li, record_type="account", dropped_id=drop.id) > 5
    assert {record: snapshot(record) for record in before} == before


def test_a_merged_contact_keeps_his_chats_numbers_and_talks(any_session: Session, now: datetime) -> None:
    session = any_session
    li = actor_in(session, "li", now)
    account = create_account(session, li, name="Acme")
    keep = create_contact(session, li, name="张伟", mobile="13800001111", account_id=account.id)
    drop = create_contact(session, li, name="Zhang Wei", mobile="13900002222", email="z@example.com", tags=["golf"])
    link_identity(session, channel="telegram", external_id="7", contact_id=drop.id, now=now)
    earlier = now - timedelta(days=3)
    both = log_interaction(
        session, li, kind="visit", occurred_at=now, summary="Visited", contact_ids=[keep.id, drop.id]
    )
    alone = log_interaction(session, li, kind="call", occurred_at=earlier, summary="Called", contact_ids=[drop.id])
    create_task(session, li, title="Call back", contact_id=drop.id)
    session.flush()
    merging = actor_in(session, "li", now, message_id=9)
    merge_contacts(session, merging, keep=keep, drop=drop)
    assert [list_contact_ids(session, row.id) for row in (both, alone)] == [[keep.id], [keep.id]]
    assert list_interactions(session, li, contact_id=keep.id) == [both, alone]
    identity = find_identity(session, "telegram", "7")
    assert identity is not None
    assert identity.contact_id == keep.id
    assert (keep.email, keep.tags) == ("z@example.com", ["golf"])
    assert keep.attributes == {"aliases": ["Zhang Wei"], "other_mobile": "+8613900002222"}
    assert [task.title for task in list_tasks(session, li, contact_id=keep.id)] == ["Call back"]
    assert list_contacts(session, li, account_id=account.id) == [keep]

    undo_message(session, merging, message_id=9)
    assert [list_contact_ids(session, row.id) for row in (both, alone)] == [[keep.id, drop.id], [drop.id]]
    assert (keep.email, identity.contact_id, drop.deleted_at) == (None, drop.id, None)
    assert drop.last_interaction_at == now


def test_only_who_may_change_both_merges_them(session: Session, as_staff: ActorOf) -> None:
    mine = create_account(session, as_staff("li"), name="Acme")
    theirs = create_account(session, as_staff("wang"), name="Acme Ltd")
    for handle, keep, drop in (("li", mine, theirs), ("li", theirs, mine), ("wu", mine, theirs)):
        with pytest.raises(PermissionRefused):
            merge_accounts(session, as_staff(handle), keep=keep, drop=drop)
    with pytest.raises(InvalidField):
        merge_accounts(session, as_staff("li"), keep=mine, drop=mine)
    merge_accounts(session, as_staff("sun"), keep=mine, drop=theirs)
    assert session.scalars(select(Account).where(Account.deleted_at.is_(None))).all() == [mine]
    assert session.scalars(select(Contact)).all() == []
