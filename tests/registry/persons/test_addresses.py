"""One person, several names on a channel: she stays the same contact."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import sealing
from registry.models import AuditEntry, Contact, ContactAlias, RecordChange, SenderNotice
from registry.persons import addresses, people
from tests import factories
from tests.conftest import NOW

OLD, NEW, BSUID, NEXT_BSUID = "+6281200000301", "+6281200000302", "ID.301", "ID.302"


def keep(session: Session, address: str, other: str | None = None) -> Contact:
    phone = address if address.startswith("+") else None
    return addresses.keep(session, "whatsapp", address, other, phone, NOW)


def contacts(session: Session) -> int:
    return len(session.scalars(select(Contact)).all())


def test_she_is_known_by_her_id_when_the_number_is_withheld(session: Session) -> None:
    mother = keep(session, OLD, BSUID)
    assert keep(session, BSUID).id == mother.id
    assert (contacts(session), mother.address, mother.phone) == (1, OLD, OLD)


def test_she_is_known_by_her_number_when_the_id_came_first(session: Session) -> None:
    mother = keep(session, BSUID)
    assert keep(session, OLD, BSUID).id == mother.id
    assert (contacts(session), mother.address, mother.phone) == (1, OLD, OLD)
    assert keep(session, BSUID).id == mother.id


def test_she_is_known_by_her_id_when_she_writes_from_another_number(session: Session) -> None:
    mother = keep(session, OLD, BSUID)
    assert keep(session, NEW, BSUID).id == mother.id
    assert (mother.address, mother.phone) == (NEW, NEW)


def test_two_people_stay_two(session: Session) -> None:
    assert keep(session, OLD, BSUID).id != keep(session, NEW, NEXT_BSUID).id


def test_same_names_again_change_nothing(session: Session) -> None:
    for _ in range(3):
        keep(session, OLD, BSUID)
    assert len(session.scalars(select(ContactAlias)).all()) == 1


def move(session: Session, old: str, new: str) -> Contact | None:
    return addresses.move(session, "whatsapp", old, new, new if new.startswith("+") else None, NOW)


def test_her_record_follows_when_she_has_a_new_number(session: Session) -> None:
    mother = factories.person(session, phone=OLD, phone_index=sealing.index("phone", OLD))
    contact = keep(session, OLD, BSUID)
    move(session, OLD, NEW)
    assert people.speaker(session, keep(session, NEW)).person is mother
    assert (contact.address, mother.phone) == (NEW, NEW)
    change = session.scalars(select(RecordChange)).one()
    assert (change.field, change.old, change.new) == ("phone", OLD, NEW)
    assert "contact_moved" in session.scalars(select(AuditEntry.action)).all()


def test_old_number_leads_to_somebody_else_afterwards(session: Session) -> None:
    contact = keep(session, OLD)
    move(session, OLD, NEW)
    assert keep(session, OLD).id != contact.id


def test_she_is_known_by_both_ids_when_the_id_changes(session: Session) -> None:
    contact = keep(session, BSUID)
    move(session, BSUID, NEXT_BSUID)
    assert keep(session, NEXT_BSUID).id == contact.id
    assert keep(session, BSUID).id == contact.id


def test_what_we_knew_holds_when_she_wrote_from_the_new_number_first(session: Session) -> None:
    mother = factories.person(session, phone=OLD, phone_index=sealing.index("phone", OLD))
    old, new = keep(session, OLD), keep(session, NEW)
    old.stopped_at = NOW
    assert move(session, OLD, NEW) is new
    assert (old.blocked, new.stopped_at, mother.phone) == (True, NOW, NEW)


def test_operator_is_told_when_it_is_a_helper(session: Session) -> None:
    cadre = factories.cadre(session, phone=OLD, phone_index=sealing.index("phone", OLD))
    keep(session, OLD)
    move(session, OLD, NEW)
    notice = session.scalars(select(SenderNotice)).one()
    assert (notice.code, notice.about) == ("helper_has_new_number", f"cadre:{cadre.id}")
    assert cadre.phone == OLD


@pytest.mark.parametrize("old", ["+6281200000399", NEW], ids=["never heard of her", "to where she is"])
def test_nothing_moves(session: Session, old: str) -> None:
    contact = keep(session, NEW)
    move(session, old, NEW)
    assert (contact.address, contacts(session)) == (NEW, 1)
