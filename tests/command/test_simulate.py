"""The simulated year: a small one is right, and what is wrong is seen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from rich.console import Console

from command import simulation_report
from command.simulate import FIRST_DAY, Simulation
from command.simulated_mothers import Chance, Mother, population
from registry.clock import JAKARTA
from registry.db import Database, connect
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.migrations import upgrade
from registry.persons import people

SEED = next(  # a population in which somebody stops and somebody loses her child
    seed
    for seed in range(100)
    if {"stop", "lose", "bear"}
    <= {
        event
        for one in population(40, FIRST_DAY, 70, Chance(seed))
        for day in one.events
        for event in one.events[day]
        if one.registers_on < day < FIRST_DAY + timedelta(days=70)
    }
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """Forty mothers and seventy days."""
    url = f"sqlite:///{tmp_path_factory.mktemp('simulated')}/a.db"
    upgrade(url)
    database = connect(url, bytes(32))
    simulated = Simulation(database, 40, 70, seed=SEED)
    simulated.run(lambda _: None)
    yield simulated
    database.close()


def test_nothing_goes_out_wrongly_or_twice(finished: Simulation) -> None:
    found = finished.result
    assert found.examples == []
    assert found.is_right


def test_there_was_something_to_go_wrong(finished: Simulation) -> None:
    found = finished.result
    assert {"anc", "education", "due_date"} <= set(found.sent)
    assert sum(found.hours.values()) > 300
    assert found.states["cancelled"] > 0
    assert found.reached > 20
    mothers = finished.mothers
    assert any(one.lost_at for one in mothers) or any(one.stopped_at for one in mothers)
    assert any(one.born_at for one in mothers)


def test_a_wrong_message_is_seen(finished: Simulation) -> None:
    """The judge is not part of what it judges."""
    hers = next(one for one in finished.mothers if one.phone and one.registered_at and not one.refused)
    hers.lost_at = datetime.combine(FIRST_DAY, datetime.min.time(), JAKARTA)
    late = datetime.combine(FIRST_DAY + timedelta(days=71), datetime.min.time(), JAKARTA) + timedelta(hours=9)
    _send(finished.database, hers.phone, late)
    finished._stand_at(late + timedelta(minutes=30))
    assert finished.result.wrong["after a loss"] >= 1
    assert not finished.result.is_right


def _send(database: Database, phone: str, now: datetime) -> None:
    with database.write() as session:
        contact = people.contact_for_phone(session, phone)
        assert contact is not None
        contact.stopped_at = None
        draft = Draft("Halo, Bu.", template="reminder_anc_before")
        messages.queue(session, contact, draft, kind="reminder", priority=messages.REMINDER, now=now, key="anc:planted")


def test_the_same_seed_is_the_same_population() -> None:
    first, again, other = (population(30, FIRST_DAY, 365, Chance(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


NOON = datetime(2026, 6, 1, 12, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("truth", "template", "why"),
    [
        pytest.param({}, "reminder_anc_before", None, id="pregnant"),
        pytest.param({"lost_at": NOON}, "education_w20", "after a loss", id="after a loss"),
        pytest.param({"stopped_at": NOON}, "reminder_anc_after", "after STOP", id="after STOP"),
        pytest.param({"refused": True}, "reminder_anc_after", "after she refused", id="refused"),
        pytest.param({"born_at": NOON}, "reminder_kf_kn", None, id="after the birth"),
        pytest.param({"born_at": NOON}, "education_w40", "about pregnancy after the birth", id="a lesson too late"),
        pytest.param({}, "reminder_newborn_jkn_14", "about a baby that is not born", id="a baby too early"),
        pytest.param({"registered_at": None}, "reminder_anc_before", "before she was registered", id="unknown"),
    ],
)
def test_what_is_wrong_to_send(truth: dict[str, object], template: str, why: str | None) -> None:
    one = Mother(1, date(2026, 1, 1), date(2026, 2, 1), has_phone=True, has_dead_number=False)
    one.registered_at = NOON - timedelta(days=60)
    for name, value in truth.items():
        setattr(one, name, value)
    assert one.wrong(template, NOON) == why


def test_what_a_person_sees(finished: Simulation) -> None:
    console = Console(record=True, width=120, file=io.StringIO())
    for part in simulation_report.shown(finished.result):
        console.print(part)
    text = console.export_text()
    for words in ("40 pregnancies", "wrongly sent", "double", "█", "seconds"):
        assert words in text
