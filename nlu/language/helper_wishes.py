"""What a cadre or an officer wants in her short way: her list ("daftar ibu saya"), a mother's card ("kartu bu Rina"),
a day put right ("hpl bu Rina ternyata 20 feb"). Pure; whether a mother of hers is named, others know."""

from __future__ import annotations

import re
from datetime import datetime

from nlu.language.data_changes import read_changes
from nlu.language.list_request import read_list
from nlu.language.tokens import fold

LONGEST = 60  # characters; what is longer tells more than a wish for a list or a card
_MOTHERS = r"(?:ibu[- ]?ibu|ibu2|ibu(?: hamil)?|bumil|ibuk|pasien|warga)"
_MINE = (
    r"(?:saya|sy|ku|kulo|kula|aku|kami|binaan\w*|dampingan\w*|asuhan\w*|tanggungan\w*"
    r"|(?:di )?(?:wilayah|desa|posyandu|rw|rt|dusun)\w*(?: (?:saya|sy|ku|kulo|kami|ini|\d{1,2}))?)"
)
_ASK = (
    r"(?:(?:tolong|tulung|mohon|minta|njaluk|nyuwun|mau|pengen|ingin|bisa|lihat|liat|delok|ndelok|buka|cek"
    r"|tampilkan) )*"
)
_POLITE = r"(?: (?:dong|donk|ya|yo|bu|mbak|pak|min|kak|tah|rek|nggih|sekarang|skrg|saiki))*"
_LIST = re.compile(
    rf"{_ASK}(?:daftar|dftr|list|data|lis)(?:nya|e|ne)? {_MOTHERS}(?: (?:hamil|yang|sing))*(?: {_MINE})+{_POLITE}"
    rf"|{_ASK}(?:daftar|dftr|list|lis)(?:nya|e|ne)? {_MOTHERS}{_MINE}{_POLITE}"
)
_WHO = re.compile(
    r"(?:siapa|sapa|sopo|sinten)(?: (?:saja|aja|ae|wae|mawon))? (?:ibu |bumil )?(?:yang|yg|sing|seng|ingkang)(?!\w)"
)
_WHO_HELPS = re.compile(
    r"(?<!\w)(?:(?:ng|di)?ant[ae]r\w*|ngeterno|jemput\w*|nyusul|mobil\w*|sopir\w*|driver|bidan\w*|dokter|jaga|piket|bayar\w*)(?!\w)"
)
_CARD = re.compile(
    r"(?<!\w)(?:kartu|data|info|biodata|riwayat|profil|detail|detil|perkembangan|rekam)(?:nya|ne|e)?(?!\w)"
)
_DONE_OR_NOT = re.compile(
    r"(?<!\w)(?:sudah|udah|sdh|dah|wis|wes|sampun) (?:periksa|kontrol|k ?[1-6]|kunjungan|cek|usg)\w*(?: \w+){0,2}?"
    r" (?:atau|apa|opo|ta|tah|nopo) (?:belum|blm|durung|dereng)(?!\w)"
)
_CHANGES = re.compile(
    r"(?<!\w)(?:hapus|hapusen|ubah|ganti|salah|keliru|ralat|betulkan|benerno|perbaiki|update|tambah\w*|daftar\w*"
    r"|laporkan|kirim\w*|bpjs|kis|jkn|nik|ktp|puskesmas|pindah|sudah|sdh|wis|wes|udah|lahir|meninggal)(?!\w)"
)
_FOUND_OUT = re.compile(
    r"(?<!\w)(?:ternyata|jebule|jebul|salah|keliru|ralat|koreksi|berubah|brubah|mundur|maju|harusnya|seharusnya|usg"
    r"|(?:yang|yg|sing|seng) (?:bener|benar|betul)|menurut|(?:kata|jare) dokter|jadi|dadi)(?!\w)"
)


def asks_for_list(text: str) -> bool:
    """Whether a helper asks for her own mothers, though "daftar" may also mean to register."""
    low = " ".join(re.sub(r"[^\w -]", " ", fold(text)).split())
    return len(low) <= LONGEST and (_LIST.fullmatch(low) is not None or _asks_who(low))


def _asks_who(low: str) -> bool:
    """ "Siapa yg ga bisa dihubungi": some of her mothers, by what is the matter with them; not who drives or helps."""
    return _WHO.match(low) is not None and _WHO_HELPS.search(low) is None and read_list(low) != "all"


def asks_for_card(text: str) -> bool:
    """Whether a short message wants to see what is kept of somebody: "kartu bu warsini", "bu eka wis k4 opo durung"."""
    low = fold(text)
    if len(low) <= LONGEST and _DONE_OR_NOT.search(low) is not None:
        return True
    return len(low) <= LONGEST and _CARD.search(low) is not None and _CHANGES.search(low) is None


def puts_dates_right(text: str, now: datetime) -> bool:
    """Whether it tells another first day or due date than was thought; ``now`` must be aware."""
    if _FOUND_OUT.search(fold(text)) is None or "?" in text:
        return False
    told = read_changes(text, now)
    return told.hpht is not None or told.hpl is not None
