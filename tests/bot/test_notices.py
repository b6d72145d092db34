"""Meta's notices about our account: which of them alarm, and what follows."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel import Pause
from bot.channels import make_telegram, make_whatsapp, rates
from bot.notices import UNLIMITED, Judgement, Notices, judge
from bot.whatsapp_updates import Notice
from registry.db import Database
from registry.messaging import messages, senders
from registry.models import Sender
from tests.conftest import NOW, MakeSettings
from tests.doubles import whatsapp_webhooks as webhooks

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("notice", "judged"),
    [
        (Notice("message_template_status_update", "APPROVED", "x"), Judgement()),
        (Notice("message_template_status_update", "REJECTED", "x"), Judgement(True)),
        (Notice("message_template_status_update", "PAUSED", "x"), Judgement(True)),
        (Notice("message_template_quality_update", "RED", "x"), Judgement(True)),
        (Notice("message_template_quality_update", "GREEN", "x"), Judgement()),
        (Notice("template_category_update", "MARKETING", "x"), Judgement(True)),
        (Notice("phone_number_quality_update", "FLAGGED", "TIER_1K"), Judgement(True, True, 1000)),
        (Notice("phone_number_quality_update", "UPGRADE", "TIER_10K"), Judgement(daily_limit=10_000)),
        (Notice("phone_number_quality_update", "UPGRADE", "TIER_UNLIMITED"), Judgement(daily_limit=UNLIMITED)),
        (Notice("business_capability_update", "2000"), Judgement(daily_limit=2000)),
        (Notice("business_capability_update", "-1"), Judgement(daily_limit=UNLIMITED)),
        (Notice("account_update", "ACCOUNT_RESTRICTION"), Judgement(True, True)),
        (Notice("account_update", "VERIFIED_ACCOUNT"), Judgement()),
        (Notice("errors", "131031"), Judgement(True)),
        (Notice("something_new", "HAPPENED"), Judgement()),
    ],
    ids=lambda value: f"{value.field} {value.event}" if isinstance(value, Notice) else "",
)
def test_judgement(notice: Notice, judged: Judgement) -> None:
    assert judge(notice) == judged


def test_fallen_quality_is_kept_and_broadcasts_wait(database: Database) -> None:
    Notices(database).keep(Notice("phone_number_quality_update", "FLAGGED", "TIER_2K", "TIER_10K"))
    with database.read() as session:
        row = session.get_one(Sender, "whatsapp")
        assert (row.bulk_until is not None, row.told_limit) == (True, 2000)
        assert {told.code for told in senders.open_notices(session)} == {"FLAGGED", "bulk_paused"}
        assert messages.room_outside_window(session, NOW) == 2000


async def test_notice_is_written_down_beside_the_post(sqlite_database: Database) -> None:
    notices = Notices(sqlite_database)
    notices(Notice("message_template_status_update", "PAUSED", "reminder_anc"))
    worker = asyncio.ensure_future(notices.run())
    async with asyncio.timeout(10):
        while True:
            with sqlite_database.read() as session:
                if [told.about for told in senders.open_notices(session)] == ["reminder_anc"]:
                    break
            await asyncio.sleep(0.02)
    worker.cancel()


async def test_whatsapp_is_there_with_token_and_number(make_settings: MakeSettings) -> None:
    assert make_whatsapp(make_settings(), print) is None
    assert make_whatsapp(make_settings(whatsapp_token="t"), print) is None
    channel = make_whatsapp(
        make_settings(whatsapp_token="t", whatsapp_phone_id="1", whatsapp_app_secret=webhooks.APP_SECRET), print
    )
    assert channel is not None
    body, headers = webhooks.signed(webhooks.post(webhooks.text("halo")))
    assert channel.verify({name.lower(): value for name, value in headers.items()}, body)
    assert rates(make_settings(), channel, None) == {"whatsapp": 70.0}
    await channel.close()


async def test_whatsapp_without_its_secret_believes_no_post(make_settings: MakeSettings) -> None:
    channel = make_whatsapp(make_settings(whatsapp_token="t", whatsapp_phone_id="1"), print)
    assert channel is not None
    body, headers = webhooks.signed(webhooks.post(webhooks.text("halo")), "")
    assert not channel.verify({name.lower(): value for name, value in headers.items()}, body)
    await channel.close()


def test_telegram_is_not_there_without_a_token(make_settings: MakeSettings) -> None:
    assert make_telegram(make_settings()) is None


@pytest.mark.parametrize("token", ["telegram_token", "whatsapp_token"])
def test_real_channel_switches_the_simulator_and_unsigned_answers_off(token: str, make_settings: MakeSettings) -> None:
    real = make_settings(**{token: "t"})
    assert (real.simulator_is_on, real.sends_unsigned_answers) == (False, False)
    assert (make_settings().simulator_is_on, make_settings().sends_unsigned_answers) == (True, True)


async def test_failed_status_says_what_its_code_asks_of_us(make_settings: MakeSettings) -> None:
    channel = make_whatsapp(make_settings(whatsapp_token="t", whatsapp_phone_id="100000000000001"), print)
    assert channel is not None
    body, _ = webhooks.signed(
        webhooks.post(webhooks.status("w1", "failed", "7", 131047), webhooks.status("w2", "failed", "8", 190))
    )
    first, second = channel.receive(body)
    await channel.close()
    assert type(first.failure).__name__ == "WindowClosed"
    assert second.failure is not None
    assert second.failure.pauses is Pause.CHANNEL
