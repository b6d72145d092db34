"""The bank of health answers: complete, safe in its wording, and its questions fit to train on."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

BANK: dict[str, dict[str, Any]] = yaml.safe_load(Path("nlu/health.yml").read_text(encoding="utf-8"))
KEYS = {"topic", "questions", "answer", "see_midwife", "approved", "source"}
LONGEST_ANSWER = 420
LONGEST_QUESTION = 120

TOPICS_ASKED_FOR = {
    "nutrition": ("food_what_to_eat", "food_cheap_nutrition", "drink_coffee", "food_durian", "food_raw", "weight_gain"),
    "medicines": ("medicine_paracetamol", "medicine_antibiotic", "herbal_jamu", "rumput_fatimah"),
    "mild complaints": ("nausea_morning", "swollen_feet", "normal_discharge", "false_contractions", "covid_flu"),
    "movement and tablets": ("movement_first_felt", "movement_what_is_normal", "iron_black_stool", "iron_how_many"),
    "check-ups": ("ultrasound_safe", "lab_tests", "hiv_test_why", "tetanus_injection", "blood_pressure"),
    "daily life": ("sex_in_pregnancy", "travel_plane", "fasting", "work_factory", "sleep_position", "smoking_smoke"),
    "birth": ("labour_signs", "waters_or_urine", "overdue", "breech", "previous_caesarean", "birth_pain"),
    "danger signs": ("danger_signs_pregnancy", "danger_signs_after_birth", "danger_signs_newborn"),
    "after birth": ("postnatal_fish", "lochia_duration", "stitches_care", "postnatal_sex"),
    "breastfeeding": ("milk_supply_low", "milk_late", "colostrum", "exclusive_breastfeeding"),
    "family planning": ("contraception_choose", "contraception_iud", "contraception_lam", "birth_spacing"),
    "immunisation": ("immunisation_schedule", "immunisation_hb0", "immunisation_bcg", "immunisation_fever"),
    "newborn": ("newborn_bath", "cord_care", "jaundice", "swaddling", "newborn_weight"),
    "feelings": ("baby_blues", "anxiety", "husband_not_helping", "young_mother_school"),
}

# Several spellings of one thing a mother must never read here.
DOSE = re.compile(
    r"\d+\s*(?:mg|mcg|ml|cc|gram|gr)\b"
    r"|\b(?:\d+|se|satu|dua|tiga|empat)\s*(?:tablet|butir|kapsul|pil|sendok takar)\b"
    r"|\b(?:\d+|satu|dua|tiga|empat)\s*(?:x|kali)\s*sehari\s*(?:satu|dua|\d)"
    r"|\bdosis",
    re.IGNORECASE,
)
FORBIDDEN = {
    "diagnosis": r"\b(?:ibu|bayi|anda)\s+(?:menderita|mengidap|terkena|kena|positif|mengalami|pasti)\b|\bdiagnosis",
    "waiting": r"\b(?:tunggu|ditunggu|lihat) (?:saja|dulu saja|sampai besok)\b|\bobservasi\b|\bbelum perlu periksa",
    "false comfort": r"\b(?:tenang saja|tidak usah (?:khawatir|periksa)|jangan khawatir|pasti (?:aman|sembuh|sehat))\b",
    "money": r"\b(?:gratis|cuma-cuma|ditanggung|dibiayai|tanpa biaya|bebas biaya|dijamin|rp|rupiah)\b",
    "scolding": r"\b(?:bodoh|malas sekali|ceroboh|salah ibu sendiri|seharusnya ibu|kenapa ibu tidak|ibu harusnya)\b",
    "placeholder": r"[{}<>]|\bTODO\b|\bTBD\b|\bxxx\b|\.\.\.|\blorem\b|\[",
    "chat spelling": r"\b(?:yg|dgn|gak|nggak|bgt|utk|tdk|bunda|bun|kak)\b",
}
# What "at once" is called: a place, or the number of the ambulance.
WHERE_TO_GO = re.compile(r"puskesmas|IGD|rumah sakit|119|bidan", re.IGNORECASE)
QUIET = {"baby_sex"}  # nothing in the question or its answer can turn urgent
EMERGENCY = {
    "danger_signs_pregnancy": ("darah", "kejang", "pandangan kabur", "sesak", "panas tinggi", "bayi kurang", "119"),
    "danger_signs_after_birth": ("darah banyak", "berbau", "panas", "kejang", "payudara", "ingin mati", "119"),
    "danger_signs_newborn": ("menyusu", "kejang", "biru", "kuning", "merintih", "panas", "dingin", "tali pusat", "119"),
    "movement_what_is_normal": ("berhenti", "sekarang", "Jangan menunggu besok"),
    "waters_or_urine": ("langsung ke puskesmas", "tanpa menunggu mulas", "hijau"),
    "swollen_feet": ("wajah", "pandangan kabur", "sakit kepala", "tensi"),
    "jaundice": ("hari ini juga", "jangan hanya dijemur", "IGD"),
    "sun_bathing": ("bukan obat kuning", "hari ini juga"),
    "baby_blues": ("ingin mati", "jangan sendirian", "119"),
    "lochia_duration": ("satu jam", "IGD"),
    "pregnancy_test": ("nyeri perut hebat", "IGD"),
    "fasting": ("berbuka", "puskesmas"),
}
MEDICINES = [name for name, entry in BANK.items() if name.startswith("medicine_")]
QUESTIONS = [(name, question) for name, entry in BANK.items() for question in entry["questions"]]


def flat(text: str) -> str:
    """A text on one line, as its length is counted."""
    return " ".join(text.split())


def bare(question: str) -> str:
    """A question without case and punctuation: what two wordings must not share."""
    return " ".join(re.findall(r"\w+", question.lower()))


def test_bank_holds_enough_entries() -> None:
    assert len(BANK) >= 95


@pytest.mark.parametrize(("topic", "names"), TOPICS_ASKED_FOR.items(), ids=TOPICS_ASKED_FOR)
def test_topic_is_covered(topic: str, names: tuple[str, ...]) -> None:
    assert set(names) <= set(BANK)


def test_bank_says_on_top_that_a_midwife_must_sign() -> None:
    head = Path("nlu/health.yml").read_text(encoding="utf-8").split("\n\n")[0]
    assert head.startswith("#")
    assert "MIDWIFE'S SIGNATURE" in head


def test_no_id_is_written_twice() -> None:
    text = Path("nlu/health.yml").read_text(encoding="utf-8")
    assert Counter(re.findall(r"^([^\s#][^:]*):", text, re.MULTILINE)).most_common(1)[0][1] == 1


@pytest.mark.parametrize("name", BANK)
def test_entry_is_complete_when_read(name: str) -> None:
    entry = BANK[name]
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)
    assert set(entry) == KEYS
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", entry["topic"])
    assert isinstance(entry["see_midwife"], bool)
    assert entry["approved"] is False
    assert re.search(r"\[(?:R|S|domain)\]", entry["source"]), "source says how it was seen"
    assert not re.search(r"\bTODO\b|\?|https?://", entry["source"])


@pytest.mark.parametrize("name", BANK)
def test_answer_is_short_and_ends_well(name: str) -> None:
    answer = BANK[name]["answer"]
    assert 120 <= len(flat(answer)) <= LONGEST_ANSWER
    assert answer.endswith((".\n", "!\n", "?\n"))
    assert "  " not in answer
    assert len(answer.splitlines()) == 2, "one line of advice, one line on when to go"


@pytest.mark.parametrize("name", BANK)
def test_answer_speaks_to_the_mother_or_father(name: str) -> None:
    assert re.search(r"\b(?:Ibu|Bu|Bapak)\b", BANK[name]["answer"])


@pytest.mark.parametrize("name", BANK)
def test_answer_gives_no_dose(name: str) -> None:
    assert not DOSE.search(BANK[name]["answer"])


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_answer_contains_forbidden_words(kind: str) -> None:
    pattern = re.compile(FORBIDDEN[kind], re.IGNORECASE)
    assert [
        (name, pattern.findall(entry["answer"])) for name, entry in BANK.items() if pattern.search(entry["answer"])
    ] == []


@pytest.mark.parametrize("name", sorted(set(BANK) - QUIET))
def test_answer_says_when_and_where_to_go(name: str) -> None:
    last = BANK[name]["answer"].splitlines()[-1]
    assert WHERE_TO_GO.search(last)
    assert re.search(r"langsung|segera|sekarang|hari ini|hari itu|saat itu|telepon|minggu ini", last, re.I)


@pytest.mark.parametrize(("name", "words"), EMERGENCY.items(), ids=EMERGENCY)
def test_answer_near_an_emergency_names_its_signs(name: str, words: tuple[str, ...]) -> None:
    assert [word for word in words if word.lower() not in BANK[name]["answer"].lower()] == []


@pytest.mark.parametrize("name", MEDICINES)
def test_medicine_answer_sends_her_to_the_midwife(name: str) -> None:
    assert re.search(r"bidan|dokter|puskesmas", BANK[name]["answer"].splitlines()[0])
    assert BANK[name]["see_midwife"] is True


@pytest.mark.parametrize("name", BANK)
def test_entry_has_questions_enough_to_learn_from(name: str) -> None:
    questions = BANK[name]["questions"]
    assert 8 <= len(questions) <= 12
    assert all(isinstance(question, str) and 3 <= len(question) <= LONGEST_QUESTION for question in questions)
    assert len({tuple(bare(question).split()[:3]) for question in questions}) >= len(questions) - 2, "openings differ"


def test_no_question_is_asked_twice() -> None:
    counted = Counter(bare(question) for _, question in QUESTIONS)
    assert [question for question, times in counted.items() if times > 1] == []


def test_some_questions_are_javanese() -> None:
    javanese = re.compile(
        r"\b(?:opo|oleh|lek|meteng|bojo\w*|ta|iki|iku|piye|durung|mari|wis|kudu|gawe)\b", re.IGNORECASE
    )
    share = sum(bool(javanese.search(question)) for _, question in QUESTIONS) / len(QUESTIONS)
    assert 0.12 <= share <= 0.5


def test_no_question_holds_a_long_number() -> None:
    assert [question for _, question in QUESTIONS if re.search(r"\d{5,}", question)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("minum 500 mg", True),
        ("2 tablet ya Bu", True),
        ("satu tablet sehari", True),
        ("3x sehari 1", True),
        ("minum tablet tiap hari sesuai petunjuk bidan", False),
        ("menyusui delapan kali sehari", False),
        ("sikat gigi dua kali sehari dengan sikat lembut", False),
    ],
)
def test_dose_is_found_when_there_is_one(text: str, found: bool) -> None:
    assert bool(DOSE.search(text)) is found


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("diagnosis", "Ibu menderita sesuatu"),
        ("waiting", "tunggu saja di rumah"),
        ("false comfort", "Tenang saja, Bu"),
        ("money", "semuanya gratis"),
        ("scolding", "seharusnya Ibu periksa"),
        ("placeholder", "datang ke {puskesmas}"),
        ("chat spelling", "obat yg itu"),
    ],
)
def test_forbidden_word_is_found_when_there_is_one(kind: str, text: str) -> None:
    assert re.search(FORBIDDEN[kind], text, re.IGNORECASE)
