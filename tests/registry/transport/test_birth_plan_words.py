"""Words that answer a question of the birth plan."""

from __future__ import annotations

import pytest

from registry.transport.birth_plan_words import meant

DRIVERS = (
    ("Joko Waluyo", "/press:plan_driver:7000001"),
    ("Wiryono", "/press:plan_driver:7000002"),
    ("Keluarga sendiri", "/press:plan_driver:7000000"),
)
SUBSTITUTE = (("Wiryono", "/press:plan_substitute:7000002"), ("Tidak perlu", "/press:plan_substitute:7000000"))
DONORS = (
    ("Belum ada", "/press:plan_donors_0:7"), ("1 orang", "/press:plan_donors_1:7"),
    ("2 orang atau lebih", "/press:plan_donors_2:7"),
)  # fmt: skip
DRIVER = (("Bersedia", "/press:plan_agree:7"), ("Tidak bisa", "/press:plan_decline:7"))
REMINDER = (("Sudah periksa", "/press:visit_done:7"),)


@pytest.mark.parametrize(
    ("buttons", "said", "title"),
    [
        pytest.param(DRIVERS, "pak waluyo aja bu", "Joko Waluyo", id="one of the drivers"),
        pytest.param(DRIVERS, "wiriono", "Wiryono", id="misspelt"),
        pytest.param(DRIVERS, "diantar suami naik motor", "Keluarga sendiri", id="her husband"),
        pytest.param(DRIVERS, "gak usah bu ada mobil sendiri", "Keluarga sendiri", id="their own car"),
        pytest.param(DRIVERS, "gak ada bu, belum punya kendaraan", None, id="no car at all"),
        pytest.param(DRIVERS, "waluyo apa wiryono ya", None, id="two of them"),
        pytest.param(DRIVERS, "wiryono itu siapa?", None, id="a question"),
        pytest.param(DRIVERS, "terserah bu", None, id="anybody"),
        pytest.param(DRIVERS, "saya kemarin ke bidan naik motor terus hujan deras bu jadi pulang", None, id="a story"),
        pytest.param(SUBSTITUTE, "wiryono juga boleh", "Wiryono", id="a substitute"),
        pytest.param(DONORS, "sudah, 2 orang", "2 orang atau lebih", id="two donors"),
        pytest.param(DONORS, "satu bu, adik saya", "1 orang", id="one donor"),
        pytest.param(DONORS, "telu", "2 orang atau lebih", id="three in Javanese"),
        pytest.param(DONORS, "durung bu", "Belum ada", id="none yet"),
        pytest.param(DONORS, "adikku karo masku", None, id="no number"),
        pytest.param(DRIVER, "iya saya siap antar", "Bersedia", id="driver agrees"),
        pytest.param(DRIVER, "gak sanggup", "Tidak bisa", id="driver declines"),
        pytest.param(DRIVER, "lihat nanti", None, id="driver is not sure"),
        pytest.param(REMINDER, "wiryono", None, id="another question"),
        pytest.param((), "wiryono", None, id="no question"),
    ],
)  # fmt: skip
def test_words_stand_for_a_button(buttons: tuple[tuple[str, str], ...], said: str, title: str | None) -> None:
    assert meant(buttons, said) == dict(buttons).get(title or "")
