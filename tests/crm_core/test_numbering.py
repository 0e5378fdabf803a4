from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from crm_core.database import Database
from crm_core.numbering import next_number, reserve_number


def test_numbers_of_a_series_follow_one_another(any_database: Database) -> None:
    with any_database.transaction() as session:
        numbers = [next_number(session, "CRM", 2026, 3) for _ in range(2)]
        other = next_number(session, "TK", 2026, 4)
    assert numbers == ["CRM2026001", "CRM2026002"]
    assert other == "TK20260001"


def test_a_number_grows_beyond_its_least_digits(any_database: Database) -> None:
    with any_database.transaction() as session:
        reserve_number(session, "CRM", 2026, 999)
        assert next_number(session, "CRM", 2026, 3) == "CRM20261000"


def test_a_rolled_back_number_is_given_again(any_database: Database) -> None:
    class Undone(Exception):
        pass

    def take_and_fail() -> None:
        with any_database.transaction() as session:
            next_number(session, "CRM", 2026, 3)
            raise Undone

    with pytest.raises(Undone):
        take_and_fail()
    with any_database.transaction() as session:
        assert next_number(session, "CRM", 2026, 3) == "CRM2026001"


def test_a_lower_reserved_number_does_not_turn_the_series_back(any_database: Database) -> None:
    with any_database.transaction() as session:
        reserve_number(session, "CRM", 2026, 50)
        reserve_number(session, "CRM", 2026, 7)
        assert next_number(session, "CRM", 2026, 3) == "CRM2026051"


def test_concurrent_writers_leave_no_gap_and_no_double(any_database: Database) -> None:
    def take(turn: int) -> str | None:
        with any_database.transaction() as session:
            number = next_number(session, "CRM", 2026, 3)
            if turn % 5 == 0:
                session.rollback()
                return None
        return number

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for number in pool.map(take, range(100)) if number]
    assert sorted(numbers) == [f"CRM2026{value:03d}" for value in range(1, 81)]
