"""The figures of an evaluation against figures worked out by hand, and files that cannot be used."""

from __future__ import annotations

import csv
from pathlib import Path

import httpx
import pytest

from command.evaluate import EvaluationError, Judged, judge, read_rows, report, write_predictions

JUDGED = [
    Judged("halo", "greet", "greet", 0.9, milliseconds=10),
    Judged("pagi", "greet", "thank", 0.4, milliseconds=20),
    Judged("suwun", "thank", "thank", 0.8, milliseconds=30),
    Judged("?", "thank", "nlu_fallback", 0.2, milliseconds=40, fell_back=True),
    Judged("keluar darah", "report_danger_sign", "report_danger_sign", 1.0, "alarm", ("bleeding",), 50),
    Judged("kok pusing", "report_danger_sign", "ask_pregnancy_health", 0.5, "ask", ("headache_severe",), 60),
    Judged("lemes", "report_danger_sign", "greet", 0.5, milliseconds=70),
    Judged("mau lahiran", "report_labour", "report_danger_sign", 1.0, "alarm", ("show",), 80),
    Judged("sapi kejang", "out_of_scope", "report_danger_sign", 1.0, "alarm", ("fits",), 90),
    Judged("boleh pijat", "ask_pregnancy_health", "ask_pregnancy_health", 0.7, "ask", ("trauma",), 100),
]


def test_figures_are_those_worked_out_by_hand() -> None:
    figures = report(JUDGED)
    assert figures["rows"] == 10
    assert figures["accuracy"] == 0.4
    # F1 = 2 * hits / (said + true). greet 2*1/(2+2), thank 2*1/(2+2), report_danger_sign 2*1/(3+3),
    # report_labour 0/(0+1), out_of_scope 0/(0+1), ask_pregnancy_health 2*1/(2+1)
    f1 = {"greet": 0.5, "thank": 0.5, "danger": 1 / 3, "labour": 0, "out": 0, "health": 2 / 3}
    assert figures["macro_f1"] == round(sum(f1.values()) / 6, 4)
    assert figures["weighted_f1"] == round((2 * 0.5 + 2 * 0.5 + 3 * (1 / 3) + 0 + 0 + 2 / 3) / 10, 4)
    assert figures["danger_recall"] == 0.75
    assert figures["danger_false_alarm_rate"] == round(1 / 6, 4)
    assert figures["danger_question_rate"] == round(1 / 6, 4)
    assert figures["fallback_rate"] == 0.1
    assert (figures["p50_ms"], figures["p99_ms"]) == (60, 100)
    assert figures["missed_danger"] == ["lemes"]
    assert len(figures["confusions"]) == 6
    assert {"intent": "greet", "predicted": "thank", "count": 1} in figures["confusions"]


def test_largest_confusions_come_first() -> None:
    rows = [Judged("x", "greet", "thank", 1)] + [Judged("y", "deny", "affirm", 1)] * 2
    assert [pair["count"] for pair in report(rows)["confusions"]] == [2, 1]


@pytest.mark.parametrize(
    "name", ["accuracy", "macro_f1", "weighted_f1", "danger_recall", "danger_false_alarm_rate", "fallback_rate"]
)
def test_figure_is_absent_and_not_zero_when_there_is_nothing_to_measure(name: str) -> None:
    assert report([])[name] is None


# ---------------------------------------------------------------- files


def test_rows_are_read_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(
        '\ufefftext\tnote\tintent\nkata "bu" bidan\t-\tgreet\n\t-\tgreet\nhalo\t-\tthank\n', encoding="utf-8"
    )
    assert [(row["text"], row["intent"]) for row in read_rows(path, ("text", "intent"))] == [
        ('kata "bu" bidan', "greet"), ("halo", "thank"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(None, "FileNotFoundError", id="absent"),
        pytest.param(b"", "no column 'text'", id="empty"),
        pytest.param(b"text,intent\nhalo,greet\n", "no column 'text'", id="commas"),
        pytest.param(b"text\tlabel\nhalo\tgreet\n", "no column 'intent'", id="another header"),
        pytest.param(b"text\tintent\nhalo\tgreet\npagi\n", "row 2 has fewer columns", id="a short row"),
        pytest.param(b"\xff\xfet\x00", "UnicodeDecodeError", id="another encoding"),
        pytest.param(b"text\tintent\n" + b"x" * 200_000, r"read \(Error\)", id="an endless text"),
    ],
)
def test_fault_of_the_file_is_one_line(tmp_path: Path, content: bytes | None, line: str) -> None:
    path = tmp_path / "x.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EvaluationError, match=line):
        read_rows(path, ("text", "intent"))


def test_predictions_hold_the_texts_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    odd = Judged('kata "bu" \\ bidan', "greet", "thank", 0.5)
    write_predictions([odd, *JUDGED[4:6]], path)
    assert b"\r" not in path.read_bytes()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [(row["text"], row["confidence"], row["danger"]) for row in rows] == [
        ('kata "bu" \\ bidan', "0.5000", ""), ("keluar darah", "1.0000", "bleeding"),
        ("kok pusing", "0.5000", "ask:headache_severe"),
    ]  # fmt: skip


# ---------------------------------------------------------------- one message


def answering(status: int = 200, danger: dict[str, object] | None = None) -> tuple[httpx.Client, list[bytes]]:
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(status, json={"intent": {"name": "greet", "confidence": 0.9}, "danger": danger})

    return httpx.Client(transport=httpx.MockTransport(answer)), seen


@pytest.mark.parametrize(
    ("text", "danger", "certainty", "codes"),
    [
        pytest.param("halo", {}, "", (), id="nothing"),
        pytest.param("keluar darah banyak sekarang", {}, "alarm", ("bleeding",), id="the bot's own gate"),
        pytest.param("halo", {"certainty": "ask", "codes": ["fever"]}, "ask", ("fever",), id="rasa's gate"),
    ],
)
def test_message_goes_through_both_gates(
    text: str, danger: dict[str, object], certainty: str, codes: tuple[str, ...]
) -> None:
    client, _ = answering(danger=danger)
    found = judge(client, "http://rasa", text, "greet")
    assert (found.certainty, found.codes) == (certainty, codes)


def test_message_is_masked_as_in_production() -> None:
    client, seen = answering()
    judge(client, "http://rasa", "/restart nik 3507014503989001", "inform")
    assert seen == [b'{"text":"restart nik xnik1"}']


def test_error_of_rasa_is_one_line() -> None:
    client, _ = answering(500)
    with pytest.raises(EvaluationError, match="Rasa did not answer"):
        judge(client, "http://rasa", "halo", "greet")
