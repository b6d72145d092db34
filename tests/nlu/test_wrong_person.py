"""Whether somebody says that the number is not hers; and never when a mother only speaks of herself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.wrong_person import says_wrong_person


@pytest.mark.parametrize(
    "text",
    [
        "salah orang", "maaf salah orang bu", "Salah sambung pak", "salah nomor", "bukan saya", "Ini bukan saya.",
        "ini bukan nomor bu rina", "saya bukan bu siti aminah", "maaf saya bukan ibu hamil", "gak kenal bu rina",
        "salah nomor, maaf saya bukan bu rina", "iki dudu aku", "aku dudu bu sri", "nomor ini sudah ganti orang",
        "kleru wong mas", "saya tidak kenal ibu dewi lestari", "salah sambung, ini bukan bu siti",
        "ini bukan bu siti mas", "maaf iki dudu bu sri", "salah sambung mbak, iki sopo", "sopo iki? salah nomer",
        "kliru nomer bu, aku gak hamil", "bukan bu, salah sambung", "ini siapa ya, salah sambung kayaknya",
    ],
)  # fmt: skip
def test_new_owner_is_heard(text: str) -> None:
    assert says_wrong_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "bukan saya yang sakit, adik saya", "hpht salah", "nama saya salah, harusnya Rina", "salah", "bukan", "tidak",
        "saya bukan kader", "bukan nomor itu bu, 08123", "salah tanggal bu", "saya gak tahu", "gak kenal", "",
        "bukan saya tapi tetangga saya yang mau daftar", "saya hamil 5 bulan", "iki sopo", "aku gak hamil",
        "ini bukan bu kader ya?", "bukan bu siti",
        "ini bukan bu siti ini suaminya", "ini bukan bu siti, saya adiknya", "saya bukan bu siti saya suaminya",
    ],
)  # fmt: skip
def test_mother_is_not_taken_for_a_stranger(text: str) -> None:
    assert not says_wrong_person(text)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert says_wrong_person(text) in (True, False)
