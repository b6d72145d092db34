"""The words of the reminders: every text is whole, fits a template, and can be read with four years of school."""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXTS_FILE, EDUCATION_FILE = ROOT / "reminders" / "texts.yml", ROOT / "reminders" / "education.yml"
Entry = dict[str, Any]

TEXTS: dict[str, Entry] = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
EDUCATION: dict[str, Entry] = yaml.safe_load(EDUCATION_FILE.read_text(encoding="utf-8"))
INTENTS = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])

PHRASES = {name: entry for name, entry in TEXTS.items() if name.startswith("phrase_")}
MESSAGES = {name: entry for name, entry in TEXTS.items() if name not in PHRASES}
REMINDERS = {name: entry for name, entry in MESSAGES.items() if name.startswith("reminder_")}
STAFF_ONLY = {"reminder_overdue_escalate"}
TO_CADRE = {name for name in REMINDERS if name.endswith("_cadre")}
TO_MOTHER = set(REMINDERS) - TO_CADRE - STAFF_ONLY
MERGED = {"reminder_merged", "reminder_merged_plain"}

SAMPLES = {  # the longest that a hole is likely to get
    "name": "Sulistyowati", "weeks": "36", "visit": "periksa ke-4", "date": "Kamis, 3 Desember 2026",
    "place": "Puskesmas Sumbermanjing Kulon", "hpl": "Kamis, 3 Desember 2026", "days": "14", "baby_age": "14 hari",
    "reminder": "9223372036854775807", "alert": "9223372036854775807", "code": "KB-12345",
    "first": "periksa ke-4 hari Kamis, 3 Desember 2026 di Puskesmas Donomulyo", "second": "menyiapkan tas melahirkan",
    "due": "tidak ada", "overdue": "tidak ada", "near_term": "tidak ada", "not_reached": "tidak ada",
}  # fmt: skip
COMMON = {"visit", "date", "place", "hpl", "days", "weeks", "baby_age"}
LISTS = {"due", "overdue", "near_term", "not_reached"}
PRESSES = {
    "visit_done", "visit_not_done", "not_born", "baby_jkn_done",
    "work_done", "work_not_found", "work_moved",
}  # fmt: skip

BRIEFED = {
    *("reminder_anc_before reminder_anc_before_doctor reminder_anc_after reminder_anc_missed reminder_dates_unknown "
      "reminder_birth_plan reminder_birth_bag reminder_due_40w reminder_due_41w reminder_overdue_escalate reminder_kf1 "
      "reminder_kf2 reminder_kf3 reminder_kf4 reminder_kn1 reminder_kn2 reminder_kn3 reminder_kf_kn reminder_tablets "
      "reminder_newborn_jkn_3 reminder_newborn_jkn_14 reminder_newborn_jkn_21 reminder_newborn_jkn_26 reminder_class "
      "reminder_papers_42 reminder_papers_28 reminder_papers_14 reminder_jkn_recheck_30 reminder_jkn_recheck_7 "
      "reminder_immunisation reminder_merged digest_cadre_weekly digest_puskesmas_monthly").split(),
}  # fmt: skip

# What must not stand on a phone that others read, or in any word of ours: findings, medicines, promises, promotion.
FORBIDDEN = re.compile(
    r"\b(hiv|aids|hepatitis|sifilis|siphilis|tbc|nik|kek|anemia|preeklampsia|eklampsia|diabetes|resti|risiko tinggi"
    r"|parasetamol|antibiotik|amoksisilin|ibuprofen|dosis|mg|miligram"
    r"|pasti|dijamin|jaminan|bayi sehat|selamat ya|hore|asyik|promo|diskon|hadiah|bonus"
    r"|anda|kamu|salah ibu|bandel|malas periksa)\b",
    re.IGNORECASE,
)
PHONES = {"119", "129", "165"}


def holes(text: str) -> list[str]:
    """The values a text asks for, in their order."""
    return [field for _, field, _, _ in string.Formatter().parse(text) if field]


def payloads(entry: Entry) -> list[str]:
    """What the buttons under it send."""
    return [button["payload"] for button in entry.get("buttons", [])]


def filled(text: str) -> str:
    """The text as it arrives."""
    return text.format_map(SAMPLES).strip()


def lengths(text: str) -> list[int]:
    """How many words each sentence has; a colon ends one, as the reader rests there."""
    parts = re.split(r"[.?!:]+(?:\s|$)|\n", text)
    return [len(part.split()) for part in parts if part.split()]


def fold(text: str) -> str:
    """The text without case, marks and spaces, to see two as the same."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def doubled_keys(path: Path) -> list[str]:
    """Names that stand twice in a file, of which YAML silently keeps the last."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert isinstance(node, yaml.MappingNode)
    return [name for name, times in Counter(key.value for key, _ in node.value).items() if times > 1]


def every_text() -> dict[str, str]:
    """All words of both files by name."""
    return {name: entry["text"] for name, entry in {**TEXTS, **EDUCATION}.items()}


def each(names: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", sorted(names))


# ------------------------------------------------------------------------------------------ both files


@pytest.mark.parametrize("path", [TEXTS_FILE, EDUCATION_FILE], ids=["reminders", "education"])
def test_no_name_stands_twice(path: Path) -> None:
    assert doubled_keys(path) == []


def test_no_text_stands_twice() -> None:
    times = Counter(fold(text) for text in every_text().values())
    assert [text for text, count in times.items() if count > 1] == []


@each({**MESSAGES, **EDUCATION})
def test_a_text_says_who_has_not_signed_it_and_what_it_leans_on(name: str) -> None:
    entry = {**MESSAGES, **EDUCATION}[name]
    assert entry["approved"] is False  # no officer has signed yet; nobody invents one
    assert len(entry["source"]) >= len("domain 3")


@each(every_text())
def test_a_text_holds_no_forbidden_word(name: str) -> None:
    assert FORBIDDEN.search(every_text()[name]) is None


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        pytest.param("Hasil HIV Ibu sudah ada.", True, id="a finding"),
        pytest.param("Kirim NIK Anda.", True, id="a number and a cold you"),
        pytest.param("Minum parasetamol 500 mg.", True, id="a medicine and an amount"),
        pytest.param("Makan ikan pasti bayi sehat.", True, id="a promise"),
        pytest.param("Pastikan beliau datang.", False, id="make sure is no promise"),
        pytest.param("Petugas yang memastikan. Perkembangan anaknya dicatat.", False, id="words inside words"),
    ],
)
def test_forbidden_words_are_found_whole(text: str, *, bad: bool) -> None:
    assert (FORBIDDEN.search(text) is not None) is bad


@each(set(every_text()) - set(PHRASES))
def test_a_text_is_read_with_four_years_of_school(name: str) -> None:
    words = lengths(filled(every_text()[name]))
    assert max(words) <= 20
    assert sum(words) / len(words) <= 12


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Halo, Bu. Apa kabar?", [2, 2], id="stop and question mark"),
        pytest.param("Isinya: KTP dan KK.\nBawa ya.", [1, 3, 2], id="colon and line"),
        pytest.param("Jam 07.30 ke puskesmas", [4], id="a stop inside a number ends nothing"),
    ],
)
def test_sentences_are_counted_as_read(text: str, words: list[int]) -> None:
    assert lengths(text) == words


@each(every_text())
def test_a_text_names_no_other_telephone(name: str) -> None:
    assert set(re.findall(r"\b\d{3,}\b", every_text()[name])) <= PHONES


# ------------------------------------------------------------------------------------------ the reminders


def test_every_reminder_of_the_plan_has_words() -> None:
    assert set(MESSAGES) >= BRIEFED


@each(MESSAGES)
def test_a_message_has_no_field_that_nobody_reads(name: str) -> None:
    """An unquoted comma in flow style cuts a text in two; the rest becomes a field."""
    assert set(MESSAGES[name]) <= {"text", "buttons", "approved", "source"}
    assert all(set(button) == {"title", "payload"} for button in MESSAGES[name].get("buttons", []))


@each(MESSAGES)
def test_a_message_asks_only_for_values_that_its_reader_may_see(name: str) -> None:
    if name in STAFF_ONLY:
        allowed = COMMON | {"name", "code"}
    elif name.startswith("digest_"):
        allowed = LISTS | {"place", "date"}
    else:
        allowed = COMMON | ({"name"} if name in TO_CADRE else set())
        allowed |= {"first", "second"} if name.removesuffix("_cadre") in MERGED else set()
    assert set(holes(MESSAGES[name]["text"])) <= allowed


@each(MESSAGES)
def test_a_message_fits_a_template(name: str) -> None:
    text = MESSAGES[name]["text"].strip()
    assert len(filled(text)) <= 1024
    assert not text.startswith("{")  # a template may neither begin nor end with a parameter
    assert re.search(r"\}\W*$", text) is None
    assert "\n\n" not in text
    assert re.search(r"\}\s*\{", text) is None  # nor may two stand side by side
    assert len(text.split()) > 3 * len(holes(text))  # too many for its length is refused


@each(MESSAGES)
def test_buttons_fit_and_differ(name: str) -> None:
    buttons = MESSAGES[name].get("buttons", [])
    titles = [button["title"] for button in buttons]
    assert all(0 < len(title) <= 20 for title in titles)
    assert len(set(titles)) == len(titles) == len(set(payloads(MESSAGES[name])))
    assert len(buttons) <= 10
    assert all(len(filled(payload).encode()) <= 256 for payload in payloads(MESSAGES[name]))


@each(MESSAGES)
def test_a_button_leads_somewhere(name: str) -> None:
    for payload in payloads(MESSAGES[name]):
        press = re.fullmatch(r"/press:(\w+):\{(reminder|alert)\}", payload)
        if press is None:
            assert payload.removeprefix("/").partition(":")[0] in INTENTS
        else:
            assert press[1] in PRESSES
            assert (press[2] == "alert") is (name in STAFF_ONLY) is press[1].startswith("work_")


@each(STAFF_ONLY)
def test_a_work_item_can_be_answered_and_names_her(name: str) -> None:
    pressed = {payload.split(":")[1] for payload in payloads(MESSAGES[name])}
    assert pressed == {"work_done", "work_not_found", "work_moved"}
    assert {"name", "code"} <= set(holes(MESSAGES[name]["text"]))


@each(name for name in TO_MOTHER if re.search(r"before|missed|kf\d|kn\d|kf_kn|merged$|immunisation", name))
def test_a_visit_can_be_done_moved_fetched_or_stopped(name: str) -> None:
    wanted = {"/press:visit_done:{reminder}", "/reschedule_visit:{reminder}", "/request_transport:{reminder}"}
    assert set(payloads(MESSAGES[name])) == wanted | {"/stop_messages"}
    assert set(payloads(MESSAGES[f"{name}_cadre"])) == wanted


@each(name for name in TO_MOTHER if name.endswith("_after"))
def test_the_question_after_a_visit_takes_yes_no_or_another_day(name: str) -> None:
    assert [button["title"] for button in MESSAGES[name]["buttons"]] == ["Sudah periksa", "Belum", "Ganti hari"]
    assert "?" in MESSAGES[name]["text"]


@each(TO_MOTHER)
def test_a_message_to_the_mother_needs_no_name_and_greets_her(name: str) -> None:
    assert MESSAGES[name]["text"].startswith("Halo, Bu.")
    assert "name" not in holes(MESSAGES[name]["text"])  # it may be empty, and the phone may be shared


@each(TO_MOTHER)
def test_a_mother_without_a_phone_is_told_through_her_cadre(name: str) -> None:
    proxy = MESSAGES[f"{name}_cadre"]
    assert proxy["text"].startswith("Bu Kader, ")
    assert "Ibu {name}" in proxy["text"]
    assert "/stop_messages" not in payloads(proxy)  # that would silence the cadre


@each(TO_CADRE)
def test_no_cadre_text_is_without_its_mother(name: str) -> None:
    assert name.removesuffix("_cadre") in TO_MOTHER


@each(TO_MOTHER - MERGED)
def test_a_reminder_can_be_half_of_a_merged_one(name: str) -> None:
    phrase = PHRASES[f"phrase_{name}"]
    assert set(holes(phrase["text"])) <= set(holes(MESSAGES[name]["text"]))


@each(PHRASES)
def test_a_phrase_fits_into_a_sentence(name: str) -> None:
    text = PHRASES[name]["text"]
    assert set(PHRASES[name]) == {"text"}
    assert text[0].islower() or text.startswith("{")
    assert "\n" not in text
    assert not text.endswith(".")
    assert max(lengths(f"Pertama, {filled(text)}.")) <= 20


@pytest.mark.parametrize("name", [f"phrase_visit_{kind}" for kind in "k1 k2 k3 k4 k5 k6 k7 k8 kf1 kf4 kn1 kn3".split()])
def test_every_visit_has_a_name(name: str) -> None:
    assert PHRASES[name]["text"].endswith(f"ke-{name[-1]}")


# ------------------------------------------------------------------------------------------ education


def days(name: str) -> range:
    first, last = EDUCATION[name]["days"]
    return range(first, last + 1)


def weeks(name: str) -> range:
    first, last = EDUCATION[name]["weeks"]
    return range(first, last + 1)


def group(letter: str) -> list[str]:
    return sorted(name for name in EDUCATION if name.startswith(letter))


def test_there_are_enough_texts_and_each_has_a_group() -> None:
    assert len(EDUCATION) >= 70
    assert [name for name in EDUCATION if re.fullmatch(r"[wbdx]\d\d", name) is None] == []


@each(EDUCATION)
def test_an_education_text_is_short_and_whole(name: str) -> None:
    entry = EDUCATION[name]
    assert set(entry) <= {"text", "weeks", "days", "approved", "source"}
    assert len(entry["text"]) <= 350
    assert entry["text"].endswith((".", "?"))
    assert holes(entry["text"]) == []


@each(EDUCATION)
def test_an_education_text_has_a_time(name: str) -> None:
    entry = EDUCATION[name]
    assert "weeks" in entry or "days" in entry
    assert "weeks" not in entry or (weeks(name) and set(weeks(name)) <= set(range(5, 41)))
    assert "days" not in entry or (days(name) and set(days(name)) <= set(range(43)))


def test_every_week_of_pregnancy_has_its_own_text() -> None:
    assert [weeks(name) for name in group("w")] == [range(week, week + 1) for week in range(5, 41)]
    assert group("w") == [f"w{week:02}" for week in range(5, 41)]


def test_every_week_after_birth_has_its_own_text() -> None:
    assert [days(name) for name in group("b")] == [range(7 * week, 7 * week + 7) for week in range(6)]


@each(group("d"))
def test_a_text_for_one_day_is_for_the_day_in_its_name(name: str) -> None:
    assert list(days(name)) == [int(name[1:])]


@pytest.mark.parametrize("week", range(5, 41))
def test_a_free_week_has_topics_to_choose_from(week: int) -> None:
    assert len([name for name in group("x") if "weeks" in EDUCATION[name] and week in weeks(name)]) >= 8


@pytest.mark.parametrize("day", range(2, 43))
def test_a_free_day_after_birth_has_topics_to_choose_from(day: int) -> None:
    assert len([name for name in group("x") if "days" in EDUCATION[name] and day in days(name)]) >= 5


@pytest.mark.parametrize(
    "word",
    ["P4K", "Tanda bahaya", "KB", "ASI", "Imunisasi", "MMS", "tetanus", "Tempe", "kelor", "Telur", "ikan", "tidur",
     "bekerja", "Asap rokok", "Jamu", "perasaan", "suami", "SAPA 129", "Akta lahir", "JKN", "tidak dipungut biaya",
     "Posyandu"],
)  # fmt: skip
def test_a_topic_of_the_plan_is_spoken_of(word: str) -> None:
    assert [name for name, entry in EDUCATION.items() if word in entry["text"]] != []


@pytest.mark.parametrize(("first", "last"), [(5, 12), (13, 24), (25, 40)], ids=["first", "second", "third trimester"])
def test_every_trimester_hears_its_danger_signs(first: int, last: int) -> None:
    lists = [name for name in group("x") if EDUCATION[name]["text"].startswith("Tanda bahaya")]
    assert range(first, last + 1) in [weeks(name) for name in lists]


@each(name for name in EDUCATION if re.search(r"tanda bahaya", EDUCATION[name]["text"], re.IGNORECASE))
def test_a_danger_sign_never_waits(name: str) -> None:
    assert re.search(r"[Ll]angsung ke (puskesmas|IGD)", EDUCATION[name]["text"])


@each(group("w") + [name for name in group("x") if "weeks" in EDUCATION[name]])
def test_no_week_of_pregnancy_is_called_a_date_of_a_visit(name: str) -> None:
    """The table of visits is a setting; a text that names a week of a visit would contradict another table."""
    assert re.search(r"\bK[1-8]\b|periksa ke-\d", EDUCATION[name]["text"]) is None
