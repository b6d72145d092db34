"""kawal invite: a code for one number, the links of the channels that are there, and the end of a role."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from command import invite
from command.invite import Wish
from registry.persons import invitations
from registry.persons.invitations import InvitationError
from tests import factories
from tests.conftest import NOW, MakeSettings

PHONE = "+6281200000071"


def wish(**values: Any) -> Wish:
    told: dict[str, Any] = {"role": "cadre", "name": "Sri Rahayu", "phone": "0812-0000-0071", "villages": ["Sumberoto"]}
    return Wish(**told | values)


def code_in(lines: list[str]) -> str:
    return lines[0].split(": ")[1].split(" ")[0]


@pytest.mark.parametrize("village", ["Sumberoto", "sumberoto/Donomulyo", factories.SUMBEROTO])
def test_printed_code_works_for_the_number(session: Session, village: str, make_settings: MakeSettings) -> None:
    lines = invite.make(session, wish(villages=[village]), make_settings(), NOW)
    contact = factories.contact(session, PHONE)
    assert invitations.claim(session, contact, code_in(lines), NOW) == "claimed"
    assert factories.speaker_of(session, PHONE).villages == {factories.SUMBEROTO}


def test_links_are_printed_only_for_channels_that_are_configured(session: Session, make_settings: MakeSettings) -> None:
    assert len(invite.make(session, wish(), make_settings(), NOW)) == 1
    lines = invite.make(
        session, wish(), make_settings(telegram_name="@KawalBot", whatsapp_number="+6281299000001"), NOW
    )
    code = code_in(lines)
    assert lines[1] == f"https://t.me/KawalBot?start={code}"
    assert lines[2] == f"https://wa.me/6281299000001?text=kode%20undangan%20{code}"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"role": None}, "--role"),
        ({"name": " "}, "--role"),
        ({"phone": ""}, "--role"),
        ({"phone": "0341-123456"}, "no Indonesian mobile number"),
        ({"villages": []}, "needs a village"),
        ({"villages": ["Banjarejo"]}, "not the only one"),
        ({"villages": ["Nowhere"]}, "unknown"),
        ({"role": "midwife", "villages": [], "districts": ["Nowhere"]}, "unknown"),
    ],
)
def test_what_is_missing_or_unknown_is_said_in_a_line(
    session: Session, values: dict[str, Any], reason: str, make_settings: MakeSettings
) -> None:
    with pytest.raises(InvitationError, match=reason):
        invite.make(session, wish(**values), make_settings(), NOW)


@pytest.mark.parametrize("district", ["Donomulyo", factories.DONOMULYO])
def test_midwife_is_invited_for_her_district(session: Session, district: str, make_settings: MakeSettings) -> None:
    lines = invite.make(session, wish(role="midwife", villages=[], districts=[district]), make_settings(), NOW)
    invitations.claim(session, factories.contact(session, PHONE), code_in(lines), NOW)
    assert factories.speaker_of(session, PHONE).districts == {factories.DONOMULYO}


def test_revoking_ends_every_role_of_a_number(session: Session) -> None:
    factories.cadre(session, phone=PHONE)
    assert invite.end(session, "081200000071", NOW)[0].startswith("1 ")
    assert factories.speaker_of(session, PHONE).role == "stranger"
