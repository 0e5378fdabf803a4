"""A file is what it holds, whatever it is called: texts of old systems, old workbooks, and what is no table at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.errors import ImportRefused
from crm_core.models import Account, Contact
from crm_core.permissions import Actor
from crm_core.transfer.importer import import_file
from crm_core.transfer.tables import read_rows

DATA = Path(__file__).with_name("data")
ROWS = [["客户名称", "等级"], ["甲公司", "A"]]


def _workbook(path: Path) -> Path:
    book = Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    with path.open("wb") as file:
        book.save(file)
    return path


@pytest.mark.parametrize("name", ["old.xls", "old.xlsx", "old.et"])
def test_an_old_workbook_is_read_whatever_it_is_called(
    session: Session, system: Actor, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes((DATA / "people.xls").read_bytes())
    report = import_file(session, system, record_type="contact", path=path, create_missing=True)
    assert (report.created, report.failed, report.sheets) == (3, 0, ["联系人"])
    rows = session.execute(
        select(Contact.name, Contact.mobile, Contact.birthday, Account.name)
        .join(Account, Account.id == Contact.account_id)
        .order_by(Contact.id)
    )
    assert [(name, number, str(birthday), company) for name, number, birthday, company in rows] == [
        ("李娜", "+8613900002222", "1985-03-05", "甲公司"),
        ("陈晨", "+8613900003333", "1990-12-01", "甲公司"),
        ("王芳", "+8613900004444", "None", "乙公司"),
    ]
    assert [line for line, _ in read_rows(path)] == [2, 4, 5, 6, 7]


def test_a_text_called_a_workbook_and_a_workbook_called_a_text(tmp_path: Path) -> None:
    text = tmp_path / "a.xlsx"
    text.write_bytes("客户名称,等级\n甲公司,A\n".encode("gb18030"))
    assert [row for _, row in read_rows(text)] == ROWS
    assert [row for _, row in read_rows(_workbook(tmp_path / "b.csv"))] == ROWS


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("客戶名稱,備註\n蘇州藍鯨智能裝備有限公司,需求進行中\n", "big5"),
        ("客戶名稱,備註\n蘇州藍鯨智能裝備有限公司,需求進行中\n", "gb18030"),
        ("客户名称,备注\n烟台䶮海生物科技有限公司,需求进行中\n", "gb18030"),
        ("name,notes\nMüller,ok\n", "utf-8"),
    ],
)
def test_texts_of_old_systems_are_read_in_their_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    assert "\n".join(",".join(row) for _, row in read_rows(path)) == text.strip()


def test_what_is_no_table_is_refused_with_what_to_do_in_both_languages(tmp_path: Path) -> None:
    whole = _workbook(tmp_path / "whole.xlsx").read_bytes()
    for name, content, english, chinese in (
        ("page.xls", b"<html><body><table><tr><td>x</td></tr></table>", "web page", "网页"),
        ("cut.xlsx", whole[: len(whole) // 2], "its end is missing", "不完整"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00", "no workbook", "另存为"),
        ("paper.csv", b"%PDF-1.4\n%\xe2\xe3", "no workbook", "另存为"),
        ("mixed.csv", "客户名称\n甲公司\n".encode() + b"\xff\xfe\x80\n", "line 3 is no UTF-8", "第 3 行"),
        ("secret.xlsx", (DATA / "secret.xlsx").read_bytes(), "behind a password", "密码"),
        ("letter.docx", b"x", "only .csv and .xlsx", "另存为"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ImportRefused, match=english) as refused:
            list(read_rows(path))
        assert chinese in str(refused.value)


def test_a_workbook_without_its_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(ImportRefused, match="no workbook"):
        list(read_rows(path))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_of_which_a_part_is_cut_off_is_refused(
    session: Session, system: Actor, tmp_path: Path, part: str
) -> None:
    path = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(_workbook(tmp_path / "whole.xlsx")) as whole, zipfile.ZipFile(path, "w") as cut:
        for name in whole.namelist():
            content = whole.read(name)
            cut.writestr(name, content[: len(content) * 2 // 3] if name == part else content)
    with pytest.raises(ImportRefused, match="no workbook"):
        import_file(session, system, record_type="account", path=path)


def test_a_workbook_with_changed_bytes_is_refused_before_a_row_is_written(
    session: Session, system: Actor, tmp_path: Path
) -> None:
    book = Workbook()
    book.worksheets[0].append(["客户名称"])
    for number in range(5000):
        book.worksheets[0].append([f"第{number}公司"])
    path = tmp_path / "changed.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    content = bytearray(path.read_bytes())
    at = info.header_offset + info.compress_size * 3 // 4
    content[at : at + 20] = bytes(byte ^ 0xFF for byte in content[at : at + 20])
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="no workbook"):
        import_file(session, system, record_type="account", path=path)
    assert session.scalars(select(Account)).all() == []
