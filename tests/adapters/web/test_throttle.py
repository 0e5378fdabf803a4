from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.web.throttle import MAX_KEYS, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_burst_is_allowed_and_what_follows_refused() -> None:
    throttle = Throttle(3, 60, Clock())
    assert [throttle.take("a") for _ in range(4)] == [True, True, True, False]


def test_tokens_come_back_evenly() -> None:
    clock = Clock()
    throttle = Throttle(3, 60, clock)
    for _ in range(3):
        throttle.take("a")
    clock.now += timedelta(seconds=19)
    assert not throttle.take("a")
    clock.now += timedelta(seconds=2)
    assert throttle.take("a")
    assert not throttle.take("a")


def test_clients_do_not_share_their_tokens() -> None:
    throttle = Throttle(1, 60, Clock())
    assert throttle.take("a")
    assert throttle.take("b")
    assert not throttle.has_any("a")
    assert throttle.has_any("c")


def test_only_a_public_address_is_limited() -> None:
    throttle = Throttle(1, 60, Clock())
    assert [throttle.take_for_address("8.8.8.8") for _ in range(2)] == [True, False]
    assert throttle.take_for_address("2001:4860:4860::8888")
    for address in ("127.0.0.1", "::1", "10.0.0.7", "192.168.1.9", "testclient", None):
        assert all(throttle.take_for_address(address) for _ in range(3))


def test_a_clock_that_steps_back_takes_nothing_away() -> None:
    clock = Clock()
    throttle = Throttle(2, 60, clock)
    throttle.take("a")
    clock.now -= timedelta(hours=1)
    assert throttle.take("a")


def test_memory_is_bounded_however_many_clients_come() -> None:
    throttle = Throttle(1, 60, Clock())
    for number in range(MAX_KEYS + 10):
        throttle.take(str(number))
    assert len(throttle._buckets) <= MAX_KEYS
