"""Every format: good rows become drafts, bad rows are named with their line, what is no file of articles is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge_base.errors import FileUnreadable
from knowledge_base.importing.draft import Draft, RowError, field_of
from knowledge_base.importing.importer import read_file
from knowledge_base.models import ArticleStatus, Audience


def read(path: Path) -> tuple[list[Draft], list[RowError]]:
    rows = list(read_file(path))
    return [r for r in rows if isinstance(r, Draft)], [r for r in rows if isinstance(r, RowError)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


class TestJsonLines:
    def test_every_field_is_read(self, tmp_path: Path) -> None:
        row = {
            "id": "a1", "question": " How do I  pay? ", "answer": "By card.\r\nOr cash.", "similar": ["pay", "pay", ""],
            "category": "pay", "tags": ["x"], "language": "en-US", "audience": "internal", "status": "review",
            "valid_until": "2026-12-31", "owner": "ann",
        }  # fmt: skip
        (draft,), errors = read(write(tmp_path / "a.jsonl", json.dumps(row) + "\n\n"))
        assert errors == []
        assert (draft.line, draft.key, draft.language, draft.status) == (1, "a1", "en", ArticleStatus.REVIEW)
        assert draft.fields["question"] == "How do I pay?"
        assert draft.fields["answer"] == "By card.\nOr cash."
        assert draft.fields["similar"] == ["pay"]
        assert draft.fields["audience"] is Audience.INTERNAL
        assert draft.fields["owner"] == "ann"

    def test_bad_lines_are_named_and_the_others_kept(self, tmp_path: Path) -> None:
        lines = [
            '{"question": "q1", "answer": "a1"}',
            '{"question": "q2", "answer": null}',
            "{broken",
            "[1, 2]",
            '{"question": "q5", "answer": {"text": "x"}}',
            '{"question": "q6", "answer": "a", "audience": "friends"}',
            '{"question": "q7 \\ud800", "answer": "a"}',
            '{"question": "q8", "answer": "a8"}',
        ]
        drafts, errors = read(write(tmp_path / "a.jsonl", "\n".join(lines)))
        assert [draft.line for draft in drafts] == [1, 8]
        assert [error.line for error in errors] == [2, 3, 4, 5, 6, 7]
        assert "answer" in errors[0].problem
        assert "答案" in errors[0].problem_zh

    def test_numbers_are_taken_as_text(self, tmp_path: Path) -> None:
        (draft,), _ = read(write(tmp_path / "a.jsonl", '{"id": 7, "question": "q", "answer": 42.5}'))
        assert (draft.key, draft.fields["answer"]) == ("7", "42.5")

    def test_unknown_keys_are_reported(self, tmp_path: Path) -> None:
        (draft,), _ = read(write(tmp_path / "a.jsonl", '{"question": "q", "answer": "a", "color": 1}'))
        assert draft.unknown == ("color",)

    def test_an_array_of_objects_is_read_too(self, tmp_path: Path) -> None:
        drafts, errors = read(write(tmp_path / "a.json", '[{"question": "q", "answer": "a"}, 3]'))
        assert (len(drafts), [error.line for error in errors]) == (1, [2])


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_every_encoding_and_delimiter(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(["编号", "标准问题", "答案", "相似问题", "分类", "标签", "语言", "可见范围"])
        writer.writerow(
            [
                "1",
                "怎么退货，要钱吗？",
                "七天内；免费。\n第二行",
                "退货|想退；退款",
                "售后",
                "退货、运费",
                "中文",
                "内部",
            ]
        )
        (draft,), errors = read(write(tmp_path / "a.csv", text.getvalue().encode(encoding)))
        assert errors == []
        assert draft.fields["question"] == "怎么退货，要钱吗？"
        assert draft.fields["answer"] == "七天内；免费。\n第二行"
        assert draft.fields["similar"] == ["退货", "想退", "退款"]
        assert draft.fields["tags"] == ["退货", "运费"]
        assert (draft.language, draft.fields["audience"]) == ("zh", Audience.INTERNAL)

    def test_lines_are_those_on_which_rows_begin(self, tmp_path: Path) -> None:
        text = 'question,answer\nq1,"two\nlines"\nq2,\nq3,a3\n'
        drafts, errors = read(write(tmp_path / "a.csv", text))
        assert [draft.line for draft in drafts] == [2, 5]
        assert [error.line for error in errors] == [4]

    def test_an_open_quotation_mark_costs_its_own_row_only(self, tmp_path: Path) -> None:
        text = 'question,answer\nq1,"never closed\nq2,a2\nq3,a3\n'
        drafts, errors = read(write(tmp_path / "a.csv", text))
        assert [draft.fields["question"] for draft in drafts] == ["q2", "q3"]
        assert [error.line for error in errors] == [2]

    def test_a_broken_byte_costs_its_own_row_only(self, tmp_path: Path) -> None:
        text = "问题,答案\n一,好\n二,坏".encode() + b"\xff" + "\n三,好\n".encode()
        drafts, errors = read(write(tmp_path / "a.csv", text))
        assert [draft.fields["question"] for draft in drafts] == ["一", "三"]
        assert [error.line for error in errors] == [3]

    def test_a_title_may_stand_above_the_headings(self, tmp_path: Path) -> None:
        drafts, _ = read(write(tmp_path / "a.csv", "Our knowledge,\n\nQuestion,Answer (required)\nq,a\n"))
        assert len(drafts) == 1

    def test_without_headings_it_is_refused_with_the_ones_to_use(self, tmp_path: Path) -> None:
        with pytest.raises(FileUnreadable, match="question") as caught:
            read(write(tmp_path / "a.csv", "how to pay,by card\n"))
        assert "标准问题" in caught.value.message_zh

    def test_more_cells_than_headings_do_no_harm(self, tmp_path: Path) -> None:
        drafts, errors = read(write(tmp_path / "a.csv", "question,answer\nq,a,b,c\nq2\n"))
        assert (len(drafts), len(errors)) == (1, 1)


class TestXlsx:
    def test_rows_of_a_workbook(self, tmp_path: Path) -> None:
        path = workbook(
            tmp_path / "a.xlsx",
            ["id", "问题", "答案", "相似问题1", "相似问题2"],
            [1.0, "怎么付款", "刷卡", "付钱", "结账"],
            [],
            [2, "没有答案的", None],
        )
        drafts, errors = read(path)
        assert [(draft.line, draft.key) for draft in drafts] == [(2, "1")]
        assert drafts[0].fields["similar"] == ["付钱", "结账"]
        assert [error.line for error in errors] == [4]

    def test_formatting_far_below_and_beside_the_data_is_passed_over(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["question", "answer"])
        sheet.append(["q", "a"])
        sheet["XFD1048576"].font = openpyxl.styles.Font(bold=True)
        book.save(tmp_path / "a.xlsx")
        drafts, errors = read(tmp_path / "a.xlsx")
        assert (len(drafts), errors) == (1, [])

    def test_every_sheet_with_headings_is_read(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for name in ("one", "notes", "two"):
            sheet = book.create_sheet(name)
            sheet.append(["question", "answer"] if name != "notes" else ["just", "notes"])
            sheet.append([f"q {name}", "a"])
        book.save(tmp_path / "a.xlsx")
        drafts, _ = read(tmp_path / "a.xlsx")
        assert [draft.fields["question"] for draft in drafts] == ["q one", "q two"]


class TestDocuments:
    def test_markdown_by_heading(self, tmp_path: Path) -> None:
        text = "# Shipping\n\n## How long?\nTwo days.\n\n```\n# no heading\n```\n## Empty\n# 退货\n七天内。\n"
        drafts, errors = read(write(tmp_path / "a.md", text))
        assert [(d.fields["question"], d.fields["category"], d.line) for d in drafts] == [
            ("How long?", "Shipping", 3),
            ("退货", None, 10),
        ]
        assert "# no heading" in drafts[0].fields["answer"]
        assert [error.line for error in errors] == [9]

    def test_html_by_heading(self, tmp_path: Path) -> None:
        text = "<html><head><style>x</style></head><h1>退货</h1><h2>How?</h2><p>By <b>post</b>.</p><ul><li>Free</ul>"
        (draft,), errors = read(write(tmp_path / "a.html", text))
        assert errors == []
        assert (draft.fields["question"], draft.fields["category"]) == ("How?", "退货")
        assert draft.fields["answer"] == "By post.\nFree"


class TestUnreadableFiles:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.pdf", b"%PDF-1.7"),
            ("a", b"question,answer"),
            ("a.csv", b""),
            ("a.jsonl", b" \n\n"),
            ("a.csv", b"PK\x03\x04rest"),
            ("a.jsonl", bytes(range(256)) * 4),
            ("a.xlsx", b"no zip at all"),
            ("a.xlsx", b"PK\x03\x04" + b"x" * 100),
            ("a.md", b"no heading"),
        ],
    )
    def test_it_is_refused_with_what_to_do(self, tmp_path: Path, name: str, content: bytes) -> None:
        with pytest.raises(FileUnreadable) as caught:
            read(write(tmp_path / name, content))
        assert caught.value.remedy
        assert caught.value.message_zh

    def test_a_missing_file_and_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "folder.csv").mkdir()
        for name in ("missing.csv", "folder.csv", "missing.xlsx"):
            with pytest.raises(FileUnreadable):
                read(tmp_path / name)


HEADED = st.builds(
    lambda head, body: head + body,
    st.sampled_from(
        [b"", b"question,answer\n", "问题,答案\n".encode("gb18030"), b'{"question": "q", "answer": ', b"# q\n"]
    ),
    st.binary(max_size=200),
)


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv", ".xlsx", ".md", ".html"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=HEADED)
@example(content=b'question,answer\n"' * 80)
@example(content=b"[" * 100_000)
@example(content=b"\xff\xfe\x00\xd8")
def test_any_bytes_give_rows_or_a_typed_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    try:
        rows = list(read_file(write(tmp_path / f"a{suffix}", content)))
    except FileUnreadable:
        return
    for row in rows:
        text = row.fields["answer"] if isinstance(row, Draft) else row.problem
        text.encode()
        assert text.strip()


@given(st.text(max_size=30))
def test_any_heading_is_known_or_not(heading: str) -> None:
    assert field_of(heading) is None or isinstance(field_of(heading), str)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "question": st.text(max_size=40),
                "answer": st.text(max_size=40),
                "similar": st.lists(st.text(max_size=10), max_size=3),
            }
        ),
        max_size=5,
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_json_line_is_a_draft_or_a_problem(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = write(tmp_path / "a.jsonl", "\n".join(["{}", *map(json.dumps, rows)]))
    drafts, errors = read(path)
    filled = sum(any(value and (not isinstance(value, str) or value.strip()) for value in row.values()) for row in rows)
    assert len(drafts) + len(errors) == filled
