import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.normalise import (
    DENIALS,
    MAX_LENGTH,
    NEGATIONS,
    SLANG_TSV,
    clean,
    is_negation,
    known_words,
    normalise,
    skeleton,
    words,
)

ROWS = [line.split("\t") for line in SLANG_TSV.read_text("utf-8").splitlines() if line[:1] != "#"][1:]
PAIRS = [(source, target) for source, target in ROWS if source != target]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("  halo \n bu\tbidan ", "halo bu bidan", id="space-and-newline"),
        pytest.param("ha\u200blo\ufeff b\u00adu", "halo bu", id="zero-width-and-soft-hyphen"),
        pytest.param("ha\x00lo\x1b", "halo", id="control-characters"),
        pytest.param("jum’at “hari ini”", 'jum\'at "hari ini"', id="curly-quotes"),
        pytest.param("12–03—1998", "12-03-1998", id="dashes"),
        pytest.param("𝐡𝐚𝐥𝐨 ｂｕ", "halo bu", id="fancy-letters"),
        pytest.param("\u202edarah\u202c", "darah", id="direction-marks"),
        pytest.param("", "", id="nothing"),
        pytest.param("\u200b\n", "", id="nothing-to-see"),
    ],
)
def test_clean_leaves_readable_text(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_clean_keeps_the_beginning_when_a_text_is_endless() -> None:
    assert clean("a" * 100_000) == "a" * MAX_LENGTH


def test_words_say_where_they_stand() -> None:
    text = "Darah banyak, jum'at 12-03-1998 jam 08.30.Takut lang-lang"
    assert [w.text for w in words(text)] == [
        *("Darah", "banyak", "jum'at", "12-03-1998", "jam", "08.30", "Takut", "lang-lang"),
    ]


@given(st.text())
def test_words_cover_what_they_name(text: str) -> None:
    assert all(text[word.start : word.end] == word.text for word in words(text))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(
            "BPJS ku GA AKTIF piye iki??", "bpjs ku tidak aktif bagaimana ini ?", id="ga-aktif-is-not-juga-aktif"
        ),
        pytest.param("metu getih akeh bangeeet", "keluar darah banyak banget", id="javanese-bleeding"),
        pytest.param("yok opo carane", "bagaimana carane", id="phrase"),
        pytest.param("mboten wonten", "tidak ada", id="krama-phrase"),
        pytest.param("wes mari durung metu", "sudah mari belum keluar", id="mari-has-two-meanings"),
        pytest.param("weteng loro", "perut loro", id="loro-has-two-meanings"),
        pytest.param("bojoku", "bojoku", id="bojo-is-husband-or-wife"),
        pytest.param("darahnya tak putus", "darahnya tidak putus", id="tak-denies-in-indonesian"),
        pytest.param("wis tak kompres", "sudah tak kompres", id="tak-is-i-will-in-javanese"),
        pytest.param("tak onok", "tidak ada", id="tak-before-a-replaced-word"),
        pytest.param("kate mbrojol", "mau brojol", id="labour-sign-stays-one"),
        pytest.param("badhe babaran", "mau melahirkan", id="krama-birth"),
        pytest.param("oyi umak kadit nakam", "ya kamu tidak makan", id="walikan"),
        pytest.param("kira2 anak2 kejang2", "kira-kira anak-anak kejang-kejang", id="reduplication"),
        pytest.param("kira2nya", "kira-kiranya", id="reduplication-with-ending"),
        pytest.param("kiro-kiro", "kira-kira", id="reduplication-in-javanese"),
        pytest.param("kej4ng g4k s4kit", "kejang tidak sakit", id="leet"),
        pytest.param("g2p1a0 k3 k4 kf1 tt2", "g2p1a0 k3 k4 kf1 tt2", id="codes-are-not-leet"),
        pytest.param("G 2 P 1", "g _angka_ p _angka_", id="gravida-is-no-negation"),
        pytest.param("xnik1 xhp1 xkartu1", "_nik_ _hp_ _kartu_", id="masked-identifiers"),
        pytest.param("3507120000000001 081200000000", "_nik_ _hp_", id="raw-identifiers"),
        pytest.param("20w 20 mgg 20 minggu 20w3d 38-39 mgg", "_usia_ _usia_ _usia_ _usia_ _usia_", id="weeks"),
        pytest.param("12-03-1998, 3/3/26 3 maret", "_tanggal_ _tanggal_ _tanggal_", id="dates"),
        pytest.param(
            "tensi 120/80 3-5 hari", "tensi _angka_ _angka_ _angka_ _angka_ hari", id="not-every-slash-is-a-date"
        ),
        pytest.param("rp 50.000 1,5 juta 50rb 20k", "_uang_ _uang_ _uang_ _uang_", id="money"),
        pytest.param("5bulan anak ke-2 kelas2", "_angka_ bulan anak ke _angka_ kelas _angka_", id="glued-numbers"),
        pytest.param("a.n. Siti", "atas nama siti", id="in-the-name-of"),
        pytest.param("jum'at", "jumat", id="apostrophe"),
        pytest.param("🙏🙏🙏 makasiiih", "🙏 terima kasih", id="emoji-once"),
        pytest.param("saat maaf tinggal", "saat maaf tinggal", id="real-double-letters"),
        pytest.param("...", "", id="only-stops"),
    ],
)
def test_normalise_reads(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@pytest.mark.parametrize(
    "word",
    [
        *("gak", "ga", "g", "nggak", "ngga", "ngak", "engga", "ngk", "nggk", "ndak"),
        *("nda", "gx", "gax", "tdk", "tak", "ora", "mboten", "enggak", "gaaak", "TIDAK", "kadit"),
    ],
)
def test_negation_is_one_word_however_spelt(word: str) -> None:
    assert is_negation(word)
    assert normalise(word) == "tidak"


@pytest.mark.parametrize("word", ["blm", "durung", "dereng", "bkn", "dudu", "gada", "tanpa"])
def test_not_yet_and_not_so_deny_too(word: str) -> None:
    assert is_negation(word)


@pytest.mark.parametrize("word", ["juga", "gas", "ada", "sudah", "jangan", "k4", "", "nggih", "getih"])
def test_other_words_deny_nothing(word: str) -> None:
    assert not is_negation(word)


@pytest.mark.parametrize(
    ("words_meaning_the_same", "meaning"),
    [
        (["sdh", "udh", "udah", "wis", "wes", "mpun", "sampun"], "sudah"),
        (["blm", "durung", "dereng"], "belum"),
        (["bs", "isok", "iso", "saged"], "bisa"),
        (["piye", "gmn", "kepriye", "pripun"], "bagaimana"),
        (["brp", "piro", "pinten"], "berapa"),
        (["ndek", "nang", "ning", "wonten"], "di"),
        (["kate", "arep", "badhe"], "mau"),
        (["bpjz", "bepejees", "BPJSS"], "bpjs"),
        (["pkm", "puskemas", "puskessmas"], "puskesmas"),
        (["dgn", "dg", "karo"], "dengan"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_spellings_meet(words_meaning_the_same: list[str], meaning: str) -> None:
    assert {normalise(word) for word in words_meaning_the_same} == {meaning}


def test_slang_is_large_and_names_each_spelling_once() -> None:
    assert len(PAIRS) >= 400
    assert len({source for source, _ in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("target", sorted({target for _, target in PAIRS}))
def test_slang_target_is_final(target: str) -> None:
    assert normalise(target) == target


def test_slang_touches_no_digit() -> None:
    assert not any(c.isdigit() for source, target in PAIRS for c in source + target)


def test_no_slang_makes_or_unmakes_a_negation() -> None:
    assert all(is_negation(source) for source, target in PAIRS if target in DENIALS)
    assert DENIALS <= NEGATIONS
    assert not {"juga", "lagi", "agak", "enak"} & NEGATIONS


SPOKEN = st.lists(
    st.sampled_from(sorted(known_words()) + [source for source, _ in PAIRS])
    | st.from_regex(r"[a-z0-9/.,'?-]{1,9}", fullmatch=True)
)


@given(st.text() | SPOKEN.map(" ".join))
def test_normalise_twice_is_as_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_clean_twice_is_as_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="0123456789 .-/", max_size=30))
def test_bare_figures_never_reach_the_classifier(text: str) -> None:
    assert not any(c.isdigit() for c in normalise(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("prdrhn", "perdarahan"), ("ktbn", "ketuban"), ("kjng", "kejang"), ("kej4ng", "kejang"), ("Pecaahh", "pecah")],
)
def test_skeleton_is_shared(typed: str, meant: str) -> None:
    assert skeleton(typed) == skeleton(meant)


@given(st.text())
def test_skeleton_twice_is_as_once(word: str) -> None:
    assert skeleton(skeleton(word)) == skeleton(word)


def test_endless_text_is_read_in_bounded_time() -> None:
    started = time.perf_counter()
    assert len(normalise("1 gak aaaa- " * 10_000)) <= MAX_LENGTH
    assert time.perf_counter() - started < 1
