"""A cadre's short wishes: her list, a card, a day put right."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlu.language.dates import JAKARTA
from nlu.language.helper_wishes import asks_for_card, asks_for_list, puts_dates_right

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    "text",
    [
        "daftar ibu saya", "Daftar bumil saya dong", "dftr ibu hamil binaan saya", "list bumil di desa saya",
        "mau lihat daftar ibu hamil saya", "daftar ibuku", "daftar ibu-ibu dampingan saya bu", "data bumil rw 3",
        "njaluk daftar bumil saya", "siapa yg ga bisa dihubungi", "siapa aja yang belum periksa bu?",
        "sopo sing hpl e bulan iki", "siapa yang resti",
    ],
)  # fmt: skip
def test_her_list_is_asked_for(text: str) -> None:
    assert asks_for_list(text)


@pytest.mark.parametrize(
    "text",
    [
        "daftar", "daftar bumil", "daftarkan ibu saya", "daftar ibu saya Rina 24 th", "mau daftar bumil baru",
        "daftar bu rina", "saya mau daftar", "", "siapa yang bisa nganter ibu mau melahirkan",
        "siapa yang jaga malam ini", "siapa yang daftar",
    ],
)  # fmt: skip
def test_registering_is_no_list(text: str) -> None:
    assert not asks_for_list(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("kartu bu warsini", True), ("minta data mbak tum", True), ("info bu rina dong", True),
        ("riwayate bu sri", True), ("hapus data bu warsini", False), ("data bu warsini salah", False),
        ("kartu bpjs bu rina mati", False), ("bu rina sudah k4", False), ("", False),
        ("bu eka sudah periksa atau belum", True), ("mbak tum wis k4 opo durung?", True),
        ("bu eka sudah periksa", False),
    ],
)  # fmt: skip
def test_a_card_is_asked_for(text: str, asked: bool) -> None:
    assert asks_for_card(text) is asked


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("hpl bu warsini ternyata 20 februari kata usg", True), ("hpht bu rina yg bener 3 maret", True),
        ("jare dokter hpl mbak tum mundur dadi 3 maret", True), ("bu rina hpl kapan?", False),
        ("hpl bu rina 3 maret", False), ("ternyata bu rina belum periksa", False),
    ],
)  # fmt: skip
def test_another_day_than_was_thought(text: str, right: bool) -> None:
    assert puts_dates_right(text, NOW) is right
