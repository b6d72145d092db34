"""How far a mother has come with registering herself: what she agreed to, told, left open and was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from actions.self_questions import FIELDS
from registry.pregnancies.entries import Entry
from registry.rules.majority import AGE_OF_CONSENT, is_minor


@dataclass(frozen=True)
class Told:
    """Everything a draft keeps of a registration; JSON by ``as_json``."""

    entry: Entry = field(default_factory=Entry)
    purposes: tuple[str, ...] = ()  # chat, reminders, sharing
    done: frozenset[str] = frozenset()  # questions that are settled, answered or left open
    villages: tuple[str, ...] = ()  # codes of the villages that a name may mean
    tries: Mapping[str, int] = field(default_factory=dict)  # answers per question that could not be used
    typed: str = ""  # a village that is in no list, a guardian's name, until it is confirmed
    person: int | None = None  # whose record is completed
    changing: bool = False  # one thing is put right; what is not told again stays
    nik_held: bool = False  # her NIK waits for an officer
    guardian_agreed: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the draft keeps it."""
        return {
            "told": self.entry.as_json(), "purposes": list(self.purposes), "done": sorted(self.done),
            "villages": list(self.villages), "tries": dict(self.tries), "typed": self.typed, "person": self.person,
            "changing": self.changing, "nik_held": self.nik_held, "guardian_agreed": self.guardian_agreed,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Told:
        """Behind ``as_json``."""
        plain = {name: data[name] for name in ("typed", "person", "changing", "nik_held", "guardian_agreed")}
        return cls(
            entry=Entry.from_json(data["told"]),
            purposes=tuple(data["purposes"]),
            done=frozenset(data["done"]),
            villages=tuple(data["villages"]),
            tries=data["tries"],
            **plain,
        )

    def settled(self, name: str, entry: Entry | None = None) -> Told:
        """With an answer to a question in its place."""
        new = self.entry if entry is None else self.entry.corrected(entry)
        return replace(self, entry=new, done=self.done | {name}, changing=False)

    def reopened(self, name: str) -> Told:
        """One thing is asked again; what hangs on it too."""
        left = self.done - {name, *({"losses"} if name == "gravida" else ())}
        tries = {key: count for key, count in self.tries.items() if key != name}
        return replace(self, done=left, tries=tries, changing=True)

    def failed(self, name: str) -> Told:
        """One more answer that could not be used."""
        return replace(self, tries={**self.tries, name: self.tries.get(name, 0) + 1})

    def completed(self, entry: Entry, villages: tuple[str, ...] = ()) -> Told:
        """With what was told besides; nothing that is there already is replaced."""
        more = self.entry.completed(entry)
        if self.entry.is_dated:
            more = replace(more, hpht=self.entry.hpht, hpl=self.entry.hpl, dated_by=self.entry.dated_by)
        if more.village_code is None and more.village_name is None and len(villages) == 1:
            more = replace(more, village_code=villages[0])
        several = villages if len(villages) > 1 and more.village_code is None else self.villages
        return replace(self, entry=more, villages=several)

    def put_right(self, entry: Entry, villages: tuple[str, ...]) -> Told:
        """What she corrects of the summary; a new date is read back, a new NIK compared once more."""
        told = set(entry.as_json())
        again = {name for name, parts in (("dating", {"hpht", "hpl"}), ("nik", {"nik"})) if told & parts}
        new = self.entry.corrected(entry)
        if villages:
            new = replace(new, village_code=villages[0] if len(villages) == 1 else None, village_name=None)
        several = villages if len(villages) > 1 else ()
        left = self.done - again - ({"village"} if several else set())
        return replace(self, entry=new, villages=several, done=left, changing=False)

    def next_question(self) -> str | None:
        """The next thing to ask; None when all is told or left open."""
        return next((name for name in FIELDS if name not in self.done and not self._needs_no_question(name)), None)

    def _needs_no_question(self, name: str) -> bool:
        """Dates and NIK are looked at even when she told them in her first message."""
        entry = self.entry
        if name == "village":
            return entry.village_code is not None or entry.village_name is not None
        if name == "losses":
            return entry.gravida is None or entry.abortus is not None
        if name == "jkn":
            return entry.jkn_told is not None
        return name not in ("dating", "nik") and getattr(entry, name) is not None

    def is_minor(self, today: date) -> bool:
        """Whether she is under 18 by what she tells."""
        if self.entry.born_on is not None:
            return is_minor(self.entry.born_on, today)
        return self.entry.age is not None and self.entry.age < AGE_OF_CONSENT
