"""A broadcast in words for the officer who sends it, the same in the console, in the chat and on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from nlu.language.dates import format_date
from registry import clock, days, places, texts
from registry.messaging.audiences import Audience
from registry.messaging.broadcast_reach import Costs, Plan
from registry.models import Broadcast

REASONS = ("words", "people", "time")


def audience(session: Session, chosen: Audience) -> str:
    """For whom and where: "ibu hamil, trimester 3, Kec. Donomulyo"."""
    where = [places.area_label(session, code) for code in chosen.areas]
    return ", ".join([who(chosen), *where])


def who(chosen: Audience) -> str:
    """For whom: "ibu hamil, trimester 3, HPL 1 Desember 2026 sampai 31 Desember 2026, risiko tinggi"."""
    parts = [texts.phrase(f"phrase_who_{chosen.who}")]
    if chosen.trimester is not None:
        parts.append(texts.say("phrase_trimester", number=chosen.trimester).text)
    parts += _due(chosen)
    if chosen.unvisited is not None:
        parts.append(texts.say("phrase_unvisited", visit=chosen.unvisited).text)
    parts += [texts.phrase(f"phrase_only_{one}") for one in chosen.only]
    if chosen.jkn:
        parts.append(texts.say("phrase_jkn", states=" / ".join(jkn(one) for one in chosen.jkn)).text)
    if chosen.paths:
        parts.append(texts.say("phrase_paths", paths=" / ".join(path(one) for one in chosen.paths)).text)
    return ", ".join(parts)


def _due(chosen: Audience) -> Iterator[str]:
    first, last = chosen.due_from, chosen.due_until
    if first is not None and last is not None:
        yield texts.say("phrase_due_between", first=format_date(first), last=format_date(last)).text
    elif first is not None:
        yield texts.say("phrase_due_from", first=format_date(first)).text
    elif last is not None:
        yield texts.say("phrase_due_until", last=format_date(last)).text
    if chosen.due_weeks is not None:
        yield texts.say("phrase_due_weeks", weeks=chosen.due_weeks).text


def jkn(state: str) -> str:
    """A state of the JKN: "aktif, PBI"."""
    return texts.phrase(f"phrase_jkn_{state}")


def path(code: str) -> str:
    """A way to pay."""
    return texts.phrase(f"phrase_path_{code}")


def reason(code: str) -> str:
    """Why somebody says no, as the buttons name it."""
    return texts.phrase(f"phrase_reason_{code}")


def moment(at: datetime) -> str:
    """When it goes out: "Senin, 23 Nov 08.00"."""
    local = at.astimezone(clock.JAKARTA)
    return f"{days.in_short(local.date())} {days.hour(local.time())}"


def when(row: Broadcast) -> str:
    """When it goes out and how often; empty when it goes at once, and once."""
    planned = texts.say("phrase_planned", when=moment(row.due_at)).text if row.due_at > row.at else ""
    repeated = (
        texts.say("phrase_repeated", often=texts.phrase(f"phrase_repeat_{row.repeat}")).text if row.repeat else ""
    )
    return " ".join(part for part in (planned, repeated) if part)


def left_out(excluded: Mapping[str, int]) -> list[str]:
    """Who does not get it, a reason each."""
    return [texts.say(f"phrase_excluded_{why}", count=count).text for why, count in sorted(excluded.items())]


def left_out_in_a_line(excluded: Mapping[str, int]) -> str:
    """The same as one sentence."""
    reasons = left_out(excluded)
    if not reasons:
        return texts.phrase("phrase_excluded_none")
    return texts.say("phrase_excluded", reasons=", ".join(reasons)).text


def template(plan: Plan) -> str:
    """How the template stands that carries it."""
    if plan.template is None:
        return texts.say("phrase_template_unknown", name=plan.template_name).text
    state = "approved" if plan.is_usable else "refused"
    return texts.say(f"phrase_template_{state}", name=plan.template_name, status=plan.template.status).text


def by_day(plan: Plan) -> str:
    """On which day how many: "Sabtu, 21 Nov: 200; Minggu, 22 Nov: 40"."""
    named = [texts.say("phrase_on_day", day=days.in_short(day), count=count).text for day, count in plan.days]
    return "; ".join(named)


def costs(told: Costs) -> str:
    """What it would cost: a range, nothing, or that nobody has said a price."""
    if told.least is None or told.most is None:
        return texts.phrase("phrase_cost_unknown")
    if told.most == 0:
        return texts.phrase("phrase_cost_none")
    if told.least == told.most:
        return texts.say("phrase_cost_about", most=_rupiah(told.most)).text
    return texts.say("phrase_cost_range", least=_rupiah(told.least), most=_rupiah(told.most)).text


def reach(plan: Plan) -> str:
    """Template, days and costs in a few lines, for the chat and the command line."""
    lines = [texts.say("phrase_reach_free", count=plan.freely).text] if plan.freely or not plan.by_template else []
    if plan.by_template:
        lines += [texts.say("phrase_reach_template", count=plan.by_template, days=by_day(plan)).text, template(plan)]
    return "\n".join([*lines, texts.say("phrase_reach_costs", costs=costs(plan.costs)).text])


def _rupiah(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
