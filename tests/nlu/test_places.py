import json
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.normalise import MAX_LENGTH
from nlu.language.place_reading import fold, place_words
from nlu.language.places import PLACES_TSV, Gazetteer, PlaceMatch
from registry.data import make_places

GAZETTEER = Gazetteer.load()
DATA = json.loads(make_places.PLACES_JSON.read_text("utf-8"))
DISTRICTS = {district["code"]: district["name"] for district in DATA["districts"]}
VILLAGES = [(v["code"], v["name"], DISTRICTS[v["code"][:8]]) for v in DATA["villages"]]
REGISTER = yaml.safe_load(make_places.FACILITIES_YML.read_text("utf-8"))
FACILITIES = REGISTER["facilities"]


def codes(text: str, *, expect_place: bool = False, within: str | None = None) -> list[list[str]]:
    return [[p.code for p in m.candidates] for m in GAZETTEER.find(text, expect_place=expect_place, within=within)]


def only(text: str, *, expect_place: bool = False) -> PlaceMatch:
    (match,) = GAZETTEER.find(text, expect_place=expect_place)
    return match


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("banjarejo kec pakis", [["35.07.18.2002"], ["35.07.18"]], id="village-and-kecamatan"),
        pytest.param("wonorejo lawang", [["35.07.25.2012"], ["35.07.25"]], id="kecamatan-that-is-a-kelurahan-too"),
        pytest.param("sumberpucung, ngebruk", [["35.07.12"], ["35.07.12.2004"]], id="kecamatan-first"),
        pytest.param("Lang-Lang", [["35.07.24.2007"]], id="hyphen"),
        pytest.param("langlang", [["35.07.24.2007"]], id="no-hyphen"),
        pytest.param("kec. Sumber Pucung", [["35.07.12"]], id="space-inside"),
        pytest.param("rumahku nang sumawe", [["35.07.04"]], id="nickname"),
        pytest.param(
            "ds. Gedog Wetan kec. Turen kab. Malang", [["35.07.09.2006"], ["35.07.09"], ["35.07"]], id="address"
        ),
        pytest.param("arjosari kota malang", [["35.73.01.1002"], ["35.73"]], id="regency-decides"),
        pytest.param("malang", [["35.07", "35.73"]], id="malang-is-two"),
        pytest.param("kab malang", [["35.07"]], id="kabupaten"),
        pytest.param("kec kepanjen", [["35.07.13"]], id="cue-kec-means-district"),
        pytest.param("desa wonosari", [["35.07.32.2007"]], id="cue-desa-means-village"),
        pytest.param("di kepanjen", [["35.07.13.1010", "35.07.13"]], id="no-level-cue-village-first"),
        pytest.param("desa pakis", [["35.07.18"]], id="no-such-village"),
        pytest.param("soko gondang legi kulon", [["35.07.10.2002"]], id="longest-name-wins"),
        pytest.param("wonorejo saja. saya mau lahiran di lawang", None, id="too-far-to-decide"),
    ],
)
def test_find_reads(text: str, expected: list[list[str]] | None) -> None:
    found = codes(text)
    assert found == expected if expected else len(found[0]) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("puskesmas sumbermanjing", ["pkm-sumbermanjing-kulon", "pkm-sumbermanjing-wetan"], id="two"),
        pytest.param("PKM Kepanjen", ["pkm-kepanjen"], id="short"),
        pytest.param("pkm kepanjin", ["pkm-kepanjen"], id="misspelt"),
        pytest.param("puskesmas kec turen", ["pkm-turen"], id="with-kec"),
        pytest.param("puskesmas bareng", ["pkm-bareng"], id="bareng-at-the-end"),
        pytest.param("mau lahiran di RSUD Kanjuruhan", ["rsud-kanjuruhan"], id="rsud"),
        pytest.param("rumah sakit ngantang", ["rsud-ngantang"], id="rumah-sakit"),
        pytest.param("rs wava husda", ["rs-wava-husada"], id="misspelt-hospital"),
        pytest.param("dirujuk ke RSSA", ["rssa"], id="rssa"),
        pytest.param("di saiful anwar", ["rssa"], id="without-rs"),
    ],
)
def test_find_names_facilities(text: str, expected: list[str]) -> None:
    match = only(text)
    assert [place.code for place in match.candidates] == expected
    assert match.level in {"puskesmas", "hospital"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("apakah di tanggung bpjs", id="tanggung"),
        pytest.param("ke puskesmas bareng suami", id="bareng"),
        pytest.param("nama suami saya slamet", id="slamet"),
        pytest.param("nama saya Bambang, 30 tahun", id="bambang"),
        pytest.param("mata kiri kabur di pojok", id="pojok"),
        pytest.param("sepanjang malam gak bisa tidur", id="sepanjang"),
        pytest.param("bayi kembar dampit itu apa ya bu", id="dampit"),
        pytest.param("perut keras seperti batu bu bidan", id="batu"),
        pytest.param("jadwal periksa ke dok kandungan kapan", id="ke-dok"),
        pytest.param("saya pindahan dari Sidoarjo", id="elsewhere-is-no-near-miss"),
        pytest.param("rumah numpang mertua", id="plain-word-is-no-near-miss"),
        pytest.param("sakit perut dari kemaren", id="known-word-is-no-near-miss"),
        pytest.param("ds kdngslm", id="too-far-off"),
        pytest.param("dusun kedungslam", id="hamlet-is-no-near-miss"),
        pytest.param("kedungslam", id="no-near-miss-without-cue"),
        pytest.param("", id="nothing"),
    ],
)
def test_find_stays_silent(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text", ["saya dari dau bu bidan", "Dau", "bumil baru di Wajak", "desa tanggung", "rt 3 jeru tumpang", "kel sukun"]
)
def test_find_knows_word_like_names_by_cue_capital_or_kecamatan(text: str) -> None:
    assert len(codes(text)) >= 1


@pytest.mark.parametrize("word", sorted(place_words()["word"] | place_words()["rare"]))
def test_word_like_name_is_a_place_after_its_cue_and_when_asked(word: str) -> None:
    areas = {fold(n) for line in PLACES_TSV.read_text("utf-8").splitlines() for n in line.split("\t")[4].split("|")}
    assert word in areas | {fold(line.split("\t")[2]) for line in PLACES_TSV.read_text("utf-8").splitlines()}
    assert codes(f"tolong catat bu alamat baru saya desa {word} ya")
    assert codes(word, expect_place=True)


@pytest.mark.parametrize(
    ("text", "expected", "asked"),
    [
        pytest.param("ds kedungslam", ["35.07.01.2003"], False, id="after-cue"),
        pytest.param("poncokusmo", ["35.07.07.2015", "35.07.07"], True, id="when-asked"),
        pytest.param("saya tinggal di kepanjin", ["35.07.13.1010", "35.07.13"], False, id="after-di"),
        pytest.param("kec bululawng", ["35.07.14"], False, id="kecamatan"),
    ],
)
def test_near_miss_is_found(text: str, expected: list[str], asked: bool) -> None:
    match = only(text, expect_place=asked)
    assert [place.code for place in match.candidates] == expected
    assert match.fuzzy
    assert 85 <= match.score < 100


TWINS = [
    ("argosari", "arjosari"),
    ("ngadirejo", "ngadireso"),
    ("tamanasri", "tamansari"),
    ("wonokerso", "wonokerto"),
    ("talangagung", "tawangagung"),
    ("malangsuko", "talangsuko"),
    ("donomulyo", "wonomulyo"),
]


@pytest.mark.parametrize("pair", TWINS, ids="-".join)
def test_twin_names_are_never_confused(pair: tuple[str, str]) -> None:
    for name in pair:
        assert {fold(place.name) for place in only(f"desa {name}").candidates} == {name}
        for at in range(len(name)):
            typo = name[:at] + name[at + 1 :]
            for match in GAZETTEER.find(f"desa {typo}"):
                assert {fold(place.name) for place in match.candidates} >= set(pair), typo


def test_twin_is_asked_about_when_the_kecamatan_contradicts() -> None:
    village, district = GAZETTEER.find("argosari kec kalipare")
    assert [place.code for place in village.candidates] == ["35.07.17.2009", "35.07.11.2006"]
    assert village.fuzzy
    assert district.level == "district"


def test_hamlet_gives_way_to_the_village() -> None:
    assert codes("dusun sumberejo desa kedungsalam") == [["35.07.01.2003"]]
    assert only("dusun sumberejo").score < 85


def test_within_keeps_only_what_lies_there() -> None:
    assert codes("banjarejo", within="35.07.18") == [["35.07.18.2002"]]
    assert codes("arjosari", within="35.07") == [["35.07.11.2006"]]
    assert codes("dinoyo", within="35.07") == []


@pytest.mark.parametrize(("code", "name", "district"), VILLAGES, ids=[f"{n}-{c}" for c, n, _ in VILLAGES])
def test_every_village_is_found_after_desa_with_its_kecamatan(code: str, name: str, district: str) -> None:
    for text in (f"desa {name} kecamatan {district}", f"DS. {name.upper()}, KEC. {district.upper()}"):
        village, kecamatan = GAZETTEER.find(text)
        assert [place.code for place in village.candidates] == [code]
        assert [place.code for place in kecamatan.candidates] == [code[:8]]
        assert fold(text[village.start : village.end]) == fold(name)
        assert not village.fuzzy


PIECES = st.sampled_from(
    [*(name for _, name, _ in VILLAGES), *DISTRICTS.values(), *(f["name"] for f in FACILITIES)]
    + [word for words in place_words().values() for word in words]
)
TYPED = st.lists(PIECES | st.text(max_size=8), max_size=12).map(" ".join)


@given(TYPED | st.text(), st.booleans(), st.sampled_from([None, "35.07", "35.07.18", "nowhere"]))
def test_find_never_fails_and_spans_cover_the_names(text: str, expect_place: bool, within: str | None) -> None:
    end = 0
    for match in GAZETTEER.find(text, expect_place=expect_place, within=within):
        assert end <= match.start < match.end <= len(text)
        assert match.candidates[0].name == match.name
        assert within is None or all(place.lies_in(within) for place in match.candidates)
        assert not text[match.start].isspace()
        assert not text[match.end - 1].isspace()
        end = match.end


@given(TYPED)
def test_exact_name_is_in_its_span(text: str) -> None:
    names: dict[str, set[str]] = {}
    for line in PLACES_TSV.read_text("utf-8").splitlines()[1:]:
        code, level, name, _, aliases = line.split("\t")
        if level in {"village", "district", "regency"}:
            names.setdefault(code, set()).update(fold(each) for each in (name, *aliases.split("|")))
    for match in GAZETTEER.find(text):
        if match.level in {"village", "district", "regency"} and not match.fuzzy:
            assert all(fold(text[match.start : match.end]) in names[place.code] for place in match.candidates)


@pytest.mark.parametrize(
    "text",
    ["desa sumberejo " * 8000, "di kepanjin " * 8000, "a" * 100_000, "wono rejo " * 8000],
    ids=["exact", "near-misses", "one-word", "parted"],
)
def test_endless_text_is_read_in_bounded_time(text: str) -> None:
    started = time.perf_counter()
    matches = GAZETTEER.find(text, expect_place=True)
    assert time.perf_counter() - started < 0.5
    assert all(match.end <= MAX_LENGTH for match in matches)


def median_ms(text: str) -> float:
    times = []
    for _ in range(30):
        started = time.perf_counter()
        GAZETTEER.find(text)
        times.append(time.perf_counter() - started)
    return sorted(times)[15] * 1000


def test_find_is_fast() -> None:
    assert median_ms("selamat pagi bu bidan saya dari desa banjarejo kecamatan pakis mau daftar periksa hamil dulu") < 1
    assert (
        median_ms("saya mau tanya bu di kepanjin apa bisa daftar di puskesmas pakisajii dari bululawnag jauh yaa") < 3
    )


def test_places_are_those_of_the_decree() -> None:
    counted = Counter((village["code"][:5], village["kind"]) for village in DATA["villages"])
    assert counted[("35.07", "desa")] == 378
    assert counted[("35.07", "kelurahan")] == 12
    assert sum(n for (regency, _), n in counted.items() if regency == "35.73") == 57
    assert Counter(code[:5] for code in DISTRICTS) == {"35.07": 33, "35.73": 5, "35.79": 3}
    assert "Kepmendagri" in DATA["source"]
    assert all(len(village["postcode"]) == 5 for village in DATA["villages"])


def test_shared_names_are_as_many_as_the_domain_notes_say() -> None:
    counted = Counter(name for code, name, _ in VILLAGES if code.startswith("35.07"))
    assert sum(n > 1 for n in counted.values()) == 33
    assert counted["Banjarejo"] == counted["Wonorejo"] == 4


def test_making_the_places_again_changes_nothing() -> None:
    found = make_places.regions()
    rows = ["\t".join(row) for row in make_places.gazetteer_rows(found, FACILITIES)]
    assert make_places.places_json(found) == make_places.PLACES_JSON.read_text("utf-8")
    assert PLACES_TSV.read_text("utf-8").splitlines()[1:] == rows
    assert Path(make_places.PLACES_TSV) == PLACES_TSV


def test_facilities_are_counted_and_unapproved() -> None:
    kinds = Counter((facility["kind"], facility["regency"]) for facility in FACILITIES)
    assert kinds[("puskesmas", "35.07")] == 39
    assert kinds[("puskesmas", "35.73")] == 16
    assert len({facility["code"] for facility in FACILITIES}) == len(FACILITIES)
    assert not any(facility["approved"] for facility in FACILITIES)
    assert all(facility["district"] in {*DISTRICTS, None} for facility in FACILITIES)
    assert {f["code"] for f in FACILITIES if f.get("programme")} == {"rsud-kanjuruhan", "rsud-lawang", "rsud-ngantang"}


def test_every_kecamatan_has_its_puskesmas_and_near_hospitals() -> None:
    serving = Counter(facility["serves"] for facility in FACILITIES if facility["kind"] == "puskesmas")
    ours = [code for code in DISTRICTS if code.startswith("35.07")]
    assert Counter(serving[code] for code in ours) == {1: 27, 2: 6}
    assert all(f["serves_whole"] == (serving[f["serves"]] == 1) for f in FACILITIES if f["kind"] == "puskesmas")
    hospitals = {facility["code"] for facility in FACILITIES if facility["kind"] == "hospital"}
    near = REGISTER["nearest_hospitals"]
    assert sorted(near) == ours
    assert all(2 <= len(listed) <= 3 and set(listed) <= hospitals for listed in near.values())
