"""What happens when a danger sign or labour is told: an alert, helpers called, and the safe answer to the sender.

Both ways in use it: the gate in the bot, which works when everything else is down, and Rasa's action.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from registry import cases, people, places, texts
from registry.cases import AlertKind
from registry.models import Alert
from registry.people import Speaker

NEWBORN = "nb_"
CALLED = (
    ({"midwife", "cadre"}, "utter_helpers_called"),
    ({"midwife"}, "utter_helpers_midwife"),
    ({"cadre"}, "utter_helpers_cadre"),
    ({"dinkes"}, "utter_helpers_dinkes"),
)


@dataclass(frozen=True)
class Answer:
    """A sentence to say by its name, with its values."""

    response: str
    values: dict[str, str] = field(default_factory=dict)


def answer_danger(
    session: Session, speaker: Speaker, kind: AlertKind, signs: tuple[str, ...], now: datetime, inbox_id: int | None
) -> list[Answer]:
    """Raise the alert and say what to do now; one question at most, where she is, when nobody knows."""
    people.hold(session, speaker.contact)
    before = _known_signs(session, speaker, now)
    alert = cases.raise_alert(session, speaker, kind, signs or ("unspecified",), now, inbox_id)
    place = place_to_go(session, alert)
    if before is not None and set(alert.signs) <= before:
        return [Answer("utter_danger_again", {"place": place})]
    answers = [Answer(_response(kind, signs), _values(alert, kind, signs, place))]
    if alert.village_code is None and before is None and speaker.role in ("mother", "stranger"):
        answers.append(Answer("utter_ask_where_are_you"))
    return answers


def place_to_go(session: Session, alert: Alert) -> str:
    """The nearest facilities for the place of an alert, in words."""
    return places.nearby(session, alert.village_code).names or texts.phrase("utter_nearest_facility")


def _known_signs(session: Session, speaker: Speaker, now: datetime) -> set[str] | None:
    alert = cases.open_alert(session, speaker, now)
    return None if alert is None else set(alert.signs)


def _response(kind: AlertKind, signs: tuple[str, ...]) -> str:
    if kind == "labour":
        return "utter_labour"
    return "utter_danger_newborn" if signs and all(sign.startswith(NEWBORN) for sign in signs) else "utter_danger"


def _values(alert: Alert, kind: AlertKind, signs: tuple[str, ...], place: str) -> dict[str, str]:
    roles = {recipient.role for recipient in alert.recipients}
    called = next((name for role, name in CALLED if role <= roles), "utter_helpers_none")
    values = {"place": place, "called": texts.phrase(called)}
    return values if kind == "labour" else {**values, "safe": _safe_line(signs)}


def _safe_line(signs: tuple[str, ...]) -> str:
    for sign in signs:
        name = "newborn" if sign.startswith(NEWBORN) else sign
        line = texts.phrase(f"utter_safe_{name}")
        if line:
            return line
    return ""
