"""A consistent copy of all data, written while the program runs, and read back after checks.

Promise: a back-up appears under its name only when it is complete and sound: the database as of one moment, and every
attachment that it mentions. A restore checks first, keeps the old data beside the new, and changes nothing when it
fails. One file: a zip with manifest.json, the database, and attachments/<SHA-256>.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy.exc import SQLAlchemyError

from crm_core import backup_postgresql, backup_sqlite
from crm_core.database import Database
from crm_core.errors import BackupRefused

FILE_NAME = "crmbot-backup.zip"  # the file's name where a folder is given
FORMAT = 1
MANIFEST = "manifest.json"
ATTACHMENTS = "attachments/"
#: Copies of before an import or a restore that are kept; older ones go.
KEPT_COPIES = 10
_CHUNK_BYTES = 1 << 20
_HEX = frozenset("0123456789abcdef")


def backup(database: Database, target: Path, *, attachments: Path | None = None) -> Path:
    """Write a copy to a new file, or to `crmbot-backup.zip` in a folder, and return its path.

    `attachments` is the folder of the attachments; without it the copy is of the database alone.

    Raises:
        BackupRefused: a database in memory, a file that exists, or a place that cannot be written.
    """
    path = target / FILE_NAME if target.is_dir() else target
    if path.exists():
        raise BackupRefused(f"{path} exists already. Name a new file.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _writing(partial) as archive:
            _write(database, archive, attachments, scratch=path.with_name(f"{path.name}.database"))
        _read_manifest(partial)
        os.replace(partial, path)
    except (OSError, SQLAlchemyError, zipfile.BadZipFile) as error:
        raise BackupRefused(f"The back-up could not be written to {path}: {error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def backup_before(database: Database, folder: Path, action: str, at: datetime) -> Path:
    """Keep a copy of the database, without attachments, from before an action; the oldest of many such copies go.

    Raises:
        BackupRefused: see `backup`.
    """
    name = f"before-{action}-{at:%Y%m%d-%H%M%S}"
    path = next(
        path for number in range(1000) if not (path := folder / f"{name}{f'-{number}' if number else ''}.zip").exists()
    )
    written = backup(database, path)
    copies = sorted(folder.glob("before-*.zip"), key=lambda copy: copy.stat().st_mtime)
    for old in copies[:-KEPT_COPIES]:
        old.unlink(missing_ok=True)
    return written


def restore(database: Database, source: Path, *, attachments: Path | None = None) -> Path | None:
    """Replace the data by a back-up after checking it; return where the old database lies now, if there was any.

    Attachments that are there stay: they lie under the hash of their content, so none is overwritten. Who was erased
    after the back-up was made is in it, and has to be erased again.

    Raises:
        BackupRefused: a file that is no sound back-up, or is of another kind of database, or a database in use.
    """
    if not source.is_file():
        raise BackupRefused(f"There is no file {source}.")
    if not zipfile.is_zipfile(source):
        # A copy of the database alone, as SQLite's own tools write it.
        return backup_sqlite.restore_copy(database, source)
    try:
        manifest = _read_manifest(source)
        with zipfile.ZipFile(source) as archive:
            _check_attachments(archive)
            kept = _restore_database(database, archive, manifest, source)
            if attachments is not None:
                _restore_attachments(archive, attachments)
    except (OSError, SQLAlchemyError, zipfile.BadZipFile) as error:
        raise BackupRefused(f"{source} could not be restored: {error}.") from error
    return kept


@contextmanager
def _writing(path: Path) -> Iterator[zipfile.ZipFile]:
    path.unlink(missing_ok=True)
    # Personal data: readable by the owner only, from the first byte on.
    with (
        os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        yield archive


def _write(database: Database, archive: zipfile.ZipFile, attachments: Path | None, *, scratch: Path) -> None:
    """Write the database first: an attachment lies in its folder before any row mentions it."""
    if database.is_postgresql:
        tables = backup_postgresql.write(database, archive)
    else:
        tables = backup_sqlite.write(database, archive, scratch=scratch)
    written, damaged = _write_attachments(archive, attachments) if attachments is not None else (0, [])
    manifest = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": "postgresql" if database.is_postgresql else "sqlite",
        "tables": tables,
        "attachments": written,
        # They are in the back-up as they lie in the folder; a restore leaves them out.
        "damaged_attachments": damaged,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


def _write_attachments(archive: zipfile.ZipFile, folder: Path) -> tuple[int, list[str]]:
    written, damaged = 0, []
    for path in sorted(folder.glob("*/*/*")) if folder.is_dir() else ():
        if not _is_digest(path.name) or not path.is_file():
            continue
        info = zipfile.ZipInfo.from_file(path, f"{ATTACHMENTS}{path.name}")
        # Pictures and documents are packed already.
        info.compress_type = zipfile.ZIP_STORED
        with path.open("rb") as file, archive.open(info, "w", force_zip64=True) as member:
            if _copy(file, member) != path.name:
                damaged.append(path.name)
        written += 1
    return written, damaged


def _copy(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Copy a file to its end, if there is a target, and return its SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK_BYTES):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def _read_manifest(path: Path) -> dict[str, Any]:
    """Return what a back-up says of itself, after a look at every byte of it."""
    with zipfile.ZipFile(path) as archive:
        if MANIFEST not in archive.namelist():
            raise BackupRefused(f"{path} is no back-up of this program: it has no {MANIFEST}.")
        try:
            broken = archive.testzip()
            manifest = json.loads(archive.read(MANIFEST))
        except (ValueError, zipfile.BadZipFile, NotImplementedError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            raise BackupRefused(f"{path} is damaged: {error}.") from error
    if broken is not None:
        raise BackupRefused(f"{path} is damaged: {broken} cannot be read back.")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupRefused(f"{path} was written by another version of the program.")
    return manifest


def _restore_database(
    database: Database, archive: zipfile.ZipFile, manifest: dict[str, Any], source: Path
) -> Path | None:
    kind = "postgresql" if database.is_postgresql else "sqlite"
    if manifest["database"] != kind:
        raise BackupRefused(f"{source} is a back-up of {manifest['database']}, and this database is {kind}.")
    if database.is_postgresql:
        kept = backup_before(database, source.parent, "restore", datetime.now(UTC))
        backup_postgresql.restore(database, archive, manifest["tables"])
        return kept
    return backup_sqlite.restore(database, archive, manifest["tables"])


def _check_attachments(archive: zipfile.ZipFile) -> None:
    """Make sure that no name of an attachment leads out of its folder."""
    for name in archive.namelist():
        if name.startswith(ATTACHMENTS) and not _is_digest(name.removeprefix(ATTACHMENTS)):
            raise BackupRefused(f"It is no back-up of this program: it has a file {name}.")


def _restore_attachments(archive: zipfile.ZipFile, folder: Path) -> None:
    for name in archive.namelist():
        if not name.startswith(ATTACHMENTS):
            continue
        digest = name.removeprefix(ATTACHMENTS)
        path = folder / digest[:2] / digest[2:4] / digest
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{digest}.partial")
        with archive.open(name) as member, partial.open("wb") as file:
            is_whole = _copy(member, file) == digest
        if is_whole:
            shutil.move(partial, path)
        else:
            partial.unlink()


def _is_digest(name: str) -> bool:
    return len(name) == 64 and set(name) <= _HEX
