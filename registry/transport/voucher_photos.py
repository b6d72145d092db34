"""The picture that shows what a ride cost: sent by the driver, fetched once, kept small and sealed, then erased.

Only who may settle the voucher sees it, and each look is on record. It goes with the ride of a mother who is erased,
when the driver sends a better one, a month after the voucher is paid or refused, and after half a year in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry import audit, texts
from registry.acts import Act
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Driver, InboxMessage, Ride, Voucher, VoucherPhoto
from registry.persons import people
from registry.persons.people import Speaker

KEPT = timedelta(days=180)
AFTER_THE_END = timedelta(days=30)
WELCOME = timedelta(days=14)  # so long after he asked for the money a driver's picture is taken for this
LARGEST = 5 * 1024 * 1024  # bytes as they come; what is kept is a tenth of that
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
QUALITY = 78
FORMATS = ("JPEG", "PNG", "WEBP")
TRIES = 5
AGAIN = timedelta(minutes=1)
BATCH = 5


def shown(session: Session, speaker: Speaker, content: Mapping[str, Any], now: datetime) -> int | None:
    """The voucher that a picture in a message belongs to: of a driver, the one he asked for last."""
    media = content.get("media") or {}
    if speaker.driver is None or media.get("kind") != "photo" or not media.get("file"):
        return None
    voucher = _open(session, speaker, now)
    return voucher.id if voucher is not None else None


def _take(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """A driver has sent a picture: it is fetched soon, and takes the place of an earlier one."""
    message = session.get(InboxMessage, inbox_id) if inbox_id is not None else None
    media = (message.content.get("media") or {}) if message is not None else {}
    voucher = _open(session, speaker, now)
    if voucher is None or voucher.id != number or not media.get("file"):
        return ()
    if (media.get("size_bytes") or 0) > LARGEST:
        return (texts.say("voucher_photo_large"),)
    _forget(session, voucher.id)
    session.add(
        VoucherPhoto(
            voucher_id=voucher.id, channel=speaker.contact.channel, file=media["file"], at=now, next_try_at=now,
            erase_at=now + KEPT,
        )
    )  # fmt: skip
    session.flush()
    audit.note(session, now, "voucher_photo_sent", contact_id=speaker.contact.id, subject=f"voucher:{voucher.id}")
    return (texts.say("voucher_photo_thanks"),)


PRESSES: dict[str, Act] = {"voucher_photo": Act(_take, "inform")}


def _open(session: Session, speaker: Speaker, now: datetime) -> Voucher | None:
    if speaker.driver is None:
        return None
    rows = select(Voucher).join(Ride, Ride.id == Voucher.ride_id).where(Ride.driver_id == speaker.driver.id)
    rows = rows.where(Voucher.status == "asked", Voucher.at >= now - WELCOME)
    return session.scalar(rows.order_by(Voucher.id.desc()).limit(1))


def _forget(session: Session, voucher_id: int) -> None:
    session.execute(delete(VoucherPhoto).where(VoucherPhoto.voucher_id == voucher_id))
    session.expire_all()


# ---------------------------------------------------------------- fetching, by the bot


@dataclass(frozen=True)
class Wanted:
    """A picture that is still with the provider."""

    voucher_id: int
    channel: str
    file: str


def is_any(session: Session, now: datetime) -> bool:
    """Whether one is due; a look that takes no lock."""
    return session.scalar(select(VoucherPhoto.voucher_id).where(VoucherPhoto.next_try_at <= now).limit(1)) is not None


def claim(session: Session, now: datetime) -> list[Wanted]:
    """Some that are due; they are ours for a minute, each time a little longer."""
    due = select(VoucherPhoto).where(VoucherPhoto.next_try_at <= now).order_by(VoucherPhoto.voucher_id).limit(BATCH)
    rows = list(session.scalars(due.with_for_update(skip_locked=True)))
    for row in rows:
        row.tries += 1
        row.next_try_at = now + AGAIN * row.tries
    session.flush()
    return [Wanted(row.voucher_id, row.channel, row.file) for row in rows if row.file is not None]


def keep(session: Session, wanted: Wanted, content: bytes, now: datetime) -> None:
    """The picture has come; when it is none the driver is asked for another one."""
    row, image = _waiting(session, wanted), small(content)
    if row is None:
        return
    if image is None:
        _give_up(session, row, now, "voucher_photo_unreadable")
        return
    row.image, row.file, row.next_try_at = image, None, None
    session.flush()
    audit.note(session, now, "voucher_photo_kept", subject=f"voucher:{wanted.voucher_id}")


def fail(session: Session, wanted: Wanted, now: datetime, *, again: bool) -> None:
    """It could not be fetched; when that is final the driver is asked to send it once more."""
    row = _waiting(session, wanted)
    if row is not None and (row.tries >= TRIES or not again):
        _give_up(session, row, now, "voucher_photo_lost")


def _waiting(session: Session, wanted: Wanted) -> VoucherPhoto | None:
    """The row, unless he has sent another picture meanwhile."""
    row = session.get(VoucherPhoto, wanted.voucher_id)
    return row if row is not None and row.file == wanted.file else None


def _give_up(session: Session, row: VoucherPhoto, now: datetime, name: str) -> None:
    audit.note(session, now, "voucher_photo_dropped", subject=f"voucher:{row.voucher_id}", why=name)
    rows = select(Driver.phone).join(Ride, Ride.driver_id == Driver.id).join(Voucher, Voucher.ride_id == Ride.id)
    phone = session.scalar(rows.where(Voucher.id == row.voucher_id))
    contact = people.contact_for_phone(session, phone) if phone else None
    if contact is not None:
        messages.queue(
            session, contact, texts.say(name), kind="confirmation", priority=messages.REMINDER, now=now,
            key=f"voucher:{row.voucher_id}:{name}:{int(row.at.timestamp())}",
        )  # fmt: skip
    _forget(session, row.voucher_id)


def small(content: bytes) -> bytes | None:
    """A picture as a small JPEG, without the place, time and number that cameras write into it; None for no picture."""
    if len(content) > LARGEST:
        return None
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                return None
            found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            drawn = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return None
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = BytesIO()
    drawn.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


# ---------------------------------------------------------------- looking, and the end


def is_kept(row: VoucherPhoto | None) -> bool:
    """Whether it is here to be looked at."""
    return row is not None and row.file is None


def seen(session: Session, voucher: Voucher) -> bytes | None:
    """The picture; who asks writes down the look."""
    return session.scalar(select(VoucherPhoto.image).where(VoucherPhoto.voucher_id == voucher.id))


def keep_until(session: Session, voucher: Voucher, until: datetime) -> None:
    """No longer than this."""
    row = session.get(VoucherPhoto, voucher.id)
    if row is not None:
        row.erase_at = min(row.erase_at, until)
        session.flush()


def forget_of_rides(session: Session, ride_ids: Sequence[int]) -> None:
    """The mother of these rides is erased: she, her house or her papers may be in the picture."""
    of_hers = select(Voucher.id).where(Voucher.ride_id.in_(ride_ids))
    session.execute(delete(VoucherPhoto).where(VoucherPhoto.voucher_id.in_(of_hers)))


def next_erasure(session: Session, after: datetime) -> datetime | None:
    """The first moment after this one at which a picture has been kept long enough."""
    return session.scalar(select(func.min(VoucherPhoto.erase_at)).where(VoucherPhoto.erase_at > after))


def erase_due(session: Session, now: datetime) -> int:
    """Erase what was kept long enough; returns how many."""
    rows = session.scalars(select(VoucherPhoto.voucher_id).where(VoucherPhoto.erase_at <= now)).all()
    for voucher_id in rows:
        audit.note(session, now, "voucher_photo_erased", subject=f"voucher:{voucher_id}")
    session.execute(delete(VoucherPhoto).where(VoucherPhoto.voucher_id.in_(rows)))
    session.expire_all()
    return len(rows)
