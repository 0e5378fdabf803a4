"""`crmbot crm`, `backup` and `restore` as an administrator types them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli.main import app
from bot.settings import load_settings
from bot.wiring import Program, utc_now
from crm_core.customers import create_contact
from crm_core.errors import PermissionRefused
from crm_core.models import Account, AuditEvent, Contact, Task
from crm_core.permissions import system_actor

RUNNER = CliRunner()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A fresh program in a folder of its own, with one rep."""
    monkeypatch.setenv("CRMBOT_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CRMBOT_DATABASE_URL", "")
    _crmbot("db", "upgrade")
    for handle, role in (("li", "rep"), ("qian", "manager")):
        _crmbot("user", "add", handle.title(), "--role", role, "--handle", handle, "--team", "East")
    return Program(load_settings(), utc_now)


def _crmbot(*arguments: str, status: int = 0) -> Any:
    result = RUNNER.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result


def _import(tmp_path: Path, record_type: str, text: str, *options: str, status: int = 0) -> dict[str, Any]:
    path = tmp_path / f"{record_type}.csv"
    path.write_text(text, encoding="utf-8")
    result = _crmbot("crm", "import", record_type, str(path), "--json", *options, status=status)
    return dict(json.loads(result.stdout))


def test_an_import_backs_up_first_reports_rows_and_promises_reminders(program: Program, tmp_path: Path) -> None:
    people = "姓名,手机,公司\n张伟,13800001111,甲公司\n李娜,123,甲公司\n"
    dry = _import(tmp_path, "contact", people, "--create-missing", "--dry-run", status=1)
    assert (dry["created"], dry["failed"], dry["backup"]) == (1, 1, None)
    done = _import(tmp_path, "contact", people, "--create-missing", status=1)
    assert Path(done["backup"]).is_file()
    assert (done["problems"][0]["line"], done["problems"][0]["column"]) == (3, "手机")
    assert _import(tmp_path, "contact", people, "--all-or-nothing", "--no-backup", status=1)["created"] == 0
    _import(tmp_path, "task", "任务,负责人,截止日期\n回访,li,2999-01-05\n")
    from bot.models import DueWork

    with program.database.reading() as session:
        task = session.scalars(select(Task)).one()
        assert len(session.scalars(select(DueWork).where(DueWork.key.startswith(f"{task.id}:"))).all()) == 2
    with pytest.raises(PermissionRefused):
        _import(tmp_path, "contact", people, "--as", "li")


def test_an_import_says_in_both_languages_which_columns_it_leaves_out(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("客户名称,客户编码,信用额度,首次合作日期\n甲公司,K-1,500,3月5日\n", encoding="gb18030")
    wrong = _crmbot("crm", "import", "account", str(path), "--dry-run", status=1)
    assert "Columns that are not imported: 信用额度." in wrong.stderr
    assert "未导入的列：信用额度" in wrong.stderr
    assert "line 2: 客户编码 / code: " in wrong.stderr
    assert "第 2 行 客户编码：" in wrong.stderr
    assert "有误 1（试运行，未写入）" in wrong.stderr
    options = ("--map", "客户编码=", "--map", "信用额度=notes", "--year", "2024")
    done = _crmbot("crm", "import", "account", str(path), *options)
    assert "1 created" in done.stdout
    with program.database.reading() as session:
        account = session.scalars(select(Account)).one()
    assert (account.notes, account.partner_since) == ("500", date(2024, 3, 5))
    assert account.code.startswith("CRM")


def test_everything_is_exported_into_a_folder_and_a_rep_exports_nothing(program: Program, tmp_path: Path) -> None:
    _import(tmp_path, "account", "客户名称\n=cmd|calc\n")
    lines = _crmbot("crm", "export", "account").stdout.splitlines()
    assert json.loads(lines[0])["name"] == "=cmd|calc"
    _crmbot("crm", "export", "all", "-o", str(tmp_path / "out"), "--format", "csv", "--headings", "zh")
    text = (tmp_path / "out" / "account.csv").read_bytes().decode("utf-8-sig")
    assert "客户名称" in text.splitlines()[0]
    assert ",'=cmd|calc," in text
    with pytest.raises(PermissionRefused):
        _crmbot("crm", "export", "account", "--as", "li")
    with program.database.reading() as session:
        refused = session.scalars(select(AuditEvent).where(AuditEvent.action == "refused_export")).one()
        assert (refused.actor, refused.record_type) == ("li", "account")


def test_a_backup_has_the_attachments_and_a_restore_brings_all_back(program: Program, tmp_path: Path) -> None:
    kept = program.attachments.keep(b"a file", kind="file", filename="a.txt")
    with program.database.transaction() as session:
        create_contact(session, system_actor(utc_now()), name="Ann")
    _crmbot("backup", str(tmp_path / "all.zip"))
    program.attachments.path(kept.sha256).unlink()
    erased = _crmbot("crm", "erase-person", "1", "--reason", "asked", "--yes", "--json", "--as", "qian")
    assert json.loads(erased.stdout)["contact_id"] == 1
    _crmbot("restore", str(tmp_path / "all.zip"))
    assert program.attachments.path(kept.sha256).read_bytes() == b"a file"
    with program.database.reading() as session:
        assert session.scalars(select(Contact.name)).one() == "Ann"
