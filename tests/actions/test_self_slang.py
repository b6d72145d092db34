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


def at_the_losses(her: Registering) -> Registering:
    at_the_dates(her).presses("Belum tahu").presses("Nanti saja").presses("Punya sendiri").presses("Ketiga")
    assert her.asked == "losses"
    return her


def test_earlier_loss_is_the_answer_and_a_new_one_is_not(agreed: Registering) -> None:
    at_the_losses(agreed)
    assert agreed.hears("saya keguguran tadi malam bu", "report_loss", 0.97) is None
    agreed.says("tau keguguran pisan", "report_loss", 0.97)
    assert (agreed.data["told"]["abortus"], agreed.data["told"]["para"]) == (1, 1)


def test_missed_period_is_told_to_be_too_little(agreed: Registering) -> None:
    at_the_dates(agreed).says("telat 2 bulan")
    assert agreed.asked == "dating"
    assert "Telat haid belum cukup" in agreed.said


def test_what_may_be_left_open_is_asked_three_times_at_most(agreed: Registering) -> None:
    at_the_dates(agreed).presses("Belum tahu")
    agreed.says("wis duwe", "nlu_fallback").says("iyo mbak", "nlu_fallback")
    assert "Lewati" in dict(agreed.buttons)
    assert agreed.says("kok takon maneh", "nlu_fallback").asked == "phone_owner"


def test_whose_phone_is_heard_before_it_is_asked(agreed: Registering) -> None:
    at_the_dates(agreed).presses("Belum tahu").says("hape bersama sama suami", "inform", 0.48)
    assert agreed.data["told"]["phone_owner"] == "husband"


@pytest.mark.parametrize(("said", "intent"), [("emoh data ku disimpen", "show_my_data"), ("gak usah disimpen", "deny")])
def test_refusal_in_her_own_words_keeps_nothing(session: Session, contact: Contact, said: str, intent: str) -> None:
    her = Registering(session, contact).opens("mau daftar").says(said, intent, 0.78)
    assert her.asked is None
    assert "Tidak ada data Ibu yang saya simpan" in her.said


def test_wish_to_see_her_data_is_no_refusal(session: Session, contact: Contact) -> None:
    her = Registering(session, contact).opens("mau daftar")
    assert her.hears("data saya apa saja yang disimpan", "show_my_data", 0.99) is None


def at_the_card(her: Registering) -> Registering:
    at_the_losses(her).presses("Tidak pernah")
    assert her.asked == "jkn"
    return her


def test_having_no_card_and_no_book_is_an_answer(agreed: Registering) -> None:
    at_the_card(agreed).says("gak punya", "deny").says("ga ada", "deny")
    assert (agreed.data["told"]["jkn_told"], agreed.data["told"]["kia_book"]) == ("none", False)
    assert agreed.asked == "companion"


def test_going_on_the_next_day_is_no_wrong_answer(agreed: Registering) -> None:
    agreed.says("nisa").says("lanjut bu yg kemarin", "affirm", 0.7)
    assert agreed.asked == "born_on"
    assert "Maaf" not in agreed.said


@pytest.mark.parametrize(("said", "intent"), [("ubah", "reschedule_visit"), ("Ubah bu", "update_data")])
def test_word_of_the_button_changes_a_line(agreed: Registering, said: str, intent: str) -> None:
    at_the_card(agreed).presses("Tidak punya").presses("Belum").presses("Suami")
    assert agreed.asked == "summary"
    assert agreed.says(said, intent, 0.88).asked == "change"


def test_birth_date_is_heard_beside_the_other_dates(session: Session, contact: Contact) -> None:
    her = Registering(session, contact)
    her.opens("daftar, nm Endang Susilowati tgl lhr 3 jan 1990 ds sumberoto donomulyo haid trakhir 15 juni hamil ke 4")
    told = her.data["told"]
    assert (told["born_on"], told["hpht"]) == ("1990-01-03", "2026-06-15")


def test_birth_date_is_put_right_with_its_word(agreed: Registering) -> None:
    at_the_dates(agreed).says("ganti tanggal lahirnya 3 februari 1990", "update_data", 0.62)
    assert agreed.data["told"]["born_on"] == "1990-02-03"
    assert agreed.asked == "dating"
