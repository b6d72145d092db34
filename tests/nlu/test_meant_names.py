"""Who is meant when a message names the wrong mother beside the right one."""

from __future__ import annotations

import pytest

from nlu.language.meant_names import told_apart


@pytest.mark.parametrize(
    ("text", "meant", "others"),
    [
        ("yg k5 tadi itu bukan sulastri tapi yuliatin", ("yuliatin",), ("sulastri",)),
        ("yuliatin, dudu bu sulastri", ("yuliatin",), ("sulastri",)),
        ("sulastri dan yuliatin k5", ("sulastri", "yuliatin"), ()),
        ("bukan sulastri", ("sulastri",), ()),
    ],
)
def test_wrong_names_are_told_apart(text: str, meant: tuple[str, ...], others: tuple[str, ...]) -> None:
    names = [name for name in ("sulastri", "yuliatin") if name in text]
    assert told_apart(text, names) == (meant, others)
