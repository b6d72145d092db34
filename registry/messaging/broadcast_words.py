"""A broadcast in words for the officer who sends it, the same in the console, in the chat and on the command line."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from registry import days, places, texts
from registry.messaging.audiences import Audience
from registry.messaging.broadcast_reach import Costs, Plan


def audience(session: Session, chosen: Audience) -> str:
    """For whom and where: "ibu hamil, trimester 3, Kec. Donomulyo"."""
    where = [places.area_label(session, code) for code in chosen.areas]
    return ", ".join([who(chosen), *where])


def who(chosen: Audience) -> str:
    """For whom: "ibu hamil, trimester 3, risiko tinggi"."""
    parts = [texts.phrase(f"phrase_who_{chosen.who}")]
    if chosen.trimester is not None:
        parts.append(texts.say("phrase_trimester", number=chosen.trimester).text)
    if chosen.only is not None:
        parts.append(texts.phrase(f"phrase_only_{chosen.only}"))
    return ", ".join(parts)


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
    lines = [texts.say("phrase_reach_free", count=plan.freely).text]
    if plan.by_template:
        lines += [texts.say("phrase_reach_template", count=plan.by_template, days=by_day(plan)).text, template(plan)]
    return "\n".join([*lines, costs(plan.costs)])


def _rupiah(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
