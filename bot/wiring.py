"""The composition root: builds the program from its settings, with the heavy parts only when they are first used."""

from __future__ import annotations

import importlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.attachments import AttachmentStore
from bot.channel import Channel, ChannelFactory
from bot.inlet import DurableInlet
from bot.settings import Settings
from bot.wakeup import Wakeup
from crm_core.database import Database

if TYPE_CHECKING:
    from bot.live_parser import LiveParser
    from bot.reading import Reader
    from bot.turn import Handler, Services
    from bot.worker import Worker
    from knowledge_base.search import Searcher
    from nlu.understanding import Encoder

#: packages that expose CHANNELS; one line here and one folder there is a new channel
CHANNEL_PACKAGES = ("adapters.web", "adapters.telegram", "adapters.wecom")
TERMINAL_PACKAGE = "adapters.terminal"


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Program:
    """Everything of one process, built on first use. `clock` is the only source of 'now'."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def database(self) -> Database:
        """The database in force."""
        return Database(self.settings.effective_database_url)

    @cached_property
    def wakeup(self) -> Wakeup:
        """Wakes the loops of this process when something new waits in the queues."""
        return Wakeup()

    @cached_property
    def attachments(self) -> AttachmentStore:
        """The attachment store of the data folder."""
        return AttachmentStore(self.settings.data_dir / "attachments", max_bytes=self.settings.max_attachment_bytes)

    @cached_property
    def inlet(self) -> DurableInlet:
        """Where channels put what they receive."""
        return DurableInlet(self.database, self.attachments, clock=self.clock, wake=self.wakeup.set)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The channels that the settings turn on, by name.

        Raises:
            SettingsInvalid: a channel is half configured.
        """
        return _build_channels(self.settings, CHANNEL_PACKAGES)

    @cached_property
    def terminal(self) -> Channel:
        """The channel of `crmbot chat`."""
        return _build_channels(self.settings, (TERMINAL_PACKAGE,))["terminal"]

    @cached_property
    def parser(self) -> LiveParser:
        """The parser with its encoder: seconds to build, so only what understands text asks for it."""
        from bot.live_parser import LiveParser
        from nlu.parser import load_parser

        return LiveParser(load_parser(self.settings.encoder, self.settings.data_dir / "models"), self.database)

    @property
    def encoder(self) -> Encoder:
        """The encoder, shared by parser and search."""
        return self.parser.encoder

    @cached_property
    def searcher(self) -> Searcher:
        """The knowledge base's search, following changes of the database."""
        from knowledge_base.search import Searcher

        return Searcher(self.database, self.encoder, self.settings.data_dir / "index")

    @cached_property
    def handlers(self) -> Mapping[str, Handler]:
        """What people can ask for."""
        from bot.handlers import load_handlers

        return load_handlers()

    def services(self, channels: Mapping[str, Channel]) -> Services:
        """What every turn may use."""
        from bot.directory import Directory
        from bot.turn import Services

        return Services(settings=self.settings, channels=channels, searcher=self.searcher, directory=Directory())

    def reader(self, channels: Mapping[str, Channel]) -> Reader:
        """What understands batches of messages."""
        from bot.reading import Reader

        return Reader(
            database=self.database,
            settings=self.settings,
            parser=self.parser,
            searcher=self.searcher,
            channels=channels,
            inlet=self.inlet,
        )

    def worker(self, served: Mapping[str, Channel], *, ignores_backoff: bool = False) -> Worker:
        """The worker of this process for the served channels; replies to other channels are planned by theirs."""
        from bot.worker import Worker

        known = MappingProxyType({**self.channels, **served})
        return Worker(
            database=self.database,
            services=self.services(known),
            handlers=self.handlers,
            reader=self.reader(known),
            channels=served,
            clock=self.clock,
            wakeup=self.wakeup,
            ignores_backoff=ignores_backoff,
        )

    def secret_key(self) -> str:
        """Return the key that signs cookies: the setting's, or one made once and kept in the data folder."""
        given = self.settings.secret_key.get_secret_value()
        return given or _kept_secret(self.settings.data_dir / "secret_key")


def _build_channels(settings: Settings, packages: tuple[str, ...]) -> Mapping[str, Channel]:
    channels: dict[str, Channel] = {}
    for package in packages:
        build: ChannelFactory = importlib.import_module(package).CHANNELS
        for channel in build(settings):
            channels[channel.name] = channel
    return MappingProxyType(channels)


def _kept_secret(path: Path) -> str:
    """Read the secret, made with tight mode by whichever process comes first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8")
