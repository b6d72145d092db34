"""Invitations: a code works once, for one number, for seven days; guessing gets nobody anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.short_codes import ALPHABET
from registry.models import AuditEntry, Cadre, Driver, Invitation, Staff
from registry.persons import codes, invitations, people
from registry.persons.invitations import Area, InvitationError, read_code
from tests import factories
from tests.conftest import NOW
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

PHONE = "+6281200000071"
HER_VILLAGE = Area(villages=(SUMBEROTO,))
HER_DISTRICT = Area(districts=(DONOMULYO,), facility="Puskesmas Donomulyo")


def invite(session: Session, role: Any = "cadre", area: Area | None = HER_VILLAGE, phone: str = PHONE) -> str:
    return invitations.invite(session, role, "Sri Rahayu", phone, NOW, area=area)


def claim(session: Session, code: str, phone: str = PHONE, now: Any = NOW) -> str:
    return invitations.claim(session, factories.contact(session, phone), code, now)


def test_code_is_shown_once_and_kept_nowhere(session: Session) -> None:
    code = invite(session)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    (row,) = session.scalars(select(Invitation))
    assert row.code_index != code
    assert code not in " ".join(str(getattr(row, column.key)) for column in Invitation.__table__.columns)
    assert row.expires_at == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("role", "area", "heard"),
    [
        ("cadre", HER_VILLAGE, "cadre"),
        ("driver", Area(villages=(SUMBEROTO,), vehicle="APV", plate="N 1 AB"), "driver"),
        ("midwife", HER_DISTRICT, "staff"),
        ("officer", HER_DISTRICT, "staff"),
        ("dinkes", None, "staff"),
        ("admin", None, "staff"),
    ],
)
def test_owner_of_the_number_becomes_what_she_was_invited_to_be(
    session: Session, role: str, area: Area | None, heard: str
) -> None:  # fmt: skip
    code = invite(session, role, area)
    assert claim(session, code) == "claimed"
    speaker = factories.speaker_of(session, PHONE)
    assert speaker.role == heard
    helper = speaker.staff or speaker.cadre or speaker.driver
    assert helper is not None
    assert (helper.name, helper.phone, helper.active) == ("Sri Rahayu", PHONE, True)


def test_areas_and_duties_come_from_the_invitation(session: Session) -> None:
    claim(session, invite(session, "midwife", HER_DISTRICT))
    midwife = session.scalars(select(Staff)).one()
    assert (midwife.unit, midwife.duty, midwife.facility) == ("puskesmas", "midwife", "Puskesmas Donomulyo")
    assert factories.speaker_of(session, PHONE).districts == {DONOMULYO}
    claim(session, invite(session, "admin", None, "+6281200000072"), "+6281200000072")
    assert session.scalars(select(Staff).where(Staff.unit == "dinkes")).one().duty == "admin"
    claim(session, invite(session, "driver", Area((SUMBEROTO,), vehicle="APV", plate="N 1"), "+6281200000073"),
          "+6281200000073")  # fmt: skip
    driver = session.scalars(select(Driver)).one()
    assert (driver.vehicle, driver.plate, [area.village_code for area in driver.areas]) == ("APV", "N 1", [SUMBEROTO])


def test_code_works_once(session: Session) -> None:
    code = invite(session)
    assert [claim(session, code), claim(session, code)] == ["claimed", "used"]
    assert session.scalar(select(func.count(Cadre.id))) == 1


@pytest.mark.parametrize(
    ("later", "outcome"), [(timedelta(days=7, seconds=-1), "claimed"), (timedelta(days=7), "expired")]
)
def test_code_expires_after_seven_days(session: Session, later: timedelta, outcome: str) -> None:
    assert claim(session, invite(session), now=NOW + later) == outcome


def test_code_of_another_number_is_answered_like_a_wrong_one(session: Session) -> None:
    code = invite(session)
    assert claim(session, code, "+6281200000072") == "wrong"
    assert claim(session, "ABCDEFG2", "+6281200000072") == "wrong"
    assert factories.speaker_of(session, "+6281200000072").role == "stranger"
    assert claim(session, code) == "claimed", "the one it is for still gets in"


def test_code_waits_for_the_number_of_a_contact_that_has_not_shared_it(session: Session) -> None:
    code = invite(session)
    contact = factories.unproved(session)
    assert invitations.claim(session, contact, code, NOW) == "unproved"
    (draft,) = invitations.answer(session, contact, f"/start {code}", NOW)
    assert draft.ask_contact
    shared = people.keep_contact(session, "telegram", "tg-901", PHONE, NOW)
    assert invitations.claim(session, shared, code, NOW) == "claimed"


def test_guessing_is_stopped_for_an_hour_even_with_the_right_code(session: Session) -> None:
    code = invite(session)
    outcomes = [claim(session, f"AAAAAA{sign}2") for sign in "BCDEFG"]
    assert outcomes == ["wrong"] * 5 + ["paused"]
    assert claim(session, code) == "paused"
    assert claim(session, code, now=NOW + timedelta(minutes=61)) == "claimed"


def test_guesses_are_on_the_audit_without_the_code(session: Session) -> None:
    claim(session, "ABCDEFG2")
    (row,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "invitation_wrong"))
    assert row.detail is None
    assert row.subject is None


def test_new_invitation_takes_the_place_of_the_old_one(session: Session) -> None:
    first, second = invite(session), invite(session)
    assert claim(session, first) == "expired"
    assert claim(session, second) == "claimed"


def test_helper_who_is_invited_again_gets_her_new_area(session: Session) -> None:
    former = factories.cadre(session, SUMBEROTO, phone=PHONE, active=False)
    claim(session, invite(session, "cadre", Area(villages=(KETAWANG,))))
    assert former.active
    assert factories.speaker_of(session, PHONE).villages == {KETAWANG}
    claim(session, invite(session, "midwife", Area(districts=(GONDANGLEGI,))))
    assert factories.speaker_of(session, PHONE).role == "staff"


@pytest.mark.parametrize(
    ("role", "area", "reason"),
    [
        ("cadre", None, "needs a village"),
        ("driver", Area(districts=(DONOMULYO,)), "needs a village"),
        ("midwife", HER_VILLAGE, "needs a district"),
        ("cadre", Area(villages=("35.07.99.9999",)), "no village"),
        ("officer", Area(districts=("35.07.99",)), "no district"),
    ],
)
def test_invitation_without_a_sound_area_is_refused(
    session: Session, role: str, area: Area | None, reason: str
) -> None:  # fmt: skip
    with pytest.raises(InvitationError, match=reason):
        invite(session, role, area)


def test_revoked_helper_is_a_stranger_and_her_code_is_dead(session: Session) -> None:
    claim(session, invite(session))
    code = invite(session)
    assert invitations.revoke(session, PHONE, NOW) == 1
    assert factories.speaker_of(session, PHONE).role == "stranger"
    assert claim(session, code) == "expired"
    assert invitations.was_cadre(session, factories.contact(session, PHONE))
    assert invitations.revoke(session, PHONE, NOW) == 0


def test_every_role_of_a_number_ends_at_once(session: Session) -> None:
    for make in (factories.cadre, factories.staff, factories.driver):
        make(session, phone=PHONE)
    assert invitations.revoke(session, PHONE, NOW) == 3


@pytest.mark.parametrize(
    ("known", "was"),
    [({"active": False}, True), ({"active": True}, False), (None, False)],
    ids=["former", "now", "never"],
)
def test_former_cadre_is_told_apart(session: Session, known: dict[str, Any] | None, was: bool) -> None:
    if known is not None:
        factories.cadre(session, phone=PHONE, **known)
    assert invitations.was_cadre(session, factories.contact(session, PHONE)) is was


def test_contact_without_a_number_was_nobody(session: Session) -> None:
    assert not invitations.was_cadre(session, factories.unproved(session))


# ------------------------------------------------------------------ what is typed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kode undangan ABCD2345", "ABCD2345"),
        ("Kode undangan: abcd2345", "ABCD2345"),
        ("ini kode undangan saya ABCD 2345", "ABCD2345"),
        ("undangan ABCD-2345.", "ABCD2345"),
        ("/start ABCD2345", "ABCD2345"),
        ("ABCD2345", "ABCD2345"),
        ("/start", None),
        ("abcd2345", None),
        ("ABCDEFGH", None),
        ("ABCD234", None),
        ("kode undangan ABCD23450", None),
        ("kode undangan ABCD2341", None),
        ("kode undangan saya tidak bisa dipakai", None),
        ("saya dapat undangan kelas ibu hamil besok", None),
        ("SUMBEROTO", None),
        ("M-4F7Q", None),
        ("3507014503989001", None),
    ],
)
def test_code_is_read_however_it_is_sent(text: str, code: str | None) -> None:
    assert read_code(text) == code


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    code = read_code(text)
    assert code is None or (len(code) == 8 and set(code) <= set(ALPHABET))


@given(st.text(ALPHABET, min_size=8, max_size=8))
def test_every_code_is_read_back_from_the_text_of_its_link(code: str) -> None:
    assert read_code(f"kode undangan {code}") == code
    assert read_code(f"/start {code}") == code


@pytest.mark.parametrize(
    ("said", "hint"),
    [("/start {code}", "Selamat datang"), ("kode undangan ZZZZZZZ2", "tidak cocok"), ("halo bu", None)],
    ids=["right", "wrong", "no code at all"],
)
def test_answer_says_what_became_of_a_code(session: Session, said: str, hint: str | None) -> None:
    contact = factories.contact(session, PHONE)
    drafts = invitations.answer(session, contact, said.format(code=invite(session)), NOW)
    assert (drafts[0].text if drafts else None) is hint or (hint is not None and hint in drafts[0].text)


def test_every_code_is_read_when_nothing_else_is_written() -> None:
    drawn = [codes.draw(invitations.LENGTH) for _ in range(300)]
    assert [read_code(one) for one in drawn] == drawn
