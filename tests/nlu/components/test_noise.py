"""Noise forgives typing and never changes what is meant."""

from __future__ import annotations

import random
import re

import pytest

from nlu.components.noise import noisy

SENTENCES = [
    "bpjs saya tidak aktif sejak 12/03/2026 mbak",
    "durung periksa blas bu, hpht 4 mei",
    "bukan saya yang hamil, adik saya 28 minggu",
    "jangan kirim lagi ke 081200004412",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_digits_stay_when_noise_is_added(text: str) -> None:
    for seed in range(200):
        assert re.findall(r"\d+", noisy(text, random.Random(seed))) == re.findall(r"\d+", text)


@pytest.mark.parametrize(
    ("text", "negation"), [(SENTENCES[0], "tidak"), (SENTENCES[1], "durung"), (SENTENCES[2], "bukan")]
)
def test_negations_stay_when_noise_is_added(text: str, negation: str) -> None:
    assert all(negation in noisy(text, random.Random(seed)) for seed in range(200))


def test_noise_is_the_same_when_the_seed_is() -> None:
    assert noisy(SENTENCES[0], random.Random(7)) == noisy(SENTENCES[0], random.Random(7))


def test_noise_changes_something_in_most_copies() -> None:
    changed = sum(noisy(SENTENCES[1], random.Random(seed)) != SENTENCES[1] for seed in range(100))
    assert changed > 40
