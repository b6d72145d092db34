"""Words that take back a loss told by mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.loss_taken_back import takes_back_loss


@pytest.mark.parametrize(
    "said",
    [
        "salah lapor, ibunya masih hamil",
        "keliru bu, bayine sehat",
        "maaf salah kirim",
        "laporan tadi salah",
        "ternyata masih hamil bu",
        "gak keguguran, janinnya sehat",
        "wau klentu bu, tasih mbobot",
        "batalkan laporan M-4F7Q",
        "salah bu, ternyata ada detaknya",
        "alhamdulillah sik ada denyut jantunge",
    ],
)
def test_taken_back(said: str) -> None:
    assert takes_back_loss(said)


@pytest.mark.parametrize(
    "said",
    [
        "saya masih sedih",
        "kapan hamil lagi?",
        "bayinya sehat?",
        "kalau keliru gimana",
        "terima kasih bu",
        "semoga ibunya sehat",
        "",
        "saya mau cerita panjang " + "dan kemarin saya pergi ke pasar " * 5 + "lalu keliru jalan",
    ],
)
def test_not_taken_back(said: str) -> None:
    assert not takes_back_loss(said)


@given(st.text())
def test_never_fails(said: str) -> None:
    assert takes_back_loss(said) in (True, False)
