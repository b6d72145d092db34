"""Sealed values open with their key only, and an index finds without telling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import sealing
from registry.sealing import Sealer, WrongKeyError
from tests.conftest import KEY

ALICE, EVE = Sealer(KEY), Sealer(KEY[::-1])
texts = st.text(max_size=200)


@given(texts)
def test_a_sealed_text_opens_again(text: str) -> None:
    assert ALICE.open(ALICE.seal(text)) == text


@given(texts)
def test_equal_texts_look_different_when_sealed(text: str) -> None:
    assert ALICE.seal(text) != ALICE.seal(text)


@given(st.text(min_size=4, max_size=60))
def test_the_text_cannot_be_read_in_the_bytes(text: str) -> None:
    assert text.encode() not in ALICE.seal(text)


@given(texts)
def test_another_key_opens_nothing(text: str) -> None:
    with pytest.raises(WrongKeyError):
        EVE.open(ALICE.seal(text))


@given(texts, st.data())
def test_one_changed_bit_is_noticed(text: str, data: st.DataObject) -> None:
    sealed = bytearray(ALICE.seal(text))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(WrongKeyError):
        ALICE.open(bytes(sealed))


@given(texts, st.data())
def test_missing_bytes_are_noticed(text: str, data: st.DataObject) -> None:
    sealed = ALICE.seal(text)
    with pytest.raises(WrongKeyError):
        ALICE.open(sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64], ids=lambda n: f"{n} bytes")
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"k" * length)


@given(texts)
def test_the_index_of_a_value_is_always_the_same(value: str) -> None:
    assert Sealer(KEY).index("nik", value) == ALICE.index("nik", value)


@given(texts, texts)
def test_the_index_differs_by_value(one: str, other: str) -> None:
    assert (ALICE.index("nik", one) == ALICE.index("nik", other)) is (one == other)


@pytest.mark.parametrize("kind", ["phone", "family_card", "address", "card"])
def test_the_index_differs_by_kind(kind: str) -> None:
    assert ALICE.index("nik", "3507014503989001") != ALICE.index(kind, "3507014503989001")


def test_the_index_differs_by_key() -> None:
    assert ALICE.index("nik", "3507014503989001") != EVE.index("nik", "3507014503989001")


def test_the_index_does_not_hold_the_value() -> None:
    assert "3507014503989001" not in ALICE.index("nik", "3507014503989001")


def test_nothing_is_sealed_before_a_key_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_current", None)
    with pytest.raises(RuntimeError, match="open the database first"):
        sealing.index("nik", "3507014503989001")


def test_the_installed_key_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_current", None)
    sealing.install(KEY)
    assert sealing.index("nik", "1") == ALICE.index("nik", "1")
    assert ALICE.open(sealing.current().seal("Siti")) == "Siti"
