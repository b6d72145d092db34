from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.loss_report import read_loss
from tests.nlu.tables import messages, rows

CASES = rows("loss_reports")
WORDS = (
    "saya bayi bayine ibu bu rina istri keguguran kluron meninggal sedo tidak gak ada ono sudah mpun dulu kalau ? , "
    "takut mbah jantung janin"
)


@pytest.mark.parametrize(("text", "kind", "certainty"), CASES, ids=[text for text, _, _ in CASES])
def test_loss_is_read_and_nothing_else_is_taken_for_one(text: str, kind: str, certainty: str) -> None:
    report = read_loss(text)
    assert (report.kind or "none", report.certain) == (kind, certainty == "certain")


@pytest.mark.parametrize(
    "loss", ["keguguran", "bayinya meninggal", "bayi meninggal dalam kandungan", "istri saya meninggal"]
)
@pytest.mark.parametrize(
    "frame", ["kalau {} gimana?", "takut {}", "dulu pernah {}", "semoga tidak {}", "apa tandanya {}"]
)
def test_no_loss_is_reported_when_it_is_asked_feared_past_or_denied(loss: str, frame: str) -> None:
    assert read_loss(frame.format(loss)).kind is None


@pytest.mark.parametrize(
    "loss", ["keguguran", "bayinya meninggal", "bayi meninggal dalam kandungan", "istri saya meninggal"]
)
@pytest.mark.parametrize("frame", ["kayaknya {}", "mungkin {} bu", "{}?"])
def test_loss_is_not_certain_when_it_is_only_supposed(loss: str, frame: str) -> None:
    report = read_loss(frame.format(loss))
    assert report.kind is not None
    assert not report.certain


@given(messages(WORDS))
def test_nothing_is_certain_without_a_kind(text: str) -> None:
    report = read_loss(text)
    assert report.kind is not None or not report.certain
