from __future__ import annotations

from sqlalchemy.orm import Session

from crm_core.customers import create_account, create_contact
from crm_core.matching import find_duplicates, sound_of
from crm_core.permissions import Actor


def test_names_of_the_same_sound_are_heard_alike() -> None:
    assert sound_of("张伟") == sound_of("章玮") == "zhangwei"
    assert sound_of("ＡＣＭＥ 12") == "acme12"
    assert sound_of("华为") != sound_of("华威科技")


def test_a_company_is_found_by_legal_form_slip_and_sound(session: Session, system: Actor) -> None:
    account = create_account(session, system, name="华为技术有限公司")
    for name, similarity in (("华为技术股份有限公司", 1.0), ("华伟技术", 0.95), ("华为 技术 (集团)", 1.0)):
        found = find_duplicates(session, system, record_type="account", name=name)
        assert [(each.id, each.similarity) for each in found] == [(account.id, similarity)], name
    assert find_duplicates(session, system, record_type="account", name="中兴通讯") == []


def test_a_person_is_found_by_sound_within_his_account_alone(session: Session, system: Actor) -> None:
    account = create_account(session, system, name="Acme")
    contact = create_contact(session, system, name="张伟", mobile="13800001111", account_id=account.id)
    assert find_duplicates(session, system, record_type="contact", name="章伟") == []
    near = find_duplicates(session, system, record_type="contact", name="章伟", account_id=account.id)
    assert [each.id for each in near] == [contact.id]
    by_number = find_duplicates(session, system, record_type="contact", name="别人", mobile="+86 138-0000-1111")
    assert [(each.id, each.reason) for each in by_number] == [(contact.id, "mobile")]
