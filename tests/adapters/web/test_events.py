from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from adapters.web.follow import MAX_PAGES_OF_CONVERSATION, Followers, Pace
from tests.adapters.web.conftest import Person

Event = dict[str, str]


@contextmanager
def open_stream(
    person: Person, *, after: str | None = None, last_event_id: str | None = None
) -> Iterator[Callable[[], Event]]:
    """Follow the conversation; gives a function that waits for the next line event."""
    params = {"after": after} if after else {}
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    with person.http.stream("GET", "/chat/events", params=params, headers=headers, timeout=10) as response:
        response.raise_for_status()
        assert response.headers["content-type"].startswith("text/event-stream")
        wire = response.iter_lines()

        def next_event() -> Event:
            event: Event = {}
            for line in wire:
                if not line and "data" in event:
                    return event
                field, _, value = line.partition(": ")
                if field:
                    event[field] = value
            raise AssertionError("the stream ended")

        yield next_event


def text_of(event: Event) -> str:
    return str(json.loads(event["data"])["text"])


def test_a_reply_arrives_while_the_page_is_open(visitor: Person) -> None:
    with open_stream(visitor) as next_event:
        visitor.hears("您好", choices=[("转人工", "t1")])
        event = next_event()
    line = json.loads(event["data"])
    assert event["event"] == "line"
    assert event["id"] == line["cursor"]
    assert (line["author"], line["text"]) == ("bot", "您好")
    assert line["choices"] == [{"label": "转人工", "value": "t1"}]


def test_the_persons_own_words_reach_his_other_pages(visitor: Person) -> None:
    with open_stream(visitor) as next_event:
        visitor.says("from my phone")
        line = json.loads(next_event()["data"])
    assert (line["author"], line["text"]) == ("person", "from my phone")
    assert visitor.stored()[0].external_id.endswith(line["client_id"])


@pytest.mark.parametrize("how", ["after", "last_event_id"])
def test_a_stream_that_broke_goes_on_where_it_ended(visitor: Person, how: str) -> None:
    for number in range(5):
        visitor.hears(f"line {number}")
    cursor = str(visitor.history()[2]["cursor"])
    with open_stream(visitor, **{how: cursor}) as next_event:  # type: ignore[arg-type]
        assert [text_of(next_event()) for _ in range(2)] == ["line 3", "line 4"]


def test_where_it_broke_counts_more_than_where_the_page_began(visitor: Person) -> None:
    for number in range(5):
        visitor.hears(f"line {number}")
    first, fourth = (str(visitor.history()[place]["cursor"]) for place in (0, 3))
    with open_stream(visitor, after=first, last_event_id=fourth) as next_event:
        assert text_of(next_event()) == "line 4"


def test_more_than_one_look_full_of_lines_is_streamed_whole(visitor: Person) -> None:
    visitor.hears("start")
    cursor = str(visitor.history()[0]["cursor"])
    for number in range(120):
        visitor.hears(f"line {number}")
    with open_stream(visitor, after=cursor) as next_event:
        assert [text_of(next_event()) for _ in range(120)] == [f"line {number}" for number in range(120)]


def test_nobody_hears_anothers_conversation(visitor: Person) -> None:
    with open_stream(visitor) as next_event:
        visitor.site.chats.say("visitor:somebody-else", "not for you")
        visitor.hears("for you")
        assert text_of(next_event()) == "for you"


def test_more_open_pages_than_anybody_needs_are_refused(visitor: Person) -> None:
    followers: Followers = visitor.site.app.state.services.followers
    registrations = [followers.following(visitor.key) for _ in range(MAX_PAGES_OF_CONVERSATION)]
    for registration in registrations:
        registration.__enter__()
    try:
        assert visitor.http.get("/chat/events").status_code == 429
    finally:
        for registration in registrations:
            registration.__exit__(None, None, None)


def test_a_closed_page_is_forgotten(visitor: Person) -> None:
    followers: Followers = visitor.site.app.state.services.followers
    with open_stream(visitor) as next_event:
        visitor.hears("hello")
        next_event()
        assert followers._nudges[visitor.key]
    wait_until(lambda: visitor.key not in followers._nudges)


def wait_until(condition: Callable[[], bool]) -> None:
    async def poll() -> None:
        while not condition():
            await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(poll(), 10))


class TestPace:
    def test_a_nudge_ends_the_pause_at_once(self) -> None:
        async def scenario() -> float:
            nudge = asyncio.Event()
            pace = Pace(nudge)
            pace._alive_at -= 10_000  # asleep: the next look would be seconds away
            asyncio.get_running_loop().call_soon(nudge.set)
            await pace.pause(saw_something=False)
            return pace._alive_at - asyncio.get_running_loop().time()

        assert asyncio.run(scenario()) > -1

    def test_a_stream_ends_after_a_while_so_that_rights_are_asked_again(self) -> None:
        async def scenario() -> tuple[bool, bool]:
            pace = Pace(asyncio.Event())
            before = pace.is_over
            pace._ends_at -= 10_000
            return before, pace.is_over

        assert asyncio.run(scenario()) == (False, True)
