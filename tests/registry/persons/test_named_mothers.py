"""Which mother a helper means, and that nobody of another area is ever found."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from registry import voices
from registry.models import Person
from registry.persons import named_mothers
from registry.persons.people import Speaker
from tests import factories


@pytest.fixture
def rina(session: Session) -> Person:
    """Of Sumberoto."""
    return factories.person(session, name="Rina Wati", code="M-4F7Q")


def cadre(session: Session, *villages: str) -> Speaker:
    return factories.speaker_of(session, factories.cadre(session, *villages).phone)


def test_by_code_nik_or_name(session: Session, rina: Person) -> None:
    helper = cadre(session)
    assert named_mothers.find(session, helper, code="m 4f7q") == [rina]
    assert named_mothers.find(session, helper, nik=rina.nik) == [rina]
    assert named_mothers.find(session, helper, names=["rina"]) == [rina]


@pytest.mark.parametrize("way", ["code", "nik", "names"])
def test_never_of_another_area(session: Session, rina: Person, way: str) -> None:
    other = cadre(session, factories.KETAWANG)
    found = {
        "code": named_mothers.find(session, other, code=rina.code),
        "nik": named_mothers.find(session, other, nik=rina.nik),
        "names": named_mothers.find(session, other, names=["Rina Wati"]),
    }
    assert found[way] == []
    assert named_mothers.visible(session, other, rina.id) is None


def test_her_whole_name_means_her_alone(session: Session, rina: Person) -> None:
    factories.person(session, name="Rina Wati Ningsih")
    assert named_mothers.find(session, cadre(session), names=["Rina Wati"]) == [rina]


def test_an_unknown_code_finds_nobody_even_with_a_name(session: Session, rina: Person) -> None:
    assert named_mothers.find(session, cadre(session), code="M-ZZZZ", names=["Rina"]) == []


def test_how_she_is_offered(session: Session, rina: Person) -> None:
    rina.name = "Rina Wati Kusumaningrum Pertiwi"
    shown = named_mothers.choice(session, 2, rina)
    assert shown.line == "2. Rina Wati Kusumaningrum Pertiwi, Sumberoto, M-4F7Q"
    assert shown.title.endswith(" M-4F7Q")
    assert len(shown.title) <= named_mothers.BUTTON


def test_who_may_tell_of_her(session: Session, rina: Person) -> None:
    assert voices.may_tell_of(session, factories.speaker_of(session, str(rina.phone)), rina)
    assert voices.may_tell_of(session, cadre(session), rina)
    assert not voices.may_tell_of(session, cadre(session, factories.KETAWANG), rina)
    assert not voices.may_tell_of(session, factories.speaker_of(session, factories.make_phone()), rina)


def test_short_name_that_several_have_means_none_alone(session: Session, rina: Person) -> None:
    short = factories.person(session, name="Rina", code="M-4F7R")
    assert set(named_mothers.find(session, cadre(session), names=["rina"])) == {rina, short}
    assert named_mothers.find(session, cadre(session), names=["rina"], again=True) == [short]


def test_name_without_a_title_is_found_among_hers_only(session: Session, rina: Person) -> None:
    assert named_mothers.called_in(session, cadre(session), "rina sdh k4 td") == ("rina",)
    assert named_mothers.called_in(session, cadre(session, factories.KETAWANG), "rina sdh k4 td") == ()


@pytest.mark.parametrize(
    ("told", "whole", "surely"),
    [
        ("Rina Wati", True, True), ("wati rina", True, True), ("Rina", True, False), ("rina", False, True),
        ("Rin", False, False), ("Rina Sari", False, False),
    ],
)  # fmt: skip
def test_how_surely_a_name_is_hers(rina: Person, told: str, whole: bool, surely: bool) -> None:
    assert named_mothers.is_surely(rina, [told], whole=whole) is surely
