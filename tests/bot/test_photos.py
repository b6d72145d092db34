"""Pictures of what a ride cost come from the provider: a turn that notes them, a worker that fetches, the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channel import Channel, ChannelError, Fetching, Rejected, Throttled, Unreachable
from bot.photos import Photos
from bot.sample_photo import SAMPLE, sample
from bot.simulator import SimulatorChannel
from bot.telegram import TelegramChannel, make_bot
from bot.whatsapp import WhatsAppChannel, make_client
from registry.db import Database
from registry.models import Driver, Ride, Voucher, VoucherPhoto
from registry.transport import voucher_photos
from tests import factories
from tests.bot.fakes import FakeChannel
from tests.bot.turns import prepared, said_to, trace
from tests.conftest import NOW
from tests.console.serving import served

PHOTO = {"kind": "photo", "file": "media7"}


class PhotoChannel(FakeChannel):
    """Has one file, or a fault in its place."""

    def __init__(self, content: bytes | ChannelError) -> None:
        super().__init__()
        self.content = content
        self.asked: list[str] = []

    async def fetch(self, file: str, most: int) -> bytes:
        self.asked.append(file)
        if isinstance(self.content, ChannelError):
            raise self.content
        return self.content


def an_asking_driver(session: Session) -> Driver:
    driver = factories.driver(session)
    ride = Ride(purpose="visit", at=NOW, asked_at=NOW, status="done", arrived_at=NOW, driver_id=driver.id)
    session.add(ride)
    session.flush()
    session.add(Voucher(ride_id=ride.id, amount=40_000, at=NOW))
    session.flush()
    return driver


# ---------------------------------------------------------------- the turn


@pytest.mark.parametrize("caption", [None, "nota bensin 40 ribu", "ya"], ids=["no words", "words", "a yes"])
def test_photo_of_a_driver_is_no_riddle(session: Session, caption: str | None) -> None:
    contact = factories.contact(session, an_asking_driver(session).phone)
    step = prepared(session, contact, media={**PHOTO, "caption": caption})
    assert trace(step)["handled_by"] == "press"
    assert "saya teruskan ke petugas" in said_to(session, contact)[-1]
    assert session.scalars(select(VoucherPhoto.file)).all() == ["media7"]


def test_danger_in_its_words_goes_first(session: Session) -> None:
    contact = factories.contact(session, an_asking_driver(session).phone)
    step = prepared(session, contact, media={**PHOTO, "caption": "ibunya keluar darah banyak sekarang"})
    assert trace(step)["handled_by"] == "danger_gate"
    assert session.scalars(select(VoucherPhoto.file)).all() == []


def test_photo_of_anybody_else_is_answered_as_before(session: Session) -> None:
    an_asking_driver(session)
    contact = factories.contact(session, factories.person(session).phone)
    assert trace(prepared(session, contact, media=PHOTO))["handled_by"] == "media"
    assert session.scalars(select(VoucherPhoto.file)).all() == []


# ---------------------------------------------------------------- the worker


def waiting(database: Database, file: str = "media7") -> None:
    with database.write() as session:
        an_asking_driver(session)
        voucher = session.scalars(select(Voucher)).one()
        session.add(
            VoucherPhoto(
                voucher_id=voucher.id, channel="whatsapp", file=file, at=NOW, next_try_at=NOW,
                erase_at=NOW + voucher_photos.KEPT,
            )
        )  # fmt: skip


def rows(database: Database) -> list[VoucherPhoto]:
    with database.read() as session:
        return list(session.scalars(select(VoucherPhoto)))


OUTCOMES = {
    "it comes": (sample(), 1, True),
    "it is no picture": (b"%PDF", 0, False),
    "the provider is away": (Unreachable("503"), 1, False),
    "too fast": (Throttled("429"), 1, False),
    "it is gone": (Rejected("404"), 0, False),
}


@pytest.mark.anyio
@pytest.mark.parametrize(("content", "left", "is_kept"), OUTCOMES.values(), ids=OUTCOMES)
async def test_worker_fetches_what_waits(
    database: Database, content: bytes | ChannelError, left: int, is_kept: bool
) -> None:  # fmt: skip
    waiting(database)
    channel = PhotoChannel(content)
    photos = Photos(database, lambda name, file: channel)
    assert [await photos.fetch_waiting(), channel.asked] == [1, ["media7"]]
    found = rows(database)
    assert (len(found), any(voucher_photos.is_kept(row) for row in found)) == (left, is_kept)
    assert await photos.fetch_waiting() == 0, "at once again"


@pytest.mark.anyio
@pytest.mark.parametrize("channel", [None, FakeChannel()], ids=["no channel", "one that fetches nothing"])
async def test_photo_that_nobody_can_fetch_is_given_up(database: Database, channel: Channel | None) -> None:
    waiting(database)
    assert await Photos(database, lambda name, file: channel).fetch_waiting() == 1
    assert rows(database) == []


@pytest.mark.anyio
async def test_simulated_phone_has_a_receipt(database: Database) -> None:
    waiting(database, SAMPLE)
    simulated = SimulatorChannel(database, "whatsapp")
    assert await Photos(database, lambda name, file: simulated).fetch_waiting() == 1
    assert [voucher_photos.is_kept(row) for row in rows(database)] == [True]


# ---------------------------------------------------------------- the wire


def photo() -> bytes:
    made = BytesIO()
    Image.new("RGB", (30, 30), "white").save(made, "JPEG")
    return made.getvalue()


class Provider:
    """Both providers' doubles: where a file lies, and the file."""

    def __init__(self) -> None:
        self.status, self.size, self.content, self.tokens = 200, 0, photo(), list[str]()
        self.base = ""

    async def meta(self, request: Request) -> Response:
        self.tokens.append(request.headers.get("authorization", ""))
        told: dict[str, Any] = {"id": request.path_params["file"], "url": f"{self.base}/lies/here"}
        return JSONResponse(told | {"file_size": self.size or len(self.content)})

    async def telegram(self, request: Request) -> Response:
        told: dict[str, Any] = {"file_id": "media7", "file_unique_id": "u", "file_path": "lies/here"}
        told["file_size"] = self.size or len(self.content)
        return JSONResponse({"ok": True, "result": told})

    async def content_of(self, request: Request) -> Response:
        return Response(self.content, status_code=self.status, media_type="image/jpeg")


@contextmanager
def provider() -> Iterator[Provider]:
    double = Provider()
    app = Starlette(
        routes=[
            Route("/v26.0/{file}", double.meta),
            Route("/bot{token}/getFile", double.telegram, methods=["POST"]),
            Route("/lies/here", double.content_of),
            Route("/file/bot{token}/lies/here", double.content_of),
        ]
    )
    with served(app) as base:
        double.base = base
        yield double


def channels(double: Provider) -> dict[str, WhatsAppChannel | TelegramChannel]:
    return {
        "whatsapp": WhatsAppChannel(make_client("t", "1", f"{double.base}/v26.0"), "s", list_label="Pilih"),
        "telegram": TelegramChannel(make_bot("1:t", f"{double.base}/bot"), "s", contact_title="-"),
    }


CASES = {
    "it is there": (200, 0, 5000, None),
    "it is told to be large": (200, 6000, 5000, Rejected),
    "it is larger than told": (200, 10, 100, Rejected),
    "it cannot be had now": (503, 0, 5000, Unreachable),
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["whatsapp", "telegram"])
@pytest.mark.parametrize(("status", "size", "most", "error"), CASES.values(), ids=CASES)
async def test_file_is_fetched_as_the_provider_has_it(
    name: str, status: int, size: int, most: int, error: type[ChannelError] | None
) -> None:  # fmt: skip
    with provider() as double:
        double.status, double.size = status, size
        channel = channels(double)[name]
        assert isinstance(channel, Fetching)
        if error is None:
            assert await channel.fetch("media7", most) == double.content
        else:
            with pytest.raises(error):
                await channel.fetch("media7", most)
        await channel.close()
