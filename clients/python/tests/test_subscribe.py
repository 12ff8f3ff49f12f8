"""Subscribing in the async form: what arrives, and how a subscription begins and ends."""

import asyncio

import pytest
from reconnecting import next_of, take

from pulse_mq import PermissionDeniedError, TopicFormatError


def test_defect_36_a_live_subscription_gets_the_very_next_message(run):
    async def work(clients):
        client = await clients.connected("publisher")
        for index in range(20):
            async with client.async_subscribe("market", f"live.t{index}") as subscription:
                await client.async_publish("market", f"live.t{index}", b"first")
                assert (await next_of(subscription)).data == b"first"

    run(work)


def test_defect_7_each_subscription_gets_only_its_own_messages(run):
    async def work(clients):
        client = await clients.connected("publisher")
        patterns = ["mix.a.*", "mix.*.x", "mix.b.y", "mix.>"]
        subscriptions = [await client.async_subscribe("market", pattern).live() for pattern in patterns]
        topics = ["mix.a.x", "mix.b.y", "mix.c.x", "mix.a.z"] * 25
        for topic in topics:
            await client.async_publish("market", topic, topic, format="string")
        wanted = [
            [topic for topic in topics if topic.startswith("mix.a.")],
            [topic for topic in topics if topic.endswith(".x")],
            [topic for topic in topics if topic == "mix.b.y"],
            topics,
        ]
        for subscription, expected in zip(subscriptions, wanted):
            assert [message.topic for message in await take(subscription, len(expected))] == expected
            assert subscription.queued_count == 0

    run(work)


def test_two_subscriptions_of_one_pattern_are_independent(run):
    async def work(clients):
        client = await clients.connected("publisher")
        first = await client.async_subscribe("market", "twin.*")
        second = await client.async_subscribe("market", "twin.*")
        await client.async_publish("market", "twin.a", b"1")
        assert (await next_of(first)).data == (await next_of(second)).data == b"1"
        await first.aclose()
        await client.async_publish("market", "twin.a", b"2")
        assert (await next_of(second)).data == b"2"
        assert [message async for message in first] == []

    run(work)


def test_leaving_the_loop_ends_the_subscription(run, prepared):
    async def subscription_count():
        rows = await asyncio.to_thread(prepared.broker.call, "GET", "/api/connections")
        return sum(row["subscription_count"] for row in rows if row["username"] == "reader")

    async def publish_until_cancelled(publisher):
        while True:
            await publisher.async_publish("market", "left.a", b"x")
            await asyncio.sleep(0.01)

    async def work(clients):
        reader = await clients.connected("reader")
        publisher = await clients.connected("publisher")
        task = asyncio.ensure_future(publish_until_cancelled(publisher))
        async for message in reader.async_subscribe("market", "left.>"):
            assert message.topic == "left.a"
            while await subscription_count() == 0:
                await asyncio.sleep(0.02)
            break
        while await subscription_count() > 0:
            await asyncio.sleep(0.02)
        task.cancel()

    run(work)


def test_a_wait_that_times_out_loses_no_message(run):
    async def work(clients):
        client = await clients.connected("publisher")
        subscription = client.async_subscribe("market", "limit.a")
        for index in range(5):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(subscription.__anext__(), 0.1)
            await client.async_publish("market", "limit.a", str(index), format="string")
            assert (await next_of(subscription)).data == str(index)

    run(work)


def test_a_refused_subscription_raises(run):
    async def work(clients):
        outsider = await clients.connected("outsider")
        with pytest.raises(PermissionDeniedError):
            await outsider.async_subscribe("market", "a.>")
        with pytest.raises(PermissionDeniedError):
            async for _ in outsider.async_subscribe("market", "a.>"):
                pass
        for pattern in ("a.>.b", "a*", "", "a..b"):
            with pytest.raises(TopicFormatError):
                outsider.async_subscribe("market", pattern)

    run(work)


def test_a_subscription_that_ends_before_it_is_live_is_unsubscribed(run):
    async def work(clients):
        # A few more turns of the loop each time: its SUB waits until the delivery link is open.
        for turns in range(8):
            client = await clients.connected("reader")
            ended = client.async_subscribe("market", "early.ended")
            going_live = asyncio.ensure_future(ended.live())
            for _ in range(turns):
                await asyncio.sleep(0)
            await ended.aclose()
            await asyncio.gather(going_live, return_exceptions=True)
            kept = client.async_subscribe("market", "early.kept")
            await kept.live()
            await client.async_flush()
            listed = await client._slot.core.keeper.current.subscriptions()
            assert (turns, listed) == (turns, {(0, "market", "early.kept")})

    run(work)
