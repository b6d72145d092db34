"""What a helper says of a mother who is followed no further."""

from __future__ import annotations

import pytest

from nlu.language.departure import read_departure


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("bu dwi astuti pindah ke kalimantan ikut suami", "moved"),
        ("rina agustin ga jelas kabare bu, wis 2 bulan rumahe kosong", "lost_to_follow_up"),
        ("mbak Sri dicari kemana mana ga ketemu", "lost_to_follow_up"),
        ("bu ani ga tau pergi kemana", "lost_to_follow_up"),
        ("bu eka ternyata ga hamil, salah daftar", "wrong_entry"),
        ("bu Sri terdaftar dua kali", "wrong_entry"),
        ("bu rina salah input tanggalnya", None),
        ("bu rina hpht nya salah catat", None),
        ("bu ani hilang kontak ya?", None),
        ("hp bu ani hilang", None),
        ("bu ninik belum periksa karena rumahnya jauh", None),
        ("bu rina keguguran", None),
        ("", None),
    ],
)
def test_departure_is_told(said: str, told: str | None) -> None:
    assert read_departure(said) == told
