"""Where to go: the facilities for her village, and bare answers like a village's name."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction, SlotSet

from actions.registered_tasks import task_of_data
from actions.turn import Events, RegistryAction, Turn
from nlu.language.entities import gazetteer
from nlu.language.places import Place, PlaceMatch
from registry import places
from registry.emergencies import alerts
from registry.models import Facility

CHOICES = 4


class ActionFindFacility(RegistryAction):
    """Names the puskesmas and hospitals for the village she tells, or lives in."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_find_facility"

    def act(self, turn: Turn) -> Events:
        """Answer, or ask for the village."""
        return answer(turn, expected=turn.slot("waiting_for") == "facility_village")


class ActionTakeInformation(RegistryAction):
    """Bare data: a visit in short, the village that was asked for, a NIK to look up, else what is it for."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_take_information"

    def act(self, turn: Turn) -> Events:
        """Use what was given."""
        if task_of_data(turn) is not None:
            return [FollowupAction("task_form")]
        if any(found.kind == "nik" for found in turn.identifiers()):
            return [FollowupAction("eligibility_form")]
        if turn.slot("waiting_for") == "facility_village":
            return answer(turn, expected=True)
        match = _place_in(turn, expected=False)
        if match is not None and match.level == "village" and len(match.candidates) == 1:
            return _say_nearby(turn, match.candidates[0])
        turn.say("utter_information_alone")
        return []


def answer(turn: Turn, *, expected: bool) -> Events:
    """Say the facilities for the place in the message, else for the place on file."""
    match = _place_in(turn, expected)
    if match is None:
        return _for_known_village(turn, expected)
    areas = [place for place in match.candidates if place.level in ("village", "district")]
    if len(areas) > 1 and len({place.level for place in areas}) == 1:
        return _ask_which(turn, areas)
    return _say_nearby(turn, areas[0]) if areas else _for_known_village(turn, expected)


def _place_in(turn: Turn, expected: bool) -> PlaceMatch | None:
    matches = [m for m in gazetteer().find(turn.text, expect_place=expected) if m.level in ("village", "district")]
    return matches[0] if matches else None


def _for_known_village(turn: Turn, expected: bool) -> Events:
    person = turn.speaker.person
    code = turn.speaker.contact.village_code or (person.village_code if person else None)
    if code is None or expected:
        turn.say("utter_village_not_found" if expected else "utter_ask_village")
        return [SlotSet("waiting_for", "facility_village")]
    return _say(turn, places.village_label(turn.session, code) or "", places.nearby(turn.session, code))


def _ask_which(turn: Turn, villages: list[Place]) -> Events:
    labels = [places.village_label(turn.session, village.code) or village.name for village in villages[:CHOICES]]
    turn.say("utter_ask_which_village", village=villages[0].name, choices="\n".join(f"• {label}" for label in labels))
    return [SlotSet("waiting_for", "facility_village")]


def _say_nearby(turn: Turn, place: Place) -> Events:
    if place.level == "village":
        turn.speaker.contact.village_code = place.code
        if _note_emergency(turn, place):
            return [SlotSet("waiting_for", None)]
        label = places.village_label(turn.session, place.code) or place.name
        return _say(turn, label, places.nearby(turn.session, place.code))
    return _say(turn, f"Kec. {place.name}", places.nearby(turn.session, None, place.code))


def _note_emergency(turn: Turn, place: Place) -> bool:
    noted = alerts.note_place(turn.session, turn.speaker, place.code, turn.now, turn.message_id)
    if noted:
        turn.say("utter_place_noted", village=places.village_label(turn.session, place.code) or place.name)
    return noted


def _say(turn: Turn, village: str, nearby: places.Nearby) -> Events:
    lines = [_line(facility) for facility in (*nearby.puskesmas, *nearby.hospitals)]
    if lines:
        turn.say("utter_facility", village=village, facilities="\n".join(lines))
    else:
        turn.say("utter_village_not_found")
    return [SlotSet("waiting_for", None)]


def _line(facility: Facility) -> str:
    about = ", ".join(part for part in (facility.address, facility.phone) if part)
    return f"• {facility.name}" + (f" ({about})" if about else "")
