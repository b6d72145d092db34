"""The real channels, made from the settings; what is not set is not there."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import structlog
from pydantic import SecretStr

from bot.channel import Channel
from bot.telegram import TelegramChannel, make_bot
from bot.whatsapp import WhatsAppChannel, make_client
from bot.whatsapp_updates import Notice
from registry import texts
from settings import Settings

_log = structlog.get_logger(__name__)


def make_telegram(settings: Settings) -> TelegramChannel | None:
    """Telegram, when it has a token."""
    if settings.telegram_token is None:
        return None
    secret = _shown(settings.telegram_secret) or secrets.token_urlsafe(32)
    bot = make_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
    return TelegramChannel(bot, secret, contact_title=texts.phrase("phrase_share_number"))


def make_whatsapp(settings: Settings, on_notice: Callable[[Notice], None]) -> WhatsAppChannel | None:
    """WhatsApp, when it has a token and a number; without the app's secret it can send and believes no post."""
    if settings.whatsapp_token is None or settings.whatsapp_phone_id is None:
        return None
    if settings.whatsapp_app_secret is None:
        _log.error("whatsapp_believes_nobody", way_out="set KAWAL_WHATSAPP_APP_SECRET")
    client = make_client(
        settings.whatsapp_token.get_secret_value(),
        settings.whatsapp_phone_id,
        settings.whatsapp_api_url,
        business_id=settings.whatsapp_business_id,
    )
    return WhatsAppChannel(
        client,
        _shown(settings.whatsapp_app_secret),
        verify_token=_shown(settings.whatsapp_verify_token),
        list_label=texts.phrase("phrase_open_list"),
        on_notice=on_notice,
    )


def rates(settings: Settings, *channels: Channel | None) -> dict[str, float]:
    """Messages a second by channel; simulated phones take any number."""
    limits = {"whatsapp": settings.whatsapp_per_second, "telegram": settings.telegram_per_second}
    return {channel.name: limits[channel.name] for channel in channels if channel is not None}


def _shown(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
