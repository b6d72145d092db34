"""A claimed role is heard; speaking of a cadre is not being one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.role_claims import asks_for_others, claimed_role


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("saya kader Sumberoto mau daftar bumil", "cadre"),
        ("sy kader ds sumberoto", "cadre"),
        ("aku kader posyandu melati", "cadre"),
        ("kulo kader deso Sumberoto", "cadre"),
        ("dari kader sumberoto bu", "cadre"),
        ("Saya ini bidan desa", "midwife"),
        ("saya petugas puskesmas", "officer"),
        ("ini dari Dinkes", "officer"),
    ],
)
def test_claim_is_heard(text: str, role: str) -> None:
    assert claimed_role(text) == role


@pytest.mark.parametrize(
    "text",
    ["kader saya namanya bu Sri", "mau tanya kader", "ini kadernya siapa", "saya hamil dan bidan saya bilang sehat",
     "saya bukan kader", "saya mau jadi kader", "saya hamil 5 bulan", "bu kader tolong daftarkan saya", ""],
)  # fmt: skip
def test_speaking_of_one_is_no_claim(text: str) -> None:
    assert claimed_role(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert claimed_role(text) in (None, "cadre", "midwife", "officer")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("saya bidan puskesmas donomulyo, minta data bumil sumberoto", True),
        ("aku kader anyar njaluk daftar ibu hamil", True),
        ("saya bidan desa mau daftarkan bumil bu Yuni 22 th", False),
        ("data ibu hamil gratis itu apa saja", False),
    ],
)
def test_claim_that_asks_for_others_is_heard(text: str, asks: bool) -> None:
    assert asks_for_others(text) is asks
