"""An officer sends a message to many: who, where, what; seen first, sent only after a yes."""

from __future__ import annotations

from typing import Any

from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.broadcast_request import BroadcastRequest, read_broadcast
from nlu.language.places import PlaceMatch
from registry import access, places, texts
from registry.messaging import broadcast_reach, broadcast_words, broadcasts
from registry.messaging.audiences import Audience, Preview
from registry.messaging.broadcasts import BroadcastError
from registry.messaging.messages import Draft
from registry.models import Broadcast

MOST_PLACES = 8


class SendBroadcast(Task):
    """Only officers; a puskesmas within its own districts."""

    name = "broadcast"
    openers = frozenset({"send_broadcast"})
    welcome = frozenset({"out_of_scope"})  # the words of the message may be about anything

    def begin(self, turn: Turn) -> Step:
        """Read all that was said at once."""
        if not _may_send(turn):
            return done(say("broadcast_only_staff"))
        wish = read_broadcast(turn.text)
        data: dict[str, Any] = {
            "who": wish.audience,
            "trimester": wish.trimester,
            "only": wish.only,
            "text": wish.text,
            "areas": [],
        }
        refused = _choose_area(turn, wish, data)
        return refused or _next(turn, data)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """An answer to one of the questions; whoever is no officer any more sends nothing."""
        if not _may_send(turn):
            return done(say("broadcast_only_staff"))
        wanted, _, value = (turn.choice or "").partition(":")
        if wanted and wanted != asked:
            return None
        if asked == "text":
            data["text"] = turn.text
        elif asked == "who":
            data["who"] = value or read_broadcast(turn.text).audience
        elif asked == "where":
            return _answer_where(turn, data, value)
        elif asked == "confirm":
            return _answer_confirm(turn, data, value)
        return _next(turn, data)


def _may_send(turn: Turn) -> bool:
    """A hospital writes to nobody's villages."""
    return turn.speaker.staff is not None and turn.speaker.staff.unit in ("puskesmas", "dinkes")


def _choose_area(turn: Turn, wish: BroadcastRequest, data: dict[str, Any]) -> Step | None:
    """The place that was named, when it is one and hers."""
    if wish.place is None:
        return None
    codes = _codes(wish.place)
    mine = [code for code in codes if access.may_send_to(turn.session, turn.speaker, code)]
    if not mine:
        return done(say("broadcast_not_your_area"))
    if len(mine) > 1:
        data["choices"] = mine[:MOST_PLACES]
        return _ask_where(turn, data, wish.place.candidates[0].name)
    data["areas"] = mine
    return None


def _codes(match: PlaceMatch) -> list[str]:
    """Villages and districts by their code; the whole regency needs none."""
    return [place.code for place in match.candidates if place.level in ("village", "district")]


def _ask_where(turn: Turn, data: dict[str, Any], name: str) -> Step:
    buttons = tuple((places.area_label(turn.session, code)[:20], f"/inform:where:{code}") for code in data["choices"])
    question = say("broadcast_ask_where", name=name)
    return ask("where", Draft(question.text, buttons=buttons), data)


def _answer_where(turn: Turn, data: dict[str, Any], value: str) -> Step | None:
    if value not in data["choices"]:
        return None
    data["areas"] = [value]
    return _next(turn, data)


def _next(turn: Turn, data: dict[str, Any]) -> Step:
    """What is still missing, else the preview."""
    if not data["who"]:
        return ask("who", say("broadcast_ask_who"), data)
    if not (data["text"] or "").strip():
        return ask("text", say("broadcast_ask_text"), data)
    audience = Audience(data["who"], tuple(data["areas"]), data["trimester"], data["only"])
    officer = turn.speaker.staff
    phone = turn.speaker.contact.phone or ""
    try:
        row, seen = broadcasts.prepare(turn.session, officer, phone, audience, data["text"], turn.now)
    except BroadcastError as error:
        return ask("text", say(str(error)), {**data, "text": None})
    if not seen.contacts:
        broadcasts.stop(turn.session, row, turn.now)
        return done(say("broadcast_nobody", excluded=broadcast_words.left_out_in_a_line(seen.excluded)))
    return ask("confirm", _preview(turn, row, audience, seen), {**data, "broadcast": row.id})


def _preview(turn: Turn, row: Broadcast, audience: Audience, seen: Preview) -> Draft:
    plan = broadcast_reach.plan(turn.session, audience, seen, row.due_at, turn.now)
    return say(
        "broadcast_preview",
        count=len(seen.contacts),
        who=broadcast_words.who(audience),
        area=_area_in_words(turn, audience),
        excluded=broadcast_words.left_out_in_a_line(seen.excluded),
        reach=broadcast_words.reach(plan),
        sample=broadcasts.message(turn.speaker.staff, row.text, audience.who).text,
    )


def _area_in_words(turn: Turn, audience: Audience) -> str:
    labels = [places.area_label(turn.session, code) for code in audience.areas]
    return ", ".join(labels) or texts.phrase("phrase_area_all")


def _answer_confirm(turn: Turn, data: dict[str, Any], value: str) -> Step | None:
    row = turn.session.get(Broadcast, data["broadcast"])
    if row is None or row.status != "draft" or turn.speaker.staff is None or row.staff_id != turn.speaker.staff.id:
        return done(say("task_forgotten"))
    if value == "text":
        broadcasts.stop(turn.session, row, turn.now)
        return ask("text", say("broadcast_ask_text"), {**data, "text": None})
    if value == "yes" or turn.intent == "affirm":
        state = broadcasts.confirm(turn.session, row, turn.now, turn.message_id)
        if state == "stopped":
            return done(say("broadcast_ended_at_once"))
        name = "broadcast_waits_for_approval" if state == "waiting_approval" else "broadcast_started"
        return done(say(name, count=row.recipients))
    if turn.intent == "deny":
        broadcasts.stop(turn.session, row, turn.now)
        return done(say("broadcast_cancelled"))
    return ask("confirm", say("broadcast_confirm_again"), data)
