"""Flood limits, on a clock that is passed in."""

from __future__ import annotations

import pytest

from adapters.telegram.pace import REMEMBERED_CHATS, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def test_a_burst_passes_at_once(pace: Pace) -> None:
    assert [pace.reserve(1, longest_seconds=0) for _ in range(20)] == [0.0] * 20


@pytest.mark.parametrize(("chat_id", "interval"), [(1, 1.0), (-1, 3.0)])
def test_after_a_burst_a_chat_has_its_long_run_rate(pace: Pace, clock: Clock, chat_id: int, interval: float) -> None:
    for _ in range(20):
        pace.reserve(chat_id, longest_seconds=0)
    assert pace.reserve(chat_id, longest_seconds=0) == pytest.approx(interval)
    clock.now += interval
    assert pace.reserve(chat_id, longest_seconds=0) == pytest.approx(0, abs=1e-9)


def test_a_refused_message_is_not_counted(pace: Pace) -> None:
    for _ in range(20):
        pace.reserve(1, longest_seconds=0)
    waits = [pace.reserve(1, longest_seconds=0) for _ in range(5)]
    assert waits == pytest.approx([1.0] * 5)


def test_other_chats_do_not_wait_for_a_flooded_one(pace: Pace) -> None:
    for _ in range(20):
        pace.reserve(1, longest_seconds=0)
    assert pace.reserve(2, longest_seconds=0) == 0


def test_all_chats_together_have_a_limit(pace: Pace) -> None:
    waits = [pace.reserve(chat_id, longest_seconds=0) for chat_id in range(1, 41)]
    assert waits[:30] == pytest.approx([0.0] * 30)
    assert all(0 < wait < 0.1 for wait in waits[30:])


def test_a_pause_stops_everything_and_is_never_shortened(pace: Pace, clock: Clock) -> None:
    pace.pause(30)
    pace.pause(5)
    assert pace.reserve(1, longest_seconds=0) == 30
    clock.now += 30
    assert pace.reserve(1, longest_seconds=0) == 0


def test_chats_at_rest_are_forgotten(pace: Pace, clock: Clock) -> None:
    for chat_id in range(1, REMEMBERED_CHATS + 10):
        clock.now += 1
        pace.reserve(chat_id, longest_seconds=0)
    assert len(pace._due) < 100
