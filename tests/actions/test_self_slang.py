"""A young mother and a grandmother register in their own words: what is told is heard, at whichever question."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from registry.models import Contact
from tests import factories
from tests.actions.registering import Registering


@pytest.fixture
def contact(session: Session) -> Contact:
    """A phone the registry has never heard of."""
    return factories.contact(session)


@pytest.fixture
def agreed(session: Session, contact: Contact) -> Registering:
    """She has agreed to everything."""
    return Registering(session, contact).opens("saya mau daftar bu").presses("Ya, boleh")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("nisa aja hehe", "Nisa"), ("nisa aulia. eh lahir aq 2007 tgl 4 mei", "Nisa Aulia"), ("Lastri nak", "Lastri"),
        ("panggil aja nisa", "Nisa"), ("siti aja kak", "Siti"), ("Dewi Sartika, umur 22", "Dewi Sartika"),
    ],
)  # fmt: skip
def test_name_is_heard_with_words_around_it(agreed: Registering, said: str, name: str) -> None:
    assert agreed.says(said).data["told"]["name"] == name


@pytest.mark.parametrize("said", ["lupa wkwk. keknya 11 minggu deh kata bidan", "mau nanya dulu", "apa ya"])
def test_other_words_are_no_name(agreed: Registering, said: str) -> None:
    assert "name" not in agreed.says(said, "nlu_fallback").data["told"]
    assert agreed.asked == "name"


def test_village_told_at_the_name_is_not_asked_again(agreed: Registering) -> None:
    agreed.says("ds sumberoto kak").says("nisa").says("4 mei 2007")
    assert agreed.asked == "dating"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ora ngerti nak, jare bidane lairan wulan april tanggal 10", {"hpl": "2027-04-10"}),
        ("lahirannya kata bidan 10 april", {"hpl": "2027-04-10"}),
        ("haid terakhir 3 agustus", {"hpht": "2026-08-03"}),
    ],
)
def test_what_is_told_of_the_dates_is_what_it_is(agreed: Registering, said: str, expected: dict[str, str]) -> None:
    agreed.says("nisa").says("4 mei 2007").says("sumberoto").says(said)
    assert agreed.asked == "dating_confirm"
    assert expected.items() <= agreed.data["told"].items()


def at_the_dates(her: Registering) -> Registering:
    return her.says("nisa").says("4 mei 2007").says("sumberoto")


def test_not_knowing_leads_to_the_weeks(agreed: Registering) -> None:
    assert at_the_dates(agreed).says("ga tau kak haidku ga teratur", "deny").asked == "weeks"


def test_a_word_is_explained_and_asked_again(agreed: Registering) -> None:
    at_the_dates(agreed).presses("Belum tahu").says("nik niku nopo nak", "ask_pregnancy_health", 0.49)
    assert agreed.asked == "nik"
    assert "16 angka di KTP" in agreed.said


def test_no_card_yet_leaves_the_nik_open(agreed: Registering) -> None:
    assert at_the_dates(agreed).presses("Belum tahu").says("ktp blm jadi kak", "ask_documents").asked == "phone_owner"


def test_card_told_early_is_not_asked_again(agreed: Registering) -> None:
    at_the_dates(agreed).presses("Belum tahu").says("ada kis tp kyknya mati", "ask_jkn_inactive")
    assert agreed.asked == "nik"
    assert agreed.data["told"]["jkn_told"] == "inactive"


@pytest.mark.parametrize("said", ["pilih sendiri dl", "boleh tapi jangan kasih tau ibuku ya"])
def test_leave_in_part_is_asked_in_parts(session: Session, contact: Contact, said: str) -> None:
    her = Registering(session, contact).opens("mau daftar").says(said)
    assert her.asked == "reminders"
    her.presses("Tidak").presses("Tidak")
    assert her.data["purposes"] == ["chat"]


def test_reason_is_said_once_and_the_question_is_kept_plain(agreed: Registering) -> None:
    step = agreed.says("nisa").hears("pokoknya dulu", "nlu_fallback")
    assert step is not None
    assert step.asks is not None
    assert "Maaf" not in step.asks.text
    assert any("belum lengkap" in said.text for said in step.says)


@pytest.mark.parametrize(
    ("said", "guardian"), [("budeku, Sulastri", "Sulastri"), ("iya setuju kak", None)], ids=["aunt", "no name"]
)
def test_guardian_is_a_person(agreed: Registering, said: str, guardian: str | None) -> None:
    agreed.says("Putri Anjani").says("10 februari 2010").says("sumberoto").presses("Belum tahu").presses("Nanti saja")
    agreed.presses("Punya sendiri").presses("Pertama").presses("Tidak punya").presses("Belum").presses("Suami")
    assert agreed.asked == "guardian"
    step = agreed.hears(said)
    asked = step.asks.text if step is not None and step.asks is not None else ""
    assert (f"Apakah {guardian} setuju" in asked) is (guardian is not None)
