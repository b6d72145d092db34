"""Several people at the same moment, in threads and transactions of their own: one number each, one facility."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from nlu.language.complaint import read_complaint
from registry import presses, texts
from registry.casework import complaints, referrals
from registry.db import Database
from registry.models import Referral
from registry.presses import Press
from registry.rules import complaint as rules
from tests import factories
from tests.conftest import NOW

HER, MIDWIFE, FIRST, SECOND = (f"+628120000960{digit}" for digit in range(4))
STORY = "tadi di pkm donomulyo saya diminta bayar 300 ribu padahal bpjs aktif"
TOO_LATE = texts.phrase("press_too_late")


def test_complaints_at_the_same_moment_get_numbers_of_their_own(database: Database) -> None:
    phones = [f"+6281200096{number:03}" for number in range(6)]
    with database.write() as session:
        for phone in phones:
            factories.contact(session, phone)
    gate = threading.Barrier(len(phones))

    def one(phone: str) -> str:
        gate.wait()
        with database.write() as session:
            speaker = factories.speaker_of(session, phone)
            return complaints.file(session, speaker, STORY, read_complaint(STORY), NOW, None).row.number

    with ThreadPoolExecutor(len(phones)) as pool:
        numbers = sorted(pool.map(one, phones))
    assert numbers == [rules.number_of(2026, serial) for serial in range(1, len(phones) + 1)]


def test_two_answers_at_the_same_moment_leave_one_truth(database: Database) -> None:
    with database.write() as session:
        mother = factories.person(session, phone=HER)
        factories.reachable(
            session,
            factories.staff(session, phone=MIDWIFE),
            factories.staff(session, unit="hospital", phone=FIRST, facility="RSUD Kanjuruhan"),
            factories.staff(session, unit="hospital", phone=SECOND, facility="RS Wava Husada"),
        )
        speaker = factories.speaker_of(session, MIDWIFE)
        row = referrals.refer(session, speaker, mother, ("rsud-kanjuruhan", "rs-wava-husada"), "KPD", NOW, None)
        referrals.name_facility(session, row, "rs-wava-husada", NOW, None)
        number = row.id
    gate = threading.Barrier(2)

    def answering(phone: str) -> Callable[[], str]:
        def act() -> str:
            gate.wait()
            with database.write() as session:
                speaker = factories.speaker_of(session, phone)
                (said,) = presses.act(session, speaker, Press("referral_ready", number), NOW, None)
                return said.text

        return act

    with ThreadPoolExecutor(2) as pool:
        said = [one.result() for one in [pool.submit(answering(phone)) for phone in (FIRST, SECOND)]]
    assert said.count(TOO_LATE) == 1
    with database.read() as session:
        row = session.get_one(Referral, number)
        assert [one["answer"] for one in row.asked].count("ready") == 1
        assert row.facility is not None
        answered = next(one for one in row.asked if one["answer"])
        assert answered["facility"] == row.facility
