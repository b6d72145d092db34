"""A helper's note is told from every other wish: most notes are taken, and hardly anything else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.registration_notes import is_note
from tests.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]
NOTES = Path(__file__).with_name("development") / "registrations.tsv"
LEAST_TAKEN, MOST_MISTAKEN = 0.95, 0.002
ALSO_NOTES = {"register_pregnancy", "inform"}


def examples() -> Iterator[tuple[str, str]]:
    """Every training sentence with its intent, without the marks of entities."""
    for path in sorted((ROOT / "nlu" / "intents").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in entry.get("examples", "").splitlines() if "intent" in entry else ():
                yield entry["intent"], re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line.strip()[2:])


def test_notes_of_the_development_set_are_taken() -> None:
    rows = [line.split("\t")[0] for line in NOTES.read_text(encoding="utf-8").splitlines()[1:]]
    assert sum(is_note(row, NOW) for row in rows) >= LEAST_TAKEN * len(rows)


def test_other_wishes_are_hardly_ever_taken() -> None:
    others = [text for intent, text in examples() if intent not in ALSO_NOTES]
    assert len(others) > 1000
    assert sum(is_note(text, NOW) for text in others) <= MOST_MISTAKEN * len(others)


def test_no_report_of_danger_birth_or_loss_is_taken() -> None:
    grave = {"report_danger_sign", "report_labour", "report_birth", "report_loss", "request_transport"}
    assert [text for intent, text in examples() if intent in grave and is_note(text, NOW)] == []


@pytest.mark.parametrize(
    "text",
    ["bumil Ponirah 28 th hpht 3/8/26", "bumil Ponirah 28 th", "Siti Aminah, 24, Sumberoto, hpht 3/8/26",
     "tambah bumil", "input bumil baru", "daftarkan bumil", "bumil baru bu", "#REG#Siti#24",
     "daftar bumil Ponirah Setyowati umur 28", "bu siti hamil 20 minggu umur 24", "bumil Siti 24 th hpht 31 februari",
     "1. Siti 24 th hpht 3/8/26\n2. Dewi 31 th hpl 8 maret 2027"],
)  # fmt: skip
def test_note_is_taken(text: str) -> None:
    assert is_note(text, NOW)


@pytest.mark.parametrize(
    "text",
    ["daftar bumil", "daftar ibu saya", "daftar bumil resti", "bu rina sdh K4 td di pkm", "bu Siti umur 24 tahun",
     "jemput bu Siti Sumberoto 28 th hamil 36 minggu", "bu siti 24 th sumberoto mules", "", "terima kasih",
     "bu siti lahiran tadi pagi 24 th sumberoto", "bu Siti 28 th hamil 36 minggu sumberoto bisa lahiran gratis?"],
)  # fmt: skip
def test_other_wish_is_left_to_the_classifier(text: str) -> None:
    assert not is_note(text, NOW)


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert is_note(text, NOW) in (True, False)
