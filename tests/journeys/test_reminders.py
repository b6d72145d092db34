"""Reminders on the real stack: the clock is moved, the phones are read."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, MIDWIFE, NOW, Mother, nik_of, world
from tests.stack import Message, RunningStack

FRIDAY = "2026-11-20T09:00:00+07:00"
QUIET_FROM, QUIET_TILL = 21, 6


def given(hpht: str, *mothers: Mother, **more: Any) -> dict[str, Any]:
    """The world of the journeys in which Kasiyem's last period began on a day, with her cadre."""
    document = world(*mothers)
    for row in document["persons"]:
        if row.get("ref") == ACTIVE.phone:
            row["pregnancy"] = {**row["pregnancy"], "hpht": hpht, "hpl": None}
            row["cadre"] = "kader"
            row |= more
    document["cadres"][0]["actor"] = "kader"
    return document


def later(start: str, days: int, hours: float = 0) -> str:
    return (datetime.fromisoformat(start) + timedelta(days=days, hours=hours)).isoformat()


def reminders(stack: RunningStack, phone: str) -> list[Message]:
    return [one for one in stack.received(phone) if one["kind"] == "reminder"]


def day_of(message: Message) -> str:
    return str(message["at"])[:10]


def templates(messages: list[Message]) -> list[str]:
    return [str(one["template"] or "") for one in messages]


HPHT = "2026-08-15"  # Saturday, fourteen weeks ago: sixteen weeks on 5 December, 22 on 16 January
K1 = [{"visit": "K1", "date": "2026-10-20", "status": "verified"}]


def test_sixty_days_of_a_mother(stack: RunningStack) -> None:
    stack.reset(given(HPHT, visits=K1), NOW)
    stack.advance(later(NOW, 60))
    told = reminders(stack, ACTIVE.phone)
    visits = [one for one in told if "periksa ke-" in one["text"]]
    assert [day_of(one) for one in visits] == ["2026-12-03", "2026-12-06", "2027-01-14", "2027-01-17"]
    assert "periksa ke-2" in visits[0]["text"]
    assert "Sabtu, 5 Desember 2026" in visits[0]["text"]
    assert "Puskesmas Donomulyo" in visits[0]["text"]
    titles = [button["title"] for button in visits[0]["buttons"] or visits[0]["rows"]]
    assert titles == ["Sudah periksa", "Ganti hari", "Butuh jemputan", "Berhenti"]
    assert all(QUIET_TILL <= datetime.fromisoformat(one["at"]).hour < QUIET_FROM for one in told)
    assert len({day_of(one) for one in told}) == len(told)
    assert not re.search(r"None|null|\{", "".join(one["text"] for one in told))


def test_stop_in_the_middle(stack: RunningStack) -> None:
    stack.reset(given(HPHT, visits=K1), NOW)
    stack.advance(later(NOW, 20))
    before = len(reminders(stack, ACTIVE.phone))
    stack.say(ACTIVE.phone, "STOP")
    stack.advance(later(NOW, 60))
    assert before
    assert len(reminders(stack, ACTIVE.phone)) == before
    planned = stack.records("reminder", nik=ACTIVE.nik)
    assert not [row for row in planned if row["status"] == "planned"]


def test_a_loss_in_the_middle(stack: RunningStack) -> None:
    stack.reset(given(HPHT, visits=K1), NOW)
    stack.advance(later(NOW, 10))
    before = len(reminders(stack, ACTIVE.phone))
    stack.say(ACTIVE.phone, "bu saya keguguran")
    for _ in range(3):
        answer = stack.say(ACTIVE.phone, "ya")
        if not answer.buttons:
            break
    stack.advance(later(NOW, 60))
    assert len(reminders(stack, ACTIVE.phone)) == before
    assert not [row for row in stack.records("reminder", nik=ACTIVE.nik) if row["status"] == "planned"]


def test_without_a_phone_the_cadre_is_told(stack: RunningStack) -> None:
    document = given(HPHT, visits=K1)
    for row in document["persons"]:
        if row.get("ref") == ACTIVE.phone:
            del row["phone"]
    stack.reset(document, NOW)
    stack.advance(later(NOW, 16))
    told = [one for one in reminders(stack, CADRE) if "periksa ke-2" in one["text"]]
    assert [day_of(one) for one in told] == ["2026-12-03"]
    assert "Kasiyem" in told[0]["text"]
    assert reminders(stack, ACTIVE.phone) == []


def test_sudah_after_the_question_is_the_visit(stack: RunningStack) -> None:
    stack.reset(given(HPHT, visits=K1), NOW)
    stack.advance("2026-12-06T10:00:00+07:00")
    stack.say(ACTIVE.phone, "sudah bu")
    rows = stack.records("visit", nik=ACTIVE.nik)
    assert [(row["visit"], row["date"], row["status"]) for row in rows][1:] == [("K2", "2026-12-05", "reported")]
    stack.advance("2026-12-25T10:00:00+07:00")
    assert [row for row in stack.records("alert", nik=ACTIVE.nik) if row["kind"] == "missed_visit"] == []


def test_a_day_she_moves_is_the_day_she_is_reminded_of(stack: RunningStack) -> None:
    stack.reset(given(HPHT, visits=K1), NOW)
    stack.advance("2026-12-03T10:00:00+07:00")
    asked = next(one for one in reminders(stack, ACTIVE.phone) if "periksa ke-2" in one["text"])
    payloads = {one["title"]: one["payload"] for one in (asked["buttons"] or asked["rows"])}
    stack.say(ACTIVE.phone, button=payloads["Ganti hari"])
    stack.say(ACTIVE.phone, "kamis tanggal 10 desember")
    stack.advance("2026-12-12T10:00:00+07:00")
    about = [one for one in reminders(stack, ACTIVE.phone) if "10 Desember 2026" in one["text"]]
    assert [day_of(one) for one in about] == ["2026-12-08", "2026-12-11"]


def test_silence_after_a_visit_calls_the_cadre_once_and_then_the_midwife(stack: RunningStack) -> None:
    stack.reset(given(HPHT, visits=K1), NOW)
    stack.advance("2026-12-09T10:00:00+07:00")
    first = [row for row in stack.records("alert", nik=ACTIVE.nik) if row["kind"] == "missed_visit"]
    assert len(first) == 1
    assert first[0]["to"] == [CADRE]
    stack.advance("2026-12-13T10:00:00+07:00")
    second = [row for row in stack.records("alert", nik=ACTIVE.nik) if row["kind"] == "missed_visit"]
    assert len(second) == 1
    assert MIDWIFE in second[0]["to"]


@pytest.mark.parametrize(("weeks_ago", "expected"), [(14, "2026-12-03")], ids=["in the second trimester"])
def test_hundred_mothers_and_sixty_days_in_under_twenty_seconds(
    stack: RunningStack, weeks_ago: int, expected: str
) -> None:
    document = given(HPHT)
    document["persons"] = [_row(number, weeks_ago) for number in range(100)]
    stack.reset(document, NOW)
    began = time.monotonic()
    stack.advance(later(NOW, 60))
    spent = time.monotonic() - began
    told = [one for one in stack.received() if one["kind"] == "reminder" and "periksa ke-2" in one["text"]]
    assert len({one["to"] for one in told if day_of(one) == expected}) == 100
    assert spent < 60  # on a machine that others use too; alone it is a third


def _row(number: int, weeks_ago: int) -> dict[str, Any]:
    born = datetime.fromisoformat("1998-03-05").date()
    hpht = (datetime.fromisoformat(NOW) - timedelta(weeks=weeks_ago)).date()
    return {
        "nik": nik_of("350701", born, f"{9100 + number}"), "name": f"Ibu Rekaan {number}", "sex": "F",
        "dob": born.isoformat(), "village": "Sumberoto", "district": "Donomulyo", "regency": "Kabupaten Malang",
        "phone": f"+62812991{number:05}", "registered": True, "consent": "given", "messages": "on",
        "pregnancy": {"hpht": hpht.isoformat(), "status": "active"}, "visits": K1,
    }  # fmt: skip
