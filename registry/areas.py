"""The villages a helper works in: which of the places she named may be meant, and which she may choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access
from registry.models import District, Village
from registry.persons.people import Speaker


@dataclass(frozen=True)
class Choice:
    """The village that is meant, or those it may be; ``problem`` when none of them is her business."""

    code: str | None = None
    choices: tuple[str, ...] = ()
    problem: Literal["not_yours"] | None = None


def villages_of(session: Session, speaker: Speaker) -> list[Village]:
    """What a cadre or an officer of a puskesmas may choose from; Dinkes has too many to list."""
    if speaker.staff is not None:
        mine = Village.district_code.in_(speaker.districts)
    else:
        mine = Village.code.in_(speaker.villages)
    return list(session.scalars(select(Village).where(mine).order_by(Village.name, Village.code)))


def only_village(session: Session, speaker: Speaker) -> str | None:
    """The village of a helper who has just one, so that nobody needs to name it."""
    mine = villages_of(session, speaker)
    return mine[0].code if len(mine) == 1 else None


def choose(session: Session, speaker: Speaker, codes: Sequence[str]) -> Choice:
    """Of the villages a name may mean, those of her area: one is it, several are asked, none is refused."""
    hers = tuple(code for code in codes if access.may_see_place(session, speaker, code))
    if not hers:
        return Choice(problem="not_yours" if codes else None)
    return Choice(code=hers[0]) if len(hers) == 1 else Choice(choices=hers)


def titles(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """What stands on a button for each: the village, or its kecamatan where two have one name."""
    rows = {code: village for code in codes if (village := session.get(Village, code)) is not None}
    names = [village.name for village in rows.values()]
    return {
        code: village.name if names.count(village.name) == 1 else f"Kec. {_district(session, village)}"
        for code, village in rows.items()
    }


def _district(session: Session, village: Village) -> str:
    return session.get_one(District, village.district_code).name
