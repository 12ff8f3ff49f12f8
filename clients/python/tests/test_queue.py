"""The queue of a subscription: what happens when it is full."""

import asyncio

import pytest
from reconnecting import Events, next_of, silent_link_found, take

from pulse_mq import SlowWarning


async def filled(clients, count, **options):
    """Publishes `count` messages to a subscription that is not iterated, then one to a marker.

    Returns the subscription, the subscription of the marker, and the slow notices.
    """
    notices = []
    reader = await clients.connected("reader", on_slow=notices.append)
    publisher = await clients.connected("publisher")
    subscription = await reader.async_subscribe("market", "full.a", **options)
    marker = await reader.async_subscribe("market", "full.b")
    await publisher.async_publish_many("market", "full.a", map(str, range(count)), format="string")
    await publisher.async_publish("market", "full.b", b"x")
    return subscription, marker, notices


async def rest(subscription, until):
    """Returns the data of the messages up to and including one."""
    found = []
    while not found or found[-1] != until:
        found.append((await next_of(subscription)).data)
    return found


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("drop_oldest", [str(index) for index in range(90, 100)]), ("drop_newest", [str(index) for index in range(10)])],
)
def test_a_full_queue_counts_its_drops_and_reports_them_once(run, policy, kept):
    async def work(clients):
        subscription, marker, notices = await filled(clients, 100, queue_limit=10, on_full=policy)
        await next_of(marker)
        assert await rest(subscription, kept[-1]) == kept
        assert subscription.dropped_count == 90
        assert [(notice.namespace, notice.pattern, notice.dropped_count) for notice in notices] == [
            ("market", "full.a", 1)
        ]

    run(work)


def test_pause_loses_no_message(run):
    async def work(clients):
        subscription, marker, notices = await filled(clients, 20_000, queue_limit=10, on_full="pause")
        assert await rest(subscription, "19999") == [str(index) for index in range(20_000)]
        await next_of(marker)
        assert (subscription.dropped_count, notices) == (0, [])

    run(work)


def test_a_paused_subscription_that_ends_resumes_the_others(run):
    async def work(clients):
        subscription, marker, _ = await filled(clients, 5_000, queue_limit=10, on_full="pause")
        await subscription.aclose()
        await next_of(marker)
        assert len([message async for message in subscription]) == 10

    run(work)


def test_a_client_does_not_take_its_paused_link_for_dead(run):
    async def work(clients):
        times = {"ping_interval": 0.5, "ping_timeout": 0.5}
        reader = await clients.connected("reader", on_connection=(events := Events()), **times)
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "full.c", queue_limit=1, on_full="pause")
        await publisher.async_publish_many("market", "full.c", map(str, range(3_000)), format="string")
        # Twice as long as it takes to find a dead link.
        for _ in range(2):
            await silent_link_found(clients, **times)
        assert [message.data for message in await take(subscription, 3_000)] == [str(index) for index in range(3_000)]
        assert events.kinds == ["connected"]

    run(work)


def test_the_broker_does_not_take_a_paused_link_for_dead(run, own):
    one = own("auth:\n  ping_interval_sec: 1\n  ping_timeout_sec: 1\n")

    async def work(clients):
        reader = await clients.connected("reader", on_connection=(events := Events()))
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "paused.*", queue_limit=1, on_full="pause")
        # More than ZeroMQ's own queue takes: when it is full, ZeroMQ stops reading too, and answers no PING.
        await publisher.async_publish_many("market", "paused.a", map(str, range(3_000)), format="string")
        # This client itself asks only after a minute, so it is the broker that closes its silent link.
        await silent_link_found(clients, ping_interval=60)
        assert [message.data for message in await take(subscription, 3_000)] == [str(index) for index in range(3_000)]
        await publisher.async_publish("market", "paused.b", "end", format="string")
        assert (await next_of(subscription)).data == "end"
        assert events.kinds == ["connected"]

    run(work, one.prepared)


def test_without_on_slow_a_full_queue_is_a_warning(run):
    async def work(clients):
        reader = await clients.connected("reader")
        publisher = await clients.connected("publisher")
        subscription = await reader.async_subscribe("market", "full.d", queue_limit=1)
        with pytest.warns(SlowWarning, match=r"market:full\.d is read too slowly"):
            await publisher.async_publish_many("market", "full.d", [b"1", b"2", b"3"])
            while subscription.dropped_count < 2:
                await asyncio.sleep(0.01)

    run(work)
