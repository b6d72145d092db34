"""The people of the journeys: invented mothers for each way to pay, and their helpers in two districts.

Serial numbers of the NIK begin with 90 and phones with +6281299, so that nobody is a real person.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

NOW = "2026-11-21T09:00:00+07:00"
NIGHT = "2026-11-22T02:00:00+07:00"
STRANGER = "+6281299000090"
OTHER_STRANGER = "+6281299000091"

CADRE = "+6281299000011"  # of Sumberoto
OTHER_CADRE = "+6281299000012"  # of Ketawang
FORMER_CADRE = "+6281299000013"
MIDWIFE = "+6281299000021"  # of Donomulyo
OTHER_MIDWIFE = "+6281299000022"  # of Gondanglegi
DINKES = "+6281299000031"
DRIVER = "+6281299000041"

OFF = {"segment": "PBI_JK", "active": False, "class": 3, "inactive_since": "2026-09-01", "checked_at": "2026-11-10"}
DEBTS = {
    "segment": "PBPU", "active": False, "class": 3, "arrears_months": 7, "inactive_since": "2026-04-01",
    "checked_at": "2026-11-12",
}  # fmt: skip


@dataclass(frozen=True)
class Mother:
    """A mother as the registers have her; ``registered`` means the bot knows her too."""

    name: str
    phone: str
    nik: str
    born: date
    jkn: dict[str, Any] = field(default_factory=lambda: {"segment": "NONE", "active": False})
    dtsen: dict[str, Any] | None = None
    place: tuple[str, str] | None = ("Sumberoto", "Donomulyo")
    regency: str = "Kabupaten Malang"
    registered: bool = True

    @property
    def spoken_birthday(self) -> str:
        """As she types it."""
        return f"{self.born.day}-{self.born.month}-{self.born.year}"

    def new(self) -> Mother:
        """The same mother before the bot knows her."""
        return replace(self, registered=False)

    def row(self) -> dict[str, Any]:
        """Her row of the world document."""
        row: dict[str, Any] = {
            "ref": self.phone, "nik": self.nik, "name": self.name, "sex": "F", "dob": self.born.isoformat(),
            "regency": self.regency, "registered": self.registered, "jkn": self.jkn,
        }  # fmt: skip
        if self.dtsen is not None:
            row["dtsen"] = self.dtsen
        if self.place is not None:
            row["village"], row["district"] = self.place
        if self.registered:
            row |= {"phone": self.phone, "consent": "given", "messages": "on"}
            row["pregnancy"] = {"hpht": "2026-05-12", "hpl": "2027-02-16", "status": "active", "gpa": "G2P1A0"}
        return row


def nik_of(area: str, born: date, serial: str) -> str:
    """A woman's NIK: six digits of her first district, day of birth plus 40, month, year, serial."""
    return f"{area}{born.day + 40:02}{born:%m%y}{serial}"


def _mother(number: int, name: str, born: date, area: str = "350701", **values: Any) -> Mother:
    return Mother(name, f"+62812990000{50 + number}", nik_of(area, born, f"90{number:02}"), born, **values)


ACTIVE = _mother(
    1, "Kasiyem Wulansari", date(1998, 3, 5), dtsen={"listed": True, "decile": 2},
    jkn={"segment": "PBI_JK", "active": True, "class": 3, "checked_at": "2026-11-15"},
)  # fmt: skip
SWITCHED_OFF = _mother(2, "Ngatinah Pertiwi", date(2000, 7, 21), jkn=OFF, dtsen={"listed": True, "decile": 3})
IN_DEBT = _mother(
    3, "Tumini Larasati", date(1995, 12, 15), "350710", jkn=DEBTS, dtsen={"listed": True, "decile": 6},
    place=("Ketawang", "Gondanglegi"),
)  # fmt: skip
POOR = _mother(4, "Legiyem Anggraini", date(2001, 8, 2), dtsen={"listed": True, "decile": 1})
UNLISTED = _mother(5, "Suparti Maharani", date(1993, 9, 29), dtsen={"listed": False})
FROM_TOWN = _mother(6, "Painem Cahyani", date(1996, 4, 12), "357301", place=None, regency="Kota Malang")
FROM_BLITAR = _mother(7, "Sukinem Utami", date(1994, 1, 30), "350501", place=None, regency="Kabupaten Blitar")
WELL_OFF = _mother(8, "Rukmini Paramita", date(1992, 10, 8), dtsen={"listed": True, "decile": 8})
LONG_UNCHECKED = _mother(
    9, "Warsini Handayani", date(1999, 6, 17), dtsen={"listed": True, "decile": 4},
    jkn={"segment": "PPU", "active": True, "class": 2, "checked_at": "2026-05-02"},
)  # fmt: skip
MOTHERS = (ACTIVE, SWITCHED_OFF, IN_DEBT, POOR, UNLISTED, FROM_TOWN, FROM_BLITAR, WELL_OFF, LONG_UNCHECKED)


HUSBAND = {
    "nik": "3507010208899021", "name": "Paijo Santosa", "sex": "M", "dob": "1989-08-02", "village": "Sumberoto",
    "district": "Donomulyo", "regency": "Kabupaten Malang", "registered": False,
}  # fmt: skip


def world(*changed: Mother, **settings: Any) -> dict[str, Any]:
    """Everybody; a mother given here takes the place of the one with her NIK."""
    instead = {mother.nik: mother for mother in changed}
    return {
        "settings": settings,
        "persons": [*(instead.get(mother.nik, mother).row() for mother in MOTHERS), HUSBAND],
        "cadres": [
            _cadre(CADRE, "Srimulat Kader", "Sumberoto", "Donomulyo"),
            _cadre(OTHER_CADRE, "Tutuk Kader", "Ketawang", "Gondanglegi"),
            _cadre(FORMER_CADRE, "Yatmi Purna", "Sumberoto", "Donomulyo", active=False),
        ],
        "staff": [
            _staff(MIDWIFE, "Anjani Bidan", "puskesmas", "Donomulyo"),
            _staff(OTHER_MIDWIFE, "Lestari Bidan", "puskesmas", "Gondanglegi"),
            _staff(DINKES, "Budiarto Dinas", "dinkes"),
        ],
        "drivers": [
            {"name": "Jokowaluyo Sopir", "phone": DRIVER, "areas": [{"district": "Donomulyo", "village": "Sumberoto"}]}
        ],
    }


def _cadre(phone: str, name: str, village: str, district: str, *, active: bool = True) -> dict[str, Any]:
    return {"name": name, "phone": phone, "areas": [{"district": district, "village": village}], "active": active}


def _staff(phone: str, name: str, unit: str, *districts: str) -> dict[str, Any]:
    facility = f"Puskesmas {districts[0]}" if districts else None
    return {"name": name, "phone": phone, "unit": unit, "facility": facility, "districts": list(districts)}
