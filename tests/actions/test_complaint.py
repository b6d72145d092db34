"""A complaint in a conversation: kept with the first words, one question at most, answered by Dinkes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import drafts
from registry.models import Complaint, Contact, InboxMessage, OutboxMessage
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import Said, TaskTalk
from tests.conftest import NOW

ASK = "complain"
STORY = "tadi di pkm donomulyo saya diminta bayar 300 ribu"
QUESTION: dict[str, Any] = {"text": "Siapa nama Ibu?", "buttons": [], "image": None}
HER, DINKES, MIDWIFE = "+6281200009901", "+6281200009902", "+6281200009903"


@pytest.fixture
def her(session: Session) -> TaskTalk:
    mother = factories.person(session, phone=HER)
    factories.jkn_record(session, mother.nik or "")
    factories.reachable(
        session,
        mother,
        factories.staff(session, unit="dinkes", phone=DINKES),
        factories.staff(session, phone=MIDWIFE, facility="Puskesmas Donomulyo"),
    )
    return talk(session, HER)


def talk(session: Session, phone: str) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


def clearly(chat: TaskTalk, text: str, intent: str) -> Said:
    """She writes, and the classifier is sure of what she wants."""
    return Said(chat.talk.again(chat.form, chat.talk.write(text), intent, confidence=0.9, intent_ranking=[]))


def kept(chat: TaskTalk) -> list[Complaint]:
    return list(chat.talk.session.scalars(select(Complaint).order_by(Complaint.id)))


def to(chat: TaskTalk, phone: str) -> list[OutboxMessage]:
    rows = select(OutboxMessage).join(Contact).order_by(OutboxMessage.id)
    return [row for row in chat.talk.session.scalars(rows) if row.contact.phone == phone]


def test_whole_story_gets_its_number_her_right_and_the_official_ways(her: TaskTalk) -> None:
    said = her.say(STORY, ASK)
    for part in (
        "K-2026-000001",
        "Dinas Kesehatan",
        "tidak diberitahukan",
        "JKN Ibu tercatat aktif",
        "165",
        "lapor.go",
    ):
        assert part in said.text
    assert not her.is_open
    assert kept(her)[0].told_in == [her.talk.session.scalars(select(InboxMessage.id)).one()]


def test_refusal_tells_the_way_to_help_first(her: TaskTalk) -> None:
    said = her.say("saya ditolak di rs wava husada karena bpjs mati", ASK)
    assert said.text.index("119") < said.text.index("K-2026-000001")


@pytest.mark.parametrize("announced", ["mau komplain bu", "saya mau lapor", "/complain"])
def test_what_happened_is_asked_when_nothing_was_told(her: TaskTalk, announced: str) -> None:
    asked = her.press(announced) if announced.startswith("/") else her.say(announced, ASK)
    assert "Ceritakan" in asked.text
    assert kept(her) == []
    assert "K-2026-000001" in clearly(her, STORY, "ask_coverage").text
    assert len(kept(her)[0].told_in) == 1


@pytest.mark.parametrize("silence", ["", "iya", "tidak", "gak jadi bu"], ids=repr)
def test_nothing_is_kept_of_nothing(her: TaskTalk, silence: str) -> None:
    her.say("mau komplain", ASK)
    her.say(silence, "deny" if "ga" in silence or "tidak" in silence else "inform")
    her.say(silence, "deny")
    assert [row.text for row in kept(her)] in ([], ["gak jadi bu"])


def test_question_in_between_is_answered_and_hers_stays_open(her: TaskTalk) -> None:
    her.say("mau komplain", ASK)
    assert not clearly(her, "syarat daftarnya apa saja ya bu", "ask_documents").is_answered
    assert her.draft is not None


@pytest.mark.parametrize(
    ("answer", "facility"),
    [
        pytest.param("pkm pagak", "Puskesmas Pagak", id="a place we know"),
        pytest.param("bidan praktek dekat pasar", "bidan praktek dekat pasar", id="her own word"),
        pytest.param("dekat pasar, hp saya 081200009901", "dekat pasar, hp saya xhp1", id="never with a number"),
        pytest.param("gak tau bu", None, id="she does not know"),
        pytest.param("tidak", None, id="she does not want to say"),
    ],
)
def test_place_is_asked_once(her: TaskTalk, answer: str, facility: str | None) -> None:
    said = her.say("saya disuruh bayar 50 ribu padahal katanya gratis", ASK)
    assert "di puskesmas atau rumah sakit mana" in said.text
    said = her.say(answer, "inform")
    assert "K-2026-000001" in said.text
    assert (kept(her)[0].facility, her.is_open) == (facility, False)


def test_place_may_be_left_out_with_a_button(her: TaskTalk) -> None:
    said = her.say("saya disuruh bayar 50 ribu padahal katanya gratis", ASK)
    said = her.press(said.buttons["Tidak mau menyebut"])
    assert "tetap berjalan" in said.text


def test_same_story_again_keeps_its_number(her: TaskTalk) -> None:
    her.say(STORY, ASK)
    assert "sudah saya tambahkan ke keluhan K-2026-000001" in her.say(f"bu {STORY} lho", ASK).text
    assert len(kept(her)) == 1


def test_five_thousand_characters_are_no_trouble(her: TaskTalk) -> None:
    said = her.say((f"{STORY} dan " + "bidannya marah-marah terus " * 300)[:5000], ASK)
    assert len(said.text) < 1024


# ---------------------------------------------------------------- in the middle of something else


def test_open_task_goes_on_after_a_complaint(her: TaskTalk) -> None:
    contact = her.talk.contact
    question = dict(QUESTION)
    data = {"entry": {}, "question": question}
    drafts.keep(her.talk.session, contact, "registration", "name", data, NOW, None)
    her.talk.slots["requested_slot"] = "task_answer"
    said = clearly(her, STORY, ASK)
    assert said.text.endswith("Siapa nama Ibu?")
    draft = her.draft
    assert draft is not None
    assert (draft.task, draft.asked, draft.data, her.is_open) == ("registration", "name", data, True)


def test_open_task_waits_also_for_a_complaint_with_a_question(her: TaskTalk) -> None:
    question = dict(QUESTION)
    drafts.keep(
        her.talk.session, her.talk.contact, "registration", "name", {"entry": {}, "question": question}, NOW, None
    )
    her.talk.slots["requested_slot"] = "task_answer"
    said = clearly(her, "saya disuruh bayar 50 ribu padahal katanya gratis", ASK)
    assert "Siapa nama Ibu?" not in said.text
    assert her.say("pkm pagak").text.endswith("Siapa nama Ibu?")
    draft = her.draft
    assert draft is not None
    assert draft.task == "registration"


# ---------------------------------------------------------------- the officer


def test_officer_answers_by_button_and_she_gets_it(her: TaskTalk) -> None:
    her.say(STORY, ASK)
    officer = talk(her.talk.session, DINKES)
    button = dict((to(her, DINKES)[0].extras or {})["buttons"])["Tanggapi"]
    assert "K-2026-000001" in officer.press(button).text
    sent = clearly(officer, "Mohon maaf Bu, uangnya akan dikembalikan besok", "ask_coverage")
    assert "sudah dikirim" in sent.text
    assert "uangnya akan dikembalikan besok" in to(her, HER)[-1].text


@pytest.mark.parametrize("intent", ["ask_recap", "list_my_mothers", "send_broadcast"])
def test_order_of_an_officer_is_never_sent_to_her_as_an_answer(her: TaskTalk, intent: str) -> None:
    her.say(STORY, ASK)
    officer = talk(her.talk.session, DINKES)
    officer.press(f"/complain:answer:{kept(her)[0].id}")
    clearly(officer, "rekap bulan ini", intent)
    assert to(her, HER) == []


def test_too_long_an_answer_is_asked_for_again(her: TaskTalk) -> None:
    her.say(STORY, ASK)
    officer = talk(her.talk.session, DINKES)
    officer.press(f"/complain:answer:{kept(her)[0].id}")
    assert "terlalu panjang" in officer.say("a" * 701).text
    assert "sudah dikirim" in officer.say("Sudah kami tegur.").text


@pytest.mark.parametrize("phone", [MIDWIFE, HER, "+6281200009999"], ids=["midwife", "she", "stranger"])
@pytest.mark.parametrize("number", ["1", "999999", "9" * 30], ids=["there", "not there", "endless"])
def test_button_typed_by_somebody_else_opens_nothing(her: TaskTalk, phone: str, number: str) -> None:
    her.say(STORY, ASK)
    number = str(kept(her)[0].id) if number == "1" else number
    said = talk(her.talk.session, phone).press(f"/complain:answer:{number}")
    assert "K-2026" not in said.text


def test_answer_after_the_end_is_not_sent(her: TaskTalk) -> None:
    her.say(STORY, ASK)
    row = kept(her)[0]
    officer = talk(her.talk.session, DINKES)
    officer.press(f"/complain:answer:{row.id}")
    row.status = "closed"
    her.talk.session.flush()
    assert "sudah ditutup" in officer.say("Sudah kami tegur.").text
    assert "sudah ditutup" in officer.press(f"/complain:answer:{row.id}").text
    assert to(her, HER) == []


def test_plea_for_secrecy_is_not_taken_for_the_place(her: TaskTalk) -> None:
    her.say("dimintai 300rb sama petugasnya", ASK)
    said = her.say("tolong jangan sebut nama saya bu", "nlu_fallback")
    assert "tidak diberitahukan" in said.text
    assert "puskesmas atau rumah sakit mana" in said.text
    assert kept(her)[0].facility is None


def test_officer_answers_by_number_in_one_message(her: TaskTalk) -> None:
    her.say(STORY, ASK)
    number = kept(her)[0].number
    assert "sudah dikirim" in talk(her.talk.session, DINKES).say(f"jawab {number} petugas sudah kami tegur", ASK).text
    assert "petugas sudah kami tegur" in to(her, HER)[0].text
    assert len(kept(her)) == 1


def test_number_told_by_somebody_who_may_not_know_opens_nothing(her: TaskTalk) -> None:
    her.say(STORY, ASK)
    talk(her.talk.session, MIDWIFE).say(f"jawab {kept(her)[0].number} bohong", ASK)
    assert to(her, HER) == []


def test_refused_for_a_dead_card_hears_how_it_becomes_active_again(her: TaskTalk) -> None:
    said = her.say("ditolak rumah sakit alasannya kis mati", ASK)
    assert kept(her)[0].category == "refused"
    assert "Dinas Sosial" in said.text


def test_what_is_only_supposed_is_no_complaint_yet(her: TaskTalk) -> None:
    said = her.say("kalau dimintai uang gimana bu", ASK)
    assert "165" in said.text
    assert kept(her) == []
