"""What an officer says of a broadcast there is."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.broadcast_reply import BroadcastReply, is_bare_yes, read_broadcast_reply
from tests.nlu.tables import messages

SAID: dict[str, BroadcastReply | None] = {
    "setujui siaran 12": BroadcastReply("approve", 12),
    "Setuju siaran nomor 12.": BroadcastReply("approve", 12),
    "acc broadcast 3 ya": BroadcastReply("approve", 3),
    "setujui siaran": BroadcastReply("approve"),
    "tolak siaran 12": BroadcastReply("refuse", 12),
    "Tolak siaran 12 karena Tanggalnya keliru": BroadcastReply("refuse", 12, "Tanggalnya keliru"),
    "tidak setuju siaran 12: isinya salah": BroadcastReply("refuse", 12, "isinya salah"),
    "hentikan siaran 12": BroadcastReply("stop", 12),
    "tolong hentikan siaran nomor 7": BroadcastReply("stop", 7),
    "stop siaran": BroadcastReply("stop"),
    "batalkan siaran 3 ya bu": BroadcastReply("stop", 3),
    "jeda siaran 5 dulu": BroadcastReply("pause", 5),
    "tahan broadcast #5": BroadcastReply("pause", 5),
    "lanjutkan siaran 5": BroadcastReply("resume", 5),
    "siaran 12 sampai mana?": BroadcastReply("progress", 12),
    "gimana siaran 12": BroadcastReply("progress", 12),
    "status siaran": BroadcastReply("progress"),
    "hasil siaran 4": BroadcastReply("progress", 4),
    "kirim siaran ke semua bumil: hentikan siaran 12": None,
    "siarkan ke kader: rapat": None,
    "stop": None,
    "batal": None,
    "lanjut": None,
    "siaran": None,
    "setuju": None,
    "tolak": None,
    "": None,
}


@pytest.mark.parametrize(("text", "read"), SAID.items(), ids=SAID)
def test_deed_is_read(text: str, read: BroadcastReply | None) -> None:
    assert read_broadcast_reply(text) == read


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("setuju", True),
        ("Saya setuju bu", True),
        ("acc", True),
        ("ya", False),
        ("ok", False),
        ("setuju saja dia", False),
    ],
)
def test_bare_yes_must_say_so(text: str, is_one: bool) -> None:
    assert is_bare_yes(text) is is_one


@given(text=messages("tolak setujui siaran 12 karena hentikan nomor ya bu İ ß "))
def test_any_message_is_read_without_harm(text: str) -> None:
    found = read_broadcast_reply(text)
    assert found is None or found.deed == "refuse" or found.why == ""
