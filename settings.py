"""Every setting of every process: its name, default and meaning, read from the environment or ``.env``."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """Names in the environment are ``KAWAL_`` and the field in capitals; ``.env.example`` lists them all.

    ``KAWAL_ENV_FILE`` names another file than ``.env``; tests name none, so that no real token is ever used by them.
    """

    model_config = SettingsConfigDict(
        env_prefix="KAWAL_",
        env_file=os.environ.get("KAWAL_ENV_FILE", str(ROOT / ".env")),
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    home: Path = ROOT / "var"
    """Database, keys and logs."""
    host: str = "127.0.0.1"
    """Interface of the public port; 0.0.0.0 behind a reverse proxy."""
    port: int = 8000
    """Everything people open."""
    database_url: str | None = None
    """SQLAlchemy address; SQLite in ``home`` when empty. PostgreSQL: postgresql+psycopg://user:password@host/name."""
    conversations_url: str | None = None
    """Where Rasa keeps its conversations, apart from the people; SQLite in ``home`` when empty."""
    data_key: SecretStr | None = None
    """64 hex digits that encrypt names, numbers and texts; made once in ``home/keys/data.key`` when empty."""
    simulator: Literal["auto", "on", "off"] = "auto"
    """The simulated phones; auto: on as long as no real channel has a token."""
    telegram_token: SecretStr | None = None
    """From @BotFather; switches Telegram on."""
    telegram_api_url: str | None = None
    """Another Bot API server than Telegram's own."""
    telegram_secret: SecretStr | None = None
    """Secret of the webhook; made anew at each start when empty."""
    telegram_name: str | None = None
    """The bot's name on Telegram, without @; invitations then come with a link."""
    whatsapp_number: str | None = None
    """The service's number on WhatsApp in digits (62...); invitations then come with a link."""
    telegram_per_second: float = 25.0
    """Messages a second to Telegram, over all our processes."""
    whatsapp_token: SecretStr | None = None
    """Access token of the system user at Meta; with the number's id it switches WhatsApp on."""
    whatsapp_phone_id: str | None = None
    """Id of our number at Meta; it is not the number itself."""
    whatsapp_app_secret: SecretStr | None = None
    """Secret of the app at Meta; it signs what is posted to us, without it no post is believed."""
    whatsapp_verify_token: SecretStr | None = None
    """A word of one's own, told to Meta when the webhook is set up."""
    whatsapp_business_id: str | None = None
    """Id of the WhatsApp Business Account; kawal templates needs it."""
    whatsapp_api_url: str | None = None
    """Another Graph API than Meta's own, with its version."""
    whatsapp_per_second: float = 70.0
    """Messages a second to WhatsApp, over all our processes; Meta allows 80, with what comes in."""
    whatsapp_tier: int = 250
    """Different people a day to whom Meta lets us write first, until Meta tells another limit."""
    public_url: str | None = None
    """https address under which this machine is reached; with it Telegram posts to us, without it we poll."""
    rasa_port: int = 0
    """Loopback port of Rasa; 0 takes a free one."""
    actions_port: int = 0
    """Loopback port of the action server; 0 takes a free one."""
    reminders_port: int = 0
    """Loopback port of the clock; 0 takes a free one."""
    console_port: int = 0
    """Loopback port of the console; 0 takes a free one."""
    internal_secret: SecretStr | None = None
    """Shared by our own processes; ``kawal run`` makes one for its children."""
    understanding_seconds: float = 8.0
    """How long one message may take in Rasa before it waits in the inbox for the next try."""
    unsigned_answers: Literal["auto", "send", "hold"] = "auto"
    """Health answers no midwife has signed; auto: sent while no real channel has a token, else a midwife is asked."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe line that is logged."""

    @classmethod
    def from_env(cls) -> Settings:
        """The settings of this process; read only in entry points and tests' fixtures."""
        return cls()

    @property
    def database(self) -> str:
        """Address of the beneficiary database."""
        return self.database_url or f"sqlite:///{self.home.resolve()}/kawal.db"

    @property
    def conversations(self) -> str:
        """Address of the database of Rasa's conversations."""
        return self.conversations_url or f"sqlite:///{self.home.resolve()}/conversations.db"

    @property
    def has_real_channel(self) -> bool:
        """Whether messages may reach real people."""
        return self.telegram_token is not None or self.whatsapp_token is not None

    @property
    def simulator_is_on(self) -> bool:
        """The simulator answers when asked for by name, or when there is no real channel it could disturb."""
        if self.simulator == "auto":
            return not self.has_real_channel
        return self.simulator == "on"

    @property
    def sends_unsigned_answers(self) -> bool:
        """Whether health answers without a signature go out."""
        if self.unsigned_answers == "auto":
            return not self.has_real_channel
        return self.unsigned_answers == "send"

    @property
    def secret(self) -> str:
        """What our own processes show each other; random when alone."""
        return self.internal_secret.get_secret_value() if self.internal_secret else secrets.token_hex(16)

    def data_key_bytes(self) -> bytes:
        """The key of the encrypted columns, made on first use.

        Raises:
            ValueError: ``KAWAL_DATA_KEY`` or the key file is not 64 hex digits.
        """
        if self.data_key is not None:
            return bytes.fromhex(self.data_key.get_secret_value())
        path = self.home / "keys" / "data.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(".new")
            fresh.write_text(secrets.token_hex(32), encoding="ascii")
            fresh.chmod(0o600)
            fresh.rename(path)
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
