"""The one form of all tasks: hands each message to the open task, or opens the one it asks for."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import messages_wanted, which_mother
from actions.registered_tasks import TASKS, task_for, task_of_data
from actions.task import SURE, Step, Task, done, question_of, say
from actions.turn import Events, RegistryAction, Turn
from registry import drafts
from registry.casework import talks
from registry.messaging import messages
from registry.models import Draft

FORM = "task_form"
SLOT = "task_answer"
ANSWERS = frozenset({"inform", "affirm", "deny", "nlu_fallback"})
OURS = ("question", "before", "missed")  # kept beside what the task itself remembers
LEAVES = {"cancel", "talk_to_human", "stop_messages"}


class ValidateTaskForm(RegistryAction):
    """Called by Rasa whenever the form is opened, answered or taken up again."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "validate_task_form"

    def act(self, turn: Turn) -> Events:
        """No events mean: this message was no answer, something else may handle it."""
        draft = drafts.current(turn.session, turn.speaker.contact, turn.now)
        is_open = turn.slot("requested_slot") == SLOT
        if draft is not None and is_open and (_is_taken_up(turn) or _was_read(turn, draft)):
            if not _is_emergency(turn):
                _utter(turn, _as_draft(draft.data["question"]))
            return _waits_for(SLOT)
        found = _next_step(turn, draft if is_open else None)
        if found is None:
            return _ask_once_more(turn, draft) if draft is not None and is_open and _has_no_rule(turn) else []
        return _settle(turn, *found, _interrupted(draft, found[0]) if is_open else None)


def _next_step(turn: Turn, draft: Draft | None) -> tuple[str, Step] | None:
    """The step of the open task, else of the one this message asks for; None: it is no answer."""
    wanted = task_for(turn.intent)
    if draft is not None:
        task = TASKS[draft.task]
        data = {name: value for name, value in draft.data.items() if name not in OURS}
        if _may_be_answer(turn, task, wanted) or which_mother.is_chosen(turn, draft.asked, data):
            step = task.go_on(turn, draft.asked or "", data)
            if step is not None:
                return task.name, step
    wanted = wanted or (task_of_data(turn) if turn.intent == "inform" else None)
    if wanted is None and draft is not None:
        return None
    if wanted is not None:
        return wanted.name, wanted.begin(turn)
    return "", done(say("task_forgotten"))  # Rasa holds a form open whose task was erased or is too old


def _may_be_answer(turn: Turn, task: Task, wanted: Task | None) -> bool:
    """Whether the open task should read this message, or a clear wish for something else goes first."""
    if turn.choice is not None or turn.intent in ANSWERS | task.welcome or wanted is task:
        return True
    return turn.button is None and turn.confidence < SURE and turn.intent not in LEAVES


def _is_taken_up(turn: Turn) -> bool:
    """Something else was answered in between; Rasa shows us the form's own execution as the last action always."""
    done = [str(event.get("name")) for event in turn.tracker.events if event.get("event") == "action"]
    others = [name for name in done if name != FORM] or [str(turn.tracker.latest_action_name)]
    return others[-1] != "action_listen"


def _is_emergency(turn: Turn) -> bool:
    """She has just been told to go: whatever we wanted to know can wait, as after an alarm of the bot's own gate."""
    danger = (turn.tracker.latest_message or {}).get("danger") or {}
    return danger.get("certainty") == "alarm"


def _was_read(turn: Turn, draft: Draft) -> bool:
    """A retry of a message that the task has read before."""
    return turn.message_id is not None and draft.read_message == turn.message_id


def _has_no_rule(turn: Turn) -> bool:
    """Nothing else takes a bare answer within a task: Rasa would call for a person again and again."""
    return turn.intent in ANSWERS


def _ask_once_more(turn: Turn, draft: Draft) -> Events:
    """An answer that the open task cannot use: the question again; the second time in a row a person helps too."""
    if turn.button is not None:  # of a question from further up
        _utter(turn, _as_draft(draft.data["question"]))
        return _waits_for(SLOT)
    missed = draft.data.get("missed") == draft.asked
    if missed:
        talks.open_handoff(turn.session, turn.speaker, "not_understood", turn.now, turn.message_id)
    _utter(turn, say("task_not_understood_twice" if missed else "task_not_understood"))
    _utter(turn, _as_draft(draft.data["question"]))
    data = {**draft.data, "missed": draft.asked}
    drafts.keep(turn.session, turn.speaker.contact, draft.task, draft.asked or "", data, turn.now, turn.message_id)
    return _waits_for(SLOT)


def _interrupted(draft: Draft | None, task: str) -> dict[str, Any] | None:
    """What was open before a brief matter came in between: it goes on afterwards."""
    if draft is None or task not in TASKS or not TASKS[task].is_brief:
        return None
    if draft.task == task:
        before: dict[str, Any] | None = draft.data.get("before")
        return before
    return {"task": draft.task, "asked": draft.asked, "data": dict(draft.data)}


def _settle(turn: Turn, task: str, step: Step, before: dict[str, Any] | None) -> Events:
    for sentence in step.says:
        _utter(turn, sentence)
    contact = turn.speaker.contact
    if step.asks is None or step.asked is None:
        if before is not None:
            return _go_back(turn, before)
        if turn.session.get(type(contact), contact.id) is not None:  # she may just have had her data erased
            drafts.drop(turn.session, contact)
        return _waits_for(None)
    _utter(turn, step.asks)
    data = {**step.data, "question": question_of(step)} | ({"before": before} if before else {})
    drafts.keep(turn.session, contact, task, step.asked, data, turn.now, turn.message_id)
    return _waits_for(SLOT)


def _go_back(turn: Turn, before: dict[str, Any]) -> Events:
    """The brief matter is done: the question that was open before it is asked again."""
    drafts.keep(
        turn.session, turn.speaker.contact, before["task"], before["asked"], before["data"], turn.now, None
    )  # fmt: skip
    _utter(turn, _as_draft(before["data"]["question"]))
    return _waits_for(SLOT)


def _waits_for(slot: str | None) -> Events:
    """What is asked next; Rasa takes a form that sets no slot but ``requested_slot`` for one that read nothing."""
    return [SlotSet(SLOT, None), SlotSet("requested_slot", slot)]


def _utter(turn: Turn, sentence: messages.Draft) -> None:
    buttons = [{"title": title, "payload": payload} for title, payload in sentence.buttons]
    turn.dispatcher.utter_message(text=sentence.text, buttons=buttons or None, image=sentence.image)


def _as_draft(question: dict[str, Any]) -> messages.Draft:
    buttons = tuple((title, payload) for title, payload in question["buttons"])
    return messages.Draft(question["text"], buttons=buttons, image=question.get("image"))


class ActionLeaveTask(RegistryAction):
    """She does not want to go on: cancel, STOP, or a person instead."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_leave_task"

    def act(self, turn: Turn) -> Events:
        """Drop what was told and do what she wants."""
        drafts.drop(turn.session, turn.speaker.contact)
        if turn.intent == "talk_to_human":
            talks.open_handoff(turn.session, turn.speaker, turn.intent, turn.now, turn.message_id)
            turn.say("utter_handed_over")
        elif turn.intent == "stop_messages":
            messages_wanted.stop(turn)
        else:
            turn.say("utter_cancelled")
        return [ActiveLoop(None), SlotSet("requested_slot", None)]
