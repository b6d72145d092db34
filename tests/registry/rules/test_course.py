"""A mother's way through the programme: what each state allows, and that one act ends it and can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.course import Allowance, allowed, step
from registry.rules.course_values import (
    Birth,
    Channel,
    Consent,
    ConsentGiven,
    ConsentRefused,
    Course,
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
from registry.rules.machine import Decision, Duty


def play(*events: Event, course: Course | None = None) -> Decision[Course]:
    decision = Decision(course or Course())
    for event in events:
        decision = step(decision.case, event)
        assert decision.accepted, event
    return decision


MOTHER = play(ConsentGiven(), RegisterSelf()).case
BY_CADRE = play(RegisterByCadre()).case
NOTHING = Allowance(False, False, False, WrittenTo.NOBODY)


def test_she_registers_herself_after_her_consent() -> None:
    assert (MOTHER.registration, MOTHER.consent, MOTHER.pregnancy) == (
        Registration.SELF, Consent.GIVEN, Pregnancy.ACTIVE,
    )  # fmt: skip


def test_cadre_registers_and_she_is_asked_for_her_own_consent() -> None:
    decision = play(RegisterByCadre())

    assert decision.case.consent is Consent.PENDING
    assert Duty(Task.ASK_CONSENT, Role.MOTHER) in decision.duties


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        pytest.param(Course(), NOTHING, id="a stranger"),
        pytest.param(MOTHER, Allowance(True, True, True, WrittenTo.MOTHER), id="she agreed"),
        pytest.param(BY_CADRE, Allowance(True, False, False, WrittenTo.CADRE), id="until she agrees: the cadre"),
        pytest.param(
            play(RegisterByCadre(own_phone=False), ConsentGiven(Giver.CADRE)).case,
            Allowance(True, True, True, WrittenTo.CADRE), id="no phone: the cadre for her",
        ),
        pytest.param(play(ConsentRefused(), course=BY_CADRE).case, NOTHING, id="she said no"),
        pytest.param(play(Withdrawn(), course=MOTHER).case, NOTHING, id="she took it back"),
        pytest.param(
            play(ConsentGiven(purposes=frozenset({Purpose.REMINDERS})), course=BY_CADRE).case,
            Allowance(True, True, False, WrittenTo.MOTHER), id="reminders without sharing",
        ),
        pytest.param(
            play(ConsentGiven(purposes=frozenset({Purpose.SHARING})), course=BY_CADRE).case,
            Allowance(False, True, True, WrittenTo.MOTHER), id="sharing without reminders",
        ),
        pytest.param(
            play(Stopped(frozenset({Channel.BROADCASTS})), course=MOTHER).case,
            Allowance(True, False, True, WrittenTo.MOTHER), id="broadcasts stopped",
        ),
        pytest.param(
            play(Stopped(), course=MOTHER).case, Allowance(False, False, True, WrittenTo.NOBODY), id="STOP",
        ),
        pytest.param(play(Birth(), course=MOTHER).case, Allowance(True, True, True, WrittenTo.MOTHER), id="born"),
        pytest.param(
            play(Loss(LossKind.STILLBIRTH), course=MOTHER).case,
            Allowance(False, False, True, WrittenTo.NOBODY), id="after a loss",
        ),
        pytest.param(
            play(Moved(), course=MOTHER).case, Allowance(False, False, True, WrittenTo.NOBODY), id="moved away",
        ),
        pytest.param(
            replace(MOTHER, died=True), Allowance(False, False, True, WrittenTo.NOBODY), id="died, whatever is kept",
        ),
        pytest.param(play(Erase(), course=MOTHER).case, NOTHING, id="erased"),
    ],
)  # fmt: skip
def test_what_each_state_allows(course: Course, expected: Allowance) -> None:
    assert allowed(course) == expected


@pytest.mark.parametrize(
    ("course", "event", "expected"),
    [
        pytest.param(Course(), RegisterSelf(), Refusal.NEEDS_CONSENT, id="registering before consent"),
        pytest.param(MOTHER, RegisterSelf(), Refusal.REPEATED, id="registering twice"),
        pytest.param(MOTHER, RegisterByCadre(), Refusal.REPEATED, id="a cadre registers her again"),
        pytest.param(
            play(ConsentRefused()).case, RegisterByCadre(), Refusal.SHE_SAID_NO, id="a cadre after her no"
        ),
        pytest.param(BY_CADRE, ConsentGiven(Giver.CADRE), Refusal.NEEDS_MOTHER, id="a cadre for her"),
        pytest.param(MOTHER, ConsentGiven(), Refusal.REPEATED, id="yes twice"),
        pytest.param(Course(), Withdrawn(), Refusal.NOT_REGISTERED, id="taking back nothing"),
        pytest.param(Course(), Birth(), Refusal.NOT_PREGNANT, id="a birth of a stranger"),
        pytest.param(play(Birth(), course=MOTHER).case, Birth(), Refusal.REPEATED, id="the same birth twice"),
        pytest.param(
            play(Loss(LossKind.MISCARRIAGE), course=MOTHER).case, Birth(), Refusal.ENDED, id="birth after a loss"
        ),
        pytest.param(MOTHER, Loss(LossKind.BABY_DIED), Refusal.WRONG_KIND, id="a baby not yet born"),
        pytest.param(MOTHER, UndoLoss(), Refusal.NOTHING_TO_UNDO, id="undoing nothing"),
        pytest.param(play(Moved(), course=MOTHER).case, UndoLoss(), Refusal.NOTHING_TO_UNDO, id="moving is no loss"),
        pytest.param(play(Moved(), course=MOTHER).case, LostToFollowUp(), Refusal.REPEATED, id="gone twice"),
        pytest.param(MOTHER, Started(), Refusal.REPEATED, id="START that was never stopped"),
        pytest.param(Course(), Erase(), Refusal.NOT_REGISTERED, id="erasing nothing"),
        pytest.param(
            play(Loss(LossKind.MOTHER_DIED), course=MOTHER).case, RegisterByCadre(), Refusal.DIED, id="she died"
        ),
    ],
)  # fmt: skip
def test_impossible_event_is_refused_with_its_reason(course: Course, event: Event, expected: Refusal) -> None:
    assert step(course, event).refused is expected


def test_child_needs_her_guardian_and_a_person_comes_in() -> None:
    decision = play(ConsentGiven(), RegisterSelf(minor=True))
    assert decision.case.consent is Consent.PENDING
    assert {duty.task for duty in decision.duties} >= {Task.ASK_GUARDIAN, Task.RAISE_MINOR}
    assert allowed(decision.case).written_to is WrittenTo.NOBODY

    guarded = play(ConsentGiven(Giver.GUARDIAN), course=decision.case).case
    assert guarded.consent is Consent.GIVEN
    assert step(guarded, ConsentGiven()).refused is Refusal.REPEATED, "her own yes does not undo the guardian's"


def test_refusing_keeps_nothing_but_the_no() -> None:
    decision = play(ConsentRefused(), course=BY_CADRE)

    assert decision.case == Course(consent=Consent.REFUSED)
    assert {duty.task for duty in decision.duties} >= {Task.FORGET_DETAILS, Task.END_MESSAGES}


def test_erasing_keeps_nothing_but_the_stop() -> None:
    course = play(Stopped(), Erase(), course=MOTHER).case

    assert course == Course(stopped=frozenset(Channel))


@pytest.mark.parametrize("kind", [LossKind.MISCARRIAGE, LossKind.STILLBIRTH, LossKind.MOTHER_DIED])
def test_loss_is_one_act_that_ends_everything_and_tells_people_with_care(kind: LossKind) -> None:
    assert play(Loss(kind), course=MOTHER).duties == (
        Duty(Task.END_MESSAGES, Role.REGISTRY),
        Duty(Task.CANCEL_RIDES, Role.REGISTRY),
        Duty(Task.CARE_AFTER_LOSS, Role.CADRE),
        Duty(Task.CARE_AFTER_LOSS, Role.MIDWIFE),
    )


def test_mother_who_dies_after_her_child_is_undone_one_by_one() -> None:
    child = play(Birth(), Loss(LossKind.BABY_DIED), course=MOTHER).case
    both = play(Loss(LossKind.MOTHER_DIED), course=child).case
    assert both.died

    assert play(UndoLoss(), course=both).case == child
    assert play(UndoLoss(), UndoLoss(), course=both).case == play(Birth(), course=MOTHER).case


def test_undo_brings_back_what_the_loss_changed_but_not_what_she_stopped_since() -> None:
    lost = play(Loss(LossKind.STILLBIRTH), Withdrawn(), course=MOTHER).case

    assert play(UndoLoss(), course=lost).case == play(Withdrawn(), course=MOTHER).case


def test_mother_who_moved_and_returns_stands_where_she_stood() -> None:
    for gone in (Moved(), LostToFollowUp()):
        assert play(gone, Returned(), course=MOTHER).case == MOTHER


def test_next_pregnancy_begins_anew() -> None:
    course = play(Birth(), RegisterSelf(), course=MOTHER).case

    assert course.pregnancy is Pregnancy.ACTIVE


def test_she_confirms_what_a_cadre_wrote() -> None:
    assert play(ConsentGiven(), RegisterSelf(), course=BY_CADRE).case.registration is Registration.SELF


events: st.SearchStrategy[Event] = st.one_of(
    st.builds(RegisterSelf, st.booleans()),
    st.builds(RegisterByCadre, st.booleans(), st.booleans()),
    st.builds(ConsentGiven, st.sampled_from(Giver), st.frozensets(st.sampled_from(Purpose))),
    st.builds(Stopped, st.frozensets(st.sampled_from(Channel))),
    st.builds(Started, st.frozensets(st.sampled_from(Channel))),
    st.builds(Loss, st.sampled_from(LossKind)),
    st.sampled_from(
        [ConsentRefused(), Withdrawn(), Birth(), UndoLoss(), Moved(), LostToFollowUp(), Returned(), Erase()]
    ),
)
histories = st.lists(events, max_size=20)


def live(history: list[Event]) -> Course:
    course = Course()
    for event in history:
        course = step(course, event).case
    return course


@settings(max_examples=300, deadline=None)
@given(history=histories)
def test_whatever_happens_nobody_is_written_to_against_her_will(history: list[Event]) -> None:
    course = live(history)
    allowance = allowed(course)
    if course.consent in (Consent.REFUSED, Consent.WITHDRAWN, Consent.NONE):
        assert allowance == NOTHING
    if course.consent is not Consent.GIVEN:
        assert allowance.written_to is not WrittenTo.MOTHER
        assert not allowance.may_share
        assert not allowance.may_broadcast
    if course.died or course.pregnancy in (Pregnancy.LOSS, Pregnancy.MISCARRIAGE, Pregnancy.CLOSED):
        assert allowance.written_to is WrittenTo.NOBODY
    if allowance.written_to is WrittenTo.NOBODY:
        assert not allowance.may_remind
        assert not allowance.may_broadcast
    assert not (allowance.may_remind and Channel.REMINDERS in course.stopped)
    assert not (allowance.may_broadcast and Channel.BROADCASTS in course.stopped)


@settings(max_examples=300, deadline=None)
@given(history=histories, kind=st.sampled_from(LossKind))
def test_undo_restores_exactly_what_was_before_any_loss(history: list[Event], kind: LossKind) -> None:
    before = live(history)
    lost = step(before, Loss(kind))
    if lost.accepted:
        assert step(lost.case, UndoLoss()).case == before


@settings(max_examples=200, deadline=None)
@given(history=histories, minor=st.just(True))
def test_child_is_never_taken_to_agree_by_herself(history: list[Event], minor: bool) -> None:
    course = replace(Course(), minor=minor)
    for event in history:
        before, course = course, step(course, event).case
        if course.minor and course.consent is Consent.GIVEN and before.consent is not Consent.GIVEN:
            assert isinstance(event, ConsentGiven)
            assert event.by is Giver.GUARDIAN
