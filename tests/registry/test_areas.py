"""Areas: the villages a helper may name, choose from, or is refused."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from registry import areas
from registry.areas import Choice
from tests import factories
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

OTHER_BANJAREJO = "35.07.18.2002"


@pytest.mark.parametrize(
    ("mine", "named", "choice"),
    [
        ((SUMBEROTO,), (SUMBEROTO,), Choice(code=SUMBEROTO)),
        ((SUMBEROTO, BANJAREJO), (BANJAREJO, OTHER_BANJAREJO), Choice(code=BANJAREJO)),
        ((BANJAREJO, OTHER_BANJAREJO), (BANJAREJO, OTHER_BANJAREJO), Choice(choices=(BANJAREJO, OTHER_BANJAREJO))),
        ((SUMBEROTO,), (KETAWANG,), Choice(problem="not_yours")),
        ((SUMBEROTO,), (factories.TLOGOWARU,), Choice(problem="not_yours")),
        ((SUMBEROTO,), (), Choice()),
    ],
    ids=["hers", "one of four is hers", "both are hers", "another's", "in the town", "none named"],
)
def test_cadre_names_a_village(
    session: Session, mine: tuple[str, ...], named: tuple[str, ...], choice: Choice
) -> None:  # fmt: skip
    helper = factories.cadre(session, *mine)
    assert areas.choose(session, factories.speaker_of(session, helper.phone), named) == choice


@pytest.mark.parametrize(("mine", "only"), [((SUMBEROTO,), SUMBEROTO), ((SUMBEROTO, BANJAREJO), None)])
def test_only_village_need_not_be_named(session: Session, mine: tuple[str, ...], only: str | None) -> None:
    helper = factories.cadre(session, *mine)
    assert areas.only_village(session, factories.speaker_of(session, helper.phone)) == only


def test_midwife_has_the_villages_of_her_districts(session: Session) -> None:
    speaker = factories.speaker_of(session, factories.staff(session).phone)
    mine = [village.code for village in areas.villages_of(session, speaker)]
    assert SUMBEROTO in mine
    assert all(code.startswith(factories.DONOMULYO) for code in mine)
    assert areas.choose(session, speaker, (KETAWANG,)).problem == "not_yours"


def test_dinkes_may_name_any_village_but_gets_no_list(session: Session) -> None:
    speaker = factories.speaker_of(session, factories.staff(session, unit="dinkes").phone)
    assert areas.choose(session, speaker, (KETAWANG,)) == Choice(code=KETAWANG)
    assert areas.villages_of(session, speaker) == []


def test_buttons_say_the_kecamatan_where_two_villages_have_one_name(session: Session) -> None:
    titles = areas.titles(session, (BANJAREJO, OTHER_BANJAREJO, SUMBEROTO, "35.07.99.9999"))
    assert titles[SUMBEROTO] == "Sumberoto"
    assert titles[BANJAREJO] == "Kec. Donomulyo"
    assert titles[OTHER_BANJAREJO].startswith("Kec. ")
    assert len(titles) == 3
