"""Talks with people: who waits, what was said, and the officer's answer. While she holds a talk the bot is silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.pages import HOME, Officer, View, page
from console.today import live
from nlu.language.identifiers import mask
from registry import access
from registry.casework import talk_history, talks, worklists
from registry.models import Contact, Handoff, InboxMessage, OutboxMessage, Person
from registry.persons import people

LIST = f"{HOME}percakapan"
SHOWN = 100
LINES = 200
LONGEST = 1000  # characters: an approved template takes 1,024
WINDOW = timedelta(hours=24)  # WhatsApp: after her last message one may write freely so long
TWICE = timedelta(minutes=10)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/percakapan", show_list),
        page("/percakapan/{id}", show),
        live("/percakapan/{id}/alir", _print),
        page("/percakapan/{id}/balas", reply, methods=["POST"]),
        page("/percakapan/{id}/ambil", take, methods=["POST"]),
        page("/percakapan/{id}/catatan", note, methods=["POST"]),
        page("/percakapan/{id}/tutup", close, methods=["POST"]),
    ]


def show_list(view: View) -> Response:
    """Who waits and who is being answered."""
    return view.render("talks.html", listed=worklists.talks(view.session, view.speaker, SHOWN))


def show(view: View) -> Response:
    """One talk."""
    contact = _contact(view)
    view.look(f"contact:{contact.id}", "talk_seen")
    return _draw(view, contact)


def _draw(view: View, contact: Contact, status: int = 200, error: str | None = None, text: str = "") -> Response:
    talk = talks.current_handoff(view.session, contact)
    who = people.speaker(view.session, contact)
    person = who.person if who.person is not None and access.may_see(view.session, view.speaker, who.person) else None
    owner = worklists.names_behind(view.session, [talk.owner if talk else None])
    lines = talk_history.history(view.session, contact, LINES, with_complaints=view.officer.is_dinkes)
    return view.render(
        "talk.html", status, contact=contact, talk=talk, person=person, who=who, lines=lines, error=error, text=text,
        owner=owner.get(talk.owner) if talk else None, mine=talk is not None and talk.owner == view.officer.staff.phone,
        window_open=is_open(contact, view.now), longest=LONGEST,
    )  # fmt: skip


def is_open(contact: Contact, now: datetime) -> bool:
    """Whether one may write in free words now; Telegram knows no such window."""
    if contact.channel != "whatsapp":
        return True
    return contact.last_wrote_at is not None and now - contact.last_wrote_at < WINDOW


def _contact(view: View) -> Contact:
    found = _find(view.session, view.officer, view.number())
    if found is None:
        raise HTTPException(404)
    return found


def _find(session: Session, officer: Officer, number: int) -> Contact | None:
    """A contact of the area; without an open talk only when nobody behind it has forbidden that helpers see her."""
    contact = session.get(Contact, number)
    if contact is None or not worklists.may_answer(session, officer.speaker, contact):
        return None
    talk = talks.current_handoff(session, contact)
    if talk is not None and (officer.is_dinkes or talk.reason != "complain"):
        return contact
    hers: list[Person] = people.persons_on(session, contact)
    return contact if all(access.agreed_to_be_seen(person) for person in hers) else None


def _print(session: Session, officer: Officer, _now: datetime, number: int) -> object:
    """Differs when somebody has said something, or a message has got further."""
    contact = _find(session, officer, number)
    if contact is None:
        return None
    hers = select(func.max(InboxMessage.id)).where(InboxMessage.contact_id == contact.id)
    ours = select(func.max(OutboxMessage.id), func.max(OutboxMessage.sent_at))
    return session.scalar(hers), tuple(session.execute(ours.where(OutboxMessage.contact_id == contact.id)).one())


def reply(view: View) -> Response:
    """Her words go out at once and take the talk; numbers that name a person are masked in them too."""
    contact, text = _contact(view), mask(view.form.get("text", "")[:LONGEST]).text
    if not text:
        return _draw(view, contact, 422, "empty")
    if not _was_said(view, contact, text):
        talks.reply(view.session, contact, view.officer.staff.phone, text, view.now)
        view.note("talk_answered", f"contact:{contact.id}")
    return _back(view, contact, "terkirim")


def _was_said(view: View, contact: Contact, text: str) -> bool:
    """The same words a moment ago: the button was pressed twice."""
    rows = select(OutboxMessage).where(OutboxMessage.contact_id == contact.id, OutboxMessage.kind == "staff")
    last = view.session.scalar(rows.order_by(OutboxMessage.id.desc()).limit(1))
    return last is not None and last.text == text and view.now - last.created_at < TWICE


def _back(view: View, contact: Contact, flash: str) -> Response:
    return view.go(f"{LIST}/{contact.id}", flash)


def take(view: View) -> Response:
    """The officer holds the talk before she has said anything."""
    contact = _contact(view)
    decision = talks.take(view.session, contact, view.officer.staff.phone, view.now)
    view.note("talk_taken", f"contact:{contact.id}")
    return _back(view, contact, "diambil" if decision is not None and decision.accepted else "ditolak")


def note(view: View) -> Response:
    """A note for colleagues; she never sees it."""
    contact, text = _contact(view), mask(view.form.get("note", "")[:LONGEST]).text
    talk: Handoff | None = talks.current_handoff(view.session, contact)
    if talk is None:
        return _back(view, contact, "ditolak")
    talk.note = text or None
    view.note("talk_noted", f"talk:{talk.id}")
    return _back(view, contact, "dicatat")


def close(view: View) -> Response:
    """The bot answers again."""
    contact = _contact(view)
    talks.close(view.session, contact, view.now)
    view.note("talk_closed", f"contact:{contact.id}")
    return view.go(LIST, "selesai")
