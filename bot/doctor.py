"""`crmbot doctor`: what is wrong and what to do about it, in the order in which to mend it."""

from __future__ import annotations

import importlib
import time
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from bot.channel import ChannelFactory, Diagnosis
from bot.errors import SettingsInvalid
from bot.migrate import is_current
from bot.wiring import Program
from knowledge_base.bands import is_calibration_outdated
from nlu.errors import NluError


def examine(program: Program, packages: Sequence[str]) -> list[Diagnosis]:
    """Check the database, the encoder, then every configured channel."""
    database = _database(program)
    knowledge = [_calibration(program)] if database.ok else []
    return [database, _encoder(program), *knowledge, *(line for name in packages for line in _channel(program, name))]


def _database(program: Program) -> Diagnosis:
    try:
        current = is_current(program.database)
    except DBAPIError as error:
        return Diagnosis(
            check="database",
            ok=False,
            remedy_zh=f"连不上数据库：{error.orig}。请检查 CRMBOT_DATABASE_URL。",
            remedy_en=f"The database cannot be reached: {error.orig}. Check CRMBOT_DATABASE_URL.",
        )
    return Diagnosis(
        check="database",
        ok=current,
        remedy_zh="" if current else "数据库结构不是最新，请运行 crmbot db upgrade。",
        remedy_en="" if current else "The database is not up to date. Run `crmbot db upgrade`.",
    )


def _calibration(program: Program) -> Diagnosis:
    with program.database.reading() as session:
        is_outdated = is_calibration_outdated(session)
    return Diagnosis(
        check="knowledge calibration",
        ok=not is_outdated,
        remedy_zh="知识库的校准来自另一个版本，暂不生效，请运行 crmbot kb calibrate。" if is_outdated else "",
        remedy_en="The calibration is of another version and not in force. Run `crmbot kb calibrate`."
        if is_outdated
        else "",
    )


def _encoder(program: Program) -> Diagnosis:
    started = time.perf_counter()
    try:
        name = program.encoder.name
    except NluError as error:
        return Diagnosis(check="encoder", ok=False, remedy_zh=f"编码器不可用：{error}", remedy_en=str(error))
    return Diagnosis(check=f"encoder {name}, loaded in {time.perf_counter() - started:.1f} s", ok=True)


def _channel(program: Program, package: str) -> list[Diagnosis]:
    name = package.rpartition(".")[2]
    build: ChannelFactory = importlib.import_module(package).CHANNELS
    try:
        channels = build(program.settings)
    except SettingsInvalid as error:
        return [Diagnosis(check=name, ok=False, remedy_zh=error.zh, remedy_en=str(error))]
    if not channels:
        return [Diagnosis(check=f"{name} (off: not configured)", ok=True)]
    return [line for channel in channels for line in channel.diagnose()]
