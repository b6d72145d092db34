"""Texts: shown with source and signature, changed only to what can be said, signed by another."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from command import doctor, templates
from registry import clock, texts, wording_follower, wordings
from registry.texts import Changes
from registry.wording_checks import problem_with
from tests.conftest import NOW
from tests.console.conftest import Browser, Console
from tests.console.office import acts, admin, officer

TODAY = date(2026, 11, 21)
LETTER = "Surat Dinkes 440/12/2026"
NAME = "ride_asked_for_you"
SECOND_OF_DINKES = "+628120009012"


@pytest.fixture(autouse=True)
def as_in_the_files() -> Iterator[None]:
    """What one test lets this process say is not said in the next."""
    yield
    texts.use(Changes())


def original(name: str) -> texts.Sentence:
    return wordings.originals()[name]


def pushed_with_hole() -> texts.Sentence:
    """A text with one value and with buttons."""
    return next(
        one for one in texts.originals().values() if one.pushed and one.text.count("{") == 1 and one.buttons
        and not one.name.startswith(wordings.OF_CONSENT) and not one.text.strip().endswith("}")
        and not one.text.strip().startswith("{") and not any("{" in payload for _, payload in one.buttons)
    )  # fmt: skip


WITH_HOLE = pushed_with_hole()
HOLE = WITH_HOLE.text[WITH_HOLE.text.index("{") : WITH_HOLE.text.index("}") + 1]
TITLES = [title for title, _ in WITH_HOLE.buttons]
GOOD = f"Halo Bu {HOLE}, ini kata-kata yang baru dari kantor ya."


def change(browser: Browser, name: str = WITH_HOLE.name, text: str = GOOD, **values: Any) -> Any:
    if browser.get(f"/aturan/teks/{name}").status_code == 404:
        browser.get("/aturan")
    form = {"text": text, "title": TITLES, "day": str(TODAY), "source": LETTER, "langkah": "simpan"}
    return browser.post(f"/aturan/teks/{name}", form | values)


def sign(browser: Browser, name: str, *, given: bool = True, digest: str = "", source: str = LETTER) -> Any:
    page = browser.get(f"/aturan/teks/{name}")
    if page.status_code == 404:
        browser.get("/aturan")
    found = re.findall(r'name="digest" value="(\w+)"', page.text)
    form = {"digest": digest or (found[0] if found else "x"), "source": source, "setuju": "1" if given else "0"}
    return browser.post(f"/aturan/teks/{name}/setujui", form)


def said(console: Console, day: date = TODAY) -> texts.Sentence:
    with console.database.read() as session:
        return wordings.spoken(wordings.read(session, day))[WITH_HOLE.name]


def second(console: Console) -> Browser:
    """Another officer of Dinkes than ``console.dinkes``."""
    return console.dinkes(SECOND_OF_DINKES)


# ------------------------------------------------------------------ shown


def test_text_is_shown_as_it_arrives_with_where_it_is_used(console: Console) -> None:
    page = html.unescape(console.midwife().get(f"/aturan/teks/{WITH_HOLE.name}").text)
    for expected in (*TITLES, "Dipakai di", "Belum pernah diubah kantor"):
        assert expected in page
    assert HOLE not in page.partition('class="bubble">')[2].partition("</div>")[0]
    assert "Ubah kata-katanya" not in page


def test_list_counts_what_nobody_has_signed(console: Console) -> None:
    browser = console.midwife()
    page = browser.get("/aturan/teks?belum=1").text
    assert ">disahkan<" not in page
    assert f"{len(doctor.unsigned()):,}".replace(",", ".") + " teks belum disahkan" in page
    assert len(page.encode()) < 100_000


@pytest.mark.parametrize("asked", ["bagian=rides", "cari=ambulan", "diubah=1", "hal=999", "bagian=%3Cscript%3E"])
def test_list_is_narrowed_without_a_fault(console: Console, asked: str) -> None:
    page = console.midwife().get(f"/aturan/teks?{asked}")
    assert page.status_code == 200
    assert "<script>" not in page.text.replace("<script src", "")


def test_text_that_does_not_exist_is_not_found(console: Console) -> None:
    browser = console.dinkes()
    assert browser.get("/aturan/teks/nihil").status_code == 404
    assert change(browser, "nihil").status_code == 404
    assert sign(browser, "nihil").status_code == 404


# ------------------------------------------------------------------ changed


def test_change_is_looked_at_before_it_is_kept(console: Console) -> None:
    browser = console.dinkes()
    page = change(browser, langkah="lihat").text
    assert "Begini tampilnya nanti" in page
    assert "ini kata-kata yang baru dari kantor" in page
    assert said(console).text == WITH_HOLE.text
    assert acts(console, "text_changed") == []


def test_change_holds_from_its_day_with_history_and_without_signature(console: Console) -> None:
    browser = console.dinkes()
    answer = change(browser, day=str(TODAY + timedelta(days=1)))
    assert answer.headers["location"].endswith("teks_disimpan")
    assert said(console).text == WITH_HOLE.text
    assert said(console, TODAY + timedelta(days=1)).text == GOOD
    assert not said(console, TODAY + timedelta(days=1)).approved
    page = browser.get(f"/aturan/teks/{WITH_HOLE.name}").text
    for expected in (LETTER, "Budi Santosa", "akan berlaku"):
        assert expected in page
    (entry,) = acts(console, "text_changed")
    assert entry.subject == f"text:{WITH_HOLE.name}"
    assert entry.detail is not None
    assert set(entry.detail) == {"by", "wording"}


REFUSED = {
    "empty": ({"text": "  "}, "Isinya kosong"),
    "too long": ({"text": f"Bu {HOLE}, " + "ya " * 400 + "."}, "Terlalu panjang"),
    "an unknown value": ({"text": GOOD + " Dari {rahasia} ya."}, "tidak dikenal"),
    "an attribute of a value": ({"text": GOOD.replace("}", ".__class__}")}, "tidak dikenal"),
    "a format of a value": ({"text": GOOD.replace("}", ":>999999999}")}, "tidak dikenal"),
    "an index of a value": ({"text": GOOD.replace("}", "[0]}")}, "tidak dikenal"),
    "a brace alone": ({"text": GOOD + " {"}, "tidak dikenal"),
    "a value without a name": ({"text": GOOD + " {} ya."}, "tidak dikenal"),
    "a value left out": ({"text": "Halo Bu, ini kata-kata yang baru."}, "yang hilang"),
    "a value at the beginning": ({"text": f"{HOLE}, ini kata-kata yang baru ya."}, "ditolak WhatsApp"),
    "a value at the end": ({"text": f"Ini kata-kata yang baru untuk Bu {HOLE}"}, "ditolak WhatsApp"),
    "hardly a word": ({"text": f"Bu {HOLE}."}, "ditolak WhatsApp"),
    "blank lines": ({"text": GOOD.replace(", ", ",\n\n\n\n")}, "ditolak WhatsApp"),
    "a payload": ({"text": GOOD + " /press:ride_accept:1"}, "tulisan mesin"),
    "a name of a text": ({"text": GOOD + " utter_danger"}, "tulisan mesin"),
    "a tag": ({"text": GOOD + " <b>penting</b>"}, "tulisan mesin"),
    "a template's hole": ({"text": GOOD + " {{1}} ya"}, "tulisan mesin"),
    "nothing that is seen": ({"text": GOOD + " \u202etxet"}, "tulisan mesin"),
    "a missing word of a machine": ({"text": GOOD + " undefined"}, "tulisan mesin"),
    "a long title": ({"title": ["x" * 21, *TITLES[1:]]}, "judul"),
    "an empty title": ({"title": ["", *TITLES[1:]]}, "judul"),
    "a title with a value": ({"title": ["{name}", *TITLES[1:]]}, "judul"),
    "a title too many": ({"title": [*TITLES, "Lagi"]}, "judul"),
    "no title": ({"title": []}, "judul"),
    "yesterday": ({"day": str(TODAY - timedelta(days=1))}, "paling awal hari ini"),
    "a far year": ({"day": "2099-01-01"}, "paling awal hari ini"),
    "no day": ({"day": "kapan-kapan"}, "paling awal hari ini"),
    "no source": ({"source": " "}, "Tulis dulu sumbernya"),
    "an endless source": ({"source": "x" * 301}, "Tulis dulu sumbernya"),
    "the same": ({"text": WITH_HOLE.text}, "sudah sama"),
}


@pytest.mark.parametrize(("values", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_said_is_refused_before_it_is_live(console: Console, values: dict[str, Any], why: str) -> None:
    answer = change(console.dinkes(), **values)
    assert (answer.status_code, why in answer.text) == (400, True)
    assert said(console).text == WITH_HOLE.text


def test_order_of_values_is_that_of_the_template(console: Console) -> None:
    two = next(
        one for one in texts.originals().values()
        if one.pushed and len(set(re.findall(r"\{\w+\}", one.text))) == 2 and one.name.startswith("reminder_")
    )  # fmt: skip
    first, last = dict.fromkeys(re.findall(r"\{\w+\}", two.text))
    text = f"Halo Bu, tentang {last} dan juga tentang {first}, mohon dibaca pelan-pelan sampai selesai ya."
    answer = change(console.dinkes(), two.name, text, title=[title for title, _ in two.buttons])
    assert (answer.status_code, "Urutan isian" in answer.text) == (400, True)


@pytest.mark.parametrize("name", ["utter_danger", "reg_ask_consent", "consent_ask_mother"])
def test_words_of_the_model_and_of_consent_stay_in_their_files(console: Console, name: str) -> None:
    browser = console.dinkes()
    assert "lewat berkas" in browser.get(f"/aturan/teks/{name}").text
    titles = [title for title, _ in original(name).buttons]
    assert change(browser, name, original(name).text + " Ya.", title=titles).status_code == 404


def test_every_text_of_the_files_could_be_said() -> None:
    bad = {
        name: problem_with(one, one.text, [title for title, _ in one.buttons])
        for name, one in wordings.originals().items()
    }
    assert {name: why for name, why in bad.items() if why} == {}


def test_words_of_the_file_come_back(console: Console) -> None:
    browser = console.dinkes()
    change(browser)
    assert said(console).text == GOOD
    browser.get(f"/aturan/teks/{WITH_HOLE.name}")
    answer = browser.post(f"/aturan/teks/{WITH_HOLE.name}/kembali", {"day": str(TODAY), "source": LETTER})
    assert answer.headers["location"].endswith("teks_disimpan")
    assert said(console) == WITH_HOLE
    assert "Kembali ke kata-kata bawaan" in browser.get(f"/aturan/teks/{WITH_HOLE.name}").text
    answer = browser.post(f"/aturan/teks/{WITH_HOLE.name}/kembali", {"day": str(TODAY), "source": LETTER})
    assert "sudah sama" in answer.text


def test_health_answer_is_changed_and_no_longer_signed(console: Console) -> None:
    name = f"health:{next(iter(texts.original_health()))}"
    text = "Boleh, Ibu. Makan secukupnya dan tanyakan ke bidan bila ragu."
    assert change(console.dinkes(), name, text, title=[]).status_code == 303
    with console.database.read() as session:
        found = texts.merged_health(wordings.read(session, TODAY))[name.removeprefix("health:")]
    assert (found.text, found.approved) == (text, False)


# ------------------------------------------------------------------ signed


def test_signature_belongs_to_the_very_words(console: Console) -> None:
    author, other = console.dinkes(), second(console)
    change(author)
    assert sign(other, WITH_HOLE.name).headers["location"].endswith("teks_disahkan")
    assert said(console).approved
    page = other.get(f"/aturan/teks/{WITH_HOLE.name}").text
    assert LETTER in page
    assert "Disahkan Sabtu" in page
    change(author, text=GOOD + " Sungguh.")
    assert not said(console).approved
    change(author)
    assert said(console).approved  # the words that were signed, again
    assert [one.subject for one in acts(console, "text_signed")] == [f"text:{WITH_HOLE.name}"]


def test_author_does_not_sign_her_own_words(console: Console) -> None:
    author = console.dinkes()
    change(author)
    assert "Sahkan kata-kata ini" not in author.get(f"/aturan/teks/{WITH_HOLE.name}").text
    assert sign(author, WITH_HOLE.name, digest=said(console).digest).status_code == 404
    assert not said(console).approved


@pytest.mark.parametrize("who", ["midwife", "officer", "admin"])
def test_others_do_not_sign(console: Console, who: str) -> None:
    browser = console.midwife() if who == "midwife" else officer(console) if who == "officer" else admin(console)
    digest = original("utter_danger").digest
    assert sign(browser, "utter_danger", digest=digest).status_code == 404
    assert acts(console, "text_signed") == []


def test_signature_is_taken_back_and_needs_its_reason(console: Console) -> None:
    browser = console.dinkes()
    assert sign(browser, "utter_danger").status_code == 303
    assert "Tulis dulu sumbernya" in sign(browser, "utter_danger", given=False, source=" ").text
    assert sign(browser, "utter_danger", given=False).headers["location"].endswith("teks_ditarik")
    assert "sudah sama" in sign(browser, "utter_danger", given=False, digest=original("utter_danger").digest).text


def test_words_that_changed_meanwhile_are_not_signed(console: Console) -> None:
    author, other = console.dinkes(), second(console)
    change(author)
    seen = said(console).digest
    change(author, text=GOOD + " Sungguh.")
    answer = sign(other, WITH_HOLE.name, digest=seen)
    assert (answer.status_code, "sudah berubah" in answer.text) == (400, True)


# ------------------------------------------------------------------ said


def test_running_process_says_it_without_a_restart(console: Console) -> None:
    name = HOLE.strip("{}")
    follower = wording_follower.Follower(console.database)
    assert follower.look()
    assert not follower.look()
    change(console.dinkes())
    assert follower.look()
    assert texts.say(WITH_HOLE.name, **{name: "Siti"}).text == GOOD.replace(HOLE, "Siti")
    sign(second(console), WITH_HOLE.name)
    assert follower.look()
    assert texts.sentences()[WITH_HOLE.name].approved
    change(console.dinkes("+628120009013"), text=GOOD + " Lagi.", day=str(TODAY + timedelta(days=1)))
    assert follower.look()
    assert texts.sentences()[WITH_HOLE.name].text == GOOD
    with console.database.write() as session:
        clock.stop_at(session, NOW + timedelta(days=1))
    assert follower.look()
    assert texts.sentences()[WITH_HOLE.name].text == GOOD + " Lagi."


def test_follower_goes_on_while_the_database_is_away(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    follower = wording_follower.Follower(console.database, every_s=0.01)
    looks: list[int] = []

    def fail() -> bool:
        looks.append(1)
        raise OSError

    monkeypatch.setattr(follower, "look", fail)
    follower.start()
    while len(looks) < 3:
        pass
    follower.stop()
    assert texts.sentences()[WITH_HOLE.name] == WITH_HOLE


def test_templates_and_doctor_see_what_was_decided(console: Console) -> None:
    name = WITH_HOLE.name
    change(console.dinkes())
    with console.database.read() as session:
        decided = wordings.read(session, TODAY)
    assert name in doctor.unsigned(decided)
    texts.use(decided)
    (now,) = templates.wanted([name])
    assert templates.body(now)[0] != templates.body(original(name))[0]
    sign(second(console), name)
    with console.database.read() as session:
        assert name not in doctor.unsigned(wordings.read(session, TODAY))
