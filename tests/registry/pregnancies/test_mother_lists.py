"""Lists of mothers: who stands in which, in what order, for whom, and with how many queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from nlu.language.list_request import ListKind
from registry.models import Alert, Person, Reminder, Visit
from registry.persons import people
from registry.pregnancies import mother_lists
from tests import factories
from tests.conftest import NOW

LONG_AGO = NOW - timedelta(days=200)


def listed(session: Session, phone: str, kind: ListKind = "all", page: int = 1) -> list[str | None]:
    found = mother_lists.page(session, factories.speaker_of(session, phone), kind, page, NOW)
    return [entry.person.name for entry in found.entries]


def expecting(session: Session, name: str, weeks: float, *, visits: int = 0, **values: Any) -> Person:
    """A mother of so many weeks, registered long ago, with her first visits done."""
    columns = {key: values.pop(key) for key in ("risks", "opened_at") if key in values}
    mother = factories.person(session, name=name, **values)
    hpht = NOW.date() - timedelta(days=int(weeks * 7))
    more = {"opened_at": LONG_AGO} | columns
    pregnancy = factories.pregnancy(session, mother, hpht=hpht, hpl=hpht + timedelta(days=280), **more)
    for number, week in enumerate((10, 16, 22, 28, 34, 37)[:visits], start=1):
        on = hpht + timedelta(weeks=week)
        session.add(Visit(pregnancy_id=pregnancy.id, kind=f"K{number}", on=on, status="reported"))
    session.flush()
    return mother


@pytest.fixture
def cadre(session: Session) -> str:
    """The phone of the cadre of Sumberoto."""
    return factories.cadre(session).phone


@pytest.fixture
def village(session: Session) -> dict[str, Person]:
    """One mother for each list."""
    return {
        "due": expecting(session, "Ani Waktunya", 27, visits=3),
        "late": expecting(session, "Budiarti Lewat", 30, visits=3),
        "early": expecting(session, "Citra Awal", 18, visits=2),
        "near": expecting(session, "Dewi Dekat", 38, visits=6),
        "risk": expecting(session, "Endah Risiko", 18, visits=2, risks=["anaemia"]),
    }


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("all", ["Ani Waktunya", "Budiarti Lewat", "Citra Awal", "Dewi Dekat", "Endah Risiko"]),
        ("due", ["Ani Waktunya"]),
        ("overdue", ["Budiarti Lewat"]),
        ("near_term", ["Dewi Dekat"]),
        ("high_risk", ["Endah Risiko"]),
        ("not_reached", []),
    ],
)
def test_each_list_holds_who_belongs_there(session: Session, cadre: str, kind: ListKind, names: list[str]) -> None:
    assert listed(session, cadre, kind) == names


def test_line_says_what_a_cadre_needs(session: Session, cadre: str, village: dict[str, Person]) -> None:
    village["late"].code, village["risk"].consent = "M-4F7Q", "pending"
    page = mother_lists.page(session, factories.speaker_of(session, cadre), "all", 1, NOW)
    lines = mother_lists.lines(page.entries, page.first).splitlines()
    assert lines[1] == "2. Budiarti Lewat, 30 minggu, K4 lewat dari Sabtu, 7 Nov, M-4F7Q"
    assert lines[4].endswith("berisiko (menunggu izin ibu)")
    assert "None" not in "\n".join(lines)


def test_mother_is_not_late_for_what_lay_before_we_knew_her(session: Session, cadre: str) -> None:
    expecting(session, "Baru Daftar", 30, opened_at=NOW)
    assert listed(session, cadre, "overdue") == []


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"consent": "pending"}, True),
        ({"consent": "given", "agreed": ["chat", "reminders"]}, False),
        ({"consent": "given", "agreed": ["chat", "sharing"]}, True),
        ({"consent": "given", "agreed": []}, True),
        ({"consent": "withdrawn"}, False),
        ({"consent": "refused"}, False),
        ({"registered": False}, False),
        ({"village_code": factories.BANJAREJO}, False),
    ],
    ids=["pending", "no sharing", "sharing", "agreed to all", "withdrawn", "refused", "not registered", "elsewhere"],
)
def test_mother_is_listed_only_for_whom_she_may_be(
    session: Session, cadre: str, values: dict[str, Any], seen: bool
) -> None:
    expecting(session, "Siti", 27, **values)
    assert (listed(session, cadre) == ["Siti"]) is seen


@pytest.mark.usefixtures("village")
def test_officers_see_their_districts(session: Session) -> None:
    inside, outside = factories.staff(session), factories.staff(session, factories.GONDANGLEGI)
    dinkes = factories.staff(session, unit="dinkes")
    assert [len(listed(session, one.phone)) for one in (inside, outside, dinkes)] == [5, 0, 5]


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("who", ["former cadre", "driver", "mother", "stranger"])
def test_nobody_else_sees_anybody(session: Session, who: str) -> None:
    phone = {
        "former cadre": lambda: factories.cadre(session, active=False).phone,
        "driver": lambda: factories.driver(session).phone,
        "mother": lambda: factories.person(session).phone,
        "stranger": factories.make_phone,
    }[who]()
    assert listed(session, str(phone)) == []


def reminded(session: Session, mother: Person, **values: object) -> None:
    pregnancy = people.active_pregnancy(session, mother)
    assert pregnancy is not None
    columns: dict[str, object] = {
        "kind": "anc", "visit": "K3", "step": "after", "about": NOW.date(), "last_on": NOW.date(), "text": "x",
        "recipient": "mother", "key": str(mother.id), "due_at": NOW - timedelta(days=5), "status": "sent",
        "sent_at": NOW - timedelta(days=5),
    }  # fmt: skip
    session.add(Reminder(pregnancy_id=pregnancy.id, **columns | values))
    session.flush()


@pytest.mark.parametrize(
    ("values", "missed"),
    [
        ({}, True),
        ({"answered": "done"}, False),
        ({"sent_at": NOW - timedelta(days=1)}, False),
        ({"step": "before"}, False),
        ({"status": "failed"}, True),
        ({"due_at": NOW - timedelta(days=60), "sent_at": NOW - timedelta(days=60)}, False),
    ],
    ids=["silent", "answered", "asked yesterday", "not a question", "failed", "long ago"],
)
def test_silence_makes_work_for_the_cadre(
    session: Session, cadre: str, village: dict[str, Person], values: dict[str, object], missed: bool
) -> None:
    reminded(session, village["early"], **values)
    assert (listed(session, cadre, "not_reached") == ["Citra Awal"]) is missed


def test_mother_somebody_is_asked_to_look_for_is_not_reached(
    session: Session, cadre: str, village: dict[str, Person]
) -> None:
    mother = village["near"]
    session.add(Alert(kind="missed_visit", about="not_reached", person_id=mother.id, signs=[], at=NOW))
    session.flush()
    assert listed(session, cadre, "not_reached") == ["Dewi Dekat"]


def test_pages_hold_eight_and_the_last_one_the_rest(session: Session, cadre: str) -> None:
    for number in range(18):
        expecting(session, f"Ibu {number:02}", 20)
    speaker = factories.speaker_of(session, cadre)
    pages = [mother_lists.page(session, speaker, "all", number, NOW) for number in (0, 1, 2, 3, 99)]
    assert [(page.number, page.first, len(page.entries), page.has_more) for page in pages] == [
        (1, 1, 8, True), (1, 1, 8, True), (2, 9, 8, True), (3, 17, 2, False), (3, 17, 2, False),
    ]  # fmt: skip
    assert {page.total for page in pages} == {18}


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    bind = session.connection()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(bind, "before_cursor_execute", note)


@pytest.mark.parametrize("kind", ["all", "overdue", "not_reached"])
def test_list_of_five_hundred_mothers_takes_few_queries(session: Session, cadre: str, kind: ListKind) -> None:
    speaker = factories.speaker_of(session, cadre)
    for number in range(3):
        expecting(session, f"Ibu {number}", 20, visits=2)
    session.flush()
    with counted(session) as few:
        mother_lists.page(session, speaker, kind, 1, NOW)
    for number in range(3, 500):
        expecting(session, f"Ibu {number}", 20 + number % 20)
    session.expire_all()
    with counted(session) as many:
        found = mother_lists.page(session, speaker, kind, 1, NOW)
    assert found.total > (0 if kind != "not_reached" else -1)
    assert len(many) <= len(few) + 3, "what a session holds is read anew, but nothing per mother"
    assert len(many) <= 20
