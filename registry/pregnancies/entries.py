"""What is told of a mother who is being registered: one value that fills up over several messages.

An entry is no person yet. It travels through drafts as JSON and may be wrong or incomplete in every field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal

DatedBy = Literal["lmp", "weeks", "hpl", "ultrasound"]
PhoneOwner = Literal["own", "husband", "family", "neighbour"]
DATES = frozenset({"born_on", "hpht", "hpl"})


@dataclass(frozen=True)
class Entry:
    """One mother as told so far; None: not told. ``phone`` is E.164, ``village_code`` of Kemendagri.

    ``guardian`` is the name of the adult who agrees for a minor. Weeks are never kept: they become an HPHT (``weeks``).
    """

    name: str | None = None
    born_on: date | None = None
    age: int | None = None
    nik: str | None = None
    phone: str | None = None
    phone_owner: PhoneOwner | None = None
    village_code: str | None = None
    village_name: str | None = None
    regency: str | None = None
    address: str | None = None
    hpht: date | None = None
    hpl: date | None = None
    dated_by: DatedBy | None = None
    gravida: int | None = None
    para: int | None = None
    abortus: int | None = None
    jkn_told: str | None = None
    kia_book: bool | None = None
    companion: str | None = None
    guardian: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What was told, as a draft keeps it."""
        told = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in told if value is not None
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Entry:
        """The entry behind ``as_json``; names that it does not have are passed over."""
        known = {each.name for each in fields(cls)}
        told: dict[str, Any] = {name: _read(name, value) for name, value in kept.items() if name in known}
        return cls(**told)

    def completed(self, other: Entry) -> Entry:
        """This entry with its gaps filled from another one; what was told here stays."""
        return replace(self, **{name: value for name, value in _told(other) if getattr(self, name) is None})

    def corrected(self, other: Entry) -> Entry:
        """This entry with everything that another one tells in its place; a new dating replaces the old one whole."""
        told = dict(_told(other))
        if {"hpht", "hpl", "dated_by"} & set(told):
            told = {"hpht": None, "hpl": None, "dated_by": None} | told
        if "born_on" in told and "age" not in told:
            told["age"] = None
        return replace(self, **told)

    @property
    def is_dated(self) -> bool:
        """Whether there is a day to count by."""
        return self.hpht is not None or self.hpl is not None

    @property
    def gpa(self) -> str | None:
        """ "G2P1A0" when all three are told."""
        if self.gravida is None or self.para is None or self.abortus is None:
            return None
        return f"G{self.gravida}P{self.para}A{self.abortus}"

    @property
    def gpa_told(self) -> dict[str, int] | None:
        """The numbers that are told, for the record."""
        told = {"gravida": self.gravida, "para": self.para, "abortus": self.abortus}
        return {name: number for name, number in told.items() if number is not None} or None


def _read(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in DATES and isinstance(value, str) else value


def _told(entry: Entry) -> list[tuple[str, Any]]:
    return [(each.name, value) for each in fields(entry) if (value := getattr(entry, each.name)) is not None]


def dated_by_weeks(weeks: int, today: date) -> Entry:
    """Completed weeks told today, as the first day they stand for."""
    return Entry(hpht=today - timedelta(weeks=weeks), dated_by="weeks")
