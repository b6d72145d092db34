"""What narrows the mothers of a broadcast: each condition finds whom it names, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.messaging import audience_conditions, broadcast_words, broadcasts
from registry.messaging.audiences import MOST_WEEKS, Audience, preview
from registry.messaging.broadcasts import BroadcastError
from registry.models import Alert, Birth, EligibilityAnswer, Person, Pregnancy, Visit
from registry.rules.rows import PaymentPath
from tests import factories
from tests.conftest import NOW
from tests.factories import SUMBEROTO

TODAY = clock.today(NOW)
Make = Callable[[Session], Any]


def mother(session: Session, hpl: date = TODAY + timedelta(days=100), **values: Any) -> Person:
    """A pregnant woman whom a message reaches."""
    person = factories.person(session, **values)
    factories.pregnancy(session, person, hpl=hpl, hpht=hpl - timedelta(days=280))
    factories.reachable(session, person)
    return person


def reached(session: Session, audience: Audience, *, later: timedelta = timedelta()) -> int:
    session.flush()
    return len(preview(session, audience, None, NOW, NOW + later).contacts)


# ---------------------------------------------------------------- the due date

DECEMBER = {"due_from": date(2026, 12, 1), "due_until": date(2026, 12, 31)}
RANGES: dict[str, tuple[dict[str, Any], date, bool]] = {
    "its first day": (DECEMBER, date(2026, 12, 1), True),
    "its last day": (DECEMBER, date(2026, 12, 31), True),
    "the day before": (DECEMBER, date(2026, 11, 30), False),
    "the day after": (DECEMBER, date(2027, 1, 1), False),
    "from a day on": ({"due_from": date(2026, 12, 1)}, date(2027, 5, 1), True),
    "until a day": ({"due_until": date(2026, 12, 1)}, date(2026, 11, 1), True),
    "until a day, later": ({"due_until": date(2026, 12, 1)}, date(2026, 12, 2), False),
    "within weeks, today": ({"due_weeks": 4}, TODAY, True),
    "within weeks, the last day": ({"due_weeks": 4}, TODAY + timedelta(weeks=4), True),
    "within weeks, too far": ({"due_weeks": 4}, TODAY + timedelta(weeks=4, days=1), False),
    "within weeks, passed": ({"due_weeks": 4}, TODAY - timedelta(days=1), False),
}


@pytest.mark.parametrize(("chosen", "hpl", "is_in"), RANGES.values(), ids=RANGES)
def test_due_range_holds_for(session: Session, chosen: dict[str, Any], hpl: date, is_in: bool) -> None:
    mother(session, hpl)
    assert reached(session, Audience(**chosen)) == is_in


def test_weeks_are_counted_from_the_day_it_goes_out(session: Session) -> None:
    mother(session, TODAY + timedelta(weeks=5))
    assert reached(session, Audience(due_weeks=4)) == 0
    assert reached(session, Audience(due_weeks=4), later=timedelta(weeks=2)) == 1


@pytest.mark.parametrize(
    "chosen",
    [{"due_from": date(2026, 12, 2), "due_until": date(2026, 12, 1)}, {"due_weeks": 0}, {"due_weeks": MOST_WEEKS + 1}],
    ids=["backwards", "no week", "longer than a pregnancy"],
)
def test_range_that_cannot_be_is_refused(session: Session, chosen: dict[str, Any]) -> None:
    staff = factories.staff(session)
    with pytest.raises(BroadcastError, match="broadcast_due_backwards"):
        broadcasts.prepare(session, staff, staff.phone, Audience(**chosen), "x", NOW)


# ---------------------------------------------------------------- after a birth


def delivered(
    session: Session, born: int | None, *, status: str = "delivered", hpl: int = 0, children: int = 1
) -> Person:  # fmt: skip
    """A mother whose child was born so many days ago (None: nobody told the day), due so many days ago."""
    person = mother(session, TODAY - timedelta(days=hpl))
    found = session.query(Pregnancy).filter_by(person_id=person.id).one()
    found.status = status
    for _ in range(children if born is not None else 0):
        session.add(Birth(pregnancy_id=found.id, on=TODAY - timedelta(days=born or 0), reported_at=NOW))
    return person


STAGES: dict[str, tuple[Make, tuple[int, int]]] = {
    "pregnant": (mother, (1, 0)),
    "born today": (lambda s: delivered(s, 0), (0, 1)),
    "born 42 days ago": (lambda s: delivered(s, 42), (0, 1)),
    "born 43 days ago": (lambda s: delivered(s, 43), (0, 0)),
    "twins, once": (lambda s: delivered(s, 3, children=2), (0, 1)),
    "born early, due today": (lambda s: delivered(s, 43, hpl=0), (0, 0)),
    "day not told, was due lately": (lambda s: delivered(s, None, hpl=42), (0, 1)),
    "day not told, due in three weeks": (lambda s: delivered(s, None, hpl=-21), (0, 1)),
    "day not told, was due long ago": (lambda s: delivered(s, None, hpl=43), (0, 0)),
    "the baby died": (lambda s: delivered(s, 5, status="loss"), (0, 0)),
    "lost before birth": (lambda s: delivered(s, None, status="loss"), (0, 0)),
    "moved away": (lambda s: delivered(s, None, status="closed"), (0, 0)),
}


@pytest.mark.parametrize(("make", "counts"), STAGES.values(), ids=STAGES)
def test_stage_is_before_or_after_the_birth(session: Session, make: Make, counts: tuple[int, int]) -> None:
    make(session)
    assert (reached(session, Audience()), reached(session, Audience("after_birth"))) == counts


def test_days_after_the_birth_are_counted_to_the_day_it_goes_out(session: Session) -> None:
    delivered(session, 40)
    assert reached(session, Audience("after_birth"), later=timedelta(days=2)) == 1
    assert reached(session, Audience("after_birth"), later=timedelta(days=3)) == 0


LEFT_OUT: dict[str, tuple[Make, dict[str, int]]] = {
    "the baby died": (lambda s: delivered(s, 5, status="loss"), {"loss": 1}),
    "the baby died long ago": (lambda s: delivered(s, 50, status="loss"), {}),
    "miscarriage": (lambda s: delivered(s, None, status="miscarriage"), {}),
    "no consent": (lambda s: setattr(delivered(s, 5), "consent", "refused"), {"no_consent": 1}),
    "said STOP": (lambda s: setattr(delivered(s, 5), "messages", "stopped"), {"stopped": 1}),
    "wants no broadcasts": (lambda s: setattr(delivered(s, 5), "broadcasts", "stopped"), {"stopped": 1}),
}


@pytest.mark.parametrize(("make", "excluded"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_after_a_birth_is_left_out_for(session: Session, make: Make, excluded: dict[str, int]) -> None:
    make(session)
    session.flush()
    seen = preview(session, Audience("after_birth"), None, NOW)
    assert (seen.contacts, seen.excluded) == ((), excluded)


def test_after_a_birth_what_is_of_the_pregnant_is_no_condition(session: Session) -> None:
    chosen = Audience("after_birth", (SUMBEROTO,), 3, TODAY, TODAY, 4, "K4", ("high_risk",), ("unknown",), ("UNASKED",))
    kept = Audience("after_birth", (SUMBEROTO,), only=("high_risk",), jkn=("unknown",), paths=("UNASKED",))
    assert chosen.for_its_kind() == kept
    delivered(session, 5)
    assert reached(session, replace(kept, only=())) == 1
    assert reached(session, kept) == 0


# ---------------------------------------------------------------- check-ups and risk


def visits(session: Session, weeks: int, *kinds: str, status: str = "reported") -> None:
    """A mother so far along who has had these."""
    person = mother(session, TODAY - timedelta(weeks=weeks) + timedelta(days=280))
    found = session.query(Pregnancy).filter_by(person_id=person.id).one()
    for kind in kinds:
        session.add(Visit(pregnancy_id=found.id, kind=kind, on=TODAY, status=status))


UNVISITED: dict[str, tuple[Make, str, bool]] = {
    "K4 is due and nobody reported it": (lambda s: visits(s, 30, "K1", "K2", "K3"), "K4", True),
    "K4 was reported by her": (lambda s: visits(s, 30, "K4"), "K4", False),
    "K4 was verified": (lambda s: visits(s, 30, "K4", status="verified"), "K4", False),
    "K4 lies ahead": (lambda s: visits(s, 27), "K4", False),
    "the week of K4 begins": (lambda s: visits(s, 28), "K4", True),
    "K1 by a doctor is K1": (lambda s: visits(s, 20, "K1M"), "K1", False),
    "K1 never was": (lambda s: visits(s, 30, "K4"), "K1", True),
}


@pytest.mark.parametrize(("make", "visit", "is_in"), UNVISITED.values(), ids=UNVISITED)
def test_check_up_is_missing_when(session: Session, make: Make, visit: Any, is_in: bool) -> None:
    make(session)
    assert reached(session, Audience(unvisited=visit)) == is_in


def test_week_of_a_check_up_is_that_of_the_settings(session: Session) -> None:
    visits(session, 26)
    assert reached(session, Audience(unvisited="K4")) == 0
    programme.decide(session, "anc_weeks", [10, 16, 22, 25, 34, 37], TODAY, "test")
    assert reached(session, Audience(unvisited="K4")) == 1


def test_looked_for_and_at_risk_are_found_alone_and_together(session: Session) -> None:
    mother(session)
    missed, risky, both = mother(session), mother(session), mother(session)
    for person in (missed, both):
        session.add(Alert(kind="missed_visit", person_id=person.id, signs=[], at=NOW))
    for person in (risky, both):
        session.query(Pregnancy).filter_by(person_id=person.id).one().risks = ["bekas SC"]
    assert reached(session, Audience(only=("missed_visit",))) == 2
    assert reached(session, Audience(only=("high_risk",))) == 2
    assert reached(session, Audience(only=("missed_visit", "high_risk"))) == 1


# ---------------------------------------------------------------- JKN and who pays

DEBTS = {"segment": "PBPU", "active": False}
CARDS: dict[str, tuple[dict[str, Any] | None, str | None, set[str]]] = {
    "paid by the state": ({"segment": "PBI_JK"}, None, {"active", "active_pbi"}),
    "paid by the kabupaten": ({"segment": "PBPU_PEMDA"}, None, {"active", "active_regional"}),
    "paid by herself": ({"segment": "PBPU"}, None, {"active", "active_self_paid"}),
    "paid by work": ({"segment": "PPU"}, None, {"active", "active_employer"}),
    "no worker": ({"segment": "BP"}, None, {"active", "active_other"}),
    "active, segment unknown": ({"segment": None}, None, {"active"}),
    "switched off": ({"active": False}, None, {"inactive", "inactive_pbi"}),
    "in arrears": (DEBTS | {"arrears_months": 3}, None, {"inactive", "inactive_self_paid", "arrears"}),
    "arrears paid": (DEBTS | {"arrears_months": 0}, None, {"inactive", "inactive_self_paid"}),
    "job lost": ({"segment": "PPU", "active": False}, None, {"inactive", "inactive_employer"}),
    "the kabupaten pays no more": ({"segment": "PBPU_PEMDA", "active": False}, None, {"inactive", "inactive_regional"}),
    "looked up, no member": ({"segment": "NONE", "active": False}, None, {"none"}),
    "looked up, no member, told active": ({"segment": "NONE", "active": None}, "pbi", {"none"}),
    "register silent": ({"segment": "PBI_JK", "active": None}, None, {"unknown"}),
    "nobody knows": (None, None, {"unknown"}),
    "she says it is off": (None, "inactive", {"inactive"}),
    "she says she has none": (None, "none", {"none"}),
    "she says she has one": (None, "mandiri", {"unknown"}),
    "register against her word": ({"segment": "PBI_JK"}, "none", {"active", "active_pbi"}),
}


@pytest.mark.parametrize(("record", "told", "states"), CARDS.values(), ids=CARDS)
def test_jkn_is_found_by_its_state(
    session: Session, record: dict[str, Any] | None, told: str | None, states: set[str]
) -> None:
    person = mother(session, jkn_told=told)
    if record is not None:
        factories.jkn_record(session, person.nik or "", **record)
    found = {state for state in audience_conditions.JKN if reached(session, Audience(jkn=(state,)))}
    assert found == states


def test_one_of_several_states_is_enough(session: Session) -> None:
    for record in ({"active": False}, {"segment": "NONE", "active": False}, {}):
        factories.jkn_record(session, mother(session).nik or "", **record)
    assert reached(session, Audience(jkn=("inactive", "none"))) == 2


def test_mother_without_a_nik_is_in_no_register(session: Session) -> None:
    mother(session, nik=None)
    assert reached(session, Audience(jkn=("unknown",))) == 1


def answer(session: Session, person: Person, path: str, at: timedelta = timedelta()) -> None:
    told = {"rule": "x", "status": "likely", "reasons": []}
    session.add(EligibilityAnswer(person_id=person.id, at=NOW + at, path=path, **told))


def test_path_is_that_of_the_latest_answer(session: Session) -> None:
    one, two = mother(session), mother(session)
    mother(session)
    answer(session, one, "SELF_PAY", -timedelta(days=9))
    answer(session, one, "PROGRAMME_SKTM")
    answer(session, one, "PROPOSE_PBI")
    answer(session, two, "JKN_ACTIVE")
    wanted = {path: reached(session, Audience(paths=(path,))) for path in audience_conditions.PATHS}
    assert {path for path, count in wanted.items() if count} == {
        "PROGRAMME_SKTM", "PROPOSE_PBI", "JKN_ACTIVE", "UNASKED",
    }  # fmt: skip
    assert set(wanted.values()) == {0, 1}
    assert reached(session, Audience(paths=("JKN_ACTIVE", "PROGRAMME_SKTM", "UNASKED"))) == 3


def test_paths_are_those_of_the_rules() -> None:
    assert set(audience_conditions.PATHS) == {*PaymentPath, audience_conditions.UNASKED}


def test_different_kinds_must_hold_together(session: Session) -> None:
    for days, active in ((20, False), (20, True), (200, False)):
        person = mother(session, TODAY + timedelta(days=days))
        factories.jkn_record(session, person.nik or "", active=active)
    assert reached(session, Audience(areas=(SUMBEROTO,), trimester=3, due_weeks=4, jkn=("inactive",))) == 1


# ---------------------------------------------------------------- kept and said

audiences = st.builds(
    Audience,
    who=st.sampled_from(("mothers", "after_birth")),
    areas=st.lists(st.sampled_from((SUMBEROTO, "35.07.02")), unique=True).map(tuple),
    trimester=st.none() | st.integers(1, 3),
    due_from=st.none() | st.dates(),
    due_until=st.none() | st.dates(),
    due_weeks=st.none() | st.integers(1, 42),
    unvisited=st.none() | st.sampled_from(audience_conditions.UNVISITED),
    only=st.lists(st.sampled_from(audience_conditions.ONLY), unique=True).map(tuple),
    jkn=st.lists(st.sampled_from(audience_conditions.JKN), unique=True).map(tuple),
    paths=st.lists(st.sampled_from(audience_conditions.PATHS), unique=True).map(tuple),
)


@given(chosen=audiences)
def test_audience_comes_back_as_it_was_kept(chosen: Audience) -> None:
    assert Audience.from_json(chosen.as_json()) == chosen


@given(chosen=audiences)
def test_every_choice_has_words(chosen: Audience) -> None:
    said = broadcast_words.who(chosen)
    assert "{" not in said
    assert ", ," not in said
    assert not said.endswith((":", " ", "/"))
    assert len(said.split(", ")) > sum(bool(part) for part in (chosen.trimester, chosen.jkn, chosen.paths))


SAID: dict[str, tuple[dict[str, Any], str]] = {
    "december": (DECEMBER, "ibu hamil, HPL 1 Desember 2026 sampai 31 Desember 2026"),
    "from": ({"due_from": date(2026, 12, 1)}, "ibu hamil, HPL mulai 1 Desember 2026"),
    "until": ({"due_until": date(2026, 12, 1)}, "ibu hamil, HPL paling lambat 1 Desember 2026"),
    "weeks": ({"due_weeks": 2}, "ibu hamil, HPL dalam 2 minggu"),
    "visit": ({"unvisited": "K4"}, "ibu hamil, belum K4"),
    "jkn": ({"jkn": ("inactive", "arrears")}, "ibu hamil, JKN nonaktif / menunggak"),
    "cadres": ({"who": "cadres"}, "kader"),
    "after birth": ({"who": "after_birth", "jkn": ("none",)}, "ibu nifas sampai 42 hari, JKN belum punya"),
}


@pytest.mark.parametrize(("chosen", "said"), SAID.values(), ids=SAID)
def test_choice_is_said(chosen: dict[str, Any], said: str) -> None:
    assert broadcast_words.who(Audience(**chosen)) == said
