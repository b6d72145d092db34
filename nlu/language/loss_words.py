"""The words for a loss, over ``normalise``d clauses: what was lost, who died, and what makes of it no report.

Each kind has its plain words and its euphemisms ("sudah dipanggil Allah", "mpun mboten wonten").
"""

from __future__ import annotations

import re

_END = r"(?:nya|ny|ne|e|ku|nipun|mu)?"
_SAID = (
    r"(?: (?:nya|ne|e|ku|saya|kami|kita|sudah|telah|itu|ini|yang|akhirnya|malah|ternyata|tadi|kemarin|juga"
    r"|kata|bidan|dokter"
    r"|ibu|satu|satunya|kembar|rujukan|baru|di|_\w+_))*"
)
_WITHIN = r"(?:di )?(?:dalam|jero|njero|ndalem)(?: (?:kandungan|perut|rahim|weteng|kehamilan))"

BABY = (
    rf"(?:bayi|cucu|putu|lare|calon (?:adek|anak|cucu|bayi)|adek|dedek|debay|anak|putra|putri|jabang bayi|orok"
    rf"|kembar|si kecil|baby|thole|tole|genduk|nduk){_END}"
)
_FETUS = rf"(?:janin|jabang bayi|kandungan|calon bayi){_END}"
_DIED = (
    r"(?:meninggal(?: dunia)?|wafat|mati|(?:di |ke |jadi bidadari )?surga|berpulang|tiada|kapundut|dipundut"
    r"|seda|puput yuswa|pulang ke rahmatullah"
    r"|tutup usia|sudah lepas|dimakamkan|dikubur|disarekan"
    r"|(?:dipanggil|diambil|dipundhut|dijupuk|kembali ke|pulang ke|kembali kepada) "
    r"(?:allah|tuhan|yang maha kuasa|gusti(?: allah)?|sang pencipta|yang kuasa)|innalillahi"
    r"|tidak (?:tertolong|selamat|terselamatkan|bisa diselamatkan|ketulungan|bernyawa|bernapas|hidup|urip|bertahan))"
)
_GONE = (
    r"tidak ada(?= ?(?:$|(?:ibu|bidan|mbak|pak|dok|kak|tadi|kemarin|umur\w*|nyawa\w*|lagi|di|kata|waktu|pas"
    r"|sejak|karena|setelah)\b))"
    r"(?! di (?:rumah|posyandu|puskesmas|sini|kk|data|daftar))"
)
_BEAT = rf"(?:detak jantung|denyut jantung|jantung|djj|detak|denyut){_END}"

MISCARRIAGE = re.compile(
    r"\bmissed abortion\b|(?<!data )(?<!status )(?<!usulan )(?<!berkas )(?<!bunga )(?<!pengajuan )\bgugur\b"
    r"|\bluruh sendiri\b|\bkuretase selesai\b|"
    rf"\bkeguguran\b|\babortus\b|\b(?:kandungan|hamil|kehamilan|janin){_END}{_SAID} gugur\b"
    rf"|\bgugur kandungan\b|^(?:saya )?(?:sudah )?gugur"
    r"(?: ibu| mbak| bidan)?$|\bhamil{_END}{_SAID} tidak jadi\b|\bdikuret\b|\b(?:habis|sudah|baru|barusan"
    r"|selesai|harus|mau"
    r"|disuruh) (?:di)?kuret(?:ase)?\b"
    rf"|\b{_FETUS}{_SAID} (?:tidak (?:berkembang|tumbuh|jadi|kuat|bertahan|ada isi\w*)|lepas|luruh)\b"
    rf"|\b(?:kandungan|hamil|kehamilan){_END} kosong\b"
    rf"|\b(?:{_FETUS}|(?:hamil|kehamilan){_END}){_SAID} {_GONE}"
    r"|\bblighted ovum\b|\bbo (?:kata|katanya|dokter|harus|hasil)\b|\b(?:kata dokter|hasil usg"
    r"|katanya) bo\b|\bmola\b|\bhamil anggur\b"
)
STILLBIRTH = re.compile(
    r"\bstillbirth\b|\bkjdk\b|\bmaserasi\b|\bkematian janin\b|"
    rf"\biufd\b|\b{_FETUS}{_SAID} {_DIED}\b|\b{_DIED}(?: (?:di|ada|sejak|waktu|saat|masih))* {_WITHIN}\b"
    rf"|\b{_GONE} {_WITHIN}|\b{_WITHIN}{_SAID} {_DIED}\b|\b(?:lahir|melahirkan"
    rf"|keluar){_SAID}(?: dalam (?:keadaan|kondisi))? (?:meninggal|mati|tidak bernyawa)\b"
    rf"|\b(?:meninggal|mati)(?: (?:saat|waktu|pas|ketika|sebelum))+ (?:di)?(?:lahir(?:kan)?|keluar)\b"
    rf"|\b{_BEAT}(?: {BABY}| {_FETUS})?{_SAID} (?:tidak ada|tidak terdengar|tidak ketemu|tidak terdeteksi"
    rf"|berhenti|hilang|negatif|nihil)\b"
    rf"|\btidak ada(?: lagi)? {_BEAT}"
)
NO_BEAT_YET = re.compile(
    rf"\b{_BEAT}(?: {BABY}| {_FETUS})?{_SAID} belum (?:ada|terdengar|ketemu|kelihatan|terdeteksi)\b"
)
_STRONG = (
    r"(?:meninggal|wafat|berpulang|kapundh?ut|dipundh?ut|ditimbali|dipanggil (?:allah|tuhan)"
    r"|tidak (?:bernyawa|bernapas|selamat"
    r"|tertolong|bertahan)|dimakamkan|dikuburkan|disarekan|tenang di sana|kembali ke pangkuan)"
)
_GAP = r"(?: (?!tidak|belum|bukan|ibu|bapak|ayah|suami|mbah|kakek|nenek|mertua)[a-z_]+){0,4}"
BABY_DIED = re.compile(
    rf"\b{BABY}{_GAP} {_STRONG}\b|\b(?:{_STRONG}|tidak ada)(?: (?:mbak|ibu|pak|bidan|sudah))* {BABY}\b(?! yang)"
    rf"|\bkehilangan(?: calon)? (?:{BABY}|janin)\b|\bkematian (?:neonatal|bayi)\b"
    rf"|"
    rf"\b{BABY}{_SAID} (?:{_DIED}\b|{_GONE})|\b(?:meninggal|wafat|tidak selamat){_SAID} {BABY}\b"
)

_WIFE = r"(?:istri(?:ku|nya|ne|e)?)"
_PATIENT = (
    r"(?:ibunya|ibuke|ibune|ibu bayi|ibu hamil|ibu nifas|ibu bersalin|pasien(?:nya)?|bumil(?:nya)?|si ibu"
    r"|mamanya|biyunge)"
)
_NAMED = (
    r"(?:ibu|ny|nyonya|mbak|mba|bu) (?!saya\b|mertua\b|bidan\b|kader\b|dokter\b|kami\b|kandung\b|dari\b|sudah\b"
    r"|bayi\b|dia\b|(?:kandungan|janin|hamil|kehamilan|perut|rahim|calon|jabang|usia|umur|detak|denyut|jantung|debay"
    r"|dedek)(?:nya|ny|ne|e|ku)?\b)(?P<called>[a-z]{3,})(?: (?!bayi|anak|suami|bapak|mbah)[a-z]{3,})?"
)
_SPOUSE = r"(?:bojo(?:ku|nya|ne|e)?)"
_AROUND = (
    r"(?: (?:yang|di|desa|rt|rw|dari|saya|kami|binaan|nya|itu|habis|setelah|waktu|pas|saat|melahirkan|lahir"
    r"|hamil|nifas|_angka_|dusun|kita))*"
)
MOTHER_DIED = re.compile(
    r"\bkematian (?:maternal|ibu)\b|"
    rf"\b(?:{_WIFE}|{_PATIENT}|{_NAMED}){_AROUND}{_SAID} (?:{_DIED}\b|{_GONE})|\bibu{_SAID} (?:meninggal"
    rf"|wafat|mati|tidak tertolong)\b{_SAID} (?:waktu |saat |pas |setelah |karena )+(?:me)?(?:lahir"
    rf"|perdarahan|pendarahan|nifas|bersalin)"
)
SPOUSE_DIED = re.compile(rf"\b{_SPOUSE}{_AROUND}{_SAID} (?:{_DIED}\b|{_GONE})")
BIRTH_WORDS = re.compile(r"\b(?:melahirkan|lahir|lahiran|perdarahan|pendarahan|nifas|bersalin|hamil|sesar|operasi)\b")

_KIN = (
    r"(?:bapak|ayah|suami|mbah|kakek|nenek|eyang|mertua|paman|pakde|paklik|pak lik|bude|bulik|bulek|kakak"
    r"|mas|adik(?! bayi)|sepupu|besan|teman"
    r"|konco|tetangga|tonggo|saudara|sedulur|dulur|keponakan|ponakan|kucing|sapi|ayam|wedhus|bapake|mbahe|artis)"
)
OTHERS = re.compile(
    rf"\b{_KIN}(?:ku|nya|ne|e)?\b|\b(?:ibu|ibuk|mama|emak|mak) (?:saya|mertua|kandung|kami|dari)\b|\bibuku\b|\bemakku\b"
)

WHAT_IF = re.compile(
    r"\b(?:kalau|semisal|misal(?:nya|kan)?|seandainya|andai|umpama|takut(?:nya)?|khawatir|kuatir|was-was"
    r"|cemas|trauma|biar|supaya|agar|cegah|mencegah"
    r"|menghindari|hindari|tanda(?:nya|ne|-tanda)?|ciri(?:-ciri|nya)?|klo|kalo|marai|rekap|jumlah|angka"
    r"|audit|penyebab(?:nya)?|sebab|resiko|risiko"
    r"|bahaya|bikin|membuat|menyebabkan"
    r"|sebabkan|bisa keguguran|rawan|rentan|ancaman|terancam|mitos|apakah (?:bisa|boleh)|biaya|berapa"
    r"|apa itu|itu (?:kenapa|apa|karena|bagaimana)|maksudnya apa|santunan|boleh"
    r"|kapan (?:boleh|bisa)|menggugurkan|digugurkan|dicegah|semoga|moga|jangan sampai|mugi|hampir|(?:kis"
    r"|bpjs|jkn|kartu|hp|lampu|listrik|sinyal|mesin)\w*(?: \w+)? mati|mau mati"
    r"|pengen mati|ingin mati)\b"
)
PAST = re.compile(
    r"\b(?:dulu|dahulu|biyen|pernah|riwayat|sebelumnya|sebelum ini|tahun lalu|tahun kemarin|taun wingi"
    r"|_angka_ tahun|_angka_ (?:x|kali)|bulan lalu hamil"
    r"|(?:anak|hamil|kehamilan) (?:yang )?(?:pertama|kedua|ketiga|ke|sebelumnya|hidup)|yang pertama|yang kedua"
    r"|dua kali|tiga kali|sekali|keguguran (?:_angka_|nol|pisan|ping)"
    r"|(?<!baru )(?<!barusan )tah?u (?:keguguran|gugur))\b|\bg_?\w*p\w*a\d"
)
PREGNANT_AGAIN = re.compile(
    r"\b(?:sekarang|ini|alhamdulillah|sudah) hamil lagi\b"
    r"|(?<!tidak )(?<!bukan )(?<!boleh )(?<!bisa )(?<!kapan )(?<!ingin )(?<!pengen )\bhamil lagi\b"
)
DENIED = re.compile(
    r"\b(?:tidak|belum|bukan|tanpa|jangan)(?: (?:pernah|sampai|ada|yang|kena|mengalami|karena|terjadi))* $"
)
PERHAPS = re.compile(
    r"\bibu bayi(?: (?:sudah|telah))? (?:meninggal|wafat)\b|"
    r"\b(?:kayak(?:nya|e|ne)?|koyok(?:e|ne)?|seperti(?:nya)?|mungkin|barangkali|kemungkinan|curiga|dugaan"
    r"|diduga|apakah|apa saya|apa aku|apa ini|apa bayi"
    r"|opo|masa|masak|kira-kira|katanya sih|perasaan|rasanya|belum pasti|belum jelas|gatau|entah)\b|\?"
)
AFTERBIRTH = re.compile(r"\b(?:ari-ari|ari ari|plasenta|sisa ari|tali pusat|puser|pusar)\b")
