"""Whom a broadcast would really reach: windows, templates, the day's limit, the same words twice, and the costs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.messaging import broadcast_reach, broadcast_words, broadcasts, message_templates, senders
from registry.messaging.audiences import Audience
from registry.messaging.broadcast_reach import Costs, Plan
from registry.models import Contact, OutboxMessage
from tests import factories
from tests.conftest import NIGHT, NOW

TODAY = clock.today(NOW)
TOMORROW = TODAY + timedelta(days=1)
TEXT = "posyandu besok"


def mothers(session: Session, count: int, hours: float | None = None, channel: str = "whatsapp") -> list[Contact]:
    """Mothers who wrote so many hours ago; None: never."""
    found = []
    for _ in range(count):
        person = factories.person(session)
        factories.pregnancy(session, person)
        wrote = None if hours is None else NOW - timedelta(hours=hours)
        found.append(factories.contact(session, person.phone, channel=channel, last_wrote_at=wrote))
    return found


def planned(session: Session, days: int = 0, **audience: Any) -> Plan:
    due = NOW + timedelta(days=days)
    seen = broadcast_reach.look(session, Audience(**audience), None, TEXT, NOW, due)
    return broadcast_reach.plan(session, Audience(**audience), seen, due, NOW)


WINDOWS: dict[str, tuple[float | None, str, int]] = {
    "wrote just now": (1, "whatsapp", 0),
    "wrote a day ago all but a minute": (23.98, "whatsapp", 0),
    "wrote exactly a day ago": (24, "whatsapp", 1),
    "has never written": (None, "whatsapp", 1),
    "is on Telegram": (None, "telegram", 0),
}


@pytest.mark.parametrize(("hours", "channel", "by_template"), WINDOWS.values(), ids=WINDOWS)
def test_template_is_needed_for_who(session: Session, hours: float | None, channel: str, by_template: int) -> None:
    mothers(session, 1, hours, channel)
    plan = planned(session)
    assert (plan.by_template, plan.freely) == (by_template, 1 - by_template)


def test_window_counts_at_the_moment_of_sending(session: Session) -> None:
    mothers(session, 1, 20)
    assert planned(session).by_template == 0
    assert planned(session, days=1).by_template == 1
    person = factories.person(session)
    factories.pregnancy(session, person)
    factories.contact(session, person.phone, last_wrote_at=NIGHT - timedelta(hours=20))  # asleep until six
    assert len(broadcast_reach.look(session, Audience(), None, TEXT, NIGHT).closed) == 2


STATES = [("APPROVED", True), ("FLAGGED", True), ("PENDING", False), ("REJECTED", False), ("PAUSED", False)]
STATES += [("DISABLED", False), ("MISSING", False)]


@pytest.mark.parametrize(("status", "goes"), STATES, ids=[status for status, _ in STATES])
def test_who_is_silent_is_named_when_the_template_cannot_be_used(session: Session, status: str, goes: bool) -> None:
    mothers(session, 2)
    mothers(session, 1, 1)
    message_templates.keep(session, "broadcast_notice", NOW, status=status)
    seen = broadcast_reach.look(session, Audience(), None, TEXT, NOW)
    assert (len(seen.contacts), seen.excluded) == ((3, {}) if goes else (1, {"window_closed": 2}))
    assert planned(session).is_usable is goes


def test_template_nobody_has_asked_about_is_tried_and_said_to_be_unknown(session: Session) -> None:
    mothers(session, 1)
    plan = planned(session)
    assert plan.is_usable
    assert "belum pernah dicek" in broadcast_words.template(plan)


def test_cadres_have_words_and_a_template_of_their_own(session: Session) -> None:
    factories.reachable(session, factories.cadre(session))
    assert planned(session, who="cadres").template_name == "broadcast_notice_cadre"
    draft = broadcasts.message(None, TEXT, "cadres")
    assert draft.template == "broadcast_notice_cadre"
    assert "Ibu" not in draft.text


# ---------------------------------------------------------------- the day's limit


def test_fifth_of_the_limit_is_kept_for_others(session: Session) -> None:
    assert broadcast_reach.room(session, NOW) == 200
    senders.set_limit(session, "whatsapp", 2000, told=True)
    assert broadcast_reach.room(session, NOW) == 1600


def test_what_went_out_and_what_waits_takes_room(session: Session) -> None:
    silent = mothers(session, 3)
    for contact in silent:
        factories.outbox_message(session, contact, kind="broadcast", priority=5)
    assert broadcast_reach.room(session, NOW) == 197
    for row in session.scalars(select(OutboxMessage)):
        row.status, row.sent_at, row.used_template = "sent", NOW, True
    assert broadcast_reach.room(session, NOW) == 197
    assert broadcast_reach.room(session, NOW + timedelta(days=1, minutes=1)) == 200


def test_room_is_free_again_on_the_full_hour_a_day_later(session: Session) -> None:
    row = factories.outbox_message(session, mothers(session, 1)[0], kind="broadcast", priority=5)
    row.status, row.sent_at, row.used_template = "sent", NOW + timedelta(minutes=7), True
    session.flush()
    again = broadcast_reach.room_again_at(session, NOW + timedelta(minutes=8))
    assert again == NOW + timedelta(days=1, hours=1)
    assert broadcast_reach.room_again_at(session, again) > again


@pytest.mark.parametrize(
    ("people", "in_days", "expected"),
    [
        (0, 0, []),
        (2, 0, [(TODAY, 2)]),
        (9, 0, [(TODAY, 4), (TOMORROW, 4), (TOMORROW + timedelta(days=1), 1)]),
        (5, 1, [(TOMORROW, 4), (TOMORROW + timedelta(days=1), 1)]),
    ],
    ids=["nobody", "all today", "three days", "from tomorrow"],
)
def test_rest_goes_on_the_following_days(
    session: Session, people: int, in_days: int, expected: list[tuple[date, int]]
) -> None:
    senders.set_limit(session, "whatsapp", 5)
    mothers(session, people)
    assert list(planned(session, in_days).days) == expected


# ---------------------------------------------------------------- the same words


@pytest.mark.parametrize(
    ("text", "hours", "left"),
    [(TEXT, 1, 1), ("  Posyandu\nBESOK ", 1, 1), ("posyandu lusa", 1, 0), (TEXT, 21, 0)],
    ids=["the same", "the same but for spaces", "others", "a day later"],
)
def test_nobody_gets_the_same_words_twice_a_day(session: Session, text: str, hours: int, left: int) -> None:
    staff = factories.staff(session)
    mothers(session, 1, 1)
    first, _ = broadcasts.prepare(session, staff, staff.phone, Audience(), TEXT, NOW)
    broadcasts.confirm(session, first, NOW)
    seen = broadcast_reach.look(session, Audience(), staff, text, NOW + timedelta(hours=hours))
    assert seen.excluded.get("same_text", 0) == left


def test_one_that_was_stopped_in_time_may_be_sent_again(session: Session) -> None:
    staff = factories.staff(session)
    mothers(session, 1, 1)
    first, _ = broadcasts.prepare(session, staff, staff.phone, Audience(), TEXT, NOW)
    broadcasts.confirm(session, first, NOW)
    assert broadcasts.stop(session, first, NOW)
    assert broadcast_reach.look(session, Audience(), staff, TEXT, NOW).excluded == {}


# ---------------------------------------------------------------- costs


PRICES: dict[str, tuple[dict[str, int], str, tuple[int | None, int | None], str]] = {
    "nobody said a price": ({}, "", (None, None), "harga belum diatur"),
    "both": ({"utility": 350, "marketing": 600}, "", (700, 1200), "Rp 700 sampai Rp 1.200"),
    "utility only": ({"utility": 350}, "", (700, 700), "sekitar Rp 700"),
    "Meta calls it advertising": ({"utility": 350, "marketing": 600}, "MARKETING", (1200, 1200), "sekitar Rp 1.200"),
    "taken back": ({"utility": 0}, "", (None, None), "harga belum diatur"),
}


@pytest.mark.parametrize(("prices", "category", "expected", "said"), PRICES.values(), ids=PRICES)
def test_costs_are_a_range(
    session: Session, prices: dict[str, int], category: str, expected: tuple[int | None, int | None], said: str
) -> None:
    mothers(session, 2)
    mothers(session, 1, 1)
    message_templates.keep(session, "broadcast_notice", NOW, status="APPROVED", category=category)
    for kind, rupiah in prices.items():
        programme.decide(session, f"template_{kind}_rupiah", rupiah, TODAY, "daftar harga Meta")
    costs = planned(session).costs
    assert (costs.least, costs.most) == expected
    assert said in broadcast_words.costs(costs)
    assert costs.sources == ((("daftar harga Meta", TODAY),) if expected[0] else ())


def test_open_window_and_telegram_cost_nothing(session: Session) -> None:
    programme.decide(session, "template_utility_rupiah", 350, TODAY, "x")
    mothers(session, 2, 1)
    mothers(session, 2, None, "telegram")
    assert planned(session).costs == Costs(0, 0)
    assert broadcast_words.costs(Costs(0, 0)) == "Rp 0"


def test_price_holds_from_its_day(session: Session) -> None:
    programme.decide(session, "template_utility_rupiah", 350, TOMORROW, "x")
    mothers(session, 1)
    assert planned(session).costs.least is None


def test_reach_in_words_names_days_template_and_costs(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 5)
    mothers(session, 6)
    said = broadcast_words.reach(planned(session))
    assert "6 orang lewat templat" in said
    assert "Sabtu, 21 Nov: 4; Minggu, 22 Nov: 2" in said
    assert "broadcast_notice" in said
    assert "harga belum diatur" in said
