"""The mother's name in a registration note from which everybody else has been cut out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.language.names import looks_like_name
from nlu.language.tokens import fold

MOST_WORDS = 5

_WORD = re.compile(r"[^\W\d_]+(?:['’`.\-][^\W\d_]+)*\.?")
_NO_NAMES = frozenset(
    "adalah aka aktif alaikum alias als an anggrek anyar griyo yuswo mantu "
    " asal asma asmane assalamu assalamualaikum baru belum bpjs bru bukan "
    "bumil catat data datane datanya diatas dibantu didata dinduk dll domisili dsb dta gemelli gratis gravida "
    "griya griyane griyanipun hasil hidup hpht hpl ijin input inputkan iudf iufd izin jaminan janda jenenge "
    "jkn kecamatan kedua keempat kelas kelima kelurahan kenal kesehatan ketiga kis kui kuwi lagi lapor laporan "
    "letak lho lintang lokasi mandiri manggon mati mawar melaporkan melati mendaftarkan mertua mhn minta "
    "mlaporkan mohon multi nambah nami namine ndaftar ndaftarno nduk negatif neng nomere nomernya omah omahe "
    "orangnya pagi paud pbi pbid pemerintah penerima perkiraan pertama pindahan pindo plasenta positif ppu "
    "primi reg register registrasi rek resti rmh rumah saiki salam sehat sekarang sekolah selamat sepindah "
    "siang skrg sungsang tambahan tambahkan tanda telponnya terlampir termasuk tersebut tiba tidak tolong tsb "
    "umr umure umurnya update us usiane usianya warga wib wonten wrg yth yuswa yuswane".split()
)
_MONTH_NAMES = frozenset("mei juni juli april agus septi okta novi desi".split())
_CUE_FILL = (
    r"(?:[ \t]*[:=\-,.][ \t]*|[ \t]+(?:lengkap|lengkapnya|panggilan|(?:sesuai|menurut|di)\s+(?:ktp|kk)"
    r"|ibu\s+hamil|ibu|ibunya|bumil|bumilnya"
    r"|pasien|calon|saya|sy|kulo|kula|aku"
    r"|beliau|istri|istrinya|px|ny|nyonya|bu|buk|ibuk|mbak|mba|mb|dik|dek|sdri|si|yaitu|adalah|nya|e|baru"
    r"|yang|hamil)\b|[ \t]+)*"
)
_STRONG = re.compile(
    r"(?<!\w)(?:nama|nm|nma|namanya|namany|nmnya|nmny|namae|namaku|jeneng(?:e|ku|nya|ane|ipun)?|asma(?:ne"
    r"|nipun)?|nami(?:ne|nipun)?|atas\s+nama|bernama"
    rf"|(?<!\d )(?<!bln )(?<!bulan )(?<!minggu )(?<!mgg )(?<!th )an)\b{_CUE_FILL}"
)
_SUBJECT = re.compile(
    rf"\b(?:yang|yg|sing|seng)\s+(?:hamil|hml|meteng|mbobot)\s+(?:namanya|nama|jenenge|an|itu"
    rf"|yaitu)\b{_CUE_FILL}"
)
_TITLE = re.compile(
    r"(?<!\w)(?:bumil|ibu\s+hamil|pasien|px|ny|nyonya|ibu|ibuk|buk|bu|mbak|mba|mb|dik|dek|sdri|saudari"
    r"|istri(?:\s+(?:saya|kulo|sy))?|istriku|bojoku"
    rf"|(?:mantu|menantu|ke?ponakan|adik|kakak|tetangga|saudara|sepupu|anak)(?:ku|\s+(?:kula|kulo|saya|sy"
    rf"|aku))|si)\b{_CUE_FILL}"
)
_OWN_TITLE = re.compile(rf"(?<!\w)(?:saya|sy|aku|kulo|kula|kak|yu|ning)\b{_CUE_FILL}")
_LEAD = re.compile(
    r"^(?:(?:reg|register|registrasi|daftar(?:kan|in|no|ne|ke)?|ndaftar\w*|mendaftarkan|mendaftar|pendaftaran"
    r"|didaftarkan|bumil\w*|ibu\s+hamil|ibu|buk?|ny|nyonya"
    r"|mbak|mba|mb|mbakyu|pasien|px|baru|bru|anyar|data\w*|(?:me)?lapor\w*|tambah\w*|nambah\w*"
    r"|(?:meng)?input\w*|catat|mohon|mhn|tolong|minta|ijin|izin|didata|di|k1"
    r"|ya+|dan|kak|kader|mau|ingin|nama\w*|nm|lengkap|atas|an|utk|untuk|ini|ada|atas|sdri|saya|hamil|resti|k4"
    r"|terus|trus|sama|karo|lan|juga|satunya|lagi|plus|(?:yang|yg|sing)\s+(?:pertama|kedua|ketiga|keempat|kelima)"
    r"|cat[ae]t\w*|\d{1,2}(?=\s*[).|:]|\s+[a-z]))(?!\w)\s*|[:\-=.)(•>]+\s*)+"
)
_ENROLS = re.compile(
    r"\b(?:reg|data|daftar|cat[ae]t|bumil|ibu|ny|mbak|pasien|px|mendaftarkan|nama|an|hamil|catat|input"
    r"|tambah)"
)
_FOLLOWS = re.compile(
    r"\s*(?:$|[|,\n§(/:\d]|x(?:nik|hp)|umur|umr|usia|yuswa|us\b|hamil|hml|meteng|ds\b|desa|hpht|hpl|g\d|nik|anak"
    r"|kel|alamat|uk\b|th\b|pindahan|warga|dari\b|wong\b|asal|tinggal|dsn|rt\b|yang\b|yg\b|sing\b|hpl|bpjs|kis\b"
    r"|pbi|no\b|hp\b|wa\b|dusun)"
)
_CODE = re.compile(r"x(?:nik|hp|kartu)|g[ivx]+|gpa|i{2,3}|iv|vi{1,3}|ix")
_NOTED = re.compile(r"\s+(?:uk\b|g\s?\d|hpht\b|hpl\b|htp\b|gravida\b)")
_NUMBER = re.compile(r"\s*[,|(]?\s*(?:\d{2}(?!\d)|xnik|xhp|(?:umur|umr|usia|yuswa|umure)\b)")


@dataclass(frozen=True)
class Name:
    """A name as on paper, and its place in the text read."""

    text: str
    start: int
    end: int


def read_name(text: str, place_starts: Collection[int] = ()) -> Name | None:
    """The name behind a cue, else the words that open a segment as a name does, else behind a title."""
    low = fold(text)
    for match in (*_SUBJECT.finditer(low), *_STRONG.finditer(low)):
        if name := name_at(text, match.end(), place_starts):
            return name
    return _opening(text, low, place_starts) or _titled(text, low, place_starts)


def _titled(text: str, low: str, place_starts: Collection[int]) -> Name | None:
    for title in (_TITLE, _OWN_TITLE):
        for match in title.finditer(low):
            name = name_at(text, match.end(), place_starts)
            capital = name is not None and text[name.start].isupper() and not text.isupper()
            if name and (capital or (title is _TITLE and _FOLLOWS.match(low, name.end))):
                return name
    return None


def _opening(text: str, low: str, place_starts: Collection[int]) -> Name | None:
    segments = list(_segments(text))
    carried = listed = False
    for index, (start, end) in enumerate(segments):
        lead = _LEAD.match(low[start:end])
        at = start + (lead.end() if lead else 0)
        name = name_at(text[:end], at, place_starts)
        was_carried, carried = carried, bool(lead and start + lead.end() >= end and _ENROLS.search(lead.group()))
        was_listed, listed = listed, text[start:end].strip(" .)(-").isdecimal()
        if name is None or name.start in place_starts or not _FOLLOWS.match(low, name.end):
            continue
        enrolled = bool(lead and _ENROLS.search(lead.group()))
        first = was_listed or (index == 0 and len(segments) > 2)
        follows = (_NUMBER.match(low, name.end) and index < 4) or (_NOTED.match(low, name.end) and index == 0)
        if (
            enrolled
            or was_carried
            or first
            or follows
            or (" " in name.text and text[name.start].isupper() and index < 4)
        ):
            return name
    return None


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Places of the pieces between separators that are not blank."""
    for match in re.finditer(r"[^\n|,:]+", text):
        if match.group().strip(" .-§"):
            at = match.start() + len(match.group()) - len(match.group().lstrip())
            yield at, match.end()


def name_at(text: str, at: int, place_starts: Collection[int] = ()) -> Name | None:
    """The run of words that may be a name from ``at`` on; a place behind it is none of it."""
    words: list[re.Match[str]] = []
    while len(words) < MOST_WORDS:
        word = _WORD.match(text, at)
        if word is None or text[word.end() : word.end() + 1].isalnum() or not _may_be_name(word.group(), bool(words)):
            break
        if words and word.start() in place_starts:
            break
        words.append(word)
        gap = re.compile(r"[ \t]{1,3}").match(text, word.end())
        if gap is None:
            break
        at = gap.end()
    if not words or (len(words[0].group().strip(".")) < 2 and len(words) == 1):
        return None
    start, end = words[0].start(), words[-1].end()
    return Name(as_written(text[start:end].rstrip(".")), start, end)


@lru_cache(maxsize=4096)
def _may_be_name(word: str, behind_another: bool) -> bool:
    bare = fold(word).strip(".")
    if bare in _MONTH_NAMES:
        return word[:1].isupper()
    if len(bare) == 1:
        return (word[:1].isupper() or word.endswith(".")) if behind_another else word[:1].isupper() and word[1:] == "."
    if (
        bare in _NO_NAMES
        or _CODE.fullmatch(bare)
        or bare.startswith(("assalam", "catet"))
        or not re.search(r"[aeiouy]", bare)
    ):
        return False
    return looks_like_name(bare) or looks_like_name(bare.replace("-", ""))


def as_written(name: str) -> str:
    """Each word with a capital letter, as on paper; words in capitals only are lowered."""
    return " ".join(map(_capitalised, name.split()))


def _capitalised(word: str) -> str:
    if word in ("binti", "bin") or "." in word:
        return word
    return word.capitalize() if word.islower() or (word.isupper() and len(word) > 2) else word
