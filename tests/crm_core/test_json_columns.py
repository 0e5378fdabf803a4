"""Whatever a platform's JSON may hold comes back from a JSON column as it went in, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, Table, insert, select

from crm_core.database import Database


@pytest.mark.parametrize(
    "value",
    [
        {"text": "中文 and English", "number": 0.1234, "none": None, "list": [1, True, {"deep": "值"}]},
        {"half": "\ud800"},
        {"large": 2**70},
    ],
)
def test_a_value_comes_back_as_it_was(any_database: Database, value: dict[str, Any]) -> None:
    table = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("value", JSON))
    table.create(any_database.engine)
    with any_database.transaction() as session:
        session.execute(insert(table).values(value=value))
    with any_database.reading() as session:
        assert session.scalar(select(table.c.value)) == value
