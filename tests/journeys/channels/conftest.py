"""One stocked database for the run; every test runs a program of its own over a copy of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.channels.site import Site, open_site, stock
from tests.simulators.telegram import TelegramSimulator
from tests.simulators.wecom import CORP_ID, WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OpenSite = Callable[..., Site]


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    stock(folder)
    return folder


@pytest.fixture
def start_site(stocked: Path, tmp_path: Path) -> Iterator[OpenSite]:
    """Runs a program with the settings given; it stops before the simulators, which are set up first."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(open_site(stocked, tmp_path / "site", **given))


@pytest.fixture
def telegram() -> Iterator[TelegramSimulator]:
    with TelegramSimulator() as simulator:
        yield simulator


@pytest.fixture
def telegram_settings(telegram: TelegramSimulator) -> dict[str, Any]:
    return {
        "telegram_token": telegram.token,
        "telegram_base_url": telegram.base_url,
        "telegram_base_file_url": telegram.base_file_url,
    }


@pytest.fixture
def wecom() -> Iterator[WeComSimulator]:
    with WeComSimulator() as simulator:
        yield simulator


@pytest.fixture
def wecom_settings(wecom: WeComSimulator) -> dict[str, Any]:
    return {
        "wecom_corp_id": CORP_ID,
        "wecom_agent_id": "1000002",
        "wecom_secret": "app-secret-0123456789",
        "wecom_token": TOKEN,
        "wecom_aes_key": AES_KEY,
        "wecom_kf_secret": "kf-secret-9876543210",
        "wecom_base_url": wecom.url,
        "wecom_reconcile_seconds": 3600,
    }


@pytest.fixture
def pusher() -> CallbackPusher:
    return CallbackPusher(CORP_ID, TOKEN, AES_KEY)
