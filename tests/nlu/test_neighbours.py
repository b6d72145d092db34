"""A cry for help for a neighbour."""

from __future__ import annotations

import pytest

from nlu.language.neighbours import is_of_neighbour

CRIES = [
    ("tetangga saya kejang hamil 8 bulan", True),
    ("tonggoku getihen", True),
    ("bu tetanggaku pingsan", True),
    ("temanku di kos pendarahan", True),
    ("saya kejang, ada tetangga", False),
    ("diantar tetangga bu", False),
    ("saya pendarahan lagi di rumah tetangga", False),
    ("saya pendarahan, minta tolong tetangga", False),
    ("bojoku kejang", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "expected"), CRIES, ids=[text or "nothing" for text, _ in CRIES])
def test_neighbour_is_told_from_one_who_stands_by(text: str, expected: bool) -> None:
    assert is_of_neighbour(text) is expected
