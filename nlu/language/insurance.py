"""Which health insurance (JKN) a registration note tells of, in the names people use (domain.md section 1.1)."""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.registration_text import CUT, SOFT
from nlu.language.tokens import fold

Jkn = Literal["pbi", "mandiri", "ppu", "inactive", "none", "yes"]

_NOT = (
    r"(?:tidak|tdk|tak|gak|ga|gk|nggak|ngga|ngak|enggak|engga|ndak|nda|g|gx|ora|ra|mboten|belum|blm|belom|blum"
    r"|durung|dereng|ngga'|bukan)"
)
_HAVE = (
    r"(?:punya|pny|pnya|puny|duwe|nduwe|nduweni|ada|ad|ono|onok|gadah|gadhah|wonten|kagungan|ikut|melu"
    r"|terdaftar|daftar"
    r"|jadi|dadi|nggadah|nggadahi|memiliki|miliki|py)"
)
_CARD = (
    r"(?:bpjs|bpsj|bpj|jkn|kis|askes|jaminan(?:\s+kesehatan)?|pembiayaan|asuransi|kartu\s+sehat"
    r"|kartu\s+indonesia\s+sehat)"
)
_NOUN = rf"(?:{_CARD}(?:[\s-]*(?:nya|ne|ipun|e|ku))?)"
_FILL = (
    rf"(?:\s*[:=\-]\s*|\s+(?:{_NOUN}|nya|ne|e|kesehatan|saya|dia|beliau|juga|sama sekali|masih|itu|iki|kartu"
    rf"|apapun|apa|apa2|wis|kok)\b|\s+)*"
)

_CLAUSE = re.compile(rf"[^\n{re.escape(SOFT)}]+")
_SPEAKS_OF_IT = re.compile(
    rf"\b{_NOUN}\b|^\s*{_NOT}\s+(?:punya|pny|duwe|nduwe|gadah)\s*$"
    rf"|\b(?:pbi|pbid|pbin|ppu|pbpu|jamkesmas|jamkesda|jampersal|mandiri|umum|sktm)\b|bayar sendiri"
)
_INACTIVE = re.compile(
    rf"\b(?:mati|pejah|non\s?-?aktif|nonaktifkan|dinonaktifkan|dinon\s?aktifkan|nunggak|nunggaknya|menunggak"
    rf"|tunggakan|tertunggak"
    rf"|diblokir|blokir|keblokir|terblokir|dicabut|dihapus|kehapus|mandek|mandheg|telat bayar|telat mbayar|dimatikan"
    rf"|{_NOT}\s+(?:lagi\s+)?(?:pernah\s+|tau\s+|bisa\s+|iso\s+|isok\s+|pernah\s+)?"
    rf"(?:aktif|di\s?bayar\w*|mbayar|bayar|kebayar|digawe|dipakai|dipake|kepake))\b"
)
_NONE = re.compile(
    rf"\b{_NOT}\s*(?:{_HAVE}(?:nya|e)?\s+)(?:kartu\s+|sama sekali\s+)*{_NOUN}\b"
    rf"|\b{_NOUN}\b{_FILL}(?:{_NOT}|nihil|kosong|tanpa)(?:\s+(?:{_HAVE}))?(?=\W*(?:$|[,.§)]|sama|apa|kok|mau"
    rf"|hp|no|mbak|bu|yo|rek|dan|tapi|karena|ktp|kk|umur|hpht|nik|alamat))"
    rf"|\b{_NOUN}\b{_FILL}{_NOT}\s+{_HAVE}\b"
    rf"|\b(?:tanpa|non|tanpo|{_NOT})\s+{_NOUN}\b(?!\s*\w*\s*(?:aktif|pbi|mandiri))"
    rf"|^\s*{_NOT}\s+(?:punya|pny|duwe|nduwe|gadah)\s*$"
    rf"|\b{_NOUN}\b\s*[:=]?\s*-(?=\s*(?:$|[,)]))|\b(?:jaminan|pembiayaan|bayar|pasien|status)\s*[:=]?\s*umum\b"
    rf"|(?:^|[,]|\|)\s*umum\s*(?:$|[,|])"
)
_FORGOTTEN = re.compile(rf"\b{_NOUN}\b\W*(?:lupa|lali|kelalen|{_NOT}\s+(?:tahu|tau|ngerti|jelas)|menyusul|nyusul)\b")
_MANDIRI = re.compile(
    r"(?<!bidan )(?<!praktek )(?<!praktik )(?<!bank )\bmandiri\b|\b(?:m?bayar"
    r"|iuran)\s*(?:iuran\s*)?(?:sendiri|dewe|dhewe|piyambak|pribadi)\b|\bpbpu\b(?!\s*(?:pemda|bp pemda))"
)
_PBI = re.compile(
    rf"\b(?:pbi|pbid|pbin|pbi-?jk|jamkesmas|jamkesda|pbpu\s*(?:bp\s*)?pemda|apbn|apbd)\b"
    rf"|\b{_NOUN}\b[^\n,|]{{0,25}}\b(?:gratis|gratisan|daerah|pemda|pemkab|pemerintah|bantuan|subsidi|negara"
    rf"|pusat|dinsos)\b"
    rf"|\b{_NOUN}\b[^\n|]{{0,25}}\b(?:dari\s+)?desa(?=\s*(?:$|[,)]))"
    rf"|\b(?:dibayar|dibayari|ditanggung|bantuan)\s+(?:oleh\s+)?(?:pemerintah|negara|pemda|pemkab|desa)\b"
)
_PPU = re.compile(
    r"\b(?:ppu|askes|pppu)\b|\b(?:kantor|pabrik|perusahaan|perusahaane|pt|cv|asn|pns|tni|polri|polisi|tentara"
    r"|guru negeri|tempat kerja|p3k|pppk)\b"
    r"|\b(?:suami|bojo\w*)\w*\s+(?:kerja|karyawan|pegawai|buruh)\b|\b(?:kerja|pekerja|karyawan|kerjaan"
    r"|perusahaannya|pabrike|kantore|kantornya|pabriknya)\b"
)


def read_jkn(text: str) -> Jkn | None:
    """The insurance a prepared note tells of: what is wrong with it first, then its kind, then that there is one."""
    clauses = [fold(match.group()) for match in _CLAUSE.finditer(text)]
    told = [read for clause in clauses if (read := _in_clause(clause)) is not None]
    for wanted in ("inactive", "none", "pbi", "ppu", "mandiri"):
        if wanted in told:
            return wanted
    return "yes" if told else None


def _in_clause(clause: str) -> Jkn | None:
    spoken = _SPEAKS_OF_IT.search(clause)
    if spoken is None:
        return None
    about = clause[spoken.start() :]
    if _INACTIVE.search(about) or re.search(rf"{_INACTIVE.pattern}\s+{_NOUN}\b", clause):
        return "inactive"
    if _NONE.search(clause):
        return "none"
    if _PBI.search(clause):
        return "pbi"
    if re.search(rf"\b{_NOUN}\b|\bppu\b", clause) and _PPU.search(clause):
        return "ppu"
    if _MANDIRI.search(clause):
        return "mandiri"
    if _FORGOTTEN.search(clause):
        return None
    return "yes" if re.search(rf"\b{_NOUN}\b", clause.replace(CUT, " ")) else None
