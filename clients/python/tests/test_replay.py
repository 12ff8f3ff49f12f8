"""Replays: messages of the past from the broker's history, with the async calls."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from replay_scene import ReplayScene, in_short, numbers

from pulse_mq import (
    BadOptionError,
    LimitReachedError,
    PulseMQError,
    ReplayEnd,
    ReplayEndedError,
    ReplayMissing,
)

WHOLE = ReplayMissing(None, (), 0)


@pytest.fixture
def scene(prepared):
    """A namespace with history."""
    return ReplayScene(prepared)


async def all_of(replay):
    """Everything up to its end."""
    return [in_short(message) async for message in replay]


def test_gives_the_past_in_order_and_ends(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", "1", "2")
        await one.publish("b", "1")
        await one.publish("a", "3")
        past = one.replay()
        assert await all_of(past) == ["~a1", "~a2", "~b1", "~a3"]
        assert await past.replay_end() == ReplayEnd(4, False, WHOLE)
        assert (past.is_live, one.gaps) == (False, [])

    run(work)


def test_begins_and_ends_at_times_and_sequences(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        for text in numbers(6):
            await one.publish("a", text)
        messages = [message async for message in one.replay("a")]
        start, end = messages[1].received_at, messages[4].received_at
        wanted = [in_short(message) for message in messages if start <= message.received_at < end]
        assert await all_of(one.replay("a", from_time=start, to_time=end)) == wanted
        now = datetime.now(timezone.utc)
        assert len(await all_of(one.replay("a", from_time=now - timedelta(hours=1)))) == 6
        assert await all_of(one.replay("a", from_time=now + timedelta(hours=1))) == []
        assert await all_of(one.replay("a", from_sequence=2, to_sequence=3)) == ["~a2", "~a3"]

    run(work)


def test_several_at_a_time_beside_a_subscription(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *numbers(50))
        live = one.reader.async_subscribe(one.namespace, "a")
        await live.live()
        replays = [one.replay("a", from_sequence=first) for first in (1, 20, 40)]
        seen = await asyncio.gather(*(all_of(replay) for replay in replays))
        assert [(texts[0], len(texts)) for texts in seen] == [("~a1", 50), ("~a20", 31), ("~a40", 11)]
        await one.publish("a", "51")
        assert in_short(await live.__anext__()) == "a51"
        # The lanes of those that have ended are free again.
        for _ in range(10):
            assert len(await all_of(one.replay("a"))) == 51

    run(work)


def test_follow_goes_on_whatever_is_cut(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *numbers(3_000))
        past = one.replay(follow=True, queue_limit=500)
        await past.live()

        async def publish():
            for round_number in range(30):
                await one.publish("b" if round_number % 2 else "a", *numbers(100))

        publishing = asyncio.ensure_future(publish())
        seen = {"a": [], "b": []}
        count, cut_count = 0, 0
        async for message in past:
            seen[message.topic].append(message.sequence)
            count += 1
            if count == 6_000:
                break
            if count % 700 == 0 and cut_count < 6:
                cut_count += 1
                await one.cut()
        await publishing
        assert seen == {"a": list(range(1, 4_501)), "b": list(range(1, 1_501))}
        assert (await past.replay_end()).missing == WHOLE
        assert (past.is_live, one.gaps) == (True, [])
        await one.publish("c", "1")
        assert in_short(await past.__anext__()) == "c1"
        await past.aclose()

    run(work)


def test_a_replay_that_is_not_iterated_waits(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        for _ in range(20):
            await one.publish("a", *["x" * 5_000] * 100)
        slow = one.replay("a", queue_limit=10)
        assert in_short(await slow.__anext__()) == "~a1"
        assert len(await all_of(one.replay("a"))) == 2_000
        assert slow.queued_count < 400
        assert slow.dropped_count == 0
        assert len(await all_of(slow)) == 1_999

    run(work)


def test_a_speed_keeps_the_distances(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", "1")
        await asyncio.sleep(0.3)
        await one.publish("a", "2")
        loop = asyncio.get_running_loop()
        past = one.replay("a", speed=2)
        first = await past.__anext__()
        start = loop.time()
        second = await past.__anext__()
        distance = second.received_at - first.received_at
        # Both have come from the broker: their distance on this clock may be shorter by what the first one waited to be read.
        assert loop.time() - start > distance / 2 - 0.1
        assert await all_of(past) == []

    run(work)


def test_bad_options_are_refused_by_their_name(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        for options, text in (
            ({"from_time": -1}, "from_time is -1, expected a datetime with a time zone, or Unix seconds from 0"),
            ({"from_time": "today"}, "from_time is str, expected a datetime with a time zone, or Unix seconds"),
            ({"from_time": datetime(2026, 1, 1)}, "expected a datetime with a time zone, such as UTC"),
            ({"from_time": 5, "to_time": 5}, "to_time is 5, expected a time later than from_time"),
            (
                {"from_sequence": 5, "to_sequence": 4},
                "to_sequence is 4, expected an integer from 5 to 9007199254740991",
            ),
            ({"speed": 0}, "speed is 0, expected 'full', or a number from 0.01 to 100000"),
            ({"follow": True, "to_time": 5}, "follow is True, expected False together with to_time or to_sequence"),
            ({"queue_limit": 0}, "queue_limit is 0, expected an integer from 1"),
        ):
            with pytest.raises(BadOptionError, match=text):
                one.replay("a", **options)

    run(work)


def test_without_history_and_an_eighth_are_refused(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        other = one.prepared.broker.namespace("no_past")
        one.prepared.tokens["reader_of_no_past"] = one.prepared.broker.user("reader_of_no_past", {other: "sub"})
        reader = await clients.connected("reader_of_no_past")
        with pytest.raises(PulseMQError, match='replay needs history, which namespace "no_past" does not keep'):
            await reader.async_replay("no_past", ">").live()
        await one.publish("a", "1", "2")
        followed = [one.replay("a", follow=True) for _ in range(7)]
        for replay in followed:
            await replay.live()
        with pytest.raises(LimitReachedError, match="a replay is another"):
            await one.replay("a").live()
        await followed[3].aclose()
        assert await all_of(one.replay("a")) == ["~a1", "~a2"]

    run(work)


def test_closed_cancelled_and_revoked_ones_say_so(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", "1")
        await asyncio.sleep(0.5)
        await one.publish("a", "2")
        slowly = {"follow": True, "speed": 0.01}
        closed = one.replay("a", **slowly)
        assert in_short(await closed.__anext__()) == "~a1"
        await closed.aclose()
        with pytest.raises(ReplayEndedError, match="closed") as ended:
            await closed.replay_end()
        assert ended.value.reason == "closed"
        # An iteration that is cancelled while it waits has taken nothing.
        past = one.replay("a", **slowly)
        assert in_short(await past.__anext__()) == "~a1"
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(past.__anext__(), 0.05)
        broker = one.prepared.broker
        grants = f"/api/namespaces/{one.id}/permissions"
        users = await asyncio.to_thread(broker.call, "GET", grants)
        user_id = next(row["user_id"] for row in users if row["username"] == one.reader_name)
        await asyncio.to_thread(broker.call, "DELETE", f"{grants}/{user_id}")
        with pytest.raises(ReplayEndedError, match="revoked") as ended:
            await past.__anext__()
        assert ended.value.reason == "revoked"
        with pytest.raises(ReplayEndedError, match="revoked"):
            await past.replay_end()

    run(work)


def test_a_replay_gets_nothing_of_an_earlier_replay(run, scene):
    async def work(clients):
        one = await scene.open(clients)
        await one.publish("a", *[text.ljust(500) for text in numbers(2_000)])
        for _ in range(10):
            first = one.replay("a")
            assert in_short(await first.__anext__()) == "~a1"
            closing = asyncio.ensure_future(first.aclose())
            assert len(await all_of(one.replay("a", from_sequence=1_990))) == 11
            await closing

    run(work)


def test_goes_on_after_a_restart_of_the_broker(run, own):
    one = own()
    scene = ReplayScene(one.prepared)

    async def work(clients):
        await scene.open(clients)
        await scene.publish("a", *numbers(500))
        past = scene.replay("a", queue_limit=10)
        seen = [in_short(await past.__anext__()) for _ in range(100)]
        await asyncio.to_thread(one.broker.stop)
        await asyncio.to_thread(one.start)
        await scene.events.wait("reconnected")
        assert seen + await all_of(past) == [f"~a{number}" for number in range(1, 501)]

    run(work, one.prepared)
