"""The plan for the birth (P4K): a named driver and a substitute who agreed, the place, who goes along, blood donors.

Brought up in week 30 and again at 34 and 37 weeks. Who agreed is asked first when her time comes, and those who help
in an alert are shown the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from nlu.language.dates import format_date
from registry import access, audit, clock, texts, voices
from registry.acts import Act, Do
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import BirthPlan, Cadre, Contact, Driver, DriverArea, Person, Pregnancy, Reminder
from registry.persons import consents, people, shared_phones
from registry.persons.people import Speaker
from registry.places import village_label
from registry.transport import rides

WEEKS = (30, 34, 37)
LAST_WEEK = 41  # nothing is brought up any more from then on
TERM = timedelta(days=280)
HOUR = time(9)  # local
BATCH = 50
PAIR = 1_000_000  # the number of a press: pregnancy * PAIR + driver; driver 0 is the family itself
PAIRED = frozenset({"plan_driver", "plan_substitute"})
MOST_DIGITS = 15  # of such a pair
MOST_BUTTONS = 3
DONORS = (0, 1, 2)


def step_on(hpl: date, today: date) -> int | None:
    """The week that was reached last of those in which the plan is brought up; None before the first and after all."""
    week = (today - (hpl - TERM)).days // 7
    reached = [one for one in WEEKS if one <= week]
    return reached[-1] if reached and week < LAST_WEEK else None


def plan_of(session: Session, pregnancy: Pregnancy, now: datetime) -> BirthPlan:
    """Her plan, begun when there is none: the place with delivery care near her, her companion."""
    plan = session.get(BirthPlan, pregnancy.id)
    if plan is None:
        person = session.get_one(Person, pregnancy.person_id)
        facility = rides.destination_for(session, person.village_code, "birth")
        plan = BirthPlan(pregnancy_id=pregnancy.id, facility=facility, companion=person.companion, asked_week=0, at=now)
        session.add(plan)
        session.flush()
    return plan


def summary(session: Session, pregnancy: Pregnancy) -> str | None:
    """What was agreed, in one line for those who help; None when nothing is known."""
    plan = session.get(BirthPlan, pregnancy.id)
    if plan is None:
        return None
    parts = []
    for name, number, agreed in (
        ("driver", plan.driver_id, plan.driver_agreed),
        ("substitute", plan.substitute_id, plan.substitute_agreed),
    ):
        driver = session.get(Driver, number) if number and agreed else None
        if driver is not None:
            parts.append(texts.say(f"phrase_plan_{name}", driver=driver.name, phone=driver.phone).text)
    if plan.driver_id is None and plan.driver_agreed:
        parts.append(texts.phrase("phrase_plan_family"))
    if plan.companion:
        parts.append(texts.say("phrase_plan_companion", companion=plan.companion).text)
    if plan.donors is not None:
        parts.append(texts.say("phrase_plan_donors", donors=plan.donors).text)
    if plan.facility and parts:
        parts.append(texts.say("phrase_plan_facility", facility=plan.facility).text)
    return "; ".join(parts) or None


# ---------------------------------------------------------------- brought up by the clock


def _windows(today: date) -> list[tuple[int, date, date]]:
    """For each week: the due dates, from and until before, of those who are in it today."""
    return [
        (week, today + TERM - timedelta(weeks=following) + timedelta(days=1), today + TERM - timedelta(weeks=week))
        for week, following in pairwise((*WEEKS, LAST_WEEK))
    ]


def next_at(session: Session, after: datetime) -> datetime | None:
    """The next morning on which somebody reaches one of the weeks."""
    local = after.astimezone(clock.JAKARTA)
    first = local.date() if local.time() < HOUR else local.date() + timedelta(days=1)
    if session.scalar(
        select(_whose_week_has_come(local.date()).exists())
    ):  # put off yesterday, for she had a reminder that day
        return datetime.combine(first, HOUR, clock.JAKARTA)
    days = []
    for week in WEEKS:
        ahead = TERM - timedelta(weeks=week)
        hpl = select(func.min(Pregnancy.hpl)).where(Pregnancy.status == "active", Pregnancy.hpl >= first + ahead)
        found = session.scalar(hpl)
        if found is not None:
            days.append(found - ahead)
    return datetime.combine(min(days), HOUR, clock.JAKARTA) if days else None


def _whose_week_has_come(today: date) -> Select[Pregnancy]:
    """Those whose week has come and who were not asked in it."""
    due: list[ColumnElement[bool]] = [
        and_(
            Pregnancy.hpl >= first, Pregnancy.hpl <= last,
            or_(BirthPlan.asked_week.is_(None), BirthPlan.asked_week < week),
        )
        for week, first, last in _windows(today)
    ]  # fmt: skip
    rows = select(Pregnancy).join(BirthPlan, BirthPlan.pregnancy_id == Pregnancy.id, isouter=True)
    return rows.where(Pregnancy.status == "active", or_(*due))


def _has_reminder(today: date) -> ColumnElement[bool]:
    """She gets one routine message a day at most; the plan for the birth waits until tomorrow."""
    morning = datetime.combine(today, time(), clock.JAKARTA)
    hers = (Reminder.pregnancy_id == Pregnancy.id, Reminder.recipient == "mother")
    at_work = (Reminder.status.in_(("planned", "sent")), Reminder.due_at >= morning)
    return exists().where(*hers, *at_work, Reminder.due_at < morning + timedelta(days=1))


def is_due(session: Session, now: datetime) -> bool:
    """Whether somebody's week has come who can be asked today."""
    local = now.astimezone(clock.JAKARTA)
    return local.time() >= HOUR and bool(session.scalar(select(_to_ask(local.date()).exists())))


def _to_ask(today: date) -> Select[Pregnancy]:
    return _whose_week_has_come(today).where(~_has_reminder(today))


def run(session: Session, now: datetime) -> int:
    """Bring up the plan with those whose week has come; returns how many."""
    local = now.astimezone(clock.JAKARTA)
    if local.time() < HOUR:
        return 0
    pregnancies = list(session.scalars(_to_ask(local.date()).order_by(Pregnancy.id).limit(BATCH)))
    for pregnancy in pregnancies:
        _bring_up(session, pregnancy, now)
    return len(pregnancies)


def _bring_up(session: Session, pregnancy: Pregnancy, now: datetime) -> None:
    plan = plan_of(session, pregnancy, now)
    today = clock.today(now)
    plan.asked_week = (step_on(pregnancy.hpl, today) if pregnancy.hpl else None) or LAST_WEEK
    session.flush()
    person = session.get_one(Person, pregnancy.person_id)
    if person.consent != "given" or not consents.allowed(session, person, today).may_remind:
        return
    _tell(session, person, _question(session, pregnancy, plan, person), now)
    if not _drivers(session, person, plan) and plan.driver_agreed is None:
        cadre = _cadre_contact(session, person, pregnancy)
        if cadre is not None:
            values = {"name": voices.label(person), "due": _due(pregnancy)}
            _push(session, cadre, texts.say("plan_no_driver_cadre", **values), pregnancy, now)


def _question(session: Session, pregnancy: Pregnancy, plan: BirthPlan, person: Person) -> Draft | None:
    """What is missing first; when nothing is, the plan once more."""
    name = shared_phones.first_name(person)
    if plan.driver_agreed is None and plan.driver_id is None and _drivers(session, person, plan):
        return _offer(session, pregnancy, plan, person, texts.say("plan_propose", name=name), "plan_driver")
    if plan.donors is None and plan.asked_week > WEEKS[0]:
        return texts.say("plan_ask_donors", name=name, pregnancy=pregnancy.id)
    told = summary(session, pregnancy)
    return texts.say("plan_reminder", name=name, summary=told) if told and plan.asked_week > WEEKS[0] else None


def _offer(
    session: Session, pregnancy: Pregnancy, plan: BirthPlan, person: Person, asked: Draft, verb: str, but: int = 0
) -> Draft:  # fmt: skip
    """The drivers of her village as buttons, and a way out."""
    drivers = [one for one in _drivers(session, person, plan) if one.id != but][: MOST_BUTTONS - 1]
    pairs = [(driver.name[:20], driver.id) for driver in drivers]
    way_out = "plan_title_family" if verb == "plan_driver" else "plan_title_no_substitute"
    buttons = [(title, f"/press:{verb}:{pregnancy.id * PAIR + number}") for title, number in pairs]
    return replace(asked, buttons=(*buttons, (texts.phrase(way_out), f"/press:{verb}:{pregnancy.id * PAIR}")))


def _drivers(session: Session, person: Person, plan: BirthPlan) -> list[Driver]:
    """Those of her village who may be asked, in the order of the roster, without the one who has it."""
    rows = (
        select(Driver)
        .join(DriverArea)
        .where(Driver.active, DriverArea.village_code == person.village_code)
        .order_by(func.coalesce(DriverArea.place_in_order, Driver.place_in_order), Driver.id)
    )
    found = [driver for driver in session.scalars(rows) if driver.id not in (plan.driver_id, plan.substitute_id)]
    return [driver for driver in found if people.contact_for_phone(session, driver.phone) is not None]


def _due(pregnancy: Pregnancy) -> str:
    return format_date(pregnancy.hpl) if pregnancy.hpl else texts.phrase("phrase_unknown")


def _tell(
    session: Session, person: Person, draft: Draft | None, now: datetime, inbox_id: int | None = None
) -> None:  # fmt: skip
    contact = people.contact_for_phone(session, person.phone) if person.phone else None
    pregnancy = people.active_pregnancy(session, person)
    if draft is not None and contact is not None and pregnancy is not None:
        _push(session, contact, draft, pregnancy, now, inbox_id)


def _push(
    session: Session, contact: Contact, draft: Draft, pregnancy: Pregnancy, now: datetime, inbox_id: int | None = None
) -> None:
    key = f"birth_plan:{pregnancy.id}:{contact.id}:{draft.template}:{now.isoformat()}"
    messages.queue(
        session, contact, draft, kind="reminder", priority=messages.REMINDER, now=now, key=key, inbox_id=inbox_id
    )


def _cadre_contact(session: Session, person: Person, pregnancy: Pregnancy) -> Contact | None:
    """Her cadre, when that one may know of her."""
    if not access.agreed_to_be_seen(person):
        return None
    cadre = session.get(Cadre, pregnancy.cadre_id) if pregnancy.cadre_id else None
    return people.contact_for_phone(session, cadre.phone) if cadre is not None and cadre.active else None


# ---------------------------------------------------------------- answered by buttons


def _hers(session: Session, speaker: Speaker, number: int) -> tuple[Pregnancy, Person] | None:
    """The pregnancy, when the speaker is its mother or looks after her."""
    pregnancy = session.get(Pregnancy, number)
    if pregnancy is None or pregnancy.status != "active":
        return None
    person = session.get_one(Person, pregnancy.person_id)
    return (pregnancy, person) if access.may_look_after(session, speaker, person) else None


def _choose(substitute: bool) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        found = _hers(session, speaker, number // PAIR)
        driver = session.get(Driver, number % PAIR)
        if found is None:
            return ()
        pregnancy, person = found
        plan = plan_of(session, pregnancy, now)
        taken = plan.substitute_agreed if substitute else plan.driver_agreed
        if taken:
            return ()
        _note(session, speaker, pregnancy, "plan_chosen", now)
        if driver is None:
            return (_without_driver(plan, substitute),)
        if not any(area.village_code == person.village_code for area in driver.areas) or not driver.active:
            return ()
        return (_ask(session, pregnancy, person, plan, driver, substitute, now, inbox_id),)

    return do


def _without_driver(plan: BirthPlan, substitute: bool) -> Draft:
    if substitute:
        plan.substitute_id, plan.substitute_agreed = None, False
        return texts.say("plan_no_substitute")
    plan.driver_id, plan.driver_agreed = None, True
    return texts.say("plan_family")


def _ask(
    session: Session, pregnancy: Pregnancy, person: Person, plan: BirthPlan, driver: Driver, substitute: bool,
    now: datetime, inbox_id: int | None,
) -> Draft:  # fmt: skip
    if substitute:
        plan.substitute_id, plan.substitute_agreed = driver.id, None
    else:
        plan.driver_id, plan.driver_agreed = driver.id, None
    session.flush()
    contact = people.contact_for_phone(session, driver.phone)
    if contact is not None:
        village = village_label(session, person.village_code) or texts.phrase("phrase_village_unknown")
        values = {"name": shared_phones.first_name(person), "village": village, "due": _due(pregnancy)}
        asked = texts.say("plan_ask_driver", **values, pregnancy=pregnancy.id)
        _push(session, contact, asked, pregnancy, now, inbox_id)
    return texts.say("plan_asked_driver", driver=driver.name)


def _agree(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    found = _asked(session, speaker, number)
    if found is None:
        return ()
    plan, pregnancy, person, driver = found
    first = plan.driver_id == driver.id
    if first:
        plan.driver_agreed = True
    else:
        plan.substitute_agreed = True
    session.flush()
    _note(session, speaker, pregnancy, "plan_agreed", now)
    told = {"driver": driver.name, "phone": driver.phone}
    _tell(session, person, texts.say("plan_agreed_mother", **told), now, inbox_id)
    name = shared_phones.first_name(person)
    cadre = _cadre_contact(session, person, pregnancy)
    if cadre is not None:
        agreed = texts.say("plan_agreed_cadre", **told, name=name, pregnancy=pregnancy.id)
        _push(session, cadre, agreed, pregnancy, now, inbox_id)
    if first and plan.substitute_id is None and _drivers(session, person, plan):
        asked = texts.say("plan_propose_substitute")
        _tell(session, person, _offer(session, pregnancy, plan, person, asked, "plan_substitute"), now, inbox_id)
    return (texts.say("plan_driver_thanks", name=name),)


def _decline(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    found = _asked(session, speaker, number)
    if found is None:
        return ()
    plan, pregnancy, person, driver = found
    verb = "plan_driver" if plan.driver_id == driver.id else "plan_substitute"
    if verb == "plan_driver":
        plan.driver_id, plan.driver_agreed = None, None
    else:
        plan.substitute_id, plan.substitute_agreed = None, None
    session.flush()
    _note(session, speaker, pregnancy, "plan_declined", now)
    asked = texts.say("plan_declined_mother", driver=driver.name)
    _tell(session, person, _offer(session, pregnancy, plan, person, asked, verb, driver.id), now, inbox_id)
    return (texts.say("plan_driver_declined"),)


def _asked(
    session: Session, speaker: Speaker, number: int
) -> tuple[BirthPlan, Pregnancy, Person, Driver] | None:  # fmt: skip
    """The plan that names this driver, asked or agreed: he may also take his word back."""
    plan, pregnancy = session.get(BirthPlan, number), session.get(Pregnancy, number)
    driver = rides.driver_of(session, speaker)
    if plan is None or pregnancy is None or driver is None or pregnancy.status != "active":
        return None
    if driver.id not in (plan.driver_id, plan.substitute_id):
        return None
    return plan, pregnancy, session.get_one(Person, pregnancy.person_id), driver


def _cadre(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    found = _hers(session, speaker, number)
    if found is None or speaker.cadre is None:
        return ()
    plan_of(session, found[0], now).cadre_agreed = True
    _note(session, speaker, found[0], "plan_cadre_agreed", now)
    return (texts.say("plan_cadre_thanks"),)


def _donors(count: int) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        found = _hers(session, speaker, number)
        if found is None:
            return ()
        plan_of(session, found[0], now).donors = count
        _note(session, speaker, found[0], "plan_donors", now)
        return (texts.say("plan_donors_thanks"),)

    return do


def _note(session: Session, speaker: Speaker, pregnancy: Pregnancy, action: str, now: datetime) -> None:
    audit.note(session, now, action, contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}")


PRESSES: dict[str, Act] = {
    "plan_driver": Act(_choose(substitute=False), "inform"),
    "plan_substitute": Act(_choose(substitute=True), "inform"),
    "plan_agree": Act(_agree),
    "plan_decline": Act(_decline, "deny"),
    "plan_cadre": Act(_cadre),
    **{f"plan_donors_{count}": Act(_donors(count), "inform") for count in DONORS},
}
