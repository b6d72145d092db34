"""The classifier learns, answers with probabilities, and answers the same whichever way its sums are done."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import pytest
from scipy.sparse import hstack

from nlu.components.features import hints
from nlu.components.intent_model import IntentModel
from nlu.language.normalise import normalise

SENTENCES = {
    "greet": ["assalamualaikum bu", "halo selamat pagi", "selamat sore kak", "pagi bu bidan", "halo min"],
    "check_jkn": [
        "bpjs saya aktif tidak",
        "tolong cek kis saya",
        "kartu bpjs saya masih aktif?",
        "cek bpjs",
        "jkn aktif?",
    ],
    "ask_facility": [
        "puskesmas dekat mana",
        "rumah sakit di mana",
        "alamat puskesmas Turen",
        "klinik buka jam berapa?",
    ],
    "list_my_mothers": ["daftar ibu hamil saya", "bumil saya siapa saja", "siapa belum periksa", "ibu binaan saya"],
}


@pytest.fixture(scope="module")
def model() -> IntentModel:
    rows = [(text, intent) for intent, texts in SENTENCES.items() for text in texts]
    return IntentModel(copies=2).fit([text for text, _ in rows], [intent for _, intent in rows])


def best(model: IntentModel, text: str, **known: str) -> str:
    return model.intents[int(model.probabilities([text], **known)[0].argmax())]


@pytest.mark.parametrize(
    ("text", "intent"),
    [("slamat pagi", "greet"), ("bpjsku aktf ga", "check_jkn"), ("puskesmas e nang endi", "ask_facility")],
    ids=["a typo", "slang and a dropped vowel", "Javanese"],
)
def test_reads_what_it_never_saw_when_it_is_near(model: IntentModel, text: str, intent: str) -> None:
    assert best(model, text) == intent


def test_probabilities_sum_to_one_when_text_is_empty_strange_or_long(model: IntentModel) -> None:
    rows = model.probabilities(["", "????", "👍", "x" * 5000, "bu " * 900])
    assert rows.shape == (5, 4)
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=1e-5)


def test_scores_equal_those_of_the_matrices_when_summed_by_hand(model: IntentModel) -> None:
    texts = ["tolong cek kis saya?", "desa Wonokerto", "kata yang tak dikenal sama sekali", ""]
    clean = [normalise(text) for text in texts]
    marks = [hints(text, short) for text, short in zip(texts, clean, strict=True)]
    parts = [model.chars.transform(clean), model.words.transform(clean), model.hints.transform(marks)]
    expected = hstack(parts, format="csr") @ model.weights + model.bias
    np.testing.assert_allclose(model.scores(texts), expected, atol=1e-4)


def test_training_gives_the_same_model_when_repeated(model: IntentModel) -> None:
    rows = [(text, intent) for intent, texts in SENTENCES.items() for text in texts]
    again = IntentModel(copies=2).fit([text for text, _ in rows], [intent for _, intent in rows])
    np.testing.assert_array_equal(again.weights, model.weights)


def test_answers_the_same_when_kept_and_loaded(model: IntentModel, tmp_path: Path) -> None:
    joblib.dump(model, tmp_path / "intents.joblib")
    loaded = joblib.load(tmp_path / "intents.joblib")
    np.testing.assert_array_equal(loaded.probabilities(["cek bpjs"]), model.probabilities(["cek bpjs"]))


def test_role_makes_cadres_requests_less_likely_when_a_mother_asks(model: IntentModel) -> None:
    text, at = "daftar ibu hamil", model.intents.index("list_my_mothers")
    neutral, mother = model.probabilities([text])[0], model.probabilities([text], role="mother")[0]
    assert mother[at] < neutral[at]
    np.testing.assert_array_equal(model.probabilities([text], role="cadre")[0][at] >= neutral[at], True)


@pytest.mark.parametrize("known", [{}, {"role": "unheard"}, {"question": "unheard"}], ids=["none", "role", "question"])
def test_context_is_neutral_when_nothing_is_known(model: IntentModel, known: dict[str, str]) -> None:
    np.testing.assert_array_equal(model.probabilities(["cek"], **known), model.probabilities(["cek"]))


def test_higher_temperature_gives_lower_confidence_when_the_order_stays(model: IntentModel) -> None:
    scores = model.scores(["cek bpjs"])
    sharp = model.softened(scores)
    soft = model.softened(scores / 4)
    assert soft.max() < sharp.max()
    assert soft.argmax() == sharp.argmax()
