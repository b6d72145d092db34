"""What offices decide about the words: another wording from a day on, and who stands by which wording.

The files stay as they are: a wording in the database goes before them until it is taken back. Rows are only added, so
what was said on any day, and who had signed it, can be told afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, audit, clock, texts, wording_checks
from registry.errors import NotAllowedError, RegistryError
from registry.models import Signature, Staff, Wording
from registry.texts import OF_HEALTH, Changes, Sentence

FURTHEST = timedelta(days=730)
LONGEST_SOURCE = 300
BY_RASA = "domain"
OF_CONSENT = ("consent_", "reg_ask_consent")
Lock = Literal["rasa", "consent"]


class WordingError(RegistryError):
    """It is not kept; ``problem`` says which part of it (``wording_checks.Problem``, or date, source, same, stale)."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class State:
    """One text: as the file has it, as it is said today, what was and will be, and who has signed which wording."""

    original: Sentence
    current: Sentence
    history: tuple[Wording, ...]  # the latest first
    signatures: Mapping[str, Signature]  # the last one of each wording, by digest

    @property
    def lock(self) -> Lock | None:
        """Why it cannot be changed here: Rasa says it from its model, or a consent is kept with its version."""
        if self.original.file == BY_RASA:
            return "rasa"
        return "consent" if self.original.name.startswith(OF_CONSENT) else None

    def of(self, row: Wording) -> Sentence:
        """How the text looks with a wording of its history."""
        return _with(self.original, row)


def originals() -> dict[str, Sentence]:
    """Every text of the files by name, the answers to health questions among them."""
    health = {
        f"{OF_HEALTH}{name}": Sentence(
            f"{OF_HEALTH}{name}", one.text, (), one.approved, one.source, pushed=False, file="health"
        )
        for name, one in texts.original_health().items()
    }
    return {**texts.originals(), **health}


def spoken(changes: Changes) -> dict[str, Sentence]:
    """The same as these changes make them."""
    health = {
        f"{OF_HEALTH}{name}": Sentence(
            f"{OF_HEALTH}{name}", one.text, (), one.approved, one.source, pushed=False, file="health"
        )
        for name, one in texts.merged_health(changes).items()
    }
    return {**texts.merged(changes), **health}


def read(session: Session, today: date) -> Changes:
    """What is decided for a day."""
    rows = select(Wording).where(Wording.valid_from <= today).order_by(Wording.valid_from, Wording.id)
    last = {row.sentence: row for row in session.scalars(rows)}
    given = {(row.sentence, row.digest): row.given for row in session.scalars(select(Signature).order_by(Signature.id))}
    wordings = {
        name: texts.Wording(row.text, tuple(row.titles), row.source)
        for name, row in last.items()
        if row.text is not None
    }
    return Changes(wordings, given)


def state(session: Session, name: str, today: date) -> State | None:
    """One text by its name; None when there is none."""
    original = originals().get(name)
    if original is None:
        return None
    rows = select(Wording).where(Wording.sentence == name).order_by(Wording.valid_from.desc(), Wording.id.desc())
    history = tuple(session.scalars(rows))
    signed = select(Signature).where(Signature.sentence == name).order_by(Signature.id)
    signatures = {row.digest: row for row in session.scalars(signed)}
    held = next((row for row in history if row.valid_from <= today), None)
    found = original if held is None else _with(original, held)
    mark = signatures.get(found.digest)
    return State(original, found if mark is None else replace(found, approved=mark.given), history, signatures)


def _with(original: Sentence, row: Wording) -> Sentence:
    if row.text is None or len(row.titles) != len(original.buttons):
        return original
    buttons = tuple((title, payload) for title, (_, payload) in zip(row.titles, original.buttons, strict=True))
    return replace(original, text=row.text, buttons=buttons, approved=False, source=row.source)


def check(session: Session, found: State, text: str, titles: Sequence[str], day: date, now: datetime) -> None:
    """Whether a wording could be kept.

    Raises:
        NotAllowedError: this text is not changed here.
        WordingError: the words or the day make no sense, or it is what holds on that day anyway.
    """
    if found.lock is not None:
        raise NotAllowedError(found.lock)
    problem = wording_checks.problem_with(found.original, text, titles)
    if problem is not None:
        raise WordingError(problem)
    today = clock.today(now)
    if not today <= day <= today + FURTHEST:
        raise WordingError("date")
    then = state(session, found.original.name, day)
    if then is not None and then.current.digest == texts.digest(text, titles):
        raise WordingError("same")


def change(
    session: Session, officer: Staff, name: str, text: str, titles: Sequence[str], day: date, source: str,
    now: datetime,
) -> Wording:  # fmt: skip
    """Say it otherwise from a day on; nobody has signed that yet.

    Raises:
        KeyError: no such text.
        NotAllowedError: not hers to change, or not here.
        WordingError: something about it makes no sense.
    """
    found = _state_for(session, officer, name, now)
    tidy, called = text.replace("\r\n", "\n").strip(), [title.strip() for title in titles]
    check(session, found, tidy, called, day, now)
    return _keep(session, officer, Wording(sentence=name, text=tidy, titles=called, valid_from=day), source, now)


def restore(session: Session, officer: Staff, name: str, day: date, source: str, now: datetime) -> Wording:
    """Say again from a day on what the file has.

    Raises:
        KeyError: no such text.
        NotAllowedError: not hers to change, or not here.
        WordingError: it is said that way already, or the day or the source make no sense.
    """
    found = _state_for(session, officer, name, now)
    check(session, found, found.original.text, [title for title, _ in found.original.buttons], day, now)
    return _keep(session, officer, Wording(sentence=name, text=None, titles=[], valid_from=day), source, now)


def _state_for(session: Session, officer: Staff, name: str, now: datetime) -> State:
    if not access.may_decide(officer):
        raise NotAllowedError("decide")
    found = state(session, name, clock.today(now))
    if found is None:
        raise KeyError(name)
    return found


def _keep(session: Session, officer: Staff, row: Wording, source: str, now: datetime) -> Wording:
    row.source, row.staff_id, row.at = _source(source), officer.id, now
    session.add(row)
    session.flush()
    audit.note(session, now, "text_changed", subject=f"text:{row.sentence}", by=f"staff:{officer.id}", wording=row.id)
    return row


def _source(typed: str) -> str:
    found = typed.strip()
    if not found or len(found) > LONGEST_SOURCE:
        raise WordingError("source")
    return found


def author_of(found: State, digest: str) -> int | None:
    """Who wrote a wording, by her number; None for the file's."""
    return next((row.staff_id for row in found.history if found.of(row).digest == digest and row.text), None)


def sign(
    session: Session, officer: Staff, name: str, digest: str, source: str, now: datetime, *, given: bool = True
) -> Signature:  # fmt: skip
    """Stand by one wording, or no longer.

    Raises:
        KeyError: no such text.
        NotAllowedError: it is not hers to sign, or she wrote it herself.
        WordingError: no wording that is said now or later has this digest, it is so already, or the source is missing.
    """
    found = state(session, name, clock.today(now))
    if found is None:
        raise KeyError(name)
    later = [found.of(row) for row in found.history if row.valid_from > clock.today(now)]
    wanted = next((one for one in (found.current, *later) if one.digest == digest), None)
    if wanted is None:
        raise WordingError("stale")
    if not access.may_sign(officer, author_of(found, digest) if given else None):
        raise NotAllowedError("sign")
    mark = found.signatures.get(digest)
    if (wanted.approved if mark is None else mark.given) is given:
        raise WordingError("same")
    row = Signature(
        sentence=name, digest=digest, given=given, source=_source(source), staff_id=officer.id, at=now
    )  # fmt: skip
    session.add(row)
    session.flush()
    action = "text_signed" if given else "text_unsigned"
    audit.note(session, now, action, subject=f"text:{name}", by=f"staff:{officer.id}", signature=row.id)
    return row
