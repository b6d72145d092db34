"""Codes: drawn from signs nobody mistakes, unique, found again however they are written."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from nlu.language.short_codes import ALPHABET, LENGTH, find_codes, is_code
from registry.persons import codes
from tests import factories


def test_drawn_codes_hold_no_sign_that_is_mistaken_for_another() -> None:
    drawn = "".join(codes.draw(8) for _ in range(200))
    assert set(drawn) <= set(ALPHABET)
    assert not set(drawn) & set("0O1IL")
    assert len({codes.draw(8) for _ in range(200)}) == 200


@pytest.mark.parametrize("written", ["M-{}", "M{}", "M {}", "m{}", "kode m {} ya"])
def test_every_code_that_is_drawn_is_found_however_it_is_written(written: str) -> None:
    drawn = [codes.draw(LENGTH) for _ in range(300)]
    assert [find_codes(written.format(one)) for one in drawn] == [(f"M-{one}",) for one in drawn]


def test_new_short_code_is_one_that_no_mother_has(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.person(session, code="M-AAAA")
    drawn = iter(["AAAA", "AAAA", "BBBB"])
    monkeypatch.setattr(codes, "draw", lambda _length: next(drawn))
    assert codes.new_short_code(session) == "M-BBBB"


def test_new_short_code_is_read_as_a_code(session: Session) -> None:
    assert is_code(codes.new_short_code(session))


@pytest.mark.parametrize("written", ["M-4F7Q", "m-4f7q", "m4f7q", " M 4F7Q "])
def test_mother_is_found_however_her_code_is_written(session: Session, written: str) -> None:
    mother = factories.person(session, code="M-4F7Q")
    assert codes.mother_with(session, written) == mother


@pytest.mark.parametrize("written", ["M-4F7R", "4F7Q", "", "M-4F7Q M-4F7R"])
def test_nobody_is_found_when_it_is_not_her_code(session: Session, written: str) -> None:
    factories.person(session, code="M-4F7Q")
    assert codes.mother_with(session, written) is None


def test_code_of_a_mother_who_said_no_answers_for_nobody(session: Session) -> None:
    factories.person(session, code="M-4F7Q", registered=False, consent="refused")
    assert codes.mother_with(session, "M-4F7Q") is None
