"""Rules of docs/architecture.md that a reader would otherwise have to remember."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("adapters", "bot", "crm_core", "knowledge_base", "nlu")
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40
HEAVY = ("torch", "sentence_transformers", "transformers", "sklearn", "faiss", "jieba", "onnxruntime", "fastapi")


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    body = node.body
    first = body[0]
    docstring = 0
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def test_imports_point_one_way() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_the_only_commit_is_in_the_database_module() -> None:
    committing = [path for path in sources() if re.search(r"\.commit\(", path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in committing] in ([], ["crm_core/database.py"])


def test_only_the_worker_catches_everything() -> None:
    catching = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if re.search(r"except (Base)?Exception\b|except:", path.read_text(encoding="utf-8"))
    ]
    assert catching == ["bot/worker.py"]


def test_modules_and_functions_can_be_read_at_once() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {len(path.read_text().splitlines())} lines"
        for path in sources()
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > MAX_MODULE_LINES
    ]
    long += [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {code_lines(node)} lines"
        for path in sources()
        if "migrations" not in path.parts
        for node in functions(path)
        if code_lines(node) > MAX_FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize(
    "module", ["bot.cli", "adapters.web", "adapters.telegram", "adapters.wecom", "nlu.understanding"]
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_intent_has_a_handler() -> None:
    from bot.handlers import load_handlers

    labels = {path.stem for path in (ROOT / "nlu" / "intents").rglob("*.jsonl")} - {"out_of_scope"}
    assert labels <= set(load_handlers())


def test_every_handler_speaks_both_languages_in_its_examples() -> None:
    from bot.handlers import load_handlers

    for handler in load_handlers().values():
        for example in handler.examples:
            assert re.search("[一-鿿]", example.zh), handler.intent
            assert not re.search("[一-鿿]", example.en), handler.intent


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_names_every_room_and_setting(name: str) -> None:
    from bot.settings import Settings

    text = (ROOT / name).read_text(encoding="utf-8")
    missing = [room for room in ROOMS if f"{room}/" not in text]
    missing += [f"CRMBOT_{field.upper()}" for field in Settings.model_fields if f"CRMBOT_{field.upper()}" not in text]
    assert missing == []
