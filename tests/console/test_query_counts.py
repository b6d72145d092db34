"""How many statements each page sends: a fixed number, the same for a few rows and for many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from registry.models import (
    Alert,
    AuditEntry,
    Broadcast,
    BroadcastRecipient,
    Complaint,
    Contact,
    Handoff,
    Person,
    Ride,
    Staff,
    Voucher,
)
from tests import factories
from tests.conftest import NOW
from tests.console import figure_world, people
from tests.console.conftest import OFFICER_OF_DINKES, Browser, Console
from tests.factories import KETAWANG, SUMBEROTO

FEW, MANY = 3, 30
PAGES: dict[str, tuple[str, int]] = {
    "today": ("/", 19),
    "mothers": ("/ibu", 13),
    "mothers by name": ("/ibu?cari=siti", 13),
    "mothers by a name that is near": ("/ibu?cari=sity+amina", 13),
    "mothers by code": ("/ibu?cari=M-4F7Q", 13),
    "mothers by village, weeks and path": (f"/ibu?desa={SUMBEROTO}&umur=3&jalur=JKN_ACTIVE", 13),
    "mothers whom nothing reaches": ("/ibu?terjangkau=belum", 13),
    "mothers as a spreadsheet": ("/ibu.xlsx", 11),
    "one mother": ("/ibu/{person}", 29),
    "talks": ("/percakapan", 7),
    "one talk": ("/percakapan/{contact}", 18),
    "broadcasts": ("/siaran", 6),
    "a new broadcast": ("/siaran/baru", 5),
    "preview of a broadcast": ("/siaran/{draft}", 19),
    "one broadcast": ("/siaran/{broadcast}", 10),
    "figures": ("/angka", 22),
    "figures by puskesmas": ("/angka?per=puskesmas", 24),
    "figures of a kecamatan": ("/angka?kec=35.07.01", 23),
    "figures as a spreadsheet": ("/angka.xlsx", 23),
    "report": ("/laporan", 31),
    "targets": ("/sasaran", 9),
    "complaints": ("/keluhan", 6),
    "one complaint": ("/keluhan/{complaint}", 8),
    "vouchers": ("/ongkos", 7),
    "vouchers to be paid": ("/ongkos?keadaan=approved", 7),
    "one voucher": ("/ongkos/{voucher}", 9),
    "vouchers as a spreadsheet": ("/ongkos.xlsx", 6),
    "rules": ("/aturan", 6),
    "facilities": ("/aturan/fasilitas", 7),
    "texts": ("/aturan/teks", 6),
}


@contextmanager
def statements(console: Console) -> Iterator[list[str]]:
    """Every statement that is sent, but for the frame of a transaction."""
    sent: list[str] = []

    def note(*given: object) -> None:
        if not str(given[2]).startswith("BEGIN"):  # SQLite is told in words
            sent.append(str(given[2]))

    event.listen(console.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(console.database.engine, "before_cursor_execute", note)


def populate(console: Console, count: int) -> None:
    """So many of everything: mothers with talks and alarms, rides, messages that were lost, figures, broadcasts."""
    for number in range(count):
        ids = people.add(console, village=(SUMBEROTO, KETAWANG)[number % 2])
        with console.database.write() as session:
            figure_world.woman(session, SUMBEROTO, NOW - timedelta(days=30 * (number % 3)))
            session.add(
                Ride(person_id=ids["person"], purpose="visit", at=NOW, village_code=SUMBEROTO, asked_at=NOW)
            )  # fmt: skip
            session.get_one(Alert, ids["alert"]).taken_by = OFFICER_OF_DINKES
            session.scalars(select(Handoff).where(Handoff.contact_id == ids["contact"])).one().owner = OFFICER_OF_DINKES
            lost = factories.outbox_message(session, factories.contact(session))
            lost.status = "dead"
            session.add(AuditEntry(at=NOW, action="complaint_filed", subject="complaint:1"))
            told = {"by": "+628120009009", "audience": {"who": "mothers", "areas": [], "trimester": None, "only": None}}
            row = Broadcast(**told, text="Kelas ibu hamil", status="done", due_at=NOW, at=NOW)
            session.add(row)
            session.flush()
            got = factories.outbox_message(session, session.get_one(Contact, ids["contact"]), "kelas ibu hamil")
            got.status, got.sent_at = "sent", NOW
            session.add(BroadcastRecipient(broadcast_id=row.id, contact_id=ids["contact"], outbox_id=got.id))
            _cost(session, ids["person"])


def _cost(session: Session, person: int) -> None:
    """A ride that was driven, and what it cost."""
    driver = factories.driver(session)
    values = {"purpose": "visit", "at": NOW, "village_code": SUMBEROTO, "asked_at": NOW, "status": "done"}
    ride = Ride(person_id=person, driver_id=driver.id, **values)
    session.add(ride)
    session.flush()
    officer = session.scalars(select(Staff.id).where(Staff.unit == "dinkes")).first()
    session.add(Voucher(ride_id=ride.id, amount=50_000, at=NOW, status="approved", decided_by=officer, decided_at=NOW))


def places(console: Console, browser: Browser) -> dict[str, object]:
    """What stands in the addresses: the first of everything, and a draft of the officer's own."""
    browser.get("/siaran/baru")
    draft = browser.post("/siaran/baru", {"who": "mothers", "text": "Halo Ibu, besok ada kelas."})
    with console.database.read() as session:
        return {
            "person": session.scalar(select(Person.id).order_by(Person.id)),
            "contact": session.scalar(select(Handoff.contact_id).order_by(Handoff.id)),
            "complaint": session.scalar(select(Complaint.id).order_by(Complaint.id)),
            "broadcast": session.scalar(select(Broadcast.id).where(Broadcast.status == "done").order_by(Broadcast.id)),
            "voucher": session.scalar(select(Voucher.id).order_by(Voucher.id)),
            "draft": draft.headers["location"].rpartition("/")[2],
        }


def asked(console: Console, browser: Browser) -> dict[str, int]:
    """The statements of each page."""
    values = places(console, browser)
    found = {}
    for name, (path, _) in PAGES.items():
        with statements(console) as sent:
            answer = browser.get(path.format(**values))
        assert answer.status_code == 200, name
        found[name] = len(sent)
    return found


def test_number_of_statements_is_fixed_and_does_not_grow_with_the_rows(console: Console) -> None:
    browser = console.dinkes()
    populate(console, FEW)
    few = asked(console, browser)
    populate(console, MANY - FEW)
    assert asked(console, browser) == few
    wrong = {name: (few[name], count) for name, (_, count) in PAGES.items() if few[name] != count}
    assert wrong == {}
