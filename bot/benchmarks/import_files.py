"""A hundred thousand contacts with their accounts through the real command, on SQLite: rows/s and peak memory."""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.errors import BotError

CONTACTS = 100_000
CONTACTS_OF_AN_ACCOUNT = 5
SMALL_FILE = 10_000
WORKBOOK_ROWS = 20_000
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
_PLACES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京")
_TRADES = ("科技", "贸易", "电子", "机械", "食品", "物流", "医药", "建材")
_HEADINGS = ("姓名", "手机号", "邮箱", "公司名称", "职位", "生日", "是否关键联系人")


def measure() -> dict[str, Any]:
    """Return rows/s and peak memory of a large file, of a small one, of that one again, and of a workbook."""
    with TemporaryDirectory(prefix="crmbot-bench-") as name:
        folder = Path(name)
        large, small, book = folder / "contacts.csv", folder / "small.csv", folder / "contacts.xlsx"
        _write_csv(large, _contacts(CONTACTS))
        _write_csv(small, _contacts(SMALL_FILE))
        _write_workbook(book, _contacts(WORKBOOK_ROWS))
        _run(folder / "large", ["db", "upgrade"])
        first = _import(folder / "large", large, CONTACTS)
        _run(folder / "small", ["db", "upgrade"])
        little = _import(folder / "small", small, SMALL_FILE)
        again = _import(folder / "small", small, SMALL_FILE)
        _run(folder / "book", ["db", "upgrade"])
        workbook = _import(folder / "book", book, WORKBOOK_ROWS)
    return {"large": first, "small": little, "again": again, "workbook": workbook}


def _import(data_dir: Path, file: Path, rows: int) -> dict[str, Any]:
    started = time.perf_counter()
    usage = _run(data_dir, ["crm", "import", "contact", str(file), "--create-missing", "--no-backup"])
    seconds = time.perf_counter() - started
    return {
        "rows": rows,
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / seconds),
        "rows_per_cpu_second": round(rows / (usage.ru_utime + usage.ru_stime)),
        # Kilobytes on Linux, bytes on macOS. Source: getrusage(2) of each.
        "peak_memory_mb": round(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6, 1),
    }


def _run(data_dir: Path, arguments: list[str]) -> resource.struct_rusage:
    """Run a command of the program in a process of its own and return what it used."""
    values = {**os.environ, "CRMBOT_DATA_DIR": str(data_dir), "CRMBOT_DATABASE_URL": ""}
    process = subprocess.Popen(  # noqa: S603 - the program itself
        [sys.executable, "-m", "bot.cli", *arguments], env=values, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BotError(f"crmbot {' '.join(arguments[:3])} failed with status {process.returncode}.")
    return usage


def _contacts(count: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(7)  # noqa: S311 - made-up people, the same in every run
    for number in range(count):
        account = number // CONTACTS_OF_AN_ACCOUNT
        place, trade = _PLACES[account % len(_PLACES)], _TRADES[account // len(_PLACES) % len(_TRADES)]
        company = f"{place}{_word(account)}{trade}有限公司"
        name = chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=chance.randint(1, 2)))
        mobile = f"13{number:09d}"
        birthday = f"{chance.randint(1960, 2000)}/{chance.randint(1, 12)}/{chance.randint(1, 28)}"
        yield (name, mobile, f"p{number}@example.com", company, "经理", birthday, "否")


def _word(number: int) -> str:
    """Spell a number as a made-up company's word of four characters."""
    letters = []
    for _ in range(4):
        number, digit = divmod(number * 7 + 3, 2000)
        letters.append(chr(0x4E00 + 200 + digit))
    return "".join(letters)


def _write_csv(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        writer.writerows(rows)


def _write_workbook(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("联系人")
    sheet.append(_HEADINGS)
    for row in rows:
        sheet.append(row)
    book.save(path)
