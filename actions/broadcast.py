"""An officer sends a message to many: who, where, when, what; seen first, sent only after a yes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.broadcast_request import BroadcastRequest, read_broadcast, read_moment
from nlu.language.due_range import DueRange, read_due
from nlu.language.places import PlaceMatch
from registry import access, clock, places, texts
from registry.messaging import audience_conditions, audiences, broadcast_approval, broadcast_reach, broadcast_words
from registry.messaging import broadcasts as many
from registry.messaging.audiences import Audience, Preview
from registry.messaging.broadcasts import BroadcastError
from registry.messaging.messages import Draft
from registry.models import Broadcast

MOST_PLACES = 8
EVERYWHERE = "35.07"
CHOICE = ("trimester", "unvisited")
SEVERAL = ("only", "jkn", "paths")


class SendBroadcast(Task):
    """Only officers; a puskesmas within its own districts."""

    name = "broadcast"
    openers = frozenset({"send_broadcast"})
    welcome = frozenset({"out_of_scope"})  # the words of the message may be about anything

    def begin(self, turn: Turn) -> Step:
        """Read all that was said at once."""
        if not _may_send(turn):
            return done(say("broadcast_only_staff"))
        wish = read_broadcast(turn.text, turn.now)
        data = _told(wish)
        refused = _choose_areas(turn, wish.places, data)
        return refused or _next(turn, data)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """An answer to one of the questions; whoever is no officer any more sends nothing."""
        if not _may_send(turn):
            return done(say("broadcast_only_staff"))
        wanted, _, value = (turn.choice or "").partition(":")
        if wanted and wanted != asked:
            return None
        data = _told(BroadcastRequest()) | data
        if asked == "text":
            data["text"] = turn.text
        elif asked == "who":
            data["who"] = value if value in audience_conditions.WHO else read_broadcast(turn.text, turn.now).audience
        elif asked == "where":
            return _answer_where(turn, data, value)
        elif asked == "due":
            _keep_due(data, read_due(f"hpl {turn.text}", clock.today(turn.now)) if not value else None)
        elif asked == "when":
            _keep_moment(turn, data, value)
        elif asked == "confirm":
            return _answer_confirm(turn, data, value)
        return _next(turn, data)


def _may_send(turn: Turn) -> bool:
    """A hospital writes to nobody's villages."""
    return turn.speaker.staff is not None and turn.speaker.staff.unit in ("puskesmas", "dinkes")


def _told(wish: BroadcastRequest) -> dict[str, Any]:
    """What was said at once, as the draft keeps it."""
    data: dict[str, Any] = {
        "who": wish.audience, "text": wish.text, "areas": [], "doubtful": [], "due": {}, "due_unread": False,
        "at": wish.at.isoformat() if wish.at else None, "at_unread": wish.at_unread, "repeat": wish.repeat,
    }  # fmt: skip
    data |= {name: getattr(wish, name) for name in CHOICE}
    data |= {name: list(getattr(wish, name)) for name in SEVERAL}
    _keep_due(data, wish.due)
    return data


def _keep_due(data: dict[str, Any], read: DueRange | None) -> None:
    """None takes the due dates out of the choice again."""
    data["due_unread"] = read is not None and read.unread
    days = {"due_from": read.first, "due_until": read.last} if read is not None and not read.unread else {}
    data["due"] = {name: day.isoformat() for name, day in days.items() if day is not None}
    if read is not None and read.weeks is not None:
        data["due"]["due_weeks"] = read.weeks


def _keep_moment(turn: Turn, data: dict[str, Any], value: str) -> None:
    at, unread, repeat = read_moment(turn.text, turn.now) if not value else (None, False, None)
    data["at"], data["at_unread"] = at.isoformat() if at else None, unread
    data["repeat"] = repeat or data["repeat"]


def _choose_areas(turn: Turn, named: tuple[PlaceMatch, ...], data: dict[str, Any]) -> Step | None:
    """The places that were named, when they are places and hers; one that may be several is asked about."""
    for match in named:
        codes = _codes(turn, match)
        if codes is None:
            continue  # all of the kabupaten, said by somebody who may
        mine = [code for code in codes if access.may_send_to(turn.session, turn.speaker, code)]
        if not mine:
            return done(say("broadcast_not_your_area"))
        if len(mine) == 1 or match.level == "puskesmas":
            data["areas"] += [code for code in mine if code not in data["areas"]]
        else:
            data["doubtful"].append([match.candidates[0].name, mine[:MOST_PLACES]])
    return None


def _codes(turn: Turn, match: PlaceMatch) -> list[str] | None:
    """Villages and districts by their code, a puskesmas by its area; None: everywhere, for Dinkes."""
    if match.level == "puskesmas":
        return [area for place in match.candidates for area in audiences.served_by(turn.session, place.code)]
    staff = turn.speaker.staff
    if match.level == "regency" and staff is not None and staff.unit == "dinkes":
        return None if any(place.code == EVERYWHERE for place in match.candidates) else []
    return [place.code for place in match.candidates if place.level in ("village", "district")]


def _ask_where(turn: Turn, data: dict[str, Any]) -> Step:
    name, codes = data["doubtful"][0]
    buttons = tuple((places.area_label(turn.session, code)[:20], f"/inform:where:{code}") for code in codes)
    labels = [places.village_label(turn.session, code) or places.area_label(turn.session, code) for code in codes]
    question = say("broadcast_ask_where", name=name, places="\n".join(labels))
    return ask("where", Draft(question.text, buttons=_told_apart(buttons, labels)), data)


def _told_apart(buttons: tuple[tuple[str, str], ...], labels: list[str]) -> tuple[tuple[str, str], ...]:
    """Villages of one name are told apart by their kecamatan."""
    if len({title for title, _ in buttons}) == len(buttons):
        return buttons
    return tuple((label.rpartition(", ")[2][:20], payload) for label, (_, payload) in zip(labels, buttons, strict=True))


def _answer_where(turn: Turn, data: dict[str, Any], value: str) -> Step | None:
    _, codes = data["doubtful"][0]
    if not value:
        found = read_broadcast(turn.text, turn.now).places
        said = {place.code for match in found for place in match.candidates} & set(codes)
        within = [code for code in codes if any(code.startswith(f"{one.code}.") for m in found for one in m.candidates)]
        value = next(iter(said)) if len(said) == 1 else within[0] if len(within) == 1 else ""
    if value not in codes:
        return None
    data["areas"].append(value)
    del data["doubtful"][0]
    return _next(turn, data)


def _next(turn: Turn, data: dict[str, Any]) -> Step:
    """What is still missing, else the preview."""
    if data["doubtful"]:
        return _ask_where(turn, data)
    if not data["who"]:
        return ask("who", say("broadcast_ask_who"), data)
    if data["due_unread"]:
        return ask("due", say("broadcast_ask_due"), data)
    if data["at_unread"]:
        return ask("when", say("broadcast_ask_when"), data)
    if not (data["text"] or "").strip():
        return ask("text", say("broadcast_ask_text"), data)
    return _show(turn, data)


def _audience(data: dict[str, Any]) -> Audience:
    told = {name: data[name] for name in ("who", "areas", *CHOICE, *SEVERAL)}
    return Audience.from_json(told | data["due"]).for_its_kind()


def _show(turn: Turn, data: dict[str, Any]) -> Step:
    """Keep a draft and show what it would be."""
    officer, phone = turn.speaker.staff, turn.speaker.contact.phone or ""
    due_at = datetime.fromisoformat(data["at"]) if data["at"] else None
    if due_at is not None and due_at <= turn.now:
        due_at = None
    try:
        row, seen = many.prepare(
            turn.session, officer, phone, _audience(data), data["text"], turn.now, due_at=due_at, repeat=data["repeat"]
        )
    except BroadcastError as error:
        asked = {"broadcast_due_backwards": "due", "broadcast_bad_moment": "when"}.get(str(error), "text")
        return ask(asked, say(str(error)), {**data, asked: None} if asked == "text" else data)
    if not seen.contacts:
        many.stop(turn.session, row, turn.now)
        if seen.excluded:
            return done(say("broadcast_nobody", excluded=broadcast_words.left_out_in_a_line(seen.excluded)))
        return done(say("broadcast_nobody_fits", audience=broadcast_words.audience(turn.session, _audience(data))))
    return ask("confirm", _preview(turn, row, seen), {**data, "broadcast": row.id})


def _preview(turn: Turn, row: Broadcast, seen: Preview) -> Draft:
    audience = Audience.from_json(row.audience)
    plan = broadcast_reach.plan(turn.session, audience, seen, row.due_at, turn.now)
    large = many.is_large(turn.session, len(seen.contacts), turn.now)
    notes = [broadcast_words.when(row), broadcast_approval.needed(turn.session, row) if large else ""]
    return say(
        "broadcast_preview",
        count=len(seen.contacts),
        who=broadcast_words.who(audience),
        area=_area_in_words(turn, audience),
        excluded=broadcast_words.left_out_in_a_line(seen.excluded),
        reach="\n".join([broadcast_words.reach(plan), *(note for note in notes if note)]),
        sample=many.message(turn.speaker.staff, row.text, audience.who).text,
    )


def _area_in_words(turn: Turn, audience: Audience) -> str:
    labels = [places.area_label(turn.session, code) for code in audience.areas]
    return ", ".join(labels) or texts.phrase("phrase_area_all")


def _answer_confirm(turn: Turn, data: dict[str, Any], value: str) -> Step | None:
    row = turn.session.get(Broadcast, data["broadcast"])
    if row is None or row.status != "draft" or turn.speaker.staff is None or row.staff_id != turn.speaker.staff.id:
        return done(say("task_forgotten"))
    if value == "text":
        many.stop(turn.session, row, turn.now)
        return ask("text", say("broadcast_ask_text"), {**data, "text": None})
    if value == "yes" or turn.intent == "affirm":
        return _send(turn, row)
    at, unread, repeat = read_moment(turn.text, turn.now)
    if not value and (at or repeat) and not unread:
        many.stop(turn.session, row, turn.now)
        _keep_moment(turn, data, value)
        return _next(turn, data)
    if turn.intent == "deny":
        many.stop(turn.session, row, turn.now)
        return done(say("broadcast_cancelled"))
    return ask("confirm", say("broadcast_confirm_again"), data)


def _send(turn: Turn, row: Broadcast) -> Step:
    """The yes. What can be done with it from now on stands in buttons under the answer."""
    state = many.confirm(turn.session, row, turn.now, turn.message_id)
    if state == "stopped":
        return done(say("broadcast_ended_at_once"))
    if state == "waiting_approval":
        return done(say("broadcast_waits_for_approval", number=row.id, count=row.recipients))
    if state == "scheduled":
        at = broadcast_words.moment(row.due_at)
        return done(say("broadcast_scheduled", number=row.id, count=row.recipients, when=at))
    return done(say("broadcast_started", number=row.id, count=row.recipients))
