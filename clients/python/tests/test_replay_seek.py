"""Replays go to another time or sequence, and nothing of before comes after that."""

import asyncio

import pytest
from replay_scene import ReplayScene, in_short, numbers

from pulse_mq import BadOptionError, ReplayEndedError


@pytest.fixture
def scene(prepared):
    """A namespace with history."""
    return ReplayScene(prepared)


async def rest(replay):
    """The sequences up to the end."""
    return [message.sequence async for message in replay]


async def take(replay, count):
    """The next sequences."""
    return [(await asyncio.wait_for(replay.__anext__(), 20)).sequence for _ in range(count)]


def test_back_and_ahead_by_sequence(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *[text.ljust(200) for text in numbers(5_000)])
        past = one.replay("a", queue_limit=100)
        assert await take(past, 2) == [1, 2]
        for first in (4_000, 10, 2_500, 1, 4_990):
            await past.seek(from_sequence=first)
            assert await take(past, 2) == [first, first + 1]
        assert await rest(past) == list(range(4_992, 5_001))
        end = await past.replay_end()
        assert (end.count, end.is_live, end.missing.missed_count, one.gaps) == (11, False, 0, [])

    run(work)


def test_to_a_time_and_what_is_not_given_stays(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("pad", *[text.ljust(200) for text in numbers(2_000)])
        for text in numbers(6):
            await one.publish("a", text)
        messages = [message async for message in one.replay("a")]
        start, end = messages[1].received_at, messages[3].received_at
        wanted = [in_short(message) for message in messages if start <= message.received_at < end]
        past = one.replay(to_time=end, queue_limit=10)
        assert in_short(await past.__anext__()) == "~pad1"
        await past.seek(from_time=start)
        assert [in_short(message) async for message in past] == wanted

    run(work)


def test_a_live_one_goes_back_and_becomes_live_again(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *numbers(1_000))
        past = one.replay(from_sequence=990, follow=True)
        assert await take(past, 11) == list(range(990, 1_001))
        assert (await past.replay_end()).is_live
        await one.cut()
        await one.publish("a", "x")
        assert await take(past, 1) == [1_001]
        publishing = asyncio.ensure_future(one.publish("a", *numbers(500)))
        await past.seek(from_sequence=1)
        assert await take(past, 1_501) == list(range(1, 1_502))
        await publishing
        assert (await past.replay_end()).is_live
        assert one.gaps == []
        await past.aclose()

    run(work)


def test_while_the_connection_is_lost(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *[text.ljust(200) for text in numbers(3_000)])
        past = one.replay("a", queue_limit=10)
        for first in range(2_000, 2_005):
            assert (await take(past, 1))[0] < 3_000
            cutting = asyncio.ensure_future(one.cut())
            await past.seek(from_sequence=first)
            await cutting
            assert await take(past, 1) == [first]
        assert await rest(past) == list(range(2_005, 3_001))
        assert one.gaps == []

    run(work)


def test_of_several_at_once_the_last_counts(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *[text.ljust(200) for text in numbers(2_000)])
        past = one.replay("a", queue_limit=50)
        await past.live()
        await asyncio.gather(*(past.seek(from_sequence=first) for first in (500, 1_500, 3, 1_990)))
        assert await rest(past) == list(range(1_990, 2_001))

    run(work)


def test_bad_ones_change_nothing(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *[text.ljust(200) for text in numbers(2_000)])
        past = one.replay("a", queue_limit=10)
        assert await take(past, 1) == [1]
        with pytest.raises(BadOptionError, match="from_time is -1"):
            await past.seek(from_time=-1)
        with pytest.raises(BadOptionError, match="speed is 0"):
            await past.seek(speed=0)
        with pytest.raises(BadOptionError, match="to_sequence is 4, expected an integer from 5"):
            await past.seek(from_sequence=5, to_sequence=4)
        assert await take(past, 1) == [2]
        await past.seek(from_sequence=1_999, speed="full")
        assert await rest(past) == [1_999, 2_000]
        with pytest.raises(ReplayEndedError, match="has ended: begin another one"):
            await past.seek(from_sequence=1)

    run(work)


def test_a_replay_that_is_closed_during_a_seek_leaves_nothing_behind(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *[text.ljust(200) for text in numbers(2_000)])
        for _ in range(10):
            past = one.replay("a", queue_limit=10)
            await past.live()
            seeking = asyncio.ensure_future(past.seek(from_sequence=1_000))
            await asyncio.sleep(0)
            await past.aclose()
            await asyncio.gather(seeking, return_exceptions=True)
            assert await rest(one.replay("a", from_sequence=1_999)) == [1_999, 2_000]

    run(work)


def test_without_an_event_loop(scene, make):
    writer, reader = make(scene.writer_name), make(scene.reader_name)
    writer.connect()
    reader.connect()
    writer.publish_many(scene.namespace, "a", [text.ljust(200).encode() for text in numbers(3_000)])
    with reader.replay(scene.namespace, "a", queue_limit=100) as past:
        assert next(past).sequence == 1
        past.seek(from_sequence=1_500)
        assert next(past).sequence == 1_500
        past.seek(from_sequence=5, to_sequence=7)
        assert [message.sequence for message in past] == [5, 6, 7]
    with pytest.raises(ReplayEndedError):
        past.seek(from_sequence=1)
