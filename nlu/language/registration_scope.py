"""A registration note without what it says of the husband, the cadre, a relative or the writer."""

from __future__ import annotations

import re

from nlu.language.registration_text import CUT, cut_out
from nlu.language.tokens import fold

_PERSON = (
    r"(?:(?:ibu\s+|bu\s+|bapak\s+|pak\s+|mbak\s+)?(?:suami|swami|suaminy|bojo|mertua|kader|kadher|bidan|perawat)"
    r"(?:nya|ne|ku|e|mu)?|(?:ibu|bapak)\s+kandung(?:nya)?|bapak(?:nya|e)?|bpk|ayah(?:nya)?|tn|tuan|pak"
    r"|ortu(?:nya|ne)?"
    r"|orang\s?tua(?:nya)?|(?:m)?emak(?:nya|e)?|nenek(?:nya)?|simbah(?:e)?|mbah(?:nya|e)?|(?:adik|kakak"
    r"|saudara|tetangga)(?:nya|e)?(?!ku|\s*(?:saya|sy|kulo|kula|aku|bumil|hamil)\b)"
    r"|pelapor|pengirim|pendamping|penanggung\s?jawab|wali|bude|bulek"
    r"|petugas|ttd|kontak\s+darurat)"
)
_LABEL = (
    r"(?:(?:nama|nm|jeneng(?:e)?|umur|umr|usia|nik|no\.?\s?nik|no\.?\s?ktp|ktp|(?:no|nomor|nomer"
    r"|nmr)?\.?\s?(?:hp|wa|telp|tlp|telepon|hape)"
    r"|no|nomor|nomer|kontak|hub(?:ungi)?|pekerjaan|kerja|alamat|lahir|tgl\s+lahir|ttl|data)(?:nya|e|ne)?)"
)
_VALUE = r"(?:xnik\d+|xhp\d+|xkartu\d+|\d{1,2}(?!\d)(?:\s*(?:th|thn|tahun|taun)\b)?)"
_HERS = (
    r"(?:\b(?:hpht|hpl|htp|tp|hamil|meteng|mbobot|kehamilan|uk|bumil|istri|haid|mens|desa|ds|dsn|dusun|alamat|kel"
    r"|kelurahan|bpjs|kis|jkn|pbi|umur\s+ibu|(?:no\s+)?hp\s+ibu|nik\s+ibu|nama\s+ibu|mendaftarkan"
    r"|daftar(?:kan|in|ne)?|mau|ingin|ijin|izin"
    r"|mohon|lapor|melaporkan|atas\s+nama|an|namanya|g\s?\d+\s?p|hml|omah(?:e)?|griyanipun|rumah(?:nya|e)?"
    r"|kami|kita)\b)"
)
_REST_OF_CLAUSE = rf"(?:(?!{_HERS})[^\n|,()]){{0,120}}"
_WORKS = r"(?!\s*(?:yang\s+)?(?:kerja|bekerja|karyawan|pegawai|buruh|pns|tni|asn|meninggal|merantau|rokok))"
_INSURED = re.compile(r"\b(?:bpjs|kis|jkn|askes|jaminan|kantor|pabrik)(?:nya|ne|e)?\b[^\n|,]{0,30}$")
_OTHERS = re.compile(
    rf"(?<!\w)(?<!rumah )(?<!rmh )(?<!omahe )(?<!griya )"
    rf"(?:{_LABEL}[\s:=\-]+)?(?:{_LABEL}[\s:=\-]+)?(?:saya\s+(?:\S+\s+){{0,3}}?)?{_PERSON}(?!\w)"
    rf"{_WORKS}(?![ \t]*[:=][ \t]*\n)"
    rf"{_REST_OF_CLAUSE}(?:\([^)\n]{{0,60}}\))?"
)
_RUN_ON = re.compile(
    rf"(?<!\w)(?:{_LABEL}[\s:=\-]+)?{_PERSON}(?!\w){_WORKS}[\s:=\-]*(?:{_LABEL}[\s:=\-]+)?"
    rf"(?:(?!{_LABEL}\b|{_HERS})[^\W\d_]+\s+){{0,4}}"
)
_CADRES_PLACE = re.compile(
    r"\b(?:kader|bidan)\w*\s+(?:[^\s|,\n§]+\s+){0,5}?(?:desa|ds|kel|kelurahan)\s+[a-z]+(?:\s+(?:kulon|wetan"
    r"|kidul|lor))?"
    r"(?:\s*,?\s*(?:kec\w*\s+)?[a-z]+(?=\s*[-|\n]))?(?=\s*(?:[-|,\n]|$|mau|ingin|ijin|izin|mohon|lapor))"
)
_VOCATIVE = re.compile(
    r"^((?:[^\w§]|assalam\S*|halo|hai|selamat \w+|permisi|mohon maaf|wr|wb)*)(?:bu|ibu|mbak|pak|kak|buk"
    r"|mb)\s+(?:bidan|kader|dokter)\b"
    r"(?=\s*(?:,|ini|iki|niki|tolong|tulung|mohon|mau|saya|sy|kulo|kula|ada|minta|nyuwun|aku|arep|ijin|izin|lapor))",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:kata|katanya|katane|menurut|jare|jarene|ujare|ngendikane)\s+(?:bu\s+|ibu\s+|mbak\s+|pak\s+)?"
    r"(?:bidan|dokter|dr|perawat|petugas|kader|posyandu|pkm|puskesmas)(?:nya|ne|e)?\b(?:\s+desa\b)?",
    re.IGNORECASE,
)
"""Who found out is nobody in the note: "kata bidan 16 minggu"."""
_SPOKEN_TO = re.compile(
    r"\b(?:bu|ibu|mbak|pak|buk)\s+(?:bidan|kader|dokter)\s*,?\s+(?=(?:nama|jeneng|asma|atas\s+nama)\w*\s)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"\(\s*(?:nama\s+)?{_PERSON}\b[^)\n]{{0,120}}\)")
_BEHIND = re.compile(
    rf"{_VALUE}\s*[(\-]?\s*(?:(?:hp|nomor|no|punya|milik|nik|an|duwe|gadahan)(?:nya|e|ne)?\s+)*(?:{_PERSON})\b\s*\)?"
)
_SECTION = re.compile(rf"(?:^|\n)\s*(?:data|identitas)\s+{_PERSON}\s*:?\s*(?:\n(?!\s*\n|\s*data|\s*identitas).*)+")
_PUNCTUATED = re.compile(r"[\n|,()]")
_WORDS_OF_A_CLAUSE = 14


def without_others(text: str) -> str:
    """The note without what is said of husband, cadre, relatives and, when another writes, of the writer."""
    low = fold(text)
    text = _SPOKEN_TO.sub("", _SAYS.sub(" ", _VOCATIVE.sub(r"\1", text)))
    text = cut_out(_SECTION, text)
    text = cut_out(_CADRES_PLACE, text)
    text = _cut_behind(text)
    text = cut_out(_IN_BRACKETS, text)
    if not is_by_herself(low):
        text = cut_out(_MY_NUMBER, text)
    text = cut_out(_KADER_AT_END, text)
    return "".join(_clause_without_others(part) for part in re.split(r"(?<=[\n|,])", text))


_MY_NUMBER = re.compile(
    r"\b(?:no|nomor|nomer|hp|wa|telp|kontak|hub(?:ungi)?)\w*\s+(?:hp\s+|wa\s+|ke\s+)?(?:saya|sy|kulo|kula|aku"
    r"|kami|ku|(?:adik|kakak|saudara|tetangga|mertua)\w*)\b[^\n|,]{0,40}?xhp\d+"
)
_KADER_AT_END = re.compile(
    rf"\b(?:dari|from|ttd|salam|pengirim|by|oleh|matur\s+nuwun|trims"
    rf"|makasih)\s*[,:]?\s*{_PERSON}\b[^\n]{{0,60}}$"
)
_HERSELF = re.compile(
    r"\b(?:nama\s+(?:saya|sy|aku|kulo)|namaku|jenengku|(?:umur|usia|nik|desa|alamat)\s+(?:saya|sy|aku|kulo)|umurku"
    r"|(?:saya|sy|aku|kulo)\s+(?:sedang\s+|lagi\s+|sudah\s+|wis\s+|baru\s+)?(?:hamil|hml|meteng|mbobot)"
    r"|hamilku|daftar\s+sendiri|daftarkan\s+(?:saya|aku))\b"
)
_NOT_HERSELF = re.compile(
    r"\b(?:istri|istriku|bojoku|mantu|mantuku|menantu|tetangga|adik|kakak|anak|mbakyu)\s+(?:saya|kula|kulo|sy"
    r"|aku)\b|\bmantuku\b"
    r"|\b(?:saya|sy|kulo)\s+(?:\S+\s+){0,3}(?:kader|bidan|suaminya|suami|mertua)\b"
)


def is_by_herself(low: str) -> bool:
    """Whether the mother writes for herself, so that "nomor saya" is hers."""
    return bool(_HERSELF.search(low)) and not _NOT_HERSELF.search(low)


def _cut_behind(text: str) -> str:
    """ "0812... (suami)": a number whose owner is named behind it, unless that owner's own clause begins there."""
    return cut_out(re.compile(rf"{_BEHIND.pattern}(?=\s*(?:[\n|,.§]|$))"), text)


def _clause_without_others(clause: str) -> str:
    """One clause; a long one without punctuation loses only the label, the name and the number next to the person."""
    low = fold(clause)
    match = _OTHERS.search(low)
    if match is None or _INSURED.search(low[: match.start()]):
        return clause
    if len(clause.split()) <= _WORDS_OF_A_CLAUSE:
        return cut_out(_OTHERS, clause)
    return _run_on_without_others(clause)


def _run_on_without_others(clause: str) -> str:
    """Voice-to-text: the number behind a person's name is his when one of that kind is left over for the mother."""
    low = fold(clause)
    for match in reversed(list(_RUN_ON.finditer(low))):
        if _INSURED.search(low[: match.start()]):
            continue
        labelled = re.compile(rf"(?:{_LABEL}[\s:=\-]+)?(?:wis\s+)?({_VALUE})").match(low, match.end())
        end = match.end()
        if labelled and (_is_direct(match.group()) or _has_another(low, labelled)):
            end = labelled.end()
        clause = f"{clause[: match.start()]} {CUT} {clause[end:]}"
    return clause


def _is_direct(cue: str) -> bool:
    """ "hp suami", "suami umur": the label touches the person."""
    return bool(
        re.fullmatch(rf"{_LABEL}[\s:=\-]+{_PERSON}[\s:=\-]*|{_PERSON}[\s:=\-]*{_LABEL}[\s:=\-]+", cue)
        or re.fullmatch(rf"{_LABEL}[\s:=\-]+{_PERSON}\s.*", cue)
    )


def _has_another(low: str, match: re.Match[str]) -> bool:
    value = match.group(1)
    kind = re.match(r"xnik|xhp|xkartu", value)
    pattern = (
        rf"{kind.group()}\d+" if kind else r"(?<!\w)[1-5]\d\s*(?:th|thn|tahun|taun)\b|(?:umur|umr|usia)\w*\s+[1-5]\d\b"
    )
    rest = low[: match.start()] + CUT + low[match.end() :]
    return bool(re.search(pattern, rest))
