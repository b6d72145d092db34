"""Words that were typed freely and travel to somebody else: no number of a person, no name of hers, no machine text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions import ride_wishes
from nlu.language import long_numbers
from nlu.language.complaint import Complaint as Told
from nlu.language.complaint import read_complaint
from nlu.language.normalise import clean
from registry import sealing, texts
from registry.casework import companions, complaints, referrals, talk_history, talks
from registry.emergencies import alerts
from registry.messaging import broadcasts
from registry.messaging.audiences import Audience
from registry.messaging.broadcasts import BroadcastError
from registry.models import Complaint, Contact, Draft, OutboxMessage, Person, Referral, Ride
from registry.persons import consents, named_mothers, own_data, shared_phones
from registry.persons.people import Speaker
from registry.transport import ride_words, rides
from registry.transport.rides import Wish
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW

HER = "+6281200097801"
NAME = "Wagiyem Kusumawardani"
NIK, PHONE = "3507014503989001", "081234567890"
DRESSES = {
    "plain": NIK,
    "in groups": "350701 450398 9001",
    "with slashes": "350701/450398/9001",
    "stuck to a word": f"nik{NIK}",
    "S for 5": NIK.replace("5", "S"),
    "keys as emoji": "".join(f"{digit}\ufe0f\u20e3" for digit in NIK),
    "zero width between": "\u200b".join(NIK),
    "full width": NIK.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "a card number": "0001234567890",
    "a telephone": PHONE,
    "a telephone with slashes": "0812/3456/7890",
}
MASKS = re.compile(r"xnik\d+|xhp\d+|xkartu\d+|xangka")
FEW = 6  # digits that may stay of a number


@pytest.fixture
def mother(session: Session) -> Person:
    """She can be reached, and so can everybody who helps."""
    person = factories.person(session, name=NAME, phone=HER, nik=factories.make_nik())
    factories.pregnancy(session, person)
    helpers = (factories.cadre(session), factories.driver(session), factories.staff(session))
    dinkes = factories.staff(session, unit="dinkes")
    hospital = factories.staff(session, unit="hospital", facility="RSUD Kanjuruhan")
    factories.reachable(session, person, *helpers, dinkes, hospital)
    return person


def her(session: Session) -> Speaker:
    return factories.speaker_of(session, HER)


def officer(session: Session, unit: str = "dinkes") -> Speaker:
    return factories.speaker_of(session, factories.staff(session, unit=unit).phone)


# ---------------------------------------------------------------- doors: what was typed, what others read of it


def complaint(session: Session, mother: Person, typed: str) -> str:
    told = f"disuruh bayar di puskesmas, ini {typed} tolong"
    complaints.file(session, her(session), told, read_complaint(told), NOW, None)
    return session.scalars(select(Complaint.text)).one()


def place_of_a_complaint(session: Session, mother: Person, typed: str) -> str:
    told = Told("illegal_fee", None, f"klinik dekat {typed}")
    complaints.file(session, her(session), "disuruh bayar", told, NOW, None)
    return session.scalars(select(Complaint.facility)).one() or ""


def more_of_a_complaint(session: Session, mother: Person, typed: str) -> str:
    row = complaints.file(session, her(session), "disuruh bayar", Told("illegal_fee"), NOW, None).row
    complaints.add(session, her(session), row, f"nomor saya {typed}", Told("illegal_fee"), NOW, None)
    return row.text


def companion(session: Session, mother: Person, typed: str) -> str:
    talk = TaskTalk(Talk(session, her(session).contact))
    return talk.say(f"minta ditemani, nomor saya {typed}", "request_companion").text


def referral(session: Session, mother: Person, typed: str) -> str:
    midwife = officer(session, "puskesmas")
    referrals.refer(session, midwife, mother, ["rsud-kanjuruhan"], f"perdarahan, nik {typed}", NOW, None)
    return session.scalars(select(Referral.reason)).one() or ""


def ride(session: Session, mother: Person, typed: str) -> str:
    spot, goal = ride_wishes.as_shown(f"depan masjid {typed}"), ride_wishes.as_shown(f"rumah {typed}")
    wish = Wish(NOW, True, "birth", factories.SUMBEROTO, mother.id, spot, goal)
    found = rides.order(session, her(session).contact, wish, NOW, None).ride
    return f"{found.pickup} {found.destination}"


def talk_with_an_officer(session: Session, mother: Person, typed: str) -> str:
    contact = her(session).contact
    talks.open_handoff(session, her(session), "talk_to_human", NOW, None)
    talks.take(session, contact, officer(session, "puskesmas").contact.phone or "", NOW)
    talks.hear(session, contact, f"nik saya {typed} ya", NOW, None)
    return ""


def history(session: Session, mother: Person, typed: str) -> str:
    factories.inbox_message(session, her(session).contact, f"nik saya {typed} ya")
    return "\n".join(line.text for line in talk_history.history(session, her(session).contact))


def pressed_payload(session: Session, mother: Person, typed: str) -> str:
    return talk_history.said({"kind": "message", "button": f"/inform:who:{typed}"})


DOORS: dict[str, Callable[[Session, Person, str], str]] = {
    door.__name__: door
    for door in (
        complaint, place_of_a_complaint, more_of_a_complaint, companion, referral, ride, talk_with_an_officer,
        history, pressed_payload,
    )
}  # fmt: skip


def read_by_others(session: Session) -> str:
    """All that was queued to anybody but her."""
    rows = session.scalars(
        select(OutboxMessage).join(Contact).where(Contact.phone_index != sealing.index("phone", HER))
    )
    return "\n".join(row.text for row in rows)


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("door", DOORS)
def test_number_that_was_typed_goes_nowhere(session: Session, mother: Person, door: str, dress: str) -> None:
    before = read_by_others(session)
    kept = DOORS[door](session, mother, clean(DRESSES[dress]))
    told = MASKS.sub("", kept + read_by_others(session).removeprefix(before))
    whole = _signs(DRESSES[dress])
    assert whole not in _signs(told)
    assert whole[:FEW] not in _signs(told)
    assert whole[-FEW:] not in _signs(told)


def _signs(text: str) -> str:
    return "".join(re.findall(r"[0-9]", clean(text)))


# ---------------------------------------------------------------- what officers write


@pytest.mark.parametrize("number", [NIK, "0001234567890", "350701 450398 9001"])
def test_answer_of_an_officer_carries_no_card_number(session: Session, mother: Person, number: str) -> None:
    talks.reply(
        session, her(session).contact, officer(session).contact.phone or "", f"NIK Ibu Siti {number} sudah", NOW
    )
    row = complaints.file(session, her(session), "disuruh bayar", Told("illegal_fee"), NOW, None).row
    complaints.answer(session, officer(session), row.id, f"NIK {number} sudah dicek", NOW, None)
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "staff")).all()
    assert len(rows) == 2
    assert not [row for row in rows if _signs(number) in _signs(row.text)]
    assert not [row for row in rows if _signs(number) in _signs(repr(row.extras))]


def test_answer_of_an_officer_keeps_the_telephone_of_the_office(session: Session, mother: Person) -> None:
    talks.reply(session, her(session).contact, officer(session).contact.phone or "", f"hubungi {PHONE}", NOW)
    assert PHONE in session.scalars(select(OutboxMessage.text).where(OutboxMessage.kind == "staff")).one()


@pytest.mark.parametrize("number", [NIK, "0001234567890"])
def test_broadcast_with_a_card_number_is_refused(session: Session, mother: Person, number: str) -> None:
    with pytest.raises(BroadcastError, match="broadcast_holds_number"):
        broadcasts.prepare(session, None, HER, Audience(), f"peserta {number} harap datang", NOW)
    assert "{" not in texts.phrase("broadcast_holds_number")


def test_broadcast_with_a_telephone_is_not(session: Session, mother: Person) -> None:
    broadcasts.prepare(session, None, HER, Audience(), f"info: {PHONE}", NOW)


@pytest.mark.parametrize("text", ["", "besok jam 8", "tensi 120/80 berat 56.5", "bayar Rp 1.500.000", "12/05/1996"])
def test_words_without_a_number_of_a_person_stay_as_they_are(text: str) -> None:
    assert long_numbers.hide(text) == text
    assert long_numbers.hide_cards(text) == text


# ---------------------------------------------------------------- whoever complains stays unknown


@pytest.mark.parametrize(
    "typed",
    [f"klinik dekat rumah {NAME}", "tempat bu wagiyem", f"{NAME.upper()} di puskesmas", "bidan kusumawardani"],
)
def test_place_of_a_complaint_does_not_name_her(session: Session, mother: Person, typed: str) -> None:
    complaints.file(session, her(session), "disuruh bayar", Told("illegal_fee", None, typed), NOW, None)
    kept = session.scalars(select(Complaint.facility)).one() or ""
    told = (kept + read_by_others(session)).casefold()
    assert "wagiyem" not in told
    assert "kusumawardani" not in told


# ---------------------------------------------------------------- names and words that look like something else

ODD = {
    "braces": "{phone} {0.__class__} {{7*7}}",
    "percent": "%s %(name)s 100%",
    "html": "<b>Siti</b><script>alert(1)</script>",
    "markdown": "*Siti* _Aminah_ ~x~ `y`",
    "newlines": "Siti\n\nAminah",
    "right to left": "Siti \u202eAminah",
    "very long": "Siti " + "Panjang " * 120,
    "one letter": "S",
    "emoji": "Siti 🤰🏽",
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_name_is_said_as_it_is_and_nothing_is_filled_in(session: Session, odd: str) -> None:
    name = ODD[odd]
    person = factories.person(session, name=name, phone=HER, code="M-7W9K")
    factories.pregnancy(session, person)
    cadre, driver = factories.cadre(session), factories.driver(session)
    midwife = factories.staff(session)
    factories.reachable(session, person, cadre, driver, midwife)
    alerts.raise_alert(session, her(session), "danger_sign", ("bleeding",), NOW, None)
    rides.order(session, her(session).contact, Wish(NOW, True, "birth", factories.SUMBEROTO, person.id), NOW, None)
    companions.ask(session, her(session), name, NOW, None)
    referrals.refer(session, factories.speaker_of(session, midwife.phone), person, [], name, NOW, None)
    card = own_data.card_lines(session, factories.speaker_of(session, cadre.phone), person, NOW)
    assert card is not None
    shown = [card.text, own_data.shown(session, person, NOW).text, *session.scalars(select(OutboxMessage.text))]
    words = name.split()
    assert len(shown) > 5
    for text in shown:
        assert "None" not in text
        assert not re.search(r"\{[a-z_]+\}", text.replace(name, "").replace(words[0], ""))
    assert any(words[0] in text for text in shown)
    title = named_mothers.choice(session, 1, person).title
    assert 0 < len(title) <= 20


def test_name_of_blanks_is_no_fault(session: Session) -> None:
    person = factories.person(session, name="   ", phone=HER)
    assert shared_phones.first_name(person)
    assert ride_words.whose(session, Ride(person_id=person.id, at=NOW, purpose="visit"))


@pytest.mark.parametrize("odd", ODD)
def test_odd_complaint_reaches_dinkes_within_what_a_message_holds(session: Session, mother: Person, odd: str) -> None:
    told = f"disuruh bayar {ODD[odd]}"
    complaints.file(session, her(session), told, Told("illegal_fee"), NOW, None)
    sent = [row.text for row in session.scalars(select(OutboxMessage)) if "disuruh bayar" in row.text]
    assert sent
    assert all(len(text) <= 1024 for text in sent)


# ---------------------------------------------------------------- a task that outlives the one who may do it


def drafted(session: Session) -> list[Draft]:
    return list(session.scalars(select(Draft)))


def test_officer_who_was_revoked_meanwhile_sends_no_broadcast(session: Session, mother: Person) -> None:
    staff = factories.staff(session)
    talk = TaskTalk(Talk(session, factories.contact(session, staff.phone)))
    talk.say("kirim ke semua bumil desa Sumberoto: besok posyandu jam 8", "send_broadcast")
    assert drafted(session)
    staff.active = False
    session.flush()
    talk.press("/inform:confirm:yes")
    assert not session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast")).all()


def test_officer_who_was_revoked_while_she_was_asked_reaches_nobody(session: Session, mother: Person) -> None:
    """Without an officer the audience would have no bound: all of the kabupaten."""
    staff = factories.staff(session)
    talk = TaskTalk(Talk(session, factories.contact(session, staff.phone)))
    talk.say("kirim pesan ke semua bumil", "send_broadcast")
    assert drafted(session)
    staff.active = False
    session.flush()
    talk.say("besok posyandu jam 8")
    talk.press("/inform:confirm:yes")
    assert not session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast")).all()


def test_cadre_who_was_revoked_meanwhile_refers_nobody(session: Session, mother: Person) -> None:
    cadre = factories.cadre(session)
    talk = TaskTalk(Talk(session, factories.contact(session, cadre.phone)))
    talk.say(f"rujuk bu {NAME}", "request_referral")
    cadre.active = False
    session.flush()
    talk.say("perdarahan banyak")
    assert not session.scalars(select(Referral)).all()


@pytest.mark.parametrize(
    ("opener", "words", "answer"),
    [
        ("reschedule_visit", f"bu {NAME} minta ganti hari", "lusa"),
        ("report_antenatal_visit", f"bu {NAME} sudah periksa tanggal berapa ya", "kemarin"),
        ("report_birth", f"bu {NAME} sudah lahiran", "kemarin"),
        ("request_transport", f"minta jemput bu {NAME}", "besok jam 7"),
        ("report_loss", f"kayaknya bu {NAME} keguguran", "iya"),
        ("update_data", f"ubah data bu {NAME}", "ganti nomor"),
    ],
)
@pytest.mark.parametrize("why", ["revoked", "erased", "withdrawn"])
def test_task_about_a_mother_ends_when_it_is_nobodys_business_any_more(
    session: Session, mother: Person, why: str, opener: str, words: str, answer: str
) -> None:
    cadre = factories.cadre(session)
    talk = TaskTalk(Talk(session, factories.contact(session, cadre.phone)))
    talk.say(words, opener)
    assert talk.is_open
    if why == "revoked":
        cadre.active = False
    elif why == "withdrawn":
        consents.withdraw(session, mother, "whatsapp", NOW)
    else:
        session.delete(mother)
    session.flush()
    session.expire_all()
    told = talk.say(answer).text
    assert "Wagiyem" not in told or opener == "report_loss"  # who tells of a death is heard, whatever was agreed
