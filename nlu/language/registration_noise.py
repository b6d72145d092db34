"""A registration note without measures, addresses and other dates, and with self-corrections carried out."""

from __future__ import annotations

import re

from nlu.language.registration_text import CUT, cut_out
from nlu.language.tokens import fold

_NOISE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:no\w*\s*)?(?:kk|kartu keluarga)\b\s*(?:no\w*)?\s*[:=]?\s*xnik\d+",
        r"\b(?:td|tensi\w*|tekanan darah|bp)\b\s*[:=]?\s*\d{2,3}\s*/\s*\d{2,3}|\b\d{2,3}\s*/\s*\d{2,3}\s*mmhg",
        r"\b(?:bb|berat(?: badan)?|tb|tinggi(?: badan)?|lila|lingkar lengan(?: atas)?|hb|tfu|djj"
        r"|gol(?:ongan)? ?dar(?:ah)?|imt|gds|spo2|nadi|suhu)"
        r"\w*\s*[:=]?\s*\d+(?:[.,]\d+)?\s*(?:kg|cm|gr|g/dl|gr/dl|x/mnt|%)?",
        r"\b\d+(?:[.,]\d+)?\s*(?:kg|cm|mmhg)\b",
        r"\brt\W{0,3}\d{1,3}(?:\s*/\s*\d{1,3})?(?:[\s,/.]*rw\W{0,3}\d{1,3})?|\brw\W{0,3}\d{1,3}",
        r"\b(?:no(?:mor|mer)?|nmr)\s*\.?\s*(?:buku\s*)?kia\s*[:=]?\s*[\w\-/]*"
        r"|\bbuku kia\s*(?:no\w*)?\s*[:=]?\s*[\d\-/]+",
        r"(?<!anak )(?<!hamil )(?<!meteng )\b(?:no(?:mor|mer)?"
        r"|rumah no)\s*\.?\s*(?:rumah\s*)?[:=]?\s*\d{1,3}[a-z]?\b(?!\s*\d)(?!\s*[:.)]?\s*(?:ibu|bu|nama|mbak|ny)\b)",
        r"\b(?:gang|gg|blok)\s*[\w.]{1,5}\b",
        r"\b(?:jl|jln|jalan)\s+(?:raya\s+)?(?!\d{1,2}\s*(?:bulan|bln))(?:(?!\brt\b|\bds\b|\bdesa\b|\bkel\b"
        r"|\bkec\b)[a-z]+\s*){1,3}(?:no\s*)?\d*",
        r"\bposyandu\w*\s*[:=]?\s*(?:desa\s+)?[a-z]+(?:\s+(?:\d{1,2}\b(?!\s*(?:th|mg))|[ivx]+\b))?",
        r"\b(?:puskesmas|pkm|pustu|polindes|ponkesdes|poskesdes|klinik|rsud|rsu|rsi|rs|rumah sakit|bpm"
        r"|tpmb)\w*\s*[:=]?\s*(?:pembantu\s+)?"
        r"(?!(?:tgl|tanggal|hari|pada|dan)\b)(?:[a-z]+(?:\s+(?:kulon|wetan|kidul|lor))?)?",
        r"\b(?:tgl|tanggal|tg)?\s*(?:periksa|kunjungan|kontrol|usg|k1|daftar|input|lapor|pendataan"
        r"|pendaftaran|nikah|menikah|suntik)\w*"
        r"\s*(?:terakhir|pertama|tgl|tanggal|pada|di|[:=])*\s*\d{1,2}(?:[-/.]\d{1,2}(?:[-/.]\d{2,4})?"
        r"|\s+[a-z]{3,9}(?:\s+\d{2,4})?)",
        r"\bhari ini\s*(?:tgl|tanggal)?\s*\d{1,2}(?:[-/.]\d{1,2}(?:[-/.]\d{2,4})?|\s+[a-z]{3,9}(?:\s+20\d\d)?)",
        r"\b(?:ttl|(?:tgl|tanggal|tempat)(?:\s*[/,]?\s*(?:tgl|tanggal))?\s+lahir"
        r"|(?<!perkiraan )(?<!taksiran )(?<!tafsiran )(?<!kirakan )(?<!kira )"
        r"(?<!prediksi )(?<!rencana )lahir(?!an\b))(?:nya|e|ku)?"
        r"\s*[:=]?\s*(?:di\s+)?(?:[a-z]+\s*,\s*|[a-z]+\s+(?=\d))?(?:tgl\s+|tanggal\s+|th\s+|tahun\s+)?"
        r"(?:\d{1,2}[-/. ]+(?:\d{1,2}|[a-z]{3,9})[-/. ]+\d{2,4}|(?:19|20)\d\d|\d{6,8})?",
        r"(?<!hamil )(?<!meteng )\banak\w*\s+(?:yang\s+)?(?:pertama|kedua|ketiga|terakhir|sulung|bungsu"
        r"|mbarep|ragil|ke\W?\d|\d)?\s*"
        r"(?:(?:perempuan|laki\S*|cowok|cewek|lanang|wedok)\s+)?(?:sudah\s+)?(?:umur|usia|lahir"
        r"|kelas)\w*\s*(?:[0-9]|1[0-9])\b(?!\d)\s*(?:th|thn|tahun|taun|bulan|bln)?",
        r"\bjarak\b[^\n|,]{0,30}\d+\s*(?:th|thn|tahun|bulan|bln)",
        r"\b(?:riwayat|bekas)\s+(?:sc|sesar|caesar|operasi|oprasi)\s*\d*\s*(?:x|kali)?",
        r"\btt\s?\d\b|\bt\s?[0-5]\b",
    )
)
_HAMLET = re.compile(
    r"\b(?:dusun|dsn|dsun|dukuh|dk|dukuhan|kampung|kp|perum|perumahan|lingkungan)\b\s*[:=]?\s*"
    r"(?:(?!\b(?:ds|desa|kel|kelurahan|rt|rw|kec|deso)\b)[a-z'\-]+[ \t]*){1,2}?"
    r"(?=\s*(?:\b(?:ds|desa|kel|kelurahan|rt|rw|kec|deso)\b|[\n|,(§]|$)|(?<=\s))"
)


def without_noise(text: str) -> str:
    """The note without measures, house and book numbers, facilities, hamlets, and dates of other things."""
    for pattern in (*_NOISE, _HAMLET):
        text = cut_out(pattern, text)
    return text


_SLIP = (
    r"(?:\s*[,|]?\s*(?:\b(?:eh+|eeh|ehh|salah|slh|ralat|maksud(?:ku|nya|e|\s+saya)?|koreksi|keliru|kliru|klentu"
    r"|bukan|sori|sorry|maaf|mf|ternyata|jadinya|harusnya|yg\s+bener|yang\s+benar|ding|deng)\b\s*[:,]?\s*)+)"
)
_AGAIN = r"(?:(?:umur|usia|nik|hp|no|nomor|desa|ds)\w*\s*[:=]?\s*)?"
_CORRECTED = tuple(
    re.compile(rf"(?:{value})(?:\s*(?:th|thn|tahun|taun)\b)?{_SLIP}{_AGAIN}(?={value})")
    for value in (
        r"\bxnik\d+",
        r"\bxhp\d+",
        r"(?<![\w/\-.])\d{2}(?![\w/\-.])(?!\s*(?:(?:jan|feb|peb|mar|apr|mei|jun|jul|ag[ust]|sep|okt|nop|nov|des)\b|januar|februar|pebruar|maret|april|juni|juli|agus|septem|okto|nopem|novem|desem))",
    )
)


_RATHER = re.compile(
    r"\bbukan(?:e|nya)?\s+\d{2}\s*(?:th|thn|tahun|taun)?\s*,?\s*(?:tapi|tp|tetapi|melainkan|ning)\s*(?=\d{2}(?!\d))"
)


def corrected(text: str) -> str:
    """Self-corrections carried out: "26 maksudku 28" is 28. Dates and places are left to their readers."""
    for pattern in (*_CORRECTED, _RATHER):
        text = cut_out(pattern, text).replace(f" {CUT} ", " ") if pattern.search(fold(text)) else text
    return text
