"""kawal templates: our texts as Meta wants them, submitted to the double, watched."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from command import templates
from command.templates import Templates, TemplatesError
from registry.texts import Sentence
from tests.conftest import MakeSettings
from tests.doubles.whatsapp_api import BUSINESS_ID, TOKEN, Template, WhatsAppApi, refused, serve_whatsapp_api
from tests.doubles.wire import Fault


def sentence(text: str, name: str = "reminder_x", *titles: str) -> Sentence:
    return Sentence(name, text, tuple((title, "/affirm") for title in titles), True, "", pushed=True)


@pytest.fixture(scope="module")
def running() -> Iterator[WhatsAppApi]:
    with serve_whatsapp_api() as double:
        yield double


@pytest.fixture
def api(running: WhatsAppApi) -> WhatsAppApi:
    running.reset()
    return running


@pytest.fixture
def account(api: WhatsAppApi) -> Iterator[Templates]:
    with httpx.Client() as client:
        yield Templates(client, api.base_url, BUSINESS_ID, TOKEN)


@pytest.mark.parametrize(
    ("text", "made", "names"),
    [
        ("Halo Ibu, sampai besok.", "Halo Ibu, sampai besok.", ()),
        ("Bu {name}, hari {day} ya.", "Bu {{1}}, hari {{2}} ya.", ("name", "day")),
        ("Bu {name}, ya {name} itu, {day}.", "Bu {{1}}, ya {{1}} itu, {{2}}.", ("name", "day")),
    ],
    ids=["no value", "two values", "a value twice"],
)
def test_holes_are_numbered_in_the_order_of_the_values(text: str, made: str, names: tuple[str, ...]) -> None:
    assert templates.body(sentence(text)) == (made, names)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param(sentence("Bu, ini pengingat periksa kehamilan."), None, id="sound"),
        pytest.param(sentence("{name}, ini pengingat periksa ya."), "begins", id="begins with a hole"),
        pytest.param(sentence("Ini pengingat periksa untuk {name}"), "ends", id="ends with a hole"),
        pytest.param(sentence("Ini untuk {a} {b} ya bu, periksa besok pagi"), "side by side", id="two holes"),
        pytest.param(sentence("Bu {a} ya."), "too few words", id="hardly a word"),
        pytest.param(sentence("x" * 1025), "longer than 1024", id="too long"),
        pytest.param(sentence("Satu.\n\n\nDua."), "line breaks", id="a gap"),
        pytest.param(sentence("Bu, periksa.", "Reminder"), "lower-case", id="capitals in the name"),
        pytest.param(sentence("Bu, periksa.", "r", *"abcd"), "3 buttons", id="four buttons"),
        pytest.param(sentence("Bu, periksa.", "r", "x" * 21), "a button longer", id="long button"),
    ],
)
def test_faults(given: Sentence, fault: str | None) -> None:
    found = templates.faults(given)
    assert found == [] if fault is None else any(fault in one for one in found)


def test_creation_is_utility_in_indonesian_with_examples() -> None:
    made = templates.creation(sentence("Bu {name}, periksa {day} ya di {nowhere} itu.", "reminder_x", "Ya", "Belum"))
    assert (made["category"], made["language"]) == ("UTILITY", "id")
    body, buttons = made["components"]
    assert body["example"] == {"body_text": [["Siti", "Kamis", "contoh"]]}
    assert [button["text"] for button in buttons["buttons"]] == ["Ya", "Belum"]


def ours(monkeypatch: pytest.MonkeyPatch, *sentences: Sentence) -> None:
    monkeypatch.setattr("registry.texts.sentences", lambda: {one.name: one for one in sentences})


GOOD = sentence("Bu {name}, besok periksa kehamilan ya.", "reminder_good")
FAULTY = sentence("{name}, besok periksa.", "reminder_faulty")


def test_push_submits_what_is_missing_and_refuses_what_breaks_a_rule(
    account: Templates, api: WhatsAppApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours(monkeypatch, GOOD, FAULTY, sentence("Jawaban saja.", "answer_x"))
    assert dict(templates.push(account, ())) == {
        "reminder_good": "PENDING",
        "reminder_faulty": "refused: begins with a placeholder",
    }
    assert dict(templates.push(account, ["reminder_good"])) == {}
    assert [body["name"] for body in api.called("message_templates") if "name" in body] == ["reminder_good"]


OLD = sentence("Bu {name}, lusa periksa kehamilan ya.", "reminder_good")
OTHER_BUTTONS = sentence("Bu {name}, besok periksa kehamilan ya.", "reminder_good", "Sudah", "Belum")


def at_meta(api: WhatsAppApi, given: Sentence, state: str) -> None:
    api.templates[given.name] = Template(given.name, 1, state, body=templates.creation(given))


@pytest.mark.parametrize(
    ("there", "state", "edits", "told"),
    [
        (GOOD, "APPROVED", True, {}),
        (GOOD, "REJECTED", True, {}),
        (OLD, "APPROVED", False, {"reminder_good": "APPROVED, with other words than ours: --edit"}),
        (OLD, "APPROVED", True, {"reminder_good": "PENDING"}),
        (OLD, "PAUSED", True, {"reminder_good": "PENDING"}),
        (OTHER_BUTTONS, "REJECTED", True, {"reminder_good": "PENDING"}),
    ],
    ids=["the same", "the same, rejected", "not asked for", "approved", "paused", "other buttons, rejected"],
)
def test_push_edits_what_says_something_else_when_asked(
    account: Templates, api: WhatsAppApi, monkeypatch: pytest.MonkeyPatch,
    there: Sentence, state: str, edits: bool, told: dict[str, str],
) -> None:  # fmt: skip
    ours(monkeypatch, GOOD)
    at_meta(api, there, state)
    assert dict(templates.push(account, (), edits=edits)) == told
    now = api.templates["reminder_good"]
    assert now.status == ("PENDING" if "PENDING" in told.values() else state)
    assert now.body == (templates.creation(there) if now.status == state else templates.creation(GOOD))


@pytest.mark.parametrize("state", ["PENDING", "DISABLED"])
def test_push_does_not_try_what_meta_lets_nobody_edit(
    account: Templates, api: WhatsAppApi, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    ours(monkeypatch, GOOD)
    at_meta(api, OLD, state)
    ((_, told),) = templates.push(account, (), edits=True)
    assert told.startswith(f"refused: it is {state}")
    assert len(api.calls) == 1


def test_one_that_meta_refuses_does_not_stop_the_others(
    account: Templates, api: WhatsAppApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours(monkeypatch, GOOD, sentence("Bu {name}, besok imunisasi bayi ya.", "reminder_other"))
    api.fail("message_templates", Fault(), refused(2388023))
    told = dict(templates.push(account, ()))
    assert told["reminder_good"].startswith("refused: Meta refuses: 2388023")
    assert told["reminder_other"] == "PENDING"


def test_status_alarms_when_meta_says_other_words(
    account: Templates, api: WhatsAppApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours(monkeypatch, GOOD)
    at_meta(api, OLD, "APPROVED")
    assert list(templates.status(account, ())) == [("reminder_good", "APPROVED, with other words than ours", True)]


@pytest.mark.parametrize(
    ("there", "told", "alarms"),
    [
        (None, "missing", True),
        (Template("reminder_good", 1), "APPROVED", False),
        (Template("reminder_good", 1, "PENDING"), "PENDING", False),
        (Template("reminder_good", 1, "REJECTED"), "REJECTED", True),
        (Template("reminder_good", 1, "PAUSED"), "PAUSED", True),
    ],
    ids=["missing", "approved", "waits", "rejected", "paused"],
)
def test_status_alarms(
    account: Templates,
    api: WhatsAppApi,
    monkeypatch: pytest.MonkeyPatch,
    there: Template | None,
    told: str,
    alarms: bool,
) -> None:
    ours(monkeypatch, GOOD)
    if there is not None:
        api.templates[there.name] = there
    assert list(templates.status(account, ())) == [("reminder_good", told, alarms)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [(refused(190, 401), "190"), (Fault(502, b"<html>"), "cannot be reached")],
    ids=["token expired", "gateway ill"],
)
def test_refusal_is_one_line(account: Templates, api: WhatsAppApi, fault: Fault, words: str) -> None:
    api.fail("message_templates", fault)
    with pytest.raises(TemplatesError, match=words):
        account.all()


def test_name_that_no_text_has_is_refused() -> None:
    with pytest.raises(TemplatesError, match="nothing_like"):
        templates.wanted(["nothing_like_this*"])


def test_missing_settings_are_named(make_settings: MakeSettings) -> None:
    bare = make_settings(whatsapp_token="x")
    with httpx.Client() as client, pytest.raises(TemplatesError, match="BUSINESS_ID"):
        templates.connect(bare, client)


@pytest.mark.parametrize("found", templates.wanted(()), ids=lambda one: one.name)
def test_values_of_every_unasked_text_stand_in_the_order_they_are_sent(found: Sentence) -> None:
    text, names = templates.body(found)
    assert all(f"{{{{{number}}}}}" in text for number in range(1, len(names) + 1))
