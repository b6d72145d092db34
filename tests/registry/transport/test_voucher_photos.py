"""The picture of what a ride cost: taken from the driver alone, made small, sealed, and gone in time."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry import presses, programme
from registry.messaging.messages import Draft
from registry.models import Ride, Staff, Voucher, VoucherPhoto
from registry.persons import erasure
from registry.transport import voucher_photos, vouchers
from registry.transport.voucher_photos import Wanted
from tests import factories
from tests.conftest import NOW
from tests.registry.transport.ride_tools import Party, Scene, scene

DAY = timedelta(days=1)
GPS = 0x8825


def picture(form: str = "JPEG", size: tuple[int, int] = (2400, 1200), *, with_place: bool = False) -> bytes:
    kept = BytesIO()
    image = Image.new("RGB", size, "white")
    exif = Image.Exif()
    if with_place:
        exif[0x010F] = "Kamera Pak Joko"
        exif[0x0112] = 6  # turned by a quarter
        exif.get_ifd(GPS)[1] = "S"
    image.save(kept, form, exif=exif)
    return kept.getvalue()


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


@pytest.fixture
def voucher(village: Scene) -> Voucher:
    """The first driver has driven and asked for his costs."""
    programme.decide(village.session, "vouchers_in_force", True, NOW.date() - DAY, "test")
    ride = village.order(NOW + timedelta(minutes=10)).ride
    village.accept(ride, village.drivers[0])
    village.press(village.drivers[0], "ride_arrived", ride.id)
    return vouchers.request(village.session, ride, 40_000, NOW)


def sends(
    village: Scene, whom: Party, now: datetime = NOW, kind: str = "photo", file: str | None = "f1", **more: object
) -> list[Draft]:  # fmt: skip
    """Somebody sends a picture; what is answered, nothing when it is none of ours."""
    message = factories.inbox_message(village.session, village.contact(whom), "")
    message.content = {"kind": "message", "media": {"kind": kind, "file": file, **more}}
    village.session.flush()
    speaker = village.speaker(whom)
    press = presses.spoken(village.session, speaker, "", now, message.content)
    return list(presses.act(village.session, speaker, press, now, message.id)) if press is not None else []


def kept(village: Scene) -> list[VoucherPhoto]:
    village.session.expire_all()
    return list(village.session.scalars(select(VoucherPhoto)))


def fetched(village: Scene, content: bytes, now: datetime = NOW) -> None:
    for wanted in voucher_photos.claim(village.session, now):
        voucher_photos.keep(village.session, wanted, content, now)


# ---------------------------------------------------------------- from whom


WHO = [
    ("driver0", "photo", "f1", True), ("driver1", "photo", "f1", False), ("mother", "photo", "f1", False),
    ("cadre", "photo", "f1", False), ("driver0", "voice", "f1", False), ("driver0", "document", "f1", False),
    ("driver0", "photo", None, False),
]  # fmt: skip


@pytest.mark.parametrize(("whom", "kind", "file", "is_taken"), WHO)
def test_photo_is_taken_from_the_driver_who_asked(
    village: Scene, voucher: Voucher, whom: str, kind: str, file: str | None, is_taken: bool
) -> None:  # fmt: skip
    answers = sends(village, village.who(whom), kind=kind, file=file)
    assert bool(answers) is is_taken
    assert [row.voucher_id for row in kept(village)] == ([voucher.id] if is_taken else [])


@pytest.mark.parametrize("status", ["approved", "refused", "paid"])
def test_photo_after_the_decision_is_an_ordinary_one(village: Scene, voucher: Voucher, status: str) -> None:
    voucher.status = status
    village.session.flush()
    assert sends(village, village.drivers[0]) == []


def test_photo_long_after_he_asked_is_an_ordinary_one(village: Scene, voucher: Voucher) -> None:
    assert sends(village, village.drivers[0], NOW + 13 * DAY)
    assert sends(village, village.drivers[0], NOW + 15 * DAY) == []


def test_large_photo_is_not_even_fetched(village: Scene, voucher: Voucher) -> None:
    (answer,) = sends(village, village.drivers[0], size_bytes=voucher_photos.LARGEST + 1)
    assert "terlalu besar" in answer.text
    assert kept(village) == []


def test_pressed_payload_of_a_photo_takes_nothing(village: Scene, voucher: Voucher) -> None:
    """Whoever types the payload by hand has sent no picture."""
    assert "voucher_photo" in presses.ACTS
    village.press(village.drivers[0], "voucher_photo", voucher.id)
    assert kept(village) == []


# ---------------------------------------------------------------- fetched


def test_photo_is_fetched_once_and_lies_sealed(village: Scene, voucher: Voucher) -> None:
    sends(village, village.drivers[0])
    assert [row.file for row in kept(village)] == ["f1"]
    assert not voucher_photos.is_kept(kept(village)[0])
    fetched(village, picture())
    (row,) = kept(village)
    assert (voucher_photos.is_kept(row), row.next_try_at) == (True, None)
    assert voucher_photos.claim(village.session, NOW + DAY) == []
    image = voucher_photos.seen(village.session, voucher)
    assert image is not None
    stored = village.session.execute(text("SELECT image FROM voucher_photo")).scalar_one()
    assert (b"JFIF" in image, b"JFIF" in bytes(stored)) == (True, False)


def test_better_photo_takes_the_place_of_the_first(village: Scene, voucher: Voucher) -> None:
    sends(village, village.drivers[0], file="f1")
    (old,) = voucher_photos.claim(village.session, NOW)
    sends(village, village.drivers[0], file="f2")
    voucher_photos.keep(village.session, old, picture(), NOW)
    assert [row.file for row in kept(village)] == ["f2"]


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"<svg onload=alert(1)>", b"GIF89a" + bytes(40), picture()[:400], os.urandom(500)],
    ids=["nothing", "a document", "a drawing with a script", "a moving picture", "half a picture", "noise"],
)
def test_what_is_no_photo_is_not_kept_and_the_driver_is_asked_again(
    village: Scene, voucher: Voucher, content: bytes
) -> None:  # fmt: skip
    sends(village, village.drivers[0])
    fetched(village, content)
    assert kept(village) == []
    assert "tidak bisa dibuka" in village.sent(village.drivers[0])[-1]


def test_fetching_is_tried_again_and_given_up_in_the_end(village: Scene, voucher: Voucher) -> None:
    sends(village, village.drivers[0])
    now, tries = NOW, 0
    while kept(village):
        tries += 1
        (wanted,) = voucher_photos.claim(village.session, now)
        assert voucher_photos.claim(village.session, now) == [], "another worker takes it too"
        voucher_photos.fail(village.session, wanted, now, again=True)
        now += timedelta(hours=1)
    assert tries == voucher_photos.TRIES
    assert "tidak sampai" in village.sent(village.drivers[0])[-1]


def test_file_that_is_gone_is_not_asked_for_again(village: Scene, voucher: Voucher) -> None:
    sends(village, village.drivers[0])
    voucher_photos.fail(village.session, Wanted(voucher.id, "whatsapp", "f1"), NOW, again=False)
    assert kept(village) == []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photo_is_made_small_and_loses_what_cameras_write(form: str) -> None:
    made = voucher_photos.small(picture(form, with_place=True))
    assert made is not None
    with Image.open(BytesIO(made)) as found:
        assert (found.format, max(found.size)) == ("JPEG", voucher_photos.LONGEST_SIDE)
        assert found.size[0] < found.size[1], "a camera held upright"
        assert not dict(found.getexif())
    assert b"Joko" not in made


def test_photo_of_absurd_size_is_refused_before_it_is_unfolded() -> None:
    kept_bytes = BytesIO()
    Image.new("1", (30_000, 30_000)).save(kept_bytes, "PNG")
    assert len(kept_bytes.getvalue()) < voucher_photos.LARGEST
    assert voucher_photos.small(kept_bytes.getvalue()) is None
    assert voucher_photos.small(b"\xff\xd8" + bytes(voucher_photos.LARGEST)) is None


# ---------------------------------------------------------------- gone in time


def with_photo(village: Scene) -> None:
    sends(village, village.drivers[0])
    fetched(village, picture())


@pytest.mark.parametrize(
    ("end", "days"), [("none", 180), ("refused", 30), ("paid", 30)], ids=["nobody decides", "refused", "paid"]
)
def test_photo_is_erased_after_its_time(village: Scene, voucher: Voucher, end: str, days: int) -> None:
    with_photo(village)
    officers = [factories.staff(village.session, duty="officer") for _ in range(2)]
    decided(village, voucher, end, officers)
    assert voucher_photos.next_erasure(village.session, NOW) == NOW + days * DAY
    assert voucher_photos.erase_due(village.session, NOW + days * DAY - timedelta(seconds=1)) == 0
    assert voucher_photos.erase_due(village.session, NOW + days * DAY) == 1
    assert (kept(village), voucher_photos.erase_due(village.session, NOW + days * DAY)) == ([], 0)
    assert village.session.get(Voucher, voucher.id) is not None


def decided(village: Scene, voucher: Voucher, end: str, officers: list[Staff]) -> None:
    first, second = (factories.speaker_of(village.session, one.phone) for one in officers)
    if end != "none":
        vouchers.decide(village.session, first, voucher, NOW, approved=end == "paid", reason="x")
    if end == "paid":
        vouchers.pay(village.session, second, voucher, NOW.date(), NOW)


def test_photo_goes_with_the_mother_whose_ride_it_was(village: Scene, voucher: Voucher) -> None:
    with_photo(village)
    erasure.erase(village.session, village.mother, NOW)
    assert kept(village) == []
    assert village.session.scalars(select(Ride.person_id)).all() == [None]
    assert village.session.scalars(select(Voucher.amount)).all() == [40_000], "the driver is still owed his costs"
