"""What a picture's reference becomes: a card of what the registry knows at that hour, or nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.messaging.pictures import card_of, reference, render
from registry.models import ChosenDay, Person, Pregnancy, Visit
from registry.pregnancies.card import Card
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()  # Saturday 21 November 2026
PLAN = [10, 16, 22, 28, 34, 37]


def expecting(session: Session, weeks: float | None = 27, **values: Any) -> tuple[Person, Pregnancy]:
    """A mother of Sumberoto so many weeks pregnant; without weeks nobody knows her dates."""
    hpht = None if weeks is None else TODAY - timedelta(days=round(weeks * 7))
    mother = factories.person(session, **values)
    dates = {"hpht": hpht, "hpl": hpht and hpht + timedelta(days=280)}
    opened = NOW if weeks is None else NOW - timedelta(weeks=max(0, weeks - 8))
    return mother, factories.pregnancy(session, mother, opened_at=opened, **dates)


def visit(session: Session, pregnancy: Pregnancy, kind: str, days_ago: int, status: str = "verified") -> None:
    on = TODAY - timedelta(days=days_ago)
    session.add(Visit(pregnancy_id=pregnancy.id, kind=kind, on=on, status=status))
    session.flush()


def card(session: Session, mother: Person) -> Card:
    found = card_of(session, mother, NOW)
    assert found is not None
    return found


def signs(found: Card) -> str:
    return " ".join(f"{visit.label}:{visit.state}" for visit in found.visits)


# ---------------------------------------------------------------- references


def test_reference_is_drawn_as_a_png(session: Session) -> None:
    mother, _ = expecting(session)
    clock.stop_at(session, NOW)
    png = render(session, reference(mother))
    assert png is not None
    assert Image.open(io.BytesIO(png)).size == (720, 960)


@pytest.mark.parametrize(
    "name",
    ["", "card:", "card:x", "card:-1", "card:999999", "card:" + "9" * 40, "card:1 ", "Card:1", "../card:1", "kia.png",
     "/etc/hosts"],
)  # fmt: skip
def test_what_is_no_reference_is_no_picture(session: Session, name: str) -> None:
    assert render(session, name) is None


def test_reference_says_nothing_about_the_mother(session: Session) -> None:
    mother, _ = expecting(session)
    assert reference(mother) == f"card:{mother.id}"


def test_erased_mother_has_no_picture_any_more(session: Session) -> None:
    mother, pregnancy = expecting(session)
    named = reference(mother)
    session.delete(pregnancy)
    session.flush()
    session.delete(mother)
    session.flush()
    assert render(session, named) is None


@pytest.mark.parametrize("status", ["loss", "miscarriage", "delivered", "closed"])
def test_no_card_counts_weeks_of_a_pregnancy_that_is_over(session: Session, status: str) -> None:
    mother, pregnancy = expecting(session)
    pregnancy.status = status
    session.flush()
    assert card_of(session, mother, NOW) is None
    assert render(session, reference(mother)) is None


# ---------------------------------------------------------------- weeks and dates


@pytest.mark.parametrize(
    ("weeks", "number", "line"),
    [
        pytest.param(27, 27, "minggu", id="whole weeks"),
        pytest.param(27 + 3 / 7, 27, "minggu\nlebih 3 hari", id="weeks and days"),
        pytest.param(0, 0, "minggu", id="the first day"),
        pytest.param(41, 41, "minggu", id="past the due date"),
        pytest.param(45, None, "belum diketahui", id="longer than any pregnancy"),
        pytest.param(-1, None, "belum diketahui", id="begins next week"),
        pytest.param(None, None, "belum diketahui", id="nobody knows"),
    ],
)
def test_weeks_are_counted_to_today(session: Session, weeks: float | None, number: int | None, line: str) -> None:
    found = card(session, expecting(session, weeks)[0])
    assert (found.weeks, found.weeks_line) == (number, line)


def test_day_begins_in_malang_not_in_greenwich(session: Session) -> None:
    mother, _ = expecting(session, 27)
    evening = NOW.replace(hour=17, minute=30)  # 00:30 of the next day there
    found = card_of(session, mother, evening)
    assert found is not None
    assert found.weeks_line == "minggu\nlebih 1 hari"


@pytest.mark.parametrize(
    ("hpht", "hpl", "line"),
    [
        pytest.param(date(2026, 5, 16), None, "20 Februari 2027", id="from the HPHT"),
        pytest.param(date(2026, 5, 16), date(2027, 3, 20), "20 Maret 2027", id="USG differs from the HPHT"),
        pytest.param(None, date(2027, 2, 20), "20 Februari 2027", id="due date alone"),
        pytest.param(None, None, "belum diketahui", id="nobody knows"),
    ],
)
def test_due_date_is_said_as_people_say_it(session: Session, hpht: date | None, hpl: date | None, line: str) -> None:
    mother = factories.person(session)
    factories.pregnancy(session, mother, hpht=hpht, hpl=hpl)
    assert card(session, mother).hpl_line == line


# ---------------------------------------------------------------- visits


def test_visits_show_what_is_done_told_next_and_later(session: Session) -> None:
    mother, pregnancy = expecting(session, 27)
    visit(session, pregnancy, "K1", 119)
    visit(session, pregnancy, "K2", 77)
    visit(session, pregnancy, "K3", 35, "reported")
    found = card(session, mother)
    assert signs(found) == "K1:done K2:done K3:reported K4:due K5:later K6:later"
    assert [one.day_line for one in found.visits[:4]] == ["25 Jul", "5 Sep", "17 Okt", "28 Nov"]


def test_visit_whose_day_went_by_is_missed_after_the_days_of_grace(session: Session) -> None:
    mother, pregnancy = expecting(session, 22 + 3 / 7)
    visit(session, pregnancy, "K1", 90)
    visit(session, pregnancy, "K2", 45)
    assert "K3:due" in signs(card(session, mother))
    later = card_of(session, mother, NOW + timedelta(days=2))
    assert later is not None
    assert "K3:missed K4:due" in signs(later)


def test_mother_who_registers_late_is_not_shown_what_she_missed(session: Session) -> None:
    mother, pregnancy = expecting(session, 27)
    pregnancy.opened_at = NOW
    session.flush()
    found = card(session, mother)
    assert signs(found) == "K1:later K2:later K3:later K4:due K5:later K6:later"
    assert [one.day_line for one in found.visits[1:3]] == ["", ""]


def test_there_is_never_more_than_one_next_visit(session: Session) -> None:
    for weeks in (0, 5, 11, 17, 23, 30, 36, 40, None):
        assert signs(card(session, expecting(session, weeks)[0])).count(":due") <= 1


def test_day_she_chose_stands_on_the_card(session: Session) -> None:
    mother, pregnancy = expecting(session, 27)
    chosen = TODAY + timedelta(days=9)
    session.add(ChosenDay(pregnancy_id=pregnancy.id, kind="K4", on=chosen, at=NOW))
    session.flush()
    assert next(one.day_line for one in card(session, mother).visits if one.label == "K4") == "30 Nov"


def test_visits_stand_there_without_days_when_nobody_knows_the_dates(session: Session) -> None:
    mother, pregnancy = expecting(session, None)
    visit(session, pregnancy, "K1", 3, "reported")
    found = card(session, mother)
    assert signs(found) == "K1:reported K2:due K3:later K4:later K5:later K6:later"
    assert [one.day_line for one in found.visits] == ["18 Nov", "", "", "", "", ""]


def test_another_programme_has_other_visits(session: Session) -> None:
    programme.decide(session, "anc_weeks", [*PLAN, 38, 40], TODAY, "uji")
    session.flush()
    assert [one.label for one in card(session, expecting(session)[0]).visits][-3:] == ["K6", "38 mg", "40 mg"]


def test_legend_has_a_word_for_every_sign(session: Session) -> None:
    legend = card(session, expecting(session)[0]).legend
    assert set(legend) == {"done", "reported", "due", "missed", "later"}
    assert len(set(legend.values())) == 5
    assert all(legend.values())


# ---------------------------------------------------------------- who, where, whom to call


@pytest.mark.parametrize(
    ("name", "owner", "shown"),
    [
        pytest.param("Siti Aminah", "own", "Ibu Siti Aminah", id="her own phone"),
        pytest.param("Siti Aminah", None, "Ibu Siti Aminah", id="not told"),
        pytest.param("Siti Aminah", "husband", "Ibu S. A.", id="her husband's phone"),
        pytest.param("Siti", "neighbour", "Ibu S.", id="a neighbour's phone"),
        pytest.param(None, "own", "Ibu", id="name not told"),
    ],
)
def test_name_is_masked_on_a_shared_phone(session: Session, name: str | None, owner: str | None, shown: str) -> None:
    assert card(session, expecting(session, name=name, phone_owner=owner)[0]).name_line == shown


def test_card_says_where_and_whom_to_call(session: Session) -> None:
    factories.cadre(session)
    factories.staff(session, phone="+6281200000021")
    found = card(session, expecting(session)[0])
    assert (found.where_line, found.call_line, found.call_number) == (
        "Puskesmas Donomulyo", "Bidan Ana Lestari", "0812-0000-0021",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("helper", "line"),
    [("cadre", "Kader Sri Hartini"), ("dinkes", "Dinas Kesehatan, Budi Santosa"), ("nobody", "Puskesmas terdekat")],
)
def test_without_a_midwife_somebody_else_is_named(session: Session, helper: str, line: str) -> None:
    if helper == "cadre":
        factories.cadre(session)
    if helper == "dinkes":
        factories.staff(session, unit="dinkes")
    found = card(session, expecting(session)[0])
    assert found.call_line == line
    assert bool(found.call_number) == (helper != "nobody")


def test_unknown_village_still_has_a_place_to_go(session: Session) -> None:
    found = card(session, expecting(session, village_code=None, village_name=None)[0])
    assert found.where_line == "Puskesmas terdekat"


def test_card_leaves_out_what_others_need_not_read(session: Session) -> None:
    mother, _ = expecting(session, nik=factories.make_nik(), phone="+6281200000777", address="RT 1 RW 2")
    said = str(card(session, mother))
    assert not any(secret in said for secret in (str(mother.nik), "0777", "RT 1"))


def test_words_of_the_card_are_all_there(session: Session) -> None:
    said = vars(card(session, expecting(session)[0]))
    assert {name for name, value in said.items() if value == ""} <= {"call_number"}
