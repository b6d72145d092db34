"""Changing a record: which dating holds, what is impossible, and that everything follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEntry, Cadre, Driver, Handoff, Person, Pregnancy, RecordChange, Reminder, Staff
from registry.persons import changes, people
from registry.persons.changes import Change, Field, Verdict
from registry.persons.people import Speaker
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()
OLD = TODAY - timedelta(weeks=27)
NEW = OLD + timedelta(days=10)


def mother_of(session: Session, **dated: object) -> tuple[Person, Pregnancy]:
    mother = factories.person(session)
    return mother, factories.pregnancy(session, mother, hpht=OLD, hpl=OLD + timedelta(days=280), **dated)


def speaker(session: Session, who: str, mother: Person) -> Speaker:
    if who == "mother":
        return factories.speaker_of(session, str(mother.phone))
    helper = factories.cadre(session) if who == "cadre" else factories.staff(session)
    return factories.speaker_of(session, helper.phone)


@pytest.mark.parametrize(
    ("dated_from", "dated_by", "who", "change", "verdict"),
    [
        (None, None, "mother", Change("hpht", NEW.isoformat()), "ok"),
        (None, None, "mother", Change("weeks", NEW.isoformat()), "ok"),
        ("mother", "weeks", "mother", Change("hpht", NEW.isoformat()), "ok"),
        ("mother", "lmp", "mother", Change("hpht", NEW.isoformat()), "ok"),
        ("mother", "lmp", "mother", Change("hpl", (NEW + timedelta(days=280)).isoformat(), ultrasound=True), "ok"),
        ("mother", "lmp", "mother", Change("weeks", NEW.isoformat()), "weaker"),
        ("mother", "lmp", "cadre", Change("weeks", NEW.isoformat()), "ok"),
        ("cadre", "lmp", "mother", Change("hpht", NEW.isoformat()), "weaker"),
        ("cadre", "lmp", "staff", Change("weeks", NEW.isoformat()), "ok"),
        ("staff", "ultrasound", "mother", Change("hpht", NEW.isoformat()), "weaker"),
        ("staff", "ultrasound", "cadre", Change("hpht", NEW.isoformat()), "weaker"),
        ("staff", "lmp", "staff", Change("hpl", (NEW + timedelta(days=280)).isoformat()), "weaker"),
        ("staff", "weeks", "staff", Change("hpl", (NEW + timedelta(days=280)).isoformat(), ultrasound=True), "ok"),
    ],
    ids=[
        "origin unknown", "origin unknown, weeks", "day after weeks", "her own word put right", "her own ultrasound",
        "weeks after her day", "cadre after mother", "mother after cadre", "midwife after cadre",
        "mother after the midwife's ultrasound", "cadre after the midwife's ultrasound",
        "a counted due date after the midwife's day", "midwife's ultrasound after weeks",
    ],
)  # fmt: skip
def test_better_dating_holds(
    session: Session, dated_from: str | None, dated_by: str | None, who: str, change: Change, verdict: Verdict
) -> None:
    mother, _ = mother_of(session, dated_from=dated_from, dated_by=dated_by)
    assert changes.judge(session, speaker(session, who, mother), mother, change, NOW) == verdict


@pytest.mark.parametrize(
    ("field", "value", "verdict"),
    [
        ("hpht", TODAY + timedelta(days=1), "impossible"),
        ("hpht", TODAY - timedelta(days=309), "impossible"),
        ("hpht", TODAY - timedelta(days=308), "ok"),
        ("hpht", OLD, "same"),
        ("hpl", TODAY - timedelta(days=15), "impossible"),
        ("hpl", TODAY + timedelta(days=281), "impossible"),
        ("hpl", TODAY + timedelta(days=280), "ok"),
        ("born_on", date(2020, 1, 1), "impossible"),
        ("born_on", date(1950, 1, 1), "impossible"),
        ("born_on", factories.BORN_ON, "same"),
        ("born_on", date(1999, 1, 1), "ok"),
        ("reminder_hour", "5", "impossible"),
        ("reminder_hour", "6", "ok"),
        ("reminder_hour", "20", "ok"),
        ("reminder_hour", "21", "impossible"),
        ("name", "Siti Aminah", "same"),
    ],
)
def test_impossible_value_is_refused(session: Session, field: Field, value: object, verdict: Verdict) -> None:
    mother, _ = mother_of(session)
    change = Change(field, value.isoformat() if isinstance(value, date) else str(value))
    assert changes.judge(session, speaker(session, "mother", mother), mother, change, NOW) == verdict


def test_dating_needs_a_pregnancy(session: Session) -> None:
    mother = factories.person(session)
    asker = speaker(session, "mother", mother)
    assert changes.judge(session, asker, mother, Change("hpht", NEW.isoformat()), NOW) == "not_pregnant"


@pytest.mark.parametrize("make", [factories.cadre, factories.staff, factories.driver], ids=["cadre", "staff", "driver"])
def test_number_of_a_helper_is_taken(session: Session, make: Callable[[Session], Cadre | Staff | Driver]) -> None:
    mother, _ = mother_of(session)
    change = Change("phone", make(session).phone)
    assert changes.judge(session, speaker(session, "mother", mother), mother, change, NOW) == "taken"


def test_new_date_moves_every_reminder_and_leaves_the_old_one_on_record(session: Session) -> None:
    mother, pregnancy = mother_of(session)
    asker = speaker(session, "mother", mother)
    changes.apply(session, asker, mother, Change("hpht", OLD.isoformat()), NOW)
    before = {row.visit: row.about for row in planned(session)}
    changes.apply(session, asker, mother, Change("hpl", (NEW + timedelta(days=280)).isoformat(), ultrasound=True), NOW)
    after = {row.visit: row.about for row in planned(session)}
    assert (pregnancy.hpht, pregnancy.hpl) == (NEW, NEW + timedelta(days=280))
    assert (pregnancy.dated_by, pregnancy.dated_from) == ("ultrasound", "mother")
    assert {visit for visit in before if before[visit] != after.get(visit)} >= {"K5", "K6"}
    rows = session.scalars(select(RecordChange).where(RecordChange.field == "hpht")).all()
    assert [(row.old, row.new, row.by, row.method) for row in rows] == [
        (OLD.isoformat(), NEW.isoformat(), "mother", "ultrasound")
    ]
    details = [entry.detail for entry in session.scalars(select(AuditEntry)) if entry.action == "record_changed"]
    assert details[-1] == {"field": "hpl", "by": "mother", "channel": "whatsapp"}


def planned(session: Session) -> list[Reminder]:
    rows = select(Reminder).where(Reminder.status == "planned", Reminder.kind == "anc")
    return list(session.scalars(rows.order_by(Reminder.id)))


def test_move_to_another_village_takes_its_names_and_drops_the_old_house(session: Session) -> None:
    mother, _ = mother_of(session)
    mother.address = "RT 3"
    changes.apply(session, speaker(session, "mother", mother), mother, Change("address", factories.TLOGOWARU), NOW)
    now = [mother.village_code, mother.village_name, mother.regency, mother.address]
    assert now == [factories.TLOGOWARU, "Tlogowaru", "Kota Malang", None]


@pytest.mark.parametrize(
    ("field", "value", "old", "new"),
    [
        ("hpht", NEW.isoformat(), "16 Mei 2026", "26 Mei 2026"),
        ("weeks", NEW.isoformat(), "16 Mei 2026", "26 Mei 2026"),
        ("hpl", (NEW + timedelta(days=280)).isoformat(), "20 Februari 2027", "2 Maret 2027"),
        ("phone", "+6281299990000", "0812", "081299990000"),
        ("born_on", "1999-01-02", "5 Maret 1998", "2 Januari 1999"),
        ("reminder_hour", "16", "belum ada", "jam 16.00"),
        ("address", factories.KETAWANG, "Sumberoto", "Ketawang"),
        ("companion", "Slamet", "belum ada", "Slamet"),
    ],
)
def test_old_and_new_are_shown_in_words(session: Session, field: Field, value: str, old: str, new: str) -> None:
    mother, _ = mother_of(session)
    shown = changes.shown(session, mother, Change(field, value), NOW)
    assert old in shown.old
    assert new in shown.new
    assert shown.label


def test_doubted_dating_is_passed_to_a_midwife_with_both_values(session: Session) -> None:
    mother, pregnancy = mother_of(session, dated_from="staff", dated_by="ultrasound")
    asker = speaker(session, "mother", mother)
    changes.pass_on(session, asker, mother, Change("hpht", NEW.isoformat()), NOW, None)
    changes.pass_on(session, asker, mother, Change("hpht", (NEW + timedelta(days=1)).isoformat()), NOW, None)
    talk = session.scalars(select(Handoff)).one()
    assert (talk.reason, pregnancy.hpht) == ("dating", OLD)
    for day in ("16 Mei 2026", "26 Mei 2026", "27 Mei 2026"):
        assert day in str(talk.note)


@given(days=st.integers(0, 308), field=st.sampled_from(["hpht", "weeks", "hpl"]))
def test_first_day_and_due_date_lie_280_days_apart(days: int, field: Field) -> None:
    first = TODAY - timedelta(days=days)
    value = first + timedelta(days=280) if field == "hpl" else first
    assert changes.dates_of(Change(field, value.isoformat())) == (first, first + timedelta(days=280))


def test_change_of_somebody_else_is_noted_as_theirs(session: Session) -> None:
    mother, _ = mother_of(session)
    changes.apply(session, speaker(session, "cadre", mother), mother, Change("name", "Siti Aminatun"), NOW)
    row = session.scalars(select(RecordChange)).one()
    assert (row.field, row.old, row.new, row.by) == ("name", "Siti Aminah", "Siti Aminatun", "cadre")
    assert people.active_pregnancy(session, mother) is not None
