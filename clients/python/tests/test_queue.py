"""The queue between the connection and whoever iterates."""

import asyncio

import pytest

from pulse_mq import SlowWarning


async def filled(clients, count, **options):
    """A subscription nobody iterates, with `count` messages published to it, and what was told of it."""
    told = []
    reader = await clients.connected("reader", on_slow=told.append)
    publisher = await clients.connected("publisher")
    subscription = await reader.async_subscribe("market", "full.a", **options)
    marker = await reader.async_subscribe("market", "full.b")
    await publisher.async_publish_many("market", "full.a", map(str, range(count)), format="string")
    await publisher.async_publish("market", "full.b", b"x")
    return subscription, marker, told, publisher


async def rest(subscription, until):
    found = []
    while not found or found[-1] != until:
        found.append((await asyncio.wait_for(subscription.__anext__(), 10)).data)
    return found


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("drop_oldest", [str(index) for index in range(90, 100)]), ("drop_newest", [str(index) for index in range(10)])],
)
def test_what_a_full_queue_loses_is_told_once_and_counted(run, policy, kept):
    async def work(clients):
        subscription, marker, told, _ = await filled(clients, 100, queue_limit=10, on_full=policy)
        await asyncio.wait_for(marker.__anext__(), 10)
        assert await rest(subscription, kept[-1]) == kept
        assert subscription.dropped_count == 90
        assert [(notice.namespace, notice.pattern, notice.dropped_count) for notice in told] == [
            ("market", "full.a", 1)
        ]

    run(work)


def test_pause_loses_nothing(run):
    async def work(clients):
        subscription, marker, told, _ = await filled(clients, 20_000, queue_limit=10, on_full="pause")
        assert await rest(subscription, "19999") == [str(index) for index in range(20_000)]
        await asyncio.wait_for(marker.__anext__(), 10)
        assert (subscription.dropped_count, told) == (0, [])

    run(work)


def test_a_paused_subscription_that_ends_lets_the_others_go_on(run):
    async def work(clients):
        subscription, marker, _, _publisher = await filled(clients, 5_000, queue_limit=10, on_full="pause")
        await subscription.aclose()
        await asyncio.wait_for(marker.__anext__(), 10)
        assert len([message async for message in subscription]) == 10

    run(work)


def test_a_paused_link_is_no_dead_link(run):
    async def work(clients):
        events = []
        reader = await clients.connected("reader", ping_interval=0.5, ping_timeout=0.5, on_connection=events.append)
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "full.c", queue_limit=1, on_full="pause")
        await publisher.async_publish_many("market", "full.c", map(str, range(3_000)), format="string")
        await asyncio.sleep(2)
        assert await rest(subscription, "2999") == [str(index) for index in range(3_000)]
        assert [event.kind for event in events] == ["connected"]

    run(work)


def test_without_on_slow_it_is_a_warning(run):
    async def work(clients):
        reader = await clients.connected("reader")
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "full.d", queue_limit=1)
        with pytest.warns(SlowWarning, match=r"market:full\.d is read too slowly"):
            await publisher.async_publish_many("market", "full.d", [b"1", b"2", b"3"])
            while subscription.dropped_count < 2:
                await asyncio.sleep(0.01)

    run(work)
