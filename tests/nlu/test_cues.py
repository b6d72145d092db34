"""Phrases heard in a message: longest first, never what is denied."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language import cues
from nlu.language.broadcast_request import Audience, Condition
from nlu.language.case_reply import CaseReply
from nlu.language.complaint import Category
from nlu.language.cues import Cues, heaviest, split_clauses
from nlu.language.driver_reply import DriverReply, RideNews
from nlu.language.list_request import ListKind, Topic
from nlu.language.ride_request import CancelReason, Purpose
from tests.nlu.tables import messages

JKN = [f"jkn_{state}" for state in "active inactive arrears none unknown pbi regional employer self_paid".split()]
PATHS = [
    f"path_{path}" for path in "OTHER_REGENCY PBI_REACTIVATION PROGRAMME_SKTM PROPOSE_PBI SELF_PAY UNASKED".split()
]

CUES = Cues(
    [
        ("yes", 2, "bisa"),
        ("no", 5, "tidak bisa"),
        ("came", 3, "sudah .. *jemput"),
        ("shut", 4, "tutup|nomor+mati"),
        ("ok", 1, "^ ya $"),
        ("-", 9, "bisa jadi"),
        ("full", 3, "penuh"),
        ("sorry", 1, "kendaraan"),
    ]
)


def heard(text: str) -> list[str]:
    return [hit.meaning for clause in split_clauses(text) for hit in CUES.hear(clause.text)]


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        pytest.param("bisa", ["yes"], id="a-word"),
        pytest.param("gak iso", ["no"], id="the-longer-phrase-covers-the-shorter"),
        pytest.param("isok", ["yes"], id="slang"),
        pytest.param("wis tak jemput", ["came"], id="a-word-between"),
        pytest.param("sudah satu dua tiga empat dijemput", [], id="too-much-between"),
        pytest.param("gak penuh", [], id="denied"),
        pytest.param("gak jadi penuh", [], id="denied-from-afar"),
        pytest.param("nomernya mati", ["shut"], id="ending-and-two-word-choice"),
        pytest.param("tutupe", ["shut"], id="javanese-ending"),
        pytest.param("kendaran", ["sorry"], id="one-slip"),
        pytest.param("iya", ["ok"], id="whole-clause"),
        pytest.param("iya bu", [], id="not-the-whole-clause"),
        pytest.param("bisa jadi", [], id="covered-by-what-means-nothing"),
        pytest.param("", [], id="empty"),
    ],
)
def test_phrases_are_heard_when_they_are_meant(text: str, meanings: list[str]) -> None:
    assert heard(text) == meanings


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("sudah di igd?", True),
        ("jam berapa", True),
        ("sudah dijemput belum bu", True),
        ("bisa gak bu ke sini", True),
        ("gak apa-apa", False),
        ("gak bisa", False),
        ("sudah di igd", False),
    ],
)
def test_question_is_known_with_or_without_its_mark(text: str, asks: bool) -> None:
    assert [clause.asks for clause in split_clauses(text)] == [asks]


def test_clauses_part_at_commas_and_buts_but_not_inside_amounts() -> None:
    texts = [clause.text for clause in split_clauses("bisa bu, tapi telat. bayar 1,5 juta?")]
    assert texts == ["bisa ibu", "tapi telat", "bayar _uang_"]


def test_supposition_is_told_from_a_report() -> None:
    assert [clause.supposes for clause in split_clauses("nanti lek wis tekan, siap")] == [True, False]


def test_heaviest_prefers_the_first_of_equals_and_knows_nothing_of_nothing() -> None:
    assert heaviest({"a": 2, "b": 2}, ("b", "a")) == "b"
    assert heaviest({"a": 2, "b": 3}, ("a", "b")) == "b"
    assert heaviest({"a": 0}, ("a",)) is None


@pytest.mark.parametrize("phrase", ["", ".. bisa", "bisa .."])
def test_phrase_is_refused_when_it_has_no_end(phrase: str) -> None:
    with pytest.raises(ValueError, match="no phrase"):
        Cues([("yes", 1, phrase)])


@pytest.mark.parametrize(
    ("name", "meanings"),
    [
        ("driver_reply", set(get_args(DriverReply))),
        ("ride_news", set(get_args(RideNews))),
        ("case_reply", set(get_args(CaseReply))),
        ("cancel_reason", set(get_args(CancelReason))),
        ("ride_purpose", set(get_args(Purpose))),
        ("complaint", set(get_args(Category)) - {"other"}),
        ("list_request", set(get_args(ListKind)) - {"all"}),
        ("recap_topic", set(get_args(Topic)) - {"all"}),
        ("audience", {"all", "due_soon", "women", *JKN, *PATHS, *get_args(Audience), *get_args(Condition)}),
    ],
)
def test_list_says_every_meaning_of_its_reader_and_no_other(name: str, meanings: set[str]) -> None:
    lines = Path(cues.__file__).with_name(f"{name}.tsv").read_text("utf-8").splitlines()
    assert {line.split("\t")[0] for line in lines if not line.startswith("#")} - {"-"} == meanings
    assert Cues.load(name).hear("") == ()


@given(text=st.one_of(st.text(max_size=300), messages("bisa gak tutup , ? . sudah jemput kalau penuh ")))
def test_any_text_is_read_without_harm(text: str) -> None:
    for clause in split_clauses(text):
        assert all(0 <= hit.start < hit.end for hit in CUES.hear(clause.text))
