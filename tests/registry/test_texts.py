"""The words: every name the code says exists, gets its values, and fits on a phone."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry import presses, texts
from registry.texts import UnknownTextError

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for room in ("bot", "actions", "registry") for path in (ROOT / room).rglob("*.py"))
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "nlu" / "rules.yml").read_text(encoding="utf-8"))
SENTENCES = texts.sentences()
DANGER_ANSWERS = {"/danger_yes", "/danger_no"}
MOST_ROWS = 10  # of a WhatsApp list; so many quick replies may a template have too


def holes(name: str) -> set[str]:
    """The values a text needs, in its words and under them."""
    sentence = SENTENCES[name]
    parts = [sentence.text, *(part for button in sentence.buttons for part in button)]
    return {field for part in parts for _, field, _, _ in string.Formatter().parse(part) if field}


class Said(NamedTuple):
    """A place in the code that says a text with values."""

    where: str
    name: str
    values: frozenset[str]


def _calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node, called


def _said() -> Iterator[Said]:
    """Texts said by name with the values written beside them."""
    for where, node, called in _calls():
        if called == "Answer" and len(node.args) == 2 and isinstance(node.args[1], ast.Dict):
            names = [node.args[0]]
            values = {key.value for key in node.args[1].keys if isinstance(key, ast.Constant)}
        elif called == "say" and node.args and all(keyword.arg for keyword in node.keywords):
            first = node.args[0]
            names = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            values = {keyword.arg for keyword in node.keywords if keyword.arg}
        else:
            continue
        for name in names:
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield Said(where, name.value, frozenset(str(value) for value in values))


def _named() -> Iterator[str]:
    """Every string in the code that is the name of a text; the beginnings of f-strings end with an underscore."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"(utter|phrase)_\w*[^\W_]", str(node.value)):
                yield str(node.value)
    for _, node, called in _calls():
        if called in ("say", "phrase") and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


SAID = sorted(set(_said()))
OF_THE_RULEBOOK = {"emergency", "documents", "steps", "reasons", "regencies"}  # kinds of its phrases
NAMED = sorted(set(_named()) - OF_THE_RULEBOOK)


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said.where} {said.name}")
def test_a_text_is_said_with_exactly_the_values_it_needs(said: Said) -> None:
    assert said.name in SENTENCES
    assert said.values >= holes(said.name), "a hole would stay open"
    assert said.values - holes(said.name) <= ({"ward"} if said.name.startswith("utter_jkn_") else set())


def test_the_scan_sees_the_code() -> None:
    assert len(SAID) > 30
    assert {"utter_wait", "utter_facility", "complaint_filed", "broadcast_preview"} <= {said.name for said in SAID}
    assert {"phrase_herself", "utter_helpers_none", "complaint_tell"} <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_a_name_used_in_the_code_is_a_text(name: str) -> None:
    assert name in SENTENCES


MADE_UP = {  # names put together at run time: all they can become
    "utter_ask_nik": ["again", "length", "letters", "date", "region", "man", "family_card", "card", "of_mother"],
    "utter_ask_birth_date": ["again", "unclear", "impossible", "wrong"],
    "utter_ask_full_name": ["again", "wrong"],
    "utter_path": [
        "JKN_ACTIVE", "PBI_REACTIVATION", "PBPU_ARREARS", "PROGRAMME_SKTM", "PROPOSE_PBI", "OTHER_REGENCY", "SELF_PAY",
        "UNKNOWN",
    ],
    "segment": ["PBI_JK", "PBPU_PEMDA", "PBPU", "PPU", "BP"],
    "role": ["mother", "cadre", "midwife", "driver", "stranger"],
    "alert": ["danger_sign", "labour"],
    "utter_title": [intent for intent in DOMAIN["intents"] if not intent.startswith(
        ("greet", "thank", "bot_", "affirm", "deny", "cancel", "inform", "out_of")) or intent == "cancel_transport"],
}  # fmt: skip


@pytest.mark.parametrize(("stem", "end"), [(stem, end) for stem, ends in MADE_UP.items() for end in ends])
def test_a_name_put_together_at_run_time_is_a_text(stem: str, end: str) -> None:
    assert f"{stem}_{end}" in SENTENCES


@pytest.mark.parametrize("slot", ["nik", "birth_date", "full_name"])
def test_every_question_of_the_form_is_a_text_without_holes_but_the_digits(slot: str) -> None:
    names = [name for name in SENTENCES if name.startswith(f"utter_ask_{slot}")]
    assert f"utter_ask_{slot}" in names
    assert set().union(*(holes(name) for name in names)) <= {"digits"}


def test_the_answers_about_a_payment_path_need_the_values_they_get() -> None:
    given_values = {"who", "documents", "steps", "place", "place_advice"}
    for name in SENTENCES:
        if name.startswith("utter_path_"):
            assert holes(name) <= given_values, name


ALERT_VALUES = {"signs", "name", "village", "weeks", "phone", "sender", "notes", "state", "id"}


@pytest.mark.parametrize("name", ["alert_danger_sign", "alert_labour"])
def test_an_alert_says_everything_a_helper_must_know(name: str) -> None:
    assert holes(name) == ALERT_VALUES


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("utter_danger", {"place", "safe", "called"}),
        ("utter_danger_newborn", {"place", "safe", "called"}),
        ("utter_labour", {"place", "called"}),
        ("utter_danger_again", {"place"}),
    ],
)
def test_what_is_said_in_an_emergency_needs_what_triage_gives(name: str, values: set[str]) -> None:
    assert holes(name) == values


def _rule_actions() -> set[str]:
    steps = [step for rule in RULES["rules"] for step in rule["steps"]]
    return {step["action"] for step in steps if "action" in step}


@pytest.mark.parametrize("name", sorted(name for name in _rule_actions() if name.startswith("utter_")))
def test_a_sentence_in_a_rule_is_a_text_without_holes(name: str) -> None:
    assert holes(name) == set()


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_text_fits_on_a_phone(name: str) -> None:
    assert 0 < len(SENTENCES[name].text.strip()) <= 1024


BUTTONS = [(name, title, payload) for name, sentence in SENTENCES.items() for title, payload in sentence.buttons]


@pytest.mark.parametrize(("name", "title", "payload"), BUTTONS)
def test_a_button_is_short_and_means_something(name: str, title: str, payload: str) -> None:
    assert 0 < len(title) <= 20
    wish, _, rest = payload.removeprefix("/").partition(":")  # behind the colon: what a task or a press reads
    if wish == "press":
        assert rest.partition(":")[0] in presses.ACTS
    else:
        assert payload in DANGER_ANSWERS or wish in DOMAIN["intents"]


@pytest.mark.parametrize("name", sorted(name for name, sentence in SENTENCES.items() if sentence.buttons))
def test_a_text_has_no_more_different_buttons_than_a_phone_shows(name: str) -> None:
    titles = [title for title, _ in SENTENCES[name].buttons]
    assert len(titles) <= (3 if name.startswith("utter_") else MOST_ROWS)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", sorted(name for name in SENTENCES if name.startswith("utter_title_")))
def test_a_reading_that_is_offered_fits_on_a_button(name: str) -> None:
    assert len(SENTENCES[name].text.strip()) <= 20


def test_name_that_stands_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = tmp_path / "texts.yml"
    twice.write_text("utter_greet: {text: halo}\n", encoding="utf-8")
    with loaded_from(twice, monkeypatch), pytest.raises(texts.UnknownTextError, match="two files"):
        texts.originals()


@pytest.mark.parametrize("name", sorted(name for name, sentence in SENTENCES.items() if not sentence.approved))
def test_a_text_that_waits_for_a_signature_says_where_it_is_from(name: str) -> None:
    assert SENTENCES[name].source


def test_a_sentence_nobody_asked_for_carries_its_template() -> None:
    draft = texts.say("handoff_waiting", reason="r", name="n", village="v", phone="p")
    assert draft.template == "handoff_waiting"
    assert texts.say("utter_greet").template is None


def test_saying_puts_the_values_and_buttons_in_place() -> None:
    draft = texts.say("utter_danger_again", place="Puskesmas Donomulyo")
    assert "Puskesmas Donomulyo" in draft.text
    assert draft.text == draft.text.strip()
    assert texts.say("utter_danger_ask").buttons == (
        ("Ya, sekarang", "/danger_yes"),
        ("Tidak, hanya tanya", "/danger_no"),
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param("utter_nonsense", {}, id="no such text"),
        pytest.param("utter_danger_again", {}, id="a value is missing"),
        pytest.param("utter_danger_again", {"Place": "x"}, id="a value of another name"),
        pytest.param("", {}, id="no name"),
    ],
)
def test_a_message_with_a_hole_is_never_said(name: str, values: dict[str, str]) -> None:
    with pytest.raises(UnknownTextError):
        texts.say(name, **values)


@given(st.text(alphabet="{}%a0.! []", max_size=20))
def test_what_a_person_wrote_is_never_read_as_a_hole(words: str) -> None:
    assert texts.say("staff_reply", text=f"_{words}_").text == f"_{words}_"


def test_a_phrase_that_is_missing_has_a_default() -> None:
    assert texts.phrase("sign_nonsense", "nonsense") == "nonsense"
    assert texts.phrase("sign_nonsense") == ""
    assert texts.phrase("sign_fits") == "kejang"


def test_the_menu_and_the_samples_are_words() -> None:
    assert [name for name, _ in texts.commands()] == ["cek", "bantuan", "bidan", "stop", "mulai"]
    assert all(len(words) <= 256 for _, words in texts.commands())  # what Telegram takes
    assert len(texts.samples()) >= 5


def test_text_with_an_unquoted_comma_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = tmp_path / "texts.yml"
    cut.write_text("sign_colour: {text: biru, kuning, atau pucat}\n", encoding="utf-8")
    with loaded_from(cut, monkeypatch), pytest.raises(texts.UnknownTextError, match="sign_colour"):
        texts.originals()


@contextmanager
def loaded_from(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The texts read from another file, and as before afterwards."""
    monkeypatch.setattr(texts, "PUSHED", (path,))
    texts.originals.cache_clear()
    yield
    monkeypatch.undo()
    texts.originals.cache_clear()
