"""Which mother a helper means: by short code, NIK or name, among those who are his business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.bare_names import called_among
from nlu.language.names import read_person_names
from registry import access, sealing, texts
from registry.models import Person, Village
from registry.persons import codes, people
from registry.persons.people import Speaker

MOST_SHOWN = 8  # a list on WhatsApp holds ten rows; the others are found by their code
BUTTON = 20
LONGEST_TITLE = 12  # letters in front of a name that opens a message: "kabar, mbak "
SHORT_FOR = 80  # rapidfuzz partial_ratio: "mina" is in Siti Aminah


@dataclass(frozen=True)
class Choice:
    """One mother as she is offered: her line in the text, the title of her button, her number."""

    line: str
    title: str
    person_id: int


def find(
    session: Session, speaker: Speaker, *, code: str | None = None, nik: str | None = None, names: Sequence[str] = (),
    urgent: bool = False, again: bool = False,
) -> list[Person]:  # fmt: skip
    """The registered mothers that may be meant, best first; a code or NIK names one, and never one of another area.

    ``urgent``: also who has not agreed to be seen by helpers, where not to find her would harm her. ``again``: the
    name is the answer to which of several it is, so that "Siti" is Siti and no longer Siti Aminah too.
    """
    exact = _exact(session, code, nik)
    if code is not None or nik is not None:
        return [exact] if exact is not None and _is_open(session, speaker, exact, urgent) else []
    found = {person.id: person for name in names for person in people.find_mothers(session, speaker, name)}
    unique = [person for person in found.values() if _is_open(session, speaker, person, urgent)]
    whole = names if again else [name for name in names if " " in name.strip()]
    same = [person for person in unique if _is_called(person, whole)]
    return same if len(same) == 1 else unique


def called_in(session: Session, speaker: Speaker, said: str) -> tuple[str, ...]:
    """The names of mothers of the speaker's area that stand in a message without a title: "rukmini & warsini sdh k4".

    Offices of the whole regency say "bu": so many names would be found in any sentence.
    """
    if speaker.staff is not None and speaker.staff.unit == "dinkes":
        return ()
    known = [person.name for person in people.mothers_around(session, speaker) if person.name]
    return called_among(said, known)


def is_another(person: Person | None, said: str) -> bool:
    """Whether a message begins with what became of somebody else: "bu Sumarni sudah melahirkan" is not of bu Siti.

    "Bu Ana, sudah di puskesmas" is told to bu Ana; "bu Mina" may be short for Aminah.
    """
    opening = next((span for span in read_person_names(said) if span.role == "person"), None)
    if person is None or not person.name or opening is None or opening.start > LONGEST_TITLE:
        return False
    if re.match(r"\s*[,!?]", said[opening.end :]):
        return False
    return fuzz.partial_ratio(opening.name.casefold(), person.name.casefold()) < SHORT_FOR


def is_surely(person: Person, names: Sequence[str], *, whole: bool) -> bool:
    """Whether a name fits her letter by letter: each word of it is one of hers, all of hers when it must be whole."""
    own = (person.name or "").casefold().split()
    told = [name.casefold().split() for name in names]
    return any(sorted(words) == sorted(own) if whole else set(words) <= set(own) for words in told)


def _is_open(session: Session, speaker: Speaker, person: Person, urgent: bool) -> bool:
    if urgent and access.may_see(session, speaker, person):
        return True
    return access.may_look_after(session, speaker, person)


def _exact(session: Session, code: str | None, nik: str | None) -> Person | None:
    if code is not None:
        return codes.mother_with(session, code)
    if nik is None:
        return None
    return session.scalar(select(Person).where(Person.nik_index == sealing.index("nik", nik), Person.registered))


def _is_called(person: Person, names: Sequence[str]) -> bool:
    """Exactly as told: of "Siti Rahayu" and "Siti Rahayu Ningsih" the first is meant by her whole name."""
    return (person.name or "").casefold() in {name.casefold() for name in names}


def is_named(person: Person, names: Sequence[str]) -> bool:
    """Whether one of these names is near enough to hers."""
    own = (person.name or "").casefold()
    return any(fuzz.token_set_ratio(name.casefold(), own) >= people.SIMILAR for name in names)


def visible(session: Session, speaker: Speaker, number: int, *, urgent: bool = False) -> Person | None:
    """A registered mother by her number, when she is the speaker's business or on the speaker's phone."""
    person = session.get(Person, number)
    if person is None or not person.registered:
        return None
    on_phone = person.phone_index is not None and person.phone_index == speaker.contact.phone_index
    return person if on_phone or _is_open(session, speaker, person, urgent) else None


def choice(session: Session, number: int, person: Person) -> Choice:
    """How she is offered: name, village and code tell her apart."""
    village = session.get(Village, person.village_code) if person.village_code else None
    parts = (person.name, village.name if village else person.village_name, person.code)
    line = f"{number}. {', '.join(part for part in parts if part)}"
    name = person.name or texts.phrase("phrase_mother_of_phone")
    room = BUTTON - len(person.code) - 1 if person.code else BUTTON
    title = f"{name[:room].strip()} {person.code}" if person.code else name[:room].strip()
    return Choice(line, title, person.id)
