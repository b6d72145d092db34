"""A mother's way through the programme: registered, asked, pregnant, delivered, bereaved, gone; and what each allows.

Three things move, drawn as three diagrams: who registered her, what she agreed to, where the pregnancy stands. A loss
is one act that ends everything the bot sends; undoing it restores exactly what the loss changed and nothing that was
said since: a STOP or a withdrawn consent stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from registry.rules.course_values import (
    Birth,
    Channel,
    Consent,
    ConsentGiven,
    ConsentRefused,
    Course,
    Ending,
    Erase,
    Event,
    Giver,
    Loss,
    LossKind,
    LostToFollowUp,
    Moved,
    Pregnancy,
    Purpose,
    Refusal,
    RegisterByCadre,
    RegisterSelf,
    Registration,
    Returned,
    Role,
    Started,
    Stopped,
    Task,
    UndoLoss,
    Withdrawn,
    WrittenTo,
)
from registry.rules.machine import Decision, Duty, Table, refuse

_RUNNING = (Pregnancy.ACTIVE, Pregnancy.DELIVERED)
_ENDED = (Pregnancy.LOSS, Pregnancy.MISCARRIAGE, Pregnancy.CLOSED)
_NO = (Consent.REFUSED, Consent.WITHDRAWN)
_AFTER_LOSS: Mapping[LossKind, tuple[Pregnancy, tuple[Pregnancy, ...]]] = {  # it leads to, from where it can happen
    LossKind.MISCARRIAGE: (Pregnancy.MISCARRIAGE, (Pregnancy.ACTIVE,)),
    LossKind.STILLBIRTH: (Pregnancy.LOSS, (Pregnancy.ACTIVE,)),
    LossKind.BABY_DIED: (Pregnancy.LOSS, (Pregnancy.DELIVERED,)),
    LossKind.MOTHER_DIED: (Pregnancy.LOSS, (*_RUNNING, *_ENDED)),
}

REGISTRATION_TRANSITIONS: Table = {
    (Registration.NONE, RegisterSelf): (Registration.SELF,),
    (Registration.NONE, RegisterByCadre): (Registration.CADRE,),
    (Registration.CADRE, RegisterSelf): (Registration.SELF,),
    **{(one, ConsentRefused): (Registration.NONE,) for one in (Registration.SELF, Registration.CADRE)},
    **{(one, Erase): (Registration.NONE,) for one in (Registration.SELF, Registration.CADRE)},
}
CONSENT_TRANSITIONS: Table = {
    (Consent.NONE, RegisterByCadre): (Consent.PENDING,),
    (Consent.GIVEN, RegisterSelf): (Consent.PENDING,),
    **{(one, ConsentGiven): (Consent.GIVEN, Consent.PENDING) for one in (Consent.NONE, Consent.WITHDRAWN)},
    **{(one, ConsentGiven): (Consent.GIVEN,) for one in (Consent.PENDING, Consent.GIVEN, Consent.REFUSED)},
    (Consent.GIVEN, ConsentRefused): (Consent.WITHDRAWN,),
    **{(one, ConsentRefused): (Consent.REFUSED,) for one in (Consent.NONE, Consent.PENDING)},
    **{(one, Withdrawn): (Consent.WITHDRAWN,) for one in (Consent.PENDING, Consent.GIVEN)},
    **{(one, Erase): (Consent.NONE,) for one in Consent if one is not Consent.NONE},
}
PREGNANCY_TRANSITIONS: Table = {
    **{
        (one, event): (Pregnancy.ACTIVE,)
        for one in Pregnancy
        if one is not Pregnancy.ACTIVE
        for event in (RegisterSelf, RegisterByCadre)
    },
    (Pregnancy.ACTIVE, Birth): (Pregnancy.DELIVERED,),
    (Pregnancy.ACTIVE, Loss): (Pregnancy.LOSS, Pregnancy.MISCARRIAGE),
    (Pregnancy.DELIVERED, Loss): (Pregnancy.LOSS,),
    **{(one, Loss): (one,) for one in _ENDED},  # she dies after her child
    (Pregnancy.LOSS, UndoLoss): (*_RUNNING, Pregnancy.LOSS),
    (Pregnancy.MISCARRIAGE, UndoLoss): (Pregnancy.ACTIVE, Pregnancy.MISCARRIAGE),
    (Pregnancy.CLOSED, UndoLoss): (Pregnancy.CLOSED,),
    **{(one, event): (Pregnancy.CLOSED,) for one in _RUNNING for event in (Moved, LostToFollowUp)},
    (Pregnancy.CLOSED, Returned): _RUNNING,
    **{
        (one, event): (Pregnancy.NONE,)
        for one in Pregnancy
        if one is not Pregnancy.NONE
        for event in (ConsentRefused, Erase)
    },
}


@dataclass(frozen=True)
class Allowance:
    """What the bot may do of its own accord; direct answers, staff replies and emergency help are always allowed."""

    may_remind: bool
    may_broadcast: bool
    may_share: bool
    written_to: WrittenTo


def allowed(course: Course) -> Allowance:
    """What the course allows now; asked again for every message at the moment it is sent."""
    to = _written_to(course)
    reached = to is not WrittenTo.NOBODY
    agreed = course.consent is Consent.GIVEN
    remind = (agreed and Purpose.REMINDERS in course.purposes) or course.consent is Consent.PENDING
    return Allowance(
        may_remind=reached and remind and Channel.REMINDERS not in course.stopped,
        may_broadcast=reached and agreed and Channel.BROADCASTS not in course.stopped,
        may_share=agreed and Purpose.SHARING in course.purposes,
        written_to=to,
    )


def _written_to(course: Course) -> WrittenTo:
    """Until she has agreed herself, only the cadre who registered her; after a loss, nobody."""
    if course.registration is Registration.NONE or course.died or course.pregnancy not in _RUNNING:
        return WrittenTo.NOBODY
    if course.stopped >= frozenset(Channel):
        return WrittenTo.NOBODY
    if course.consent is Consent.GIVEN:
        return WrittenTo.MOTHER if course.own_phone else WrittenTo.CADRE
    waits_for_her = course.consent is Consent.PENDING and course.registration is Registration.CADRE
    return WrittenTo.CADRE if waits_for_her else WrittenTo.NOBODY


def step(course: Course, event: Event) -> Decision[Course]:
    """What an event makes of a course."""
    match event:
        case RegisterSelf():
            return _register_self(course, event)
        case RegisterByCadre():
            return _register_by_cadre(course, event)
        case ConsentGiven():
            return _consent(course, event)
        case Stopped() | Started():
            return _switch(course, event)
        case Loss():
            return _lose(course, event.kind)
        case _:
            return _PLAIN[type(event)](course)


def _cannot_register(course: Course) -> Refusal | None:
    if course.died:
        return Refusal.DIED
    return Refusal.REPEATED if course.pregnancy is Pregnancy.ACTIVE else None


def _register_self(course: Course, event: RegisterSelf) -> Decision[Course]:
    """Her own registration, also of what a cadre wrote before; a child's waits for the guardian's consent."""
    confirms = course.registration is Registration.CADRE
    reason = _cannot_register(course)
    if reason is not None and not (confirms and reason is Refusal.REPEATED):
        return refuse(course, reason)
    if course.consent is not Consent.GIVEN and not (event.minor and course.consent is Consent.PENDING):
        return refuse(course, Refusal.NEEDS_CONSENT)
    newly_minor = event.minor and not course.minor
    after = replace(
        course,
        registration=Registration.SELF,
        consent=Consent.PENDING if newly_minor else course.consent,
        pregnancy=Pregnancy.ACTIVE,
        minor=course.minor or event.minor,
        own_phone=True,
        ending=None,
    )
    planned = (Duty(Task.TELL_REGISTERED, Role.MOTHER), Duty(Task.PLAN_REMINDERS, Role.REGISTRY))
    return Decision(after, (*planned, *(_guardian() if newly_minor else ())))


def _guardian() -> tuple[Duty, ...]:
    """A child cannot consent for herself (UU PDP 27/2022 art. 25); a person comes in, nobody scolds."""
    return Duty(Task.ASK_GUARDIAN, Role.MOTHER), Duty(Task.RAISE_MINOR, Role.MIDWIFE)


def _register_by_cadre(course: Course, event: RegisterByCadre) -> Decision[Course]:
    reason = Refusal.SHE_SAID_NO if course.consent in _NO else _cannot_register(course)
    if reason is not None:
        return refuse(course, reason)
    new = course.registration is Registration.NONE
    after = replace(
        course,
        registration=Registration.CADRE if new else course.registration,
        consent=Consent.PENDING if course.consent is Consent.NONE else course.consent,
        pregnancy=Pregnancy.ACTIVE,
        minor=course.minor or event.minor,
        own_phone=event.own_phone if new else course.own_phone,
        ending=None,
    )
    asked = () if after.consent is Consent.GIVEN else (Duty(Task.ASK_CONSENT, _asked(after)),)
    minor = (Duty(Task.RAISE_MINOR, Role.MIDWIFE),) if after.minor and not course.minor else ()
    told = (Duty(Task.TELL_REGISTERED, Role.CADRE), Duty(Task.PLAN_REMINDERS, Role.REGISTRY))
    return Decision(after, (*told, *asked, *minor))


def _asked(course: Course) -> Role:
    return Role.MOTHER if course.own_phone else Role.CADRE


def _consent(course: Course, event: ConsentGiven) -> Decision[Course]:
    """A mother's yes; a child's is her guardian's, and a cadre may pass on that of a mother without a phone only."""
    if course.died:
        return refuse(course, Refusal.DIED)
    if event.by is Giver.CADRE and (course.own_phone or course.minor):
        return refuse(course, Refusal.NEEDS_MOTHER)
    if course.minor and event.by is not Giver.GUARDIAN:
        if course.consent in (Consent.PENDING, Consent.GIVEN):
            return refuse(course, Refusal.REPEATED)
        return Decision(replace(course, consent=Consent.PENDING), _guardian())
    if course.consent is Consent.GIVEN and course.purposes == event.purposes:
        return refuse(course, Refusal.REPEATED)
    after = replace(course, consent=Consent.GIVEN, purposes=event.purposes)
    told = (Duty(Task.TELL_CONSENT, _asked(course)),)
    known = course.registration is not Registration.NONE and course.pregnancy in _RUNNING
    return Decision(after, (*told, Duty(Task.PLAN_REMINDERS, Role.REGISTRY)) if known else told)


def _refuse_consent(course: Course) -> Decision[Course]:
    """Nothing is kept but her no, so that nobody asks her again; after a yes it counts as withdrawing."""
    if course.consent is Consent.GIVEN:
        return _withdraw(course)
    if course.consent in _NO:
        return refuse(course, Refusal.REPEATED)
    told = (Duty(Task.TELL_CONSENT, _asked(course)), Duty(Task.FORGET_DETAILS, Role.REGISTRY))
    by_cadre = course.registration is Registration.CADRE
    to_cadre = (Duty(Task.TELL_CONSENT, Role.CADRE),) if by_cadre and course.own_phone else ()
    return Decision(Course(consent=Consent.REFUSED, stopped=course.stopped), (*told, *to_cadre, *_ending_duties()))


def _withdraw(course: Course) -> Decision[Course]:
    if course.consent not in (Consent.PENDING, Consent.GIVEN):
        return refuse(course, Refusal.REPEATED if course.consent in _NO else Refusal.NOT_REGISTERED)
    after = replace(course, consent=Consent.WITHDRAWN, purposes=frozenset())
    return Decision(after, (Duty(Task.TELL_CONSENT, _asked(course)), Duty(Task.END_MESSAGES, Role.REGISTRY)))


def _switch(course: Course, event: Stopped | Started) -> Decision[Course]:
    """STOP and START need no registration: whoever writes them is obeyed."""
    stopping = isinstance(event, Stopped)
    stopped = course.stopped | event.channels if stopping else course.stopped - event.channels
    if stopped == course.stopped:
        return refuse(course, Refusal.REPEATED)
    task = Task.END_MESSAGES if stopping else Task.PLAN_REMINDERS
    return Decision(replace(course, stopped=stopped), (Duty(task, Role.REGISTRY),))


def _bear(course: Course) -> Decision[Course]:
    if course.pregnancy is not Pregnancy.ACTIVE:
        return refuse(course, _why_not_pregnant(course))
    duties = (Duty(Task.CANCEL_RIDES, Role.REGISTRY), Duty(Task.PLAN_AFTER_BIRTH, Role.REGISTRY))
    return Decision(replace(course, pregnancy=Pregnancy.DELIVERED), duties)


def _why_not_pregnant(course: Course) -> Refusal:
    if course.died:
        return Refusal.DIED
    return {
        Pregnancy.DELIVERED: Refusal.REPEATED,
        Pregnancy.LOSS: Refusal.ENDED,
        Pregnancy.MISCARRIAGE: Refusal.ENDED,
    }.get(course.pregnancy, Refusal.NOT_PREGNANT)


def _lose(course: Course, kind: LossKind) -> Decision[Course]:
    """One act: everything planned ends at once, and a person is told with care."""
    reached, possible = _AFTER_LOSS[kind]
    if course.died:
        return refuse(course, Refusal.DIED)
    if course.pregnancy not in possible:
        running = course.pregnancy in _RUNNING
        repeated = course.pregnancy in (Pregnancy.LOSS, Pregnancy.MISCARRIAGE)
        return refuse(course, Refusal.WRONG_KIND if running else Refusal.REPEATED if repeated else Refusal.NOT_PREGNANT)
    ending = Ending(course.pregnancy, loss=True, before=course.ending)
    reached = reached if course.pregnancy in _RUNNING else course.pregnancy
    after = replace(course, pregnancy=reached, died=kind is LossKind.MOTHER_DIED, ending=ending)
    care = (Duty(Task.CARE_AFTER_LOSS, Role.CADRE), Duty(Task.CARE_AFTER_LOSS, Role.MIDWIFE))
    return Decision(after, (*_ending_duties(), *care))


def _ending_duties() -> tuple[Duty, ...]:
    return Duty(Task.END_MESSAGES, Role.REGISTRY), Duty(Task.CANCEL_RIDES, Role.REGISTRY)


def _close(course: Course) -> Decision[Course]:
    if course.pregnancy not in _RUNNING:
        return refuse(course, Refusal.REPEATED if course.pregnancy is Pregnancy.CLOSED else _why_not_pregnant(course))
    ending = Ending(course.pregnancy, loss=False)
    return Decision(replace(course, pregnancy=Pregnancy.CLOSED, ending=ending), _ending_duties())


def _undo(course: Course, loss: bool) -> Decision[Course]:
    ending = course.ending
    if ending is None or ending.loss is not loss:
        return refuse(course, Refusal.NOTHING_TO_UNDO)
    after = replace(course, pregnancy=ending.pregnancy, died=False, ending=ending.before)
    plan = {Pregnancy.ACTIVE: Task.PLAN_REMINDERS, Pregnancy.DELIVERED: Task.PLAN_AFTER_BIRTH}.get(after.pregnancy)
    return Decision(after, () if plan is None else (Duty(plan, Role.REGISTRY),))


def _erase(course: Course) -> Decision[Course]:
    """Everything goes; that she wrote STOP is kept with her number alone, or she would be written to again."""
    if course == Course(stopped=course.stopped):
        return refuse(course, Refusal.NOT_REGISTERED)
    return Decision(Course(stopped=course.stopped), (*_ending_duties(), Duty(Task.ERASE, Role.REGISTRY)))


_PLAIN: Mapping[type, Callable[[Course], Decision[Course]]] = {
    ConsentRefused: _refuse_consent,
    Withdrawn: _withdraw,
    Birth: _bear,
    UndoLoss: lambda course: _undo(course, loss=True),
    Moved: _close,
    LostToFollowUp: _close,
    Returned: lambda course: _undo(course, loss=False),
    Erase: _erase,
}
